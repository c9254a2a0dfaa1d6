//! The three questions, put and printed.

use serde::Serialize;
use tripod_access::{Access, Answer, WhoCan, Word};
use tripod_model::Arn;
use tripod_policy::Context;
use tripod_policy::catalogue::Action;

use super::evidence::Evidence;
use super::{Circumstances, context, names, page, print};
use crate::args::{CanArgs, ReachArgs, WhoCanArgs};
use crate::exit::{Exit, Failure};

#[derive(Serialize)]
struct CanQuestion<'a> {
    command: &'static str,
    principal: &'a Arn,
    action: String,
    resource: &'a str,
    #[serde(flatten)]
    circumstances: Circumstances<'a>,
}

/// The answer to `can`.
#[derive(Serialize)]
pub(super) struct CanAnswer {
    #[serde(flatten)]
    pub(super) answer: Answer,
    /// What is to be known of the resource, and of the question, beside the decision.
    pub(super) notes: Vec<String>,
}

pub(super) fn can(args: &CanArgs) -> anyhow::Result<Exit> {
    let evidence = Evidence::read(&args.evidence.snapshot, &[&args.principal, &args.resource])?;
    let access = evidence.access()?;
    let principal = names::principal(&access, &args.principal)?;
    let action = names::action(&args.action)?;
    acts_on_something(action, &args.resource)?;
    let refused = |error| names::refused(&error);
    let actor = access.actor(&principal).map_err(refused)?;
    let target = access.target(&args.resource).map_err(refused)?;
    let name = action.full_name();
    let context = context(&args.circumstances);
    let decided = access
        .answer_on(&actor, &name, &target, &context)
        .map_err(refused)?;
    let mut notes = access.notes(&target);
    notes.extend(misfit(&access, action, &args.resource));
    let answer = CanAnswer {
        answer: decided,
        notes,
    };
    let question = CanQuestion {
        command: "can",
        principal: &principal,
        action: name.clone(),
        resource: &args.resource,
        circumstances: (&args.circumstances).into(),
    };
    let page = || page::can(&principal, &name, &args.resource, &answer);
    print(&evidence, &args.evidence, question, &answer, page)?;
    Ok(match answer.answer.verdict {
        Word::NotAssessed => Exit::NotAssessed,
        Word::Allowed | Word::Depends | Word::Denied => Exit::Done,
    })
}

/// A policy can allow such an action by `"Resource": "*"` alone.
fn acts_on_something(action: &Action, resource: &str) -> Result<(), Failure> {
    if resource == "*" || !action.resource_types.is_empty() {
        return Ok(());
    }
    Err(
        Failure::usage(format!("{} acts on no resource", action.full_name()))
            .hint("ask with '*' in place of the ARN"),
    )
}

/// A remark where AWS knows the action for other resources only, or where any of them may be meant.
fn misfit(access: &Access<'_>, action: &Action, resource: &str) -> Option<String> {
    if resource == "*" && !action.resource_types.is_empty() {
        let name = action.full_name();
        return Some(format!(
            "{name} acts on resources: the answer for '*' is that for all of them at once"
        ));
    }
    let formats = access.formats_unfit(action, resource)?;
    Some(format!(
        "{} acts on {}: a request for this resource is none that AWS gets",
        action.full_name(),
        formats.join(" or ")
    ))
}

#[derive(Serialize)]
struct WhoCanQuestion<'a> {
    command: &'static str,
    action: &'a str,
    resource: Option<&'a str>,
    #[serde(flatten)]
    circumstances: Circumstances<'a>,
}

pub(super) fn who_can(args: &WhoCanArgs) -> anyhow::Result<Exit> {
    let resource = args.resource.as_deref();
    let evidence = Evidence::read(&args.evidence.snapshot, resource.as_slice())?;
    let access = evidence.access()?;
    let actions = names::actions(&args.action)?;
    let context = context(&args.circumstances);
    let single = actions.len() == 1;
    let mut who = WhoCan::default();
    for action in actions {
        match resources(&access, action, resource, single)? {
            Some(resources) => who.add(asked(&access, action, &resources, &context)?),
            None => who.left_out.push(action.full_name()),
        }
    }
    let question = WhoCanQuestion {
        command: "who-can",
        action: &args.action,
        resource,
        circumstances: (&args.circumstances).into(),
    };
    let page = || page::who_can(&args.action, resource, &who, evidence.account());
    print(&evidence, &args.evidence, question, &who, page)?;
    Ok(Exit::Done)
}

/// What an action is asked about. None for one of several that acts on nothing the snapshot holds, or not on
/// what was named: it is no part of the question.
fn resources(
    access: &Access<'_>,
    action: &Action,
    resource: Option<&str>,
    single: bool,
) -> Result<Option<Vec<String>>, Failure> {
    let Some(resource) = resource else {
        let held = access.resources_for(action);
        return Ok(match (held.is_empty(), single) {
            (true, true) => Some(vec!["*".to_owned()]),
            (true, false) => None,
            (false, _) => Some(held),
        });
    };
    if single {
        acts_on_something(action, resource)?;
    } else if access.formats_unfit(action, resource).is_some()
        || (resource != "*" && action.resource_types.is_empty())
    {
        return Ok(None);
    }
    Ok(Some(vec![resource.to_owned()]))
}

fn asked(
    access: &Access<'_>,
    action: &Action,
    resources: &[String],
    context: &Context,
) -> Result<WhoCan, Failure> {
    let name = action.full_name();
    let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
    let mut who = access
        .who_can(&[&name], &resources, context)
        .map_err(|error| names::refused(&error))?;
    for asked in &mut who.resources {
        asked.notes.extend(misfit(access, action, &asked.resource));
    }
    Ok(who)
}

#[derive(Serialize)]
struct ReachQuestion<'a> {
    command: &'static str,
    principal: &'a Arn,
    #[serde(flatten)]
    circumstances: Circumstances<'a>,
}

pub(super) fn reach(args: &ReachArgs) -> anyhow::Result<Exit> {
    let evidence = Evidence::read(&args.evidence.snapshot, &[&args.principal])?;
    let access = evidence.access()?;
    let principal = names::principal(&access, &args.principal)?;
    let reach = access
        .reach(&principal, &context(&args.circumstances))
        .map_err(|error| names::refused(&error))?;
    let question = ReachQuestion {
        command: "reach",
        principal: &principal,
        circumstances: (&args.circumstances).into(),
    };
    let page = || page::reach(&principal, &reach);
    print(&evidence, &args.evidence, question, &reach, page)?;
    Ok(Exit::Done)
}
