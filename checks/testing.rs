//! What the tests of checks share.

use tripod_model::{Finding, Outcome, Snapshot};

use crate::{Check, Outcomes, Settings, View};

/// Runs a check and gives its findings by resource.
pub(crate) fn run(check: &'static Check, snapshot: &Snapshot) -> Vec<Finding> {
    run_with(check, snapshot, &Settings::default())
}

/// Runs a check under settings and gives its findings by resource.
pub(crate) fn run_with(
    check: &'static Check,
    snapshot: &Snapshot,
    settings: &Settings,
) -> Vec<Finding> {
    let mut outcomes = Outcomes::of(check);
    (check.run)(&View::new(snapshot, settings), &mut outcomes);
    outcomes.into_findings()
}

/// Runs a check that looks at one resource and gives its finding.
pub(crate) fn run_one(check: &'static Check, snapshot: &Snapshot) -> Finding {
    let mut findings = run(check, snapshot);
    assert_eq!(
        findings.len(),
        1,
        "one resource, one outcome: {findings:#?}"
    );
    findings.remove(0)
}

/// Asserts a "not assessed" that names the operation refused and the permission that would cure it.
pub(crate) fn assert_denied(finding: &Finding, operation: &str) {
    assert_eq!(finding.outcome, Outcome::NotAssessed, "{finding:#?}");
    let cause = finding.cause.as_ref().expect("not assessed has a cause");
    assert_eq!(cause.operation.as_deref(), Some(operation));
    assert_eq!(
        cause.permission,
        Some(tripod_model::permission_for(operation))
    );
}
