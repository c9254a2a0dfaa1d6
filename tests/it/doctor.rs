//! `tripod doctor`: what it says of an account before a scan, and that it costs next to nothing.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::Value;
use tripod_sim::{Fault, Sim};

use crate::support::{CLINIC_ACCOUNT, json, scan, sim, stderr, text, tripod, tripod_as};

/// The region of the estate in which most is to be seen.
const HOME: &str = "eu-central-1";

/// The account of the estate `fresh`, which holds next to nothing.
const FRESH_ACCOUNT: &str = "444455556666";

/// What is tried, and the IAM action that cures a refusal.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const TRIED: [(&str, &str); 9] = [
    ("sts:GetCallerIdentity", "sts:GetCallerIdentity"),
    ("ec2:DescribeRegions", "ec2:DescribeRegions"),
    ("iam:GetAccountSummary", "iam:GetAccountSummary"),
    ("lambda:GetAccountSettings", "lambda:GetAccountSettings"),
    ("apigateway:GetRestApis", "apigateway:GET"),
    ("apigatewayv2:GetApis", "apigateway:GET"),
    ("kms:ListKeys", "kms:ListKeys"),
    ("cloudtrail:DescribeTrails", "cloudtrail:DescribeTrails"),
    ("ec2:DescribeVpcs", "ec2:DescribeVpcs"),
];

fn doctor(home: &Path, endpoint: &str, more: &[&str]) -> Output {
    doctor_as(home, CLINIC_ACCOUNT, endpoint, more)
}

fn doctor_as(home: &Path, account: &str, endpoint: &str, more: &[&str]) -> Output {
    let mut command = tripod_as(home, account);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command
        .args(["doctor", "--endpoint-url", endpoint])
        .args(more)
        .output()
        .expect("the program runs")
}

/// The diagnosis of an estate, as data.
fn diagnosis(sim: &Sim, more: &[&str]) -> (Value, Output) {
    let home = tempfile::tempdir().expect("a folder");
    let args = [&["--format", "json"], more].concat();
    let output = doctor(home.path(), &sim.endpoint(), &args);
    (json(&output), output)
}

/// What came back of each operation.
fn answers(diagnosis: &Value) -> BTreeMap<String, String> {
    let trials = diagnosis["trials"].as_array().expect("trials");
    trials
        .iter()
        .map(|trial| (text(&trial["operation"]), text(&trial["answer"])))
        .collect()
}

/// A port that was free a moment ago, and has nobody behind it now.
fn nobody() -> String {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    format!("http://127.0.0.1:{port}")
}

#[test]
fn a_whole_account_is_well_in_under_ten_calls() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let (said, output) = diagnosis(&clinic, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    let asked = clinic.requests();
    assert!(asked.len() < 10, "{} requests", asked.len());
    assert_eq!(said["requests"], asked.len());

    assert_eq!(said["schema"], "tripod.doctor.v1");
    assert_eq!(said["well"], true);
    assert_eq!(said["caller"]["account"], CLINIC_ACCOUNT);
    assert_eq!(said["partition"], "aws");
    assert_eq!(said["credentials"]["source"], "environment variables");
    assert_eq!(said["credentials"]["expires"], Value::Null);
    // The sim dates an answer only where a clock is the matter; AWS dates all of them.
    assert_eq!(said["clock"]["state"], "unknown");
    assert_eq!(said["endpoint"], clinic.endpoint());
    assert_eq!(said["last_run"], Value::Null);
    let tried: Vec<(String, String)> = said["trials"]
        .as_array()
        .expect("trials")
        .iter()
        .map(|trial| (text(&trial["operation"]), text(&trial["action"])))
        .collect();
    let expected = TRIED.map(|(operation, action)| (operation.to_owned(), action.to_owned()));
    assert_eq!(tried, expected);
    assert!(answers(&said).values().all(|answer| answer == "allowed"));
}

#[test]
fn every_region_in_use_answers_and_the_others_are_named() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let (said, _) = diagnosis(&clinic, &[]);
    let home = tempfile::tempdir().expect("a folder");
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    let scanned = report["run"]["accounts"][0]["regions"]
        .as_array()
        .expect("regions")
        .iter()
        .map(|region| (text(&region["name"]), text(&region["status"])));
    let expected: BTreeMap<String, String> = scanned
        .map(|(name, status)| {
            let reach = if status == "disabled" {
                "not_opted_in"
            } else {
                "answers"
            };
            (name, reach.to_owned())
        })
        .collect();
    assert!(expected.values().any(|reach| reach == "not_opted_in"));
    let regions = said["regions"].as_array().expect("regions");
    let reached: BTreeMap<String, String> = regions
        .iter()
        .map(|region| (text(&region["name"]), text(&region["status"])))
        .collect();
    assert_eq!(reached, expected);
}

/// Whether more may be asked than was foreseen: of published versions, aliases and event data stores beside
/// functions and trails, and of whatever neighbours hold. Nobody counts these; they are taken to be none.
fn partly_counted(operation: &str) -> bool {
    let core = ["lambda:GetPolicy", "cloudtrail:GetInsightSelectors"];
    let mut around = tripod_collect::ALL
        .iter()
        .filter(|reader| matches!(reader, tripod_collect::Reader::Neighbour(_)));
    core.contains(&operation) || around.any(|reader| reader.asks(operation))
}

#[test]
fn the_estimate_holds_what_a_scan_then_asks() {
    for (estate, account) in [("clinic", CLINIC_ACCOUNT), ("fresh", FRESH_ACCOUNT)] {
        let clinic = sim(estate).start().expect("the sim starts");
        let home = tempfile::tempdir().expect("a folder");
        let args = ["--region", HOME, "--format", "json"];
        let output = doctor_as(home.path(), account, &clinic.endpoint(), &args);
        assert!(output.status.success(), "{}", stderr(&output));
        let said = json(&output);
        let begin = clinic.requests().len();
        let report = scan(home.path(), &clinic.endpoint(), account, &args[..2]);
        let made = u64::try_from(clinic.requests().len() - begin).expect("a number");
        let by_operation = &report["run"]["requests"]["by_operation"];

        // Each operation is in its range, and with it the whole. Lists that nobody counts fit on one
        // page here, but for what is taken to be none and is there.
        let estimate = &said["estimate"];
        let mut uncounted = 0;
        for (operation, range) in estimate["operations"].as_object().expect("operations") {
            let calls = by_operation[operation].as_u64().unwrap_or(0);
            let fewest = range["at_least"].as_u64().expect("a number");
            assert!(fewest <= calls, "{estate}: {operation}: {calls}, {range}");
            let most = range["up_to"].as_u64().expect("all is counted");
            if most == 0 || partly_counted(operation) {
                uncounted += calls.saturating_sub(most);
                continue;
            }
            assert!(calls <= most, "{estate}: {operation}: {calls}, {range}");
        }
        // The whole is within a third of the middle of its range.
        let fewest = estimate["calls"]["at_least"].as_u64().expect("a number");
        let most = estimate["calls"]["up_to"].as_u64().expect("a number");
        let (middle, made) = (u64::midpoint(fewest, most), made - uncounted);
        assert!(
            made.abs_diff(middle) * 3 <= middle,
            "{estate}: {made} calls, foreseen {fewest} to {most}"
        );
    }
}

#[test]
fn an_empty_region_costs_what_is_foreseen_for_it() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let (said, _) = diagnosis(&clinic, &[]);
    let regions = said["regions"].as_array().expect("regions");
    let in_use = regions
        .iter()
        .filter(|region| region["status"] == "answers");
    assert_eq!(
        said["estimate"]["other_regions"].as_u64(),
        Some(in_use.count() as u64 - 1)
    );
    // A region of which the estate says nothing is empty.
    let fewest = said["estimate"]["calls_of_an_empty_region"].as_u64();
    let empty = sim("fresh").start().expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let report = scan(
        home.path(),
        &empty.endpoint(),
        FRESH_ACCOUNT,
        &["--region", "eu-west-1"],
    );
    let by_operation = report["run"]["requests"]["by_operation"]
        .as_object()
        .expect("operations");
    let regional: u64 = by_operation
        .iter()
        .filter(|(name, _)| {
            !name.starts_with("iam:")
                && !["sts:GetCallerIdentity", "ec2:DescribeRegions"].contains(&name.as_str())
        })
        .filter_map(|(_, calls)| calls.as_u64())
        .sum();
    // Asked once for the account, whatever it holds.
    let global: usize = tripod_collect::ALL
        .iter()
        .filter(|reader| reader.place() == tripod_collect::Place::Global)
        .map(|reader| match reader {
            tripod_collect::Reader::Core(_) => 0,
            tripod_collect::Reader::Neighbour(neighbour) => neighbour.lists.len(),
        })
        .sum();
    assert_eq!(
        fewest.map(|fewest| fewest + global as u64),
        Some(regional),
        "{by_operation:?}"
    );
}

#[test]
fn each_operation_denied_is_named_with_its_cure_and_the_others_are_still_ok() {
    for (operation, action) in &TRIED[1..] {
        let clinic = sim("clinic").deny(operation).start().expect("it starts");
        let (said, output) = diagnosis(&clinic, &[]);
        assert_eq!(output.status.code(), Some(3), "{operation}");
        assert_eq!(said["well"], false, "{operation}");
        for trial in said["trials"].as_array().expect("trials") {
            let own = trial["operation"] == *operation;
            let answer = if own { "denied" } else { "allowed" };
            assert_eq!(trial["answer"], answer, "{operation}: {trial}");
            if own {
                assert_eq!(trial["action"], *action);
                assert!(!text(&trial["code"]).is_empty());
            }
        }
        assert!(clinic.requests().len() < 10, "{operation}");
        let told = stderr(&output);
        assert!(told.contains(&format!("denied: {operation}")), "{told}");
        assert!(told.contains("'tripod policy'"), "{told}");
        let home = tempfile::tempdir().expect("a folder");
        let page = doctor(home.path(), &clinic.endpoint(), &[]);
        let page = String::from_utf8_lossy(&page.stdout).into_owned();
        let line = page.lines().find(|line| line.contains("denied"));
        let line = line.unwrap_or_else(|| panic!("a line says so: {page}"));
        assert!(line.contains(operation) && line.ends_with(&format!("allow {action}")));
    }
}

#[test]
fn what_a_denied_operation_would_have_counted_is_not_known() {
    let clinic = sim("clinic")
        .deny("lambda:GetAccountSettings")
        .start()
        .expect("the sim starts");
    let (said, _) = diagnosis(&clinic, &[]);
    let estimate = &said["estimate"];
    assert_eq!(estimate["counts"]["functions"]["known"], "unknown");
    assert_eq!(estimate["calls"]["up_to"], Value::Null);
    assert_eq!(estimate["seconds"]["up_to"], Value::Null);
}

#[test]
fn without_the_list_of_regions_home_alone_is_tried_and_that_is_said() {
    let clinic = sim("clinic")
        .deny("ec2:DescribeRegions")
        .start()
        .expect("the sim starts");
    let (said, _) = diagnosis(&clinic, &[]);
    assert_eq!(said["regions_listed"], false);
    assert_eq!(said["regions"].as_array().map(Vec::len), Some(1));
    assert_eq!(said["regions"][0]["name"], HOME);
}

#[test]
fn without_an_identity_nothing_else_is_tried() {
    for (fault, word) in [
        (Fault::Expired, "expired"),
        (Fault::Deny, "did not accept the credentials"),
    ] {
        let clinic = sim("clinic")
            .fault("sts:GetCallerIdentity", fault)
            .start()
            .expect("the sim starts");
        let home = tempfile::tempdir().expect("a folder");
        let output = doctor(home.path(), &clinic.endpoint(), &[]);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
        assert!(stderr(&output).contains("hint: "), "{}", stderr(&output));
        let others = clinic.requests().into_iter();
        let others = others.filter(|request| request.operation != "GetCallerIdentity");
        assert_eq!(others.count(), 0);
    }
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod(home.path())
        .arg("doctor")
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("no AWS credentials"));
}

#[test]
fn credentials_that_end_on_the_way_have_expired() {
    let clinic = sim("clinic")
        .fault("lambda:GetAccountSettings", Fault::Expired)
        .start()
        .expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let output = doctor(home.path(), &clinic.endpoint(), &[]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("the credentials have expired"));
}

#[test]
fn a_role_says_that_it_is_one_and_when_its_session_ends() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let role = format!("arn:aws:iam::{CLINIC_ACCOUNT}:role/tripod");
    let (said, output) = diagnosis(&clinic, &["--role-arn", &role]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(said["credentials"]["source"], "assumed role");
    let expires = text(&said["credentials"]["expires"]);
    assert!(expires.ends_with('Z'), "{expires}");
    // Assuming the role is the way in and comes before the nine.
    let asked = clinic.requests().into_iter();
    let asked = asked.filter(|request| request.operation != "AssumeRole");
    assert_eq!(asked.count(), TRIED.len());
}

#[test]
fn a_region_that_the_account_has_not_opted_in_to_is_not_well() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let (said, output) = diagnosis(&clinic, &["--region", "me-south-1"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(said["regions"][0]["status"], "not_opted_in");
    assert!(stderr(&output).contains("has not opted in"));
}

#[test]
fn wrong_usage_and_an_endpoint_without_anybody_are_the_caller_s_to_mend() {
    let home = tempfile::tempdir().expect("a folder");
    let endpoint = nobody();
    let output = doctor(home.path(), &endpoint, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains(&endpoint), "{}", stderr(&output));
    let clinic = sim("clinic").start().expect("the sim starts");
    for name in ["mars-1", "eu-south-9"] {
        let output = doctor(home.path(), &clinic.endpoint(), &["--region", name]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(&format!("'{name}'")));
    }
}

#[test]
fn a_clock_that_is_wrong_is_said_and_costs_one_refusal() {
    for (minutes, side) in [(20, "20 minutes behind"), (-20, "20 minutes ahead of")] {
        let mut clinic = sim("clinic");
        for (operation, _) in TRIED {
            clinic = clinic.fault(operation, Fault::Skewed(minutes));
        }
        let clinic = clinic.start().expect("the sim starts");
        let (said, output) = diagnosis(&clinic, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let behind = said["clock"]["behind_seconds"].as_i64().expect("it is off");
        assert!((behind - minutes * 60).abs() < 10, "{behind}");
        assert_eq!(clinic.requests().len(), TRIED.len() + 1);
        let home = tempfile::tempdir().expect("a folder");
        let page = doctor(home.path(), &clinic.endpoint(), &[]);
        let page = String::from_utf8_lossy(&page.stdout).into_owned();
        assert!(page.contains(side), "{page}");
    }
}

#[test]
fn a_clock_that_is_right_is_said_to_be() {
    let clinic = sim("clinic")
        .fault("sts:GetCallerIdentity", Fault::Skewed(0))
        .start()
        .expect("the sim starts");
    let (said, _) = diagnosis(&clinic, &[]);
    assert_eq!(said["clock"]["state"], "right");
}

#[test]
fn an_operation_that_hangs_is_given_up_and_the_others_are_told() {
    let clinic = sim("clinic")
        .fault("kms:ListKeys", Fault::Hang)
        .start()
        .expect("the sim starts");
    let begin = Instant::now();
    // Two attempts of two seconds, and the wait between them; the rest is for a busy machine.
    let (said, output) = diagnosis(&clinic, &["--timeout", "2"]);
    assert!(begin.elapsed() < Duration::from_mins(1));
    assert_eq!(output.status.code(), Some(3));
    let mut answers = answers(&said);
    assert_eq!(answers.remove("kms:ListKeys").as_deref(), Some("failed"));
    assert!(
        answers.values().all(|answer| answer == "allowed"),
        "{answers:?}"
    );
    assert!(stderr(&output).contains("failed: kms:ListKeys"));
}

#[test]
fn the_last_run_of_the_account_is_told_and_of_no_other() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    let of = |account: &str, sim: &Sim| {
        let output = doctor_as(home.path(), account, &sim.endpoint(), &["--format", "json"]);
        json(&output)["last_run"].clone()
    };
    let last = of(CLINIC_ACCOUNT, &clinic);
    assert_eq!(last["id"], report["run"]["id"]);
    assert_eq!(last["requests"], report["run"]["requests"]["total"]);
    let fresh = sim("fresh").start().expect("the sim starts");
    assert_eq!(of(FRESH_ACCOUNT, &fresh), Value::Null);
}

#[test]
fn nothing_is_kept() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let output = doctor(home.path(), &clinic.endpoint(), &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let left: Vec<_> = std::fs::read_dir(home.path()).expect("readable").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_page_says_everything_in_words() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let output = doctor(home.path(), &clinic.endpoint(), &["--quota-share", "1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!page.contains('\u{1b}'), "no colour carries a meaning");
    for words in [
        "CREDENTIALS",
        "account       111122223333 in partition aws",
        "which is not AWS",
        "REGIONS (reach of the network; it is not permission)",
        "not opted in",
        "OPERATIONS (9 requests, those of a region in eu-central-1)",
        "ok            kms:ListKeys",
        "A FULL SCAN (counted in eu-central-1, with global services)",
        "12 functions",
        "what they hold is not known",
        "none is kept of this account",
        "All is well",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn a_proxy_that_is_not_used_is_named() {
    let clinic = sim("clinic").start().expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .env("HTTPS_PROXY", nobody())
        .args(["doctor", "--endpoint-url", &clinic.endpoint()])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("HTTPS_PROXY is set"));
}
