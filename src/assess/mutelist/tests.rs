use jiff::civil::date;
use tripod_checks::{ALL, Settings, View};
use tripod_model::{AccountId, fixtures};

use super::*;
use crate::testing::with_url;
use crate::{Exception, Terms, assess_under};

fn read(yaml: &str) -> ImportedMutelist {
    ImportedMutelist::read(yaml, "platform team", date(2027, 1, 31))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A mutelist with one entry.
fn one(account: &str, check: &str, rest: &str) -> ImportedMutelist {
    read(&format!(
        "Mutelist:\n  Accounts:\n    \"{account}\":\n      Checks:\n        \"{check}\":\n{rest}"
    ))
}

const EVERYWHERE: &str = "          Regions: [\"*\"]\n          Resources: [\"webhook\"]\n";

fn why(imported: &ImportedMutelist) -> String {
    assert_eq!(imported.exceptions, [], "{imported:#?}");
    let [left] = &imported.left_out[..] else {
        panic!("{imported:#?}");
    };
    format!("{}: {}", left.part, left.why)
}

#[test]
fn an_entry_becomes_an_exception_of_our_check() {
    let imported = one("123456789012", "awslambda_function_url_public", EVERYWHERE);
    assert_eq!(imported.left_out, []);
    let [exception] = &imported.exceptions[..] else {
        panic!("{imported:#?}");
    };
    assert_eq!(exception.check, "lambda-public-url");
    assert_eq!(exception.resource, "*webhook*");
    assert_eq!(exception.account.as_deref(), Some("123456789012"));
    assert_eq!(exception.region, None);
    assert_eq!(exception.owner, "platform team");
    assert_eq!(
        exception.reason,
        "muted in Prowler (awslambda_function_url_public)"
    );
    assert_eq!(exception.expires, date(2027, 1, 31));
}

#[test]
fn the_description_is_the_reason() {
    let rest = format!("{EVERYWHERE}          Description: \" signed by the sender \"\n");
    let imported = one("*", "awslambda_function_url_public", &rest);
    assert_eq!(imported.exceptions[0].reason, "signed by the sender");
    assert_eq!(imported.exceptions[0].account, None);
}

#[test]
fn each_region_and_resource_has_an_entry() {
    let rest =
        "          Regions: [eu-west-1, us-east-1]\n          Resources: [\"^a$\", \"^b$|^c$\"]\n";
    let imported = one("*", "awslambda_function_url_public", rest);
    let places: Vec<(Option<&str>, &str)> = imported
        .exceptions
        .iter()
        .map(|it| (it.region.as_deref(), it.resource.as_str()))
        .collect();
    let (west, east) = (Some("eu-west-1"), Some("us-east-1"));
    let expected = [
        (west, "a"),
        (west, "b"),
        (west, "c"),
        (east, "a"),
        (east, "b"),
        (east, "c"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn a_pattern_of_checks_becomes_an_entry_for_each_of_ours() {
    let imported = one("*", "awslambda_function_url_*", EVERYWHERE);
    let checks: Vec<&str> = imported.exceptions.iter().map(|it| it.check).collect();
    assert_eq!(checks, ["lambda-url-any-origin", "lambda-public-url"]);
    // Prowler takes the older name too.
    assert_eq!(
        one("*", "lambda_function_url_*", EVERYWHERE)
            .exceptions
            .len(),
        2
    );
}

#[test]
fn what_a_pattern_fits_and_we_lack_is_listed() {
    let imported = one("*", "kms_cmk_*", EVERYWHERE);
    let checks: Vec<&str> = imported.exceptions.iter().map(|it| it.check).collect();
    assert_eq!(checks, ["kms-key-pending-deletion"]);
    let [left] = &imported.left_out[..] else {
        panic!("{imported:#?}");
    };
    assert_eq!(
        left.part,
        "checks kms_cmk_are_used, kms_cmk_not_multi_region, kms_cmk_rotation_enabled"
    );
    assert_eq!(left.why, "Tripod has no check like these");
}

#[test]
fn what_two_entries_mute_is_one_exception() {
    let entry = |name: &str| format!("        \"{name}\":\n{EVERYWHERE}");
    let imported = read(&format!(
        "Mutelist:\n  Accounts:\n    \"*\":\n      Checks:\n{}{}",
        entry("awslambda_function_url_cors_policy"),
        entry("awslambda_function_url_c*"),
    ));
    assert_eq!(imported.exceptions.len(), 1);
    let [left] = &imported.left_out[..] else {
        panic!("{imported:#?}");
    };
    assert_eq!(left.part, "lambda-url-any-origin on *webhook*");
    assert_eq!(left.why, "an entry above covers just the same");
}

#[test]
fn the_nearest_name_is_one_of_the_same_service() {
    let imported = one("*", "sns_topics_not_publicly_accessible", EVERYWHERE);
    assert_eq!(
        why(&imported),
        "the entry: none of the checks of Prowler that Tripod knows is called so"
    );
}

#[test]
fn several_of_theirs_for_one_of_ours_make_one_entry() {
    let imported = one("*", "iam_.*_no_administrative_privileges", EVERYWHERE);
    let checks: Vec<&str> = imported.exceptions.iter().map(|it| it.check).collect();
    assert_eq!(checks, ["iam-administrator-policy"]);
}

#[test]
fn what_cannot_be_carried_over_is_listed_with_the_reason() {
    let regex = "a regular expression that has no form with * and ?";
    for (account, check, rest, expected) in [
        ("prod", "awslambda_function_url_public", EVERYWHERE.to_owned(), "the entry: the account is not an id of twelve digits".to_owned()),
        ("*", "awslambda_function_url_public", format!("{EVERYWHERE}          Tags: [\"env=dev\"]\n"), "tags env=dev: exceptions do not go by tags".to_owned()),
        ("*", "awslambda_function_url_public", format!("{EVERYWHERE}          Exceptions:\n            Accounts: [\"123456789012\"]\n"), "the entry: it has exceptions of its own, which also stop the entries after it; write out what it does mute".to_owned()),
        ("*", "kms_cmk_rotation_enabled", EVERYWHERE.to_owned(), "the entry: Tripod has no check like kms_cmk_rotation_enabled".to_owned()),
        ("*", "kms_cmk_rotation_enabledd", EVERYWHERE.to_owned(), "the entry: none of the checks of Prowler that Tripod knows is called so; the nearest is kms_cmk_rotation_enabled".to_owned()),
        ("*", "kms_(a|b)", EVERYWHERE.to_owned(), format!("the entry: {regex}")),
        ("*", "kms_key_not_publicly_accessible", "          Regions: [\"*\"]\n          Resources: [\"a[0-9]\"]\n".to_owned(), format!("resource a[0-9]: {regex}")),
        ("*", "kms_key_not_publicly_accessible", "          Regions: [\"eu-*\"]\n          Resources: [\"a\"]\n".to_owned(), "region eu-*: exceptions name regions in full".to_owned()),
        ("*", "kms_key_not_publicly_accessible", "          Regions: [\"*\"]\n          Resources: []\n".to_owned(), "resources: none is named: the entry mutes nothing".to_owned()),
    ] {
        assert_eq!(why(&one(account, check, &rest)), expected, "{account} {check}");
    }
}

#[test]
fn a_tag_that_is_any_tag_and_empty_exceptions_do_not_count() {
    let rest = format!("{EVERYWHERE}          Tags: [\"*\"]\n          Exceptions: {{}}\n");
    assert_eq!(
        one("*", "awslambda_function_url_public", &rest)
            .exceptions
            .len(),
        1
    );
}

#[test]
fn a_region_of_what_has_none_is_left_out() {
    let rest = "          Regions: [us-east-1]\n          Resources: [\"*\"]\n";
    let imported = one("*", "iam_no_root_access_key", rest);
    assert_eq!(
        why(&imported),
        "region us-east-1: Tripod files iam-root-access-key under the region 'global'; say so in an exception of your own"
    );
    // Identity pools have a region.
    let pools = one("*", "cognito_identity_pool_guest_access_disabled", rest);
    assert_eq!(pools.exceptions.len(), 1);
}

#[test]
fn the_file_reads_as_toml_with_the_keys_of_exceptions_and_the_rest_as_comments() {
    let imported = read(EXAMPLE);
    let text = imported.to_toml();
    let file: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let entries = file["exception"].as_array().expect("entries");
    assert_eq!(entries.len(), imported.exceptions.len());
    let first = entries[0].as_table().expect("a table");
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["check", "expires", "owner", "reason", "region", "resource"]
    );
    let expires = first["expires"].as_datetime().expect("a date");
    assert_eq!(expires.to_string(), "2027-01-31");
    for left in &imported.left_out {
        let line = format!("# - {}: {}: {}\n", left.entry, left.part, left.why);
        assert!(text.contains(&line), "{line}");
    }
}

#[test]
fn the_file_reads_back_as_the_exceptions_it_was_made_of() {
    let hostile = "          Regions: [eu-west-1]\n          Resources: [\"a\\\"]\\nowner = \\\"x\", \"^b$\"]\n          Description: \"two\\nlines\"\n";
    for imported in [
        read(EXAMPLE),
        one("123456789012", "awslambda_function_url_public", hostile),
    ] {
        let text = imported.to_toml();
        let back = Exception::read_all("exceptions.toml", &text, ALL)
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(!back.is_empty());
        assert_eq!(back.len(), imported.exceptions.len());
        for (read, made) in back.iter().zip(&imported.exceptions) {
            assert_eq!(read.check, made.check);
            assert_eq!(read.resource, made.resource);
            let account = read.account.as_ref().map(AccountId::as_str);
            assert_eq!(account, made.account.as_deref());
            assert_eq!(read.region, made.region);
            assert_eq!(read.shown.owner, made.owner);
            assert_eq!(read.shown.reason, made.reason);
            assert_eq!(read.shown.expires, made.expires);
        }
    }
}

#[test]
fn what_prowler_muted_is_accepted_here_and_nothing_else() {
    let imported = one("*", "awslambda_function_url_public", EVERYWHERE);
    let terms = Terms {
        exceptions: Exception::read_all("exceptions.toml", &imported.to_toml(), ALL)
            .expect("exceptions"),
        ..Terms::default()
    };
    let functions = ["my-webhook-2", "orders"].map(|name| with_url(name, "NONE"));
    let snapshot = fixtures::with_functions(functions.into());
    let checks = [tripod_checks::find("lambda-public-url").expect("registered")];
    let settings = Settings::default();
    let findings = assess_under(&View::new(&snapshot, &settings), &checks, &terms).findings;
    let accepted: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.exception.is_some())
        .map(|finding| finding.resource.name.as_str())
        .collect();
    assert_eq!(accepted, ["my-webhook-2"]);
}

/// Every part of an entry is an exception or left out: nothing goes missing.
#[test]
fn each_entry_of_a_mutelist_is_accounted_for() {
    let imported = read(EXAMPLE);
    for entry in [
        "account *, check awslambda_function_no_secrets_in_variables",
        "account *, check ecs_task_definitions_no_environment_secrets",
        "account *, check vpc_flow_logs_enabled",
        "account 123456789012, check *",
        "account 123456789012, check ec2_*",
    ] {
        let carried = imported
            .exceptions
            .iter()
            .any(|it| it.origin.starts_with(&format!("{entry}: ")));
        let left = imported.left_out.iter().any(|it| it.entry == entry);
        assert!(carried || left, "{entry}: {imported:#?}");
    }
}

const EXAMPLE: &str = r#"
Mutelist:
  Accounts:
    "*":
      Checks:
        "awslambda_function_no_secrets_in_variables":
          Regions:
            - "eu-west-1"
          Resources:
            - "ci-logs"
            - "^worker-[0-9]+$"
        "vpc_flow_logs_enabled":
          Regions:
            - "*"
          Resources:
            - "*"
        "ecs_task_definitions_no_environment_secrets":
          Regions:
            - "*"
          Resources:
            - "*"
    "123456789012":
      Checks:
        "ec2_*":
          Regions:
            - "*"
          Resources:
            - "*"
        "*":
          Regions:
            - "*"
          Resources:
            - "test"
          Tags:
            - "test=test"
"#;

#[test]
fn hostile_text_stays_inside_its_string_or_comment() {
    let rest = "          Regions: [\"*\"]\n          Resources: [\"a\\\"]\\nowner = \\\"x\", \"b\\u007f\", \"(c\\n[[exception]]\"]\n          Description: \"line\\nowner = \\\"evil\\\"\"\n";
    let imported = one("*", "awslambda_function_url_public", rest);
    let text = imported.to_toml();
    let file: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let entries = file["exception"].as_array().expect("entries");
    assert_eq!(entries.len(), imported.exceptions.len());
    for (entry, exception) in entries.iter().zip(&imported.exceptions) {
        assert_eq!(
            entry["resource"].as_str(),
            Some(exception.resource.as_str())
        );
        assert_eq!(entry["owner"].as_str(), Some("platform team"));
        assert_eq!(entry["reason"].as_str(), Some("line\nowner = \"evil\""));
    }
    assert!(
        imported
            .left_out
            .iter()
            .any(|it| it.part.contains("[[exception]]"))
    );
}

#[test]
fn what_is_no_mutelist_is_refused_with_the_place() {
    for (yaml, expected) in [
        ("Accounts: {}", "missing field `Mutelist`"),
        (
            "Mutelist:\n  Accounts: []",
            "Mutelist.Accounts: invalid type",
        ),
        (
            "Mutelist:\n  Accounts:\n    \"*\":\n      Checks:\n        a:\n          Resources: [b]",
            "missing field `Regions`",
        ),
        (
            "Mutelist:\n  Accounts:\n    \"*\":\n      Checks:\n        a:\n          Regions: [b]\n          Resources: [b]\n          Owner: c",
            "unknown field `Owner`",
        ),
        (
            "Mutelist:\n  Accounts:\n    \"*\":\n      Checks: {}\n    \"*\":\n      Checks: {}",
            "duplicate entry with key \"*\"",
        ),
        ("Mutelist: [", "line"),
    ] {
        let error = ImportedMutelist::read(yaml, "me", date(2027, 1, 1))
            .expect_err(yaml)
            .to_string();
        assert!(error.starts_with("not a mutelist of Prowler: "), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_owner_is_asked_for() {
    let error = ImportedMutelist::read("Mutelist: {Accounts: {}}", "  ", date(2027, 1, 1))
        .expect_err("empty");
    assert!(error.to_string().contains("somebody who answers for it"));
}
