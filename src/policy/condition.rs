//! One line of a `Condition` block: an operator, a key, and the values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use std::fmt;

use crate::compare::Test;
use crate::context::Seen;
use crate::key::Key;
use crate::operator::{Base, Operator, Quantifier};
use crate::pattern::{Language, Substitutes};
use crate::truth::Truth;

/// A condition: the key compared with the values. Of several values any one is enough, for a negated
/// operator none may match.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// How to compare.
    pub operator: Operator,
    /// The key.
    pub key: Key,
    /// What to compare with.
    pub values: Vec<String>,
    /// The values, ready for comparing.
    test: Test,
}

impl Condition {
    /// A condition of a policy in `language`.
    pub fn new(operator: &str, key: &str, values: Vec<String>, language: Language) -> Self {
        let operator = Operator::from(operator);
        Self {
            test: Test::new(&operator, &values, language),
            operator,
            key: key.into(),
            values,
        }
    }

    /// Whether it is about `key`.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.is(key)
    }

    /// Whether this program knows the operator, and every value is of the operator's kind. AWS takes
    /// no other; what one would mean cannot be said.
    pub fn is_understood(&self) -> bool {
        !matches!(self.test, Test::Unreadable)
    }

    /// Whether it demands by itself that the request carries the key: a positive comparison that is
    /// false when the key is missing, or `Null` with `false`.
    pub fn demands_presence(&self) -> bool {
        match self.operator.base {
            Base::Null => self.is_null("false"),
            Base::Other => false,
            _ => !self.operator.negated && !self.operator.true_when_missing(),
        }
    }

    /// Whether it holds whenever the request lacks the key, so that a Deny with it spares no such
    /// request.
    pub fn holds_when_missing(&self) -> bool {
        match self.operator.base {
            Base::Null => self.is_null("true"),
            Base::Other => false,
            _ => self.operator.true_when_missing(),
        }
    }

    fn is_null(&self, wanted: &str) -> bool {
        matches!(self.values.as_slice(), [value] if value.eq_ignore_ascii_case(wanted))
    }

    /// Whether it holds for what a request has for its key.
    pub(crate) fn holds(&self, seen: &Seen<'_>, request: &impl Substitutes) -> Truth {
        if let Test::Null(wanted) = &self.test {
            let absent = seen.is_absent();
            return Truth::any(wanted.iter().map(|null| match null {
                true => absent,
                false => absent.not(),
            }));
        }
        if !self.is_understood() {
            return Truth::Unknown;
        }
        let one = |value: &str| self.compared(value, request);
        let when_missing = Truth::from(self.operator.true_when_missing());
        match seen {
            Seen::Absent | Seen::Many([]) => when_missing,
            Seen::Present => self.whatever_the_value(),
            Seen::Begins(text) => self.either_way(self.test.matches_session_of(text)),
            Seen::Unknown if self.whatever_the_value() == when_missing => when_missing,
            Seen::Unknown => Truth::Unknown,
            Seen::One(value) => self.quantified(&[value], one),
            Seen::Many(values) => self.quantified(values, one),
        }
    }

    fn compared(&self, value: &str, request: &impl Substitutes) -> Truth {
        self.either_way(self.test.matches(&self.operator, value, request))
    }

    fn either_way(&self, matched: Truth) -> Truth {
        if self.operator.negated {
            matched.not()
        } else {
            matched
        }
    }

    /// What can be said of a key that is there with a value not known.
    fn whatever_the_value(&self) -> Truth {
        if self.test.matches_everything() {
            Truth::from(!self.operator.negated)
        } else {
            Truth::Unknown
        }
    }

    fn quantified<T: AsRef<str>>(&self, values: &[T], one: impl Fn(&str) -> Truth) -> Truth {
        let mut truths = values.iter().map(|value| one(value.as_ref()));
        match self.operator.quantifier {
            // An empty text counts as no value here.
            Some(Quantifier::ForAllValues) if values.iter().all(|v| v.as_ref().is_empty()) => {
                Truth::True
            }
            Some(Quantifier::ForAllValues) => Truth::all(truths),
            Some(Quantifier::ForAnyValue) => Truth::any(truths),
            // AWS wants a set operator for a key with several values, and does not say what happens
            // without one. Where it makes no difference, there is an answer.
            None => {
                let first = truths.next().unwrap_or(Truth::Unknown);
                if truths.all(|truth| truth == first) {
                    first
                } else {
                    Truth::Unknown
                }
            }
        }
    }
}

/// Keys whose values serve as shared secrets: never repeated in a message.
static SECRETS: &[&str] = &["aws:Referer", "lambda:EventSourceToken", "sts:ExternalId"];

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = SECRETS.iter().any(|key| self.is_on(key));
        let values = if secret {
            "(a value not shown)".to_owned()
        } else {
            self.values.join(", ")
        };
        write!(formatter, "{} {} {values}", self.operator, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::condition_key;

    #[test]
    fn a_shared_secret_is_not_repeated() {
        let shown = |key: &str| {
            let values = vec!["hunter2*".to_owned()];
            Condition::new("StringLike", key, values, Language::WithVariables).to_string()
        };
        assert_eq!(shown("aws:userid"), "StringLike aws:userid hunter2*");
        assert!(!shown("lambda:eventSourceToken").contains("hunter2"));
    }

    #[test]
    fn every_key_of_secrets_is_in_the_catalogue() {
        for key in SECRETS {
            assert!(condition_key(key).is_some(), "{key}");
        }
    }
}
