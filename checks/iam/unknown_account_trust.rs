//! Roles that an account nobody vouched for may assume.

use tripod_model::{Impact, Severity, Unknown};

use crate::iam::trust::{Company, DETAILS, Outsider, Trust, each_trust, statements, whom};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-unknown-account-trust",
    title: "role that an unknown account may assume",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::Medium,
    rows: &["IT03"],
    needs: &[DETAILS, "organizations:DescribeOrganization"],
    controls: &[Control::Baseline("IAM-6"), Control::OwaspServerless("S5")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unknown_account_trust.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let company = Company::of(view);
    each_trust(view, out, |trust| decide(trust, &company));
}

fn decide(trust: &Trust<'_>, company: &Company<'_>) -> Result<Verdict, Unknown> {
    let outsiders = trust.outsiders("sts:AssumeRole", company)?;
    if outsiders.iter().any(|one| one.is_everyone) {
        return Ok(Verdict::not_applicable(
            "everyone may assume the role, which is no question of single accounts",
        ));
    }
    if outsiders.is_empty() {
        return Ok(Verdict::pass(
            "no account outside the organisation and the trusted accounts may assume the role",
        ));
    }
    let all: Vec<&Outsider> = outsiders.iter().collect();
    let by = statements(&all);
    let message = format!(
        "{} {} assume the role, and nobody has said that this is trusted",
        policies::sentence(&by, "lets", "let"),
        whom(&all)
    );
    Ok(Verdict::fail(message)
        .detail(
            "principals",
            all.iter().map(|one| one.who.clone()).collect::<Vec<_>>(),
        )
        .detail("statements", policies::names(&by)))
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, Finding, Outcome, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one, run_with};

    fn judged(principal: &str, condition: &str) -> Finding {
        let statement = statement(principal, "sts:AssumeRole", condition);
        run_one(&CHECK, &with_roles(vec![role_trusting(&statement)]))
    }

    #[test]
    fn an_account_that_nobody_named_fails_even_with_an_external_id() {
        let id = r#"{"StringEquals":{"sts:ExternalId":"hunter2"}}"#;
        let finding = judged(r#"{"AWS":"444455556666"}"#, id);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "statement 's0' lets account 444455556666 assume the role, and nobody has said that this is trusted"
        );
    }

    #[test]
    fn everyone_limited_to_a_foreign_account_or_network_fails() {
        for condition in [
            r#"{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}"#,
            r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}"#,
            r#"{"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","o-stranger"]}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        ] {
            assert_eq!(
                judged(r#""*""#, condition).outcome,
                Outcome::Fail,
                "{condition}"
            );
        }
    }

    #[test]
    fn known_accounts_and_organisations_pass() {
        for (principal, condition) in [
            (r#"{"AWS":"arn:aws:iam::111122223333:role/admin"}"#, "{}"),
            (r#"{"AWS":"arn:aws:iam::777788889999:root"}"#, "{}"),
            (r#"{"Service":"lambda.amazonaws.com"}"#, "{}"),
            (
                r#""*""#,
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
            ),
            (
                r#""*""#,
                r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}}"#,
            ),
            (
                r#"{"AWS":"444455556666"}"#,
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
            ),
            // Two bounds at once: the narrower one is the company.
            (
                r#""*""#,
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            ),
        ] {
            let finding = judged(principal, condition);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{principal} {condition}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn a_deny_for_the_account_passes() {
        let open = statement(r#"{"AWS":"444455556666"}"#, "sts:AssumeRole", "{}");
        let deny = r#"{"Effect":"Deny","Principal":{"AWS":"444455556666"},"Action":"sts:*"}"#;
        let role = role_trusting(&format!("{open},{deny}"));
        assert_eq!(
            run_one(&CHECK, &with_roles(vec![role])).outcome,
            Outcome::Pass
        );
    }

    #[test]
    fn a_trusted_account_passes() {
        let role = role_trusting(&statement(
            r#"{"AWS":"444455556666"}"#,
            "sts:AssumeRole",
            "{}",
        ));
        let settings = Settings {
            trusted_accounts: [AccountId::new("444455556666")].into(),
            ..Settings::default()
        };
        let finding = run_with(&CHECK, &with_roles(vec![role]), &settings).remove(0);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn everyone_is_another_checks_matter() {
        assert_eq!(judged(r#""*""#, "{}").outcome, Outcome::NotApplicable);
    }

    #[test]
    fn an_unknown_organisation_is_not_assessed() {
        let role = role_trusting(&statement(
            r#"{"AWS":"444455556666"}"#,
            "sts:AssumeRole",
            "{}",
        ));
        let mut snapshot = with_roles(vec![role]);
        snapshot.accounts[0].organizations.organization =
            fixtures::denied("organizations:DescribeOrganization");
        assert_denied(
            &run_one(&CHECK, &snapshot),
            "organizations:DescribeOrganization",
        );
    }
}
