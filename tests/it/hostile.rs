//! Whoever may name a resource writes into the account's answers. A recording in which they did, and whose bytes are not
//! even UTF-8, is harmless in every format.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::support::{repo, script, stderr, tripod};

/// Functions of the clinic that are renamed, and to what. A name of AWS's own would not pass; an answer may hold
/// anything.
const RENAMED: [(&str, &str); 4] = [
    ("partner-hook", "</script><script>alert(1)</script>"),
    ("member-portal", "=cmd|'/C calc'!A0"),
    ("quote-engine", "\u{1b}[31mred\u{1b}]0;owned\u{7}\u{9b}2J"),
    ("claims-webhook", "user\u{202e}gnp.exe\u{2066}\u{200b}"),
];

/// What stands for bytes that are no UTF-8, until the line is bytes.
const NO_TEXT: &str = "@no-text@";

/// The demo's recording with names that whoever deploys might have given, a tag of ten thousand letters, and invalid
/// bytes. The ARNs keep their form, so that the scan finds its way.
fn tainted(folder: &Path) -> PathBuf {
    let packed = fs::read(repo("src/cli/demo/clinic.ndjson.gz")).expect("the demo");
    let mut text = String::new();
    MultiGzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .expect("the demo is UTF-8");
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    for (number, line) in text.lines().enumerate() {
        let mut exchange: Value = serde_json::from_str(line).expect("JSON");
        if number > 0 {
            taint(&mut exchange);
        }
        let line = exchange.to_string() + "\n";
        for (place, part) in line.split(NO_TEXT).enumerate() {
            if place > 0 {
                out.write_all(b"\xff\xfe\xc3(").expect("memory");
            }
            out.write_all(part.as_bytes()).expect("memory");
        }
    }
    let path = folder.join("tainted.ndjson.gz");
    fs::write(&path, out.finish().expect("memory")).expect("written");
    path
}

fn taint(exchange: &mut Value) {
    let Some(Ok(mut body)) = exchange["body"].as_str().map(serde_json::from_str::<Value>) else {
        return;
    };
    taint_names(&mut body);
    exchange["body"] = body.to_string().into();
}

/// Renames where a name stands alone, and not within an ARN or an address.
fn taint_names(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((_, hostile)) = RENAMED.iter().find(|(name, _)| text == name) {
                *text = format!("{hostile}{NO_TEXT}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(taint_names),
        Value::Object(map) => {
            map.values_mut().for_each(taint_names);
            if let Some(Value::Object(tags)) = map.get_mut("Tags") {
                tags.insert("<b>long</b>".to_owned(), "x".repeat(10_000).into());
            }
        }
        _ => {}
    }
}

#[test]
fn a_recording_full_of_hostile_names_is_harmless_in_every_format() {
    let home = tempfile::tempdir().expect("a folder");
    let recording = tainted(home.path());
    let folder = home.path().join("out");
    let formats = [
        "table", "html", "json", "ndjson", "csv", "ocsf", "asff", "sarif", "oscal", "junit",
        "markdown",
    ];
    let output = tripod(home.path())
        .args(["scan", "--min-coverage", "0", "--wide", "--replay"])
        .arg(&recording)
        .arg("--output")
        .arg(&folder)
        .args(formats.iter().flat_map(|format| ["--format", format]))
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let mut named = 0;
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("readable").path();
        let shown = path.display();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let steers = |character: &char| {
            (character.is_control() && !"\n\r".contains(*character))
                || "\u{202e}\u{2066}\u{200b}".contains(*character)
        };
        let steering: Vec<char> = text.chars().filter(steers).collect();
        assert!(steering.is_empty(), "{shown}: {steering:?}");
        named += usize::from(text.contains("alert(1)"));
        // In Markdown a name stands between backticks, which a test of the format holds with a parser.
        let markup = ["html", "xml"].map(|end| path.extension().is_some_and(|it| it == end));
        if markup.contains(&true) {
            assert!(!text.contains("<script>alert"), "{shown}");
            assert!(!text.contains("<img"), "{shown}");
        }
        if path.extension().is_some_and(|it| it == "csv") {
            assert!(!text.contains(",\"=cmd"), "{shown}");
            assert!(
                text.contains(",\"'=cmd"),
                "{shown}: the name is there, and no formula"
            );
        }
    }
    assert_eq!(
        named,
        formats.len(),
        "the names came through to each format"
    );
    let said = script("validate-formats", &[&folder.display().to_string()]);
    assert!(said.contains("9 formats: valid"), "{said}");
}
