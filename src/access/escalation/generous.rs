//! Policies and groups that grant everything.

use tripod_model::iam;
use tripod_policy::{Policy, administrator, parse};

/// Managed policies of which a version that is not in force grants everything.
pub(super) fn generous_before(authorization: &iam::Authorization) -> Vec<&str> {
    let grants = |document: &tripod_model::PolicyDocument| {
        parse(document).is_ok_and(|policy| administrator(&policy).is_some())
    };
    let policies = authorization.policies.iter();
    policies
        .filter(|policy| {
            let mut versions = policy.other_versions.iter();
            versions.any(|version| version.document.as_ref().is_some_and(grants))
        })
        .map(|policy| policy.arn.as_str())
        .collect()
}

/// Groups of which a policy grants everything.
pub(super) fn generous_groups(authorization: &iam::Authorization) -> Vec<&str> {
    let everything = |policy: &Policy| administrator(policy).is_some();
    let managed = |arn: &tripod_model::Arn| {
        let found = authorization
            .policies
            .iter()
            .find(|policy| policy.arn == *arn);
        found.and_then(|policy| policy.document.as_ref())
    };
    let groups = authorization.groups.iter();
    groups
        .filter(|group| {
            let inline = group.inline_policies.values();
            let attached = group.attached_policies.iter().filter_map(managed);
            inline
                .chain(attached)
                .any(|text| parse(text).is_ok_and(|policy| everything(&policy)))
        })
        .map(|group| &*group.name)
        .collect()
}
