//! Identifiers: newtypes, so that an account id is never handed over as a region.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{value}' is not {expected}")]
pub struct InvalidId {
    /// The text as given.
    pub value: String,
    /// What it should have been.
    pub expected: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text that AWS, or a check of ours, already vouches for.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// An AWS account id: twelve digits.
    AccountId
}
text_id! {
    /// The code of an AWS region, such as `eu-central-1`.
    RegionName
}
text_id! {
    /// An Amazon Resource Name, `arn:partition:service:region:account:resource`.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    Arn
}
text_id! {
    /// Names one recorded exchange: 16 hexadecimal digits over account, region, operation and parameters.
    ExchangeId
}

impl Arn {
    fn field(&self, index: usize) -> Option<&str> {
        self.0
            .splitn(6, ':')
            .nth(index)
            .filter(|text| !text.is_empty())
    }

    /// The partition (`aws`, `aws-cn`, `aws-us-gov`), where the text is an ARN.
    pub fn partition(&self) -> Option<&str> {
        self.field(1)
    }

    /// The service field.
    pub fn service(&self) -> Option<&str> {
        self.field(2)
    }

    /// The region field; global resources have none.
    pub fn region(&self) -> Option<&str> {
        self.field(3)
    }

    /// The account field; some resources (S3 buckets, API Gateway's) have none.
    pub fn account(&self) -> Option<&str> {
        self.field(4)
    }

    /// Everything after the account field.
    pub fn resource(&self) -> Option<&str> {
        self.field(5)
    }
}

impl FromStr for AccountId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId {
                value: text.to_owned(),
                expected: "an AWS account id (twelve digits)",
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_gives_its_fields_and_empty_ones_are_none() {
        let arn = Arn::new("arn:aws:iam::111122223333:role/path/name");
        assert_eq!(arn.partition(), Some("aws"));
        assert_eq!(arn.region(), None);
        assert_eq!(arn.account(), Some("111122223333"));
        assert_eq!(arn.resource(), Some("role/path/name"));
    }

    #[test]
    fn an_account_id_has_twelve_digits() {
        assert!("111122223333".parse::<AccountId>().is_ok());
        assert!("11112222333".parse::<AccountId>().is_err());
        assert!("11112222333x".parse::<AccountId>().is_err());
    }
}
