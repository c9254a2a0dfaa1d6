//! Whether a trail works.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use tripod_model::cloudtrail::TrailStatus;

use super::super::{filled, timestamp};
use crate::reply::{Reply, ask};

pub(super) const STATUS: &str = "cloudtrail:GetTrailStatus";

/// The status of a trail.
pub(super) async fn read(client: &Client, arn: &str) -> Reply<TrailStatus> {
    let reply = ask(STATUS, &[], client.get_trail_status().name(arn).send()).await;
    Reply {
        value: reply.value.map(|output| convert(&output)),
        exchange: reply.exchange,
    }
}

fn convert(output: &GetTrailStatusOutput) -> TrailStatus {
    TrailStatus {
        is_logging: output.is_logging(),
        started: timestamp(output.start_logging_time()),
        stopped: timestamp(output.stop_logging_time()),
        latest_delivery: timestamp(output.latest_delivery_time()),
        latest_delivery_error: filled(output.latest_delivery_error()),
        latest_digest_delivery: timestamp(output.latest_digest_delivery_time()),
        latest_digest_delivery_error: filled(output.latest_digest_delivery_error()),
        latest_cloudwatch_delivery: timestamp(output.latest_cloud_watch_logs_delivery_time()),
        latest_cloudwatch_delivery_error: filled(output.latest_cloud_watch_logs_delivery_error()),
        latest_notification: timestamp(output.latest_notification_time()),
        latest_notification_error: filled(output.latest_notification_error()),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;
    use jiff::Timestamp;

    use super::*;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn a_status_is_converted_whole() {
        let output = GetTrailStatusOutput::builder()
            .is_logging(true)
            .start_logging_time(DateTime::from_secs(1))
            .stop_logging_time(DateTime::from_secs(2))
            .latest_delivery_time(DateTime::from_secs(3))
            .latest_delivery_error("AccessDenied")
            .latest_digest_delivery_time(DateTime::from_secs(4))
            .latest_digest_delivery_error("NoSuchBucket")
            .latest_cloud_watch_logs_delivery_time(DateTime::from_secs(5))
            .latest_cloud_watch_logs_delivery_error("log group does not exist")
            .latest_notification_time(DateTime::from_secs(6))
            .latest_notification_error("NotFound")
            .build();
        let owned = |text: &str| Some(text.to_owned());
        assert_eq!(
            convert(&output),
            TrailStatus {
                is_logging: Some(true),
                started: Some(time(1)),
                stopped: Some(time(2)),
                latest_delivery: Some(time(3)),
                latest_delivery_error: owned("AccessDenied"),
                latest_digest_delivery: Some(time(4)),
                latest_digest_delivery_error: owned("NoSuchBucket"),
                latest_cloudwatch_delivery: Some(time(5)),
                latest_cloudwatch_delivery_error: owned("log group does not exist"),
                latest_notification: Some(time(6)),
                latest_notification_error: owned("NotFound"),
            }
        );
    }

    #[test]
    fn a_status_without_its_members_says_nothing() {
        let bare = GetTrailStatusOutput::builder().build();
        assert_eq!(convert(&bare), TrailStatus::default());
        let empty = GetTrailStatusOutput::builder().latest_delivery_error("");
        assert_eq!(convert(&empty.build()), TrailStatus::default());
    }
}
