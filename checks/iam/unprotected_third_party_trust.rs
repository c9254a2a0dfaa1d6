//! Roles that a third party may assume without an external id or a second factor.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Base, Context, Policy};

use crate::iam::trust::{
    Company, DETAILS, Outsider, STRANGER, Trust, each_trust, statements, whom,
};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-unprotected-third-party-trust",
    title: "role that a third party may assume without an external id or MFA",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::Medium,
    rows: &["IT02"],
    needs: &[DETAILS, "organizations:DescribeOrganization"],
    controls: &[
        Control::Baseline("IAM-6"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unprotected_third_party_trust.md"),
    run,
};

const ASSUME: &str = "sts:AssumeRole";
const EXTERNAL_ID: &str = "sts:ExternalId";

fn run(view: &View<'_>, out: &mut Outcomes) {
    let company = Company::of(view);
    each_trust(view, out, |trust| decide(trust, &company));
}

fn decide(trust: &Trust<'_>, company: &Company<'_>) -> Result<Verdict, Unknown> {
    let outsiders = trust.outsiders(ASSUME, company)?;
    if outsiders.iter().any(|one| one.is_everyone) {
        return Ok(Verdict::not_applicable(
            "everyone may assume the role, which is no question of third parties",
        ));
    }
    if outsiders.is_empty() {
        return Ok(Verdict::not_applicable(
            "nobody outside the account, its organisation and the trusted accounts may assume the role",
        ));
    }
    let contexts = unproven(&trust.policy);
    let mut open: Vec<&Outsider> = Vec::new();
    for outsider in &outsiders {
        if trust.enters_by_any(outsider, ASSUME, &contexts)? {
            open.push(outsider);
        }
    }
    let all: Vec<&Outsider> = outsiders.iter().collect();
    if open.is_empty() {
        let message = format!(
            "{} cannot assume the role without an external id or MFA",
            whom(&all)
        );
        return Ok(Verdict::pass(message));
    }
    let by = statements(&open);
    let message = format!(
        "{} {} assume the role without an external id or MFA",
        policies::sentence(&by, "lets", "let"),
        whom(&open)
    );
    Ok(Verdict::fail(message)
        .detail(
            "principals",
            open.iter().map(|one| one.who.clone()).collect::<Vec<_>>(),
        )
        .detail("statements", policies::names(&by)))
}

/// Requests that prove nothing: no second factor, and no external id or one that the caller made up.
fn unproven(policy: &Policy) -> Vec<Context> {
    let mut contexts = Vec::new();
    for second_factor in [None, Some("false")] {
        let context = Context::open().without("aws:MultiFactorAuthAge");
        let context = match second_factor {
            None => context.without("aws:MultiFactorAuthPresent"),
            Some(value) => context.with("aws:MultiFactorAuthPresent", value),
        };
        contexts.push(context.clone().without(EXTERNAL_ID));
        for guess in guesses(policy) {
            contexts.push(context.clone().with(EXTERNAL_ID, guess));
        }
    }
    contexts
}

/// External ids of other customers: one that the policy does not name, and what its wildcards take.
fn guesses(policy: &Policy) -> Vec<String> {
    let conditions = policy.allows().flat_map(|allow| &allow.conditions);
    let wild = conditions
        .filter(|on| on.is_on(EXTERNAL_ID) && on.operator.base == Base::StringLike)
        .flat_map(|on| &on.values)
        .filter(|value| value.contains(['*', '?']))
        .map(|value| value.replace('*', STRANGER).replace('?', "x"));
    std::iter::once(STRANGER.to_owned()).chain(wild).collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one, run_with};

    const VENDOR: &str = r#"{"AWS":"arn:aws:iam::444455556666:root"}"#;

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_roles(vec![role_trusting(statements)]))
    }

    fn vendor(condition: &str) -> Finding {
        judged(&statement(VENDOR, "sts:AssumeRole", condition))
    }

    #[test]
    fn a_vendor_without_any_condition_fails() {
        let finding = vendor("{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "statement 's0' lets account 444455556666 assume the role without an external id or MFA"
        );
    }

    #[test]
    fn a_role_or_user_of_the_vendor_fails_too() {
        for principal in [
            r#"{"AWS":"arn:aws:iam::444455556666:role/scanner"}"#,
            r#"{"AWS":"arn:aws:iam::444455556666:user/scanner"}"#,
            r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/scanner/nightly"}"#,
            r#"{"AWS":"arn:aws:sts::444455556666:federated-user/scanner"}"#,
        ] {
            let finding = judged(&statement(principal, "sts:AssumeRole", "{}"));
            assert_eq!(finding.outcome, Outcome::Fail, "{principal}");
        }
    }

    #[test]
    fn an_external_id_or_a_second_factor_passes_and_the_id_is_not_repeated() {
        for condition in [
            r#"{"StringEquals":{"sts:ExternalId":"hunter2"}}"#,
            r#"{"StringEquals":{"STS:externalid":["hunter2","hunter3"]}}"#,
            r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
            r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#,
        ] {
            let finding = vendor(condition);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{condition}: {}",
                finding.message
            );
            assert!(!format!("{finding:?}").contains("hunter"));
        }
    }

    #[test]
    fn conditions_that_only_seem_to_ask_for_proof_fail() {
        for condition in [
            r#"{"StringLike":{"sts:ExternalId":"*"}}"#,
            r#"{"StringLike":{"sts:ExternalId":"customer-*"}}"#,
            r#"{"StringEqualsIfExists":{"sts:ExternalId":"hunter2"}}"#,
            r#"{"StringNotEquals":{"sts:ExternalId":"hunter2"}}"#,
            r#"{"ForAllValues:StringEquals":{"sts:ExternalId":"hunter2"}}"#,
            r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}"#,
            r#"{"Null":{"sts:ExternalId":"false"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        ] {
            assert_eq!(vendor(condition).outcome, Outcome::Fail, "{condition}");
        }
    }

    #[test]
    fn a_deny_that_asks_for_proof_passes_whatever_the_allow_says() {
        let open = statement(VENDOR, "sts:AssumeRole", "{}");
        let deny = |condition: &str| {
            let deny = format!(
                r#"{{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{condition}}}"#
            );
            judged(&format!("{open},{deny}")).outcome
        };
        assert_eq!(
            deny(r#"{"StringNotEquals":{"sts:ExternalId":"hunter2"}}"#),
            Outcome::Pass
        );
        assert_eq!(
            deny(r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#),
            Outcome::Pass
        );
        // Whoever has no second factor in the request at all is not struck.
        assert_eq!(
            deny(r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#),
            Outcome::Fail
        );
    }

    #[test]
    fn one_protected_statement_does_not_make_up_for_an_open_one() {
        let closed = statement(
            VENDOR,
            "sts:AssumeRole",
            r#"{"StringEquals":{"sts:ExternalId":"a"}}"#,
        );
        let open = closed
            .replace("s0", "s1")
            .replace(r#"{"StringEquals":{"sts:ExternalId":"a"}}"#, "{}");
        assert_eq!(judged(&format!("{closed},{open}")).outcome, Outcome::Fail);
    }

    #[test]
    fn the_own_account_its_organisation_and_trusted_accounts_are_no_third_party() {
        for principal in [
            r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
            r#"{"AWS":"777788889999"}"#,
            r#"{"Service":"lambda.amazonaws.com"}"#,
            r#"{"AWS":"AROAEXAMPLEOFADELETEDONE"}"#,
        ] {
            let finding = judged(&statement(principal, "sts:AssumeRole", "{}"));
            assert_eq!(finding.outcome, Outcome::NotApplicable, "{principal}");
        }
        let within = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#;
        assert_eq!(vendor(within).outcome, Outcome::NotApplicable);
        let elsewhere = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-stranger"}}"#;
        assert_eq!(vendor(elsewhere).outcome, Outcome::Fail);

        let snapshot = with_roles(vec![role_trusting(&statement(
            VENDOR,
            "sts:AssumeRole",
            "{}",
        ))]);
        let settings = Settings {
            trusted_accounts: [AccountId::new("444455556666")].into(),
            ..Settings::default()
        };
        let finding = run_with(&CHECK, &snapshot, &settings).remove(0);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_foreign_organisation_is_a_third_party_and_a_trusted_one_is_none() {
        let condition = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-stranger"}}"#;
        let text = statement(r#""*""#, "sts:AssumeRole", condition);
        assert_eq!(judged(&text).outcome, Outcome::Fail);
        let settings = Settings {
            trusted_organizations: ["o-stranger".to_owned()].into(),
            ..Settings::default()
        };
        let snapshot = with_roles(vec![role_trusting(&text)]);
        let finding = run_with(&CHECK, &snapshot, &settings).remove(0);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn everyone_is_another_checks_matter() {
        let finding = judged(&statement(r#""*""#, "sts:AssumeRole", "{}"));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn an_organisation_that_is_not_known_matters_only_where_it_decides() {
        let mut own = with_roles(vec![role_trusting(&statement(
            r#"{"AWS":"111122223333"}"#,
            "sts:AssumeRole",
            "{}",
        ))]);
        own.accounts[0].organizations.organization =
            fixtures::denied("organizations:DescribeOrganization");
        assert_eq!(run_one(&CHECK, &own).outcome, Outcome::NotApplicable);
        let mut foreign = with_roles(vec![role_trusting(&statement(
            VENDOR,
            "sts:AssumeRole",
            "{}",
        ))]);
        foreign.accounts[0].organizations.organization =
            fixtures::denied("organizations:DescribeOrganization");
        assert_denied(
            &run_one(&CHECK, &foreign),
            "organizations:DescribeOrganization",
        );
        foreign.accounts[0].organizations.organization = Observed::Absent;
        assert_eq!(run_one(&CHECK, &foreign).outcome, Outcome::Fail);
    }

    #[test]
    fn an_element_that_is_not_understood_is_not_assessed() {
        let odd = statement(
            VENDOR,
            "sts:AssumeRole",
            r#"{"StringResembles":{"sts:ExternalId":"a"}}"#,
        );
        assert_eq!(judged(&odd).outcome, Outcome::NotAssessed);
    }
}
