//! The page that lays our checks and those of other tools side by side.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Peer, PeerCheck, Relation, Tool, of, peer_checks, peers_of};
use crate::Check;

const HEAD: &str = "\
# Coverage beside other tools

What the checks of Tripod are called in other tools, and what of theirs Tripod has. `tripod checks --like TOOL:ID`
finds ours by their id.

A check of another tool without a mark asks the same question. *Narrower*: it sees a part of what ours sees.
*Wider*: it asks for more, or fails resources that ours passes. The same question does not mean the same answer: the
tools differ in which conditions, denies and unreadable policies they take into account.

";

/// The page, in Markdown. `note` stands on top, `folder` is where the pages of checks lie, with a slash at the end.
pub fn coverage_page(note: &str, folder: &str, checks: &[&Check]) -> String {
    let mut page = format!("{note}\n\n{HEAD}{}", tools());
    page += &our_side(folder, checks);
    page += "\n## Theirs\n";
    for tool in Tool::ALL {
        page += &their_side(folder, tool);
    }
    page
}

fn tools() -> String {
    let mut text =
        "| tool | version | as of | checks listed | of these in Tripod |\n|---|---|---|---|---|\n"
            .to_owned();
    for tool in Tool::ALL {
        let checks = peer_checks(tool);
        let had = checks
            .iter()
            .filter(|theirs| !of(theirs).is_empty())
            .count();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| [{}]({}) | {} | {} | {} | {had} |",
            tool.about("tool"),
            tool.about("source"),
            tool.about("version"),
            tool.about("date"),
            checks.len(),
        );
    }
    text
}

fn our_side(folder: &str, checks: &[&Check]) -> String {
    let alone = checks
        .iter()
        .filter(|check| peers_of(check.id).next().is_none())
        .count();
    let mut text = format!(
        "\n## Ours\n\n{} checks; {alone} of them are in none of the other tools' lists.\n\n| check |",
        checks.len()
    );
    for tool in Tool::ALL {
        let _ = write!(text, " {} |", tool.about("tool"));
    }
    text += "\n|---|---|---|---|---|---|\n";
    for check in checks {
        let mut cells: BTreeMap<Tool, Vec<String>> = BTreeMap::new();
        for peer in peers_of(check.id) {
            cells
                .entry(peer.tool)
                .or_default()
                .push(theirs_with_mark(peer));
        }
        let _ = write!(text, "| [{id}]({folder}{id}.md) |", id = check.id);
        for tool in Tool::ALL {
            let cell = cells
                .get(&tool)
                .map_or_else(|| "-".to_owned(), |ids| ids.join(", "));
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

fn theirs_with_mark(peer: &Peer) -> String {
    match peer.relation {
        Relation::Same => format!("`{}`", peer.id),
        relation => format!("`{}` ({})", peer.id, relation.as_str()),
    }
}

fn their_side(folder: &str, tool: Tool) -> String {
    let checks = peer_checks(tool);
    let (had, lacking): (Vec<&PeerCheck>, Vec<&PeerCheck>) =
        checks.iter().partition(|theirs| !of(theirs).is_empty());
    let mut text = format!(
        "\n### {}\n\nListed: {}.\n\n| their check | Tripod | how theirs differs |\n|---|---|---|\n",
        tool.about("tool"),
        tool.about("scope")
    );
    for theirs in had {
        for peer in of(theirs) {
            let how = match (peer.relation, peer.note) {
                (Relation::Same, "") => "the same question".to_owned(),
                (Relation::Same, note) => format!("the same question; {note}"),
                (relation, note) => format!("{}: {note}", relation.as_str()),
            };
            let _ = writeln!(
                text,
                "| `{}` | [{id}]({folder}{id}.md) | {how} |",
                theirs.id,
                id = peer.check
            );
        }
    }
    let _ = write!(
        text,
        "\nNot in Tripod, {} of {}:\n\n",
        lacking.len(),
        checks.len()
    );
    let mut by_service: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for theirs in lacking {
        by_service
            .entry(theirs.service)
            .or_default()
            .push(format!("`{}`", theirs.id));
    }
    for (service, ids) in by_service {
        let _ = writeln!(text, "- {service}: {}", ids.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ALL;

    fn page() -> String {
        coverage_page("<!-- note -->", "../checks/", ALL)
    }

    #[test]
    fn each_of_our_checks_has_a_row() {
        let page = page();
        for check in ALL {
            let row = format!("\n| [{id}](../checks/{id}.md) | ", id = check.id);
            assert!(page.contains(&row), "{}", check.id);
        }
    }

    #[test]
    fn each_check_of_each_tool_is_on_the_page_whether_we_have_it_or_not() {
        let page = page();
        for tool in Tool::ALL {
            let (_, rest) = page
                .split_once(&format!("\n### {}\n", tool.about("tool")))
                .expect("a section");
            let section = rest.split("\n### ").next().expect("text");
            let (had, lacking) = section.split_once("\nNot in Tripod").expect("both sides");
            for theirs in peer_checks(tool) {
                let id = format!("`{}`", theirs.id);
                let ours = !of(theirs).is_empty();
                assert_eq!(had.contains(&id), ours, "{id}");
                assert_eq!(lacking.contains(&id), !ours, "{id}");
            }
        }
    }

    #[test]
    fn the_counts_are_those_of_the_lists() {
        let page = page();
        let prowler = peer_checks(Tool::Prowler);
        let had = prowler.iter().filter(|it| !of(it).is_empty()).count();
        assert!(had > 20);
        assert!(page.contains(&format!("| 5.46.0 | 2026-11 | {} | {had} |", prowler.len())));
        assert!(page.contains(&format!(
            "Not in Tripod, {} of {}:",
            prowler.len() - had,
            prowler.len()
        )));
    }

    #[test]
    fn a_difference_stands_beside_the_check() {
        let page = page();
        assert!(page.contains("`vpc_flow_logs_enabled` (narrower)"));
        assert!(page.contains(
            "| `apigateway_restapi_public` | [apigateway-unrestricted-network](../checks/apigateway-unrestricted-network.md) \
             | wider: fails every API that is not private |"
        ));
    }
}
