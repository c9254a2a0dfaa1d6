//! Addresses on the page: all scenarios of the region, then each subnet with its picture.

use std::fmt::Write as _;

use tripod_capacity::Figure;
use tripod_capacity::addresses::{Assessed, Outcome, RegionAddresses, SubnetAddresses};

use super::{inputs, number, paragraph, picture, table, words};
use crate::capacity::charts::{self, escaped};
use crate::capacity::first::Shown;
use crate::capacity::report::RegionCapacity;
use crate::capacity::words::{band, grouped, least, least_left, listed, named, trend_words};

pub(super) fn addresses(text: &mut String, region: &RegionCapacity, known: &RegionAddresses) {
    text.push_str("<ul class=\"legend\">");
    for (class, says) in charts::LEGEND {
        let _ = write!(
            text,
            "<li><svg class=\"cap-chart\" viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"12\" height=\"12\"/></svg> {says}</li>"
        );
    }
    text.push_str("</ul>\n");
    let rows = known.scenarios.iter().map(|it| {
        let need = it.sums.need.as_ref();
        let fails = match &it.first_failure {
            None if need.is_none() => words("not assessed"),
            None => words("nothing"),
            Some(failure) => {
                let place = named(known, &failure.place);
                let says = format!("{place}: {}", listed(&failure.stops));
                let high = format!("{says}, in the high case alone");
                if failure.expected {
                    ("short", escaped(&says))
                } else {
                    words(&high)
                }
            }
        };
        vec![
            words(&it.sums.scenario.title()),
            number(&need.map_or_else(|| "not known".to_owned(), band)),
            fails,
        ]
    });
    let header = ["Scenario", "Addresses needed (low to high)", "Fails first"];
    table(
        text,
        "All subnets of the region, by scenario",
        &header,
        rows,
    );
    for subnet in &known.subnets {
        one_subnet(text, region, subnet);
    }
}

fn one_subnet(text: &mut String, region: &RegionCapacity, subnet: &SubnetAddresses) {
    let name = subnet.name.as_deref().unwrap_or(&subnet.subnet_id);
    let short = least(subnet).is_some_and(|(_, it)| it.headroom.expected.value < 0);
    let (open, mark) = if short {
        (" open", ", runs short")
    } else {
        ("", "")
    };
    let zone = subnet
        .availability_zone
        .as_deref()
        .unwrap_or("zone not known");
    let _ = writeln!(
        text,
        "<details{open}><summary><strong>{}</strong> <span class=\"soft\">{}, {}</span>{mark}; the least left: {}</summary>",
        escaped(name),
        escaped(&subnet.subnet_id),
        escaped(zone),
        escaped(&least_left(subnet)),
    );
    picture(text, charts::addresses(subnet));
    by_scenario(text, subnet);
    let sets = subnet.combinations.iter().map(|it| {
        let idle = match (it.versions_only, it.idle) {
            (true, _) => "published versions alone",
            (_, true) => "idle",
            _ => "awake",
        };
        vec![
            words(&it.security_group_ids.join(", ")),
            words(&listed(&it.functions)),
            words(&listed(&it.versions)),
            number(
                &it.interfaces_now
                    .map_or_else(|| "not known".to_owned(), grouped),
            ),
            words(idle),
        ]
    });
    let header = [
        "Security groups",
        "Functions",
        "Versions",
        "Interfaces now",
        "State",
    ];
    table(
        text,
        &format!("{name}, sets of security groups"),
        &header,
        sets,
    );
    if let Some(trend) = region.trends.get(&subnet.subnet_id) {
        paragraph(text, "", &format!("Trend: {}.", trend_words(trend)));
    }
    text.push_str("</details>\n");
}

/// What each scenario needs and leaves. Inputs that all scenarios share stand once, with the formula.
fn by_scenario(text: &mut String, subnet: &SubnetAddresses) {
    let name = subnet.name.as_deref().unwrap_or(&subnet.subnet_id);
    let outcomes = || {
        subnet
            .scenarios
            .iter()
            .filter_map(|it| it.outcome.known().ok())
    };
    let is_shared = |input: &(&'static str, i64)| {
        outcomes().all(|it| it.need.expected.inputs.get(input.0) == Some(&input.1))
    };
    let rows = subnet.scenarios.iter().map(|it| match &it.outcome {
        Assessed::NotAssessed(gap) => vec![
            words(&it.scenario.title()),
            number("not known"),
            number(""),
            words(&format!("{}: {}", gap.input, gap.effect)),
            words(""),
            number(""),
        ],
        Assessed::Known(outcome) => {
            let left = &outcome.headroom;
            let class = if left.expected.value < 0 {
                "n short"
            } else {
                "n"
            };
            vec![
                words(&it.scenario.title()),
                number(&band(&outcome.need)),
                (class, escaped(&band(left))),
                words(&fails(outcome)),
                (
                    "soft",
                    escaped(&inputs(&outcome.need.expected, |it| !is_shared(it))),
                ),
                number(&grouped(outcome.pre_2019.value)),
            ]
        }
    });
    let header = [
        "Scenario",
        "Need (low to high)",
        "Left (low to high need)",
        "What fails, and how it shows",
        "Inputs of the need",
        "Before 2019",
    ];
    table(text, &format!("{name}, by scenario"), &header, rows);
    if let Some(outcome) = outcomes().next_back() {
        let need = &outcome.need.expected;
        formula(
            text,
            &format!("Need, with {}", inputs(need, is_shared)),
            need,
        );
        formula(
            text,
            "Before 2019, a bound of the model of that time and of nothing today",
            &outcome.pre_2019,
        );
    }
}

fn fails(outcome: &Outcome) -> String {
    let Some(failure) = &outcome.failure else {
        return "fits".to_owned();
    };
    let shows: Vec<String> = failure
        .shows
        .iter()
        .map(|it| Shown::from(it).short())
        .collect();
    let says = format!("{}: {}", listed(&failure.stops), shows.join("; "));
    if failure.expected {
        says
    } else {
        format!("in the high case alone: {says}")
    }
}

fn formula(text: &mut String, what: &str, figure: &Figure) {
    let (what, formula, source) = (
        escaped(what),
        escaped(figure.formula),
        escaped(figure.source),
    );
    let _ = writeln!(
        text,
        "<p class=\"soft\">{what} = {formula}; <a href=\"{source}\" rel=\"noopener noreferrer\">source</a>.</p>"
    );
}
