//! A whole situation: who asks for what, and every policy that bears on it. All of it is concrete, so
//! that the answer is "allowed" or "denied".

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// Values of condition keys.
pub(crate) type Keys = BTreeMap<String, Vec<String>>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Situation {
    pub(crate) who: Who,
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    /// The account of the resource.
    pub(crate) owner: &'static str,
    pub(crate) principal_tags: BTreeMap<&'static str, &'static str>,
    pub(crate) resource_tags: BTreeMap<&'static str, &'static str>,
    /// Organisation and path of the account that owns the resource.
    pub(crate) owner_organization: Option<(&'static str, &'static str)>,
    /// Organisation and path of the caller's account.
    pub(crate) caller_organization: Option<(&'static str, &'static str)>,
    /// Keys that follow neither from the caller nor from the resource.
    pub(crate) context: Keys,
    pub(crate) policies: Policies,
    /// Whether only the resource's side is asked: whether it lets the caller in.
    pub(crate) resource_side: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Who {
    User {
        account: &'static str,
        name: &'static str,
    },
    Session {
        account: &'static str,
        role: &'static str,
        session: &'static str,
    },
    /// Of the user with the same name.
    FederatedUser {
        account: &'static str,
        name: &'static str,
    },
    Service {
        name: &'static str,
    },
    Anonymous,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Policies {
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Option<Value>,
    pub(crate) scps: Vec<Vec<Value>>,
    pub(crate) rcps: Vec<Vec<Value>>,
    pub(crate) resource: Option<Value>,
    pub(crate) endpoint: Option<Value>,
}

/// Unique ids, as AWS gives them to users and roles.
pub(crate) const USER_ID: &str = "AIDAEXAMPLE";
pub(crate) const ROLE_ID: &str = "AROAEXAMPLE";

impl Who {
    pub(crate) fn account(&self) -> Option<&'static str> {
        match self {
            Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
            Self::Service { .. } | Self::Anonymous => None,
        }
    }

    /// The ARN by which a resource's policy names exactly this caller.
    pub(crate) fn arn(&self) -> Option<String> {
        Some(match self {
            Self::User { account, name } => format!("arn:aws:iam::{account}:user/{name}"),
            Self::Session {
                account,
                role,
                session,
            } => {
                format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
            }
            Self::FederatedUser { account, name } => {
                format!("arn:aws:sts::{account}:federated-user/{name}")
            }
            Self::Service { .. } | Self::Anonymous => return None,
        })
    }

    /// The ARN of the user or role whose permissions the caller has.
    pub(crate) fn identity_arn(&self) -> Option<String> {
        Some(match self {
            Self::User { account, name } | Self::FederatedUser { account, name } => {
                format!("arn:aws:iam::{account}:user/{name}")
            }
            Self::Session { account, role, .. } => format!("arn:aws:iam::{account}:role/{role}"),
            Self::Service { .. } | Self::Anonymous => return None,
        })
    }
}

impl Situation {
    /// Every key of the request: those given, and those that follow from caller and resource.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>,
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub(crate) fn keys(&self) -> Keys {
        let mut keys = self.context.clone();
        let mut add = |key: &str, value: String| _ = keys.insert(key.to_owned(), vec![value]);
        match &self.who {
            Who::User { name, .. } => {
                add("aws:PrincipalType", "User".to_owned());
                add("aws:userid", USER_ID.to_owned());
                add("aws:username", (*name).to_owned());
            }
            Who::Session { session, .. } => {
                add("aws:PrincipalType", "AssumedRole".to_owned());
                add("aws:userid", format!("{ROLE_ID}:{session}"));
            }
            Who::FederatedUser { account, name } => {
                add("aws:PrincipalType", "FederatedUser".to_owned());
                add("aws:userid", format!("{account}:{name}"));
            }
            Who::Service { name } => {
                add("aws:PrincipalIsAWSService", "true".to_owned());
                add("aws:PrincipalServiceName", (*name).to_owned());
            }
            Who::Anonymous => {
                add("aws:PrincipalType", "Anonymous".to_owned());
                add("aws:PrincipalAccount", "anonymous".to_owned());
                add("aws:userid", "anonymous".to_owned());
            }
        }
        if let Some(account) = self.who.account() {
            add("aws:PrincipalAccount", account.to_owned());
            add("aws:PrincipalIsAWSService", "false".to_owned());
            let arn = match &self.who {
                Who::FederatedUser { .. } => self.who.arn(),
                who => who.identity_arn(),
            };
            add("aws:PrincipalArn", arn.unwrap_or_default());
            if let Some((id, path)) = self.caller_organization {
                add("aws:PrincipalOrgID", id.to_owned());
                add("aws:PrincipalOrgPaths", path.to_owned());
            }
            for (tag, value) in &self.principal_tags {
                add(&format!("aws:PrincipalTag/{tag}"), (*value).to_owned());
            }
            if self.action.starts_with("kms:") {
                add("kms:CallerAccount", account.to_owned());
            }
        }
        add("aws:ResourceAccount", self.owner.to_owned());
        if let Some((id, path)) = self.owner_organization {
            add("aws:ResourceOrgID", id.to_owned());
            add("aws:ResourceOrgPaths", path.to_owned());
        }
        for (tag, value) in &self.resource_tags {
            add(&format!("aws:ResourceTag/{tag}"), (*value).to_owned());
        }
        keys
    }

    /// The values of a key, whatever its case.
    pub(crate) fn key(&self, name: &str) -> Option<Vec<String>> {
        let keys = self.keys().into_iter();
        keys.into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, values)| values)
    }
}

impl fmt::Display for Situation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.resource_side {
            ", resource's side"
        } else {
            ""
        };
        writeln!(
            formatter,
            "{:?} {} {} of {}{side}",
            self.who, self.action, self.resource, self.owner
        )?;
        for (key, values) in self.keys() {
            writeln!(formatter, "  {key} = {}", values.join(" | "))?;
        }
        let policies = &self.policies;
        let several = |name, list: &[Value]| {
            list.iter()
                .map(|policy| (name, policy.clone()))
                .collect::<Vec<_>>()
        };
        let mut lines = several("identity", &policies.identity);
        lines.extend(several("boundary", policies.boundary.as_slice()));
        lines.extend(several("session", policies.session.as_slice()));
        lines.extend(
            policies
                .scps
                .iter()
                .map(|level| ("SCPs", Value::from(level.clone()))),
        );
        lines.extend(
            policies
                .rcps
                .iter()
                .map(|level| ("RCPs", Value::from(level.clone()))),
        );
        lines.extend(several("resource", policies.resource.as_slice()));
        lines.extend(several("endpoint", policies.endpoint.as_slice()));
        for (name, policy) in lines {
            writeln!(formatter, "  {name} {policy}")?;
        }
        Ok(())
    }
}

impl Policies {
    pub(crate) fn all_mut(&mut self) -> Vec<&mut Value> {
        let of_levels = self.scps.iter_mut().chain(&mut self.rcps).flatten();
        self.identity
            .iter_mut()
            .chain(of_levels)
            .chain(&mut self.boundary)
            .chain(&mut self.session)
            .chain(&mut self.resource)
            .chain(&mut self.endpoint)
            .collect()
    }
}

/// The statements of a policy.
pub(crate) fn statements(policy: &mut Value) -> Vec<&mut Map<String, Value>> {
    match &mut policy["Statement"] {
        Value::Array(list) => list.iter_mut().filter_map(Value::as_object_mut).collect(),
        Value::Object(one) => vec![one],
        _ => Vec::new(),
    }
}

/// One value, or a list of them.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
