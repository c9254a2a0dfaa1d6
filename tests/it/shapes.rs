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

/// What the sim writes where the model requires a time.
const MADE_UP: &str = "2023-11-14T22:13:20Z";

/// What the model requires of every answer, so that AWS did say it.
const REQUIRED: [&str; 3] = [
    "/*/regions/*/cognito_identity/identity_pools/known/*/settings/known/unauthenticated",
    "/*/regions/*/wafv2/web_acls/known/*/details/known/metrics",
    "/*/wafv2_for_cloudfront/web_acls/known/*/details/known/metrics",
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
        _ if path == STATUS => {}
        Value::String(text) if text.contains(WORD) || text == MADE_UP => {}
        // A marker, whose fingerprint every run makes anew.
        Value::String(text) if text.contains("tripod-redacted:") => {}
        _ if REQUIRED.contains(&path) => {}
        // The state of an observed value, or a state of nothing at all.
        Value::String(text) if text == "absent" || text == "not_collected" => {}
        scalar => all.push((path.to_owned(), scalar.to_string())),
    }
}
