//! Reads CloudWatch Logs.
//!
//! Calls, for G log groups of which R are referred to, M metric filters, P resource policies, D
//! destinations: ⌈G/50⌉ DescribeLogGroups, ⌈M/50⌉ DescribeMetricFilters, ⌈P/50⌉
//! DescribeResourcePolicies, ⌈D/50⌉ DescribeDestinations, 2 DescribeAccountPolicies, R
//! DescribeSubscriptionFilters, which AWS answers for one group at a time.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
//!
//! Kept for: encryption (CL01, DATA-1), retention (CL02, LO04, LOG-4), data protection (CL03), policies
//! and destinations open to others (CL04, CL07, NET-6), events sent to other accounts (CL06), deletion
//! protection (CL08, LOG-5), classes (CL09), whether a group is there and written to (LO03, LOG-3), and
//! the filters behind alarms (CM01 to CM15, CM18).

use serde::Deserialize;
use serde_json::{Value, json};
use tripod_model::logs::{
    AccountPolicy, Destination, LogGroup, Logs, MetricFilter, MetricName, ResourcePolicy,
    SubscriptionFilter,
};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument};

use super::{filled, note, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const GROUPS: &str = "logs:DescribeLogGroups";
const METRIC_FILTERS: &str = "logs:DescribeMetricFilters";
const RESOURCE_POLICIES: &str = "logs:DescribeResourcePolicies";
const ACCOUNT_POLICIES: &str = "logs:DescribeAccountPolicies";
const DESTINATIONS: &str = "logs:DescribeDestinations";
const SUBSCRIPTION_FILTERS: &str = "logs:DescribeSubscriptionFilters";

/// Most items on a page of every list here but the account's policies, which have no such parameter.
const LARGEST_PAGE: u32 = 50;

static SERVICE: Service = Service {
    name: "logs",
    signing: "logs",
    host: Host::Regional("logs"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "Logs_20140328",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "logs",
    place: Place::Regional,
    wave: Wave::Second,
    lists: &[
        GROUPS,
        METRIC_FILTERS,
        RESOURCE_POLICIES,
        DESTINATIONS,
        // For data protection and for subscriptions.
        ACCOUNT_POLICIES,
        ACCOUNT_POLICIES,
    ],
    details: &[SUBSCRIPTION_FILTERS],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (
        groups,
        metric_filters,
        resource_policies,
        destinations,
        data_protection_policies,
        subscription_policies,
    ) = futures::join!(
        groups(&context, &client),
        metric_filters(&client),
        resource_policies(&client),
        destinations(&client),
        account_policies(&client, "DATA_PROTECTION_POLICY"),
        account_policies(&client, "SUBSCRIPTION_FILTER_POLICY"),
    );
    Part::regional(move |region| {
        region.logs = Logs {
            groups,
            metric_filters,
            resource_policies,
            data_protection_policies,
            subscription_policies,
            destinations,
        };
    })
}

/// The request for a page of a list that is asked for without more.
fn page(token: Option<&str>) -> Request {
    Request::json(&json!({"limit": LARGEST_PAGE, "nextToken": token}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupsPage {
    log_groups: Option<Vec<ListedGroup>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedGroup {
    log_group_name: Option<String>,
    log_group_arn: Option<String>,
    arn: Option<String>,
    retention_in_days: Option<i64>,
    kms_key_id: Option<String>,
    log_group_class: Option<String>,
    data_protection_status: Option<String>,
    inherited_properties: Option<Vec<String>>,
    deletion_protection_enabled: Option<bool>,
    stored_bytes: Option<i64>,
}

async fn groups(context: &Context, client: &Client) -> Observed<Vec<LogGroup>> {
    let listed = client
        .pages(GROUPS, page, |answer: GroupsPage, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.log_groups.as_deref(), next, |index, item| {
                convert(index, item, exchange)
            })
        })
        .await;
    let Observed::Known(groups) = listed else {
        return listed;
    };
    let referred = &context.references.of_region(&context.region).log_groups;
    let mut groups = in_parallel(groups, |group| async {
        if referred.contains(&group.name) {
            subscriptions(client, group).await
        } else {
            group
        }
    })
    .await;
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    Observed::Known(groups)
}

fn convert(index: usize, item: &ListedGroup, exchange: Option<&ExchangeId>) -> Option<LogGroup> {
    // The older of the two ARNs has `:*` at its end.
    let arn = filled(item.log_group_arn.clone()).or_else(|| filled(item.arn.clone()))?;
    Some(LogGroup {
        arn: Arn::new(arn.strip_suffix(":*").unwrap_or(&arn)),
        name: filled(item.log_group_name.clone())?,
        retention_days: item.retention_in_days,
        kms_key: filled(item.kms_key_id.clone()).map(Arn::new),
        class: filled(item.log_group_class.clone()),
        data_protection: filled(item.data_protection_status.clone()),
        // Left out where nothing is inherited.
        inherited: item.inherited_properties.clone().unwrap_or_default(),
        deletion_protection: item.deletion_protection_enabled,
        stored_bytes: item.stored_bytes,
        subscription_filters: Observed::NotCollected,
        sources: source(GROUPS, exchange, format!("/logGroups/{index}")),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubscriptionsPage {
    subscription_filters: Option<Vec<ListedSubscription>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedSubscription {
    filter_name: Option<String>,
    destination_arn: Option<String>,
}

async fn subscriptions(client: &Client, mut group: LogGroup) -> LogGroup {
    let name = group.name.clone();
    let sources = &mut group.sources;
    // A group that is not found although listed was deleted under the scan.
    let filters = client
        .pages(
            SUBSCRIPTION_FILTERS,
            |token| {
                Request::json(
                    &json!({"logGroupName": name, "limit": LARGEST_PAGE, "nextToken": token}),
                )
            },
            |answer: SubscriptionsPage, exchange| {
                note(
                    sources,
                    SUBSCRIPTION_FILTERS,
                    exchange,
                    "/subscriptionFilters",
                );
                let listed = answer.subscription_filters.as_deref();
                Page::of(listed, answer.next_token.as_deref(), |_, item| {
                    Some(SubscriptionFilter {
                        name: filled(item.filter_name.clone())?,
                        destination: filled(item.destination_arn.clone()).map(Arn::new),
                    })
                })
            },
        )
        .await;
    group.subscription_filters = ordered(filters, Ord::cmp);
    group
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetricFiltersPage {
    metric_filters: Option<Vec<ListedMetricFilter>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedMetricFilter {
    filter_name: Option<String>,
    log_group_name: Option<String>,
    filter_pattern: Option<String>,
    metric_transformations: Option<Vec<Transformation>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transformation {
    metric_namespace: Option<String>,
    metric_name: String,
}

async fn metric_filters(client: &Client) -> Observed<Vec<MetricFilter>> {
    let listed = client
        .pages(
            METRIC_FILTERS,
            page,
            |answer: MetricFiltersPage, exchange| {
                let listed = answer.metric_filters.as_deref();
                Page::of(listed, answer.next_token.as_deref(), |index, item| {
                    let metrics = item.metric_transformations.as_deref()?;
                    Some(MetricFilter {
                        group: filled(item.log_group_name.clone())?,
                        name: filled(item.filter_name.clone())?,
                        pattern: item.filter_pattern.clone(),
                        metrics: metrics.iter().map(metric_name).collect(),
                        sources: source(
                            METRIC_FILTERS,
                            exchange,
                            format!("/metricFilters/{index}"),
                        ),
                    })
                })
            },
        )
        .await;
    ordered(listed, |a, b| (&a.group, &a.name).cmp(&(&b.group, &b.name)))
}

fn metric_name(transformation: &Transformation) -> MetricName {
    MetricName {
        namespace: filled(transformation.metric_namespace.clone()),
        name: transformation.metric_name.clone(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourcePoliciesPage {
    resource_policies: Option<Vec<ListedResourcePolicy>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedResourcePolicy {
    policy_name: Option<String>,
    policy_document: Option<String>,
}

async fn resource_policies(client: &Client) -> Observed<Vec<ResourcePolicy>> {
    let listed = client
        .pages(
            RESOURCE_POLICIES,
            page,
            |answer: ResourcePoliciesPage, exchange| {
                let listed = answer.resource_policies.as_deref();
                Page::of(listed, answer.next_token.as_deref(), |index, item| {
                    let pointer = format!("/resourcePolicies/{index}");
                    Some(ResourcePolicy {
                        name: filled(item.policy_name.clone())?,
                        document: filled(item.policy_document.clone()).map(PolicyDocument),
                        sources: source(RESOURCE_POLICIES, exchange, pointer),
                    })
                })
            },
        )
        .await;
    ordered(listed, |a, b| a.name.cmp(&b.name))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountPoliciesPage {
    account_policies: Option<Vec<ListedAccountPolicy>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedAccountPolicy {
    policy_name: Option<String>,
    policy_document: Option<String>,
    selection_criteria: Option<String>,
}

async fn account_policies(client: &Client, kind: &str) -> Observed<Vec<AccountPolicy>> {
    let listed = client
        .pages(
            ACCOUNT_POLICIES,
            |token| Request::json(&json!({"policyType": kind, "nextToken": token})),
            |answer: AccountPoliciesPage, exchange| {
                let listed = answer.account_policies.as_deref();
                Page::of(listed, answer.next_token.as_deref(), |index, item| {
                    let pointer = format!("/accountPolicies/{index}");
                    Some(AccountPolicy {
                        name: filled(item.policy_name.clone())?,
                        selection: filled(item.selection_criteria.clone()),
                        destination: item.policy_document.as_deref().and_then(destination_of),
                        sources: source(ACCOUNT_POLICIES, exchange, pointer),
                    })
                })
            },
        )
        .await;
    ordered(listed, |a, b| a.name.cmp(&b.name))
}

/// A subscription policy is JSON in a text.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html>
fn destination_of(document: &str) -> Option<Arn> {
    let document: Value = serde_json::from_str(document).ok()?;
    document["DestinationArn"].as_str().map(Arn::new)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DestinationsPage {
    destinations: Option<Vec<ListedDestination>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedDestination {
    arn: Option<String>,
    target_arn: Option<String>,
    access_policy: Option<String>,
}

async fn destinations(client: &Client) -> Observed<Vec<Destination>> {
    let listed = client
        .pages(DESTINATIONS, page, |answer: DestinationsPage, exchange| {
            let listed = answer.destinations.as_deref();
            Page::of(listed, answer.next_token.as_deref(), |index, item| {
                Some(Destination {
                    arn: Arn::new(filled(item.arn.clone())?),
                    target: filled(item.target_arn.clone()).map(Arn::new),
                    access_policy: filled(item.access_policy.clone()).map(PolicyDocument),
                    sources: source(DESTINATIONS, exchange, format!("/destinations/{index}")),
                })
            })
        })
        .await;
    ordered(listed, |a, b| a.arn.cmp(&b.arn))
}

#[cfg(test)]
mod tests {
    use tripod_model::RegionName;

    use super::*;
    use crate::services::{References, RegionalReferences};
    use crate::testing::{Script, denied};

    const ARN: &str = "arn:aws:logs:eu-central-1:111122223333:log-group:claims";

    fn script() -> Script {
        Script::new()
            .on(GROUPS, r#"{"logGroups":[]}"#)
            .on(METRIC_FILTERS, r#"{"metricFilters":[]}"#)
            .on(RESOURCE_POLICIES, r#"{"resourcePolicies":[]}"#)
            .on(DESTINATIONS, r#"{"destinations":[]}"#)
            .on(ACCOUNT_POLICIES, r#"{"accountPolicies":[]}"#)
    }

    fn groups_page(names: &[&str], next: &str) -> String {
        let groups: Vec<Value> = names
            .iter()
            .map(|name| json!({"logGroupName": name, "logGroupArn": format!("arn:{name}")}))
            .collect();
        json!({"logGroups": groups, "nextToken": (!next.is_empty()).then_some(next)}).to_string()
    }

    fn referring(groups: &[&str]) -> References {
        let region = RegionalReferences {
            log_groups: groups.iter().map(|name| (*name).to_owned()).collect(),
            ..RegionalReferences::default()
        };
        References {
            regions: [(RegionName::new("eu-central-1"), region)].into(),
            ..References::default()
        }
    }

    fn read(script: &Script) -> Logs {
        script.read(&NEIGHBOUR).logs
    }

    #[test]
    fn a_log_group_is_read_whole() {
        let script = script().on(
            GROUPS,
            &format!(
                r#"{{"logGroups":[{{"logGroupName":"claims","logGroupArn":"{ARN}","arn":"{ARN}:*","retentionInDays":30,
                    "kmsKeyId":"arn:aws:kms:eu-central-1:111122223333:key/k","logGroupClass":"STANDARD","dataProtectionStatus":"ACTIVATED",
                    "inheritedProperties":["ACCOUNT_DATA_PROTECTION"],"deletionProtectionEnabled":true,"storedBytes":77,"creationTime":1,"metricFilterCount":1}}]}}"#
            ),
        );
        let logs = read(&script);
        let group = &logs.groups.items()[0];
        assert_eq!(
            *group,
            LogGroup {
                arn: Arn::new(ARN),
                name: "claims".to_owned(),
                retention_days: Some(30),
                kms_key: Some(Arn::new("arn:aws:kms:eu-central-1:111122223333:key/k")),
                class: Some("STANDARD".to_owned()),
                data_protection: Some("ACTIVATED".to_owned()),
                inherited: vec!["ACCOUNT_DATA_PROTECTION".to_owned()],
                deletion_protection: Some(true),
                stored_bytes: Some(77),
                subscription_filters: Observed::NotCollected,
                sources: group.sources.clone(),
            }
        );
        assert_eq!(
            group.sources.evidence(GROUPS, "/retentionInDays")[0].pointer,
            "/logGroups/0/retentionInDays"
        );
    }

    #[test]
    fn what_aws_leaves_out_of_a_group_is_none() {
        let body = format!(r#"{{"logGroups":[{{"logGroupName":"claims","arn":"{ARN}:*"}}]}}"#);
        let logs = read(&script().on(GROUPS, &body));
        let group = &logs.groups.items()[0];
        assert_eq!(group.arn.as_str(), ARN);
        assert_eq!((group.retention_days, group.stored_bytes), (None, None));
        assert_eq!((&group.kms_key, &group.class), (&None, &None));
        assert_eq!(group.deletion_protection, None);
    }

    #[test]
    fn subscriptions_are_asked_only_for_groups_that_are_there_and_referred_to() {
        let filters = r#"{"subscriptionFilters":[{"filterName":"out","destinationArn":"arn:aws:logs:eu-central-1:444455556666:destination:theirs","filterPattern":""},{"filterName":"bare"}]}"#;
        let script = script()
            .on(GROUPS, &groups_page(&["claims", "other"], ""))
            .on(SUBSCRIPTION_FILTERS, filters)
            .referring(referring(&["claims", "gone"]));
        let logs = read(&script);
        let [claims, other] = logs.groups.items() else {
            panic!("two groups: {logs:?}");
        };
        let destinations: Vec<Option<&str>> = claims
            .subscription_filters
            .items()
            .iter()
            .map(|filter| filter.destination.as_ref().map(Arn::as_str))
            .collect();
        let theirs = "arn:aws:logs:eu-central-1:444455556666:destination:theirs";
        assert_eq!(destinations, [None, Some(theirs)]);
        assert_eq!(other.subscription_filters, Observed::NotCollected);
        let asked = script.calls();
        assert_eq!(
            asked
                .iter()
                .filter(|it| **it == SUBSCRIPTION_FILTERS)
                .count(),
            1
        );
    }

    #[test]
    fn subscriptions_that_may_not_be_read_are_denied_and_their_group_is_there() {
        let script = script()
            .on(GROUPS, &groups_page(&["claims"], ""))
            .refuse(SUBSCRIPTION_FILTERS, denied(SUBSCRIPTION_FILTERS))
            .referring(referring(&["claims"]));
        let group = &read(&script).groups.items()[0].clone();
        assert_eq!(group.subscription_filters, denied(SUBSCRIPTION_FILTERS));
    }

    #[test]
    fn filters_policies_and_destinations_are_read() {
        let script = script()
            .on(METRIC_FILTERS, r#"{"metricFilters":[{"filterName":"root","logGroupName":"trail","filterPattern":"{ $.userIdentity.type = \"Root\" }","metricTransformations":[{"metricName":"RootUse","metricNamespace":"Clinic","metricValue":"1"}]}]}"#)
            .on(RESOURCE_POLICIES, r#"{"resourcePolicies":[{"policyName":"open","policyDocument":"{}","lastUpdatedTime":1}]}"#)
            .on(DESTINATIONS, r#"{"destinations":[{"destinationName":"d","arn":"arn:d","targetArn":"arn:t","roleArn":"arn:r","accessPolicy":"{}"},{"arn":"arn:a"}]}"#)
            .when(ACCOUNT_POLICIES, "SUBSCRIPTION", r#"{"accountPolicies":[{"policyName":"all","policyDocument":"{\"DestinationArn\":\"arn:x\"}","selectionCriteria":"LogGroupName NOT IN [\"a\"]"}]}"#)
            .when(ACCOUNT_POLICIES, "DATA_PROTECTION", r#"{"accountPolicies":[{"policyName":"mask"}]}"#);
        let logs = read(&script);
        let filter = &logs.metric_filters.items()[0];
        assert_eq!((&*filter.group, &*filter.name), ("trail", "root"));
        assert_eq!(
            filter.metrics,
            [MetricName {
                namespace: Some("Clinic".to_owned()),
                name: "RootUse".to_owned()
            }]
        );
        let document = &logs.resource_policies.items()[0].document;
        assert_eq!(*document, Some(PolicyDocument("{}".to_owned())));
        let [bare, whole] = logs.destinations.items() else {
            panic!("two destinations, by ARN: {logs:?}");
        };
        assert_eq!((&bare.target, &bare.access_policy), (&None, &None));
        assert_eq!(whole.access_policy, Some(PolicyDocument("{}".to_owned())));
        let sending = &logs.subscription_policies.items()[0];
        assert_eq!(sending.destination, Some(Arn::new("arn:x")));
        assert_eq!(
            sending.selection.as_deref(),
            Some(r#"LogGroupName NOT IN ["a"]"#)
        );
        let masking = &logs.data_protection_policies.items()[0];
        assert_eq!((&masking.destination, &masking.selection), (&None, &None));
    }

    #[test]
    fn three_pages_of_groups_are_one_list() {
        let script = script()
            .on(GROUPS, &groups_page(&["c"], "2"))
            .when(GROUPS, r#""nextToken":"2""#, &groups_page(&["b"], "3"))
            .when(GROUPS, r#""nextToken":"3""#, &groups_page(&["a"], ""));
        let logs = read(&script);
        let names: Vec<&str> = logs.groups.items().iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn an_empty_account_costs_the_lists() {
        let script = script();
        let logs = read(&script);
        assert_eq!(logs.groups, Observed::Known(vec![]));
        assert_eq!(logs.destinations, Observed::Known(vec![]));
        let mut calls = script.calls();
        let mut declared = NEIGHBOUR.lists.to_vec();
        calls.sort_unstable();
        declared.sort_unstable();
        assert_eq!(calls, declared);
    }

    #[test]
    fn a_list_that_is_refused_or_not_offered_leaves_the_others() {
        let lacking = Observed::Unsupported {
            operation: ACCOUNT_POLICIES.to_owned(),
        };
        let script = script()
            .refuse(GROUPS, denied(GROUPS))
            .refuse(ACCOUNT_POLICIES, lacking);
        let logs = read(&script);
        assert_eq!(logs.groups, denied(GROUPS));
        assert!(matches!(
            logs.subscription_policies,
            Observed::Unsupported { .. }
        ));
        assert_eq!(logs.metric_filters, Observed::Known(vec![]));
    }

    #[test]
    fn an_answer_without_its_list_or_of_another_shape_is_a_failure() {
        for body in ["{}", r#"{"logGroups":"none"}"#, r#"{"logGroups":[{}]}"#] {
            let logs = read(&script().on(GROUPS, body));
            assert!(matches!(logs.groups, Observed::Failed { .. }), "{body}");
        }
        let bare = r#"{"metricFilters":[{"filterName":"a","logGroupName":"b"}]}"#;
        let logs = read(&script().on(METRIC_FILTERS, bare));
        assert!(matches!(logs.metric_filters, Observed::Failed { .. }));
    }
}
