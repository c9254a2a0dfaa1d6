//! What is asked: which part of a snapshot, under which assumptions, and what is supposed. A name that the snapshot
//! does not have is refused: to suppose something of nothing would change no figure and say nothing.

use std::collections::BTreeSet;

use tripod_assess::nearest;
use tripod_capacity::{Assumptions, Containment, SupposedThrottle, WhatIf, containment};
use tripod_model::{Account, AccountId, RegionName, RegionStatus, RegionalAccount, Snapshot};

/// Names offered where no near one is known.
const OFFERED: usize = 6;

/// What is asked of a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Only this account.
    pub account: Option<AccountId>,
    /// Only these regions; empty: all.
    pub regions: Vec<RegionName>,
    /// What is taken for given.
    pub assumptions: Assumptions,
    /// What is supposed.
    pub what_if: WhatIf,
}

/// A question that cannot be answered as it stands: the asker's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    /// What is wrong, with the value.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// An account with the regions of it that are asked about.
pub(super) type Chosen<'a> = (&'a Account, Vec<&'a RegionalAccount>);

/// The accounts and regions that a question is about.
pub(super) fn chosen<'a>(
    snapshot: &'a Snapshot,
    question: &Question,
) -> Result<Vec<Chosen<'a>>, Mistake> {
    let accounts = || snapshot.accounts.iter();
    if let Some(id) = &question.account
        && !accounts().any(|account| &account.id == id)
    {
        let ids: Vec<&str> = accounts().map(|account| account.id.as_str()).collect();
        return Err(unknown("account", id.as_str(), "the snapshot", &ids));
    }
    let asked = accounts().filter(|it| question.account.as_ref().is_none_or(|id| id == &it.id));
    let asked: Vec<&Account> = asked.collect();
    let names = asked.iter().flat_map(|account| &account.regions);
    let names: BTreeSet<&str> = names.map(|region| region.name.as_str()).collect();
    let mut wanted = question.regions.iter();
    if let Some(name) = wanted.find(|name| !names.contains(name.as_str())) {
        let names: Vec<&str> = names.into_iter().collect();
        return Err(unknown("region", name.as_str(), "the snapshot", &names));
    }
    let wanted = |region: &&RegionalAccount| {
        question.regions.is_empty() || question.regions.contains(&region.name)
    };
    let with_regions = |account: &'a Account| {
        let regions = account.regions.iter().filter(wanted);
        (account, regions.collect::<Vec<_>>())
    };
    Ok(asked.into_iter().map(with_regions).collect())
}

impl Question {
    /// That every name in the suppositions is one of the snapshot's.
    pub(super) fn check(&self, chosen: &[Chosen<'_>]) -> Result<(), Mistake> {
        let supposed = &self.what_if;
        let regions = || {
            let all = chosen.iter().flat_map(|(_, regions)| regions);
            all.copied()
                .filter(|region| region.status != RegionStatus::Disabled)
        };
        let functions = regions().flat_map(|region| region.lambda.functions.items());
        let functions: BTreeSet<&str> = functions.map(|it| it.name.as_str()).collect();
        let functions: Vec<&str> = functions.into_iter().collect();
        let named = supposed.concurrency.keys().chain(supposed.reserved.keys());
        for name in named {
            if !functions.contains(&name.as_str()) {
                return Err(unknown("function", name, &place(chosen), &functions));
            }
        }
        let subnets = regions().flat_map(|region| region.ec2.subnets.items());
        let zones = subnets.flat_map(|it| [&it.availability_zone, &it.availability_zone_id]);
        let zones: BTreeSet<&str> = zones.flatten().map(String::as_str).collect();
        let zones: Vec<&str> = zones.into_iter().collect();
        for zone in &supposed.lose_zones {
            if !zones.contains(&zone.as_str()) {
                return Err(unknown("zone with a subnet", zone, &place(chosen), &zones));
            }
        }
        let nothing = WhatIf::default();
        let containments = regions().filter_map(|it| containment::of(it, &nothing).ok());
        let containments: Vec<Containment> = containments.collect();
        let known: Vec<(&str, &str)> = regions().flat_map(apis).collect();
        for throttle in &supposed.throttles {
            check_throttle(throttle, &containments, &known, &place(chosen))?;
        }
        Ok(())
    }
}

/// Ids and names of all APIs of a region.
fn apis(region: &RegionalAccount) -> impl Iterator<Item = (&str, &str)> {
    let rest = region.apigateway.rest_apis.items().iter();
    let rest = rest.map(|api| (api.id.as_str(), api.name.as_str()));
    let http = region.apigatewayv2.apis.items().iter();
    rest.chain(http.map(|api| (api.id.as_str(), api.name.as_str())))
}

fn check_throttle(
    throttle: &SupposedThrottle,
    containments: &[Containment],
    apis: &[(&str, &str)],
    place: &str,
) -> Result<(), Mistake> {
    let is_meant = |(id, name): &&(&str, &str)| throttle.api == *id || throttle.api == *name;
    let ids: Vec<&str> = apis.iter().filter(is_meant).map(|(id, _)| *id).collect();
    if ids.is_empty() {
        let known: BTreeSet<&str> = apis.iter().flat_map(|(id, name)| [*id, *name]).collect();
        let known: Vec<&str> = known.into_iter().collect();
        return Err(unknown("API", &throttle.api, place, &known));
    }
    let entries = containments.iter().flat_map(|it| &it.entries);
    let keys = entries.filter_map(|entry| entry.throttle_key.as_deref());
    let keys = keys.filter_map(|key| {
        let mut parts = key.splitn(3, '/');
        let (api, stage, method) = (parts.next()?, parts.next()?, parts.next()?);
        ids.contains(&api).then_some((stage, method))
    });
    let keys: BTreeSet<(&str, &str)> = keys.collect();
    let stages: BTreeSet<&str> = keys.iter().map(|(stage, _)| *stage).collect();
    let stages: Vec<&str> = stages.into_iter().collect();
    let of_api = format!("API '{}' with a function behind it", throttle.api);
    if !stages.contains(&throttle.stage.as_str()) {
        return Err(unknown("stage", &throttle.stage, &of_api, &stages));
    }
    let here = keys.iter().filter(|(stage, _)| *stage == throttle.stage);
    let methods: Vec<&str> = here.map(|(_, method)| *method).collect();
    if throttle.method != "*" && !methods.contains(&throttle.method.as_str()) {
        let of_stage = format!("stage '{}' of {of_api}", throttle.stage);
        return Err(unknown(
            "method or route",
            &throttle.method,
            &of_stage,
            &methods,
        ));
    }
    Ok(())
}

/// The regions in words.
fn place(chosen: &[Chosen<'_>]) -> String {
    let regions = chosen.iter().flat_map(|(_, regions)| regions);
    let enabled = regions.filter(|region| region.status != RegionStatus::Disabled);
    let names: BTreeSet<&str> = enabled.map(|region| region.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] => "the snapshot".to_owned(),
        names => names.join(", "),
    }
}

fn unknown(what: &str, value: &str, place: &str, known: &[&str]) -> Mistake {
    let hint = match (nearest(value, known.iter().copied()), known) {
        (Some(near), _) => format!("did you mean '{near}'?"),
        (None, []) => "the snapshot holds none; scan again, or look into another run".to_owned(),
        (None, some) if some.len() > OFFERED => {
            format!("it has '{}', among others", some[..OFFERED].join("', '"))
        }
        (None, all) => format!("it has '{}'", all.join("', '")),
    };
    Mistake {
        message: format!("there is no {what} '{value}' in {place}"),
        hint,
    }
}
