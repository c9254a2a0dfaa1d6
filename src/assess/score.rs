//! The score: how well each leg stands, and how much of it was seen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_model::{Finding, Outcome, Pillar, Severity};

/// Open findings of a pillar, by their impact on that pillar.
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

/// How one leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PillarScore {
    /// 0 to 100 by [`score_of`]; null when nothing that bears on the pillar was assessed.
    pub score: Option<u8>,
    /// Share of the applicable outcomes that were assessed, rounded down to four places; null when
    /// nothing was applicable.
    pub coverage: Option<f64>,
    /// Open findings by their impact on this pillar.
    pub open: OpenCounts,
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
        let one = |pillar: Pillar| {
            let outcomes: Vec<(Outcome, Severity)> = findings
                .iter()
                .map(|finding| (finding.outcome, finding.impact.on(pillar)))
                .collect();
            score_of(&outcomes)
        };
        Self {
            confidentiality: one(Pillar::Confidentiality),
            integrity: one(Pillar::Integrity),
            availability: one(Pillar::Availability),
        }
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
/// W(set) = sum of weight(impact) over the outcomes of the set
/// weight = 0 none, 1 low, 3 medium, 6 high, 10 critical
/// cap    = 39 critical, 69 high, otherwise 100
/// ```
///
/// Outcomes without impact on the pillar, and "not applicable" ones, take no part. "Not assessed" ones
/// take no part in the score and lower the coverage, which is a plain count: it stands beside the score,
/// since hiding a failure would otherwise look like mending it. Rounding is downwards: 100 means that
/// nothing assessed failed. Mending a failure never lowers a score, breaking never raises it, and a
/// pass that can no longer be seen never raises it.
pub fn score_of(outcomes: &[(Outcome, Severity)]) -> PillarScore {
    let mut passing = 0;
    let mut assessed = 0;
    let mut worst_open = Severity::None;
    let mut open = OpenCounts::default();
    let mut coverage = Coverage::default();
    for (outcome, impact) in outcomes
        .iter()
        .copied()
        .filter(|(_, impact)| *impact > Severity::None)
    {
        coverage.add(outcome);
        match outcome {
            Outcome::Pass => {
                passing += weight(impact);
                assessed += weight(impact);
            }
            Outcome::Fail => {
                assessed += weight(impact);
                worst_open = worst_open.max(impact);
                open.add(impact);
            }
            Outcome::NotAssessed | Outcome::NotApplicable => {}
        }
    }
    let share = (100 * passing).checked_div(assessed);
    PillarScore {
        // At most 100, so it always fits.
        score: share
            .and_then(|share| u8::try_from(share).ok())
            .map(|share| share.min(cap(worst_open))),
        coverage: coverage.share(),
        open,
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
    const LEVELS: [Severity; 5] = [
        Severity::None,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
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
