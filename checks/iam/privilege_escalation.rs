//! Users and roles that can make themselves an administrator, step by step.

use tripod_access::escalation;
use tripod_model::{Impact, Severity};

use super::actors::each_actor;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-privilege-escalation",
    title: "user or role that can make itself an administrator",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG10", "IG11"],
    needs: escalation::NEEDS,
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("privilege_escalation.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_actor(view, out, |actor| {
        let name = format!("{} '{}'", actor.the(), actor.principal.name);
        let ways = view.ways(actor.account)?;
        ways.verdict(&actor.principal.arn, &name)
    });
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, Principal};
    use tripod_model::{Finding, Observed, Outcome, Snapshot};

    use super::CHECK;
    use crate::iam::small_accounts::{
        account, allow, denied, deny, document, own, principal, under,
    };
    use crate::testing::{assert_denied, run, run_one};
    use tripod_model::fixtures;

    fn trusting(mut role: Principal, whom: &str) -> Principal {
        role.trust_policy = Some(document(&format!(
            r#"{{"Effect":"Allow","Principal":{whom},"Action":"sts:AssumeRole"}}"#
        )));
        role
    }

    fn everything() -> String {
        allow(r#""*""#, r#""*""#)
    }

    /// An account in no organisation.
    fn alone(mut snapshot: Snapshot) -> Snapshot {
        snapshot.accounts[0].organizations.organization = Observed::Absent;
        snapshot.accounts[0].organizations.path = Observed::Absent;
        snapshot
    }

    /// A user with these statements, beside a role that is administrator and trusts the account.
    fn beside_administrator(statements: &str) -> Snapshot {
        let administrator = principal("role/administrator", &everything());
        alone(account(Authorization {
            users: vec![principal("user/ada", statements)],
            roles: vec![trusting(
                administrator,
                r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
            )],
            ..Authorization::default()
        }))
    }

    fn of(name: &str, findings: Vec<Finding>) -> Finding {
        let mut findings = findings.into_iter();
        let found = findings.find(|finding| finding.resource.name == name);
        found.expect("an outcome")
    }

    #[test]
    fn whoever_may_write_its_own_policy_fails_and_the_statement_is_named() {
        let own_policy = allow(
            r#""iam:PutUserPolicy""#,
            r#""arn:aws:iam::111122223333:user/ada""#,
        );
        let authorization = Authorization {
            users: vec![principal("user/ada", &own_policy)],
            ..Authorization::default()
        };
        let finding = run_one(&CHECK, &account(authorization));
        assert_eq!(finding.outcome, Outcome::Fail, "{}", finding.message);
        assert!(
            finding
                .message
                .starts_with("the user 'ada' can become an administrator: it "),
            "{}",
            finding.message
        );
        let statements = finding.details.get("statements");
        assert!(statements.to_string().contains("own"), "{statements}");
    }

    #[test]
    fn assuming_an_administrator_is_a_step_and_the_administrator_itself_is_another_check_s() {
        let assume = allow(
            r#""sts:AssumeRole""#,
            r#""arn:aws:iam::111122223333:role/administrator""#,
        );
        let findings = run(&CHECK, &beside_administrator(&assume));
        let administrator = of("administrator", findings.clone());
        assert_eq!(administrator.outcome, Outcome::NotApplicable);
        let ada = of("ada", findings);
        assert_eq!(ada.outcome, Outcome::Fail);
        assert_eq!(
            ada.details.get("path"),
            "ada -> administrator (administrator)"
        );
    }

    #[test]
    fn a_deny_or_a_boundary_that_stops_the_step_passes() {
        let all = allow(r#""sts:AssumeRole""#, r#""*""#);
        let stopped = format!("{all},{}", deny(r#""sts:*""#, r#""*""#));
        let findings = run(&CHECK, &beside_administrator(&stopped));
        assert_eq!(of("ada", findings).outcome, Outcome::Pass);
        let mut snapshot = beside_administrator(&all);
        let Observed::Known(details) = &mut snapshot.accounts[0].iam.authorization else {
            panic!("known")
        };
        details.users[0].permissions_boundary = Some(own("policy/fence"));
        details.policies = vec![crate::iam::small_accounts::managed(
            "fence",
            &allow(r#""s3:*""#, r#""*""#),
        )];
        assert_eq!(of("ada", run(&CHECK, &snapshot)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_condition_on_the_way_is_named() {
        let all = allow(r#""sts:AssumeRole""#, r#""*""#);
        let from = under(&all, r#"{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}"#);
        let finding = of("ada", run(&CHECK, &beside_administrator(&from)));
        assert_eq!(finding.outcome, Outcome::Fail);
        let conditions = finding.details.get("conditions");
        assert!(conditions.to_string().contains("aws:SourceIp"));
    }

    #[test]
    fn reading_alone_passes() {
        let read = allow(r#"["iam:Get*","iam:List*","s3:GetObject"]"#, r#""*""#);
        let finding = of("ada", run(&CHECK, &beside_administrator(&read)));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn service_linked_roles_have_no_outcome() {
        let linked = principal(
            "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            "",
        );
        let authorization = Authorization {
            roles: vec![linked],
            ..Authorization::default()
        };
        assert!(run(&CHECK, &account(authorization)).is_empty());
    }

    #[test]
    fn functions_that_were_not_read_leave_whoever_may_change_them_unassessed() {
        let update = allow(r#""lambda:UpdateFunctionCode""#, r#""*""#);
        let mut snapshot = beside_administrator(&update);
        let functions = &mut snapshot.accounts[0].regions[0].lambda.functions;
        *functions = fixtures::denied("lambda:ListFunctions");
        // The administrator's trust names Lambda, so that a function may run as it.
        let Observed::Known(details) = &mut snapshot.accounts[0].iam.authorization else {
            panic!("known")
        };
        let role = details.roles.remove(0);
        details
            .roles
            .push(trusting(role, r#"{"Service":"lambda.amazonaws.com"}"#));
        assert_denied(&of("ada", run(&CHECK, &snapshot)), "lambda:ListFunctions");
    }

    #[test]
    fn an_unreadable_policy_is_not_assessed() {
        let mut ada = principal("user/ada", "");
        let broken = tripod_model::PolicyDocument("{".to_owned());
        ada.inline_policies.insert("broken".to_owned(), broken);
        let authorization = Authorization {
            users: vec![ada],
            ..Authorization::default()
        };
        let finding = run_one(&CHECK, &account(authorization));
        assert_eq!(finding.outcome, Outcome::NotAssessed, "{}", finding.message);
        assert!(finding.message.contains("line 1"), "{}", finding.message);
    }

    #[test]
    fn denied_details_are_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::super::DETAILS);
    }
}
