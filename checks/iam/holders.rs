//! Who has which policy: looked up once for all policies of an account.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use tripod_model::Arn;
use tripod_model::iam::{Authorization, ManagedPolicy, Principal};

/// The users, groups and roles of an account by what they have. An account has hundreds of policies and thousands of
/// roles, and every check of policies asks of each who has it.
pub(super) struct Holders<'a> {
    by_policy: BTreeMap<&'a Arn, Vec<&'a Principal>>,
    boundaries: BTreeSet<&'a Arn>,
    /// Groups that somebody is in.
    groups: BTreeSet<&'a str>,
}

impl<'a> Holders<'a> {
    pub(super) fn of(authorization: &'a Authorization) -> Self {
        let Authorization {
            users,
            groups,
            roles,
            ..
        } = authorization;
        let mut by_policy: BTreeMap<&Arn, Vec<&Principal>> = BTreeMap::new();
        for principal in [users, groups, roles].into_iter().flatten() {
            for policy in &principal.attached_policies {
                let holders = by_policy.entry(policy).or_default();
                // Named twice, it is attached once.
                if !holders.last().is_some_and(|it| ptr::eq(*it, principal)) {
                    holders.push(principal);
                }
            }
        }
        let everybody = users.iter().chain(roles);
        let members = users.iter().flat_map(|user| &user.groups);
        Self {
            by_policy,
            boundaries: everybody
                .filter_map(|it| it.permissions_boundary.as_ref())
                .collect(),
            groups: members.map(String::as_str).collect(),
        }
    }

    /// Users, groups and roles that have the policy, in this order.
    pub(super) fn having(&self, policy: &Arn) -> &[&'a Principal] {
        self.by_policy.get(policy).map_or(&[], Vec::as_slice)
    }

    /// How often a policy is attached, as [`Authorization::attachments`] counts.
    pub(super) fn attachments(&self, policy: &ManagedPolicy) -> u64 {
        let counted = u64::try_from(self.having(&policy.arn).len()).unwrap_or(u64::MAX);
        let said = policy.attachment_count.unwrap_or_default();
        counted.max(u64::try_from(said).unwrap_or_default())
    }

    /// Whether the policy is the boundary of somebody.
    pub(super) fn bounds(&self, policy: &ManagedPolicy) -> bool {
        policy.boundary_count.is_some_and(|count| count > 0)
            || self.boundaries.contains(&policy.arn)
    }

    /// Whether somebody is in the group.
    pub(super) fn has_members(&self, group: &Principal) -> bool {
        self.groups.contains(&*group.name)
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::Arn;
    use tripod_model::iam::{Authorization, ManagedPolicy, Principal};

    use super::Holders;

    fn arn(name: &str) -> Arn {
        Arn::new(format!("arn:aws:iam::111122223333:{name}"))
    }

    fn with(name: &str, policies: &[&str]) -> Principal {
        let mut principal = Principal::named(arn(name));
        principal.attached_policies = policies.iter().map(|policy| arn(policy)).collect();
        principal
    }

    fn authorization() -> Authorization {
        let mut user = with("user/ada", &["policy/own", "policy/own"]);
        user.groups = vec!["readers".to_owned()];
        user.permissions_boundary = Some(arn("policy/limit"));
        Authorization {
            users: vec![user],
            groups: vec![
                with("group/readers", &["policy/own"]),
                with("group/empty", &[]),
            ],
            roles: vec![with("role/deploy", &["policy/own", "policy/other"])],
            ..Authorization::default()
        }
    }

    #[test]
    fn holders_and_counts_are_those_that_the_model_finds_policy_by_policy() {
        let authorization = authorization();
        let holders = Holders::of(&authorization);
        for (name, said) in [
            ("policy/own", None),
            ("policy/other", Some(7)),
            ("policy/limit", Some(0)),
            ("policy/nobodys", None),
        ] {
            let mut policy = ManagedPolicy::named(arn(name));
            policy.attachment_count = said;
            let found: Vec<&Principal> = authorization.holders(&policy.arn).collect();
            assert_eq!(holders.having(&policy.arn), found, "{name}");
            let count = authorization.attachments(&policy);
            assert_eq!(holders.attachments(&policy), count, "{name}");
        }
        assert_eq!(holders.having(&arn("policy/own")).len(), 3);
    }

    #[test]
    fn a_boundary_is_one_by_somebody_who_has_it_or_by_the_count() {
        let authorization = authorization();
        let holders = Holders::of(&authorization);
        let policy = |name: &str| ManagedPolicy::named(arn(name));
        assert!(holders.bounds(&policy("policy/limit")));
        assert!(!holders.bounds(&policy("policy/own")));
        let mut counted = policy("policy/own");
        counted.boundary_count = Some(1);
        assert!(holders.bounds(&counted));
    }

    #[test]
    fn a_group_has_members_where_a_user_names_it() {
        let authorization = authorization();
        let holders = Holders::of(&authorization);
        assert!(holders.has_members(&authorization.groups[0]));
        assert!(!holders.has_members(&authorization.groups[1]));
    }
}
