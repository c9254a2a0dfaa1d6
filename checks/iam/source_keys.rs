//! Services that say for whom they act when they assume a role.
//!
//! A service puts `aws:SourceArn`, `aws:SourceAccount` and the organisation's keys into its requests only
//! where it was built to. In the trust policy of a role for a service that does not, a condition on these
//! keys would lock the service out, so such a condition cannot be asked for:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>. Listed are the services whose
//! own documentation shows a trust policy with these keys. Lambda and EC2 are not among them: their roles
//! are handed over by `iam:PassRole` within the account.

/// A service principal, and the page that shows a trust policy with the keys.
pub(crate) struct Service {
    pub(crate) principal: &'static str,
    pub(crate) source: &'static str,
}

const fn row(principal: &'static str, source: &'static str) -> Service {
    Service { principal, source }
}

/// Sorted by principal.
static SERVICES: &[Service] = &[
    row(
        "appsync.amazonaws.com",
        "https://docs.aws.amazon.com/appsync/latest/devguide/attaching-a-data-source.html",
    ),
    row(
        "bedrock.amazonaws.com",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "codebuild.amazonaws.com",
        "https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "ecs-tasks.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    ),
    row(
        "eks-fargate-pods.amazonaws.com",
        "https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html",
    ),
    row(
        "eks.amazonaws.com",
        "https://docs.aws.amazon.com/eks/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "events.amazonaws.com",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "logs.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html",
    ),
    row(
        "personalize.amazonaws.com",
        "https://docs.aws.amazon.com/personalize/latest/dg/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "pipes.amazonaws.com",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-get-started.html",
    ),
    row(
        "scheduler.amazonaws.com",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "ssm-incidents.amazonaws.com",
        "https://docs.aws.amazon.com/incident-manager/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "ssm.amazonaws.com",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/cross-service-confused-deputy-prevention.html",
    ),
    row(
        "states.amazonaws.com",
        "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html",
    ),
    row(
        "transfer.amazonaws.com",
        "https://docs.aws.amazon.com/transfer/latest/userguide/confused-deputy.html",
    ),
    row(
        "vpc-flow-logs.amazonaws.com",
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    ),
];

/// The row of a service principal, if its documentation shows the keys in trust policies. Principals of
/// one region (`states.eu-central-1.amazonaws.com`) and of other partitions mean the same service.
pub(crate) fn sends_source_keys(principal: &str) -> Option<&'static Service> {
    let name = principal.split('.').next().unwrap_or_default();
    let is_service =
        principal.ends_with(".amazonaws.com") || principal.ends_with(".amazonaws.com.cn");
    SERVICES
        .iter()
        .find(|row| is_service && row.principal.strip_suffix(".amazonaws.com") == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_each_has_a_page_of_aws() {
        assert!(SERVICES.is_sorted_by_key(|row| row.principal));
        for row in SERVICES {
            assert!(
                row.source.starts_with("https://docs.aws.amazon.com/"),
                "{}",
                row.principal
            );
        }
    }

    #[test]
    fn a_service_is_found_by_each_of_its_names_and_no_other() {
        for name in [
            "states.amazonaws.com",
            "states.eu-central-1.amazonaws.com",
            "states.cn-north-1.amazonaws.com.cn",
        ] {
            assert!(sends_source_keys(name).is_some(), "{name}");
        }
        for name in [
            "lambda.amazonaws.com",
            "ec2.amazonaws.com",
            "ec2messages.amazonaws.com",
            "states.example",
        ] {
            assert!(sends_source_keys(name).is_none(), "{name}");
        }
    }
}
