//! What a report says of the rules that ran: whoever renders it has the findings, and not the folder of the rules.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_checks::Check;
use tripod_model::{Impact, Severity};

/// A rule of the user's own that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedRule {
    /// Its id, as in findings.
    pub id: String,
    /// The problem in a few words.
    pub title: String,
    /// The service it is shown under.
    pub service: String,
    /// What a failing resource means for each leg.
    pub impact: Impact,
    /// The severity of its findings.
    pub severity: Severity,
    /// Requirements it names: ids by the framework's short name.
    pub controls: BTreeMap<String, Vec<String>>,
    /// Operations whose answers it reads.
    pub needs: Vec<String>,
    /// What it looks at, with its expressions, in Markdown.
    pub what: String,
    /// Why that matters, in Markdown.
    pub why: String,
    /// How to mend what fails, in Markdown.
    pub mend: String,
    /// Pages to read.
    pub references: Vec<String>,
}

impl ReportedRule {
    pub(super) fn of(check: &Check, references: &[String]) -> Self {
        let mut controls: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for control in check.controls {
            let ids = controls.entry(control.framework().to_owned()).or_default();
            ids.push(control.id().to_owned());
        }
        let section = |heading| check.section(heading).to_owned();
        Self {
            id: check.id.to_owned(),
            title: check.title.to_owned(),
            service: check.service.as_str().to_owned(),
            impact: check.impact,
            severity: check.severity(),
            controls,
            needs: check.needs.iter().map(|&it| it.to_owned()).collect(),
            what: section("What"),
            why: section("Why"),
            mend: section("How to mend"),
            references: references.to_vec(),
        }
    }
}
