//! What routes name: authorizers and integrations.

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::{Authorizer as SdkAuthorizer, Integration as SdkIntegration};
use tripod_model::apigatewayv2::{Authorizer, Integration, Tls};
use tripod_model::{Arn, Observed, Sources};

use super::super::{arn, filled, in_order, ordered, sorted, source, text};
use crate::reply::{Page, pages};

pub(super) const AUTHORIZERS: &str = "apigatewayv2:GetAuthorizers";
pub(super) const INTEGRATIONS: &str = "apigatewayv2:GetIntegrations";

pub(super) async fn authorizers(client: &Client, id: &str, api: &Arn) -> Observed<Vec<Authorizer>> {
    let authorizers = list!(
        AUTHORIZERS,
        client.get_authorizers().api_id(id),
        |item, sources| convert_authorizer(api, item, sources)
    );
    in_order(authorizers, |authorizer| authorizer.id.clone())
}

pub(super) async fn integrations(
    client: &Client,
    id: &str,
    api: &Arn,
) -> Observed<Vec<Integration>> {
    let integrations = list!(
        INTEGRATIONS,
        client.get_integrations().api_id(id),
        |item, sources| convert_integration(api, item, sources)
    );
    in_order(integrations, |integration| integration.id.clone())
}

fn convert_authorizer(api: &Arn, item: &SdkAuthorizer, sources: Sources) -> Option<Authorizer> {
    let id = filled(item.authorizer_id())?;
    let jwt = item.jwt_configuration();
    Some(Authorizer {
        arn: Arn::new(format!("{api}/authorizers/{id}")),
        name: filled(item.name()),
        kind: text(item.authorizer_type()),
        issuer: jwt.and_then(|jwt| filled(jwt.issuer())),
        audiences: jwt.map_or_else(Vec::new, |jwt| sorted(jwt.audience())),
        identity_source: item.identity_source().to_vec(),
        uri: filled(item.authorizer_uri()),
        credentials_arn: arn(item.authorizer_credentials_arn()),
        payload_format_version: filled(item.authorizer_payload_format_version()),
        enable_simple_responses: item.enable_simple_responses(),
        result_ttl_seconds: item.authorizer_result_ttl_in_seconds().map(i64::from),
        sources,
        id,
    })
}

fn convert_integration(api: &Arn, item: &SdkIntegration, sources: Sources) -> Option<Integration> {
    let id = filled(item.integration_id())?;
    Some(Integration {
        arn: Arn::new(format!("{api}/integrations/{id}")),
        kind: text(item.integration_type()),
        subtype: filled(item.integration_subtype()),
        http_method: filled(item.integration_method()),
        uri: filled(item.integration_uri()),
        credentials_arn: arn(item.credentials_arn()),
        connection_type: text(item.connection_type()),
        connection_id: filled(item.connection_id()),
        tls: item.tls_config().map(|tls| Tls {
            server_name_to_verify: filled(tls.server_name_to_verify()),
        }),
        payload_format_version: filled(item.payload_format_version()),
        passthrough_behavior: text(item.passthrough_behavior()),
        request_parameters: ordered(item.request_parameters()),
        response_parameters: item
            .response_parameters()
            .into_iter()
            .flatten()
            .map(|(status, changes)| (status.clone(), ordered(Some(changes))))
            .collect(),
        timeout_milliseconds: item.timeout_in_millis().map(i64::from),
        managed: item.api_gateway_managed(),
        sources,
        id,
    })
}
