//! Elements that a document of its kind cannot have, or must.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>,
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>,
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>

use super::document::Facts;
use super::{Class, Document, DocumentKind, Element, Finding, Lint};
use crate::{Principals, Selection};

pub(super) static LINT: Lint = Lint {
    id: "misplaced-element",
    title: "element that a policy of this kind cannot have, or lacks",
    class: Class::Error,
    aws: &[
        "MISSING_ACTION",
        "MISSING_PRINCIPAL",
        "MISSING_RESOURCE",
        "SCP_SYNTAX_ERROR_PRINCIPAL",
        "UNSUPPORTED_PRINCIPAL",
    ],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let principal = principal_of(facts);
        let mut say = |element, problem: &str, cure: &str| {
            out.push(facts.finding(&LINT, element, "", problem, cure));
        };
        match (document.kind.names_principals(), principal) {
            (true, None) => say(
                Element::Principal,
                "a policy of this kind says whom each statement is about",
                "Add a Principal.",
            ),
            (false, Some(element)) => say(
                element,
                "a policy of this kind is about whoever it is attached to",
                "Remove the element; to limit a Deny to some callers, use a condition on aws:PrincipalArn.",
            ),
            _ => {}
        }
        if facts.statement.actions == Selection::Unstated {
            say(
                Element::Action,
                "the statement names no actions",
                "Add an Action or a NotAction.",
            );
        }
        match (document.kind, &facts.statement.resources) {
            (DocumentKind::Trust, Selection::Unstated) => {}
            (DocumentKind::Trust, _) => say(
                facts.written_resources().0,
                "a trust policy is about the role it belongs to",
                "Remove the element.",
            ),
            (_, Selection::Unstated) => say(
                Element::Resource,
                "the statement names no resources",
                "Add a Resource; \"*\" where the actions know none.",
            ),
            _ => {}
        }
    }
}

fn principal_of(facts: &Facts) -> Option<Element> {
    match facts.statement.principals {
        Principals::Unstated => None,
        Principals::Only(_) => Some(Element::Principal),
        Principals::AllBut(_) => Some(Element::NotPrincipal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, clean, clean_in, findings};

    const TRUST: &str = r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#;

    fn elements(kind: DocumentKind, statement: &str) -> Vec<Element> {
        let found = findings(&LINT, kind, statement);
        found.into_iter().map(|finding| finding.element).collect()
    }

    #[test]
    fn principals_stand_where_a_policy_is_about_several() {
        let named = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#;
        for kind in [
            DocumentKind::Identity,
            DocumentKind::Boundary,
            DocumentKind::Session,
            DocumentKind::ServiceControl,
        ] {
            assert_eq!(elements(kind, named), [Element::Principal], "{kind:?}");
        }
        for kind in [
            DocumentKind::Resource,
            DocumentKind::ResourceControl,
            DocumentKind::Endpoint,
        ] {
            clean_in(&LINT, kind, named);
            assert_eq!(
                elements(kind, &allow(r#""s3:*""#)),
                [Element::Principal],
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_trust_policy_has_no_resource_and_others_have() {
        clean_in(&LINT, DocumentKind::Trust, TRUST);
        let with = TRUST.replace('}', "").replace(
            "\"sts:AssumeRole\"",
            "\"sts:AssumeRole\",\"Resource\":\"*\"}",
        );
        let with = with.replace("lambda.amazonaws.com\"", "lambda.amazonaws.com\"}");
        assert_eq!(elements(DocumentKind::Trust, &with), [Element::Resource]);
        assert_eq!(
            elements(
                DocumentKind::Identity,
                r#"{"Effect":"Allow","Action":"s3:GetObject"}"#
            ),
            [Element::Resource]
        );
    }

    #[test]
    fn actions_stand_in_every_policy() {
        assert_eq!(
            elements(
                DocumentKind::Identity,
                r#"{"Effect":"Allow","Resource":"*"}"#
            ),
            [Element::Action]
        );
        clean(&LINT, &allow(r#""s3:GetObject""#));
    }
}
