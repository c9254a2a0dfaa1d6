//! How users and roles of an account become its administrator: looked for once for all checks. A function becomes one
//! by its role.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tripod_access::Access;
use tripod_access::escalation::{Answer, Escalation, Path};
use tripod_model::{Account, Arn, Cause, Observed, Unknown};

use crate::{Verdict, permits};

/// By what a path is granted.
const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// The shortest way of each user and role of one account.
#[derive(Debug)]
pub(crate) struct Ways<'s> {
    account: &'s Account,
    to_administrator: BTreeMap<Arn, Answer>,
    /// Why the organisation's policies are not all known.
    unseen: Option<String>,
    /// What was not seen of the account, by the words in which it is told.
    reasons: OnceLock<BTreeMap<String, Unknown>>,
}

impl<'s> Ways<'s> {
    /// Looks for all of them, as far as the policies of the organisation were read. `observed` is the moment of the
    /// snapshot.
    pub(crate) fn of(access: &Access<'s>, observed: Timestamp) -> Result<Self, Unknown> {
        let unseen = access.scps_unseen().map(str::to_owned);
        let account = access.account();
        if access.all_controls_seen() {
            return Ok(Self::by(access, unseen, observed));
        }
        let seen = Access::of(account)?.as_far_as_seen();
        Ok(Self::by(&seen, unseen, observed))
    }

    fn by(access: &Access<'s>, unseen: Option<String>, observed: Timestamp) -> Self {
        let escalation = Escalation::of(access, observed);
        let account = access.account();
        let answers = access.principals().filter_map(|start| {
            let answer = escalation.to_administrator(start).ok()?;
            Some((start.clone(), answer))
        });
        Self {
            to_administrator: answers.collect(),
            account,
            unseen,
            reasons: OnceLock::new(),
        }
    }

    /// The verdict on a user or role, which `name` calls by its name: it is no administrator and
    /// must not become one.
    ///
    /// # Errors
    /// When a way hangs on what was not seen.
    pub(crate) fn verdict(&self, start: &Arn, name: &str) -> Result<Verdict, Unknown> {
        match self.to_administrator.get(start) {
            Some(Answer::No) => Ok(Verdict::pass(format!(
                "no step in the table of escalations makes {name} an administrator"
            ))),
            Some(Answer::Yes(path)) if path.steps.iter().all(|step| step.requests.is_empty()) => {
                Ok(Verdict::not_applicable(format!(
                    "{name} is an administrator already"
                )))
            }
            Some(Answer::Yes(path)) => {
                let failure = escalates(path, name);
                Ok(permits::told(self.unseen.as_deref(), failure))
            }
            Some(Answer::Perhaps(path)) => Err(self.unseen(path)),
            None => Err(failed("the answer does not hold the principal")),
        }
    }

    /// Why a path is not certain.
    fn unseen(&self, path: &Path) -> Unknown {
        let reasons = self.reasons.get_or_init(|| reasons(self.account));
        let known = path.unseen.iter().find_map(|told| {
            let mut reasons = reasons.iter();
            reasons.find(|(words, _)| told.contains(words.as_str()))
        });
        match known {
            Some((_, unknown)) => unknown.clone(),
            None => failed(
                path.unseen
                    .first()
                    .map_or("a way is not known", String::as_str),
            ),
        }
    }
}

fn failed(error: &str) -> Unknown {
    Unknown::Failed {
        operation: DETAILS.to_owned(),
        error: error.to_owned(),
    }
}

fn escalates(path: &Path, name: &str) -> Verdict {
    let deeds: Vec<String> = path
        .steps
        .iter()
        .filter(|step| !step.requests.is_empty())
        .map(|step| format!("{} ({})", step.title, step.to.short()))
        .collect();
    let rules: Vec<&str> = path.steps.iter().map(|step| step.rule).collect();
    let statements: Vec<String> = path
        .steps
        .iter()
        .flat_map(|step| step.requests.iter().flat_map(|request| request.by.clone()))
        .collect();
    let resources: Vec<String> = path
        .steps
        .iter()
        .flat_map(|step| step.resources.clone())
        .collect();
    Verdict::fail(format!(
        "{name} can become an administrator: it {}",
        deeds.join(", then ")
    ))
    .detail("path", path.line())
    .detail("steps", rules)
    .detail("statements", statements)
    .detail("resources", resources)
    .detail("conditions", path.conditions.clone())
}

/// Everything of an account that is not known, by the words of its cause.
fn reasons(account: &Account) -> BTreeMap<String, Unknown> {
    let mut reasons = BTreeMap::new();
    if let Ok(document) = serde_json::to_value(account) {
        collect(&document, &mut reasons);
    }
    reasons
}

fn collect(value: &Value, reasons: &mut BTreeMap<String, Unknown>) {
    match value {
        Value::Object(members) => {
            if let Some(unknown) = unknown(members, value) {
                reasons.insert(Cause::from(unknown.clone()).text(), unknown);
                return;
            }
            members.values().for_each(|member| collect(member, reasons));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, reasons)),
        _ => {}
    }
}

/// What an object says of a value that is not known, if that is what it is.
fn unknown(members: &Map<String, Value>, value: &Value) -> Option<Unknown> {
    let states = ["denied", "failed", "unsupported"];
    if members.len() != 1 || !states.iter().any(|state| members.contains_key(*state)) {
        return None;
    }
    let observed: Observed<Value> = serde_json::from_value(value.clone()).ok()?;
    observed.found().err()
}
