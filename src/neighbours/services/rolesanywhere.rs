//! Reads IAM Roles Anywhere.
//!
//! Calls: the pages of ListTrustAnchors, and where there is a trust anchor, those of ListProfiles and
//! ListCrls.

use serde::Deserialize;
use tripod_model::rolesanywhere::{Profile, RevocationList, RolesAnywhere, TrustAnchor};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::{filled, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const ANCHORS: &str = "rolesanywhere:ListTrustAnchors";
const PROFILES: &str = "rolesanywhere:ListProfiles";
const REVOCATIONS: &str = "rolesanywhere:ListCrls";

static SERVICE: Service = Service {
    name: "rolesanywhere",
    signing: "rolesanywhere",
    host: Host::Regional("rolesanywhere"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "rolesanywhere",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[ANCHORS],
    details: &[PROFILES, REVOCATIONS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let trust_anchors = anchors(&client).await;
    let none = matches!(&trust_anchors, Observed::Known(list) if list.is_empty());
    let (profiles, revocation_lists) = if none {
        (Observed::NotCollected, Observed::NotCollected)
    } else {
        futures::join!(profiles(&client), revocations(&client))
    };
    Part::regional(move |region| {
        region.rolesanywhere = RolesAnywhere {
            trust_anchors,
            profiles,
            revocation_lists,
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnchorsAnswer {
    trust_anchors: Option<Vec<Anchor>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Anchor {
    #[serde(rename = "trustAnchorArn")]
    arn: Option<String>,
    name: Option<String>,
    enabled: Option<bool>,
    source: Option<AnchorSource>,
}

/// `sourceData` stands beside it, with the certificates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnchorSource {
    source_type: Option<String>,
}

async fn anchors(client: &Client) -> Observed<Vec<TrustAnchor>> {
    let request =
        |token: Option<&str>| Request::get(&["trustanchors"]).with_some("nextToken", token);
    let listed = client.pages(ANCHORS, request, |answer: AnchorsAnswer, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.trust_anchors.as_deref(), next, |index, item| {
            let of = item.source.as_ref();
            Some(TrustAnchor {
                arn: Arn::new(filled(item.arn.clone())?),
                name: filled(item.name.clone()),
                enabled: item.enabled,
                source: of.and_then(|it| filled(it.source_type.clone())),
                sources: source(ANCHORS, exchange, format!("/trustAnchors/{index}")),
            })
        })
    });
    listed.await.map(|mut anchors| {
        anchors.sort_by(|a, b| a.arn.cmp(&b.arn));
        anchors
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProfilesAnswer {
    profiles: Option<Vec<ListedProfile>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedProfile {
    profile_arn: Option<String>,
    name: Option<String>,
    enabled: Option<bool>,
    role_arns: Option<Vec<String>>,
    session_policy: Option<String>,
    managed_policy_arns: Option<Vec<String>>,
    duration_seconds: Option<i64>,
}

async fn profiles(client: &Client) -> Observed<Vec<Profile>> {
    let request = |token: Option<&str>| Request::get(&["profiles"]).with_some("nextToken", token);
    let split = |answer: ProfilesAnswer, exchange: Option<&ExchangeId>| {
        let next = answer.next_token.as_deref();
        Page::of(answer.profiles.as_deref(), next, |index, item| {
            profile(
                item,
                source(PROFILES, exchange, format!("/profiles/{index}")),
            )
        })
    };
    client
        .pages(PROFILES, request, split)
        .await
        .map(|mut profiles| {
            profiles.sort_by(|a, b| a.arn.cmp(&b.arn));
            profiles
        })
}

fn profile(item: &ListedProfile, sources: Sources) -> Option<Profile> {
    let arns = |list: &Option<Vec<String>>| -> Option<Vec<Arn>> {
        Some(list.as_ref()?.iter().map(Arn::new).collect())
    };
    Some(Profile {
        arn: Arn::new(filled(item.profile_arn.clone())?),
        name: filled(item.name.clone()),
        enabled: item.enabled,
        roles: arns(&item.role_arns),
        session_policy: filled(item.session_policy.clone()).map(PolicyDocument),
        managed_policies: arns(&item.managed_policy_arns),
        duration_seconds: item.duration_seconds,
        sources,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RevocationsAnswer {
    crls: Option<Vec<Revocation>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revocation {
    crl_arn: Option<String>,
    enabled: Option<bool>,
    trust_anchor_arn: Option<String>,
}

async fn revocations(client: &Client) -> Observed<Vec<RevocationList>> {
    let request = |token: Option<&str>| Request::get(&["crls"]).with_some("nextToken", token);
    let split = |answer: RevocationsAnswer, exchange: Option<&ExchangeId>| {
        let next = answer.next_token.as_deref();
        Page::of(answer.crls.as_deref(), next, |index, item| {
            Some(RevocationList {
                arn: Arn::new(filled(item.crl_arn.clone())?),
                enabled: item.enabled,
                trust_anchor: filled(item.trust_anchor_arn.clone()).map(Arn::new),
                sources: source(REVOCATIONS, exchange, format!("/crls/{index}")),
            })
        })
    };
    client
        .pages(REVOCATIONS, request, split)
        .await
        .map(|mut lists| {
            lists.sort_by(|a, b| a.arn.cmp(&b.arn));
            lists
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied, never_reads_as_none};

    const LISTS: [(&str, &str, &str); 3] = [
        (ANCHORS, "trustAnchors", "trustAnchorArn"),
        (PROFILES, "profiles", "profileArn"),
        (REVOCATIONS, "crls", "crlArn"),
    ];

    fn page(list: &str, item: &str, next: &str) -> String {
        format!(r#"{{"{list}":[{item}],"nextToken":{next}}}"#)
    }

    /// One of each, of which AWS says no more than its ARN.
    fn script() -> Script {
        LISTS
            .iter()
            .fold(Script::new(), |script, (operation, list, arn)| {
                let item = format!(r#"{{"{arn}":"arn:a"}}"#);
                script.on(operation, &page(list, &item, "null"))
            })
    }

    fn read(script: &Script) -> RolesAnywhere {
        script.read(&NEIGHBOUR).rolesanywhere
    }

    #[test]
    fn anchors_profiles_and_revocations_are_read() {
        let script = script()
            .on(ANCHORS, r#"{"trustAnchors":[{"trustAnchorId":"1","trustAnchorArn":"arn:anchor","name":"shop","source":{"sourceType":"CERTIFICATE_BUNDLE","sourceData":{"x509CertificateData":"PEM"}},"enabled":true,"createdAt":"2026-01-01T00:00:00Z"}]}"#)
            .on(PROFILES, r#"{"profiles":[{"profileId":"1","profileArn":"arn:profile","name":"shops","enabled":true,"roleArns":["arn:role"],"sessionPolicy":"{}","managedPolicyArns":["arn:policy"],"durationSeconds":3600}]}"#)
            .on(REVOCATIONS, r#"{"crls":[{"crlId":"1","crlArn":"arn:crl","name":"c","enabled":false,"crlData":"AA==","trustAnchorArn":"arn:anchor"}]}"#);
        let anywhere = read(&script);
        let anchor = &anywhere.trust_anchors.items()[0];
        assert_eq!(anchor.name.as_deref(), Some("shop"));
        assert_eq!(anchor.enabled, Some(true));
        assert_eq!(anchor.source.as_deref(), Some("CERTIFICATE_BUNDLE"));
        let profile = &anywhere.profiles.items()[0];
        assert_eq!(profile.roles, Some(vec![Arn::new("arn:role")]));
        assert_eq!(profile.managed_policies, Some(vec![Arn::new("arn:policy")]));
        assert_eq!(
            profile.session_policy,
            Some(PolicyDocument("{}".to_owned()))
        );
        assert_eq!(profile.duration_seconds, Some(3600));
        let list = &anywhere.revocation_lists.items()[0];
        assert_eq!(list.enabled, Some(false));
        assert_eq!(list.trust_anchor, Some(Arn::new("arn:anchor")));
        assert!(!format!("{anywhere:?}").contains("PEM"));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let anywhere = read(&script());
        let anchor = &anywhere.trust_anchors.items()[0];
        assert_eq!((anchor.enabled, &anchor.source), (None, &None));
        let profile = &anywhere.profiles.items()[0];
        assert_eq!((&profile.roles, &profile.session_policy), (&None, &None));
        assert_eq!(anywhere.revocation_lists.items()[0].trust_anchor, None);
    }

    #[test]
    fn without_a_trust_anchor_it_costs_one_call() {
        let script = Script::new().on(ANCHORS, r#"{"trustAnchors":[]}"#);
        let anywhere = read(&script);
        assert_eq!(anywhere.trust_anchors, Observed::Known(vec![]));
        assert_eq!(anywhere.profiles, Observed::NotCollected);
        assert_eq!(script.calls(), [ANCHORS]);
    }

    #[test]
    fn three_pages_of_each_list_are_one_list() {
        let script = LISTS
            .iter()
            .fold(script(), |script, (operation, list, arn)| {
                let page =
                    |name: &str, next: &str| page(list, &format!(r#"{{"{arn}":"{name}"}}"#), next);
                script
                    .on(operation, &page("c", r#""t2""#))
                    .when(operation, "nextToken=t2", &page("b", r#""t3""#))
                    .when(operation, "nextToken=t3", &page("a", "null"))
            });
        let anywhere = read(&script);
        let arns: Vec<&str> = anywhere
            .trust_anchors
            .items()
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        assert_eq!(arns, ["a", "b", "c"]);
        assert_eq!(anywhere.profiles.items().len(), 3);
        assert_eq!(anywhere.revocation_lists.items().len(), 3);
    }

    #[test]
    fn refusals_are_no_answers_and_stay_where_they_are() {
        never_reads_as_none(ANCHORS, script, |script| read(script).trust_anchors);
        never_reads_as_none(PROFILES, script, |script| read(script).profiles);
        never_reads_as_none(REVOCATIONS, script, |script| read(script).revocation_lists);
        let anywhere = read(&script().refuse(ANCHORS, denied(ANCHORS)));
        assert_eq!(anywhere.profiles.items().len(), 1);
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let anywhere = read(&script().on(ANCHORS, "{}"));
        assert!(matches!(anywhere.trust_anchors, Observed::Failed { .. }));
    }
}
