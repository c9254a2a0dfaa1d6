//! `iam:PassRole` for every role.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>

use super::document::Facts;
use super::{Class, Document, DocumentKind, Finding, Lint, arn};
use crate::overlap::ANYTHING;
use crate::{Case, Condition, Selection, Variables};

pub(super) static LINT: Lint = Lint {
    id: "pass-role-any-role",
    title: "iam:PassRole allowed for every role",
    class: Class::SecurityWarning,
    aws: &[
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        "PASS_ROLE_WITH_NOT_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ],
    run,
};

pub(super) const PASS_ROLE: &str = "iam:PassRole";

fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.kind != DocumentKind::Identity {
        return;
    }
    for facts in document
        .allows()
        .filter(|facts| facts.statement.covers_action(PASS_ROLE))
    {
        let Some(text) = every_role(facts) else {
            continue;
        };
        let (element, _) = facts.written_resources();
        let services = if names_services(facts) {
            "to the services named"
        } else {
            "to any service"
        };
        out.push(facts.finding(
            &LINT,
            element,
            text,
            format!("it allows to pass every role {services}, also roles with more rights than the caller has"),
            "Name the roles by ARN, and the services in a condition on iam:PassedToService.",
        ));
    }
}

/// The text by which the statement is about every role, of one account or of all.
fn every_role(facts: &Facts) -> Option<String> {
    match &facts.statement.resources {
        Selection::Only(patterns) => {
            let any = format!("arn:aws:iam::{ANYTHING}:role/{ANYTHING}");
            // One account's roles, all of them, are every role a caller of that account can pass.
            let is_every = |text: &str| {
                let (start, name) = text.split_once(":role/").unwrap_or((text, ""));
                start.starts_with("arn:")
                    && !name.is_empty()
                    && name.chars().all(|letter| letter == '*')
            };
            let found = patterns.iter().find(|pattern| {
                let matched = pattern.matches(&any, Case::Sensitive, Variables::Nothing);
                matched || arn::is_everything(pattern) || is_every(pattern.as_str())
            });
            found.map(|pattern| pattern.as_str().to_owned())
        }
        Selection::AllBut(patterns) => {
            let written: Vec<&str> = patterns.iter().map(|pattern| pattern.as_str()).collect();
            Some(written.join(", "))
        }
        Selection::Unstated => None,
    }
}

/// Whether a condition names the services that a role may be passed to.
pub(super) fn names_services(facts: &Facts) -> bool {
    let names = |condition: &Condition| {
        condition.is_on("iam:PassedToService")
            && condition.demands_presence()
            && !condition.values.iter().any(|value| value == "*")
    };
    facts.statement.conditions.iter().any(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use crate::lint::testing::{allow, allow_on, clean, clean_in, deny_on, only, texts};

    #[test]
    fn every_way_to_pass_every_role_is_found() {
        for action in ["iam:PassRole", "iam:Pass*", "iam:*", "*"] {
            assert_eq!(
                texts(&LINT, &allow(&format!("{action:?}"))),
                ["*"],
                "{action}"
            );
        }
        for resource in [
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::*:*",
            "arn:aws:*",
        ] {
            assert_eq!(
                texts(
                    &LINT,
                    &allow_on(r#""iam:PassRole""#, &format!("{resource:?}"))
                ),
                [resource]
            );
        }
        only(
            &LINT,
            r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}"#,
        );
        only(
            &LINT,
            r#"{"Effect":"Allow","Action":"iam:PassRole","NotResource":"arn:aws:iam::*:role/admin"}"#,
        );
    }

    #[test]
    fn naming_the_services_leaves_every_role() {
        let found = only(
            &LINT,
            r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
                "Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}}"#,
        );
        assert!(found.contains("to the services named"), "{found}");
    }

    #[test]
    fn a_role_or_a_group_of_roles_is_clean() {
        for resource in [
            "arn:aws:iam::111122223333:role/worker",
            "arn:aws:iam::111122223333:role/workers/*",
            "arn:aws:iam::*:role/lambda-*",
        ] {
            clean(
                &LINT,
                &allow_on(r#""iam:PassRole""#, &format!("{resource:?}")),
            );
        }
    }

    #[test]
    fn other_actions_denies_and_limits_are_clean() {
        clean(&LINT, &allow(r#""iam:GetRole""#));
        clean(&LINT, &deny_on(r#""iam:PassRole""#, r#""*""#));
        clean_in(&LINT, DocumentKind::Boundary, &allow(r#""*""#));
    }

    #[test]
    fn the_names_it_looks_for_exist() {
        let pass = catalogue::action(PASS_ROLE).expect(PASS_ROLE);
        assert!(pass.lists_key("iam:PassedToService"));
        let (role, _) = pass.resources().next().expect("role");
        assert!(role.arns[0].contains(":iam::${Account}:role/"));
    }
}
