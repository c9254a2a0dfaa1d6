//! What makes an action dangerous in the hands of whoever should not have it: classes of actions, as tables.
//!
//! The classes are those that reviewers of policies use; `policy_sentry` and `cloudsplaining` made lists of some
//! of them public (<https://cloudsplaining.readthedocs.io/en/latest/>). Each table names where AWS says what the
//! actions do. Every name is held against the catalogue by a test, and so is every action that AWS puts under
//! "Permissions management": a refreshed catalogue that knows a new one fails the build until it is placed.

mod table;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::catalogue::{self, AccessLevel, Action};
use table::{CREDENTIALS_EXPOSURE, DATA_EXFILTRATION, RESOURCE_EXPOSURE};

/// A class of dangerous actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// Returns credentials, or what stands for them: keys, tokens, passwords, signed links.
    CredentialsExposure,
    /// Returns the contents of a store of data, or copies them to where the caller says.
    DataExfiltration,
    /// Lets others in: changes a policy, a grant, a share or a setting on which it depends who may do what.
    ResourceExposure,
    /// Changes something: every action that AWS does not put under List or Read.
    InfrastructureModification,
}

impl Danger {
    /// Every class, the worst first.
    pub const ALL: [Self; 4] = [
        Self::CredentialsExposure,
        Self::DataExfiltration,
        Self::ResourceExposure,
        Self::InfrastructureModification,
    ];

    /// The name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CredentialsExposure => "credentials exposure",
            Self::DataExfiltration => "data exfiltration",
            Self::ResourceExposure => "resource exposure",
            Self::InfrastructureModification => "infrastructure modification",
        }
    }

    /// Whether the action is of the class.
    ///
    /// ```
    /// use tripod_policy::{Danger, catalogue};
    ///
    /// let get = catalogue::action("s3:GetObject").unwrap();
    /// assert!(Danger::DataExfiltration.is_of(get));
    /// assert!(!Danger::InfrastructureModification.is_of(get));
    /// ```
    pub fn is_of(self, action: &Action) -> bool {
        match self.table() {
            None => action.access_level >= AccessLevel::Tagging,
            Some(table) => table
                .get(action.service)
                .is_some_and(|names| names.binary_search(&action.name).is_ok()),
        }
    }

    /// Every action of the class, by service and name.
    pub fn actions(self) -> impl Iterator<Item = &'static Action> {
        OF_CLASS.get(&self).into_iter().flatten().copied()
    }

    /// The actions by service; none for the class that goes by AWS's access levels.
    fn table(self) -> Option<&'static Table> {
        match self {
            Self::CredentialsExposure => Some(&CREDENTIALS),
            Self::DataExfiltration => Some(&DATA),
            Self::ResourceExposure => Some(&OPENING),
            Self::InfrastructureModification => None,
        }
    }
}

type Table = LazyLock<BTreeMap<&'static str, &'static [&'static str]>>;

/// The actions of each class, looked for once.
static OF_CLASS: LazyLock<BTreeMap<Danger, Vec<&'static Action>>> = LazyLock::new(|| {
    let of = |danger: Danger| {
        let actions = catalogue::services()
            .iter()
            .flat_map(catalogue::Service::actions);
        actions.filter(|action| danger.is_of(action)).collect()
    };
    Danger::ALL
        .into_iter()
        .map(|danger| (danger, of(danger)))
        .collect()
});

static CREDENTIALS: Table = LazyLock::new(|| CREDENTIALS_EXPOSURE.iter().copied().collect());
static DATA: Table = LazyLock::new(|| DATA_EXFILTRATION.iter().copied().collect());
static OPENING: Table = LazyLock::new(|| RESOURCE_EXPOSURE.iter().copied().collect());

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::table::Rows;
    use super::*;

    const TABLES: [Rows; 3] = [CREDENTIALS_EXPOSURE, DATA_EXFILTRATION, RESOURCE_EXPOSURE];

    #[test]
    fn every_name_is_an_action_in_awss_spelling() {
        for (service, names) in TABLES.into_iter().flatten() {
            for name in *names {
                let action = catalogue::action(&format!("{service}:{name}"));
                let found = action.map(|action| (action.service, action.name));
                assert_eq!(found, Some((*service, *name)), "{service}:{name}");
            }
        }
    }

    #[test]
    fn services_and_names_are_sorted_and_stand_once_in_a_table() {
        for table in TABLES {
            let services: Vec<&str> = table.iter().map(|(service, _)| *service).collect();
            assert!(
                services.is_sorted_by(|before, after| before < after),
                "{services:?}"
            );
            for (service, names) in table {
                let sorted = names.is_sorted_by(|before, after| before < after);
                assert!(sorted && !names.is_empty(), "{service}: {names:?}");
            }
        }
    }

    /// What AWS puts under "Permissions management" and lets nobody in: it takes away, tells, or concerns neither
    /// policies nor shares. Patterns of names.
    const LETS_NOBODY_IN: &[&str] = &[
        "*:AbortVaultLock",
        "*:AllowVendedLogDeliveryForResource",
        "*:Cancel*",
        "*:CompleteVaultLock",
        "*:Deauthorize*",
        "*:Delete*",
        "*:Deregister*",
        "*:Describe*",
        "*:Detach*",
        "*:Disassociate*",
        "*:Dissociate*",
        "*:Get*",
        "*:List*",
        "*:Reject*",
        "*:Remove*",
        "*:Reset*",
        "*:Retire*",
        "*:Revoke*",
        "*:Search*",
        "*:SetWebACL",
        "*:Validate*",
        "apigateway:*",
        "bedrock-agentcore:*",
        "cloudformation:SetStackPolicy",
        "cloudwatch:AssumeAccessProfile",
        "deadline:Associate*",
        "ds:AccessDSData",
        "dynamodb:UpdateAbacStatus",
        "ec2:Attach*",
        "ec2:*OdbNetworkPeering",
        "ec2:Enable*BlockPublicAccess",
        "entityresolution:Use*",
        "fsx:BypassSnaplockEnterpriseRetention",
        "glacier:InitiateVaultLock",
        "glacier:SetDataRetrievalPolicy",
        // Studio's own actions, all under this level.
        "glue:*",
        "greengrass:AssociateServiceRoleToAccount",
        "health:*",
        // A policy that nobody holds yet.
        "iam:CreatePolicy",
        "iot:CreatePolicy",
        "iot:SetDefaultAuthorizer",
        "iotfleetwise:*",
        "lakeformation:AttachRLSPolicy",
        "lakeformation:BatchRevokePermissions",
        "lambda:*Replication",
        "license-manager:UpdateServiceSettings",
        "managedblockchain:*",
        "monitron:*",
        "networkmanager:StartOrganizationServiceAccessUpdate",
        "notifications:*",
        "opensearch:*",
        "opsworks:UpdateUserProfile",
        "quicksight:*",
        "ram:EnableSharingWithAwsOrganization",
        "redshift:CreateClusterUser",
        "redshift:CreateSnapshotCopyGrant",
        "redshift:JoinGroup",
        "redshift:ModifyClusterIamRoles",
        "s3:*AccessGrants*",
        "s3:BypassGovernanceRetention",
        "s3:ObjectOwnerOverrideToBucketOwner",
        "ses:ApplyTrackingConfigurationOverrides",
        "ses:ReplicateEmailIdentityDkimSigningKey",
        "ssm-contacts:AssociateContact",
        "vpc-lattice:AssociateViaAWSService*",
        "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation",
        "waf:*WebACL",
        "waf-regional:*WebACL",
        "workspaces:ModifySelfservicePermissions",
        "xray:PutEncryptionConfig",
        // Credentials, and listed as such.
        "rds-db:connect",
    ];

    #[test]
    fn every_action_that_manages_permissions_is_placed() {
        let spared: BTreeSet<String> = LETS_NOBODY_IN
            .iter()
            .flat_map(|pattern| catalogue::expand(pattern))
            .map(Action::full_name)
            .collect();
        let unplaced: Vec<String> = catalogue::expand("*")
            .into_iter()
            .filter(|action| action.access_level == AccessLevel::PermissionsManagement)
            .filter(|action| !Danger::ResourceExposure.is_of(action))
            .map(Action::full_name)
            .filter(|name| !spared.contains(name))
            .collect();
        assert!(unplaced.is_empty(), "{unplaced:?}");
    }

    #[test]
    fn every_class_has_actions_and_reading_changes_nothing() {
        for danger in Danger::ALL {
            assert!(danger.actions().next().is_some(), "{danger:?}");
        }
        let is_of =
            |danger: Danger, name: &str| danger.is_of(catalogue::action(name).expect("an action"));
        assert!(is_of(
            Danger::InfrastructureModification,
            "lambda:TagResource"
        ));
        assert!(is_of(
            Danger::InfrastructureModification,
            "s3:PutBucketPolicy"
        ));
        assert!(!is_of(
            Danger::InfrastructureModification,
            "lambda:GetFunction"
        ));
        assert!(is_of(Danger::ResourceExposure, "s3:PutBucketPolicy"));
        assert!(!is_of(Danger::ResourceExposure, "s3:DeleteBucketPolicy"));
        assert!(is_of(Danger::CredentialsExposure, "sts:AssumeRole"));
        assert!(!is_of(Danger::DataExfiltration, "s3:ListBucket"));
    }
}
