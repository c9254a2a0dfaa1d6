//! Runs checks over a snapshot and sums up what they said: outcomes, exceptions, coverage, scores, the report. And
//! reads what the user says of all that: `tripod.toml` and files of exceptions, handed in as text.
//!
//! Pure: no clock, no I/O, no AWS. The same snapshot and checks give the same report, byte for byte.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tripod_checks::{Check, Outcomes, View, account_resource};
use tripod_model::{AccountId, Finding, RegionStatus, fingerprint};

mod attestation;
mod census;
mod exceptions;
mod first;
mod frameworks;
mod known;
mod mutelist;
mod near;
mod own;
mod population;
mod profile;
mod report;
mod rules;
mod score;
mod selection;
mod settings;
mod standing;
mod unseen;
mod values;
mod written;

pub use attestation::{
    ATTESTABLE, Attestable, Attestation, AttestationStatus, ReportedAttestation,
};
pub use census::{CensusRow, SecondCount};
pub use exceptions::Exception;
pub use first::ToMend;
pub use frameworks::{
    ControlStanding, ControlStatus, ControlTotals, FindingCounts, FrameworkReport, ServingCheck,
    Sight, served_by,
};
pub use known::Known;
pub use mutelist::{ImportedException, ImportedMutelist, LeftOut, MutelistError};
pub use near::{near, nearest};
pub use own::{OWN_CHECKS, find_check, is_own};
pub use profile::Profile;
pub use report::{
    REPORT_SCHEMA, Report, ReportError, ReportedAccount, ReportedRegion, ReportedRun, Tool,
};
pub use rules::{MAX_RULE_FILE, MAX_RULES, ReportedRule, RuleError, Rules, Trial};
pub use score::{Coverage, OpenCounts, PillarScore, Pillars, coverage_of, score_of, weight};
pub use selection::{Selection, SelectionError};
pub use settings::{
    Config, Given, Resolved, exceptions_schema, read_layer, read_network, read_organization,
    settings_schema,
};
pub use standing::{Scores, Standing, standings_by, standings_of_framework};
pub use unseen::Unseen;
pub use written::FileError;

use exceptions::{Limits, Place, Places, settle};

/// What the checks said of a snapshot, and what it sums up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Every outcome, by check and resource.
    pub findings: Vec<Finding>,
    /// The three legs.
    pub pillars: Pillars,
    /// The parts: services, accounts, controls, frameworks.
    pub scores: Scores,
    /// What a person attests, row by row. No part of findings that passed, of scores and of coverage.
    pub attestations: Vec<ReportedAttestation>,
    /// How much was asked of the account.
    pub profile: Profile,
    /// Resources seen, by CloudFormation's name of their type.
    pub population: BTreeMap<String, u64>,
    /// Lists beside a second count of AWS's own.
    pub census: Vec<CensusRow>,
    /// Rules of the user's own that ran, by id.
    pub rules: Vec<ReportedRule>,
    /// Names the set of checks that ran, with everything they say of themselves.
    pub checks_digest: String,
}

/// What findings are judged under, beside what checks are told: the user's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How much is asked of the account.
    pub profile: Profile,
    /// Failures that somebody answers for.
    pub exceptions: Vec<Exception>,
    /// How many failures an exception may cover before it covers too many.
    pub most_excepted: u64,
    /// What somebody attests.
    pub attestations: Vec<Attestation>,
    /// Rules of the user's own. They run where their checks are among those that run.
    pub rules: Rules,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            exceptions: vec![],
            most_excepted: settings::MOST_EXCEPTED,
            attestations: vec![],
            rules: Rules::default(),
        }
    }
}

/// Runs each check over the view under the default terms: no exceptions, no attestations.
pub fn assess(view: &View<'_>, checks: &[&'static Check]) -> Assessment {
    assess_under(view, checks, &Terms::default())
}

/// Runs each check over the view, then brings in exceptions and attestations. A check that panics yields "not
/// assessed" and the rest go on.
pub fn assess_under(view: &View<'_>, checks: &[&'static Check], terms: &Terms) -> Assessment {
    let built_in = checks.iter().filter(|check| !terms.rules.holds(check));
    let mut said: Vec<Vec<Finding>> = built_in
        .map(|check| ran(check, view).findings(view))
        .collect();
    let rules = terms.rules.run(checks, view).into_iter();
    said.extend(rules.map(|ran| ran.findings(view)));
    // In one piece from the start: there are millions of them in a large estate, and moving them costs more than the sum.
    let mut findings = Vec::with_capacity(said.iter().map(Vec::len).sum());
    for of_check in said {
        findings.extend(of_check);
    }
    let in_order = |a: &Finding, b: &Finding| (&a.check, &a.resource).cmp(&(&b.check, &b.resource));
    findings.sort_by(in_order);
    let today = view.run.observed.to_zoned(TimeZone::UTC).date();
    let attestations = attestation::reported(&terms.attestations, today);
    let own = own_findings(view, checks, terms, &attestations, today, &mut findings);
    if !own.is_empty() {
        findings.extend(own);
        findings.sort_by(in_order);
    }
    Assessment {
        pillars: Pillars::of(&findings),
        scores: Scores::of(&findings, checks),
        attestations,
        profile: terms.profile,
        population: population::count(view),
        census: census::of(view),
        rules: terms.rules.reported(checks),
        checks_digest: checks_digest(checks),
        findings,
    }
}

/// Marks what exceptions cover, and gives the findings about exceptions and attestations.
fn own_findings(
    view: &View<'_>,
    checks: &[&'static Check],
    terms: &Terms,
    attestations: &[ReportedAttestation],
    today: Date,
    findings: &mut [Finding],
) -> Vec<Finding> {
    let limits = Limits {
        today,
        longest_days: terms.profile.longest_exception_days(),
        most_findings: terms.most_excepted,
    };
    let scanned = Scanned {
        view,
        ran: checks.iter().map(|check| check.id).collect(),
    };
    let mut own = settle(&terms.exceptions, findings, limits, &scanned);
    // Where attestations are neither wanted nor given, there is nothing to judge.
    if terms.profile.wants_attestations() || !terms.attestations.is_empty() {
        let wanted = terms.profile.wants_attestations();
        own.extend(attestation::findings(
            attestations,
            wanted,
            &view.run.caller.account,
        ));
    }
    own
}

/// What a run looked at.
struct Scanned<'v, 's> {
    view: &'v View<'s>,
    ran: BTreeSet<&'static str>,
}

impl Places for Scanned<'_, '_> {
    fn place(&self, account: Option<&str>, region: Option<&str>) -> Place {
        let accounts = self.view.accounts.iter();
        let statuses: Vec<RegionStatus> = accounts
            .filter(|own| account.is_none_or(|id| own.id.as_str() == id))
            .flat_map(|own| match region {
                // IAM and the account itself lie in no region.
                None | Some("global") => vec![RegionStatus::Scanned],
                Some(name) => own
                    .regions
                    .iter()
                    .filter(|own| own.name.as_str() == name)
                    .map(|own| own.status)
                    .collect(),
            })
            .collect();
        if statuses.is_empty() {
            Place::Elsewhere
        } else if statuses.contains(&RegionStatus::Scanned) {
            Place::Seen
        } else {
            Place::Unread
        }
    }

    fn ran(&self, check: &str) -> bool {
        self.ran.contains(check)
    }

    fn caller(&self) -> &AccountId {
        &self.view.run.caller.account
    }
}

/// A check, or a rule of the user's own, that has run.
struct Ran {
    check: &'static Check,
    outcomes: Outcomes,
    /// What a panic said that ended it.
    fault: Option<String>,
}

impl Ran {
    /// What was said before a panic stands: a failure once found must not disappear because a later resource broke
    /// the check.
    fn findings(self, view: &View<'_>) -> Vec<Finding> {
        let mut findings = self.outcomes.into_findings();
        let Some(fault) = self.fault else {
            return findings;
        };
        let mut broken = Outcomes::of(self.check);
        for account in &view.accounts {
            let resource = account_resource(account);
            // Finding ids are unique: an outcome on the account itself gives way.
            findings.retain(|finding| finding.resource.arn != resource.arn);
            broken.broke(resource, &fault);
        }
        findings.extend(broken.into_findings());
        findings
    }
}

/// Runs one check.
fn ran(check: &'static Check, view: &View<'_>) -> Ran {
    let mut outcomes = Outcomes::of(check);
    let fault = contained(|| (check.run)(view, &mut outcomes)).err();
    Ran {
        check,
        outcomes,
        fault,
    }
}

/// Runs what may panic. The panic hook is left alone: a fault of ours also shows on standard error.
///
/// # Errors
/// With what the panic said.
fn contained(run: impl FnOnce()) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|payload| panic_text(payload.as_ref()).to_owned())
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a text")
}

/// SHA-256 over what the checks say of themselves, in order, as `sha256:` and hexadecimal digits.
pub fn checks_digest(checks: &[&Check]) -> String {
    let metadata: Vec<serde_json::Value> = checks
        .iter()
        .map(|check| {
            let controls: Vec<[&str; 2]> = check
                .controls
                .iter()
                .map(|control| [control.framework(), control.id()])
                .collect();
            // JSON, so that no text can run over into its neighbour.
            serde_json::json!([
                check.id,
                check.title,
                check.impact,
                check.rows,
                controls,
                check.doc
            ])
        })
        .collect();
    let text = serde_json::Value::Array(metadata).to_string();
    format!("sha256:{}", fingerprint(text.as_bytes()))
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use tripod_checks::{ALL, Outcomes, Verdict, View};
    use tripod_model::{CauseKind, Outcome, fixtures};

    use super::checks_digest;
    use crate::testing::{assessed, check, with_url};

    fn panics_after_one(snapshot: &View<'_>, out: &mut Outcomes) {
        let mut resource = tripod_checks::account_resource(&snapshot.accounts[0]);
        resource.arn = "arn:aws:lambda:eu-central-1:111122223333:function:first".to_owned();
        out.say(resource, Ok(Verdict::fail("seen before the panic")));
        panic!("index 7 of 3");
    }

    fn panics_on_the_account(snapshot: &View<'_>, out: &mut Outcomes) {
        let resource = tripod_checks::account_resource(&snapshot.accounts[0]);
        out.say(resource, Ok(Verdict::pass("seen before the panic")));
        panic!("index 7 of 3");
    }

    #[test]
    fn a_panic_becomes_not_assessed_and_the_other_checks_go_on() {
        let broken = check("lambda-broken", panics_after_one);
        let snapshot = fixtures::with_functions(vec![with_url("claims", "NONE")]);
        let mut checks = vec![broken];
        checks.extend(ALL);
        let assessment = assessed(&snapshot, &checks);
        let of_broken: Vec<_> = assessment
            .findings
            .iter()
            .filter(|finding| finding.check == "lambda-broken")
            .collect();
        assert_eq!(of_broken.len(), 2, "{of_broken:#?}");
        assert!(of_broken.iter().any(|f| f.outcome == Outcome::Fail));
        let cause = of_broken
            .iter()
            .find_map(|finding| finding.cause.as_ref())
            .expect("a cause");
        assert_eq!(cause.kind, CauseKind::Internal);
        assert_eq!(cause.error.as_deref(), Some("index 7 of 3"));
        assert!(
            assessment
                .findings
                .iter()
                .any(|f| f.check == "lambda-public-url" && f.outcome == Outcome::Fail)
        );
    }

    #[test]
    fn a_pass_on_the_account_gives_way_to_the_panic() {
        let broken = check("lambda-broken", panics_on_the_account);
        let findings = assessed(&fixtures::snapshot(), &[broken]).findings;
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].outcome, Outcome::NotAssessed);
    }

    #[test]
    fn findings_are_sorted_by_check_and_resource() {
        let snapshot = fixtures::with_functions(vec![
            with_url("b", "NONE"),
            with_url("a", "NONE"),
            with_url("c", "AWS_IAM"),
        ]);
        let findings = assessed(&snapshot, ALL).findings;
        let keys: Vec<_> = findings
            .iter()
            .map(|finding| (finding.check.clone(), finding.resource.clone()))
            .collect();
        assert!(keys.is_sorted());
    }

    #[test]
    fn the_digest_tells_sets_of_checks_apart() {
        let one = check("lambda-one", |_, _| {});
        let two = check("lambda-two", |_, _| {});
        assert_ne!(checks_digest(&[one]), checks_digest(&[two]));
        assert_ne!(checks_digest(&[one, two]), checks_digest(&[two, one]));
        assert_eq!(checks_digest(&[one]), checks_digest(&[one]));
        assert!(checks_digest(&[one]).starts_with("sha256:"));
    }
}
