//! Stages, and the deployments they serve.

use std::collections::HashMap;

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    AccessLogSettings, CanarySettings, MethodSetting as SdkSetting, Stage as SdkStage,
};
use serde_json::Value;
use std::collections::BTreeMap;
use tripod_model::apigateway::{AccessLog, Canary, Deployment, MethodSetting, Stage};
use tripod_model::{Arn, ExchangeId, Observed, Sources};

use super::super::{arn, filled, in_order, markers, ordered, source, text, timestamp};
use super::LARGEST_PAGE;
use crate::body::{Body, said};
use crate::reply::{Page, Reply, ask, failed, pages};

pub(super) const STAGES: &str = "apigateway:GetStages";
pub(super) const DEPLOYMENTS: &str = "apigateway:GetDeployments";

/// All stages of an API: this list comes in one piece and not by pages.
pub(super) async fn stages(client: &Client, id: &str, api: &Arn) -> Reply<Vec<Stage>> {
    let wire = Body::default();
    let request = client.get_stages().rest_api_id(id);
    let call = request.customize().interceptor(wire.clone());
    let reply = ask(STAGES, &[], call.send()).await;
    let value = match reply.value {
        Observed::Known(output) => match output.item.as_deref() {
            Some(items) => convert_stages(api, items, &wire.take(), reply.exchange.as_ref()),
            None => failed(STAGES, "the answer holds no list"),
        },
        unknown => unknown.unknown_as(),
    };
    Reply {
        value,
        exchange: reply.exchange,
    }
}

pub(super) async fn deployments(client: &Client, id: &str) -> Observed<Vec<Deployment>> {
    let deployments = list!(
        DEPLOYMENTS,
        client.get_deployments().rest_api_id(id),
        |item: &aws_sdk_apigateway::types::Deployment, _: &Value, _| {
            Some(Deployment {
                id: filled(item.id())?,
                created: timestamp(item.created_date()),
            })
        }
    );
    in_order(deployments, |deployment: &Deployment| deployment.id.clone())
}

fn convert_stages(
    api: &Arn,
    items: &[SdkStage],
    body: &Value,
    exchange: Option<&ExchangeId>,
) -> Observed<Vec<Stage>> {
    let stages: Option<Vec<Stage>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let sources = source(STAGES, exchange, format!("/item/{index}"));
            convert_stage(api, item, &body["item"][index], sources)
        })
        .collect();
    match stages {
        Some(stages) => in_order(Observed::Known(stages), |stage| stage.name.clone()),
        None => failed(STAGES, "the answer holds a stage without its name"),
    }
}

fn convert_stage(api: &Arn, item: &SdkStage, wire: &Value, sources: Sources) -> Option<Stage> {
    let name = filled(item.stage_name())?;
    Some(Stage {
        arn: Arn::new(format!("{api}/stages/{name}")),
        name,
        deployment_id: filled(item.deployment_id()),
        client_certificate_id: filled(item.client_certificate_id()),
        cache_cluster_enabled: said(wire, "cacheClusterEnabled", item.cache_cluster_enabled()),
        cache_cluster_size: text(item.cache_cluster_size()),
        cache_cluster_status: text(item.cache_cluster_status()),
        method_settings: settings(item.method_settings(), &wire["methodSettings"]),
        variables: markers(STAGES, item.variables()),
        access_log: item.access_log_settings().map(convert_access_log),
        canary: item
            .canary_settings()
            .map(|canary| convert_canary(canary, &wire["canarySettings"])),
        tracing_enabled: said(wire, "tracingEnabled", item.tracing_enabled()),
        web_acl_arn: arn(item.web_acl_arn()),
        created: timestamp(item.created_date()),
        last_updated: timestamp(item.last_updated_date()),
        tags: ordered(item.tags()),
        sources,
    })
}

fn settings(
    items: Option<&HashMap<String, SdkSetting>>,
    wire: &Value,
) -> BTreeMap<String, MethodSetting> {
    items
        .into_iter()
        .flatten()
        .map(|(key, setting)| (key.clone(), convert_setting(setting, &wire[key])))
        .collect()
}

fn convert_setting(item: &SdkSetting, wire: &Value) -> MethodSetting {
    let flag = |member: &str, value: bool| said(wire, member, value);
    MethodSetting {
        throttling_rate_limit: said(wire, "throttlingRateLimit", item.throttling_rate_limit()),
        throttling_burst_limit: said(
            wire,
            "throttlingBurstLimit",
            i64::from(item.throttling_burst_limit()),
        ),
        logging_level: filled(item.logging_level()),
        data_trace_enabled: flag("dataTraceEnabled", item.data_trace_enabled()),
        metrics_enabled: flag("metricsEnabled", item.metrics_enabled()),
        caching_enabled: flag("cachingEnabled", item.caching_enabled()),
        cache_ttl_seconds: said(
            wire,
            "cacheTtlInSeconds",
            i64::from(item.cache_ttl_in_seconds()),
        ),
        cache_data_encrypted: flag("cacheDataEncrypted", item.cache_data_encrypted()),
        require_authorization_for_cache_control: flag(
            "requireAuthorizationForCacheControl",
            item.require_authorization_for_cache_control(),
        ),
        unauthorized_cache_control: text(item.unauthorized_cache_control_header_strategy()),
    }
}

fn convert_access_log(item: &AccessLogSettings) -> AccessLog {
    AccessLog {
        destination: arn(item.destination_arn()),
        format: filled(item.format()),
    }
}

fn convert_canary(item: &CanarySettings, wire: &Value) -> Canary {
    Canary {
        percent_traffic: said(wire, "percentTraffic", item.percent_traffic()),
        deployment_id: filled(item.deployment_id()),
        use_stage_cache: said(wire, "useStageCache", item.use_stage_cache()),
        variables: markers(STAGES, item.stage_variable_overrides()),
    }
}
