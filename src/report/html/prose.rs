//! The prose of checks as HTML. It is written by us in a small part of Markdown: paragraphs, lists, code, addresses.

use super::text::Html;

/// A block of prose.
#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Paragraph(String),
    List(Vec<String>),
    Code(Vec<&'a str>),
}

/// The prose under a heading. A cure in a tool's language after the first is folded away behind the tool's name.
pub(super) fn render(prose: &str, page: &mut Html) {
    let blocks = blocks(prose);
    let mut place = 0;
    while let Some(block) = blocks.get(place) {
        place += 1;
        match block {
            Block::Paragraph(text) => match (folded(text), blocks.get(place)) {
                (Some(tool), Some(Block::Code(lines))) => {
                    page.raw("<details class=\"tool\"><summary>")
                        .text(tool)
                        .raw("</summary>");
                    code(lines, page);
                    page.raw("</details>");
                    place += 1;
                }
                _ => paragraph(text, page),
            },
            Block::List(items) => list(items, page),
            Block::Code(lines) => code(lines, page),
        }
    }
}

/// The tool that a paragraph announces the code of.
fn folded(paragraph: &str) -> Option<&str> {
    paragraph
        .strip_suffix(':')
        .filter(|tool| matches!(*tool, "CloudFormation" | "Terraform"))
}

fn blocks(prose: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = prose.lines().peekable();
    // Whether the next line goes on with the block before it.
    let mut open = false;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let code = lines.by_ref().take_while(|line| !line.starts_with("```"));
            blocks.push(Block::Code(code.collect()));
            open = false;
        } else if line.trim().is_empty() {
            open = false;
        } else if let (false, Some(first)) = (open, line.strip_prefix("    ")) {
            let mut code = vec![first];
            while let Some(next) = lines.peek().and_then(|line| line.strip_prefix("    ")) {
                code.push(next);
                lines.next();
            }
            blocks.push(Block::Code(code));
        } else if let Some(item) = line.strip_prefix("- ") {
            match blocks.last_mut() {
                Some(Block::List(items)) => items.push(item.to_owned()),
                _ => blocks.push(Block::List(vec![item.to_owned()])),
            }
            open = true;
        } else {
            continue_or_begin(&mut blocks, line.trim(), open);
            open = true;
        }
    }
    blocks
}

fn continue_or_begin(blocks: &mut Vec<Block<'_>>, line: &str, open: bool) {
    let last = match blocks.last_mut().filter(|_| open) {
        Some(Block::Paragraph(text)) => Some(text),
        Some(Block::List(items)) => items.last_mut(),
        _ => None,
    };
    match last {
        Some(text) => {
            text.push(' ');
            text.push_str(line);
        }
        None => blocks.push(Block::Paragraph(line.to_owned())),
    }
}

fn paragraph(text: &str, page: &mut Html) {
    page.raw("<p>");
    inline(text, page);
    page.raw("</p>");
}

fn list(items: &[String], page: &mut Html) {
    page.raw("<ul>");
    for item in items {
        page.raw("<li>");
        inline(item, page);
        page.raw("</li>");
    }
    page.raw("</ul>");
}

fn code(lines: &[&str], page: &mut Html) {
    page.raw("<pre><code>")
        .verbatim(&lines.join("\n"))
        .raw("</code></pre>");
}

/// Code between back quotes, addresses between angle brackets; the rest as it is.
pub(super) fn inline(text: &str, page: &mut Html) {
    for (place, piece) in text.split('`').enumerate() {
        if place % 2 == 1 {
            page.raw("<code>").verbatim(piece).raw("</code>");
        } else {
            addresses(piece, page);
        }
    }
}

fn addresses(text: &str, page: &mut Html) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<https://") {
        let Some((address, following)) = after.split_once('>') else {
            break;
        };
        page.verbatim(before)
            .raw("<a rel=\"noopener noreferrer\" href=\"https://");
        page.verbatim(address)
            .raw("\">https://")
            .verbatim(address)
            .raw("</a>");
        rest = following;
    }
    page.verbatim(rest);
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::html::text::Html;

    fn html(prose: &str) -> String {
        let mut page = Html::default();
        render(prose, &mut page);
        page.into_string()
    }

    #[test]
    fn paragraphs_lists_code_and_addresses() {
        assert_eq!(
            html("one\ntwo `a<b`\n\nthree"),
            "<p>one two <code>a&lt;b</code></p><p>three</p>"
        );
        assert_eq!(
            html("- a\n  b\n- <https://x.example/?a&b>"),
            "<ul><li>a b</li><li><a rel=\"noopener noreferrer\" href=\"https://x.example/?a&amp;b\">https://x.example/?a&amp;b</a></li></ul>"
        );
        assert_eq!(
            html("AWS CLI:\n\n```sh\naws a \\\n  --b\n\nc\n```\nend"),
            "<p>AWS CLI:</p><pre><code>aws a \\\n  --b\n\nc</code></pre><p>end</p>"
        );
        // As rules of the user's own have it.
        assert_eq!(
            html("AWS CLI:\n\n    aws a \\\n      --b\n\nend"),
            "<p>AWS CLI:</p><pre><code>aws a \\\n  --b</code></pre><p>end</p>"
        );
    }

    #[test]
    fn other_tools_are_folded_away_behind_their_name() {
        assert_eq!(
            html("Terraform:\n\n```hcl\na\n```"),
            "<details class=\"tool\"><summary>Terraform</summary><pre><code>a</code></pre></details>"
        );
        assert_eq!(html("Terraform: has none"), "<p>Terraform: has none</p>");
    }

    #[test]
    fn the_prose_of_every_check_is_understood() {
        for check in tripod_checks::ALL {
            for heading in ["What", "Why", "How to mend", "References"] {
                let section = check.section(heading);
                let page = html(section);
                assert!(!page.is_empty(), "{}: {heading}", check.id);
                assert!(!page.contains("```"), "{}: {page}", check.id);
                assert!(!page.contains("**"), "{}: {page}", check.id);
                let fences = section.lines().filter(|line| line.starts_with("```"));
                assert_eq!(
                    page.matches("<pre>").count() * 2,
                    fences.count(),
                    "{}",
                    check.id
                );
            }
        }
    }
}
