//! What the APIs of an account share: usage plans, API keys, certificates, links into VPCs.

use std::collections::BTreeMap;

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    ApiKey as SdkKey, ApiStage as SdkApiStage, ClientCertificate as SdkCertificate, QuotaSettings,
    UsagePlan as SdkPlan, UsagePlanKey, VpcLink as SdkLink,
};
use serde_json::Value;
use tripod_model::apigateway::{ApiKey, ApiStage, ClientCertificate, Quota, UsagePlan, VpcLink};
use tripod_model::{Arn, Observed, Sources};

use super::super::{
    arns, filled, in_order, may_hold, only_if, ordered, sorted, source, text, timestamp,
};
use super::{LARGEST_PAGE, convert_throttle};
use crate::body::{Body, said};
use crate::context::in_parallel;
use crate::reply::{Page, pages};

pub(super) const USAGE_PLANS: &str = "apigateway:GetUsagePlans";
pub(super) const USAGE_PLAN_KEYS: &str = "apigateway:GetUsagePlanKeys";
pub(super) const API_KEYS: &str = "apigateway:GetApiKeys";
pub(super) const CERTIFICATES: &str = "apigateway:GetClientCertificates";
pub(super) const VPC_LINKS: &str = "apigateway:GetVpcLinks";

/// What was read.
pub(super) struct Access {
    pub(super) usage_plans: Observed<Vec<UsagePlan>>,
    pub(super) api_keys: Observed<Vec<ApiKey>>,
    pub(super) client_certificates: Observed<Vec<ClientCertificate>>,
    pub(super) vpc_links: Observed<Vec<VpcLink>>,
}

/// `place` begins the ARNs.
pub(super) async fn read(client: &Client, place: &str) -> Access {
    let (usage_plans, api_keys, client_certificates, vpc_links) = futures::join!(
        usage_plans(client, place),
        api_keys(client, place),
        certificates(client, place),
        vpc_links(client, place),
    );
    let keys = may_hold(&api_keys, |_| true);
    Access {
        usage_plans: with_keys(client, usage_plans, keys).await,
        api_keys,
        client_certificates,
        vpc_links,
    }
}

async fn usage_plans(client: &Client, place: &str) -> Observed<Vec<UsagePlan>> {
    let plans = list!(
        USAGE_PLANS,
        client.get_usage_plans(),
        |item, wire, sources| convert_plan(place, item, wire, sources)
    );
    in_order(plans, |plan| plan.id.clone())
}

/// The plans with their keys, unless the account has none at all.
async fn with_keys(
    client: &Client,
    plans: Observed<Vec<UsagePlan>>,
    keys: bool,
) -> Observed<Vec<UsagePlan>> {
    let Observed::Known(plans) = plans else {
        return plans;
    };
    let describe = |mut plan: UsagePlan| async {
        plan.key_ids = only_if(keys, key_ids(client, &plan.id)).await;
        plan
    };
    Observed::Known(in_parallel(plans, describe).await)
}

async fn key_ids(client: &Client, plan: &str) -> Observed<Vec<String>> {
    let ids = list!(
        USAGE_PLAN_KEYS,
        client.get_usage_plan_keys().usage_plan_id(plan),
        |item: &UsagePlanKey, _: &Value, _: Sources| filled(item.id())
    );
    in_order(ids, Clone::clone)
}

/// Without the keys' values, which nobody needs to judge them.
async fn api_keys(client: &Client, place: &str) -> Observed<Vec<ApiKey>> {
    let keys = list!(
        API_KEYS,
        client.get_api_keys().include_values(false),
        |item, wire, sources| convert_key(place, item, wire, sources)
    );
    in_order(keys, |key| key.id.clone())
}

async fn certificates(client: &Client, place: &str) -> Observed<Vec<ClientCertificate>> {
    let certificates = list!(
        CERTIFICATES,
        client.get_client_certificates(),
        |item, _, sources| convert_certificate(place, item, sources)
    );
    in_order(certificates, |certificate| certificate.id.clone())
}

async fn vpc_links(client: &Client, place: &str) -> Observed<Vec<VpcLink>> {
    let links = list!(VPC_LINKS, client.get_vpc_links(), |item, _, sources| {
        convert_link(place, item, sources)
    });
    in_order(links, |link| link.id.clone())
}

fn convert_plan(place: &str, item: &SdkPlan, wire: &Value, sources: Sources) -> Option<UsagePlan> {
    let id = filled(item.id())?;
    let mut api_stages: Vec<ApiStage> = item
        .api_stages()
        .iter()
        .enumerate()
        .map(|(index, stage)| convert_api_stage(stage, &wire["apiStages"][index]))
        .collect();
    api_stages.sort_by(|a, b| (&a.api_id, &a.stage).cmp(&(&b.api_id, &b.stage)));
    Some(UsagePlan {
        arn: Arn::new(format!("{place}:/usageplans/{id}")),
        name: filled(item.name()),
        api_stages,
        throttle: item
            .throttle()
            .map(|throttle| convert_throttle(throttle, &wire["throttle"])),
        quota: item
            .quota()
            .map(|quota| convert_quota(quota, &wire["quota"])),
        key_ids: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_api_stage(item: &SdkApiStage, wire: &Value) -> ApiStage {
    let throttle: BTreeMap<_, _> = item
        .throttle()
        .into_iter()
        .flatten()
        .map(|(key, throttle)| {
            let limit = convert_throttle(throttle, &wire["throttle"][key]);
            (key.clone(), limit)
        })
        .collect();
    ApiStage {
        api_id: filled(item.api_id()),
        stage: filled(item.stage()),
        throttle,
    }
}

fn convert_quota(item: &QuotaSettings, wire: &Value) -> Quota {
    Quota {
        limit: said(wire, "limit", i64::from(item.limit())),
        offset: said(wire, "offset", i64::from(item.offset())),
        period: text(item.period()),
    }
}

fn convert_key(place: &str, item: &SdkKey, wire: &Value, sources: Sources) -> Option<ApiKey> {
    let id = filled(item.id())?;
    Some(ApiKey {
        arn: Arn::new(format!("{place}:/apikeys/{id}")),
        name: filled(item.name()),
        enabled: said(wire, "enabled", item.enabled()),
        created: timestamp(item.created_date()),
        last_updated: timestamp(item.last_updated_date()),
        stage_keys: sorted(item.stage_keys()),
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_certificate(
    place: &str,
    item: &SdkCertificate,
    sources: Sources,
) -> Option<ClientCertificate> {
    let id = filled(item.client_certificate_id())?;
    Some(ClientCertificate {
        arn: Arn::new(format!("{place}:/clientcertificates/{id}")),
        created: timestamp(item.created_date()),
        expires: timestamp(item.expiration_date()),
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_link(place: &str, item: &SdkLink, sources: Sources) -> Option<VpcLink> {
    let id = filled(item.id())?;
    Some(VpcLink {
        arn: Arn::new(format!("{place}:/vpclinks/{id}")),
        name: filled(item.name()),
        status: text(item.status()),
        status_message: filled(item.status_message()),
        target_arns: arns(item.target_arns()),
        tags: ordered(item.tags()),
        sources,
        id,
    })
}
