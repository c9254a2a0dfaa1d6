//! VPCs whose traffic leaves no trace.

use std::collections::BTreeMap;

use tripod_model::ec2::{Ec2, FlowLog, Subnet, Vpc};
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::vpc::VPC;
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "vpc-missing-flow-logs",
    title: "VPC whose accepted and rejected traffic is not recorded",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["VN01"],
    needs: &[
        "ec2:DescribeVpcs",
        "ec2:DescribeFlowLogs",
        "ec2:DescribeSubnets",
    ],
    controls: &[
        Control::Baseline("NET-2"),
        Control::Fsbp("EC2.6"),
        Control::CisAws("4.7"),
        Control::Nist80053("AC-4(26)"),
        Control::Nist80053("AU-2"),
        Control::Nist80053("AU-3"),
        Control::Nist80053("AU-6(3)"),
        Control::Nist80053("AU-6(4)"),
        Control::Nist80053("AU-12"),
        Control::Nist80053("CA-7"),
        Control::Nist80053("SI-7(8)"),
        Control::PciDss("A1.2.1"),
        Control::PciDss("10.2.1.1"),
        Control::PciDss("10.2.1.2"),
        Control::PciDss("10.2.1.3"),
        Control::PciDss("10.2.1.4"),
        Control::PciDss("10.2.1.5"),
        Control::PciDss("10.2.1.6"),
        Control::PciDss("10.2.1.7"),
        Control::PciDss("10.2.2"),
        Control::PciDss("10.3.1"),
        Control::PciDss("10.6.3"),
        Control::PciDss("11.3.1.1"),
        Control::PciDss("11.5.1.1"),
        Control::PciDss("7.2.1"),
        Control::Soc2("CC6.6"),
        Control::Soc2("CC7.2"),
        Control::Soc2("CC7.3"),
        Control::OwaspServerless("S10"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_flow_logs.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let logs = logs_by_resource(&scope.region.ec2);
        out.each(
            &scope.region.ec2.vpcs,
            || scope.unlisted(VPC),
            |vpc| scope.resource(VPC, &vpc.arn, vpc.name.as_deref().unwrap_or(&vpc.id)),
            |vpc| {
                let logs = logs.as_ref().map_err(Clone::clone)?;
                decide(&scope.region.ec2, logs, vpc)
            },
        );
    }
}

type Logs<'a> = BTreeMap<&'a str, Vec<&'a FlowLog>>;

/// Flow logs by what they record: a VPC, a subnet, an interface; an empty id where AWS did not say.
fn logs_by_resource(ec2: &Ec2) -> Result<Logs<'_>, Unknown> {
    let mut logs = Logs::new();
    for log in ec2.flow_logs.found()?.into_iter().flatten() {
        let resource = log.resource_id.as_deref().unwrap_or_default();
        logs.entry(resource).or_default().push(log);
    }
    Ok(logs)
}

/// Which traffic a set of flow logs records.
#[derive(Debug, Clone, Copy, Default)]
struct Recorded {
    accepted: bool,
    rejected: bool,
}

impl Recorded {
    fn by(logs: &[&FlowLog]) -> Self {
        let mut recorded = Self::default();
        for log in logs.iter().filter(|log| works(log)) {
            let kind = log.traffic_type.as_deref();
            recorded.accepted |= matches!(kind, Some("ALL" | "ACCEPT"));
            recorded.rejected |= matches!(kind, Some("ALL" | "REJECT"));
        }
        recorded
    }

    fn with(self, other: Self) -> Self {
        Self {
            accepted: self.accepted || other.accepted,
            rejected: self.rejected || other.rejected,
        }
    }

    fn whole(self) -> bool {
        self.accepted && self.rejected
    }
}

/// A flow log that exists and does not deliver is no record.
fn works(log: &FlowLog) -> bool {
    log.status.as_deref() == Some("ACTIVE") && log.deliver_status.as_deref() != Some("FAILED")
}

fn of<'a>(logs: &'a Logs, resource: &str) -> &'a [&'a FlowLog] {
    logs.get(resource).map_or(&[], Vec::as_slice)
}

fn decide(ec2: &Ec2, logs: &Logs, vpc: &Vpc) -> Result<Verdict, Unknown> {
    let own = of(logs, &vpc.id);
    let recorded = Recorded::by(own);
    if recorded.whole() {
        return Ok(
            Verdict::pass("flow logs of the VPC record accepted and rejected traffic")
                .evidence(evidence(own)),
        );
    }
    // Where no subnet has a flow log, subnets cannot help, whether or not they are known.
    if !logs.keys().any(|resource| resource.starts_with("subnet-")) {
        told(own.iter().chain(of(logs, "")))?;
        return Ok(fail(own, recorded, &[]));
    }
    let mut subnets = Vec::new();
    for subnet in ec2.subnets.found()?.into_iter().flatten() {
        match subnet.vpc_id.as_deref() {
            Some(id) if id == vpc.id => subnets.push(subnet),
            Some(_) => {}
            None => return Err(unsaid("ec2:DescribeSubnets", &subnet.id, "VPC")),
        }
    }
    by_subnets(logs, own, &subnets)
}

/// Nothing can be said to be unrecorded while a flow log is there of which AWS did not say what it does.
fn told<'a>(logs: impl IntoIterator<Item = &'a &'a FlowLog>) -> Result<(), Unknown> {
    for log in logs {
        let lacks = [
            (&log.resource_id, "resource"),
            (&log.status, "status"),
            (&log.traffic_type, "kind of traffic"),
        ]
        .into_iter()
        .find(|(member, _)| member.is_none());
        if let Some((_, member)) = lacks {
            return Err(unsaid("ec2:DescribeFlowLogs", &log.id, member));
        }
    }
    Ok(())
}

fn unsaid(operation: &str, id: &str, member: &str) -> Unknown {
    Unknown::Failed {
        operation: operation.to_owned(),
        error: format!("{id} was shown without its {member}"),
    }
}

/// The VPC's own logs count for each of its subnets.
fn by_subnets(logs: &Logs, own: &[&FlowLog], subnets: &[&Subnet]) -> Result<Verdict, Unknown> {
    let recorded = Recorded::by(own);
    let uncovered: Vec<&str> = subnets
        .iter()
        .filter(|subnet| !recorded.with(Recorded::by(of(logs, &subnet.id))).whole())
        .map(|subnet| subnet.id.as_str())
        .collect();
    let every: Vec<&FlowLog> = subnets
        .iter()
        .flat_map(|subnet| of(logs, &subnet.id))
        .chain(own)
        .copied()
        .collect();
    if uncovered.is_empty() && !subnets.is_empty() {
        return Ok(
            Verdict::pass("flow logs of every subnet record accepted and rejected traffic")
                .evidence(evidence(&every)),
        );
    }
    told(every.iter().chain(of(logs, "")))?;
    if uncovered.len() == subnets.len() {
        return Ok(fail(&every, recorded, &[]));
    }
    Ok(fail(&every, recorded, &uncovered))
}

/// The reason nearest to the cure: what is broken before what is missing.
fn fail(logs: &[&FlowLog], recorded: Recorded, uncovered: &[&str]) -> Verdict {
    let broken: Vec<String> = logs
        .iter()
        .filter(|log| !works(log))
        .map(|log| {
            let error = log.deliver_error.as_deref().or(log.status.as_deref());
            format!("{} ({})", log.id, error.unwrap_or("no reason given"))
        })
        .collect();
    let verdict = if !uncovered.is_empty() {
        Verdict::fail(format!(
            "accepted and rejected traffic is not recorded in {}",
            uncovered.join(", ")
        ))
        .detail("uncovered_subnets", uncovered)
    } else if recorded.accepted {
        Verdict::fail("flow logs record accepted traffic only")
    } else if recorded.rejected {
        Verdict::fail("flow logs record rejected traffic only")
    } else if !broken.is_empty() {
        Verdict::fail(format!("flow logs deliver nothing: {}", broken.join(", ")))
    } else if logs.is_empty() {
        Verdict::fail("the VPC has no flow log")
    } else {
        Verdict::fail("no subnet's flow logs record both accepted and rejected traffic")
    };
    verdict
        .detail("flow_logs", ids(logs))
        .detail("broken_flow_logs", broken)
        .evidence(evidence(logs))
}

fn ids(logs: &[&FlowLog]) -> Vec<String> {
    logs.iter().map(|log| log.id.clone()).collect()
}

fn evidence(logs: &[&FlowLog]) -> Vec<Evidence> {
    logs.iter()
        .flat_map(|log| log.sources.evidence("ec2:DescribeFlowLogs", ""))
        .collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::ec2::{FlowLog, Subnet};
    use tripod_model::fixtures::{self, flow_log as log, vpc};
    use tripod_model::{Finding, Observed, Outcome, RegionalAccount};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn failed(resource: &str) -> FlowLog {
        FlowLog {
            deliver_status: Some("FAILED".to_owned()),
            deliver_error: Some("Access error".to_owned()),
            ..log(resource, "ALL")
        }
    }

    fn two_subnets() -> Vec<Subnet> {
        vec![
            fixtures::subnet("subnet-a", "eu-central-1a"),
            fixtures::subnet("subnet-b", "eu-central-1b"),
        ]
    }

    fn finding_in(
        logs: Vec<FlowLog>,
        subnets: Vec<Subnet>,
        change: impl FnOnce(&mut RegionalAccount),
    ) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.vpcs = Observed::Known(vec![vpc("vpc-1")]);
            region.ec2.flow_logs = Observed::Known(logs);
            region.ec2.subnets = Observed::Known(subnets);
            change(region);
        });
        run_one(&CHECK, &snapshot)
    }

    fn finding(logs: Vec<FlowLog>) -> Finding {
        finding_in(logs, two_subnets(), |_| {})
    }

    #[test]
    fn a_log_of_all_traffic_passes() {
        let finding = finding(vec![log("vpc-1", "ALL")]);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.resource.name, "vpc-1");
        assert_eq!(finding.resource.kind, "AWS::EC2::VPC");
        assert_eq!(finding.evidence.len(), 1);
    }

    #[test]
    fn two_logs_that_share_the_work_pass() {
        let finding = finding(vec![log("vpc-1", "ACCEPT"), log("vpc-1", "REJECT")]);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn half_the_traffic_fails() {
        for (traffic, reason) in [("REJECT", "rejected"), ("ACCEPT", "accepted")] {
            let finding = finding(vec![log("vpc-1", traffic)]);
            assert_eq!(finding.outcome, Outcome::Fail);
            let wanted = format!("flow logs record {reason} traffic only");
            assert_eq!(finding.message, wanted);
        }
    }

    #[test]
    fn none_and_that_of_another_vpc_fail() {
        assert_eq!(finding(vec![]).message, "the VPC has no flow log");
        assert_eq!(finding(vec![log("vpc-2", "ALL")]).outcome, Outcome::Fail);
    }

    #[test]
    fn a_log_that_does_not_deliver_fails_with_its_error() {
        let broken = finding(vec![failed("vpc-1")]);
        assert_eq!(broken.outcome, Outcome::Fail);
        assert!(broken.message.contains("Access error"), "{broken:#?}");
        let mut inactive = log("vpc-1", "ALL");
        inactive.status = Some("DELETING".to_owned());
        assert_eq!(finding(vec![inactive]).outcome, Outcome::Fail);
    }

    #[test]
    fn a_log_that_has_not_delivered_yet_counts() {
        let mut fresh = log("vpc-1", "ALL");
        fresh.deliver_status = None;
        assert_eq!(finding(vec![fresh]).outcome, Outcome::Pass);
    }

    #[test]
    fn every_subnet_covered_passes_and_one_uncovered_is_named() {
        let both = vec![log("subnet-a", "ALL"), log("subnet-b", "ALL")];
        assert_eq!(finding(both).outcome, Outcome::Pass);
        let finding = finding(vec![log("subnet-a", "ALL"), log("subnet-b", "REJECT")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("subnet-b"), "{finding:#?}");
        assert_eq!(finding.details.get("uncovered_subnets")[0], "subnet-b");
    }

    #[test]
    fn subnets_add_to_what_the_vpc_records() {
        let logs = vec![
            log("vpc-1", "REJECT"),
            log("subnet-a", "ACCEPT"),
            log("subnet-b", "ACCEPT"),
        ];
        assert_eq!(finding(logs).outcome, Outcome::Pass);
    }

    #[test]
    fn subnets_of_another_vpc_do_not_count() {
        let mut foreign = two_subnets();
        for subnet in &mut foreign {
            subnet.vpc_id = Some("vpc-2".to_owned());
        }
        let logs = vec![log("subnet-a", "ALL"), log("subnet-b", "ALL")];
        let finding = finding_in(logs, foreign, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn a_log_of_an_interface_covers_neither() {
        assert_eq!(finding(vec![log("eni-1", "ALL")]).outcome, Outcome::Fail);
    }

    #[test]
    fn the_name_tag_is_the_name() {
        let finding = finding_in(vec![], vec![], |region| {
            if let Observed::Known(vpcs) = &mut region.ec2.vpcs {
                vpcs[0].name = Some("main".to_owned());
            }
        });
        assert_eq!(finding.resource.name, "main");
    }

    #[test]
    fn unknown_subnets_matter_only_where_a_subnet_has_a_log() {
        let denied = |region: &mut RegionalAccount| {
            region.ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        };
        let matters = finding_in(vec![log("subnet-a", "ALL")], vec![], denied);
        assert_denied(&matters, "ec2:DescribeSubnets");
        let fails = finding_in(vec![log("vpc-1", "REJECT")], vec![], denied);
        assert_eq!(fails.outcome, Outcome::Fail);
        let passes = finding_in(vec![log("vpc-1", "ALL")], vec![], denied);
        assert_eq!(passes.outcome, Outcome::Pass);
    }

    #[test]
    fn a_log_that_does_not_say_what_it_does_is_neither_a_trace_nor_its_absence() {
        type Change = fn(&mut FlowLog);
        let changes: [(Change, &str); 3] = [
            (|log| log.resource_id = None, "resource"),
            (|log| log.status = None, "status"),
            (|log| log.traffic_type = None, "kind of traffic"),
        ];
        for (change, word) in changes {
            let mut unsaid = log("vpc-1", "ALL");
            change(&mut unsaid);
            let alone = finding(vec![unsaid.clone()]);
            assert_eq!(alone.outcome, Outcome::NotAssessed);
            assert!(alone.message.contains(&format!("without its {word}")));
            let beside_a_whole_one = finding(vec![unsaid, log("vpc-1", "ALL")]);
            assert_eq!(beside_a_whole_one.outcome, Outcome::Pass);
        }
    }

    #[test]
    fn a_subnet_that_may_be_the_vpc_s_leaves_it_not_assessed() {
        let mut subnets = two_subnets();
        subnets[1].vpc_id = None;
        let finding = finding_in(vec![log("subnet-a", "ALL")], subnets, |_| {});
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn unknown_flow_logs_are_not_assessed_for_each_vpc() {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.vpcs = Observed::Known(vec![vpc("vpc-1"), vpc("vpc-2")]);
            region.ec2.flow_logs = fixtures::denied("ec2:DescribeFlowLogs");
        });
        let findings = run(&CHECK, &snapshot);
        assert_eq!(findings.len(), 2);
        for finding in findings {
            assert_denied(&finding, "ec2:DescribeFlowLogs");
        }
    }

    #[test]
    fn unknown_vpcs_are_one_outcome_of_the_list() {
        let snapshot = fixtures::with_region(|region| {
            region.ec2.vpcs = fixtures::denied("ec2:DescribeVpcs");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "ec2:DescribeVpcs");
    }
}
