//! What holds for every account.

use proptest::prelude::*;
use tripod_model::lambda::Function;
use tripod_model::{Observed, RegionalAccount, fixtures};

use super::super::{Assessed, Outcome, RegionAddresses, Scenario, WhatIf, project};
use super::{idle, in_vpc, interfaces, peaks, published, region, report, reserving, set_subnet};
use crate::Assumptions;

const SUBNETS: [&str; 3] = ["s1", "s2", "s3"];
const GROUPS: [&str; 4] = ["sg-1", "sg-2", "sg-3", "sg-4"];

/// A function by the numbers it is made of.
#[derive(Debug, Clone)]
struct Plan {
    subnets: Vec<usize>,
    group: usize,
    reserved: Option<i64>,
    idle: bool,
    version: Option<(usize, bool)>,
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        proptest::sample::subsequence(vec![0, 1, 2], 1..=3),
        0..GROUPS.len(),
        proptest::option::of(0_i64..20_000),
        any::<bool>(),
        proptest::option::of((0..GROUPS.len(), any::<bool>())),
    )
        .prop_map(|(subnets, group, reserved, idle, version)| Plan {
            subnets,
            group,
            reserved,
            idle,
            version,
        })
}

/// Functions, the pool, the free addresses of each subnet, and interfaces that exist.
#[derive(Debug, Clone)]
struct Account {
    plans: Vec<Plan>,
    pool: i64,
    free: i64,
    peak: f64,
    existing: Vec<(usize, usize)>,
}

fn account() -> impl Strategy<Value = Account> {
    (
        proptest::collection::vec(plan(), 1..7),
        0_i64..60_000,
        0_i64..12,
        0_u32..30_000,
        proptest::collection::vec((0..SUBNETS.len(), 0..GROUPS.len()), 0..6),
    )
        .prop_map(|(plans, pool, free, peak, existing)| Account {
            plans,
            pool,
            free,
            peak: f64::from(peak),
            existing,
        })
}

fn function(number: usize, plan: &Plan) -> Function {
    let subnets: Vec<&str> = plan.subnets.iter().map(|at| SUBNETS[*at]).collect();
    let mut function = in_vpc(&format!("f{number}"), &subnets, &[GROUPS[plan.group]]);
    if let Some((group, called)) = plan.version {
        function = published(function, "1", &[GROUPS[group]], called);
    }
    let function = reserving(function, plan.reserved);
    if plan.idle { idle(function) } else { function }
}

fn made(account: &Account) -> RegionalAccount {
    let functions = account.plans.iter().enumerate();
    let functions = functions
        .map(|(number, plan)| function(number, plan))
        .collect();
    let mut region = region(functions, account.pool);
    for id in SUBNETS {
        set_subnet(&mut region, id, "10.0.0.0/27", account.free);
    }
    let existing: Vec<(&str, &[&str])> = account
        .existing
        .iter()
        .map(|(subnet, group)| (SUBNETS[*subnet], &GROUPS[*group..=*group]))
        .collect();
    interfaces(&mut region, &existing);
    peaks(&mut region, Some(account.peak));
    region
}

/// Every outcome by subnet and scenario.
fn outcomes(report: &RegionAddresses) -> Vec<(String, Scenario, Outcome)> {
    let mut all = Vec::new();
    for subnet in &report.subnets {
        for result in &subnet.scenarios {
            if let Assessed::Known(outcome) = &result.outcome {
                let key = (subnet.subnet_id.clone(), result.scenario.clone());
                all.push((key.0, key.1, outcome.clone()));
            }
        }
    }
    all
}

/// The three cases of the need.
fn needs(outcome: &Outcome) -> [i64; 3] {
    let need = &outcome.need;
    [need.low.value, need.expected.value, need.high.value]
}

/// The three cases of what is left.
fn left(outcome: &Outcome) -> [i64; 3] {
    let headroom = &outcome.headroom;
    [
        headroom.low.value,
        headroom.expected.value,
        headroom.high.value,
    ]
}

fn no_less(more: &RegionAddresses, less: &RegionAddresses) -> Result<(), TestCaseError> {
    let (more, less) = (outcomes(more), outcomes(less));
    prop_assert_eq!(more.len(), less.len());
    for ((id, scenario, more), (_, _, less)) in more.iter().zip(&less) {
        for (more, less) in needs(more).into_iter().zip(needs(less)) {
            prop_assert!(more >= less, "{id} {scenario:?}: {more} < {less}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_concurrency_never_needs_fewer_addresses(
        account in account(), at in 0_usize..6, asked in 0_i64..40_000, more in 0_i64..40_000,
    ) {
        let region = made(&account);
        let suppose = |concurrency| {
            let what_if = WhatIf {
                concurrency: [(format!("f{}", at % account.plans.len()), concurrency)].into(),
                ..WhatIf::default()
            };
            project(&region, &Assumptions::default(), &what_if).expect("functions are known")
        };
        no_less(&suppose(asked + more), &suppose(asked))?;

        let mut larger = account.clone();
        larger.pool += more;
        larger.peak += 1_000.0;
        no_less(&report(&made(&larger)), &report(&region))?;
    }

    #[test]
    fn adding_a_subnet_never_lowers_headroom(account in account()) {
        // Every function gets the new subnet s9, which nobody used.
        let before = made(&account);
        let mut after = before.clone();
        if let Observed::Known(subnets) = &mut after.ec2.subnets {
            subnets.push(fixtures::subnet("s9", "d"));
        }
        if let Observed::Known(functions) = &mut after.lambda.functions {
            for function in functions {
                let versions = function.versions.iter_mut().map(|it| &mut it.configuration);
                for configuration in versions.chain([&mut function.configuration]) {
                    if let Some(vpc) = &mut configuration.network.vpc {
                        vpc.subnet_ids.push("s9".to_owned());
                    }
                }
            }
        }
        let (before, after) = (outcomes(&report(&before)), outcomes(&report(&after)));
        for (id, scenario, before) in before {
            let found = after.iter().find(|(other, it, _)| *other == id && *it == scenario);
            let (_, _, after) = found.expect("the subnet is still used");
            for (after, before) in left(after).into_iter().zip(left(&before)) {
                prop_assert!(after >= before, "{id} {scenario:?}: {after} < {before}");
            }
        }
    }

    #[test]
    fn sharing_a_set_never_raises_the_need(
        mut account in account(), from in 0_usize..4, to in 0_usize..4,
    ) {
        // Nothing exists yet: an interface of the set given up would stay for a while.
        account.existing.clear();
        let apart = report(&made(&account));
        for plan in &mut account.plans {
            let moved = |group: &mut usize| if *group == from { *group = to };
            moved(&mut plan.group);
            if let Some((group, _)) = &mut plan.version {
                moved(group);
            }
        }
        no_less(&apart, &report(&made(&account)))?;
    }

    #[test]
    fn order_never_matters(account in account(), seed in any::<u64>()) {
        let region = made(&account);
        let mut turned = region.clone();
        let by = |text: &str| {
            text.bytes().fold(seed, |hash, byte| hash.rotate_left(7).wrapping_mul(31) ^ u64::from(byte))
        };
        if let Observed::Known(functions) = &mut turned.lambda.functions {
            functions.sort_by_key(|function| by(&function.name));
        }
        if let Observed::Known(subnets) = &mut turned.ec2.subnets {
            subnets.sort_by_key(|subnet| by(&subnet.id));
        }
        if let Observed::Known(all) = &mut turned.ec2.network_interfaces {
            all.sort_by_key(|interface| by(&interface.id));
        }
        prop_assert_eq!(report(&region), report(&turned));
    }

    #[test]
    fn the_cases_are_in_order_and_what_is_cured_is_cured(account in account()) {
        let report = report(&made(&account));
        for (id, scenario, outcome) in outcomes(&report) {
            prop_assert!(needs(&outcome).is_sorted(), "{id} {scenario:?}: {:?}", needs(&outcome));
        }
        for verdict in &report.verdicts {
            prop_assert!(verdict.deficit.value > 0);
            let frees: i64 = verdict.cheapest.iter().map(|cure| cure.frees.value).sum();
            prop_assert!(verdict.cheapest.is_empty() || frees >= verdict.deficit.value);
        }
    }
}
