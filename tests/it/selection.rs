//! A scan for some checks asks less, and says of them what a whole scan says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{CLINIC_ACCOUNT, Key, findings, scan, sim};

/// What a report says, but for where it was read, which is each run's own.
fn said(report: &Value) -> BTreeMap<Key, (Value, Value, Value)> {
    let of = |finding: Value| {
        let part = |name: &str| finding[name].clone();
        (part("outcome"), part("message"), part("severity"))
    };
    findings(report)
        .into_iter()
        .map(|(key, finding)| (key, of(finding)))
        .collect()
}

/// What is asked for one check alone.
fn asked_for(check: &str) -> BTreeSet<String> {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let only = ["--check", check, "--no-save"];
    scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &only);
    let requests = clinic.requests().into_iter();
    requests
        .map(|request| format!("{}:{}", request.service, request.operation))
        .collect()
}

#[test]
fn each_check_alone_finds_what_it_finds_among_all() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let endpoint = clinic.endpoint();
    let whole = said(&scan(
        home.path(),
        &endpoint,
        CLINIC_ACCOUNT,
        &["--no-save"],
    ));
    for check in tripod_checks::ALL {
        let only = ["--check", check.id, "--no-save"];
        let alone = said(&scan(home.path(), &endpoint, CLINIC_ACCOUNT, &only));
        let among: BTreeMap<_, _> = whole
            .iter()
            .filter(|((id, _), _)| id == check.id)
            .map(|(key, finding)| (key.clone(), finding.clone()))
            .collect();
        assert_eq!(alone, among, "{}", check.id);
    }
}

#[test]
fn of_each_thing_only_what_the_chosen_check_reads_is_asked() {
    let asked = asked_for("lambda-public-url");
    let of_each: BTreeSet<&str> = asked
        .iter()
        .filter_map(|operation| operation.strip_prefix("lambda:"))
        .filter(|operation| {
            operation.starts_with("Get") || operation.starts_with("ListFunctionUrl")
        })
        .collect();
    // Beside the settings of the account, which are one call.
    let expected = ["GetAccountSettings", "ListFunctionUrlConfigs"];
    assert_eq!(of_each, BTreeSet::from(expected));
    let asked = asked_for("kms-public-key-policy");
    let of_each: BTreeSet<&str> = asked
        .iter()
        .filter_map(|operation| operation.strip_prefix("kms:"))
        .filter(|operation| {
            !["ListKeys", "ListAliases", "DescribeCustomKeyStores"].contains(operation)
        })
        .collect();
    assert_eq!(of_each, BTreeSet::from(["DescribeKey", "GetKeyPolicy"]));
}
