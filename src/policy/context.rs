//! What is known of the circumstances of a request: values of condition keys.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html>

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::truth::Truth;

/// What a request has for a condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// These values. An empty list is the same as [`Value::Absent`].
    Known(Vec<String>),
    /// The key is in the request, its value is not known.
    Present,
    /// The key is not in the request.
    Absent,
    /// Not known.
    Unknown,
}

/// A [`Value`] as a condition looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'a> {
    One(&'a str),
    Many(&'a [String]),
    /// One value that begins like this and goes on with the name of a session.
    Begins(&'a str),
    Present,
    Absent,
    Unknown,
}

impl<'a> From<&'a Value> for Seen<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Known(values) => match values.as_slice() {
                [one] => Self::One(one),
                several => Self::Many(several),
            },
            Value::Present => Self::Present,
            Value::Absent => Self::Absent,
            Value::Unknown => Self::Unknown,
        }
    }
}

impl<'a> From<Option<&'a str>> for Seen<'a> {
    /// None is "not known", not "absent".
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Unknown, Self::One)
    }
}

impl Seen<'_> {
    pub(crate) fn is_absent(&self) -> Truth {
        match self {
            Self::Absent | Self::Many([]) => Truth::True,
            Self::One(_) | Self::Many(_) | Self::Begins(_) | Self::Present => Truth::False,
            Self::Unknown => Truth::Unknown,
        }
    }
}

/// What is known of a request beside caller, action and resource.
///
/// Keys that follow from the caller and the resource (`aws:PrincipalArn`, `aws:ResourceAccount` and
/// the like) need not be given; one that is given takes precedence. Names are compared without case.
///
/// ```
/// use tripod_policy::Context;
///
/// let from_the_office = Context::open()
///     .with("aws:SourceIp", "203.0.113.7")
///     .without("aws:SourceVpce");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Value>,
    others: Value,
}

impl Default for Context {
    fn default() -> Self {
        Self::open()
    }
}

impl Context {
    /// Nothing is known: whatever depends on a key that is not given stays open.
    pub fn open() -> Self {
        Self {
            values: BTreeMap::new(),
            others: Value::Unknown,
        }
    }

    /// Everything is known: a key that is not given, and does not follow from caller and resource, is
    /// not in the request.
    pub fn closed() -> Self {
        Self {
            values: BTreeMap::new(),
            others: Value::Absent,
        }
    }

    /// The key has this one value.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        self.holding(key, Value::Known(vec![value.into()]))
    }

    /// The key has these values.
    #[must_use]
    pub fn with_all<T: Into<String>>(self, key: &str, values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.holding(key, Value::Known(values))
    }

    /// The key is not in the request.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.holding(key, Value::Absent)
    }

    /// The request is made at this moment: `aws:CurrentTime` and `aws:EpochTime`.
    #[must_use]
    pub fn at(self, moment: Timestamp) -> Self {
        self.with("aws:CurrentTime", moment.to_string())
            .with("aws:EpochTime", moment.as_second().to_string())
    }

    /// The key has this value, known or not.
    #[must_use]
    pub fn holding(mut self, key: &str, value: Value) -> Self {
        self.values.insert(key.to_ascii_lowercase(), value);
        self
    }

    /// Whether something was said of the key.
    pub fn says(&self, key: &str) -> bool {
        self.values.contains_key(&key.to_ascii_lowercase())
    }

    /// What was said of the key, by its lower-case name.
    pub(crate) fn given(&self, lower: &str) -> Option<&Value> {
        self.values.get(lower)
    }

    /// What holds for a key of which nothing was said.
    pub(crate) fn others(&self) -> &Value {
        &self.others
    }
}
