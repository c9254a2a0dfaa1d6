//! Conditions that a request for an action can never satisfy, because the action does not offer the key.

use super::document::Facts;
use crate::catalogue::{self, Action, KeyOrigin, condition_key};
use crate::{Condition, Pattern};

/// The patterns of `Action` none of whose actions offers a key that a condition of the statement demands, each with
/// the first such condition.
pub(super) fn lost_patterns<'a>(facts: &Facts<'a>) -> Vec<(&'a Pattern, &'a Condition)> {
    let demanding: Vec<&Condition> = facts
        .statement
        .conditions
        .iter()
        .filter(|condition| condition.demands_presence() && is_judged(condition.key.as_str()))
        .collect();
    let lost_to = |actions: &[&Action]| {
        let unmet = |condition: &&&Condition| {
            !actions.is_empty()
                && !actions
                    .iter()
                    .any(|action| action.lists_key(condition.key.as_str()))
        };
        demanding.iter().find(unmet).copied()
    };
    facts
        .actions
        .iter()
        .filter_map(|(pattern, actions)| Some((*pattern, lost_to(actions)?)))
        .collect()
}

/// Whether AWS says which actions offer the key: keys of services, and the global ones about tags. A key that no action
/// of its service lists is a gap in the reference and not judged.
fn is_judged(key: &str) -> bool {
    match condition_key(key) {
        Some(KeyOrigin::Global(known)) => ["aws:ResourceTag/", "aws:RequestTag/", "aws:TagKeys"]
            .iter()
            .any(|tags| known.name.starts_with(tags)),
        Some(KeyOrigin::Service(_)) => {
            let prefix = key.split(':').next().unwrap_or_default();
            let actions = catalogue::service(prefix).map(catalogue::Service::actions);
            actions
                .unwrap_or_default()
                .iter()
                .any(|action| action.lists_key(key))
        }
        Some(KeyOrigin::IdentityProvider(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_keys_of_services_are_judged_and_the_rest_is_not() {
        for key in [
            "aws:ResourceTag/a",
            "aws:requesttag/a",
            "aws:TagKeys",
            "s3:prefix",
            "iam:PassedToService",
        ] {
            assert!(is_judged(key), "{key}");
        }
        for key in [
            "aws:SourceIp",
            "aws:PrincipalTag/a",
            "lambda:SourceFunctionArn",
            "saml:aud",
            "s3:nothing",
        ] {
            assert!(!is_judged(key), "{key}");
        }
    }
}
