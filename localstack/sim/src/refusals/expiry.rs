//! Errors about time: credentials that have expired, and signatures from a clock that is off.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Call, Refusal};
use crate::wire::Protocol;

/// How SigV4 writes a moment.
const STAMP: &str = "%Y%m%dT%H%M%SZ";

impl Call<'_> {
    /// The caller's session has ended. Reported from the field, service by service:
    /// EC2 <https://github.com/aws/aws-sdk-java/issues/1443>,
    /// IAM <https://github.com/cfn-sphere/cfn-sphere/issues/55>,
    /// STS <https://github.com/aws/aws-sdk-java-v2/issues/1649>,
    /// Lambda <https://github.com/cloudquery/cq-provider-aws/pull/1171>,
    /// S3 <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
    pub(crate) fn expired(&self) -> Refusal {
        const MESSAGE: &str = "The security token included in the request is expired";
        match self.protocol {
            Protocol::Ec2 => Refusal::new("RequestExpired", "Request has expired.").status(400),
            Protocol::RestXml if self.model.service == "s3" => {
                Refusal::new("ExpiredToken", "The provided token has expired.").status(400)
            }
            Protocol::Query | Protocol::RestXml => {
                Refusal::new("ExpiredToken", MESSAGE).status(403)
            }
            Protocol::RestJson => Refusal::new("ExpiredTokenException", MESSAGE).status(403),
            Protocol::Json10 | Protocol::Json11 | Protocol::Cbor => {
                Refusal::new("ExpiredTokenException", MESSAGE).status(400)
            }
        }
    }

    /// The refusal of a request whose date is too far from the service's clock, or `None` if it is
    /// near enough. A request without a date is too far. Forms of the answers:
    /// <https://github.com/aws/aws-cli/issues/6676> (STS),
    /// <https://github.com/aws/aws-sdk-js-v3/issues/7605> (five minutes),
    /// <https://github.com/boto/boto/issues/148> (EC2),
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html> (S3).
    pub(crate) fn skewed(&self, clock: Timestamp) -> Option<Refusal> {
        let signed = self.request.header("x-amz-date").and_then(moment);
        let tolerance = self.tolerance();
        if signed.is_some_and(|signed| clock.duration_since(signed).abs() <= tolerance) {
            return None;
        }
        let signed = signed.unwrap_or(Timestamp::UNIX_EPOCH);
        let described = describe(signed, clock, tolerance);
        Some(match self.protocol {
            Protocol::Ec2 => {
                let message = format!("Request has expired. Timestamp date is {}", iso(signed));
                Refusal::new("RequestExpired", message).status(400)
            }
            Protocol::RestXml if self.model.service == "s3" => Refusal::new(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .status(403),
            Protocol::Query | Protocol::RestXml => {
                Refusal::new("SignatureDoesNotMatch", described).status(403)
            }
            Protocol::RestJson => Refusal::new("InvalidSignatureException", described).status(403),
            Protocol::Json10 | Protocol::Json11 | Protocol::Cbor => {
                Refusal::new("InvalidSignatureException", described).status(400)
            }
        })
    }

    /// The older protocols allow a quarter of an hour, the JSON ones five minutes.
    fn tolerance(&self) -> SignedDuration {
        SignedDuration::from_mins(match self.protocol {
            Protocol::Query | Protocol::Ec2 | Protocol::RestXml => 15,
            _ => 5,
        })
    }
}

fn moment(stamp: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime(STAMP, stamp).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn stamp(at: Timestamp) -> String {
    at.strftime(STAMP).to_string()
}

fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn describe(signed: Timestamp, clock: Timestamp, tolerance: SignedDuration) -> String {
    let minutes = tolerance.as_mins();
    let bound = |sign: i32| stamp(clock.saturating_add(tolerance * sign).unwrap_or(clock));
    if signed < clock {
        let (signed, bound, clock) = (stamp(signed), bound(-1), stamp(clock));
        format!(
            "Signature expired: {signed} is now earlier than {bound} ({clock} - {minutes} min.)"
        )
    } else {
        let (signed, bound, clock) = (stamp(signed), bound(1), stamp(clock));
        format!(
            "Signature not yet current: {signed} is still later than {bound} ({clock} + {minutes} min.)"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::with_request;
    use super::*;
    use crate::http::HttpRequest;

    fn at(stamp: &str) -> Timestamp {
        moment(stamp).expect("a moment")
    }

    fn skewed(protocol: Protocol, signed: Option<&str>, clock: &str) -> Option<Refusal> {
        let mut request = HttpRequest::default();
        if let Some(signed) = signed {
            request
                .headers
                .push(("x-amz-date".to_owned(), signed.to_owned()));
        }
        with_request("lambda", protocol, &request, |call| call.skewed(at(clock)))
    }

    #[test]
    fn a_late_clock_and_an_early_one_are_told_apart() {
        let late = skewed(
            Protocol::Query,
            Some("20220127T001427Z"),
            "20220127T015928Z",
        );
        let expected = Refusal::new(
            "SignatureDoesNotMatch",
            "Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z (20220127T015928Z - 15 min.)",
        );
        assert_eq!(late, Some(expected.status(403)));
        let early = skewed(
            Protocol::RestJson,
            Some("20220127T015928Z"),
            "20220127T014428Z",
        );
        let expected = Refusal::new(
            "InvalidSignatureException",
            "Signature not yet current: 20220127T015928Z is still later than 20220127T014928Z (20220127T014428Z + 5 min.)",
        );
        assert_eq!(early, Some(expected.status(403)));
    }

    #[test]
    fn a_request_near_enough_to_the_clock_passes() {
        let clock = "20220127T001000Z";
        assert_eq!(
            skewed(Protocol::Json11, Some("20220127T000500Z"), clock),
            None
        );
        assert!(skewed(Protocol::Json11, Some("20220127T000459Z"), clock).is_some());
        assert_eq!(skewed(Protocol::Ec2, Some("20220127T002500Z"), clock), None);
        assert!(skewed(Protocol::Ec2, Some("20220127T002501Z"), clock).is_some());
        assert!(skewed(Protocol::Ec2, None, clock).is_some());
        assert!(skewed(Protocol::Ec2, Some("yesterday"), clock).is_some());
    }
}
