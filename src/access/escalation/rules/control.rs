//! Steps that switch off what would record, hinder or reverse an attack.

use super::{Rule, Safeguard, Target};

const TRAIL: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html";
const S3: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html";
const GUARDDUTY: &str =
    "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html";
const CONFIG: &str = "https://docs.aws.amazon.com/config/latest/developerguide/managing-recorder_console-delete.html";
const KMS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html";
const SIGNING: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html";
const LOGS: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html";
const CLOUDWATCH: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html";

/// One action on a safeguard.
const fn row(
    id: &'static str,
    title: &'static str,
    safeguard: Safeguard,
    actions: &'static [&'static str],
    source: &'static str,
) -> Rule {
    Rule::new(id, title, Target::Control(safeguard), actions, &[], source)
}

pub(super) static RULES: &[Rule] = &[
    row(
        "cloudtrail-stop-logging",
        "stops the trail",
        Safeguard::Trail,
        &["cloudtrail:StopLogging"],
        TRAIL,
    ),
    row(
        "cloudtrail-delete-trail",
        "deletes the trail",
        Safeguard::Trail,
        &["cloudtrail:DeleteTrail"],
        TRAIL,
    ),
    row(
        "cloudtrail-update-trail",
        "has the trail write elsewhere, or in one region only",
        Safeguard::Trail,
        &["cloudtrail:UpdateTrail"],
        TRAIL,
    ),
    row(
        "cloudtrail-event-selectors",
        "has the trail leave out events",
        Safeguard::Trail,
        &["cloudtrail:PutEventSelectors"],
        TRAIL,
    ),
    row(
        "cloudtrail-delete-store",
        "deletes the event data store",
        Safeguard::EventDataStore,
        &["cloudtrail:DeleteEventDataStore"],
        TRAIL,
    ),
    row(
        "cloudtrail-stop-ingestion",
        "has the event data store take no more events",
        Safeguard::EventDataStore,
        &["cloudtrail:StopEventDataStoreIngestion"],
        TRAIL,
    ),
    row(
        "s3-trail-bucket-policy",
        "writes the policy of the bucket that the trail writes to",
        Safeguard::TrailBucket,
        &["s3:PutBucketPolicy"],
        S3,
    ),
    row(
        "s3-trail-bucket-policy-deleted",
        "deletes the policy of the bucket that the trail writes to, by which CloudTrail may write",
        Safeguard::TrailBucket,
        &["s3:DeleteBucketPolicy"],
        S3,
    ),
    row(
        "s3-trail-bucket-deleted",
        "deletes the bucket that the trail writes to",
        Safeguard::TrailBucket,
        &["s3:DeleteBucket"],
        S3,
    ),
    row(
        "s3-trail-lifecycle",
        "has the trail's log files expire",
        Safeguard::TrailBucket,
        &["s3:PutLifecycleConfiguration"],
        S3,
    ),
    row(
        "guardduty-delete-detector",
        "deletes the detector",
        Safeguard::Detector,
        &["guardduty:DeleteDetector"],
        GUARDDUTY,
    ),
    row(
        "guardduty-update-detector",
        "suspends the detector",
        Safeguard::Detector,
        &["guardduty:UpdateDetector"],
        GUARDDUTY,
    ),
    row(
        "config-stop-recorder",
        "stops the configuration recorder",
        Safeguard::Recorder,
        &["config:StopConfigurationRecorder"],
        CONFIG,
    ),
    row(
        "config-delete-recorder",
        "deletes the configuration recorder",
        Safeguard::Recorder,
        &["config:DeleteConfigurationRecorder"],
        CONFIG,
    ),
    row(
        "securityhub-disable",
        "switches Security Hub off",
        Safeguard::SecurityHub,
        &["securityhub:DisableSecurityHub"],
        "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-disable.html",
    ),
    row(
        "accessanalyzer-delete",
        "deletes the analyzer",
        Safeguard::Analyzer,
        &["access-analyzer:DeleteAnalyzer"],
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteAnalyzer.html",
    ),
    row(
        "logs-delete-group",
        "deletes the log group",
        Safeguard::LogGroup,
        &["logs:DeleteLogGroup"],
        LOGS,
    ),
    row(
        "logs-retention",
        "has the log group's events expire",
        Safeguard::LogGroup,
        &["logs:PutRetentionPolicy"],
        LOGS,
    ),
    row(
        "cloudwatch-delete-alarm",
        "deletes the alarm",
        Safeguard::Alarm,
        &["cloudwatch:DeleteAlarms"],
        CLOUDWATCH,
    ),
    row(
        "cloudwatch-silence-alarm",
        "has the alarm do nothing",
        Safeguard::Alarm,
        &["cloudwatch:DisableAlarmActions"],
        CLOUDWATCH,
    ),
    row(
        "ec2-delete-flow-log",
        "deletes the flow log",
        Safeguard::FlowLog,
        &["ec2:DeleteFlowLogs"],
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html",
    ),
    row(
        "kms-schedule-deletion",
        "has the key deleted, and with it what it encrypts",
        Safeguard::Key,
        &["kms:ScheduleKeyDeletion"],
        KMS,
    ),
    row(
        "kms-disable-key",
        "disables the key, so that what it encrypts is closed",
        Safeguard::Key,
        &["kms:DisableKey"],
        KMS,
    ),
    row(
        "lambda-signing-removed",
        "lets the function take code that nobody signed",
        Safeguard::SignedFunction,
        &["lambda:DeleteFunctionCodeSigningConfig"],
        SIGNING,
    ),
    row(
        "lambda-signing-changed",
        "has the code signing configuration only warn, or trust another profile",
        Safeguard::CodeSigning,
        &["lambda:UpdateCodeSigningConfig"],
        SIGNING,
    ),
    row(
        "s3-account-public-access",
        "lifts the account's block of public access to S3",
        Safeguard::PublicAccessBlock,
        &["s3:PutAccountPublicAccessBlock"],
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    ),
    row(
        "s3-bucket-public-access",
        "lifts the bucket's block of public access",
        Safeguard::Bucket,
        &["s3:PutBucketPublicAccessBlock"],
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    ),
];
