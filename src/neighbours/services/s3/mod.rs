//! Reads Simple Storage Service.
//!
//! Calls, for N buckets of which R are referred to: ⌈N/1000⌉ ListBuckets, one GetPublicAccessBlock of
//! the account, and for each of the R eight to nine calls more: its access control list is asked only
//! where it has any effect. AWS publishes no quota for these.
//!
//! Kept for: buckets that trails, logs and functions use being public (CT09, NET-6), logging (CT10),
//! versions, locks and MFA delete (CT11, LOG-5, DATA-4), gone or foreign (CT12, LX06), encryption
//! (DATA-1), retention and copies (LOG-4, DATA-4).

mod settings;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use tripod_model::s3::{Bucket, PublicAccessBlock, S3};
use tripod_model::{Observed, RegionName};

use super::{filled, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "s3:ListBuckets";
const ACCOUNT_BLOCK: &str = "s3control:GetPublicAccessBlock";

/// Buckets on a page. AWS tells a bucket's region only where pages are asked for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
const PAGE: &str = "1000";

static SERVICE: Service = Service {
    name: "s3",
    signing: "s3",
    host: Host::Regional("s3"),
    protocol: Protocol::RestXml,
};

static CONTROL: Service = Service {
    name: "s3control",
    signing: "s3",
    host: Host::OfAccount("s3-control"),
    protocol: Protocol::RestXml,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "s3",
    place: Place::Global,
    wave: Wave::Second,
    lists: &[LIST, ACCOUNT_BLOCK],
    details: settings::OPERATIONS,
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let (public_access_block, buckets) = futures::join!(account_block(&context), list(&context));
    let foreign_buckets = buckets.clone().map(|own| {
        let referred = context.references.buckets.iter();
        let foreign = referred.filter(|name| own.iter().all(|bucket| bucket.name != **name));
        foreign.cloned().collect()
    });
    let buckets = match buckets {
        Observed::Known(buckets) => Observed::Known(described(&context, buckets).await),
        unknown => unknown,
    };
    Part::global(move |account| {
        account.s3 = S3 {
            public_access_block,
            buckets: ordered(buckets, |a, b| a.name.cmp(&b.name)),
            foreign_buckets,
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BucketsPage {
    buckets: Option<Listed>,
    continuation_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(rename = "Bucket", default = "Vec::new")]
    buckets: Vec<ListedBucket>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedBucket {
    name: Option<String>,
    bucket_region: Option<String>,
}

async fn list(context: &Context) -> Observed<Vec<Bucket>> {
    let request = |token: Option<&str>| {
        let request = Request::get(&[]).with("max-buckets", PAGE);
        request.with_some("continuation-token", token)
    };
    let split = |answer: BucketsPage, exchange: Option<&_>| {
        let listed = answer.buckets.as_ref().map(|listed| &*listed.buckets);
        let next = answer.continuation_token.as_deref();
        Page::of(listed, next, |index, item| {
            Some(Bucket {
                name: filled(item.name.clone())?,
                region: filled(item.bucket_region.clone()).map(RegionName::new),
                settings: Observed::NotCollected,
                sources: source(LIST, exchange, format!("/Buckets/Bucket/{index}")),
            })
        })
    };
    context.client(&SERVICE).pages(LIST, request, split).await
}

/// The buckets with the settings of those that are asked for, each in its own region.
async fn described(context: &Context, buckets: Vec<Bucket>) -> Vec<Bucket> {
    in_parallel(buckets, |mut bucket| async {
        if context.all_buckets || context.references.buckets.contains(&bucket.name) {
            let region = bucket.region.as_ref().unwrap_or(&context.region);
            let client: Client = context.client_in(&SERVICE, region);
            let settings = settings::read(&client, &bucket.name, &mut bucket.sources).await;
            bucket.settings = Observed::Known(settings);
        }
        bucket
    })
    .await
}

/// Both of the account and of a bucket.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Forbidden {
    block_public_acls: Option<bool>,
    ignore_public_acls: Option<bool>,
    block_public_policy: Option<bool>,
    restrict_public_buckets: Option<bool>,
}

impl From<Forbidden> for PublicAccessBlock {
    fn from(block: Forbidden) -> Self {
        Self {
            block_public_acls: block.block_public_acls,
            ignore_public_acls: block.ignore_public_acls,
            block_public_policy: block.block_public_policy,
            restrict_public_buckets: block.restrict_public_buckets,
        }
    }
}

/// Error code that means that nothing is forbidden, for account and bucket alike.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html>
const NO_BLOCK: &[&str] = &["NoSuchPublicAccessBlockConfiguration"];

async fn account_block(context: &Context) -> Observed<PublicAccessBlock> {
    let request = Request::get(&["v20180820", "configuration", "publicAccessBlock"])
        .with_header("x-amz-account-id", context.account.as_str());
    let client = context.client(&CONTROL);
    let reply = client
        .ask::<Forbidden>(ACCOUNT_BLOCK, NO_BLOCK, request)
        .await;
    reply.value.map(PublicAccessBlock::from)
}
