//! One picture in SVG, with its own colours for light and for dark.

use std::fmt::Write as _;

use super::layout::{Arrow, Picture};
use super::{escaped, shortened};
use crate::escalation::path::{Node, Path, Paths};
use crate::escalation::rules::Class;

const BOX_WIDTH: usize = 210;
const BOX_HEIGHT: usize = 46;
/// Between two layers: room for the names of rules.
const GAP: usize = 230;
const ROW: usize = 84;
const MARGIN: usize = 24;
/// Letters that a box and a gap have room for.
const IN_BOX: usize = 21;
const IN_GAP: usize = 34;
/// Letters of a name that is told in full.
const IN_FULL: usize = 400;
/// Rules told at an arrow; of more, how many.
const TOLD: usize = 2;

const STYLE: &str = "\
.bg{fill:#ffffff}.box{fill:#f4f6f8;stroke:#5b6673;stroke-width:1.2}\
.name{fill:#14181d;font:600 13px system-ui,sans-serif}.kind{fill:#4a5561;font:11px system-ui,sans-serif}\
.goal .box{fill:#fde8e8;stroke:#b42318;stroke-width:2}.start .box{stroke-width:2.4}\
.arrow{fill:none;stroke:#5b6673;stroke-width:1.5}.perhaps{stroke-dasharray:6 5}\
.rule{fill:#303a44;font:11px system-ui,sans-serif}.halo{paint-order:stroke;stroke:#ffffff;stroke-width:4px}\
.head{fill:#5b6673}\
@media screen and (prefers-color-scheme:dark){.bg{fill:#14181d}.box{fill:#222932;stroke:#9aa7b5}\
.name{fill:#f2f5f8}.kind{fill:#b4bfca}.goal .box{fill:#4a1d1a;stroke:#f97066}.arrow{stroke:#9aa7b5}\
.rule{fill:#d5dde5}.halo{stroke:#14181d}.head{fill:#9aa7b5}}";

/// The paths as one picture, in one file that needs nothing else.
pub fn svg(paths: &Paths) -> String {
    drawn(
        &paths.paths,
        &format!("Escalation paths of account {}", paths.account),
        "",
    )
}

/// Some paths as one picture under a title of its own, for a page that shows several.
pub fn picture(paths: &[Path], title: &str) -> String {
    drawn(paths, title, "")
}

/// The picture of some paths. `id` keeps apart the names of several pictures on one page.
pub(super) fn drawn(paths: &[Path], title: &str, id: &str) -> String {
    let picture = Picture::of(paths);
    let layers = picture
        .places
        .iter()
        .map(|(layer, _)| layer + 1)
        .max()
        .unwrap_or(1);
    let rows = picture
        .places
        .iter()
        .map(|(_, row)| row + 1)
        .max()
        .unwrap_or(1);
    let width = 2 * MARGIN + layers * BOX_WIDTH + layers.saturating_sub(1) * GAP;
    // A box has room below it for an arrow that leads back.
    let height = 2 * MARGIN + rows * ROW;
    let title = escaped(&shortened(title, IN_FULL));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title><style>{STYLE}</style>\
         <defs><marker id=\"head{id}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0 0L10 5L0 10z\"/></marker>\
         </defs><rect class=\"bg\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    for arrow in &picture.arrows {
        line(&mut text, &picture, arrow, id);
    }
    for (place, node) in picture.nodes.iter().enumerate() {
        boxed(&mut text, &picture, place, node);
    }
    // Names of rules last, so that no line runs over them.
    for arrow in &picture.arrows {
        label(&mut text, &picture, arrow);
    }
    text.push_str("</svg>\n");
    text
}

/// The upper left corner of a node's box.
fn corner(picture: &Picture, node: usize) -> (usize, usize) {
    let (layer, row) = picture.places[node];
    (MARGIN + layer * (BOX_WIDTH + GAP), MARGIN + row * ROW)
}

fn boxed(text: &mut String, picture: &Picture, place: usize, node: &Node) {
    let (x, y) = corner(picture, place);
    let is_goal = matches!(node, Node::Administrator | Node::Data(_) | Node::Control(_))
        || picture.administrators.contains(&place);
    let class = match (is_goal, picture.starts.contains(&place)) {
        (true, _) => "node goal",
        (false, true) => "node start",
        (false, false) => "node",
    };
    let kind = if picture.administrators.contains(&place) {
        format!("{}, as administrator", node.kind())
    } else {
        node.kind().to_owned()
    };
    let (name, full) = (
        escaped(&shortened(node.short(), IN_BOX)),
        escaped(&shortened(node.name(), IN_FULL)),
    );
    let (name_y, kind_y, text_x) = (y + 20, y + 36, x + 12);
    // Writing into a text cannot fail.
    let _ = writeln!(
        text,
        "<g class=\"{class}\"><title>{full}</title><rect class=\"box\" x=\"{x}\" y=\"{y}\" \
         width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"7\"/><text class=\"name\" x=\"{text_x}\" \
         y=\"{name_y}\">{name}</text><text class=\"kind\" x=\"{text_x}\" y=\"{kind_y}\">{kind}</text></g>"
    );
}

/// Where an arrow begins and ends: from the right side of a box to the left side of another; one that
/// leads back, or to its own layer, from below.
struct Ends {
    begin: (usize, usize),
    end: (usize, usize),
    back: bool,
}

fn ends(picture: &Picture, arrow: &Arrow) -> Ends {
    let (from, to) = (corner(picture, arrow.from), corner(picture, arrow.to));
    let back = to.0 <= from.0;
    let middle = BOX_HEIGHT / 2;
    if back {
        Ends {
            begin: (from.0 + BOX_WIDTH / 2, from.1 + BOX_HEIGHT),
            end: (to.0 + BOX_WIDTH / 2 + 12, to.1 + BOX_HEIGHT),
            back,
        }
    } else {
        Ends {
            begin: (from.0 + BOX_WIDTH, from.1 + middle),
            end: (to.0, to.1 + middle),
            back,
        }
    }
}

/// Whether more arrows leave the one box than arrive at the other: then they part at once, and each is
/// told where it arrives.
fn parts_at_once(picture: &Picture, arrow: &Arrow) -> bool {
    let leaving = picture.arrows.iter().filter(|own| own.from == arrow.from);
    let arriving = picture.arrows.iter().filter(|own| own.to == arrow.to);
    leaving.count() >= arriving.count()
}

fn line(text: &mut String, picture: &Picture, arrow: &Arrow, id: &str) {
    let Ends { begin, end, back } = ends(picture, arrow);
    let ((x1, y1), (x2, y2)) = (begin, end);
    let class = if arrow.uncertain {
        "arrow perhaps"
    } else {
        "arrow"
    };
    let curve = if back {
        let low = y1.max(y2) + ROW - BOX_HEIGHT - 8;
        format!("M{x1} {y1}C{x1} {low} {x2} {low} {x2} {y2}")
    } else {
        let bend = if parts_at_once(picture, arrow) {
            x1 + GAP / 4
        } else {
            x2.saturating_sub(GAP / 4)
        };
        format!("M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}")
    };
    let _ = writeln!(
        text,
        "<path class=\"{class}\" d=\"{curve}\" marker-end=\"url(#head{id})\"/>"
    );
}

fn label(text: &mut String, picture: &Picture, arrow: &Arrow) {
    let Ends { begin, end, back } = ends(picture, arrow);
    let (x, y, anchor) = if back {
        let x = usize::midpoint(begin.0, end.0);
        (x, begin.1.max(end.1) + 28, "middle")
    } else if parts_at_once(picture, arrow) {
        (end.0 - 14, end.1, "end")
    } else {
        (begin.0 + 10, begin.1, "start")
    };
    let told = arrow.rules.iter().take(TOLD);
    let mut lines: Vec<String> = told.map(|rule| (*rule).to_owned()).collect();
    if arrow.rules.len() > TOLD {
        lines.push(format!("and {} more", arrow.rules.len() - TOLD));
    }
    // Names of rules above the line, what they depend on below it.
    let first = y.saturating_sub(6 + 13 * (lines.len() - 1));
    let mut places: Vec<usize> = (0..lines.len()).map(|place| first + 13 * place).collect();
    if let Some(note) = note(arrow) {
        lines.push(note.to_owned());
        places.push(y + 14);
    }
    for (line, y) in lines.iter().zip(places) {
        let line = escaped(&shortened(line, IN_GAP));
        let _ = writeln!(
            text,
            "<text class=\"rule halo\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{line}</text>"
        );
    }
}

fn note(arrow: &Arrow) -> Option<&'static str> {
    match (arrow.uncertain, arrow.conditional) {
        (true, _) => Some("perhaps: not all was seen"),
        (false, true) if arrow.class == Class::Enters => None,
        (false, true) => Some("under conditions"),
        (false, false) => None,
    }
}
