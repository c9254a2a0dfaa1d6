//! Reads AWS Organizations, as far as it binds the account scanned.
//!
//! Calls, for an account with U units above it and P distinct policies on the way: 1 DescribeOrganization,
//! U + 1 ListParents, 3 × (U + 2) ListPoliciesForTarget, P DescribePolicy. An account in no organisation
//! costs the first, and so does one that may not ask for its parent (with one more).
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use tripod_model::organizations::{ControlPolicy, Organization, Organizations, Target};
use tripod_model::{Arn, Observed, PolicyDocument};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::{Page, failed};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const ORGANIZATION: &str = "organizations:DescribeOrganization";
const PARENTS: &str = "organizations:ListParents";
const POLICIES: &str = "organizations:ListPoliciesForTarget";
const POLICY: &str = "organizations:DescribePolicy";

/// Most items on a page.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html>
const LARGEST_PAGE: u32 = 20;

/// More than account, units and root can be: units nest five deep.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEEPEST: usize = 10;

/// The partitions in which botocore's `endpoints.json` has it.
static SERVICE: Service = Service {
    name: "organizations",
    signing: "organizations",
    host: Host::Global(&[
        ("aws", "organizations.us-east-1.amazonaws.com", "us-east-1"),
        (
            "aws-cn",
            "organizations.cn-northwest-1.amazonaws.com.cn",
            "cn-northwest-1",
        ),
        (
            "aws-us-gov",
            "organizations.us-gov-west-1.amazonaws.com",
            "us-gov-west-1",
        ),
        (
            "aws-iso",
            "organizations.us-iso-east-1.c2s.ic.gov",
            "us-iso-east-1",
        ),
        (
            "aws-iso-b",
            "organizations.us-isob-east-1.sc2s.sgov.gov",
            "us-isob-east-1",
        ),
        (
            "aws-iso-e",
            "organizations.eu-isoe-west-1.cloud.adc-e.uk",
            "eu-isoe-west-1",
        ),
        (
            "aws-iso-f",
            "organizations.us-isof-south-1.csp.hci.ic.gov",
            "us-isof-south-1",
        ),
    ]),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AWSOrganizationsV20161128",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "organizations",
    place: Place::Global,
    wave: Wave::First,
    lists: &[ORGANIZATION],
    details: &[PARENTS, POLICIES, POLICY],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let organization = organization(&client).await;
    let mut known = BTreeMap::new();
    let path = match &organization {
        Observed::Known(_) => path(&client, context.account.as_str(), &mut known).await,
        Observed::Absent => Observed::Absent,
        unknown => unknown.unknown_as(),
    };
    let policies = in_parallel(known.into_values().collect(), |it| describe(&client, it)).await;
    Part::global(move |account| {
        account.organizations = Organizations {
            organization,
            path,
            policies,
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationAnswer {
    organization: OrganizationPart,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationPart {
    id: String,
    feature_set: Option<String>,
    master_account_id: Option<String>,
}

/// `AvailablePolicyTypes` is deprecated and incomplete; which policies there are is asked of each target.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
async fn organization(client: &Client) -> Observed<Organization> {
    let absent = &["AWSOrganizationsNotInUseException"];
    let reply = client
        .ask(ORGANIZATION, absent, Request::json(&json!({})))
        .await;
    let exchange = reply.exchange;
    reply.value.map(|answer: OrganizationAnswer| Organization {
        id: answer.organization.id,
        feature_set: filled(answer.organization.feature_set),
        management_account: filled(answer.organization.master_account_id),
        sources: source(ORGANIZATION, exchange.as_ref(), "/Organization".to_owned()),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ParentsAnswer {
    parents: Option<Vec<Parent>>,
    next_token: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parent {
    id: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
}

/// The way from the account to the root, with what is attached on it. Policies met are put into `known`.
async fn path(
    client: &Client,
    account: &str,
    known: &mut BTreeMap<String, ControlPolicy>,
) -> Observed<Vec<Target>> {
    let mut way = vec![(account.to_owned(), "ACCOUNT".to_owned())];
    while let Some((id, kind)) = way.last()
        && kind != "ROOT"
    {
        if way.len() == DEEPEST {
            return failed(PARENTS, "the way up does not end at a root");
        }
        match parents(client, id).await {
            // A child has exactly one parent.
            Observed::Known(parents) => match <[_; 1]>::try_from(parents) {
                Ok([parent]) => way.push(parent),
                Err(_) => return failed(PARENTS, "the answer does not name one parent"),
            },
            unknown => return unknown.unknown_as(),
        }
    }
    let targets = in_parallel(way, |(id, kind)| target(client, id, kind)).await;
    let mut path = Vec::new();
    for (target, policies) in targets {
        path.push(target);
        known.extend(policies.into_iter().map(|it| (it.id.clone(), it)));
    }
    Observed::Known(path)
}

async fn parents(client: &Client, child: &str) -> Observed<Vec<(String, String)>> {
    let request = |token: Option<&str>| {
        Request::json(&json!({"ChildId": child, "MaxResults": LARGEST_PAGE, "NextToken": token}))
    };
    client
        .pages(PARENTS, request, |answer: ParentsAnswer, _exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.parents.as_deref(), next, |_, parent| {
                Some((filled(parent.id.clone())?, filled(parent.kind.clone())?))
            })
        })
        .await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PoliciesAnswer {
    policies: Option<Vec<Summary>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    id: Option<String>,
    arn: Option<String>,
    name: Option<String>,
    aws_managed: Option<bool>,
}

/// A target with the ids of its policies, and the policies.
async fn target(client: &Client, id: String, kind: String) -> (Target, Vec<ControlPolicy>) {
    let (service_control, resource_control, declarative) = futures::join!(
        attached(client, &id, "SERVICE_CONTROL_POLICY"),
        attached(client, &id, "RESOURCE_CONTROL_POLICY"),
        attached(client, &id, "DECLARATIVE_POLICY_EC2"),
    );
    let mut policies = Vec::new();
    let mut ids = |list: Observed<Vec<ControlPolicy>>| {
        list.map(|list| {
            let mut ids: Vec<String> = list.iter().map(|it| it.id.clone()).collect();
            ids.sort();
            policies.extend(list);
            ids
        })
    };
    let target = Target {
        service_control: ids(service_control),
        resource_control: ids(resource_control),
        declarative: ids(declarative),
        id,
        kind,
    };
    (target, policies)
}

async fn attached(client: &Client, target: &str, kind: &str) -> Observed<Vec<ControlPolicy>> {
    let request = |token: Option<&str>| {
        Request::json(
            &json!({"TargetId": target, "Filter": kind, "MaxResults": LARGEST_PAGE, "NextToken": token}),
        )
    };
    client
        .pages(POLICIES, request, |answer: PoliciesAnswer, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.policies.as_deref(), next, |index, summary| {
                Some(ControlPolicy {
                    id: filled(summary.id.clone())?,
                    arn: filled(summary.arn.clone()).map(Arn::new),
                    name: filled(summary.name.clone()),
                    aws_managed: summary.aws_managed,
                    content: Observed::NotCollected,
                    sources: source(POLICIES, exchange, format!("/Policies/{index}")),
                })
            })
        })
        .await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyAnswer {
    policy: PolicyPart,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyPart {
    content: Option<String>,
}

async fn describe(client: &Client, mut policy: ControlPolicy) -> ControlPolicy {
    let request = Request::json(&json!({"PolicyId": policy.id}));
    // A policy that is not found although attached was deleted under the scan.
    let reply = client.ask(POLICY, &[], request).await;
    note(
        &mut policy.sources,
        POLICY,
        reply.exchange.as_ref(),
        "/Policy",
    );
    policy.content =
        reply
            .value
            .and_then(|answer: PolicyAnswer| match filled(answer.policy.content) {
                Some(content) => Observed::Known(PolicyDocument(content)),
                None => failed(POLICY, "the answer holds no policy"),
            });
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied, never_reads_as_none};

    fn parent(id: &str, kind: &str) -> String {
        format!(r#"{{"Parents":[{{"Id":"{id}","Type":"{kind}"}}]}}"#)
    }

    fn policies(ids: &[&str], next: &str) -> String {
        let items: Vec<String> = ids.iter().map(|id| format!(r#"{{"Id":"{id}"}}"#)).collect();
        format!(r#"{{"Policies":[{}],"NextToken":{next}}}"#, items.join(","))
    }

    /// The account in a unit under the root, without any policy.
    fn script() -> Script {
        Script::new()
            .on(ORGANIZATION, r#"{"Organization":{"Id":"o-1"}}"#)
            .when(
                PARENTS,
                "111122223333",
                &parent("ou-1", "ORGANIZATIONAL_UNIT"),
            )
            .when(PARENTS, "ou-1", &parent("r-1", "ROOT"))
            .on(POLICIES, &policies(&[], "null"))
            .on(POLICY, r#"{"Policy":{"Content":"{}"}}"#)
    }

    fn read(script: &Script) -> Organizations {
        script.read_global(&NEIGHBOUR).organizations
    }

    #[test]
    fn the_way_up_is_read_with_its_policies_each_described_once() {
        let script = script()
            .on(
                ORGANIZATION,
                r#"{"Organization":{"Id":"o-1","FeatureSet":"ALL","MasterAccountId":"999988887777","MasterAccountEmail":"root@example.com"}}"#,
            )
            .when(
                POLICIES,
                "SERVICE_CONTROL",
                r#"{"Policies":[{"Id":"p-full","Arn":"arn:aws:organizations::aws:policy/service_control_policy/p-full","Name":"FullAWSAccess","AwsManaged":true}]}"#,
            )
            .when(POLICY, "p-full", r#"{"Policy":{"Content":"{\"Statement\":[]}"}}"#);
        let organizations = read(&script);
        let Observed::Known(organization) = &organizations.organization else {
            panic!("{organizations:?}");
        };
        assert_eq!(organization.feature_set.as_deref(), Some("ALL"));
        assert_eq!(
            organization.management_account.as_deref(),
            Some("999988887777")
        );
        let path = organizations.path.items();
        let kinds: Vec<&str> = path.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, ["ACCOUNT", "ORGANIZATIONAL_UNIT", "ROOT"]);
        for target in path {
            assert_eq!(target.service_control.items(), ["p-full"]);
            assert_eq!(target.resource_control, Observed::Known(vec![]));
            assert_eq!(target.declarative, Observed::Known(vec![]));
        }
        let [policy] = organizations.policies.as_slice() else {
            panic!("one policy, attached three times: {organizations:?}");
        };
        assert_eq!(policy.name.as_deref(), Some("FullAWSAccess"));
        assert_eq!(policy.aws_managed, Some(true));
        assert_eq!(
            policy.content,
            Observed::Known(PolicyDocument(r#"{"Statement":[]}"#.to_owned()))
        );
        assert_eq!(script.calls().iter().filter(|it| **it == POLICY).count(), 1);
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let organizations = read(&script().when(POLICIES, "ou-1", &policies(&["p-1"], "null")));
        let Observed::Known(organization) = &organizations.organization else {
            panic!("{organizations:?}");
        };
        assert_eq!(organization.feature_set, None);
        assert_eq!(organization.management_account, None);
        let policy = &organizations.policies[0];
        assert_eq!((&policy.arn, &policy.name), (&None, &None));
        assert_eq!(policy.aws_managed, None);
    }

    #[test]
    fn an_account_in_no_organisation_costs_one_call() {
        let script = Script::new().absent(ORGANIZATION, "", "AWSOrganizationsNotInUseException");
        let organizations = read(&script);
        assert_eq!(organizations.organization, Observed::Absent);
        assert_eq!(organizations.path, Observed::Absent);
        assert_eq!(script.calls(), [ORGANIZATION]);
    }

    #[test]
    fn a_member_may_not_look_up_and_its_policies_are_unknown_not_none() {
        let script = script().refuse(PARENTS, denied(PARENTS));
        let organizations = read(&script);
        assert!(matches!(organizations.organization, Observed::Known(_)));
        assert_eq!(organizations.path, denied(PARENTS));
        assert_eq!(script.calls(), [ORGANIZATION, PARENTS]);
        let organizations = read(&self::script().refuse(POLICIES, denied(POLICIES)));
        for target in organizations.path.items() {
            assert_eq!(target.service_control, denied(POLICIES));
            assert_eq!(target.resource_control, denied(POLICIES));
        }
    }

    #[test]
    fn a_policy_that_may_not_be_read_is_still_attached() {
        let script = script()
            .when(POLICIES, "ou-1", &policies(&["p-1"], "null"))
            .refuse(POLICY, denied(POLICY));
        let organizations = read(&script);
        assert_eq!(organizations.policies[0].content, denied(POLICY));
        assert_eq!(
            organizations.path.items()[1].service_control.items(),
            ["p-1"]
        );
        let empty = self::script()
            .when(POLICIES, "ou-1", &policies(&["p-1"], "null"))
            .on(POLICY, r#"{"Policy":{}}"#);
        let content = &read(&empty).policies[0].content;
        assert!(matches!(content, Observed::Failed { .. }));
    }

    #[test]
    fn three_pages_of_policies_are_one_list() {
        let root = r#""r-1""#;
        let script = script()
            .when(POLICIES, root, &policies(&["p-3"], r#""2""#))
            .when(
                POLICIES,
                r#""NextToken":"2""#,
                &policies(&["p-2"], r#""3""#),
            )
            .when(POLICIES, r#""NextToken":"3""#, &policies(&["p-1"], "null"));
        let organizations = read(&script);
        let root = &organizations.path.items()[2];
        assert_eq!(root.service_control.items(), ["p-1", "p-2", "p-3"]);
        assert_eq!(organizations.policies.len(), 3);
    }

    #[test]
    fn a_way_without_end_and_a_child_without_parent_are_failures() {
        let turning = script().on(PARENTS, &parent("ou-1", "ORGANIZATIONAL_UNIT"));
        assert!(matches!(read(&turning).path, Observed::Failed { .. }));
        let none = script().on(PARENTS, r#"{"Parents":[]}"#);
        assert!(matches!(read(&none).path, Observed::Failed { .. }));
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(ORGANIZATION, script, |script| read(script).organization);
        never_reads_as_none(ORGANIZATION, script, |script| read(script).path);
        never_reads_as_none(PARENTS, script, |script| read(script).path);
        never_reads_as_none(POLICIES, script, |script| {
            read(script).path.items()[0].service_control.clone()
        });
    }
}
