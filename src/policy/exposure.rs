//! Who can reach a resource through its policy, decided over the whole policy.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>

use std::collections::{BTreeMap, BTreeSet};

use crate::grants::grants;
use crate::principal::Principal;
use crate::statement::{Policy, Statement, StatementRef};

/// How far a policy opens its resource: an upper bound, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// To no one.
    Nobody,
    /// To AWS services it names.
    Services,
    /// To accounts, users, roles or identity providers it names.
    Named,
    /// To everyone within fixed bounds: an organisation, accounts, networks, sources.
    Limited,
    /// To everyone who knows a text that stands in the policy.
    SecretHolders,
    /// To everyone with an AWS account.
    EveryAwsPrincipal,
    /// To everyone, also without credentials.
    Everyone,
}

impl Reach {
    /// The name as in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Services => "services",
            Self::Named => "named",
            Self::Limited => "limited",
            Self::SecretHolders => "secret_holders",
            Self::EveryAwsPrincipal => "every_aws_principal",
            Self::Everyone => "everyone",
        }
    }

    /// Whether anyone in the world can see to it that they are among those reached.
    pub fn is_public(self) -> bool {
        self >= Self::EveryAwsPrincipal
    }
}

/// The answer to [`exposure`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// How far it opens.
    pub reach: Reach,
    /// The Allow statements that open it so far, in order.
    pub statements: Vec<StatementRef>,
    /// Their conditions, where the reach is public: none of them limits who calls.
    pub conditions: Vec<String>,
}

/// How far a resource's policy opens any of `actions` (patterns are welcome), on any resource that
/// the policy names.
pub fn exposure(policy: &Policy, actions: &[&str]) -> Exposure {
    answer(policy, actions, None)
}

/// The same for the policy attached to the resource `arn`, which a `*` in the policy then means.
pub fn exposure_of(arn: &str, policy: &Policy, actions: &[&str]) -> Exposure {
    answer(policy, actions, Some(arn))
}

/// The service principals that the policy allows something and no Deny takes everything from, sorted.
pub fn services_allowed(policy: &Policy) -> Vec<String> {
    let mut services = BTreeSet::new();
    for grant in grants(policy, &["*"], None) {
        if let Some(Principal::Service(name)) = grant.principal {
            services.insert(name.clone());
        }
    }
    services.into_iter().collect()
}

fn answer(policy: &Policy, actions: &[&str], arn: Option<&str>) -> Exposure {
    let grants = grants(policy, actions, arn);
    let reach = grants
        .iter()
        .map(|grant| grant.reach)
        .max()
        .unwrap_or(Reach::Nobody);
    let widest: BTreeMap<usize, &Statement> = grants
        .iter()
        .filter(|grant| grant.reach == reach)
        .map(|grant| (grant.statement.index, grant.statement))
        .collect();
    let conditions = widest
        .values()
        .filter(|_| reach.is_public())
        .flat_map(|statement| statement.conditions.iter().map(ToString::to_string))
        .collect();
    Exposure {
        reach,
        statements: widest.values().map(|found| found.reference()).collect(),
        conditions,
    }
}
