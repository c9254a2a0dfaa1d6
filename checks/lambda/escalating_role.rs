//! Functions whose role can make itself an administrator.

use tripod_access::escalation;
use tripod_model::{Impact, Severity};

use super::role::each_running;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-escalating-role",
    title: "function whose role can make itself an administrator",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["LI02"],
    needs: escalation::NEEDS,
    controls: &[
        Control::Baseline("IAM-3"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("escalating_role.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_running(view, out, |running| {
        let (account, role) = running.whose();
        view.ways(account)?.verdict(role, &running.name())
    });
}

#[cfg(test)]
mod tests {
    use tripod_model::{Arn, Outcome, PolicyDocument, Severity};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run_one};
    use tripod_model::fixtures;

    #[test]
    fn a_role_that_may_write_its_own_policy_fails_and_the_way_is_named() {
        let finding = run_one(&CHECK, &with_role(&allow("iam:PutRolePolicy", ROLE)));
        assert_eq!(finding.outcome, Outcome::Fail, "{}", finding.message);
        assert_eq!(finding.severity, Severity::High);
        let way = "the role 'claims' can become an administrator: it ";
        assert!(finding.message.starts_with(way), "{}", finding.message);
        let resources = finding.details.get("resources").to_string();
        assert!(resources.contains(ROLE), "{resources}");
    }

    #[test]
    fn what_a_function_needs_passes() {
        let statements = [
            allow("dynamodb:PutItem", "*"),
            allow("logs:PutLogEvents", "*"),
            allow("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/other"),
        ];
        let finding = run_one(&CHECK, &with_role(&statements.join(",")));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_boundary_that_ends_the_way_passes() {
        let snapshot = with_role(&allow("iam:PutRolePolicy", ROLE));
        let finding = run_one(&CHECK, &within(snapshot, &allow("s3:*", "*")));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn an_administrator_is_another_check_s_and_a_deleted_role_has_no_way() {
        let finding = run_one(&CHECK, &with_role(&allow("*", "*")));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
        let mut snapshot = with_role("");
        change(&mut snapshot, |own| own.roles.clear());
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn policies_of_the_organisation_that_were_not_read_are_told() {
        let mut snapshot = with_role(&allow("iam:PutRolePolicy", ROLE));
        snapshot.accounts[0].organizations.organization =
            fixtures::denied("organizations:DescribeOrganization");
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail, "{}", finding.message);
        assert!(
            finding.message.contains("service control policies"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn what_was_denied_or_cannot_be_read_is_not_assessed() {
        let mut snapshot = with_role(&allow("iam:PutRolePolicy", ROLE));
        change(&mut snapshot, |own| {
            let broken = PolicyDocument("{".to_owned());
            own.roles[0].inline_policies.clear();
            own.roles[0]
                .inline_policies
                .insert("broken".to_owned(), broken);
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::NotAssessed, "{}", finding.message);
        snapshot.accounts[0].iam.authorization = fixtures::denied(DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), DETAILS);
    }

    #[test]
    fn a_function_without_a_role_in_its_answer_is_not_assessed() {
        let mut snapshot = with_role("");
        let mut function = fixtures::function("claims");
        function.configuration.role = Some(Arn::new("arn:aws:iam::444455556666:role/other"));
        snapshot.accounts[0].regions[0].lambda.functions =
            tripod_model::Observed::Known(vec![function]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotAssessed);
    }
}
