//! How a function is called, and what becomes of the call.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Sources};

/// A function URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionUrl {
    /// ARN of the function or alias it belongs to.
    pub function_arn: Arn,
    /// The address.
    pub url: String,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: String,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: Option<String>,
    /// What browsers let other sites do; none means nothing.
    pub cors: Option<Cors>,
    /// Where this was read.
    pub sources: Sources,
}

/// What browsers let other sites do with a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cors {
    /// Origins allowed, sorted.
    pub allow_origins: Vec<String>,
    /// Methods allowed, sorted.
    pub allow_methods: Vec<String>,
    /// Request headers allowed, sorted.
    pub allow_headers: Vec<String>,
    /// Response headers that scripts may read, sorted.
    pub expose_headers: Vec<String>,
    /// Whether cookies and other credentials go along.
    pub allow_credentials: Option<bool>,
    /// Seconds that browsers keep the answer.
    pub max_age_seconds: Option<i64>,
}

/// How Lambda deals with asynchronous events of a function, version or alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventInvokeConfig {
    /// ARN with qualifier.
    pub function_arn: Arn,
    /// Where the results of handled events go.
    pub on_success: Option<Arn>,
    /// Where failed events go.
    pub on_failure: Option<Arn>,
    /// Retries after the first try.
    pub maximum_retry_attempts: Option<i64>,
    /// Oldest event still tried, in seconds.
    pub maximum_event_age_seconds: Option<i64>,
}
