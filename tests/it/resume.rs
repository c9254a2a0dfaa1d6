//! A run that was killed, stopped or locked out goes on where it was.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tripod_sim::{Fault, Sim};

use crate::support::{
    CLINIC_ACCOUNT, findings, json, only_run, read_json, scan, sim, stderr, text, tripod_as,
};

/// The estate, answering slowly enough to be caught in the middle.
fn slow_clinic() -> Sim {
    sim("clinic")
        .fault("*:*", Fault::Late(Duration::from_millis(40)))
        .start()
        .expect("the sim starts")
}

fn begin(home: &Path, endpoint: &str) -> Child {
    tripod_as(home, CLINIC_ACCOUNT)
        .args(["scan", "--endpoint-url", endpoint, "--format", "json"])
        .args(["--quota-share", "1", "--min-coverage", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs")
}

fn resume(home: &Path, account: &str, endpoint: &str) -> Output {
    let run = only_run(home);
    tripod_as(home, account)
        .args(["scan", "--resume"])
        .arg(run.file_name().expect("a name"))
        .args(["--endpoint-url", endpoint, "--format", "json"])
        .args(["--quota-share", "1", "--min-coverage", "0"])
        .output()
        .expect("the program runs")
}

fn wait_for(what: &str, ready: impl Fn() -> bool) {
    let begin = Instant::now();
    while !ready() {
        assert!(begin.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Findings, legs and population: what a report says of the account. Fingerprints of secrets tell two
/// of one process apart and are made with a key that no file holds, so a resumed run has other ones.
fn verdicts(report: &Value) -> Value {
    let mut findings: Vec<Value> = findings(report).into_values().collect();
    for finding in &mut findings {
        forget_fingerprints(&mut finding["details"]);
    }
    serde_json::json!({
        "findings": findings,
        "pillars": report["pillars"],
        "population": report["population"],
        "accounts": report["run"]["accounts"],
        "observed_by_operation": report["run"]["requests"]["by_operation"],
    })
}

fn forget_fingerprints(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("fingerprint");
            members.values_mut().for_each(forget_fingerprints);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_fingerprints),
        _ => {}
    }
}

#[test]
fn a_run_killed_at_any_point_resumes_to_the_report_of_an_unbroken_one() {
    let clinic = slow_clinic();
    let home = tempfile::tempdir().expect("a folder");
    let whole = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    let calls = clinic.requests().len();
    for share in [0, 5, 20, 40, 60, 80, 95] {
        let clinic = slow_clinic();
        let home = tempfile::tempdir().expect("a folder");
        let mut child = begin(home.path(), &clinic.endpoint());
        wait_for("the scan gets that far", || {
            clinic.requests().len() > calls * share / 100
        });
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert!(
            !only_run(home.path()).join("report.json").exists(),
            "killed at {share} % it has no report"
        );
        // Another sim, so that only what the resumed run asks is counted.
        let clinic = sim("clinic").start().expect("the sim starts");
        let output = resume(home.path(), CLINIC_ACCOUNT, &clinic.endpoint());
        let report = json(&output);
        assert_eq!(
            verdicts(&report),
            verdicts(&whole),
            "killed at {share} %: {}",
            stderr(&output)
        );
        let again = clinic.requests().len();
        let answers = answers_kept(&output);
        // Who asks is asked anew, so that another account's credentials do not go on with the run.
        let expected = calls - answers + usize::from(answers > 0);
        assert_eq!(
            again, expected,
            "killed at {share} % with {answers} answers"
        );
        let kept = read_json(&only_run(home.path()).join("report.json"));
        assert_eq!(kept, report, "the run's folder holds the report");
    }
}

/// How many answers the program said it goes on with.
fn answers_kept(output: &Output) -> usize {
    let said = stderr(output);
    let (_, rest) = said.split_once("going on with ").expect("it is said");
    let (number, _) = rest.split_once(' ').expect("a number");
    number.parse().expect("a number")
}

#[test]
fn ctrl_c_reports_what_is_there_and_the_run_goes_on_later() {
    let clinic = slow_clinic();
    let home = tempfile::tempdir().expect("a folder");
    let child = begin(home.path(), &clinic.endpoint());
    wait_for("the scan begins", || clinic.requests().len() > 40);
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("the signal is sent");
    assert!(status.success());
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let report = json(&output);
    assert_eq!(report["run"]["stopped"], "interrupted");
    let run = only_run(home.path());
    let name = run
        .file_name()
        .and_then(|name| name.to_str())
        .expect("UTF-8");
    assert!(
        stderr(&output).contains(&format!("tripod scan --resume {name}")),
        "{}",
        stderr(&output)
    );
    let unseen = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["outcome"] == "not_assessed")
        .filter(|finding| {
            let cause = finding["cause"].to_string();
            cause.contains("the scan was interrupted")
        })
        .count();
    assert!(unseen > 0, "what was not read names the reason");

    let output = resume(home.path(), CLINIC_ACCOUNT, &clinic.endpoint());
    let resumed = json(&output);
    assert_eq!(resumed["run"]["stopped"], Value::Null);
    assert_eq!(resumed["run"]["id"], report["run"]["id"]);
    let fresh = tempfile::tempdir().expect("a folder");
    let whole = scan(fresh.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    assert_eq!(verdicts(&resumed), verdicts(&whole));
}

#[test]
fn expired_credentials_end_the_scan_at_once_and_the_run_goes_on_with_new_ones() {
    let expired = Fault::Error {
        code: "ExpiredTokenException".to_owned(),
        status: Some(403),
        message: "The security token included in the request is expired".to_owned(),
    };
    let locked = sim("clinic")
        .fault("lambda:GetPolicy", expired)
        .start()
        .expect("the sim starts");
    let home = tempfile::tempdir().expect("a folder");
    let output = begin(home.path(), &locked.endpoint())
        .wait_with_output()
        .expect("ended");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let report = json(&output);
    assert_eq!(report["run"]["stopped"], "credentials-expired");
    assert!(
        stderr(&output).contains("credentials expired"),
        "{}",
        stderr(&output)
    );
    assert!(
        stderr(&output).contains("tripod scan --resume"),
        "{}",
        stderr(&output)
    );
    let policies = locked
        .requests()
        .iter()
        .filter(|request| request.operation == "GetPolicy")
        .count();
    assert!(
        policies <= 40,
        "{policies} calls with credentials that are no good"
    );

    let clinic = sim("clinic").start().expect("the sim starts");
    let resumed = json(&resume(home.path(), CLINIC_ACCOUNT, &clinic.endpoint()));
    let fresh = tempfile::tempdir().expect("a folder");
    let whole = scan(fresh.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    let (mut resumed, mut whole) = (verdicts(&resumed), verdicts(&whole));
    for report in [&mut resumed, &mut whole] {
        report["observed_by_operation"].take();
    }
    assert_eq!(resumed, whole);
}

#[test]
fn credentials_that_expire_before_the_regions_are_known_are_said_to_have_expired() {
    let home = tempfile::tempdir().expect("a folder");
    let locked = sim("clinic")
        .fault("ec2:DescribeRegions", Fault::Expired)
        .start()
        .expect("the sim starts");
    let output = begin(home.path(), &locked.endpoint())
        .wait_with_output()
        .expect("ended");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("the credentials have expired"),
        "{}",
        stderr(&output)
    );
    assert!(
        !stderr(&output).contains("allow ec2:DescribeRegions"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn credentials_of_another_account_do_not_go_on_with_a_run() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &[]);
    let run = only_run(home.path()).join("report.json");
    let before = read_json(&run);
    let fresh = sim("fresh").start().expect("the sim starts");
    let output = resume(home.path(), "444455556666", &fresh.endpoint());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    for account in [CLINIC_ACCOUNT, "444455556666"] {
        assert!(stderr(&output).contains(account), "{}", stderr(&output));
    }
    assert_eq!(read_json(&run), before, "nothing of the run is lost");
}

#[test]
fn a_run_is_resumed_by_one_process_at_a_time_and_by_its_own_regions() {
    let clinic = slow_clinic();
    let home = tempfile::tempdir().expect("a folder");
    let mut child = begin(home.path(), &clinic.endpoint());
    wait_for("the scan begins", || clinic.requests().len() > 10);
    let output = resume(home.path(), CLINIC_ACCOUNT, &clinic.endpoint());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("being written by another process"),
        "{}",
        stderr(&output)
    );
    child.kill().expect("killed");
    child.wait().expect("ended");
    let run = text(&Value::from(only_run(home.path()).to_str().expect("UTF-8")));
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--resume", &run, "--region", "eu-west-1"])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("leave out --region"),
        "{}",
        stderr(&output)
    );
}
