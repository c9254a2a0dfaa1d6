//! What a scan asks of Lambda, and what of it the snapshot then holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tripod_sim::{Fault, Sim};

use crate::support::{CLINIC_ACCOUNT, models, only_run, read_json, scan, sim, text};

const REGION: [&str; 2] = ["--region", "eu-central-1"];

/// One more than two pages of fifty hold.
const THREE_PAGES: usize = 101;

fn arn(rest: &str) -> String {
    format!("arn:aws:lambda:eu-central-1:{CLINIC_ACCOUNT}:{rest}")
}

fn many(item: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..THREE_PAGES).map(item).collect()
}

/// An estate of one region, with these answers of Lambda.
fn estate(folder: &Path, lambda: &Value) -> Sim {
    let root = folder.join("estate");
    fs::create_dir_all(root.join("eu-central-1")).expect("made");
    let manifest = json!({
        "description": "one region and Lambda in it",
        "account": CLINIC_ACCOUNT,
        "caller": {"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:user/auditor"), "UserId": "AIDAX"},
        "regions": [{"name": "eu-central-1", "opt_in": "opt-in-not-required"}],
    });
    for (path, document) in [
        ("estate.json", &manifest),
        ("eu-central-1/lambda.json", lambda),
    ] {
        fs::write(root.join(path), document.to_string()).expect("written");
    }
    Sim::builder()
        .models(models())
        .estate(&root)
        // What is asked of each item is not the matter here, and is given up soon.
        .deny("lambda:GetPolicy")
        .deny("lambda:GetLayerVersionPolicy")
        .deny("lambda:ListFunctionsByCodeSigningConfig")
        .start()
        .expect("the sim starts")
}

/// Lambda of the one region scanned, as the snapshot has it.
fn lambda(folder: &Path, endpoint: &str) -> Value {
    scan(folder, endpoint, CLINIC_ACCOUNT, &REGION);
    let snapshot = read_json(&only_run(folder).join("snapshot.json"));
    snapshot["accounts"][0]["regions"][0]["lambda"].clone()
}

fn clinic(change: impl FnOnce(tripod_sim::Builder) -> tripod_sim::Builder) -> (Value, Sim) {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = change(sim("clinic")).start().expect("the sim starts");
    (lambda(home.path(), &clinic.endpoint()), clinic)
}

fn function<'a>(lambda: &'a Value, name: &str) -> &'a Value {
    let mut all = lambda["functions"]["known"]
        .as_array()
        .expect("known")
        .iter();
    all.find(|it| it["name"] == name).expect("in the snapshot")
}

#[test]
fn every_list_of_lambda_is_followed_over_three_pages() {
    let home = tempfile::tempdir().expect("a folder");
    let claims = arn("function:claims");
    let version = |number: usize| {
        let qualifier = if number == 0 {
            "$LATEST".to_owned()
        } else {
            number.to_string()
        };
        json!({"FunctionName": "claims", "FunctionArn": format!("{claims}:{qualifier}"), "Version": qualifier,
            "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-central-1:111122223333:dead"}})
    };
    let layer = |name: &str, number: usize| json!({"LayerVersionArn": arn(&format!("layer:{name}:{number}")), "Version": number});
    let newest = |number: usize| if number == 0 { THREE_PAGES } else { 1 };
    let provider = |number: usize| {
        json!({"CapacityProviderArn": arn(&format!("capacity-provider:p{number}")), "State": "Active",
            "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
            "PermissionsConfig": {"CapacityProviderOperatorRoleArn": "arn:aws:iam::111122223333:role/r"}})
    };
    let signing = |number: usize| {
        let id = format!("csc-{number:017}");
        json!({"CodeSigningConfigId": id, "CodeSigningConfigArn": arn(&format!("code-signing-config:{id}")),
            "AllowedPublishers": {"SigningProfileVersionArns": []}, "CodeSigningPolicies": {}, "LastModified": "t"})
    };
    let url = |number: usize| {
        json!({"FunctionArn": format!("{claims}:a{number}"), "FunctionUrl": format!("https://{number}"), "AuthType": "AWS_IAM",
            "CreationTime": "t", "LastModifiedTime": "t"})
    };
    let qualified = |number: usize| json!({"FunctionArn": format!("{claims}:a{number}")});
    let alias = |number: usize| json!({"AliasArn": format!("{claims}:a{number}"), "Name": format!("a{number}")});
    let layers = many(|number| {
        let name = format!("l{number}");
        json!({"LayerArn": arn(&format!("layer:{name}")), "LayerName": name, "LatestMatchingVersion": layer(&name, newest(number))})
    });
    // A page of mappings holds a hundred.
    let mappings: Vec<Value> = (0..2 * THREE_PAGES)
        .map(|number| json!({"UUID": format!("0c11a1c0-0000-4000-8000-{number:012}")}))
        .collect();
    let lists = [
        ("ListFunctions", "Functions", many(version)),
        ("ListAliases", "Aliases", many(alias)),
        (
            "ListProvisionedConcurrencyConfigs",
            "ProvisionedConcurrencyConfigs",
            many(qualified),
        ),
        ("ListFunctionUrlConfigs", "FunctionUrlConfigs", many(url)),
        (
            "ListFunctionEventInvokeConfigs",
            "FunctionEventInvokeConfigs",
            many(qualified),
        ),
        (
            "ListCodeSigningConfigs",
            "CodeSigningConfigs",
            many(signing),
        ),
        ("ListEventSourceMappings", "EventSourceMappings", mappings),
        ("ListLayers", "Layers", layers),
        (
            "ListLayerVersions",
            "LayerVersions",
            many(|number| layer("l0", number + 1)),
        ),
        ("ListCapacityProviders", "CapacityProviders", many(provider)),
    ];
    let documents: BTreeMap<&str, Value> = lists
        .iter()
        .map(|(operation, member, items)| (*operation, json!([{"answer": {*member: items}}])))
        .collect();
    let sim = estate(home.path(), &json!(documents));
    let lambda = lambda(home.path(), &sim.endpoint());

    let asked = |operation: &str| {
        sim.requests()
            .iter()
            .filter(|it| it.service == "lambda" && it.operation == operation)
            .count()
    };
    for (operation, _, _) in &lists {
        assert_eq!(asked(operation), 3, "{operation}");
    }
    let count = |list: &Value| list["known"].as_array().map(Vec::len);
    let claims = function(&lambda, "claims");
    assert_eq!(
        claims["versions"].as_array().map(Vec::len),
        Some(THREE_PAGES - 1)
    );
    for list in [
        "aliases",
        "provisioned_concurrency",
        "urls",
        "event_invoke_configs",
    ] {
        assert_eq!(count(&claims[list]), Some(THREE_PAGES), "{list}");
    }
    for list in ["code_signing_configs", "layers", "capacity_providers"] {
        assert_eq!(count(&lambda[list]), Some(THREE_PAGES), "{list}");
    }
    assert_eq!(
        count(&lambda["event_source_mappings"]),
        Some(2 * THREE_PAGES)
    );
    let versions: usize = lambda["layers"]["known"]
        .as_array()
        .expect("known")
        .iter()
        .filter_map(|layer| count(&layer["versions"]))
        .sum();
    assert_eq!(
        versions,
        THREE_PAGES + THREE_PAGES - 1,
        "many of one, one of the others"
    );
}

#[test]
fn what_the_clinic_has_of_lambda_is_in_the_snapshot() {
    let (lambda, _) = clinic(|sim| sim);
    let intake = function(&lambda, "claims-intake");
    assert_eq!(intake["arn"], arn("function:claims-intake"), "no qualifier");
    assert_eq!(
        intake["configuration"]["logging"]["log_group"],
        "/clinic/claims"
    );
    assert_eq!(intake["configuration"]["timeout_seconds"], 30);
    assert_eq!(
        intake["versions"][0]["configuration"]["timeout_seconds"],
        20
    );
    assert_eq!(intake["versions"][0]["policy"], "absent");
    assert_eq!(
        intake["details"]["known"]["tags"]["known"]["cost-centre"],
        "4711"
    );
    let provisioned = &intake["provisioned_concurrency"]["known"][0];
    assert_eq!(
        provisioned["function_arn"],
        arn("function:claims-intake:live")
    );
    assert_eq!(provisioned["status"], "READY");

    let adjudicate = function(&lambda, "claims-adjudicate");
    assert_eq!(
        adjudicate["runtime_management"]["known"]["update_on"],
        "Manual"
    );
    let hidden = text(&adjudicate["versions"][0]["policy"]["known"]);
    assert!(
        hidden.contains("claims-adjudicate:1"),
        "its own policy: {hidden}"
    );

    let webhook = function(&lambda, "claims-webhook");
    assert_eq!(webhook["aliases"]["known"][0]["weights"]["1"], 0.1);
    assert_eq!(
        webhook["provisioned_concurrency"]["known"][0]["status"],
        "FAILED"
    );
    assert_eq!(
        function(&lambda, "documents-ocr")["recursive_loop"]["known"],
        "Allow"
    );
    let scaling = &function(&lambda, "documents-archive")["versions"][0]["scaling"]["known"];
    assert_eq!(scaling["applied"]["max_environments"], 30);

    let layer = |name: &str| {
        let mut all = lambda["layers"]["known"].as_array().expect("known").iter();
        all.find(|it| it["name"] == name).expect("in the snapshot")
    };
    assert!(text(&layer("clinic-open")["versions"]["known"][0]["policy"]["known"]).contains('*'));
    assert_eq!(
        layer("clinic-common")["versions"]["known"][0]["policy"],
        "absent"
    );
    assert_eq!(
        lambda["event_source_mappings"]["known"]
            .as_array()
            .map(Vec::len),
        Some(5)
    );
    assert_eq!(
        lambda["capacity_providers"]["known"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(
        lambda["account_settings"]["known"]["zipped_package_bytes"],
        52_428_800
    );
    // Texts that people and AWS write are kept but for the secrets in them.
    let marker = "tripod-redacted:v1:service-token:";
    for place in [
        &layer("clinic-common")["versions"]["known"][1]["description"],
        &lambda["event_source_mappings"]["known"][2]["last_processing_result"],
        &function(&lambda, "photo-triage")["configuration"]["code"]["image"]["command"][1],
    ] {
        assert!(text(place).contains(marker), "{place}");
    }
    assert!(
        !lambda.to_string().contains("X-Amz-Security-Token"),
        "no address of code"
    );
}

#[test]
fn a_call_for_each_function_is_made_only_where_it_can_tell_something() {
    let (_, sim) = clinic(|sim| sim);
    let requests = sim.requests();
    let asked = |operation: &str| -> BTreeSet<String> {
        let of = requests
            .iter()
            .filter(|it| it.service == "lambda" && it.operation == operation);
        of.map(|it| text(&it.params["FunctionName"])).collect()
    };
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    // Those with a version.
    let published = set(&[
        "claims-adjudicate",
        "claims-intake",
        "claims-webhook",
        "documents-archive",
    ]);
    assert_eq!(asked("ListProvisionedConcurrencyConfigs"), published);
    assert_eq!(
        asked("ListAliases"),
        asked("GetFunction"),
        "every function may have one"
    );
    assert_eq!(
        asked("GetFunctionScalingConfig"),
        set(&["documents-archive"])
    );
    assert!(
        !asked("GetRuntimeManagementConfig").contains("photo-triage"),
        "an image"
    );
    // One list for functions and versions.
    let lists: Vec<_> = requests
        .iter()
        .filter(|it| it.operation == "ListFunctions")
        .collect();
    assert_eq!(lists.len(), 1);
    assert_eq!(lists[0].params["FunctionVersion"], "ALL");
    // A layer that has a first version only shows it in the list of layers.
    let layers = requests
        .iter()
        .filter(|it| it.operation == "ListLayerVersions");
    let layers: Vec<_> = layers.map(|it| text(&it.params["LayerName"])).collect();
    assert_eq!(layers, ["clinic-common"]);
}

#[test]
fn what_has_no_bulk_form_and_no_evidence_is_asked_last() {
    let (_, sim) = clinic(|sim| sim);
    let requests = sim.requests();
    let lambda: Vec<_> = requests
        .iter()
        .filter(|it| it.service == "lambda")
        .collect();
    let late = |operation: &str| {
        ["GetRuntimeManagementConfig", "GetFunctionRecursionConfig"].contains(&operation)
    };
    let first = lambda
        .iter()
        .position(|it| late(&it.operation))
        .expect("asked");
    assert!(lambda[first..].iter().all(|it| late(&it.operation)));
}

#[test]
fn a_region_without_the_newer_operations_is_read_all_the_same() {
    const NEWER: [&str; 4] = [
        "lambda:ListCapacityProviders",
        "lambda:GetFunctionRecursionConfig",
        "lambda:GetFunctionScalingConfig",
        "lambda:GetRuntimeManagementConfig",
    ];
    let (lambda, _) = clinic(|sim| {
        NEWER
            .iter()
            .fold(sim, |sim, name| sim.fault(name, Fault::Unsupported))
    });
    assert!(lambda["capacity_providers"]["unsupported"].is_object());
    let archive = function(&lambda, "documents-archive");
    assert!(archive["recursive_loop"]["unsupported"].is_object());
    assert!(archive["runtime_management"]["unsupported"].is_object());
    assert!(archive["versions"][0]["scaling"]["unsupported"].is_object());
    assert!(archive["details"]["known"].is_object());
}

#[test]
fn a_denied_list_below_a_function_is_not_an_empty_list() {
    const DENIED: [&str; 4] = [
        "lambda:ListAliases",
        "lambda:ListProvisionedConcurrencyConfigs",
        "lambda:ListLayerVersions",
        "lambda:GetLayerVersionPolicy",
    ];
    let (lambda, _) = clinic(|sim| DENIED.iter().fold(sim, |sim, name| sim.deny(name)));
    let intake = function(&lambda, "claims-intake");
    assert!(intake["aliases"]["denied"].is_object());
    assert!(intake["provisioned_concurrency"]["denied"].is_object());
    assert!(intake["policy"]["known"].is_string());
    let layers = lambda["layers"]["known"].as_array().expect("known");
    assert!(layers[0]["versions"]["denied"].is_object());
    // Its only version stood in the list of layers.
    assert!(layers[1]["versions"]["known"][0]["policy"]["denied"].is_object());
}
