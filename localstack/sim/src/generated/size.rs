//! How large a generated estate is.

use std::str::FromStr;

use crate::SimError;

/// The regions that every account has, in the order in which a generated one uses them.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
pub(crate) const REGIONS: [&str; 17] = [
    "us-east-1",
    "eu-central-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-northeast-1",
    "us-east-2",
    "us-west-1",
    "ca-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "sa-east-1",
    "ap-south-1",
    "ap-southeast-2",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// How much a generated estate holds. Numbers are per account and spread evenly over its regions,
/// except where a field says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// Accounts. The first is the caller's, and of two or more the organisation's management account.
    pub accounts: usize,
    /// Regions of each account, at most 17.
    pub regions: usize,
    /// Lambda functions.
    pub functions: usize,
    /// Event source mappings.
    pub event_source_mappings: usize,
    /// Code signing configurations.
    pub code_signing_configs: usize,
    /// Layers.
    pub layers: usize,
    /// REST APIs of API Gateway.
    pub rest_apis: usize,
    /// HTTP APIs of API Gateway.
    pub http_apis: usize,
    /// Customer managed KMS keys. Each region has one of AWS's own besides.
    pub keys: usize,
    /// CloudTrail trails. The first is multi-region.
    pub trails: usize,
    /// IAM users, in the account.
    pub users: usize,
    /// IAM groups, in the account.
    pub groups: usize,
    /// IAM roles, in the account.
    pub roles: usize,
    /// Customer managed IAM policies, in the account.
    pub policies: usize,
    /// VPCs in each region, at most 200.
    pub vpcs: usize,
    /// Subnets in each VPC, at most 64.
    pub subnets: usize,
    /// Security groups in each VPC, its default one included.
    pub security_groups: usize,
    /// Network interfaces in each region, at most 1,000 for each subnet.
    pub interfaces: usize,
}

/// A small company.
impl Default for Size {
    fn default() -> Self {
        Self {
            accounts: 1,
            regions: REGIONS.len(),
            functions: 100,
            event_source_mappings: 20,
            code_signing_configs: 2,
            layers: 5,
            rest_apis: 10,
            http_apis: 10,
            keys: 20,
            trails: 1,
            users: 10,
            groups: 3,
            roles: 40,
            policies: 20,
            vpcs: 1,
            subnets: 3,
            security_groups: 4,
            interfaces: 10,
        }
    }
}

type Field = fn(&mut Size) -> &mut usize;

/// The fields as the command line names them.
const FIELDS: &[(&str, Field)] = &[
    ("accounts", |size| &mut size.accounts),
    ("regions", |size| &mut size.regions),
    ("functions", |size| &mut size.functions),
    ("event-source-mappings", |size| {
        &mut size.event_source_mappings
    }),
    ("code-signing-configs", |size| {
        &mut size.code_signing_configs
    }),
    ("layers", |size| &mut size.layers),
    ("rest-apis", |size| &mut size.rest_apis),
    ("http-apis", |size| &mut size.http_apis),
    ("keys", |size| &mut size.keys),
    ("trails", |size| &mut size.trails),
    ("users", |size| &mut size.users),
    ("groups", |size| &mut size.groups),
    ("roles", |size| &mut size.roles),
    ("policies", |size| &mut size.policies),
    ("vpcs", |size| &mut size.vpcs),
    ("subnets", |size| &mut size.subnets),
    ("security-groups", |size| &mut size.security_groups),
    ("interfaces", |size| &mut size.interfaces),
];

impl Size {
    /// The names that `Size::from_str` reads.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FIELDS.iter().map(|(name, _)| *name)
    }

    /// Refuses what cannot be made.
    pub(crate) fn check(&self) -> Result<(), SimError> {
        let refuse = |why: &str| Err(SimError::Size(why.to_owned()));
        match self {
            _ if self.accounts == 0 || self.accounts > 100_000 => refuse("accounts: 1 to 100000"),
            _ if self.regions == 0 || self.regions > REGIONS.len() => refuse("regions: 1 to 17"),
            _ if self.functions > 0 && self.roles == 0 => {
                refuse("functions need a role, so roles: 1 or more")
            }
            _ if self.vpcs > 200 => refuse("vpcs: at most 200 a region"),
            _ if self.subnets > 64 => refuse("subnets: at most 64 a VPC"),
            _ if self.vpcs > 0 && self.security_groups == 0 => {
                refuse("every VPC has its default security group, so security-groups: 1 or more")
            }
            _ if self.interfaces > 1000 * self.vpcs * self.subnets => {
                refuse("interfaces: at most 1000 for each subnet")
            }
            _ => Ok(()),
        }
    }
}

/// Reads `functions=10000,regions=3`; what is not named is as in `Size::default`.
impl FromStr for Size {
    type Err = SimError;

    fn from_str(text: &str) -> Result<Self, SimError> {
        let mut size = Self::default();
        for pair in text.split(',').filter(|pair| !pair.is_empty()) {
            let (name, number) = pair.split_once('=').unwrap_or((pair, ""));
            let wrong = || SimError::Size(format!("'{pair}' is no NAME=NUMBER"));
            let (_, field) = FIELDS
                .iter()
                .find(|(have, _)| *have == name)
                .ok_or_else(wrong)?;
            *field(&mut size) = number.parse().map_err(|_| wrong())?;
        }
        size.check().map(|()| size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_names_every_number() {
        let all: Vec<String> = FIELDS.iter().map(|(name, _)| format!("{name}=7")).collect();
        let size: Size = all.join(",").parse().expect("a size");
        let Size {
            accounts,
            regions,
            functions,
            event_source_mappings,
            code_signing_configs,
            layers,
            rest_apis,
            http_apis,
            keys,
            trails,
            users,
            groups,
            roles,
            policies,
            vpcs,
            subnets,
            security_groups,
            interfaces,
        } = size;
        let numbers = [
            accounts,
            regions,
            functions,
            event_source_mappings,
            code_signing_configs,
            layers,
            rest_apis,
            http_apis,
            keys,
            trails,
            users,
            groups,
            roles,
            policies,
            vpcs,
            subnets,
            security_groups,
            interfaces,
        ];
        assert_eq!(numbers, [7; 18]);
        assert_eq!("".parse::<Size>().ok(), Some(Size::default()));
    }

    #[test]
    fn what_cannot_be_made_is_refused() {
        for text in [
            "functions",
            "functions=many",
            "functions=-1",
            "machines=1",
            "regions=18",
            "regions=0",
            "accounts=0",
            "roles=0",
            "subnets=65",
            "vpcs=1,subnets=1,interfaces=1001",
            "security-groups=0",
        ] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
        assert!("roles=0,functions=0".parse::<Size>().is_ok());
        assert!(
            "vpcs=0,security-groups=0,interfaces=0"
                .parse::<Size>()
                .is_ok()
        );
    }

    #[test]
    fn every_region_is_named_once() {
        let mut names = REGIONS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), REGIONS.len());
    }
}
