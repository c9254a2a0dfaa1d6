//! Reads Cognito user pools, those that authorizers ask.
//!
//! Calls, for P pools that the core refers to with C clients: P DescribeUserPool, P times ⌈C/60⌉
//! ListUserPoolClients, C DescribeUserPoolClient. A pool that is not there costs the first.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>

use serde::Deserialize;
use serde_json::json;
use tripod_model::cognito_idp::{
    ClientSettings, CognitoIdp, PasswordPolicy, UserPool, UserPoolClient, UserPoolSettings,
    ValidityUnits,
};
use tripod_model::{Arn, Observed, Sources};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const POOL: &str = "cognito-idp:DescribeUserPool";
const CLIENTS: &str = "cognito-idp:ListUserPoolClients";
const CLIENT: &str = "cognito-idp:DescribeUserPoolClient";

/// Most clients on a page.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html>
const LARGEST_PAGE: u32 = 60;

static SERVICE: Service = Service {
    name: "cognito-idp",
    signing: "cognito-idp",
    host: Host::Regional("cognito-idp"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AWSCognitoIdentityProviderService",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "cognito-idp",
    place: Place::Regional,
    wave: Wave::Second,
    lists: &[],
    details: &[POOL, CLIENTS, CLIENT],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let ids = context.references.of_region(&context.region).user_pools;
    let arn = |id: &str| {
        Arn::new(format!(
            "arn:{}:cognito-idp:{}:{}:userpool/{id}",
            context.partition, context.region, context.account
        ))
    };
    let ids = ids.into_iter().map(|id| (arn(&id), id)).collect();
    let user_pools = in_parallel(ids, |(arn, id)| pool(&client, arn, id)).await;
    Part::regional(move |region| {
        region.cognito_idp = CognitoIdp {
            user_pools: Observed::Known(user_pools),
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PoolAnswer {
    user_pool: PoolPart,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PoolPart {
    name: Option<String>,
    mfa_configuration: Option<String>,
    policies: Option<Policies>,
    user_pool_add_ons: Option<AddOns>,
    deletion_protection: Option<String>,
    admin_create_user_config: Option<AdminCreateUser>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policies {
    password_policy: Option<PasswordPart>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PasswordPart {
    minimum_length: Option<i64>,
    require_uppercase: Option<bool>,
    require_lowercase: Option<bool>,
    require_numbers: Option<bool>,
    require_symbols: Option<bool>,
    temporary_password_validity_days: Option<i64>,
    password_history_size: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AddOns {
    advanced_security_mode: Option<String>,
    advanced_security_additional_flows: Option<AdditionalFlows>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdditionalFlows {
    custom_auth_mode: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminCreateUser {
    allow_admin_create_user_only: Option<bool>,
}

async fn pool(client: &Client, arn: Arn, id: String) -> UserPool {
    let request = Request::json(&json!({"UserPoolId": id}));
    let reply = client
        .ask(POOL, &["ResourceNotFoundException"], request)
        .await;
    let sources = source(POOL, reply.exchange.as_ref(), "/UserPool".to_owned());
    let settings = reply
        .value
        .map(|answer: PoolAnswer| convert(answer.user_pool));
    let clients = match &settings {
        Observed::Absent => Observed::NotCollected,
        _ => clients(client, &id).await,
    };
    UserPool {
        arn,
        settings,
        clients,
        sources,
    }
}

fn convert(pool: PoolPart) -> UserPoolSettings {
    let (threats, flows) = match pool.user_pool_add_ons {
        Some(add_ons) => (
            add_ons.advanced_security_mode,
            add_ons.advanced_security_additional_flows,
        ),
        None => (None, None),
    };
    let password = |policy: PasswordPart| PasswordPolicy {
        minimum_length: policy.minimum_length,
        uppercase: policy.require_uppercase,
        lowercase: policy.require_lowercase,
        numbers: policy.require_numbers,
        symbols: policy.require_symbols,
        temporary_days: policy.temporary_password_validity_days,
        history: policy.password_history_size,
    };
    UserPoolSettings {
        name: filled(pool.name),
        mfa: filled(pool.mfa_configuration),
        password_policy: pool
            .policies
            .and_then(|it| it.password_policy)
            .map(password),
        threat_protection: filled(threats),
        custom_threat_protection: flows.and_then(|it| filled(it.custom_auth_mode)),
        deletion_protection: filled(pool.deletion_protection),
        admin_creates_users_only: pool
            .admin_create_user_config
            .and_then(|it| it.allow_admin_create_user_only),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ClientsAnswer {
    user_pool_clients: Option<Vec<ListedClient>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedClient {
    client_id: Option<String>,
    client_name: Option<String>,
}

async fn clients(client: &Client, pool: &str) -> Observed<Vec<UserPoolClient>> {
    let request = |token: Option<&str>| {
        Request::json(&json!({"UserPoolId": pool, "MaxResults": LARGEST_PAGE, "NextToken": token}))
    };
    let listed = client
        .pages(CLIENTS, request, |answer: ClientsAnswer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.user_pool_clients.as_deref(), next, |index, item| {
                let pointer = format!("/UserPoolClients/{index}");
                listed_client(item, source(CLIENTS, exchange, pointer))
            })
        })
        .await;
    let Observed::Known(listed) = listed else {
        return listed;
    };
    let mut clients = in_parallel(listed, |it| describe(client, pool, it)).await;
    clients.sort_by(|a, b| a.id.cmp(&b.id));
    Observed::Known(clients)
}

fn listed_client(item: &ListedClient, sources: Sources) -> Option<UserPoolClient> {
    Some(UserPoolClient {
        id: filled(item.client_id.clone())?,
        name: filled(item.client_name.clone()),
        settings: Observed::NotCollected,
        sources,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ClientAnswer {
    user_pool_client: ClientPart,
}

/// `ClientSecret` stands beside these and is left where it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ClientPart {
    explicit_auth_flows: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    oauth: Option<bool>,
    #[serde(rename = "AllowedOAuthFlows")]
    oauth_flows: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthScopes")]
    oauth_scopes: Option<Vec<String>>,
    #[serde(rename = "CallbackURLs")]
    callback_urls: Option<Vec<String>>,
    access_token_validity: Option<i64>,
    id_token_validity: Option<i64>,
    refresh_token_validity: Option<i64>,
    token_validity_units: Option<Units>,
    enable_token_revocation: Option<bool>,
    prevent_user_existence_errors: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Units {
    #[serde(rename = "AccessToken")]
    access: Option<String>,
    #[serde(rename = "IdToken")]
    id: Option<String>,
    #[serde(rename = "RefreshToken")]
    refresh: Option<String>,
}

async fn describe(client: &Client, pool: &str, mut described: UserPoolClient) -> UserPoolClient {
    let request = Request::json(&json!({"UserPoolId": pool, "ClientId": described.id}));
    // A client that is not found although listed was deleted under the scan.
    let reply = client.ask(CLIENT, &[], request).await;
    note(
        &mut described.sources,
        CLIENT,
        reply.exchange.as_ref(),
        "/UserPoolClient",
    );
    described.settings = reply
        .value
        .map(|answer: ClientAnswer| convert_client(answer.user_pool_client));
    described
}

fn convert_client(part: ClientPart) -> ClientSettings {
    let units = |units: Units| ValidityUnits {
        access_token: filled(units.access),
        id_token: filled(units.id),
        refresh_token: filled(units.refresh),
    };
    ClientSettings {
        auth_flows: part.explicit_auth_flows,
        oauth: part.oauth,
        oauth_flows: part.oauth_flows,
        oauth_scopes: part.oauth_scopes,
        callback_urls: part.callback_urls,
        access_token_validity: part.access_token_validity,
        id_token_validity: part.id_token_validity,
        refresh_token_validity: part.refresh_token_validity,
        validity_units: part.token_validity_units.map(units),
        token_revocation: part.enable_token_revocation,
        prevent_user_existence_errors: filled(part.prevent_user_existence_errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::{References, RegionalReferences};
    use crate::testing::{Script, denied, never_reads_as_none};
    use std::collections::{BTreeMap, BTreeSet};
    use tripod_model::RegionName;

    fn page(ids: &[&str], next: &str) -> String {
        let items: Vec<String> = ids
            .iter()
            .map(|id| format!(r#"{{"ClientId":"{id}"}}"#))
            .collect();
        format!(
            r#"{{"UserPoolClients":[{}],"NextToken":{next}}}"#,
            items.join(",")
        )
    }

    /// The core refers to one pool with one client, of which AWS says no more than its name.
    fn script() -> Script {
        let here = RegionalReferences {
            user_pools: BTreeSet::from(["eu-central-1_a".to_owned()]),
            ..RegionalReferences::default()
        };
        Script::new()
            .referring(References {
                regions: BTreeMap::from([(RegionName::new("eu-central-1"), here)]),
                ..References::default()
            })
            .on(POOL, r#"{"UserPool":{}}"#)
            .on(CLIENTS, &page(&["c1"], "null"))
            .on(CLIENT, r#"{"UserPoolClient":{}}"#)
    }

    fn read(script: &Script) -> UserPool {
        let pools = script.read(&NEIGHBOUR).cognito_idp.user_pools;
        pools.items()[0].clone()
    }

    #[test]
    fn a_pool_is_read_whole() {
        let script = script().when(
            POOL,
            "eu-central-1_a",
            r#"{"UserPool":{"Id":"eu-central-1_a","Name":"members","Policies":{"PasswordPolicy":{"MinimumLength":12,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":false,"PasswordHistorySize":5,"TemporaryPasswordValidityDays":7}},"DeletionProtection":"ACTIVE","MfaConfiguration":"OPTIONAL","UserPoolAddOns":{"AdvancedSecurityMode":"ENFORCED","AdvancedSecurityAdditionalFlows":{"CustomAuthMode":"AUDIT"}},"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":false},"CreationDate":1767225600.123}}"#,
        );
        let pool = read(&script);
        assert_eq!(
            pool.arn.as_str(),
            "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_a"
        );
        let text = |text: &str| Some(text.to_owned());
        let settings = UserPoolSettings {
            name: text("members"),
            mfa: text("OPTIONAL"),
            password_policy: Some(PasswordPolicy {
                minimum_length: Some(12),
                uppercase: Some(true),
                lowercase: Some(true),
                numbers: Some(true),
                symbols: Some(false),
                temporary_days: Some(7),
                history: Some(5),
            }),
            threat_protection: text("ENFORCED"),
            custom_threat_protection: text("AUDIT"),
            deletion_protection: text("ACTIVE"),
            admin_creates_users_only: Some(false),
        };
        assert_eq!(pool.settings, Observed::Known(settings));
    }

    #[test]
    fn a_client_is_read_without_its_secret() {
        let script = script().when(
            CLIENT,
            r#""ClientId":"c1""#,
            r#"{"UserPoolClient":{"ClientId":"c1","ClientName":"portal","ClientSecret":"do-not-keep","RefreshTokenValidity":30,"AccessTokenValidity":60,"IdTokenValidity":1,"TokenValidityUnits":{"AccessToken":"minutes"},"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"],"CallbackURLs":["https://portal.example/cb"],"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],"AllowedOAuthFlowsUserPoolClient":true,"PreventUserExistenceErrors":"LEGACY","EnableTokenRevocation":true}}"#,
        );
        let pool = read(&script);
        let list = |text: &str| Some(vec![text.to_owned()]);
        let settings = ClientSettings {
            auth_flows: list("ALLOW_USER_SRP_AUTH"),
            oauth: Some(true),
            oauth_flows: list("code"),
            oauth_scopes: list("openid"),
            callback_urls: list("https://portal.example/cb"),
            access_token_validity: Some(60),
            id_token_validity: Some(1),
            refresh_token_validity: Some(30),
            validity_units: Some(ValidityUnits {
                access_token: Some("minutes".to_owned()),
                id_token: None,
                refresh_token: None,
            }),
            token_revocation: Some(true),
            prevent_user_existence_errors: Some("LEGACY".to_owned()),
        };
        assert_eq!(pool.clients.items()[0].settings, Observed::Known(settings));
        assert!(!format!("{pool:?}").contains("do-not-keep"));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let pool = read(&script());
        let Observed::Known(settings) = &pool.settings else {
            panic!("{pool:?}");
        };
        assert_eq!((&settings.mfa, &settings.password_policy), (&None, &None));
        assert_eq!(settings.admin_creates_users_only, None);
        let Observed::Known(client) = &pool.clients.items()[0].settings else {
            panic!("{pool:?}");
        };
        assert_eq!((&client.auth_flows, client.oauth), (&None, None));
        assert_eq!(client.access_token_validity, None);
    }

    #[test]
    fn where_nothing_refers_to_a_pool_nothing_is_asked() {
        let script = Script::new();
        let cognito = script.read(&NEIGHBOUR).cognito_idp;
        assert_eq!(cognito.user_pools, Observed::Known(vec![]));
        assert!(script.calls().is_empty());
    }

    #[test]
    fn a_pool_that_is_not_there_is_absent_and_costs_one_call() {
        let script = script().absent(POOL, "", "ResourceNotFoundException");
        let pool = read(&script);
        assert_eq!(pool.settings, Observed::Absent);
        assert_eq!(pool.clients, Observed::NotCollected);
        assert_eq!(script.calls(), [POOL]);
    }

    #[test]
    fn three_pages_of_clients_are_one_list() {
        let script = script()
            .on(CLIENTS, &page(&["c"], r#""t2""#))
            .when(CLIENTS, r#""NextToken":"t2""#, &page(&["b"], r#""t3""#))
            .when(CLIENTS, r#""NextToken":"t3""#, &page(&["a"], "null"));
        let pool = read(&script);
        let ids: Vec<&str> = pool
            .clients
            .items()
            .iter()
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(POOL, script, |script| read(script).settings);
        never_reads_as_none(CLIENTS, script, |script| read(script).clients);
        never_reads_as_none(CLIENT, script, |script| {
            read(script).clients.items()[0].settings.clone()
        });
    }

    #[test]
    fn clients_are_still_asked_for_where_the_pool_is_denied() {
        let pool = read(&script().refuse(POOL, denied(POOL)));
        assert_eq!(pool.clients.items().len(), 1);
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let clients = read(&script().on(CLIENTS, "{}")).clients;
        assert!(matches!(clients, Observed::Failed { .. }));
    }
}
