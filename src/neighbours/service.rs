//! What a service is to whoever asks it: where it stands, how it is signed, what it speaks.

/// An AWS service.
///
/// Prefixes, signing names, protocols and targets are those of AWS's own service models, as botocore ships
/// them (`metadata` in `service-2.json`, and `endpoints.json`).
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// The prefix of its operations in Tripod, such as `sqs` in `sqs:ListQueues`.
    pub name: &'static str,
    /// The name its requests are signed for. Those for `s3` have rules of their own: the path is encoded
    /// once, and the body's hash goes into a header.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
    pub signing: &'static str,
    /// Where it answers.
    pub host: Host,
    /// What it speaks.
    pub protocol: Protocol,
}

/// Where a service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `PREFIX.REGION.SUFFIX`, in every region.
    Regional(&'static str),
    /// The same, with the account's id before it: `ACCOUNT.PREFIX.REGION.SUFFIX`.
    OfAccount(&'static str),
    /// One endpoint a partition. `(partition, host, region to sign for)`; a partition that is not
    /// listed does not have the service.
    Global(&'static [(&'static str, &'static str, &'static str)]),
}

/// What a service speaks.
/// <https://smithy.io/2.0/aws/protocols/index.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON: one address, the operation in a header.
    Json {
        /// `1.0` or `1.1`.
        version: &'static str,
        /// What stands before the operation in `X-Amz-Target`.
        target: &'static str,
    },
    /// AWS Query: one address, a form, an answer in XML.
    Query {
        /// The version of the API.
        version: &'static str,
    },
    /// A path for each thing, an answer in JSON.
    RestJson,
    /// A path for each thing, an answer in XML.
    RestXml,
}

impl Service {
    /// The host in a region of a partition, and the region to sign for. None where the partition lacks
    /// the service.
    ///
    /// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
    pub fn host(&self, partition: &str, account: &str, region: &str) -> Option<(String, String)> {
        let suffix = suffix(partition);
        match self.host {
            Host::Regional(prefix) => Some((format!("{prefix}.{region}.{suffix}"), region.into())),
            Host::OfAccount(prefix) => Some((
                format!("{account}.{prefix}.{region}.{suffix}"),
                region.into(),
            )),
            Host::Global(hosts) => hosts
                .iter()
                .find(|(name, ..)| *name == partition)
                .map(|(_, host, region)| ((*host).to_owned(), (*region).to_owned())),
        }
    }
}

/// The domain of a partition's endpoints, as botocore's `partitions.json` has it.
fn suffix(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-iso" => "c2s.ic.gov",
        "aws-iso-b" => "sc2s.sgov.gov",
        "aws-iso-e" => "cloud.adc-e.uk",
        "aws-iso-f" => "csp.hci.ic.gov",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZATION: Service = Service {
        name: "organizations",
        signing: "organizations",
        host: Host::Global(&[("aws", "organizations.us-east-1.amazonaws.com", "us-east-1")]),
        protocol: Protocol::Json {
            version: "1.1",
            target: "AWSOrganizationsV20161128",
        },
    };

    const QUEUES: Service = Service {
        name: "sqs",
        signing: "sqs",
        host: Host::Regional("sqs"),
        protocol: Protocol::Json {
            version: "1.0",
            target: "AmazonSQS",
        },
    };

    #[test]
    fn a_regional_service_stands_in_the_region_and_its_partition_s_domain() {
        let host = |partition, region| QUEUES.host(partition, "1", region).expect("a host").0;
        assert_eq!(host("aws", "eu-west-1"), "sqs.eu-west-1.amazonaws.com");
        assert_eq!(
            host("aws-cn", "cn-north-1"),
            "sqs.cn-north-1.amazonaws.com.cn"
        );
    }

    #[test]
    fn a_global_service_is_signed_for_its_own_region_and_not_made_up_elsewhere() {
        assert_eq!(
            ORGANIZATION.host("aws", "1", "eu-west-1"),
            Some((
                "organizations.us-east-1.amazonaws.com".to_owned(),
                "us-east-1".to_owned()
            ))
        );
        assert_eq!(ORGANIZATION.host("aws-iso", "1", "us-iso-east-1"), None);
    }
}
