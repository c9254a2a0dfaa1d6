//! Quotas and latency, as clients meet them.

use std::time::{Duration, Instant};

use tripod_sim::{Quotas, SimError};

use crate::support::{ACCOUNT, Bare, REGION, bare_estate, builder, start};

const POLICY: &str = "GET /2015-03-31/functions/f/policy";

#[test]
fn requests_over_a_quota_meet_the_services_own_words_and_are_counted() {
    let folder = bare_estate(&[REGION]);
    let sim = builder(folder.path()).quotas(Quotas::published());
    let sim = sim.start().expect("a sim");
    let begun = Instant::now();
    let answers: Vec<String> = (0..60)
        .map(|_| Bare::get("lambda", POLICY).send(&sim.endpoint()))
        .collect();
    let seconds = begun.elapsed().as_secs_f64();
    let throttled: Vec<&String> = answers
        .iter()
        .filter(|answer| answer.starts_with("HTTP/1.1 429"))
        .collect();
    let first = throttled.first().expect("a throttled request");
    assert!(first.contains("TooManyRequestsException"), "{first}");
    assert!(first.contains("CallerRateLimitExceeded"), "{first}");
    assert!(first.contains("retry-after: 1\r\n"), "{first}");
    // Fifteen at once, and fifteen more each second.
    let allowed = 60 - throttled.len();
    let most = 16.0 + 15.0 * seconds;
    assert!(allowed >= 15, "{allowed}");
    let fits = u32::try_from(allowed).is_ok_and(|allowed| f64::from(allowed) <= most);
    assert!(fits, "{allowed} in {seconds} s");
    assert_eq!(sim.throttled(), throttled.len() as u64);
    let buckets = sim.buckets();
    let [bucket] = buckets.as_slice() else {
        panic!("{buckets:?}")
    };
    let place = (bucket.account.as_str(), bucket.region.as_str());
    assert_eq!(place, (ACCOUNT, REGION));
    assert_eq!(bucket.bucket, "lambda:GetPolicy");
    let counted = (bucket.allowed, bucket.throttled);
    assert_eq!(counted, (allowed as u64, throttled.len() as u64));
    assert_eq!((bucket.rate, bucket.burst), (15.0, 15.0));
    let statuses = sim.requests();
    let logged = statuses.iter().filter(|request| request.status == 429);
    assert_eq!(logged.count(), throttled.len());
}

#[test]
fn without_quotas_nothing_is_throttled() {
    let folder = bare_estate(&[REGION]);
    let sim = start(folder.path());
    for _ in 0..60 {
        let answer = Bare::get("lambda", POLICY).send(&sim.endpoint());
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
    assert_eq!((sim.throttled(), sim.buckets()), (0, Vec::new()));
}

#[test]
fn factors_that_mean_nothing_are_refused() {
    let folder = bare_estate(&[REGION]);
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let refused = builder(folder.path()).speed(factor).start();
        assert!(matches!(refused, Err(SimError::Factor(_))), "{factor}");
        let quotas = Quotas::published().scaled(factor);
        let refused = builder(folder.path()).quotas(quotas).start();
        assert!(matches!(refused, Err(SimError::Factor(_))), "{factor}");
    }
}

#[test]
fn every_answer_takes_its_time_and_less_in_a_faster_world() {
    let folder = bare_estate(&[REGION]);
    let taken = |speed: f64| {
        let mean = Duration::from_millis(100);
        let sim = builder(folder.path()).latency(mean, mean / 2).speed(speed);
        let sim = sim.start().expect("a sim");
        // The first request reads the model as well.
        Bare::get("lambda", POLICY).send(&sim.endpoint());
        let begun = Instant::now();
        for _ in 0..4 {
            Bare::get("lambda", POLICY).send(&sim.endpoint());
        }
        begun.elapsed()
    };
    let real = taken(1.0);
    assert!(real >= Duration::from_millis(200), "{real:?}");
    let fast = taken(100.0);
    assert!(fast < real, "{fast:?} is not less than {real:?}");
}
