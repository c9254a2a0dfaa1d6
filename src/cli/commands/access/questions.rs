//! The three questions, put and printed.

use serde::Serialize;
use tripod_access::{Access, Answer, Word};
use tripod_model::Arn;
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
    let evidence = Evidence::read(&args.evidence, &[&args.principal, &args.resource])?;
    let access = evidence.access()?;
    let principal = names::principal(&access, &args.principal)?;
    let action = names::action(&args.action)?;
    acts_on_something(action, &args.resource)?;
    let refused = |error| names::refused(&error);
    let actor = access.actor(&principal).map_err(refused)?;
    let target = access.target(&args.resource).map_err(refused)?;
    let name = action.full_name();
    let context = context(&args.circumstances);
    let decision = access
        .decide_on(&actor, &name, &target, &context)
        .map_err(refused)?;
    let mut notes = access.notes(&target);
    notes.extend(misfit(&access, action, &args.resource));
    let answer = CanAnswer {
        answer: Answer::from(&decision),
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

/// A remark where AWS knows the action for other resources only.
fn misfit(access: &Access<'_>, action: &Action, resource: &str) -> Option<String> {
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
    let evidence = Evidence::read(&args.evidence, resource.as_slice())?;
    let access = evidence.access()?;
    let actions = names::actions(&args.action)?;
    let context = context(&args.circumstances);
    let mut who = tripod_access::WhoCan::default();
    for action in actions {
        let name = action.full_name();
        let mut resources = match resource {
            Some(resource) => vec![resource.to_owned()],
            None => access.resources_for(action),
        };
        if resources.is_empty() {
            resources.push("*".to_owned());
        }
        if let [one] = resources.as_slice()
            && one != "*"
            && action.resource_types.is_empty()
        {
            // Of several actions, those that act on nothing are no part of the question.
            if args.action.contains(['*', '?']) {
                continue;
            }
            acts_on_something(action, one)?;
        }
        let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
        let mut more = access
            .who_can(&[&name], &resources, &context)
            .map_err(|error| names::refused(&error))?;
        for asked in &mut more.resources {
            if asked.resource == "*" && !action.resource_types.is_empty() {
                asked.notes.push(format!(
                    "the snapshot holds nothing that {name} acts on: asked about '*', which finds only who \
                     may do it to everything"
                ));
            } else {
                asked.notes.extend(misfit(&access, action, &asked.resource));
            }
        }
        who.add(more);
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

#[derive(Serialize)]
struct ReachQuestion<'a> {
    command: &'static str,
    principal: &'a Arn,
    #[serde(flatten)]
    circumstances: Circumstances<'a>,
}

pub(super) fn reach(args: &ReachArgs) -> anyhow::Result<Exit> {
    let evidence = Evidence::read(&args.evidence, &[&args.principal])?;
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
