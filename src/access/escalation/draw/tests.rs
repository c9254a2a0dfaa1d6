//! Pictures of hand-made paths.

use super::{dot, html, shortened, svg};
use crate::escalation::path::{Node, Path, Paths, Step};
use crate::escalation::rules;

fn role(name: &str) -> Node {
    Node::Role(format!("arn:aws:iam::111122223333:role/{name}"))
}

fn step(rule: &str, from: Node, to: Node) -> Step {
    let rule = rules::all()
        .find(|own| own.id == rule)
        .expect("in the table");
    Step::of(rule, from, to)
}

fn path(steps: Vec<Step>) -> Path {
    Path {
        from: steps[0].from.clone(),
        to: Node::Administrator,
        steps,
        conditions: vec![],
        unseen: vec![],
    }
}

fn paths() -> Paths {
    let mut perhaps = step("ssm-send-command", role("ops"), role("admin"));
    perhaps.unseen.push("whether an instance runs".to_owned());
    Paths::new(
        "111122223333",
        vec![
            path(vec![
                step("sts-assume-role", role("app"), role("deploy")),
                step("lambda-new-function-invoked", role("deploy"), role("admin")),
            ]),
            path(vec![perhaps]),
            path(vec![step(
                "iam-put-role-policy",
                role("deploy"),
                Node::Administrator,
            )]),
        ],
    )
}

/// A name made to break out of every text it is put in.
const HOSTILE: &str = "x\"]--><script>alert(1)</script>'\\\u{202e}\n&";

#[test]
fn a_graph_tells_nodes_arrows_and_what_is_uncertain() {
    let text = dot(&paths());
    assert!(text.starts_with("digraph paths {"));
    assert_eq!(text.matches("[label=").count(), 5 + 4, "{text}");
    assert_eq!(text.matches("style=dashed").count(), 1, "{text}");
    assert_eq!(text.matches("peripheries=2").count(), 2, "{text}");
}

#[test]
fn a_picture_has_every_node_once_and_every_arrow() {
    let text = svg(&paths());
    assert_eq!(text.matches("<g class=\"node").count(), 5, "{text}");
    assert_eq!(text.matches("marker-end=").count(), 4);
    assert_eq!(text.matches("arrow perhaps").count(), 1);
    assert!(text.contains("prefers-color-scheme:dark"));
    assert!(!text.contains("href"), "needs nothing else");
}

#[test]
fn hostile_names_stay_text() {
    let paths = Paths::new(
        HOSTILE,
        vec![path(vec![step(
            "sts-assume-role",
            role("a"),
            role(HOSTILE),
        )])],
    );
    for text in [svg(&paths), html(&paths)] {
        assert!(!text.contains("<script"), "{text}");
        assert!(!text.contains('\u{202e}'));
        assert!(text.contains("&lt;script&gt;"));
    }
    let text = dot(&paths);
    assert!(text.contains("x\\\"]--><script>alert(1)"), "{text}");
    let per_line: Vec<usize> = text
        .lines()
        .map(|line| {
            line.replace("\\\\", "")
                .replace("\\\"", "")
                .matches('"')
                .count()
        })
        .collect();
    assert!(per_line.iter().all(|count| count % 2 == 0), "{text}");
}

#[test]
fn a_page_tells_steps_conditions_and_what_was_not_seen() {
    let mut own = paths();
    own.paths[0].conditions.push("MFA <holds>".to_owned());
    own.paths[2].unseen.push("instances".to_owned());
    let text = html(&own);
    assert!(text.contains("MFA &lt;holds&gt;"));
    assert!(text.contains("Possible, not certain."));
    assert!(
        text.contains("2 paths were found; 1 more hangs on what was not seen."),
        "{text}"
    );
    assert!(!text.contains("http-equiv=\"refresh\"") && !text.contains("src="));
}

#[test]
fn a_circle_of_steps_is_drawn_all_the_same() {
    let round = path(vec![
        step("sts-assume-role", role("a"), role("b")),
        step("sts-assume-role", role("b"), role("a")),
    ]);
    let text = svg(&Paths::new("111122223333", vec![round]));
    assert_eq!(text.matches("marker-end=").count(), 2);
}

#[test]
fn nothing_to_draw_is_an_empty_picture() {
    let none = Paths::new("111122223333", vec![]);
    assert!(svg(&none).contains("</svg>"));
    assert!(html(&none).contains("0 paths were found; 0 more hang"));
    assert!(dot(&none).ends_with("}\n"));
}

#[test]
fn a_long_name_keeps_its_beginning_and_its_end() {
    assert_eq!(shortened("abcdefghij", 10), "abcdefghij");
    assert_eq!(shortened("abcdefghijk", 7), "abc…ijk");
}
