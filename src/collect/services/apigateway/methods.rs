//! Resources with their methods and integrations.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    Integration as SdkIntegration, IntegrationResponse as SdkResponse, Method as SdkMethod,
    Resource,
};
use serde_json::Value;
use tripod_model::apigateway::{Integration, IntegrationResponse, Method};
use tripod_model::{Arn, Observed, Sources};

use super::super::{filled, in_order, ordered, sorted, source, text};
use super::LARGEST_PAGE;
use crate::body::{Body, said};
use crate::reply::{Page, pages};

pub(super) const RESOURCES: &str = "apigateway:GetResources";

pub(super) async fn methods(client: &Client, id: &str, api: &Arn) -> Observed<Vec<Method>> {
    let wire = Body::default();
    let methods = pages(
        RESOURCES,
        |token| {
            let request = client
                .get_resources()
                .rest_api_id(id)
                .embed("methods")
                .limit(LARGEST_PAGE)
                .set_position(token);
            request.customize().interceptor(wire.clone()).send()
        },
        |output, exchange| {
            let body = wire.take();
            let list = output.items.as_deref();
            Page::flat(list, output.position(), |index, item| {
                let wire = &body["item"][index]["resourceMethods"];
                convert_methods(api, item, wire, |http_method| {
                    let pointer = format!("/item/{index}/resourceMethods/{http_method}");
                    source(RESOURCES, exchange, pointer)
                })
            })
        },
    )
    .await;
    in_order(methods, |method| {
        (method.path.clone(), method.http_method.clone())
    })
}

/// The methods of a resource; one `None` for a resource without its identity.
fn convert_methods(
    api: &Arn,
    item: &Resource,
    wire: &Value,
    sources: impl Fn(&str) -> Sources,
) -> Vec<Option<Method>> {
    let (Some(id), Some(path)) = (item.id(), item.path()) else {
        return vec![None];
    };
    item.resource_methods()
        .into_iter()
        .flatten()
        .map(|(http_method, method)| {
            let place = (id, path, http_method.as_str());
            let sources = sources(http_method);
            Some(convert_method(
                api,
                place,
                method,
                &wire[http_method],
                sources,
            ))
        })
        .collect()
}

fn convert_method(
    api: &Arn,
    (id, path, http_method): (&str, &str, &str),
    item: &SdkMethod,
    wire: &Value,
    sources: Sources,
) -> Method {
    Method {
        arn: Arn::new(format!("{api}/resources/{id}/methods/{http_method}")),
        path: path.to_owned(),
        http_method: http_method.to_owned(),
        authorization_type: filled(item.authorization_type()),
        authorizer_id: filled(item.authorizer_id()),
        authorization_scopes: sorted(item.authorization_scopes()),
        api_key_required: item.api_key_required(),
        request_validator_id: filled(item.request_validator_id()),
        request_parameters: item
            .request_parameters()
            .into_iter()
            .flatten()
            .map(|(name, required)| (name.clone(), *required))
            .collect(),
        request_models: ordered(item.request_models()),
        integration: item
            .method_integration()
            .map(|integration| convert_integration(integration, &wire["methodIntegration"])),
        sources,
    }
}

fn convert_integration(item: &SdkIntegration, wire: &Value) -> Integration {
    Integration {
        kind: text(item.r#type()),
        uri: filled(item.uri()),
        http_method: filled(item.http_method()),
        credentials: filled(item.credentials()),
        connection_type: text(item.connection_type()),
        connection_id: filled(item.connection_id()),
        target: filled(item.integration_target()),
        insecure_skip_verification: item.tls_config().and_then(|tls| {
            let value = tls.insecure_skip_verification();
            said(&wire["tlsConfig"], "insecureSkipVerification", value)
        }),
        timeout_milliseconds: said(wire, "timeoutInMillis", item.timeout_in_millis().into()),
        passthrough_behavior: filled(item.passthrough_behavior()),
        cache_key_parameters: sorted(item.cache_key_parameters()),
        cache_namespace: filled(item.cache_namespace()),
        response_transfer_mode: text(item.response_transfer_mode()),
        request_parameters: ordered(item.request_parameters()),
        responses: responses(item.integration_responses()),
    }
}

fn responses(
    items: Option<&HashMap<String, SdkResponse>>,
) -> BTreeMap<String, IntegrationResponse> {
    items
        .into_iter()
        .flatten()
        .map(|(status, item)| {
            let response = IntegrationResponse {
                selection_pattern: filled(item.selection_pattern()),
                parameters: ordered(item.response_parameters()),
            };
            (status.clone(), response)
        })
        .collect()
}
