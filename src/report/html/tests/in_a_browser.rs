//! The page in headless Chromium: filters, keyboard, hostile names, accessibility rules, print. `browser/check` does it;
//! here it gets its pages.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use super::{account, bare, extras, hostile, many, render};
use crate::fixture;

/// The script's word for "something is missing on this machine, and it is said what".
const MISSING: i32 = 77;

#[test]
fn in_a_browser_the_page_keeps_its_promises() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = fixture::report();
    for (name, page) in [
        ("plain", render(&plain, &extras(&plain))),
        ("hostile", bare(&hostile())),
        ("many", bare(&many(20_000, 60))),
        ("account", account::page(&account::snapshot())),
        ("hostile-account", account::page(&account::hostile())),
        ("settled", bare(&fixture::settled())),
    ] {
        fs::write(folder.path().join(format!("{name}.html")), page).expect("a file");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("html/browser/check");
    let done = Command::new("python3")
        .arg(script)
        .arg(folder.path())
        .output();
    let done = match done {
        Ok(done) => done,
        Err(error) => return skipped(&format!("python3 cannot be run: {error}\n")),
    };
    let said = String::from_utf8_lossy(&done.stderr);
    if done.status.code() == Some(MISSING) {
        return skipped(&said);
    }
    assert!(
        done.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&done.stdout)
    );
}

/// Past the capture of tests: that something was not checked is to be seen.
fn skipped(why: &str) {
    let told = format!("the page was not opened in a browser. {why}");
    std::io::stderr()
        .write_all(told.as_bytes())
        .expect("standard error");
}
