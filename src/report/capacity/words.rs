//! Figures in words, the same in the table and on the page.

use tripod_capacity::addresses::{
    Assessed, Outcome, QuotaBasis, RegionAddresses, Scenario, SubnetAddresses,
};
use tripod_capacity::containment::{Cure, Entry, Rate, Verdict};
use tripod_capacity::quotas::QuotaUse;
use tripod_capacity::trend::{Slope, Trend};
use tripod_capacity::{Band, Figure};

use super::first::When;

/// Names listed of many.
const NAMES: usize = 4;

/// A number with commas between thousands.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

pub(super) fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `1 entry`, `2 entries`.
pub(super) fn counted(count: i64, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", grouped(count))
}

/// Some names, and how many more.
pub(super) fn listed(names: &[String]) -> String {
    match names.get(NAMES..) {
        Some(more) if !more.is_empty() => {
            format!("{} and {} more", names[..NAMES].join(", "), more.len())
        }
        _ => names.join(", "),
    }
}

/// A figure, or what stands for none.
pub(super) fn or(figure: Option<&Figure>, none: &str) -> String {
    figure.map_or_else(|| none.to_owned(), |it| grouped(it.value))
}

/// What an entry can ask for at the expected duration.
pub(super) fn demanded(entry: &Entry) -> String {
    match &entry.demand {
        Some(demand) => or(demand.expected.as_ref(), "more than any bound"),
        None => "an unknown number".to_owned(),
    }
}

/// Low, expected and high demand where they differ.
pub(super) fn demand_band(entry: &Entry) -> String {
    let Some(demand) = &entry.demand else {
        return "not known".to_owned();
    };
    let [low, expected, high] =
        [&demand.low, &demand.expected, &demand.high].map(|it| or(it.as_ref(), "no bound"));
    if low == high {
        expected
    } else {
        format!("{expected} ({low} to {high})")
    }
}

pub(super) fn rate(rate: Rate) -> String {
    if rate.seconds == 1 {
        format!("{} a second", grouped(rate.requests))
    } else {
        format!("{} in {} s", grouped(rate.requests), grouped(rate.seconds))
    }
}

/// A verdict in words. They say it all: a colour only repeats them.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NoFunction => "no function",
        Verdict::Contained => "contained",
        Verdict::OwnFunction => "drains its function",
        Verdict::Pool => "drains the pool",
        Verdict::NotAssessed => "not assessed",
    }
}

/// How many entries have a verdict: `2 drain the pool`.
pub(super) fn tallied(number: i64, of: Verdict) -> String {
    let says = match (of, number) {
        (Verdict::OwnFunction, 2..) => "drain their function",
        (Verdict::Pool, 2..) => "drain the pool",
        (Verdict::NoFunction, _) => "lead to no function",
        (Verdict::NotAssessed, _) => "not assessed",
        (of, _) => verdict(of),
    };
    format!("{} {says}", grouped(number))
}

/// The place of a failure by its name, where it is a subnet or VPC that has one.
pub(super) fn named<'a>(known: &'a RegionAddresses, place: &'a str) -> &'a str {
    let subnets = known.subnets.iter().map(|it| (&it.subnet_id, &it.name));
    let vpcs = known.vpcs.iter().map(|it| (&it.vpc_id, &it.name));
    let found = subnets.chain(vpcs).find(|(id, _)| *id == place);
    found.and_then(|(_, name)| name.as_deref()).unwrap_or(place)
}

/// A quota's name, with the unit where the name does not say it.
pub(super) fn quota_name(row: &QuotaUse) -> String {
    if row.code.as_deref() == Some("L-2ACBD22F") {
        return format!("{}, bytes", row.name);
    }
    row.name.clone()
}

/// What would contain an entry.
pub(super) fn cure_of_entry(cure: &Cure) -> String {
    let (text, becomes) = match cure {
        Cure::Throttle {
            key,
            rate: allowed,
            burst,
            verdict,
        } => {
            let allowed = rate(*allowed);
            let burst = grouped(*burst);
            (
                format!("throttle {key} to {allowed} with a burst of {burst}"),
                verdict,
            )
        }
        Cure::MaximumConcurrency {
            executions,
            verdict,
        } => {
            let text = format!(
                "set the mapping's maximum concurrency to {}",
                grouped(*executions)
            );
            (text, verdict)
        }
        Cure::Reserve {
            function,
            at_least,
            at_most,
            verdict,
        } => {
            let at_most = grouped(*at_most);
            let text = match at_least {
                Some(least) => {
                    format!(
                        "reserve {} to {at_most} executions for {function}",
                        grouped(*least)
                    )
                }
                None => format!("reserve {at_most} executions at most for {function}"),
            };
            (text, verdict)
        }
        Cure::RaiseLimit {
            by,
            reserve,
            verdict,
        } => {
            let by = grouped(*by);
            let text = match reserve {
                Some(reserve) => format!(
                    "ask for {by} executions more for the account, and reserve {} of them",
                    grouped(*reserve)
                ),
                None => format!("ask for {by} executions more for the account"),
            };
            (text, verdict)
        }
    };
    match becomes {
        Verdict::Contained => text,
        other => format!("{text}: then it {}", self::verdict(*other)),
    }
}

/// Expected, with low and high where they differ.
pub(super) fn band(band: &Band) -> String {
    let [low, expected, high] = [&band.low, &band.expected, &band.high].map(|it| grouped(it.value));
    if low == high {
        expected
    } else {
        format!("{expected} ({low} to {high})")
    }
}

/// What is left of a subnet in a scenario, the worst case first.
pub(super) fn left(subnet: &SubnetAddresses, scenario: &Scenario) -> String {
    match subnet.scenario(scenario) {
        None => "lost".to_owned(),
        Some(Assessed::NotAssessed(_)) => "not known".to_owned(),
        Some(Assessed::Known(outcome)) => {
            let left = &outcome.headroom;
            let [best, expected, worst] =
                [&left.low, &left.expected, &left.high].map(|it| grouped(it.value));
            if best == worst {
                expected
            } else {
                format!("{expected} ({worst} to {best})")
            }
        }
    }
}

/// The scenario that leaves the least in the expected case.
pub(super) fn least(subnet: &SubnetAddresses) -> Option<(&Scenario, &Outcome)> {
    let known = subnet.scenarios.iter().filter_map(|it| {
        let outcome = it.outcome.known().ok()?;
        Some((&it.scenario, outcome))
    });
    known.min_by_key(|(_, outcome)| outcome.headroom.expected.value)
}

/// The same in words.
pub(super) fn least_left(subnet: &SubnetAddresses) -> String {
    match least(subnet) {
        None => "not known".to_owned(),
        Some((scenario, outcome)) => format!(
            "{} {}",
            grouped(outcome.headroom.expected.value),
            scenario.title()
        ),
    }
}

pub(super) fn basis(basis: QuotaBasis) -> &'static str {
    match basis {
        QuotaBasis::Applied => "applied",
        QuotaBasis::Default => "AWS's default; what applies was not read",
    }
}

/// When something fails.
pub(super) fn when_words(when: &When) -> String {
    match when {
        When::Now => "Now".to_owned(),
        When::AtPeak => "At the peak of the last 30 days".to_owned(),
        When::AtLimits => "At the limits set".to_owned(),
        When::By { date } => format!("By {}", date.strftime("%Y-%m-%d")),
        When::IfItHappens => "If it happens".to_owned(),
    }
}

/// Where free addresses go.
pub(super) fn trend_words(trend: &Trend) -> String {
    let day = |date: Option<jiff::Timestamp>| date.map(|it| it.strftime("%Y-%m-%d").to_string());
    let pace = |slope: &Slope| {
        format!(
            "{:+.1} a day ({:+.1} to {:+.1}) by {} runs",
            slope.per_day, slope.per_day_low, slope.per_day_high, slope.points
        )
    };
    match trend {
        Trend::Unknown { points, needed } => {
            format!("unknown: {points} of {needed} runs at different times")
        }
        Trend::NotFalling(slope) => format!("does not fall: {}", pace(slope)),
        Trend::Falling {
            slope,
            exhausted,
            earliest,
            latest,
        } => {
            let end = day(*exhausted).map_or_else(
                || "none left in more than 100 years".to_owned(),
                |date| format!("none left on {date}"),
            );
            let early = day(*earliest).unwrap_or_else(|| "later".to_owned());
            let late = day(*latest).unwrap_or_else(|| "never".to_owned());
            format!("{end} (95 %: {early} to {late}); {}", pace(slope))
        }
    }
}
