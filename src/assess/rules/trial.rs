//! The tests that a rule brings with it.

use std::fmt::Write as _;

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

impl Trial {
    /// Whether the rule said what was expected.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }

    /// How tests ended, rule by rule, in lines: of what failed the place, what was expected and what the rule said. The
    /// tests of a rule stand together, as [`super::Rules::test`] has them.
    pub fn summary(trials: &[Self]) -> String {
        let mut text = String::new();
        let (mut rules, mut failed_rules) = (0, 0);
        for of_rule in trials.chunk_by(|one, next| one.rule == next.rule) {
            rules += 1;
            let failed: Vec<&Self> = of_rule.iter().filter(|it| !it.passed()).collect();
            failed_rules += usize::from(!failed.is_empty());
            let rule = of_rule.first().map_or("", |first| first.rule);
            // Writing to a String cannot fail.
            let _ = if failed.is_empty() {
                writeln!(text, "{rule}: passed, {}", counted(of_rule.len(), "test"))
            } else {
                writeln!(text, "{rule}: FAILED")
            };
            for trial in failed {
                let why = trial.failure.as_deref().unwrap_or_default();
                let (file, line, name) = (&trial.file, trial.line, &trial.name);
                let _ = writeln!(text, "  {file}:{line}: {name}\n    {why}");
            }
        }
        let passed_rules = rules - failed_rules;
        let _ = writeln!(
            text,
            "\n{}: {passed_rules} passed, {failed_rules} failed",
            counted(rules, "rule")
        );
        text
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
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
        let wanted = test.message.as_ref().filter(|it| **it != message);
        let failure = if outcome == test.expect {
            wanted.map(|it| format!("expected the message '{it}', the rule says '{message}'"))
        } else {
            let (expected, said) = (test.expect.as_str(), outcome.as_str());
            let why = if message.is_empty() {
                message
            } else {
                format!(": {message}")
            };
            Some(format!(
                "expected \"{expected}\", the rule says \"{said}\"{why}"
            ))
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

#[cfg(test)]
mod tests {
    use crate::rules::Rules;
    use crate::rules::tests::file_of;

    use super::Trial;

    /// A rule that wants a name, with a test of this outcome and these lines for the name `a`, and one that it meets.
    fn file(id: &str, expect: &str, lines: &str) -> String {
        let rule = file_of("resource.name != ''").replace("acme-rule", id);
        let test = |name: &str, expect: &str, value: &str, lines: &str| {
            format!(
                "[[test]]\nname = \"{name}\"\nexpect = \"{expect}\"\n{lines}\nresource.name = \"{value}\"\n"
            )
        };
        let other = if expect == "pass" { "fail" } else { "pass" };
        let value = if expect == "pass" { "" } else { "a" };
        let met = test("the other side", other, value, "");
        format!("{rule}{}{met}", test("a name", expect, "a", lines))
    }

    fn summary(files: &[(&str, &str)]) -> (bool, String) {
        let rules = Rules::read(files.iter().copied()).expect("rules");
        let trials = rules.test();
        (trials.iter().all(Trial::passed), Trial::summary(&trials))
    }

    #[test]
    fn rules_whose_tests_pass_are_said_with_their_number_of_tests() {
        let right = file("acme-named", "pass", "");
        assert_eq!(
            summary(&[("named.toml", &right)]),
            (
                true,
                "acme-named: passed, 2 tests\n\n1 rule: 1 passed, 0 failed\n".to_owned()
            )
        );
    }

    #[test]
    fn what_failed_is_said_with_its_place_what_was_expected_and_what_was_said() {
        let right = file("acme-named", "pass", "");
        let wrong = file("acme-other", "not_applicable", "");
        let (passed, text) = summary(&[("named.toml", &right), ("other.toml", &wrong)]);
        assert!(!passed);
        assert_eq!(
            text,
            "acme-named: passed, 2 tests\n\
             acme-other: FAILED\n\
             \x20 other.toml:11: a name\n\
             \x20   expected \"not_applicable\", the rule says \"pass\"\n\
             \x20 other.toml:1: a test of a resource that fails\n\
             \x20   the rule has no test that expects \"fail\"\n\
             \n2 rules: 1 passed, 1 failed\n"
        );
    }

    #[test]
    fn a_message_that_is_another_fails_the_test_with_both() {
        let wrong = file("acme-named", "fail", "message = \"no name\"");
        let wrong = wrong.replace("resource.name != ''", "resource.name == ''");
        let (passed, text) = summary(&[("named.toml", &wrong)]);
        assert!(!passed);
        assert!(
            text.contains(
                "  named.toml:11: a name\n    expected the message 'no name', the rule says 'm'\n"
            ),
            "{text}"
        );
    }
}
