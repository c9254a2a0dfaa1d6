//! Rules that users write: an expression about a resource in a TOML file, with what a check says of itself.
//!
//! A rule is compiled when it is read, against the types of the snapshot, so that a misspelt name is an error with its
//! place and not a rule that never fires. What it says of a resource is one of four outcomes, like a check's: where it
//! hangs on an answer of AWS that is not known, "not assessed" with the answer's cause.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value as Json;
use tripod_checks::{Check, View};
use tripod_model::Outcome;

mod cel;
mod document;
mod fault;
mod judge;
mod place;
mod population;
mod reported;
mod trial;
mod written;

pub use fault::RuleError;
pub use reported::ReportedRule;
pub use trial::Trial;

use cel::program::Node;
use population::Population;

use crate::Ran;

/// How long the file of a rule may be, in bytes.
pub const MAX_RULE_FILE: usize = 256 * 1024;

/// How many rules there may be.
pub const MAX_RULES: usize = 500;

/// The moment of observation in tests that name none: 2026-01-01T00:00:00Z.
const TEST_DAY: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// Rules, compiled.
#[derive(Clone, Default)]
pub struct Rules(Arc<BTreeMap<&'static str, Rule>>);

/// A rule, compiled.
struct Rule {
    check: &'static Check,
    population: &'static Population,
    references: Vec<String>,
    /// Line and column of the id.
    id_place: (usize, usize),
    file: String,
    text: String,
    applies: Option<Program>,
    pass: Program,
    message: Program,
    tests: Vec<Test>,
}

/// An expression, compiled, and where its text stands in the file.
struct Program {
    node: Node,
    span: Range<usize>,
}

/// A resource made up, and what the rule has to say of it.
struct Test {
    name: String,
    line: usize,
    expect: Outcome,
    message: Option<String>,
    resource: Json,
    parent: Option<Json>,
    account: String,
    partition: String,
    region: String,
    now: Timestamp,
}

impl Rules {
    /// Reads rules, one in a file. Each file is its name, for messages, and its text.
    ///
    /// # Errors
    /// With the first fault of each file that has one.
    pub fn read<'t>(
        files: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, Vec<RuleError>> {
        let mut rules = BTreeMap::<&'static str, Rule>::new();
        let mut errors = Vec::new();
        for (count, (file, text)) in files.into_iter().enumerate() {
            match read_one(count, file, text) {
                Ok(rule) => match rules.get(rule.check.id) {
                    Some(other) => errors.push(rule.namesake(other)),
                    None => {
                        rules.insert(rule.check.id, rule);
                    }
                },
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(Self(Arc::new(rules)))
        } else {
            Err(errors)
        }
    }

    /// What the rules say of themselves, by id.
    pub fn checks(&self) -> Vec<&'static Check> {
        self.0.values().map(|rule| rule.check).collect()
    }

    /// Runs the rules' own tests, by rule. A rule without a test that fails and one that passes is not tested, which
    /// is a failure, too.
    pub fn test(&self) -> Vec<Trial> {
        self.0.values().flat_map(Rule::trials).collect()
    }

    /// Runs the rules that are among the checks, in their order.
    pub(crate) fn run(&self, checks: &[&'static Check], view: &View<'_>) -> Vec<Ran> {
        let chosen = checks.iter().filter_map(|check| self.0.get(check.id));
        judge::run(chosen, view)
    }

    /// What a report says of the rules that are among the checks, by id.
    pub(crate) fn reported(&self, checks: &[&'static Check]) -> Vec<ReportedRule> {
        let ran = |rule: &&Rule| checks.iter().any(|check| check.id == rule.check.id);
        let rules = self.0.values().filter(ran);
        rules
            .map(|rule| ReportedRule::of(rule.check, &rule.references))
            .collect()
    }

    /// Whether a check is one of the rules.
    pub(crate) fn holds(&self, check: &Check) -> bool {
        self.0.contains_key(check.id)
    }
}

impl Rule {
    /// The fault of an id that another rule has.
    fn namesake(&self, other: &Self) -> RuleError {
        let (line, column) = self.id_place;
        let (first, _) = other.id_place;
        RuleError {
            file: self.file.clone(),
            line,
            column: Some(column),
            problem: format!(
                "the id '{}' is that of {}:{first}, too",
                self.check.id, other.file
            ),
            cure: "give one of them another id".to_owned(),
        }
    }
}

fn read_one(count: usize, file: &str, text: &str) -> Result<Rule, RuleError> {
    if count >= MAX_RULES {
        let problem = format!("more than {MAX_RULES} rules");
        return Err(of_file(file, problem, "run them in several goes"));
    }
    if text.len() > MAX_RULE_FILE {
        let problem = format!("a file of {} bytes", text.len());
        let cure = format!("write at most {MAX_RULE_FILE} bytes: one rule a file");
        return Err(of_file(file, problem, cure));
    }
    written::read(file, text)
}

fn of_file(file: &str, problem: String, cure: impl Into<String>) -> RuleError {
    RuleError {
        file: file.to_owned(),
        line: 1,
        column: None,
        problem,
        cure: cure.into(),
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl PartialEq for Rules {
    fn eq(&self, other: &Self) -> bool {
        let texts = |rules: &Self| -> Vec<String> {
            rules.0.values().map(|rule| rule.text.clone()).collect()
        };
        texts(self) == texts(other)
    }
}

impl Eq for Rules {}

#[cfg(test)]
mod tests;
