//! Reads AWS Signer: the account's signing profiles.
//!
//! Calls, for P profiles: ⌈P/25⌉ ListSigningProfiles. AWS publishes no quota for it.

use serde::Deserialize;
use tripod_model::signer::{Signer, SigningProfile, Validity};
use tripod_model::{Arn, Sources};

use super::{filled, source};
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const PROFILES: &str = "signer:ListSigningProfiles";

/// Most profiles on a page.
/// <https://docs.aws.amazon.com/signer/latest/api/API_ListSigningProfiles.html>
const LARGEST_PAGE: &str = "25";

static SERVICE: Service = Service {
    name: "signer",
    signing: "signer",
    host: Host::Regional("signer"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "signer",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[PROFILES],
    details: &[],
    run: |context| Box::pin(read(context)),
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    profiles: Option<Vec<Listed>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    arn: Option<String>,
    profile_name: Option<String>,
    profile_version_arn: Option<String>,
    status: Option<String>,
    platform_id: Option<String>,
    signature_validity_period: Option<Period>,
}

#[derive(Debug, Clone, Deserialize)]
struct Period {
    value: Option<i64>,
    #[serde(rename = "type")]
    unit: Option<String>,
}

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let profiles = client
        .pages(PROFILES, request, |answer: Answer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.profiles.as_deref(), next, |index, item| {
                convert(
                    item,
                    source(PROFILES, exchange, format!("/profiles/{index}")),
                )
            })
        })
        .await
        .map(|mut profiles| {
            profiles.sort_by(|a, b| a.arn.cmp(&b.arn));
            profiles
        });
    Part::regional(move |region| region.signer = Signer { profiles })
}

/// Unless all states are named, cancelled and revoked profiles are left out.
fn request(token: Option<&str>) -> Request {
    Request::get(&["signing-profiles"])
        .with("includeCanceled", "true")
        .with("statuses", "Active")
        .with("statuses", "Canceled")
        .with("statuses", "Revoked")
        .with("maxResults", LARGEST_PAGE)
        .with_some("nextToken", token)
}

fn convert(item: &Listed, sources: Sources) -> Option<SigningProfile> {
    let validity = |period: Period| Validity {
        value: period.value,
        unit: filled(period.unit),
    };
    Some(SigningProfile {
        arn: Arn::new(filled(item.arn.clone())?),
        name: filled(item.profile_name.clone()),
        version_arn: filled(item.profile_version_arn.clone()).map(Arn::new),
        status: filled(item.status.clone()),
        platform: filled(item.platform_id.clone()),
        validity: item.signature_validity_period.clone().map(validity),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};
    use tripod_model::Observed;

    fn page(names: &[&str], next: &str) -> String {
        let items: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"arn":"arn:{name}"}}"#))
            .collect();
        format!(r#"{{"profiles":[{}],"nextToken":{next}}}"#, items.join(","))
    }

    fn script() -> Script {
        Script::new().on(PROFILES, &page(&[], "null"))
    }

    fn read(script: &Script) -> Observed<Vec<SigningProfile>> {
        script.read(&NEIGHBOUR).signer.profiles
    }

    #[test]
    fn a_profile_is_read_also_where_it_was_revoked() {
        let script = script().when(
            PROFILES,
            "includeCanceled=true&statuses=Active&statuses=Canceled&statuses=Revoked",
            r#"{"profiles":[{"profileName":"old","profileVersion":"v1","profileVersionArn":"arn:p/old/v1","arn":"arn:p/old","status":"Revoked","platformId":"AWSLambda-SHA384-ECDSA","signatureValidityPeriod":{"value":135,"type":"MONTHS"}}]}"#,
        );
        let profiles = read(&script);
        let profile = &profiles.items()[0];
        assert_eq!(profile.arn.as_str(), "arn:p/old");
        assert_eq!(profile.name.as_deref(), Some("old"));
        assert_eq!(profile.status.as_deref(), Some("Revoked"));
        assert_eq!(profile.platform.as_deref(), Some("AWSLambda-SHA384-ECDSA"));
        let version = profile.version_arn.as_ref().map(Arn::as_str);
        assert_eq!(version, Some("arn:p/old/v1"));
        let validity = Validity {
            value: Some(135),
            unit: Some("MONTHS".to_owned()),
        };
        assert_eq!(profile.validity, Some(validity));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let profiles = read(&script().on(PROFILES, &page(&["a"], "null")));
        let profile = &profiles.items()[0];
        assert_eq!((&profile.status, &profile.validity), (&None, &None));
        assert_eq!(profile.version_arn, None);
    }

    #[test]
    fn a_region_without_profiles_costs_one_call() {
        let script = script();
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [PROFILES]);
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = script()
            .on(PROFILES, &page(&["c"], r#""t2""#))
            .when(PROFILES, "nextToken=t2", &page(&["b"], r#""t3""#))
            .when(PROFILES, "nextToken=t3", &page(&["a"], "null"));
        let profiles = read(&script);
        let arns: Vec<&str> = profiles.items().iter().map(|it| it.arn.as_str()).collect();
        assert_eq!(arns, ["arn:a", "arn:b", "arn:c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(PROFILES, script, read);
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let profiles = read(&script().on(PROFILES, "{}"));
        assert!(matches!(profiles, Observed::Failed { .. }));
    }
}
