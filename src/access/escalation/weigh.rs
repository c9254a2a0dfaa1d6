//! Requests of escalation put to [`Access`], and what their answers are worth.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tripod_model::Arn;
use tripod_policy::{Context, Decision, Denial, Layer, Open, Residual, Statement, Verdict};

use super::facts::{ACTIONS, Actions, place_of};
use super::path::{Granted, Step};
use crate::{Access, Actor, Standing, Target};

/// A request of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Ask {
    pub(crate) action: &'static str,
    /// An ARN or `*`.
    pub(crate) resource: Arc<str>,
    /// What is known of the request beside: keys and values; an empty value says that the key is absent.
    pub(crate) keys: Vec<(&'static str, String)>,
    /// Made by the caller, so that no policy of its own is on it.
    pub(crate) new: bool,
}

impl Ask {
    pub(crate) fn on(action: &'static str, resource: impl Into<Arc<str>>) -> Self {
        Self {
            action,
            resource: resource.into(),
            keys: Vec::new(),
            new: false,
        }
    }

    pub(crate) fn knowing(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.keys.push((key, value.into()));
        self
    }
}

/// How far something is allowed. The better one is the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Allowed, with so many conditions.
    Allowed {
        unseen: u16,
        conditions: u16,
    },
    Denied,
}

impl Weight {
    pub(crate) const FREE: Self = Self::Allowed {
        unseen: 0,
        conditions: 0,
    };

    /// Both have to be.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Allowed { unseen, conditions },
                Self::Allowed {
                    unseen: more,
                    conditions: further,
                },
            ) => Self::Allowed {
                unseen: unseen + more,
                conditions: conditions + further,
            },
            _ => Self::Denied,
        }
    }

    pub(crate) fn is_denied(self) -> bool {
        self == Self::Denied
    }

    pub(crate) fn with_unseen(self, count: usize) -> Self {
        self.and(Self::Allowed {
            unseen: small(count),
            conditions: 0,
        })
    }

    pub(crate) fn with_conditions(self, count: usize) -> Self {
        self.and(Self::Allowed {
            unseen: 0,
            conditions: small(count),
        })
    }
}

fn small(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX / 64)
}

/// One principal asking.
pub(crate) struct Asker<'a> {
    access: &'a Access<'a>,
    pub(crate) actor: Actor<'a>,
    base: Context,
    observed: String,
    /// Actions that a resource's policy grants it, so that its own policies are not all there is.
    pub(crate) by_resource: Actions,
    /// By action of the table: the Allow statements of its identity policies that are about it.
    granting: Vec<OnceLock<Vec<&'a Statement>>>,
}

impl<'a> Asker<'a> {
    /// What is known of every request of a step: it is made now, directly and not by a service that
    /// AWS calls on. A role's credentials live for twelve hours at most, so they are of today.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub(crate) fn new(access: &'a Access<'a>, actor: Actor<'a>, observed: Timestamp) -> Self {
        let mut base = Context::open()
            .at(observed)
            .with("aws:ViaAWSService", "false")
            .without("aws:CalledVia");
        if is_role(actor.arn().as_str()) {
            base = base.with("aws:TokenIssueTime", observed.to_string());
        }
        Self {
            access,
            actor,
            base,
            observed: observed.to_string(),
            by_resource: Actions::default(),
            granting: ACTIONS.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Whether some Allow of its own policies is about the request, or one of a resource may be: cheap,
    /// and false for nearly everything that is denied.
    fn may_be_granted(&self, ask: &Ask) -> bool {
        let Some(place) = place_of(ask.action) else {
            return true;
        };
        let policies = &self.actor.policies().identity;
        let unread = || policies.iter().any(|attached| attached.policy().is_err());
        let granting = self.granting[place].get_or_init(|| {
            let read = policies
                .iter()
                .filter_map(|attached| attached.policy().ok());
            read.flat_map(|policy| policy.allows())
                .filter(|statement| statement.covers_action(ask.action))
                .collect()
        });
        granting
            .iter()
            .any(|statement| statement.covers_resource(&ask.resource))
            || self.by_resource.has(ask.action)
            || unread()
    }

    /// The answer to a request.
    pub(crate) fn decide(&self, ask: &Ask) -> Option<Decision<'a>> {
        let target = self.target(ask)?;
        self.decide_on(ask, &target)
    }

    pub(crate) fn decide_on(&self, ask: &Ask, target: &Target<'a>) -> Option<Decision<'a>> {
        let mut context = self.base.clone();
        let region = ask.resource.split(':').nth(3).unwrap_or_default();
        if !region.is_empty() {
            context = context.with("aws:RequestedRegion", region);
        }
        for (key, value) in &ask.keys {
            context = if value.is_empty() {
                context.without(key)
            } else {
                context.with(key, value.clone())
            };
        }
        let decided = |context: &Context| {
            self.access
                .decide_on(&self.actor, ask.action, target, context)
                .ok()
        };
        let decision = decided(&context)?;
        if !hangs_on_token(&decision) {
            return Some(decision);
        }
        // A user's own key has no token; one that the user gets by GetSessionToken is of today.
        let with = decided(&context.clone().with("aws:TokenIssueTime", &*self.observed))?;
        let without = decided(&context.without("aws:TokenIssueTime"))?;
        Some(match (with.is_denied(), without.is_denied()) {
            (true, true) => with,
            _ => decision,
        })
    }

    fn target(&self, ask: &Ask) -> Option<Target<'a>> {
        let mut target = self.access.target(&ask.resource).ok()?;
        if ask.new && *target.standing() != Standing::Held {
            target.policy = None;
        }
        Some(target)
    }

    pub(crate) fn weigh(&self, ask: &Ask) -> Weight {
        if !self.may_be_granted(ask) {
            return Weight::Denied;
        }
        self.decide(ask).map_or(Weight::Denied, |it| weight(&it))
    }

    pub(crate) fn weigh_all(&self, asks: &[Ask]) -> Weight {
        let mut sum = Weight::FREE;
        for ask in asks {
            sum = sum.and(self.weigh(ask));
            if sum.is_denied() {
                break;
            }
        }
        sum
    }

    /// Writes a request and its grounds into a step.
    pub(crate) fn tell(&self, ask: &Ask, step: &mut Step) {
        let Some(decision) = self.decide(ask) else {
            return;
        };
        step.add(Granted {
            action: ask.action.to_owned(),
            resource: ask.resource.to_string(),
            by: decision.granting.iter().map(ToString::to_string).collect(),
        });
        tell_residuals(ask.action, &decision, step);
    }
}

/// What a decision leaves open, as conditions of a step.
pub(crate) fn tell_residuals(action: &str, decision: &Decision<'_>, step: &mut Step) {
    match &decision.verdict {
        Verdict::Depends(residuals) => {
            for residual in residuals {
                step.condition(&condition(action, residual));
            }
        }
        Verdict::NotAssessed(unseen) => {
            for reason in unseen {
                step.unknown(&reason.to_string());
            }
        }
        Verdict::Allowed | Verdict::Denied(_) => {}
    }
}

fn condition(action: &str, residual: &Residual<'_>) -> String {
    format!("{action}: {residual}")
}

pub(crate) fn is_role(arn: &str) -> bool {
    Arn::new(arn)
        .resource()
        .is_some_and(|name| name.starts_with("role/"))
}

pub(crate) fn weight(decision: &Decision<'_>) -> Weight {
    match &decision.verdict {
        Verdict::Allowed => Weight::FREE,
        Verdict::Denied(_) => Weight::Denied,
        Verdict::Depends(residuals) => Weight::FREE.with_conditions(residuals.len()),
        Verdict::NotAssessed(unseen) => Weight::FREE.with_unseen(unseen.len().max(1)),
    }
}

fn hangs_on_token(decision: &Decision<'_>) -> bool {
    let Verdict::Depends(residuals) = &decision.verdict else {
        return false;
    };
    residuals.iter().any(|residual| {
        matches!(residual.what, Open::Condition(condition) if condition.is_on("aws:TokenIssueTime"))
    })
}

/// What the step before has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// An identity policy of the caller that allows everything. Its boundary, the organisation's
    /// policies and denies hold as before.
    Identity,
    /// A trust policy that names the caller's session, which neither a boundary nor the lack of an
    /// identity policy limits.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session>
    Trust,
}

impl Written {
    fn fills(self, gap: Layer) -> bool {
        match self {
            Self::Identity => matches!(gap, Layer::Identity | Layer::Resource),
            Self::Trust => matches!(
                gap,
                Layer::Identity | Layer::Resource | Layer::Boundary | Layer::Session
            ),
        }
    }

    fn removes_denies_of(self, layer: Layer) -> bool {
        self == Self::Trust && layer == Layer::Resource
    }
}

/// What a request would be worth after the step before.
pub(crate) fn weight_after(written: Written, decision: &Decision<'_>) -> Weight {
    match &decision.verdict {
        Verdict::Allowed => Weight::FREE,
        Verdict::Denied(Denial::Implicit(gaps)) => {
            if gaps.iter().all(|gap| written.fills(gap.layer)) {
                Weight::FREE
            } else {
                Weight::Denied
            }
        }
        Verdict::Denied(Denial::Explicit) => {
            let mut denies = decision.blocking.iter();
            if denies.all(|grounds| written.removes_denies_of(grounds.layer)) {
                Weight::FREE
            } else {
                Weight::Denied
            }
        }
        // Open conditions of an Allow that is written anew do not matter any more.
        Verdict::Depends(residuals) => {
            let left = residuals.iter().filter(|residual| {
                let layer = residual.grounds.layer;
                !(residual.must_hold() && written.fills(layer) || written.removes_denies_of(layer))
            });
            Weight::FREE.with_conditions(left.count())
        }
        Verdict::NotAssessed(unseen) => Weight::FREE.with_unseen(unseen.len().max(1)),
    }
}
