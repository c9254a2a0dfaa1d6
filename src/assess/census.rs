//! Each list beside a second count of AWS's own, where it offers one.
//!
//! A list that was cut short, or a filter nobody meant, shows here: two sources of one number differ. Where
//! AWS counts nothing a second time, that is said too.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_model::{Account, Observed, RegionStatus, RegionalAccount, Snapshot};

/// One type of resource: how many a scan listed, and how many AWS says there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CensusRow {
    /// CloudFormation's name of the type.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many were listed, in the places whose list was read.
    pub listed: u64,
    /// Places whose list could not be read: regions, or `global`.
    pub unread: Vec<String>,
    /// AWS's other count, for the places where both are known; none where AWS offers none.
    pub second: Option<SecondCount>,
}

/// A count of AWS's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondCount {
    /// The operation that counts, as `service:Operation`.
    pub source: String,
    /// What it counts.
    pub count: u64,
    /// What was listed in the places that it counts.
    pub listed: u64,
    /// Whether it counts all, or only those that carry a tag, which are at most all.
    pub counts_all: bool,
    /// Whether the two agree. Where they do not, something came or went during the scan, or one of the two
    /// does not show everything to this caller.
    pub agrees: bool,
}

const SETTINGS: &str = "lambda:GetAccountSettings";
const SUMMARY: &str = "iam:GetAccountSummary";
const TAGGING: &str = "resourcegroupstaggingapi:GetResources";

/// Every type that a scan lists for itself, by name.
pub(crate) fn of(snapshot: &Snapshot) -> Vec<CensusRow> {
    let mut rows = Rows::default();
    for account in &snapshot.accounts {
        identities(account, &mut rows);
    }
    for (_, region) in snapshot.regions() {
        if region.status != RegionStatus::Disabled {
            lists(region, &mut rows);
        }
    }
    rows.0.into_values().collect()
}

fn identities(account: &Account, rows: &mut Rows) {
    let known = match &account.iam.authorization {
        Observed::Known(authorization) => Some(authorization),
        _ => None,
    };
    let own = format!("::{}:", account.id);
    let lists: [(&str, &str, Option<usize>); 4] = [
        ("AWS::IAM::User", "Users", known.map(|all| all.users.len())),
        (
            "AWS::IAM::Group",
            "Groups",
            known.map(|all| all.groups.len()),
        ),
        ("AWS::IAM::Role", "Roles", known.map(|all| all.roles.len())),
        // AWS's own policies are listed where they are attached, and not counted.
        (
            "AWS::IAM::ManagedPolicy",
            "Policies",
            known.map(|all| {
                let policies = all.policies.iter();
                policies.filter(|it| it.arn.as_str().contains(&own)).count()
            }),
        ),
    ];
    let summary = match &account.iam.summary {
        Observed::Known(summary) => Some(&summary.entries),
        _ => None,
    };
    for (kind, entry, listed) in lists {
        let second = summary.and_then(|entries| entries.get(entry)).copied();
        let second = second.and_then(|count| u64::try_from(count).ok());
        let second = second.map(|count| (SUMMARY, count, true));
        rows.add(kind, "global", listed, second);
    }
}

fn lists(region: &RegionalAccount, rows: &mut Rows) {
    let lambda = &region.lambda;
    let counted = match &lambda.account_settings {
        Observed::Known(settings) => settings.function_count,
        _ => None,
    };
    let counted = counted.and_then(|count| u64::try_from(count).ok());
    rows.add(
        "AWS::Lambda::Function",
        region.name.as_str(),
        length(&lambda.functions),
        counted.map(|count| (SETTINGS, count, true)),
    );
    let trails = match &region.cloudtrail.trails {
        // A trail is seen from other regions too, and tagged in its own.
        Observed::Known(trails) => {
            let home = |trail: &&_| is_at_home(trail, region);
            Some(trails.iter().filter(home).count())
        }
        _ => None,
    };
    let ec2 = &region.ec2;
    let tagged: [(&str, &str, Option<usize>); 15] = [
        (
            "AWS::ApiGateway::RestApi",
            "apigateway:restapis",
            length(&region.apigateway.rest_apis),
        ),
        (
            "AWS::ApiGatewayV2::Api",
            "apigateway:apis",
            length(&region.apigatewayv2.apis),
        ),
        ("AWS::CloudTrail::Trail", "cloudtrail:trail", trails),
        (
            "AWS::EC2::FlowLog",
            "ec2:vpc-flow-log",
            length(&ec2.flow_logs),
        ),
        (
            "AWS::EC2::NatGateway",
            "ec2:natgateway",
            length(&ec2.nat_gateways),
        ),
        (
            "AWS::EC2::NetworkAcl",
            "ec2:network-acl",
            length(&ec2.network_acls),
        ),
        (
            "AWS::EC2::NetworkInterface",
            "ec2:network-interface",
            length(&ec2.network_interfaces),
        ),
        (
            "AWS::EC2::RouteTable",
            "ec2:route-table",
            length(&ec2.route_tables),
        ),
        (
            "AWS::EC2::SecurityGroup",
            "ec2:security-group",
            length(&ec2.security_groups),
        ),
        ("AWS::EC2::Subnet", "ec2:subnet", length(&ec2.subnets)),
        ("AWS::EC2::VPC", "ec2:vpc", length(&ec2.vpcs)),
        (
            "AWS::EC2::VPCEndpoint",
            "ec2:vpc-endpoint",
            length(&ec2.vpc_endpoints),
        ),
        ("AWS::KMS::Key", "kms:key", length(&region.kms.keys)),
        ("AWS::SNS::Topic", "sns", length(&region.sns.topics)),
        ("AWS::SQS::Queue", "sqs", length(&region.sqs.queues)),
    ];
    for (kind, key, listed) in tagged {
        let second = match &region.resourcegroupstaggingapi.tagged {
            Observed::Known(counts) => {
                let count = counts.get(key).copied().unwrap_or(0);
                Some((TAGGING, count, false))
            }
            _ => None,
        };
        rows.add(kind, region.name.as_str(), listed, second);
    }
    let alone: [(&str, Option<usize>); 5] = [
        ("AWS::DynamoDB::Table", length(&region.dynamodb.tables)),
        (
            "AWS::Lambda::CodeSigningConfig",
            length(&lambda.code_signing_configs),
        ),
        (
            "AWS::Lambda::EventSourceMapping",
            length(&lambda.event_source_mappings),
        ),
        (
            "AWS::SecretsManager::Secret",
            length(&region.secretsmanager.secrets),
        ),
        (
            "AWS::StepFunctions::StateMachine",
            length(&region.stepfunctions.state_machines),
        ),
    ];
    for (kind, listed) in alone {
        rows.add(kind, region.name.as_str(), listed, None);
    }
}

fn is_at_home(trail: &tripod_model::cloudtrail::Trail, region: &RegionalAccount) -> bool {
    trail.home_region.as_ref() == Some(&region.name)
}

fn length<T>(list: &Observed<Vec<T>>) -> Option<usize> {
    match list {
        Observed::Known(items) => Some(items.len()),
        Observed::Absent => Some(0),
        _ => None,
    }
}

#[derive(Default)]
struct Rows(BTreeMap<String, CensusRow>);

impl Rows {
    /// What one place adds: its list, where it was read, and AWS's other count, where it is known.
    fn add(
        &mut self,
        kind: &str,
        place: &str,
        listed: Option<usize>,
        second: Option<(&str, u64, bool)>,
    ) {
        let row = self.0.entry(kind.to_owned()).or_insert_with(|| CensusRow {
            kind: kind.to_owned(),
            listed: 0,
            unread: Vec::new(),
            second: None,
        });
        let Some(listed) = listed else {
            row.unread.push(place.to_owned());
            return;
        };
        let listed = listed as u64;
        row.listed += listed;
        let Some((source, count, counts_all)) = second else {
            return;
        };
        let both = row.second.get_or_insert_with(|| SecondCount {
            source: source.to_owned(),
            count: 0,
            listed: 0,
            counts_all,
            agrees: true,
        });
        both.count += count;
        both.listed += listed;
        // In each place: a surplus here must not make up for a lack there.
        both.agrees &= if counts_all {
            count == listed
        } else {
            count <= listed
        };
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::fixtures;

    use super::*;

    fn row<'a>(rows: &'a [CensusRow], kind: &str) -> &'a CensusRow {
        rows.iter().find(|row| row.kind == kind).expect("a row")
    }

    fn with_functions(listed: usize, counted: Option<i64>) -> Vec<CensusRow> {
        of(&fixtures::with_region(|region| {
            let names = (0..listed).map(|number| fixtures::function(&format!("f{number}")));
            region.lambda.functions = Observed::Known(names.collect());
            if let Observed::Known(settings) = &mut region.lambda.account_settings {
                settings.function_count = counted;
            }
        }))
    }

    #[test]
    fn a_list_as_long_as_aws_counts_agrees_and_another_does_not() {
        let second = |listed, counted| {
            let rows = with_functions(listed, counted);
            row(&rows, "AWS::Lambda::Function").second.clone()
        };
        assert!(second(2, Some(2)).is_some_and(|it| it.agrees));
        assert!(second(1, Some(2)).is_some_and(|it| !it.agrees));
        assert_eq!(second(2, None), None, "AWS did not count");
    }

    #[test]
    fn what_carries_a_tag_is_at_most_all() {
        let with = |tagged: u64| {
            let rows = of(&fixtures::with_region(|region| {
                region.sqs.queues = Observed::Known(vec![]);
                let counts = BTreeMap::from([("sqs".to_owned(), tagged)]);
                region.resourcegroupstaggingapi.tagged = Observed::Known(counts);
            }));
            row(&rows, "AWS::SQS::Queue")
                .second
                .clone()
                .expect("tags are counted")
        };
        assert!(with(0).agrees);
        assert!(!with(1).agrees, "a tagged queue that no list showed");
        assert!(!with(0).counts_all);
    }

    #[test]
    fn a_list_that_was_not_read_is_no_zero() {
        let rows = of(&fixtures::with_region(|region| {
            region.ec2.vpcs = fixtures::denied("ec2:DescribeVpcs");
        }));
        let vpcs = row(&rows, "AWS::EC2::VPC");
        assert_eq!(
            (vpcs.listed, &*vpcs.unread),
            (0, &[fixtures::REGION.to_owned()][..])
        );
        assert_eq!(vpcs.second, None);
    }

    #[test]
    fn where_aws_counts_nothing_a_second_time_there_is_no_second_count() {
        let rows = of(&fixtures::snapshot());
        assert_eq!(row(&rows, "AWS::Lambda::CodeSigningConfig").second, None);
    }
}
