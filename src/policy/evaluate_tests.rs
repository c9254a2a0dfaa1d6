//! The specification of [`crate::evaluate`], by AWS's own examples. Each test cites the page it is from.

mod conditions;
mod cross_account;
mod examples;
mod forms;
mod openness;
mod organizations;
mod same_account;
mod services;
mod variables;

use tripod_model::{AccountId, Arn, PolicyDocument};

use crate::{
    Attached, Caller, Context, Controls, Decision, Denial, Level, Policies, Policy, Request,
    Resource, Verdict, evaluate, parse,
};

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";

fn policy(text: &str) -> Policy {
    parse(&PolicyDocument(text.to_owned())).expect("a policy")
}

/// A policy of these statements in the current language.
fn statements(statements: &str) -> Policy {
    policy(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

fn allow(actions: &str) -> Policy {
    statements(&format!(
        r#"{{"Sid":"allow","Effect":"Allow","Action":{actions},"Resource":"*"}}"#
    ))
}

fn deny(actions: &str) -> Policy {
    statements(&format!(
        r#"{{"Sid":"deny","Effect":"Deny","Action":{actions},"Resource":"*"}}"#
    ))
}

/// A resource policy that allows everything to a principal.
fn granting(principal: &str) -> Policy {
    statements(&format!(
        r#"{{"Sid":"grant","Effect":"Allow","Principal":{principal},"Action":"*","Resource":"*"}}"#
    ))
}

fn user() -> Caller {
    Caller::user(&Arn::new("arn:aws:iam::111122223333:user/ada")).expect("a user")
}

fn role() -> Caller {
    Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims")).expect("a role")
}

fn root() -> Caller {
    Caller::root(&Arn::new("arn:aws:iam::111122223333:root")).expect("an account")
}

fn queue() -> Resource {
    Resource::new(&Arn::new("arn:aws:sqs:eu-central-1:111122223333:claims"))
}

fn bucket(name: &str, account: &str) -> Resource {
    let arn = Arn::new(format!("arn:aws:s3:::{name}"));
    Resource::new(&arn).owned_by(AccountId::new(account))
}

/// A request in the making, and all policies that bear on it. Everything not said is not there.
struct Case {
    caller: Caller,
    resource: Resource,
    context: Context,
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    session: Option<Policy>,
    scps: Option<Vec<Vec<Policy>>>,
    rcps: Option<Vec<Vec<Policy>>>,
    resource_policy: Option<Policy>,
    endpoint: Option<Policy>,
}

/// The answer without its statements.
#[derive(Debug, PartialEq)]
enum Answer {
    Allowed,
    Explicit,
    Implicit(Vec<String>),
    Depends(Vec<String>),
    NotAssessed(Vec<String>),
}

impl Answer {
    fn of(decision: &Decision<'_>) -> Self {
        fn texts<T: ToString>(list: &[T]) -> Vec<String> {
            list.iter().map(ToString::to_string).collect()
        }
        match &decision.verdict {
            Verdict::Allowed => Self::Allowed,
            Verdict::Denied(Denial::Explicit) => Self::Explicit,
            Verdict::Denied(Denial::Implicit(gaps)) => Self::Implicit(texts(gaps)),
            Verdict::Depends(on) => Self::Depends(texts(on)),
            Verdict::NotAssessed(unseen) => Self::NotAssessed(texts(unseen)),
        }
    }

    fn is_implicit(&self) -> bool {
        matches!(self, Self::Implicit(_))
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::Depends(_))
    }
}

impl Case {
    fn new(caller: Caller, resource: Resource) -> Self {
        Self {
            caller,
            resource,
            context: Context::closed(),
            identity: Vec::new(),
            boundary: None,
            session: None,
            scps: None,
            rcps: None,
            resource_policy: None,
            endpoint: None,
        }
    }

    fn identity(mut self, policy: Policy) -> Self {
        self.identity.push(policy);
        self
    }

    fn boundary(mut self, policy: Policy) -> Self {
        self.boundary = Some(policy);
        self
    }

    fn session(mut self, policy: Policy) -> Self {
        self.session = Some(policy);
        self
    }

    fn resource(mut self, policy: Policy) -> Self {
        self.resource_policy = Some(policy);
        self
    }

    fn endpoint(mut self, policy: Policy) -> Self {
        self.endpoint = Some(policy);
        self
    }

    /// SCPs by level, from the root down.
    fn scps(mut self, levels: Vec<Vec<Policy>>) -> Self {
        self.scps = Some(levels);
        self
    }

    fn rcps(mut self, levels: Vec<Vec<Policy>>) -> Self {
        self.rcps = Some(levels);
        self
    }

    fn context(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// What becomes of an action.
    fn on(&self, action: &str) -> Answer {
        self.decide(action, Answer::of)
    }

    /// The statements that allow it, and those that deny it.
    fn grounds(&self, action: &str) -> (Vec<String>, Vec<String>) {
        self.decide(action, |decision| {
            let texts =
                |list: &[crate::Grounds<'_>]| list.iter().map(ToString::to_string).collect();
            (texts(&decision.granting), texts(&decision.blocking))
        })
    }

    fn decide<T>(&self, action: &str, then: impl FnOnce(&Decision<'_>) -> T) -> T {
        let identity: Vec<_> = self
            .identity
            .iter()
            .map(|policy| Attached::new("own", policy))
            .collect();
        let session: Option<Vec<_>> = self
            .session
            .as_ref()
            .map(|policy| vec![Attached::new("session", policy)]);
        let (scps, rcps) = (attached(self.scps.as_ref()), attached(self.rcps.as_ref()));
        let (scps, rcps) = (levels(scps.as_ref()), levels(rcps.as_ref()));
        let policies = Policies {
            identity: &identity,
            boundary: self.boundary.as_ref().map(|p| Attached::new("boundary", p)),
            session: session.as_deref(),
            scps: controls(scps.as_ref()),
            rcps: controls(rcps.as_ref()),
            resource: self
                .resource_policy
                .as_ref()
                .map(|p| Attached::new("resource", p)),
            endpoint: self.endpoint.as_ref().map(|p| Attached::new("endpoint", p)),
        };
        let request = Request {
            caller: &self.caller,
            action,
            resource: &self.resource,
            context: &self.context,
        };
        then(&evaluate(&request, &policies))
    }
}

const LEVELS: [&str; 4] = ["root", "unit", "unit below", "account"];

fn attached(levels: Option<&Vec<Vec<Policy>>>) -> Option<Vec<Vec<Attached<'_>>>> {
    fn attach(policies: &[Policy]) -> Vec<Attached<'_>> {
        policies
            .iter()
            .map(|policy| Attached::new("org", policy))
            .collect()
    }
    levels.map(|levels| levels.iter().map(|policies| attach(policies)).collect())
}

fn levels<'p>(attached: Option<&'p Vec<Vec<Attached<'p>>>>) -> Option<Vec<Level<'p, 'p>>> {
    let level = |(name, policies): (&&'static str, &'p Vec<Attached<'p>>)| Level { name, policies };
    attached.map(|levels| LEVELS.iter().zip(levels).map(level).collect())
}

fn controls<'p>(levels: Option<&'p Vec<Level<'p, 'p>>>) -> Controls<'p, 'p> {
    levels.map_or(Controls::None, |levels| Controls::Levels(levels))
}
