//! Condition keys: global ones, those of services, and those that identity providers bring.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>

use super::global::GLOBAL_KEYS;
use super::{Service, service, services};

/// A condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionKey {
    /// Its name in AWS's spelling, with `${…}` where a part is free (`aws:RequestTag/${TagKey}`).
    pub name: &'static str,
    /// What its values are.
    pub key_type: KeyType,
}

/// What the values of a key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyType {
    /// The kind of each value.
    pub kind: ValueKind,
    /// Whether a request may carry several values, so that a condition needs `ForAllValues:` or `ForAnyValue:`.
    pub multivalued: bool,
}

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A point in time.
    Date,
    /// A point in time that number operators compare too (`aws:EpochTime`).
    Epoch,
    /// An address or a network.
    IpAddress,
    /// A number.
    Numeric,
    /// A text.
    String,
}

impl ValueKind {
    /// The name AWS's tables have for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arn => "ARN",
            Self::Bool => "Bool",
            Self::Date => "Date",
            Self::Epoch => "Date or Numeric",
            Self::IpAddress => "IPAddress",
            Self::Numeric => "Numeric",
            Self::String => "String",
        }
    }
}

impl KeyType {
    /// From AWS's name, `ArrayOf` in front of keys with several values.
    pub(super) fn read(name: &str) -> Option<Self> {
        let (name, multivalued) = match name.strip_prefix("ArrayOf") {
            Some(single) => (single, true),
            None => (name, false),
        };
        let kind = match name {
            "ARN" => ValueKind::Arn,
            "Bool" => ValueKind::Bool,
            "Date" => ValueKind::Date,
            "IPAddress" => ValueKind::IpAddress,
            "Numeric" => ValueKind::Numeric,
            "String" => ValueKind::String,
            _ => return None,
        };
        Some(Self { kind, multivalued })
    }
}

/// Who brings a key into a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// AWS, to requests of any service.
    Global(ConditionKey),
    /// The service asked.
    Service(ConditionKey),
    /// An identity provider, to requests of whoever signed in by it. AWS lists the claims of some
    /// providers; of others nothing is known.
    IdentityProvider(Option<ConditionKey>),
}

impl KeyOrigin {
    /// The key, where its type is known.
    pub fn key(self) -> Option<ConditionKey> {
        match self {
            Self::Global(key) | Self::Service(key) => Some(key),
            Self::IdentityProvider(key) => key,
        }
    }
}

/// The key that a policy names, whatever its case; none where AWS lists no such key.
pub fn condition_key(name: &str) -> Option<KeyOrigin> {
    let named = |key: &&ConditionKey| is_named(key.name, name);
    if let Some(key) = GLOBAL_KEYS.iter().find(named) {
        return Some(KeyOrigin::Global(*key));
    }
    let (prefix, _) = name.split_once(':')?;
    // The claims of identity providers are listed with the service that first sees them.
    let provider = ["sts", "cognito-identity"]
        .iter()
        .filter_map(|prefix| service(prefix))
        .flat_map(Service::condition_keys)
        .find(|key| named(key) && is_of_a_provider(key.name));
    if let Some(key) = provider {
        return Some(KeyOrigin::IdentityProvider(Some(*key)));
    }
    if is_of_a_provider(name) {
        return Some(KeyOrigin::IdentityProvider(None));
    }
    let own = service(prefix).and_then(|service| service.condition_keys().iter().find(named));
    let anywhere = || {
        let all = services().iter().flat_map(Service::condition_keys);
        all.into_iter().find(named)
    };
    own.or_else(anywhere).map(|key| KeyOrigin::Service(*key))
}

/// Whether the key is a claim: of an OIDC provider, whose prefix is a host, of SAML, or of Cognito's pools.
fn is_of_a_provider(key: &str) -> bool {
    let prefix = key.split(':').next().unwrap_or_default();
    prefix.contains('.')
        || ["saml", "cognito-identity-auth", "cognito-identity-unauth"]
            .iter()
            .any(|own| prefix.eq_ignore_ascii_case(own))
}

/// Whether `key` is a name that `listed` stands for: the same without regard to case, any text but none for `${…}`.
pub(super) fn is_named(listed: &str, key: &str) -> bool {
    let Some((before, rest)) = listed.split_once("${") else {
        return listed.eq_ignore_ascii_case(key);
    };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let Some((start, free)) = key.split_at_checked(before.len()) else {
        return false;
    };
    let starts_of_rest = || {
        free.char_indices()
            .map(|(at, letter)| at + letter.len_utf8())
    };
    start.eq_ignore_ascii_case(before) && starts_of_rest().any(|at| is_named(after, &free[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_part_is_any_text_but_none() {
        assert!(is_named("aws:RequestTag/${TagKey}", "AWS:requesttag/team"));
        assert!(!is_named("aws:RequestTag/${TagKey}", "aws:RequestTag/"));
        assert!(!is_named("aws:RequestTag/${TagKey}", "aws:RequestTag"));
        assert!(is_named(
            "codebuild:secondarySources/${id}.auth.type",
            "codebuild:secondarySources/a.b.auth.type"
        ));
        assert!(!is_named(
            "codebuild:secondarySources/${id}.auth.type",
            "codebuild:secondarySources/a.auth.resource"
        ));
    }

    #[test]
    fn a_key_is_found_whatever_its_case_and_with_its_type() {
        let key = |name: &str| {
            condition_key(name)
                .and_then(KeyOrigin::key)
                .map(|key| (key.key_type.kind, key.key_type.multivalued))
        };
        assert_eq!(key("AWS:SourceIP"), Some((ValueKind::IpAddress, false)));
        assert_eq!(key("aws:TagKeys"), Some((ValueKind::String, true)));
        assert_eq!(key("lambda:functionarn"), Some((ValueKind::Arn, false)));
        assert_eq!(
            key("s3:ExistingObjectTag/secret"),
            Some((ValueKind::String, false))
        );
        assert_eq!(key("aws:SourceIpp"), None);
        assert_eq!(key("lambda:FunctionName"), None);
        assert_eq!(key("SourceIp"), None);
    }

    #[test]
    fn a_claim_of_any_identity_provider_is_known_its_type_only_where_aws_lists_it() {
        let github = condition_key("token.actions.githubusercontent.com:repository");
        assert!(matches!(github, Some(KeyOrigin::IdentityProvider(Some(_)))));
        let eks = condition_key("oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud");
        assert_eq!(eks, Some(KeyOrigin::IdentityProvider(None)));
        let saml = condition_key("SAML:aud");
        assert!(matches!(saml, Some(KeyOrigin::IdentityProvider(Some(_)))));
    }
}
