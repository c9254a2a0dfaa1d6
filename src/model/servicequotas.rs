//! Service quotas in one region. Rows: LA04, LA26, VN27, GA42, AVL-1.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Quotas that apply to the account: `service-quotas:ListServiceQuotas`, by code. A quota whose applied
/// value AWS does not know is not in its list. A list is absent where the region does not offer the
/// service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceQuotas {
    /// Lambda.
    pub lambda: Observed<Vec<Quota>>,
    /// VPC.
    pub vpc: Observed<Vec<Quota>>,
    /// API Gateway.
    pub apigateway: Observed<Vec<Quota>>,
    /// Key Management Service.
    pub kms: Observed<Vec<Quota>>,
    /// IAM, whose quotas are kept in `us-east-1`; asked there only.
    pub iam: Observed<Vec<Quota>>,
}

impl ServiceQuotas {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            lambda: Observed::NotCollected,
            vpc: Observed::NotCollected,
            apigateway: Observed::NotCollected,
            kms: Observed::NotCollected,
            iam: Observed::NotCollected,
        }
    }
}

/// A quota.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quota {
    /// Code, `L-…`.
    pub code: String,
    /// ARN.
    pub arn: Option<Arn>,
    /// Name.
    pub name: Option<String>,
    /// The value that applies, in the unit that the name says.
    pub value: Option<f64>,
    /// Whether a higher one can be asked for.
    pub adjustable: Option<bool>,
    /// AWS's code, where it could not find the value.
    pub error: Option<String>,
    /// The metric that counts its use; none where AWS keeps none.
    pub usage: Option<UsageMetric>,
    /// Where this was read.
    pub sources: Sources,
}

/// A metric of CloudWatch that counts the use of a quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageMetric {
    /// Namespace.
    pub namespace: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Dimensions by name.
    pub dimensions: Option<BTreeMap<String, String>>,
    /// Statistic that AWS recommends.
    pub statistic: Option<String>,
}
