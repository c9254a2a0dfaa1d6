//! Subnets that cannot hold the network interfaces Lambda will ask for.

use serde_json::{Value, json};
use tripod_capacity::addresses::{
    Assessed, Outcome, RegionAddresses, Scenario, SubnetAddresses, Supply,
};
use tripod_model::{Arn, Evidence, Impact, ResourceRef, Severity, Unknown};

use crate::vpc::{SUBNET, subnet_resource};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-address-exhaustion",
    title: "subnet too small for the functions in it",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::Medium,
    rows: &["LA25"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:GetAccountSettings",
        "lambda:ListAliases",
        "lambda:ListCapacityProviders",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda-core:GetNetworkConnector",
        "lambda-core:ListNetworkConnectors",
        "cloudwatch:GetMetricData",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:GetSubnetCidrReservations",
    ],
    controls: &[Control::Baseline("AVL-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("address_exhaustion.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        match view.addresses(scope.account, scope.region) {
            Ok(addresses) => each_subnet(&scope, addresses, out),
            Err(unknown) => out.say(scope.unlisted(SUBNET), Err(unknown)),
        }
    }
}

fn each_subnet(scope: &Scope, addresses: &RegionAddresses, out: &mut Outcomes) {
    let used = || {
        addresses
            .subnets
            .iter()
            .filter(|it| !it.combinations.is_empty())
    };
    if used().next().is_none() {
        // No function is in a VPC: no subnet to look at, whether or not the subnets are known.
        return;
    }
    let subnets = match scope.region.ec2.subnets.found() {
        Ok(subnets) => subnets.map_or(&[][..], Vec::as_slice),
        Err(unknown) => {
            out.say(scope.unlisted(SUBNET), Err(unknown));
            return;
        }
    };
    for subnet in used() {
        let described = subnets.iter().find(|it| it.id == subnet.subnet_id);
        let resource = described.map_or_else(
            || unseen(scope, &subnet.subnet_id),
            |described| subnet_resource(scope, described),
        );
        let evidence = described.map_or_else(Vec::new, |described| {
            let sources = &described.sources;
            sources.evidence("ec2:DescribeSubnets", "/availableIpAddressCount")
        });
        out.say(resource, decide(scope, addresses, subnet, evidence));
    }
}

/// A subnet that functions name and the list of subnets lacks.
fn unseen(scope: &Scope, id: &str) -> ResourceRef {
    let (partition, account) = (&scope.account.partition, &scope.account.id);
    let region = &scope.region.name;
    let arn = Arn::new(format!(
        "arn:{partition}:ec2:{region}:{account}:subnet/{id}"
    ));
    scope.resource(SUBNET, &arn, id)
}

/// How bad it is that a scenario does not fit. None: it says nothing of the subnet as it stands, as more functions
/// that nobody has announced do not.
fn weight(scenario: &Scenario) -> Option<Severity> {
    match scenario {
        Scenario::Now | Scenario::ObservedPeak | Scenario::Limits | Scenario::AccountLimit => {
            Some(Severity::High)
        }
        Scenario::ZoneLost { .. } | Scenario::IdleWake | Scenario::GroupsReplaced => {
            Some(Severity::Medium)
        }
        Scenario::NewFunctions { .. } => None,
    }
}

/// The worst scenario that does not fit.
struct Short<'a> {
    severity: Severity,
    scenario: &'a Scenario,
    outcome: &'a Outcome,
}

fn decide(
    scope: &Scope,
    addresses: &RegionAddresses,
    subnet: &SubnetAddresses,
    mut evidence: Vec<Evidence>,
) -> Result<Verdict, Unknown> {
    let supply = subnet.supply.known()?;
    let limit = subnet
        .scenario(&Scenario::AccountLimit)
        .ok_or(Unknown::NotCollected)?
        .known()?;
    if let Some(settings) = scope.region.lambda.account_settings.found()? {
        evidence.extend(settings.sources.evidence(
            "lambda:GetAccountSettings",
            "/AccountLimit/UnreservedConcurrentExecutions",
        ));
    }
    // What was not read can only add to the need: what is short in the low case is short, and what
    // fits may not.
    let hidden = subnet.gaps.iter().find(|gap| gap.hides_need);
    let left = |outcome: &Outcome| match hidden {
        Some(_) => outcome.headroom.low.value,
        None => outcome.headroom.expected.value,
    };
    let message = message(addresses, subnet, supply, limit);
    let verdict = match (worst(subnet, left), hidden) {
        (None, Some(gap)) => return Err(gap.unknown.clone()),
        (None, None) => Verdict::pass(message),
        (Some(short), _) => fail(addresses, subnet, &short, &message),
    };
    let unread = subnet.gaps.iter().filter(|gap| !gap.hides_need);
    let verdict = unread.fold(verdict, |verdict, gap| {
        verdict.remark(&format!("not known: {}", gap.input))
    });
    Ok(with_figures(verdict, addresses, subnet, supply, limit).evidence(evidence))
}

/// Of the scenarios that do not fit, the worst; of equals the first.
fn worst(subnet: &SubnetAddresses, left: impl Fn(&Outcome) -> i64) -> Option<Short<'_>> {
    let mut found: Option<Short> = None;
    for result in &subnet.scenarios {
        let (Some(severity), Assessed::Known(outcome)) =
            (weight(&result.scenario), &result.outcome)
        else {
            continue;
        };
        let worse = found.as_ref().is_none_or(|short| severity > short.severity);
        if left(outcome) < 0 && worse {
            found = Some(Short {
                severity,
                scenario: &result.scenario,
                outcome,
            });
        }
    }
    found
}

fn fail(
    addresses: &RegionAddresses,
    subnet: &SubnetAddresses,
    short: &Short<'_>,
    message: &str,
) -> Verdict {
    let verdict = Verdict::fail(format!("{message}; {}", stops(short)));
    let verdict = match (short.severity, short.scenario) {
        (Severity::High, _) => verdict,
        (_, Scenario::GroupsReplaced) => verdict.lowered_to(
            Severity::Medium,
            "not enough to replace every security group, which needs old and new interfaces at once",
        ),
        (_, scenario) => {
            verdict.lowered_to(Severity::Medium, &format!("short only {}", scenario.title()))
        }
    };
    let cures = addresses
        .verdicts
        .iter()
        .find(|it| it.place == subnet.subnet_id);
    let cures = cures.map_or(&[][..], |verdict| &verdict.cheapest);
    let texts: Vec<&str> = cures.iter().map(|cure| cure.text.as_str()).collect();
    if texts.is_empty() {
        return verdict;
    }
    verdict.detail("cheapest_cure", texts.join(", and "))
}

/// Who stops, and how that shows.
fn stops(short: &Short<'_>) -> String {
    let Some(failure) = &short.outcome.failure else {
        return "what asks for an address in vain stops".to_owned();
    };
    let names = match failure.stops.as_slice() {
        names if names.len() > 5 => {
            format!("{} and {} more", names[..5].join(", "), names.len() - 5)
        }
        names => names.join(", "),
    };
    let shows = failure.shows.first().map_or("", |symptom| {
        symptom
            .reason_code
            .or(symptom.error)
            .unwrap_or(symptom.text)
    });
    format!("{names} cannot be created, updated or woken when no address is left ({shows})")
}

fn message(
    addresses: &RegionAddresses,
    subnet: &SubnetAddresses,
    supply: &Supply,
    limit: &Outcome,
) -> String {
    let count = |number: usize, one: &str, many: &str| {
        let noun = if number == 1 { one } else { many };
        format!("{number} {noun}")
    };
    let need = usize::try_from(limit.need.expected.value).unwrap_or(0);
    format!(
        "{} needed here at the account's limit by {} with {}{}, assuming {} connections for each execution \
         environment; {} held by Lambda's interfaces, {} free",
        count(need, "address", "addresses"),
        count(subnet.functions.len(), "function", "functions"),
        count(
            subnet.combinations.len(),
            "set of security groups",
            "sets of security groups"
        ),
        beside(subnet),
        addresses.assumptions.connections_per_environment,
        in_use(limit),
        supply.free.value,
    )
}

/// What of Lambda is here beside functions, by name.
fn beside(subnet: &SubnetAddresses) -> String {
    let named = |kind: &str, names: &[String]| match names {
        [] => String::new(),
        names => format!(", {kind} {}", names.join(" and ")),
    };
    named("capacity provider", &subnet.capacity_providers)
        + &named("network connector", &subnet.network_connectors)
}

/// What Lambda holds of its need already.
fn in_use(outcome: &Outcome) -> i64 {
    let inputs = &outcome.headroom.expected.inputs;
    inputs.get("held").copied().unwrap_or(0)
}

fn with_figures(
    verdict: Verdict,
    addresses: &RegionAddresses,
    subnet: &SubnetAddresses,
    supply: &Supply,
    limit: &Outcome,
) -> Verdict {
    let held = supply.held_by_lambda.as_ref().map(|figure| figure.value);
    let scenarios: serde_json::Map<String, Value> = subnet
        .scenarios
        .iter()
        .filter_map(|result| {
            Some((
                result.scenario.title(),
                figures(result.outcome.known().ok()?),
            ))
        })
        .collect();
    verdict
        .detail("free", supply.free.value)
        .detail("usable", supply.usable.value)
        .detail("interfaces_now", held)
        .detail("interfaces_in_use", in_use(limit))
        .detail("need_low", limit.need.low.value)
        .detail("need_expected", limit.need.expected.value)
        .detail("need_high", limit.need.high.value)
        .detail("headroom", limit.headroom.expected.value)
        .detail("pre_2019_model", limit.pre_2019.value)
        .detail("combinations", subnet.combinations.len())
        .detail("functions", subnet.functions.len())
        .detail(
            "connections_per_environment",
            addresses.assumptions.connections_per_environment,
        )
        .detail("formula", limit.need.expected.formula)
        .detail("scenarios", scenarios)
}

fn figures(outcome: &Outcome) -> Value {
    json!({
        "need_low": outcome.need.low.value,
        "need_expected": outcome.need.expected.value,
        "need_high": outcome.need.high.value,
        "headroom": outcome.headroom.expected.value,
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::cloudwatch::{FunctionMetrics, Metrics};
    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};
    use crate::vpc::addresses_testing::{in_vpc, with_sets};

    /// Subnet s1, a /26, with functions that have a set of security groups each and did not run.
    fn snapshot(sets: usize, free: i64, change: impl FnOnce(&mut RegionalAccount)) -> Snapshot {
        with_sets(sets, free, |region| {
            change(region);
            let functions = region.lambda.functions.items();
            region.cloudwatch.metrics = Observed::Known(quiet(functions));
        })
    }

    /// Nothing ran in 30 days.
    fn quiet(functions: &[Function]) -> Metrics {
        let now = fixtures::snapshot().run.observed;
        Metrics {
            from: now,
            until: now,
            concurrent_executions: Observed::Absent,
            unreserved_concurrent_executions: Observed::Absent,
            functions: functions.iter().map(|it| unused(&it.name)).collect(),
            rest_stages: vec![],
            http_apis: vec![],
        }
    }

    fn unused(name: &str) -> FunctionMetrics {
        FunctionMetrics {
            name: name.to_owned(),
            concurrent_executions: Observed::Absent,
            duration_p50_milliseconds: Observed::Absent,
            duration_p99_milliseconds: Observed::Absent,
            duration_maximum_milliseconds: Observed::Absent,
            invocations: Observed::Absent,
            throttles: Observed::Absent,
            errors: Observed::Absent,
            sources: fixtures::sources(&["cloudwatch:GetMetricData"]),
        }
    }

    fn judged(sets: usize, free: i64) -> Finding {
        run_one(&CHECK, &snapshot(sets, free, |_| ()))
    }

    #[test]
    fn more_sets_of_security_groups_than_addresses_fail_with_the_figures() {
        let finding = judged(70, 59);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(finding.resource.name, "private-a");
        assert!(finding.message.starts_with(
            "70 addresses needed here at the account's limit by 70 functions with 70 sets of security groups"
        ));
        assert!(finding.message.ends_with(
            "f0, f1, f10, f11, f12 and 65 more cannot be created, updated or woken when no address is left (SubnetOutOfIPAddresses)"
        ), "{}", finding.message);
        for (name, value) in [
            ("free", 59),
            ("usable", 59),
            ("interfaces_now", 0),
            ("need_low", 70),
            ("need_expected", 70),
            ("need_high", 70),
            ("headroom", -11),
            ("combinations", 70),
            ("functions", 70),
            ("connections_per_environment", 20),
            // 10 are reserved for each: 700 executions of 256 MiB are 179,200 / 3,072 = 58.3.
            ("pre_2019_model", 59),
        ] {
            assert_eq!(finding.details.get(name), value, "{name}");
        }
        assert_eq!(finding.evidence.len(), 2);
    }

    #[test]
    fn room_for_the_need_but_not_for_replacing_it_fails_lowered() {
        let finding = judged(30, 59);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.contains("old and new interfaces at once"));
    }

    #[test]
    fn room_for_twice_the_need_passes_and_unused_subnets_are_not_asked() {
        // 29 needed, 59 free: 58 for both at once.
        let finding = judged(29, 59);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("headroom"), 30);
        let replaced = &finding.details.get("scenarios")["while security groups are replaced"];
        assert_eq!(replaced["headroom"], 1);
    }

    #[test]
    fn without_a_function_in_a_vpc_there_is_no_subnet_to_judge() {
        let nothing = snapshot(0, 59, |region| {
            region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        });
        assert!(run(&CHECK, &nothing).is_empty());
    }

    #[test]
    fn each_denied_input_is_not_assessed() {
        type Change = fn(&mut RegionalAccount);
        let denials: [(&str, Change); 5] = [
            ("lambda:ListFunctions", |region| {
                region.lambda.functions = fixtures::denied("lambda:ListFunctions");
            }),
            ("lambda:GetFunction", |region| {
                let mut function = in_vpc("f", "s1", "sg-1");
                function.details = fixtures::denied("lambda:GetFunction");
                region.lambda.functions = Observed::Known(vec![function]);
            }),
            ("lambda:GetAccountSettings", |region| {
                region.lambda.account_settings = fixtures::denied("lambda:GetAccountSettings");
            }),
            ("ec2:DescribeSubnets", |region| {
                region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
            }),
            ("ec2:DescribeNetworkInterfaces", |region| {
                region.ec2.network_interfaces = fixtures::denied("ec2:DescribeNetworkInterfaces");
            }),
        ];
        for (operation, change) in denials {
            let finding = run_one(&CHECK, &snapshot(3, 59, change));
            assert_denied(&finding, operation);
            assert_eq!(finding.resource.kind, "AWS::EC2::Subnet");
        }
    }

    #[test]
    fn a_zone_that_may_be_lost_fails_lowered() {
        // 6,500 executions over two subnets are 3,250 × 20 = 65,000 connections in each: one interface. In one
        // subnet they are two, and then only one address is left.
        let snapshot = snapshot(1, 1, |region| {
            let Observed::Known(functions) = &mut region.lambda.functions else {
                return;
            };
            if let Some(vpc) = &mut functions[0].configuration.network.vpc {
                vpc.subnet_ids.push("s2".to_owned());
            }
            functions[0].details = functions[0].details.clone().map(|mut details| {
                details.reserved_concurrency = Some(6_500);
                details
            });
        });
        let findings = run(&CHECK, &snapshot);
        let finding = findings.iter().find(|it| it.resource.name == "private-a");
        let finding = finding.expect("s1 is judged");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding.message.ends_with("short only with b lost"),
            "{}",
            finding.message
        );
        assert!(
            finding
                .details
                .get("cheapest_cure")
                .as_str()
                .is_some_and(|cure| !cure.is_empty())
        );
    }

    #[test]
    fn without_metrics_the_verdict_stands_and_says_so() {
        let finding = run_one(
            &CHECK,
            &with_sets(29, 59, |region| {
                region.cloudwatch.metrics = fixtures::denied("cloudwatch:GetMetricData");
            }),
        );
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(
            finding
                .message
                .ends_with("not known: ConcurrentExecutions of the last 30 days")
        );
    }

    #[test]
    fn what_was_not_read_can_only_add_to_a_need_that_does_not_fit() {
        let denied = |region: &mut RegionalAccount| {
            region.lambda_core.network_connectors =
                fixtures::denied("lambda-core:ListNetworkConnectors");
        };
        let fits = run_one(&CHECK, &snapshot(3, 59, denied));
        assert_denied(&fits, "lambda-core:ListNetworkConnectors");
        assert_eq!(
            run_one(&CHECK, &snapshot(70, 59, denied)).outcome,
            Outcome::Fail
        );
    }

    #[test]
    fn a_subnet_that_the_list_lacks_is_named_by_its_id() {
        let finding = run_one(
            &CHECK,
            &snapshot(0, 59, |region| {
                region.lambda.functions = Observed::Known(vec![in_vpc("f", "s9", "sg-1")]);
            }),
        );
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_eq!(finding.resource.name, "s9");
        assert_eq!(
            finding.resource.arn,
            "arn:aws:ec2:eu-central-1:111122223333:subnet/s9"
        );
    }
}
