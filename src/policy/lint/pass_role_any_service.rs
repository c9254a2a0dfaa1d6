//! `iam:PassRole` without saying to which services.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>

use super::pass_role_any_role::{PASS_ROLE, names_services};
use super::{Class, Document, DocumentKind, Finding, Lint};
use crate::Pattern;

pub(super) static LINT: Lint = Lint {
    id: "pass-role-any-service",
    title: "iam:PassRole allowed to every service",
    class: Class::Warning,
    aws: &[],
    run,
};

/// Statements that name the action, alone or by a pattern of IAM's; those that allow everything have lints of their own.
fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.kind != DocumentKind::Identity {
        return;
    }
    for facts in document.allows().filter(|facts| !names_services(facts)) {
        let of_iam = |pattern: &&Pattern| {
            let service = pattern.as_str().split(':').next().unwrap_or_default();
            service.eq_ignore_ascii_case("iam")
        };
        let naming = facts
            .actions
            .iter()
            .filter(|(_, actions)| actions.iter().any(|action| action.as_str() == PASS_ROLE));
        for pattern in naming.map(|(pattern, _)| *pattern).filter(of_iam) {
            out.push(facts.finding(
                &LINT,
                super::Element::Action,
                pattern.as_str(),
                "it allows to pass roles to any service that trusts them",
                "Add a condition StringEquals on iam:PassedToService with the services, such as lambda.amazonaws.com.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, allow_on, allow_under, clean, deny_on, only, texts};

    const ROLE: &str = r#""arn:aws:iam::111122223333:role/worker""#;

    #[test]
    fn passing_a_role_without_naming_services_is_found() {
        only(&LINT, &allow_on(r#""iam:PassRole""#, ROLE));
        assert_eq!(
            texts(&LINT, &allow_on(r#"["iam:GetRole","iam:Pass*"]"#, ROLE)),
            ["iam:Pass*"]
        );
    }

    #[test]
    fn a_condition_that_names_none_does_not_count() {
        for condition in [
            r#"{"StringLike":{"iam:PassedToService":"*"}}"#,
            r#"{"StringEqualsIfExists":{"iam:PassedToService":"lambda.amazonaws.com"}}"#,
            r#"{"StringNotEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#,
        ] {
            only(&LINT, &allow_under(r#""iam:PassRole""#, condition));
        }
    }

    #[test]
    fn named_services_denies_and_everything_are_clean() {
        let named = r#"{"StringEquals":{"iam:PassedToService":["lambda.amazonaws.com","ecs-tasks.amazonaws.com"]}}"#;
        clean(&LINT, &allow_under(r#""iam:PassRole""#, named));
        clean(&LINT, &deny_on(r#""iam:PassRole""#, ROLE));
        clean(&LINT, &allow(r#""*""#));
        clean(&LINT, &allow(r#""iam:GetRole""#));
    }
}
