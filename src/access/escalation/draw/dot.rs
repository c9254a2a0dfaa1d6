//! The language of Graphviz: <https://graphviz.org/doc/info/lang.html>.

use std::fmt::Write as _;

use super::layout::Picture;
use super::visible;
use crate::escalation::path::{Node, Paths};

/// The paths as a graph in the language of Graphviz.
pub fn dot(paths: &Paths) -> String {
    let picture = Picture::of(&paths.paths);
    let mut text =
        String::from("digraph paths {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
    for (place, node) in picture.nodes.iter().enumerate() {
        let goal = *node == Node::Administrator || picture.administrators.contains(&place);
        let mark = if goal { ", peripheries=2" } else { "" };
        let kind = if picture.administrators.contains(&place) {
            format!("{}, as administrator", node.kind())
        } else {
            node.kind().to_owned()
        };
        let (label, tooltip) = (quoted(&[node.short(), &kind]), quoted(&[node.name()]));
        // Writing into a text cannot fail.
        let _ = writeln!(text, "  n{place} [label={label}, tooltip={tooltip}{mark}];");
    }
    for arrow in &picture.arrows {
        let style = if arrow.uncertain {
            ", style=dashed"
        } else {
            ""
        };
        let mut label = arrow.rules.clone();
        if arrow.conditional {
            label.push("(under conditions)");
        }
        let label = quoted(&label);
        let _ = writeln!(
            text,
            "  n{} -> n{} [label={label}{style}];",
            arrow.from, arrow.to
        );
    }
    text.push_str("}\n");
    text
}

/// Lines as one quoted text. Only the backslash and the quotation mark mean something in it.
fn quoted(lines: &[&str]) -> String {
    let line = |line: &&str| {
        let shown: String = line.chars().map(visible).collect();
        shown.replace('\\', "\\\\").replace('"', "\\\"")
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    format!("\"{}\"", lines.join("\\n"))
}
