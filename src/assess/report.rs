//! The report: the stable contract `tripod.report.v1`. Every other format is a projection of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_model::{
    AccountId, Caller, Finding, Outcome, RegionName, RegionStatus, Requests, Severity, Snapshot,
    Stopped,
};

use crate::own::is_own;
use crate::score::{Coverage, Pillars, coverage_of};
use crate::{
    Assessment, CensusRow, Profile, ReportedAttestation, ReportedRule, Scores, ToMend, Unseen,
    first, unseen,
};

/// The value of [`Report::schema`].
pub const REPORT_SCHEMA: &str = "tripod.report.v1";

/// A file that is not a report this version can read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not JSON, or not of the shape.
    #[error("not a Tripod report: {0}")]
    Shape(#[from] serde_json::Error),
    /// A report of another version.
    #[error("the report's schema is '{found}', this version of Tripod reads '{REPORT_SCHEMA}'")]
    Schema {
        /// What the file says.
        found: String,
    },
}

/// What one run has to say. Fields are added, never renamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: String,
    /// What made the report.
    pub tool: Tool,
    /// The run it is about.
    pub run: ReportedRun,
    /// Resources seen, by CloudFormation's name of their type. No entry: the list could not be read.
    pub population: BTreeMap<String, u64>,
    /// Lists beside a second count of AWS's own, by type.
    #[serde(default)]
    pub census: Vec<CensusRow>,
    /// The three legs.
    pub pillars: Pillars,
    /// The same for parts: services, accounts, controls, frameworks.
    #[serde(default)]
    pub scores: Scores,
    /// How much was asked of the account.
    #[serde(default)]
    pub profile: Profile,
    /// What no API shows and a person attests, row by row. Never a pass, and no part of scores and coverage.
    #[serde(default)]
    pub attestations: Vec<ReportedAttestation>,
    /// Rules of the user's own that ran, by id: what findings under these ids mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<ReportedRule>,
    /// Every outcome, by check and resource.
    pub findings: Vec<Finding>,
}

/// What made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `tripod`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over what the checks that ran say of themselves.
    pub checks_digest: String,
}

/// The run a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedRun {
    /// Unique name of the run.
    pub id: String,
    /// When it began.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// When it ended.
    #[schemars(with = "String")]
    pub finished: Timestamp,
    /// When the evidence was gathered: what checks took for today.
    #[schemars(with = "String")]
    pub observed: Timestamp,
    /// Who asked.
    pub caller: Caller,
    /// The endpoint, where it is not AWS's own.
    pub endpoint: Option<String>,
    /// Accounts and what became of their regions.
    pub accounts: Vec<ReportedAccount>,
    /// What the run cost.
    pub requests: Requests,
    /// Collectors that failed inside: a fault of Tripod.
    #[serde(default)]
    pub broken_collectors: Vec<String>,
    /// Collectors that were given up because nothing went forward any more.
    #[serde(default)]
    pub stalled_collectors: Vec<String>,
    /// Why the run ended before its time: what is reported is what was there until then.
    #[serde(default)]
    pub stopped: Option<Stopped>,
    /// Seconds that the scanning machine's clock was behind AWS's, where signatures were refused for it.
    #[serde(default)]
    pub clock_behind_seconds: Option<i64>,
}

/// An account of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedAccount {
    /// Its id.
    pub id: AccountId,
    /// Its regions, also those not scanned.
    pub regions: Vec<ReportedRegion>,
}

/// A region of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedRegion {
    /// Its name.
    pub name: RegionName,
    /// Whether it was scanned.
    pub status: RegionStatus,
}

impl Report {
    /// Puts together what the checks said of a snapshot. `version` is that of the program.
    pub fn new(snapshot: &Snapshot, assessment: Assessment, version: &str) -> Self {
        Self {
            schema: REPORT_SCHEMA.to_owned(),
            tool: Tool {
                name: "tripod".to_owned(),
                version: version.to_owned(),
                checks_digest: assessment.checks_digest,
            },
            run: ReportedRun::of(snapshot),
            population: assessment.population,
            census: assessment.census,
            pillars: assessment.pillars,
            scores: assessment.scores,
            profile: assessment.profile,
            attestations: assessment.attestations,
            rules: assessment.rules,
            findings: assessment.findings,
        }
    }

    /// Reads a report from JSON.
    ///
    /// # Errors
    /// When the text is not JSON of the shape, or of another version.
    pub fn from_json(text: &str) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.schema != REPORT_SCHEMA {
            return Err(ReportError::Schema { found: head.schema });
        }
        let mut report: Self = serde_json::from_str(text)?;
        // They are looked up by id.
        report.rules.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(report)
    }

    /// How much could be assessed, over all checks of the account and all pillars.
    pub fn coverage(&self) -> Coverage {
        let of_account = self.findings.iter().filter(|it| !is_own(&it.check));
        coverage_of(of_account.map(|finding| finding.outcome))
    }

    /// Why outcomes are missing, the cause of most outcomes first.
    pub fn not_seen(&self) -> Vec<Unseen> {
        unseen::group(&self.findings)
    }

    /// The checks with open findings, the most pressing first.
    pub fn to_mend(&self) -> Vec<ToMend> {
        first::rank(&self.findings)
    }

    /// The findings that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.outcome == Outcome::Fail)
    }

    /// The severity of the worst finding that failed, whether or not an exception covers it.
    pub fn worst_failed(&self) -> Option<Severity> {
        self.failed().map(|finding| finding.severity).max()
    }

    /// The severity of the worst finding that failed and that no exception covers: what a pipeline stops at.
    pub fn worst_open(&self) -> Option<Severity> {
        let open = self.failed().filter(|finding| finding.exception.is_none());
        open.map(|finding| finding.severity).max()
    }

    /// The regions that were not scanned, each with its account.
    pub fn regions_not_scanned(&self) -> impl Iterator<Item = (&AccountId, &ReportedRegion)> {
        self.run.accounts.iter().flat_map(|account| {
            account
                .regions
                .iter()
                .filter(|region| region.status != RegionStatus::Scanned)
                .map(move |region| (&account.id, region))
        })
    }
}

impl ReportedRun {
    fn of(snapshot: &Snapshot) -> Self {
        let run = &snapshot.run;
        Self {
            id: run.id.clone(),
            started: run.started,
            finished: run.finished,
            observed: run.observed,
            caller: run.caller.clone(),
            endpoint: run.endpoint.clone(),
            accounts: snapshot
                .accounts
                .iter()
                .map(|account| ReportedAccount {
                    id: account.id.clone(),
                    regions: account
                        .regions
                        .iter()
                        .map(|region| ReportedRegion {
                            name: region.name.clone(),
                            status: region.status,
                        })
                        .collect(),
                })
                .collect(),
            requests: run.requests.clone(),
            broken_collectors: run.broken_collectors.clone(),
            stalled_collectors: run.stalled_collectors.clone(),
            stopped: run.stopped,
            clock_behind_seconds: run.clock_behind_seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use tripod_checks::Check;
    use tripod_model::{RegionName, RegionStatus, RegionalAccount, Severity, fixtures};

    use super::{Report, ReportError};
    use crate::testing::{assessed, with_url};

    fn report() -> Report {
        let checks: [&'static Check; 1] =
            [tripod_checks::find("lambda-public-url").expect("registered")];
        let mut unreadable = fixtures::function("b");
        unreadable.urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
        let mut snapshot = fixtures::with_functions(vec![with_url("a", "NONE"), unreadable]);
        snapshot.accounts[0]
            .regions
            .push(RegionalAccount::not_collected(
                RegionName::new("me-south-1"),
                RegionStatus::Disabled,
            ));
        Report::new(&snapshot, assessed(&snapshot, &checks), "0.1.0")
    }

    #[test]
    fn the_report_has_the_shape_of_the_contract() {
        let json = serde_json::to_value(report()).expect("a report serialises");
        assert_eq!(json["schema"], "tripod.report.v1");
        assert_eq!(json["tool"]["name"], "tripod");
        assert_eq!(
            json["run"]["accounts"][0]["regions"][1]["status"],
            "disabled"
        );
        assert_eq!(json["run"]["endpoint"], serde_json::Value::Null);
        assert_eq!(json["run"]["requests"]["total"], 0);
        assert_eq!(json["population"]["AWS::Lambda::Function"], 2);
        assert_eq!(json["pillars"]["confidentiality"]["score"], 0);
        assert_eq!(json["pillars"]["confidentiality"]["coverage"], 0.5);
        assert_eq!(json["pillars"]["confidentiality"]["open"]["high"], 1);
        assert_eq!(json["findings"][0]["check"], "lambda-public-url");
        assert_eq!(json["findings"][0]["outcome"], "fail");
        assert_eq!(
            json["findings"][1]["cause"]["permission"],
            "lambda:ListFunctionUrlConfigs"
        );
    }

    #[test]
    fn a_report_survives_json_and_another_version_is_refused() {
        let text = serde_json::to_string(&report()).expect("a report serialises");
        assert_eq!(Report::from_json(&text).expect("reads back"), report());
        let other = text.replace("tripod.report.v1", "tripod.report.v9");
        assert!(matches!(
            Report::from_json(&other),
            Err(ReportError::Schema { found }) if found == "tripod.report.v9"
        ));
    }

    #[test]
    fn a_schema_can_be_generated() {
        let schema = schemars::schema_for!(Report);
        let text = serde_json::to_string(&schema).expect("a schema serialises");
        assert!(text.contains("checks_digest"));
    }

    #[test]
    fn the_report_answers_what_the_exit_code_asks() {
        let report = report();
        assert_eq!(report.worst_failed(), Some(Severity::High));
        assert_eq!(report.coverage().share(), Some(0.5));
        let regions: Vec<&str> = report
            .regions_not_scanned()
            .map(|(_, region)| region.name.as_str())
            .collect();
        assert_eq!(regions, ["me-south-1"]);
    }
}
