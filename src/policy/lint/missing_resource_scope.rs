//! Actions allowed on all resources that could be limited to some.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>

use std::collections::BTreeSet;

use super::document::Facts;
use super::full_access::every_action;
use super::full_service_access::fully_allowed;
use super::{Class, Document, DocumentKind, Element, Finding, Lint};
use crate::catalogue::{AccessLevel, Action};

pub(super) static LINT: Lint = Lint {
    id: "missing-resource-scope",
    title: "actions allowed on all resources that could be limited to some",
    class: Class::Warning,
    aws: &[],
    run,
};

/// How many actions a message names.
const SHOWN: usize = 5;

fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.kind != DocumentKind::Identity {
        return;
    }
    for facts in document
        .allows()
        .filter(|facts| every_action(facts).is_none())
    {
        let Some(resource) = facts.every_resource().filter(|_| !limited_by_tags(facts)) else {
            continue;
        };
        let actions = scopable(facts);
        if actions.is_empty() {
            continue;
        }
        out.push(facts.finding(
            &LINT,
            Element::Resource,
            resource.as_str(),
            problem(&actions),
            "Name the resources by ARN, and keep \"*\" in a statement of its own for actions that know no resource.",
        ));
    }
}

/// The actions that do more than list, can be limited, and are not reported with their whole service.
fn scopable(facts: &Facts) -> Vec<&'static Action> {
    let whole: BTreeSet<&str> = fully_allowed(facts)
        .iter()
        .map(|service| service.prefix)
        .collect();
    let mut actions: Vec<&Action> = facts
        .by_service()
        .into_iter()
        .filter(|(prefix, _)| !whole.contains(prefix))
        .flat_map(|(_, actions)| actions.into_values())
        .filter(|action| {
            !action.resource_types.is_empty() && action.access_level > AccessLevel::List
        })
        .collect();
    // The most harmful first; sorted by name within a level.
    actions.sort_by_key(|action| std::cmp::Reverse(action.access_level));
    actions
}

fn problem(actions: &[&Action]) -> String {
    let names: Vec<&str> = actions
        .iter()
        .take(SHOWN)
        .map(|action| action.as_str())
        .collect();
    let more = match actions.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "actions that can be limited to resources are allowed on all: {}{more}",
        names.join(", ")
    )
}

/// Whether a condition on the resource's tags says which resources are meant.
fn limited_by_tags(facts: &Facts) -> bool {
    facts.statement.conditions.iter().any(|condition| {
        let key = condition.key.lower();
        condition.demands_presence() && key.contains(":resourcetag/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, allow_on, allow_under, clean, clean_in, deny_on, only};

    #[test]
    fn actions_that_could_be_limited_are_named_the_most_harmful_first() {
        let found = only(
            &LINT,
            &allow(r#"["s3:GetObject","lambda:ListFunctions","lambda:AddPermission"]"#),
        );
        assert!(
            found.contains("allowed on all: lambda:AddPermission, s3:GetObject. "),
            "{found}"
        );
        assert!(found.contains("Resource '*'"), "{found}");
    }

    #[test]
    fn many_actions_are_counted() {
        let found = only(&LINT, &allow(r#""lambda:Delete*""#));
        assert!(found.contains(" more"), "{found}");
    }

    #[test]
    fn an_arn_of_everything_limits_nothing() {
        only(
            &LINT,
            &allow_on(
                r#""s3:GetObject""#,
                r#"["arn:aws:s3:::a/*","arn:aws:*:*:*:*"]"#,
            ),
        );
    }

    #[test]
    fn what_cannot_be_limited_only_lists_or_is_limited_is_clean() {
        clean(
            &LINT,
            &allow(r#"["lambda:ListFunctions","ec2:DescribeInstances"]"#),
        );
        clean(&LINT, &allow(r#""lambda:ListAliases""#));
        clean(
            &LINT,
            &allow_on(r#""s3:GetObject""#, r#""arn:aws:s3:::a/*""#),
        );
        clean(
            &LINT,
            &allow_under(
                r#""lambda:DeleteFunction""#,
                r#"{"StringEquals":{"aws:ResourceTag/team":"a"}}"#,
            ),
        );
        clean(&LINT, &deny_on(r#""s3:DeleteObject""#, r#""*""#));
    }

    #[test]
    fn a_tag_that_may_be_missing_limits_nothing() {
        only(
            &LINT,
            &allow_under(
                r#""lambda:DeleteFunction""#,
                r#"{"StringEqualsIfExists":{"aws:ResourceTag/team":"a"}}"#,
            ),
        );
    }

    #[test]
    fn whole_services_and_everything_are_other_lints_business() {
        clean(&LINT, &allow(r#""*""#));
        clean(&LINT, &allow(r#""lambda:*""#));
        only(&LINT, &allow(r#"["lambda:*","s3:GetObject"]"#));
        clean_in(&LINT, DocumentKind::Boundary, &allow(r#""s3:GetObject""#));
    }
}
