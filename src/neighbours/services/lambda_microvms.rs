//! Reads Lambda microVMs and their images.
//!
//! Calls, for M microVMs, of which L live, and I images, of which A have an active version: ⌈M/50⌉
//! ListMicrovms, L GetMicrovm, ⌈I/50⌉ ListMicrovmImages, A GetMicrovmImageVersion. GetMicrovmImage says
//! nothing more than the list. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
//! Many regions and every older endpoint lack these. Members are those of AWS's service model
//! `lambda-microvms` 2025-09-09, as botocore ships it.

use serde::Deserialize;
use tripod_model::lambda_microvms::{
    LambdaMicrovms, Microvm, MicrovmDetails, MicrovmImage, MicrovmImageDetails,
};
use tripod_model::{Arn, Observed};

use super::{Variables, environment, filled, note, sorted, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const MICROVMS: &str = "lambda-microvms:ListMicrovms";
const MICROVM: &str = "lambda-microvms:GetMicrovm";
const IMAGES: &str = "lambda-microvms:ListMicrovmImages";
const VERSION: &str = "lambda-microvms:GetMicrovmImageVersion";

/// What every path begins with.
const API: &str = "2025-09-09";

/// Most items on a page of either list.
const LARGEST_PAGE: &str = "50";

static SERVICE: Service = Service {
    name: "lambda-microvms",
    signing: "lambda",
    host: Host::Regional("lambda"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "lambda-microvms",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[MICROVMS, IMAGES],
    details: &[MICROVM, VERSION],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (microvms, images) = futures::join!(microvms(&client), images(&client));
    Part::regional(move |region| region.lambda_microvms = LambdaMicrovms { microvms, images })
}

fn page(path: &[&str], token: Option<&str>) -> Request {
    Request::get(path)
        .with("maxResults", LARGEST_PAGE)
        .with_some("nextToken", token)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed<T> {
    items: Option<Vec<T>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedMicrovm {
    microvm_id: Option<String>,
    state: Option<String>,
    image_arn: Option<String>,
}

async fn microvms(client: &Client) -> Observed<Vec<Microvm>> {
    let listed = client
        .pages(
            MICROVMS,
            |token| page(&[API, "microvms"], token),
            |answer: Listed<ListedMicrovm>, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.items.as_deref(), next, |index, item| {
                    Some(Microvm {
                        id: filled(item.microvm_id.clone())?,
                        state: filled(item.state.clone()),
                        image: filled(item.image_arn.clone()).map(Arn::new),
                        details: Observed::NotCollected,
                        sources: source(MICROVMS, exchange, format!("/items/{index}")),
                    })
                })
            },
        )
        .await;
    let Observed::Known(microvms) = listed else {
        return listed;
    };
    let mut microvms = in_parallel(microvms, |microvm| describe(client, microvm)).await;
    microvms.sort_by(|a, b| a.id.cmp(&b.id));
    Observed::Known(microvms)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedMicrovm {
    endpoint: Option<String>,
    execution_role_arn: Option<String>,
    ingress_network_connectors: Option<Vec<String>>,
    egress_network_connectors: Option<Vec<String>>,
}

async fn describe(client: &Client, mut microvm: Microvm) -> Microvm {
    if matches!(microvm.state.as_deref(), Some("TERMINATING" | "TERMINATED")) {
        return microvm;
    }
    let request = Request::get(&[API, "microvms", &microvm.id]);
    // A microVM that is not found although listed ended under the scan.
    let reply = client.ask(MICROVM, &[], request).await;
    note(&mut microvm.sources, MICROVM, reply.exchange.as_ref(), "");
    microvm.details = reply.value.map(|answer: DescribedMicrovm| MicrovmDetails {
        endpoint: filled(answer.endpoint),
        role: filled(answer.execution_role_arn).map(Arn::new),
        ingress_connectors: answer.ingress_network_connectors.map(arns),
        egress_connectors: answer.egress_network_connectors.map(arns),
    });
    microvm
}

fn arns(texts: Vec<String>) -> Vec<Arn> {
    sorted(texts).into_iter().map(Arn::new).collect()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedImage {
    image_arn: Option<String>,
    name: Option<String>,
    state: Option<String>,
    latest_active_image_version: Option<String>,
}

async fn images(client: &Client) -> Observed<Vec<MicrovmImage>> {
    let listed = client
        .pages(
            IMAGES,
            |token| page(&[API, "microvm-images"], token),
            |answer: Listed<ListedImage>, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.items.as_deref(), next, |index, item| {
                    Some(MicrovmImage {
                        arn: Arn::new(filled(item.image_arn.clone())?),
                        name: filled(item.name.clone()),
                        state: filled(item.state.clone()),
                        active_version: filled(item.latest_active_image_version.clone()),
                        details: Observed::Absent,
                        sources: source(IMAGES, exchange, format!("/items/{index}")),
                    })
                })
            },
        )
        .await;
    let Observed::Known(images) = listed else {
        return listed;
    };
    let mut images = in_parallel(images, |image| describe_image(client, image)).await;
    images.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(images)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedVersion {
    base_image_arn: Option<String>,
    build_role_arn: Option<String>,
    egress_network_connectors: Option<Vec<String>>,
    logging: Option<Logging>,
    environment_variables: Option<Variables>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Logging {
    cloud_watch: Option<CloudWatch>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CloudWatch {
    log_group: Option<String>,
}

async fn describe_image(client: &Client, mut image: MicrovmImage) -> MicrovmImage {
    let Some(version) = &image.active_version else {
        return image;
    };
    let path = [
        API,
        "microvm-images",
        image.arn.as_str(),
        "versions",
        version,
    ];
    // An active version that is not found was replaced under the scan.
    let reply = client.ask(VERSION, &[], Request::get(&path)).await;
    note(&mut image.sources, VERSION, reply.exchange.as_ref(), "");
    image.details = reply.value.map(convert);
    image
}

fn convert(answer: DescribedVersion) -> MicrovmImageDetails {
    let logs = answer.logging.and_then(|logging| logging.cloud_watch);
    MicrovmImageDetails {
        base_image: filled(answer.base_image_arn).map(Arn::new),
        build_role: filled(answer.build_role_arn).map(Arn::new),
        egress_connectors: answer.egress_network_connectors.map(arns),
        log_group: logs.and_then(|logs| filled(logs.log_group)),
        environment: environment(VERSION, answer.environment_variables),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const MARKER: &str = "tripod-redacted:v1:named-secret:8:low:0123456789abcdef";

    fn items(items: &[&str], next: &str) -> String {
        format!(r#"{{"items":[{}],"nextToken":{next}}}"#, items.join(","))
    }

    fn script() -> Script {
        Script::new()
            .on(MICROVMS, &items(&[r#"{"microvmId":"m-1"}"#], "null"))
            .on(MICROVM, "{}")
            .on(
                IMAGES,
                &items(
                    &[r#"{"imageArn":"arn:i","latestActiveImageVersion":"3"}"#],
                    "null",
                ),
            )
            .on(VERSION, "{}")
    }

    fn read(script: &Script) -> LambdaMicrovms {
        script.read(&NEIGHBOUR).lambda_microvms
    }

    #[test]
    fn a_microvm_is_read_with_its_role_and_its_networks() {
        let script = script()
            .on(MICROVMS, &items(&[r#"{"microvmId":"m-1","state":"RUNNING","imageArn":"arn:i","imageVersion":"3","startedAt":1.7E9}"#], "null"))
            .on(MICROVM, r#"{"endpoint":"m-1.lambda.aws","executionRoleArn":"arn:role","ingressNetworkConnectors":["arn:in"],"egressNetworkConnectors":["arn:b","arn:a"]}"#);
        let lambda = read(&script);
        let microvm = &lambda.microvms.items()[0];
        assert_eq!(microvm.image, Some(Arn::new("arn:i")));
        assert_eq!(
            microvm.details,
            Observed::Known(MicrovmDetails {
                endpoint: Some("m-1.lambda.aws".to_owned()),
                role: Some(Arn::new("arn:role")),
                ingress_connectors: Some(vec![Arn::new("arn:in")]),
                egress_connectors: Some(vec![Arn::new("arn:a"), Arn::new("arn:b")]),
            })
        );
    }

    #[test]
    fn an_image_is_read_as_its_active_version_stands() {
        let body = format!(
            r#"{{"baseImageArn":"arn:base","buildRoleArn":"arn:builder","egressNetworkConnectors":[],"logging":{{"cloudWatch":{{"logGroup":"/vm"}}}},"environmentVariables":{{"TOKEN":"{MARKER}"}}}}"#
        );
        let script = script().on(VERSION, &body);
        let lambda = read(&script);
        let Observed::Known(details) = &lambda.images.items()[0].details else {
            panic!("{lambda:?}");
        };
        assert_eq!(details.base_image, Some(Arn::new("arn:base")));
        assert_eq!(details.build_role, Some(Arn::new("arn:builder")));
        assert_eq!(details.egress_connectors, Some(vec![]));
        assert_eq!(details.log_group.as_deref(), Some("/vm"));
        let Observed::Known(environment) = &details.environment else {
            panic!("{details:?}");
        };
        assert_eq!(environment["TOKEN"].to_string(), MARKER);
        let asked = script.asked();
        let version = asked
            .iter()
            .find(|call| call.operation == VERSION)
            .expect("asked");
        assert_eq!(
            version.request.path,
            "/2025-09-09/microvm-images/arn%3Ai/versions/3"
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let lambda = read(&script());
        let microvm = &lambda.microvms.items()[0];
        assert_eq!((&microvm.state, &microvm.image), (&None, &None));
        let Observed::Known(details) = &microvm.details else {
            panic!("{microvm:?}");
        };
        assert_eq!((&details.role, &details.ingress_connectors), (&None, &None));
        let Observed::Known(details) = &lambda.images.items()[0].details else {
            panic!("{lambda:?}");
        };
        assert_eq!((&details.build_role, &details.log_group), (&None, &None));
        assert_eq!(details.environment, Observed::Absent);
    }

    #[test]
    fn microvms_that_ended_and_images_without_a_version_are_asked_no_further() {
        let script = script()
            .on(
                MICROVMS,
                &items(&[r#"{"microvmId":"m-1","state":"TERMINATED"}"#], "null"),
            )
            .on(IMAGES, &items(&[r#"{"imageArn":"arn:i"}"#], "null"));
        let lambda = read(&script);
        assert_eq!(lambda.microvms.items()[0].details, Observed::NotCollected);
        assert_eq!(lambda.images.items()[0].details, Observed::Absent);
        assert_eq!(script.calls(), [MICROVMS, IMAGES]);
    }

    #[test]
    fn an_account_with_nothing_costs_the_two_lists() {
        let script = Script::new()
            .on(MICROVMS, &items(&[], "null"))
            .on(IMAGES, &items(&[], "null"));
        let lambda = read(&script);
        assert_eq!(lambda.microvms, Observed::Known(vec![]));
        assert_eq!(lambda.images, Observed::Known(vec![]));
        assert_eq!(script.calls(), [MICROVMS, IMAGES]);
    }

    #[test]
    fn three_pages_of_either_list_are_one_list_in_order() {
        let mut script = script();
        for (name, needle, next) in [
            ("c", "", r#""2""#),
            ("b", "nextToken=2", r#""3""#),
            ("a", "nextToken=3", "null"),
        ] {
            let microvm = format!(r#"{{"microvmId":"{name}"}}"#);
            let image = format!(r#"{{"imageArn":"arn:{name}"}}"#);
            script = script
                .when(MICROVMS, needle, &items(&[&microvm], next))
                .when(IMAGES, needle, &items(&[&image], next));
        }
        let lambda = read(&script);
        let ids: Vec<&str> = lambda
            .microvms
            .items()
            .iter()
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(lambda.images.items().len(), 3);
    }

    #[test]
    fn what_is_refused_or_not_offered_spoils_nothing_else() {
        let lacking = Observed::Unsupported {
            operation: IMAGES.to_owned(),
        };
        let lambda = read(
            &script()
                .refuse(IMAGES, lacking)
                .refuse(MICROVM, denied(MICROVM)),
        );
        assert!(matches!(lambda.images, Observed::Unsupported { .. }));
        assert_eq!(lambda.microvms.items()[0].details, denied(MICROVM));
        let lambda = read(
            &script()
                .refuse(MICROVMS, denied(MICROVMS))
                .refuse(VERSION, denied(VERSION)),
        );
        assert_eq!(lambda.microvms, denied(MICROVMS));
        assert_eq!(lambda.images.items()[0].details, denied(VERSION));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let leaked = r#"{"environmentVariables":{"A":"hunter2-hunter2"}}"#;
        let lambda = read(&script().on(MICROVMS, "{}").on(VERSION, leaked));
        assert!(matches!(lambda.microvms, Observed::Failed { .. }));
        let text = format!("{:?}", lambda.images);
        assert!(!text.contains("hunter2"), "{text}");
    }
}
