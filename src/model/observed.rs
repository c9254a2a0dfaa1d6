//! Values that were asked of AWS, and what became of the question.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The answer to one optional question put to AWS.
///
/// There is no default and no conversion from `Option`: whoever fills a value has to say which of
/// the six it is, and whoever reads it has to deal with [`Unknown`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Observed_{T}")]
pub enum Observed<T> {
    /// AWS answered with a value.
    Known(T),
    /// AWS answered that there is none, by the error code or the empty member that means so.
    Absent,
    /// AWS refused: the caller lacks the permission.
    Denied {
        /// The operation refused, as `service:Operation`.
        operation: String,
        /// AWS's error code.
        code: String,
        /// AWS's request id, where the answer carried one.
        request_id: Option<String>,
    },
    /// The call did not lead to a usable answer.
    Failed {
        /// The operation tried, as `service:Operation`.
        operation: String,
        /// What went wrong, in words.
        error: String,
    },
    /// The endpoint or the region does not offer the operation.
    Unsupported {
        /// The operation asked for, as `service:Operation`.
        operation: String,
    },
    /// The question was not put.
    NotCollected,
}

/// Why a value is not known. What [`Observed::found`] gives back instead of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// See [`Observed::Denied`].
    Denied {
        /// The operation refused.
        operation: String,
        /// AWS's error code.
        code: String,
        /// AWS's request id.
        request_id: Option<String>,
    },
    /// See [`Observed::Failed`].
    Failed {
        /// The operation tried.
        operation: String,
        /// What went wrong.
        error: String,
    },
    /// See [`Observed::Unsupported`].
    Unsupported {
        /// The operation asked for.
        operation: String,
    },
    /// See [`Observed::NotCollected`].
    NotCollected,
}

impl<T> Observed<T> {
    /// The value, or `None` where AWS said there is none.
    ///
    /// # Errors
    /// Gives the reason when the question has no answer. In a check, `?` turns that into the
    /// outcome "not assessed".
    pub fn found(&self) -> Result<Option<&T>, Unknown> {
        match self {
            Self::Known(value) => Ok(Some(value)),
            Self::Absent => Ok(None),
            Self::Denied {
                operation,
                code,
                request_id,
            } => Err(Unknown::Denied {
                operation: operation.clone(),
                code: code.clone(),
                request_id: request_id.clone(),
            }),
            Self::Failed { operation, error } => Err(Unknown::Failed {
                operation: operation.clone(),
                error: error.clone(),
            }),
            Self::Unsupported { operation } => Err(Unknown::Unsupported {
                operation: operation.clone(),
            }),
            Self::NotCollected => Err(Unknown::NotCollected),
        }
    }

    /// The same answer with its value replaced.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Observed<U> {
        self.and_then(|value| Observed::Known(convert(value)))
    }

    /// The same answer, its value replaced by what it leads to.
    pub fn and_then<U>(self, convert: impl FnOnce(T) -> Observed<U>) -> Observed<U> {
        match self {
            Self::Known(value) => convert(value),
            Self::Absent => Observed::Absent,
            Self::Denied {
                operation,
                code,
                request_id,
            } => Observed::Denied {
                operation,
                code,
                request_id,
            },
            Self::Failed { operation, error } => Observed::Failed { operation, error },
            Self::Unsupported { operation } => Observed::Unsupported { operation },
            Self::NotCollected => Observed::NotCollected,
        }
    }

    /// The same reason for another type; a known or absent value becomes "not collected".
    ///
    /// For values that could not even be asked for because an earlier answer is missing.
    pub fn unknown_as<U>(&self) -> Observed<U> {
        match self.found() {
            Ok(_) => Observed::NotCollected,
            Err(unknown) => unknown.into(),
        }
    }
}

impl<T> Observed<Vec<T>> {
    /// The items seen: none where the list is not known. For joins that need no verdict of their own.
    pub fn items(&self) -> &[T] {
        match self {
            Self::Known(items) => items,
            _ => &[],
        }
    }
}

impl<T> From<Unknown> for Observed<T> {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::Denied {
                operation,
                code,
                request_id,
            } => Self::Denied {
                operation,
                code,
                request_id,
            },
            Unknown::Failed { operation, error } => Self::Failed { operation, error },
            Unknown::Unsupported { operation } => Self::Unsupported { operation },
            Unknown::NotCollected => Self::NotCollected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_is_an_answer_and_denied_is_not() {
        assert_eq!(Observed::<i64>::Absent.found(), Ok(None));
        let denied: Observed<i64> = Observed::Denied {
            operation: "lambda:GetPolicy".into(),
            code: "AccessDeniedException".into(),
            request_id: None,
        };
        assert!(denied.found().is_err());
    }

    #[test]
    fn every_state_survives_json() {
        let states: Vec<Observed<i64>> = vec![
            Observed::Known(3),
            Observed::Absent,
            Observed::Denied {
                operation: "a:B".into(),
                code: "C".into(),
                request_id: Some("r".into()),
            },
            Observed::Failed {
                operation: "a:B".into(),
                error: "cut".into(),
            },
            Observed::Unsupported {
                operation: "a:B".into(),
            },
            Observed::NotCollected,
        ];
        let text = serde_json::to_string(&states).expect("states serialise");
        let back: Vec<Observed<i64>> = serde_json::from_str(&text).expect("states parse");
        assert_eq!(back, states);
    }
}
