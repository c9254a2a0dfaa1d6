//! Reads Route 53 Resolver: which networks' DNS queries are logged, and which a DNS firewall guards.
//!
//! Calls, for N things in each list: ⌈N/100⌉ ListResolverQueryLogConfigs,
//! ListResolverQueryLogConfigAssociations and ListFirewallRuleGroupAssociations.
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>

use serde::Deserialize;
use serde_json::json;
use tripod_model::route53resolver::{FirewallAssociation, QueryLog, QueryLogAssociation, Resolver};
use tripod_model::{Arn, Observed};

use super::{filled, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LOGS: &str = "route53resolver:ListResolverQueryLogConfigs";
const LOG_ASSOCIATIONS: &str = "route53resolver:ListResolverQueryLogConfigAssociations";
const FIREWALL_ASSOCIATIONS: &str = "route53resolver:ListFirewallRuleGroupAssociations";

/// Most items on a page.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverQueryLogConfigs.html>
const LARGEST_PAGE: u32 = 100;

static SERVICE: Service = Service {
    name: "route53resolver",
    signing: "route53resolver",
    host: Host::Regional("route53resolver"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "Route53Resolver",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "route53resolver",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LOGS, LOG_ASSOCIATIONS, FIREWALL_ASSOCIATIONS],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (query_logs, query_log_associations, firewall_associations) = futures::join!(
        query_logs(&client),
        query_log_associations(&client),
        firewall_associations(&client),
    );
    Part::regional(move |region| {
        region.route53resolver = Resolver {
            query_logs,
            query_log_associations,
            firewall_associations,
        };
    })
}

/// The request for a page of any of the lists.
fn page(token: Option<&str>) -> Request {
    Request::json(&json!({"MaxResults": LARGEST_PAGE, "NextToken": token}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogsAnswer {
    resolver_query_log_configs: Option<Vec<Log>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Log {
    id: Option<String>,
    arn: Option<String>,
    destination_arn: Option<String>,
    status: Option<String>,
}

async fn query_logs(client: &Client) -> Observed<Vec<QueryLog>> {
    let listed = client.pages(LOGS, page, |answer: LogsAnswer, exchange| {
        let list = answer.resolver_query_log_configs;
        let next = answer.next_token.as_deref();
        Page::of(list.as_deref(), next, |index, item| {
            let pointer = format!("/ResolverQueryLogConfigs/{index}");
            Some(QueryLog {
                id: filled(item.id.clone())?,
                arn: filled(item.arn.clone()).map(Arn::new),
                destination: filled(item.destination_arn.clone()).map(Arn::new),
                status: filled(item.status.clone()),
                sources: source(LOGS, exchange, pointer),
            })
        })
    });
    listed.await.map(|mut logs| {
        logs.sort_by(|a, b| a.id.cmp(&b.id));
        logs
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogAssociationsAnswer {
    resolver_query_log_config_associations: Option<Vec<LogAssociation>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogAssociation {
    id: Option<String>,
    resolver_query_log_config_id: Option<String>,
    resource_id: Option<String>,
    status: Option<String>,
    error: Option<String>,
}

async fn query_log_associations(client: &Client) -> Observed<Vec<QueryLogAssociation>> {
    let split = |answer: LogAssociationsAnswer, exchange: Option<&tripod_model::ExchangeId>| {
        let list = answer.resolver_query_log_config_associations;
        let next = answer.next_token.as_deref();
        Page::of(list.as_deref(), next, |index, item| {
            let pointer = format!("/ResolverQueryLogConfigAssociations/{index}");
            Some(QueryLogAssociation {
                id: filled(item.id.clone())?,
                query_log: filled(item.resolver_query_log_config_id.clone()),
                vpc: filled(item.resource_id.clone()),
                status: filled(item.status.clone()),
                error: filled(item.error.clone()),
                sources: source(LOG_ASSOCIATIONS, exchange, pointer),
            })
        })
    };
    let listed = client.pages(LOG_ASSOCIATIONS, page, split);
    listed.await.map(|mut associations| {
        associations.sort_by(|a, b| a.id.cmp(&b.id));
        associations
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FirewallAnswer {
    firewall_rule_group_associations: Option<Vec<Firewall>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Firewall {
    id: Option<String>,
    #[serde(rename = "FirewallRuleGroupId")]
    rule_group: Option<String>,
    vpc_id: Option<String>,
    status: Option<String>,
}

async fn firewall_associations(client: &Client) -> Observed<Vec<FirewallAssociation>> {
    let split = |answer: FirewallAnswer, exchange: Option<&tripod_model::ExchangeId>| {
        let list = answer.firewall_rule_group_associations;
        let next = answer.next_token.as_deref();
        Page::of(list.as_deref(), next, |index, item| {
            let pointer = format!("/FirewallRuleGroupAssociations/{index}");
            Some(FirewallAssociation {
                id: filled(item.id.clone())?,
                rule_group: filled(item.rule_group.clone()),
                vpc: filled(item.vpc_id.clone()),
                status: filled(item.status.clone()),
                sources: source(FIREWALL_ASSOCIATIONS, exchange, pointer),
            })
        })
    };
    let listed = client.pages(FIREWALL_ASSOCIATIONS, page, split);
    listed.await.map(|mut associations| {
        associations.sort_by(|a, b| a.id.cmp(&b.id));
        associations
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied, never_reads_as_none};

    const LISTS: [(&str, &str); 3] = [
        (LOGS, "ResolverQueryLogConfigs"),
        (LOG_ASSOCIATIONS, "ResolverQueryLogConfigAssociations"),
        (FIREWALL_ASSOCIATIONS, "FirewallRuleGroupAssociations"),
    ];

    fn answer(list: &str, item: &str, next: &str) -> String {
        format!(r#"{{"{list}":[{item}],"NextToken":{next}}}"#)
    }

    /// Every list empty.
    fn script() -> Script {
        LISTS
            .iter()
            .fold(Script::new(), |script, (operation, list)| {
                script.on(operation, &answer(list, "", "null"))
            })
    }

    fn read(script: &Script) -> Resolver {
        script.read(&NEIGHBOUR).route53resolver
    }

    #[test]
    fn query_logs_and_the_networks_that_use_them_are_read() {
        let script = script()
            .on(
                LOGS,
                &answer(LISTS[0].1, r#"{"Id":"rqlc-1","OwnerId":"1","Status":"CREATED","ShareStatus":"NOT_SHARED","AssociationCount":1,"Arn":"arn:log","Name":"dns","DestinationArn":"arn:group"}"#, "null"),
            )
            .on(
                LOG_ASSOCIATIONS,
                &answer(LISTS[1].1, r#"{"Id":"rqlca-1","ResolverQueryLogConfigId":"rqlc-1","ResourceId":"vpc-1","Status":"ACTION_NEEDED","Error":"ACCESS_DENIED"}"#, "null"),
            );
        let resolver = read(&script);
        let log = &resolver.query_logs.items()[0];
        assert_eq!(log.arn.as_ref().map(Arn::as_str), Some("arn:log"));
        assert_eq!(log.destination.as_ref().map(Arn::as_str), Some("arn:group"));
        assert_eq!(log.status.as_deref(), Some("CREATED"));
        let association = &resolver.query_log_associations.items()[0];
        assert_eq!(association.query_log.as_deref(), Some("rqlc-1"));
        assert_eq!(association.vpc.as_deref(), Some("vpc-1"));
        assert_eq!(association.status.as_deref(), Some("ACTION_NEEDED"));
        assert_eq!(association.error.as_deref(), Some("ACCESS_DENIED"));
    }

    #[test]
    fn the_networks_behind_a_dns_firewall_are_read() {
        let script = script().on(
            FIREWALL_ASSOCIATIONS,
            &answer(LISTS[2].1, r#"{"Id":"rslvr-1","FirewallRuleGroupId":"rslvr-frg-1","VpcId":"vpc-1","Priority":101,"MutationProtection":"ENABLED","Status":"COMPLETE"}"#, "null"),
        );
        let resolver = read(&script);
        let association = &resolver.firewall_associations.items()[0];
        assert_eq!(association.rule_group.as_deref(), Some("rslvr-frg-1"));
        assert_eq!(association.vpc.as_deref(), Some("vpc-1"));
        assert_eq!(association.status.as_deref(), Some("COMPLETE"));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let script = LISTS.iter().fold(script(), |script, (operation, list)| {
            script.on(operation, &answer(list, r#"{"Id":"x"}"#, "null"))
        });
        let resolver = read(&script);
        assert_eq!(resolver.query_logs.items()[0].destination, None);
        assert_eq!(resolver.query_log_associations.items()[0].vpc, None);
        assert_eq!(resolver.firewall_associations.items()[0].status, None);
    }

    #[test]
    fn a_region_without_any_costs_the_three_lists() {
        let script = script();
        let resolver = read(&script);
        assert_eq!(resolver.query_logs, Observed::Known(vec![]));
        let mut calls = script.calls();
        calls.sort_unstable();
        assert_eq!(calls, [FIREWALL_ASSOCIATIONS, LOG_ASSOCIATIONS, LOGS]);
    }

    #[test]
    fn three_pages_of_each_list_are_one_list() {
        let script = LISTS.iter().fold(script(), |script, (operation, list)| {
            let page = |id: &str, next: &str| answer(list, &format!(r#"{{"Id":"{id}"}}"#), next);
            script
                .on(operation, &page("c", r#""t2""#))
                .when(operation, r#""NextToken":"t2""#, &page("b", r#""t3""#))
                .when(operation, r#""NextToken":"t3""#, &page("a", "null"))
        });
        let resolver = read(&script);
        let logs: Vec<&str> = resolver
            .query_logs
            .items()
            .iter()
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(logs, ["a", "b", "c"]);
        assert_eq!(resolver.query_log_associations.items().len(), 3);
        assert_eq!(resolver.firewall_associations.items().len(), 3);
    }

    #[test]
    fn refusals_are_no_answers_and_stay_where_they_are() {
        never_reads_as_none(LOGS, script, |script| read(script).query_logs);
        never_reads_as_none(LOG_ASSOCIATIONS, script, |script| {
            read(script).query_log_associations
        });
        never_reads_as_none(FIREWALL_ASSOCIATIONS, script, |script| {
            read(script).firewall_associations
        });
        let resolver = read(&script().refuse(LOGS, denied(LOGS)));
        assert_eq!(resolver.firewall_associations, Observed::Known(vec![]));
    }

    #[test]
    fn an_answer_without_its_list_is_a_failure() {
        let resolver = read(&script().on(LOGS, "{}"));
        assert!(matches!(resolver.query_logs, Observed::Failed { .. }));
    }
}
