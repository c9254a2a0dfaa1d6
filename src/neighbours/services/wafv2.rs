//! Reads AWS WAF: the web ACLs of each region, and once those for CloudFront, which stand in Virginia.
//!
//! Calls of a scope, for W web ACLs and L logging configurations: ⌈W/100⌉ ListWebACLs, W GetWebACL,
//! ⌈L/100⌉ ListLoggingConfigurations. Which stages, distributions and load balancers use a web ACL they
//! say themselves. <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>
//!
//! Kept for: what a web ACL does (GA12, GA13), rules by rate (GA14, AVL-4) and by address (NET-3),
//! logging (GA15, LOG-3), metrics (WAF.12 of Security Hub), CloudFront's protection (SX08).

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tripod_model::wafv2::{Rule, RuleKind, WafLog, Wafv2, WebAcl, WebAclDetails};
use tripod_model::{Arn, Observed, RegionName};

use super::{filled, note, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "wafv2:ListWebACLs";
const GET: &str = "wafv2:GetWebACL";
const LOGS: &str = "wafv2:ListLoggingConfigurations";

/// Most items on a page.
const LARGEST_PAGE: u32 = 100;

/// Where web ACLs for CloudFront stand; the other partitions have none.
/// <https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html>
const CLOUDFRONT: (&str, &str) = ("aws", "us-east-1");

static SERVICE: Service = Service {
    name: "wafv2",
    signing: "wafv2",
    host: Host::Regional("wafv2"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AWSWAF_20190729",
    },
};

pub(crate) static REGIONAL: Neighbour = Neighbour {
    service: "wafv2",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST, LOGS],
    details: &[GET],
    run: |context| Box::pin(regional(context)),
};

pub(crate) static FOR_CLOUDFRONT: Neighbour = Neighbour {
    service: "wafv2",
    place: Place::Global,
    wave: Wave::First,
    lists: &[LIST, LOGS],
    details: &[GET],
    run: |context| Box::pin(for_cloudfront(context)),
};

async fn regional(context: Context) -> Part {
    let waf = read(&context.client(&SERVICE), "REGIONAL").await;
    Part::regional(move |region| region.wafv2 = waf)
}

async fn for_cloudfront(context: Context) -> Part {
    let (partition, region) = CLOUDFRONT;
    let waf = if context.partition == partition {
        let client = context.client_in(&SERVICE, &RegionName::new(region));
        read(&client, "CLOUDFRONT").await
    } else {
        Wafv2 {
            web_acls: unsupported(LIST),
            logs: unsupported(LOGS),
        }
    };
    Part::global(move |account| account.wafv2_for_cloudfront = waf)
}

fn unsupported<T>(operation: &str) -> Observed<T> {
    Observed::Unsupported {
        operation: operation.to_owned(),
    }
}

async fn read(client: &Client, scope: &str) -> Wafv2 {
    let (web_acls, logs) = futures::join!(web_acls(client, scope), logs(client, scope));
    Wafv2 { web_acls, logs }
}

/// The request for a page of either list.
fn page(scope: &str, marker: Option<&str>) -> Request {
    Request::json(&json!({"Scope": scope, "Limit": LARGEST_PAGE, "NextMarker": marker}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AclsPage {
    #[serde(rename = "WebACLs")]
    web_acls: Option<Vec<ListedAcl>>,
    next_marker: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedAcl {
    #[serde(rename = "ARN")]
    arn: Option<String>,
    name: Option<String>,
    id: Option<String>,
}

async fn web_acls(client: &Client, scope: &str) -> Observed<Vec<WebAcl>> {
    let listed = client
        .pages(
            LIST,
            |marker| page(scope, marker),
            |answer: AclsPage, exchange| {
                let next = answer.next_marker.as_deref();
                Page::of(answer.web_acls.as_deref(), next, |index, item| {
                    let acl = WebAcl {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone())?,
                        details: Observed::NotCollected,
                        sources: source(LIST, exchange, format!("/WebACLs/{index}")),
                    };
                    Some((acl, filled(item.id.clone())?))
                })
            },
        )
        .await;
    let Observed::Known(listed) = listed else {
        return listed.map(|_| Vec::new());
    };
    let acls = in_parallel(listed, |(acl, id)| describe(client, scope, acl, id)).await;
    ordered(Observed::Known(acls), |a, b| a.arn.cmp(&b.arn))
}

#[derive(Debug, Deserialize)]
struct Got {
    #[serde(rename = "WebACL")]
    web_acl: Described,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    default_action: Option<Map<String, Value>>,
    visibility_config: Option<Visibility>,
    pre_process_firewall_manager_rule_groups: Option<Vec<WireRule>>,
    rules: Option<Vec<WireRule>>,
    post_process_firewall_manager_rule_groups: Option<Vec<WireRule>>,
}

#[derive(Debug, Deserialize)]
struct Visibility {
    #[serde(rename = "CloudWatchMetricsEnabled")]
    metrics: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireRule {
    name: String,
    priority: Option<i64>,
    action: Option<Map<String, Value>>,
    override_action: Option<Map<String, Value>>,
    visibility_config: Option<Visibility>,
    #[serde(alias = "FirewallManagerStatement")]
    statement: Option<Map<String, Value>>,
}

async fn describe(client: &Client, scope: &str, mut acl: WebAcl, id: String) -> WebAcl {
    let request = Request::json(&json!({"Name": acl.name, "Scope": scope, "Id": id}));
    // One that is not found although listed was deleted under the scan.
    let reply = client.ask(GET, &[], request).await;
    note(&mut acl.sources, GET, reply.exchange.as_ref(), "/WebACL");
    acl.details = reply.value.map(|got: Got| convert(got.web_acl));
    acl
}

fn convert(acl: Described) -> WebAclDetails {
    // Firewall Manager's lists are left out where it manages nothing, the rules where there is none.
    let lists = [
        acl.pre_process_firewall_manager_rule_groups,
        acl.rules,
        acl.post_process_firewall_manager_rule_groups,
    ];
    let rules = lists.into_iter().flat_map(|rules| {
        let mut rules = rules.unwrap_or_default();
        rules.sort_by_key(|rule| rule.priority);
        rules
    });
    WebAclDetails {
        default_action: variant(acl.default_action.as_ref()),
        metrics: acl.visibility_config.and_then(|it| it.metrics),
        rules: rules.map(rule).collect(),
    }
}

/// Of a structure with one member that says which it is, that member's name.
fn variant(union: Option<&Map<String, Value>>) -> Option<String> {
    union?.keys().next().cloned()
}

fn rule(rule: WireRule) -> Rule {
    Rule {
        name: rule.name,
        priority: rule.priority,
        action: variant(rule.action.as_ref()),
        override_action: variant(rule.override_action.as_ref()),
        metrics: rule.visibility_config.and_then(|it| it.metrics),
        kind: kind(rule.statement.as_ref()),
    }
}

/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_Statement.html>
fn kind(statement: Option<&Map<String, Value>>) -> RuleKind {
    let Some((name, body)) = statement.and_then(|statement| statement.iter().next()) else {
        return RuleKind::Other { statement: None };
    };
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let arn = |body: &Value| body["ARN"].as_str().map(Arn::new);
    let within = &body["Statement"]["IPSetReferenceStatement"];
    match name.as_str() {
        "ManagedRuleGroupStatement" => RuleKind::ManagedGroup {
            vendor: text("VendorName"),
            name: text("Name"),
        },
        "RuleGroupReferenceStatement" => RuleKind::Group { arn: arn(body) },
        "RateBasedStatement" => RuleKind::RateBased {
            limit: body["Limit"].as_i64(),
            window_seconds: body["EvaluationWindowSec"].as_i64(),
            key: text("AggregateKeyType"),
        },
        "IPSetReferenceStatement" => RuleKind::IpSet { arn: arn(body) },
        "NotStatement" if within.is_object() => RuleKind::NotIpSet { arn: arn(within) },
        _ => RuleKind::Other {
            statement: Some(name.clone()),
        },
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogsPage {
    logging_configurations: Option<Vec<ListedLog>>,
    next_marker: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedLog {
    resource_arn: Option<String>,
    log_destination_configs: Option<Vec<String>>,
}

async fn logs(client: &Client, scope: &str) -> Observed<Vec<WafLog>> {
    let listed = client
        .pages(
            LOGS,
            |marker| page(scope, marker),
            |answer: LogsPage, exchange| {
                let next = answer.next_marker.as_deref();
                let listed = answer.logging_configurations.as_deref();
                Page::of(listed, next, |index, item| {
                    let destinations = item.log_destination_configs.as_deref()?;
                    let pointer = format!("/LoggingConfigurations/{index}");
                    Some(WafLog {
                        web_acl: Arn::new(filled(item.resource_arn.clone())?),
                        destinations: destinations.iter().map(Arn::new).collect(),
                        sources: source(LOGS, exchange, pointer),
                    })
                })
            },
        )
        .await;
    ordered(listed, |a, b| a.web_acl.cmp(&b.web_acl))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const BARE: &str = r#"{"WebACL":{"Name":"n","Id":"i","ARN":"arn:n"},"LockToken":"t"}"#;

    fn acls(names: &[&str], next: &str) -> String {
        let acls: Vec<Value> = names
            .iter()
            .map(|name| json!({"ARN": format!("arn:{name}"), "Name": name, "Id": format!("id-{name}"), "LockToken": "t"}))
            .collect();
        json!({"WebACLs": acls, "NextMarker": (!next.is_empty()).then_some(next)}).to_string()
    }

    fn script() -> Script {
        Script::new()
            .on(LIST, &acls(&["api"], ""))
            .on(GET, BARE)
            .on(LOGS, r#"{"LoggingConfigurations":[]}"#)
    }

    fn read(script: &Script) -> Wafv2 {
        script.read(&REGIONAL).wafv2
    }

    fn details(body: &str) -> Observed<WebAclDetails> {
        let waf = read(&script().on(GET, body));
        waf.web_acls.items()[0].details.clone()
    }

    #[test]
    fn a_web_acl_s_rules_are_read_in_the_order_they_are_tried() {
        let acl = json!({"WebACL": {
            "DefaultAction": {"Allow": {}},
            "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "m"},
            "Rules": [
                {"Name": "rate", "Priority": 2, "Action": {"Block": {}}, "VisibilityConfig": {"CloudWatchMetricsEnabled": false},
                 "Statement": {"RateBasedStatement": {"Limit": 500, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}}},
                {"Name": "common", "Priority": 1, "OverrideAction": {"Count": {}},
                 "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}},
                {"Name": "known", "Priority": 3, "Action": {"Allow": {}}, "Statement": {"IPSetReferenceStatement": {"ARN": "arn:set"}}},
                {"Name": "others", "Priority": 4, "Action": {"Block": {}}, "Statement": {"NotStatement": {"Statement": {"IPSetReferenceStatement": {"ARN": "arn:set"}}}}},
                {"Name": "own", "Priority": 5, "OverrideAction": {"None": {}}, "Statement": {"RuleGroupReferenceStatement": {"ARN": "arn:group"}}},
                {"Name": "header", "Priority": 6, "Action": {"Count": {}}, "Statement": {"ByteMatchStatement": {"SearchString": "c2VjcmV0"}}}],
            "PreProcessFirewallManagerRuleGroups": [
                {"Name": "first", "Priority": 9, "OverrideAction": {"None": {}}, "FirewallManagerStatement": {"RuleGroupReferenceStatement": {"ARN": "arn:theirs"}}}]}});
        let Observed::Known(details) = details(&acl.to_string()) else {
            panic!("the web ACL is described");
        };
        assert_eq!(details.default_action.as_deref(), Some("Allow"));
        assert_eq!(details.metrics, Some(true));
        let arn = |text: &str| Some(Arn::new(text));
        let kinds: Vec<(&str, &RuleKind)> = details
            .rules
            .iter()
            .map(|rule| (&*rule.name, &rule.kind))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        let expected = [
            (
                "first",
                RuleKind::Group {
                    arn: arn("arn:theirs"),
                },
            ),
            (
                "common",
                RuleKind::ManagedGroup {
                    vendor: text("AWS"),
                    name: text("AWSManagedRulesCommonRuleSet"),
                },
            ),
            (
                "rate",
                RuleKind::RateBased {
                    limit: Some(500),
                    window_seconds: Some(60),
                    key: text("IP"),
                },
            ),
            (
                "known",
                RuleKind::IpSet {
                    arn: arn("arn:set"),
                },
            ),
            (
                "others",
                RuleKind::NotIpSet {
                    arn: arn("arn:set"),
                },
            ),
            (
                "own",
                RuleKind::Group {
                    arn: arn("arn:group"),
                },
            ),
            (
                "header",
                RuleKind::Other {
                    statement: text("ByteMatchStatement"),
                },
            ),
        ];
        let expected: Vec<(&str, &RuleKind)> =
            expected.iter().map(|(name, kind)| (*name, kind)).collect();
        assert_eq!(kinds, expected);
        let rule = |name: &str| details.rules.iter().find(|rule| rule.name == name);
        let rate = rule("rate").expect("it is there");
        assert_eq!(rate.action.as_deref(), Some("Block"));
        assert_eq!((rate.metrics, rate.priority), (Some(false), Some(2)));
        let common = rule("common").expect("it is there");
        assert_eq!(common.action, None);
        assert_eq!(common.override_action.as_deref(), Some("Count"));
    }

    #[test]
    fn a_web_acl_about_which_aws_says_little_has_nothing() {
        let nothing = WebAclDetails {
            default_action: None,
            metrics: None,
            rules: vec![],
        };
        assert_eq!(details(BARE), Observed::Known(nothing));
        let bare = r#"{"WebACL":{"Rules":[{"Name":"r"}]}}"#;
        let Observed::Known(details) = details(bare) else {
            panic!("the web ACL is described");
        };
        assert_eq!(details.rules[0].kind, RuleKind::Other { statement: None });
    }

    #[test]
    fn logs_say_of_which_web_acl_and_where_they_go() {
        let logs = r#"{"LoggingConfigurations":[{"ResourceArn":"arn:api","LogDestinationConfigs":["arn:aws:logs:eu-central-1:111122223333:log-group:aws-waf-logs-api"]}]}"#;
        let waf = read(&script().on(LOGS, logs));
        let log = &waf.logs.items()[0];
        assert_eq!(log.web_acl.as_str(), "arn:api");
        assert_eq!(log.destinations.len(), 1);
    }

    #[test]
    fn cloudfront_s_web_acls_are_asked_in_virginia() {
        let script = script().on(LIST, &acls(&["front"], ""));
        let account = script.read_global(&FOR_CLOUDFRONT);
        assert_eq!(account.wafv2_for_cloudfront.web_acls.items().len(), 1);
        for call in script.asked() {
            assert_eq!(call.region.as_str(), "us-east-1");
            assert!(call.request.body.contains(r#""Scope":"CLOUDFRONT""#));
        }
    }

    #[test]
    fn three_pages_of_web_acls_are_one_list() {
        let script = script()
            .on(LIST, &acls(&["c"], "2"))
            .when(LIST, r#""NextMarker":"2""#, &acls(&["b"], "3"))
            .when(LIST, r#""NextMarker":"3""#, &acls(&["a"], ""));
        let waf = read(&script);
        let names: Vec<&str> = waf.web_acls.items().iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn a_region_without_web_acls_costs_the_two_lists() {
        let script = script().on(LIST, &acls(&[], ""));
        let waf = read(&script);
        assert_eq!(waf.web_acls, Observed::Known(vec![]));
        assert_eq!(waf.logs, Observed::Known(vec![]));
        let mut calls = script.calls();
        calls.sort_unstable();
        assert_eq!(calls, [LOGS, LIST]);
    }

    #[test]
    fn what_is_refused_or_not_offered_leaves_the_rest() {
        let lacking = Observed::Unsupported {
            operation: LOGS.to_owned(),
        };
        let waf = read(&script().refuse(GET, denied(GET)).refuse(LOGS, lacking));
        assert_eq!(waf.web_acls.items()[0].details, denied(GET));
        assert!(matches!(waf.logs, Observed::Unsupported { .. }));
        let waf = read(&script().refuse(LIST, denied(LIST)));
        assert_eq!(waf.web_acls, denied(LIST));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        for body in ["{}", r#"{"WebACLs":[{"Name":"a"}]}"#] {
            let waf = read(&script().on(LIST, body));
            assert!(matches!(waf.web_acls, Observed::Failed { .. }), "{body}");
        }
        assert!(matches!(details("{}"), Observed::Failed { .. }));
    }
}
