//! The engine under test.

use serde_json::Value;
use tripod_model::{AccountId, Arn, PolicyDocument};
use tripod_policy::{
    Attached, Caller, Context, Controls, Level, Membership, Organization, Policies, Policy,
    Request, Resource, Verdict, admitted, evaluate, parse,
};

use crate::situation::{ROLE_ID, Situation, USER_ID, Who};

/// What an engine says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Allowed,
    Denied,
    /// Neither, with the reason: left open, or refused.
    Neither(String),
}

/// Only what does not follow from caller and resource is told.
pub(crate) fn answer(situation: &Situation) -> Answer {
    let caller = caller(situation);
    let membership = membership(situation.owner_organization);
    let resource = Resource::new(&Arn::new(&situation.resource))
        .owned_by(AccountId::new(situation.owner))
        .in_organization(membership)
        .tagged(
            situation
                .resource_tags
                .iter()
                .map(|(tag, value)| (*tag, *value)),
        );
    let context = situation
        .context
        .iter()
        .fold(Context::closed(), |context, (key, values)| {
            context.with_all(key, values.iter().cloned())
        });
    let request = Request {
        caller: &caller,
        action: situation.action,
        resource: &resource,
        context: &context,
    };

    let written = &situation.policies;
    let identity: Vec<Policy> = written.identity.iter().map(read).collect();
    let boundary = written.boundary.as_ref().map(read);
    let session: Option<Vec<Policy>> = written.session.as_ref().map(|policy| vec![read(policy)]);
    let scps = read_levels(&written.scps);
    let rcps = read_levels(&written.rcps);
    let of_resource = written.resource.as_ref().map(read);
    let endpoint = written.endpoint.as_ref().map(read);

    let identity = attach(&identity);
    let session = session.as_deref().map(attach);
    let (scps, rcps) = (attach_levels(&scps), attach_levels(&rcps));
    let (scps, rcps) = (name_levels(&scps), name_levels(&rcps));
    let policies = Policies {
        identity: &identity,
        boundary: boundary
            .as_ref()
            .map(|policy| Attached::new("boundary", policy)),
        session: session.as_deref(),
        scps: controls(&scps),
        rcps: controls(&rcps),
        resource: of_resource
            .as_ref()
            .map(|policy| Attached::new("resource", policy)),
        endpoint: endpoint
            .as_ref()
            .map(|policy| Attached::new("endpoint", policy)),
    };
    let decision = if situation.resource_side {
        admitted(&request, &policies)
    } else {
        evaluate(&request, &policies)
    };
    match decision.verdict {
        Verdict::Allowed => Answer::Allowed,
        Verdict::Denied(_) => Answer::Denied,
        Verdict::Depends(on) => Answer::Neither(listed(&on)),
        Verdict::NotAssessed(unseen) => Answer::Neither(listed(&unseen)),
    }
}

fn listed<T: ToString>(reasons: &[T]) -> String {
    let texts: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

fn caller(situation: &Situation) -> Caller {
    let arn = |text: Option<String>| Arn::new(text.unwrap_or_default());
    let (own, identity) = (arn(situation.who.arn()), arn(situation.who.identity_arn()));
    let caller = match &situation.who {
        Who::User { .. } => Caller::user(&own).map(|user| user.with_id(USER_ID)),
        Who::Session { session, .. } => {
            Caller::role(&identity).map(|role| role.with_id(ROLE_ID).with_session(*session))
        }
        Who::FederatedUser { .. } => Caller::federated_user(&own, Some(&identity)),
        Who::Service { name } => Ok(Caller::service(*name)),
        Who::Anonymous => Ok(Caller::anonymous()),
    };
    caller
        .unwrap_or_else(|error| panic!("the generator makes callers that exist: {error}"))
        .in_organization(membership(situation.caller_organization))
        .tagged(
            situation
                .principal_tags
                .iter()
                .map(|(tag, value)| (*tag, *value)),
        )
}

fn membership(organization: Option<(&str, &str)>) -> Membership {
    organization.map_or(Membership::Alone, |(id, path)| {
        Membership::Member(Organization {
            id: id.to_owned(),
            path: Some(path.to_owned()),
        })
    })
}

fn read(policy: &Value) -> Policy {
    parse(&PolicyDocument(policy.to_string()))
        .unwrap_or_else(|error| panic!("the generator writes policies: {error}: {policy}"))
}

fn read_levels(levels: &[Vec<Value>]) -> Vec<Vec<Policy>> {
    levels
        .iter()
        .map(|level| level.iter().map(read).collect())
        .collect()
}

fn attach(policies: &[Policy]) -> Vec<Attached<'_>> {
    policies
        .iter()
        .map(|policy| Attached::new("policy", policy))
        .collect()
}

fn attach_levels(levels: &[Vec<Policy>]) -> Vec<Vec<Attached<'_>>> {
    levels.iter().map(|level| attach(level)).collect()
}

fn name_levels<'p>(levels: &'p [Vec<Attached<'p>>]) -> Vec<Level<'p>> {
    levels
        .iter()
        .map(|policies| Level {
            name: "level",
            policies,
        })
        .collect()
}

fn controls<'p>(levels: &'p [Level<'p>]) -> Controls<'p> {
    if levels.is_empty() {
        Controls::None
    } else {
        Controls::Levels(levels)
    }
}
