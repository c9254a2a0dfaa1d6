//! What a collector is given: whom to ask, where, and clients that go through the transport.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use jiff::Timestamp;
use tripod_model::{AccountId, RegionName};
use tripod_neighbours::References;

use crate::doctor::cost;
pub(crate) use crate::meter::in_parallel;
use crate::role::ByService;
use crate::session::Session;
use crate::transport::{SkewClassifier, Tagger, Transport};
use crate::wait;

/// Attempts of a live call. AWS's advice for throttled reads is to try again later, not never.
const ATTEMPTS: u32 = 8;

/// Attempts of the first call of a scan, whose failure mostly means that nobody is there.
pub(crate) const FIRST_ATTEMPTS: u32 = 4;

/// What retries of one service in one region may cost before they stop: the SDK takes 5 for each, and
/// gives 1 back for each success. Its own budget of 500 is gone after a hundred throttled calls.
const RETRY_BUDGET: usize = 2000;

/// Longest wait before the second attempt; it doubles with each further one.
const BACKOFF: Duration = Duration::from_millis(300);

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Longest time for one operation, in times of one attempt's longest wait: a quarter of an hour at 30
/// seconds, because a call may have to wait for its turn behind thousands.
const OPERATION: u32 = 30;

/// Longest wait between two attempts, as the AWS SDKs have it.
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// One account and region, and the way to ask.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The account asked about.
    pub(crate) account: AccountId,
    /// The partition its ARNs carry.
    pub(crate) partition: String,
    /// The region asked; for global services the home region of the scan.
    pub(crate) region: RegionName,
    /// Every region of the plan, sorted.
    pub(crate) planned: Arc<[RegionName]>,
    /// What the core refers to; empty until the core is read.
    pub(crate) references: Arc<References>,
    /// The operations that the chosen checks read; none where everything is read.
    needed: Option<Arc<BTreeSet<&'static str>>>,
    /// Operations of the core that cost calls for each function, API, key or trail, and that no chosen
    /// check reads.
    unneeded: Arc<BTreeSet<&'static str>>,
    /// When the evidence is gathered: of a replay, the moment of its recording.
    pub(crate) observed: Timestamp,
    /// Whether to read every bucket, and not only those that the core refers to.
    pub(crate) all_buckets: bool,
    /// Whether to ask what principals have used: two calls and more for each.
    pub(crate) last_accessed: bool,
    config: SdkConfig,
    transport: Transport,
    /// Of services that are asked with credentials of their own.
    credentials: Arc<ByService>,
}

macro_rules! client {
    ($(#[$doc:meta])* $name:ident, $sdk:ident, $service:literal) => {
        $(#[$doc])*
        pub(crate) fn $name(&self) -> $sdk::Client {
            let mut config = $sdk::config::Builder::from(&self.config)
                .retry_partition(self.partition_of_retries($service))
                .interceptor(self.tagger($service))
                .retry_classifier(SkewClassifier);
            config.set_credentials_provider(self.credentials.get($service).cloned());
            $sdk::Client::from_conf(config.build())
        }
    };
}

impl Context {
    /// For `account` in `region`.
    pub(crate) fn new(
        session: &Session,
        account: AccountId,
        partition: String,
        region: RegionName,
        planned: Arc<[RegionName]>,
    ) -> Self {
        let live = session.transport().is_live();
        let config = session
            .config()
            .to_builder()
            .region(Region::new(region.to_string()))
            .http_client(session.transport().clone())
            // A recording answers the same however often it is asked.
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(if live { ATTEMPTS } else { 1 })
                    .with_initial_backoff(BACKOFF)
                    .with_max_backoff(session.transport().attempt().min(LONGEST_BACKOFF)),
            )
            .timeout_config(timeouts(session.transport().attempt()))
            .build();
        Self {
            account,
            partition,
            region,
            planned,
            references: Arc::default(),
            needed: None,
            unneeded: Arc::default(),
            observed: Timestamp::now(),
            all_buckets: false,
            last_accessed: false,
            config,
            transport: session.transport().clone(),
            credentials: Arc::new(session.credentials().clone()),
        }
    }

    /// The same, for what only some checks read.
    pub(crate) fn needing(mut self, needed: Option<Arc<BTreeSet<&'static str>>>) -> Self {
        if let Some(needed) = &needed {
            let each = cost::asked_of_each().filter(|operation| !needed.contains(operation));
            self.unneeded = Arc::new(each.collect());
        }
        self.needed = needed;
        self
    }

    /// The same, for evidence of this moment.
    pub(crate) fn observed_at(mut self, moment: Timestamp) -> Self {
        self.observed = moment;
        self
    }

    /// The same, with every bucket.
    pub(crate) fn with_all_buckets(mut self, all: bool) -> Self {
        self.all_buckets = all;
        self
    }

    /// The same, knowing what the core refers to.
    pub(crate) fn referring(mut self, references: Arc<References>) -> Self {
        self.references = references;
        self
    }

    /// Whether anyone reads what an operation tells.
    pub(crate) fn wants(&self, operation: &str) -> bool {
        self.needed
            .as_ref()
            .is_none_or(|needed| needed.contains(operation))
    }

    /// The same, giving up after so many attempts.
    pub(crate) fn impatient(mut self, attempts: u32) -> Self {
        let few = RetryConfig::standard()
            .with_max_attempts(attempts)
            .with_initial_backoff(BACKOFF);
        self.config = self.config.to_builder().retry_config(few).build();
        self
    }

    /// The same, signing by another clock.
    pub(crate) fn by_clock(mut self, clock: impl TimeSource + 'static) -> Self {
        self.config = self.config.to_builder().time_source(clock).build();
        self
    }

    /// The same, asking what principals have used where `wanted`.
    pub(crate) fn with_last_accessed(mut self, wanted: bool) -> Self {
        self.last_accessed = wanted;
        self
    }

    /// Asks until AWS has done the work that it does in the background, for a minute at the longest, and
    /// gives the last answer, done or not.
    ///
    /// # Errors
    /// The first error, as it comes.
    pub(crate) async fn until_done<T, E, F>(
        &self,
        ask: impl FnMut() -> F,
        is_done: impl Fn(&T) -> bool,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        wait::until_done(|time| self.transport.pause(time), ask, is_done).await
    }

    client!(
        /// AWS Lambda.
        lambda, aws_sdk_lambda, "lambda"
    );
    client!(
        /// API Gateway, version 1.
        apigateway, aws_sdk_apigateway, "apigateway"
    );
    client!(
        /// API Gateway, version 2.
        apigatewayv2, aws_sdk_apigatewayv2, "apigatewayv2"
    );
    client!(
        /// IAM.
        iam, aws_sdk_iam, "iam"
    );
    client!(
        /// KMS.
        kms, aws_sdk_kms, "kms"
    );
    client!(
        /// CloudTrail.
        cloudtrail, aws_sdk_cloudtrail, "cloudtrail"
    );
    client!(
        /// EC2.
        ec2, aws_sdk_ec2, "ec2"
    );
    client!(
        /// STS.
        sts, aws_sdk_sts, "sts"
    );

    /// The configuration under every client.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The endpoint in place of every service's own, where one is given.
    pub(crate) fn endpoint_url(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// The transport, as clients take it.
    pub(crate) fn http_client(&self) -> Transport {
        self.transport.clone()
    }

    /// How often and how patiently a call is tried.
    pub(crate) fn retry_config(&self) -> RetryConfig {
        self.config
            .retry_config()
            .cloned()
            .unwrap_or_else(RetryConfig::standard)
    }

    /// How long a call may take.
    pub(crate) fn timeout_config(&self) -> TimeoutConfig {
        self.config
            .timeout_config()
            .cloned()
            .unwrap_or_else(TimeoutConfig::disabled)
    }

    /// The credentials that a service is asked with.
    pub(crate) fn credentials_of(&self, service: &str) -> Option<SharedCredentialsProvider> {
        let own = self.credentials.get(service).cloned();
        own.or_else(|| self.config.credentials_provider())
    }

    fn tagger(&self, service: &'static str) -> Tagger {
        self.tagger_in(service, &self.region)
    }

    /// What marks the requests of a service in a region.
    pub(crate) fn tagger_in(&self, service: &'static str, region: &RegionName) -> Tagger {
        Tagger {
            account: self.account.clone(),
            region: region.clone(),
            service,
            unneeded: Arc::clone(&self.unneeded),
        }
    }

    fn partition_of_retries(&self, service: &str) -> RetryPartition {
        self.partition_of_retries_in(service, &self.region)
    }

    /// The SDK's own retry budget is shared by all accounts of the process; this one is not.
    pub(crate) fn partition_of_retries_in(
        &self,
        service: &str,
        region: &RegionName,
    ) -> RetryPartition {
        let name = format!("{}/{service}/{region}", self.account);
        let budget = TokenBucket::builder().capacity(RETRY_BUDGET).build();
        RetryPartition::custom(name).token_bucket(budget).build()
    }
}

/// Bounds on reaching the endpoint, and on one operation with all its attempts and waits. The bound on
/// one attempt is the transport's, which knows when the attempt begins.
fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(attempt.min(CONNECT))
        .operation_timeout(attempt * OPERATION)
        .build()
}
