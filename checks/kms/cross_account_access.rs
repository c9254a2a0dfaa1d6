//! Key policies that let in accounts which nobody said are trusted.

use tripod_model::kms::Key;
use tripod_model::{AccountId, Impact, Severity};
use tripod_policy::{Access, Policy, StatementRef, Who, audience};

use crate::kms::{CONTROL, each_key_policy};
use crate::trust::Trust;
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "kms-cross-account-access",
    title: "key policy that lets in an account that is not trusted",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::Medium,
    rows: &["KM05"],
    needs: &["kms:ListKeys", "kms:DescribeKey", "kms:GetKeyPolicy"],
    controls: &[
        Control::Baseline("DATA-2"),
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S3"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("cross_account_access.md"),
    run,
};

/// Actions that open what the key protects, or speak in its name.
pub(super) const OPENING: [&str; 7] = [
    "kms:CreateGrant",
    "kms:Decapsulate",
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:GenerateMac",
    "kms:ReEncryptFrom",
    "kms:Sign",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_key_policy(view, out, |scope, key, policy| {
        decide(Trust::of(view, &scope.account.id), scope, key, policy)
    });
}

fn decide(trust: Trust<'_>, scope: &Scope, key: &Key, policy: &Policy) -> Verdict {
    let classes = audience(key.arn.as_str(), policy, &["kms:*"]);
    let strangers: Vec<&Access> = classes.iter().filter(|it| !trust.holds(it)).collect();
    if strangers.is_empty() {
        return within(scope, &classes);
    }
    let mut statements: Vec<StatementRef> = strangers
        .iter()
        .flat_map(|access| access.statements.iter().cloned())
        .collect();
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    let names: Vec<String> = strangers.iter().map(|it| it.who.to_string()).collect();
    let verdict = Verdict::fail(format!(
        "{} {} use the key; trusted accounts and organisations do not hold {}",
        policies::sentence(&statements, "lets", "let"),
        names.join(", "),
        if names.len() == 1 { "it" } else { "them" }
    ))
    .detail("strangers", names)
    .detail("statements", policies::names(&statements));
    let harmful: Vec<&str> = OPENING.iter().chain(&CONTROL).copied().collect();
    let opens = audience(key.arn.as_str(), policy, &harmful)
        .iter()
        .any(|access| !trust.holds(access));
    if opens {
        return verdict;
    }
    verdict.lowered_to(
        Severity::Low,
        "it can neither decrypt, sign nor take the key over",
    )
}

fn within(scope: &Scope, classes: &[Access]) -> Verdict {
    let partners: Vec<String> = classes
        .iter()
        .filter(|access| is_partner(&access.who, &scope.account.id))
        .map(|access| access.who.to_string())
        .collect();
    if partners.is_empty() {
        Verdict::pass("the key policy lets in no other account")
    } else {
        Verdict::pass("every other account that the key policy lets in is trusted")
            .detail("partners", partners)
    }
}

/// Whether somebody of another account is let in. Services, and who was deleted, are of none.
fn is_partner(who: &Who, own: &AccountId) -> bool {
    match who {
        Who::Service { .. } => false,
        Who::Principal(arn) => arn.starts_with("arn:") && who.is_outside(own),
        _ => who.is_outside(own),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tripod_model::{AccountId, Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::kms::testing::{self, allow, deny, own};
    use crate::testing::{assert_denied, run_one, run_with};

    fn with(statements: &[String]) -> Finding {
        run_one(&CHECK, &testing::with_statements(statements))
    }

    fn trusting(statements: &[String], settings: &Settings) -> Finding {
        run_with(&CHECK, &testing::with_statements(statements), settings).remove(0)
    }

    const PARTNER: &str = r#"{"AWS":"arn:aws:iam::444455556666:root"}"#;
    const DECRYPT: &str = r#""kms:Decrypt""#;

    #[test]
    fn an_account_that_nobody_trusts_fails_and_is_named() {
        let finding = with(&[own(), allow("partner", PARTNER, DECRYPT, "{}")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 'partner' lets account 444455556666 use the key; trusted accounts and \
             organisations do not hold it"
        );
        assert_eq!(finding.details.get("strangers")[0], "account 444455556666");
    }

    #[test]
    fn roles_of_other_accounts_and_everyone_fail() {
        for principal in [
            r#"{"AWS":"arn:aws:iam::444455556666:role/reader"}"#,
            r#"{"AWS":["111122223333","444455556666"]}"#,
            r#""*""#,
        ] {
            let finding = with(&[own(), allow("s", principal, DECRYPT, "{}")]);
            assert_eq!(finding.outcome, Outcome::Fail, "{principal}");
        }
    }

    #[test]
    fn one_that_can_neither_decrypt_nor_take_over_is_lowered() {
        let finding = with(&[
            own(),
            allow("s", PARTNER, r#"["kms:Encrypt","kms:DescribeKey"]"#, "{}"),
        ]);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.ends_with("nor take the key over"));
    }

    #[test]
    fn an_account_or_organisation_that_the_user_trusts_passes() {
        let settings = Settings {
            trusted_accounts: BTreeSet::from([AccountId::new("444455556666")]),
            trusted_organizations: BTreeSet::from(["o-ours".to_owned()]),
            ..Settings::default()
        };
        let finding = trusting(&[own(), allow("s", PARTNER, DECRYPT, "{}")], &settings);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("partners")[0], "account 444455556666");
        let ours = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-ours"}}"#;
        let theirs = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-theirs"}}"#;
        let optional = r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-ours"}}"#;
        for (condition, outcome) in [
            (ours, Outcome::Pass),
            (theirs, Outcome::Fail),
            (optional, Outcome::Fail),
        ] {
            let finding = trusting(&[allow("s", r#""*""#, DECRYPT, condition)], &settings);
            assert_eq!(finding.outcome, outcome, "{condition}");
            let stranger = r#"{"AWS":"777788889999"}"#;
            let finding = trusting(&[allow("s", stranger, DECRYPT, condition)], &settings);
            assert_eq!(finding.outcome, outcome, "named, {condition}");
        }
    }

    #[test]
    fn the_account_services_and_what_is_left_of_the_deleted_pass() {
        for principal in [
            r#"{"AWS":"arn:aws:iam::111122223333:role/claims"}"#,
            r#"{"Service":"logs.eu-central-1.amazonaws.com"}"#,
            r#"{"AWS":"AROAEXAMPLEEXAMPLE00"}"#,
        ] {
            let finding = with(&[own(), allow("s", principal, DECRYPT, "{}")]);
            assert_eq!(finding.outcome, Outcome::Pass, "{principal}");
            assert_eq!(finding.message, "the key policy lets in no other account");
        }
    }

    #[test]
    fn a_deny_takes_the_partner_back() {
        let finding = with(&[
            own(),
            allow("s", PARTNER, DECRYPT, "{}"),
            deny(
                "d",
                r#""*""#,
                r#""kms:*""#,
                r#"{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
            ),
        ]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_replica_is_judged_by_its_own_policy() {
        let primary = fixtures::key("mrk-1");
        let mut replica = primary.clone();
        replica.arn = tripod_model::Arn::new("arn:aws:kms:eu-west-1:111122223333:key/mrk-1");
        replica.policy = Observed::Known(fixtures::allow(PARTNER, "kms:Decrypt", "*", "{}"));
        let snapshot = fixtures::with_region(|region| {
            region.kms.keys = Observed::Known(vec![primary, replica]);
        });
        let outcomes: Vec<Outcome> = crate::testing::run(&CHECK, &snapshot)
            .iter()
            .map(|finding| finding.outcome)
            .collect();
        assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail]);
    }

    #[test]
    fn a_policy_that_cannot_be_seen_is_not_assessed() {
        let mut key = fixtures::key("claims");
        key.policy = fixtures::denied("kms:GetKeyPolicy");
        let finding = run_one(&CHECK, &testing::with_key(key.clone()));
        assert_denied(&finding, "kms:GetKeyPolicy");
        key.policy = Observed::Known(PolicyDocument("[]".to_owned()));
        let finding = run_one(&CHECK, &testing::with_key(key.clone()));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        key.policy = Observed::Absent;
        let finding = run_one(&CHECK, &testing::with_key(key));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }
}
