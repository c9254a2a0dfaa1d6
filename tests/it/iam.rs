//! IAM, read whole: what of it reaches the snapshot, page by page, and what becomes of missing answers.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tripod_sim::{Builder, Sim};

use crate::support::{
    CLINIC_ACCOUNT, json as json_of, models, only_run, read_json, scan, sim, stderr, text, tripod,
};

const GENERATE: &str = "iam:GenerateServiceLastAccessedDetails";
const DETAILS: &str = "iam:GetServiceLastAccessedDetails";

/// IAM of the snapshot of a scan that reads IAM alone, and the scan's report.
fn read(builder: Builder, more: &[&str]) -> (Value, Value) {
    let home = tempfile::tempdir().expect("a folder");
    let sim = builder.start().expect("the sim starts");
    let args = [&["--service", "iam"], more].concat();
    let report = scan(home.path(), &sim.endpoint(), CLINIC_ACCOUNT, &args);
    let snapshot = read_json(&only_run(home.path()).join("snapshot.json"));
    (snapshot["accounts"][0]["iam"].clone(), report)
}

/// An account of which only IAM is told, by its answers.
fn estate(folder: &Path, answers: &Value) -> Builder {
    fs::create_dir_all(folder.join("global")).expect("made");
    let manifest = json!({
        "description": "nothing but IAM",
        "account": CLINIC_ACCOUNT,
        "caller": {"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:user/auditor"), "UserId": "AIDAX"},
        "regions": [{"name": "eu-central-1", "opt_in": "opt-in-not-required"}],
    });
    fs::write(folder.join("estate.json"), manifest.to_string()).expect("written");
    let answers: Value = answers
        .as_object()
        .expect("answers by operation")
        .iter()
        .map(|(operation, answer)| (operation.clone(), json!([{"answer": answer}])))
        .collect();
    fs::write(folder.join("global/iam.json"), answers.to_string()).expect("written");
    Sim::builder().models(models()).estate(folder)
}

fn named<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let list = list.as_array().expect("a list");
    let found = list.iter().find(|item| item[key] == name);
    found.unwrap_or_else(|| panic!("no {key} {name}"))
}

#[test]
fn the_clinic_s_identities_are_read_as_they_were_built() {
    let (iam, _) = read(sim("clinic"), &[]);
    let roles = &iam["authorization"]["known"]["roles"];
    let emergency = &named(roles, "name", "clinic-break-glass")["role"]["settings"]["known"];
    assert_eq!(emergency["max_session_seconds"], 43_200);
    assert_eq!(emergency["description"], "Everything, for emergencies");
    let idle = named(roles, "name", "clinic-apigateway-logs");
    assert_eq!(
        idle["role"]["last_used"],
        json!({"time": null, "region": null}),
        "AWS tracked it, and nobody used it"
    );
    let batch = named(roles, "name", "clinic-batch");
    assert_eq!(
        batch["role"]["instance_profiles"].as_array().map(Vec::len),
        Some(1)
    );
    assert!(text(&batch["permissions_boundary"]).ends_with("clinic-buckets"));
    let policy = named(
        &iam["authorization"]["known"]["policies"],
        "name",
        "clinic-admin",
    );
    assert_eq!(policy["default_version"], "v2");
    assert_eq!(policy["is_attachable"], true);
    assert_eq!(policy["other_versions"][0]["id"], "v1");
    let policy = &iam["password_policy"]["known"];
    assert_eq!(policy["require_numbers"], false, "AWS says no");
    assert_eq!(policy["max_age_days"], Value::Null, "AWS says nothing");
    assert_eq!(iam["account_aliases"]["known"], json!(["clinic"]));
    assert_eq!(
        iam["organization_features"]["known"]["enabled"],
        json!(["RootCredentialsManagement"])
    );
    assert_eq!(iam["outbound_federation"]["known"]["enabled"], true);
}

#[test]
fn the_clinic_s_credentials_and_providers_are_read_as_they_were_built() {
    let (iam, _) = read(sim("clinic"), &[]);
    let rows = &iam["credential_report"]["known"]["rows"];
    let root = named(rows, "user", "<root_account>");
    assert_eq!(root["password"]["enabled"], "not_supported");
    assert_eq!(root["access_keys"][0]["active"], json!({"value": true}));
    let deployer = &named(rows, "user", "ci-deployer")["access_keys"];
    assert_eq!(deployer[0]["last_used_service"], json!({"value": "lambda"}));
    assert_eq!(deployer[1]["last_used"], "not_applicable", "never used");
    let devices = &iam["virtual_mfa_devices"]["known"];
    let of_root = named(
        devices,
        "user",
        &format!("arn:aws:iam::{CLINIC_ACCOUNT}:root"),
    );
    assert!(text(&of_root["arn"]).ends_with("root-account-mfa-device"));
    let keys = &iam["service_credentials"]["known"];
    assert_eq!(named(keys, "user", "ci-deployer")["expires"], Value::Null);
    assert_eq!(named(keys, "user", "anna")["status"], "Expired");
    let arn = format!("arn:aws:iam::{CLINIC_ACCOUNT}:oidc-provider/gitlab.clinic.example");
    let provider = &named(&iam["oidc_providers"]["known"], "arn", &arn)["settings"]["known"];
    assert_eq!(provider["client_ids"].as_array().map(Vec::len), Some(2));
    let saml = &iam["saml_providers"]["known"][1]["valid_until"];
    assert_eq!(saml, "2026-01-01T00:00:00Z");
    let certificate = &iam["server_certificates"]["known"][0];
    assert_eq!(
        (&certificate["name"], &certificate["path"]),
        (&json!("intranet"), &json!("/old/"))
    );
    assert_eq!(iam["last_accessed"], "not_collected", "nobody asked for it");
}

#[test]
fn an_account_without_any_of_it_says_so_and_costs_only_lists() {
    let home = tempfile::tempdir().expect("a folder");
    let sim = sim("fresh").start().expect("the sim starts");
    let args = ["--service", "iam"];
    let report = scan(home.path(), &sim.endpoint(), "444455556666", &args);
    let snapshot = read_json(&only_run(home.path()).join("snapshot.json"));
    let iam = &snapshot["accounts"][0]["iam"];
    for absent in [
        "password_policy",
        "organization_features",
        "outbound_federation",
    ] {
        assert_eq!(iam[absent], "absent", "{absent}");
    }
    for empty in [
        "account_aliases",
        "virtual_mfa_devices",
        "service_credentials",
        "server_certificates",
        "saml_providers",
        "oidc_providers",
    ] {
        assert_eq!(iam[empty], json!({"known": []}), "{empty}");
    }
    let asked = report["run"]["requests"]["by_operation"].as_object();
    let asked = asked.expect("operations").iter();
    let asked: u64 = asked
        .filter(|(operation, _)| operation.starts_with("iam:"))
        .filter_map(|(_, calls)| calls.as_u64())
        .sum();
    assert_eq!(asked, 14);
}

#[test]
fn every_page_of_every_list_is_followed() {
    const MANY: usize = 2001;
    let made = "2025-11-03T09:00:00Z";
    let arn = |kind: &str, n: usize| format!("arn:aws:iam::{CLINIC_ACCOUNT}:{kind}/n{n:04}");
    let list = |item: &dyn Fn(usize) -> Value| (0..MANY).map(item).collect::<Vec<Value>>();
    let role = |n: usize| json!({"Path": "/", "RoleName": format!("n{n:04}"), "RoleId": "AROAX", "Arn": arn("role", n), "CreateDate": made});
    let answers = json!({
        "GetAccountAuthorizationDetails": {"RoleDetailList": list(&role)},
        "ListRoles": {"Roles": list(&role)},
        "ListVirtualMFADevices": {"VirtualMFADevices": list(&|n| json!({"SerialNumber": arn("mfa", n)}))},
        "ListServerCertificates": {"ServerCertificateMetadataList": list(&|n| json!({"Path": "/", "ServerCertificateName": "n", "ServerCertificateId": "ASCAX", "Arn": arn("server-certificate", n)}))},
        "ListServiceSpecificCredentials": {"ServiceSpecificCredentials": list(&|n| json!({"UserName": "u", "Status": "Active", "CreateDate": made, "ServiceSpecificCredentialId": format!("ACCA{n:04}"), "ServiceName": "bedrock.amazonaws.com"}))},
        "ListAccountAliases": {"AccountAliases": list(&|n| json!(format!("alias-{n:04}")))},
    });
    let folder = tempfile::tempdir().expect("a folder");
    let (iam, report) = read(estate(folder.path(), &answers), &[]);
    let roles = iam["authorization"]["known"]["roles"]
        .as_array()
        .expect("roles");
    assert_eq!(roles.len(), MANY);
    let settled = |role: &&Value| role["role"]["settings"]["known"].is_object();
    assert_eq!(roles.iter().filter(settled).count(), MANY);
    for list in [
        "virtual_mfa_devices",
        "server_certificates",
        "service_credentials",
        "account_aliases",
    ] {
        assert_eq!(
            iam[list]["known"].as_array().map(Vec::len),
            Some(MANY),
            "{list}"
        );
    }
    let asked = &report["run"]["requests"]["by_operation"];
    for operation in answers.as_object().expect("answers").keys() {
        assert_eq!(asked[format!("iam:{operation}")], 3, "{operation}");
    }
}

#[test]
fn an_answer_without_its_list_is_no_empty_list_and_one_without_its_flags_no_false() {
    let answers = json!({
        "ListRoles": {},
        "ListVirtualMFADevices": {},
        "ListServerCertificates": {},
        "ListServiceSpecificCredentials": {},
        "ListAccountAliases": {},
        "ListSAMLProviders": {},
        "ListOpenIDConnectProviders": {},
        "ListOrganizationsFeatures": {},
        "GetCredentialReport": {},
        "GetAccountPasswordPolicy": {"PasswordPolicy": {}},
        "GetOutboundWebIdentityFederationInfo": {},
        "GetAccountAuthorizationDetails": {
            "Policies": [{"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:policy/p")}],
            "RoleDetailList": [{"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:role/r")}],
        },
    });
    let folder = tempfile::tempdir().expect("a folder");
    let (iam, _) = read(estate(folder.path(), &answers), &[]);
    for list in [
        "account_aliases",
        "virtual_mfa_devices",
        "service_credentials",
        "server_certificates",
        "saml_providers",
        "oidc_providers",
        "organization_features",
        "credential_report",
    ] {
        assert!(iam[list]["failed"].is_object(), "{list}: {}", iam[list]);
    }
    let all = &iam["authorization"]["known"];
    assert!(all["roles"][0]["role"]["settings"]["failed"].is_object());
    for (document, member) in [
        (&iam["password_policy"]["known"], "require_symbols"),
        (&iam["password_policy"]["known"], "expire"),
        (&iam["password_policy"]["known"], "minimum_length"),
        (&iam["outbound_federation"]["known"], "enabled"),
        (&all["policies"][0], "is_attachable"),
        (&all["policies"][0], "attachment_count"),
        (&all["policies"][0], "default_version"),
        (&all["roles"][0], "created"),
        (&all["roles"][0], "path"),
    ] {
        assert!(document.is_object(), "{member}");
        assert_eq!(document[member], Value::Null, "{member}");
    }
}

#[test]
fn a_report_that_may_not_be_made_is_read_where_somebody_else_had_it_made() {
    let (iam, _) = read(sim("clinic").deny("iam:GenerateCredentialReport"), &[]);
    assert!(iam["credential_report"]["known"].is_object());
    // Where there is none, the reason is why it could not be made.
    let none = "error:ReportNotPresent".parse().expect("a fault");
    let builder = sim("clinic")
        .deny("iam:GenerateCredentialReport")
        .fault("iam:GetCredentialReport", none);
    let (iam, _) = read(builder, &[]);
    let denied = &iam["credential_report"]["denied"];
    assert_eq!(denied["operation"], "iam:GenerateCredentialReport");
}

#[test]
fn what_is_denied_or_not_offered_is_told_and_spoils_nothing_else() {
    for (operation, place) in [
        ("ListAccountAliases", "account_aliases"),
        ("GetAccountPasswordPolicy", "password_policy"),
        ("ListOrganizationsFeatures", "organization_features"),
        ("GetCredentialReport", "credential_report"),
        ("ListVirtualMFADevices", "virtual_mfa_devices"),
        ("ListServiceSpecificCredentials", "service_credentials"),
        ("ListServerCertificates", "server_certificates"),
        ("ListSAMLProviders", "saml_providers"),
        ("ListOpenIDConnectProviders", "oidc_providers"),
        (
            "GetOutboundWebIdentityFederationInfo",
            "outbound_federation",
        ),
    ] {
        let operation = format!("iam:{operation}");
        for (fault, state) in [("deny", "denied"), ("unsupported", "unsupported")] {
            let fault = fault.parse().expect("a fault");
            let (iam, _) = read(sim("clinic").fault(&operation, fault), &[]);
            assert_eq!(iam[place][state]["operation"], operation.as_str());
            let known = iam.as_object().expect("IAM").values();
            let known = known.filter(|value| value["known"] != Value::Null).count();
            assert_eq!(known, 11, "{operation} {state}");
        }
    }
    let (iam, _) = read(sim("clinic").deny("iam:GetOpenIDConnectProvider"), &[]);
    assert!(iam["oidc_providers"]["known"][0]["settings"]["denied"].is_object());
    let (iam, _) = read(sim("clinic").deny("iam:ListRoles"), &[]);
    let role = &iam["authorization"]["known"]["roles"][0]["role"];
    assert!(role["settings"]["denied"].is_object());
    assert!(role["last_used"].is_object());
}

#[test]
fn a_member_of_an_organisation_is_not_told_of_its_features_and_that_is_no_none() {
    let code = "error:AccountNotManagementOrDelegatedAdministratorException";
    let fault = code.parse().expect("a fault");
    let (iam, _) = read(
        sim("clinic").fault("iam:ListOrganizationsFeatures", fault),
        &[],
    );
    assert!(iam["organization_features"]["failed"].is_object());
    let fault = "error:ServiceAccessNotEnabledException"
        .parse()
        .expect("a fault");
    let (iam, _) = read(
        sim("clinic").fault("iam:ListOrganizationsFeatures", fault),
        &[],
    );
    assert_eq!(iam["organization_features"], "absent");
}

#[test]
fn what_was_used_is_asked_on_demand_of_every_user_and_role() {
    let (iam, report) = read(sim("clinic"), &["--last-accessed"]);
    let used = iam["last_accessed"]["known"].as_array().expect("a list");
    let all = &iam["authorization"]["known"];
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    assert_eq!(used.len(), count(&all["users"]) + count(&all["roles"]));
    for principal in used {
        let services = &principal["services"]["known"];
        let logs = named(services, "namespace", "logs");
        assert_eq!(logs["last"], "2026-11-20T06:00:00Z");
        let s3 = named(services, "namespace", "s3");
        assert_eq!(s3["last"], Value::Null, "allowed, and never used");
        assert_eq!(s3["actions"][0]["name"], "GetObject");
    }
    let asked = &report["run"]["requests"]["by_operation"];
    assert_eq!(asked[GENERATE], used.len());
    assert_eq!(asked[DETAILS], used.len());
}

#[test]
fn a_replay_asks_what_its_run_had_asked() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let args = ["--service", "iam", "--last-accessed"];
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &args);
    let run = text(&report["run"]["id"]);
    let output = tripod(home.path())
        .args([
            "scan",
            "--service",
            "iam",
            "--replay",
            &run,
            "--format",
            "json",
        ])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", stderr(&output));
    let again = json_of(&output);
    let asked = |report: &Value| report["run"]["requests"]["by_operation"].clone();
    assert_eq!(asked(&again), asked(&report));
    assert!(asked(&again)[GENERATE].is_u64());
}

#[test]
fn a_job_that_failed_or_was_denied_is_one_principal_s_trouble() {
    let folder = tempfile::tempdir().expect("a folder");
    let user = |name: &str| json!({"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:user/{name}"), "UserName": name});
    let time = "2026-11-20T06:00:00Z";
    let job = |status: &str| json!({"JobStatus": status, "JobCreationDate": time, "JobCompletionDate": time, "ServicesLastAccessed": []});
    let failed = json!({"Error": {"Code": "Broken", "Message": "try again"}});
    let builder = estate(
        folder.path(),
        &json!({"GetAccountAuthorizationDetails": {"UserDetailList": [user("a"), user("b"), user("c"), user("d")]}}),
    );
    let of = |name: &str| json!({"Arn": format!("arn:aws:iam::{CLINIC_ACCOUNT}:user/{name}")});
    let path = folder.path().join("global/iam.json");
    let mut answers = read_json(&path);
    answers["GenerateServiceLastAccessedDetails"] = json!([
        {"when": of("a"), "answer": {"JobId": "00000000-0000-4000-8000-00000000000a"}},
        {"when": of("b"), "answer": {"JobId": "00000000-0000-4000-8000-00000000000b"}},
        {"when": of("c"), "error": {"code": "AccessDenied", "status": 403}},
        {"when": of("d"), "answer": {}},
    ]);
    let mut broken = job("FAILED");
    broken["Error"] = failed["Error"].clone();
    answers["GetServiceLastAccessedDetails"] = json!([
        {"when": {"JobId": "00000000-0000-4000-8000-00000000000a"}, "answer": job("COMPLETED")},
        {"when": {"JobId": "00000000-0000-4000-8000-00000000000b"}, "answer": broken},
    ]);
    fs::write(&path, answers.to_string()).expect("written");
    let (iam, _) = read(builder, &["--last-accessed"]);
    let of = |index: usize| &iam["last_accessed"]["known"][index]["services"];
    assert_eq!(
        of(0)["known"],
        json!([]),
        "nothing is allowed, and that is an answer"
    );
    assert!(text(&of(1)["failed"]["error"]).contains("Broken: try again"));
    assert_eq!(of(2)["denied"]["operation"], GENERATE);
    assert!(text(&of(3)["failed"]["error"]).contains("no id of a job"));
}
