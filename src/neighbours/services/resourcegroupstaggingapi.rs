//! Counts what the tagging API knows to be tagged.
//!
//! Calls, for R resources that carry or carried a tag: ⌈R/100⌉ GetResources.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use tripod_model::resourcegroupstaggingapi::Tagging;
use tripod_model::{Arn, Observed};

use super::filled;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const RESOURCES: &str = "resourcegroupstaggingapi:GetResources";

/// Most resources on a page.
/// <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html>
const LARGEST_PAGE: u32 = 100;

/// What a snapshot lists of what the API knows, a whole service or a type of it.
/// <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html>
const TYPES: &[&str] = &[
    "apigateway",
    "cloudtrail:trail",
    "cognito-identity:identitypool",
    "ec2:natgateway",
    "ec2:network-acl",
    "ec2:network-interface",
    "ec2:route-table",
    "ec2:security-group",
    "ec2:subnet",
    "ec2:vpc",
    "ec2:vpc-endpoint",
    "ec2:vpc-flow-log",
    "kms:key",
    "lambda",
    "sns",
    "sqs",
];

static SERVICE: Service = Service {
    name: "resourcegroupstaggingapi",
    signing: "tagging",
    host: Host::Regional("tagging"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "ResourceGroupsTaggingAPI_20170126",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "resourcegroupstaggingapi",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[RESOURCES],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let tagged = tagged(&context).await;
    Part::regional(move |region| region.resourcegroupstaggingapi = Tagging { tagged })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    resource_tag_mapping_list: Option<Vec<Mapping>>,
    pagination_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Mapping {
    #[serde(rename = "ResourceARN")]
    arn: Option<String>,
    /// Empty for what carried a tag once.
    #[serde(rename = "Tags")]
    tags: Option<Vec<IgnoredAny>>,
}

async fn tagged(context: &Context) -> Observed<BTreeMap<String, u64>> {
    let client = context.client(&SERVICE);
    let request = |token: Option<&str>| {
        Request::json(&json!({
            "PaginationToken": token,
            "ResourceTypeFilters": TYPES,
            "ResourcesPerPage": LARGEST_PAGE,
        }))
    };
    let listed = client.pages(RESOURCES, request, |answer: Answer, _exchange| {
        let next = answer.pagination_token.as_deref();
        let list = answer.resource_tag_mapping_list;
        Page::of(list.as_deref(), next, |_, mapping| {
            let kind = kind(&Arn::new(filled(mapping.arn.clone())?))?;
            let tagged = mapping.tags.as_ref().is_some_and(|tags| !tags.is_empty());
            Some(tagged.then_some(kind))
        })
    });
    listed.await.map(|kinds| {
        let mut counts = BTreeMap::new();
        for kind in kinds.into_iter().flatten() {
            *counts.entry(kind).or_default() += 1;
        }
        counts
    })
}

/// Service and type of an ARN. API Gateway writes paths, in which names and ids take turns; queues and topics
/// have no type. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn kind(arn: &Arn) -> Option<String> {
    let (service, resource) = (arn.service()?, arn.resource()?);
    let kind = match resource.strip_prefix('/') {
        Some(path) => path.split('/').step_by(2).collect::<Vec<_>>().join("/"),
        None => match resource.split_once([':', '/']) {
            Some((kind, _)) => kind.to_owned(),
            None => return Some(service.to_owned()),
        },
    };
    Some(format!("{service}:{kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn page(arns: &[&str], next: &str) -> String {
        let items: Vec<String> = arns
            .iter()
            .map(|arn| format!(r#"{{"ResourceARN":"{arn}","Tags":[{{"Key":"k","Value":"v"}}]}}"#))
            .collect();
        format!(
            r#"{{"ResourceTagMappingList":[{}],"PaginationToken":{next}}}"#,
            items.join(",")
        )
    }

    fn script() -> Script {
        Script::new().on(RESOURCES, &page(&[], r#""""#))
    }

    fn read(script: &Script) -> Observed<BTreeMap<String, u64>> {
        script.read(&NEIGHBOUR).resourcegroupstaggingapi.tagged
    }

    fn counts(script: &Script) -> Vec<(String, u64)> {
        match read(script) {
            Observed::Known(counts) => counts.into_iter().collect(),
            unknown => panic!("{unknown:?}"),
        }
    }

    fn count(kind: &str, count: u64) -> (String, u64) {
        (kind.to_owned(), count)
    }

    #[test]
    fn resources_are_counted_by_service_and_type_over_three_pages() {
        let script = script()
            .on(
                RESOURCES,
                &page(
                    &["arn:aws:lambda:r:1:function:a", "arn:aws:sqs:r:1:q"],
                    r#""t2""#,
                ),
            )
            .when(
                RESOURCES,
                r#""PaginationToken":"t2""#,
                &page(
                    &[
                        "arn:aws:lambda:r:1:function:b",
                        "arn:aws:apigateway:r::/restapis/x/stages/prod",
                    ],
                    r#""t3""#,
                ),
            )
            .when(
                RESOURCES,
                r#""PaginationToken":"t3""#,
                &page(
                    &["arn:aws:kms:r:1:key/k", "arn:aws:apigateway:r::/apis/y"],
                    r#""""#,
                ),
            );
        assert_eq!(
            counts(&script),
            [
                count("apigateway:apis", 1),
                count("apigateway:restapis/stages", 1),
                count("kms:key", 1),
                count("lambda:function", 2),
                count("sqs", 1),
            ]
        );
    }

    #[test]
    fn what_carried_a_tag_once_is_not_counted() {
        let script = script().on(
            RESOURCES,
            r#"{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:sns:r:1:t","Tags":[]},{"ResourceARN":"arn:aws:sns:r:1:u"}]}"#,
        );
        assert_eq!(counts(&script), []);
    }

    #[test]
    fn nothing_tagged_costs_one_call() {
        let script = script();
        assert_eq!(counts(&script), []);
        assert_eq!(script.calls(), [RESOURCES]);
        let asked: serde_json::Value =
            serde_json::from_str(&script.asked()[0].request.body).expect("json");
        assert_eq!(asked["ResourcesPerPage"], 100);
        assert_eq!(asked["ResourceTypeFilters"], json!(TYPES));
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(RESOURCES, script, read);
    }

    #[test]
    fn an_answer_without_its_list_or_with_an_item_without_its_arn_is_a_failure() {
        for body in ["{}", r#"{"ResourceTagMappingList":[{}]}"#] {
            let read = read(&script().on(RESOURCES, body));
            assert!(matches!(read, Observed::Failed { .. }), "{body}");
        }
    }
}
