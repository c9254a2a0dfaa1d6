//! One page with every path: a picture of each, its steps, and what they depend on.

use std::fmt::Write as _;

use super::escaped;
use super::svg::drawn;
use crate::escalation::path::{Path, Paths, Step};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#14181d;--soft:#4a5561;--ground:#ffffff;--rule:#d5dde5}\
@media (prefers-color-scheme:dark){:root{--ink:#f2f5f8;--soft:#b4bfca;--ground:#14181d;--rule:#3a444f}}\
body{margin:2rem auto;max-width:72rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}\
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:1rem;overflow-wrap:anywhere}\
.picture{overflow-x:auto}code{font-size:.9em;overflow-wrap:anywhere}li{margin:.3rem 0}.soft{color:var(--soft)}";

/// The paths as one page that needs neither network nor script.
pub fn html(paths: &Paths) -> String {
    let account = escaped(&paths.account);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Escalation paths of account {account}</title><style>{STYLE}</style></head><body>\n\
         <h1>Escalation paths of account {account}</h1>\n<p class=\"soft\">{}</p>\n",
        summary(&paths.paths)
    );
    for (place, path) in paths.paths.iter().enumerate() {
        section(&mut text, place, path);
    }
    text.push_str("</body></html>\n");
    text
}

fn summary(paths: &[Path]) -> String {
    let certain = paths.iter().filter(|path| path.is_certain()).count();
    let perhaps = paths.len() - certain;
    format!(
        "{certain} {} found; {perhaps} more {} on what was not seen.",
        if certain == 1 {
            "path was"
        } else {
            "paths were"
        },
        if perhaps == 1 { "hangs" } else { "hang" },
    )
}

fn section(text: &mut String, place: usize, path: &Path) {
    let line = escaped(&path.line());
    let picture = drawn(std::slice::from_ref(path), &path.line(), &place.to_string());
    // Writing into a text cannot fail.
    let _ = writeln!(text, "<section><h2>{line}</h2>");
    if !path.is_certain() {
        text.push_str("<p><strong>Possible, not certain.</strong></p>\n");
    }
    let _ = writeln!(text, "<div class=\"picture\">{picture}</div><ol>");
    for step in &path.steps {
        item(text, step);
    }
    text.push_str("</ol>\n");
    list(text, "Has to hold beside", &path.conditions);
    list(text, "Not seen", &path.unseen);
    text.push_str("</section>\n");
}

fn item(text: &mut String, step: &Step) {
    let (from, to) = (escaped(step.from.name()), escaped(step.to.name()));
    let (title, rule) = (escaped(step.title), escaped(step.rule));
    let _ = writeln!(
        text,
        "<li><code>{from}</code> {title}: <code>{to}</code> <span class=\"soft\">({rule})</span><ul>"
    );
    for request in &step.requests {
        let (action, resource) = (escaped(&request.action), escaped(&request.resource));
        let by = escaped(&request.by.join("; "));
        let _ = writeln!(
            text,
            "<li><code>{action}</code> on <code>{resource}</code><br><span class=\"soft\">{by}</span></li>"
        );
    }
    text.push_str("</ul></li>\n");
}

fn list(text: &mut String, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "<h3>{heading}</h3><ul>");
    for line in lines {
        let _ = writeln!(text, "<li>{}</li>", escaped(line));
    }
    text.push_str("</ul>\n");
}
