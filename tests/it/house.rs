//! The plan of the house: which crates may see which, and that what checks read is collected.

use std::process::Command;

use crate::support::repo;

#[test]
fn checks_assess_and_report_cannot_reach_the_network() {
    for package in [
        "tripod-model",
        "tripod-policy",
        "tripod-access",
        "tripod-capacity",
        "tripod-checks",
        "tripod-assess",
        "tripod-report",
    ] {
        let output = Command::new(env!("CARGO"))
            .current_dir(repo(""))
            .args([
                "tree",
                "--offline",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--package",
                package,
            ])
            .output()
            .expect("cargo runs");
        let tree = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(
            tree.contains(package),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let forbidden: Vec<&str> = tree
            .lines()
            .filter(|line| {
                line.starts_with("aws-") || line.starts_with("tokio") || line.starts_with("hyper")
            })
            .collect();
        assert!(forbidden.is_empty(), "{package}: {forbidden:?}");
    }
}

#[test]
fn the_product_does_not_link_the_sim() {
    let output = Command::new(env!("CARGO"))
        .current_dir(repo(""))
        .args([
            "tree",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--package",
            "tripod",
        ])
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(tree.contains("tripod-collect"));
    assert!(!tree.contains("tripod-sim"));
}

#[test]
fn whatever_a_check_reads_some_collector_asks() {
    let asked = tripod_collect::operations();
    for check in tripod_checks::ALL {
        for operation in check.needs {
            assert!(asked.contains(operation), "{} reads {operation}", check.id);
        }
    }
}

#[test]
fn generated_files_are_as_generated() {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("tripod"))
        .current_dir(repo(""))
        .args(["dev", "generate", "--check"])
        .output()
        .expect("the program runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
