//! Who is let in by a resource's policy, class by class.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tripod_model::AccountId;

use crate::exposure::Reach;
use crate::grants::{Grant, grants};
use crate::principal::Principal;
use crate::scope::Scope;
use crate::statement::{Policy, StatementRef};

/// A class of callers that a policy lets in, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The class.
    pub who: Who,
    /// The Allow statements that let it in, in order.
    pub statements: Vec<StatementRef>,
    /// Conditions of these statements, sorted.
    pub conditions: Vec<String>,
    /// What each way in is limited to beside the class: of each list to one scope at least.
    ways: BTreeSet<Vec<Vec<Scope>>>,
}

impl Access {
    /// Whether conditions and denies keep every way in within scopes that `accepts` takes: an account
    /// that is named and has to come from an organisation is within the organisation.
    ///
    /// ```
    /// use tripod_model::PolicyDocument;
    /// use tripod_policy::{Scope, ScopeKind, audience, parse};
    ///
    /// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
    ///     "Principal": {"AWS": "444455556666"}, "Action": "kms:Decrypt", "Resource": "*",
    ///     "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}}}"#;
    /// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
    /// let key = "arn:aws:kms:eu-central-1:111122223333:key/claims";
    /// let who = audience(key, &policy, &["kms:*"]);
    /// let of_ours = |scope: &Scope| scope.kind == ScopeKind::Organization && scope.value == "o-a1";
    /// assert!(who[0].is_within(of_ours));
    /// assert!(!who[0].is_within(|scope| scope.kind == ScopeKind::Network));
    /// ```
    pub fn is_within(&self, accepts: impl Fn(&Scope) -> bool) -> bool {
        let kept = |way: &Vec<Vec<Scope>>| way.iter().any(|scopes| scopes.iter().all(&accepts));
        self.ways.iter().all(kept)
    }
}

/// What is collected of a class.
#[derive(Default)]
struct Collected {
    statements: BTreeSet<StatementRef>,
    conditions: BTreeSet<String>,
    ways: BTreeSet<Vec<Vec<Scope>>>,
}

/// A class of callers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Everyone, also without credentials.
    Everyone,
    /// Everyone with an AWS account.
    EveryAwsPrincipal,
    /// Everyone within bounds: of each list, within one scope at least.
    Bounded(Vec<Vec<Scope>>),
    /// The users and roles of an account, as far as the account lets them.
    Account(AccountId),
    /// A user, a role or a session by its ARN, or what is left of a deleted one.
    Principal(String),
    /// Whom an identity provider vouches for.
    Provider(String),
    /// An account by its canonical user id.
    CanonicalUser(String),
    /// A service, and for whom it acts: of each list, for one scope at least. Without bounds anyone
    /// may have the service act for them.
    Service {
        /// Its name.
        name: String,
        /// For whom it acts.
        sources: Vec<Vec<Scope>>,
    },
    /// A kind of principal that this program does not know.
    Other(String),
}

impl Who {
    fn of(grant: &Grant<'_>) -> Self {
        match (grant.reach, grant.principal) {
            (Reach::Everyone, _) => Self::Everyone,
            (Reach::EveryAwsPrincipal, _) => Self::EveryAwsPrincipal,
            (_, None | Some(Principal::Everyone)) => Self::Bounded(grant.bounds.clone()),
            (_, Some(everyone)) if everyone.is_everyone() => Self::Bounded(grant.bounds.clone()),
            (_, Some(principal)) => Self::named(principal, grant),
        }
    }

    fn named(principal: &Principal, grant: &Grant<'_>) -> Self {
        match principal {
            Principal::Aws(_) if principal.is_account() => {
                Self::Account(AccountId::new(principal.account().unwrap_or_default()))
            }
            // A wildcard in place of the account, within bounds.
            Principal::Aws(_) if !grant.bounds.is_empty() => Self::Bounded(grant.bounds.clone()),
            Principal::Everyone | Principal::Aws(_) => {
                Self::Principal(principal.value().to_owned())
            }
            Principal::Service(name) => Self::Service {
                name: name.clone(),
                sources: grant.bounds.clone(),
            },
            Principal::Federated(name) => Self::Provider(name.clone()),
            Principal::CanonicalUser(id) => Self::CanonicalUser(id.clone()),
            Principal::Other { kind, value } => Self::Other(format!("{kind} {value}")),
        }
    }

    /// Whether somebody of the class is not of the account. Whoever comes from an organisation, a
    /// network or a VPC may be; so may whoever stands behind a service or an identity provider, unless
    /// the service acts for the account only.
    pub fn is_outside(&self, account: &AccountId) -> bool {
        let account = account.as_str();
        let within = |bounds: &Vec<Vec<Scope>>| {
            let is_within = |scopes: &Vec<Scope>| scopes.iter().all(|s| s.is_within(account));
            bounds.iter().any(is_within)
        };
        match self {
            Self::Account(id) => id.as_str() != account,
            Self::Principal(arn) => arn.split(':').nth(4) != Some(account),
            Self::Bounded(bounds) => !within(bounds),
            Self::Service { sources, .. } => !within(sources),
            Self::Everyone
            | Self::EveryAwsPrincipal
            | Self::Provider(_)
            | Self::CanonicalUser(_)
            | Self::Other(_) => true,
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => formatter.write_str("everyone"),
            Self::EveryAwsPrincipal => formatter.write_str("everyone with an AWS account"),
            Self::Bounded(bounds) => write!(formatter, "everyone limited to {}", list(bounds)),
            Self::Account(id) => write!(formatter, "account {id}"),
            Self::Principal(arn) => formatter.write_str(arn),
            Self::Provider(name) => write!(formatter, "identity provider {name}"),
            Self::CanonicalUser(id) => write!(formatter, "canonical user {id}"),
            Self::Service { name, sources } if sources.is_empty() => formatter.write_str(name),
            Self::Service { name, sources } => write!(formatter, "{name} for {}", list(sources)),
            Self::Other(other) => formatter.write_str(other),
        }
    }
}

fn list(bounds: &[Vec<Scope>]) -> String {
    let either = |scopes: &Vec<Scope>| {
        let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        scopes.join(" or ")
    };
    let bounds: Vec<String> = bounds.iter().map(either).collect();
    bounds.join(", and ")
}

/// Who is let in by the policy attached to the resource `arn` for any of `actions` (patterns are
/// welcome), widest first. Denies are applied; a condition limits only by the rules of
/// [`crate::exposure`].
///
/// ```
/// use tripod_model::{AccountId, PolicyDocument};
/// use tripod_policy::{audience, parse};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
///      "Action": "lambda:InvokeFunction", "Resource": "*",
///      "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}},
///     {"Effect": "Allow", "Principal": {"AWS": "444455556666"},
///      "Action": "lambda:InvokeFunction", "Resource": "*"}]}"#;
/// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
/// let function = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
/// let who: Vec<_> = audience(function, &policy, &["lambda:InvokeFunction"]);
/// assert_eq!(who[0].who.to_string(), "account 444455556666");
/// assert_eq!(who[1].who.to_string(), "s3.amazonaws.com for source account 111122223333");
///
/// let own = AccountId::new("111122223333");
/// assert!(who[0].who.is_outside(&own) && !who[1].who.is_outside(&own));
/// ```
pub fn audience(arn: &str, policy: &Policy, actions: &[&str]) -> Vec<Access> {
    let mut classes: BTreeMap<Who, Collected> = BTreeMap::new();
    for grant in grants(policy, actions, Some(arn)) {
        let class = classes.entry(Who::of(&grant)).or_default();
        class.statements.insert(grant.statement.reference());
        let conditions = grant.statement.conditions.iter();
        class.conditions.extend(conditions.map(ToString::to_string));
        class.ways.insert(grant.limits);
    }
    classes
        .into_iter()
        .map(|(who, class)| {
            let mut statements: Vec<StatementRef> = class.statements.into_iter().collect();
            statements.sort_by_key(|statement| statement.index);
            Access {
                who,
                statements,
                conditions: class.conditions.into_iter().collect(),
                ways: class.ways,
            }
        })
        .collect()
}
