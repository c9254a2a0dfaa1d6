//! Reads GuardDuty.
//!
//! Calls, for D detectors, of which AWS allows one a region: 1 ListDetectors, D GetDetector. AWS publishes no
//! quota for them.

use serde::Deserialize;
use tripod_model::guardduty::{Detector, DetectorSettings, Feature, GuardDuty};
use tripod_model::{Arn, Observed};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const DETECTORS: &str = "guardduty:ListDetectors";
const DETECTOR: &str = "guardduty:GetDetector";

static SERVICE: Service = Service {
    name: "guardduty",
    signing: "guardduty",
    host: Host::Regional("guardduty"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "guardduty",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[DETECTORS],
    details: &[DETECTOR],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let detectors = detectors(&context).await;
    Part::regional(move |region| region.guardduty = GuardDuty { detectors })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DetectorsAnswer {
    detector_ids: Option<Vec<String>>,
    next_token: Option<String>,
}

/// A detector by its id, which is in no ARN that the list gives.
async fn detectors(context: &Context) -> Observed<Vec<Detector>> {
    let client = context.client(&SERVICE);
    let request = |token: Option<&str>| Request::get(&["detector"]).with_some("nextToken", token);
    let listed = client
        .pages(DETECTORS, request, |answer: DetectorsAnswer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.detector_ids.as_deref(), next, |index, id| {
                let id = filled(Some(id.clone()))?;
                let detector = Detector {
                    arn: Arn::new(format!(
                        "arn:{}:guardduty:{}:{}:detector/{id}",
                        context.partition, context.region, context.account
                    )),
                    settings: Observed::NotCollected,
                    sources: source(DETECTORS, exchange, format!("/detectorIds/{index}")),
                };
                Some((id, detector))
            })
        })
        .await;
    let Observed::Known(listed) = listed else {
        return listed.unknown_as();
    };
    let mut detectors = in_parallel(listed, |(id, it)| describe(&client, id, it)).await;
    detectors.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(detectors)
}

#[derive(Debug, Deserialize)]
struct DetectorAnswer {
    status: Option<String>,
    features: Option<Vec<FeaturePart>>,
}

#[derive(Debug, Deserialize)]
struct FeaturePart {
    name: Option<String>,
    status: Option<String>,
}

async fn describe(client: &Client, id: String, mut detector: Detector) -> Detector {
    // Nothing here means "there is none": the API knows one code for all that is wrong with a request.
    let reply = client
        .ask(DETECTOR, &[], Request::get(&["detector", &id]))
        .await;
    note(&mut detector.sources, DETECTOR, reply.exchange.as_ref(), "");
    detector.settings = reply.value.map(convert);
    detector
}

fn convert(answer: DetectorAnswer) -> DetectorSettings {
    let feature = |part: FeaturePart| Feature {
        name: filled(part.name),
        status: filled(part.status),
    };
    DetectorSettings {
        status: filled(answer.status),
        features: answer
            .features
            .map(|features| features.into_iter().map(feature).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn page(ids: &str, next: &str) -> String {
        format!(r#"{{"detectorIds":[{ids}],"nextToken":{next}}}"#)
    }

    fn script() -> Script {
        Script::new()
            .on(DETECTORS, &page(r#""d1""#, "null"))
            .on(DETECTOR, "{}")
    }

    fn read(script: &Script) -> Observed<Vec<Detector>> {
        script.read(&NEIGHBOUR).guardduty.detectors
    }

    #[test]
    fn a_detector_is_read_with_what_it_watches() {
        let script = script().when(
            DETECTOR,
            "/detector/d1",
            r#"{"status":"ENABLED","serviceRole":"arn:r","features":[{"name":"LAMBDA_NETWORK_LOGS","status":"DISABLED","updatedAt":1767225600},{"name":"FLOW_LOGS","status":"ENABLED"}]}"#,
        );
        let detectors = read(&script);
        let detector = &detectors.items()[0];
        assert_eq!(
            detector.arn.as_str(),
            "arn:aws:guardduty:eu-central-1:111122223333:detector/d1"
        );
        let feature = |name: &str, status: &str| Feature {
            name: Some(name.to_owned()),
            status: Some(status.to_owned()),
        };
        let settings = DetectorSettings {
            status: Some("ENABLED".to_owned()),
            features: Some(vec![
                feature("LAMBDA_NETWORK_LOGS", "DISABLED"),
                feature("FLOW_LOGS", "ENABLED"),
            ]),
        };
        assert_eq!(detector.settings, Observed::Known(settings));
        assert_eq!(
            detector.sources.evidence(DETECTOR, "/features/0")[0].pointer,
            "/features/0"
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let bare = DetectorSettings {
            status: None,
            features: None,
        };
        let detectors = read(&script());
        assert_eq!(detectors.items()[0].settings, Observed::Known(bare));
    }

    #[test]
    fn a_region_without_detector_costs_one_call() {
        let script = Script::new().on(DETECTORS, &page("", r#""""#));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [DETECTORS]);
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = script()
            .on(DETECTORS, &page(r#""c""#, r#""t2""#))
            .when(DETECTORS, "nextToken=t2", &page(r#""b""#, r#""t3""#))
            .when(DETECTORS, "nextToken=t3", &page(r#""a""#, "null"));
        let detectors = read(&script);
        let ends: Vec<&str> = detectors
            .items()
            .iter()
            .filter_map(|it| it.arn.as_str().rsplit('/').next())
            .collect();
        assert_eq!(ends, ["a", "b", "c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(DETECTORS, script, read);
        never_reads_as_none(DETECTOR, script, |script| {
            read(script).items()[0].settings.clone()
        });
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let detectors = read(&script().on(DETECTORS, "{}"));
        assert!(matches!(detectors, Observed::Failed { .. }));
    }
}
