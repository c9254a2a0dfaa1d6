//! Elements without values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::{Class, Document, Element, Finding, Lint};
use crate::{Effect, Principals, Quantifier, Selection};

pub(super) static LINT: Lint = Lint {
    id: "empty-element",
    title: "element without values",
    class: Class::Suggestion,
    aws: &[
        "EMPTY_ARRAY_ACTION",
        "EMPTY_ARRAY_CONDITION",
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        "EMPTY_ARRAY_PRINCIPAL",
        "EMPTY_ARRAY_RESOURCE",
        "EMPTY_OBJECT_PRINCIPAL",
    ],
    run,
};

const NOTHING: &str = "Name what the statement is about, or remove the statement.";
const EVERYTHING: &str =
    "Name what is left out; if nothing is, say \"*\" in the element without Not.";

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let statement = facts.statement;
        let only_or_not = [
            (&statement.actions, facts.written_actions().0),
            (&statement.resources, facts.written_resources().0),
        ];
        for (selection, element) in only_or_not {
            let (problem, cure) = match selection {
                Selection::Only(list) if list.is_empty() => {
                    ("the statement is about nothing", NOTHING)
                }
                Selection::AllBut(list) if list.is_empty() => (
                    "nothing is left out, so that everything is meant",
                    EVERYTHING,
                ),
                _ => continue,
            };
            out.push(facts.finding(&LINT, element, "", problem, cure));
        }
        let principals = match &statement.principals {
            Principals::Only(list) if list.is_empty() => {
                Some((Element::Principal, "it names nobody", NOTHING))
            }
            Principals::AllBut(list) if list.is_empty() => Some((
                Element::NotPrincipal,
                "nobody is left out, so that everybody is meant",
                EVERYTHING,
            )),
            _ => None,
        };
        if let Some((element, problem, cure)) = principals {
            out.push(facts.finding(&LINT, element, "", problem, cure));
        }
        for condition in statement
            .conditions
            .iter()
            .filter(|condition| condition.values.is_empty())
        {
            let operator = &condition.operator;
            let missing =
                operator.if_exists || operator.quantifier == Some(Quantifier::ForAllValues);
            let problem = match (missing, statement.effect) {
                (true, _) => "without values it holds for requests only that lack the key",
                (false, Effect::Allow) => "without values it cannot be told what is allowed",
                (false, Effect::Deny) => "without values it cannot be told what is denied",
            };
            let cure = "Give the values; to ask whether the key is there, write Null.";
            out.push(facts.condition_finding(&LINT, condition, problem, cure));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::DocumentKind;
    use crate::lint::testing::{allow, clean, findings, under};

    fn elements(kind: DocumentKind, statement: &str) -> Vec<Element> {
        let found = findings(&LINT, kind, statement);
        found.into_iter().map(|finding| finding.element).collect()
    }

    #[test]
    fn each_element_needs_a_value() {
        let identity = |statement: &str| elements(DocumentKind::Identity, statement);
        assert_eq!(identity(&allow("[]")), [Element::Action]);
        assert_eq!(
            identity(r#"{"Effect":"Deny","NotAction":[],"NotResource":[]}"#),
            [Element::NotAction, Element::NotResource]
        );
        assert_eq!(
            identity(&under(r#"{"StringEquals":{"aws:username":[]}}"#)),
            [Element::Condition]
        );
        assert_eq!(
            identity(&under(
                r#"{"ForAllValues:StringEquals":{"aws:TagKeys":[]}}"#
            )),
            [Element::Condition]
        );
        let nobody =
            r#"{"Effect":"Allow","Principal":{"AWS":[]},"Action":"s3:GetObject","Resource":"*"}"#;
        assert_eq!(
            elements(DocumentKind::Resource, nobody),
            [Element::Principal]
        );
    }

    #[test]
    fn elements_with_values_and_absent_ones_are_clean() {
        clean(&LINT, &allow(r#""s3:GetObject""#));
        clean(&LINT, &under(r#"{"StringEquals":{"aws:username":"a"}}"#));
        clean(
            &LINT,
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{}}"#,
        );
    }
}
