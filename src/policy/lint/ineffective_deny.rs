//! Denies under a condition that their action never satisfies: it is not denied.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use super::{Class, Document, Element, Finding, Lint, inapplicable};

pub(super) static LINT: Lint = Lint {
    id: "ineffective-deny",
    title: "action denied under a condition that it never satisfies",
    class: Class::SecurityWarning,
    aws: &["DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in document.statements.iter().filter(|facts| !facts.allows()) {
        for (pattern, condition) in inapplicable::lost_patterns(facts) {
            out.push(facts.finding(
                &LINT,
                Element::Action,
                pattern.as_str(),
                format!("requests for it do not carry the key '{}', so that it is never denied", condition.key),
                "Move the action to a Deny without this condition; with IfExists it would be denied always.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, statement_under, texts};

    fn deny(action: &str, condition: &str) -> String {
        statement_under("Deny", action, condition)
    }

    #[test]
    fn an_action_that_does_not_offer_the_key_is_spared() {
        let found = texts(
            &LINT,
            &deny(
                r#"["lambda:DeleteFunction","lambda:DeleteCodeSigningConfig","lambda:List*"]"#,
                r#"{"StringEquals":{"aws:ResourceTag/class":"secret"}}"#,
            ),
        );
        assert_eq!(
            found, [""; 0],
            "each has or includes an action that offers the tag"
        );
        let found = only(
            &LINT,
            &deny(
                r#""lambda:ListFunctions""#,
                r#"{"StringEquals":{"aws:ResourceTag/class":"secret"}}"#,
            ),
        );
        assert!(found.contains("never denied"), "{found}");
    }

    #[test]
    fn conditions_that_hold_without_the_key_are_clean() {
        for condition in [
            r#"{"StringNotEquals":{"aws:ResourceTag/class":"open"}}"#,
            r#"{"StringEqualsIfExists":{"aws:ResourceTag/class":"secret"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
        ] {
            clean(&LINT, &deny(r#""lambda:ListFunctions""#, condition));
        }
    }

    #[test]
    fn an_allow_is_another_lints_business() {
        clean(
            &LINT,
            &statement_under(
                "Allow",
                r#""lambda:ListFunctions""#,
                r#"{"StringEquals":{"aws:ResourceTag/a":"b"}}"#,
            ),
        );
    }
}
