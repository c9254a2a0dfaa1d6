//! How a check says what it found: one outcome for every resource of its population.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use tripod_model::{
    Account, Arn, Cause, CauseKind, Evidence, Finding, Observed, Outcome, RegionName,
    RegionalAccount, ResourceRef, Severity, Snapshot, Unknown, fingerprint,
};

use crate::Check;

/// What a check says of a resource it could see.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    outcome: Outcome,
    message: String,
    ceiling: Severity,
    details: BTreeMap<String, Value>,
    evidence: Vec<Evidence>,
}

impl Verdict {
    fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            message: message.into(),
            ceiling: Severity::Critical,
            details: BTreeMap::new(),
            evidence: Vec::new(),
        }
    }

    /// In order. The message says what was seen, lower case, no full stop.
    pub fn pass(message: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, message)
    }

    /// Not in order.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, message)
    }

    /// The question does not arise.
    pub fn not_applicable(message: impl Into<String>) -> Self {
        Self::new(Outcome::NotApplicable, message)
    }

    /// Adds a figure or name behind the message.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// Adds where it can be read.
    #[must_use]
    pub fn evidence(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Adds to the message what a reader has to know beside it.
    #[must_use]
    pub fn remark(mut self, text: &str) -> Self {
        self.message = format!("{}; {text}", self.message);
        self
    }

    /// Lowers the severity of this finding; the reason joins the message.
    #[must_use]
    pub fn lowered_to(mut self, ceiling: Severity, reason: &str) -> Self {
        self.ceiling = ceiling.min(self.ceiling);
        self.remark(reason)
    }
}

/// An account, and the region of it that a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The account.
    pub account: &'a Account,
    /// The region.
    pub region: &'a RegionalAccount,
}

impl<'a> Scope<'a> {
    /// Every region to look at.
    pub fn all(snapshot: &'a Snapshot) -> impl Iterator<Item = Self> {
        snapshot
            .regions()
            .map(|(account, region)| Scope { account, region })
    }

    /// A resource of this region.
    pub fn resource(&self, kind: &str, arn: &Arn, name: &str) -> ResourceRef {
        ResourceRef {
            arn: arn.to_string(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            account: self.account.id.clone(),
            region: self.region.name.clone(),
        }
    }

    /// Stands for the resources of a list that could not be read. `kind` is CloudFormation's type
    /// name, `AWS::Service::Type`, from which the ARN's service is taken.
    pub fn unlisted(&self, kind: &str) -> ResourceRef {
        let service = kind.split("::").nth(1).unwrap_or("*").to_lowercase();
        ResourceRef {
            arn: format!(
                "arn:{}:{service}:{}:{}:*",
                self.account.partition, self.region.name, self.account.id
            ),
            kind: kind.to_owned(),
            name: "*".to_owned(),
            account: self.account.id.clone(),
            region: self.region.name.clone(),
        }
    }
}

/// The account itself as a resource.
pub fn account_resource(account: &Account) -> ResourceRef {
    ResourceRef {
        arn: format!("arn:{}:iam::{}:root", account.partition, account.id),
        kind: "AWS::::Account".to_owned(),
        name: account.id.to_string(),
        account: account.id.clone(),
        region: RegionName::new("global"),
    }
}

/// Collects the outcomes of one check.
#[derive(Debug)]
pub struct Outcomes {
    check: &'static Check,
    /// The rows of the baseline that the check serves.
    controls: Vec<Cow<'static, str>>,
    findings: Vec<Finding>,
}

impl Outcomes {
    /// Ready for the outcomes of `check`.
    pub fn of(check: &'static Check) -> Self {
        Self {
            check,
            controls: borrowed(&check.baseline()),
            findings: Vec::new(),
        }
    }

    /// The outcome for one resource. An [`Unknown`] becomes "not assessed".
    pub fn say(&mut self, resource: ResourceRef, verdict: Result<Verdict, Unknown>) {
        match verdict {
            Ok(verdict) => self.push(resource, verdict, None),
            Err(unknown) => {
                let cause = Cause::from(unknown);
                let verdict = Verdict::new(Outcome::NotAssessed, cause.text());
                self.push(resource, verdict, Some(cause));
            }
        }
    }

    /// One outcome for every item of a list; where the list is not known, one for the list.
    pub fn each<T>(
        &mut self,
        list: &Observed<Vec<T>>,
        unlisted: impl FnOnce() -> ResourceRef,
        resource: impl Fn(&T) -> ResourceRef,
        decide: impl Fn(&T) -> Result<Verdict, Unknown>,
    ) {
        match list.found() {
            Ok(items) => {
                for item in items.into_iter().flatten() {
                    self.say(resource(item), decide(item));
                }
            }
            Err(unknown) => self.say(unlisted(), Err(unknown)),
        }
    }

    /// The check itself broke: a fault of Tripod, said and not hidden.
    pub fn broke(&mut self, resource: ResourceRef, error: &str) {
        self.not_decided(resource, CauseKind::Internal, error);
    }

    /// A rule of the user's cannot be computed for this resource: a fault of the rule.
    pub fn undecided(&mut self, resource: ResourceRef, error: &str) {
        self.not_decided(resource, CauseKind::Rule, error);
    }

    fn not_decided(&mut self, resource: ResourceRef, kind: CauseKind, error: &str) {
        let cause = Cause {
            kind,
            operation: None,
            code: None,
            permission: None,
            request_id: None,
            error: Some(error.to_owned()),
        };
        let verdict = Verdict::new(Outcome::NotAssessed, cause.text());
        self.push(resource, verdict, Some(cause));
    }

    fn push(&mut self, resource: ResourceRef, verdict: Verdict, cause: Option<Cause>) {
        let impact = self.check.impact.at_most(verdict.ceiling);
        // Account and region beside the ARN: AWS's own policies, and API Gateway's resources, carry none.
        let identity = format!(
            "{}\n{}\n{}\n{}",
            self.check.id, resource.account, resource.region, resource.arn
        );
        self.findings.push(Finding {
            id: fingerprint(identity.as_bytes())[..32].to_owned(),
            check: self.check.id.into(),
            rows: borrowed(self.check.rows),
            controls: self.controls.clone(),
            outcome: verdict.outcome,
            severity: impact.severity(),
            impact,
            resource,
            message: verdict.message.into_boxed_str().into(),
            cause: cause.map(Box::new),
            details: verdict.details.into(),
            evidence: verdict.evidence,
            exception: None,
        });
    }

    /// All of them, by resource.
    pub fn into_findings(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| a.resource.cmp(&b.resource));
        self.findings
    }
}

fn borrowed(texts: &[&'static str]) -> Vec<Cow<'static, str>> {
    texts.iter().map(|text| Cow::Borrowed(*text)).collect()
}
