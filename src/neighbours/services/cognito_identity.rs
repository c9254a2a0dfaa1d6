//! Reads Cognito identity pools.
//!
//! Calls, for P pools: ⌈P/60⌉ ListIdentityPools, P DescribeIdentityPool, P GetIdentityPoolRoles.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use tripod_model::cognito_identity::{CognitoIdentity, IdentityPool, IdentityPoolSettings};
use tripod_model::{Arn, Observed};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const POOLS: &str = "cognito-identity:ListIdentityPools";
const POOL: &str = "cognito-identity:DescribeIdentityPool";
const ROLES: &str = "cognito-identity:GetIdentityPoolRoles";

/// Most pools on a page; the API wants a number.
/// <https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentityPools.html>
const LARGEST_PAGE: u32 = 60;

static SERVICE: Service = Service {
    name: "cognito-identity",
    signing: "cognito-identity",
    host: Host::Regional("cognito-identity"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AWSCognitoIdentityService",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "cognito-identity",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[POOLS],
    details: &[POOL, ROLES],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let identity_pools = pools(&context).await;
    Part::regional(move |region| region.cognito_identity = CognitoIdentity { identity_pools })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PoolsAnswer {
    identity_pools: Option<Vec<Listed>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    identity_pool_id: Option<String>,
    identity_pool_name: Option<String>,
}

async fn pools(context: &Context) -> Observed<Vec<IdentityPool>> {
    let client = context.client(&SERVICE);
    let request = |token: Option<&str>| {
        Request::json(&json!({"MaxResults": LARGEST_PAGE, "NextToken": token}))
    };
    let listed = client
        .pages(POOLS, request, |answer: PoolsAnswer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.identity_pools.as_deref(), next, |index, item| {
                let id = filled(item.identity_pool_id.clone())?;
                let pool = IdentityPool {
                    arn: Arn::new(format!(
                        "arn:{}:cognito-identity:{}:{}:identitypool/{id}",
                        context.partition, context.region, context.account
                    )),
                    name: filled(item.identity_pool_name.clone()),
                    settings: Observed::NotCollected,
                    roles: Observed::NotCollected,
                    sources: source(POOLS, exchange, format!("/IdentityPools/{index}")),
                };
                Some((id, pool))
            })
        })
        .await;
    let Observed::Known(listed) = listed else {
        return listed.unknown_as();
    };
    let mut pools = in_parallel(listed, |(id, pool)| describe(&client, id, pool)).await;
    pools.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(pools)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PoolAnswer {
    allow_unauthenticated_identities: Option<bool>,
    allow_classic_flow: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RolesAnswer {
    roles: Option<BTreeMap<String, String>>,
}

async fn describe(client: &Client, id: String, mut pool: IdentityPool) -> IdentityPool {
    // A pool that is not found although listed was deleted under the scan.
    let request = Request::json(&json!({"IdentityPoolId": id}));
    let (settings, roles) = futures::join!(
        client.ask(POOL, &[], request.clone()),
        client.ask(ROLES, &[], request.clone()),
    );
    note(&mut pool.sources, POOL, settings.exchange.as_ref(), "");
    note(&mut pool.sources, ROLES, roles.exchange.as_ref(), "");
    pool.settings = settings
        .value
        .map(|answer: PoolAnswer| IdentityPoolSettings {
            unauthenticated: answer.allow_unauthenticated_identities,
            classic_flow: answer.allow_classic_flow,
        });
    pool.roles = roles.value.and_then(convert);
    pool
}

/// The map is optional, and a pool without roles has nothing to put into it.
/// <https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html>
fn convert(answer: RolesAnswer) -> Observed<BTreeMap<String, Arn>> {
    match answer.roles {
        None => Observed::Absent,
        Some(roles) => Observed::Known(
            roles
                .into_iter()
                .map(|(of, role)| (of, Arn::new(role)))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn page(ids: &[&str], next: &str) -> String {
        let items: Vec<String> = ids
            .iter()
            .map(|id| format!(r#"{{"IdentityPoolId":"{id}"}}"#))
            .collect();
        format!(
            r#"{{"IdentityPools":[{}],"NextToken":{next}}}"#,
            items.join(",")
        )
    }

    fn script() -> Script {
        Script::new()
            .on(POOLS, &page(&["r:1"], "null"))
            .on(POOL, "{}")
            .on(ROLES, "{}")
    }

    fn read(script: &Script) -> Observed<Vec<IdentityPool>> {
        script.read(&NEIGHBOUR).cognito_identity.identity_pools
    }

    #[test]
    fn a_pool_is_read_with_its_roles() {
        let script = script()
            .on(
                POOLS,
                r#"{"IdentityPools":[{"IdentityPoolId":"r:1","IdentityPoolName":"visitors"}]}"#,
            )
            .when(
                POOL,
                "r:1",
                r#"{"IdentityPoolId":"r:1","IdentityPoolName":"visitors","AllowUnauthenticatedIdentities":true,"AllowClassicFlow":false}"#,
            )
            .when(
                ROLES,
                "r:1",
                r#"{"IdentityPoolId":"r:1","Roles":{"authenticated":"arn:in","unauthenticated":"arn:out"}}"#,
            );
        let pools = read(&script);
        let pool = &pools.items()[0];
        assert_eq!(
            pool.arn.as_str(),
            "arn:aws:cognito-identity:eu-central-1:111122223333:identitypool/r:1"
        );
        assert_eq!(pool.name.as_deref(), Some("visitors"));
        let settings = IdentityPoolSettings {
            unauthenticated: Some(true),
            classic_flow: Some(false),
        };
        assert_eq!(pool.settings, Observed::Known(settings));
        let Observed::Known(roles) = &pool.roles else {
            panic!("{pool:?}");
        };
        assert_eq!(roles["authenticated"].as_str(), "arn:in");
        assert_eq!(roles["unauthenticated"].as_str(), "arn:out");
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let pools = read(&script());
        let pool = &pools.items()[0];
        let bare = IdentityPoolSettings {
            unauthenticated: None,
            classic_flow: None,
        };
        assert_eq!(pool.settings, Observed::Known(bare));
        assert_eq!(pool.roles, Observed::Absent);
        assert_eq!(pool.name, None);
    }

    #[test]
    fn a_region_without_pools_costs_one_call() {
        let script = Script::new().on(POOLS, r#"{"IdentityPools":[]}"#);
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [POOLS]);
    }

    #[test]
    fn three_pages_are_one_list() {
        let script = script()
            .on(POOLS, &page(&["r:c"], r#""t2""#))
            .when(POOLS, r#""NextToken":"t2""#, &page(&["r:b"], r#""t3""#))
            .when(POOLS, r#""NextToken":"t3""#, &page(&["r:a"], "null"));
        let pools = read(&script);
        let ends: Vec<&str> = pools
            .items()
            .iter()
            .filter_map(|it| it.arn.as_str().rsplit('/').next())
            .collect();
        assert_eq!(ends, ["r:a", "r:b", "r:c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(POOLS, script, read);
        never_reads_as_none(POOL, script, |script| {
            read(script).items()[0].settings.clone()
        });
        never_reads_as_none(ROLES, script, |script| {
            read(script).items()[0].roles.clone()
        });
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let pools = read(&script().on(POOLS, "{}"));
        assert!(matches!(pools, Observed::Failed { .. }));
    }
}
