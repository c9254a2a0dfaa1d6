//! What AWS may leave out, and all that it may say: answers made up from its own service models.
//!
//! Every operation of a scan is answered in its barest form, in bare forms with more and more structure,
//! and with every member there is. Nothing may break, and what AWS did not say must not stand in the
//! snapshot: no `false`, no 0, no word that reads like an answer.

use std::collections::BTreeSet;

use serde_json::Value;
use tripod_sim::Fault;

use crate::rounds::{in_rounds, operations, scan_with};

/// The word that every made-up text holds.
const WORD: &str = "simulated";

/// Members that are no answers of the operation asked: where a thing was read, how a question ended, and
/// what every run makes anew.
const OURS: [&str; 5] = ["sources", "operation", "error", "request_id", "fingerprint"];

/// What follows from which members AWS sent, or how many: words for the member there, lengths of lists, a
/// subscription that has an ARN; and the window of time that a scan asks about.
const DERIVED: [&str; 21] = [
    "/*/regions/*/apigatewayv2/portals/known/*/open_to_all",
    "/*/regions/*/ec2/route_tables/known/*/routes/*/target/kind",
    "/*/regions/*/wafv2/web_acls/known/*/details/known/rules/*/action",
    "/*/regions/*/wafv2/web_acls/known/*/details/known/rules/*/kind/statement",
    "/*/regions/*/wafv2/web_acls/known/*/details/known/rules/*/override_action",
    "/*/wafv2_for_cloudfront/web_acls/known/*/details/known/rules/*/action",
    "/*/wafv2_for_cloudfront/web_acls/known/*/details/known/rules/*/kind/statement",
    "/*/wafv2_for_cloudfront/web_acls/known/*/details/known/rules/*/override_action",
    "/*/regions/*/cloudwatch/metrics/known/from",
    "/*/regions/*/cloudwatch/metrics/known/until",
    "/*/regions/*/ec2/network_interfaces/known/*/ipv4_prefixes",
    "/*/regions/*/ec2/network_interfaces/known/*/ipv6_addresses",
    "/*/regions/*/ec2/network_interfaces/known/*/ipv6_prefixes",
    "/*/regions/*/ec2/network_interfaces/known/*/private_addresses",
    "/*/regions/*/lambda/event_source_mappings/known/*/filter_count",
    "/*/regions/*/resourcegroupstaggingapi/tagged/known/simulated",
    "/*/regions/*/sns/subscriptions/known/*/confirmed",
    "/*/regions/*/wafv2/web_acls/known/*/details/known/default_action",
    "/*/regions/*/wafv2/web_acls/known/*/details/known/rules/*/kind/kind",
    "/*/wafv2_for_cloudfront/web_acls/known/*/details/known/default_action",
    "/*/wafv2_for_cloudfront/web_acls/known/*/details/known/rules/*/kind/kind",
];

/// What we say of a region by its answers.
const STATUS: &str = "/*/regions/*/status";

#[test]
fn the_barest_answers_say_nothing() {
    nothing_is_made_up(&Fault::Hollow(0));
}

#[test]
fn bare_answers_with_structure_say_nothing() {
    for depth in [1, 2, 3, 5] {
        nothing_is_made_up(&Fault::Hollow(depth));
    }
}

#[test]
fn answers_with_every_member_break_nothing() {
    // The rounds see to it that no collector breaks.
    in_rounds(operations(), &Fault::Full, |_, _| {});
}

fn nothing_is_made_up(fault: &Fault) {
    in_rounds(operations(), fault, |invented, asked| {
        let refused = scan_with(asked, &Fault::Deny);
        let known: BTreeSet<(String, String)> = said(&refused.accounts).into_iter().collect();
        let said = said(&invented.accounts);
        let more: BTreeSet<&(String, String)> =
            said.iter().filter(|leaf| !known.contains(*leaf)).collect();
        assert!(
            more.is_empty(),
            "{fault:?}: AWS did not say this:\n{more:#?}"
        );
    });
}

/// Every `true`, `false`, number and word of a snapshot, with its place.
fn said(snapshot: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    walk(snapshot, "", &mut all);
    all
}

fn walk(value: &Value, path: &str, all: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if !OURS.contains(&name.as_str()) {
                    walk(member, &format!("{path}/{name}"), all);
                }
            }
        }
        // What stands where among other things of its kind does not matter.
        Value::Array(items) => {
            for item in items {
                walk(item, &format!("{path}/*"), all);
            }
        }
        Value::Null => {}
        _ if path == STATUS || DERIVED.contains(&path) => {}
        Value::String(text) if text.contains(WORD) => {}
        // A marker, whose fingerprint every run makes anew.
        Value::String(text) if text.contains("tripod-redacted:") => {}
        // The state of an observed value, or a state of nothing at all.
        Value::String(text) if text == "absent" || text == "not_collected" => {}
        scalar => all.push((path.to_owned(), scalar.to_string())),
    }
}
