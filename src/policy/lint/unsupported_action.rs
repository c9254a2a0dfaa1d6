//! Actions that mean nothing in a trust policy.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>

use super::{Class, Document, DocumentKind, Finding, Lint};

pub(super) static LINT: Lint = Lint {
    id: "unsupported-action",
    title: "action that a trust policy has no use for",
    class: Class::Error,
    aws: &["UNSUPPORTED_ACTION_IN_POLICY"],
    run,
};

/// What can be done to a role by assuming it.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>
static OF_TRUST: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

fn run(document: &Document, out: &mut Vec<Finding>) {
    if document.kind != DocumentKind::Trust {
        return;
    }
    for facts in &document.statements {
        for (pattern, actions) in &facts.actions {
            let useful = |name: &str| OF_TRUST.contains(&name);
            if actions.is_empty() || actions.iter().any(|action| useful(action.as_str())) {
                continue;
            }
            out.push(facts.finding(
                &LINT,
                super::Element::Action,
                pattern.as_str(),
                format!(
                    "a trust policy says who may assume the role, and this is not {} by it",
                    facts.verb()
                ),
                "Move the action to a policy attached to the role.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;
    use crate::lint::testing::{allow, clean, clean_in, texts_in};

    fn trust(action: &str) -> String {
        format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"111122223333"}},"Action":{action}}}"#)
    }

    #[test]
    fn an_action_of_the_roles_own_policies_is_found() {
        let found = texts_in(
            &LINT,
            DocumentKind::Trust,
            &trust(r#"["sts:AssumeRole","s3:GetObject","sts:GetCallerIdentity"]"#),
        );
        assert_eq!(found, ["s3:GetObject", "sts:GetCallerIdentity"]);
    }

    #[test]
    fn what_assuming_takes_and_patterns_of_it_are_clean() {
        for action in OF_TRUST
            .iter()
            .chain(&["sts:Assume*", "sts:*", "*", "sts:Fly"])
        {
            clean_in(&LINT, DocumentKind::Trust, &trust(&format!("{action:?}")));
        }
        clean(&LINT, &allow(r#""s3:GetObject""#));
    }

    #[test]
    fn the_actions_of_trust_exist() {
        for action in OF_TRUST {
            assert!(catalogue::action(action).is_some(), "{action}");
        }
    }
}
