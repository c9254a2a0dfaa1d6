//! Principals that both administer a key and use it.

use tripod_model::kms::Key;
use tripod_model::{Impact, Severity};
use tripod_policy::{Access, Policy, Who, audience};

use crate::kms::{CONTROL, USE, each_key_policy};
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "kms-undivided-duties",
    title: "key policy that lets a principal both administer the key and use it",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["KM04"],
    needs: &["kms:ListKeys", "kms:DescribeKey", "kms:GetKeyPolicy"],
    controls: &[Control::Baseline("DATA-2"), Control::OwaspServerless("S5")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("undivided_duties.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_key_policy(view, out, decide);
}

fn decide(scope: &Scope, key: &Key, policy: &Policy) -> Verdict {
    let arn = key.arn.as_str();
    let (control, usage) = (audience(arn, policy, &CONTROL), audience(arn, policy, &USE));
    // A statement for the account itself gives nobody anything: it leaves the key to IAM.
    let account = Who::Account(scope.account.id.clone());
    let both: Vec<(&Access, &Access)> = control
        .iter()
        .filter(|rules| rules.who != account)
        .filter_map(|rules| {
            let uses = usage.iter().find(|uses| uses.who == rules.who)?;
            Some((rules, uses))
        })
        .collect();
    if both.is_empty() {
        return Verdict::pass("the key policy lets nobody both administer the key and use it")
            .detail("administrators", whom(&control))
            .detail("users", whom(&usage));
    }
    let mut statements: Vec<_> = both
        .iter()
        .flat_map(|(rules, uses)| rules.statements.iter().chain(&uses.statements).cloned())
        .collect();
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    let principals: Vec<String> = both
        .iter()
        .map(|(rules, _)| rules.who.to_string())
        .collect();
    Verdict::fail(format!(
        "{} {} both administer the key and use it",
        policies::sentence(&statements, "lets", "let"),
        principals.join(", ")
    ))
    .detail("principals", principals)
    .detail("statements", policies::names(&statements))
}

fn whom(classes: &[Access]) -> Vec<String> {
    classes
        .iter()
        .map(|access| access.who.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::kms::testing::{self, allow, deny, own};
    use crate::testing::{assert_denied, run_one};

    fn with(statements: &[String]) -> Finding {
        run_one(&CHECK, &testing::with_statements(statements))
    }

    const ROLE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/claims"}"#;
    const ADMIN: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/keeper"}"#;
    /// What the console writes for administrators.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
    const ADMINISTRATION: &str = r#"["kms:Create*","kms:Describe*","kms:Enable*","kms:List*","kms:Put*","kms:Update*",
        "kms:Revoke*","kms:Disable*","kms:Get*","kms:Delete*","kms:TagResource","kms:UntagResource",
        "kms:ScheduleKeyDeletion","kms:CancelKeyDeletion","kms:RotateKeyOnDemand"]"#;
    const USAGE: &str = r#"["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"]"#;

    #[test]
    fn every_action_for_a_role_fails_and_the_role_is_named() {
        let finding = with(&[own(), allow("all", ROLE, r#""kms:*""#, "{}")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "statement 'all' lets arn:aws:iam::111122223333:role/claims both administer the key \
             and use it"
        );
        assert_eq!(finding.details.get("statements")[0], "statement 'all'");
    }

    #[test]
    fn two_statements_that_add_up_fail() {
        let finding = with(&[
            own(),
            allow("keep", ROLE, ADMINISTRATION, "{}"),
            allow("use", ROLE, USAGE, "{}"),
        ]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("statement 'keep' and statement 'use' let ")
        );
    }

    #[test]
    fn services_and_whole_accounts_need_no_administration_either() {
        for principal in [
            r#"{"Service":"logs.eu-central-1.amazonaws.com"}"#,
            r#"{"AWS":"444455556666"}"#,
            r#""*""#,
        ] {
            let finding = with(&[allow("all", principal, r#""kms:*""#, "{}")]);
            assert_eq!(finding.outcome, Outcome::Fail, "{principal}");
        }
        let of_the_account = r#"{"StringEquals":{"kms:CallerAccount":"111122223333"}}"#;
        let finding = with(&[allow("all", r#""*""#, r#""kms:*""#, of_the_account)]);
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn what_the_console_writes_passes() {
        let finding = with(&[
            own(),
            allow("keep", ADMIN, ADMINISTRATION, "{}"),
            allow("use", ROLE, USAGE, "{}"),
        ]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        let users = finding.details.get("users").to_string();
        assert!(users.contains("role/claims"), "{users}");
    }

    #[test]
    fn the_account_itself_is_left_to_iam() {
        assert_eq!(with(&[own()]).outcome, Outcome::Pass);
    }

    #[test]
    fn a_deny_that_takes_administration_back_divides_the_duties() {
        let finding = with(&[
            own(),
            allow("all", ROLE, r#""kms:*""#, "{}"),
            deny(
                "keep",
                ROLE,
                r#"["kms:PutKeyPolicy","kms:ScheduleKeyDeletion","kms:Disable*","kms:Delete*"]"#,
                "{}",
            ),
        ]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        let one_is_left = with(&[
            allow("all", ROLE, r#""kms:*""#, "{}"),
            deny("keep", ROLE, r#""kms:ScheduleKeyDeletion""#, "{}"),
        ]);
        assert_eq!(one_is_left.outcome, Outcome::Fail);
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
