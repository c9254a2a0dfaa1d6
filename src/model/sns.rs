//! Simple Notification Service in one region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Arn, Observed, PolicyDocument, Sources};

/// Simple Notification Service in one region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sns {
    /// `sns:ListTopics`, by ARN.
    pub topics: Observed<Vec<Topic>>,
    /// `sns:ListSubscriptions`, by topic.
    pub subscriptions: Observed<Vec<Subscription>>,
}

impl Sns {
    /// Nothing asked yet.
    pub fn not_collected() -> Self {
        Self {
            topics: Observed::NotCollected,
            subscriptions: Observed::NotCollected,
        }
    }
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// ARN.
    pub arn: Arn,
    /// `sns:GetTopicAttributes`.
    pub attributes: Observed<TopicAttributes>,
    /// Where this was read.
    pub sources: Sources,
}

/// What `sns:GetTopicAttributes` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TopicAttributes {
    /// Resource policy.
    pub policy: Option<PolicyDocument>,
    /// Key that encrypts the topic, as id, alias or ARN; none means that it is not encrypted with one.
    pub kms_key: Option<String>,
}

/// Who gets what a topic sends. Addresses of people (mail, telephone) and of web servers are not kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    /// The topic.
    pub topic: Arn,
    /// `lambda`, `sqs`, `email`, `https`, …
    pub protocol: Option<String>,
    /// The receiver, where it has an ARN.
    pub endpoint: Option<Arn>,
    /// Account that made it.
    pub owner: Option<String>,
    /// Whether the receiver has confirmed it: until then nothing is sent.
    pub confirmed: Option<bool>,
}
