//! Flow logs.

use aws_sdk_ec2::types as sdk;
use tripod_model::ec2::{FlowLog, FlowLogFiles};
use tripod_model::{Observed, Sources};

use super::{Here, PAGE, list, number, tags};
use crate::services::{arn, filled, text};

pub(super) const FLOW_LOGS: &str = "ec2:DescribeFlowLogs";

pub(super) async fn flow_logs(here: &Here) -> Observed<Vec<FlowLog>> {
    list!(here.describe_flow_logs => FLOW_LOGS, flow_logs in "flowLogSet" by PAGE, flow_log)
}

fn flow_log(item: &sdk::FlowLog, here: &Here, sources: Sources) -> Option<FlowLog> {
    let id = filled(item.flow_log_id())?;
    Some(FlowLog {
        arn: here.arn(None, "vpc-flow-log", &id),
        resource_id: filled(item.resource_id()),
        traffic_type: text(item.traffic_type()),
        status: filled(item.flow_log_status()),
        destination_type: text(item.log_destination_type()),
        destination: arn(item.log_destination()),
        log_group_name: filled(item.log_group_name()),
        delivery_role: arn(item.deliver_logs_permission_arn()),
        cross_account_role: arn(item.deliver_cross_account_role()),
        deliver_status: filled(item.deliver_logs_status()),
        deliver_error: filled(item.deliver_logs_error_message()),
        format: filled(item.log_format()),
        aggregation_seconds: number(item.max_aggregation_interval()),
        files: item.destination_options().map(|files| FlowLogFiles {
            format: text(files.file_format()),
            hive_compatible_partitions: files.hive_compatible_partitions(),
            per_hour_partition: files.per_hour_partition(),
        }),
        tags: tags(item.tags()),
        id,
        sources,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{here, none};
    use super::*;

    #[test]
    fn a_flow_log_says_what_it_records_where_to_and_whether_it_gets_there() {
        let files = sdk::DestinationOptionsResponse::builder()
            .file_format(sdk::DestinationFileFormat::Parquet)
            .per_hour_partition(true);
        let item = sdk::FlowLog::builder()
            .flow_log_id("fl-1")
            .traffic_type(sdk::TrafficType::Reject)
            .log_destination_type(sdk::LogDestinationType::S3)
            .log_destination("arn:aws:s3:::flow")
            .log_format("${srcaddr} ${dstport}")
            .max_aggregation_interval(60)
            .deliver_logs_status("FAILED")
            .destination_options(files.build())
            .build();
        let said = flow_log(&item, &here(), none()).expect("the flow log has an id");
        assert_eq!(said.traffic_type.as_deref(), Some("REJECT"));
        assert_eq!(said.deliver_status.as_deref(), Some("FAILED"));
        assert_eq!(said.destination_type.as_deref(), Some("s3"));
        assert_eq!(said.format.as_deref(), Some("${srcaddr} ${dstport}"));
        assert_eq!(said.aggregation_seconds, Some(60));
        let files = said.files.expect("files");
        assert_eq!(files.format.as_deref(), Some("parquet"));
        assert_eq!(
            (files.per_hour_partition, files.hive_compatible_partitions),
            (Some(true), None)
        );
    }

    #[test]
    fn of_a_bare_flow_log_nothing_is_made_up() {
        let item = sdk::FlowLog::builder().flow_log_id("fl-1").build();
        let said = flow_log(&item, &here(), none()).expect("an id");
        assert_eq!(
            (said.status, said.aggregation_seconds, said.files),
            (None, None, None)
        );
        assert!(flow_log(&sdk::FlowLog::builder().build(), &here(), none()).is_none());
    }
}
