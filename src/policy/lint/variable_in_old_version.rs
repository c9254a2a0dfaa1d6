//! Policy variables in a version of the language that has none.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::document::with_value;
use super::{Class, Document, Element, Finding, Lint, value};

pub(super) static LINT: Lint = Lint {
    id: "variable-in-old-version",
    title: "policy variable in a version of the language without variables",
    class: Class::Error,
    aws: &["VARIABLE_UNSUPPORTED_IN_VERSION"],
    run,
};

/// The version that has variables; without `Version` a policy is of the one before it.
const WITH_VARIABLES: &str = "2012-10-17";

const CURE: &str = "Add \"Version\": \"2012-10-17\" to the policy.";

fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.policy.version.as_deref() == Some(WITH_VARIABLES) {
        return;
    }
    let problem = "this version of the policy language takes the variable by the letter";
    for facts in &document.statements {
        let (element, resources) = facts.written_resources();
        for resource in resources.iter().filter(|r| value::has_variable(r.as_str())) {
            out.push(facts.finding(&LINT, element, resource.as_str(), problem, CURE));
        }
        for condition in &facts.statement.conditions {
            for written in condition.values.iter().filter(|v| value::has_variable(v)) {
                let text = with_value(condition, written).to_string();
                out.push(facts.finding(&LINT, Element::Condition, text, problem, CURE));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::DocumentKind;
    use crate::lint::testing::{clean, document, findings_in};

    const STATEMENT: &str = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}/*",
        "Condition":{"StringLike":{"s3:prefix":["a","${aws:username}/*"]}}}"#;

    fn texts(version: &str) -> Vec<String> {
        let policy = document(&format!(r#"{{{version}"Statement":[{STATEMENT}]}}"#));
        let found = findings_in(&LINT, DocumentKind::Identity, &policy);
        found.into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn without_a_version_and_in_the_old_one_variables_are_letters() {
        let both = [
            "arn:aws:s3:::home/${aws:username}/*",
            "StringLike s3:prefix ${aws:username}/*",
        ];
        assert_eq!(texts(""), both);
        assert_eq!(texts(r#""Version":"2008-10-17","#), both);
    }

    #[test]
    fn the_newer_version_has_variables() {
        clean(&LINT, STATEMENT);
        assert!(texts(r#""Version":"2012-10-17","#).is_empty());
    }
}
