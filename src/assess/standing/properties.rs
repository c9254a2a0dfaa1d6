//! What holds of every score, whatever the findings.

use proptest::prelude::*;
use tripod_checks::{ALL, Outcomes, Verdict, account_resource};
use tripod_model::{
    AcceptedException, AccountId, Finding, Impact, Outcome, Severity, Snapshot, fixtures,
};

use super::{Scores, Standing};
use crate::score::{PillarScore, Pillars};

/// What one finding is made of: its check, its account, its outcome, and the ceiling of its impact.
#[derive(Debug, Clone)]
struct Made {
    check: usize,
    account: usize,
    outcome: Outcome,
    ceiling: Severity,
}

const CEILINGS: [Severity; 4] = [
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Pass),
        Just(Outcome::Fail),
        Just(Outcome::NotAssessed),
        Just(Outcome::NotApplicable),
    ]
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let one = (0..ALL.len(), 0..3_usize, outcome(), 0..CEILINGS.len()).prop_map(
        |(check, account, outcome, ceiling)| Made {
            check,
            account,
            outcome,
            ceiling: CEILINGS[ceiling],
        },
    );
    prop::collection::vec(one, 1..40)
}

/// Only failures are ever lowered: everything else carries the check's full impact.
fn finding(made: &Made) -> Finding {
    let check = ALL[made.check];
    let snapshot: Snapshot = fixtures::snapshot();
    let mut resource = account_resource(&snapshot.accounts[0]);
    resource.account = AccountId::new(format!("10000000000{}", made.account));
    let mut outcomes = Outcomes::of(check);
    outcomes.say(resource, Ok(Verdict::pass("made up")));
    let mut finding = outcomes.into_findings().remove(0);
    set(&mut finding, check.impact, made.outcome, made.ceiling);
    finding
}

fn set(finding: &mut Finding, full: Impact, outcome: Outcome, ceiling: Severity) {
    finding.outcome = outcome;
    finding.impact = match outcome {
        Outcome::Fail => full.at_most(ceiling),
        _ => full,
    };
    finding.severity = finding.impact.severity();
}

fn findings(made: &[Made]) -> Vec<Finding> {
    made.iter().map(finding).collect()
}

/// Every figure there is, by a name: the legs, and each part with its legs.
fn figures(findings: &[Finding]) -> Vec<(String, PillarScore)> {
    let scores = Scores::of(findings, ALL);
    let mut figures = Vec::new();
    let mut legs = |name: &str, pillars: &Pillars| {
        figures.push((format!("{name} confidentiality"), pillars.confidentiality));
        figures.push((format!("{name} integrity"), pillars.integrity));
        figures.push((format!("{name} availability"), pillars.availability));
    };
    legs("all", &Pillars::of(findings));
    let parts = [
        ("service", &scores.services),
        ("account", &scores.accounts),
        ("control", &scores.controls),
        ("framework", &scores.frameworks),
    ];
    for (kind, parts) in parts {
        for (key, standing) in parts {
            legs(&format!("{kind} {key}"), &standing.pillars);
        }
    }
    for (kind, parts) in parts {
        let overall = parts
            .iter()
            .map(|(key, it)| (format!("{kind} {key}"), it.overall));
        figures.extend(overall);
    }
    figures
}

/// Holds `holds(before, after)` of every figure when outcome `index` becomes `to`.
fn changed(
    made: &[Made],
    index: usize,
    to: Outcome,
    holds: impl Fn(&PillarScore, &PillarScore) -> bool,
) -> Result<(), TestCaseError> {
    let before = figures(&findings(made));
    let mut other = made.to_vec();
    other[index].outcome = to;
    let after = figures(&findings(&other));
    prop_assert_eq!(before.len(), after.len());
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        prop_assert!(
            holds(before, after),
            "{}: {:?} to {:?}",
            name,
            before,
            after
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mending_never_lowers_and_breaking_never_raises(made in made(), index in any::<prop::sample::Index>()) {
        let index = index.index(made.len());
        let mut broken = made.clone();
        broken[index].outcome = Outcome::Fail;
        changed(&broken, index, Outcome::Pass, |broken, mended| {
            mended.score >= broken.score && mended.floor >= broken.floor
        })?;
    }

    #[test]
    fn not_assessed_never_raises_what_passed_nor_any_floor_or_coverage(
        made in made(), index in any::<prop::sample::Index>()
    ) {
        let index = index.index(made.len());
        for seen in [Outcome::Pass, Outcome::Fail] {
            let mut known = made.clone();
            known[index].outcome = seen;
            changed(&known, index, Outcome::NotAssessed, |known, unseen| {
                (seen == Outcome::Fail || unseen.score <= known.score)
                    && (unseen.floor <= known.floor || known.floor.is_none())
                    && (unseen.coverage <= known.coverage || known.coverage.is_none())
            })?;
        }
    }

    #[test]
    fn an_outcome_that_could_not_be_had_never_raises_by_coming_in(
        made in made(), more in made()
    ) {
        let mut unseen = more;
        for one in &mut unseen {
            one.outcome = Outcome::NotAssessed;
        }
        let together: Vec<Made> = made.iter().chain(&unseen).cloned().collect();
        let after = figures(&findings(&together));
        for (name, before) in figures(&findings(&made)) {
            let (_, after) = after.iter().find(|(other, _)| *other == name).expect("parts only come in");
            prop_assert_eq!(after.score, before.score);
            prop_assert!(after.floor <= before.floor || before.floor.is_none());
        }
    }

    #[test]
    fn exceptions_are_counted_and_move_no_score(made in made(), covered in prop::collection::vec(any::<bool>(), 40)) {
        let plain = findings(&made);
        let mut excepted = plain.clone();
        for (finding, covered) in excepted.iter_mut().zip(covered) {
            finding.exception = covered.then(|| Box::new(AcceptedException {
                owner: "somebody".to_owned(),
                reason: "some reason".to_owned(),
                expires: jiff::civil::date(2027, 1, 1),
                source: "exceptions.toml:1".to_owned(),
            }));
        }
        for ((_, plain), (_, excepted)) in figures(&plain).iter().zip(&figures(&excepted)) {
            prop_assert_eq!(plain.score, excepted.score);
            prop_assert_eq!(plain.floor, excepted.floor);
            prop_assert_eq!(plain.coverage, excepted.coverage);
            prop_assert_eq!(plain.open, excepted.open);
            prop_assert!(excepted.excepted.total() <= excepted.open.total());
        }
        let covered = excepted.iter().filter(|it| it.exception.is_some() && it.outcome == Outcome::Fail);
        let counted = Standing::of(&excepted).overall.excepted.total();
        prop_assert_eq!(counted, u64::try_from(covered.count()).expect("few"));
    }

    #[test]
    fn the_order_of_findings_changes_nothing(made in made()) {
        let straight = findings(&made);
        let mut reversed = straight.clone();
        reversed.reverse();
        prop_assert_eq!(figures(&straight), figures(&reversed));
    }
}
