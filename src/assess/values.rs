//! Values in files that the user writes: texts that are checked when they are read.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use ipnet::IpNet;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{
    Deserialize, Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer,
};
use tripod_model::{AccountId, InvalidId};

/// What a text has to be.
pub(crate) trait Written: Sized {
    /// Its name in the schema.
    const NAME: &'static str;
    /// What it is, in words.
    const MEANS: &'static str;
    /// A regular expression that it matches.
    const PATTERN: &'static str;

    /// Reads it; none where the text is something else.
    fn written(text: &str) -> Option<Self>;
}

/// A text read as what it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<T>(pub(crate) T);

impl<'de, T: Written> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::written(&text).map(Self).ok_or_else(|| {
            D::Error::custom(InvalidId {
                value: text,
                expected: T::MEANS,
            })
        })
    }
}

impl<T: Written> JsonSchema for Text<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": T::MEANS, "pattern": T::PATTERN })
    }
}

impl Written for AccountId {
    const NAME: &'static str = "AccountId";
    const MEANS: &'static str = "an AWS account id (twelve digits, in quotes)";
    const PATTERN: &'static str = "^[0-9]{12}$";

    fn written(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// An organisation's id.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrganizationId(pub(crate) String);

impl Written for OrganizationId {
    const NAME: &'static str = "OrganizationId";
    const MEANS: &'static str =
        "an organisation's id (o- and 10 to 32 lower-case letters or digits)";
    const PATTERN: &'static str = "^o-[a-z0-9]{10,32}$";

    fn written(text: &str) -> Option<Self> {
        let id = text.strip_prefix("o-")?;
        let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        ((10..=32).contains(&id.len()) && id.bytes().all(fine)).then(|| Self(text.to_owned()))
    }
}

impl Written for IpNet {
    const NAME: &'static str = "Network";
    const MEANS: &'static str =
        "a network in CIDR notation, such as 203.0.113.0/24, without bits behind its prefix";
    const PATTERN: &'static str = "^[0-9a-fA-F:.]+/[0-9]{1,3}$";

    /// `203.0.113.7/24` is refused: whether the address or the network is meant, only its writer knows.
    fn written(text: &str) -> Option<Self> {
        let network: Self = text.parse().ok()?;
        (network.addr() == network.network()).then_some(network)
    }
}

/// A pattern of the ARNs of layers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LayerPattern(pub(crate) String);

impl Written for LayerPattern {
    const NAME: &'static str = "LayerPattern";
    const MEANS: &'static str = "a pattern of ARNs of layers, arn:aws:lambda:REGION:ACCOUNT:layer:NAME, with * and ? as wildcards and the account written out";
    const PATTERN: &'static str = "^arn:[^:]+:lambda:[^:]+:[0-9]{12}:layer:.+$";

    /// Without the account, a pattern would trust a name that anybody may give a layer.
    fn written(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(7, ':').collect();
        let [arn, _, service, _, account, layer, name] = parts[..] else {
            return None;
        };
        let fine = arn == "arn"
            && service == "lambda"
            && layer == "layer"
            && !name.is_empty()
            && account.parse::<AccountId>().is_ok();
        fine.then(|| Self(text.to_owned()))
    }
}

/// A text that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said(pub(crate) String);

impl Written for Said {
    const NAME: &'static str = "Text";
    const MEANS: &'static str = "a text that is not empty";
    const PATTERN: &'static str = "\\S";

    fn written(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

/// A day, as TOML writes dates, or as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyDay(PhantomData))
    }
}

struct AnyDay(PhantomData<Day>);

impl<'de> Visitor<'de> for AnyDay {
    type Value = Day;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a day, such as 2027-03-31")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
        // Without a time: a day in one place is another in the next.
        let plain = text.len() == "2027-03-31".len();
        let day = plain.then(|| text.parse().ok()).flatten().map(Day);
        day.ok_or_else(|| E::custom(format!("'{text}' is not a day, such as 2027-03-31")))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Day, A::Error> {
        let date = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
        self.visit_str(&date.to_string())
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "description": "A day, such as 2027-03-31" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_they_have_to_be() {
        assert!(AccountId::written("111122223333").is_some());
        assert!(AccountId::written("11112222333").is_none());
        assert!(OrganizationId::written("o-abcdefghij").is_some());
        assert!(OrganizationId::written("o-ABCDEFGHIJ").is_none());
        assert!(OrganizationId::written("o-short").is_none());
        assert!(IpNet::written("203.0.113.0/24").is_some());
        assert!(IpNet::written("2001:db8::/32").is_some());
        assert!(
            IpNet::written("203.0.113.7/24").is_none(),
            "an address, or a network"
        );
        assert!(IpNet::written("203.0.113.0").is_none());
        let layer = "arn:aws:lambda:*:580247275435:layer:LambdaInsightsExtension:*";
        assert!(LayerPattern::written(layer).is_some());
        let anybodys = "arn:aws:lambda:*:*:layer:LambdaInsightsExtension:*";
        assert!(LayerPattern::written(anybodys).is_none());
        assert!(Said::written("  ").is_none());
    }
}
