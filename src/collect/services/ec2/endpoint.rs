//! VPC endpoints, and services offered to those of others.

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{EndpointService, EndpointServicePermission, VpcEndpoint};
use tripod_model::{Arn, Observed, PolicyDocument, Sources};

use super::{Here, PAGE, ids, list, tags};
use crate::context::in_parallel;
use crate::reply::{Page, pages};
use crate::services::{filled, sorted, source, text};

pub(super) const ENDPOINTS: &str = "ec2:DescribeVpcEndpoints";
pub(super) const SERVICES: &str = "ec2:DescribeVpcEndpointServiceConfigurations";
pub(super) const PERMISSIONS: &str = "ec2:DescribeVpcEndpointServicePermissions";

pub(super) async fn endpoints(here: &Here) -> Observed<Vec<VpcEndpoint>> {
    list!(here.describe_vpc_endpoints => ENDPOINTS,
        vpc_endpoints in "vpcEndpointSet" by PAGE, endpoint)
}

/// The services that the account offers, each with who may ask for it.
pub(super) async fn services(here: &Here) -> Observed<Vec<EndpointService>> {
    let listed = list!(here.describe_vpc_endpoint_service_configurations => SERVICES,
        service_configurations in "serviceConfigurationSet" by PAGE, service);
    let Observed::Known(services) = listed else {
        return listed;
    };
    Observed::Known(
        in_parallel(services, async |service| EndpointService {
            permissions: permissions(here, &service.id).await,
            ..service
        })
        .await,
    )
}

async fn permissions(here: &Here, service: &str) -> Observed<Vec<EndpointServicePermission>> {
    let listed = pages(
        PERMISSIONS,
        |token| {
            here.client
                .describe_vpc_endpoint_service_permissions()
                .service_id(service)
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |output, exchange| {
            Page::of(
                output.allowed_principals.as_deref(),
                output.next_token(),
                |index, item| {
                    let place = format!("/allowedPrincipals/item/{index}");
                    permission(item, source(PERMISSIONS, exchange, place))
                },
            )
        },
    );
    super::by_id(listed.await, |permission| &permission.principal)
}

fn endpoint(item: &sdk::VpcEndpoint, here: &Here, sources: Sources) -> Option<VpcEndpoint> {
    let id = filled(item.vpc_endpoint_id())?;
    Some(VpcEndpoint {
        arn: here.arn(item.owner_id(), "vpc-endpoint", &id),
        vpc_id: filled(item.vpc_id()),
        owner_id: filled(item.owner_id()),
        service_name: filled(item.service_name()),
        service_region: filled(item.service_region()),
        kind: text(item.vpc_endpoint_type()),
        state: text(item.state()),
        failure_reason: filled(item.failure_reason()),
        subnet_ids: sorted(item.subnet_ids()),
        security_group_ids: ids(item.groups().iter().map(|group| group.group_id())),
        interface_ids: sorted(item.network_interface_ids()),
        route_table_ids: sorted(item.route_table_ids()),
        private_dns_enabled: item.private_dns_enabled(),
        ip_address_type: text(item.ip_address_type()),
        requester_managed: item.requester_managed(),
        policy: filled(item.policy_document()).map(PolicyDocument),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn service(
    item: &sdk::ServiceConfiguration,
    here: &Here,
    sources: Sources,
) -> Option<EndpointService> {
    let id = filled(item.service_id())?;
    let balancers = item.network_load_balancer_arns().iter();
    let mut load_balancer_arns: Vec<Arn> = balancers
        .chain(item.gateway_load_balancer_arns())
        .map(|arn| Arn::new(arn.as_str()))
        .collect();
    load_balancer_arns.sort();
    let kinds = item.service_type().iter().map(|kind| kind.service_type());
    let regions = item.supported_regions().iter().map(|it| it.region());
    Some(EndpointService {
        arn: here.arn(None, "vpc-endpoint-service", &id),
        service_name: filled(item.service_name()),
        kinds: ids(kinds.map(|kind| kind.map(AsRef::as_ref))),
        state: text(item.service_state()),
        acceptance_required: item.acceptance_required(),
        manages_endpoints: item.manages_vpc_endpoints(),
        remote_access_enabled: item.remote_access_enabled(),
        supported_regions: ids(regions),
        availability_zones: sorted(item.availability_zones()),
        load_balancer_arns,
        private_dns_name: filled(item.private_dns_name()),
        permissions: Observed::NotCollected,
        tags: tags(item.tags()),
        id,
        sources,
    })
}

fn permission(item: &sdk::AllowedPrincipal, sources: Sources) -> Option<EndpointServicePermission> {
    Some(EndpointServicePermission {
        principal: filled(item.principal())?,
        kind: text(item.principal_type()),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none, texts};
    use super::*;

    #[test]
    fn an_endpoint_has_its_policy_and_everything_it_is_reached_by() {
        let group = sdk::SecurityGroupIdentifier::builder().group_id("sg-1");
        let item = sdk::VpcEndpoint::builder()
            .vpc_endpoint_id("vpce-1")
            .vpc_endpoint_type(sdk::VpcEndpointType::Interface)
            .policy_document("{}")
            .subnet_ids("subnet-2")
            .subnet_ids("subnet-1")
            .groups(group.build())
            .network_interface_ids("eni-1")
            .private_dns_enabled(true)
            .owner_id("444455556666")
            .build();
        let said = endpoint(&item, &here(), none()).expect("the endpoint has an id");
        assert_eq!(said.policy, Some(PolicyDocument("{}".to_owned())));
        assert_eq!(said.kind.as_deref(), Some("Interface"));
        assert_eq!(said.subnet_ids, texts(&["subnet-1", "subnet-2"]));
        assert_eq!(said.security_group_ids, texts(&["sg-1"]));
        assert_eq!(said.interface_ids, texts(&["eni-1"]));
        assert_eq!(said.private_dns_enabled, Some(true));
        assert_eq!(said.arn.account(), Some("444455556666"));
    }

    #[test]
    fn of_a_bare_endpoint_nothing_is_made_up() {
        let item = sdk::VpcEndpoint::builder()
            .vpc_endpoint_id("vpce-1")
            .build();
        let said = endpoint(&item, &here(), none()).expect("an id");
        assert_eq!(
            (said.private_dns_enabled, said.policy, said.state),
            (None, None, None)
        );
        assert!(endpoint(&sdk::VpcEndpoint::builder().build(), &here(), none()).is_none());
    }

    #[test]
    fn a_service_says_whether_endpoints_are_accepted_unasked() {
        let kind = sdk::ServiceTypeDetail::builder().service_type(sdk::ServiceType::Interface);
        let item = sdk::ServiceConfiguration::builder()
            .service_id("vpce-svc-1")
            .service_type(kind.build())
            .acceptance_required(false)
            .network_load_balancer_arns("arn:b")
            .gateway_load_balancer_arns("arn:a")
            .build();
        let said = service(&item, &here(), none()).expect("an id");
        assert_eq!(said.acceptance_required, Some(false));
        assert_eq!(said.kinds, texts(&["Interface"]));
        let balancers: Vec<&str> = said.load_balancer_arns.iter().map(Arn::as_str).collect();
        assert_eq!(balancers, ["arn:a", "arn:b"]);
        let bare = sdk::ServiceConfiguration::builder().service_id("vpce-svc-1");
        let bare = service(&bare.build(), &here(), none()).expect("an id");
        assert_eq!(bare.acceptance_required, None);
        let nothing = sdk::ServiceConfiguration::builder().build();
        assert!(service(&nothing, &here(), none()).is_none());
    }

    #[test]
    fn a_permission_is_its_principal() {
        let item = sdk::AllowedPrincipal::builder()
            .principal("*")
            .principal_type(sdk::PrincipalType::All);
        let said = permission(&item.build(), none()).expect("a principal");
        assert_eq!(
            (said.principal.as_str(), said.kind.as_deref()),
            ("*", Some("All"))
        );
        assert!(permission(&sdk::AllowedPrincipal::builder().build(), none()).is_none());
    }
}
