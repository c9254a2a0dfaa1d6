//! The cheap operations, one of each service: whether they are allowed, and what their answers count.

use serde::Serialize;
use tripod_model::{Observed, RegionName, permission_for};

use super::cost::Count;
use crate::context::Context;
use crate::identity::{self, KnownRegion};
use crate::reply::{ask, failed};

const REGIONS: &str = "ec2:DescribeRegions";
const SUMMARY: &str = "iam:GetAccountSummary";
const SETTINGS: &str = "lambda:GetAccountSettings";
const REST_APIS: &str = "apigateway:GetRestApis";
const HTTP_APIS: &str = "apigatewayv2:GetApis";
const KEYS: &str = "kms:ListKeys";
const TRAILS: &str = "cloudtrail:DescribeTrails";
const VPCS: &str = "ec2:DescribeVpcs";

/// The largest page of keys and of REST APIs: the scan's own, so that one call counts most of them.
const KEYS_A_PAGE: i32 = 1000;
const REST_APIS_A_PAGE: i32 = 500;

/// The smallest page of EC2. How many VPCs there are changes nothing.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>
const VPCS_A_PAGE: i32 = 5;

/// An operation that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// `service:Operation`.
    pub operation: &'static str,
    /// What came back.
    #[serde(flatten)]
    pub answer: Answer,
    /// The IAM action that allows it.
    pub action: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// An answer.
    Allowed,
    /// A refusal.
    Denied {
        /// AWS's error code.
        code: String,
    },
    /// Nothing that can be used.
    Failed {
        /// What happened.
        reason: String,
    },
    /// The endpoint or the region does not have the operation.
    Unsupported,
}

impl Trial {
    pub(super) fn new<T>(operation: &'static str, value: &Observed<T>) -> Self {
        let answer = match value {
            Observed::Known(_) | Observed::Absent => Answer::Allowed,
            Observed::Denied { code, .. } => Answer::Denied { code: code.clone() },
            Observed::Failed { error, .. } => Answer::Failed {
                reason: error.clone(),
            },
            Observed::Unsupported { .. } => Answer::Unsupported,
            Observed::NotCollected => Answer::Failed {
                reason: "it was not asked".to_owned(),
            },
        };
        Self {
            operation,
            answer,
            action: permission_for(operation),
        }
    }
}

/// What was tried, and what it told.
pub(super) struct Trials {
    pub(super) all: Vec<Trial>,
    pub(super) regions: Observed<Vec<KnownRegion>>,
    pub(super) functions: Count,
    pub(super) rest_apis: Count,
    pub(super) http_apis: Count,
    pub(super) keys: Count,
    pub(super) entities: Count,
    /// The home of every trail that is seen; none where the list is not known.
    pub(super) trails: Option<Vec<Option<RegionName>>>,
}

/// Tries all at once: IAM and the list of regions where global services are asked, the others in their
/// region.
pub(super) async fn all(global: &Context, regional: &Context) -> Trials {
    let (regions, entities, functions, rest_apis, http_apis, keys, trails, vpcs) = futures::join!(
        identity::regions(global),
        entities(global),
        functions(regional),
        rest_apis(regional),
        http_apis(regional),
        keys(regional),
        trails(regional),
        vpcs(regional),
    );
    let all = vec![
        Trial::new(REGIONS, &regions),
        Trial::new(SUMMARY, &entities),
        Trial::new(SETTINGS, &functions),
        Trial::new(REST_APIS, &rest_apis),
        Trial::new(HTTP_APIS, &http_apis),
        Trial::new(KEYS, &keys),
        Trial::new(TRAILS, &trails),
        Trial::new(VPCS, &vpcs),
    ];
    Trials {
        all,
        regions,
        functions: known(functions).unwrap_or_default(),
        rest_apis: known(rest_apis).unwrap_or_default(),
        http_apis: known(http_apis).unwrap_or_default(),
        keys: known(keys).unwrap_or_default(),
        entities: known(entities).unwrap_or_default(),
        trails: known(trails),
    }
}

fn known<T>(value: Observed<T>) -> Option<T> {
    match value {
        Observed::Known(value) => Some(value),
        _ => None,
    }
}

/// Users, groups, roles and the account's own policies. AWS's policies are not in the summary.
async fn entities(context: &Context) -> Observed<Count> {
    let reply = ask(SUMMARY, &[], context.iam().get_account_summary().send()).await;
    reply.value.map(|output| {
        let entry = |name: &str| {
            let map = output.summary_map()?;
            let (_, number) = map.iter().find(|(key, _)| key.as_str() == name)?;
            u64::try_from(*number).ok()
        };
        let all: Option<u64> = ["Users", "Groups", "Roles", "Policies"]
            .into_iter()
            .map(entry)
            .sum();
        all.map_or(Count::Unknown, Count::Exactly)
    })
}

async fn functions(context: &Context) -> Observed<Count> {
    let call = context.lambda().get_account_settings().send();
    ask(SETTINGS, &[], call).await.value.map(|output| {
        output
            .account_usage()
            .and_then(|usage| u64::try_from(usage.function_count()).ok())
            .map_or(Count::Unknown, Count::Exactly)
    })
}

async fn rest_apis(context: &Context) -> Observed<Count> {
    let client = context.apigateway();
    let call = client.get_rest_apis().limit(REST_APIS_A_PAGE).send();
    let output = match ask(REST_APIS, &[], call).await.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    counted(REST_APIS, output.items.as_deref(), output.position())
}

async fn http_apis(context: &Context) -> Observed<Count> {
    let call = context.apigatewayv2().get_apis().send();
    let output = match ask(HTTP_APIS, &[], call).await.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    counted(HTTP_APIS, output.items.as_deref(), output.next_token())
}

async fn keys(context: &Context) -> Observed<Count> {
    let call = context.kms().list_keys().limit(KEYS_A_PAGE).send();
    let output = match ask(KEYS, &[], call).await.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    counted(KEYS, output.keys.as_deref(), output.next_marker())
}

async fn trails(context: &Context) -> Observed<Vec<Option<RegionName>>> {
    let client = context.cloudtrail();
    let call = client.describe_trails().include_shadow_trails(true).send();
    let output = match ask(TRAILS, &[], call).await.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    output.trail_list.as_deref().map_or_else(
        || no_list(TRAILS),
        |list| {
            let homes = list
                .iter()
                .map(|trail| trail.home_region().map(RegionName::new));
            Observed::Known(homes.collect())
        },
    )
}

async fn vpcs(context: &Context) -> Observed<()> {
    let client = context.ec2();
    let call = client.describe_vpcs().max_results(VPCS_A_PAGE).send();
    ask(VPCS, &[], call).await.value.map(|_| ())
}

/// The items of the first page of a list, and whether there are more.
fn counted<T>(operation: &str, list: Option<&[T]>, next: Option<&str>) -> Observed<Count> {
    let Some(list) = list else {
        return no_list(operation);
    };
    let number = u64::try_from(list.len()).unwrap_or(u64::MAX);
    let more = next.is_some_and(|next| !next.is_empty());
    Observed::Known(if more {
        Count::AtLeast(number)
    } else {
        Count::Exactly(number)
    })
}

fn no_list<T>(operation: &str) -> Observed<T> {
    failed(operation, "the answer holds no list")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_with_a_next_one_is_not_the_whole_list() {
        let items = [1, 2, 3];
        let count = |next| counted(KEYS, Some(&items), next);
        assert_eq!(count(None), Observed::Known(Count::Exactly(3)));
        assert_eq!(count(Some("")), Observed::Known(Count::Exactly(3)));
        assert_eq!(count(Some("more")), Observed::Known(Count::AtLeast(3)));
    }

    #[test]
    fn an_answer_without_its_list_is_no_answer() {
        let value = counted::<u8>(KEYS, None, None);
        let trial = Trial::new(KEYS, &value);
        assert!(matches!(trial.answer, Answer::Failed { .. }), "{trial:?}");
    }

    #[test]
    fn a_refusal_names_the_action_that_cures_it() {
        let denied: Observed<()> = tripod_model::fixtures::denied(HTTP_APIS);
        let trial = Trial::new(HTTP_APIS, &denied);
        assert!(matches!(trial.answer, Answer::Denied { .. }));
        assert_eq!(trial.action, "apigateway:GET");
    }
}
