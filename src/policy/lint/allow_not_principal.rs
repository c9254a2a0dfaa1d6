//! Allows to everybody but some.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>

use super::{Class, Document, Element, Finding, Lint};
use crate::Principals;

pub(super) static LINT: Lint = Lint {
    id: "allow-not-principal",
    title: "everybody but some allowed",
    class: Class::SecurityWarning,
    aws: &["ALLOW_WITH_NOT_PRINCIPAL"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in document.allows() {
        if matches!(facts.statement.principals, Principals::AllBut(_)) {
            out.push(facts.finding(
                &LINT,
                Element::NotPrincipal,
                "",
                "it allows everybody who is not named, also callers without credentials",
                "Name the principals to allow in Principal; keep others out by a Deny.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::DocumentKind;
    use crate::lint::testing::{allow, clean, clean_in, texts_in};

    const ALL_BUT: &str = r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"*"}"#;

    #[test]
    fn an_allow_to_all_but_some_is_found() {
        assert_eq!(texts_in(&LINT, DocumentKind::Resource, ALL_BUT), [""]);
    }

    #[test]
    fn a_deny_to_all_but_some_and_named_principals_are_clean() {
        clean_in(
            &LINT,
            DocumentKind::Resource,
            &ALL_BUT.replace("Allow", "Deny"),
        );
        clean_in(
            &LINT,
            DocumentKind::Resource,
            &ALL_BUT.replace("NotPrincipal", "Principal"),
        );
        clean(&LINT, &allow(r#""s3:GetObject""#));
    }
}
