//! Users and roles that may do everything, by all of their policies and within their boundary.

use tripod_model::{Impact, Severity, Unknown};

use super::actors::{Actor, each_actor};
use super::weight::Weight;
use super::{DETAILS, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-administrator-principal",
    title: "user or role that may do everything",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG03"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::CisAws("2.14"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("administrator_principal.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_actor(view, out, decide);
}

fn decide(actor: &Actor) -> Result<Verdict, Unknown> {
    let the = actor.the();
    let Some(grant) = actor.administrator()? else {
        return Ok(Verdict::pass(format!("{the} may not do everything")));
    };
    let verb = if grant.statements.len() == 1 {
        "lets"
    } else {
        "let"
    };
    let except = match grant.except.as_slice() {
        [] => String::new(),
        denies => format!(", but for a part that {} denies", listed(denies)),
    };
    let failure = Verdict::fail(format!(
        "{} {verb} {the} do everything{except}",
        listed(&grant.statements)
    ))
    .detail("statements", grant.statements)
    .detail("conditions", grant.conditions.clone())
    .detail("denies", grant.except);
    let reason = (!grant.conditions.is_empty())
        .then(|| format!("the grant depends on {}", listed(&grant.conditions)));
    Ok(Weight::full().at_most(Severity::Medium, reason).on(failure))
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, ManagedPolicy, Principal};
    use tripod_model::{Arn, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        account, allow, denied, deny, managed, own, principal, under, with_bounded_role, with_role,
    };
    use crate::testing::{assert_denied, run, run_one};

    const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

    fn everything() -> String {
        allow(r#""*""#, r#""*""#)
    }

    fn of_aws(arn: &str, statements: &str) -> ManagedPolicy {
        ManagedPolicy {
            arn: Arn::new(arn),
            ..managed("any", statements)
        }
    }

    #[test]
    fn whoever_has_the_policy_of_aws_is_an_administrator_directly_or_by_a_group() {
        let attached = |name: &str| Principal {
            attached_policies: vec![Arn::new(ADMINISTRATOR)],
            ..principal(name, "")
        };
        let member = Principal {
            groups: vec!["staff".to_owned()],
            ..principal("user/ada", "")
        };
        let findings = run(
            &CHECK,
            &account(Authorization {
                users: vec![member, principal("user/bo", "")],
                groups: vec![attached("group/staff")],
                roles: vec![attached("role/deploy")],
                policies: vec![of_aws(ADMINISTRATOR, &everything())],
            }),
        );
        let outcomes: Vec<_> = findings
            .iter()
            .map(|it| (it.resource.name.as_str(), it.outcome))
            .collect();
        assert_eq!(
            outcomes,
            [
                ("deploy", Outcome::Fail),
                ("ada", Outcome::Fail),
                ("bo", Outcome::Pass)
            ]
        );
        assert_eq!(
            findings[0].message,
            "statement 1 of 'AdministratorAccess' lets the role do everything"
        );
        assert_eq!(findings[0].severity, Severity::High);
        assert_eq!(findings[0].resource.kind, "AWS::IAM::Role");
    }

    #[test]
    fn policies_that_are_everything_only_together_count_together() {
        let power = r#"{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}"#;
        let identities = allow(r#""iam:*""#, r#""*""#);
        let mut role = principal("role/deploy", power);
        role.attached_policies = vec![own("policy/identities")];
        let together = |policies| Authorization {
            roles: vec![role.clone()],
            policies,
            ..Authorization::default()
        };
        let finding = run_one(
            &CHECK,
            &account(together(vec![managed("identities", &identities)])),
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "statement 1 of 'own' and statement 1 of 'identities' let the role do everything"
        );
        let read = allow(r#""iam:Get*""#, r#""*""#);
        let finding = run_one(
            &CHECK,
            &account(together(vec![managed("identities", &read)])),
        );
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn a_boundary_or_a_deny_elsewhere_takes_everything_back() {
        let buckets = allow(r#""s3:*""#, r#""*""#);
        let bounded = with_bounded_role(&everything(), &buckets);
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::Pass);
        let open = with_bounded_role(&everything(), &everything());
        assert_eq!(run_one(&CHECK, &open).outcome, Outcome::Fail);
        let mut role = principal("role/deploy", &everything());
        role.attached_policies = vec![own("policy/quarantine")];
        let quarantined = account(Authorization {
            roles: vec![role],
            policies: vec![managed("quarantine", &deny(r#""*""#, r#""*""#))],
            ..Authorization::default()
        });
        assert_eq!(run_one(&CHECK, &quarantined).outcome, Outcome::Pass);
    }

    #[test]
    fn a_condition_makes_it_rarer_and_a_deny_of_a_part_is_told() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let finding = run_one(&CHECK, &with_role(&under(&everything(), mfa)));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.contains("MultiFactorAuthPresent"));
        let but = format!("{},{}", everything(), deny(r#""aws-portal:*""#, r#""*""#));
        let finding = run_one(&CHECK, &with_role(&but));
        assert!(
            finding
                .message
                .ends_with(", but for a part that statement 2 of 'own' denies"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn service_linked_roles_have_no_outcome() {
        let linked = principal(
            "role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport",
            &everything(),
        );
        let snapshot = account(Authorization {
            roles: vec![linked],
            ..Authorization::default()
        });
        assert!(run(&CHECK, &snapshot).is_empty());
    }

    #[test]
    fn a_policy_that_cannot_be_read_leaves_its_holders_not_assessed() {
        let mut broken = managed("broken", &everything());
        broken.document = None;
        let mut holder = principal("role/deploy", &everything());
        holder.attached_policies = vec![broken.arn.clone()];
        let other = principal("role/other", &allow(r#""s3:*""#, r#""*""#));
        let findings = run(
            &CHECK,
            &account(Authorization {
                roles: vec![holder, other],
                policies: vec![broken],
                ..Authorization::default()
            }),
        );
        assert_eq!(findings[0].outcome, Outcome::NotAssessed);
        assert!(findings[0].message.contains("'broken' is not known"));
        assert_eq!(findings[1].outcome, Outcome::Pass);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let finding = run_one(&CHECK, &denied());
        assert_denied(&finding, super::DETAILS);
        assert_eq!(finding.resource.arn, "arn:aws:iam::111122223333:role/*");
    }
}
