//! What holds for rules, beginning with the examples of the guide.

mod bounds;
mod faults;
mod guide;
mod known;
mod language;
mod properties;

use serde_json::{Value as Json, json};
use tripod_checks::{Settings, View};
use tripod_model::{Finding, Outcome, Snapshot};

use super::judge::{Case, Decision, STEPS_PER_RULE};
use super::{RuleError, Rules, TEST_DAY};
use crate::rules::cel::eval::Budget;
use crate::{Terms, assess_under};

/// The file of a rule about functions with these expressions.
pub(super) fn file_with(lines: &str) -> String {
    format!(
        r#"id = "acme-rule"
title = "something of our own"
service = "lambda"
resource = "AWS::Lambda::Function"
impact = {{ integrity = "low" }}
why = "because"
mend = "do it"
{lines}
"#
    )
}

/// The same with this condition, as it stands.
pub(super) fn file_of(pass: &str) -> String {
    file_with(&format!("message = \"'m'\"\npass = {}", toml_text(pass)))
}

/// Any text as a TOML string.
pub(super) fn toml_text(text: &str) -> String {
    // JSON's strings are TOML's, but for the escape of a slash and DEL, which serde_json writes as they are.
    Json::String(text.to_owned())
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

pub(super) fn read(text: &str) -> Result<Rules, RuleError> {
    Rules::read([("a.toml", text)]).map_err(|mut errors| errors.remove(0))
}

pub(super) fn rules(text: &str) -> Rules {
    read(text).unwrap_or_else(|error| panic!("{error}\n{}", error.cure))
}

/// What a rule of this condition decides about a resource.
pub(super) fn decided(pass: &str, resource: &Json) -> Decision {
    decided_by(&rules(&file_of(pass)), resource)
}

pub(super) fn decided_by(rules: &Rules, resource: &Json) -> Decision {
    decided_within(rules, resource, &mut Budget(STEPS_PER_RULE))
}

/// The same with so many steps left.
pub(super) fn decided_within(rules: &Rules, resource: &Json, left: &mut Budget) -> Decision {
    let case = Case {
        resource,
        parent: None,
        account: "111122223333",
        partition: "aws",
        region: "eu-central-1",
        now: TEST_DAY,
    };
    let rule = rules.0.values().next().expect("a rule");
    rule.decide(case, left)
}

/// A function as the snapshot writes it, with what rules of these tests look at.
pub(super) fn function() -> Json {
    json!({
        "name": "claims-intake",
        "arn": "arn:aws:lambda:eu-central-1:111122223333:function:claims-intake",
        "configuration": { "memory_mib": 512, "timeout_seconds": null, "description": "a\u{301}b" },
        "details": { "known": { "tags": { "known": { "owner": "claims", "b": "" } } } },
        "policy": "absent",
        "urls": { "known": [ { "auth_type": "NONE", "url": "u1" }, { "auth_type": "AWS_IAM", "url": "u2" } ] },
        "aliases": { "denied": { "operation": "lambda:ListAliases", "code": "AccessDenied", "request_id": null } },
        "runtime_management": "not_collected",
        "versions": []
    })
}

/// What rules say of a snapshot.
pub(super) fn findings(rules: &Rules, snapshot: &Snapshot) -> Vec<Finding> {
    let terms = Terms {
        rules: rules.clone(),
        ..Terms::default()
    };
    let settings = Settings::default();
    assess_under(&View::new(snapshot, &settings), &rules.checks(), &terms).findings
}

pub(super) fn outcomes(findings: &[Finding]) -> Vec<(&str, Outcome)> {
    findings
        .iter()
        .map(|finding| (finding.resource.name.as_str(), finding.outcome))
        .collect()
}
