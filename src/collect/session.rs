//! Who asks, and where: credentials, endpoint and transport of one scan.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_http_client::tls;
use aws_types::SdkConfig;
use tripod_model::{RegionName, Stopped};

use crate::provenance::Provenance;
use crate::role::{self, ByService, Role};
use crate::services;
use crate::transport::{Limits, Recorder, Recording, Transport};

/// Asked first when nothing else names a region.
const DEFAULT_REGION: &str = "us-east-1";

/// Idle connections kept for each host.
const IDLE_CONNECTIONS: usize = 64;

/// How to reach AWS. Everything left out comes from the usual places of the AWS SDKs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Profile of the shared configuration files.
    pub profile: Option<String>,
    /// Role to assume first.
    pub role_arn: Option<String>,
    /// External id for the role.
    pub external_id: Option<String>,
    /// Endpoint in place of AWS's own.
    pub endpoint_url: Option<String>,
    /// The part of AWS's request quotas to use, above 0 and at most 1.
    pub quota_share: f64,
    /// How many times faster than AWS's the clock of the quotas runs: 1, but for an endpoint that is
    /// a bench.
    pub quota_speed: f64,
    /// Longest wait for one attempt to be answered in full.
    pub timeout: Duration,
}

/// The recording of a run that is to go on.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// What was answered already; see [`Recording::to_resume`].
    pub recording: Arc<Recording>,
    /// The region that global services were asked in.
    pub home: RegionName,
}

/// A scan cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No source of credentials had any. The caller's to mend.
    #[error("no AWS credentials found: {reason}")]
    NoCredentials {
        /// What the chain of sources said.
        reason: String,
        /// Whether a role was to be assumed, which is then the more likely culprit.
        role_arn: Option<String>,
    },
    /// The operating system gave no random bytes for the fingerprints' key.
    #[error("the operating system gave no random bytes")]
    Random(#[source] Box<dyn Error + Send + Sync>),
}

/// Credentials, endpoint and transport.
#[derive(Debug, Clone)]
pub struct Session {
    role: Role,
    transport: Transport,
    home: RegionName,
}

impl Session {
    /// A session that asks AWS, or only for what an unfinished run does not hold yet.
    ///
    /// # Errors
    /// When no credentials are found.
    pub async fn live(
        options: &Options,
        unfinished: Option<Unfinished>,
        recorder: Recorder,
    ) -> Result<Self, SessionError> {
        let http = aws_smithy_http_client::Builder::new()
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .tls_provider(tls::Provider::Rustls(
                tls::rustls_provider::CryptoMode::AwsLc,
            ))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &options.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        let config = loader.load().await;
        let (recording, home) = match unfinished {
            Some(Unfinished { recording, home }) => (Some(recording), Some(home.to_string())),
            None => (None, config.region().map(ToString::to_string)),
        };
        let home = home.unwrap_or_else(|| DEFAULT_REGION.to_owned());
        let config = config
            .to_builder()
            .region(Region::new(home.clone()))
            .build();
        let role = if let Some(role) = &options.role_arn {
            role::assume(&config, role, options).await?
        } else {
            let provenance = probe_credentials(&config, options).await?;
            Role::none(config, provenance)
        };
        let limits = Limits {
            share: options.quota_share,
            speed: options.quota_speed,
            attempt: options.timeout,
        };
        let allowed = services::operations();
        let transport = Transport::live(http, recording, &allowed, limits, recorder)
            .map_err(|error| SessionError::Random(error.into()))?;
        Ok(Self {
            role,
            transport,
            home: RegionName::new(home),
        })
    }

    /// A session that answers from a recording made with `home` for its global calls.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn replay(
        recording: Arc<Recording>,
        home: RegionName,
        recorder: Recorder,
    ) -> Result<Self, SessionError> {
        // The SDK signs even what never leaves; these sign for nobody.
        let credentials = Credentials::new("replay", "replay", None, None, "replay");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(
                aws_credential_types::provider::SharedCredentialsProvider::new(credentials),
            )
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .time_source(SystemTimeSource::new())
            .region(Region::new(home.to_string()))
            .build();
        let transport = Transport::replay(recording, &services::operations(), recorder)
            .map_err(|error| SessionError::Random(error.into()))?;
        Ok(Self {
            role: Role::none(config, Provenance::default()),
            transport,
            home,
        })
    }

    /// The region of the global calls.
    pub fn home(&self) -> &RegionName {
        &self.home
    }

    /// The endpoint in place of AWS's own, where one is configured for all services.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.role.config.endpoint_url()
    }

    /// What the user should know of the credentials, in sentences without a full stop.
    pub fn remarks(&self) -> &[String] {
        &self.role.remarks
    }

    /// Where the credentials come from.
    pub(crate) fn provenance(&self) -> &Provenance {
        &self.role.provenance
    }

    /// Ends the scan early: nothing more is asked, and the scan returns with what it has.
    pub fn stop(&self, why: Stopped) {
        self.transport.stop(why);
    }

    pub(crate) fn config(&self) -> &SdkConfig {
        &self.role.config
    }

    /// The credentials of each service, where a role has several sessions.
    pub(crate) fn credentials(&self) -> &ByService {
        &self.role.by_service
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

/// Asks for credentials once, so that their lack is said before the first call and not by it.
async fn probe_credentials(
    config: &SdkConfig,
    options: &Options,
) -> Result<Provenance, SessionError> {
    let provider = config.credentials_provider();
    let provider = provider.ok_or_else(|| SessionError::NoCredentials {
        reason: "no source of credentials is configured".to_owned(),
        role_arn: None,
    })?;
    provider
        .provide_credentials()
        .await
        .map(|credentials| Provenance::of(&credentials))
        .map_err(|error| no_credentials(&error, options))
}

/// That there are no credentials, with what the source said.
pub(crate) fn no_credentials(error: &CredentialsError, options: &Options) -> SessionError {
    SessionError::NoCredentials {
        reason: innermost(error),
        role_arn: options.role_arn.clone(),
    }
}

/// The last error of a chain: the one that says what happened.
fn innermost(error: &dyn Error) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
