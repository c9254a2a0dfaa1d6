//! What to do first: the checks that fail, the most pressing first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{Finding, Impact, Outcome, Severity};

use crate::score::{OpenCounts, weight};

/// A check that fails, with how hard and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToMend {
    /// Id of the check.
    pub check: String,
    /// Severity of its worst open finding.
    pub severity: Severity,
    /// The hardest impact on each pillar among its open findings.
    pub impact: Impact,
    /// Its open findings by severity.
    pub open: OpenCounts,
    /// How many outcomes it could give: pass and fail.
    pub assessed: u64,
    /// How many of its failures an exception covers. They are not among the open ones.
    pub accepted: u64,
    /// Impact times reach: the sum of [`weight`] over its open findings.
    pub weight: u64,
    /// The accounts with an open finding.
    pub accounts: BTreeSet<String>,
    /// The regions with an open finding.
    pub regions: BTreeSet<String>,
}

/// The checks with open findings. The worst severity decides first, so that a hundred low findings never stand
/// before a critical one; then impact times reach; then the name.
pub(crate) fn rank(findings: &[Finding]) -> Vec<ToMend> {
    let mut groups: BTreeMap<&str, ToMend> = BTreeMap::new();
    for finding in findings {
        if !matches!(finding.outcome, Outcome::Pass | Outcome::Fail) {
            continue;
        }
        groups
            .entry(&*finding.check)
            .or_insert_with(|| ToMend::new(&finding.check))
            .add(finding);
    }
    let mut ranked: Vec<ToMend> = groups
        .into_values()
        .filter(|group| group.open.total() > 0)
        .collect();
    ranked.sort_by_key(|group| (Reverse(group.severity), Reverse(group.weight)));
    ranked
}

impl ToMend {
    fn new(check: &str) -> Self {
        Self {
            check: check.to_owned(),
            severity: Severity::None,
            impact: Impact {
                confidentiality: Severity::None,
                integrity: Severity::None,
                availability: Severity::None,
            },
            open: OpenCounts::default(),
            assessed: 0,
            accepted: 0,
            weight: 0,
            accounts: BTreeSet::new(),
            regions: BTreeSet::new(),
        }
    }

    fn add(&mut self, finding: &Finding) {
        self.assessed += 1;
        match (finding.outcome, &finding.exception) {
            (Outcome::Fail, None) => self.open(finding),
            (Outcome::Fail, Some(_)) => self.accepted += 1,
            _ => {}
        }
    }

    fn open(&mut self, finding: &Finding) {
        self.severity = self.severity.max(finding.severity);
        self.open.add(finding.severity);
        self.weight += weight(finding.severity);
        let (own, new) = (&mut self.impact, &finding.impact);
        own.confidentiality = own.confidentiality.max(new.confidentiality);
        own.integrity = own.integrity.max(new.integrity);
        own.availability = own.availability.max(new.availability);
        for (names, name) in [
            (&mut self.accounts, finding.resource.account.as_str()),
            (&mut self.regions, finding.resource.region.as_str()),
        ] {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity, fixtures};

    use super::{ToMend, rank};
    use crate::testing::{assessed, with_url};

    /// Findings of `check`, failing at each of these severities.
    fn failing(check: &str, severities: &[Severity]) -> Vec<Finding> {
        let checks = [tripod_checks::find("lambda-public-url").expect("registered")];
        let snapshot = fixtures::with_functions(vec![with_url("a", "NONE")]);
        let pattern = assessed(&snapshot, &checks).findings.remove(0);
        assert_eq!(pattern.outcome, Outcome::Fail);
        let at = |severity: &Severity| {
            let mut finding = pattern.clone();
            finding.check = check.to_owned().into();
            finding.severity = *severity;
            finding
        };
        severities.iter().map(at).collect()
    }

    fn names(ranked: &[ToMend]) -> Vec<&str> {
        ranked.iter().map(|group| group.check.as_str()).collect()
    }

    #[test]
    fn the_worst_finding_decides_before_their_number_does() {
        let mut findings = failing("many-low", &[Severity::Low; 100]);
        findings.extend(failing("one-critical", &[Severity::Critical]));
        findings.extend(failing("few-high", &[Severity::High; 2]));
        assert_eq!(
            names(&rank(&findings)),
            ["one-critical", "few-high", "many-low"]
        );
    }

    #[test]
    fn among_equals_reach_decides_and_lesser_findings_count_with_their_weight() {
        let mut findings = failing("a", &[Severity::High]);
        findings.extend(failing("b", &[Severity::High, Severity::Low]));
        findings.extend(failing("c", &[Severity::High, Severity::Medium]));
        let ranked = rank(&findings);
        assert_eq!(names(&ranked), ["c", "b", "a"]);
        let weights: Vec<u64> = ranked.iter().map(|group| group.weight).collect();
        assert_eq!(weights, [9, 7, 6]);
    }

    #[test]
    fn an_accepted_failure_is_counted_and_not_to_be_mended() {
        let mut findings = failing("a", &[Severity::Critical, Severity::Low]);
        findings[0].exception = Some(Box::new(crate::testing::accepted("x")));
        let mut passed = findings[1].clone();
        passed.outcome = Outcome::Pass;
        findings.push(passed);
        let ranked = rank(&findings);
        assert_eq!(ranked[0].severity, Severity::Low);
        assert_eq!((ranked[0].accepted, ranked[0].open.total()), (1, 1));
        assert_eq!(ranked[0].assessed, 3);
        findings[1].exception = findings[0].exception.clone();
        assert!(rank(&findings).is_empty());
    }

    #[test]
    fn what_was_not_seen_is_no_failure() {
        let mut findings = failing("a", &[Severity::Critical]);
        findings[0].outcome = Outcome::NotAssessed;
        assert!(rank(&findings).is_empty());
    }
}
