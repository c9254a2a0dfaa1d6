//! Actions that their service does not have.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use super::nearest::{as_of, hint, nearest};
use super::{Class, Document, Finding, Lint, retired_action};
use crate::Pattern;
use crate::catalogue;

pub(super) static LINT: Lint = Lint {
    id: "unknown-action",
    title: "action that does not exist",
    class: Class::Error,
    aws: &["INVALID_ACTION"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let (element, patterns) = facts.written_actions();
        for pattern in patterns {
            if let Some((problem, cure)) = judge(pattern) {
                out.push(facts.finding(&LINT, element, pattern.as_str(), problem, cure));
            }
        }
    }
}

fn judge(pattern: &Pattern) -> Option<(String, &'static str)> {
    let Some((prefix, name)) = pattern.as_str().split_once(':') else {
        // "*" takes any action; what else has no colon is the name of none.
        return (!pattern.is_everything() && catalogue::expand(pattern.as_str()).is_empty()).then(
            || {
                (
                    "the name of an action is a service's prefix, a colon and a name".to_owned(),
                    "Write it as in \"lambda:GetFunction\".",
                )
            },
        );
    };
    let service = catalogue::service(prefix)?;
    if !pattern.is_fixed() || service.action(name).is_some() || retired_action::is_retired(pattern)
    {
        return None;
    }
    let meant = hint(nearest(
        name,
        service.actions().iter().map(|action| action.name),
    ));
    Some((
        format!("{} had no action '{name}' {}{meant}", service.name, as_of()),
        "Write the action's name as AWS's service authorization reference has it; an operation of the API may need an \
         action of another name.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, clean, only, texts};

    #[test]
    fn an_action_that_its_service_lacks_is_found_and_the_near_one_named() {
        let found = only(&LINT, &allow(r#""lambda:GetFunctions""#));
        assert!(
            found.contains("AWS Lambda had no action 'GetFunctions' on 20"),
            "{found}"
        );
        assert!(found.contains("did you mean 'GetFunction'?"), "{found}");
        let not = r#"{"Effect":"Deny","NotAction":["iam:GetUsers"],"Resource":"*"}"#;
        assert_eq!(texts(&LINT, not), ["iam:GetUsers"]);
    }

    #[test]
    fn an_operation_is_not_always_an_action() {
        assert_eq!(
            texts(&LINT, &allow(r#""s3:ListObjectsV2""#)),
            ["s3:ListObjectsV2"]
        );
        assert_eq!(
            texts(&LINT, &allow(r#""lambda:Invoke""#)),
            ["lambda:Invoke"]
        );
    }

    #[test]
    fn a_name_without_colon_is_no_action() {
        assert_eq!(
            texts(&LINT, &allow(r#"["GetObject","s3",""]"#)),
            ["GetObject", "s3", ""]
        );
    }

    #[test]
    fn existing_wild_and_foreign_names_are_none_of_its_business() {
        for action in [
            "lambda:getfunction",
            "lambda:Fly*",
            "lamda:Get",
            "*",
            "lambda:InvokeAsync",
        ] {
            clean(&LINT, &allow(&format!("{action:?}")));
        }
    }
}
