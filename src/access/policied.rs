//! Resources that may have a policy of their own, and that a snapshot does not list.

use tripod_model::Arn;

/// Service and beginning of the name, as ARNs have them.
///
/// Every type of resource for which the Service Authorization Reference has an action that sets a policy,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>,
/// but for policies that only share with other accounts. Compare
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>, column
/// "Resource-based policies".
static POLICIED: &[(&str, &str)] = &[
    ("acm-pca", "certificate-authority/"),
    ("apigateway", "/domainnames/"),
    ("backup", "backup-vault:"),
    ("cloudsearch", "domain/"),
    ("codeartifact", "domain/"),
    ("codeartifact", "repository/"),
    ("codebuild", "project/"),
    ("codebuild", "report-group/"),
    ("ecr-public", "repository/"),
    ("elasticfilesystem", "file-system/"),
    ("es", "domain/"),
    ("events", "event-busv2/"),
    ("execute-api", "/domainnames/"),
    ("glacier", "vaults/"),
    ("glue", "catalog"),
    ("glue", "database/"),
    ("glue", "table/"),
    ("glue", "userDefinedFunction/"),
    ("kafka", "cluster/"),
    ("kinesis", "stream/"),
    ("lex", "bot"),
    ("logs", "destination:"),
    ("mediastore", "container/"),
    ("mediatailor", "channel/"),
    ("payment-cryptography", "key/"),
    ("redshift", "namespace:"),
    ("s3", "access-grants/"),
    ("s3", "accesspoint/"),
    ("s3-object-lambda", "accesspoint/"),
    ("s3-outposts", "outpost/"),
    ("s3express", "accesspoint/"),
    ("s3express", "bucket/"),
    ("s3files", "file-system/"),
    ("s3tables", "bucket/"),
    ("s3vectors", "bucket/"),
    ("schemas", "registry/"),
    ("serverlessrepo", "applications/"),
    ("ses", "identity/"),
    ("signer", "/signing-profiles/"),
    ("ssm-incidents", "response-plan/"),
    ("vpc-lattice", "service"),
];

/// Whether AWS knows policies of such resources.
pub(crate) fn may_have_policy(arn: &Arn) -> bool {
    let (service, name) = (
        arn.service().unwrap_or_default(),
        arn.resource().unwrap_or_default(),
    );
    POLICIED
        .iter()
        .any(|(own, start)| *own == service && name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use tripod_policy::catalogue;

    use super::*;

    #[test]
    fn every_row_begins_an_arn_that_aws_has() {
        let formats: Vec<&str> = catalogue::services()
            .iter()
            .flat_map(|service| service.resource_types())
            .flat_map(|kind| kind.arns.iter().copied())
            .collect();
        for (service, start) in POLICIED {
            let known = formats.iter().any(|format| {
                let arn = Arn::new(*format);
                let name = arn.resource().unwrap_or_default();
                arn.service() == Some(service) && name.starts_with(start)
            });
            assert!(known, "{service} {start}");
        }
    }

    #[test]
    fn what_can_have_no_policy_is_not_suspected_of_one() {
        let may = |arn: &str| may_have_policy(&Arn::new(arn));
        assert!(may(
            "arn:aws:kinesis:eu-central-1:111122223333:stream/claims"
        ));
        assert!(may(
            "arn:aws:s3:eu-central-1:111122223333:accesspoint/claims"
        ));
        assert!(!may("arn:aws:glue:eu-central-1:111122223333:job/claims"));
        assert!(!may("arn:aws:ec2:eu-central-1:111122223333:instance/i-1"));
    }
}
