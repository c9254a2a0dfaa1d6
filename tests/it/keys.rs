//! Keys and trails: what a scan keeps of them, over all pages, and what it does not make up.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tripod_sim::Sim;

use crate::support::{CLINIC_ACCOUNT, models, only_run, read_json, scan, sim};

const KEY: &str = "0c11a1c0-1111-4a01-8c01-000000000001";

/// The only region of the only account of the only run.
fn region(home: &Path, name: &str) -> Value {
    let snapshot = read_json(&only_run(home).join("snapshot.json"));
    let regions = snapshot["accounts"][0]["regions"].as_array();
    let found = regions.and_then(|all| all.iter().find(|region| region["name"] == name));
    found.expect("the region was scanned").clone()
}

/// What a scan of one service keeps of an account that holds these documents and nothing else.
fn kept(service: &str, documents: &Value) -> Value {
    let home = tempfile::tempdir().expect("a folder");
    let estate = home.path().join("estate");
    fs::create_dir_all(estate.join("eu-central-1")).expect("made");
    let write = |path: &str, document: &Value| {
        fs::write(estate.join(path), document.to_string()).expect("written");
    };
    let manifest = json!({
        "description": "one service",
        "account": CLINIC_ACCOUNT,
        "caller": {"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:user/auditor"), "UserId": "AIDAX"},
        "regions": [{"name": "eu-central-1", "opt_in": "opt-in-not-required"}],
    });
    write("estate.json", &manifest);
    write(&format!("eu-central-1/{service}.json"), documents);
    let builder = Sim::builder().models(models()).estate(&estate);
    let sim = builder.start().expect("the sim starts");
    let more = ["--quota-speed", "100"];
    scan(home.path(), &sim.endpoint(), CLINIC_ACCOUNT, &more);
    region(home.path(), "eu-central-1")[service].clone()
}

/// An enabled key of the customer's, and more documents beside it.
fn with_key(more: &[(&str, Value)]) -> Value {
    let metadata = json!({
        "KeyId": KEY, "KeyState": "Enabled", "KeyManager": "CUSTOMER", "Origin": "AWS_KMS",
        "KeySpec": "SYMMETRIC_DEFAULT",
    });
    let mut documents = json!({
        "ListKeys": [{"answer": {"Keys": [{"KeyId": KEY}]}}],
        "DescribeKey": [{"answer": {"KeyMetadata": metadata}}],
        "GetKeyPolicy": [{"answer": {"Policy": {"Statement": []}}}],
    });
    for (operation, answer) in more {
        documents[operation] = json!([{"answer": answer}]);
    }
    kept("kms", &documents)
}

fn length(value: &Value) -> usize {
    let known = &value["known"];
    let list = known.as_array().map(Vec::len);
    let map = known.as_object().map(serde_json::Map::len);
    list.or(map).unwrap_or_else(|| panic!("not known: {value}"))
}

#[test]
fn every_page_of_what_hangs_on_a_key_is_followed() {
    // AWS's pages hold 100 grants, 50 tags and 1000 rotations or key stores.
    let grants: Vec<Value> = (0..201)
        .map(|number| json!({"GrantId": format!("{number:064x}")}))
        .collect();
    let tags: Vec<Value> = (0..101)
        .map(|number| json!({"TagKey": format!("t{number:03}"), "TagValue": "v"}))
        .collect();
    let rotations: Vec<Value> = (0..2001)
        .map(|number| json!({"KeyMaterialId": format!("{number:064x}"), "RotationType": "ON_DEMAND"}))
        .collect();
    let stores: Vec<Value> = (0..2001)
        .map(|number| json!({"CustomKeyStoreId": format!("cks-{number:017x}")}))
        .collect();
    let kms = with_key(&[
        ("ListGrants", json!({"Grants": grants})),
        ("ListResourceTags", json!({"Tags": tags})),
        ("ListKeyRotations", json!({"Rotations": rotations})),
        (
            "DescribeCustomKeyStores",
            json!({"CustomKeyStores": stores}),
        ),
        ("GetKeyRotationStatus", json!({"KeyRotationEnabled": false})),
    ]);
    let key = &kms["keys"]["known"][0];
    let lengths = [
        &key["grants"],
        &key["tags"],
        &key["rotations"],
        &kms["key_stores"],
    ]
    .map(length);
    assert_eq!(lengths, [201, 101, 2001, 2001]);
}

#[test]
fn rotation_that_aws_does_not_speak_of_is_not_off() {
    for (answer, wanted) in [
        (json!({"KeyRotationEnabled": false}), json!(false)),
        (json!({"KeyRotationEnabled": true}), json!(true)),
        (json!({"RotationPeriodInDays": 365}), Value::Null),
    ] {
        let kms = with_key(&[("GetKeyRotationStatus", answer)]);
        let rotation = &kms["keys"]["known"][0]["rotation"]["known"];
        assert!(rotation.is_object(), "{rotation}");
        assert_eq!(rotation["enabled"], wanted);
    }
}

#[test]
fn the_last_use_is_asked_only_where_nobody_holds_a_grant() {
    let usage = || ("GetKeyLastUsage", json!({"KeyLastUsage": {}}));
    let unused = with_key(&[usage()]);
    let last_use = &unused["keys"]["known"][0]["last_use"]["known"];
    assert_eq!(last_use["time"], Value::Null, "{last_use}");
    assert!(last_use.is_object());
    let granted = with_key(&[
        usage(),
        ("ListGrants", json!({"Grants": [{"GrantId": "g"}]})),
    ]);
    assert_eq!(granted["keys"]["known"][0]["last_use"], "not_collected");
}

#[test]
fn a_region_without_the_lake_keeps_its_trails() {
    let refused = json!([{"error": {"code": "UnsupportedOperationException"}}]);
    let arn = format!("arn:aws:cloudtrail:eu-central-1:{CLINIC_ACCOUNT}:trail/t");
    let trails = json!([{"answer": {"trailList": [{"TrailARN": arn}]}}]);
    let documents = json!({
        "ListEventDataStores": refused, "GetEventConfiguration": refused, "DescribeTrails": trails,
    });
    let cloudtrail = kept("cloudtrail", &documents);
    let unsupported = |operation: &str| json!({"unsupported": {"operation": operation}});
    assert_eq!(
        cloudtrail["event_data_stores"],
        unsupported("cloudtrail:ListEventDataStores")
    );
    let trail = &cloudtrail["trails"]["known"][0];
    assert_eq!(
        trail["aggregations"],
        unsupported("cloudtrail:GetEventConfiguration")
    );
    assert_eq!(trail["is_multi_region"], Value::Null);
}

#[test]
fn what_the_clinic_says_of_its_trails_and_its_lake_is_kept() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let more = ["--quota-speed", "100"];
    scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &more);
    let (frankfurt, ireland) = (
        region(home.path(), "eu-central-1")["cloudtrail"].clone(),
        region(home.path(), "eu-west-1")["cloudtrail"].clone(),
    );
    let (audit, west) = (
        &frankfurt["trails"]["known"][0],
        &ireland["trails"]["known"][0],
    );
    assert_eq!(audit["tags"]["known"]["retention"], "7y");
    assert_eq!(west["tags"]["known"], json!({}));
    let insights = audit["insights"]["known"]["selectors"].as_array();
    assert_eq!(insights.map(Vec::len), Some(2));
    assert_eq!(west["insights"], "absent");
    assert_eq!(
        west["status"]["known"]["latest_delivery_error"],
        "KMS.DisabledException"
    );
    let (lake, scratch) = (
        &frankfurt["event_data_stores"]["known"][0],
        &ireland["event_data_stores"]["known"][0],
    );
    assert_eq!(
        (&lake["policy"], &scratch["insights"]),
        (&json!("absent"), &json!("absent"))
    );
    let policy = scratch["policy"]["known"]["own"].as_str();
    assert!(policy.is_some_and(|text| text.contains("cloudtrail:StartQuery")));
    assert_eq!(lake["settings"]["known"]["retention_days"], 2557);
    assert_eq!(
        scratch["settings"]["known"]["termination_protection"],
        false
    );
    let virginia = region(home.path(), "us-east-1")["cloudtrail"].clone();
    assert_eq!(
        virginia["trails"]["known"],
        json!([]),
        "a shadow is at home elsewhere"
    );
}
