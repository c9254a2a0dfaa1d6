//! Custom domain names with where they lead, links into VPCs, and portals.

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::{
    ApiMapping as SdkMapping, DomainName as SdkDomain, DomainNameConfiguration,
    MutualTlsAuthentication, PortalSummary, RoutingRule as SdkRule, RoutingRuleAction,
    RoutingRuleCondition, VpcLink as SdkLink,
};
use tripod_model::apigateway::MutualTls;
use tripod_model::apigatewayv2::{
    ApiMapping, DomainConfiguration, DomainName, HeaderMatch, Portal, RoutingRule, RuleCondition,
    RuleTarget, VpcLink,
};
use tripod_model::{Arn, Observed, Sources};

use super::super::{
    arn, arns, filled, in_order, only_if, ordered, sorted, source, text, timestamp,
};
use crate::context::in_parallel;
use crate::reply::{Page, pages};

pub(super) const DOMAINS: &str = "apigatewayv2:GetDomainNames";
pub(super) const MAPPINGS: &str = "apigatewayv2:GetApiMappings";
pub(in crate::services) const RULES: &str = "apigatewayv2:ListRoutingRules";
pub(super) const VPC_LINKS: &str = "apigatewayv2:GetVpcLinks";
pub(super) const PORTALS: &str = "apigatewayv2:ListPortals";

/// The largest page of routing rules.
/// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-routingrules.html>
const LARGEST_PAGE: i32 = 100;

/// `place` begins the ARNs.
pub(super) async fn domain_names(client: &Client, place: &str) -> Observed<Vec<DomainName>> {
    let listed = list!(DOMAINS, client.get_domain_names(), |item, sources| {
        convert_domain(place, item, sources)
    });
    let Observed::Known(names) = listed else {
        return listed;
    };
    let describe = |mut domain: DomainName| async {
        // Without its mode nobody knows that there are no rules.
        let rules_count = domain.routing_mode.as_deref() != Some("API_MAPPING_ONLY");
        let (mappings, rules) = futures::join!(
            mappings(client, &domain.name),
            only_if(rules_count, rules(client, &domain.name, None)),
        );
        domain.api_mappings = mappings;
        domain.routing_rules = rules;
        domain
    };
    let names = in_parallel(names, describe).await;
    in_order(Observed::Known(names), |domain| domain.name.clone())
}

async fn mappings(client: &Client, name: &str) -> Observed<Vec<ApiMapping>> {
    let mappings = list!(
        MAPPINGS,
        client.get_api_mappings().domain_name(name),
        |item, _| Some(convert_mapping(item))
    );
    in_order(mappings, |mapping: &ApiMapping| {
        (mapping.key.clone(), mapping.id.clone())
    })
}

/// The rules of a domain name; `id` is that of a private one.
pub(in crate::services) async fn rules(
    client: &Client,
    name: &str,
    id: Option<&str>,
) -> Observed<Vec<RoutingRule>> {
    let rules = pages(
        RULES,
        |token| {
            client
                .list_routing_rules()
                .domain_name(name)
                .set_domain_name_id(id.map(str::to_owned))
                .max_results(LARGEST_PAGE)
                .set_next_token(token)
                .send()
        },
        |output, _| {
            let list = output.routing_rules.as_deref();
            Page::of(list, output.next_token(), |_, item| {
                Some(convert_rule(item))
            })
        },
    )
    .await;
    in_order(rules, |rule| (rule.priority, rule.id.clone()))
}

pub(super) async fn vpc_links(client: &Client, place: &str) -> Observed<Vec<VpcLink>> {
    let links = list!(VPC_LINKS, client.get_vpc_links(), |item, sources| {
        convert_link(place, item, sources)
    });
    in_order(links, |link| link.id.clone())
}

pub(super) async fn portals(client: &Client) -> Observed<Vec<Portal>> {
    let portals = list!(PORTALS, client.list_portals(), |item, sources| {
        convert_portal(item, sources)
    });
    in_order(portals, |portal| portal.id.clone())
}

fn convert_domain(place: &str, item: &SdkDomain, sources: Sources) -> Option<DomainName> {
    let name = filled(item.domain_name())?;
    Some(DomainName {
        arn: arn(item.domain_name_arn())
            .unwrap_or_else(|| Arn::new(format!("{place}:/domainnames/{name}"))),
        name,
        configurations: item
            .domain_name_configurations()
            .iter()
            .map(convert_configuration)
            .collect(),
        mutual_tls: item.mutual_tls_authentication().map(convert_mutual_tls),
        routing_mode: text(item.routing_mode()),
        api_mappings: Observed::NotCollected,
        routing_rules: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
    })
}

fn convert_configuration(item: &DomainNameConfiguration) -> DomainConfiguration {
    DomainConfiguration {
        endpoint_type: text(item.endpoint_type()),
        ip_address_type: text(item.ip_address_type()),
        security_policy: text(item.security_policy()),
        certificate_arn: arn(item.certificate_arn()),
        ownership_verification_certificate_arn: arn(item.ownership_verification_certificate_arn()),
        status: text(item.domain_name_status()),
        target_domain_name: filled(item.api_gateway_domain_name()),
    }
}

fn convert_mutual_tls(item: &MutualTlsAuthentication) -> MutualTls {
    MutualTls {
        truststore_uri: filled(item.truststore_uri()),
        truststore_version: filled(item.truststore_version()),
        truststore_warnings: item.truststore_warnings().to_vec(),
    }
}

fn convert_mapping(item: &SdkMapping) -> ApiMapping {
    ApiMapping {
        id: filled(item.api_mapping_id()),
        key: filled(item.api_mapping_key()),
        api_id: filled(item.api_id()),
        stage: filled(item.stage()),
    }
}

fn convert_rule(item: &SdkRule) -> RoutingRule {
    RoutingRule {
        arn: arn(item.routing_rule_arn()),
        id: filled(item.routing_rule_id()),
        priority: item.priority().map(i64::from),
        conditions: item.conditions().iter().map(convert_condition).collect(),
        targets: item
            .actions()
            .iter()
            .filter_map(RoutingRuleAction::invoke_api)
            .map(|invoke| RuleTarget {
                api_id: filled(invoke.api_id()),
                stage: filled(invoke.stage()),
                strip_base_path: invoke.strip_base_path(),
            })
            .collect(),
    }
}

fn convert_condition(item: &RoutingRuleCondition) -> RuleCondition {
    let paths = item.match_base_paths();
    let headers = item.match_headers();
    RuleCondition {
        base_paths: paths.map_or_else(Vec::new, |paths| sorted(paths.any_of())),
        headers: headers
            .map(|headers| headers.any_of())
            .unwrap_or_default()
            .iter()
            .map(|header| HeaderMatch {
                header: filled(header.header()),
                value_glob: filled(header.value_glob()),
            })
            .collect(),
    }
}

fn convert_link(place: &str, item: &SdkLink, sources: Sources) -> Option<VpcLink> {
    let id = filled(item.vpc_link_id())?;
    Some(VpcLink {
        arn: Arn::new(format!("{place}:/vpclinks/{id}")),
        name: filled(item.name()),
        status: text(item.vpc_link_status()),
        status_message: filled(item.vpc_link_status_message()),
        subnet_ids: sorted(item.subnet_ids()),
        security_group_ids: sorted(item.security_group_ids()),
        created: timestamp(item.created_date()),
        tags: ordered(item.tags()),
        sources,
        id,
    })
}

fn convert_portal(item: &PortalSummary, sources: Sources) -> Option<Portal> {
    let endpoint = item.endpoint_configuration();
    let authorization = item.authorization();
    let pool = authorization.and_then(|it| it.cognito_config());
    let open = authorization.and_then(|it| it.none()).is_some();
    Some(Portal {
        arn: arn(item.portal_arn())?,
        id: filled(item.portal_id())?,
        name: item
            .portal_content()
            .and_then(|content| filled(content.display_name())),
        open_to_all: (open || pool.is_some()).then_some(open),
        user_pool_arn: pool.and_then(|pool| arn(pool.user_pool_arn())),
        publish_status: text(item.publish_status()),
        default_domain_name: endpoint.and_then(|it| filled(it.portal_default_domain_name())),
        domain_name: endpoint.and_then(|it| filled(it.domain_name())),
        certificate_arn: endpoint.and_then(|it| arn(it.certificate_arn())),
        product_arns: arns(item.included_portal_product_arns()),
        last_published: timestamp(item.last_published()),
        tags: ordered(item.tags()),
        sources,
    })
}
