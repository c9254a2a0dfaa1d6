use super::*;

fn estimate(sizes: &[(Thing, Count)], share: f64) -> Estimate {
    let sizes = sizes.iter().copied().collect();
    Estimate::new(RegionName::new("eu-central-1"), &sizes, 16, share)
}

fn all(count: Count) -> Vec<(Thing, Count)> {
    Thing::ALL.iter().map(|thing| (*thing, count)).collect()
}

#[test]
fn every_operation_of_a_scan_has_a_rule_and_one_only() {
    let mut ruled: Vec<&str> = RULES.iter().map(|(operation, _)| *operation).collect();
    let neighbours = tripod_neighbours::ALL.iter();
    let mut around: Vec<&str> = neighbours.flat_map(|it| it.operations()).collect();
    around.sort_unstable();
    around.dedup();
    ruled.extend(around);
    ruled.sort_unstable();
    assert_eq!(ruled, services::operations());
}

/// The lists of the neighbours that live in a place: each is asked whatever there is.
fn lists(place: Place) -> u64 {
    let neighbours = services::ALL.iter().filter(|it| it.place() == place);
    let lists = neighbours.map(|reader| match reader {
        Reader::Core(_) => 0,
        Reader::Neighbour(neighbour) => neighbour.lists.len() as u64,
    });
    lists.sum()
}

/// What the core asks in a region that holds nothing. Lambda: functions, signing configurations,
/// mappings, settings, layers, capacity providers. API Gateway: APIs, account, keys, plans, domain
/// names, access associations, client certificates, links; of version 2: APIs, domain names, links,
/// portals. KMS: keys, aliases, key stores. CloudTrail: trails, event data stores. EC2: 21 lists.
const EMPTY_REGION: u64 = 6 + 8 + 4 + 3 + 2 + 21;

/// IAM's lists and single answers, a page each.
const EMPTY_IAM: u64 = 14;

#[test]
fn an_empty_region_costs_its_lists() {
    let around = lists(Place::Regional);
    assert_eq!(of_an_empty_region(), EMPTY_REGION + around);
    // The first two questions, and IAM's. IAM may have a page more.
    let empty = estimate(&all(Count::Exactly(0)), 1.0).calls;
    let all = EMPTY_REGION + around + 2 + EMPTY_IAM + lists(Place::Global);
    assert_eq!((empty.at_least, empty.up_to), (all, Some(all + 1)));
}

#[test]
fn each_thing_costs_its_calls() {
    let mut sizes = all(Count::Exactly(0));
    sizes.retain(|(thing, _)| *thing != Functions && *thing != RestApis && *thing != Keys);
    sizes.push((Functions, Count::Exactly(120)));
    sizes.push((RestApis, Count::Exactly(3)));
    sizes.push((Keys, Count::Exactly(7)));
    let calls = estimate(&sizes, 1.0).calls;
    // 120 functions are 3 pages instead of 1, and 5 calls each; 3 APIs are 2 calls each.
    let around = lists(Place::Regional) + lists(Place::Global);
    let fewest = EMPTY_REGION + 2 + EMPTY_IAM + around + 2 + 5 * 120 + 2 * 3;
    assert_eq!(calls.at_least, fewest);
    // Besides, at most 3 calls for each function, 5 for each API, 7 for each key, and 1 for IAM.
    assert_eq!(calls.up_to, Some(fewest + 3 * 120 + 5 * 3 + 7 * 7 + 1));
}

#[test]
fn the_slowest_bucket_sets_the_time() {
    let mut sizes = all(Count::Exactly(0));
    sizes.retain(|(thing, _)| *thing != Functions);
    sizes.push((Functions, Count::Exactly(1000)));
    let whole = estimate(&sizes, 1.0);
    // Lambda's other calls, 15 a second after 15 at once: 20 pages of functions, 1000 times URLs,
    // aliases and recursion, and 4 lists of the account. GetPolicy: 1000 in its own bucket of the same size.
    let fewest = (20.0 + 3000.0 + 4.0 - 15.0) / 15.0;
    assert!((whole.seconds.at_least - fewest).abs() < 1e-9);
    // And, at most, 1000 times provisioned concurrency, invocation settings and runtime.
    let most = (20.0 + 6000.0 + 4.0 - 15.0) / 15.0;
    assert!(
        whole
            .seconds
            .up_to
            .is_some_and(|it| (it - most).abs() < 1e-9)
    );
    assert_eq!(whole.slowest.as_deref(), Some("lambda control plane"));
    // Half the share: half at once, half the rate.
    let half = estimate(&sizes, 0.5).seconds.at_least;
    assert!((half - (3024.0 - 7.5) / 7.5).abs() < 1e-9);
}

#[test]
fn a_nested_bucket_can_be_the_slowest() {
    let sizes = [(RestApis, Count::Exactly(30))];
    // 30 times GetResources, 2.5 a second after 5 at once: 10 s. The fewest 72 calls to API Gateway, 10
    // a second after 40 at once: 3.2 s.
    let estimate = estimate(&sizes, 1.0);
    assert!((estimate.seconds.at_least - 10.0).abs() < 1e-9);
    assert_eq!(estimate.slowest.as_deref(), Some("apigateway:GetResources"));
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let unknown = estimate(&[], 1.0);
    let around = lists(Place::Regional) + lists(Place::Global);
    assert_eq!(
        unknown.calls.at_least,
        EMPTY_REGION + 2 + EMPTY_IAM + around
    );
    assert_eq!((unknown.calls.up_to, unknown.seconds.up_to), (None, None));
    assert_eq!(unknown.counts["functions"], Count::Unknown);
    let mut some = all(Count::Exactly(0));
    some.push((Keys, Count::AtLeast(1000)));
    let open = estimate(&some, 1.0);
    // The 1001st key, if there is one, makes a second page.
    assert_eq!(open.operations["kms:ListKeys"].at_least, 1);
    assert_eq!(open.calls.up_to, None);
}

#[test]
fn few_calls_do_not_wait() {
    let empty = estimate(&all(Count::Exactly(0)), 1.0);
    assert!(empty.seconds.at_least <= 0.0);
    assert_eq!(empty.slowest, None);
}
