//! Functions that may decrypt with any key, or read any secret.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::catalogue;

use super::role::{self, Running, each_running};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-unlimited-decryption",
    title: "function that may decrypt with any key or read any secret",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::None,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LI11"],
    needs: role::NEEDS,
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Baseline("DATA-2"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_decryption.md"),
    run,
};

/// What gives plain text: <https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-1>,
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>.
pub(super) const ACTIONS: [&str; 3] = [
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "secretsmanager:GetSecretValue",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_running(view, out, decide);
}

fn decide(running: &Running<'_>) -> Result<Verdict, Unknown> {
    let name = running.name();
    let mut permitted = Vec::new();
    for action in ACTIONS {
        if let Some(known) = catalogue::action(action)
            && let Some(permission) = running.permits.everywhere(known)?
        {
            permitted.push((action, permission));
        }
    }
    let weakest = permitted
        .iter()
        .min_by_key(|(_, permission)| permission.conditions.len());
    let Some((_, weakest)) = weakest else {
        return Ok(Verdict::pass(format!(
            "{name} may decrypt with keys and read secrets that its policies name, if at all"
        )));
    };
    let actions: Vec<&str> = permitted.iter().map(|(action, _)| *action).collect();
    let failure = Verdict::fail(format!(
        "{name} may use {} on any {}, by {}",
        policies::listed(&actions),
        things(&actions),
        policies::listed(&weakest.statements)
    ));
    let failure = weakest
        .weigh(failure, Severity::Low)
        .detail("actions", actions);
    if running.permits.administrator()?.is_some() {
        let reason = "the role is an administrator, which lambda-administrator-role weighs";
        return Ok(running
            .permits
            .told(failure.lowered_to(Severity::Low, reason)));
    }
    Ok(running.permits.told(failure))
}

/// What the actions are for.
fn things(actions: &[&str]) -> &'static str {
    let of = |service: &str| actions.iter().any(|action| action.starts_with(service));
    match (of("kms:"), of("secretsmanager:")) {
        (true, true) => "key or secret",
        (true, false) => "key whose policy leaves access to IAM",
        _ => "secret",
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_role(statements))
    }

    #[test]
    fn every_key_or_every_secret_fails() {
        let finding = judged(&allow("kms:Decrypt", "*"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "the role 'claims' may use kms:Decrypt on any key whose policy leaves access to IAM, by statement 1 of 'inline'"
        );
        let finding = judged(&allow("secretsmanager:*", "*"));
        assert!(
            finding
                .message
                .contains("secretsmanager:GetSecretValue on any secret")
        );
        for resource in [
            "arn:aws:kms:*:*:key/*",
            "arn:aws:kms:eu-central-1:111122223333:key/*",
        ] {
            assert_eq!(
                judged(&allow("kms:*", resource)).outcome,
                Outcome::Fail,
                "{resource}"
            );
        }
    }

    #[test]
    fn keys_and_secrets_that_are_named_pass() {
        for (action, resource) in [
            (
                "kms:Decrypt",
                "arn:aws:kms:eu-central-1:111122223333:key/1234",
            ),
            ("kms:Decrypt", "arn:aws:kms:eu-central-1:444455556666:key/*"),
            (
                "secretsmanager:GetSecretValue",
                "arn:aws:secretsmanager:*:*:secret:claims/*",
            ),
            ("kms:Encrypt", "*"),
            ("secretsmanager:DescribeSecret", "*"),
        ] {
            let finding = judged(&allow(action, resource));
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{action} {resource}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn an_alias_a_context_or_a_tag_chooses_and_the_service_between_does_not() {
        let by = |condition: &str| judged(&allow_if("kms:Decrypt", condition));
        for condition in [
            r#"{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/claims"}}"#,
            r#"{"StringEquals":{"kms:EncryptionContext:app":"claims"}}"#,
            r#"{"StringEquals":{"aws:ResourceTag/team":"claims"}}"#,
        ] {
            let finding = by(condition);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{condition}: {}",
                finding.message
            );
        }
        let via = r#"{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#;
        let finding = by(via);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains("kms:ViaService"));
    }

    #[test]
    fn denies_boundaries_and_the_organisation_count() {
        let all = allow("kms:*", "*");
        let denied = format!("{all},{}", statement("Deny", "kms:*", "*"));
        assert_eq!(judged(&denied).outcome, Outcome::Pass);
        let half = format!("{all},{}", statement("Deny", "kms:Decrypt", "*"));
        assert!(
            judged(&half)
                .message
                .contains("may use kms:ReEncryptFrom on")
        );
        let bounded = within(with_role(&all), &allow("s3:*", "*"));
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::Pass);
        let forbidden = in_organization(with_role(&all), &statement("Deny", "kms:*", "*"));
        assert_eq!(run_one(&CHECK, &forbidden).outcome, Outcome::Pass);
    }

    #[test]
    fn an_administrator_counts_once() {
        let finding = judged(&allow("*", "*"));
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains("any key or secret"));
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed() {
        assert_eq!(judged("7").outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_role_that_is_gone_permits_nothing() {
        let mut snapshot = with_role("");
        change(&mut snapshot, |own| own.roles.clear());
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn without_authorization_details_or_functions_nothing_is_assessed() {
        let mut snapshot = with_role("");
        snapshot.accounts[0].iam.authorization = fixtures::denied(DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), DETAILS);
        let list = "lambda:ListFunctions";
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied(list);
        });
        assert_denied(&run_one(&CHECK, &snapshot), list);
    }
}
