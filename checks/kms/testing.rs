//! What the tests of key checks share.

use tripod_model::kms::Key;
use tripod_model::{Observed, PolicyDocument, Snapshot, fixtures};

pub(crate) fn with_key(key: Key) -> Snapshot {
    fixtures::with_region(|region| region.kms.keys = Observed::Known(vec![key]))
}

/// A key with a policy of these statements.
pub(crate) fn with_statements(statements: &[String]) -> Snapshot {
    let mut key = fixtures::key("claims");
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
        statements.join(",")
    );
    key.policy = Observed::Known(PolicyDocument(text));
    with_key(key)
}

/// The statement of AWS's default policy.
pub(crate) fn own() -> String {
    let account = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;
    allow("own", account, r#""kms:*""#, "{}")
}

/// A statement; principal, action and condition as JSON.
pub(crate) fn allow(sid: &str, principal: &str, action: &str, condition: &str) -> String {
    statement("Allow", sid, principal, action, condition)
}

pub(crate) fn deny(sid: &str, principal: &str, action: &str, condition: &str) -> String {
    statement("Deny", sid, principal, action, condition)
}

fn statement(effect: &str, sid: &str, principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Sid":"{sid}","Effect":"{effect}","Principal":{principal},"Action":{action},"Resource":"*","Condition":{condition}}}"#
    )
}

/// AWS's list of actions is the judge of ours.
#[test]
fn every_action_that_is_asked_about_exists() {
    let opening = super::cross_account_access::OPENING;
    for pattern in super::USE.iter().chain(&super::CONTROL).chain(&opening) {
        let meant = tripod_policy::catalogue::expand(pattern);
        assert!(!meant.is_empty(), "{pattern}");
    }
}
