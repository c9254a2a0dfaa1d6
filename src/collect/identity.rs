//! The first two questions of a scan: who asks, and which regions there are.

use tripod_model::{AccountId, Arn, Caller, Observed, RegionName};

use crate::context::Context;
use crate::reply::ask;

/// Operations that every scan begins with, in its home region.
pub const OPERATIONS: &[&str] = &["sts:GetCallerIdentity", "ec2:DescribeRegions"];

/// A region, and whether the account uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownRegion {
    pub(crate) name: RegionName,
    pub(crate) enabled: bool,
}

/// Who asks: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) async fn caller(client: &aws_sdk_sts::Client) -> Observed<Caller> {
    let reply = ask(
        "sts:GetCallerIdentity",
        &[],
        client.get_caller_identity().send(),
    )
    .await;
    let output = match reply.value {
        Observed::Known(output) => output,
        unknown => return unknown.unknown_as(),
    };
    let account = output
        .account()
        .and_then(|account| account.parse::<AccountId>().ok());
    match (account, output.arn()) {
        (Some(account), Some(arn)) => Observed::Known(Caller {
            account,
            arn: arn.to_owned(),
        }),
        _ => Observed::Failed {
            operation: "sts:GetCallerIdentity".to_owned(),
            error: "the answer names no account".to_owned(),
        },
    }
}

/// Every region that AWS offers the account, by name.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html>
pub(crate) async fn regions(context: &Context) -> Observed<Vec<KnownRegion>> {
    let client = context.ec2();
    let reply = ask(
        "ec2:DescribeRegions",
        &[],
        client.describe_regions().all_regions(true).send(),
    )
    .await;
    reply.value.map(|output| {
        let mut regions: Vec<KnownRegion> = output
            .regions()
            .iter()
            .filter_map(|region| {
                Some(KnownRegion {
                    name: RegionName::new(region.region_name()?),
                    enabled: region.opt_in_status() != Some("not-opted-in"),
                })
            })
            .collect();
        regions.sort_by(|a, b| a.name.cmp(&b.name));
        regions
    })
}

/// The partition of the caller's ARN.
pub(crate) fn partition(caller: &Caller) -> String {
    Arn::new(&caller.arn)
        .partition()
        .unwrap_or("aws")
        .to_owned()
}
