//! What the core refers to: which buckets, pools, images and groups are worth asking for.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{Account, Arn, Observed, RegionName, RegionalAccount};

/// What the first wave's answers mention. The second wave reads these and no others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// Buckets by name: where trails, flow logs and access logs go, and what sends events to functions.
    pub buckets: BTreeSet<String>,
    /// What stands in a region.
    pub regions: BTreeMap<RegionName, RegionalReferences>,
}

/// What is mentioned in a region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegionalReferences {
    /// Functions by name.
    pub functions: BTreeSet<String>,
    /// Stages of REST APIs: the API's name and the stage's, by which CloudWatch knows them.
    pub rest_stages: BTreeSet<(String, String)>,
    /// HTTP and WebSocket APIs by id.
    pub http_apis: BTreeSet<String>,
    /// Log groups by name: of functions, stages, trails and flow logs.
    pub log_groups: BTreeSet<String>,
    /// Cognito user pools by id: those that authorizers ask.
    pub user_pools: BTreeSet<String>,
    /// Container images of functions, as `REGISTRY/REPOSITORY@DIGEST` or `:TAG`.
    pub images: BTreeSet<String>,
}

impl References {
    /// What an account's core refers to. Of a list that is not known nothing is mentioned.
    pub fn of(account: &Account) -> Self {
        let mut references = Self::default();
        for region in &account.regions {
            let mut own = RegionalReferences::default();
            functions(region, &mut own, &mut references.buckets);
            rest_apis(region, &mut own, &mut references.buckets);
            http_apis(region, &mut own);
            logs(region, &mut own, &mut references.buckets);
            let pools = std::mem::take(&mut own.user_pools);
            own.user_pools = here(&pools, account, region);
            references.regions.insert(region.name.clone(), own);
        }
        references
    }

    /// What is mentioned in a region.
    pub fn of_region(&self, region: &RegionName) -> RegionalReferences {
        self.regions.get(region).cloned().unwrap_or_default()
    }
}

/// Where a function writes where its configuration does not say.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html>
const FUNCTIONS_LOGS: &str = "/aws/lambda/";

/// Where a REST API's stage writes its execution log: `API-Gateway-Execution-Logs_API/STAGE`.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
const EXECUTION_LOGS: &str = "API-Gateway-Execution-Logs_";

fn functions(
    region: &RegionalAccount,
    own: &mut RegionalReferences,
    buckets: &mut BTreeSet<String>,
) {
    for function in region.lambda.functions.items() {
        own.functions.insert(function.name.clone());
        let logging = function.configuration.logging.as_ref();
        let group = logging.and_then(|logging| logging.log_group.clone());
        own.log_groups
            .insert(group.unwrap_or_else(|| format!("{FUNCTIONS_LOGS}{}", function.name)));
        if let Observed::Known(policy) = &function.policy {
            buckets.extend(buckets_in(&policy.0));
        }
        let Observed::Known(details) = &function.details else {
            continue;
        };
        if let Some(code) = &details.code {
            let image = code.resolved_image_uri.as_ref();
            own.images
                .extend(image.or(code.image_uri.as_ref()).cloned());
            buckets.extend(code.s3_object.as_deref().and_then(of_uri));
        }
    }
    for mapping in region.lambda.event_source_mappings.items() {
        let ends = [&mapping.event_source_arn, &mapping.on_failure];
        buckets.extend(ends.into_iter().flatten().filter_map(of_arn));
    }
}

fn rest_apis(
    region: &RegionalAccount,
    own: &mut RegionalReferences,
    buckets: &mut BTreeSet<String>,
) {
    for api in region.apigateway.rest_apis.items() {
        for stage in api.stages.items() {
            own.rest_stages
                .insert((api.name.clone(), stage.name.clone()));
            own.log_groups
                .insert(format!("{EXECUTION_LOGS}{}/{}", api.id, stage.name));
            let log = stage.access_log.as_ref();
            own.log_groups
                .extend(log.and_then(|log| group_of(log.destination.as_ref()?)));
        }
        for authorizer in api.authorizers.items() {
            let pools = authorizer.provider_arns.iter();
            own.user_pools
                .extend(pools.map(|arn| arn.as_str().to_owned()));
        }
    }
    let truststores = region.apigateway.domain_names.items().iter();
    let truststores = truststores.filter_map(|domain| domain.mutual_tls.as_ref());
    buckets.extend(truststores.filter_map(|tls| of_uri(tls.truststore_uri.as_deref()?)));
}

fn http_apis(region: &RegionalAccount, own: &mut RegionalReferences) {
    for api in region.apigatewayv2.apis.items() {
        own.http_apis.insert(api.id.clone());
        for stage in api.stages.items() {
            let log = stage.access_log.as_ref();
            own.log_groups
                .extend(log.and_then(|log| group_of(log.destination.as_ref()?)));
        }
        let issuers = api.authorizers.items().iter();
        own.user_pools
            .extend(issuers.filter_map(|authorizer| authorizer.issuer.clone()));
    }
    let portals = region.apigatewayv2.portals.items().iter();
    let pools = portals.filter_map(|portal| portal.user_pool_arn.as_ref());
    own.user_pools
        .extend(pools.map(|arn| arn.as_str().to_owned()));
}

fn logs(region: &RegionalAccount, own: &mut RegionalReferences, buckets: &mut BTreeSet<String>) {
    for trail in region.cloudtrail.trails.items() {
        buckets.extend(trail.s3_bucket.clone());
        // A trail is seen from other regions too; its group stands in its own.
        if trail.home_region.as_ref() == Some(&region.name) {
            let group = trail.cloudwatch_log_group.as_ref();
            own.log_groups.extend(group.and_then(group_of));
        }
    }
    for log in region.ec2.flow_logs.items() {
        own.log_groups.extend(log.log_group_name.clone());
        buckets.extend(log.destination.as_ref().and_then(of_arn));
    }
}

/// The ids of the pools that stand in this account and region, of ARNs and issuers. A pool of another
/// account cannot be read; its absence here would say nothing.
fn here(named: &BTreeSet<String>, account: &Account, region: &RegionalAccount) -> BTreeSet<String> {
    let arns = format!(
        "arn:{}:cognito-idp:{}:{}:userpool/",
        account.partition, region.name, account.id
    );
    let issuers = format!("https://cognito-idp.{}.amazonaws.com", region.name);
    let id = |name: &String| {
        let of_issuer = |name: &str| {
            let (_, id) = name.strip_prefix(&issuers)?.rsplit_once('/')?;
            Some(id.to_owned())
        };
        let of_arn = name.strip_prefix(&arns).map(str::to_owned);
        of_arn.or_else(|| of_issuer(name))
    };
    named.iter().filter_map(id).collect()
}

/// The bucket in `arn:PARTITION:s3:::BUCKET/KEY`.
fn of_arn(arn: &Arn) -> Option<String> {
    let (_, resource) = arn.as_str().split_once(":s3:::")?;
    bucket_of(resource)
}

/// The bucket in `s3://BUCKET/KEY`.
fn of_uri(uri: &str) -> Option<String> {
    bucket_of(uri.strip_prefix("s3://")?)
}

/// A name before its key; a pattern is no name.
fn bucket_of(path: &str) -> Option<String> {
    let name = path.split('/').next()?;
    let is_name = !name.is_empty() && !name.contains(['*', '?', '$']);
    is_name.then(|| name.to_owned())
}

/// Every bucket whose ARN stands in a policy: as the source of an event, or otherwise.
fn buckets_in(policy: &str) -> Vec<String> {
    let ends = policy.split(":s3:::").skip(1);
    ends.filter_map(|rest| bucket_of(rest.split(['"', '\\']).next()?))
        .collect()
}

/// The name in a log group's ARN, which may end in `:*`.
fn group_of(arn: &Arn) -> Option<String> {
    let (_, name) = arn.as_str().split_once(":log-group:")?;
    Some(name.strip_suffix(":*").unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_named_by_arn_address_or_policy_and_never_by_a_pattern() {
        let arn = |text: &str| of_arn(&Arn::new(text));
        assert_eq!(arn("arn:aws:s3:::logs/AWSLogs/*"), Some("logs".to_owned()));
        assert_eq!(arn("arn:aws:s3:::log-*"), None);
        assert_eq!(arn("arn:aws:firehose:r:1:deliverystream/d"), None);
        assert_eq!(of_uri("s3://trust/store.pem"), Some("trust".to_owned()));
        assert_eq!(of_uri("trust/store.pem"), None);
        let policy = r#"{"Condition":{"ArnLike":{"AWS:SourceArn":["arn:aws:s3:::uploads","arn:aws:s3:::x-*"]}}}"#;
        assert_eq!(buckets_in(policy), ["uploads"]);
    }

    #[test]
    fn a_log_group_s_arn_ends_in_a_star_or_not() {
        let group = |text: &str| group_of(&Arn::new(text)).expect("a group");
        assert_eq!(group("arn:aws:logs:r:1:log-group:/api/log:*"), "/api/log");
        assert_eq!(group("arn:aws:logs:r:1:log-group:/api/log"), "/api/log");
        assert_eq!(
            group_of(&Arn::new("arn:aws:firehose:r:1:deliverystream/d")),
            None
        );
    }

    #[test]
    fn pools_of_other_accounts_and_regions_are_not_asked_for() {
        let account = Account::not_collected(
            tripod_model::AccountId::new("111122223333"),
            "aws".to_owned(),
        );
        let region = RegionalAccount::not_collected(
            RegionName::new("eu-central-1"),
            tripod_model::RegionStatus::Scanned,
        );
        let named = [
            "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_own",
            "arn:aws:cognito-idp:eu-central-1:444455556666:userpool/eu-central-1_theirs",
            "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_far",
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_issuer",
            "https://issuer.example",
        ];
        let named = named.map(str::to_owned).into_iter().collect();
        let ids: Vec<String> = here(&named, &account, &region).into_iter().collect();
        assert_eq!(ids, ["eu-central-1_issuer", "eu-central-1_own"]);
    }
}
