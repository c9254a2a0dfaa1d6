//! What methods name and an API answers by itself: validators, authorizers, models, gateway responses.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    Authorizer as SdkAuthorizer, GatewayResponse as SdkResponse, Model as SdkModel,
    RequestValidator as SdkValidator,
};
use serde_json::Value;
use tripod_model::apigateway::{Authorizer, GatewayResponse, RequestModel, RequestValidator};
use tripod_model::{Arn, Observed, Sources};

use super::super::{arns, filled, in_order, ordered, source, text};
use super::{LARGEST_PAGE, jwt};
use crate::body::{Body, said};
use crate::reply::{Page, pages};

pub(super) const VALIDATORS: &str = "apigateway:GetRequestValidators";
pub(super) const AUTHORIZERS: &str = "apigateway:GetAuthorizers";
pub(super) const MODELS: &str = "apigateway:GetModels";
pub(super) const GATEWAY_RESPONSES: &str = "apigateway:GetGatewayResponses";

pub(super) async fn validators(client: &Client, id: &str) -> Observed<Vec<RequestValidator>> {
    let validators = list!(
        VALIDATORS,
        client.get_request_validators().rest_api_id(id),
        |item, wire, _| convert_validator(item, wire)
    );
    in_order(validators, |validator| validator.id.clone())
}

pub(super) async fn authorizers(client: &Client, id: &str, api: &Arn) -> Observed<Vec<Authorizer>> {
    let authorizers = list!(
        AUTHORIZERS,
        client.get_authorizers().rest_api_id(id),
        |item, wire: &Value, sources| convert_authorizer(api, item, wire, sources)
    );
    in_order(authorizers, |authorizer| authorizer.id.clone())
}

pub(super) async fn models(client: &Client, id: &str) -> Observed<Vec<RequestModel>> {
    let models = list!(MODELS, client.get_models().rest_api_id(id), |item, _, _| {
        convert_model(item)
    });
    in_order(models, |model| model.name.clone())
}

/// The answers that were changed. AWS lists its own among them, and marks them.
pub(super) async fn gateway_responses(
    client: &Client,
    id: &str,
    api: &Arn,
) -> Observed<Vec<GatewayResponse>> {
    let responses = list!(
        GATEWAY_RESPONSES,
        client.get_gateway_responses().rest_api_id(id),
        |item, wire, sources| convert_response(api, item, wire, sources)
    );
    let changed = responses.map(|mut all| {
        all.retain(|response| response.is_default != Some(true));
        all
    });
    in_order(changed, |response| response.kind.clone())
}

fn convert_validator(item: &SdkValidator, wire: &Value) -> Option<RequestValidator> {
    Some(RequestValidator {
        id: filled(item.id())?,
        name: filled(item.name()),
        validate_request_body: said(wire, "validateRequestBody", item.validate_request_body()),
        validate_request_parameters: said(
            wire,
            "validateRequestParameters",
            item.validate_request_parameters(),
        ),
    })
}

fn convert_authorizer(
    api: &Arn,
    item: &SdkAuthorizer,
    wire: &Value,
    sources: Sources,
) -> Option<Authorizer> {
    let id = filled(item.id())?;
    Some(Authorizer {
        arn: Arn::new(format!("{api}/authorizers/{id}")),
        name: filled(item.name()),
        kind: text(item.r#type()),
        provider_arns: arns(item.provider_arns()),
        uri: filled(item.authorizer_uri()),
        credentials: filled(item.authorizer_credentials()),
        identity_source: filled(item.identity_source()),
        identity_validation_expression: filled(item.identity_validation_expression()),
        result_ttl_seconds: item.authorizer_result_ttl_in_seconds().map(i64::from),
        jwt: jwt::configuration(&wire["jwtConfiguration"]),
        sources,
        id,
    })
}

fn convert_model(item: &SdkModel) -> Option<RequestModel> {
    Some(RequestModel {
        id: filled(item.id()),
        name: filled(item.name())?,
        content_type: filled(item.content_type()),
        schema: filled(item.schema()),
    })
}

fn convert_response(
    api: &Arn,
    item: &SdkResponse,
    wire: &Value,
    sources: Sources,
) -> Option<GatewayResponse> {
    let kind = item.response_type()?.as_str();
    Some(GatewayResponse {
        arn: Arn::new(format!("{api}/gatewayresponses/{kind}")),
        kind: kind.to_owned(),
        status_code: filled(item.status_code()),
        is_default: said(wire, "defaultResponse", item.default_response()),
        parameters: ordered(item.response_parameters()),
        templates: ordered(item.response_templates()),
        sources,
    })
}
