//! Actions on resources that they are never about.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use std::collections::BTreeSet;

use super::{Class, Document, Element, Finding, Lint, arn};
use crate::catalogue::Action;

pub(super) static LINT: Lint = Lint {
    id: "resource-mismatch",
    title: "action that none of the statement's resources is for",
    class: Class::Warning,
    aws: &[],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    if !document.kind.chooses_resources() {
        return;
    }
    for facts in &document.statements {
        let resources = facts.resources();
        if resources.is_empty() || facts.every_resource().is_some() {
            continue;
        }
        for (pattern, actions) in &facts.actions {
            let lost = !actions
                .iter()
                .any(|action| arn::can_apply(action, resources));
            if actions.is_empty() || !lost {
                continue;
            }
            let (problem, cure) = explain(actions, facts.verb());
            out.push(facts.finding(&LINT, Element::Action, pattern.as_str(), problem, cure));
        }
    }
}

fn explain(actions: &[&'static Action], verb: &str) -> (String, &'static str) {
    let kinds: BTreeSet<&str> = actions
        .iter()
        .flat_map(|action| action.resource_types.iter())
        .map(|needed| needed.name)
        .collect();
    if kinds.is_empty() {
        return (
            format!(
                "it is about no resource in particular, so that it is {verb} by \"Resource\": \"*\" only"
            ),
            "Move it to a statement with \"Resource\": \"*\".",
        );
    }
    let shown = kinds.iter().take(4).copied().collect::<Vec<_>>().join(", ");
    let more = if kinds.len() > 4 { " and others" } else { "" };
    (
        format!(
            "it is about resources of the type {shown}{more}, of which the statement names none, so that it is not {verb}"
        ),
        "Name the ARN of such a resource, or remove the action.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::DocumentKind;
    use crate::lint::testing::{allow_on, clean, clean_in, deny_on, only, texts};

    const FUNCTION: &str = r#""arn:aws:lambda:eu-west-1:111122223333:function:a""#;

    #[test]
    fn an_action_without_resource_types_needs_a_star() {
        let found = only(
            &LINT,
            &allow_on(r#"["lambda:ListFunctions","lambda:GetFunction"]"#, FUNCTION),
        );
        assert!(found.contains("'lambda:ListFunctions'"), "{found}");
        assert!(found.contains("no resource in particular"), "{found}");
    }

    #[test]
    fn a_bucket_is_no_object_and_an_object_no_bucket() {
        let on = |action: &str, resource: &str| texts(&LINT, &allow_on(action, resource));
        assert_eq!(
            on(r#""s3:GetObject""#, r#""arn:aws:s3:::data""#),
            ["s3:GetObject"]
        );
        assert_eq!(
            on(r#""s3:ListBucket""#, r#""arn:aws:s3:::data/*""#),
            ["s3:ListBucket"]
        );
        assert!(
            on(
                r#"["s3:GetObject","s3:ListBucket"]"#,
                r#"["arn:aws:s3:::data","arn:aws:s3:::data/*"]"#
            )
            .is_empty()
        );
    }

    #[test]
    fn another_services_resource_is_none_and_the_same_goes_for_a_deny() {
        let found = only(&LINT, &deny_on(r#""iam:PassRole""#, FUNCTION));
        assert!(found.contains("resources of the type role"), "{found}");
        assert!(found.contains("not denied"), "{found}");
    }

    #[test]
    fn a_pattern_is_lost_only_with_all_its_actions() {
        clean(&LINT, &allow_on(r#""lambda:List*""#, FUNCTION));
        assert_eq!(
            texts(&LINT, &allow_on(r#""lambda:ListFunction?""#, FUNCTION)),
            ["lambda:ListFunction?"]
        );
    }

    #[test]
    fn a_star_among_the_resources_serves_all() {
        clean(
            &LINT,
            &allow_on(r#""lambda:ListFunctions""#, r#"["arn:aws:s3:::a","*"]"#),
        );
        for resource in ["arn:aws:*:*:*:*", "arn:aws:lambda:*:111122223333:*"] {
            let statement = allow_on(r#""lambda:ListFunctions""#, &format!("{resource:?}"));
            clean(&LINT, &statement);
        }
    }

    #[test]
    fn all_but_some_resources_unknown_actions_and_a_resources_own_policy_are_none_of_its_business()
    {
        clean(
            &LINT,
            r#"{"Effect":"Allow","Action":"lambda:ListFunctions","NotResource":"arn:aws:s3:::a"}"#,
        );
        clean(&LINT, &allow_on(r#""lambda:Fly""#, FUNCTION));
        let own = allow_on(r#""s3:GetObject""#, r#""arn:aws:s3:::data""#);
        clean_in(&LINT, DocumentKind::Resource, &own);
    }
}
