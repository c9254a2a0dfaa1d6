//! What credentials say of themselves.

use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;
use jiff::Timestamp;
use serde::Serialize;

/// Where credentials come from and how long they last, as far as their source says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The source in words, the outermost first. None where the AWS SDK does not say.
    pub source: Option<String>,
    /// When they expire. None for credentials that do not, or do not say.
    pub expires: Option<Timestamp>,
}

impl Provenance {
    pub(crate) fn of(credentials: &Credentials) -> Self {
        // The SDK notes its sources for its own statistics, and hides the type from its documentation.
        let features = credentials.get_property::<Vec<Feature>>();
        let mut words: Vec<&str> = features.into_iter().flatten().filter_map(source).collect();
        words.reverse();
        words.dedup();
        Self {
            source: (!words.is_empty()).then(|| words.join(", ")),
            expires: credentials
                .expiry()
                .and_then(|time| Timestamp::try_from(time).ok()),
        }
    }

    /// Of two sets of credentials that are used side by side: what ends first ends both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            source: self.source.or(other.source),
            expires: [self.expires, other.expires].into_iter().flatten().min(),
        }
    }
}

/// A source of credentials in words; none for what says nothing of it.
fn source(feature: &Feature) -> Option<&'static str> {
    Some(match feature {
        Feature::CredentialsEnvVars => "environment variables",
        Feature::CredentialsEnvVarsStsWebIdToken => "web identity named by the environment",
        Feature::CredentialsStsAssumeRole => "assumed role",
        Feature::CredentialsStsAssumeRoleWebId | Feature::CredentialsProfileStsWebIdToken => {
            "web identity"
        }
        Feature::CredentialsProfile => "profile",
        Feature::CredentialsProfileSso | Feature::CredentialsSso => "single sign-on",
        Feature::CredentialsProfileProcess | Feature::CredentialsProcess => "credential process",
        Feature::CredentialsProfileLogin | Feature::CredentialsLogin => "aws login",
        Feature::CredentialsHttp => "role of the container",
        Feature::CredentialsImds => "role of the instance",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn credentials(features: &[Feature], expiry: Option<u64>) -> Provenance {
        let expiry = expiry.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
        let mut credentials = Credentials::new("key", "secret", None, expiry, "test");
        credentials.set_property(features.to_vec());
        Provenance::of(&credentials)
    }

    #[test]
    fn a_source_is_told_from_the_outside_in_and_an_unknown_one_is_none() {
        let profile = [Feature::CredentialsSso, Feature::CredentialsProfile];
        let source = credentials(&profile, None).source;
        assert_eq!(source.as_deref(), Some("profile, single sign-on"));
        assert_eq!(credentials(&[], None), Provenance::default());
    }

    #[test]
    fn of_several_sessions_the_first_to_end_counts() {
        let role = [Feature::CredentialsStsAssumeRole];
        let (late, early) = (credentials(&role, Some(60)), credentials(&role, Some(30)));
        let first = "1970-01-01T00:00:30Z".parse().expect("a time");
        assert_eq!(late.and(early).expires, Some(first));
    }
}
