//! What the values of conditions say.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::arn;
use crate::{Base, Operator, Pattern};

/// How a number or a time is compared with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How the operator compares; none where it is not about numbers or times.
pub(super) fn comparison(operator: &Operator) -> Option<Comparison> {
    if !matches!(operator.base, Base::Numeric | Base::Date) {
        return None;
    }
    let text = operator.text.to_ascii_lowercase();
    let text = text.strip_suffix("ifexists").unwrap_or(&text);
    // The longer ending first: "lessthanequals" ends with "equals" too.
    [
        ("greaterthanequals", Comparison::GreaterOrEqual),
        ("greaterthan", Comparison::Greater),
        ("lessthanequals", Comparison::LessOrEqual),
        ("lessthan", Comparison::Less),
        ("notequals", Comparison::NotEqual),
        ("equals", Comparison::Equal),
    ]
    .into_iter()
    .find(|(ending, _)| text.ends_with(ending))
    .map(|(_, comparison)| comparison)
}

pub(super) fn has_variable(value: &str) -> bool {
    value.contains("${")
}

pub(super) fn boolean(value: &str) -> Option<bool> {
    let is = |word: &str| value.eq_ignore_ascii_case(word);
    is("true").then_some(true).or(is("false").then_some(false))
}

pub(super) fn number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Seconds since 1970: the W3C's profile of ISO 8601 (<https://www.w3.org/TR/NOTE-datetime>) from a year to fractions
/// of a second, or the seconds themselves. Of what is left out the first is meant, and UTC.
pub(super) fn instant(value: &str) -> Option<f64> {
    let seconds = |at: Timestamp| at.as_duration().as_secs_f64();
    if let Ok(at) = value.parse::<Timestamp>() {
        return Some(seconds(at));
    }
    let whole = match value.len() {
        4 => format!("{value}-01-01"),
        7 => format!("{value}-01"),
        _ => value.to_owned(),
    };
    let is_year = value.len() == 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    if let (true, None) = (
        value.bytes().all(|byte| byte.is_ascii_digit()),
        is_year.then_some(()),
    ) {
        return number(value);
    }
    let day = whole.parse::<Date>().ok().filter(|_| !whole.contains('T'));
    let time = || whole.parse::<DateTime>().ok();
    let at = day.map(DateTime::from).or_else(time)?;
    at.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| seconds(zoned.timestamp()))
}

/// A network, or one address. Bits of the host are ignored, as AWS does.
pub(super) fn network(value: &str) -> Option<IpNet> {
    let net = value.parse::<IpNet>().ok();
    net.or_else(|| value.parse::<IpAddr>().ok().map(IpNet::from))
        .map(|net| net.trunc())
}

/// Whether an ARN operator can make something of it: six fields, or a wildcard or a variable that may be some of them.
pub(super) fn is_arn(value: &str) -> bool {
    let fields = arn::fields(value);
    fields.len() == 6 && fields[0] == "arn" || !Pattern::from(value).is_fixed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_told_apart() {
        let of = |name: &str| comparison(&Operator::from(name));
        assert_eq!(of("NumericLessThan"), Some(Comparison::Less));
        assert_eq!(
            of("NumericLessThanEqualsIfExists"),
            Some(Comparison::LessOrEqual)
        );
        assert_eq!(of("ForAnyValue:DateGreaterThan"), Some(Comparison::Greater));
        assert_eq!(
            of("dategreaterthanequals"),
            Some(Comparison::GreaterOrEqual)
        );
        assert_eq!(of("DateNotEquals"), Some(Comparison::NotEqual));
        assert_eq!(of("NumericEquals"), Some(Comparison::Equal));
        assert_eq!(of("StringEquals"), None);
    }

    #[test]
    fn times_are_read_in_every_form_that_aws_documents() {
        let at = Some(1_577_836_800.0);
        for text in [
            "2020",
            "2020-01",
            "2020-01-01",
            "2020-01-01T00:00Z",
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00.0Z",
            "2020-01-01T01:00:00+01:00",
            "1577836800",
        ] {
            assert_eq!(instant(text), at, "{text}");
        }
        for text in [
            "",
            "tomorrow",
            "2020-13-01",
            "2020-02-30",
            "01.01.2020",
            "2020-01-01 noon",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn networks_are_cidr_or_one_address() {
        assert_eq!(network("203.0.113.7/24"), "203.0.113.0/24".parse().ok());
        assert_eq!(network("203.0.113.7"), "203.0.113.7/32".parse().ok());
        assert_eq!(network("2001:DB8::/32"), "2001:db8::/32".parse().ok());
        assert_eq!(network("203.0.113.0/33"), None);
        assert_eq!(network("203.0.113.*"), None);
    }
}
