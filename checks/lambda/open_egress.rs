//! Functions in a VPC that may connect to every address.

use std::collections::BTreeMap;

use tripod_model::ec2::{Ec2, PrefixList, RouteTarget, SecurityGroup, TrafficRule};
use tripod_model::lambda::{Function, VpcAttachment};
use tripod_model::{Evidence, Impact, Severity, Unknown};

use crate::lambda::egress::attachment;
use crate::lambda::{each_function_of, failed};
use crate::vpc::routes::{Family, Routes};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-open-egress",
    title: "security group that lets a function connect to every address",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::None,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LA24"],
    needs: &[
        "lambda:ListFunctions",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeManagedPrefixLists",
        "ec2:GetManagedPrefixListEntries",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
    ],
    controls: &[Control::Baseline("NET-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("open_egress.md"),
    run,
};

const GROUPS: &str = "ec2:DescribeSecurityGroups";

/// Ranges of IPv4 that are the whole of it, or a half.
const WORLD_V4: [&str; 3] = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"];
/// Ranges of IPv6 that are the whole of it, or all that is given out for the internet.
/// <https://www.iana.org/assignments/ipv6-address-space/ipv6-address-space.xhtml>
const WORLD_V6: [&str; 2] = ["::/0", "2000::/3"];

/// The lists of a region that rules refer to.
struct Region<'a> {
    groups: Result<BTreeMap<&'a str, &'a SecurityGroup>, Unknown>,
    lists: Result<BTreeMap<&'a str, &'a PrefixList>, Unknown>,
    routes: Routes<'a>,
}

impl<'a> Region<'a> {
    fn of(ec2: &'a Ec2) -> Self {
        let groups = ec2.security_groups.found().map(|groups| {
            let groups = groups.into_iter().flatten();
            groups.map(|group| (group.id.as_str(), group)).collect()
        });
        let lists = ec2.prefix_lists.found().map(|lists| {
            let lists = lists.into_iter().flatten();
            lists.map(|list| (list.id.as_str(), list)).collect()
        });
        Self {
            groups,
            lists,
            routes: Routes::of(ec2),
        }
    }
}

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let region = Region::of(&scope.region.ec2);
        each_function_of(&scope, out, |function| decide(function, &region));
    }
}

fn decide(function: &Function, region: &Region<'_>) -> Result<Verdict, Unknown> {
    let Some(vpc) = attachment(function) else {
        let message = "the function is not in a VPC, and has no security group";
        return Ok(Verdict::not_applicable(message));
    };
    let groups = region.groups.as_ref().map_err(Clone::clone)?;
    let (mut openings, mut read) = (Vec::new(), Vec::new());
    let mut unsure = None;
    for id in &vpc.security_group_ids {
        let Some(group) = groups.get(id.as_str()) else {
            let missing = failed(GROUPS, format!("security group {id} is not in the answer"));
            unsure.get_or_insert(missing);
            continue;
        };
        match of_group(group, vpc, region) {
            Ok(found) => openings.extend(found),
            Err((found, unknown)) => {
                openings.extend(found);
                unsure.get_or_insert(unknown);
            }
        }
        read.extend(group.sources.evidence(GROUPS, "/ipPermissionsEgress"));
    }
    let verdict = if !openings.is_empty() {
        complain(&openings, vpc, region)
    } else if let Some(unknown) = unsure {
        return Err(unknown);
    } else if vpc.security_group_ids.is_empty() {
        return Err(failed(
            "lambda:ListFunctions",
            "the answer has no SecurityGroupIds",
        ));
    } else {
        Verdict::pass("no security group of the function lets it connect to every address")
    };
    let sources = &function.sources;
    let named: Vec<Evidence> =
        sources.evidence("lambda:ListFunctions", "/VpcConfig/SecurityGroupIds");
    Ok(verdict
        .detail("security_groups", vpc.security_group_ids.clone())
        .evidence(named)
        .evidence(read))
}

/// A rule that leads everywhere.
struct Opening {
    group: String,
    range: String,
    ports: String,
    every_port: bool,
}

type Openings = Result<Vec<Opening>, (Vec<Opening>, Unknown)>;

/// What a group lets out to every address. A list of ranges that is not known may do so too.
fn of_group(group: &SecurityGroup, vpc: &VpcAttachment, region: &Region<'_>) -> Openings {
    let unsaid = || {
        failed(
            GROUPS,
            format!("{} was shown without its outgoing rules", group.id),
        )
    };
    let rules = group.egress.as_ref().ok_or_else(|| (vec![], unsaid()))?;
    let (mut openings, mut unknown) = (Vec::new(), None);
    for rule in rules {
        let mut open = |range: &str| {
            openings.push(Opening {
                group: group.name.clone().unwrap_or_else(|| group.id.clone()),
                range: range.to_owned(),
                ports: ports(rule),
                every_port: rule.protocol.as_deref() == Some("-1"),
            });
        };
        let ranges = rule.ipv4.iter().chain(&rule.ipv6);
        for range in ranges.filter_map(|peer| peer.cidr.as_deref()) {
            if is_world(range, vpc) {
                open(range);
            }
        }
        for id in rule
            .prefix_lists
            .iter()
            .filter_map(|peer| peer.id.as_deref())
        {
            match world_of_list(id, vpc, region) {
                Ok(Some(range)) => open(&format!("{range}, by list {id}")),
                Ok(None) => {}
                Err(cause) => {
                    unknown.get_or_insert(cause);
                }
            }
        }
    }
    match unknown {
        None => Ok(openings),
        Some(unknown) => Err((openings, unknown)),
    }
}

/// Whether a range is everywhere for this function, which sends over IPv6 only where it is allowed to.
fn is_world(range: &str, vpc: &VpcAttachment) -> bool {
    WORLD_V4.contains(&range) || (vpc.ipv6_allowed == Some(true) && WORLD_V6.contains(&range))
}

/// The range of a prefix list that is everywhere. AWS's own lists name its services.
fn world_of_list(
    id: &str,
    vpc: &VpcAttachment,
    region: &Region<'_>,
) -> Result<Option<String>, Unknown> {
    let lists = region.lists.as_ref().map_err(Clone::clone)?;
    let list = lists.get(id).ok_or_else(|| {
        let error = format!("prefix list {id} is not in the answer");
        failed("ec2:DescribeManagedPrefixLists", error)
    })?;
    if list.is_of_aws() == Some(true) {
        return Ok(None);
    }
    let entries = list.entries.found()?.into_iter().flatten();
    let mut worlds = entries.filter(|entry| is_world(&entry.cidr, vpc));
    Ok(worlds.next().map(|entry| entry.cidr.clone()))
}

fn ports(rule: &TrafficRule) -> String {
    match (rule.protocol.as_deref(), rule.from_port, rule.to_port) {
        (Some("-1"), ..) => "every port and protocol".to_owned(),
        (protocol, Some(from), Some(to)) if from == to => {
            format!("{} {from}", protocol.unwrap_or("port"))
        }
        (protocol, Some(from), Some(to)) => {
            format!("{} {from} to {to}", protocol.unwrap_or("ports"))
        }
        (protocol, ..) => format!("protocol {}", protocol.unwrap_or("not said")),
    }
}

fn complain(openings: &[Opening], vpc: &VpcAttachment, region: &Region<'_>) -> Verdict {
    let texts = openings.iter().map(|opening| {
        format!(
            "{} lets it connect to {} on {}",
            opening.group, opening.range, opening.ports
        )
    });
    let mut groups: Vec<&str> = openings
        .iter()
        .map(|opening| opening.group.as_str())
        .collect();
    groups.dedup();
    let verdict = Verdict::fail(texts.collect::<Vec<_>>().join("; ")).detail("open_groups", groups);
    if nothing_leads_out(vpc, &region.routes) == Ok(true) {
        return verdict.lowered_to(Severity::Low, "no default route leads out of its subnets");
    }
    if openings.iter().any(|opening| opening.every_port) {
        return verdict;
    }
    verdict.lowered_to(Severity::Low, "on these ports only")
}

/// Whether no subnet has a default route that takes traffic of functions out of the VPC. What is not known
/// lowers nothing.
fn nothing_leads_out(vpc: &VpcAttachment, routes: &Routes<'_>) -> Result<bool, Unknown> {
    for id in &vpc.subnet_ids {
        let subnet = routes.subnet(id)?;
        let four = routes.default(subnet, Family::V4)?;
        // Without a public address nothing passes an internet gateway over IPv4.
        let dropped = |target: &RouteTarget| matches!(target, RouteTarget::InternetGateway(_));
        let out_by_four = four.is_some_and(|way| !dropped(way.target));
        let six = vpc.ipv6_allowed == Some(true);
        if out_by_four || (six && routes.default(subnet, Family::V6)?.is_some()) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::ec2::{
        Ec2, PeerList, PeerRange, PrefixList, PrefixListEntry, Route, SecurityGroup, TrafficRule,
    };
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one};
    use crate::vpc::routes_testing::{table, to_internet, to_nat};

    fn rule(protocol: &str, port: Option<i64>, ranges: &[&str]) -> TrafficRule {
        let peers = |six: bool| {
            let ranges = ranges.iter().filter(|range| range.contains(':') == six);
            let peer = |range: &&str| PeerRange {
                cidr: Some((*range).to_owned()),
                description: None,
            };
            ranges.map(peer).collect()
        };
        TrafficRule {
            protocol: Some(protocol.to_owned()),
            from_port: port,
            to_port: port,
            ipv4: peers(false),
            ipv6: peers(true),
            prefix_lists: vec![],
            groups: vec![],
        }
    }

    fn by_list(id: &str) -> TrafficRule {
        let mut rule = rule("-1", None, &[]);
        rule.prefix_lists = vec![PeerList {
            id: Some(id.to_owned()),
            description: None,
        }];
        rule
    }

    fn group(id: &str, egress: Option<Vec<TrafficRule>>) -> SecurityGroup {
        SecurityGroup {
            arn: Arn::new(format!(
                "arn:aws:ec2:eu-central-1:111122223333:security-group/{id}"
            )),
            id: id.to_owned(),
            name: None,
            description: None,
            owner_id: None,
            vpc_id: Some("vpc-1".to_owned()),
            ingress: Some(vec![]),
            egress,
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["ec2:DescribeSecurityGroups"]),
        }
    }

    fn list(owner: &str, ranges: &[&str]) -> PrefixList {
        let entry = |range: &&str| PrefixListEntry {
            cidr: (*range).to_owned(),
            description: None,
        };
        PrefixList {
            arn: Arn::new("arn:aws:ec2:eu-central-1:111122223333:prefix-list/pl-1"),
            id: "pl-1".to_owned(),
            name: None,
            owner_id: Some(owner.to_owned()),
            address_family: Some("IPv4".to_owned()),
            state: None,
            max_entries: None,
            version: None,
            entries: if owner == "AWS" {
                Observed::NotCollected
            } else {
                Observed::Known(ranges.iter().map(entry).collect())
            },
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["ec2:DescribeManagedPrefixLists"]),
        }
    }

    /// A function in `s1`, which leaves by a NAT gateway, with the groups `sg-1` and `sg-2`.
    fn judged(first: Vec<TrafficRule>, six: bool, change: impl FnOnce(&mut Ec2)) -> Finding {
        let mut function = in_vpc(&["s1"], &["sg-1", "sg-2"]);
        if let Some(vpc) = &mut function.configuration.network.vpc {
            vpc.ipv6_allowed = Some(six);
        }
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.lambda.functions = Observed::Known(vec![function]);
                region.ec2.subnets = Observed::Known(vec![fixtures::subnet("s1", "a")]);
                region.ec2.route_tables =
                    Observed::Known(vec![table("rtb-1", &["s1"], vec![to_nat("nat-1")])]);
                let near = vec![rule("tcp", Some(5432), &["10.0.0.0/16"])];
                region.ec2.security_groups =
                    Observed::Known(vec![group("sg-1", Some(first)), group("sg-2", Some(near))]);
                change(&mut region.ec2);
            }),
        )
    }

    fn open() -> Vec<TrafficRule> {
        vec![rule("-1", None, &["0.0.0.0/0"])]
    }

    #[test]
    fn the_rule_that_aws_makes_fails_and_group_and_range_are_named() {
        let finding = judged(open(), false, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        let message = "sg-1 lets it connect to 0.0.0.0/0 on every port and protocol";
        assert_eq!(finding.message, message);
    }

    #[test]
    fn one_open_group_of_several_is_enough_and_halves_are_no_way_round() {
        let finding = judged(vec![], false, |ec2| {
            let halves = vec![
                rule("-1", None, &["0.0.0.0/1"]),
                rule("-1", None, &["128.0.0.0/1"]),
            ];
            let groups = vec![group("sg-1", Some(vec![])), group("sg-2", Some(halves))];
            ec2.security_groups = Observed::Known(groups);
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("sg-2"));
    }

    #[test]
    fn ranges_of_ones_own_and_no_rule_at_all_pass() {
        for rules in [
            vec![rule("-1", None, &["10.0.0.0/8", "198.51.100.0/24"])],
            vec![],
        ] {
            assert_eq!(judged(rules, false, |_| {}).outcome, Outcome::Pass);
        }
    }

    #[test]
    fn every_address_of_ipv6_counts_where_the_function_may_use_it() {
        let rules = || vec![rule("-1", None, &["::/0"])];
        assert_eq!(judged(rules(), true, |_| {}).outcome, Outcome::Fail);
        assert_eq!(judged(rules(), false, |_| {}).outcome, Outcome::Pass);
    }

    #[test]
    fn a_list_of_ranges_may_hold_every_address_and_those_of_aws_do_not() {
        let through = |owner: &str, ranges: &[&str]| {
            let list = list(owner, ranges);
            judged(vec![by_list("pl-1")], false, |ec2| {
                ec2.prefix_lists = Observed::Known(vec![list]);
            })
        };
        let finding = through(fixtures::ACCOUNT, &["198.51.100.0/24", "0.0.0.0/0"]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("0.0.0.0/0, by list pl-1"));
        assert_eq!(
            through(fixtures::ACCOUNT, &["198.51.100.0/24"]).outcome,
            Outcome::Pass
        );
        assert_eq!(through("AWS", &[]).outcome, Outcome::Pass);
        let missing = judged(vec![by_list("pl-9")], false, |_| {});
        assert_eq!(missing.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn some_ports_or_no_way_out_are_lowered_and_unknown_routes_lower_nothing() {
        let web = judged(vec![rule("tcp", Some(443), &["0.0.0.0/0"])], false, |_| {});
        assert_eq!(web.outcome, Outcome::Fail);
        assert_eq!(web.severity, Severity::Low);
        assert!(web.message.contains("tcp 443"));
        let routed = |routes: Vec<Route>| {
            judged(open(), false, |ec2| {
                ec2.route_tables = Observed::Known(vec![table("rtb-1", &["s1"], routes)]);
            })
        };
        assert_eq!(routed(vec![]).severity, Severity::Low);
        assert_eq!(routed(vec![to_internet()]).severity, Severity::Low);
        let unknown = judged(open(), false, |ec2| {
            ec2.route_tables = fixtures::denied("ec2:DescribeRouteTables");
        });
        assert_eq!(unknown.severity, Severity::Medium);
    }

    #[test]
    fn what_is_denied_missing_or_not_said_is_not_assessed() {
        let finding = judged(vec![], false, |ec2| {
            ec2.security_groups = fixtures::denied("ec2:DescribeSecurityGroups");
        });
        assert_denied(&finding, "ec2:DescribeSecurityGroups");
        for groups in [
            vec![group("sg-1", Some(vec![]))],
            vec![group("sg-1", None), group("sg-2", Some(vec![]))],
        ] {
            let finding = judged(vec![], false, |ec2| {
                ec2.security_groups = Observed::Known(groups);
            });
            assert_eq!(finding.outcome, Outcome::NotAssessed);
        }
    }

    #[test]
    fn outside_a_vpc_there_is_no_group() {
        let snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }
}
