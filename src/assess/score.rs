//! The score: how well each leg stands, and how much of it was seen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_model::{Finding, Outcome, Pillar, Severity};

use crate::own::is_own;

/// Findings of a pillar, by their impact on that pillar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenCounts {
    /// Critical.
    pub critical: u64,
    /// High.
    pub high: u64,
    /// Medium.
    pub medium: u64,
    /// Low.
    pub low: u64,
}

impl OpenCounts {
    /// The count of one level; none for [`Severity::None`].
    pub fn of(&self, severity: Severity) -> u64 {
        match severity {
            Severity::None => 0,
            Severity::Low => self.low,
            Severity::Medium => self.medium,
            Severity::High => self.high,
            Severity::Critical => self.critical,
        }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.critical + self.high + self.medium + self.low
    }

    pub(crate) fn add(&mut self, severity: Severity) {
        match severity {
            Severity::None => {}
            Severity::Low => self.low += 1,
            Severity::Medium => self.medium += 1,
            Severity::High => self.high += 1,
            Severity::Critical => self.critical += 1,
        }
    }
}

/// How one leg stands, or whatever else outcomes are summed up for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PillarScore {
    /// 0 to 100 by [`score_of`]; null when nothing that bears on the pillar was assessed.
    pub score: Option<u8>,
    /// What the score would be if everything that was not assessed had failed; null when nothing bears on
    /// the pillar. It cannot be raised by seeing less.
    #[serde(default)]
    pub floor: Option<u8>,
    /// Share of the applicable outcomes that were assessed, rounded down to four places; null when
    /// nothing was applicable.
    pub coverage: Option<f64>,
    /// Findings that failed, by their impact on this pillar, also those that an exception covers.
    pub open: OpenCounts,
    /// Those of `open` that an exception covers.
    #[serde(default)]
    pub excepted: OpenCounts,
}

/// The three legs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pillars {
    /// Nobody reads what they should not.
    pub confidentiality: PillarScore,
    /// Nothing changes unseen or unasked.
    pub integrity: PillarScore,
    /// It is there when needed.
    pub availability: PillarScore,
}

impl Pillars {
    /// Scores what the checks said.
    pub fn of(findings: &[Finding]) -> Self {
        Group::of(findings).pillars()
    }

    /// One of the three.
    pub fn on(&self, pillar: Pillar) -> &PillarScore {
        match pillar {
            Pillar::Confidentiality => &self.confidentiality,
            Pillar::Integrity => &self.integrity,
            Pillar::Availability => &self.availability,
        }
    }
}

/// How many outcomes were wanted, and how many could be given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Pass and fail.
    pub assessed: u64,
    /// Pass, fail and not assessed.
    pub applicable: u64,
}

impl Coverage {
    /// The share, rounded down to four places: 1 means everything. `None` when nothing applies.
    pub fn share(&self) -> Option<f64> {
        let parts = (self.assessed * 10_000).checked_div(self.applicable)?;
        u32::try_from(parts)
            .ok()
            .map(|parts| f64::from(parts) / 10_000.0)
    }

    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass | Outcome::Fail => {
                self.assessed += 1;
                self.applicable += 1;
            }
            Outcome::NotAssessed => self.applicable += 1,
            Outcome::NotApplicable => {}
        }
    }
}

/// Coverage over outcomes of any kind.
pub fn coverage_of(outcomes: impl IntoIterator<Item = Outcome>) -> Coverage {
    let mut coverage = Coverage::default();
    for outcome in outcomes {
        coverage.add(outcome);
    }
    coverage
}

/// What an outcome weighs by its impact on the pillar scored. A critical one outweighs a high and a
/// medium, so that a mended critical finding always shows more than a few lesser ones.
pub fn weight(impact: Severity) -> u64 {
    match impact {
        Severity::None => 0,
        Severity::Low => 1,
        Severity::Medium => 3,
        Severity::High => 6,
        Severity::Critical => 10,
    }
}

/// The highest score that a leg with a finding of this impact open can have.
fn cap(worst_open: Severity) -> u8 {
    match worst_open {
        Severity::Critical => 39,
        Severity::High => 69,
        Severity::Medium | Severity::Low | Severity::None => 100,
    }
}

/// Scores one pillar from its outcomes, each with its impact on that pillar:
///
/// ```text
/// score = min( floor(100 * W(pass) / W(pass or fail)), cap(worst impact among fail) )
/// floor = min( floor(100 * W(pass) / W(pass, fail or not assessed)),
///              cap(worst impact among fail or not assessed) )
/// W(set) = sum of weight(impact) over the outcomes of the set
/// weight = 0 none, 1 low, 3 medium, 6 high, 10 critical
/// cap    = 39 critical, 69 high, otherwise 100
/// ```
///
/// Outcomes without impact on the pillar, and "not applicable" ones, take no part. "Not assessed" ones
/// take no part in the score and lower the coverage, which is a plain count. Rounding is downwards: 100 means
/// that nothing assessed failed. Mending a failure never lowers a score, breaking never raises it, a pass that
/// can no longer be seen never raises it, and an exception does not move it.
///
/// A failure that can no longer be seen leaves the score, which may rise by that: no share of what was seen could
/// do otherwise. It is why coverage and floor stand beside it. Neither rises by seeing less.
///
/// `docs/reference/scores.md` says the same at length.
pub fn score_of(outcomes: &[(Outcome, Severity)]) -> PillarScore {
    let mut tally = Tally::default();
    for (outcome, impact) in outcomes {
        tally.add(*outcome, *impact, false);
    }
    tally.score()
}

/// Counts by impact.
type Levels = [u64; 5];

/// Outcomes counted by their impact: all that a score needs. Tallies of parts add up to that of the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    passed: Levels,
    failed: Levels,
    unseen: Levels,
    /// Of `failed`.
    excepted: Levels,
}

const LEVELS: [Severity; 5] = [
    Severity::None,
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];

impl Tally {
    fn add(&mut self, outcome: Outcome, impact: Severity, excepted: bool) {
        let levels = match outcome {
            Outcome::Pass => &mut self.passed,
            Outcome::Fail => &mut self.failed,
            Outcome::NotAssessed => &mut self.unseen,
            Outcome::NotApplicable => return,
        };
        levels[impact as usize] += 1;
        if excepted && outcome == Outcome::Fail {
            self.excepted[impact as usize] += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        for level in 0..LEVELS.len() {
            self.passed[level] += other.passed[level];
            self.failed[level] += other.failed[level];
            self.unseen[level] += other.unseen[level];
            self.excepted[level] += other.excepted[level];
        }
    }

    fn score(&self) -> PillarScore {
        let unseen_failed = sum(&self.failed, &self.unseen);
        let assessed = bearing(&self.passed) + bearing(&self.failed);
        let coverage = Coverage {
            assessed,
            applicable: assessed + bearing(&self.unseen),
        };
        PillarScore {
            score: capped_share(&self.passed, &self.failed),
            floor: capped_share(&self.passed, &unseen_failed),
            coverage: coverage.share(),
            open: counts(&self.failed),
            excepted: counts(&self.excepted),
        }
    }
}

fn sum(one: &Levels, other: &Levels) -> Levels {
    let mut sum = *one;
    for (level, count) in sum.iter_mut().zip(other) {
        *level += count;
    }
    sum
}

/// How many have an impact.
fn bearing(levels: &Levels) -> u64 {
    levels[1..].iter().sum()
}

fn weighed(levels: &Levels) -> u64 {
    LEVELS
        .iter()
        .map(|level| weight(*level) * levels[*level as usize])
        .sum()
}

/// Passing over all by weight, in percent rounded down, at most what the worst of the failed allows.
fn capped_share(passed: &Levels, failed: &Levels) -> Option<u8> {
    let passing = weighed(passed);
    let share = (100 * passing).checked_div(passing + weighed(failed))?;
    let worst = LEVELS
        .into_iter()
        .rfind(|level| failed[*level as usize] > 0);
    // At most 100, so it always fits.
    let share = u8::try_from(share).ok()?;
    Some(share.min(cap(worst.unwrap_or(Severity::None))))
}

fn counts(levels: &Levels) -> OpenCounts {
    OpenCounts {
        critical: levels[Severity::Critical as usize],
        high: levels[Severity::High as usize],
        medium: levels[Severity::Medium as usize],
        low: levels[Severity::Low as usize],
    }
}

/// What a group of findings sums up to: over all by severity, and for each pillar by the impact on it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    overall: Tally,
    pillars: [Tally; 3],
}

impl Group {
    pub(crate) fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut group = Self::default();
        for finding in findings {
            group.add(finding);
        }
        group
    }

    /// Findings of Tripod's own checks judge the settings and not the account: they take no part in a score.
    pub(crate) fn add(&mut self, finding: &Finding) {
        if is_own(&finding.check) {
            return;
        }
        let excepted = finding.exception.is_some();
        self.overall
            .add(finding.outcome, finding.impact.severity(), excepted);
        for (tally, pillar) in self.pillars.iter_mut().zip(Pillar::ALL) {
            tally.add(finding.outcome, finding.impact.on(pillar), excepted);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.overall.merge(&other.overall);
        for (own, other) in self.pillars.iter_mut().zip(&other.pillars) {
            own.merge(other);
        }
    }

    /// Over all pillars, each finding by its severity.
    pub(crate) fn overall(&self) -> PillarScore {
        self.overall.score()
    }

    pub(crate) fn pillars(&self) -> Pillars {
        let [confidentiality, integrity, availability] = self.pillars.map(|tally| tally.score());
        Pillars {
            confidentiality,
            integrity,
            availability,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOMES: [Outcome; 4] = [
        Outcome::Pass,
        Outcome::Fail,
        Outcome::NotAssessed,
        Outcome::NotApplicable,
    ];

    /// Every list of `length` outcomes.
    fn every_case(length: u32) -> impl Iterator<Item = Vec<(Outcome, Severity)>> {
        (0..20_usize.pow(length)).map(move |case| {
            let mut rest = case;
            (0..length)
                .map(|_| {
                    let digit = rest % 20;
                    rest /= 20;
                    (OUTCOMES[digit / 5], LEVELS[digit % 5])
                })
                .collect()
        })
    }

    /// Scores of `case` and of the same with outcome `index` changed.
    fn before_and_after(
        case: &[(Outcome, Severity)],
        index: usize,
        to: (Outcome, Severity),
    ) -> (Option<u8>, Option<u8>) {
        let mut changed = case.to_vec();
        changed[index] = to;
        (score_of(case).score, score_of(&changed).score)
    }

    #[test]
    fn mending_never_lowers_and_breaking_never_raises() {
        for case in (1..=3).flat_map(every_case) {
            for index in 0..case.len() {
                let (Outcome::Fail, lowered) = case[index] else {
                    continue;
                };
                // A failure may have been lowered; the pass carries the check's full impact.
                for full in LEVELS.into_iter().filter(|level| *level >= lowered) {
                    let (broken, mended) = before_and_after(&case, index, (Outcome::Pass, full));
                    assert!(mended >= broken, "{case:?} at {index} to {full:?}");
                }
            }
        }
    }

    #[test]
    fn losing_sight_of_a_pass_never_raises() {
        for case in (1..=3).flat_map(every_case) {
            for index in 0..case.len() {
                let (Outcome::Pass, impact) = case[index] else {
                    continue;
                };
                let (seen, unseen) = before_and_after(&case, index, (Outcome::NotAssessed, impact));
                assert!(unseen <= seen, "{case:?} at {index}");
            }
        }
    }

    #[test]
    fn losing_sight_of_anything_never_raises_the_coverage() {
        for case in (1..=3).flat_map(every_case) {
            for index in 0..case.len() {
                if case[index].0 == Outcome::NotApplicable {
                    continue;
                }
                let mut changed = case.clone();
                changed[index].0 = Outcome::NotAssessed;
                assert!(score_of(&changed).coverage <= score_of(&case).coverage);
            }
        }
    }

    #[test]
    fn seeing_less_never_raises_the_floor_which_is_never_above_the_score() {
        for case in (1..=3).flat_map(every_case) {
            let whole = score_of(&case);
            if whole.score.is_some() {
                assert!(whole.floor <= whole.score, "{case:?}");
            }
            for index in 0..case.len() {
                let (Outcome::Pass | Outcome::Fail, impact) = case[index] else {
                    continue;
                };
                // What was seen may have been lowered; unseen, it has the check's full impact.
                for full in LEVELS.into_iter().filter(|level| *level >= impact) {
                    let mut changed = case.clone();
                    changed[index] = (Outcome::NotAssessed, full);
                    let hidden = score_of(&changed).floor;
                    // No floor at all is none to be compared: nothing bore on the pillar before.
                    let raised = whole.floor.is_some() && hidden > whole.floor;
                    assert!(!raised, "{case:?} at {index} to {full:?}");
                }
            }
        }
    }

    #[test]
    fn one_hundred_means_that_nothing_failed() {
        for case in (1..=3).flat_map(every_case) {
            let score = score_of(&case);
            if score.score == Some(100) {
                assert_eq!(score.open.total(), 0, "{case:?}");
            }
        }
        let mut nearly = vec![(Outcome::Pass, Severity::High); 1000];
        nearly.push((Outcome::Fail, Severity::Low));
        assert_eq!(score_of(&nearly).score, Some(99));
    }

    #[test]
    fn the_worst_open_finding_caps() {
        let mut outcomes = vec![(Outcome::Pass, Severity::Critical); 99];
        assert_eq!(score_of(&outcomes).score, Some(100));
        outcomes.push((Outcome::Fail, Severity::High));
        assert_eq!(score_of(&outcomes).score, Some(69));
        outcomes.push((Outcome::Fail, Severity::Critical));
        assert_eq!(score_of(&outcomes).score, Some(39));
    }

    #[test]
    fn the_share_is_weighted_by_impact() {
        let outcomes = [
            (Outcome::Pass, Severity::High),
            (Outcome::Fail, Severity::Medium),
            (Outcome::Fail, Severity::Low),
            (Outcome::NotAssessed, Severity::Critical),
            (Outcome::Fail, Severity::None),
        ];
        let score = score_of(&outcomes);
        assert_eq!(score.score, Some(60));
        // 6 of 20, and a critical one unseen allows 39.
        assert_eq!(score.floor, Some(30));
        assert_eq!(score.coverage, Some(0.75));
        assert_eq!(
            score.open,
            OpenCounts {
                medium: 1,
                low: 1,
                ..OpenCounts::default()
            }
        );
    }

    #[test]
    fn nothing_assessed_has_no_score_and_nothing_applicable_no_coverage() {
        let score = score_of(&[(Outcome::NotAssessed, Severity::High)]);
        assert_eq!((score.score, score.coverage), (None, Some(0.0)));
        let score = score_of(&[(Outcome::NotApplicable, Severity::High)]);
        assert_eq!((score.score, score.coverage), (None, None));
    }

    #[test]
    fn coverage_is_whole_only_when_everything_was_assessed() {
        let nearly = Coverage {
            assessed: 99_999,
            applicable: 100_000,
        };
        assert_eq!(nearly.share(), Some(0.9999));
    }
}
