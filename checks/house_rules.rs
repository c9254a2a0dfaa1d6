//! The rules of this house, as tests: registered, documented, tested, unique, mapped.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tripod_model::Severity;

use crate::{ALL, Control, Service};

const HEADINGS: [&str; 4] = ["What", "Why", "How to mend", "References"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every check's source file: a file beside `mod.rs` in a service's folder.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for service in Service::ALL {
        let folder = root().join(service.as_str());
        for entry in fs::read_dir(&folder).expect("each service has a folder") {
            let path = entry.expect("readable").path();
            let is_check = path.extension().is_some_and(|ending| ending == "rs")
                && fs::read_to_string(&path)
                    .expect("readable")
                    .contains("static CHECK: Check");
            if is_check {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn id_of(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).expect("folder");
    let stem = path.file_stem().expect("file name");
    format!(
        "{}-{}",
        folder.to_string_lossy(),
        stem.to_string_lossy().replace('_', "-")
    )
}

#[test]
fn every_file_is_registered_under_the_id_its_path_says() {
    let written: BTreeSet<String> = files().iter().map(|path| id_of(path)).collect();
    let registered: BTreeSet<String> = ALL.iter().map(|check| check.id.to_owned()).collect();
    assert_eq!(written, registered);
}

#[test]
fn the_registry_is_sorted_and_ids_and_aliases_are_unique() {
    let ids: Vec<&str> = ALL.iter().map(|check| check.id).collect();
    assert!(ids.is_sorted(), "sort checks/registry.rs: {ids:?}");
    let mut seen = BTreeSet::new();
    for name in ALL
        .iter()
        .flat_map(|check| check.aliases.iter().chain([&check.id]))
    {
        assert!(seen.insert(*name), "{name} is used twice");
    }
}

#[test]
fn ids_are_kebab_case_and_begin_with_their_service() {
    for check in ALL {
        let kebab = check
            .id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(kebab, "{}", check.id);
        let prefix = format!("{}-", check.service.as_str());
        assert!(check.id.starts_with(&prefix), "{}", check.id);
    }
}

#[test]
fn every_check_has_prose_under_the_fixed_headings() {
    for check in ALL {
        for heading in HEADINGS {
            assert!(
                !check.section(heading).is_empty(),
                "{}: no text under '{heading}'",
                check.id
            );
        }
        let cure = check.section("How to mend");
        for way in ["AWS CLI:", "CloudFormation:", "Terraform:"] {
            assert!(cure.contains(way), "{}: no cure by {way}", check.id);
        }
        let references = check.section("References");
        assert!(
            references.contains("https://"),
            "{}: no reference",
            check.id
        );
    }
}

#[test]
fn every_check_is_mapped_and_weighs_something() {
    for check in ALL {
        assert!(!check.rows.is_empty(), "{}: no catalogue row", check.id);
        assert!(!check.needs.is_empty(), "{}: reads nothing", check.id);
        assert!(
            !check.baseline().is_empty(),
            "{}: no baseline row",
            check.id
        );
        assert!(check.severity() > Severity::None, "{}: no impact", check.id);
        assert!(
            check
                .title
                .starts_with(|c: char| c.is_lowercase() || c.is_uppercase())
        );
        assert!(
            !check.title.ends_with('.'),
            "{}: full stop in title",
            check.id
        );
        let controls: BTreeSet<&Control> = check.controls.iter().collect();
        assert_eq!(
            controls.len(),
            check.controls.len(),
            "{}: doubled control",
            check.id
        );
    }
}

#[test]
fn every_check_is_tested_failing_passing_and_not_assessed() {
    for path in files() {
        let text = fs::read_to_string(&path).expect("readable");
        let (_, tests) = text
            .split_once("#[cfg(test)]")
            .expect("tests at the bottom");
        for wanted in ["Outcome::Fail", "Outcome::Pass"] {
            assert!(
                tests.contains(wanted),
                "{}: no {wanted} test",
                path.display()
            );
        }
        let unseen = tests.contains("assert_denied(") || tests.contains("Outcome::NotAssessed");
        assert!(unseen, "{}: no not-assessed test", path.display());
    }
}

#[test]
fn messages_in_code_are_lower_case_without_a_full_stop() {
    for path in files() {
        let text = fs::read_to_string(&path).expect("readable");
        let code = text.split("#[cfg(test)]").next().expect("code");
        for start in [
            "Verdict::pass(\"",
            "Verdict::fail(\"",
            "Verdict::not_applicable(\"",
        ] {
            for rest in code.split(start).skip(1) {
                let message = rest.split('"').next().unwrap_or_default();
                assert!(!message.ends_with('.'), "{}: {message}", path.display());
                let first = message.split(' ').next().unwrap_or_default();
                let sentence_case = first.starts_with(char::is_uppercase)
                    && first.chars().skip(1).all(char::is_lowercase);
                assert!(!sentence_case, "{}: {message}", path.display());
            }
        }
    }
}
