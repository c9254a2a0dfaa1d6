//! Users and roles that may pass every role to a service.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::unnamed;

use super::DETAILS;
use super::actors::{Actor, each_actor};
use super::asking::{Choice, Grant};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-unlimited-pass-role",
    title: "user or role that may pass every role",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG07"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_pass_role.md"),
    run,
};

const PASS_ROLE: &str = "iam:PassRole";
const TO: &str = "iam:PassedToService";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_actor(view, out, decide);
}

fn decide(actor: &Actor) -> Result<Verdict, Unknown> {
    let any_role = actor.in_iam("role/*");
    // A service that nobody named: a condition that it meets names none.
    let any_service = actor.asking().with(TO, &unnamed("*.amazonaws.com"));
    let anywhere = any_service.may(PASS_ROLE, &any_role)?;
    let somewhere = actor.asking().having(TO).may(PASS_ROLE, &any_role)?;
    let chosen = somewhere.is_some();
    // By its tags a role cannot be kept from being passed, AWS says; by a variable in its name it can.
    let open = |grant: &Grant| grant.choice != Choice::ByVariable;
    let anywhere = anywhere.filter(open);
    let to = if anywhere.is_some() {
        "any service"
    } else {
        "the services named"
    };
    let the = actor.the();
    let Some(grant) = anywhere.or(somewhere.filter(open)) else {
        return Ok(Verdict::pass(if chosen {
            format!("{the} may pass only roles whose names a variable chooses")
        } else {
            format!("{the} may not pass every role")
        }));
    };
    let failure = Verdict::fail(format!(
        "{} {the} pass every role to {to}",
        grant.sentence("lets", "let")
    ));
    let weight = grant.rarer(actor.weight()?, Severity::Medium);
    Ok(weight.on(grant.told(failure)))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{allow, denied, deny, under, with_bounded_role, with_role};
    use crate::testing::{assert_denied, run_one};

    fn pass(resource: &str) -> String {
        allow(r#""iam:PassRole""#, resource)
    }

    fn judged(statements: &str) -> (Outcome, Severity, String) {
        let finding = run_one(&CHECK, &with_role(statements));
        (finding.outcome, finding.severity, finding.message.clone())
    }

    #[test]
    fn every_role_fails_however_it_is_written() {
        for statement in [
            pass(r#""*""#),
            pass(r#"["arn:aws:iam::*:role/claims","arn:aws:iam::111122223333:role/*"]"#),
            allow(r#"["s3:GetObject","IAM:pass*"]"#, r#""*""#),
            r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}"#.to_owned(),
            r#"{"Effect":"Allow","Action":"iam:PassRole","NotResource":"arn:aws:iam::*:role/admin"}"#
                .to_owned(),
        ] {
            let (outcome, severity, message) = judged(&statement);
            assert_eq!(outcome, Outcome::Fail, "{statement}");
            assert_eq!(severity, Severity::High, "{statement}");
            assert_eq!(
                message,
                "statement 1 of 'own' lets the role pass every role to any service"
            );
        }
    }

    #[test]
    fn named_roles_pass() {
        for resource in [
            r#""arn:aws:iam::111122223333:role/worker""#,
            r#""arn:aws:iam::111122223333:role/clinic-*""#,
            r#""arn:aws:iam::111122223333:role/service-role/*""#,
            r#""arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}-*""#,
            r#""arn:aws:iam::111122223333:user/*""#,
        ] {
            assert_eq!(judged(&pass(resource)).0, Outcome::Pass, "{resource}");
        }
        assert_eq!(judged(&allow(r#""s3:*""#, r#""*""#)).0, Outcome::Pass);
    }

    #[test]
    fn services_that_are_named_make_it_less_and_conditions_that_name_none_do_not() {
        let to = |condition: &str| judged(&under(&pass(r#""*""#), condition));
        for named in [
            r#"{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#,
            r#"{"StringLike":{"iam:PassedToService":["ecs-*.amazonaws.com","lambda.amazonaws.com"]}}"#,
            r#"{"StringEqualsIfExists":{"iam:PassedToService":"lambda.amazonaws.com"}}"#,
        ] {
            let (outcome, severity, message) = to(named);
            assert_eq!(outcome, Outcome::Fail, "{named}");
            assert_eq!(severity, Severity::Medium, "{named}");
            assert!(message.contains("to the services named; the grant depends on"));
        }
        for open in [
            r#"{"StringLike":{"iam:PassedToService":"*"}}"#,
            r#"{"StringLike":{"iam:PassedToService":"*.amazonaws.com"}}"#,
            r#"{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        ] {
            let (outcome, severity, message) = to(open);
            assert_eq!(outcome, Outcome::Fail, "{open}");
            assert_eq!(severity, Severity::High, "{open}");
            assert!(message.ends_with("to any service"), "{message}");
        }
    }

    #[test]
    fn names_that_a_variable_chooses_do_not_hide_every_role_to_a_service() {
        let own = pass(r#""arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}*""#);
        assert_eq!(judged(&own).0, Outcome::Pass);
        let lambda = r#"{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#;
        let every = under(&pass(r#""*""#), lambda);
        let (outcome, severity, message) = judged(&format!("{own},{every}"));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Medium));
        assert!(message.contains("to the services named"), "{message}");
    }

    #[test]
    fn tags_of_a_role_do_not_keep_it_from_being_passed() {
        let tagged = r#"{"StringEquals":{"iam:ResourceTag/team":"claims"}}"#;
        let (outcome, severity, message) = judged(&under(&pass(r#""*""#), tagged));
        assert_eq!(outcome, Outcome::Fail);
        assert_eq!(severity, Severity::Medium);
        assert!(message.contains("iam:ResourceTag/team"));
    }

    #[test]
    fn what_another_statement_or_the_boundary_takes_back_is_not_permitted() {
        let all = pass(r#""*""#);
        let but_one = r#"{"Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::111122223333:role/worker"}"#;
        assert_eq!(judged(&format!("{all},{but_one}")).0, Outcome::Pass);
        let admin = deny(r#""iam:PassRole""#, r#""arn:aws:iam::*:role/admin""#);
        assert_eq!(judged(&format!("{all},{admin}")).0, Outcome::Fail);
        let elsewhere = "{\"Effect\":\"Deny\",\"Action\":\"iam:PassRole\",\"Resource\":\"*\",\
            \"Condition\":{\"StringNotEquals\":{\"iam:PassedToService\":\"lambda.amazonaws.com\"}}}";
        let (outcome, severity, _) = judged(&format!("{all},{elsewhere}"));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Medium));
        let buckets = allow(r#""s3:*""#, r#""*""#);
        let finding = run_one(&CHECK, &with_bounded_role(&all, &buckets));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn an_administrator_is_weighed_elsewhere() {
        let (outcome, severity, message) = judged(&allow(r#""*""#, r#""*""#));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Low));
        assert!(message.contains("iam-administrator-principal"));
    }

    #[test]
    fn what_cannot_be_read_is_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
        let strange = r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Mood":"good"}"#;
        let (outcome, _, message) = judged(strange);
        assert_eq!(outcome, Outcome::NotAssessed);
        assert!(message.contains("'Mood'"), "{message}");
    }
}
