//! What a user or role may do to the resources that the snapshot holds.

use serde::Serialize;
use tripod_model::Arn;
use tripod_policy::Context;

use crate::access::{Access, AccessError};
use crate::actor::Actor;
use crate::answer::{Answer, Word};
use crate::deeds::{Deed, Gives, deeds_of};
use crate::grants::with_grants;
use crate::place::Kind;
use crate::target::Target;

/// What a user or role may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Its ARN.
    pub principal: String,
    /// Everything that is allowed, depends, or could not be assessed, by resource and action.
    pub reached: Vec<Reached>,
    /// Requests asked about.
    pub asked: usize,
    /// Of these, requests that are denied.
    pub denied: usize,
    /// Resources asked about, by kind, in order.
    pub resources: Vec<Population>,
    /// Lists that were not read: what is on them is not asked about.
    pub unread: Vec<UnreadList>,
}

/// How many resources of a kind were asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Population {
    /// The kind.
    pub kind: &'static str,
    /// How many.
    pub count: usize,
}

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// The resource's ARN, as far as the answer is about: `…/*` for all objects of a bucket.
    pub resource: String,
    /// The kind of resource.
    pub kind: &'static str,
    /// The action.
    pub action: &'static str,
    /// What it gives.
    pub gives: Gives,
    /// The answer.
    pub answer: Answer,
}

/// A list of resources that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnreadList {
    /// The kind of resource.
    pub kind: &'static str,
    /// The region; none for kinds that have none.
    pub region: Option<String>,
    /// Why not.
    pub reason: String,
}

impl Access<'_> {
    /// What a user or role may do to every resource of the snapshot, by the actions in
    /// [`crate::DEEDS`]. Resources that AWS keeps to itself are left out: keys that it manages, and roles
    /// that it made for its services.
    ///
    /// # Errors
    /// When the account has no such user or role.
    pub fn reach(&self, principal: &Arn, context: &Context) -> Result<Reach, AccessError> {
        let actor = self.actor(principal)?;
        let mut reach = Reach {
            principal: principal.to_string(),
            reached: Vec::new(),
            asked: 0,
            denied: 0,
            resources: Vec::new(),
            unread: self.unread_lists(),
        };
        let mut resources: Vec<(Kind, &str)> = self
            .resources()
            .filter(|(arn, _)| !self.is_aws_owned(arn))
            .map(|(arn, kind)| (kind, arn))
            .collect();
        resources.sort_unstable();
        for (kind, arn) in resources {
            let deeds = || deeds_of(kind);
            if deeds().next().is_none() {
                continue;
            }
            match reach.resources.last_mut() {
                Some(last) if last.kind == kind.as_str() => last.count += 1,
                _ => reach.resources.push(Population {
                    kind: kind.as_str(),
                    count: 1,
                }),
            }
            for deed in deeds() {
                self.reach_by(&actor, deed, arn, context, &mut reach)?;
            }
        }
        Ok(reach)
    }

    fn reach_by(
        &self,
        actor: &Actor<'_>,
        deed: &Deed,
        arn: &str,
        context: &Context,
        reach: &mut Reach,
    ) -> Result<(), AccessError> {
        reach.asked += 1;
        let answer = self.answer(actor, deed.action, &format!("{arn}{}", deed.below), context)?;
        let whole = Reached {
            resource: format!("{arn}{}", deed.below),
            kind: deed.kind.as_str(),
            action: deed.action,
            gives: deed.gives,
            answer,
        };
        if whole.answer.verdict != Word::Denied {
            reach.reached.push(whole);
            return Ok(());
        }
        let parts = self.parts(actor, deed.action, &whole.resource, context)?;
        reach.denied += usize::from(parts.is_empty());
        for (resource, answer) in parts {
            reach.reached.push(Reached {
                resource,
                answer,
                ..whole.clone()
            });
        }
        Ok(())
    }

    /// The answer to one request of a user or role: [`Access::decide`] as an owned value, and with the grants
    /// of a key looked at, which no policy tells of.
    ///
    /// # Errors
    /// When action or resource are none.
    pub fn answer(
        &self,
        actor: &Actor<'_>,
        action: &str,
        resource: &str,
        context: &Context,
    ) -> Result<Answer, AccessError> {
        let target = self.target(resource)?;
        self.answer_on(actor, action, &target, context)
    }

    /// The same for a resource that was looked up before.
    ///
    /// # Errors
    /// When the action is none.
    pub fn answer_on<'a>(
        &'a self,
        actor: &Actor<'a>,
        action: &str,
        target: &Target<'a>,
        context: &Context,
    ) -> Result<Answer, AccessError> {
        let decision = self.decide_on(actor, action, target, context)?;
        let key = target.key.as_deref().unwrap_or(target).arn();
        Ok(match self.resources.grants_of(key) {
            Some(grants) => with_grants(&decision, actor.arn(), action, key, grants),
            None => Answer::from(&decision),
        })
    }

    pub(crate) fn unread_lists(&self) -> Vec<UnreadList> {
        let mut lists: Vec<UnreadList> = self
            .unread()
            .filter(|(kind, _, _)| deeds_of(*kind).next().is_some())
            .map(|(kind, region, reason)| UnreadList {
                kind: kind.as_str(),
                region: (!region.is_empty()).then(|| region.to_owned()),
                reason: reason.to_owned(),
            })
            .collect();
        lists.sort();
        lists
    }
}
