//! Scores of parts: a service, an account, a control, a framework, or any other key of a finding.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_checks::{Check, Framework, Mapping};
use tripod_model::Finding;

use crate::score::{Group, PillarScore, Pillars};
use crate::served_by;

/// How a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// Over all findings of the part, each by its severity.
    #[serde(flatten)]
    pub overall: PillarScore,
    /// The same for each leg, by the impact on it.
    pub pillars: Pillars,
}

impl Standing {
    /// How these findings stand.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        Self::from(&Group::of(findings))
    }
}

impl From<&Group> for Standing {
    fn from(group: &Group) -> Self {
        Self {
            overall: group.overall(),
            pillars: group.pillars(),
        }
    }
}

/// The scores of every part, each by [`score_of`](crate::score_of) over its own findings. A part without an
/// outcome has no entry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scores {
    /// By the service that a check looks at, such as `lambda`.
    pub services: BTreeMap<String, Standing>,
    /// By the account a resource lives in.
    pub accounts: BTreeMap<String, Standing>,
    /// By row of the serverless baseline, such as `IAM-1`.
    pub controls: BTreeMap<String, Standing>,
    /// By framework, such as `pci-dss-4.0.1`. A finding counts once, however many controls its check serves, by name or
    /// because one follows from another.
    pub frameworks: BTreeMap<String, Standing>,
}

impl Scores {
    /// Scores findings of these checks. Findings of other checks count for their account, the rows of the baseline they
    /// name, and the frameworks that follow from these.
    pub fn of(findings: &[Finding], checks: &[&Check]) -> Self {
        let by_id: BTreeMap<&str, &Check> = checks.iter().map(|check| (check.id, *check)).collect();
        let mut groups = Groups::default();
        for (key, group) in &parts(findings) {
            let check = by_id.get(key.check).copied();
            groups.add(Kind::Account, key.account, group);
            for control in &key.controls {
                groups.add(Kind::Control, control, group);
            }
            if let Some(check) = check {
                groups.add(Kind::Service, check.service.as_str(), group);
            }
            let served = served_by(check, key.controls.iter().copied());
            let frameworks = served.iter().map(|mapping| mapping.framework.key());
            for framework in frameworks.collect::<BTreeSet<_>>() {
                groups.add(Kind::Framework, framework, group);
            }
        }
        Self {
            services: groups.standings(Kind::Service),
            accounts: groups.standings(Kind::Account),
            controls: groups.standings(Kind::Control),
            frameworks: groups.standings(Kind::Framework),
        }
    }
}

/// Scores findings by any key of theirs. A finding counts once for each of its keys, and for none of what it
/// gives none.
///
/// ```
/// use tripod_assess::standings_by;
/// let by_region = standings_by(&[], |finding| [finding.resource.region.to_string()]);
/// assert!(by_region.is_empty());
/// ```
pub fn standings_by<'f, K: Ord, I: IntoIterator<Item = K>>(
    findings: impl IntoIterator<Item = &'f Finding>,
    keys: impl Fn(&'f Finding) -> I,
) -> BTreeMap<K, Standing> {
    let mut groups: BTreeMap<K, Group> = BTreeMap::new();
    for finding in findings {
        for key in keys(finding).into_iter().collect::<BTreeSet<_>>() {
            groups.entry(key).or_default().add(finding);
        }
    }
    groups
        .into_iter()
        .map(|(key, group)| (key, Standing::from(&group)))
        .collect()
}

/// The standing of each control of a framework that has a finding, by the framework's id. What a finding counts for is
/// what [`FrameworkReport`](crate::FrameworkReport) counts it for.
pub fn standings_of_framework(
    findings: &[Finding],
    checks: &[&Check],
    framework: Framework,
) -> BTreeMap<String, Standing> {
    let by_id: BTreeMap<&str, &Check> = checks.iter().map(|check| (check.id, *check)).collect();
    let mut controls: BTreeMap<&'static str, Group> = BTreeMap::new();
    for (key, group) in &parts(findings) {
        let check = by_id.get(key.check).copied();
        let of_framework = |mapping: &&Mapping| mapping.framework == framework;
        let served = served_by(check, key.controls.iter().copied());
        for mapping in served.iter().filter(of_framework) {
            controls.entry(mapping.id).or_default().merge(group);
        }
    }
    controls
        .into_iter()
        .map(|(id, group)| (id.to_owned(), Standing::from(&group)))
        .collect()
}

/// Findings of one check in one account: everything that a part is told apart by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct PartKey<'f> {
    check: &'f str,
    account: &'f str,
    controls: Vec<&'f str>,
}

/// A million findings are grouped by check and account first, and only these groups by everything else.
fn parts(findings: &[Finding]) -> BTreeMap<PartKey<'_>, Group> {
    let mut parts: BTreeMap<PartKey<'_>, Group> = BTreeMap::new();
    let same = |a: &Finding, b: &Finding| {
        a.check == b.check && a.resource.account == b.resource.account && a.controls == b.controls
    };
    for run in findings.chunk_by(same) {
        let first = &run[0];
        let key = PartKey {
            check: &first.check,
            account: first.resource.account.as_str(),
            controls: first.controls.iter().map(|control| &**control).collect(),
        };
        parts.entry(key).or_default().merge(&Group::of(run));
    }
    parts.retain(|key, _| !crate::own::is_own(key.check));
    parts
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Service,
    Account,
    Control,
    Framework,
}

#[derive(Default)]
struct Groups<'f>(BTreeMap<(Kind, &'f str), Group>);

impl<'f> Groups<'f> {
    fn add(&mut self, kind: Kind, key: &'f str, group: &Group) {
        self.0.entry((kind, key)).or_default().merge(group);
    }

    fn standings(&self, wanted: Kind) -> BTreeMap<String, Standing> {
        self.0
            .iter()
            .filter(|((kind, _), _)| *kind == wanted)
            .map(|((_, key), group)| ((*key).to_owned(), Standing::from(group)))
            .collect()
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use tripod_checks::{ALL, Check, Framework};
    use tripod_model::{Finding, Outcome, fixtures};

    use super::{Scores, standings_by, standings_of_framework};
    use crate::FrameworkReport;
    use crate::testing::{assessed, with_url};

    fn checks() -> Vec<&'static Check> {
        let ids = ["lambda-public-url", "lambda-maximum-timeout"];
        ALL.iter()
            .copied()
            .filter(|check| ids.contains(&check.id))
            .collect()
    }

    fn findings() -> Vec<Finding> {
        let snapshot =
            fixtures::with_functions(vec![with_url("open", "NONE"), with_url("shut", "AWS_IAM")]);
        assessed(&snapshot, &checks()).findings
    }

    #[test]
    fn each_part_is_scored_over_its_own_findings() {
        let scores = Scores::of(&findings(), &checks());
        let timeout = scores.controls["AVL-5"];
        assert_eq!(timeout.overall.score, Some(100));
        assert_eq!(timeout.pillars.confidentiality.score, None);
        let access = scores.controls["IAM-1"];
        assert_eq!(access.overall.open.total(), 1);
        assert!(access.overall.score < Some(70));
        assert_eq!(scores.services.keys().collect::<Vec<_>>(), ["lambda"]);
        assert_eq!(
            scores.accounts.keys().collect::<Vec<_>>(),
            [fixtures::ACCOUNT]
        );
        assert_eq!(
            scores.accounts[fixtures::ACCOUNT],
            scores.services["lambda"]
        );
        assert_eq!(scores.frameworks["baseline"], scores.services["lambda"]);
    }

    #[test]
    fn any_key_of_a_finding_will_do_and_counts_it_once() {
        let findings = findings();
        let by_name = standings_by(&findings, |finding| {
            [finding.resource.name.clone(), finding.resource.name.clone()]
        });
        let names: Vec<_> = by_name
            .iter()
            .map(|(name, standing)| (name.as_str(), standing.overall.open.total()))
            .collect();
        assert_eq!(names.iter().map(|(_, open)| open).sum::<u64>(), 1);
        assert!(standings_by(&findings, |_| Vec::<String>::new()).is_empty());
    }

    #[test]
    fn a_framework_is_scored_control_by_control() {
        let rows = standings_of_framework(&findings(), &checks(), Framework::Baseline);
        let scores = Scores::of(&findings(), &checks());
        assert_eq!(rows, scores.controls);
        // Row IAM-1, which asks for authentication, leads to CC6.1.
        let soc = standings_of_framework(&findings(), &checks(), Framework::Soc2);
        assert_eq!(soc["CC6.1"].overall.open.total(), 1);
    }

    #[test]
    fn scores_and_the_report_of_a_framework_count_the_same_findings() {
        let mut findings = findings();
        let mut rule = findings[0].clone();
        rule.check = "acme-owner-tag".into();
        rule.controls = vec!["GOV-2".into()];
        rule.outcome = Outcome::Fail;
        findings.push(rule);
        let scores = Scores::of(&findings, &checks());
        for framework in Framework::ALL {
            let standings = standings_of_framework(&findings, &checks(), framework);
            let report = FrameworkReport::of(framework, &findings, &checks(), |_| true);
            let mut served = 0;
            for control in &report.controls {
                let counted = control.findings.failed + control.findings.passed;
                let standing = standings.get(&control.id);
                assert_eq!(
                    counted > 0,
                    standing.is_some(),
                    "{} {}",
                    report.framework,
                    control.id
                );
                let open = standing.map_or(0, |it| it.overall.open.total());
                assert_eq!(
                    open, control.findings.failed,
                    "{} {}",
                    report.framework, control.id
                );
                served += counted;
            }
            assert_eq!(scores.frameworks.contains_key(framework.key()), served > 0);
        }
        assert!(
            scores.frameworks.contains_key("iso-27001-2022"),
            "by derivation alone"
        );
    }
}
