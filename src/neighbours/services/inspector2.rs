//! Reads Inspector: what it scans, and what it found on functions and container images.
//!
//! Calls, for F findings that are active and critical or high: 1 BatchGetAccountStatus, and where functions
//! or images are scanned, or it is not known, ⌈F/100⌉ ListFindings.

use serde::Deserialize;
use serde_json::json;
use tripod_model::inspector2::{InspectedResource, Inspector, InspectorFinding, Scanning};
use tripod_model::{Arn, Observed};

use super::{filled, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::{Page, failed};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const STATUS: &str = "inspector2:BatchGetAccountStatus";
const FINDINGS: &str = "inspector2:ListFindings";

/// Most findings on a page.
/// <https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListFindings.html>
const LARGEST_PAGE: u32 = 100;

static SERVICE: Service = Service {
    name: "inspector2",
    signing: "inspector2",
    host: Host::Regional("inspector2"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "inspector2",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[STATUS],
    details: &[FINDINGS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let account = context.account.as_str();
    let scanning = scanning(&client, account).await;
    let findings = match &scanning {
        Observed::Known(scanning) if !may_have_found(scanning) => Observed::NotCollected,
        _ => findings(&client, account).await,
    };
    Part::regional(move |region| region.inspector2 = Inspector { scanning, findings })
}

/// Whether there can be findings: only `DISABLED` says that nothing is scanned. A region that does not offer
/// code scanning says nothing of it.
fn may_have_found(scanning: &Scanning) -> bool {
    let disabled = Some("DISABLED");
    scanning.lambda.as_deref() != disabled
        || scanning.ecr.as_deref() != disabled
        || scanning
            .lambda_code
            .as_deref()
            .is_some_and(|it| it != "DISABLED")
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusAnswer {
    accounts: Vec<AccountState>,
    failed_accounts: Option<Vec<FailedAccount>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountState {
    account_id: Option<String>,
    resource_state: Option<ResourceState>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceState {
    lambda: Option<State>,
    lambda_code: Option<State>,
    ecr: Option<State>,
}

#[derive(Debug, Deserialize)]
struct State {
    status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedAccount {
    error_code: Option<String>,
}

async fn scanning(client: &Client, account: &str) -> Observed<Scanning> {
    let request = Request::post(
        &["status", "batch", "get"],
        &json!({"accountIds": [account]}),
    );
    let reply = client.ask(STATUS, &[], request).await;
    let exchange = reply.exchange;
    reply.value.and_then(|answer: StatusAnswer| {
        let mut accounts = answer.accounts.into_iter().enumerate();
        let Some((index, state)) =
            accounts.find(|(_, state)| state.account_id.as_deref() == Some(account))
        else {
            return failed(STATUS, &why_not(answer.failed_accounts));
        };
        let state = state.resource_state.unwrap_or_default();
        let status = |state: Option<State>| state.and_then(|it| filled(it.status));
        Observed::Known(Scanning {
            lambda: status(state.lambda),
            lambda_code: status(state.lambda_code),
            ecr: status(state.ecr),
            sources: source(STATUS, exchange.as_ref(), format!("/accounts/{index}")),
        })
    })
}

/// The code that AWS gave instead of the account's state.
fn why_not(failed: Option<Vec<FailedAccount>>) -> String {
    let codes = failed.into_iter().flatten().filter_map(|it| it.error_code);
    match codes.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "the answer does not speak of the account".to_owned(),
        codes => format!("the answer holds no state of the account: {codes}"),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FindingsAnswer {
    findings: Option<Vec<Listed>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    finding_arn: Option<String>,
    severity: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    title: Option<String>,
    fix_available: Option<String>,
    package_vulnerability_details: Option<Package>,
    resources: Option<Vec<ListedResource>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    vulnerability_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ListedResource {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A delegated administrator sees the findings of all members; those of this account are asked for.
async fn findings(client: &Client, account: &str) -> Observed<Vec<InspectorFinding>> {
    let equals = |values: &[&str]| -> Vec<serde_json::Value> {
        let equal = |value| json!({"comparison": "EQUALS", "value": value});
        values.iter().map(equal).collect()
    };
    let criteria = json!({
        "awsAccountId": equals(&[account]),
        "findingStatus": equals(&["ACTIVE"]),
        "resourceType": equals(&["AWS_LAMBDA_FUNCTION", "AWS_ECR_CONTAINER_IMAGE"]),
        "severity": equals(&["CRITICAL", "HIGH"]),
    });
    let request = |token: Option<&str>| {
        let input =
            json!({"filterCriteria": criteria, "maxResults": LARGEST_PAGE, "nextToken": token});
        Request::post(&["findings", "list"], &input)
    };
    let listed = client.pages(FINDINGS, request, |answer: FindingsAnswer, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.findings.as_deref(), next, |index, item| {
            convert(
                item,
                source(FINDINGS, exchange, format!("/findings/{index}")),
            )
        })
    });
    listed.await.map(|mut findings| {
        findings.sort_by(|a, b| a.arn.cmp(&b.arn));
        findings
    })
}

fn convert(item: &Listed, sources: tripod_model::Sources) -> Option<InspectorFinding> {
    let package = item.package_vulnerability_details.as_ref();
    let resource = |resource: &ListedResource| {
        Some(InspectedResource {
            id: Arn::new(filled(resource.id.clone())?),
            kind: filled(resource.kind.clone()),
        })
    };
    // A finding without what it was found on cannot be told to anybody.
    let resources = item.resources.as_ref()?.iter().map(resource);
    Some(InspectorFinding {
        arn: Arn::new(filled(item.finding_arn.clone())?),
        severity: filled(item.severity.clone()),
        kind: filled(item.kind.clone()),
        title: filled(item.title.clone()),
        vulnerability: package.and_then(|it| filled(it.vulnerability_id.clone())),
        fix_available: filled(item.fix_available.clone()),
        resources: resources.collect::<Option<Vec<_>>>()?,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied, never_reads_as_none};

    const ON: &str = r#"{"accounts":[{"accountId":"111122223333","resourceState":{"lambda":{"status":"ENABLED"},"lambdaCode":{"status":"DISABLED"},"ecr":{"status":"ENABLED"},"ec2":{"status":"DISABLED"}}}]}"#;
    const OFF: &str = r#"{"accounts":[{"accountId":"111122223333","resourceState":{"lambda":{"status":"DISABLED"},"ecr":{"status":"DISABLED"},"ec2":{"status":"ENABLED"}}}]}"#;

    fn page(names: &[&str], next: &str) -> String {
        let items: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"findingArn":"arn:{name}","resources":[{{"id":"arn:f"}}]}}"#))
            .collect();
        format!(r#"{{"findings":[{}],"nextToken":{next}}}"#, items.join(","))
    }

    fn script() -> Script {
        Script::new()
            .on(STATUS, ON)
            .on(FINDINGS, &page(&[], "null"))
    }

    fn read(script: &Script) -> Inspector {
        script.read(&NEIGHBOUR).inspector2
    }

    #[test]
    fn what_is_scanned_and_what_was_found_is_read() {
        let script = script().when(
            FINDINGS,
            "CRITICAL",
            r#"{"findings":[{"findingArn":"arn:f1","awsAccountId":"111122223333","type":"PACKAGE_VULNERABILITY","severity":"CRITICAL","title":"CVE-2026-1 - pip","description":"long","fixAvailable":"YES","firstObservedAt":1767225600.1,"resources":[{"type":"AWS_LAMBDA_FUNCTION","id":"arn:aws:lambda:r:1:function:f:$LATEST"}],"packageVulnerabilityDetails":{"vulnerabilityId":"CVE-2026-1","source":"NVD"}}]}"#,
        );
        let inspector = read(&script);
        let Observed::Known(scanning) = &inspector.scanning else {
            panic!("{inspector:?}");
        };
        assert_eq!(scanning.lambda.as_deref(), Some("ENABLED"));
        assert_eq!(scanning.lambda_code.as_deref(), Some("DISABLED"));
        assert_eq!(scanning.ecr.as_deref(), Some("ENABLED"));
        let finding = &inspector.findings.items()[0];
        assert_eq!(finding.severity.as_deref(), Some("CRITICAL"));
        assert_eq!(finding.kind.as_deref(), Some("PACKAGE_VULNERABILITY"));
        assert_eq!(finding.vulnerability.as_deref(), Some("CVE-2026-1"));
        assert_eq!(finding.title.as_deref(), Some("CVE-2026-1 - pip"));
        assert_eq!(finding.fix_available.as_deref(), Some("YES"));
        assert_eq!(
            finding.resources[0].id.as_str(),
            "arn:aws:lambda:r:1:function:f:$LATEST"
        );
    }

    #[test]
    fn only_active_critical_and_high_findings_of_this_account_are_asked_for() {
        let script = script();
        read(&script);
        let asked: serde_json::Value =
            serde_json::from_str(&script.asked()[1].request.body).expect("json");
        let values = |name: &str| -> Vec<String> {
            let list = asked["filterCriteria"][name].as_array().expect(name);
            list.iter().map(|it| it["value"].to_string()).collect()
        };
        assert_eq!(values("awsAccountId"), [r#""111122223333""#]);
        assert_eq!(values("findingStatus"), [r#""ACTIVE""#]);
        assert_eq!(values("severity"), [r#""CRITICAL""#, r#""HIGH""#]);
        assert_eq!(asked["maxResults"], 100);
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let script = script()
            .on(STATUS, r#"{"accounts":[{"accountId":"111122223333"}]}"#)
            .on(FINDINGS, &page(&["a"], "null"));
        let inspector = read(&script);
        let Observed::Known(scanning) = &inspector.scanning else {
            panic!("{inspector:?}");
        };
        assert_eq!((&scanning.lambda, &scanning.ecr), (&None, &None));
        // Nothing says that nothing is scanned, so findings are asked for.
        let finding = &inspector.findings.items()[0];
        assert_eq!((&finding.severity, &finding.vulnerability), (&None, &None));
        assert_eq!((&finding.title, &finding.fix_available), (&None, &None));
    }

    #[test]
    fn where_neither_functions_nor_images_are_scanned_it_costs_one_call() {
        let script = Script::new().on(STATUS, OFF);
        let inspector = read(&script);
        assert!(matches!(inspector.scanning, Observed::Known(_)));
        assert_eq!(inspector.findings, Observed::NotCollected);
        assert_eq!(script.calls(), [STATUS]);
    }

    #[test]
    fn findings_are_asked_for_where_the_state_is_denied() {
        let script = script()
            .refuse(STATUS, denied(STATUS))
            .on(FINDINGS, &page(&["a"], "null"));
        let inspector = read(&script);
        assert_eq!(inspector.scanning, denied(STATUS));
        assert_eq!(inspector.findings.items().len(), 1);
    }

    #[test]
    fn an_account_that_aws_could_not_look_up_is_a_failure_with_its_code() {
        let script = script().on(
            STATUS,
            r#"{"accounts":[],"failedAccounts":[{"accountId":"111122223333","errorCode":"ACCESS_DENIED"}]}"#,
        );
        let Observed::Failed { error, .. } = read(&script).scanning else {
            panic!("no state is no state");
        };
        assert!(error.ends_with("ACCESS_DENIED"), "{error}");
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = script()
            .on(FINDINGS, &page(&["c"], r#""t2""#))
            .when(FINDINGS, r#""nextToken":"t2""#, &page(&["b"], r#""t3""#))
            .when(FINDINGS, r#""nextToken":"t3""#, &page(&["a"], "null"));
        let inspector = read(&script);
        let arns: Vec<&str> = inspector
            .findings
            .items()
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        assert_eq!(arns, ["arn:a", "arn:b", "arn:c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(STATUS, script, |script| read(script).scanning);
        never_reads_as_none(FINDINGS, script, |script| read(script).findings);
    }

    #[test]
    fn a_finding_without_its_resource_spoils_the_list() {
        let script = script().on(FINDINGS, r#"{"findings":[{"findingArn":"arn:a"}]}"#);
        assert!(matches!(read(&script).findings, Observed::Failed { .. }));
    }
}
