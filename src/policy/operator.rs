//! Condition operators, taken apart by name.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::fmt;

use crate::pattern::Case;

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

/// How numbers and times are compared: the request's value with the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less or the same.
    LessOrEqual,
    /// More.
    Greater,
    /// More or the same.
    GreaterOrEqual,
}

impl Comparison {
    pub(crate) fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
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
    /// Whether upper and lower case differ, for text.
    pub case: Case,
    /// Which way it compares, for numbers and times.
    pub comparison: Comparison,
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
            case: case_of(name, base),
            comparison: comparison_of(name),
            if_exists,
        }
    }
}

/// `Bool` takes `True` for `true`.
fn case_of(name: &str, base: Base) -> Case {
    if name.ends_with("ignorecase") || base == Base::Bool {
        Case::Insensitive
    } else {
        Case::Sensitive
    }
}

fn comparison_of(name: &str) -> Comparison {
    let endings = [
        ("lessthanequals", Comparison::LessOrEqual),
        ("lessthan", Comparison::Less),
        ("greaterthanequals", Comparison::GreaterOrEqual),
        ("greaterthan", Comparison::Greater),
    ];
    endings
        .into_iter()
        .find(|(ending, _)| name.ends_with(ending))
        .map_or(Comparison::Equal, |(_, comparison)| comparison)
}

impl Operator {
    /// Whether a request without the key satisfies it: negated operators, `…IfExists` and
    /// `ForAllValues:` do; `ForAnyValue:` does only with `…IfExists`.
    pub fn true_when_missing(&self) -> bool {
        match self.quantifier {
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) => self.if_exists,
            None => self.negated || self.if_exists,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_direction_of_a_comparison_is_read_from_its_whole_ending() {
        let direction = |name: &str| Operator::from(name).comparison;
        assert_eq!(direction("NumericLessThan"), Comparison::Less);
        assert_eq!(
            direction("DateLessThanEqualsIfExists"),
            Comparison::LessOrEqual
        );
        assert_eq!(direction("DateGreaterThan"), Comparison::Greater);
        assert_eq!(
            direction("NumericGreaterThanEquals"),
            Comparison::GreaterOrEqual
        );
        assert_eq!(direction("NumericNotEquals"), Comparison::Equal);
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
        assert!(missing("ForAnyValue:StringLikeIfExists"));
    }
}
