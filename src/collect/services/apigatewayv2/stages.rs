//! Stages of HTTP and WebSocket APIs.

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::{
    AccessLogSettings, RouteSettings as SdkSettings, Stage as SdkStage,
};
use tripod_model::apigateway::AccessLog;
use tripod_model::apigatewayv2::{RouteSettings, Stage};
use tripod_model::{Arn, Observed, Sources};

use super::super::{arn, filled, in_order, markers, ordered, source, text, timestamp};
use crate::reply::{Page, pages};

pub(super) const STAGES: &str = "apigatewayv2:GetStages";

pub(super) async fn stages(client: &Client, id: &str, api: &Arn) -> Observed<Vec<Stage>> {
    let stages = list!(STAGES, client.get_stages().api_id(id), |item, sources| {
        convert_stage(api, item, sources)
    });
    in_order(stages, |stage| stage.name.clone())
}

fn convert_stage(api: &Arn, item: &SdkStage, sources: Sources) -> Option<Stage> {
    let name = filled(item.stage_name())?;
    Some(Stage {
        arn: Arn::new(format!("{api}/stages/{name}")),
        name,
        default_route_settings: item.default_route_settings().map(convert_settings),
        route_settings: item
            .route_settings()
            .into_iter()
            .flatten()
            .map(|(key, settings)| (key.clone(), convert_settings(settings)))
            .collect(),
        access_log: item.access_log_settings().map(convert_access_log),
        auto_deploy: item.auto_deploy(),
        variables: markers(STAGES, item.stage_variables()),
        client_certificate_id: filled(item.client_certificate_id()),
        deployment_id: filled(item.deployment_id()),
        last_deployment_status_message: filled(item.last_deployment_status_message()),
        managed: item.api_gateway_managed(),
        created: timestamp(item.created_date()),
        last_updated: timestamp(item.last_updated_date()),
        tags: ordered(item.tags()),
        sources,
    })
}

fn convert_settings(item: &SdkSettings) -> RouteSettings {
    RouteSettings {
        throttling_rate_limit: item.throttling_rate_limit(),
        throttling_burst_limit: item.throttling_burst_limit().map(i64::from),
        detailed_metrics_enabled: item.detailed_metrics_enabled(),
        data_trace_enabled: item.data_trace_enabled(),
        logging_level: text(item.logging_level()),
    }
}

fn convert_access_log(item: &AccessLogSettings) -> AccessLog {
    AccessLog {
        destination: arn(item.destination_arn()),
        format: filled(item.format()),
    }
}
