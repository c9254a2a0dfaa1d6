//! Who may do a given thing: users and roles of the account, and everyone else whom a resource's policy lets
//! in.

use serde::Serialize;
use tripod_model::{AccountId, Arn};
use tripod_policy::{Attached, Caller, Context, Who, audience};

use crate::access::{Access, AccessError};
use crate::actor::Actor;
use crate::answer::{Answer, OpenCondition, StatementAt, Word};
use crate::target::{Standing, Target};

/// Who may do something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WhoCan {
    /// The actions asked about, sorted.
    pub actions: Vec<String>,
    /// Actions of a pattern that act on nothing the snapshot holds: they were not asked about.
    pub left_out: Vec<String>,
    /// The resources asked about, in order of their ARNs.
    pub resources: Vec<Asked>,
    /// Users and roles of the account that are allowed, or may be, by ARN, action and resource.
    pub holders: Vec<Holder>,
    /// Users and roles that were asked about.
    pub principals: usize,
    /// Everyone else whom a resource's policy lets in, or may.
    pub outsiders: Vec<Outsider>,
}

/// A resource asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The ARN, or `*`.
    pub resource: String,
    /// Its kind, where a snapshot lists such.
    pub kind: Option<&'static str>,
    /// What is to be known of the resource beside the answers; empty where the snapshot holds it.
    pub notes: Vec<String>,
}

/// A user or role, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Its ARN.
    pub principal: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The answer.
    pub answer: Answer,
}

/// Somebody who is no user or role of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outsider {
    /// Everyone, an account, a service, … in words.
    pub who: String,
    /// Whether they are, or act for, somebody outside of the account.
    pub outside: bool,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The answer of the resource's side. Whether their own account lets them ask is not known here.
    pub answer: Answer,
}

impl WhoCan {
    /// Adds the answers to a further question about the same account.
    pub fn add(&mut self, more: Self) {
        self.principals = more.principals;
        self.actions.extend(more.actions);
        self.left_out.extend(more.left_out);
        self.holders.extend(more.holders);
        self.outsiders.extend(more.outsiders);
        for asked in more.resources {
            match self
                .resources
                .binary_search_by(|own| own.resource.cmp(&asked.resource))
            {
                Ok(place) => {
                    let own = &mut self.resources[place].notes;
                    own.extend(asked.notes);
                    own.sort();
                    own.dedup();
                }
                Err(place) => self.resources.insert(place, asked),
            }
        }
        let order = |holder: &Holder| {
            let (principal, action, resource) =
                (&holder.principal, &holder.action, &holder.resource);
            (principal.clone(), action.clone(), resource.clone())
        };
        self.holders.sort_by_cached_key(order);
    }
}

impl Access<'_> {
    /// Who may do any of the actions to any of the resources, each an ARN or `*`. Every user and role is
    /// asked about, and everyone whom the resource's policy may mean.
    ///
    /// # Errors
    /// When an action or a resource is none.
    pub fn who_can(
        &self,
        actions: &[&str],
        resources: &[&str],
        context: &Context,
    ) -> Result<WhoCan, AccessError> {
        let mut who = WhoCan {
            actions: actions.iter().map(|&action| action.to_owned()).collect(),
            left_out: Vec::new(),
            resources: Vec::new(),
            holders: Vec::new(),
            principals: self.principals().count(),
            outsiders: Vec::new(),
        };
        let mut targets = Vec::new();
        for resource in resources {
            let target = self.target(resource)?;
            who.resources.push(Asked {
                resource: (*resource).to_owned(),
                kind: target.kind().map(crate::Kind::as_str),
                notes: self.notes(&target),
            });
            targets.push((*resource, target));
        }
        for principal in self.principals() {
            let actor = self.actor(principal)?;
            for action in actions {
                let may = actor.may(action);
                for (resource, target) in &targets {
                    self.holder(&actor, may, action, (resource, target), context, &mut who)?;
                }
            }
        }
        for action in actions {
            for (resource, target) in &targets {
                who.outsiders
                    .extend(self.outsiders(action, resource, target, context));
            }
        }
        Ok(who)
    }

    /// What is to be known of a resource beside the decisions about it.
    pub fn notes(&self, target: &Target<'_>) -> Vec<String> {
        let standing = match target.standing() {
            Standing::Held | Standing::AccountLevel => None,
            other => Some(other.to_string()),
        };
        let asides = self.asides(target).iter().cloned();
        standing.into_iter().chain(asides).collect()
    }

    /// `may` is [`Actor::may`]: without it, and without a policy of the resource, nothing can allow.
    fn holder<'a>(
        &'a self,
        actor: &Actor<'a>,
        may: bool,
        action: &str,
        (resource, target): (&str, &Target<'a>),
        context: &Context,
        who: &mut WhoCan,
    ) -> Result<(), AccessError> {
        if !may && self.policy_for(action, target).is_none() {
            return Ok(());
        }
        let mut hold = |resource: &str, answer: Answer| {
            who.holders.push(Holder {
                principal: actor.arn().to_string(),
                action: action.to_owned(),
                resource: resource.to_owned(),
                answer,
            });
        };
        let answer = self.answer_on(actor, action, target, context)?;
        if answer.verdict != Word::Denied {
            hold(resource, answer);
            return Ok(());
        }
        for (part, answer) in self.parts(actor, action, resource, context)? {
            hold(&part, answer);
        }
        Ok(())
    }

    /// What is not denied below a resource that ends in `*`: where not all of it is allowed, some may be.
    pub(crate) fn parts(
        &self,
        actor: &Actor<'_>,
        action: &str,
        resource: &str,
        context: &Context,
    ) -> Result<Vec<(String, Answer)>, AccessError> {
        let Some(start) = resource.strip_suffix('*').filter(|start| !start.is_empty()) else {
            return Ok(Vec::new());
        };
        let mut parts = Vec::new();
        for part in actor.patterns_below(start) {
            let answer = self.answer(actor, action, &part, context)?;
            if answer.verdict != Word::Denied {
                parts.push((part, answer));
            }
        }
        Ok(parts)
    }

    fn outsiders(
        &self,
        action: &str,
        resource: &str,
        target: &Target<'_>,
        context: &Context,
    ) -> Vec<Outsider> {
        let own = &self.account().id;
        let Some(attached) = self.policy_for(action, target) else {
            return Vec::new();
        };
        let Some(policy) = attached.policy() else {
            return vec![Outsider {
                who: "anyone".to_owned(),
                outside: true,
                action: action.to_owned(),
                resource: resource.to_owned(),
                answer: Answer {
                    unseen: vec!["the resource's policy is not known".to_owned()],
                    ..Answer::bare(Word::NotAssessed)
                },
            }];
        };
        audience(target.arn(), policy, &[action])
            .into_iter()
            .filter(|class| is_foreign(&class.who, own))
            .filter_map(|class| {
                let answer = self.outsider(&class, &attached, action, target, context);
                (answer.verdict != Word::Denied).then(|| Outsider {
                    who: class.who.to_string(),
                    outside: class.who.is_outside(own),
                    action: action.to_owned(),
                    resource: resource.to_owned(),
                    answer,
                })
            })
            .collect()
    }

    /// What becomes of a request of one of the class. A class within bounds has no member to ask for: what
    /// bounds it is what the answer depends on.
    fn outsider(
        &self,
        class: &tripod_policy::Access,
        attached: &Attached<'_>,
        action: &str,
        target: &Target<'_>,
        context: &Context,
    ) -> Answer {
        let statements = || {
            let all = attached.policy().into_iter().flat_map(|it| &it.statements);
            let named = |index: &usize| class.statements.iter().any(|it| it.index == *index);
            all.filter(move |statement| named(&statement.index))
                .map(|statement| StatementAt {
                    layer: "resource policy".to_owned(),
                    policy: attached.name().to_owned(),
                    sid: statement.sid.clone().filter(|sid| !sid.is_empty()),
                    statement: statement.index + 1,
                    effect: "Allow",
                    conditions: statement
                        .conditions
                        .iter()
                        .map(ToString::to_string)
                        .collect(),
                })
        };
        match witness(&class.who) {
            Some(caller) => {
                let decision = self.admit(&caller, action, target, context);
                Answer::from(&decision)
            }
            None => Answer {
                granting: statements().collect(),
                conditions: statements().flat_map(|at| open(&at, &class.who)).collect(),
                ..Answer::bare(Word::Depends)
            },
        }
    }

    /// Whether the resource is AWS's and not the account's to change: a key that AWS manages, or a role
    /// that it made for a service of its own.
    pub(crate) fn is_aws_owned(&self, arn: &str) -> bool {
        let arn = Arn::new(arn);
        let name = arn.resource().unwrap_or_default();
        name.starts_with("role/aws-service-role/") || self.resources.is_managed_key(arn.as_str())
    }
}

/// What a grant to a class depends on: the conditions, or whether the caller is of the class.
fn open(at: &StatementAt, who: &Who) -> Vec<OpenCondition> {
    let class = [format!("that the caller is one of {who}")];
    let conditions = match at.conditions.as_slice() {
        [] => &class,
        conditions => conditions,
    };
    let open = |condition: &String| OpenCondition {
        condition: condition.clone(),
        must_hold: true,
        statement: at.clone(),
    };
    conditions.iter().map(open).collect()
}

/// Services are told even where they act for the account only: they act for whoever configures them.
fn is_foreign(who: &Who, own: &AccountId) -> bool {
    matches!(who, Who::Service { .. }) || who.is_outside(own)
}

/// Somebody of the class; what holds for them holds for all of it.
fn witness(who: &Who) -> Option<Caller> {
    match who {
        Who::Everyone => Some(Caller::anonymous()),
        Who::Account(id) => Some(Caller::somebody_in(id.clone())),
        Who::Principal(arn) => {
            let arn = Arn::new(arn.as_str());
            // Of a session nothing is known but its account.
            let somebody = || Some(Caller::somebody_in(arn.account()?.parse().ok()?));
            Caller::identity(&arn).ok().or_else(somebody)
        }
        Who::Provider(name) => Some(Caller::federated(name.clone())),
        Who::Service { name, .. } => Some(Caller::service(name.clone())),
        // An account that is nobody's.
        Who::EveryAwsPrincipal => Some(Caller::somebody_in(AccountId::new("000000000000"))),
        Who::Bounded(_) | Who::CanonicalUser(_) | Who::Other(_) => None,
    }
}
