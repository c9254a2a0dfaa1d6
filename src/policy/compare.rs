//! Values of a condition, read once, and compared with the values of requests.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::operator::{Base, Operator};
use crate::pattern::{Case, Language, Pattern, Substitutes, Variables};
use crate::truth::Truth;

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Texts(Vec<Pattern>),
    Arns(Vec<ArnPattern>),
    Networks(Vec<IpNet>),
    Numbers(Vec<Number>),
    Dates(Vec<Timestamp>),
    Bytes(Vec<String>),
    /// For each value whether the key must be missing.
    Null(Vec<bool>),
    /// An operator not known, or a value that is not of its kind.
    Unreadable,
}

impl Test {
    pub(crate) fn new(operator: &Operator, values: &[String], language: Language) -> Self {
        Self::read(operator, values, language).unwrap_or(Self::Unreadable)
    }

    fn read(operator: &Operator, values: &[String], language: Language) -> Option<Self> {
        let texts = values.iter().map(String::as_str);
        Some(match operator.base {
            Base::StringEquals | Base::Bool => {
                Self::Texts(texts.map(|text| Pattern::literal(text, language)).collect())
            }
            Base::StringLike => {
                Self::Texts(texts.map(|text| Pattern::glob(text, language)).collect())
            }
            Base::Arn => Self::Arns(texts.map(|text| ArnPattern::new(text, language)).collect()),
            Base::IpAddress => Self::Networks(texts.map(network).collect::<Option<_>>()?),
            Base::Numeric => Self::Numbers(texts.map(Number::read).collect::<Option<_>>()?),
            Base::Date => Self::Dates(texts.map(time).collect::<Option<_>>()?),
            Base::Binary => Self::Bytes(texts.map(unpadded).collect()),
            // `Null` takes neither a set operator nor `IfExists`.
            Base::Null if operator.quantifier.is_none() && !operator.if_exists => {
                Self::Null(texts.map(truth_value).collect::<Option<_>>()?)
            }
            Base::Null | Base::Other => return None,
        })
    }

    /// Whether one of the values matches the request's.
    pub(crate) fn matches(
        &self,
        operator: &Operator,
        value: &str,
        request: &impl Substitutes,
    ) -> Truth {
        let compares = |order: Ordering| operator.comparison.accepts(order);
        match self {
            Self::Texts(patterns) => Truth::any(
                patterns
                    .iter()
                    .map(|pattern| pattern.matches_in(value, operator.case, request)),
            ),
            Self::Arns(patterns) => {
                let arn = fields(value);
                Truth::any(
                    patterns
                        .iter()
                        .map(|pattern| pattern.matches(value, &arn, request)),
                )
            }
            Self::Networks(networks) => value
                .parse::<IpAddr>()
                .is_ok_and(|address| networks.iter().any(|network| network.contains(&address)))
                .into(),
            Self::Numbers(numbers) => Number::read(value)
                .is_some_and(|value| {
                    numbers
                        .iter()
                        .filter_map(|number| value.partial_cmp(number))
                        .any(compares)
                })
                .into(),
            Self::Dates(dates) => time(value)
                .is_some_and(|value| dates.iter().any(|date| compares(value.cmp(date))))
                .into(),
            Self::Bytes(bytes) => {
                let value = unpadded(value);
                bytes.contains(&value).into()
            }
            Self::Null(_) | Self::Unreadable => Truth::Unknown,
        }
    }

    /// Whether one of the values matches a text that begins like this and goes on with the name of a
    /// session, which is not known.
    pub(crate) fn matches_session_of(&self, beginning: &str) -> Truth {
        match self {
            Self::Texts(patterns) => Truth::any(
                patterns
                    .iter()
                    .map(|pattern| pattern.matches_session_of(beginning)),
            ),
            _ => Truth::Unknown,
        }
    }

    /// Whether there is no value that it does not match.
    pub(crate) fn matches_everything(&self) -> bool {
        matches!(self, Self::Texts(patterns) if patterns.iter().any(Pattern::is_everything))
    }
}

fn truth_value(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

/// A range, or an address that stands for itself.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Base64 says the same bytes in one way, but for the padding.
fn unpadded(text: &str) -> String {
    text.trim_end_matches('=').to_owned()
}

/// A number: exact where it is whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Whole(i128),
    Decimal(f64),
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        text.parse()
            .map(Self::Whole)
            .ok()
            .or_else(|| text.parse().ok().map(Self::Decimal))
            .filter(|number| !matches!(number, Self::Decimal(value) if !value.is_finite()))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a whole number beside a decimal one is compared as precisely as the decimal one is"
    )]
    fn decimal(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(b)),
            _ => self.decimal().partial_cmp(&other.decimal()),
        }
    }
}

/// A moment: W3C's profile of ISO 8601 (a year, a month, a day, or a time with its zone), or seconds
/// since 1970. A time without a zone is taken for UTC.
///
/// <https://www.w3.org/TR/NOTE-datetime>
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let utc = |date: DateTime| date.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.len() {
        4 if digits => time(&format!("{text}-01-01")),
        7 if text.as_bytes()[4] == b'-' => time(&format!("{text}-01")),
        10 if !digits => text.parse::<Date>().ok().and_then(|day| utc(day.into())),
        _ => match Number::read(text) {
            Some(Number::Whole(seconds)) => Timestamp::from_second(seconds.try_into().ok()?).ok(),
            Some(Number::Decimal(seconds)) => {
                let span = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
                Timestamp::from_duration(span).ok()
            }
            None => text
                .parse::<Timestamp>()
                .ok()
                .or_else(|| text.parse::<DateTime>().ok().and_then(utc)),
        },
    }
}

/// An ARN with wildcards, compared field by field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArnPattern {
    whole: Pattern,
    /// None where fields are missing.
    fields: Option<Box<[Pattern; 6]>>,
}

impl ArnPattern {
    fn new(text: &str, language: Language) -> Self {
        let patterns: Vec<Pattern> = fields(text)
            .iter()
            .map(|field| Pattern::glob(field, language))
            .collect();
        Self {
            whole: Pattern::glob(text, language),
            fields: patterns.try_into().ok().map(Box::new),
        }
    }

    fn matches(&self, value: &str, arn: &[&str], request: &impl Substitutes) -> Truth {
        let Some(own) = &self.fields else {
            // AWS does not say what it makes of a pattern with fewer than six fields. It cannot match
            // what it would not match as text.
            let possible = self
                .whole
                .matches(value, Case::Sensitive, Variables::Anything);
            return if possible {
                Truth::Unknown
            } else {
                Truth::False
            };
        };
        if arn.len() != own.len() {
            return Truth::False;
        }
        Truth::all(
            own.iter()
                .zip(arn)
                .map(|(pattern, field)| pattern.matches_in(field, Case::Sensitive, request)),
        )
    }
}

/// The fields of an ARN, six at most; a colon inside of a variable's name separates nothing.
fn fields(text: &str) -> Vec<&str> {
    let mut fields = Vec::with_capacity(6);
    let mut start = 0;
    let mut in_variable = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if at > 0 && text.as_bytes()[at - 1] == b'$' => in_variable = true,
            b'}' => in_variable = false,
            b':' if !in_variable && fields.len() < 5 => {
                fields.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(&text[start..]);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_of_the_documentation() {
        let second = |text: &str| time(text).map(|at| at.as_second());
        let new_year = Some(1_577_836_800);
        for text in [
            "2020",
            "2020-01",
            "2020-01-01",
            "2020-01-01T00:00Z",
            "2020-01-01T00:00:00Z",
            "2020-01-01T01:00:00+01:00",
            "2020-01-01T00:00:00.00Z",
            "2020-01-01T00:00:00",
            "1577836800",
            "1577836800.0",
        ] {
            assert_eq!(second(text), new_year, "{text}");
        }
        assert_eq!(second("yesterday"), None);
        assert_eq!(second(""), None);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let less = |a: &str, b: &str| Number::read(a) < Number::read(b);
        assert!(less("9", "10"));
        assert!(less("-1", "0.5"));
        assert!(less("9007199254740992", "9007199254740993"));
        assert_eq!(
            Number::read("10").partial_cmp(&Number::read("10.0")),
            Some(Ordering::Equal)
        );
        assert_eq!(Number::read("ten"), None);
        assert_eq!(Number::read("NaN"), None);
    }

    #[test]
    fn fields_of_an_arn_are_six_and_the_last_keeps_its_colons() {
        assert_eq!(
            fields("arn:aws:logs:eu-central-1:1:log-group:a:*"),
            ["arn", "aws", "logs", "eu-central-1", "1", "log-group:a:*"]
        );
        assert_eq!(
            fields("arn:aws:s3:::${aws:username}"),
            ["arn", "aws", "s3", "", "", "${aws:username}"]
        );
        assert_eq!(fields("*"), ["*"]);
    }
}
