//! How an account stands by a framework, control by control.
//!
//! What Tripod does not look at is listed as not covered, and of what it looks at it says whether that is the whole
//! of the control: the other part is for people to show.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_checks::{
    Basis, CatalogueControl, Check, Framework, Mapping, mappings_from, mappings_of, whole,
};
use tripod_model::{Finding, Outcome};

/// A framework, with the standing of each of its controls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FrameworkReport {
    /// Short name of the framework.
    pub framework: String,
    /// Its full name.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Where it can be read.
    pub source: String,
    /// Which of its controls are listed.
    pub scope: String,
    /// Controls by status.
    pub totals: ControlTotals,
    /// Every control, in the framework's order.
    pub controls: Vec<ControlStanding>,
}

/// How many controls have each status. They add up to the controls listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlTotals {
    /// Passed, as far as Tripod sees.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Not assessed.
    pub not_assessed: u64,
    /// Nothing there that they are about.
    pub not_applicable: u64,
    /// Not looked at by Tripod.
    pub not_covered: u64,
}

/// How an account stands by a control.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// A finding of its checks failed, also where an exception covers it.
    Failed,
    /// Nothing failed, but something could not be assessed, or one of its checks did not run.
    NotAssessed,
    /// Every finding of its checks passed, and there is at least one.
    Passed,
    /// Its checks found nothing that they are about.
    NotApplicable,
    /// No check serves it: Tripod says nothing about it.
    NotCovered,
}

impl ControlStatus {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [
        Self::Failed,
        Self::NotAssessed,
        Self::Passed,
        Self::NotApplicable,
        Self::NotCovered,
    ];

    /// The word of JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotAssessed => "not_assessed",
            Self::Passed => "passed",
            Self::NotApplicable => "not_applicable",
            Self::NotCovered => "not_covered",
        }
    }

    /// The words of reports.
    pub fn words(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotAssessed => "not assessed",
            Self::Passed => "passed",
            Self::NotApplicable => "nothing to assess",
            Self::NotCovered => "not covered by this tool",
        }
    }
}

/// How much of a control Tripod sees.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Everything that the control asks.
    Whole,
    /// A part; the rest is for people to show.
    Part,
    /// Nothing.
    None,
}

impl Sight {
    /// The word of JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
            Self::None => "none",
        }
    }

    /// The sentence of reports.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Whole => "Tripod sees everything that the control asks.",
            Self::Part => "Tripod sees only a part of what the control asks.",
            Self::None => "Tripod does not look at what the control asks.",
        }
    }
}

/// A control, with what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlStanding {
    /// The framework's id of it.
    pub id: String,
    /// What it is about, in a few words.
    pub title: String,
    /// How the account stands.
    pub status: ControlStatus,
    /// How much of it Tripod sees.
    pub sight: Sight,
    /// The findings of all its checks. A finding counts once.
    pub findings: FindingCounts,
    /// The checks that serve it, by id, and rules of the user's own.
    pub checks: Vec<ServingCheck>,
}

/// Findings by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingCounts {
    /// Passed.
    pub passed: u64,
    /// Failed, those under an exception included.
    pub failed: u64,
    /// Of the failed ones, those that an exception covers.
    pub excepted: u64,
    /// Not assessed.
    pub not_assessed: u64,
    /// Not applicable.
    pub not_applicable: u64,
}

/// A check that serves a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServingCheck {
    /// Its id.
    pub check: String,
    /// The control that the mapping is derived from, as `framework id`; none where the check names the control.
    pub via: Option<String>,
    /// Who says that the one follows from the other: `ours` or `aws`.
    pub basis: Option<String>,
    /// Whether it ran.
    pub ran: bool,
    /// What it found.
    pub findings: FindingCounts,
}

impl FindingCounts {
    fn count(&mut self, finding: &Finding) {
        match finding.outcome {
            Outcome::Pass => self.passed += 1,
            Outcome::Fail => {
                self.failed += 1;
                self.excepted += u64::from(finding.exception.is_some());
            }
            Outcome::NotAssessed => self.not_assessed += 1,
            Outcome::NotApplicable => self.not_applicable += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.excepted += other.excepted;
        self.not_assessed += other.not_assessed;
        self.not_applicable += other.not_applicable;
    }
}

impl FrameworkReport {
    /// How the findings stand by a framework. `known` are all checks of this version, `ran` says of an id whether
    /// that check ran: one that did not run leaves its controls not assessed. Findings of rules that are no check of
    /// `known` count for the rows of the baseline they name, and for what follows from these.
    pub fn of(
        framework: Framework,
        findings: &[Finding],
        known: &[&'static Check],
        ran: impl Fn(&str) -> bool,
    ) -> Self {
        Self::made(framework, &Served::of(findings, known), ran)
    }

    /// The same for every framework. Findings are counted once for all: there may be a million.
    pub fn all(
        findings: &[Finding],
        known: &[&'static Check],
        ran: impl Fn(&str) -> bool,
    ) -> Vec<Self> {
        let served = Served::of(findings, known);
        Framework::ALL
            .into_iter()
            .map(|framework| Self::made(framework, &served, &ran))
            .collect()
    }

    fn made(framework: Framework, served: &Served<'_>, ran: impl Fn(&str) -> bool) -> Self {
        let serving = served.by_control(framework, ran);
        let catalogue = framework.catalogue();
        let stand = |control: &CatalogueControl| {
            let checks = serving.get(control.id).cloned().unwrap_or_default();
            ControlStanding::of(framework, control, checks)
        };
        let controls: Vec<ControlStanding> = catalogue.controls.iter().map(stand).collect();
        Self {
            framework: framework.key().to_owned(),
            title: catalogue.title.to_owned(),
            version: catalogue.version.to_owned(),
            source: catalogue.source.to_owned(),
            scope: catalogue.scope.to_owned(),
            totals: ControlTotals::of(&controls),
            controls,
        }
    }
}

impl ControlTotals {
    /// How many controls have this status.
    pub fn with(&self, status: ControlStatus) -> u64 {
        match status {
            ControlStatus::Passed => self.passed,
            ControlStatus::Failed => self.failed,
            ControlStatus::NotAssessed => self.not_assessed,
            ControlStatus::NotApplicable => self.not_applicable,
            ControlStatus::NotCovered => self.not_covered,
        }
    }

    fn of(controls: &[ControlStanding]) -> Self {
        let mut totals = Self::default();
        for control in controls {
            *match control.status {
                ControlStatus::Passed => &mut totals.passed,
                ControlStatus::Failed => &mut totals.failed,
                ControlStatus::NotAssessed => &mut totals.not_assessed,
                ControlStatus::NotApplicable => &mut totals.not_applicable,
                ControlStatus::NotCovered => &mut totals.not_covered,
            } += 1;
        }
        totals
    }
}

impl ControlStanding {
    fn of(framework: Framework, control: &CatalogueControl, checks: Vec<ServingCheck>) -> Self {
        let mut findings = FindingCounts::default();
        for check in &checks {
            findings.add(check.findings);
        }
        Self {
            id: control.id.to_owned(),
            title: control.title.to_owned(),
            status: status_of(&checks, findings),
            sight: sight_of(framework, control.id, &checks),
            findings,
            checks,
        }
    }

    /// Whether it failed, and every failure is covered by an exception.
    pub fn is_excepted(&self) -> bool {
        self.findings.failed > 0 && self.findings.failed == self.findings.excepted
    }
}

fn status_of(checks: &[ServingCheck], findings: FindingCounts) -> ControlStatus {
    if checks.is_empty() {
        ControlStatus::NotCovered
    } else if findings.failed > 0 {
        ControlStatus::Failed
    } else if findings.not_assessed > 0 || checks.iter().any(|check| !check.ran) {
        ControlStatus::NotAssessed
    } else if findings.passed > 0 {
        ControlStatus::Passed
    } else {
        ControlStatus::NotApplicable
    }
}

fn sight_of(framework: Framework, id: &str, checks: &[ServingCheck]) -> Sight {
    if checks.is_empty() {
        return Sight::None;
    }
    let serves = |name: &&str| checks.iter().any(|check| check.check == *name);
    match whole(framework, id) {
        Some(needed) if needed.iter().all(serves) => Sight::Whole,
        _ => Sight::Part,
    }
}

/// The controls that findings count for: those that their check serves; where it is no check that is known, such as a
/// rule of the user's own, the rows of the baseline that the findings name, and what follows from these.
pub fn served_by<'r>(
    check: Option<&Check>,
    rows: impl IntoIterator<Item = &'r str>,
) -> Vec<Mapping> {
    match check {
        Some(check) => mappings_of(check),
        None => mappings_from(rows.into_iter().map(|row| (Framework::Baseline, row))),
    }
}

/// What each check found, and what it serves in every framework.
struct Served<'f> {
    counts: BTreeMap<&'f str, FindingCounts>,
    mappings: BTreeMap<&'f str, Vec<Mapping>>,
    /// What is no check of this version: rules of the user's own, or checks of another version. They ran.
    rules: BTreeSet<&'f str>,
}

impl<'f> Served<'f> {
    fn of(findings: &'f [Finding], known: &[&'static Check]) -> Self {
        let mut counts: BTreeMap<&str, FindingCounts> = BTreeMap::new();
        let mut rules: BTreeMap<&str, &[Cow<'static, str>]> = BTreeMap::new();
        // Findings come in the order of checks: names are looked up once for each run of one check.
        for run in findings.chunk_by(|one, other| one.check == other.check) {
            let check: &str = &run[0].check;
            let count = counts.entry(check).or_default();
            for finding in run {
                count.count(finding);
            }
            rules.entry(check).or_insert(&run[0].controls);
        }
        let mut mappings: BTreeMap<&str, Vec<Mapping>> = BTreeMap::new();
        for check in known {
            rules.remove(check.id);
            mappings.insert(check.id, served_by(Some(check), []));
        }
        for (rule, rows) in &rules {
            mappings.insert(rule, served_by(None, rows.iter().map(Cow::as_ref)));
        }
        Self {
            counts,
            mappings,
            rules: rules.into_keys().collect(),
        }
    }

    /// By control of the framework, the checks that serve it.
    fn by_control(
        &self,
        framework: Framework,
        ran: impl Fn(&str) -> bool,
    ) -> BTreeMap<&'static str, Vec<ServingCheck>> {
        let mut serving: BTreeMap<&'static str, Vec<ServingCheck>> = BTreeMap::new();
        for (&id, mappings) in &self.mappings {
            for mapping in mappings.iter().filter(|it| it.framework == framework) {
                serving.entry(mapping.id).or_default().push(ServingCheck {
                    check: id.to_owned(),
                    via: mapping
                        .via
                        .map(|via| format!("{} {}", via.framework.key(), via.id)),
                    basis: mapping.via.map(|via| Basis::as_str(via.basis).to_owned()),
                    ran: self.rules.contains(id) || ran(id),
                    findings: self.counts.get(id).copied().unwrap_or_default(),
                });
            }
        }
        serving
    }
}

#[cfg(test)]
mod tests;
