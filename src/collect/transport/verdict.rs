//! What an answer says beside its content: too fast, expired credentials, a wrong clock.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

use super::origin::Answer;

/// Codes that mean "too fast", over all protocols.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
const THROTTLED: [&str; 9] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "EC2ThrottledException",
    "SlowDown",
];

/// Codes that mean "these credentials were good and no longer are".
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", EC2_EXPIRED];

/// EC2's word for expired credentials, and for a signature whose time is off.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
const EC2_EXPIRED: &str = "RequestExpired";

/// Codes by which a service refuses a signature, among other reasons because of its time.
const SIGNATURE: [&str; 6] = [
    EC2_EXPIRED,
    "RequestTimeTooSkewed",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "SignatureExpired",
    "AuthFailure",
];

/// Codes by which a service refuses credentials that it does not know, or no longer.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
const UNKNOWN_CALLER: [&str; 3] = [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
];

/// Difference of clocks from which on a refused signature is blamed on it. AWS allows five minutes, S3
/// and EC2 fifteen. <https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html>
const TOLERATED: i64 = 4 * 60;

/// What an answer says about the caller's way of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing: it is about the question.
    Plain,
    /// Asked too fast. The wait that the service names, if it does.
    Throttled(Option<Duration>),
    /// The credentials have expired.
    Expired,
    /// The signature's time is off by so many seconds; positive when this machine's clock is behind.
    Skewed(i64),
}

/// Judges an answer that came at `now`.
pub(super) fn of(answer: &Answer, now: Timestamp) -> Verdict {
    if answer.status.is_success() {
        return Verdict::Plain;
    }
    let code = code(answer).unwrap_or_default();
    let is = |codes: &[&str]| codes.contains(&code.as_str());
    if is(&THROTTLED) || answer.status.as_u16() == 429 {
        return Verdict::Throttled(retry_after(answer));
    }
    let behind = behind(answer, now);
    if is(&SIGNATURE) && behind.abs() > TOLERATED {
        return Verdict::Skewed(behind);
    }
    if is(&EXPIRED) {
        return Verdict::Expired;
    }
    Verdict::Plain
}

/// Whether an answer is about the question, and not about who asked or when: the same question would get
/// it again.
pub(super) fn holds(answer: &Answer) -> bool {
    let code = code(answer).unwrap_or_default();
    let about_the_caller = |codes: &[&str]| codes.contains(&code.as_str());
    answer.status.is_success()
        || !(answer.status.is_server_error()
            || answer.status.as_u16() == 429
            || about_the_caller(&THROTTLED)
            || about_the_caller(&EXPIRED)
            || about_the_caller(&SIGNATURE)
            || about_the_caller(&UNKNOWN_CALLER))
}

/// The error code of an answer: a header or a member in JSON protocols, an element in XML.
pub(super) fn code(answer: &Answer) -> Option<String> {
    let header = answer.headers.get("x-amzn-errortype");
    code_in(header.map(String::as_str), &answer.body)
}

/// The code and the message of a refusal, from the header that some protocols write and the body.
pub(crate) fn error_of(header: Option<&str>, body: &str) -> (Option<String>, Option<String>) {
    let message = json_text(body, &["message", "Message", "errorMessage"])
        .or_else(|| xml_text(body, "Message").map(str::to_owned));
    (code_in(header, body), message)
}

fn code_in(header: Option<&str>, body: &str) -> Option<String> {
    let text = header
        .map(str::to_owned)
        .or_else(|| json_text(body, &["__type", "code", "Code"]))
        .or_else(|| xml_text(body, "Code").map(str::to_owned))?;
    // `aws.protocoltests#InvalidGreeting:http://…`: a namespace before, an address behind.
    let text = text.split(':').next().unwrap_or_default();
    Some(text.rsplit('#').next().unwrap_or_default().to_owned())
}

fn json_text(body: &str, names: &[&str]) -> Option<String> {
    let document: Value = serde_json::from_str(body).ok()?;
    names
        .iter()
        .find_map(|name| document.get(name)?.as_str())
        .map(str::to_owned)
}

fn xml_text<'a>(body: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{element}>"))?;
    let (text, _) = rest.split_once(&format!("</{element}>"))?;
    Some(text.trim())
}

/// Seconds that this machine's clock is behind the service's; 0 where the answer carries no date.
fn behind(answer: &Answer, now: Timestamp) -> i64 {
    answer
        .date
        .as_deref()
        .and_then(|date| rfc2822::parse(date).ok())
        .map_or(0, |date| date.timestamp().as_second() - now.as_second())
}

/// Seconds to wait, as HTTP and AWS write them; dates are not used by AWS.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
fn retry_after(answer: &Answer) -> Option<Duration> {
    let number = |name: &str| answer.headers.get(name)?.trim().parse::<u64>().ok();
    number("retry-after")
        .map(Duration::from_secs)
        .or_else(|| number("x-amz-retry-after").map(Duration::from_millis))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws_smithy_runtime_api::http::StatusCode;

    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        Answer {
            status: StatusCode::try_from(status).expect("a status"),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            date: Some("Sun, 22 Nov 2026 12:00:00 GMT".to_owned()),
            body: body.to_owned(),
            original_sha256: String::new(),
        }
    }

    fn at(time: &str) -> Timestamp {
        time.parse().expect("a time")
    }

    fn verdict(status: u16, headers: &[(&str, &str)], body: &str) -> Verdict {
        of(&answer(status, headers, body), at("2026-11-22T12:00:01Z"))
    }

    #[test]
    fn the_code_is_found_in_every_protocol() {
        for (headers, body) in [
            (
                vec![(
                    "x-amzn-errortype",
                    "TooManyRequestsException:http://internal.amazon.com/",
                )],
                r#"{"message":"Rate exceeded"}"#,
            ),
            (
                vec![],
                r#"{"__type":"com.amazonaws.kms#TooManyRequestsException"}"#,
            ),
            (vec![], r#"{"code":"TooManyRequestsException"}"#),
            (
                vec![],
                "<ErrorResponse><Error><Code>TooManyRequestsException</Code></Error></ErrorResponse>",
            ),
        ] {
            let answer = answer(400, &headers, body);
            assert_eq!(
                code(&answer).as_deref(),
                Some("TooManyRequestsException"),
                "{body}"
            );
        }
    }

    #[test]
    fn throttling_is_known_by_code_or_status_and_its_wait_is_read() {
        let body = "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>";
        assert_eq!(verdict(503, &[], body), Verdict::Throttled(None));
        assert_eq!(
            verdict(429, &[("retry-after", "3")], "{}"),
            Verdict::Throttled(Some(Duration::from_secs(3)))
        );
        assert_eq!(
            verdict(
                400,
                &[("x-amz-retry-after", "1500")],
                r#"{"__type":"ThrottlingException"}"#
            ),
            Verdict::Throttled(Some(Duration::from_millis(1500)))
        );
    }

    #[test]
    fn a_message_that_speaks_of_throttling_is_not_throttling() {
        let body = r#"{"__type":"AccessDeniedException","message":"no ThrottlingException here"}"#;
        assert_eq!(verdict(400, &[], body), Verdict::Plain);
    }

    #[test]
    fn expired_credentials_are_recognised_in_every_spelling() {
        for body in [
            "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>",
            r#"{"__type":"ExpiredTokenException"}"#,
            "<Response><Errors><Error><Code>RequestExpired</Code></Error></Errors></Response>",
        ] {
            assert_eq!(verdict(403, &[], body), Verdict::Expired, "{body}");
        }
    }

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_key_by_the_date_of_the_answer() {
        let answer = answer(
            403,
            &[],
            "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>",
        );
        assert_eq!(
            of(&answer, at("2026-11-22T11:40:00Z")),
            Verdict::Skewed(1200)
        );
        assert_eq!(
            of(&answer, at("2026-11-22T12:20:00Z")),
            Verdict::Skewed(-1200)
        );
        assert_eq!(of(&answer, at("2026-11-22T12:00:30Z")), Verdict::Plain);
    }

    #[test]
    fn a_success_is_never_anything_else() {
        assert_eq!(
            verdict(200, &[], "<Code>ExpiredToken</Code>"),
            Verdict::Plain
        );
    }
}
