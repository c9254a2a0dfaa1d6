//! Verdicts of quotas and of zones.

use std::collections::BTreeSet;

use super::cures::{Cure, CureKind, Verdict, cheapest, list};
use super::demand::Reckoner;
use super::estate::count;
use super::failure::{Failure, FailureKind};
use super::limits::LimitUse;
use super::region::stopped;
use super::scenarios::{Scenario, Terms};
use super::{Assessed, SubnetAddresses};
use crate::Figure;

const VPC: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html";
const VERSIONS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";

/// Versions of a VPC that alone keep combinations alive, each with the number of combinations.
pub(super) fn in_vpc(subnets: &[SubnetAddresses], vpc: &str) -> Vec<(Vec<String>, i64)> {
    let here = subnets
        .iter()
        .filter(|it| it.vpc_id.as_deref() == Some(vpc));
    here.flat_map(|it| &it.combinations)
        .filter(|it| it.versions_only)
        .map(|it| (it.versions.clone(), 1))
        .collect()
}

pub(super) fn of_limit(
    limit: &Assessed<Vec<LimitUse>>,
    name: Option<String>,
    old: impl FnOnce() -> Vec<(Vec<String>, i64)>,
) -> Option<Verdict> {
    let uses = limit.known().ok()?;
    let short: Vec<&LimitUse> = uses
        .iter()
        .filter(|it| it.headroom.expected.value < 0)
        .collect();
    let worst = short
        .iter()
        .min_by_key(|it| (it.scenario.rank(), it.headroom.expected.value))?;
    let failure = worst.failure.clone()?;
    let deficit = -worst.headroom.expected.value;
    let mut cures = Vec::new();
    let old = old();
    if !old.is_empty() {
        let frees: i64 = old.iter().map(|(_, combinations)| combinations).sum();
        let versions: BTreeSet<String> =
            old.into_iter().flat_map(|(versions, _)| versions).collect();
        let versions: Vec<String> = versions.into_iter().collect();
        cures.push(Cure {
            text: format!("delete the versions {}", list(&versions)),
            kind: CureKind::DeleteVersions { versions },
            frees: Figure::new(
                frees,
                "combinations that published versions alone use",
                [("combinations", frees)],
                VERSIONS,
            ),
            suffices: frees >= deficit,
        });
    }
    let at_least = worst.need.expected.value;
    cures.push(Cure {
        text: format!(
            "ask for {at_least} of {} ({}), or let functions share security groups",
            worst.quota_name, worst.code
        ),
        kind: CureKind::RaiseQuota {
            code: worst.code,
            at_least,
        },
        frees: Figure::new(
            deficit,
            "need - quota",
            [("need", at_least), ("quota", worst.quota.value)],
            QUOTAS,
        ),
        suffices: true,
    });
    Some(Verdict {
        place: failure.place.clone(),
        text: format!(
            "{} has too few interfaces {}: {at_least} needed of a quota of {}",
            name.as_deref().unwrap_or(&failure.place),
            worst.scenario.title(),
            worst.quota.value,
        ),
        place_name: name,
        scenarios: short.iter().map(|it| it.scenario.clone()).collect(),
        deficit: Figure::new(
            deficit,
            "need - quota",
            [("need", at_least), ("quota", worst.quota.value)],
            worst.quota.source,
        ),
        failure,
        cheapest: cheapest(&cures, deficit),
        cures,
        no_cures: Vec::new(),
    })
}

pub(super) fn of_zones(
    reckoner: &Reckoner<'_, '_>,
    scenarios: &[Scenario],
    terms: &[Terms<'_>],
) -> Vec<Verdict> {
    let lost = scenarios.iter().zip(terms).filter_map(|(scenario, terms)| {
        let Scenario::ZoneLost { zone } = scenario else {
            return None;
        };
        let functions = stopped(reckoner.estate, &terms.lost);
        (!functions.is_empty()).then_some((scenario, zone, functions))
    });
    lost.map(|(scenario, zone, functions)| {
        let number = count(functions.len());
        let figure = || {
            Figure::new(
                number,
                "functions with every subnet in the zone",
                [("functions", number)],
                VPC,
            )
        };
        let text = format!("give {} a subnet in another zone", list(&functions));
        let cure = Cure {
            kind: CureKind::AddZone {
                functions: functions.clone(),
            },
            frees: figure(),
            suffices: true,
            text,
        };
        Verdict {
            place: zone.clone(),
            place_name: None,
            scenarios: vec![scenario.clone()],
            deficit: figure(),
            text: format!(
                "with {zone} lost, {} {} nowhere to run",
                list(&functions),
                if number == 1 { "has" } else { "have" }
            ),
            failure: Failure::new(FailureKind::NoSubnetLeft, zone, functions, true),
            cures: vec![cure.clone()],
            cheapest: vec![cure],
            no_cures: Vec::new(),
        }
    })
    .collect()
}
