//! What a resource's policy gives, to whom, once its denies are applied.
//!
//! The question is about sets: some action of a list, some resource, any caller. It is answered with
//! witnesses. A witness of the pattern `kms:De*` is a text `kms:De…` that nobody wrote down, so that
//! a statement covers it only where it covers the pattern as such. For each witness of an action and
//! a resource every Allow is read, then every Deny.
//!
//! Principals that are named are asked about one by one, as requests of which nothing else is known.
//! What is left of everybody is an upper bound: statements add up (the highest counts), conditions
//! and denies narrow (the lowest counts).

use std::collections::BTreeSet;

use tripod_model::{AccountId, Arn};

use crate::caller::Caller;
use crate::condition::Condition;
use crate::context::Context;
use crate::evaluate::may_enter_by;
use crate::exposure::Reach;
use crate::limits::{Limit, Present, when_met, when_unmet};
use crate::naming::named;
use crate::overlap::ANYTHING;
use crate::pattern::{Case, Pattern, Variables};
use crate::principal::{Principal, Principals};
use crate::request::{Request, Resource};
use crate::scope::{Scope, ScopeKind};
use crate::statement::{Effect, Policy, Statement};
use crate::truth::Truth;

/// What one statement gives one principal (none: everyone but some) once the denies are applied.
pub(crate) struct Grant<'a> {
    pub(crate) statement: &'a Statement,
    pub(crate) principal: Option<&'a Principal>,
    pub(crate) reach: Reach,
    /// What limits it, where it is not public: each to one of several scopes. Of a service, for whom it
    /// acts; of somebody named, nothing: the name is the limit.
    pub(crate) bounds: Vec<Vec<Scope>>,
    /// All that limits it, whoever it is for.
    pub(crate) limits: Vec<Vec<Scope>>,
}

pub(crate) fn grants<'a>(
    policy: &'a Policy,
    actions: &[&str],
    arn: Option<&str>,
) -> Vec<Grant<'a>> {
    let mut grants = Vec::new();
    let resources = resource_witnesses(policy, arn);
    for action in action_witnesses(policy, actions) {
        for resource in &resources {
            let covering = |statement: &&Statement| statement.covers(&action, resource);
            let asked = Asked {
                policy,
                action: &action,
                resource: Resource::new(&Arn::new(resource.as_str())),
                denies: policy.denies().filter(covering).collect(),
            };
            for allow in policy.allows().filter(covering) {
                grants.extend(asked.granted_by(allow));
            }
        }
    }
    grants
}

/// Actions to try: what the question and the policy's patterns have in common. What a Deny with
/// `NotAction` spares is tried together with what each Allow gives.
pub(crate) fn action_witnesses(policy: &Policy, question: &[&str]) -> BTreeSet<String> {
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

/// A witness of an action and a resource, and the denies that cover both.
struct Asked<'a, 'w> {
    policy: &'a Policy,
    action: &'w str,
    resource: Resource,
    denies: Vec<&'a Statement>,
}

impl<'a> Asked<'a, '_> {
    fn granted_by(&self, allow: &'a Statement) -> Vec<Grant<'a>> {
        let grants: Vec<Grant<'a>> = match &allow.principals {
            // AWS refuses a resource policy without a principal, and its own rule for Lambda calls an
            // empty one public.
            Principals::Unstated | Principals::AllBut(_) => vec![self.to(allow, None)],
            Principals::Only(named) if named.is_empty() => vec![self.to(allow, None)],
            Principals::Only(named) => named
                .iter()
                .map(|principal| self.to(allow, Some(principal)))
                .collect(),
        };
        grants
            .into_iter()
            .filter(|grant| grant.reach > Reach::Nobody)
            .collect()
    }

    fn to(&self, allow: &'a Statement, principal: Option<&'a Principal>) -> Grant<'a> {
        let base = principal.map_or(Reach::Everyone, reach_of);
        let (reach, limits) = match principal {
            Some(named) if !base.is_public() => self.to_named(allow, named, base),
            _ => self.to_everybody(allow, base),
        };
        let bounds = match principal {
            Some(Principal::Service(_)) if !base.is_public() => sources_among(&limits),
            Some(_) if !base.is_public() => Vec::new(),
            _ => limits.clone(),
        };
        Grant {
            statement: allow,
            principal,
            reach,
            bounds,
            limits,
        }
    }

    /// A principal that is named stays what it is, unless no request of it is let in.
    fn to_named(
        &self,
        allow: &Statement,
        principal: &Principal,
        base: Reach,
    ) -> (Reach, Vec<Vec<Scope>>) {
        let Some(caller) = caller(principal) else {
            return (base, Vec::new());
        };
        let request = Request {
            caller: &caller,
            action: self.action,
            resource: &self.resource,
            context: &Context::open(),
        };
        if !may_enter_by(&request, self.policy, allow) {
            return (Reach::Nobody, Vec::new());
        }
        (base, self.limits(allow, &request))
    }

    /// What the Allow, and the denies that strike the caller, limit it to: a service to those for whom
    /// it acts, somebody of an account to an organisation or a network.
    fn limits(&self, allow: &Statement, request: &Request<'_>) -> Vec<Vec<Scope>> {
        let present = self.keys_present(allow);
        let met = allow
            .conditions
            .iter()
            .map(|condition| when_met(condition, &present));
        let strikes =
            |deny: &&&Statement| named(deny, request.caller, false).at_all() == Truth::True;
        let open = |condition: &&Condition| {
            condition.holds(&request.seen(&condition.key), request) != Truth::True
        };
        let spared = self.denies.iter().filter(strikes).map(|deny| {
            let conditions = deny.conditions.iter().filter(open);
            conditions
                .map(|condition| when_unmet(condition, &present))
                .fold(Limit::to(Reach::Nobody), Limit::or)
        });
        let limits = met.chain(spared).map(|limit| limit.scopes);
        in_order(limits.filter(|scopes| !scopes.is_empty()).collect())
    }

    fn to_everybody(&self, allow: &Statement, base: Reach) -> (Reach, Vec<Vec<Scope>>) {
        let present = self.keys_present(allow);
        let met = allow
            .conditions
            .iter()
            .map(|condition| when_met(condition, &present));
        let spared = self.denies.iter().map(|deny| spared_by(deny, &present));
        let (mut reach, mut bounds) = (base, Vec::new());
        for limit in met.chain(spared) {
            reach = reach.min(limit.reach);
            if !limit.scopes.is_empty() {
                bounds.push(limit.scopes);
            }
        }
        if reach.is_public() {
            bounds.clear();
        }
        (reach, in_order(bounds))
    }

    /// Keys that every request carries which the Allow meets and the denies spare.
    fn keys_present(&self, allow: &Statement) -> Present {
        let demanded = allow
            .conditions
            .iter()
            .filter(|condition| condition.demands_presence());
        // A Deny for everybody whose only condition holds without the key strikes whoever lacks it.
        let enforced = self
            .denies
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
}

/// For whom a service acts.
fn sources_among(limits: &[Vec<Scope>]) -> Vec<Vec<Scope>> {
    let of_sources = |scopes: &&Vec<Scope>| scopes.iter().all(|scope| scope.kind.is_source());
    limits.iter().filter(of_sources).cloned().collect()
}

/// The same bounds in the same words, wherever in the policy they stand.
fn in_order(mut bounds: Vec<Vec<Scope>>) -> Vec<Vec<Scope>> {
    for scopes in &mut bounds {
        scopes.sort();
        scopes.dedup();
    }
    bounds.sort();
    bounds.dedup();
    bounds
}

/// Somebody whom a principal stands for; none where requests cannot be made up for it.
fn caller(principal: &Principal) -> Option<Caller> {
    match principal {
        Principal::Service(name) => Some(Caller::service(name)),
        Principal::Federated(name) => Some(Caller::federated(name)),
        Principal::Aws(value) if principal.is_account() => {
            let account = principal.account().unwrap_or(value);
            Some(Caller::somebody_in(AccountId::new(account)))
        }
        Principal::Aws(value) => Caller::identity(&Arn::new(value.as_str())).ok(),
        Principal::Everyone | Principal::CanonicalUser(_) | Principal::Other { .. } => None,
    }
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

fn scope_of(principal: &Principal) -> Scope {
    let kind = match principal {
        Principal::Service(_) => ScopeKind::Service,
        Principal::Aws(_) if principal.is_account() => {
            return ScopeKind::Account.named(principal.account().unwrap_or_default());
        }
        Principal::Aws(_) => ScopeKind::Principal,
        _ => ScopeKind::Other,
    };
    kind.named(principal.value())
}

/// Whom a Deny spares of everybody.
fn spared_by(deny: &Statement, present: &Present) -> Limit {
    let by_name = match &deny.principals {
        Principals::Only(listed) if listed.iter().any(Principal::is_everyone) => {
            Limit::to(Reach::Nobody)
        }
        Principals::AllBut(listed) if !listed.is_empty() => {
            let reach = listed.iter().map(reach_of).max();
            let reach = reach.unwrap_or(Reach::Everyone);
            let public = reach.is_public();
            let scopes = listed.iter().filter(|_| !public).map(scope_of).collect();
            Limit { reach, scopes }
        }
        _ => return Limit::none(),
    };
    // All conditions must hold for the Deny to strike: one that does not is enough to be spared.
    deny.conditions
        .iter()
        .map(|condition| when_unmet(condition, present))
        .fold(by_name, Limit::or)
}

fn strikes_everyone(deny: &Statement) -> bool {
    deny.effect == Effect::Deny
        && matches!(&deny.principals, Principals::Only(listed) if listed.iter().any(Principal::is_everyone))
}
