//! Private addresses where AWS sees public ones only.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>

use ipnet::IpNet;

use super::document::with_value;
use super::{Class, Document, Finding, Lint, value};
use crate::Base;

pub(super) static LINT: Lint = Lint {
    id: "private-source-ip",
    title: "private address in a condition on aws:SourceIp",
    class: Class::Error,
    aws: &[
        "PRIVATE_IP_ADDRESS",
        "PRIVATE_IP_ADDRESS_SUBSET",
        "PRIVATE_NOT_IP_ADDRESS",
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    ],
    run,
};

/// Addresses for private networks. <https://www.rfc-editor.org/rfc/rfc1918>, <https://www.rfc-editor.org/rfc/rfc4193>
static PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        for condition in &facts.statement.conditions {
            if !condition.is_on("aws:SourceIp") || condition.operator.base != Base::IpAddress {
                continue;
            }
            for written in condition
                .values
                .iter()
                .filter(|written| is_private(written))
            {
                out.push(facts.condition_finding(
                    &LINT,
                    &with_value(condition, written),
                    "AWS sees public addresses here; requests from private ones come through a VPC endpoint and lack the key",
                    "Use aws:VpcSourceIp together with aws:SourceVpc for private addresses.",
                ));
            }
        }
    }
}

fn is_private(written: &str) -> bool {
    let private = |net: IpNet| {
        PRIVATE
            .iter()
            .filter_map(|range| range.parse::<IpNet>().ok())
            .any(|range| range.contains(&net))
    };
    value::network(written).is_some_and(private)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, texts, under};

    #[test]
    fn a_private_address_is_found_among_public_ones() {
        let found = texts(
            &LINT,
            &under(r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","10.1.0.0/16"]}}"#),
        );
        assert_eq!(found, ["IpAddress aws:SourceIp 10.1.0.0/16"]);
        for address in PRIVATE {
            only(
                &LINT,
                &under(&format!(
                    r#"{{"NotIpAddress":{{"aws:SourceIp":"{address}"}}}}"#
                )),
            );
        }
    }

    #[test]
    fn public_addresses_other_keys_and_the_whole_internet_are_clean() {
        for condition in [
            r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32","0.0.0.0/0"]}}"#,
            r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"172.0.0.0/8"}}"#,
        ] {
            clean(&LINT, &under(condition));
        }
    }
}
