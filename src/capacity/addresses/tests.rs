//! What the tests of addresses share: small regions, made by hand.

mod concurrency;
mod gaps;
mod golden;
mod properties;
mod whatif;

use tripod_model::cloudwatch::{Daily, FunctionMetrics, Metrics};
use tripod_model::lambda::{Alias, CapacityProvider, Function, Version, VpcAttachment};
use tripod_model::{Arn, Observed, RegionalAccount, fixtures};

use super::{Assessed, Outcome, RegionAddresses, Scenario, SubnetAddresses, WhatIf, project};
use crate::Assumptions;

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn attachment(subnets: &[&str], groups: &[&str]) -> VpcAttachment {
    VpcAttachment {
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: owned(subnets),
        security_group_ids: owned(groups),
        ipv6_allowed: Some(false),
    }
}

/// A function in subnets, awake, of 256 MiB, without reserved concurrency.
fn in_vpc(name: &str, subnets: &[&str], groups: &[&str]) -> Function {
    let mut function = fixtures::function(name);
    function.configuration.network.vpc = Some(attachment(subnets, groups));
    reserving(function, None)
}

fn reserving(mut function: Function, concurrency: Option<i64>) -> Function {
    function.details = function.details.map(|mut details| {
        details.reserved_concurrency = concurrency;
        details
    });
    function
}

/// Lambda has taken its interface back.
fn idle(mut function: Function) -> Function {
    function.details = function.details.map(|mut details| {
        details.state = Some("Inactive".to_owned());
        details.state_reason_code = Some("Idle".to_owned());
        details
    });
    function
}

/// With a version published when it had these groups; an alias leads there if it is called.
fn published(mut function: Function, number: &str, groups: &[&str], called: bool) -> Function {
    let mut configuration = function.configuration.clone();
    if let Some(vpc) = &mut configuration.network.vpc {
        vpc.security_group_ids = owned(groups);
    }
    function.versions.push(Version {
        arn: Arn::new(format!("{}:{number}", function.arn)),
        version: number.to_owned(),
        configuration,
        policy: Observed::Absent,
        scaling: Observed::NotCollected,
        sources: fixtures::sources(&["lambda:ListFunctions"]),
    });
    function.provisioned_concurrency = Observed::Known(vec![]);
    let alias = Alias {
        arn: Arn::new(format!("{}:live", function.arn)),
        name: "live".to_owned(),
        description: None,
        version: Some(number.to_owned()),
        weights: std::collections::BTreeMap::new(),
        policy: Observed::Absent,
        sources: fixtures::sources(&["lambda:ListAliases"]),
    };
    if let (true, Observed::Known(aliases)) = (called, &mut function.aliases) {
        aliases.push(alias);
    }
    function
}

/// A provider of `m7g.large` instances, which have 2 processors each.
fn provider(name: &str, subnets: &[&str], processors: i64) -> CapacityProvider {
    CapacityProvider {
        arn: Arn::new(format!(
            "arn:aws:lambda:{}:{}:capacity-provider:{name}",
            fixtures::REGION,
            fixtures::ACCOUNT
        )),
        state: "Active".to_owned(),
        subnet_ids: owned(subnets),
        security_group_ids: owned(&["sg-fleet"]),
        operator_role: None,
        kms_key_arn: None,
        max_vcpu_count: Some(processors),
        scaling_mode: Some("Auto".to_owned()),
        scaling_targets: std::collections::BTreeMap::new(),
        architectures: owned(&["arm64"]),
        allowed_instance_types: owned(&["m7g.large", "m7g.4xlarge"]),
        excluded_instance_types: vec![],
        propagate_tags: None,
        log_group: None,
        system_log_level: None,
        last_modified: None,
        sources: fixtures::sources(&["lambda:ListCapacityProviders"]),
    }
}

/// A function whose published version runs on a provider.
fn managed(name: &str, provider: &CapacityProvider) -> Function {
    let mut function = published(fixtures::function(name), "1", &[], false);
    for version in &mut function.versions {
        version.configuration.capacity_provider = Some(tripod_model::lambda::CapacityProviderUse {
            arn: provider.arn.clone(),
            max_concurrency: None,
            memory_gib_per_vcpu: None,
        });
    }
    function.configuration.capacity_provider =
        function.versions[0].configuration.capacity_provider.clone();
    reserving(function, None)
}

/// The daily maxima of a function; none: it did not run.
fn metrics(name: &str, peak: Option<f64>) -> FunctionMetrics {
    let days = |value| {
        let day = jiff::civil::date(2026, 11, 20);
        vec![Daily { day, value: 1.0 }, Daily { day, value }]
    };
    FunctionMetrics {
        name: name.to_owned(),
        concurrent_executions: peak.map_or(Observed::Absent, |it| Observed::Known(days(it))),
        duration_p50_milliseconds: Observed::Absent,
        duration_p99_milliseconds: Observed::Absent,
        duration_maximum_milliseconds: Observed::Absent,
        invocations: Observed::Absent,
        throttles: Observed::Absent,
        errors: Observed::Absent,
        sources: fixtures::sources(&["cloudwatch:GetMetricData"]),
    }
}

fn peaks(region: &mut RegionalAccount, peak: Option<f64>) {
    let functions = region.lambda.functions.items();
    let time = fixtures::snapshot().run.observed;
    region.cloudwatch.metrics = Observed::Known(Metrics {
        from: time,
        until: time,
        concurrent_executions: Observed::Absent,
        unreserved_concurrent_executions: Observed::Absent,
        functions: functions.iter().map(|it| metrics(&it.name, peak)).collect(),
        rest_stages: vec![],
        http_apis: vec![],
    });
}

/// A region with subnets s1, s2, s3 of `/24`, each in a zone of its own and with 240 addresses free, a pool to share, and
/// functions that did not run in 30 days. Everything was read.
fn region(functions: Vec<Function>, pool: i64) -> RegionalAccount {
    let mut region = fixtures::region(fixtures::REGION);
    region.lambda.functions = Observed::Known(functions);
    region.lambda.account_settings = region.lambda.account_settings.map(|mut settings| {
        settings.unreserved_concurrent_executions = Some(pool);
        settings
    });
    region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
    region.ec2.subnets = Observed::Known(
        [("s1", "a"), ("s2", "b"), ("s3", "c")]
            .map(|(id, zone)| fixtures::subnet(id, zone))
            .to_vec(),
    );
    region.lambda_core.network_connectors = Observed::Known(vec![]);
    region.servicequotas.lambda = Observed::Known(vec![quota("L-9FEE3D26", 500.0)]);
    region.servicequotas.vpc = Observed::Known(vec![quota("L-DF5E4CA3", 5_000.0)]);
    peaks(&mut region, None);
    region
}

fn quota(code: &str, value: f64) -> tripod_model::servicequotas::Quota {
    tripod_model::servicequotas::Quota {
        code: code.to_owned(),
        arn: None,
        name: None,
        value: Some(value),
        adjustable: Some(true),
        error: None,
        usage: None,
        sources: fixtures::sources(&["service-quotas:ListServiceQuotas"]),
    }
}

fn set_subnet(region: &mut RegionalAccount, id: &str, range: &str, free: i64) {
    let Observed::Known(subnets) = &mut region.ec2.subnets else {
        return;
    };
    for subnet in subnets.iter_mut().filter(|subnet| subnet.id == id) {
        subnet.ipv4_cidr = Some(range.to_owned());
        subnet.free_ipv4_addresses = Some(free);
    }
}

/// Interfaces of functions, each in a subnet with a set.
fn interfaces(region: &mut RegionalAccount, all: &[(&str, &[&str])]) {
    let each = all.iter().zip(0..).map(|((subnet, groups), number)| {
        fixtures::lambda_interface(&format!("eni-{number}"), subnet, groups)
    });
    region.ec2.network_interfaces = Observed::Known(each.collect());
}

fn report(region: &RegionalAccount) -> RegionAddresses {
    project(region, &Assumptions::default(), &WhatIf::default()).expect("functions are known")
}

fn subnet<'r>(report: &'r RegionAddresses, id: &str) -> &'r SubnetAddresses {
    let mut all = report.subnets.iter();
    all.find(|subnet| subnet.subnet_id == id)
        .expect("the subnet is used")
}

/// A scenario in a subnet, which is assessed.
fn outcome<'r>(report: &'r RegionAddresses, id: &str, scenario: &Scenario) -> &'r Outcome {
    match subnet(report, id).scenario(scenario) {
        Some(Assessed::Known(outcome)) => outcome,
        other => panic!("{scenario:?} of {id}: {other:?}"),
    }
}

/// Low, expected and high need.
fn need(report: &RegionAddresses, id: &str, scenario: &Scenario) -> [i64; 3] {
    let need = &outcome(report, id, scenario).need;
    [need.low.value, need.expected.value, need.high.value]
}

/// Headroom of the expected case.
fn headroom(report: &RegionAddresses, id: &str, scenario: &Scenario) -> i64 {
    outcome(report, id, scenario).headroom.expected.value
}
