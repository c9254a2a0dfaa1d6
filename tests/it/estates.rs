//! A scan of an estate says what the estate was built to say.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;
use tripod_sim::Sim;

use crate::support::{
    CLINIC_ACCOUNT, UNSERVED, assert_outcomes, expected, models, outcomes, scan, sim, text,
    tripod_as,
};

#[test]
fn the_clinic_is_judged_as_it_was_built() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    assert_outcomes(&expected("clinic"), &report);
    let disabled: Vec<&str> = report["run"]["accounts"][0]["regions"]
        .as_array()
        .expect("regions")
        .iter()
        .filter(|region| region["status"] == "disabled")
        .filter_map(|region| region["name"].as_str())
        .collect();
    assert_eq!(disabled, ["me-south-1"], "a region not in use is named");
}

#[test]
fn an_untouched_account_is_judged_as_it_is() {
    let home = tempfile::tempdir().expect("a folder");
    let fresh = sim("fresh").start().expect("the sim starts");
    let report = scan(home.path(), &fresh.endpoint(), "444455556666", &[]);
    assert_outcomes(&expected("fresh"), &report);
}

#[test]
fn a_scan_asks_what_it_declares_all_of_it_and_nothing_else() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    scan(
        home.path(),
        &clinic.endpoint(),
        CLINIC_ACCOUNT,
        &["--last-accessed"],
    );
    let mut asked: BTreeSet<String> = clinic
        .requests()
        .iter()
        .map(|request| format!("{}:{}", request.service, request.operation))
        .filter(|operation| !operation.contains(' '))
        .collect();
    asked.extend(UNSERVED.map(str::to_owned));
    let declared: BTreeSet<String> = tripod_collect::operations()
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(asked, declared);
    let permissions = fs::read_to_string(crate::support::repo("docs/reference/permissions.md"))
        .expect("generated");
    for operation in declared {
        assert!(
            permissions.contains(&format!("| {operation} |")),
            "{operation}"
        );
    }
}

#[test]
fn no_question_is_asked_twice() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    let requests = clinic.requests();
    let questions: BTreeSet<String> = requests
        .iter()
        .map(|request| {
            format!(
                "{} {}:{} {}",
                request.region, request.service, request.operation, request.params
            )
        })
        .collect();
    assert_eq!(questions.len(), requests.len());
    assert_eq!(report["run"]["requests"]["total"], requests.len());
    assert_eq!(report["run"]["requests"]["retries"], 0);
}

#[test]
fn every_page_of_a_list_is_followed() {
    let home = tempfile::tempdir().expect("a folder");
    let estate = home.path().join("estate");
    fs::create_dir_all(estate.join("eu-central-1")).expect("made");
    let functions: Vec<_> = (0..120)
        .map(|number| {
            json!({
                "FunctionName": format!("f{number:03}"),
                "FunctionArn": format!("arn:aws:lambda:eu-central-1:{CLINIC_ACCOUNT}:function:f{number:03}"),
                "Runtime": "python3.14",
                "Timeout": if number == 119 { 900 } else { 3 },
            })
        })
        .collect();
    let write = |path: &str, document: &serde_json::Value| {
        fs::write(estate.join(path), document.to_string()).expect("written");
    };
    write(
        "estate.json",
        &json!({
            "description": "more functions than two pages hold",
            "account": CLINIC_ACCOUNT,
            "caller": {"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:user/auditor"), "UserId": "AIDAX"},
            "regions": [{"name": "eu-central-1", "opt_in": "opt-in-not-required"}],
        }),
    );
    write(
        "eu-central-1/lambda.json",
        &json!({"ListFunctions": [{"answer": {"Functions": functions}}]}),
    );
    let sim = Sim::builder()
        .models(models())
        .estate(&estate)
        .start()
        .expect("the sim starts");
    let report = scan(
        home.path(),
        &sim.endpoint(),
        CLINIC_ACCOUNT,
        &["--check", "LA16"],
    );
    assert_eq!(
        report["run"]["requests"]["by_operation"]["lambda:ListFunctions"],
        3
    );
    let outcomes = outcomes(&report);
    assert_eq!(outcomes.len(), 120);
    let failing: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| *outcome == "fail")
        .collect();
    assert_eq!(failing.len(), 1, "the last one of the last page");
    assert!(failing[0].0.1.ends_with("f119"));
}

#[test]
fn a_throttled_call_is_tried_again_and_counted() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic")
        .fault(
            "lambda:GetPolicy",
            tripod_sim::Fault::Throttle {
                first: 2,
                retry_after: None,
            },
        )
        .start()
        .expect("the sim starts");
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    assert_outcomes(&expected("clinic"), &report);
    let throttled = report["run"]["requests"]["throttled"]
        .as_u64()
        .expect("a count");
    assert!(throttled >= 2, "{throttled}");
    assert_eq!(report["run"]["requests"]["retries"], throttled);
}

#[test]
fn hostile_names_reach_the_terminal_as_plain_text_and_the_endpoint_is_named() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--endpoint-url", &clinic.endpoint(), "--wide"])
        .output()
        .expect("the program runs");
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    let steering: Vec<char> = shown
        .chars()
        .filter(|character| character.is_control() && *character != '\n')
        .collect();
    assert!(steering.is_empty(), "{steering:?}");
    assert!(
        shown.contains(&clinic.endpoint()),
        "an endpoint that is not AWS is named"
    );
}

#[test]
fn the_exit_code_tells_what_was_asked_of_it() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let endpoint = clinic.endpoint();
    let code = |more: &[&str]| {
        tripod_as(home.path(), CLINIC_ACCOUNT)
            .args(["scan", "--endpoint-url", &endpoint, "--no-save", "--quiet"])
            .args(more)
            .output()
            .expect("the program runs")
            .status
            .code()
    };
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "critical"]), Some(1));
    assert_eq!(code(&["--check", "LA16", "--fail-on", "medium"]), Some(0));
    assert_eq!(code(&["--min-coverage", "100"]), Some(3));
}

#[test]
fn a_scan_of_one_region_says_nothing_of_the_others() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let report = scan(
        home.path(),
        &clinic.endpoint(),
        CLINIC_ACCOUNT,
        &["--region", "eu-west-1"],
    );
    let regions: BTreeSet<String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        // A trail of all regions is seen from everywhere and lives in its home region.
        .filter(|finding| finding["resource"]["type"] != "AWS::CloudTrail::Trail")
        .map(|finding| text(&finding["resource"]["region"]))
        .collect();
    let only: BTreeSet<String> = ["eu-west-1", "global"].map(str::to_owned).into();
    assert_eq!(regions, only);
}
