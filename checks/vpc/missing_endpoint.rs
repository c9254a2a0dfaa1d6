//! VPCs from which functions reach services of AWS over the public network, or not at all.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use tripod_access::Access;
use tripod_model::ec2::{RouteTarget, Vpc};
use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::{Arn, Evidence, Impact, Severity, Unknown};

use super::used_services::{SERVICES, Used, Uses, uses};
use crate::lambda::egress::{Exit, Leg, attachment, listed};
use crate::lambda::failed;
use crate::lambda::role::{self, FUNCTION_KEY, Roles};
use crate::permits::{self, Grasp, Permits};
use crate::vpc::routes::{Family, Routes};
use crate::vpc::{VPC, is_shared, vpc_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-missing-endpoint",
    title: "VPC without endpoints for services of AWS that its functions use",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::None,
        availability: Severity::Low,
    },
    // That a role names a service is taken for its use.
    confidence: Confidence::Medium,
    rows: &["VN16"],
    needs: &[
        "ec2:DescribeVpcs",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNatGateways",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeTransitGatewayVpcAttachments",
        "lambda:ListFunctions",
        "iam:GetAccountAuthorizationDetails",
        "organizations:DescribeOrganization",
        "organizations:ListParents",
        "organizations:ListPoliciesForTarget",
        "organizations:DescribePolicy",
    ],
    controls: &[Control::Baseline("NET-7"), Control::CisAws("6.8")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_endpoint.md"),
    run,
};

const ENDPOINTS: &str = "ec2:DescribeVpcEndpoints";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let looking = Looking {
            view,
            scope,
            routes: Routes::of(&scope.region.ec2),
            access: view.access(scope.account),
            roles: role::roles(scope.account),
            decided: RefCell::default(),
        };
        out.each(
            &scope.region.ec2.vpcs,
            || scope.unlisted(VPC),
            |vpc| vpc_resource(&scope, vpc),
            |vpc| looking.decide(vpc),
        );
    }
}

/// A region, and what is worked out once for all its VPCs.
struct Looking<'a, 's> {
    view: &'a View<'s>,
    scope: Scope<'a>,
    routes: Routes<'a>,
    access: Result<&'a Access<'a>, Unknown>,
    roles: Result<Roles<'a>, Unknown>,
    /// By role: what holds for one of its functions holds for all, unless a policy tells them apart.
    decided: RefCell<BTreeMap<Arn, Result<Uses, Unknown>>>,
}

/// How a function gets to a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// By an endpoint, from all of its subnets.
    Endpoint,
    /// It cannot be seen: why, in words.
    Unseen(String),
    /// Not at all, from a subnet at least: why, in words.
    Nowhere(String),
    /// Over the public network, from a subnet at least: by what, in words.
    Public(String),
}

/// What the functions of a VPC come to.
#[derive(Default)]
struct Found {
    /// Functions by service, and by how they get there; those by an endpoint too.
    by_reach: BTreeMap<(&'static str, Reach), BTreeSet<String>>,
    unknown: Option<Unknown>,
}

impl Looking<'_, '_> {
    fn decide(&self, vpc: &Vpc) -> Result<Verdict, Unknown> {
        let functions: Vec<(&Function, &VpcAttachment)> = self.functions_in(vpc)?;
        if functions.is_empty() {
            return Ok(Verdict::not_applicable("no function is in the VPC"));
        }
        if is_shared(&self.scope, vpc) {
            let error = "another account owns the VPC, and its endpoints are not shown";
            return Err(failed(ENDPOINTS, error));
        }
        let mut found = Found::default();
        for (function, attachment) in &functions {
            if let Err(unknown) = self.take(vpc, function, attachment, &mut found) {
                found.unknown.get_or_insert(unknown);
            }
        }
        let verdict = found.verdict()?;
        let unseen = self.access.as_ref().ok().and_then(|it| it.scps_unseen());
        let verdict = if found.faults().next().is_some() {
            permits::told(unseen, verdict)
        } else {
            verdict
        };
        Ok(verdict.evidence(self.evidence(vpc)))
    }

    fn functions_in(&self, vpc: &Vpc) -> Result<Vec<(&Function, &VpcAttachment)>, Unknown> {
        let functions = self.scope.region.lambda.functions.found()?;
        let attached = |function| Some((function, attachment(function)?));
        Ok(functions
            .into_iter()
            .flatten()
            .filter_map(attached)
            .filter(|(_, attachment)| attachment.vpc_id.as_deref() == Some(vpc.id.as_str()))
            .collect())
    }

    fn take(
        &self,
        vpc: &Vpc,
        function: &Function,
        attachment: &VpcAttachment,
        found: &mut Found,
    ) -> Result<(), Unknown> {
        let uses = self.uses(function)?;
        for service in SERVICES {
            let Some(grasp) = uses.get(service.name) else {
                continue;
            };
            let reach = match (self.reach(vpc, attachment, service)?, grasp) {
                (Reach::Public(_) | Reach::Nowhere(_), Grasp::Anything) => Reach::Unseen(
                    "the role permits actions of many services and does not name this one"
                        .to_owned(),
                ),
                (reach, _) => reach,
            };
            let functions = found.by_reach.entry((service.name, reach)).or_default();
            functions.insert(function.name.clone());
        }
        Ok(())
    }

    /// What the role of a function permits. One that is gone permits nothing.
    fn uses(&self, function: &Function) -> Result<Uses, Unknown> {
        let account = self.scope.account;
        let arn = role::role_arn(account, function)?;
        if !self.roles.as_ref().map_err(Clone::clone)?.contains_key(arn) {
            return Ok(Uses::new());
        }
        if let Some(decided) = self.decided.borrow().get(arn) {
            return decided.clone();
        }
        // Code calls KMS itself, and no other service does so for it.
        let context = role::context(self.view, function).without("kms:ViaService");
        let region = &self.scope.region.name;
        let permits = Permits::of(account, region, self.access.clone()?, arn, context)?;
        let uses = uses(&permits);
        if !permits.compares(FUNCTION_KEY) {
            let mut decided = self.decided.borrow_mut();
            decided.insert(arn.clone(), uses.clone());
        }
        uses
    }

    /// How a function gets to a service from the worst of its subnets.
    fn reach(
        &self,
        vpc: &Vpc,
        attachment: &VpcAttachment,
        service: &Used,
    ) -> Result<Reach, Unknown> {
        let otherwise = match self.by_interface(vpc, service)? {
            Some(Reach::Endpoint) => return Ok(Reach::Endpoint),
            otherwise => otherwise,
        };
        let tables = self.gateway_tables(vpc, service)?;
        let mut worst = Reach::Endpoint;
        for id in &attachment.subnet_ids {
            let table = self.routes.table(self.routes.subnet(id)?)?;
            if tables.contains(table.id.as_str()) {
                continue;
            }
            let way = match &otherwise {
                Some(unseen) => unseen.clone(),
                None => self.way_out(id, attachment.ipv6_allowed == Some(true))?,
            };
            worst = worst.max(way);
        }
        Ok(worst)
    }

    /// An interface endpoint takes all of the VPC's traffic to the service's usual name, if it has that name.
    fn by_interface(&self, vpc: &Vpc, service: &Used) -> Result<Option<Reach>, Unknown> {
        let mut nameless = None;
        for endpoint in self.routes.endpoints(&vpc.id, "Interface")? {
            if !self.is_to(endpoint.service_name.as_deref(), service) {
                continue;
            }
            if endpoint.private_dns_enabled == Some(true) {
                return Ok(Some(Reach::Endpoint));
            }
            nameless = Some(Reach::Unseen(format!(
                "endpoint {} has a name of its own, and whether the code uses it is not seen",
                endpoint.id
            )));
        }
        Ok(nameless)
    }

    /// Route tables from which a gateway endpoint takes the service's traffic.
    fn gateway_tables(&self, vpc: &Vpc, service: &Used) -> Result<BTreeSet<&str>, Unknown> {
        if !service.by_gateway {
            return Ok(BTreeSet::new());
        }
        let endpoints = self.routes.endpoints(&vpc.id, "Gateway")?;
        Ok(endpoints
            .filter(|endpoint| self.is_to(endpoint.service_name.as_deref(), service))
            .flat_map(|endpoint| endpoint.route_table_ids.iter().map(String::as_str))
            .collect())
    }

    /// Whether an endpoint leads to a service of this region: `com.amazonaws.eu-central-1.kms`.
    fn is_to(&self, name: Option<&str>, service: &Used) -> bool {
        let wanted = format!(".{}.{}", self.scope.region.name, service.name);
        name.is_some_and(|name| name.contains("amazonaws") && name.ends_with(&wanted))
    }

    fn way_out(&self, subnet: &str, ipv6: bool) -> Result<Reach, Unknown> {
        if ipv6 {
            let subnet = self.routes.subnet(subnet)?;
            if let Some(way) = self.routes.default(subnet, Family::V6)? {
                return Ok(Reach::Public(way.name()));
            }
        }
        Ok(match Leg::of(&self.routes, subnet)?.exit {
            Exit::Closed => Reach::Nowhere("no route leads out".to_owned()),
            Exit::Public => Reach::Nowhere(
                "the subnet is public, and functions have no public address".to_owned(),
            ),
            Exit::Dead(why) => Reach::Nowhere(why),
            Exit::Open(way) => match &way.target {
                RouteTarget::NatGateway(id) if !self.is_private(id)? => Reach::Public(way.name()),
                _ => Reach::Unseen(format!(
                    "traffic leaves by {}, and what stands behind it is not seen",
                    way.name()
                )),
            },
        })
    }

    /// A private NAT gateway leads to other networks and not to the internet.
    fn is_private(&self, nat: &str) -> Result<bool, Unknown> {
        Ok(self.routes.nat(nat)?.connectivity.as_deref() == Some("private"))
    }

    fn evidence(&self, vpc: &Vpc) -> Vec<Evidence> {
        let mut evidence = vpc.sources.evidence("ec2:DescribeVpcs", "");
        let endpoints = self.scope.region.ec2.vpc_endpoints.found();
        for endpoint in endpoints.ok().flatten().into_iter().flatten() {
            if endpoint.vpc_id.as_deref() == Some(vpc.id.as_str()) {
                evidence.extend(endpoint.sources.evidence(ENDPOINTS, ""));
            }
        }
        for (function, _) in self.functions_in(vpc).unwrap_or_default() {
            evidence.extend(
                function
                    .sources
                    .evidence("lambda:ListFunctions", "/VpcConfig"),
            );
        }
        evidence
    }
}

impl Found {
    /// What goes over the public network or gets nowhere.
    fn faults(&self) -> impl Iterator<Item = (&'static str, &Reach, &BTreeSet<String>)> {
        self.by_reach
            .iter()
            .filter(|((_, reach), _)| matches!(reach, Reach::Public(_) | Reach::Nowhere(_)))
            .map(|((service, reach), functions)| (*service, reach, functions))
    }

    fn verdict(&self) -> Result<Verdict, Unknown> {
        if self.faults().next().is_some() {
            return Ok(self.failure());
        }
        if let Some(unknown) = &self.unknown {
            return Err(unknown.clone());
        }
        for ((service, reach), functions) in &self.by_reach {
            if let Reach::Unseen(why) = reach {
                let error = format!("{service}, of {}: {why}", listed(functions));
                return Err(failed(ENDPOINTS, error));
            }
        }
        let services: Vec<&str> = self.by_reach.keys().map(|(service, _)| *service).collect();
        if services.is_empty() {
            let reason = "no function in the VPC may use a service that is looked at";
            return Ok(Verdict::not_applicable(reason));
        }
        let message = format!("endpoints carry {}", services.join(", "));
        Ok(Verdict::pass(message).detail("services", services))
    }

    fn failure(&self) -> Verdict {
        let said = |(service, reach, functions): (&str, &Reach, &BTreeSet<String>)| {
            let functions = listed(functions);
            match reach {
                Reach::Public(way) => format!("{functions} to {service} by {way}"),
                Reach::Nowhere(why) => format!("{functions} to {service} not at all: {why}"),
                Reach::Endpoint | Reach::Unseen(_) => String::new(),
            }
        };
        let message = format!(
            "no endpoint carries what functions may use by their roles: {}",
            self.faults().map(said).collect::<Vec<_>>().join("; ")
        );
        let services: BTreeSet<&str> = self.faults().map(|(service, ..)| service).collect();
        let verdict =
            Verdict::fail(message).detail("services", services.into_iter().collect::<Vec<_>>());
        if self
            .faults()
            .any(|(_, reach, _)| matches!(reach, Reach::Public(_)))
        {
            return verdict;
        }
        verdict.lowered_to(Severity::Low, "nothing goes over the public network")
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::{Route, RouteTarget, VpcEndpoint};
    use tripod_model::lambda::VpcAttachment;
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::lambda::role_testing::{allow, statement, with_role, within};
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::endpoint_testing::{gateway_endpoint, interface_endpoint};
    use crate::vpc::routes_testing::{ANYWHERE, nat, route, table, to_internet, to_nat};

    const TABLE: &str = "arn:aws:dynamodb:eu-central-1:111122223333:table/claims";
    const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-*";

    fn reads_table() -> String {
        allow("dynamodb:GetItem", TABLE)
    }

    fn reads_secret() -> String {
        allow("secretsmanager:GetSecretValue", SECRET)
    }

    /// The function `claims` in `s1` of `vpc-1`, whose route table has these routes, beside these endpoints.
    fn placed(mut snapshot: Snapshot, routes: Vec<Route>, endpoints: Vec<VpcEndpoint>) -> Snapshot {
        change(&mut snapshot, |region| {
            if let Observed::Known(functions) = &mut region.lambda.functions {
                functions[0].configuration.network.vpc = Some(VpcAttachment {
                    vpc_id: Some("vpc-1".to_owned()),
                    subnet_ids: vec!["s1".to_owned()],
                    security_group_ids: vec!["sg-1".to_owned()],
                    ipv6_allowed: Some(false),
                });
            }
            let ec2 = &mut region.ec2;
            ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
            ec2.subnets = Observed::Known(vec![
                fixtures::subnet("s1", "a"),
                fixtures::subnet("p1", "a"),
            ]);
            ec2.route_tables = Observed::Known(vec![
                table("rtb-1", &["s1"], routes),
                table("rtb-main", &[], vec![to_internet()]),
            ]);
            ec2.nat_gateways = Observed::Known(vec![nat("nat-1", "p1")]);
            ec2.vpc_endpoints = Observed::Known(endpoints);
        });
        snapshot
    }

    fn change(snapshot: &mut Snapshot, change: impl FnOnce(&mut RegionalAccount)) {
        change(&mut snapshot.accounts[0].regions[0]);
    }

    /// What is said of the VPC when the function's role has these statements and a NAT gateway leads out.
    fn judged(statements: &str, endpoints: Vec<VpcEndpoint>) -> Finding {
        let snapshot = placed(with_role(statements), vec![to_nat("nat-1")], endpoints);
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn a_service_that_the_role_names_and_that_only_nat_leads_to_fails() {
        let finding = judged(&reads_secret(), vec![]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        let wanted = "claims to secretsmanager by NAT gateway nat-1";
        assert!(finding.message.ends_with(wanted), "{}", finding.message);
        assert_eq!(finding.resource.kind, "AWS::EC2::VPC");
    }

    #[test]
    fn an_interface_endpoint_of_the_usual_name_passes() {
        let finding = judged(
            &reads_secret(),
            vec![interface_endpoint("secretsmanager", &["p1"])],
        );
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.message, "endpoints carry secretsmanager");
    }

    #[test]
    fn an_endpoint_of_another_vpc_service_region_or_state_carries_nothing() {
        let endpoint = || interface_endpoint("secretsmanager", &["p1"]);
        let mut elsewhere = endpoint();
        elsewhere.vpc_id = Some("vpc-2".to_owned());
        let mut foreign = endpoint();
        foreign.service_name = Some("com.amazonaws.eu-west-1.secretsmanager".to_owned());
        let mut gone = endpoint();
        gone.state = Some("deleting".to_owned());
        let other = interface_endpoint("kms", &["p1"]);
        for endpoint in [elsewhere, foreign, gone, other] {
            let finding = judged(&reads_secret(), vec![endpoint]);
            assert_eq!(finding.outcome, Outcome::Fail);
        }
    }

    #[test]
    fn a_gateway_endpoint_carries_only_what_its_route_tables_lead_to_it() {
        let finding = judged(
            &reads_table(),
            vec![gateway_endpoint("dynamodb", &["rtb-1"])],
        );
        assert_eq!(finding.outcome, Outcome::Pass);
        let finding = judged(
            &reads_table(),
            vec![gateway_endpoint("dynamodb", &["rtb-2"])],
        );
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn without_endpoint_and_way_out_it_fails_low() {
        let mut hole = to_nat("nat-gone");
        hole.state = Some("blackhole".to_owned());
        for routes in [vec![], vec![to_internet()], vec![hole]] {
            let snapshot = placed(with_role(&reads_secret()), routes, vec![]);
            let finding = run_one(&CHECK, &snapshot);
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low);
            assert!(finding.message.contains("not at all"));
        }
    }

    #[test]
    fn what_lambda_or_another_service_calls_in_the_roles_name_takes_no_way_through_the_vpc() {
        let statements = [
            allow("logs:PutLogEvents", "*"),
            allow("sqs:ReceiveMessage", "*"),
            allow("kms:Decrypt", "*"),
            r#"{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}}"#.to_owned(),
        ];
        let finding = judged(&statements.join(","), vec![]);
        assert_eq!(finding.outcome, Outcome::NotApplicable, "{finding:#?}");
    }

    #[test]
    fn what_a_deny_or_a_boundary_takes_back_is_not_used() {
        let denied = format!("{},{}", reads_secret(), statement("Deny", "*", "*"));
        assert_eq!(judged(&denied, vec![]).outcome, Outcome::NotApplicable);
        let bounded = within(with_role(&reads_secret()), &allow("s3:*", "*"));
        let finding = run_one(&CHECK, &placed(bounded, vec![to_nat("nat-1")], vec![]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_a_boundary_leaves_of_a_wide_grant_is_used() {
        let buckets = allow("*", "arn:aws:s3:::clinic-*");
        let bounded = within(with_role(&allow("s3:ListBucket", "*")), &buckets);
        let finding = run_one(&CHECK, &placed(bounded, vec![to_nat("nat-1")], vec![]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("claims to s3 by NAT gateway"));
    }

    #[test]
    fn a_condition_on_the_grant_leaves_the_use() {
        let tagged = r#"{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"claims"}}}"#;
        assert_eq!(judged(tagged, vec![]).outcome, Outcome::Fail);
    }

    #[test]
    fn a_role_that_may_do_everything_says_of_no_service_that_it_is_used() {
        let finding = judged(&allow("*", "*"), vec![]);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("does not name this one"));
        // What it names beside that, it uses.
        let both = format!("{},{}", allow("*", "*"), reads_secret());
        let finding = judged(&both, vec![]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.details.get("services"),
            serde_json::json!(["secretsmanager"])
        );
    }

    #[test]
    fn a_way_whose_end_is_not_seen_and_an_endpoint_without_the_usual_name_are_not_assessed() {
        let peered = route(ANYWHERE, RouteTarget::PeeringConnection("pcx-1".to_owned()));
        let snapshot = placed(with_role(&reads_secret()), vec![peered], vec![]);
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("peering connection pcx-1"));
        let mut private = nat("nat-1", "p1");
        private.connectivity = Some("private".to_owned());
        let mut snapshot = placed(with_role(&reads_secret()), vec![to_nat("nat-1")], vec![]);
        change(&mut snapshot, |region| {
            region.ec2.nat_gateways = Observed::Known(vec![private]);
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotAssessed);
        let mut nameless = interface_endpoint("secretsmanager", &["p1"]);
        nameless.private_dns_enabled = Some(false);
        let finding = judged(&reads_secret(), vec![nameless]);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_vpc_without_functions_is_not_applicable() {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
            let function = fixtures::function("claims");
            region.lambda.functions = Observed::Known(vec![function]);
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_vpc_that_another_account_shares_does_not_show_its_endpoints() {
        let mut snapshot = placed(with_role(&reads_secret()), vec![to_nat("nat-1")], vec![]);
        change(&mut snapshot, |region| {
            let mut vpc = fixtures::vpc("vpc-1");
            vpc.owner_id = Some("444455556666".to_owned());
            region.ec2.vpcs = Observed::Known(vec![vpc]);
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn denied_endpoints_routes_and_policies_are_not_assessed() {
        let denied = |hide: fn(&mut Snapshot)| {
            let mut snapshot = placed(with_role(&reads_secret()), vec![to_nat("nat-1")], vec![]);
            hide(&mut snapshot);
            run_one(&CHECK, &snapshot)
        };
        let finding = denied(|snapshot| {
            change(snapshot, |region| {
                region.ec2.vpc_endpoints = fixtures::denied("ec2:DescribeVpcEndpoints");
            });
        });
        assert_denied(&finding, "ec2:DescribeVpcEndpoints");
        let finding = denied(|snapshot| {
            change(snapshot, |region| {
                region.ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
            });
        });
        assert_denied(&finding, "ec2:DescribeRouteTables");
        let finding = denied(|snapshot| {
            snapshot.accounts[0].iam.authorization =
                fixtures::denied("iam:GetAccountAuthorizationDetails");
        });
        assert_denied(&finding, "iam:GetAccountAuthorizationDetails");
    }
}
