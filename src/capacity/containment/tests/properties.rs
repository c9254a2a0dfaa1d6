//! What holds for every account.

use proptest::prelude::*;
use tripod_model::{Observed, RegionalAccount};

use super::account::{api, function, judged, mapping, measured, region, set_metrics};
use crate::WhatIf;
use crate::containment::{Containment, Entry, Verdict, of};

/// A pool, functions with or without a reservation, their peak and durations.
type Made = (i64, Vec<(Option<i64>, u16, u16)>);

fn accounts() -> impl Strategy<Value = Made> {
    let function = (proptest::option::of(0..200_i64), 0..500_u16, 1..30_000_u16);
    (0..2_000_i64, proptest::collection::vec(function, 1..6))
}

/// Function `f0` behind `POST /claims`; the last one behind a queue.
fn built((pool, made): &Made, rate: u16, burst: u16) -> RegionalAccount {
    let name = |at: usize| format!("f{at}");
    let functions = made.iter().enumerate();
    let functions = functions.map(|(at, (reserved, _, _))| function(&name(at), *reserved));
    let mut region = region(*pool, functions.collect());
    let metrics = made.iter().enumerate().map(|(at, (_, peak, high))| {
        measured(
            &name(at),
            f64::from(*peak),
            f64::from(high / 10),
            f64::from(*high),
        )
    });
    set_metrics(&mut region, metrics.collect());
    let api = api("f0", f64::from(rate), i64::from(burst));
    region.apigateway.rest_apis = Observed::Known(vec![api]);
    let queue = mapping(
        &name(made.len() - 1),
        "arn:aws:sqs:eu-central-1:111122223333:q",
    );
    region.lambda.event_source_mappings = Observed::Known(vec![queue]);
    region
}

fn method(containment: &Containment) -> &Entry {
    let found = containment
        .entries
        .iter()
        .find(|it| it.throttle_key.is_some());
    found.expect("the method is an entry")
}

fn asked(entry: &Entry) -> [i64; 3] {
    let demand = entry.demand.as_ref().expect("the function is known");
    [&demand.low, &demand.expected, &demand.high]
        .map(|it| it.as_ref().map_or(i64::MAX, |it| it.value))
}

proptest! {
    #[test]
    fn a_lower_throttle_never_demands_more(
        made in accounts(), rate in 0..2_000_u16, burst in 0..2_000_u16, less in 0..500_u16, fewer in 0..500_u16,
    ) {
        let before = judged(&built(&made, rate, burst));
        let after = judged(&built(&made, rate.saturating_sub(less), burst.saturating_sub(fewer)));
        for (before, after) in asked(method(&before)).iter().zip(asked(method(&after))) {
            prop_assert!(after <= *before);
        }
        prop_assert!(method(&after).verdict <= method(&before).verdict);
        prop_assert!(method(&after).takes_down <= method(&before).takes_down);
    }

    #[test]
    fn a_throttle_supposed_is_like_one_set(made in accounts(), rate in 0..2_000_u16, burst in 0..2_000_u16) {
        let set = judged(&built(&made, rate, burst));
        let text = format!("a1/prod/*={rate}:{burst}");
        let what_if = WhatIf { throttles: vec![text.parse().expect("a throttle")], ..WhatIf::default() };
        let supposed = of(&built(&made, 9_999, 4_999), &what_if).expect("functions are known");
        prop_assert_eq!(asked(method(&set)), asked(method(&supposed)));
        prop_assert_eq!(method(&set).verdict, method(&supposed).verdict);
    }

    #[test]
    fn more_reserved_for_a_function_never_lets_it_take_more_down(
        made in accounts(), rate in 0..2_000_u16, reserved in 0..500_i64, more in 1..500_i64,
    ) {
        let region = built(&made, rate, 100);
        let with = |reserved| {
            let what_if = WhatIf { reserved: [("f0".to_owned(), reserved)].into(), ..WhatIf::default() };
            of(&region, &what_if).expect("functions are known")
        };
        let (before, less, much) = (judged(&region), with(reserved), with(reserved + more));
        prop_assert!(method(&less).takes_down <= method(&before).takes_down);
        prop_assert!(method(&much).takes_down <= method(&less).takes_down);
        // 0 switches it off, which contains everything.
        if reserved > 0 {
            prop_assert!(method(&much).verdict <= method(&less).verdict);
        }
    }

    #[test]
    fn the_band_is_in_order_and_so_are_its_verdicts(made in accounts(), rate in 0..2_000_u16, burst in 0..2_000_u16) {
        let account = judged(&built(&made, rate, burst));
        for entry in &account.entries {
            let [low, expected, high] = asked(entry);
            prop_assert!(low <= expected && expected <= high);
            prop_assert!(entry.best <= entry.verdict && entry.verdict <= entry.worst);
            prop_assert_eq!(entry.takes_down > 0, entry.verdict == Verdict::Pool);
        }
    }

    #[test]
    fn order_never_matters(made in accounts(), rate in 0..2_000_u16) {
        let region = built(&made, rate, 10);
        let mut turned = region.clone();
        if let Observed::Known(functions) = &mut turned.lambda.functions {
            functions.reverse();
        }
        if let Observed::Known(metrics) = &mut turned.cloudwatch.metrics {
            metrics.functions.reverse();
        }
        prop_assert_eq!(judged(&region), judged(&turned));
    }

    #[test]
    fn every_throttle_offered_as_a_cure_contains(made in accounts(), rate in 1..2_000_u16, burst in 0..2_000_u16) {
        use crate::containment::Cure;
        let region = built(&made, rate, burst);
        let before = judged(&region);
        for cure in &method(&before).cures {
            let Cure::Throttle { key, rate, burst, verdict } = cure else { continue };
            let mut supposed: crate::SupposedThrottle = format!("{key}=1:1").parse().expect("a throttle");
            (supposed.rate, supposed.burst) = (*rate, *burst);
            let what_if = WhatIf { throttles: vec![supposed], ..WhatIf::default() };
            let after = of(&region, &what_if).expect("functions are known");
            prop_assert_eq!(method(&after).verdict, *verdict);
        }
    }

    #[test]
    fn every_reservation_offered_as_a_cure_does_what_it_says(made in accounts(), rate in 1..2_000_u16) {
        use crate::containment::Cure;
        let region = built(&made, rate, 100);
        let before = judged(&region);
        for cure in &method(&before).cures {
            let Cure::Reserve { function, at_least, at_most, verdict } = cure else { continue };
            for reserved in [at_least.unwrap_or(*at_most), *at_most] {
                let what_if = WhatIf { reserved: [(function.clone(), reserved)].into(), ..WhatIf::default() };
                let after = of(&region, &what_if).expect("functions are known");
                // A reservation of 0 switches the function off, which no peak of 0 asks for.
                if reserved > 0 {
                    prop_assert_eq!(method(&after).verdict, *verdict);
                }
                let left = after.pool.as_ref().map(|it| it.unreserved.value);
                prop_assert!(left >= Some(100));
            }
        }
    }
}
