//! Which requests resource control policies bear on.

use crate::caller::{Membership, is_service_linked_role};
use crate::request::Request;

/// Prefixes of actions that RCPs apply to.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>,
/// as of October 2026.
static SERVICES: &[&str] = &[
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// The only action of these services that RCPs leave alone.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps>
const NOT_RESTRICTED: &str = "kms:RetireGrant";

/// Whether RCPs of the resource's account bear on the request: not on other services, not on
/// resources of the management account, not on service-linked roles, and not on retiring grants.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps>
pub(crate) fn bear_on(request: &Request<'_>) -> bool {
    let service = request.action.split(':').next().unwrap_or_default();
    let supported = SERVICES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(service));
    let managed = request
        .owner()
        .is_some_and(|owner| matches!(owner.membership, Membership::Management(_)));
    supported
        && !managed
        && !request.caller.is_service_linked()
        && !is_service_linked_role(request.resource.arn())
        && !request.action.eq_ignore_ascii_case(NOT_RESTRICTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn services_are_lower_case_sorted_and_unique() {
        assert!(SERVICES.is_sorted_by(|a, b| a < b));
        assert!(SERVICES.iter().all(|name| *name == name.to_lowercase()));
    }

    #[test]
    fn every_service_and_the_action_spared_are_in_the_catalogue() {
        for prefix in SERVICES {
            assert!(catalogue::service(prefix).is_some(), "{prefix}");
        }
        assert!(catalogue::action(NOT_RESTRICTED).is_some());
    }
}
