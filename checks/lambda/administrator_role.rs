//! Functions that run as administrators.

use tripod_model::{Impact, Severity, Unknown};

use super::role::{self, Running, each_running};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-administrator-role",
    title: "function whose role is an administrator",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["LI01"],
    needs: role::NEEDS,
    controls: &[
        Control::Baseline("IAM-3"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("administrator_role.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_running(view, out, decide);
}

fn decide(running: &Running<'_>) -> Result<Verdict, Unknown> {
    let name = running.name();
    let Some(everything) = running.permits.administrator()? else {
        let reason = running.permits.held_back()?;
        return Ok(Verdict::pass(format!(
            "{name} is no administrator: {reason}"
        )));
    };
    let failure = Verdict::fail(format!(
        "{name} may do everything by {}",
        policies::listed(&everything.statements)
    ));
    Ok(running
        .permits
        .told(everything.weigh(failure, Severity::Medium)))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity, Snapshot, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_role(statements))
    }

    fn outcome(snapshot: &Snapshot) -> Outcome {
        run_one(&CHECK, snapshot).outcome
    }

    #[test]
    fn everything_fails_and_the_policy_is_named() {
        let finding = judged(&allow("*", "*"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "the role 'claims' may do everything by statement 1 of 'inline'"
        );
        assert_eq!(finding.details.get("role"), ROLE);
        assert_eq!(finding.evidence[0].pointer, "/Role");
    }

    #[test]
    fn whoever_may_change_permissions_beside_what_nobody_named_is_an_administrator() {
        let rest = r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#;
        for statements in [
            r#"{"Effect":"Allow","NotAction":"none:none","Resource":"*"}"#.to_owned(),
            r#"{"Effect":"Allow","NotAction":["s3:*","ec2:RunInstances"],"Resource":"*"}"#
                .to_owned(),
            allow("*:*", "arn:aws:*:*:111122223333:*") + "," + &allow("iam:*", "*"),
            format!("{rest},{}", allow("iam:PutRolePolicy", "*")),
            format!(
                "{},{}",
                allow("*", "*"),
                statement("Deny", "iam:CreateUser", "*")
            ),
        ] {
            assert_eq!(judged(&statements).outcome, Outcome::Fail, "{statements}");
        }
    }

    /// AWS's PowerUserAccess, and other halves of it.
    #[test]
    fn one_half_without_the_other_is_no_administrator() {
        for statements in [
            r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}"#
                .to_owned(),
            format!("{},{}", allow("*", "*"), statement("Deny", "iam:*", "*")),
            allow("iam:*", "*"),
            allow("s3:*", "*"),
            allow("*", "arn:aws:s3:::claims/*"),
            format!("{},{}", allow("*", "*"), statement("Deny", "*", "*")),
        ] {
            assert_eq!(judged(&statements).outcome, Outcome::Pass, "{statements}");
        }
    }

    #[test]
    fn policies_of_one_role_add_up() {
        let mut snapshot = with_role(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#);
        assert_eq!(outcome(&snapshot), Outcome::Pass);
        change(&mut snapshot, |own| {
            let second = document(&allow("iam:*", "*"));
            own.roles[0]
                .inline_policies
                .insert("second".to_owned(), second);
        });
        assert_eq!(outcome(&snapshot), Outcome::Fail);
    }

    #[test]
    fn a_boundary_that_forbids_it_is_named() {
        let all = || with_role(&allow("*", "*"));
        let bounded = within(all(), &allow("s3:*", "*"));
        let finding = run_one(&CHECK, &bounded);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(
            finding.message,
            "the role 'claims' is no administrator: no permissions boundary allows it"
        );
        let loose = within(all(), &allow("*", "*"));
        assert_eq!(outcome(&loose), Outcome::Fail);
    }

    #[test]
    fn the_organisation_can_take_it_back_and_a_part_is_not_all() {
        let under = |scp: &str| in_organization(with_role(&allow("*", "*")), scp);
        assert_eq!(outcome(&under(&statement("Deny", "*", "*"))), Outcome::Pass);
        assert_eq!(
            outcome(&under(&statement("Deny", "iam:*", "*"))),
            Outcome::Pass
        );
        assert_eq!(
            outcome(&under(&statement("Deny", "logs:Delete*", "*"))),
            Outcome::Fail
        );
        let regions = r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*",
            "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1"]}}}"#;
        assert_eq!(outcome(&under(regions)), Outcome::Fail);
    }

    /// Members of an organisation may not read what binds them.
    #[test]
    fn policies_of_the_organisation_that_could_not_be_read_are_told() {
        let mut snapshot = in_organization(with_role(&allow("*", "*")), &allow("*", "*"));
        snapshot.accounts[0].organizations.path = fixtures::denied("organizations:ListParents");
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .contains("service control policies, which could not be read")
        );
    }

    #[test]
    fn a_condition_that_holds_for_no_function_is_no_grant_and_one_that_may_is_named() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        assert_eq!(judged(&allow_if("*", mfa)).outcome, Outcome::Pass);
        let tls = r#"{"Bool":{"aws:SecureTransport":"true"}}"#;
        assert_eq!(judged(&allow_if("*", tls)).severity, Severity::High);
        let address = r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
        let finding = judged(&allow_if("*", address));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding
                .message
                .ends_with("the grant depends on IpAddress aws:SourceIp 203.0.113.0/24")
        );
        let tagged = r#"{"StringEquals":{"aws:ResourceTag/team":"claims"}}"#;
        assert_eq!(judged(&allow_if("*", tagged)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed() {
        let finding = judged("7");
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("'inline'"), "{}", finding.message);
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
