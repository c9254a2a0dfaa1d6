//! Every operation denied in turn: what depends on it is not assessed, and nothing else changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tripod_checks::Check;
use tripod_sim::Fault;

use crate::rounds::{self, scan_with};
use crate::support::{
    CLINIC_ACCOUNT, Key, complaints, findings, outcomes, scan, sim, stderr, text, tripod_as,
};

/// Only gives keys their names: without it they go by their ids, and no outcome changes.
const NAMING: &str = "kms:ListAliases";

/// What only the graph of escalations and the table of triggers read, and nobody in the clinic hangs on: whoever may
/// change such a thing there becomes an administrator without, and the one user pool that is a trigger is named by
/// a REST API. And what no function of the clinic uses of its network: no outgoing rule names a prefix list, and no
/// default route leads to a transit gateway.
const NOT_SHOWN: [&str; 10] = [
    "apigatewayv2:GetAuthorizers",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeTransitGatewayVpcAttachments",
    "ec2:GetManagedPrefixListEntries",
    "events:ListTargetsByRule",
    "pipes:DescribePipe",
    "pipes:ListPipes",
    "scheduler:GetSchedule",
    "scheduler:ListSchedules",
    "stepfunctions:DescribeStateMachine",
];

/// Scans under way at once, for two processors.
const SIDE_BY_SIDE: usize = 3;

#[test]
fn a_denied_operation_takes_away_what_depends_on_it_and_nothing_else() {
    let whole = scan_without(None);
    let unread = rounds::unread();
    let operations: Vec<&str> = rounds::operations()
        .into_iter()
        .filter(|operation| !unread.contains(operation) || *operation == NAMING)
        .collect();
    complaints(SIDE_BY_SIDE, &operations, |operation| {
        compare(operation, &whole, &scan_without(Some(operation)));
        vec![]
    });
}

/// The findings on the clinic, with an operation denied.
fn scan_without(operation: Option<&str>) -> BTreeMap<Key, Value> {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = match operation {
        Some(operation) => sim("clinic").deny(operation),
        None => sim("clinic"),
    };
    let clinic = clinic.start().expect("the sim starts");
    let regions = rounds::REGIONS.iter().flat_map(|name| ["--region", name]);
    let arguments: Vec<&str> = regions.chain(["--no-save"]).collect();
    findings(&scan(
        home.path(),
        &clinic.endpoint(),
        CLINIC_ACCOUNT,
        &arguments,
    ))
}

#[test]
fn what_no_check_reads_changes_no_outcome_when_it_is_denied() {
    let whole = outcomes(&scan_with(&BTreeSet::new(), &Fault::Deny).report);
    rounds::in_rounds(rounds::unread(), &Fault::Deny, |seen, _| {
        assert_eq!(outcomes(&seen.report), whole);
    });
}

fn compare(operation: &str, whole: &BTreeMap<Key, Value>, denied: &BTreeMap<Key, Value>) {
    let mut changed = 0;
    for (key, before) in whole {
        let check = check(&key.0);
        match denied.get(key) {
            // A verdict may stand without the operation, and then say less about it.
            Some(after) if after["outcome"] == before["outcome"] => {
                let same = after["message"] == before["message"];
                assert!(
                    same || check.needs.contains(&operation),
                    "{operation}: {after:#}"
                );
                // What it says less is what was read.
                changed += i32::from(!same && operation != NAMING);
            }
            Some(after) => {
                assert_denied(operation, check, after);
                changed += 1;
            }
            // A list that cannot be read leaves one outcome in place of its items'.
            None => {
                assert_depends(operation, check);
                let region = text(&before["resource"]["region"]);
                assert!(
                    stands_in(denied, check, &region),
                    "{operation}: {key:?} vanished"
                );
                changed += 1;
            }
        }
    }
    for (key, after) in denied {
        if !whole.contains_key(key) {
            assert_denied(operation, check(&key.0), after);
        }
    }
    let read = operation != NAMING
        && !NOT_SHOWN.contains(&operation)
        && tripod_checks::ALL
            .iter()
            .any(|check| check.needs.contains(&operation));
    assert_eq!(changed > 0, read, "{operation}: {changed} verdicts changed");
}

fn check(id: &str) -> &'static Check {
    tripod_checks::find(id).expect("a check")
}

fn assert_depends(operation: &str, check: &Check) {
    let needs = check.needs;
    assert!(
        needs.contains(&operation),
        "{} does not read {operation}",
        check.id
    );
}

/// "Not assessed", by this operation, with the permission that would cure it.
fn assert_denied(operation: &str, check: &Check, finding: &Value) {
    assert_depends(operation, check);
    assert_eq!(
        finding["outcome"], "not_assessed",
        "{operation}: {finding:#}"
    );
    assert_eq!(
        finding["cause"]["kind"], "denied",
        "{operation}: {finding:#}"
    );
    assert_eq!(finding["cause"]["operation"], operation, "{finding:#}");
    let permission = tripod_model::permission_for(operation);
    assert_eq!(finding["cause"]["permission"], permission, "{finding:#}");
}

/// Whether something unread stands for the check's resources of the region.
fn stands_in(denied: &BTreeMap<Key, Value>, check: &Check, region: &str) -> bool {
    denied.iter().any(|((id, _), finding)| {
        *id == check.id
            && finding["outcome"] == "not_assessed"
            && finding["resource"]["region"] == region
    })
}

#[test]
fn every_call_denied_but_the_first_two_is_no_clean_account() {
    let home = tempfile::tempdir().expect("a folder");
    let mut builder = sim("clinic");
    for operation in rounds::operations() {
        builder = builder.deny(operation);
    }
    let sim = builder.start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args([
            "scan",
            "--endpoint-url",
            &sim.endpoint(),
            "--no-save",
            "--format",
            "json",
        ])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report all the same");
    for finding in report["findings"].as_array().expect("findings") {
        assert_eq!(finding["outcome"], "not_assessed", "{finding:#}");
    }
    assert!(stderr(&output).contains("no region could be read"));
}

#[test]
fn without_an_identity_or_regions_the_scan_says_so() {
    let home = tempfile::tempdir().expect("a folder");
    for (operation, fault, named) in [
        ("sts:GetCallerIdentity", Fault::Deny, "AccessDenied"),
        ("ec2:DescribeRegions", Fault::Deny, "ec2:DescribeRegions"),
    ] {
        let sim = sim("clinic")
            .fault(operation, fault)
            .start()
            .expect("the sim starts");
        let output = tripod_as(home.path(), CLINIC_ACCOUNT)
            .args(["scan", "--endpoint-url", &sim.endpoint(), "--no-save"])
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(3), "{operation}");
        assert!(
            stderr(&output).contains(named),
            "{operation}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn an_operation_that_the_endpoint_lacks_is_unsupported_and_no_pass() {
    let home = tempfile::tempdir().expect("a folder");
    let sim = sim("clinic")
        .fault("lambda:ListFunctionUrlConfigs", Fault::Unsupported)
        .start()
        .expect("the sim starts");
    let report = scan(
        home.path(),
        &sim.endpoint(),
        CLINIC_ACCOUNT,
        &["--no-save", "--check", "LX07"],
    );
    let findings = findings(&report);
    assert!(!findings.is_empty());
    for finding in findings.values() {
        assert_eq!(finding["outcome"], "not_assessed", "{finding:#}");
        assert_eq!(finding["cause"]["kind"], "unsupported", "{finding:#}");
    }
}

/// Answers that are no answers. None of them may read as an empty account or a policy that is not there.
#[test]
fn a_faulty_answer_is_not_assessed_and_no_pass() {
    // Side by side: a faulty answer is tried again several times before it is given up.
    std::thread::scope(|all| {
        for (operation, row) in [
            ("lambda:GetPolicy", "LX01"),
            ("lambda:ListFunctions", "LX17"),
            ("kms:GetKeyPolicy", "KM03"),
            ("ec2:DescribeFlowLogs", "VN01"),
            ("apigateway:GetResources", "GA18"),
            ("iam:GetAccountAuthorizationDetails", "IG01"),
        ] {
            for fault in [Fault::Empty, Fault::Garbage, Fault::Truncate] {
                all.spawn(move || assert_no_verdict(operation, row, fault));
            }
        }
    });
}

fn assert_no_verdict(operation: &str, row: &str, fault: Fault) {
    let home = tempfile::tempdir().expect("a folder");
    let named = format!("{fault:?} on {operation}");
    let sim = sim("clinic")
        .fault(operation, fault)
        .start()
        .expect("the sim starts");
    let more = ["--no-save", "--check", row, "--region", "eu-west-1"];
    let report = scan(home.path(), &sim.endpoint(), CLINIC_ACCOUNT, &more);
    let findings = findings(&report);
    assert!(!findings.is_empty(), "{named}");
    for finding in findings.values() {
        assert_eq!(finding["outcome"], "not_assessed", "{named}: {finding:#}");
        assert_eq!(
            finding["cause"]["operation"], operation,
            "{named}: {finding:#}"
        );
    }
}
