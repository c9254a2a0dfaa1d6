use tripod_checks::{ALL, Check, Framework, Outcomes, Verdict, View};
use tripod_model::{Finding, Outcome, fixtures};

use super::*;
use crate::testing::{assessed, with_url};

fn find(id: &str) -> &'static Check {
    tripod_checks::find(id).expect("registered")
}

/// A finding of this check with this outcome, on a resource of its own.
fn finding(check: &'static str, outcome: Outcome, name: &str) -> Finding {
    fn nothing(_: &View<'_>, _: &mut Outcomes) {}
    let made = crate::testing::check_with("lambda-made-up", nothing, |it| it.controls = &[]);
    let snapshot = fixtures::snapshot();
    let mut outcomes = Outcomes::of(made);
    let settings = tripod_checks::Settings::default();
    let view = View::new(&snapshot, &settings);
    let mut resource = tripod_checks::account_resource(&view.accounts[0]);
    name.clone_into(&mut resource.name);
    outcomes.say(resource, Ok(Verdict::pass("made up")));
    let mut finding = outcomes.into_findings().remove(0);
    finding.check = check.into();
    finding.outcome = outcome;
    finding
}

fn report(framework: Framework, findings: &[Finding]) -> FrameworkReport {
    FrameworkReport::of(framework, findings, ALL, |_| true)
}

fn control<'r>(report: &'r FrameworkReport, id: &str) -> &'r ControlStanding {
    let mut controls = report.controls.iter();
    controls
        .find(|it| it.id == id)
        .unwrap_or_else(|| panic!("no {id}"))
}

fn status(framework: Framework, id: &str, findings: &[Finding]) -> ControlStatus {
    control(&report(framework, findings), id).status
}

const KEY: &str = "iam-root-access-key";
/// Security Hub's control that this check alone serves.
const FSBP: &str = "IAM.4";

#[test]
fn a_control_passes_only_when_every_finding_of_its_checks_passes() {
    let pass = finding(KEY, Outcome::Pass, "a");
    let also = finding(KEY, Outcome::Pass, "b");
    let fail = finding(KEY, Outcome::Fail, "c");
    let unseen = finding(KEY, Outcome::NotAssessed, "d");
    let outside = finding(KEY, Outcome::NotApplicable, "e");
    for (findings, expected) in [
        (vec![&pass, &also], ControlStatus::Passed),
        (vec![&pass, &outside], ControlStatus::Passed),
        (vec![&pass, &fail], ControlStatus::Failed),
        (vec![&pass, &unseen], ControlStatus::NotAssessed),
        (vec![&fail, &unseen], ControlStatus::Failed),
        (vec![&outside], ControlStatus::NotApplicable),
        (vec![], ControlStatus::NotApplicable),
    ] {
        let findings: Vec<Finding> = findings.into_iter().cloned().collect();
        assert_eq!(
            status(Framework::Fsbp, FSBP, &findings),
            expected,
            "{findings:#?}"
        );
    }
}

#[test]
fn a_check_that_did_not_run_leaves_its_controls_not_assessed() {
    let pass = [finding("iam-administrator-policy", Outcome::Pass, "a")];
    let report = FrameworkReport::of(Framework::Baseline, &pass, ALL, |id| {
        id != "iam-privilege-escalation"
    });
    let it = control(&report, "IAM-3");
    assert_eq!(it.status, ControlStatus::NotAssessed);
    let idle: Vec<&str> = it
        .checks
        .iter()
        .filter(|check| !check.ran)
        .map(|check| check.check.as_str())
        .collect();
    assert_eq!(idle, ["iam-privilege-escalation"]);
}

#[test]
fn what_no_check_serves_is_listed_as_not_covered() {
    let report = report(Framework::Iso27001, &[]);
    let screening = control(&report, "A.6.1");
    assert_eq!(screening.status, ControlStatus::NotCovered);
    assert_eq!(screening.sight, Sight::None);
    assert_eq!(screening.status.words(), "not covered by this tool");
    assert_eq!(report.controls.len(), 93);
}

#[test]
fn a_pass_of_a_part_is_said_to_be_of_a_part() {
    let pass = [finding(KEY, Outcome::Pass, "a")];
    let soc = report(Framework::Soc2, &pass);
    let access = control(&soc, "CC6.1");
    assert_eq!(
        (access.status, access.sight),
        (ControlStatus::Passed, Sight::Part)
    );
    let fsbp = report(Framework::Fsbp, &pass);
    let root = control(&fsbp, FSBP);
    assert_eq!(
        (root.status, root.sight),
        (ControlStatus::Passed, Sight::Whole)
    );
}

#[test]
fn a_control_is_seen_whole_only_by_all_the_checks_that_it_takes() {
    // Lambda.1 takes two checks.
    let one = [find("lambda-public-policy")];
    let report = FrameworkReport::of(Framework::Fsbp, &[], &one, |_| true);
    assert_eq!(control(&report, "Lambda.1").sight, Sight::Part);
    let both = [one[0], find("lambda-confused-deputy")];
    let report = FrameworkReport::of(Framework::Fsbp, &[], &both, |_| true);
    assert_eq!(control(&report, "Lambda.1").sight, Sight::Whole);
}

#[test]
fn an_exception_is_counted_and_does_not_make_a_control_pass() {
    let mut accepted = finding(KEY, Outcome::Fail, "a");
    accepted.exception = serde_json::from_value(serde_json::json!({
        "owner": "o", "reason": "r", "expires": "2027-01-01", "source": "exceptions.toml:1"
    }))
    .expect("an exception");
    let both = [accepted.clone(), finding(KEY, Outcome::Fail, "b")];
    let with_open = report(Framework::Fsbp, &both);
    let it = control(&with_open, FSBP);
    assert_eq!((it.findings.failed, it.findings.excepted), (2, 1));
    assert!(!it.is_excepted());
    let all = report(Framework::Fsbp, &[accepted]);
    let it = control(&all, FSBP);
    assert_eq!(it.status, ControlStatus::Failed);
    assert!(it.is_excepted());
}

#[test]
fn a_derived_control_names_what_it_follows_from() {
    let report = report(Framework::Iso27001, &[]);
    let secrets = control(&report, "A.5.17");
    let check = secrets
        .checks
        .iter()
        .find(|it| it.check == "lambda-environment-secret");
    let check = check.expect("serves it");
    assert_eq!(check.via.as_deref(), Some("baseline CODE-6"));
    assert_eq!(check.basis.as_deref(), Some("ours"));
    let fsbp = super::FrameworkReport::of(Framework::Fsbp, &[], ALL, |_| true);
    assert_eq!(control(&fsbp, FSBP).checks[0].via, None);
}

#[test]
fn a_rule_of_the_users_own_counts_for_the_rows_it_names_and_what_follows() {
    let mut rule = finding("acme-owner-tag", Outcome::Fail, "a");
    rule.controls = vec!["GOV-2".into()];
    let findings = [rule];
    let baseline = report(Framework::Baseline, &findings);
    let tags = control(&baseline, "GOV-2");
    assert_eq!(tags.status, ControlStatus::Failed);
    assert!(
        tags.checks
            .iter()
            .any(|it| it.check == "acme-owner-tag" && it.ran)
    );
    assert_eq!(
        status(Framework::Iso27001, "A.5.9", &findings),
        ControlStatus::Failed
    );
}

#[test]
fn totals_add_up_to_the_catalogue_and_findings_to_their_number() {
    let snapshot = fixtures::with_functions(vec![with_url("a", "NONE"), with_url("b", "AWS_IAM")]);
    let findings = assessed(&snapshot, ALL).findings;
    for framework in Framework::ALL {
        let report = report(framework, &findings);
        let t = report.totals;
        let sum = t.passed + t.failed + t.not_assessed + t.not_applicable + t.not_covered;
        assert_eq!(
            sum,
            framework.catalogue().controls.len() as u64,
            "{}",
            report.framework
        );
        for control in &report.controls {
            let c = control.findings;
            let served = |id: &str| control.checks.iter().any(|it| it.check == id);
            let expected = findings.iter().filter(|it| served(&it.check)).count() as u64;
            let counted = c.passed + c.failed + c.not_assessed + c.not_applicable;
            assert_eq!(counted, expected, "{} {}", report.framework, control.id);
        }
    }
}

#[test]
fn a_public_url_fails_the_row_that_asks_for_authentication() {
    let snapshot = fixtures::with_functions(vec![with_url("a", "NONE")]);
    let findings = assessed(&snapshot, &[find("lambda-public-url")]).findings;
    assert_eq!(
        status(Framework::Baseline, "IAM-1", &findings),
        ControlStatus::Failed
    );
    assert_eq!(
        status(Framework::ServerlessLens, "SEC 1", &findings),
        ControlStatus::Failed
    );
}
