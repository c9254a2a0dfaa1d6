//! `tripod access`: questions about the snapshot of a scan of the clinic, and the answers that its documents
//! in `localstack/intent` give by hand.

use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{CLINIC_ACCOUNT, json, only_run, scan, sim, stderr, text, tripod};

/// The home of a user who has scanned the clinic once.
fn home() -> &'static Path {
    static HOME: OnceLock<TempDir> = OnceLock::new();
    HOME.get_or_init(|| {
        let home = tempfile::tempdir().expect("a folder");
        let clinic = sim("clinic").start().expect("the sim starts");
        scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
        home
    })
    .path()
}

fn ask(args: &[&str]) -> Output {
    tripod(home())
        .arg("access")
        .args(args)
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The words of a table, whatever stands between them.
fn holds(text: &str, words: &str) -> bool {
    let one_space = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    one_space(text).contains(&one_space(words))
}

/// The document of an answer, its head checked.
fn document(args: &[&str]) -> Value {
    let mut args = args.to_vec();
    args.extend(["--format", "json"]);
    let document = json(&ask(&args));
    assert_eq!(document["schema"], "tripod.access.v1");
    assert_eq!(document["tool"]["name"], "tripod");
    assert_eq!(document["account"], CLINIC_ACCOUNT);
    assert!(document["run"]["id"].is_string());
    document
}

const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims-intake";
const DOCUMENTS: &str = "arn:aws:s3:::clinic-documents/scan.pdf";

#[test]
fn can_says_the_verdict_first_then_the_statement_and_the_policy() {
    let output = ask(&["can", "ci-deployer", "lambda:UpdateFunctionCode", FUNCTION]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.starts_with("ALLOWED: user ci-deployer may lambda:UpdateFunctionCode on "),
        "{text}"
    );
    assert!(
        holds(
            &text,
            "granted by statement 1 of the identity policy 'arn:aws:iam::aws:policy/PowerUserAccess'"
        ),
        "{text}"
    );
}

#[test]
fn a_denial_ends_well_too_and_says_what_is_missing() {
    let output = ask(&["can", "clinic-fhir", "lambda:UpdateFunctionCode", FUNCTION]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(
        text.starts_with("DENIED: role clinic-fhir may not "),
        "{text}"
    );
    assert!(holds(
        &text,
        "missing no resource policy allows it no identity policy allows it"
    ));
}

#[test]
fn a_star_for_an_action_that_acts_on_something_is_answered_with_a_remark() {
    let answer = document(&["can", "clinic-break-glass", "iam:PassRole", "*"]);
    let notes = answer["answer"]["notes"].to_string();
    assert!(notes.contains("iam:PassRole acts on resources"), "{notes}");
    let bucket = "arn:aws:s3:::clinic-documents";
    let answer = document(&["can", "clinic-claims", "s3:GetObject", bucket]);
    let notes = answer["answer"]["notes"].to_string();
    assert!(notes.contains("s3:GetObject acts on arn:"), "{notes}");
}

/// The root of the organisation denies every region but three.
#[test]
fn the_organisation_denies_what_the_administrator_would_do_elsewhere() {
    let elsewhere = "arn:aws:sqs:ap-south-1:111122223333:none";
    let answer = document(&["can", "clinic-break-glass", "sqs:DeleteQueue", elsewhere]);
    assert_eq!(answer["answer"]["verdict"], "denied");
    let blocking = &answer["answer"]["blocking"][0];
    assert_eq!(blocking["layer"], "service control policy");
    assert_eq!(blocking["policy"], "regions");
    let here = document(&[
        "can",
        "clinic-break-glass",
        "sqs:ListQueues",
        "*",
        "--context",
        "aws:RequestedRegion=eu-west-1",
    ]);
    assert_eq!(here["answer"]["verdict"], "allowed");
    assert_eq!(here["question"]["context"][0]["key"], "aws:RequestedRegion");
    let open = document(&["can", "clinic-break-glass", "sqs:ListQueues", "*"]);
    assert_eq!(open["answer"]["verdict"], "depends");
    assert_eq!(open["answer"]["conditions"][0]["must_hold"], false);
}

#[test]
fn an_answer_that_hangs_on_what_was_not_seen_ends_with_code_3() {
    let foreign = "arn:aws:sqs:eu-central-1:444455556666:theirs";
    let output = ask(&["can", "clinic-break-glass", "sqs:SendMessage", foreign]);
    assert_eq!(output.status.code(), Some(3));
    let text = stdout(&output);
    assert!(text.starts_with("NOT ASSESSED: "), "{text}");
    assert!(
        holds(&text, "the resource belongs to account 444455556666"),
        "{text}"
    );
}

#[test]
fn who_can_tells_users_and_roles_and_whom_the_policy_lets_in() {
    let answer = document(&["who-can", "lambda:UpdateFunctionCode", FUNCTION]);
    let holders = answer["answer"]["holders"].as_array().expect("a list");
    let names: Vec<&str> = holders
        .iter()
        .map(|holder| holder["principal"].as_str().expect("an ARN"))
        .collect();
    assert_eq!(
        names,
        [
            "arn:aws:iam::111122223333:role/clinic-break-glass",
            "arn:aws:iam::111122223333:role/clinic-notify",
            "arn:aws:iam::111122223333:role/clinic-partner",
            "arn:aws:iam::111122223333:user/ci-deployer",
        ]
    );
    let partner = "arn:aws:lambda:eu-west-1:111122223333:function:partner-sync";
    let answer = document(&["who-can", "lambda:InvokeFunction", partner]);
    let outsiders = answer["answer"]["outsiders"].as_array().expect("a list");
    assert_eq!(outsiders[0]["who"], "account 444455556666");
    assert_eq!(outsiders[0]["outside"], true);
}

#[test]
fn who_can_without_a_resource_asks_about_all_that_the_snapshot_holds() {
    let output = ask(&["who-can", "sts:AssumeRole"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.starts_with("WHO CAN sts:AssumeRole\n"), "{text}");
    assert!(holds(&text, "lambda.amazonaws.com: allowed"), "{text}");
    assert!(
        holds(&text, "if Bool aws:MultiFactorAuthPresent true holds"),
        "{text}"
    );
    assert!(
        holds(&text, "asked about 1 action on 12 resources"),
        "{text}"
    );
}

#[test]
fn who_can_takes_wildcards_and_leaves_out_what_acts_on_something_else() {
    let answer = document(&["who-can", "lambda:Update*", FUNCTION]);
    let list = |name: &str| answer["answer"][name].as_array().expect("a list").clone();
    assert!(list("actions").contains(&"lambda:UpdateFunctionCode".into()));
    assert!(list("left_out").contains(&"lambda:UpdateCodeSigningConfig".into()));
}

/// clinic-claims may do anything with buckets and their objects, of which a scan reads two and the others only
/// when told; it has no administration of functions.
#[test]
fn reach_tells_by_kind_what_a_role_may_do() {
    let output = ask(&["reach", "clinic-claims"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.starts_with("REACH of role clinic-claims\n"), "{text}");
    assert!(
        holds(
            &text,
            "read data s3:ListBucket allowed clinic-documents; clinic-trails \
             read data s3:ListBucket not assessed clinic-access-logs; clinic-portal \
             the resource policy is not known: a scan reads only buckets that others refer to"
        ),
        "{text}"
    );
    assert!(
        holds(&text, "if not Bool aws:SecureTransport false"),
        "the trail's bucket takes no plain HTTP: {text}"
    );
    assert!(!text.contains("lambda:UpdateFunctionCode"), "{text}");
    let answer = document(&["reach", "clinic-claims"]);
    let reached = answer["answer"]["reached"].as_array().expect("a list");
    let denied = answer["answer"]["denied"].as_u64().expect("a number");
    let asked = answer["answer"]["asked"].as_u64().expect("a number");
    assert!(denied > 0 && !reached.is_empty() && asked > denied);
    assert!(reached.iter().all(|it| it["answer"]["verdict"] != "denied"));
}

/// A grant lets the role decrypt although the key's policy does not; the encryption context limits it.
#[test]
fn a_grant_of_a_key_is_looked_at_before_a_denial_is_said() {
    let key = "arn:aws:kms:eu-central-1:111122223333:key/0c11a1c0-1111-4a01-8c01-000000000001";
    let answer = document(&["can", "clinic-claims", "kms:Decrypt", key]);
    assert_eq!(answer["answer"]["verdict"], "depends");
    assert_eq!(answer["answer"]["granting"][0]["layer"], "grant");
    let answer = document(&["can", "clinic-fhir", "kms:Decrypt", key]);
    assert_eq!(answer["answer"]["verdict"], "denied");
}

#[test]
fn a_principal_may_be_named_in_every_way_that_names_one() {
    for name in [
        "clinic-claims",
        "role/clinic-claims",
        "arn:aws:iam::111122223333:role/clinic-claims",
        "arn:aws:sts::111122223333:assumed-role/clinic-claims/job-7",
    ] {
        let answer = document(&["can", name, "s3:GetObject", DOCUMENTS]);
        assert_eq!(
            answer["question"]["principal"], "arn:aws:iam::111122223333:role/clinic-claims",
            "{name}"
        );
    }
}

#[test]
fn wrong_words_are_named_with_the_nearest_right_ones() {
    let cases: [(&[&str], &[&str]); 9] = [
        (
            &["can", "clinic-clams", "s3:GetObject", DOCUMENTS],
            &[
                "no user or role 'clinic-clams'",
                "did you mean 'clinic-claims'",
            ],
        ),
        (
            &[
                "can",
                "arn:aws:iam::444455556666:role/x",
                "s3:GetObject",
                DOCUMENTS,
            ],
            &["is of account 444455556666", "who-can"],
        ),
        (
            &["can", "clinic-claims", "s3:GetObjekt", DOCUMENTS],
            &["no action 's3:GetObjekt'", "did you mean 's3:GetObject'"],
        ),
        (
            &["reach", "somebody-else-entirely"],
            &["no user or role 'somebody-else-entirely'", "'anna'"],
        ),
        (
            &["who-can", "GetObject"],
            &["no action 'GetObject'", "service:Name"],
        ),
        (
            &["can", "clinic-claims", "s3:Get*", DOCUMENTS],
            &["'s3:Get*' is no single action", "who-can"],
        ),
        (
            &["can", "clinic-claims", "s3:GetObject", "clinic-documents"],
            &["'clinic-documents' is neither an ARN nor '*'"],
        ),
        (
            &["can", "clinic-claims", "lambda:ListFunctions", FUNCTION],
            &["lambda:ListFunctions acts on no resource", "'*'"],
        ),
        (
            &["reach", "clinic-claims", "--account", "999988887777"],
            &[
                "account 999988887777 is not in the snapshot",
                CLINIC_ACCOUNT,
            ],
        ),
    ];
    for (args, words) in cases {
        let output = ask(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let said = stderr(&output);
        for word in words {
            assert!(said.contains(word), "{args:?}: '{word}' in {said}");
        }
    }
}

#[test]
fn the_snapshot_is_that_of_a_file_a_run_or_the_latest_run_and_no_other() {
    let run = only_run(home());
    let snapshot = run.join("snapshot.json");
    let question = ["can", "clinic-claims", "s3:GetObject", DOCUMENTS];
    let latest = stdout(&ask(&question));
    for (option, value) in [("--snapshot", &snapshot), ("--run", &run)] {
        let mut args = question.to_vec();
        args.extend([option, value.to_str().expect("UTF-8")]);
        assert_eq!(stdout(&ask(&args)), latest, "{option}");
    }
    let empty = tempfile::tempdir().expect("a folder");
    let output = tripod(empty.path())
        .arg("access")
        .args(question)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'tripod scan' makes a run"));
}

#[test]
fn an_account_whose_iam_was_not_read_cannot_be_assessed() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(only_run(home()).join("snapshot.json")).expect("readable");
    let mut snapshot: Value = serde_json::from_str(&text).expect("JSON");
    snapshot["accounts"][0]["iam"]["authorization"] = serde_json::json!({"denied": {
        "operation": "iam:GetAccountAuthorizationDetails", "code": "AccessDenied", "request_id": null}});
    let path = folder.path().join("snapshot.json");
    std::fs::write(&path, snapshot.to_string()).expect("writable");
    let path = path.to_str().expect("UTF-8");
    let output = ask(&["reach", "clinic-claims", "--snapshot", path]);
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(
        said.contains("AWS denied iam:GetAccountAuthorizationDetails"),
        "{said}"
    );
    assert!(said.contains("hint: scan with the permission iam:GetAccountAuthorizationDetails"));
}

#[test]
fn paths_to_administrator_are_told_step_by_step_with_their_statements() {
    let output = ask(&["paths", "--from", "ci-deployer", "--to", "admin"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        holds(
            &text,
            "YES: ci-deployer -> clinic-notify (administrator) 1. ci-deployer makes a function"
        ),
        "{text}"
    );
    let granted = "iam:PassRole on arn:aws:iam::111122223333:role/clinic-notify: statement 1 of the identity policy 'pass'";
    assert!(holds(&text, granted), "{text}");
    // Nobody has written a policy for the reader of one table that leads anywhere.
    let output = ask(&["paths", "--from", "clinic-fhir", "--to", "admin"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("0 paths"));
}

#[test]
fn paths_from_the_internet_name_what_has_to_hold() {
    let output = ask(&[
        "paths", "--from", "internet", "--to", "admin", "--format", "json",
    ]);
    let document = json(&output);
    assert_eq!(document["schema"], "tripod.paths.v1");
    assert_eq!(document["account"], CLINIC_ACCOUNT);
    let paths = document["paths"].as_array().expect("paths");
    assert_eq!(
        paths.len(),
        1,
        "the open URL of a function that is administrator"
    );
    assert_eq!(paths[0]["from"]["kind"], "internet");
    assert_eq!(paths[0]["to"]["kind"], "administrator");
    let through = &paths[0]["steps"][0]["to"]["name"];
    assert!(
        text(through).ends_with(":function:partner-hook"),
        "{through}"
    );
    assert!(
        !paths[0]["conditions"]
            .as_array()
            .expect("conditions")
            .is_empty()
    );
}

#[test]
fn paths_are_drawn_whole_and_without_anything_from_elsewhere() {
    let drawn = |format: &str| stdout(&ask(&["paths", "--format", format]));
    assert!(drawn("dot").starts_with("digraph"));
    let svg = drawn("svg");
    assert!(
        svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
        "{svg}"
    );
    let html = drawn("html");
    assert!(html.starts_with("<!doctype html>") || html.starts_with("<!DOCTYPE html>"));
    for picture in [svg, html] {
        assert!(picture.contains("clinic-notify"));
        for foreign in ["<script", "<link", "src=\"http", "url(http"] {
            assert!(!picture.contains(foreign), "{foreign}");
        }
    }
}

#[test]
fn a_start_or_goal_that_is_none_is_named() {
    for (args, value) in [
        (&["paths", "--from", "ci-deployr"][..], "ci-deployr"),
        (
            &[
                "paths",
                "--from",
                "ci-deployer",
                "--to",
                "arn:aws:iam::111122223333:role/none",
            ],
            "role/none",
        ),
        (
            &["paths", "--to", "arn:aws:iam::111122223333:role/none"],
            "role/none",
        ),
    ] {
        let output = ask(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(value), "{}", stderr(&output));
    }
}
