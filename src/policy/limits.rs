//! Which conditions limit who calls, and to whom.
//!
//! AWS defines "public" by a list of condition keys with fixed values; this is that list with the
//! keys added since, and with the reasons why the others do not count:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>,
//! <https://docs.aws.amazon.com/config/latest/developerguide/lambda-function-public-access-prohibited.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::compare::network;
use crate::condition::Condition;
use crate::exposure::Reach;
use crate::operator::{Base, Quantifier};
use crate::scope::{Scope, ScopeKind};

/// When a value of a key limits the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fixed {
    /// No wildcard, no variable.
    Text,
    /// The same, and not what callers without credentials have for it.
    Identity,
    /// An ARN whose account field is fixed.
    ArnAccount,
    /// `o-id/…`: the organisation is fixed, the path below it may have wildcards.
    OrganizationPath,
    /// Networks that together are not most of the internet.
    Networks,
}

/// A key that says something of the caller.
struct Rule {
    /// Lower case.
    key: &'static str,
    /// What its values must be like.
    fixed: Fixed,
    /// What they then name.
    scope: ScopeKind,
    /// Whom it leaves that the key is in the request at all: keys of the caller's identity are
    /// missing where there is no identity.
    present: Reach,
}

const fn rule(key: &'static str, fixed: Fixed, scope: ScopeKind, present: Reach) -> Rule {
    Rule {
        key,
        fixed,
        scope,
        present,
    }
}

/// Whom a condition or a Deny leaves at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) reach: Reach,
    /// Where the reach is not public: they are within one of these.
    pub(crate) scopes: Vec<Scope>,
}

impl Limit {
    pub(crate) fn to(reach: Reach) -> Self {
        Self {
            reach,
            scopes: Vec::new(),
        }
    }

    pub(crate) const fn none() -> Self {
        Self {
            reach: Reach::Everyone,
            scopes: Vec::new(),
        }
    }

    /// Whom either of two leaves.
    pub(crate) fn or(mut self, other: Self) -> Self {
        self.reach = self.reach.max(other.reach);
        self.scopes.extend(other.scopes);
        if self.reach.is_public() {
            self.scopes.clear();
        }
        self
    }
}

/// Keys that can limit the caller. Whatever is not here does not, among them:
/// `aws:ResourceAccount` and `aws:ResourceOrgID` (say which resource), `aws:Referer` and
/// `aws:UserAgent` (the caller writes them), `aws:SecureTransport`, `aws:CurrentTime`,
/// `aws:RequestedRegion`, `aws:MultiFactorAuthPresent` (anyone can comply), `aws:CalledVia`,
/// `aws:ViaAWSService`, `kms:ViaService`, `aws:PrincipalIsAWSService` (anyone can use the service),
/// `aws:username` and tags (anyone can choose them), and `aws:VpcSourceIp` (private addresses are
/// not unique; the VPC has to be named, and then that is the limit).
static RULES: &[Rule] = &{
    use Fixed::{ArnAccount, Identity, Networks, OrganizationPath, Text};
    use Reach::{EveryAwsPrincipal as Signed, Everyone};
    use ScopeKind as Scope;
    [
        // aws:PrincipalAccount is in anonymous requests too; its value is then "anonymous".
        rule("aws:principalaccount", Identity, Scope::Account, Everyone),
        rule("aws:principalarn", ArnAccount, Scope::Principal, Signed),
        rule("aws:principalorgid", Text, Scope::Organization, Signed),
        rule(
            "aws:principalorgpaths",
            OrganizationPath,
            Scope::Organization,
            Signed,
        ),
        rule("aws:userid", Identity, Scope::UserId, Signed),
        rule("aws:sourceaccount", Text, Scope::SourceAccount, Everyone),
        rule("aws:sourceowner", Text, Scope::SourceAccount, Everyone),
        rule("aws:sourceorgid", Text, Scope::SourceOrganization, Everyone),
        rule(
            "aws:sourceorgpaths",
            OrganizationPath,
            Scope::SourceOrganization,
            Everyone,
        ),
        rule("aws:sourcearn", ArnAccount, Scope::Source, Everyone),
        rule("aws:sourcevpc", Text, Scope::Vpc, Everyone),
        rule("aws:sourcevpcarn", Text, Scope::Vpc, Everyone),
        rule("aws:sourcevpce", Text, Scope::Endpoint, Everyone),
        rule("aws:vpceaccount", Text, Scope::EndpointAccount, Everyone),
        rule("aws:vpceorgid", Text, Scope::EndpointOrganization, Everyone),
        rule(
            "aws:vpceorgpaths",
            OrganizationPath,
            Scope::EndpointOrganization,
            Everyone,
        ),
        rule("aws:sourceip", Networks, Scope::Network, Everyone),
        rule("kms:calleraccount", Text, Scope::Account, Signed),
        rule(
            "s3:dataaccesspointaccount",
            Text,
            Scope::AccessPointAccount,
            Everyone,
        ),
        rule(
            "s3:dataaccesspointarn",
            ArnAccount,
            Scope::AccessPoint,
            Everyone,
        ),
        // A password in a policy: whoever knows it is let in.
        rule("lambda:eventsourcetoken", Text, Scope::Secret, Everyone),
    ]
};

/// IAM authentication asks for credentials, of any account.
const URL_AUTHENTICATION: &str = "lambda:functionurlauthtype";

/// By the key's name in lower case.
fn rule_of(key: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.key == key)
}

/// Keys, lower case, that every request in question is known to carry.
pub(crate) type Present = BTreeSet<String>;

/// Whom a condition on an Allow leaves at most.
pub(crate) fn when_met(condition: &Condition, present: &Present) -> Limit {
    let operator = &condition.operator;
    let known = present.contains(condition.key.lower());
    if operator.base == Base::Null && condition.demands_presence() {
        return presence(condition.key.lower());
    }
    // An optional comparison, or one over all values of which there may be none, lets in whoever
    // does not carry the key.
    let skippable = operator.if_exists || operator.quantifier == Some(Quantifier::ForAllValues);
    if operator.negated || skippable && !known {
        return Limit::none();
    }
    compared(condition)
}

/// Whom a condition on a Deny for everybody spares at most: those for whom it does not hold.
pub(crate) fn when_unmet(condition: &Condition, present: &Present) -> Limit {
    let operator = &condition.operator;
    let known = present.contains(condition.key.lower());
    if operator.base == Base::Null && condition.holds_when_missing() {
        return presence(condition.key.lower());
    }
    if !operator.negated || !condition.holds_when_missing() && !known {
        return Limit::none();
    }
    compared(condition)
}

fn presence(key: &str) -> Limit {
    Limit::to(rule_of(key).map_or(Reach::Everyone, |rule| rule.present))
}

/// Whom it leaves that the key's value is one of the condition's.
fn compared(condition: &Condition) -> Limit {
    let base = condition.operator.base;
    let values = &condition.values;
    let comparable = matches!(
        base,
        Base::StringEquals | Base::StringLike | Base::Arn | Base::IpAddress
    );
    if !comparable {
        return Limit::none();
    }
    if condition.is_on(URL_AUTHENTICATION) && !values.is_empty() {
        let signed = values
            .iter()
            .all(|value| value.eq_ignore_ascii_case("AWS_IAM"));
        return Limit::to(if signed {
            Reach::EveryAwsPrincipal
        } else {
            Reach::Everyone
        });
    }
    let Some(rule) = rule_of(condition.key.lower()) else {
        return Limit::none();
    };
    let fixed = !values.is_empty()
        && match rule.fixed {
            Fixed::Networks => are_narrow(values),
            kind => values.iter().all(|value| is_fixed(value, kind, base)),
        };
    if fixed {
        Limit {
            reach: rule.scope.leaves(),
            scopes: values.iter().map(|value| rule.scope.named(value)).collect(),
        }
    } else {
        Limit::to(rule.present)
    }
}

fn is_fixed(value: &str, kind: Fixed, base: Base) -> bool {
    match kind {
        Fixed::Text => is_plain(value),
        Fixed::Identity => is_plain(value) && !value.eq_ignore_ascii_case("anonymous"),
        Fixed::ArnAccount => has_fixed_account(value, base),
        Fixed::OrganizationPath => value.split('/').next().is_some_and(is_plain),
        Fixed::Networks => false,
    }
}

/// Wildcards count even where the operator takes them literally: AWS's own definition of "public"
/// does the same.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?']) && !value.contains("${")
}

/// An ARN operator compares field by field. To a text operator a star in front of the account may
/// stretch over colons, so that the account stands in somebody else's resource name.
fn has_fixed_account(value: &str, base: Base) -> bool {
    let fields: Vec<&str> = value.splitn(6, ':').collect();
    let [prefix, partition, service, region, account, _] = fields.as_slice() else {
        return false;
    };
    let aligned = base == Base::Arn
        || [partition, service, region]
            .iter()
            .all(|field| field.is_empty() || is_plain(field));
    *prefix == "arn" && aligned && is_plain(account)
}

/// AWS calls a range public that is broader than these.
const BROADEST_V4: u8 = 8;
const BROADEST_V6: u8 = 32;
/// Many ranges that are each narrow enough, but sixteen times the broadest one together.
const MOST_V4: u128 = 1 << (32 - BROADEST_V4 + 4);
const MOST_V6: u128 = 1 << (128 - BROADEST_V6 + 4);

/// Whether the ranges, taken together, are a part of the internet and not most of it.
fn are_narrow(values: &[String]) -> bool {
    let mut v4: Vec<Ipv4Net> = Vec::new();
    let mut v6: Vec<Ipv6Net> = Vec::new();
    for value in values {
        match network(value) {
            Some(IpNet::V4(net)) if is_private(net) => {}
            Some(IpNet::V4(net)) => v4.push(net.trunc()),
            Some(IpNet::V6(net)) => v6.push(net.trunc()),
            None => return false,
        }
    }
    // Adjacent ranges become one, so that two halves are seen to be the whole.
    let (v4, v6) = (Ipv4Net::aggregate(&v4), Ipv6Net::aggregate(&v6));
    let size = |bits: u8, prefix: u8| {
        1u128
            .checked_shl(u32::from(bits - prefix))
            .unwrap_or(u128::MAX)
    };
    let total = |sizes: Vec<u128>| sizes.into_iter().fold(0, u128::saturating_add);
    v4.iter().all(|net| net.prefix_len() >= BROADEST_V4)
        && v6.iter().all(|net| net.prefix_len() >= BROADEST_V6)
        && total(v4.iter().map(|net| size(32, net.prefix_len())).collect()) <= MOST_V4
        && total(v6.iter().map(|net| size(128, net.prefix_len())).collect()) <= MOST_V6
}

/// RFC 1918: never the source of a request from the internet.
fn is_private(net: Ipv4Net) -> bool {
    [
        (Ipv4Addr::new(10, 0, 0, 0), 8),
        (Ipv4Addr::new(172, 16, 0, 0), 12),
        (Ipv4Addr::new(192, 168, 0, 0), 16),
    ]
    .into_iter()
    .filter_map(|(address, prefix)| Ipv4Net::new(address, prefix).ok())
    .any(|private| private.contains(&net))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::condition_key;

    fn narrow(values: &[&str]) -> bool {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        are_narrow(&values)
    }

    #[test]
    fn keys_are_lower_case_and_unique() {
        let keys: BTreeSet<&str> = RULES.iter().map(|rule| rule.key).collect();
        assert_eq!(keys.len(), RULES.len());
        assert!(RULES.iter().all(|rule| rule.key == rule.key.to_lowercase()));
    }

    #[test]
    fn ranges_are_judged_together() {
        assert!(narrow(&["203.0.113.7"]));
        assert!(narrow(&["203.0.113.0/24", "2001:db8::/32"]));
        assert!(narrow(&["12.0.0.0/8"]));
        assert!(!narrow(&["0.0.0.0/0"]));
        assert!(!narrow(&["::/0"]));
        assert!(!narrow(&["203.0.113.0/24", "::/0"]));
        assert!(!narrow(&["0.0.0.0/1", "128.0.0.0/1"]));
        assert!(!narrow(&["12.0.0.0/8", "13.0.0.0/8"]), "together a /7");
        assert!(narrow(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]));
        assert!(!narrow(&["everywhere"]));
    }

    #[test]
    fn the_whole_internet_in_small_pieces_is_still_the_internet() {
        let pieces: Vec<String> = (0..=255).map(|first| format!("{first}.0.0.0/8")).collect();
        assert!(!are_narrow(&pieces));
        let every_other: Vec<String> = (1..=255)
            .step_by(2)
            .map(|first| format!("{first}.0.0.0/8"))
            .collect();
        assert!(!are_narrow(&every_other));
    }

    #[test]
    fn the_account_of_an_arn_must_be_fixed_and_in_its_place() {
        let fixed = |value| has_fixed_account(value, Base::Arn);
        assert!(fixed("arn:aws:iam::111122223333:role/*"));
        assert!(fixed("arn:*:execute-api:*:111122223333:*"));
        assert!(!fixed("arn:aws:iam::*:role/admin"));
        assert!(!fixed("arn:aws:iam::11112222333?:role/admin"));
        assert!(!fixed("arn:aws:s3:::bucket"));
        assert!(!fixed("arn:*"));
        assert!(!fixed("*"));
        let spelled = |value| has_fixed_account(value, Base::StringLike);
        assert!(spelled("arn:aws:iam::111122223333:role/*"));
        assert!(!spelled("arn:aws:lambda:*:111122223333:*"));
    }

    #[test]
    fn every_key_with_a_rule_is_in_the_catalogue() {
        let own = RULES.iter().map(|rule| rule.key);
        for key in own.chain([URL_AUTHENTICATION]) {
            assert!(condition_key(key).is_some(), "{key}");
        }
    }
}
