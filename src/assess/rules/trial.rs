//! The tests that a rule brings with it.

use tripod_model::{Cause, Outcome};

use super::cel::eval::Budget;
use super::judge::{Case, Decision, STEPS_PER_RULE};
use super::{Rule, Test};

/// How a test of a rule ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The rule's id.
    pub rule: &'static str,
    /// The file it stands in.
    pub file: String,
    /// The line of the test, from 1.
    pub line: usize,
    /// What is tested.
    pub name: String,
    /// Why it failed; none where the rule said what was expected.
    pub failure: Option<String>,
}

impl Rule {
    pub(super) fn trials(&self) -> Vec<Trial> {
        let mut trials: Vec<Trial> = self.tests.iter().map(|test| self.trial(test)).collect();
        for (outcome, name) in [
            (Outcome::Fail, "a test of a resource that fails"),
            (Outcome::Pass, "a test of a resource that passes"),
        ] {
            if !self.tests.iter().any(|test| test.expect == outcome) {
                let failure = format!("the rule has no test that expects \"{}\"", outcome.as_str());
                trials.push(self.ended(1, name, Some(failure)));
            }
        }
        trials
    }

    fn trial(&self, test: &Test) -> Trial {
        let case = Case {
            resource: &test.resource,
            parent: test.parent.as_ref(),
            account: &test.account,
            partition: &test.partition,
            region: &test.region,
            now: test.now,
        };
        if self.wants_parent() != test.parent.is_some() {
            let failure = "a resource of this type belongs to another: add [test.parent]";
            return self.ended(test.line, &test.name, Some(failure.to_owned()));
        }
        let (outcome, message) = match self.decide(case, &mut Budget(STEPS_PER_RULE)) {
            Decision::Pass => (Outcome::Pass, String::new()),
            Decision::Fail(message) => (Outcome::Fail, message),
            Decision::NotApplicable => (Outcome::NotApplicable, String::new()),
            Decision::Unknown(unknown) => (Outcome::NotAssessed, Cause::from(unknown).text()),
            // Not assessed, too, but no test means that.
            Decision::Undecided(problem) => {
                return self.ended(test.line, &test.name, Some(problem));
            }
        };
        let wrong_message = test.message.as_ref().is_some_and(|it| *it != message);
        let failure = if outcome != test.expect {
            Some(format!(
                "expected \"{}\", the rule says \"{}\": {message}",
                test.expect.as_str(),
                outcome.as_str()
            ))
        } else if wrong_message {
            Some(format!("the message is '{message}'"))
        } else {
            None
        };
        self.ended(test.line, &test.name, failure)
    }

    fn wants_parent(&self) -> bool {
        let language = self.population.language();
        language.variables.iter().any(|(name, _)| name == "parent")
    }

    fn ended(&self, line: usize, name: &str, failure: Option<String>) -> Trial {
        Trial {
            rule: self.check.id,
            file: self.file.clone(),
            line,
            name: name.to_owned(),
            failure,
        }
    }
}
