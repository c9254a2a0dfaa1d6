//! What a rule says of resources.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value as Json;
use tripod_checks::{Outcomes, Verdict, View};
use tripod_model::{Evidence, ExchangeId, Unknown};

use super::cel::eval::{Budget, Stop, evaluate};
use super::cel::value::Value;
use super::population::{POPULATIONS, Seen};
use super::{Program, Rule, place};
use crate::{Ran, contained};

/// How many steps an expression may take on one resource: a thousand times what a rule with a loop takes.
pub(super) const STEPS_PER_RESOURCE: u64 = 100_000;

/// How many steps a rule may take on a whole snapshot: some seconds.
pub(super) const STEPS_PER_RULE: u64 = 100_000_000;

/// How long a message may be, in characters.
const MAX_MESSAGE: usize = 1_000;

/// What a rule says of one resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    Pass,
    Fail(String),
    NotApplicable,
    /// It hangs on an answer of AWS that is not known.
    Unknown(Unknown),
    /// It cannot be computed: why, and where in the file.
    Undecided(String),
}

/// A resource and what is around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) resource: &'a Json,
    pub(super) parent: Option<&'a Json>,
    pub(super) account: &'a str,
    pub(super) partition: &'a str,
    pub(super) region: &'a str,
    pub(super) now: Timestamp,
}

impl<'a> Case<'a> {
    /// In the order of [`super::population::Language::variables`].
    fn variables(self) -> Vec<Value<'a>> {
        let text = |text| Value::Text(Cow::Borrowed(text));
        let mut values = vec![
            Value::of(self.resource),
            text(self.account),
            text(self.partition),
            text(self.region),
            Value::Time(self.now),
        ];
        values.extend(self.parent.map(Value::of));
        values
    }
}

/// A rule at work on a snapshot.
struct Running<'r> {
    rule: &'r Rule,
    left: Budget,
    outcomes: Outcomes,
    /// What a panic said that ended it.
    fault: Option<String>,
}

/// Runs rules over a view, in the order given. A resource is written out once for all the rules about it: that takes
/// longer than what most rules ask of it.
pub(super) fn run<'r>(rules: impl Iterator<Item = &'r Rule>, view: &View<'_>) -> Vec<Ran> {
    let mut running: Vec<Running<'r>> = rules.map(Running::of).collect();
    for population in &POPULATIONS {
        let is_about = |it: &&mut Running<'r>| it.rule.population.kind == population.kind;
        let mut about: Vec<&mut Running<'r>> = running.iter_mut().filter(is_about).collect();
        if about.is_empty() {
            continue;
        }
        let ended = contained(|| {
            population.each(view, &mut |seen| {
                let evidence = seen.evidence();
                for rule in &mut about {
                    rule.see(&seen, &evidence, view.run.observed);
                }
            });
        });
        if let Err(fault) = ended {
            for rule in about {
                rule.fault.get_or_insert_with(|| fault.clone());
            }
        }
    }
    running.into_iter().map(Running::ended).collect()
}

impl<'r> Running<'r> {
    fn of(rule: &'r Rule) -> Self {
        Self {
            rule,
            left: Budget(STEPS_PER_RULE),
            outcomes: Outcomes::of(rule.check),
            fault: None,
        }
    }

    /// Says what the rule says of it. A panic ends the rule, and no other one.
    fn see(&mut self, seen: &Seen<'_>, evidence: &[Evidence], now: Timestamp) {
        if self.fault.is_none() {
            self.fault = contained(|| self.say(seen, evidence, now)).err();
        }
    }

    fn say(&mut self, seen: &Seen<'_>, evidence: &[Evidence], now: Timestamp) {
        let (reference, case) = match seen {
            Seen::Unlisted(reference, unknown) => {
                return self.outcomes.say(reference.clone(), Err(unknown.clone()));
            }
            Seen::Resource {
                account,
                reference,
                resource,
                parent,
            } => {
                let case = Case {
                    resource,
                    parent: *parent,
                    account: account.id.as_str(),
                    partition: &account.partition,
                    region: reference.region.as_str(),
                    now,
                };
                (reference.clone(), case)
            }
        };
        let verdict = match self.rule.decide(case, &mut self.left) {
            Decision::Pass => Verdict::pass("in order by this rule"),
            Decision::Fail(message) => Verdict::fail(message),
            Decision::NotApplicable => Verdict::not_applicable("this rule does not speak of it"),
            Decision::Unknown(unknown) => return self.outcomes.say(reference, Err(unknown)),
            Decision::Undecided(problem) => return self.outcomes.undecided(reference, &problem),
        };
        let verdict = verdict.evidence(evidence.to_vec());
        self.outcomes.say(reference, Ok(verdict));
    }

    fn ended(self) -> Ran {
        Ran {
            check: self.rule.check,
            outcomes: self.outcomes,
            fault: self.fault,
        }
    }
}

impl Rule {
    /// Decides about one resource. Takes what it costs from `left`.
    pub(super) fn decide(&self, case: Case<'_>, left: &mut Budget) -> Decision {
        let variables = case.variables();
        if let Some(applies) = &self.applies {
            match self.condition(applies, &variables, left) {
                Ok(true) => {}
                Ok(false) => return Decision::NotApplicable,
                Err(undecided) => return undecided,
            }
        }
        match self.condition(&self.pass, &variables, left) {
            Ok(true) => Decision::Pass,
            Ok(false) => Decision::Fail(self.message(&variables, left)),
            Err(undecided) => undecided,
        }
    }

    fn condition(
        &self,
        program: &Program,
        variables: &[Value<'_>],
        left: &mut Budget,
    ) -> Result<bool, Decision> {
        match evaluated(program, variables, left) {
            Ok(Value::Bool(it)) => Ok(it),
            Ok(other) => {
                let problem = format!("{} is no condition", other.kind());
                Err(self.undecided(program, program.node.place, &problem))
            }
            Err(Stop::Unknown(unknown)) => Err(Decision::Unknown(unknown)),
            Err(Stop::Fault { place, problem }) => Err(self.undecided(program, place, &problem)),
            Err(Stop::Spent) => {
                let problem = if left.0 == 0 {
                    format!("the rule took {STEPS_PER_RULE} steps on resources before this one")
                } else {
                    format!("it takes more than {STEPS_PER_RESOURCE} steps")
                };
                Err(self.undecided(program, program.node.place, &problem))
            }
        }
    }

    fn undecided(&self, program: &Program, place: usize, problem: &str) -> Decision {
        let place = place::in_file(&self.text, program.span.clone(), place);
        let (line, column) = place::line_and_column(&self.text, place);
        Decision::Undecided(format!("{}:{line}:{column}: {problem}", self.file))
    }

    /// What was seen. A failure is said also where its message cannot be made: then the title has to do.
    fn message(&self, variables: &[Value<'_>], left: &mut Budget) -> String {
        match evaluated(&self.message, variables, left) {
            Ok(Value::Text(text)) if !text.trim().is_empty() => {
                text.chars().take(MAX_MESSAGE).collect()
            }
            _ => self.check.title.to_owned(),
        }
    }
}

fn evaluated<'v>(
    program: &'v Program,
    variables: &[Value<'v>],
    left: &mut Budget,
) -> Result<Value<'v>, Stop> {
    let granted = left.0.min(STEPS_PER_RESOURCE);
    let mut budget = Budget(granted);
    let found = evaluate(&program.node, variables, &mut budget);
    // An evaluation that ran dry has left what it could not pay for; it counts as spent.
    let spent = match found {
        Err(Stop::Spent) => granted,
        _ => granted - budget.0,
    };
    left.0 -= spent;
    found
}

impl Seen<'_> {
    /// Where the resource was read.
    fn evidence(&self) -> Vec<Evidence> {
        let Self::Resource { resource, .. } = self else {
            return vec![];
        };
        let sources = resource["sources"].as_object().into_iter().flatten();
        sources
            .filter_map(|(_, source)| {
                Some(Evidence {
                    exchange: ExchangeId::new(source["exchange"].as_str()?),
                    pointer: source["pointer"].as_str()?.to_owned(),
                })
            })
            .collect()
    }
}
