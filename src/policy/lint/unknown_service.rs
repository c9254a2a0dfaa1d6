//! Actions of a service that does not exist.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use super::nearest::{as_of, hint, nearest};
use super::{Class, Document, Finding, Lint, retired_action};
use crate::Pattern;
use crate::catalogue::{self, services};

pub(super) static LINT: Lint = Lint {
    id: "unknown-service",
    title: "action of a service that does not exist",
    class: Class::Error,
    aws: &["INVALID_SERVICE_IN_ACTION"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let (element, patterns) = facts.written_actions();
        for pattern in patterns {
            let Some((prefix, _)) = pattern.as_str().split_once(':') else {
                continue;
            };
            let known = catalogue::service(prefix).is_some() || retired_action::is_retired(pattern);
            if known || !Pattern::from(prefix).is_fixed() {
                continue;
            }
            let meant = hint(nearest(
                prefix,
                services().iter().map(|service| service.prefix),
            ));
            out.push(facts.finding(
                &LINT,
                element,
                pattern.as_str(),
                format!("no service had the prefix '{prefix}' {}{meant}", as_of()),
                "Write the prefix that AWS's service authorization reference gives, or remove the action.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, clean, only, texts};

    #[test]
    fn a_misspelt_prefix_is_found_and_the_near_one_named() {
        let found = only(&LINT, &allow(r#""lamda:GetFunction""#));
        assert!(
            found.contains("no service had the prefix 'lamda' on 20"),
            "{found}"
        );
        assert!(found.contains("did you mean 'lambda'?"), "{found}");
        assert_eq!(
            texts(&LINT, &allow(r#"["lamda:*","s3:GetObject"]"#)),
            ["lamda:*"]
        );
        let not = r#"{"Effect":"Deny","NotAction":"clouddwatch:*","Resource":"*"}"#;
        assert_eq!(texts(&LINT, not), ["clouddwatch:*"]);
    }

    #[test]
    fn known_retired_and_wild_prefixes_are_none_of_its_business() {
        for action in [
            "lambda:Fly",
            "LAMBDA:GetFunction",
            "*",
            "*:*",
            "s3*:Get*",
            "codestar:*",
        ] {
            clean(&LINT, &allow(&format!("{action:?}")));
        }
    }
}
