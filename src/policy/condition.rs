//! One line of a `Condition` block: an operator, a key, and the values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use std::fmt;

/// A condition: the key compared with the values. Of several values any one is enough, for a negated
/// operator none may match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How to compare.
    pub operator: Operator,
    /// The key as written; case does not matter.
    pub key: String,
    /// What to compare with.
    pub values: Vec<String>,
}

impl Condition {
    /// Whether it is about `key`.
    pub fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
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

/// What a set operator asks of the values of a key that has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// All of them must match. **True when there is none.**
    ForAllValues,
    /// At least one must match. False when there is none.
    ForAnyValue,
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Text, letter by letter; with or without case.
    StringEquals,
    /// Text with wildcards.
    StringLike,
    /// ARNs field by field, with wildcards. `ArnEquals` is the same as `ArnLike`.
    Arn,
    /// Addresses.
    IpAddress,
    /// Whether the key is missing.
    Null,
    /// Truth values.
    Bool,
    /// Numbers, all six comparisons.
    Numeric,
    /// Times, all six comparisons.
    Date,
    /// Bytes.
    Binary,
    /// An operator that this table does not know.
    Other,
}

/// An operator taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// As written.
    pub text: String,
    /// `ForAllValues:` or `ForAnyValue:` in front.
    pub quantifier: Option<Quantifier>,
    /// What it compares.
    pub base: Base,
    /// Whether it holds when nothing matches.
    pub negated: bool,
    /// `IfExists` behind: true when the key is missing.
    pub if_exists: bool,
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Lower-case name, what it compares, whether negated.
static OPERATORS: &[(&str, Base, bool)] = &[
    ("stringequals", Base::StringEquals, false),
    ("stringnotequals", Base::StringEquals, true),
    ("stringequalsignorecase", Base::StringEquals, false),
    ("stringnotequalsignorecase", Base::StringEquals, true),
    ("stringlike", Base::StringLike, false),
    ("stringnotlike", Base::StringLike, true),
    ("arnequals", Base::Arn, false),
    ("arnlike", Base::Arn, false),
    ("arnnotequals", Base::Arn, true),
    ("arnnotlike", Base::Arn, true),
    ("ipaddress", Base::IpAddress, false),
    ("notipaddress", Base::IpAddress, true),
    ("null", Base::Null, false),
    ("bool", Base::Bool, false),
    ("numericequals", Base::Numeric, false),
    ("numericnotequals", Base::Numeric, true),
    ("numericlessthan", Base::Numeric, false),
    ("numericlessthanequals", Base::Numeric, false),
    ("numericgreaterthan", Base::Numeric, false),
    ("numericgreaterthanequals", Base::Numeric, false),
    ("dateequals", Base::Date, false),
    ("datenotequals", Base::Date, true),
    ("datelessthan", Base::Date, false),
    ("datelessthanequals", Base::Date, false),
    ("dategreaterthan", Base::Date, false),
    ("dategreaterthanequals", Base::Date, false),
    ("binaryequals", Base::Binary, false),
];

impl From<&str> for Operator {
    fn from(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Some(Quantifier::ForAllValues), rest),
            Some(("foranyvalue", rest)) => (Some(Quantifier::ForAnyValue), rest),
            _ => (None, lower.as_str()),
        };
        let (name, if_exists) = match rest.strip_suffix("ifexists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (base, negated) = OPERATORS
            .iter()
            .find(|(known, _, _)| *known == name)
            .map_or((Base::Other, false), |(_, base, negated)| (*base, *negated));
        Self {
            text: text.to_owned(),
            quantifier,
            base,
            negated,
            if_exists,
        }
    }
}

impl Operator {
    /// Whether a request without the key satisfies it: negated operators, `…IfExists` and
    /// `ForAllValues:` do; `ForAnyValue:` never does, whatever follows.
    pub fn true_when_missing(&self) -> bool {
        match self.quantifier {
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) => false,
            None => self.negated || self.if_exists,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_secret_is_not_repeated() {
        let shown = |key: &str| {
            Condition {
                operator: Operator::from("StringLike"),
                key: key.to_owned(),
                values: vec!["hunter2*".to_owned()],
            }
            .to_string()
        };
        assert_eq!(shown("aws:userid"), "StringLike aws:userid hunter2*");
        assert!(!shown("lambda:eventSourceToken").contains("hunter2"));
    }

    #[test]
    fn an_operator_is_taken_apart_whatever_its_case() {
        let operator = Operator::from("forAnyValue:StringNotLikeIfExists");
        assert_eq!(operator.quantifier, Some(Quantifier::ForAnyValue));
        assert_eq!(operator.base, Base::StringLike);
        assert!(operator.negated && operator.if_exists);
    }

    #[test]
    fn every_operator_of_the_documentation_is_known() {
        for (name, _, _) in OPERATORS {
            assert_ne!(Operator::from(*name).base, Base::Other, "{name}");
            let optional = format!("{name}IfExists");
            assert_ne!(Operator::from(&*optional).base, Base::Other, "{optional}");
        }
        assert_eq!(Operator::from("StringResembles").base, Base::Other);
    }

    #[test]
    fn a_missing_key_satisfies_what_the_documentation_says_it_does() {
        let missing = |name: &str| Operator::from(name).true_when_missing();
        assert!(!missing("StringEquals"));
        assert!(missing("StringEqualsIfExists"));
        assert!(missing("StringNotEquals"));
        assert!(missing("StringNotEqualsIfExists"));
        assert!(missing("ForAllValues:StringEquals"));
        assert!(!missing("ForAnyValue:StringNotEquals"));
    }
}
