//! Reads Service Quotas: the values that apply to the account.
//!
//! Calls: for each of lambda, vpc, apigateway and kms, and in `us-east-1` for iam, ⌈Q/100⌉ ListServiceQuotas
//! for its Q quotas. <https://docs.aws.amazon.com/general/latest/gr/servicequotas.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use tripod_model::servicequotas::{Quota, ServiceQuotas, UsageMetric};
use tripod_model::{Arn, Observed, Sources};

use super::{filled, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const QUOTAS: &str = "service-quotas:ListServiceQuotas";

/// Most quotas on a page.
/// <https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html>
const LARGEST_PAGE: u32 = 100;

/// Where the quotas of IAM are kept.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const HOME_OF_IAM: &str = "us-east-1";

static SERVICE: Service = Service {
    name: "service-quotas",
    signing: "servicequotas",
    host: Host::Regional("servicequotas"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "ServiceQuotasV20190624",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "service-quotas",
    place: Place::Regional,
    wave: Wave::First,
    // Once for each service; in us-east-1 once more, for IAM.
    lists: &[QUOTAS, QUOTAS, QUOTAS, QUOTAS],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (lambda, vpc, apigateway, kms) = futures::join!(
        quotas(&client, "lambda"),
        quotas(&client, "vpc"),
        quotas(&client, "apigateway"),
        quotas(&client, "kms"),
    );
    let iam = if context.region.as_str() == HOME_OF_IAM {
        quotas(&client, "iam").await
    } else {
        Observed::NotCollected
    };
    Part::regional(move |region| {
        region.servicequotas = ServiceQuotas {
            lambda,
            vpc,
            apigateway,
            kms,
            iam,
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    quotas: Option<Vec<Listed>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    quota_code: Option<String>,
    quota_arn: Option<String>,
    quota_name: Option<String>,
    value: Option<f64>,
    adjustable: Option<bool>,
    error_reason: Option<ErrorReason>,
    usage_metric: Option<Usage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorReason {
    error_code: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Usage {
    #[serde(rename = "MetricNamespace")]
    namespace: Option<String>,
    #[serde(rename = "MetricName")]
    name: Option<String>,
    #[serde(rename = "MetricDimensions")]
    dimensions: Option<BTreeMap<String, String>>,
    #[serde(rename = "MetricStatisticRecommendation")]
    statistic: Option<String>,
}

/// The code of a service that the region does not offer is not known there.
async fn quotas(client: &Client, service: &str) -> Observed<Vec<Quota>> {
    let request = |token: Option<&str>| {
        Request::json(
            &json!({"ServiceCode": service, "MaxResults": LARGEST_PAGE, "NextToken": token}),
        )
    };
    let listed = client.pages_or(
        QUOTAS,
        &["NoSuchResourceException"],
        request,
        |answer: Answer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.quotas.as_deref(), next, |index, item| {
                convert(item, source(QUOTAS, exchange, format!("/Quotas/{index}")))
            })
        },
    );
    listed.await.map(|mut quotas| {
        quotas.sort_by(|a, b| a.code.cmp(&b.code));
        quotas
    })
}

fn convert(item: &Listed, sources: Sources) -> Option<Quota> {
    let usage = |usage: Usage| UsageMetric {
        namespace: filled(usage.namespace),
        name: filled(usage.name),
        dimensions: usage.dimensions,
        statistic: filled(usage.statistic),
    };
    let error = item.error_reason.as_ref();
    Some(Quota {
        code: filled(item.quota_code.clone())?,
        arn: filled(item.quota_arn.clone()).map(Arn::new),
        name: filled(item.quota_name.clone()),
        value: item.value,
        adjustable: item.adjustable,
        error: error.and_then(|it| filled(it.error_code.clone())),
        usage: item.usage_metric.clone().map(usage),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn page(codes: &[&str], next: &str) -> String {
        let items: Vec<String> = codes
            .iter()
            .map(|code| format!(r#"{{"QuotaCode":"{code}"}}"#))
            .collect();
        format!(r#"{{"Quotas":[{}],"NextToken":{next}}}"#, items.join(","))
    }

    fn script() -> Script {
        Script::new().on(QUOTAS, &page(&[], "null"))
    }

    fn read(script: &Script) -> ServiceQuotas {
        script.read(&NEIGHBOUR).servicequotas
    }

    #[test]
    fn a_quota_is_read_with_its_value_and_the_metric_of_its_use() {
        let script = script().when(
            QUOTAS,
            r#""ServiceCode":"lambda""#,
            r#"{"Quotas":[{"ServiceCode":"lambda","QuotaArn":"arn:q","QuotaCode":"L-B99A9384","QuotaName":"Concurrent executions","Value":1000.0,"Unit":"None","Adjustable":true,"GlobalQuota":false,"UsageMetric":{"MetricNamespace":"AWS/Lambda","MetricName":"ConcurrentExecutions","MetricDimensions":{},"MetricStatisticRecommendation":"Maximum"}}]}"#,
        );
        let quotas = read(&script);
        let quota = &quotas.lambda.items()[0];
        assert_eq!(quota.code, "L-B99A9384");
        assert_eq!(quota.name.as_deref(), Some("Concurrent executions"));
        assert_eq!((quota.value, quota.adjustable), (Some(1000.0), Some(true)));
        let usage = UsageMetric {
            namespace: Some("AWS/Lambda".to_owned()),
            name: Some("ConcurrentExecutions".to_owned()),
            dimensions: Some(BTreeMap::new()),
            statistic: Some("Maximum".to_owned()),
        };
        assert_eq!(quota.usage, Some(usage));
        assert_eq!(quotas.vpc, Observed::Known(vec![]));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let quotas = read(&script().on(QUOTAS, &page(&["L-1"], "null")));
        let quota = &quotas.kms.items()[0];
        assert_eq!((quota.value, quota.adjustable), (None, None));
        assert_eq!((&quota.usage, &quota.error), (&None, &None));
    }

    #[test]
    fn a_value_that_aws_could_not_find_says_why() {
        let script = script().on(
            QUOTAS,
            r#"{"Quotas":[{"QuotaCode":"L-1","ErrorReason":{"ErrorCode":"DEPENDENCY_ACCESS_DENIED_ERROR","ErrorMessage":"no"}}]}"#,
        );
        let quotas = read(&script);
        let error = quotas.vpc.items()[0].error.as_deref();
        assert_eq!(error, Some("DEPENDENCY_ACCESS_DENIED_ERROR"));
    }

    #[test]
    fn iam_is_asked_for_in_its_home_only() {
        let elsewhere = script();
        assert_eq!(read(&elsewhere).iam, Observed::NotCollected);
        assert_eq!(elsewhere.calls(), [QUOTAS; 4]);
        let home = script();
        let quotas = home.read_in("us-east-1", &NEIGHBOUR).servicequotas;
        assert_eq!(quotas.iam, Observed::Known(vec![]));
        assert_eq!(home.calls(), [QUOTAS; 5]);
    }

    #[test]
    fn a_service_that_the_region_lacks_has_no_quotas_there() {
        let script = script().absent(
            QUOTAS,
            r#""ServiceCode":"apigateway""#,
            "NoSuchResourceException",
        );
        let quotas = read(&script);
        assert_eq!(quotas.apigateway, Observed::Absent);
        assert_eq!(quotas.lambda, Observed::Known(vec![]));
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = script()
            .on(QUOTAS, &page(&["L-3"], r#""t2""#))
            .when(QUOTAS, r#""NextToken":"t2""#, &page(&["L-2"], r#""t3""#))
            .when(QUOTAS, r#""NextToken":"t3""#, &page(&["L-1"], "null"));
        let quotas = read(&script);
        let codes: Vec<&str> = quotas
            .vpc
            .items()
            .iter()
            .map(|it| it.code.as_str())
            .collect();
        assert_eq!(codes, ["L-1", "L-2", "L-3"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(QUOTAS, script, |script| read(script).lambda);
        never_reads_as_none(QUOTAS, script, |script| read(script).kms);
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let quotas = read(&script().on(QUOTAS, "{}"));
        assert!(matches!(quotas.lambda, Observed::Failed { .. }));
    }
}
