//! What the caller's own side permits, whatever the resource says.

use tripod_policy::{
    Attached, Context, Controls, Decision, Effect, Level, Policies, Request, Resource, Selection,
    StatementsMet, permitted,
};

use crate::access::{Access, AccessError, attached, check_action, levels};
use crate::actor::Actor;
use crate::controls::Held;

impl Access<'_> {
    /// Whether the caller's side lets a request go: identity policies, boundary and service control
    /// policies. The resource's policy is not asked: this is the question about resources that nobody
    /// named ([`tripod_policy::unnamed`]), of which no policy can be seen.
    ///
    /// Service control policies only take away. Most members of an organisation may not read those that
    /// bind them. A level of which not every policy was read is left out, so that "denied" is still
    /// certain, and "allowed" has to be told with what [`Access::scps_unseen`] says.
    ///
    /// # Errors
    /// When the action is none.
    pub fn permits<'a>(
        &'a self,
        actor: &Actor<'a>,
        action: &str,
        resource: &Resource,
        context: &Context,
    ) -> Result<Decision<'a>, AccessError> {
        check_action(action)?;
        Ok(self.with_policies(actor, |policies| {
            let request = Request {
                caller: actor.caller,
                action,
                resource,
                context,
            };
            permitted(&request, policies)
        }))
    }

    /// The statements that such a request meets: what meets the same ones gets the same answer of [`Access::permits`].
    /// None where that is open.
    pub fn statements_met(
        &self,
        actor: &Actor<'_>,
        action: &str,
        resource: &Resource,
        context: &Context,
    ) -> Option<StatementsMet> {
        check_action(action).ok()?;
        self.with_policies(actor, |policies| {
            let request = Request {
                caller: actor.caller,
                action,
                resource,
                context,
            };
            StatementsMet::by(&request, policies)
        })
    }

    /// The policies on the caller's side, without levels of which not every policy was read.
    fn with_policies<'a, T>(
        &self,
        actor: &Actor<'a>,
        ask: impl FnOnce(&Policies<'_, 'a>) -> T,
    ) -> T {
        let scps: Vec<Level<'_, '_>> = levels(&actor.scps)
            .into_iter()
            .filter(|level| level.policies.iter().all(|it| it.policy().is_ok()))
            .collect();
        ask(&Policies {
            identity: &actor.own.identity,
            boundary: actor.own.boundary.clone(),
            scps: match &self.scps {
                Held::None | Held::Unseen(_) => Controls::None,
                Held::Levels(_) => Controls::Levels(&scps),
            },
            ..Policies::default()
        })
    }

    /// The account with those policies of its organisation that could be read; the others are taken for
    /// none. Most members of an organisation may not read what binds them. Such policies only take away, so
    /// that "denied" stays certain, and "allowed" has to be told with what [`Access::scps_unseen`] says of
    /// the account before.
    #[must_use]
    pub fn as_far_as_seen(mut self) -> Self {
        self.scps.forget_unseen();
        self.rcps.forget_unseen();
        self
    }

    /// Whether every policy of the organisation was read, so that [`Access::as_far_as_seen`] leaves nothing out.
    pub fn all_controls_seen(&self) -> bool {
        self.scps.unseen().is_none() && self.rcps.unseen().is_none()
    }

    /// Whether a policy that [`Access::permits`] reads has a condition on this key, or a variable, which may
    /// be it: without one, answers do not hang on the key's value.
    pub fn compares(&self, actor: &Actor<'_>, key: &str) -> bool {
        let scps = actor.scps.iter().flat_map(|(_, policies)| policies);
        let own = actor.own.identity.iter().chain(&actor.own.boundary);
        own.chain(scps)
            .filter_map(|attached| attached.policy().ok())
            .flat_map(|policy| &policy.statements)
            .any(|statement| {
                let mut resources = statement.resources.patterns().iter();
                let mut conditions = statement.conditions.iter();
                resources.any(|pattern| pattern.as_str().contains("${"))
                    || conditions.any(|condition| {
                        let mut values = condition.values.iter();
                        condition.is_on(key) || values.any(|value| value.contains("${"))
                    })
            })
    }

    /// Whether something may take back on one resource what is allowed on every one: a Deny, an Allow with exceptions,
    /// a boundary, a policy that could not be read, or a policy of the organisation. The policy of the resource is
    /// not asked.
    pub fn may_take_back(&self, actor: &Actor<'_>) -> bool {
        let scps = actor.scps.iter().flat_map(|(_, policies)| policies);
        let rcps = attached(&self.rcps);
        let rcps = rcps.iter().flat_map(|(_, policies)| policies);
        let limited = |attached: &Attached<'_>| match attached.policy() {
            Ok(policy) => policy.statements.iter().any(|statement| {
                statement.effect != Effect::Allow
                    || !matches!(statement.resources, Selection::Only(_))
            }),
            Err(_) => true,
        };
        actor.own.boundary.is_some()
            || actor.own.identity.iter().any(limited)
            || scps.chain(rcps).any(limited)
    }

    /// Why it is not known which service control policies bind the account; none where it is known.
    pub fn scps_unseen(&self) -> Option<&str> {
        self.scps.unseen()
    }
}
