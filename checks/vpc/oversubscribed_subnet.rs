//! Subnets that have promised more addresses than they have left.

use std::fmt::Write as _;

use tripod_capacity::addresses::{GapKind, Scenario, SubnetAddresses, Supply, TenantKind};
use tripod_model::ec2::Subnet;
use tripod_model::{Impact, Observed, Severity, Unknown};

use crate::vpc::{SUBNET, subnet_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-oversubscribed-subnet",
    title: "subnet whose tenants may ask for more addresses than are free",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["VN11"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:GetAccountSettings",
        "lambda:ListAliases",
        "lambda:ListCapacityProviders",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda-core:GetNetworkConnector",
        "lambda-core:ListNetworkConnectors",
        "apigatewayv2:GetVpcLinks",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
    ],
    controls: &[Control::Baseline("AVL-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("oversubscribed_subnet.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.ec2.subnets,
            || scope.unlisted(SUBNET),
            |subnet| subnet_resource(&scope, subnet),
            |subnet| decide(view, &scope, subnet),
        );
    }
}

fn decide(view: &View<'_>, scope: &Scope, subnet: &Subnet) -> Result<Verdict, Unknown> {
    if subnet.ipv4_cidr.is_none() && subnet.ipv6_native == Some(true) {
        return Ok(Verdict::not_applicable(
            "the subnet has no IPv4 addresses to give out",
        ));
    }
    let addresses = view.addresses(scope.account, scope.region)?;
    let used = addresses
        .subnets
        .iter()
        .find(|it| it.subnet_id == subnet.id);
    let links = links(scope, subnet)?;
    let endpoints = endpoints(scope, subnet)?;
    if used.is_none() && links.all + endpoints.all == 0 {
        return unused(addresses, subnet);
    }
    let free = subnet.free_ipv4_addresses.ok_or_else(|| Unknown::Failed {
        operation: "ec2:DescribeSubnets".to_owned(),
        error: format!("subnet {} was shown without its free addresses", subnet.id),
    })?;
    let (lambda, certain) = used.map_or(Ok((0, 0)), asked_by_lambda)?;
    let asked = lambda + links.waiting + endpoints.waiting;
    let supply = used.and_then(|it| it.supply.known().ok());
    let message = message(used, supply, &links, &endpoints, asked, free);
    let hidden = used.and_then(|it| it.gaps.iter().find(|gap| gap.hides_need));
    let verdict = match hidden {
        // What was not read can only add to what is asked.
        Some(_) if certain + links.waiting + endpoints.waiting > free => Verdict::fail(message),
        Some(gap) => return Err(gap.unknown.clone()),
        None if asked > free => Verdict::fail(message),
        None => Verdict::pass(message),
    };
    let evidence = subnet
        .sources
        .evidence("ec2:DescribeSubnets", "/availableIpAddressCount");
    let others = supply.and_then(|it| it.held_by_others.as_ref());
    Ok(verdict
        .detail("free", free)
        .detail("asked", asked)
        .detail("asked_by_lambda", lambda)
        .detail("asked_by_vpc_links", links.waiting)
        .detail("asked_by_endpoints", endpoints.waiting)
        .detail("vpc_links", links.all)
        .detail("endpoints", endpoints.all)
        .detail("functions", used.map_or(0, |it| it.functions.len()))
        .detail("held_by_others", others.map(|figure| figure.value))
        .evidence(evidence))
}

/// Neither functions nor links nor endpoints: nothing that Tripod can foresee asks for an address.
fn unused(
    addresses: &tripod_capacity::addresses::RegionAddresses,
    subnet: &Subnet,
) -> Result<Verdict, Unknown> {
    let mut region_wide = addresses.gaps.iter().filter(|gap| gap.hides_need);
    // Connectors and providers that were not read may be here; interfaces that were not read ask for nothing.
    match region_wide
        .find(|gap| matches!(gap.kind, GapKind::Connectors | GapKind::CapacityProviders))
    {
        Some(gap) => Err(gap.unknown.clone()),
        None => Ok(Verdict::not_applicable(format!(
            "no function, VPC link, endpoint, connector or capacity provider is in {}",
            subnet.id
        ))),
    }
}

/// Addresses that Lambda asks for beyond those it holds: when all functions are awake at the account's limit, or when
/// everything idle wakes. Expected, and in the low case.
fn asked_by_lambda(subnet: &SubnetAddresses) -> Result<(i64, i64), Unknown> {
    let (mut expected, mut low) = (0, 0);
    for scenario in [Scenario::AccountLimit, Scenario::IdleWake] {
        let outcome = subnet
            .scenario(&scenario)
            .ok_or(Unknown::NotCollected)?
            .known()?;
        expected = expected.max(outcome.free - outcome.headroom.expected.value);
        low = low.max(outcome.free - outcome.headroom.low.value);
    }
    Ok((expected, low))
}

/// Tenants of a kind in a subnet.
struct Tenants {
    all: i64,
    /// Those that have no interface and will ask for one.
    waiting: i64,
}

/// VPC links of version 2. API Gateway takes the interfaces of an inactive one back, after 60 days without traffic, and
/// makes them anew with the next request.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html>
fn links(scope: &Scope, subnet: &Subnet) -> Result<Tenants, Unknown> {
    let links = known(&scope.region.apigatewayv2.vpc_links)?;
    let here = links
        .iter()
        .filter(|link| link.subnet_ids.contains(&subnet.id));
    let states: Vec<&str> = here
        .map(|link| link.status.as_deref().unwrap_or_default())
        .filter(|status| *status != "DELETING")
        .collect();
    Ok(tenants(&states, |status| {
        matches!(*status, "INACTIVE" | "PENDING" | "FAILED")
    }))
}

/// Interface endpoints. One that is still pending has no interface.
fn endpoints(scope: &Scope, subnet: &Subnet) -> Result<Tenants, Unknown> {
    let endpoints = known(&scope.region.ec2.vpc_endpoints)?;
    let here = endpoints
        .iter()
        .filter(|it| it.subnet_ids.contains(&subnet.id));
    let gone = ["deleted", "deleting", "expired", "failed", "rejected"];
    let states: Vec<String> = here
        .map(|it| it.state.as_deref().unwrap_or_default().to_lowercase())
        .filter(|state| !gone.contains(&state.as_str()))
        .collect();
    Ok(tenants(&states, |state| state.starts_with("pending")))
}

fn known<T>(list: &Observed<Vec<T>>) -> Result<&[T], Unknown> {
    Ok(list.found()?.map_or(&[][..], Vec::as_slice))
}

fn tenants<T>(states: &[T], waits: impl Fn(&T) -> bool) -> Tenants {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Tenants {
        all: count(states.len()),
        waiting: count(states.iter().filter(|state| waits(state)).count()),
    }
}

fn message(
    used: Option<&SubnetAddresses>,
    supply: Option<&Supply>,
    links: &Tenants,
    endpoints: &Tenants,
    asked: i64,
    free: i64,
) -> String {
    let count = |number: i64, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    let length = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut text = format!("{free} free, {asked} may still be asked for by");
    if let Some(subnet) = used {
        let _ = write!(
            text,
            " {} with {},",
            count(length(subnet.functions.len()), "function", "functions"),
            count(
                length(subnet.combinations.len()),
                "set of security groups",
                "sets of security groups"
            ),
        );
        let fleets = length(subnet.capacity_providers.len());
        let connectors = length(subnet.network_connectors.len());
        if fleets > 0 {
            let _ = write!(
                text,
                " {},",
                count(fleets, "capacity provider", "capacity providers")
            );
        }
        if connectors > 0 {
            let _ = write!(
                text,
                " {},",
                count(connectors, "network connector", "network connectors")
            );
        }
    }
    let _ = write!(
        text,
        " {} and {}",
        count(links.all, "VPC link", "VPC links"),
        count(endpoints.all, "endpoint", "endpoints"),
    );
    let others = supply.and_then(|supply| {
        supply
            .tenants
            .iter()
            .find(|tenant| tenant.kind == TenantKind::Other)
    });
    if let Some(others) = others {
        let _ = write!(
            text,
            "; {} hold {} beside them",
            count(others.interfaces, "other interface", "other interfaces"),
            count(others.addresses, "address", "addresses"),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use tripod_model::apigatewayv2::VpcLink;
    use tripod_model::ec2::VpcEndpoint;
    use tripod_model::{Arn, Finding, Observed, Outcome, RegionalAccount, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run};
    use crate::vpc::addresses_testing::with_sets;

    fn link(subnet: &str, status: &str) -> VpcLink {
        VpcLink {
            arn: Arn::new("arn:aws:apigateway:eu-central-1::/vpclinks/l1"),
            id: "l1".to_owned(),
            name: None,
            status: Some(status.to_owned()),
            status_message: None,
            subnet_ids: vec![subnet.to_owned()],
            security_group_ids: vec![],
            created: None,
            tags: [].into(),
            sources: fixtures::sources(&["apigatewayv2:GetVpcLinks"]),
        }
    }

    fn endpoint(subnet: &str, state: &str) -> VpcEndpoint {
        VpcEndpoint {
            arn: Arn::new("arn:aws:ec2:eu-central-1:111122223333:vpc-endpoint/vpce-1"),
            id: "vpce-1".to_owned(),
            vpc_id: Some("vpc-1".to_owned()),
            owner_id: None,
            service_name: None,
            service_region: None,
            kind: Some("Interface".to_owned()),
            state: Some(state.to_owned()),
            failure_reason: None,
            subnet_ids: vec![subnet.to_owned()],
            security_group_ids: vec![],
            interface_ids: vec![],
            route_table_ids: vec![],
            private_dns_enabled: None,
            ip_address_type: None,
            requester_managed: None,
            policy: None,
            tags: [].into(),
            sources: fixtures::sources(&["ec2:DescribeVpcEndpoints"]),
        }
    }

    /// The finding of s1, in which functions have a set of security groups each.
    fn judged(sets: usize, free: i64, change: impl FnOnce(&mut RegionalAccount)) -> Finding {
        of_s1(&with_sets(sets, free, change))
    }

    fn of_s1(snapshot: &Snapshot) -> Finding {
        let mut findings = run(&CHECK, snapshot);
        findings.retain(|finding| finding.resource.name == "private-a");
        findings.remove(0)
    }

    #[test]
    fn tenants_together_ask_for_more_than_is_free() {
        // Two sets without an interface, a link that sleeps, an endpoint to come: 4 of 3.
        let finding = judged(2, 3, |region| {
            region.apigatewayv2.vpc_links = Observed::Known(vec![link("s1", "INACTIVE")]);
            region.ec2.vpc_endpoints = Observed::Known(vec![endpoint("s1", "pendingAcceptance")]);
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "3 free, 4 may still be asked for by 2 functions with 2 sets of security groups, 1 VPC link and 1 endpoint"
        );
        for (name, value) in [
            ("free", 3),
            ("asked", 4),
            ("asked_by_lambda", 2),
            ("asked_by_vpc_links", 1),
            ("asked_by_endpoints", 1),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
    }

    #[test]
    fn tenants_that_have_their_interfaces_ask_for_nothing() {
        let finding = judged(1, 0, |region| {
            region.apigatewayv2.vpc_links = Observed::Known(vec![link("s1", "AVAILABLE")]);
            region.ec2.vpc_endpoints = Observed::Known(vec![endpoint("s1", "Available")]);
            region.ec2.network_interfaces =
                Observed::Known(vec![fixtures::lambda_interface("eni-1", "s1", &["sg-0"])]);
        });
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("asked"), 0);
    }

    #[test]
    fn links_and_endpoints_alone_are_tenants() {
        let with = |free| {
            judged(0, free, |region| {
                region.apigatewayv2.vpc_links = Observed::Known(vec![link("s1", "FAILED")]);
            })
        };
        assert_eq!(with(0).outcome, Outcome::Fail);
        assert_eq!(with(1).outcome, Outcome::Pass);
    }

    #[test]
    fn what_is_being_deleted_is_no_tenant() {
        let finding = judged(0, 0, |region| {
            region.apigatewayv2.vpc_links = Observed::Known(vec![link("s1", "DELETING")]);
            region.ec2.vpc_endpoints = Observed::Known(vec![endpoint("s1", "Failed")]);
        });
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_subnet_with_ipv6_only_is_not_applicable() {
        let finding = judged(0, 0, |region| {
            if let Observed::Known(subnets) = &mut region.ec2.subnets {
                subnets[0].ipv4_cidr = None;
                subnets[0].ipv6_native = Some(true);
            }
        });
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn each_denied_input_is_not_assessed() {
        type Change = fn(&mut RegionalAccount);
        let denials: [(&str, Change); 5] = [
            ("lambda:ListFunctions", |region| {
                region.lambda.functions = fixtures::denied("lambda:ListFunctions");
            }),
            ("lambda:ListCapacityProviders", |region| {
                region.lambda.capacity_providers = fixtures::denied("lambda:ListCapacityProviders");
            }),
            ("apigatewayv2:GetVpcLinks", |region| {
                region.apigatewayv2.vpc_links = fixtures::denied("apigatewayv2:GetVpcLinks");
            }),
            ("ec2:DescribeVpcEndpoints", |region| {
                region.ec2.vpc_endpoints = fixtures::denied("ec2:DescribeVpcEndpoints");
            }),
            ("ec2:DescribeNetworkInterfaces", |region| {
                region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
            }),
        ];
        for (operation, change) in denials {
            assert_denied(&judged(1, 50, change), operation);
        }
        let mut snapshot = with_sets(1, 50, |_| ());
        snapshot.accounts[0].regions[0].ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        assert_denied(&run(&CHECK, &snapshot)[0], "ec2:DescribeSubnets");
    }

    #[test]
    fn a_failure_stands_whatever_else_was_not_read() {
        let finding = judged(4, 3, |region| {
            region.lambda.capacity_providers = fixtures::denied("lambda:ListCapacityProviders");
        });
        assert_eq!(finding.outcome, Outcome::Fail);
    }
}
