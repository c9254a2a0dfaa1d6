//! What a fault makes of an answer.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::fault::Fault;
use crate::http::{Act, Outcome, Reply, reason};
use crate::paging::Tokens;
use crate::refusals::{Call, Refusal};

/// How often a byte of a slow answer comes.
const TRICKLE: Duration = Duration::from_secs(1);

/// A page of a network that wants a login before it lets anyone through.
const PORTAL: &str = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head>\
    <body><h1>Sign in to use this network</h1><form method=\"post\"><input name=\"user\"></form></body></html>\n";

/// Lets a fault happen to a call. `truth` writes the true answer, `refuse` an error.
pub(crate) fn perform(
    fault: Fault,
    call: &Call<'_>,
    id: &str,
    truth: &dyn Fn(Tokens<'_>) -> Reply,
    refuse: &dyn Fn(&Refusal) -> Reply,
) -> Outcome {
    let honest = || truth(Tokens::Honest);
    let protocol = call.protocol.content_type();
    let act = match fault {
        Fault::Deny => Act::Reply(refuse(&call.denied())),
        Fault::Throttle { retry_after, .. } => Act::Reply(refuse(&call.throttled(retry_after))),
        Fault::Error {
            code,
            status,
            message,
        } => Act::Reply(refuse(&Refusal {
            status,
            ..Refusal::new(&code, message)
        })),
        Fault::Expired => Act::Reply(refuse(&call.expired())),
        Fault::Skewed(minutes) => Act::Reply(skewed(minutes, call, &honest, refuse)),
        Fault::Unsupported => Act::Reply(refuse(&call.unsupported())),
        Fault::Cut => Act::Cut,
        Fault::Hang => Act::Hang,
        Fault::Truncate => Act::Truncate(honest()),
        Fault::Slow => Act::Trickle(honest(), TRICKLE),
        Fault::Garbage => Act::Reply(Reply::new(200, protocol, &b"\xff\x00<{garbage"[..])),
        Fault::Empty => Act::Reply(Reply::new(200, protocol, "")),
        Fault::WrongType => {
            let mut reply = honest();
            reply.header("content-type", "text/html; charset=utf-8");
            Act::Reply(reply)
        }
        Fault::Html => Act::Reply(Reply::new(200, "text/html; charset=utf-8", PORTAL)),
        Fault::Status(status) => Act::Reply(balancer(status)),
        Fault::Late(delay) => {
            return Outcome {
                wait: delay,
                act: Act::Reply(honest()),
            };
        }
        Fault::SameToken => Act::Reply(truth(Tokens::Endless("c2FtZQ"))),
        Fault::NewTokens => Act::Reply(truth(Tokens::Endless(id))),
        // A rule strikes with what the first three hold; the others are no misfortune but answers.
        Fault::Hollow(_)
        | Fault::Full
        | Fault::First(..)
        | Fault::After(..)
        | Fault::Probably(..) => Act::Reply(honest()),
    };
    act.into()
}

/// The answer of a service whose clock is off.
fn skewed(
    minutes: i64,
    call: &Call<'_>,
    honest: &dyn Fn() -> Reply,
    refuse: &dyn Fn(&Refusal) -> Reply,
) -> Reply {
    let ahead = SignedDuration::from_mins(minutes);
    let clock = Timestamp::now()
        .saturating_add(ahead)
        .unwrap_or(Timestamp::MAX);
    let mut reply = match call.skewed(clock) {
        Some(refusal) => refuse(&refusal),
        None => honest(),
    };
    let date = clock.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    reply.header("date", &date);
    reply
}

/// What stands before a service when the service does not answer: no request id, no error code.
fn balancer(status: u16) -> Reply {
    let title = format!("{status} {}", reason(status));
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<h1>{title}</h1>\r\n</body>\r\n</html>\r\n"
    );
    Reply::new(status, "text/html", page)
}
