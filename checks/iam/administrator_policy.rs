//! Policies, managed or inline, that grant everything.

use tripod_model::{Impact, Severity, Unknown};

use super::written::{Whose, Written, each_granting};
use super::{DETAILS, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-administrator-policy",
    title: "policy that grants everything",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG01", "IG02"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Fsbp("IAM.1"),
        Control::CisAws("2.14"),
        Control::Nist80053("AC-2"),
        Control::Nist80053("AC-2(1)"),
        Control::Nist80053("AC-3"),
        Control::Nist80053("AC-3(7)"),
        Control::Nist80053("AC-3(15)"),
        Control::Nist80053("AC-5"),
        Control::Nist80053("AC-6"),
        Control::Nist80053("AC-6(2)"),
        Control::Nist80053("AC-6(3)"),
        Control::Nist80053("AC-6(10)"),
        Control::PciDss("7.2.1"),
        Control::PciDss("7.2.2"),
        Control::PciDss("7.2.5"),
        Control::PciDss("7.3.1"),
        Control::PciDss("7.3.2"),
        Control::PciDss("7.3.3"),
        Control::Soc2("CC1.3"),
        Control::Soc2("CC6.1"),
        Control::Soc2("CC6.2"),
        Control::Soc2("CC6.3"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("administrator_policy.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_granting(view, out, Whose::AwsToo, decide);
}

fn decide(written: &Written) -> Result<Verdict, Unknown> {
    let Some(grant) = written.administrator()? else {
        return Ok(Verdict::pass(format!(
            "{} {} not grant every action on every resource",
            written.title(),
            written.does()
        )));
    };
    let statements = &grant.statements;
    let verb = |of: &[String], one: &str, many: &str| {
        let verb = if of.len() == 1 { one } else { many };
        format!("{} {verb}", listed(of))
    };
    let attached = match written.attachments() {
        None | Some(0) => String::new(),
        Some(1) => ", attached to 1 principal".to_owned(),
        Some(count) => format!(", attached to {count} principals"),
    };
    let except = if grant.except.is_empty() {
        String::new()
    } else {
        let denies = verb(&grant.except, "takes", "take");
        format!(", of which {denies} only a part back")
    };
    let failure = Verdict::fail(format!(
        "{} every action on every resource{except}{attached}",
        verb(statements, "grants", "grant")
    ))
    .detail("statements", statements.clone())
    .detail("conditions", grant.conditions.clone())
    .detail("denies", grant.except);
    let reason = (!grant.conditions.is_empty())
        .then(|| format!("the grant depends on {}", listed(&grant.conditions)));
    Ok(written
        .weight()
        .at_most(Severity::Medium, reason)
        .on(failure))
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, Principal};
    use tripod_model::{Arn, Observed, Outcome, PolicyDocument, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        account, denied, deny, managed as policy, own, principal, with_policies as account_with,
        with_role,
    };
    use crate::testing::{assert_denied, run, run_one};

    const ALL: &str = r#"{"Sid":"all","Effect":"Allow","Action":"*","Resource":"*"}"#;

    #[test]
    fn everything_attached_fails_and_the_holders_are_named() {
        let mut snapshot = account_with(vec![policy("admin", ALL)]);
        let role = Principal {
            attached_policies: vec![own("policy/admin")],
            ..principal("role/deploy", "")
        };
        if let Observed::Known(authorization) = &mut snapshot.accounts[0].iam.authorization {
            authorization.roles.push(role);
        }
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 'all' grants every action on every resource, attached to 1 principal"
        );
        assert_eq!(
            finding.details.get("attached_to")[0],
            "arn:aws:iam::111122223333:role/deploy"
        );
        assert_eq!(finding.resource.kind, "AWS::IAM::ManagedPolicy");
        assert_eq!(finding.resource.region.as_str(), "global");
    }

    #[test]
    fn policies_of_aws_count_too() {
        let mut managed = policy("AdministratorAccess", ALL);
        managed.arn = Arn::new("arn:aws:iam::aws:policy/AdministratorAccess");
        let finding = run_one(&CHECK, &account_with(vec![managed]));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn statements_that_complete_each_other_fail() {
        let statements = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},
            {"Effect":"Allow","Action":"iam:*","Resource":"*"}"#;
        let finding = run_one(&CHECK, &account_with(vec![policy("split", statements)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("statement 1 and statement 2 grant every")
        );
    }

    #[test]
    fn a_grant_under_a_condition_is_lowered_and_the_condition_named() {
        let statement = r#"{"Effect":"Allow","Action":"*:*","Resource":"*",
            "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
        let finding = run_one(&CHECK, &account_with(vec![policy("mfa", statement)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding
                .message
                .ends_with("the grant depends on Bool aws:MultiFactorAuthPresent true")
        );
    }

    #[test]
    fn less_than_everything_passes() {
        for statement in [
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}"#,
        ] {
            let finding = run_one(&CHECK, &account_with(vec![policy("p", statement)]));
            assert_eq!(finding.outcome, Outcome::Pass, "{statement}");
        }
    }

    #[test]
    fn a_deny_of_a_part_still_fails_and_is_told() {
        let statements = r#"{"Effect":"Allow","Action":"*","Resource":"*"},
            {"Sid":"bill","Effect":"Deny","Action":"aws-portal:*","Resource":"*"}"#;
        let finding = run_one(&CHECK, &account_with(vec![policy("p", statements)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .contains("statement 'bill' takes only a part back")
        );
    }

    #[test]
    fn a_policy_that_nobody_has_weighs_less_and_a_boundary_grants_nothing() {
        let mut unused = policy("unused", ALL);
        unused.attachment_count = Some(0);
        let finding = run_one(&CHECK, &account_with(vec![unused.clone()]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.ends_with("; nobody has the policy"));
        unused.boundary_count = Some(1);
        let finding = run_one(&CHECK, &account_with(vec![unused]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_policy_of_aws_that_nobody_has_is_no_concern() {
        let mut unused = policy("AdministratorAccess", ALL);
        unused.arn = Arn::new("arn:aws:iam::aws:policy/AdministratorAccess");
        unused.attachment_count = Some(0);
        assert!(run(&CHECK, &account_with(vec![unused])).is_empty());
    }

    #[test]
    fn inline_policies_are_judged_together_and_belong_to_their_principal() {
        let finding = run_one(&CHECK, &with_role(ALL));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 'all' grants every action on every resource"
        );
        assert_eq!(finding.resource.kind, "AWS::IAM::Role");
        assert_eq!(
            finding.resource.arn,
            "arn:aws:iam::111122223333:role/deploy"
        );
        assert_eq!(finding.evidence[0].pointer, "/RolePolicyList");
        let mut role = principal("role/deploy", ALL);
        let more = |statements: &str| super::super::small_accounts::document(statements);
        role.inline_policies
            .insert("stop".to_owned(), more(&deny(r#""*""#, r#""*""#)));
        let finding = run_one(
            &CHECK,
            &account(Authorization {
                roles: vec![role],
                ..Authorization::default()
            }),
        );
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(
            finding.message,
            "the inline policies of the role do not grant every action on every resource"
        );
    }

    #[test]
    fn a_policy_that_only_groups_without_members_have_weighs_less() {
        let group = Principal {
            attached_policies: vec![own("policy/admin")],
            ..principal("group/staff", "")
        };
        let with = |count| {
            let mut admin = policy("admin", ALL);
            admin.attachment_count = Some(count);
            let snapshot = account(Authorization {
                groups: vec![group.clone()],
                policies: vec![admin],
                ..Authorization::default()
            });
            run_one(&CHECK, &snapshot).severity
        };
        assert_eq!(with(1), Severity::Low);
        assert_eq!(with(2), Severity::High, "somebody else has it too");
    }

    #[test]
    fn an_inline_policy_of_a_group_without_members_weighs_less() {
        let group = principal("group/staff", ALL);
        let mut with = Authorization {
            groups: vec![group],
            ..Authorization::default()
        };
        let finding = run_one(&CHECK, &account(with.clone()));
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.ends_with("; the group has no members"));
        with.users = vec![Principal {
            groups: vec!["staff".to_owned()],
            ..principal("user/ada", "")
        }];
        assert_eq!(run_one(&CHECK, &account(with)).severity, Severity::High);
    }

    #[test]
    fn a_count_that_is_left_out_does_not_hide_a_policy_that_principals_have() {
        let mut uncounted = policy("admin", ALL);
        uncounted.attachment_count = None;
        let mut snapshot = account_with(vec![uncounted.clone()]);
        if let Observed::Known(authorization) = &mut snapshot.accounts[0].iam.authorization {
            authorization.roles.push(Principal {
                attached_policies: vec![uncounted.arn],
                ..principal("role/deploy", "")
            });
        }
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("attached to 1 principal"));
    }

    #[test]
    fn a_policy_without_a_readable_document_is_not_assessed() {
        let mut missing = policy("a-missing", ALL);
        missing.document = None;
        let mut broken = policy("b-broken", ALL);
        broken.document = Some(PolicyDocument("7".to_owned()));
        let findings = run(&CHECK, &account_with(vec![missing, broken]));
        assert_eq!(findings[0].outcome, Outcome::NotAssessed);
        assert!(findings[0].message.contains("version in force"));
        assert_eq!(findings[1].outcome, Outcome::NotAssessed);
        assert!(findings[1].message.contains("line 1 column 1"));
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let finding = run_one(&CHECK, &denied());
        assert_denied(&finding, super::DETAILS);
        assert_eq!(finding.resource.arn, "arn:aws:iam::111122223333:policy/*");
        assert_eq!(finding.resource.name, "*");
    }
}
