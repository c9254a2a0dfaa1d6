//! Step Functions in one region: state machines, their logs, and which functions and services they call.
//!
//! Read for the row SX06 (logging and tracing), for LC13 (functions called by name, version or alias) and
//! LI05 to LI07 (roles), and for the controls IAM-3, DATA-1 and LOG-3. A definition is not kept: of it only
//! what its tasks name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, Sources};

/// Step Functions in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepFunctions {
    /// `stepfunctions:ListStateMachines`, by ARN.
    pub state_machines: Observed<Vec<StateMachine>>,
}

impl StepFunctions {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            state_machines: Observed::NotCollected,
        }
    }
}

/// A state machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateMachine {
    /// ARN.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `STANDARD` or `EXPRESS`.
    pub kind: Option<String>,
    /// `stepfunctions:DescribeStateMachine`.
    pub details: Observed<StateMachineDetails>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `stepfunctions:DescribeStateMachine` adds to the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateMachineDetails {
    /// Role by which it runs.
    pub role: Option<Arn>,
    /// How it logs; none where AWS said nothing of it.
    pub logging: Option<Logging>,
    /// Whether it sends traces to X-Ray; none where AWS said nothing of it.
    pub tracing: Option<bool>,
    /// `AWS_OWNED_KEY` or `CUSTOMER_MANAGED_KMS_KEY`; none means the former.
    /// <https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html>
    pub encryption: Option<String>,
    /// The customer's key, as id, alias or ARN.
    pub kms_key: Option<String>,
    /// What its tasks call, sorted. Denied where the customer's key keeps the definition from the caller.
    pub tasks: Observed<Vec<Task>>,
}

/// How a state machine logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Logging {
    /// `ALL`, `ERROR`, `FATAL` or `OFF`.
    pub level: Option<String>,
    /// Whether inputs and outputs are logged too.
    pub includes_execution_data: Option<bool>,
    /// Log groups, sorted.
    pub log_groups: Vec<Arn>,
}

/// What a task state calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// A function or activity, or the integration of a service, such as `arn:aws:states:::lambda:invoke`.
    pub resource: Arn,
    /// The function that an integration invokes, as name or ARN; none where it calls something else, or
    /// where the function is decided at run time.
    pub function: Option<String>,
}
