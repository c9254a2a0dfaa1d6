//! The least policy: what IAM has to allow for the operations that collectors declare, and nothing
//! else. One statement a service and scope, in a fixed order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::slice;

use serde::Serialize;
use tripod_model::{RegionName, fill_in, permissions_of};

use crate::collector::Place;
use crate::{identity, services};

/// Characters of a managed policy, white space not counted.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const MANAGED_POLICY_LIMIT: usize = 6144;

/// Version of the policy language.
const VERSION: &str = "2012-10-17";

/// The partitions of AWS.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
pub const PARTITIONS: [&str; 8] = [
    "aws",
    "aws-cn",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-us-gov",
];

/// The longest names of a partition and of an account: what fits with them fits with all.
const LONGEST: Names<'static> = Names {
    partition: "aws-us-gov",
    account: "111122223333",
};

/// What stands in the ARNs of a policy for partition and account: names, `*`, or a template's variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    /// The partition, such as `aws`.
    pub partition: &'a str,
    /// The account's id.
    pub account: &'a str,
}

/// One statement of the least policy, its ARNs still without partition and account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Says what it is for; unique in the policy.
    pub sid: String,
    /// IAM actions, sorted.
    pub actions: Vec<&'static str>,
    /// ARN patterns; none for an action that AWS does not limit to resources.
    arns: Vec<&'static str>,
    /// Regions that may be asked; none for all of them.
    pub regions: Vec<RegionName>,
}

/// Grants that belong together: the first questions of a scan, or a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// Asked in the scan's home region, whichever regions are scanned.
    Identity,
    /// A service by the prefix of its actions.
    Service {
        prefix: &'static str,
        /// Whether it is asked in the regions scanned.
        regional: bool,
    },
}

/// Which resources; none of them stands for all.
type Arns = BTreeSet<&'static str>;

/// Words for the resources.
type Nouns = BTreeSet<&'static str>;

/// The least grants for `operations`, limited to `regions` where there are any.
pub fn grants(operations: &[&'static str], regions: &[RegionName]) -> Vec<Grant> {
    // First everything that one action is wanted for, then every action that is wanted for the same:
    // neither step joins an action to a resource that no operation needs.
    let mut by_action: BTreeMap<(Group, &str), (Arns, Nouns)> = BTreeMap::new();
    for row in operations.iter().flat_map(|name| permissions_of(name)) {
        let key = (Group::of(row.operation, row.action), row.action);
        let (arns, nouns) = by_action.entry(key).or_default();
        arns.extend(row.scope.arns);
        nouns.insert(row.scope.noun);
    }
    let mut by_scope: BTreeMap<(Group, Arns), (Vec<&str>, Nouns)> = BTreeMap::new();
    for ((group, action), (arns, nouns)) in by_action {
        let (actions, all_nouns) = by_scope.entry((group, arns)).or_default();
        actions.push(action);
        all_nouns.extend(nouns);
    }
    by_scope
        .into_iter()
        .map(|((group, arns), (actions, nouns))| Grant {
            sid: group.sid(&nouns),
            actions,
            arns: arns.into_iter().collect(),
            regions: group.limited_to(regions),
        })
        .collect()
}

/// The actions of `operations`, on everything.
pub(crate) fn on_everything(operations: &[&'static str]) -> Document {
    let names = operations.iter().flat_map(|name| permissions_of(name));
    let actions: BTreeSet<&str> = names.map(|row| row.action).collect();
    Document {
        version: VERSION,
        statement: vec![Statement::allow(
            actions.into_iter().collect(),
            vec!["*".to_owned()],
        )],
    }
}

impl Group {
    fn of(operation: &'static str, action: &'static str) -> Self {
        if identity::OPERATIONS.contains(&operation) {
            return Self::Identity;
        }
        // What a service of the whole account asks, it asks where the thing stands.
        let mut readers = services::ALL.iter().filter(|reader| reader.asks(operation));
        let regional = readers.all(|reader| reader.place() == Place::Regional);
        Self::Service {
            prefix: action.split(':').next().unwrap_or(action),
            regional,
        }
    }

    fn sid(self, nouns: &Nouns) -> String {
        let Self::Service { prefix, .. } = self else {
            return "Identity".to_owned();
        };
        // `access-analyzer` in letters: every word begins with a capital.
        let words = prefix.split('-').map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            format!("{}{rest}", first.to_uppercase())
        });
        words
            .chain(nouns.iter().map(|noun| (*noun).to_owned()))
            .collect()
    }

    fn limited_to(self, regions: &[RegionName]) -> Vec<RegionName> {
        match self {
            Self::Service { regional: true, .. } => regions.to_vec(),
            Self::Identity | Self::Service { .. } => Vec::new(),
        }
    }
}

impl Grant {
    /// The resources as a policy names them: ARN patterns, or `*`.
    pub fn resources(&self, names: Names) -> Vec<String> {
        if self.arns.is_empty() {
            return vec!["*".to_owned()];
        }
        let filled = |arn: &&str| fill_in(arn, names.partition, names.account);
        self.arns.iter().map(filled).collect()
    }

    /// The same in two, of which each says half.
    fn halves(self) -> Result<(Self, Self), Self> {
        let (mut one, mut other) = (self.clone(), self);
        if one.actions.len() > 1 {
            other.actions = one.actions.split_off(one.actions.len() / 2);
        } else if one.arns.len() > 1 {
            other.arns = one.arns.split_off(one.arns.len() / 2);
        } else {
            return Err(one);
        }
        one.sid.push('1');
        other.sid.push('2');
        Ok((one, other))
    }
}

/// A policy document in AWS's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    effect: &'static str,
    action: OneOrMany<&'static str>,
    resource: OneOrMany<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

impl Statement {
    fn allow(actions: Vec<&'static str>, resources: Vec<String>) -> Self {
        Self {
            sid: None,
            effect: "Allow",
            action: actions.into(),
            resource: resources.into(),
            condition: None,
        }
    }
}

/// AWS takes a list of one and the one alike; people read the one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// Operator, key, values.
type Condition = BTreeMap<&'static str, BTreeMap<&'static str, Vec<String>>>;

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(mut list: Vec<T>) -> Self {
        match list.pop() {
            Some(only) if list.is_empty() => Self::One(only),
            Some(end) => {
                list.push(end);
                Self::Many(list)
            }
            None => Self::Many(list),
        }
    }
}

impl Document {
    /// The document of some grants.
    pub fn new(grants: &[Grant], names: Names) -> Self {
        let statement = grants.iter().map(|grant| Statement {
            sid: Some(grant.sid.clone()),
            condition: requested_region(&grant.regions),
            ..Statement::allow(grant.actions.clone(), grant.resources(names))
        });
        Self {
            version: VERSION,
            statement: statement.collect(),
        }
    }

    /// The same and one action more, on everything, under a condition.
    pub(crate) fn and(mut self, action: &'static str, condition: Condition) -> Self {
        self.statement.push(Statement {
            condition: Some(condition),
            ..Statement::allow(vec![action], vec!["*".to_owned()])
        });
        self
    }

    /// The same without the names of the statements.
    pub(crate) fn anonymous(mut self) -> Self {
        for statement in &mut self.statement {
            statement.sid = None;
        }
        self
    }
}

/// In one line, without white space: what AWS counts.
impl fmt::Display for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        formatter.write_str(&line)
    }
}

/// The condition on the region asked. It holds for actions that AWS does not limit to resources, too.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>
fn requested_region(regions: &[RegionName]) -> Option<Condition> {
    let names: Vec<String> = regions.iter().map(ToString::to_string).collect();
    let key = BTreeMap::from([("aws:RequestedRegion", names)]);
    (!regions.is_empty()).then(|| BTreeMap::from([("StringEquals", key)]))
}

/// The grants in as few parts as managed policies need for them, in order.
pub fn split(grants: Vec<Grant>) -> Vec<Vec<Grant>> {
    parts(grants, MANAGED_POLICY_LIMIT)
}

fn parts(grants: Vec<Grant>, limit: usize) -> Vec<Vec<Grant>> {
    let fits = |part: &[Grant]| Document::new(part, LONGEST).to_string().len() <= limit;
    let mut parts: Vec<Vec<Grant>> = Vec::new();
    let mut waiting: Vec<Grant> = grants.into_iter().rev().collect();
    while let Some(grant) = waiting.pop() {
        let alone = slice::from_ref(&grant);
        if let Some(part) = parts.last_mut() {
            let together = [part.as_slice(), alone].concat();
            if fits(&together) {
                *part = together;
                continue;
            }
        }
        if fits(alone) {
            parts.push(vec![grant]);
            continue;
        }
        match grant.halves() {
            Ok((one, other)) => waiting.extend([other, one]),
            // One action on one resource is as short as it gets.
            Err(whole) => parts.push(vec![whole]),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use tripod_model::PERMISSIONS;

    use super::*;

    const NAMES: Names = Names {
        partition: "aws",
        account: "111122223333",
    };

    fn all() -> Vec<Grant> {
        grants(&services::operations(), &[])
    }

    fn sids(grants: &[Grant]) -> Vec<&str> {
        grants.iter().map(|grant| &*grant.sid).collect()
    }

    /// Every action with every resource it is allowed on.
    fn pairs(grants: &[Grant]) -> BTreeSet<(&'static str, String)> {
        let of = |grant: &Grant| {
            let resources = grant.resources(NAMES);
            let actions = grant.actions.clone();
            actions.into_iter().flat_map(move |action| {
                let resources = resources.clone();
                resources.into_iter().map(move |name| (action, name))
            })
        };
        grants.iter().flat_map(of).collect()
    }

    #[test]
    fn every_declared_operation_has_a_permission_and_no_other_has_one() {
        let declared: BTreeSet<&str> = services::operations().into_iter().collect();
        let known: BTreeSet<&str> = PERMISSIONS.iter().map(|row| row.operation).collect();
        let unknown: Vec<_> = declared.difference(&known).collect();
        assert!(
            unknown.is_empty(),
            "no row in src/model/permissions.rs: {unknown:?}"
        );
        let idle: Vec<_> = known.difference(&declared).collect();
        assert!(
            idle.is_empty(),
            "a row that no collector declares: {idle:?}"
        );
    }

    #[test]
    fn the_grants_allow_what_the_table_says_and_nothing_more() {
        let table: BTreeSet<(&str, String)> = PERMISSIONS
            .iter()
            .flat_map(|row| {
                let resources = row.scope.resources(NAMES.partition, NAMES.account);
                resources.into_iter().map(|name| (row.action, name))
            })
            .collect();
        assert_eq!(pairs(&all()), table);
    }

    #[test]
    fn a_statement_has_one_service_and_scope() {
        let operations = [
            "apigateway:GetStages",
            "apigatewayv2:GetApis",
            "ec2:DescribeRegions",
            "ec2:DescribeVpcs",
            "kms:DescribeKey",
            "kms:GetKeyPolicy",
            "kms:ListKeys",
        ];
        assert_eq!(
            sids(&grants(&operations, &[])),
            [
                "Identity",
                "ApigatewayPaths",
                "Ec2AccountWide",
                "KmsAccountWide",
                "KmsKeys"
            ]
        );
    }

    #[test]
    fn a_statement_has_a_name_of_its_own_in_letters_and_digits() {
        let all = all();
        let names: BTreeSet<&str> = sids(&all).into_iter().collect();
        assert_eq!(names.len(), all.len(), "{:?}", sids(&all));
        for name in names {
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        }
    }

    /// What statements about services of the whole account begin with.
    const GLOBAL: [&str; 8] = [
        "Identity",
        "Iam",
        "Account",
        "Cloudfront",
        "Organizations",
        "S3",
        "Shield",
        // In us-east-1 for CloudFront, wherever the scan reads.
        "Wafv2",
    ];

    #[test]
    fn regions_limit_what_is_asked_in_regions_only() {
        let regions = [RegionName::new("eu-central-1")];
        for grant in grants(&services::operations(), &regions) {
            let global = GLOBAL.iter().any(|prefix| grant.sid.starts_with(prefix));
            assert_eq!(grant.regions.is_empty(), global, "{}", grant.sid);
        }
    }

    #[test]
    fn a_document_is_written_as_aws_writes_it() {
        let regions = [RegionName::new("eu-central-1")];
        let grants = grants(&["lambda:GetPolicy", "sts:GetCallerIdentity"], &regions);
        assert_eq!(
            Document::new(&grants, NAMES).to_string(),
            concat!(
                r#"{"Version":"2012-10-17","Statement":["#,
                r#"{"Sid":"Identity","Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"},"#,
                r#"{"Sid":"LambdaFunctions","Effect":"Allow","Action":"lambda:GetPolicy","#,
                r#""Resource":"arn:aws:lambda:*:111122223333:function:*","#,
                r#""Condition":{"StringEquals":{"aws:RequestedRegion":["eu-central-1"]}}}]}"#,
            )
        );
    }

    #[test]
    fn no_partition_is_longer_than_the_longest() {
        let longest = PARTITIONS.iter().map(|name| name.len()).max();
        assert_eq!(longest, Some(LONGEST.partition.len()));
    }

    #[test]
    fn what_fits_one_policy_is_one() {
        let whole = Document::new(&all(), LONGEST).to_string().len();
        assert_eq!(parts(all(), whole).len(), 1);
        assert_eq!(parts(all(), whole - 1).len(), 2);
    }

    #[test]
    fn what_does_not_fit_is_split_and_nothing_is_lost_or_gained() {
        for limit in [250, 400, 900] {
            let parts = parts(all(), limit);
            assert!(parts.len() > 1, "{limit}");
            for part in &parts {
                let length = Document::new(part, LONGEST).to_string().len();
                assert!(length <= limit, "{length} > {limit}: {:?}", sids(part));
                let unique: BTreeSet<&str> = sids(part).into_iter().collect();
                assert_eq!(unique.len(), part.len(), "{:?}", sids(part));
            }
            assert_eq!(pairs(&parts.concat()), pairs(&all()), "{limit}");
        }
    }

    #[test]
    fn a_statement_that_cannot_be_split_stands_alone() {
        let parts = parts(grants(&["lambda:GetPolicy"], &[]), 10);
        assert_eq!(parts.len(), 1);
    }
}
