//! Statements that allow every action of a service on every resource of it, however written.
//!
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21>

use std::collections::BTreeMap;

use super::document::Facts;
use super::full_access::every_action;
use super::{Class, Document, DocumentKind, Element, Finding, Lint, arn};
use crate::catalogue::{self, Action, Service};

pub(super) static LINT: Lint = Lint {
    id: "full-service-access",
    title: "every action of a service allowed on all its resources",
    class: Class::SecurityWarning,
    aws: &[],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.kind != DocumentKind::Identity {
        return;
    }
    for facts in document
        .allows()
        .filter(|facts| every_action(facts).is_none())
    {
        for service in fully_allowed(facts) {
            out.push(facts.finding(
                &LINT,
                Element::Action,
                written(facts, service),
                format!(
                    "it allows every action of {} on every resource, also actions added later",
                    service.name
                ),
                "Name the actions that are needed, or the resources they are needed on.",
            ));
        }
    }
}

/// The services all of whose actions the statement allows on all of their resources.
pub(super) fn fully_allowed(facts: &Facts) -> Vec<&'static Service> {
    let wild = |prefix: &str| {
        facts.actions.iter().any(|(pattern, actions)| {
            !pattern.is_fixed() && actions.iter().any(|action| action.service == prefix)
        })
    };
    let whole = |(prefix, actions): (&'static str, BTreeMap<&str, &Action>)| {
        let service = catalogue::service(prefix)?;
        // A service with a single action or two is not opened by naming them.
        let all = actions.len() == service.actions().len() && wild(prefix);
        let resources = facts.resources();
        let everywhere = || resources.iter().any(|r| arn::is_everything_of(r, service));
        (all && everywhere()).then_some(service)
    };
    facts.by_service().into_iter().filter_map(whole).collect()
}

/// The patterns that take part.
fn written(facts: &Facts, service: &Service) -> String {
    let part: Vec<&str> = facts
        .actions
        .iter()
        .filter(|(_, actions)| {
            actions
                .iter()
                .any(|action| action.service == service.prefix)
        })
        .map(|(pattern, _)| pattern.as_str())
        .collect();
    part.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, allow_on, clean, clean_in, deny_on, only, texts};

    #[test]
    fn a_service_with_a_star_is_found_however_written() {
        assert_eq!(
            texts(&LINT, &allow(r#"["lambda:*","s3:GetObject"]"#)),
            ["lambda:*"]
        );
        assert_eq!(texts(&LINT, &allow(r#""lambda:?*""#)), ["lambda:?*"]);
        only(
            &LINT,
            &allow_on(r#""lambda:*""#, r#""arn:aws:lambda:*:*:*""#),
        );
    }

    #[test]
    fn letter_by_letter_it_is_the_same() {
        let letters: Vec<String> = ('A'..='Z')
            .map(|letter| format!("\"lambda:{letter}*\""))
            .collect();
        let found = only(&LINT, &allow(&format!("[{}]", letters.join(","))));
        assert!(found.contains("every action of AWS Lambda"), "{found}");
    }

    #[test]
    fn less_than_all_actions_or_all_resources_is_clean() {
        clean(&LINT, &allow(r#"["lambda:Get*","lambda:List*"]"#));
        clean(
            &LINT,
            &allow_on(r#""lambda:*""#, r#""arn:aws:lambda:*:*:function:*""#),
        );
        clean(
            &LINT,
            &allow_on(r#""s3:*""#, r#"["arn:aws:s3:::a","arn:aws:s3:::a/*"]"#),
        );
        clean(&LINT, &deny_on(r#""lambda:*""#, r#""*""#));
    }

    #[test]
    fn naming_the_few_actions_of_a_small_service_is_clean() {
        let small = catalogue::services()
            .iter()
            .find(|s| s.actions().len() == 1)
            .expect("one");
        clean(
            &LINT,
            &allow(&format!("{:?}", small.actions()[0].full_name())),
        );
    }

    #[test]
    fn everything_is_another_lints_business_and_limits_may_leave_services() {
        clean(&LINT, &allow(r#""*""#));
        clean_in(&LINT, DocumentKind::ServiceControl, &allow(r#""lambda:*""#));
    }
}
