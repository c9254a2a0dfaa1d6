//! Who can reach a resource through its policy, decided over the whole policy.
//!
//! The question is about sets: some action of a list, some resource, any caller. It is answered with
//! witnesses. A witness of the pattern `kms:De*` is a text `kms:De…` that nobody wrote down, so that
//! a statement covers it only where it covers the pattern as such. For each witness of an action and
//! a resource every Allow is read, then every Deny, each giving an upper bound on who is left:
//! statements add up (the highest counts), conditions and denies narrow (the lowest counts).
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>

use std::collections::{BTreeMap, BTreeSet};

use crate::limits::{Present, when_met, when_unmet};
use crate::overlap::ANYTHING;
use crate::pattern::{Case, Pattern, Variables};
use crate::principal::{Principal, Principals};
use crate::statement::{Effect, Policy, Statement, StatementRef};

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

/// What one statement gives one principal (none: everyone but some) once the denies are applied.
struct Grant<'a> {
    statement: &'a Statement,
    principal: Option<&'a Principal>,
    reach: Reach,
}

fn grants<'a>(policy: &'a Policy, actions: &[&str], arn: Option<&str>) -> Vec<Grant<'a>> {
    let mut grants = Vec::new();
    let resources = resource_witnesses(policy, arn);
    for action in action_witnesses(policy, actions) {
        for resource in &resources {
            let covering = |statement: &&Statement| statement.covers(&action, resource);
            let denies: Vec<&Statement> = policy.denies().filter(covering).collect();
            for allow in policy.allows().filter(covering) {
                grants.extend(granted(allow, &denies));
            }
        }
    }
    grants
}

/// Actions to try: what the question and the policy's patterns have in common. What a Deny with
/// `NotAction` spares is tried together with what each Allow gives.
fn action_witnesses(policy: &Policy, question: &[&str]) -> BTreeSet<String> {
    let mut witnesses = BTreeSet::new();
    let written: Vec<&Pattern> = policy
        .statements
        .iter()
        .flat_map(|statement| statement.actions.patterns())
        .collect();
    let spared: Vec<&Pattern> = policy
        .denies()
        .flat_map(|statement| statement.actions.excluded())
        .collect();
    for asked in question {
        let asked = Pattern::from(*asked);
        witnesses.insert(asked.witness());
        for pattern in &written {
            let Some(both) = pattern.common(&asked, Case::Insensitive) else {
                continue;
            };
            for other in &spared {
                let all = Pattern::from(&*wild(&both)).common(other, Case::Insensitive);
                witnesses.extend(all);
            }
            witnesses.insert(both);
        }
    }
    witnesses
}

/// The pattern that a witness stands for.
fn wild(witness: &str) -> String {
    witness.replace(ANYTHING, "*")
}

/// Resources to try: what the Allows name, and what a Deny with `NotResource` spares of it. Where
/// the resource is known, that is what a pattern means that fits it.
fn resource_witnesses(policy: &Policy, arn: Option<&str>) -> BTreeSet<String> {
    let itself = arn.map_or_else(|| ANYTHING.to_string(), ToOwned::to_owned);
    let mut witnesses = BTreeSet::from([itself]);
    for pattern in policy.allows().flat_map(|allow| allow.resources.patterns()) {
        let means_it = arn.is_some_and(|arn| {
            pattern.is_everything()
                || pattern.is_fixed() && pattern.matches(arn, Case::Sensitive, Variables::Nothing)
        });
        if means_it {
            continue;
        }
        witnesses.insert(pattern.witness());
        for spared in policy.denies().flat_map(|deny| deny.resources.excluded()) {
            witnesses.extend(pattern.common(spared, Case::Sensitive));
        }
    }
    witnesses
}

fn granted<'a>(allow: &'a Statement, denies: &[&Statement]) -> Vec<Grant<'a>> {
    let to = |principal: Option<&'a Principal>| Grant {
        statement: allow,
        principal,
        reach: remaining(allow, principal, denies),
    };
    let grants: Vec<Grant<'a>> = match &allow.principals {
        // AWS refuses a resource policy without a principal, and its own rule for Lambda calls an
        // empty one public.
        Principals::Unstated | Principals::AllBut(_) => vec![to(None)],
        Principals::Only(named) if named.is_empty() => vec![to(None)],
        Principals::Only(named) => named.iter().map(|principal| to(Some(principal))).collect(),
    };
    grants
        .into_iter()
        .filter(|grant| grant.reach > Reach::Nobody)
        .collect()
}

/// Whom a principal stands for.
fn reach_of(principal: &Principal) -> Reach {
    if principal.is_everyone() {
        return Reach::Everyone;
    }
    match principal {
        Principal::Service(_) => Reach::Services,
        // Wildcards inside an ARN are not taken by AWS; one for the account would mean any account.
        Principal::Aws(_)
            if principal
                .account()
                .is_none_or(|account| account.contains(['*', '?'])) =>
        {
            Reach::EveryAwsPrincipal
        }
        _ => Reach::Named,
    }
}

/// Whom an Allow leaves of one of its principals, after its own conditions and after the denies.
fn remaining(allow: &Statement, principal: Option<&Principal>, denies: &[&Statement]) -> Reach {
    let base = principal.map_or(Reach::Everyone, reach_of);
    // A principal that is named stays what it is, unless it is denied outright.
    if !base.is_public() {
        let outright = |deny: &&Statement| {
            deny.conditions.is_empty() && principal.is_some_and(|named| names(deny, named))
        };
        return if denies.iter().any(outright) {
            Reach::Nobody
        } else {
            base
        };
    }
    let present = keys_present(allow, denies);
    let met = allow
        .conditions
        .iter()
        .map(|condition| when_met(condition, &present));
    let spared = denies.iter().map(|deny| spared_by(deny, &present));
    met.chain(spared).fold(base, Reach::min)
}

/// Whether the Deny's principals include this one.
fn names(deny: &Statement, principal: &Principal) -> bool {
    let same = |listed: &Principal| {
        listed.is_everyone()
            || listed == principal
            // Denying an account denies everyone in it.
            || listed.is_account() && principal.account().is_some() && listed.account() == principal.account()
    };
    match &deny.principals {
        Principals::Unstated => false,
        Principals::Only(listed) => listed.iter().any(same),
        // To be spared, a session has to be listed with its role and its account: of a principal
        // whose account is listed in any form, take it that they all are.
        Principals::AllBut(listed) => !listed.iter().any(|spared| {
            same(spared) || spared.account().is_some() && spared.account() == principal.account()
        }),
    }
}

/// Whom a Deny spares of everybody.
fn spared_by(deny: &Statement, present: &Present) -> Reach {
    let by_name = match &deny.principals {
        Principals::Only(listed) if listed.iter().any(Principal::is_everyone) => Reach::Nobody,
        Principals::AllBut(listed) if !listed.is_empty() => {
            listed.iter().map(reach_of).max().unwrap_or(Reach::Everyone)
        }
        _ => return Reach::Everyone,
    };
    // All conditions must hold for the Deny to strike: one that does not is enough to be spared.
    deny.conditions
        .iter()
        .map(|condition| when_unmet(condition, present))
        .fold(by_name, Reach::max)
}

/// Keys that every request carries which the Allow meets and the denies spare.
fn keys_present(allow: &Statement, denies: &[&Statement]) -> Present {
    let demanded = allow
        .conditions
        .iter()
        .filter(|condition| condition.demands_presence());
    // A Deny for everybody whose only condition holds without the key strikes whoever lacks it.
    let enforced = denies
        .iter()
        .filter(|deny| strikes_everyone(deny))
        .filter_map(|deny| match deny.conditions.as_slice() {
            [only] if only.holds_when_missing() => Some(only),
            _ => None,
        });
    demanded
        .chain(enforced)
        .map(|condition| condition.key.lower().to_owned())
        .collect()
}

fn strikes_everyone(deny: &Statement) -> bool {
    deny.effect == Effect::Deny
        && matches!(&deny.principals, Principals::Only(listed) if listed.iter().any(Principal::is_everyone))
}
