//! Resources that may have a policy of their own, and that a snapshot does not list.

use tripod_model::Arn;

/// Service and beginning of the name, as ARNs have them.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>,
/// column "Resource-based policies".
static POLICIED: &[(&str, &str)] = &[
    ("acm-pca", "certificate-authority/"),
    ("backup", "backup-vault:"),
    ("codeartifact", ""),
    ("codebuild", "project/"),
    ("codebuild", "report-group/"),
    ("ecr-public", "repository/"),
    ("elasticfilesystem", "file-system/"),
    ("es", "domain/"),
    ("glacier", "vaults/"),
    ("glue", ""),
    ("kafka", "cluster/"),
    ("kinesis", "stream/"),
    ("lex", "bot"),
    ("logs", "destination:"),
    ("mediastore", "container/"),
    ("s3", "accesspoint/"),
    ("s3express", "bucket/"),
    ("s3-object-lambda", "accesspoint/"),
    ("s3-outposts", ""),
    ("s3tables", "bucket/"),
    ("schemas", "registry/"),
    ("serverlessrepo", "applications/"),
    ("ses", "identity/"),
    ("signer", "/signing-profiles/"),
    ("vpc-lattice", ""),
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
