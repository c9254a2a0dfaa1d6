//! `tripod scan --demo`: the whole program over the embedded recording.

use crate::support::{assert_outcomes, expected, findings, json, stderr, tripod};

#[test]
fn the_demo_needs_no_account_and_says_what_the_clinic_was_built_to_say() {
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        // Whatever the reader's own configuration names, the demo has no use for it.
        .env("AWS_PROFILE", "no-such-profile")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
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

/// A check alone reads only what it needs, and must not say anything else for it.
#[test]
fn a_check_says_the_same_alone_as_among_all() {
    let home = tempfile::tempdir().expect("a folder");
    let run = |more: &[&str]| {
        let output = tripod(home.path())
            .args(["scan", "--demo", "--format", "json", "--min-coverage", "0"])
            .args(more)
            .output()
            .expect("the program runs");
        findings(&json(&output))
    };
    let mut whole = run(&[]);
    for check in tripod_checks::ALL {
        let alone = run(&["--check", check.id]);
        assert!(!alone.is_empty(), "{}", check.id);
        for (key, finding) in alone {
            assert_eq!(whole.remove(&key), Some(finding), "{key:?}");
        }
    }
    assert!(
        whole.is_empty(),
        "every finding is one of its check: {whole:?}"
    );
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
    let (one, two) = (without_its_own(&run()), without_its_own(&run()));
    assert_eq!(one, two);
}

/// The report's bytes with the run's id and times taken out.
fn without_its_own(report: &str) -> String {
    let run = &serde_json::from_str::<serde_json::Value>(report).expect("JSON")["run"];
    ["id", "started", "finished"]
        .iter()
        .fold(report.to_owned(), |text, own| {
            let value = run[*own].as_str().expect("a text");
            assert_eq!(text.matches(value).count(), 1, "{own} stands once");
            text.replace(value, "")
        })
}
