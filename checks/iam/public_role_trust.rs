//! Roles that everyone may assume.

use tripod_model::{Impact, Severity};
use tripod_policy::{Reach, exposure_of};

use crate::iam::trust::{DETAILS, Trust, each_trust};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-public-role-trust",
    title: "role that everyone may assume",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::Critical,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["IT01"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-6"),
        Control::CisAws("2.21"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_role_trust.md"),
    run,
};

/// Every way to get a role's credentials.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html>
const ASSUME: [&str; 3] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_trust(view, out, |trust| Ok(decide(trust)));
}

fn decide(trust: &Trust<'_>) -> Verdict {
    let exposure = exposure_of(trust.role.arn.as_str(), &trust.policy, &ASSUME);
    let verdict = policies::judge(&exposure, "assume the role");
    let asks_for_id = |text: &String| text.to_ascii_lowercase().contains("sts:externalid");
    // AWS does not treat an external id as a secret: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    if exposure.reach >= Reach::EveryAwsPrincipal && exposure.conditions.iter().any(asks_for_id) {
        let reason = "callers have to know the external id, which AWS does not treat as a secret";
        return verdict.lowered_to(Severity::High, reason);
    }
    verdict
}

#[cfg(test)]
mod tests {
    use tripod_model::{Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> tripod_model::Finding {
        run_one(&CHECK, &with_roles(vec![role_trusting(statements)]))
    }

    #[test]
    fn everyone_fails_and_the_statement_is_named() {
        for principal in [
            r#""*""#,
            r#"{"AWS":"*"}"#,
            r#"{"AWS":["111122223333","*"]}"#,
        ] {
            let finding = judged(&statement(principal, "sts:AssumeRole", "{}"));
            assert_eq!(finding.outcome, Outcome::Fail, "{principal}");
            assert_eq!(finding.severity, Severity::Critical);
            assert_eq!(
                finding.message,
                "statement 's0' lets everyone assume the role"
            );
            assert_eq!(finding.evidence[0].pointer, "/AssumeRolePolicyDocument");
        }
    }

    #[test]
    fn every_account_by_other_spellings_fails() {
        for statements in [
            r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#
                .to_owned(),
            statement(r#""*""#, "*", "{}"),
            statement(r#""*""#, "STS:Assume*", "{}"),
        ] {
            assert_eq!(judged(&statements).outcome, Outcome::Fail, "{statements}");
        }
    }

    #[test]
    fn conditions_that_anyone_can_meet_do_not_save_it() {
        for condition in [
            r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
            r#"{"StringEquals":{"aws:PrincipalTag/team":"ops"}}"#,
            r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}"#,
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
            r#"{"StringNotEquals":{"aws:PrincipalAccount":"999988887777"}}"#,
            r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#,
        ] {
            let finding = judged(&statement(r#""*""#, "sts:AssumeRole", condition));
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
            assert_eq!(finding.severity, Severity::Critical, "{condition}");
        }
    }

    #[test]
    fn an_external_id_is_no_secret_and_lowers_it() {
        let condition = r#"{"StringEquals":{"sts:ExternalId":"hunter2"}}"#;
        let finding = judged(&statement(r#""*""#, "sts:AssumeRole", condition));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(!format!("{finding:?}").contains("hunter2"));
    }

    #[test]
    fn conditions_that_fix_the_caller_pass() {
        for condition in [
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
            r#"{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}"#,
            r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}"#,
        ] {
            let finding = judged(&statement(r#""*""#, "sts:AssumeRole", condition));
            assert_eq!(finding.outcome, Outcome::Pass, "{condition}");
        }
    }

    #[test]
    fn a_deny_takes_it_back() {
        let open = statement(r#""*""#, "sts:AssumeRole", "{}");
        let fence = r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole",
            "Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}"#;
        assert_eq!(judged(&format!("{open},{fence}")).outcome, Outcome::Pass);
    }

    #[test]
    fn named_principals_pass() {
        for principal in [
            r#"{"AWS":"arn:aws:iam::444455556666:root"}"#,
            r#"{"Service":"lambda.amazonaws.com"}"#,
        ] {
            let finding = judged(&statement(principal, "sts:AssumeRole", "{}"));
            assert_eq!(finding.outcome, Outcome::Pass, "{principal}");
        }
    }

    #[test]
    fn roles_of_aws_are_not_applicable() {
        let mut role = role_trusting(&statement(
            r#"{"Service":"support.amazonaws.com"}"#,
            "sts:AssumeRole",
            "{}",
        ));
        role.arn = tripod_model::Arn::new(
            "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport",
        );
        let finding = run_one(&CHECK, &with_roles(vec![role]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_trust_policy_that_is_missing_or_broken_is_not_assessed() {
        let mut role = role_trusting("");
        role.trust_policy = None;
        let finding = run_one(&CHECK, &with_roles(vec![role.clone()]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        role.trust_policy = Some(tripod_model::PolicyDocument("{".to_owned()));
        let finding = run_one(&CHECK, &with_roles(vec![role]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(
            finding.message.contains("line 1 column"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), super::DETAILS);
        snapshot.accounts[0].iam.authorization = Observed::NotCollected;
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotAssessed);
    }
}
