//! Keys that nobody may be able to manage one day, or that nobody can today.

use std::collections::BTreeSet;

use tripod_model::kms::Key;
use tripod_model::{Account, AccountId, Impact, Severity};
use tripod_policy::{Access, Policy, ScopeKind, Who, audience};

use crate::kms::{USE, each_key_policy};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "kms-unmanageable-key",
    title: "key policy that does not enable the account",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Low,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["KM06"],
    needs: &[
        "kms:ListKeys",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "iam:GetAccountAuthorizationDetails",
    ],
    controls: &[Control::Baseline("DATA-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unmanageable_key.md"),
    run,
};

/// Who may change the policy can give everything else.
const CHANGE: [&str; 1] = ["kms:PutKeyPolicy"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_key_policy(view, out, decide);
}

fn decide(scope: &Scope, key: &Key, policy: &Policy) -> Verdict {
    let own = &scope.account.id;
    let arn = key.arn.as_str();
    let managers = audience(arn, policy, &CHANGE);
    if managers.iter().any(|access| enables(access, own)) {
        let by_iam = audience(arn, policy, &USE)
            .iter()
            .any(|access| access.who == Who::Account(own.clone()));
        return enabled(by_iam);
    }
    let named: Vec<&str> = managers
        .iter()
        .filter_map(|access| match &access.who {
            Who::Principal(arn) if !access.who.is_outside(own) => Some(arn.as_str()),
            _ => None,
        })
        .collect();
    lost(scope.account, &named).detail("named", named)
}

/// Whether the account can always find somebody to change the policy: by its IAM policies, or because
/// everyone in it may. A principal named by a condition on its ARN can be made anew under that ARN; a
/// unique id cannot.
fn enables(access: &Access, own: &AccountId) -> bool {
    let widely = match &access.who {
        Who::Everyone | Who::EveryAwsPrincipal => true,
        Who::Account(id) => id == own,
        who @ Who::Bounded(_) => !who.is_outside(own),
        _ => false,
    };
    widely && !access.is_within(|scope| scope.kind == ScopeKind::UserId)
}

/// AWS's own default, so no failure; what it means is told.
fn enabled(by_iam: bool) -> Verdict {
    let verdict = if by_iam {
        Verdict::pass(
            "the key policy leaves it to the account's IAM policies who manages the key and who \
             uses it, as AWS's default policy does",
        )
    } else {
        Verdict::pass(
            "the key policy leaves it to the account who manages the key, and names itself who \
             uses it",
        )
    };
    verdict.detail("use_decided_by_iam", by_iam)
}

fn lost(account: &Account, named: &[&str]) -> Verdict {
    if named.is_empty() {
        return Verdict::fail(
            "the key policy lets no principal of the account change it: only AWS Support can make \
             the key manageable again",
        );
    }
    let only = format!(
        "the key policy does not enable the account: only {} may change it",
        named.join(", ")
    );
    let Ok(authorization) = account.iam.authorization.found() else {
        return Verdict::fail(only).lowered_to(
            Severity::Medium,
            "whether they still exist could not be seen in IAM",
        );
    };
    let principals = authorization
        .into_iter()
        .flat_map(|known| known.users.iter().chain(&known.roles));
    let existing: BTreeSet<&str> = principals.map(|it| it.arn.as_str()).collect();
    if named.iter().any(|arn| may_exist(arn, &existing)) {
        Verdict::fail(only).lowered_to(
            Severity::Low,
            "once they are deleted, only AWS Support can make the key manageable again",
        )
    } else {
        Verdict::fail(format!("{only}, and the account has no such principal"))
    }
}

/// Sessions are not listed by IAM; the unique id of somebody deleted is nobody's.
fn may_exist(arn: &str, existing: &BTreeSet<&str>) -> bool {
    match arn.split(':').nth(2) {
        Some("iam") => existing.contains(arn),
        Some(_) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, Principal};
    use tripod_model::{
        Arn, Finding, Observed, Outcome, Pillar, PolicyDocument, Severity, Snapshot, fixtures,
    };

    use super::CHECK;
    use crate::kms::testing::{self, allow, deny, own};
    use crate::testing::{assert_denied, run_one};

    fn with(statements: &[String]) -> Finding {
        run_one(&CHECK, &account(statements))
    }

    /// An account with the role `keeper`, and no other.
    fn account(statements: &[String]) -> Snapshot {
        let mut snapshot = testing::with_statements(statements);
        let role = Principal::named(Arn::new("arn:aws:iam::111122223333:role/keeper"));
        snapshot.accounts[0].iam.authorization = Observed::Known(Authorization {
            roles: vec![role],
            ..Authorization::default()
        });
        snapshot
    }

    const KEEPER: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/keeper"}"#;
    const GONE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/gone"}"#;
    const EVERYTHING: &str = r#""kms:*""#;

    #[test]
    fn the_default_policy_passes_and_it_is_told_what_it_means() {
        let finding = with(&[own()]);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("who uses it, as AWS's default"));
        assert_eq!(finding.details.get("use_decided_by_iam"), true);
        assert_eq!(CHECK.pillar(), Pillar::Availability);
    }

    #[test]
    fn an_account_that_manages_and_does_not_use_passes() {
        let account = r#"{"AWS":"111122223333"}"#;
        let finding = with(&[
            allow("manage", account, r#"["kms:Put*","kms:Get*"]"#, "{}"),
            allow("use", KEEPER, r#""kms:Decrypt""#, "{}"),
        ]);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("use_decided_by_iam"), false);
        let by_arn = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/keeper"}}"#;
        let finding = with(&[allow("manage", account, EVERYTHING, by_arn)]);
        assert_eq!(
            finding.outcome,
            Outcome::Pass,
            "a role of that name can be made again"
        );
        let finding = with(&[allow("manage", r#""*""#, EVERYTHING, by_arn)]);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn one_role_that_exists_is_lowered_and_one_that_does_not_is_the_whole_loss() {
        let finding = with(&[allow("s", KEEPER, EVERYTHING, "{}")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(
            finding
                .message
                .contains("only arn:aws:iam::111122223333:role/keeper may")
        );
        let finding = with(&[allow("s", GONE, EVERYTHING, "{}")]);
        assert_eq!(finding.severity, Severity::High);
        assert!(
            finding
                .message
                .ends_with("the account has no such principal")
        );
        let deleted = r#"{"AWS":"AROAEXAMPLEEXAMPLE00"}"#;
        assert_eq!(
            with(&[allow("s", deleted, EVERYTHING, "{}")]).severity,
            Severity::High
        );
    }

    #[test]
    fn nobody_of_the_account_fails_whoever_else_may() {
        let account = r#"{"AWS":"111122223333"}"#;
        let by_id = r#"{"StringEquals":{"aws:userid":"AIDAEXAMPLE"}}"#;
        for statements in [
            vec![allow("s", KEEPER, r#""kms:Decrypt""#, "{}")],
            vec![allow("s", r#"{"AWS":"444455556666"}"#, EVERYTHING, "{}")],
            vec![own(), deny("d", r#""*""#, r#""kms:Put*""#, "{}")],
            vec![allow(
                "s",
                account,
                r#"["kms:Describe*","kms:Decrypt"]"#,
                "{}",
            )],
            vec![allow("s", account, EVERYTHING, by_id)],
        ] {
            let finding = with(&statements);
            assert_eq!(finding.outcome, Outcome::Fail, "{statements:?}");
            assert_eq!(finding.severity, Severity::High, "{statements:?}");
        }
    }

    #[test]
    fn where_iam_cannot_be_seen_nobody_is_called_deleted() {
        let mut snapshot = account(&[allow("s", GONE, EVERYTHING, "{}")]);
        snapshot.accounts[0].iam.authorization =
            fixtures::denied("iam:GetAccountAuthorizationDetails");
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.ends_with("could not be seen in IAM"));
    }

    #[test]
    fn a_policy_that_cannot_be_seen_is_not_assessed() {
        let mut key = fixtures::key("claims");
        key.policy = fixtures::denied("kms:GetKeyPolicy");
        let finding = run_one(&CHECK, &testing::with_key(key.clone()));
        assert_denied(&finding, "kms:GetKeyPolicy");
        key.policy = Observed::Known(PolicyDocument("{".to_owned()));
        let finding = run_one(&CHECK, &testing::with_key(key.clone()));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        key.policy = Observed::Absent;
        let finding = run_one(&CHECK, &testing::with_key(key));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }
}
