//! How many resources of each type the snapshot holds, so that outcomes can be reconciled with it.

use std::collections::BTreeMap;

use tripod_model::{Observed, RegionalAccount, Snapshot};

/// Resources by CloudFormation's name of their type. A type whose list was read and is empty counts 0;
/// one whose list could not be read anywhere has no entry.
pub(crate) fn count(snapshot: &Snapshot) -> BTreeMap<String, u64> {
    let mut population = Population::default();
    for account in &snapshot.accounts {
        population.add("AWS::::Account", 1);
        if let Observed::Known(authorization) = &account.iam.authorization {
            population.add("AWS::IAM::User", authorization.users.len());
            population.add("AWS::IAM::Group", authorization.groups.len());
            population.add("AWS::IAM::Role", authorization.roles.len());
            population.add("AWS::IAM::ManagedPolicy", authorization.policies.len());
        }
    }
    for (_, region) in snapshot.regions() {
        count_lambda(region, &mut population);
        count_gateways(region, &mut population);
        count_network(region, &mut population);
        population.list("AWS::KMS::Key", &region.kms.keys);
        population.nested("AWS::KMS::Alias", &region.kms.keys, |key| &key.aliases);
        population.list("AWS::CloudTrail::Trail", &region.cloudtrail.trails);
    }
    population.0
}

fn count_lambda(region: &RegionalAccount, population: &mut Population) {
    let lambda = &region.lambda;
    population.list("AWS::Lambda::Function", &lambda.functions);
    population.nested("AWS::Lambda::Url", &lambda.functions, |function| {
        &function.urls
    });
    population.nested(
        "AWS::Lambda::EventInvokeConfig",
        &lambda.functions,
        |function| &function.event_invoke_configs,
    );
    if let Observed::Known(functions) = &lambda.functions {
        let versions = functions.iter().map(|function| function.versions.len());
        population.add("AWS::Lambda::Version", versions.sum());
    }
    population.nested("AWS::Lambda::Alias", &lambda.functions, |function| {
        &function.aliases
    });
    population.nested("AWS::Lambda::LayerVersion", &lambda.layers, |layer| {
        &layer.versions
    });
    population.list("AWS::Lambda::CapacityProvider", &lambda.capacity_providers);
    population.list(
        "AWS::Lambda::CodeSigningConfig",
        &lambda.code_signing_configs,
    );
    population.list(
        "AWS::Lambda::EventSourceMapping",
        &lambda.event_source_mappings,
    );
}

fn count_gateways(region: &RegionalAccount, population: &mut Population) {
    let rest = &region.apigateway.rest_apis;
    population.list("AWS::ApiGateway::RestApi", rest);
    population.nested("AWS::ApiGateway::Stage", rest, |api| &api.stages);
    population.nested("AWS::ApiGateway::Method", rest, |api| &api.methods);
    population.nested("AWS::ApiGateway::RequestValidator", rest, |api| {
        &api.request_validators
    });
    population.nested("AWS::ApiGateway::Authorizer", rest, |api| &api.authorizers);
    let apis = &region.apigatewayv2.apis;
    population.list("AWS::ApiGatewayV2::Api", apis);
    population.nested("AWS::ApiGatewayV2::Route", apis, |api| &api.routes);
    population.nested("AWS::ApiGatewayV2::Stage", apis, |api| &api.stages);
    population.nested("AWS::ApiGatewayV2::Authorizer", apis, |api| {
        &api.authorizers
    });
    population.nested("AWS::ApiGatewayV2::Integration", apis, |api| {
        &api.integrations
    });
}

fn count_network(region: &RegionalAccount, population: &mut Population) {
    let ec2 = &region.ec2;
    population.list("AWS::EC2::VPC", &ec2.vpcs);
    population.list("AWS::EC2::Subnet", &ec2.subnets);
    population.list("AWS::EC2::SecurityGroup", &ec2.security_groups);
    population.list("AWS::EC2::NetworkAcl", &ec2.network_acls);
    population.list("AWS::EC2::RouteTable", &ec2.route_tables);
    population.list("AWS::EC2::InternetGateway", &ec2.internet_gateways);
    population.list(
        "AWS::EC2::EgressOnlyInternetGateway",
        &ec2.egress_only_internet_gateways,
    );
    population.list("AWS::EC2::NatGateway", &ec2.nat_gateways);
    population.list("AWS::EC2::NetworkInterface", &ec2.network_interfaces);
    population.list("AWS::EC2::EIP", &ec2.addresses);
    population.list("AWS::EC2::PrefixList", &ec2.prefix_lists);
    population.list("AWS::EC2::VPCEndpoint", &ec2.vpc_endpoints);
    population.list("AWS::EC2::VPCEndpointService", &ec2.endpoint_services);
    population.list("AWS::EC2::FlowLog", &ec2.flow_logs);
    population.list("AWS::EC2::VPCPeeringConnection", &ec2.peering_connections);
    population.list("AWS::EC2::TransitGateway", &ec2.transit_gateways);
    population.list(
        "AWS::EC2::TransitGatewayVpcAttachment",
        &ec2.transit_gateway_vpc_attachments,
    );
    population.list("AWS::EC2::VPNConnection", &ec2.vpn_connections);
    population.list(
        "AWS::EC2::VPCBlockPublicAccessExclusion",
        &ec2.block_public_access_exclusions,
    );
    population.list("AWS::EC2::VPCEncryptionControl", &ec2.encryption_controls);
}

#[derive(Default)]
struct Population(BTreeMap<String, u64>);

impl Population {
    fn add(&mut self, kind: &str, count: usize) {
        let total = self.0.entry(kind.to_owned()).or_default();
        // A count of items in memory always fits 64 bits.
        *total += u64::try_from(count).unwrap_or(u64::MAX);
    }

    fn list<T>(&mut self, kind: &str, list: &Observed<Vec<T>>) {
        match list {
            Observed::Known(items) => self.add(kind, items.len()),
            Observed::Absent => self.add(kind, 0),
            _ => {}
        }
    }

    /// Lists that hang on the items of another list: without such items there is none of them either.
    fn nested<P, T>(
        &mut self,
        kind: &str,
        parents: &Observed<Vec<P>>,
        list: impl Fn(&P) -> &Observed<Vec<T>>,
    ) {
        match parents {
            Observed::Known(items) if items.is_empty() => self.add(kind, 0),
            Observed::Known(items) => items.iter().for_each(|item| self.list(kind, list(item))),
            Observed::Absent => self.add(kind, 0),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Observed, fixtures};

    use super::count;

    #[test]
    fn what_was_read_is_counted_and_what_was_not_has_no_entry() {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions =
                Observed::Known(vec![fixtures::function("a"), fixtures::function("b")]);
            region.apigateway.rest_apis = Observed::Known(vec![fixtures::rest_api("api1")]);
            region.ec2.vpcs = fixtures::denied("ec2:DescribeVpcs");
        });
        let population = count(&snapshot);
        assert_eq!(population.get("AWS::Lambda::Function"), Some(&2));
        assert_eq!(population.get("AWS::ApiGateway::Method"), Some(&1));
        assert_eq!(population.get("AWS::EC2::Subnet"), Some(&0));
        assert_eq!(population.get("AWS::EC2::VPC"), None);
        assert_eq!(population.get("AWS::::Account"), Some(&1));
        assert_eq!(population.get("AWS::Lambda::EventInvokeConfig"), None);
    }

    #[test]
    fn without_parents_there_are_no_children() {
        let population = count(&fixtures::snapshot());
        assert_eq!(population.get("AWS::ApiGateway::Stage"), Some(&0));
    }

    #[test]
    fn regions_add_up() {
        let mut snapshot = fixtures::with_functions(vec![fixtures::function("a")]);
        let again = snapshot.accounts[0].regions[0].clone();
        snapshot.accounts[0].regions.push(again);
        assert_eq!(count(&snapshot).get("AWS::Lambda::Function"), Some(&2));
    }
}
