//! Users and roles that may assume every role that trusts their account.

use tripod_model::{Impact, Severity, Unknown};

use super::DETAILS;
use super::actors::{Actor, each_actor};
use super::asking::{Choice, Grant};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-unlimited-assume-role",
    title: "user or role that may assume every role that trusts the account",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG08"],
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
    doc: include_str!("unlimited_assume_role.md"),
    run,
};

const ASSUME_ROLE: &str = "sts:AssumeRole";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_actor(view, out, decide);
}

fn decide(actor: &Actor) -> Result<Verdict, Unknown> {
    let the = actor.the();
    let own = actor.in_iam("role/*");
    let elsewhere = format!("arn:{}:iam::*:role/*", actor.account.partition);
    let asking = actor.asking();
    let here = asking.may(ASSUME_ROLE, &own)?;
    let there = asking.may(ASSUME_ROLE, &elsewhere)?;
    let chosen = here.is_some() || there.is_some();
    let open = |grant: &Grant| grant.choice == Choice::None;
    let (here, there) = (here.filter(open), there.filter(open));
    let whose = match (&here, &there) {
        (Some(_), Some(_)) => "that trusts the account, here and in other accounts",
        (Some(_), None) => "of the account that trusts it",
        (None, _) => "of other accounts that trusts the account",
    };
    let grants = here.into_iter().chain(there);
    let Some(grant) = grants.min_by_key(|grant| grant.conditions.len()) else {
        return Ok(Verdict::pass(if chosen {
            format!("tags or names choose the roles that {the} may assume")
        } else {
            format!("{the} may not assume every role")
        }));
    };
    let failure = Verdict::fail(format!(
        "{} {the} assume every role {whose}",
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

    fn assume(resource: &str) -> String {
        allow(r#""sts:AssumeRole""#, resource)
    }

    fn judged(statements: &str) -> (Outcome, Severity, String) {
        let finding = run_one(&CHECK, &with_role(statements));
        (finding.outcome, finding.severity, finding.message.clone())
    }

    #[test]
    fn every_role_fails_and_the_reach_is_told() {
        for (resource, reach) in [
            (r#""*""#, "here and in other accounts"),
            (r#""arn:aws:iam::*:role/*""#, "here and in other accounts"),
            (
                r#""arn:aws:iam::111122223333:role/*""#,
                "every role of the account that trusts it",
            ),
        ] {
            let (outcome, severity, message) = judged(&assume(resource));
            assert_eq!((outcome, severity), (Outcome::Fail, Severity::High));
            assert!(message.ends_with(reach), "{message}");
        }
        for actions in [r#""sts:*""#, r#"["s3:GetObject","sts:Assume*"]"#] {
            assert_eq!(judged(&allow(actions, r#""*""#)).0, Outcome::Fail);
        }
    }

    #[test]
    fn other_accounts_alone_fail_too() {
        let own = deny(
            r#""sts:AssumeRole""#,
            r#""arn:aws:iam::111122223333:role/*""#,
        );
        let (outcome, _, message) = judged(&format!("{},{own}", assume(r#""*""#)));
        assert_eq!(outcome, Outcome::Fail);
        assert!(message.contains("of other accounts"), "{message}");
    }

    #[test]
    fn roles_that_are_named_or_chosen_pass() {
        for resource in [
            r#""arn:aws:iam::444455556666:role/deploy""#,
            r#""arn:aws:iam::*:role/clinic-reader""#,
            r#""arn:aws:iam::111122223333:role/clinic-*""#,
        ] {
            assert_eq!(judged(&assume(resource)).0, Outcome::Pass, "{resource}");
        }
        let tagged = r#"{"StringEquals":{"iam:ResourceTag/team":"${aws:PrincipalTag/team}"}}"#;
        assert_eq!(judged(&under(&assume(r#""*""#), tagged)).0, Outcome::Pass);
        assert_eq!(
            judged(&allow(r#""sts:GetCallerIdentity""#, r#""*""#)).0,
            Outcome::Pass
        );
    }

    #[test]
    fn roles_here_that_are_chosen_do_not_hide_every_role_elsewhere() {
        let tagged = r#"{"StringEquals":{"iam:ResourceTag/team":"claims"}}"#;
        let own = r#""arn:aws:iam::111122223333:role/*""#;
        let here = under(&assume(own), tagged);
        let there =
            format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","NotResource":{own}}}"#);
        let (outcome, _, message) = judged(&format!("{here},{there}"));
        assert_eq!(outcome, Outcome::Fail);
        assert!(message.contains("of other accounts"), "{message}");
    }

    #[test]
    fn a_condition_on_any_tag_chooses_nothing() {
        let any = r#"{"StringLike":{"iam:ResourceTag/team":"*"}}"#;
        let (outcome, severity, _) = judged(&under(&assume(r#""*""#), any));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Medium));
    }

    #[test]
    fn a_condition_on_the_request_makes_it_rarer() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let (outcome, severity, message) = judged(&under(&assume(r#""*""#), mfa));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Medium));
        assert!(message.contains("MultiFactorAuthPresent"));
    }

    #[test]
    fn a_boundary_that_does_not_allow_it_passes() {
        let buckets = allow(r#""s3:*""#, r#""*""#);
        let finding = run_one(&CHECK, &with_bounded_role(&assume(r#""*""#), &buckets));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn an_administrator_is_weighed_elsewhere() {
        let (outcome, severity, _) = judged(&allow(r#""*""#, r#""*""#));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Low));
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
