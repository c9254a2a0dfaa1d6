//! The value of an environment variable appears nowhere.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::support::{CLINIC_ACCOUNT, read_json, repo, sim, tripod_as};

/// Every planted secret holds this word.
const WORD: &str = "TRIPODPLANTED";

#[test]
fn no_planted_secret_appears_in_any_file_log_or_output() {
    let home = tempfile::tempdir().expect("a folder");
    let planted = read_json(&repo("localstack/estates/clinic/planted.json"));
    let planted: Vec<&str> = planted
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|value| value.as_str())
        .collect();
    assert!(planted.len() >= 9, "one for each detector");
    assert!(planted.iter().all(|value| value.contains(WORD)));

    let clinic = sim("clinic").start().expect("the sim starts");
    for format in ["table", "json"] {
        let output = tripod_as(home.path(), CLINIC_ACCOUNT)
            .env("RUST_LOG", "trace")
            .args([
                "scan",
                "--endpoint-url",
                &clinic.endpoint(),
                "--wide",
                "--format",
                format,
            ])
            .output()
            .expect("the program runs");
        assert!(output.status.success());
        assert!(output.stderr.len() > 100_000, "the log is on");
        assert_clean("standard output", &output.stdout);
        assert_clean("standard error", &output.stderr);
    }
    let mut files = 0;
    let mut kept = String::new();
    every_file(home.path(), &mut |path, bytes| {
        assert_clean(&path.display().to_string(), bytes);
        kept.push_str(&String::from_utf8_lossy(bytes));
        files += 1;
    });
    assert!(
        files >= 6,
        "recording, snapshot and report of two runs: {files}"
    );
    // Not because the estate's secrets never came: each left its marker.
    for kind in [
        "aws-secret-access-key",
        "aws-access-key-id",
        "private-key",
        "service-token",
        "json-web-token",
        "presigned-url",
        "connection-string",
        "named-secret",
    ] {
        assert!(
            kept.contains(&format!("tripod-redacted:v1:{kind}:")),
            "{kind}"
        );
    }
}

#[test]
fn the_demo_holds_no_planted_secret() {
    let bytes = fs::read(repo("src/cli/demo/clinic.ndjson.gz")).expect("embedded");
    assert_clean("the demo", &inflated(&bytes));
}

fn assert_clean(place: &str, bytes: &[u8]) {
    let found = bytes
        .windows(WORD.len())
        .any(|window| window == WORD.as_bytes());
    assert!(!found, "a planted secret in {place}");
}

/// Every file below a folder, inflated where it is compressed.
fn every_file(folder: &Path, look: &mut dyn FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            every_file(&path, look);
        } else {
            let bytes = fs::read(&path).expect("readable");
            let compressed = path.extension().is_some_and(|ending| ending == "gz");
            look(&path, &if compressed { inflated(&bytes) } else { bytes });
        }
    }
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut text)
        .expect("inflates");
    assert!(text.len() > bytes.len());
    text
}
