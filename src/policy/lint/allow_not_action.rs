//! Allows of all actions but some.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>

use super::{Class, Document, Element, Finding, Lint};
use crate::Selection;

pub(super) static LINT: Lint = Lint {
    id: "allow-not-action",
    title: "all actions but some allowed",
    class: Class::SecurityWarning,
    aws: &[],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    if !document.kind.grants() {
        return;
    }
    for facts in document.allows() {
        if let Selection::AllBut(patterns) = &facts.statement.actions {
            let written: Vec<&str> = patterns.iter().map(|pattern| pattern.as_str()).collect();
            out.push(facts.finding(
                &LINT,
                Element::NotAction,
                written.join(", "),
                "it allows every action that is not named, of every service, also those added later",
                "Name the actions to allow in Action; forbid others by a Deny.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::DocumentKind;
    use crate::lint::testing::{allow, clean, clean_in, texts, texts_in};

    const ALL_BUT: &str = r#"{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*"}"#;

    #[test]
    fn an_allow_of_all_but_some_is_found_where_it_grants() {
        assert_eq!(texts(&LINT, ALL_BUT), ["iam:*, sts:*"]);
        assert_eq!(texts_in(&LINT, DocumentKind::Resource, ALL_BUT).len(), 1);
    }

    #[test]
    fn a_deny_of_all_but_some_is_a_common_limit() {
        clean(&LINT, &ALL_BUT.replace("Allow", "Deny"));
        clean(&LINT, &allow(r#""*""#));
    }

    #[test]
    fn where_nothing_is_granted_it_is_clean() {
        clean_in(&LINT, DocumentKind::ServiceControl, ALL_BUT);
    }
}
