//! `tripod scan --demo`: the whole program over the embedded recording.

use crate::support::{assert_outcomes, expected, json, stderr, tripod};

#[test]
fn the_demo_needs_no_account_and_says_what_the_clinic_was_built_to_say() {
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        .args(["scan", "--demo", "--format", "json"])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_outcomes(&expected("clinic"), &json(&output));
    assert!(!home.path().join(".local").exists(), "a demo keeps nothing");
}

#[test]
fn the_demo_shows_a_report_for_people() {
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        .args(["scan", "--demo"])
        .output()
        .expect("the program runs");
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    for word in [
        "Confidentiality",
        "Integrity",
        "Availability",
        "Coverage",
        "kms:Decrypt",
    ] {
        assert!(shown.contains(word), "{word}");
    }
}

#[test]
fn two_demos_differ_in_their_id_and_times_only() {
    let home = tempfile::tempdir().expect("a folder");
    let run = || {
        let output = tripod(home.path())
            .args(["scan", "--demo", "--format", "json"])
            .output()
            .expect("the program runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let own = ["\"id\": \"2", "\"started\": ", "\"finished\": "];
    let rest = |report: &str| -> Vec<String> {
        report
            .lines()
            .filter(|line| !own.iter().any(|start| line.trim_start().starts_with(start)))
            .map(str::to_owned)
            .collect()
    };
    let (one, two) = (run(), run());
    assert_eq!(rest(&one), rest(&two));
    assert_eq!(
        one.lines().count() - rest(&one).len(),
        3,
        "three lines are the run's own"
    );
}
