//! What can go wrong with an operation, and how the command line says it.

use std::str::FromStr;
use std::time::Duration;

use crate::SimError;

/// What goes wrong with an operation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The service's own answer to a caller without permission.
    Deny,
    /// The service's own throttling error for the first requests, then the true answer.
    Throttle {
        /// How many requests are throttled.
        first: u32,
        /// Seconds for a `Retry-After` header. Without it Lambda's and API Gateway's answers say one
        /// second, as their models have the header, and the others say nothing.
        retry_after: Option<u32>,
    },
    /// An error by name. The model gives status and spelling if it knows the code.
    Error {
        /// The error code or the name of its shape.
        code: String,
        /// The HTTP status; without it the model's, else 400.
        status: Option<u16>,
        /// The message.
        message: String,
    },
    /// The service's own answer to credentials that have expired.
    Expired,
    /// The service's clock is this many minutes ahead of ours, or behind if negative. A request whose
    /// `x-amz-date` is too far from that clock gets the service's own error; every answer carries
    /// that clock's `Date`, so a client that corrects itself gets through.
    Skewed(i64),
    /// What an endpoint answers that does not have the operation.
    Unsupported,
    /// The connection closes without an answer.
    Cut,
    /// Half of the true answer's body, then the connection closes.
    Truncate,
    /// No answer, on an open connection.
    Hang,
    /// The true answer's head at once, then its body, one byte a second: no read is ever idle for long.
    Slow,
    /// Status 200 and bytes in no known format.
    Garbage,
    /// Status 200 and no body.
    Empty,
    /// The true body under `text/html`, which no protocol uses.
    WrongType,
    /// Status 200 and a page of HTML, as a captive portal or a proxy gives.
    Html,
    /// A bare status with a page of HTML, as a load balancer in front of the service gives. From 200
    /// to 599.
    Status(u16),
    /// Status 200 and an answer made up from the model, with nothing that may be left out: of texts only what
    /// the model requires and what names a thing, in structures and lists (of one item) down to this depth,
    /// and no number, time, `true` or `false` at all.
    Hollow(u8),
    /// Status 200 and an answer made up from the model, with every member that it knows. Texts hold the
    /// word `simulated`.
    Full,
    /// The true answer, late.
    Late(Duration),
    /// A list that never ends: its first page every time, always with the same token for the next.
    /// Operations without pages answer the truth.
    SameToken,
    /// A list that never ends: its first page every time, with a new token for the next.
    /// Operations without pages answer the truth.
    NewTokens,
    /// Another fault, for the first requests only.
    First(u32, Box<Self>),
    /// Another fault, after so many requests without it.
    After(u32, Box<Self>),
    /// Another fault, with this probability from 0 to 1. Whether it strikes follows from the sim's
    /// seed, the request and how often it came: the same in every run, whatever runs in parallel.
    Probably(f64, Box<Self>),
}

/// The kinds as `Fault::from_str` reads them, for a help text.
pub const FAULT_KINDS: &str =
    "  deny | throttle[:N] | expired | skewed:MINUTES | unsupported | error:CODE[:STATUS]
  cut | truncate | hang | slow | late:SECONDS
  empty | garbage | wrong-type | html | status:CODE
  hollow:DEPTH | full
  same-token | new-tokens
  first:N:KIND | after:N:KIND | probably:P:KIND";

/// Reads `KIND[:ARGUMENT]`, where an argument of `first`, `after` and `probably` is another kind:
/// `probably:0.1:status:503`. `throttle` without a number throttles every request.
impl FromStr for Fault {
    type Err = SimError;

    fn from_str(text: &str) -> Result<Self, SimError> {
        parse(text)
            .and_then(|fault| fault.check().ok().map(|()| fault))
            .ok_or_else(|| SimError::Fault(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Fault> {
    let (kind, argument) = match text.split_once(':') {
        Some((kind, argument)) => (kind, Some(argument)),
        None => (text, None),
    };
    let inner = || {
        let (number, fault) = argument?.split_once(':')?;
        Some((number, Box::new(parse(fault)?)))
    };
    let counted = || inner().and_then(|(count, fault)| Some((count.parse().ok()?, fault)));
    match (kind, argument) {
        ("throttle", Some(first)) => Some(Fault::Throttle {
            first: first.parse().ok()?,
            retry_after: None,
        }),
        ("error", Some(error)) => named_error(error),
        ("skewed", Some(minutes)) => Some(Fault::Skewed(minutes.parse().ok()?)),
        ("hollow", Some(depth)) => Some(Fault::Hollow(depth.parse().ok()?)),
        ("status", Some(status)) => Some(Fault::Status(status.parse().ok()?)),
        ("late", Some(seconds)) => Duration::try_from_secs_f64(seconds.parse().ok()?)
            .ok()
            .map(Fault::Late),
        ("first", Some(_)) => counted().map(|(count, fault)| Fault::First(count, fault)),
        ("after", Some(_)) => counted().map(|(count, fault)| Fault::After(count, fault)),
        ("probably", Some(_)) => {
            let (probability, fault) = inner()?;
            Some(Fault::Probably(probability.parse().ok()?, fault))
        }
        (kind, None) => simple(kind),
        _ => None,
    }
}

fn simple(kind: &str) -> Option<Fault> {
    Some(match kind {
        "deny" => Fault::Deny,
        "throttle" => Fault::Throttle {
            first: u32::MAX,
            retry_after: None,
        },
        "expired" => Fault::Expired,
        "unsupported" => Fault::Unsupported,
        "cut" => Fault::Cut,
        "truncate" => Fault::Truncate,
        "hang" => Fault::Hang,
        "slow" => Fault::Slow,
        "garbage" => Fault::Garbage,
        "empty" => Fault::Empty,
        "wrong-type" => Fault::WrongType,
        "html" => Fault::Html,
        "full" => Fault::Full,
        "same-token" => Fault::SameToken,
        "new-tokens" => Fault::NewTokens,
        _ => return None,
    })
}

fn named_error(text: &str) -> Option<Fault> {
    let (code, status) = match text.split_once(':') {
        Some((code, status)) => (code, Some(status.parse().ok()?)),
        None => (text, None),
    };
    (!code.is_empty()).then(|| Fault::Error {
        code: code.to_owned(),
        status,
        message: "a fault of the sim".to_owned(),
    })
}

impl Fault {
    /// Refuses numbers that mean nothing.
    pub(crate) fn check(&self) -> Result<(), SimError> {
        match self {
            Self::Probably(probability, _) if !(0.0..=1.0).contains(probability) => {
                Err(SimError::Fault(format!(
                    "a probability of {probability}, which is not 0 to 1"
                )))
            }
            Self::Status(status)
            | Self::Error {
                status: Some(status),
                ..
            } if !(200..600).contains(status) => Err(SimError::Fault(format!(
                "a status of {status}, which is not 200 to 599"
            ))),
            Self::First(_, inner) | Self::After(_, inner) | Self::Probably(_, inner) => {
                inner.check()
            }
            _ => Ok(()),
        }
    }

    /// Whether it is about pages, so that it means nothing to an operation without them.
    pub(crate) fn is_about_pages(&self) -> bool {
        match self {
            Self::SameToken | Self::NewTokens => true,
            Self::First(_, inner) | Self::After(_, inner) | Self::Probably(_, inner) => {
                inner.is_about_pages()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Fault> {
        text.parse().ok()
    }

    #[test]
    fn the_command_line_can_say_every_fault() {
        let throttle = |first| Fault::Throttle {
            first,
            retry_after: None,
        };
        let error = |status| Fault::Error {
            code: "Odd".to_owned(),
            status,
            message: "a fault of the sim".to_owned(),
        };
        for (text, fault) in [
            ("deny", Fault::Deny),
            ("throttle", throttle(u32::MAX)),
            ("throttle:2", throttle(2)),
            ("error:Odd", error(None)),
            ("error:Odd:409", error(Some(409))),
            ("expired", Fault::Expired),
            ("skewed:-20", Fault::Skewed(-20)),
            ("unsupported", Fault::Unsupported),
            ("cut", Fault::Cut),
            ("truncate", Fault::Truncate),
            ("hang", Fault::Hang),
            ("slow", Fault::Slow),
            ("garbage", Fault::Garbage),
            ("empty", Fault::Empty),
            ("wrong-type", Fault::WrongType),
            ("html", Fault::Html),
            ("hollow:2", Fault::Hollow(2)),
            ("full", Fault::Full),
            ("status:502", Fault::Status(502)),
            ("late:0.5", Fault::Late(Duration::from_millis(500))),
            ("same-token", Fault::SameToken),
            ("new-tokens", Fault::NewTokens),
            ("first:3:cut", Fault::First(3, Box::new(Fault::Cut))),
            ("after:3:cut", Fault::After(3, Box::new(Fault::Cut))),
            (
                "probably:0.1:first:2:status:503",
                Fault::Probably(0.1, Box::new(Fault::First(2, Box::new(Fault::Status(503))))),
            ),
        ] {
            assert_eq!(read(text), Some(fault), "{text}");
            let kind = text.split(':').next().unwrap_or_default();
            assert!(FAULT_KINDS.contains(kind), "{kind} is not in the help");
        }
    }

    #[test]
    fn what_means_nothing_is_refused_by_name() {
        for text in [
            "",
            "denied",
            "deny:1",
            "status",
            "status:99",
            "status:many",
            "error",
            "error:",
            "error:Odd:9",
            "late:-1",
            "skewed:1.5",
            "first:cut",
            "first:x:cut",
            "first:1",
            "probably:1.1:cut",
            "probably:nan:cut",
            "probably:0.5:odd",
        ] {
            let refused = text.parse::<Fault>().expect_err(text);
            assert!(refused.to_string().contains(text), "{refused}");
        }
    }
}
