//! Key Management Service in one region.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, RegionName, Sources};

/// Key Management Service in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Kms {
    /// `kms:ListKeys`, without the keys that AWS manages, by ARN.
    pub keys: Observed<Vec<Key>>,
    /// `kms:ListAliases`: the keys that AWS manages in the account, by alias.
    pub managed_keys: Observed<Vec<ManagedKey>>,
    /// `kms:DescribeCustomKeyStores`, by id.
    pub key_stores: Observed<Vec<KeyStore>>,
}

impl Kms {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            keys: Observed::NotCollected,
            managed_keys: Observed::NotCollected,
            key_stores: Observed::NotCollected,
        }
    }
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// ARN.
    pub arn: Arn,
    /// Id.
    pub id: String,
    /// `kms:ListAliases`, by name.
    pub aliases: Observed<Vec<Alias>>,
    /// `kms:DescribeKey`.
    pub metadata: Observed<KeyMetadata>,
    /// `kms:GetKeyPolicy`.
    pub policy: Observed<PolicyDocument>,
    /// `kms:GetKeyRotationStatus`; `Absent` for keys that KMS cannot rotate by itself.
    pub rotation: Observed<Rotation>,
    /// `kms:ListKeyRotations`, oldest first: the rotations that took place. `Absent` for keys whose
    /// material cannot be rotated at all. Not asked of a key whose automatic rotation was on from its
    /// first day and has not come round: there is none then, unless somebody rotated it on demand.
    pub rotations: Observed<Vec<PastRotation>>,
    /// `kms:ListGrants`, by id.
    pub grants: Observed<Vec<Grant>>,
    /// `kms:ListResourceTags`.
    pub tags: Observed<BTreeMap<String, String>>,
    /// `kms:GetKeyLastUsage`. Not asked of an enabled key on which somebody holds a grant.
    pub last_use: Observed<LastUse>,
    /// Where this was read.
    pub sources: Sources,
}

/// Another name of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alias {
    /// Name, with `alias/` before it.
    pub name: String,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When it was last pointed at a key.
    #[schemars(with = "Option<String>")]
    pub updated: Option<Timestamp>,
}

/// A key that AWS manages: its policy, rotation and life are AWS's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagedKey {
    /// Its alias, `alias/aws/` and the service that uses it.
    pub alias: String,
    /// ARN.
    pub arn: Arn,
}

/// What `kms:DescribeKey` tells. Its `Enabled` is left out: it is true when the state is `Enabled` and
/// false otherwise. So are the algorithms, which follow from specification and usage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyMetadata {
    /// `AWS` or `CUSTOMER`.
    pub manager: Option<String>,
    /// `Enabled`, `Disabled`, `PendingDeletion`, …
    pub state: Option<String>,
    /// `SYMMETRIC_DEFAULT`, `RSA_2048`, `HMAC_256`, `ML_DSA_65`, …
    pub spec: Option<String>,
    /// `ENCRYPT_DECRYPT`, `SIGN_VERIFY`, `GENERATE_VERIFY_MAC`, `KEY_AGREEMENT`, …
    pub usage: Option<String>,
    /// `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM`, `EXTERNAL_KEY_STORE`.
    pub origin: Option<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// When a scheduled deletion happens.
    #[schemars(with = "Option<String>")]
    pub deletion_date: Option<Timestamp>,
    /// Days that a primary key waits once its last replica is gone; only in the state
    /// `PendingReplicaDeletion`, which has no date yet.
    pub pending_deletion_window_days: Option<i32>,
    /// When the first of its imported key material expires, after which the key cannot be used.
    #[schemars(with = "Option<String>")]
    pub valid_to: Option<Timestamp>,
    /// `KEY_MATERIAL_EXPIRES` or `KEY_MATERIAL_DOES_NOT_EXPIRE`, only for imported material.
    pub expiration_model: Option<String>,
    /// The key material in use; only for symmetric keys of the origins `AWS_KMS` and `EXTERNAL`.
    pub current_key_material_id: Option<String>,
    /// The custom key store that holds the key.
    pub custom_key_store_id: Option<String>,
    /// The CloudHSM cluster that holds the material of a key in a CloudHSM key store.
    pub cloudhsm_cluster_id: Option<String>,
    /// Whether it belongs to a multi-Region set.
    pub multi_region: Option<bool>,
    /// The multi-Region set it belongs to.
    pub multi_region_set: Option<MultiRegionSet>,
    /// Description.
    pub description: Option<String>,
}

/// A multi-Region set as one of its keys shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MultiRegionSet {
    /// What the key is in it: `PRIMARY` or `REPLICA`.
    pub role: Option<String>,
    /// The primary key, which may be this one.
    pub primary: Option<RegionalKey>,
    /// All replicas, by ARN; this key among them when it is one.
    pub replicas: Option<Vec<RegionalKey>>,
}

/// A key of a multi-Region set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RegionalKey {
    /// ARN.
    pub arn: Option<Arn>,
    /// Region.
    pub region: Option<RegionName>,
}

/// What `kms:GetKeyRotationStatus` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rotation {
    /// Whether KMS rotates the key by itself. A disabled key keeps its setting, and is not rotated.
    pub enabled: Option<bool>,
    /// Days between two rotations.
    pub period_days: Option<i32>,
    /// When KMS rotates it next.
    #[schemars(with = "Option<String>")]
    pub next: Option<Timestamp>,
    /// When somebody began a rotation on demand that is still under way.
    #[schemars(with = "Option<String>")]
    pub on_demand_started: Option<Timestamp>,
}

/// A rotation that took place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PastRotation {
    /// When.
    #[schemars(with = "Option<String>")]
    pub date: Option<Timestamp>,
    /// `AUTOMATIC` or `ON_DEMAND`.
    pub kind: Option<String>,
    /// The key material that it brought.
    pub key_material_id: Option<String>,
}

/// A grant: lets a principal use a key beside what policies say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// Id, unique for the key.
    pub id: String,
    /// Name that its maker gave it.
    pub name: Option<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// Who may use the key: a principal's ARN, or a service.
    pub grantee: Option<String>,
    /// The service that may use the key, for grants made to a service.
    pub grantee_service: Option<String>,
    /// Who may end the grant.
    pub retiring: Option<String>,
    /// The service that may end the grant.
    pub retiring_service: Option<String>,
    /// The account under which it was made.
    pub issuing_account: Option<String>,
    /// What it allows: `Decrypt`, `CreateGrant`, …, sorted.
    pub operations: Option<Vec<String>>,
    /// What limits it; none means that nothing does.
    pub constraints: Option<GrantConstraints>,
    /// Where this was read.
    pub sources: Sources,
}

/// What limits a grant. The limits given must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrantConstraints {
    /// Pairs that the encryption context of a request must contain.
    pub encryption_context_subset: Option<BTreeMap<String, String>>,
    /// Pairs that the encryption context of a request must be.
    pub encryption_context_equals: Option<BTreeMap<String, String>>,
    /// The resource on whose behalf a service must ask.
    pub source_arn: Option<Arn>,
}

/// What `kms:GetKeyLastUsage` tells: the last cryptographic operation that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastUse {
    /// When; none: not since `tracked_since`.
    #[schemars(with = "Option<String>")]
    pub time: Option<Timestamp>,
    /// `Decrypt`, `GenerateDataKey`, …
    pub operation: Option<String>,
    /// Since when KMS has noted the key's use. Where the key is older, it may have been used before.
    #[schemars(with = "Option<String>")]
    pub tracked_since: Option<Timestamp>,
}

/// A custom key store: keys whose material lies outside KMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyStore {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// `AWS_CLOUDHSM` or `EXTERNAL_KEY_STORE`.
    pub kind: Option<String>,
    /// `CONNECTED`, `CONNECTING`, `DISCONNECTED`, `DISCONNECTING`, `FAILED`. Keys can be used only when
    /// it is `CONNECTED`.
    pub state: Option<String>,
    /// Why the connection failed, such as `CLUSTER_NOT_FOUND`; only in the state `FAILED`.
    pub connection_error: Option<String>,
    /// When it was made.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// The cluster behind a CloudHSM key store.
    pub cloudhsm_cluster_id: Option<String>,
    /// The proxy before an external key store.
    pub proxy: Option<XksProxy>,
    /// Where this was read.
    pub sources: Sources,
}

/// The proxy through which KMS reaches an external key manager. Its credentials are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct XksProxy {
    /// `PUBLIC_ENDPOINT` or `VPC_ENDPOINT_SERVICE`.
    pub connectivity: Option<String>,
    /// Its address, `https://` and a host.
    pub endpoint: Option<String>,
    /// The path of its API.
    pub path: Option<String>,
    /// The VPC endpoint service that leads to it.
    pub vpc_endpoint_service: Option<String>,
    /// The account that owns the VPC endpoint service.
    pub vpc_endpoint_service_owner: Option<String>,
}
