//! Simple Queue Service in one region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// Simple Queue Service in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sqs {
    /// `sqs:ListQueues`, by ARN.
    pub queues: Observed<Vec<Queue>>,
}

impl Sqs {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            queues: Observed::NotCollected,
        }
    }
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// ARN, made of its address.
    pub arn: Arn,
    /// Name.
    pub name: String,
    /// `sqs:GetQueueAttributes`.
    pub attributes: Observed<QueueAttributes>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `sqs:GetQueueAttributes` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueAttributes {
    /// Resource policy; none where nobody wrote one.
    pub policy: Option<PolicyDocument>,
    /// Seconds that a received message stays hidden.
    pub visibility_timeout_seconds: Option<i64>,
    /// Seconds that a message is kept.
    pub message_retention_seconds: Option<i64>,
    /// Where messages go that were received too often; none where they stay.
    pub redrive: Option<Redrive>,
    /// Key that encrypts the queue, as id, alias or ARN; none means no key of KMS.
    pub kms_key: Option<String>,
    /// Whether SQS encrypts with a key of its own.
    pub sqs_managed_encryption: Option<bool>,
    /// Whether it is a FIFO queue. AWS sends this for FIFO queues only.
    pub fifo: Option<bool>,
}

/// The redrive policy of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Redrive {
    /// The dead-letter queue.
    pub target: Arn,
    /// Receives after which a message goes there.
    pub max_receive_count: Option<i64>,
}
