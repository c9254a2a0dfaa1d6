//! Custom domain names, where they lead, and who may use the private ones.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{
    BasePathMapping as SdkMapping, DomainName as SdkDomain, DomainNameAccessAssociation,
    MutualTlsAuthentication, ResourceOwner,
};
use aws_sdk_apigatewayv2::Client as SecondClient;
use tripod_model::apigateway::{AccessAssociation, BasePathMapping, DomainName, MutualTls};
use tripod_model::{Arn, Observed, Sources};

use super::super::{apigatewayv2, arn, filled, in_order, may_hold, only_if, ordered, source, text};
use super::{LARGEST_PAGE, convert_endpoint, policy};
use crate::body::Body;
use crate::context::in_parallel;
use crate::reply::{Page, pages};

pub(super) const DOMAINS: &str = "apigateway:GetDomainNames";
pub(super) const MAPPINGS: &str = "apigateway:GetBasePathMappings";
pub(super) const ASSOCIATIONS: &str = "apigateway:GetDomainNameAccessAssociations";
/// Version 1 has no operation for the rules of its domain names.
pub(super) const RULES: &str = apigatewayv2::RULES;

/// What was read.
pub(super) struct Domains {
    pub(super) names: Observed<Vec<DomainName>>,
    pub(super) associations: Observed<Vec<AccessAssociation>>,
    pub(super) foreign_associations: Observed<Vec<AccessAssociation>>,
}

/// `place` begins the ARNs.
pub(super) async fn read(client: &Client, second: &SecondClient, place: &str) -> Domains {
    let (listed, associations) = futures::join!(
        domain_names(client, place),
        associations(client, ResourceOwner::SelfValue),
    );
    // A name of which AWS does not say how it is reached may be private.
    let private = may_hold(&listed, |name| name.is_private() != Some(false));
    let (names, foreign_associations) = futures::join!(
        described(client, second, listed),
        only_if(private, associations_of_others(client)),
    );
    Domains {
        names,
        associations,
        foreign_associations,
    }
}

async fn domain_names(client: &Client, place: &str) -> Observed<Vec<DomainName>> {
    let names = list!(DOMAINS, client.get_domain_names(), |item, _, sources| {
        convert_domain(place, item, sources)
    });
    in_order(names, |domain| (domain.name.clone(), domain.id.clone()))
}

async fn associations_of_others(client: &Client) -> Observed<Vec<AccessAssociation>> {
    associations(client, ResourceOwner::OtherAccounts).await
}

async fn associations(client: &Client, owner: ResourceOwner) -> Observed<Vec<AccessAssociation>> {
    let associations = list!(
        ASSOCIATIONS,
        client
            .get_domain_name_access_associations()
            .resource_owner(owner.clone()),
        |item, _, sources| convert_association(item, sources)
    );
    in_order(associations, |association| association.arn.clone())
}

/// The names with where they lead.
async fn described(
    client: &Client,
    second: &SecondClient,
    names: Observed<Vec<DomainName>>,
) -> Observed<Vec<DomainName>> {
    let Observed::Known(names) = names else {
        return names;
    };
    let describe = |mut domain: DomainName| async {
        let private = domain.is_private() == Some(true);
        let rules = private && domain.routing_mode.as_deref() != Some("BASE_PATH_MAPPING_ONLY");
        let id = domain.id.as_deref().filter(|_| private);
        let (mappings, rules) = futures::join!(
            mappings(client, &domain.name, id),
            only_if(rules, apigatewayv2::rules(second, &domain.name, id)),
        );
        domain.base_path_mappings = mappings;
        domain.routing_rules = rules;
        domain
    };
    Observed::Known(in_parallel(names, describe).await)
}

/// `id` belongs to private names only: AWS refuses it for others.
async fn mappings(client: &Client, name: &str, id: Option<&str>) -> Observed<Vec<BasePathMapping>> {
    let mappings = pages(
        MAPPINGS,
        |token| {
            client
                .get_base_path_mappings()
                .domain_name(name)
                .set_domain_name_id(id.map(str::to_owned))
                .limit(LARGEST_PAGE)
                .set_position(token)
                .send()
        },
        |output, _| {
            // Unlike all other lists, AWS leaves an empty one out.
            // https://github.com/aws/aws-sdk-js/issues/1416
            Page::of(Some(output.items()), output.position(), |_, item| {
                Some(convert_mapping(item))
            })
        },
    )
    .await;
    in_order(mappings, |mapping| mapping.path.clone())
}

fn convert_domain(place: &str, item: &SdkDomain, sources: Sources) -> Option<DomainName> {
    let name = filled(item.domain_name())?;
    Some(DomainName {
        arn: arn(item.domain_name_arn())
            .unwrap_or_else(|| Arn::new(format!("{place}:/domainnames/{name}"))),
        name,
        id: filled(item.domain_name_id()),
        endpoint: item.endpoint_configuration().map(convert_endpoint),
        status: text(item.domain_name_status()),
        security_policy: text(item.security_policy()),
        endpoint_access_mode: text(item.endpoint_access_mode()),
        routing_mode: text(item.routing_mode()),
        certificate_arn: arn(item.certificate_arn()),
        regional_certificate_arn: arn(item.regional_certificate_arn()),
        ownership_verification_certificate_arn: arn(item.ownership_verification_certificate_arn()),
        regional_domain_name: filled(item.regional_domain_name()),
        distribution_domain_name: filled(item.distribution_domain_name()),
        mutual_tls: item.mutual_tls_authentication().map(convert_mutual_tls),
        policy: item.policy().and_then(policy),
        management_policy: item.management_policy().and_then(policy),
        base_path_mappings: Observed::NotCollected,
        routing_rules: Observed::NotCollected,
        tags: ordered(item.tags()),
        sources,
    })
}

fn convert_mutual_tls(item: &MutualTlsAuthentication) -> MutualTls {
    MutualTls {
        truststore_uri: filled(item.truststore_uri()),
        truststore_version: filled(item.truststore_version()),
        truststore_warnings: item.truststore_warnings().to_vec(),
    }
}

fn convert_mapping(item: &SdkMapping) -> BasePathMapping {
    BasePathMapping {
        path: filled(item.base_path()),
        api_id: filled(item.rest_api_id()),
        stage: filled(item.stage()),
    }
}

fn convert_association(
    item: &DomainNameAccessAssociation,
    sources: Sources,
) -> Option<AccessAssociation> {
    Some(AccessAssociation {
        arn: arn(item.domain_name_access_association_arn())?,
        domain_name_arn: arn(item.domain_name_arn()),
        source_type: text(item.access_association_source_type()),
        source: filled(item.access_association_source()),
        sources,
    })
}
