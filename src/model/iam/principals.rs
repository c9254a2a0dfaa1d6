//! Users, groups, roles and managed policies.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// Principals and policies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorization {
    /// By ARN.
    pub users: Vec<Principal>,
    /// By ARN.
    pub groups: Vec<Principal>,
    /// By ARN.
    pub roles: Vec<Principal>,
    /// Managed policies that AWS lists for the account, and those that principals name, by ARN.
    pub policies: Vec<ManagedPolicy>,
}

impl Authorization {
    /// Users, groups and roles that a managed policy is attached to, each kind by ARN.
    pub fn holders<'a>(&'a self, policy: &'a Arn) -> impl Iterator<Item = &'a Principal> {
        [&self.users, &self.groups, &self.roles]
            .into_iter()
            .flatten()
            .filter(|principal| principal.attached_policies.contains(policy))
    }

    /// How often a policy is attached: as often as AWS says, and at least as often as principals name it.
    /// A count that an answer leaves out must not make a policy look unused.
    pub fn attachments(&self, policy: &ManagedPolicy) -> u64 {
        let counted = u64::try_from(self.holders(&policy.arn).count()).unwrap_or(u64::MAX);
        let said = policy.attachment_count.unwrap_or_default();
        counted.max(u64::try_from(said).unwrap_or_default())
    }
}

/// A user, group or role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Principal {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Unique id (`AIDA…`, `AGPA…`, `AROA…`): another one after the principal was deleted and made again.
    /// An identifier and no secret; a trust policy shows it where the principal it named is gone.
    pub id: Option<String>,
    /// Path, `/` for most. AWS keeps `/aws-service-role/` for service-linked roles and `/aws-reserved/`
    /// for those of IAM Identity Center.
    pub path: Option<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// Trust policy, for roles.
    pub trust_policy: Option<PolicyDocument>,
    /// What only roles have; none for users and groups.
    pub role: Option<RoleDetails>,
    /// Inline policies by name.
    pub inline_policies: BTreeMap<String, PolicyDocument>,
    /// ARNs of the managed policies attached, sorted.
    pub attached_policies: Vec<Arn>,
    /// ARN of the permissions boundary; groups have none.
    pub permissions_boundary: Option<Arn>,
    /// Names of the groups, for users, sorted.
    pub groups: Vec<String>,
    /// Tags, with secrets in them redacted; groups have none.
    pub tags: BTreeMap<String, String>,
    /// Where this was read.
    pub sources: Sources,
}

impl Principal {
    /// A principal of which nothing but its ARN is known. Its name is the end of the ARN.
    pub fn named(arn: Arn) -> Self {
        let text = arn.as_str();
        Self {
            name: text.rsplit('/').next().unwrap_or(text).to_owned(),
            arn,
            id: None,
            path: None,
            created: None,
            trust_policy: None,
            role: None,
            inline_policies: BTreeMap::new(),
            attached_policies: Vec::new(),
            permissions_boundary: None,
            groups: Vec::new(),
            tags: BTreeMap::new(),
            sources: Sources::default(),
        }
    }
}

/// What only roles have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleDetails {
    /// When and where the role was last used; none where the answer leaves it out.
    pub last_used: Option<RoleLastUsed>,
    /// ARNs of the instance profiles that hold it, sorted.
    pub instance_profiles: Vec<Arn>,
    /// `iam:ListRoles`: what the authorization details lack.
    pub settings: Observed<RoleSettings>,
}

/// When a role was last used. AWS tells of the last 400 days.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html>
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleLastUsed {
    /// The time; none for a role that was not used in the time that AWS tracks.
    #[schemars(with = "Option<String>")]
    pub time: Option<Timestamp>,
    /// The region.
    pub region: Option<String>,
}

/// Settings of a role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleSettings {
    /// The longest session that a caller may ask for, in seconds.
    pub max_session_seconds: Option<i64>,
    /// What people wrote about it, with secrets in it redacted.
    pub description: Option<String>,
}

/// A managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagedPolicy {
    /// ARN; AWS's own have `aws` in the account field.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// Unique id (`ANPA…`).
    pub id: Option<String>,
    /// Path.
    pub path: Option<String>,
    /// What people wrote about it, with secrets in it redacted.
    pub description: Option<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When its version in force was made or chosen.
    #[schemars(with = "Option<String>")]
    pub updated: Option<Timestamp>,
    /// The version in force, such as `v2`.
    pub default_version: Option<String>,
    /// The document of the version in force; none when AWS's answer does not hold it.
    pub document: Option<PolicyDocument>,
    /// The versions that are not in force, as AWS lists them. Whoever may choose the version in force
    /// grants by them.
    pub other_versions: Vec<PolicyVersion>,
    /// Whether it can be attached to principals.
    pub is_attachable: Option<bool>,
    /// Principals it is attached to, as AWS counts.
    pub attachment_count: Option<i64>,
    /// Principals it bounds, as AWS counts.
    pub boundary_count: Option<i64>,
    /// Where this was read.
    pub sources: Sources,
}

impl ManagedPolicy {
    /// A policy of which nothing but its ARN is known. Its name is the end of the ARN.
    pub fn named(arn: Arn) -> Self {
        let text = arn.as_str();
        Self {
            name: text.rsplit('/').next().unwrap_or(text).to_owned(),
            arn,
            id: None,
            path: None,
            description: None,
            created: None,
            updated: None,
            default_version: None,
            document: None,
            other_versions: Vec::new(),
            is_attachable: None,
            attachment_count: None,
            boundary_count: None,
            sources: Sources::default(),
        }
    }
}

/// A version of a managed policy that is not in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyVersion {
    /// Its id, such as `v1`.
    pub id: Option<String>,
    /// Its document.
    pub document: Option<PolicyDocument>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_attached_as_often_as_aws_says_and_at_least_as_often_as_principals_name_it() {
        let policy = |count| ManagedPolicy {
            attachment_count: count,
            ..ManagedPolicy::named(Arn::new("arn:aws:iam::aws:policy/ReadOnlyAccess"))
        };
        let holder = Principal {
            attached_policies: vec![policy(None).arn],
            ..Principal::named(Arn::new("arn:aws:iam::111122223333:user/ada"))
        };
        let with = Authorization {
            users: vec![holder],
            ..Authorization::default()
        };
        assert_eq!(with.attachments(&policy(None)), 1);
        assert_eq!(with.attachments(&policy(Some(0))), 1);
        assert_eq!(with.attachments(&policy(Some(3))), 3);
        let without = Authorization::default();
        assert_eq!(without.attachments(&policy(None)), 0);
        assert_eq!(without.attachments(&policy(Some(2))), 2);
        assert_eq!(with.holders(&policy(None).arn).count(), 1);
    }
}
