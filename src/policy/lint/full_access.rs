//! Statements that allow every action on every resource, however written.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>

use super::document::Facts;
use super::{Class, Document, DocumentKind, Element, Finding, Lint};
use crate::Pattern;
use crate::catalogue::{Service, services};

pub(super) static LINT: Lint = Lint {
    id: "full-access",
    title: "every action allowed on every resource",
    class: Class::SecurityWarning,
    aws: &[],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.kind != DocumentKind::Identity {
        return;
    }
    for facts in document.allows() {
        if let Some(pattern) = every_action(facts).filter(|_| facts.every_resource().is_some()) {
            let conditions = if facts.statement.conditions.is_empty() {
                ""
            } else {
                ", under its conditions"
            };
            out.push(facts.finding(
                &LINT,
                Element::Action,
                pattern.as_str(),
                format!("it allows every action on every resource{conditions}"),
                "Name the actions that are needed and the resources they are needed on.",
            ));
        }
    }
}

/// The pattern that matches every action there is.
pub(super) fn every_action<'a>(facts: &Facts<'a>) -> Option<&'a Pattern> {
    let all: usize = services()
        .iter()
        .map(Service::actions)
        .map(<[_]>::len)
        .sum();
    facts
        .actions
        .iter()
        .find(|(_, actions)| actions.len() == all)
        .map(|(pattern, _)| *pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{
        allow, allow_on, allow_under, clean, clean_in, deny_on, only, texts,
    };

    #[test]
    fn every_way_to_write_everything_is_everything() {
        for action in ["*", "*:*", "**", "?*", "*:?*"] {
            assert_eq!(texts(&LINT, &allow(&format!("{action:?}"))), [action]);
        }
        for resource in ["*", "arn:*", "arn:aws:*:*:*:*"] {
            only(
                &LINT,
                &allow_on(r#"["s3:Get*","*"]"#, &format!("{resource:?}")),
            );
        }
    }

    #[test]
    fn a_condition_does_not_make_it_less_and_is_told() {
        let found = only(
            &LINT,
            &allow_under(
                r#""*""#,
                r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
            ),
        );
        assert!(found.contains("under its conditions"), "{found}");
    }

    #[test]
    fn a_service_a_resource_and_a_deny_are_clean() {
        clean(&LINT, &allow(r#"["lambda:*","s3:*"]"#));
        clean(&LINT, &allow_on(r#""*""#, r#""arn:aws:s3:::a""#));
        clean(&LINT, &deny_on(r#""*""#, r#""*""#));
    }

    #[test]
    fn a_limit_may_leave_everything_and_a_resources_policy_is_about_one() {
        for kind in [
            DocumentKind::Boundary,
            DocumentKind::ServiceControl,
            DocumentKind::Session,
            DocumentKind::Resource,
        ] {
            clean_in(&LINT, kind, &allow(r#""*""#));
        }
    }
}
