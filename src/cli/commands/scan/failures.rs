//! Errors of a scan in words, with what to do about them.

use tripod_collect::{ScanError, SessionError};

use crate::exit::{Exit, Failure};

pub(in crate::commands) fn of_session(error: &SessionError, profile: Option<&str>) -> Failure {
    match error {
        SessionError::NoCredentials {
            reason,
            role_arn: Some(role),
        } => Failure::not_assessed(format!("the role {role} could not be assumed: {reason}")).hint(
            "check that your own credentials may call sts:AssumeRole on it, and --external-id",
        ),
        SessionError::NoCredentials {
            reason,
            role_arn: None,
        } => no_credentials(reason, profile),
        SessionError::Random(_) => Failure {
            exit: Exit::Internal,
            message: error.to_string(),
            hint: None,
        },
    }
}

fn no_credentials(reason: &str, profile: Option<&str>) -> Failure {
    let profile = profile.map_or_else(
        || "the shared configuration files".to_owned(),
        |name| format!("the profile '{name}'"),
    );
    Failure::not_assessed(format!(
        "no AWS credentials were found: looked at the environment (AWS_ACCESS_KEY_ID), {profile}, \
         web identity, and the role of the container or instance ({})",
        reason.trim_end_matches('.')
    ))
    .hint(
        "set AWS_PROFILE or --profile, export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or try \
         'tripod scan --demo' without an account",
    )
}

pub(in crate::commands) fn of_scan(error: &ScanError) -> Failure {
    let message = error.to_string();
    match error {
        ScanError::Unreachable { .. } => Failure::usage(message).hint(
            "check the network, --endpoint-url, AWS_ENDPOINT_URL and the profile's endpoint_url",
        ),
        ScanError::UnknownRegion { .. } => Failure::usage(message),
        ScanError::Identity(_) => Failure::not_assessed(message)
            .hint("'aws sts get-caller-identity' shows the same with the AWS CLI"),
        ScanError::Expired => Failure::not_assessed(message)
            .hint("renew them (sign in again, or assume the role anew) and run the same command"),
        ScanError::Interrupted => Failure::not_assessed(message),
        ScanError::Clock { .. } => Failure::not_assessed(message)
            .hint("set this machine's clock, best from a time server, and run the same command"),
        ScanError::OtherAccount { .. } => Failure::usage(message).hint(
            "give the credentials that the run began with by --profile or --role-arn, or begin a new run",
        ),
        ScanError::Regions(_) => Failure::not_assessed(message)
            .hint("allow ec2:DescribeRegions, or name the regions to scan by --region"),
        ScanError::AllDisabled(_) => {
            Failure::usage(message).hint("enable the region in the account, or leave it out")
        }
    }
}
