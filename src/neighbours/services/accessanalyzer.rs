//! Reads IAM Access Analyzer.
//!
//! Calls, for A analyzers of which B are active with F active findings: ⌈A/100⌉ ListAnalyzers, A
//! ListArchiveRules, ⌈F/100⌉ and at least B ListFindingsV2. AWS publishes no quota for them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use tripod_model::accessanalyzer::{
    AccessAnalyzer, Analyzer, AnalyzerFinding, ArchiveRule, Criterion,
};
use tripod_model::{Arn, Observed};

use super::{filled, source, time};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const ANALYZERS: &str = "accessanalyzer:ListAnalyzers";
const RULES: &str = "accessanalyzer:ListArchiveRules";
const FINDINGS: &str = "accessanalyzer:ListFindingsV2";

/// Items asked for on a page; the API names no most.
const PAGE: u32 = 100;

static SERVICE: Service = Service {
    name: "accessanalyzer",
    signing: "access-analyzer",
    host: Host::Regional("access-analyzer"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "accessanalyzer",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[ANALYZERS],
    details: &[RULES, FINDINGS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let analyzers = analyzers(&context).await;
    Part::regional(move |region| region.accessanalyzer = AccessAnalyzer { analyzers })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnalyzersAnswer {
    analyzers: Option<Vec<Listed>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    arn: Option<String>,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<String>,
    #[serde(default, deserialize_with = "time")]
    last_resource_analyzed_at: Option<Timestamp>,
    configuration: Option<Configuration>,
}

/// A union: analyzers of unused access have the one member read here, others have another.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    unused_access: Option<UnusedAccess>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UnusedAccess {
    unused_access_age: Option<i64>,
}

async fn analyzers(context: &Context) -> Observed<Vec<Analyzer>> {
    let client = context.client(&SERVICE);
    let request = |token: Option<&str>| paged(Request::get(&["analyzer"]), token);
    let listed = client
        .pages(ANALYZERS, request, |answer: AnalyzersAnswer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.analyzers.as_deref(), next, |index, item| {
                let sources = source(ANALYZERS, exchange, format!("/analyzers/{index}"));
                convert(item, sources)
            })
        })
        .await;
    let Observed::Known(listed) = listed else {
        return listed;
    };
    let account = context.account.as_str();
    let mut analyzers = in_parallel(listed, |it| describe(&client, account, it)).await;
    analyzers.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(analyzers)
}

fn paged(request: Request, token: Option<&str>) -> Request {
    request
        .with("maxResults", &PAGE.to_string())
        .with_some("nextToken", token)
}

fn convert(item: &Listed, sources: tripod_model::Sources) -> Option<Analyzer> {
    let configuration = item.configuration.as_ref();
    Some(Analyzer {
        arn: Arn::new(filled(item.arn.clone())?),
        name: filled(item.name.clone())?,
        kind: filled(item.kind.clone()),
        status: filled(item.status.clone()),
        unused_access_age_days: configuration
            .and_then(|it| it.unused_access.as_ref())
            .and_then(|it| it.unused_access_age),
        last_analyzed: item.last_resource_analyzed_at,
        archive_rules: Observed::NotCollected,
        findings: Observed::NotCollected,
        sources,
    })
}

async fn describe(client: &Client, account: &str, mut analyzer: Analyzer) -> Analyzer {
    analyzer.archive_rules = archive_rules(client, &analyzer.name).await;
    if analyzer.status.as_deref() == Some("ACTIVE") {
        analyzer.findings = findings(client, account, &analyzer).await;
    }
    analyzer
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RulesAnswer {
    archive_rules: Option<Vec<ListedRule>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedRule {
    rule_name: Option<String>,
    filter: Option<BTreeMap<String, ListedCriterion>>,
}

#[derive(Debug, Clone, Deserialize)]
struct ListedCriterion {
    eq: Option<Vec<String>>,
    neq: Option<Vec<String>>,
    contains: Option<Vec<String>>,
    exists: Option<bool>,
}

async fn archive_rules(client: &Client, analyzer: &str) -> Observed<Vec<ArchiveRule>> {
    let request =
        |token: Option<&str>| paged(Request::get(&["analyzer", analyzer, "archive-rule"]), token);
    let listed = client.pages(RULES, request, |answer: RulesAnswer, _exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.archive_rules.as_deref(), next, |_, rule| {
            let filter = rule.filter.clone();
            Some(ArchiveRule {
                name: filled(rule.rule_name.clone())?,
                filter: filter.map(|it| it.into_iter().map(criterion).collect()),
            })
        })
    });
    listed.await.map(|mut rules| {
        rules.sort_by(|a, b| a.name.cmp(&b.name));
        rules
    })
}

fn criterion((property, criterion): (String, ListedCriterion)) -> (String, Criterion) {
    let criterion = Criterion {
        eq: criterion.eq,
        neq: criterion.neq,
        contains: criterion.contains,
        exists: criterion.exists,
    };
    (property, criterion)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FindingsAnswer {
    findings: Option<Vec<ListedFinding>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedFinding {
    id: Option<String>,
    finding_type: Option<String>,
    resource: Option<String>,
    resource_type: Option<String>,
    error: Option<String>,
    #[serde(default, deserialize_with = "time")]
    analyzed_at: Option<Timestamp>,
}

/// An analyzer of an organisation has findings of all its accounts; those of this one are asked for.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html>
async fn findings(
    client: &Client,
    account: &str,
    analyzer: &Analyzer,
) -> Observed<Vec<AnalyzerFinding>> {
    let request = |token: Option<&str>| {
        let input = json!({
            "analyzerArn": analyzer.arn,
            "filter": {"status": {"eq": ["ACTIVE"]}, "resourceOwnerAccount": {"eq": [account]}},
            "maxResults": PAGE,
            "nextToken": token,
        });
        Request::post(&["findingv2"], &input)
    };
    let listed = client.pages(FINDINGS, request, |answer: FindingsAnswer, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.findings.as_deref(), next, |index, item| {
            Some(AnalyzerFinding {
                id: filled(item.id.clone())?,
                kind: filled(item.finding_type.clone()),
                resource: filled(item.resource.clone()).map(Arn::new),
                resource_type: filled(item.resource_type.clone()),
                error: filled(item.error.clone()),
                analyzed: item.analyzed_at,
                sources: source(FINDINGS, exchange, format!("/findings/{index}")),
            })
        })
    });
    listed.await.map(|mut findings| {
        findings.sort_by(|a, b| a.id.cmp(&b.id));
        findings
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn page(list: &str, items: &[&str], next: &str) -> String {
        format!(r#"{{"{list}":[{}],"nextToken":{next}}}"#, items.join(","))
    }

    fn analyzer(name: &str, status: &str) -> String {
        format!(
            r#"{{"arn":"arn:aws:access-analyzer:r:1:analyzer/{name}","name":"{name}","status":"{status}"}}"#
        )
    }

    /// One active analyzer without rules and findings.
    fn script() -> Script {
        Script::new()
            .on(
                ANALYZERS,
                &page("analyzers", &[&analyzer("one", "ACTIVE")], "null"),
            )
            .on(RULES, &page("archiveRules", &[], "null"))
            .on(FINDINGS, &page("findings", &[], "null"))
    }

    fn read(script: &Script) -> Observed<Vec<Analyzer>> {
        script.read(&NEIGHBOUR).accessanalyzer.analyzers
    }

    #[test]
    fn an_analyzer_is_read_with_its_rules_and_findings() {
        let script = script()
            .on(
                ANALYZERS,
                r#"{"analyzers":[{"arn":"arn:a","name":"unused","type":"ACCOUNT_UNUSED_ACCESS","status":"ACTIVE","createdAt":"2026-01-01T00:00:00Z","lastResourceAnalyzedAt":"2026-11-20T10:00:00Z","configuration":{"unusedAccess":{"unusedAccessAge":90}}}]}"#,
            )
            .when(
                RULES,
                "/analyzer/unused/archive-rule",
                r#"{"archiveRules":[{"ruleName":"partners","filter":{"principal.AWS":{"contains":["444455556666"]},"isPublic":{"exists":false}},"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}]}"#,
            )
            .when(
                FINDINGS,
                "111122223333",
                r#"{"findings":[{"id":"f-1","findingType":"UnusedIAMRole","resource":"arn:aws:iam::111122223333:role/old","resourceType":"AWS::IAM::Role","status":"ACTIVE","analyzedAt":"2026-11-21T00:00:00Z"}]}"#,
            );
        let analyzers = read(&script);
        let analyzer = &analyzers.items()[0];
        assert_eq!(analyzer.kind.as_deref(), Some("ACCOUNT_UNUSED_ACCESS"));
        assert_eq!(analyzer.unused_access_age_days, Some(90));
        let written = |time: Option<Timestamp>| time.map(|time| time.to_string());
        assert_eq!(
            written(analyzer.last_analyzed).as_deref(),
            Some("2026-11-20T10:00:00Z")
        );
        let rule = &analyzer.archive_rules.items()[0];
        let filter = rule.filter.as_ref().expect("a filter");
        assert_eq!(
            filter["principal.AWS"].contains,
            Some(vec!["444455556666".to_owned()])
        );
        assert_eq!(filter["isPublic"].exists, Some(false));
        let finding = &analyzer.findings.items()[0];
        assert_eq!(finding.kind.as_deref(), Some("UnusedIAMRole"));
        assert_eq!(finding.resource_type.as_deref(), Some("AWS::IAM::Role"));
        assert_eq!(
            written(finding.analyzed).as_deref(),
            Some("2026-11-21T00:00:00Z")
        );
        assert_eq!(
            finding.sources.evidence(FINDINGS, "/resource")[0].pointer,
            "/findings/0/resource"
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let script = script()
            .on(ANALYZERS, r#"{"analyzers":[{"arn":"arn:a","name":"a"}]}"#)
            .on(RULES, r#"{"archiveRules":[{"ruleName":"r"}]}"#);
        let analyzers = read(&script);
        let analyzer = &analyzers.items()[0];
        assert_eq!((&analyzer.kind, &analyzer.status), (&None, &None));
        assert_eq!(analyzer.unused_access_age_days, None);
        assert_eq!(analyzer.archive_rules.items()[0].filter, None);
    }

    #[test]
    fn an_analyzer_that_is_not_active_is_not_asked_for_findings() {
        let disabled = page("analyzers", &[&analyzer("one", "DISABLED")], "null");
        let script = script().on(ANALYZERS, &disabled);
        let analyzers = read(&script);
        assert_eq!(analyzers.items()[0].findings, Observed::NotCollected);
        assert_eq!(script.calls(), [ANALYZERS, RULES]);
    }

    #[test]
    fn a_region_without_analyzers_costs_one_call() {
        let script = Script::new().on(ANALYZERS, r#"{"analyzers":[]}"#);
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [ANALYZERS]);
    }

    #[test]
    fn three_pages_of_each_list_are_one_list() {
        let mut script = script();
        for (operation, list, item) in [
            (ANALYZERS, "analyzers", analyzer("#", "ACTIVE")),
            (RULES, "archiveRules", r##"{"ruleName":"#"}"##.to_owned()),
            (FINDINGS, "findings", r##"{"id":"#"}"##.to_owned()),
        ] {
            let page = |name: &str, next: &str| page(list, &[&item.replace('#', name)], next);
            // A token stands in a query for the first two, in a body for the third.
            script = script.on(operation, &page("c", r#""t2""#));
            for (token, name, next) in [("t2", "b", r#""t3""#), ("t3", "a", "null")] {
                for written in [
                    format!("nextToken={token}"),
                    format!(r#""nextToken":"{token}""#),
                ] {
                    script = script.when(operation, &written, &page(name, next));
                }
            }
        }
        let analyzers = read(&script);
        let names: Vec<&str> = analyzers
            .items()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        for analyzer in analyzers.items() {
            assert_eq!(analyzer.archive_rules.items().len(), 3);
            assert_eq!(analyzer.findings.items().len(), 3);
        }
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(ANALYZERS, script, read);
        never_reads_as_none(RULES, script, |script| {
            read(script).items()[0].archive_rules.clone()
        });
        never_reads_as_none(FINDINGS, script, |script| {
            read(script).items()[0].findings.clone()
        });
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let analyzers = read(&script().on(ANALYZERS, "{}"));
        assert!(matches!(analyzers, Observed::Failed { .. }));
    }
}
