//! Patterns that match no action.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use super::nearest::as_of;
use super::{Class, Document, Finding, Lint, retired_action};
use crate::Pattern;
use crate::catalogue;

pub(super) static LINT: Lint = Lint {
    id: "unmatched-wildcard",
    title: "pattern that matches no action",
    class: Class::Error,
    aws: &["INVALID_ACTION"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let (element, patterns) = facts.written_actions();
        for pattern in patterns.iter().filter(|pattern| matches_nothing(pattern)) {
            out.push(facts.finding(
                &LINT,
                element,
                pattern.as_str(),
                format!("the pattern matched no action {}", as_of()),
                "Correct the pattern, or remove it: an action added later would be matched unseen.",
            ));
        }
    }
}

/// A pattern with wildcards of a service that exists. Fixed names, unknown services and names without colon have
/// lints of their own.
fn matches_nothing(pattern: &Pattern) -> bool {
    let Some((prefix, _)) = pattern.as_str().split_once(':') else {
        return false;
    };
    let of_nobody = Pattern::from(prefix).is_fixed() && catalogue::service(prefix).is_none();
    !pattern.is_fixed()
        && !of_nobody
        && !retired_action::is_retired(pattern)
        && catalogue::expand(pattern.as_str()).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, clean, texts};

    #[test]
    fn a_pattern_of_no_action_is_found() {
        let found = texts(
            &LINT,
            &allow(r#"["lambda:Describe*","lambda:Get*","*:Fly*"]"#),
        );
        assert_eq!(found, ["lambda:Describe*", "*:Fly*"]);
    }

    #[test]
    fn a_policy_variable_in_an_action_is_no_wildcard() {
        assert_eq!(
            texts(&LINT, &allow(r#""s3:Get${aws:username}""#)),
            ["s3:Get${aws:username}"]
        );
    }

    #[test]
    fn patterns_that_match_something_and_unknown_services_are_none_of_its_business() {
        for action in [
            "lambda:*",
            "lambda:?et*",
            "*",
            "s3*:List*",
            "lamda:Get*",
            "lambda:Fly",
            "codestar:*",
        ] {
            clean(&LINT, &allow(&format!("{action:?}")));
        }
    }
}
