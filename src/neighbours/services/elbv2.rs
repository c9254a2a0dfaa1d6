//! Reads Elastic Load Balancing: application, network and gateway load balancers.
//!
//! Calls, for B load balancers of which A are application or network ones, and T target groups of which
//! F have functions: ⌈B/400⌉ DescribeLoadBalancers, ⌈T/400⌉ DescribeTargetGroups, A DescribeListeners, A
//! DescribeLoadBalancerAttributes, F DescribeTargetHealth. AWS publishes no quota for these.
//!
//! Operations carry the name that the SDKs give the service; hosts and IAM actions say
//! `elasticloadbalancing`.
//!
//! Kept for: functions that a load balancer lets the internet reach (LX06, AVL-4, IAM-1), encryption on
//! the way (NET-4), logs (LOG-3).

use serde::Deserialize;
use tripod_model::elbv2::{AccessLog, Elbv2, FunctionGroup, Listener, LoadBalancer};
use tripod_model::{Arn, Observed, Sources};

use super::{Members, filled, note, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::{Page, failed};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LOAD_BALANCERS: &str = "elbv2:DescribeLoadBalancers";
const LISTENERS: &str = "elbv2:DescribeListeners";
const ATTRIBUTES: &str = "elbv2:DescribeLoadBalancerAttributes";
const TARGET_GROUPS: &str = "elbv2:DescribeTargetGroups";
const TARGETS: &str = "elbv2:DescribeTargetHealth";

/// Most items on a page.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html>
const LARGEST_PAGE: &str = "400";

static SERVICE: Service = Service {
    name: "elbv2",
    signing: "elasticloadbalancing",
    host: Host::Regional("elasticloadbalancing"),
    protocol: Protocol::Query {
        version: "2015-12-01",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "elbv2",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LOAD_BALANCERS, TARGET_GROUPS],
    details: &[LISTENERS, ATTRIBUTES, TARGETS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (load_balancers, function_groups) =
        futures::join!(load_balancers(&client), function_groups(&client));
    Part::regional(move |region| {
        region.elbv2 = Elbv2 {
            load_balancers,
            function_groups,
        };
    })
}

/// The request for a page of a list, of `within` where the list belongs to something.
fn page(within: &[(&str, &str)], marker: Option<&str>) -> Request {
    let mut input = vec![("PageSize", LARGEST_PAGE)];
    input.extend(within);
    input.extend(marker.map(|marker| ("Marker", marker)));
    Request::form(&input)
}

#[derive(Debug, Deserialize)]
struct LoadBalancersAnswer {
    #[serde(rename = "DescribeLoadBalancersResult")]
    result: LoadBalancersPage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LoadBalancersPage {
    load_balancers: Option<Members<ListedLoadBalancer>>,
    next_marker: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ListedLoadBalancer {
    #[serde(rename = "LoadBalancerArn")]
    arn: Option<String>,
    #[serde(rename = "LoadBalancerName")]
    name: Option<String>,
    #[serde(rename = "DNSName")]
    dns_name: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    #[serde(rename = "Scheme")]
    scheme: Option<String>,
}

async fn load_balancers(client: &Client) -> Observed<Vec<LoadBalancer>> {
    let listed = client
        .pages(
            LOAD_BALANCERS,
            |marker| page(&[], marker),
            |answer: LoadBalancersAnswer, exchange| {
                let listed = answer.result.load_balancers.map(|list| list.member);
                let next = answer.result.next_marker;
                Page::of(listed.as_deref(), next.as_deref(), |index, item| {
                    let pointer =
                        format!("/DescribeLoadBalancersResult/LoadBalancers/member/{index}");
                    Some(LoadBalancer {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone())?,
                        dns_name: filled(item.dns_name.clone()),
                        kind: filled(item.kind.clone()),
                        scheme: filled(item.scheme.clone()),
                        listeners: Observed::NotCollected,
                        access_log: Observed::NotCollected,
                        sources: source(LOAD_BALANCERS, exchange, pointer),
                    })
                })
            },
        )
        .await;
    let Observed::Known(load_balancers) = listed else {
        return listed;
    };
    let described = in_parallel(load_balancers, |balancer| describe(client, balancer));
    ordered(Observed::Known(described.await), |a, b| a.arn.cmp(&b.arn))
}

async fn describe(client: &Client, mut balancer: LoadBalancer) -> LoadBalancer {
    if balancer.kind.as_deref() == Some("gateway") {
        return balancer;
    }
    let (listeners, (access_log, noted)) = futures::join!(
        listeners(client, &balancer.arn),
        access_log(client, &balancer.arn, balancer.sources)
    );
    balancer.listeners = listeners;
    balancer.access_log = access_log;
    balancer.sources = noted;
    balancer
}

#[derive(Debug, Deserialize)]
struct ListenersAnswer {
    #[serde(rename = "DescribeListenersResult")]
    result: ListenersPage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListenersPage {
    listeners: Option<Members<ListedListener>>,
    next_marker: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedListener {
    listener_arn: Option<String>,
    port: Option<i64>,
    protocol: Option<String>,
    ssl_policy: Option<String>,
    default_actions: Option<Members<Action>>,
}

#[derive(Debug, Deserialize)]
struct Action {
    #[serde(rename = "Type")]
    kind: String,
}

async fn listeners(client: &Client, balancer: &Arn) -> Observed<Vec<Listener>> {
    // A load balancer that is not found although listed was deleted under the scan.
    let listed = client
        .pages(
            LISTENERS,
            |marker| page(&[("LoadBalancerArn", balancer.as_str())], marker),
            |answer: ListenersAnswer, _exchange| {
                let listed = answer.result.listeners.map(|list| list.member);
                let next = answer.result.next_marker;
                Page::of(listed.as_deref(), next.as_deref(), |_, item| {
                    let actions = item.default_actions.as_ref();
                    let actions = actions.map_or(&[][..], |list| &list.member);
                    Some(Listener {
                        arn: Arn::new(filled(item.listener_arn.clone())?),
                        port: item.port,
                        protocol: filled(item.protocol.clone()),
                        tls_policy: filled(item.ssl_policy.clone()),
                        default_actions: actions.iter().map(|it| it.kind.clone()).collect(),
                    })
                })
            },
        )
        .await;
    ordered(listed, Ord::cmp)
}

#[derive(Debug, Deserialize)]
struct AttributesAnswer {
    #[serde(rename = "DescribeLoadBalancerAttributesResult")]
    result: AttributesResult,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttributesResult {
    attributes: Option<Members<Attribute>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    key: Option<String>,
    value: Option<String>,
}

async fn access_log(
    client: &Client,
    balancer: &Arn,
    mut sources: Sources,
) -> (Observed<AccessLog>, Sources) {
    let request = Request::form(&[("LoadBalancerArn", balancer.as_str())]);
    let reply = client.ask(ATTRIBUTES, &[], request).await;
    note(&mut sources, ATTRIBUTES, reply.exchange.as_ref(), "");
    let log = reply.value.and_then(|answer: AttributesAnswer| {
        let Some(attributes) = answer.result.attributes else {
            return failed(ATTRIBUTES, "the answer holds no list");
        };
        let value = |key: &str| {
            let mut attributes = attributes.member.iter();
            let attribute = attributes.find(|it| it.key.as_deref() == Some(key))?;
            filled(attribute.value.clone())
        };
        Observed::Known(AccessLog {
            enabled: value("access_logs.s3.enabled").and_then(|text| text.parse().ok()),
            bucket: value("access_logs.s3.bucket"),
        })
    });
    (log, sources)
}

#[derive(Debug, Deserialize)]
struct TargetGroupsAnswer {
    #[serde(rename = "DescribeTargetGroupsResult")]
    result: TargetGroupsPage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TargetGroupsPage {
    target_groups: Option<Members<ListedTargetGroup>>,
    next_marker: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTargetGroup {
    target_group_arn: Option<String>,
    target_type: Option<String>,
    load_balancer_arns: Option<Members<String>>,
}

async fn function_groups(client: &Client) -> Observed<Vec<FunctionGroup>> {
    let listed = client
        .pages(
            TARGET_GROUPS,
            |marker| page(&[], marker),
            |answer: TargetGroupsAnswer, exchange| {
                let listed = answer.result.target_groups.map(|list| list.member);
                let next = answer.result.next_marker;
                Page::flat(listed.as_deref(), next.as_deref(), |index, item| {
                    let pointer =
                        format!("/DescribeTargetGroupsResult/TargetGroups/member/{index}");
                    let has_functions = item.target_type.as_deref() == Some("lambda");
                    has_functions.then(|| group(item, source(TARGET_GROUPS, exchange, pointer)))
                })
            },
        )
        .await;
    let Observed::Known(groups) = listed else {
        return listed;
    };
    let groups = in_parallel(groups, |group| targets(client, group)).await;
    ordered(Observed::Known(groups), |a, b| a.arn.cmp(&b.arn))
}

fn group(item: &ListedTargetGroup, sources: Sources) -> Option<FunctionGroup> {
    let balancers = item.load_balancer_arns.as_ref();
    let balancers = balancers.map_or(&[][..], |list| &list.member);
    let mut load_balancers: Vec<Arn> = balancers.iter().map(Arn::new).collect();
    load_balancers.sort();
    Some(FunctionGroup {
        arn: Arn::new(filled(item.target_group_arn.clone())?),
        load_balancers,
        functions: Observed::NotCollected,
        sources,
    })
}

#[derive(Debug, Deserialize)]
struct TargetsAnswer {
    #[serde(rename = "DescribeTargetHealthResult")]
    result: TargetsResult,
}

#[derive(Debug, Deserialize)]
struct TargetsResult {
    #[serde(rename = "TargetHealthDescriptions")]
    targets: Option<Members<Health>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Health {
    target: Target,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    id: String,
}

async fn targets(client: &Client, mut group: FunctionGroup) -> FunctionGroup {
    let request = Request::form(&[("TargetGroupArn", group.arn.as_str())]);
    // A group that is not found although listed was deleted under the scan.
    let reply = client.ask(TARGETS, &[], request).await;
    note(&mut group.sources, TARGETS, reply.exchange.as_ref(), "");
    let functions = reply
        .value
        .and_then(|answer: TargetsAnswer| match answer.result.targets {
            None => failed(TARGETS, "the answer holds no list"),
            Some(targets) => {
                let targets = targets.member.into_iter();
                Observed::Known(targets.map(|it| Arn::new(it.target.id)).collect())
            }
        });
    group.functions = ordered(functions, Ord::cmp);
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    /// An answer: its operation's two elements around a list and what follows it.
    fn answer(operation: &str, list: &str, members: &[&str], more: &str) -> String {
        let name = operation.trim_start_matches("elbv2:");
        let members: Vec<String> = members
            .iter()
            .map(|member| format!("<member>{member}</member>"))
            .collect();
        let members = members.concat();
        format!(
            r#"<{name}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><{name}Result><{list}>{members}</{list}>{more}</{name}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{name}Response>"#
        )
    }

    fn balancers(members: &[&str], more: &str) -> String {
        answer(LOAD_BALANCERS, "LoadBalancers", members, more)
    }

    fn groups(members: &[&str], more: &str) -> String {
        answer(TARGET_GROUPS, "TargetGroups", members, more)
    }

    const BARE: &str =
        "<LoadBalancerArn>arn:lb</LoadBalancerArn><LoadBalancerName>lb</LoadBalancerName>";
    const FUNCTIONS: &str = "<TargetGroupArn>arn:tg</TargetGroupArn><TargetType>lambda</TargetType><LoadBalancerArns><member>arn:lb</member></LoadBalancerArns>";

    fn script() -> Script {
        Script::new()
            .on(LOAD_BALANCERS, &balancers(&[BARE], ""))
            .on(LISTENERS, &answer(LISTENERS, "Listeners", &[], ""))
            .on(ATTRIBUTES, &answer(ATTRIBUTES, "Attributes", &[], ""))
            .on(TARGET_GROUPS, &groups(&[FUNCTIONS], ""))
            .on(
                TARGETS,
                &answer(TARGETS, "TargetHealthDescriptions", &[], ""),
            )
    }

    fn read(script: &Script) -> Elbv2 {
        script.read(&NEIGHBOUR).elbv2
    }

    #[test]
    fn a_load_balancer_is_read_with_its_listeners_and_log() {
        let balancer = "<LoadBalancerArn>arn:lb</LoadBalancerArn><DNSName>lb-1.eu-central-1.elb.amazonaws.com</DNSName><LoadBalancerName>lb</LoadBalancerName><Scheme>internet-facing</Scheme><Type>application</Type>";
        let listener = "<ListenerArn>arn:l2</ListenerArn><Port>443</Port><Protocol>HTTPS</Protocol><SslPolicy>ELBSecurityPolicy-TLS13-1-2-2021-06</SslPolicy><DefaultActions><member><Type>authenticate-cognito</Type></member><member><Type>forward</Type></member></DefaultActions>";
        let plain = "<ListenerArn>arn:l1</ListenerArn>";
        let script = script()
            .on(LOAD_BALANCERS, &balancers(&[balancer], ""))
            .on(
                LISTENERS,
                &answer(LISTENERS, "Listeners", &[listener, plain], ""),
            )
            .on(
                ATTRIBUTES,
                &answer(
                    ATTRIBUTES,
                    "Attributes",
                    &[
                        "<Key>access_logs.s3.enabled</Key><Value>true</Value>",
                        "<Key>access_logs.s3.bucket</Key><Value>logs</Value>",
                        "<Key>idle_timeout.timeout_seconds</Key><Value>60</Value>",
                    ],
                    "",
                ),
            );
        let elbv2 = read(&script);
        let read = &elbv2.load_balancers.items()[0];
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            *read,
            LoadBalancer {
                arn: Arn::new("arn:lb"),
                name: "lb".to_owned(),
                dns_name: text("lb-1.eu-central-1.elb.amazonaws.com"),
                kind: text("application"),
                scheme: text("internet-facing"),
                listeners: Observed::Known(vec![
                    Listener {
                        arn: Arn::new("arn:l1"),
                        port: None,
                        protocol: None,
                        tls_policy: None,
                        default_actions: vec![],
                    },
                    Listener {
                        arn: Arn::new("arn:l2"),
                        port: Some(443),
                        protocol: text("HTTPS"),
                        tls_policy: text("ELBSecurityPolicy-TLS13-1-2-2021-06"),
                        default_actions: vec![
                            "authenticate-cognito".to_owned(),
                            "forward".to_owned()
                        ],
                    },
                ]),
                access_log: Observed::Known(AccessLog {
                    enabled: Some(true),
                    bucket: text("logs"),
                }),
                sources: read.sources.clone(),
            }
        );
    }

    #[test]
    fn what_aws_leaves_out_of_a_load_balancer_is_none() {
        let elbv2 = read(&script());
        let bare = &elbv2.load_balancers.items()[0];
        assert_eq!(
            (&bare.dns_name, &bare.scheme, &bare.kind),
            (&None, &None, &None)
        );
        assert_eq!(bare.listeners, Observed::Known(vec![]));
        let silent = AccessLog {
            enabled: None,
            bucket: None,
        };
        assert_eq!(bare.access_log, Observed::Known(silent));
    }

    #[test]
    fn groups_of_functions_are_read_with_them_and_others_left() {
        let instances =
            "<TargetGroupArn>arn:other</TargetGroupArn><TargetType>instance</TargetType>";
        let function = "<Target><Id>arn:aws:lambda:eu-central-1:111122223333:function:f:live</Id></Target><TargetHealth><State>healthy</State></TargetHealth>";
        let script = script()
            .on(TARGET_GROUPS, &groups(&[instances, FUNCTIONS], ""))
            .on(
                TARGETS,
                &answer(TARGETS, "TargetHealthDescriptions", &[function], ""),
            );
        let elbv2 = read(&script);
        let [group] = elbv2.function_groups.items() else {
            panic!("one group of functions: {elbv2:?}");
        };
        assert_eq!(group.load_balancers, [Arn::new("arn:lb")]);
        assert_eq!(
            group.functions,
            Observed::Known(vec![Arn::new(
                "arn:aws:lambda:eu-central-1:111122223333:function:f:live"
            )])
        );
        let evidence = group.sources.evidence(TARGET_GROUPS, "");
        assert!(evidence[0].pointer.ends_with("/member/1"), "{evidence:?}");
    }

    #[test]
    fn a_gateway_load_balancer_is_not_asked_for_listeners_and_log() {
        let gateway = format!("{BARE}<Type>gateway</Type>");
        let script = script().on(LOAD_BALANCERS, &balancers(&[&gateway], ""));
        let elbv2 = read(&script);
        let balancer = &elbv2.load_balancers.items()[0];
        assert_eq!(balancer.listeners, Observed::NotCollected);
        assert!(!script.calls().contains(&ATTRIBUTES));
    }

    #[test]
    fn three_pages_are_one_list() {
        let balancer = |name: &str| {
            format!(
                "<LoadBalancerArn>arn:{name}</LoadBalancerArn><LoadBalancerName>{name}</LoadBalancerName>"
            )
        };
        let page = |name: &str, next: &str| {
            let next = if next.is_empty() {
                String::new()
            } else {
                format!("<NextMarker>{next}</NextMarker>")
            };
            balancers(&[&balancer(name)], &next)
        };
        let script = script()
            .on(LOAD_BALANCERS, &page("c", "2"))
            .when(LOAD_BALANCERS, "Marker=2", &page("b", "3"))
            .when(LOAD_BALANCERS, "Marker=3", &page("a", ""));
        let elbv2 = read(&script);
        let balancers = elbv2.load_balancers.items();
        let names: Vec<&str> = balancers.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn a_region_without_load_balancers_costs_the_two_lists() {
        let script = script()
            .on(LOAD_BALANCERS, &balancers(&[], ""))
            .on(TARGET_GROUPS, &groups(&[], ""));
        let elbv2 = read(&script);
        assert_eq!(elbv2.load_balancers, Observed::Known(vec![]));
        assert_eq!(elbv2.function_groups, Observed::Known(vec![]));
        assert_eq!(script.calls(), [LOAD_BALANCERS, TARGET_GROUPS]);
    }

    #[test]
    fn what_is_refused_or_not_offered_leaves_the_rest() {
        let lacking = Observed::Unsupported {
            operation: TARGETS.to_owned(),
        };
        let script = script()
            .refuse(LISTENERS, denied(LISTENERS))
            .refuse(TARGETS, lacking);
        let elbv2 = read(&script);
        let balancer = &elbv2.load_balancers.items()[0];
        assert_eq!(balancer.listeners, denied(LISTENERS));
        assert!(matches!(balancer.access_log, Observed::Known(_)));
        let functions = &elbv2.function_groups.items()[0].functions;
        assert!(matches!(functions, Observed::Unsupported { .. }));
        let elbv2 = read(&script.refuse(LOAD_BALANCERS, denied(LOAD_BALANCERS)));
        assert_eq!(elbv2.load_balancers, denied(LOAD_BALANCERS));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let empty = |operation: &str| {
            let name = operation.trim_start_matches("elbv2:");
            format!("<{name}Response><{name}Result/></{name}Response>")
        };
        let script = script()
            .on(ATTRIBUTES, &empty(ATTRIBUTES))
            .on(TARGETS, &empty(TARGETS));
        let elbv2 = read(&script);
        let log = &elbv2.load_balancers.items()[0].access_log;
        assert!(matches!(log, Observed::Failed { .. }));
        let functions = &elbv2.function_groups.items()[0].functions;
        assert!(matches!(functions, Observed::Failed { .. }));
        let nameless = balancers(&["<LoadBalancerName>a</LoadBalancerName>"], "");
        for body in [empty(LOAD_BALANCERS), nameless] {
            let elbv2 = read(&script_with(&body));
            assert!(matches!(elbv2.load_balancers, Observed::Failed { .. }));
        }
    }

    fn script_with(balancers: &str) -> Script {
        script().on(LOAD_BALANCERS, balancers)
    }
}
