//! `tripod policy`: the policy, the guard's list and the calls of a scan are one list; AWS would allow
//! each call on the resource it names; every form says the same.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tripod_checks::Service;
use tripod_model::{PolicyDocument, permission_for, permissions_of};
use tripod_policy::{Policy, Selection, Statement, parse};
use tripod_sim::{Fault, Request};

use crate::resources::{name, named};
use crate::support::{
    CLINIC_ACCOUNT, UNSERVED, assert_outcomes, json as json_of, outcomes, repo, scan, script, sim,
    stderr, text, tripod, tripod_as,
};

/// The name of a role in the estate's account.
const ROLE: &str = "arn:aws:iam::111122223333:role/tripod";

fn print(args: &[&str]) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = tripod(home.path());
    command.arg("policy").args(args);
    command.output().expect("the program runs")
}

fn policy(args: &[&str]) -> Policy {
    parsed(&json_of(&print(args)))
}

fn parsed(document: &Value) -> Policy {
    parse(&PolicyDocument(document.to_string())).expect("a policy document")
}

/// The patterns of a policy's actions or resources, as written.
fn written(selection: &Selection) -> BTreeSet<&str> {
    match selection {
        Selection::Only(patterns) => patterns.iter().map(|it| it.as_str()).collect(),
        other => panic!("named one by one, not {other:?}"),
    }
}

fn actions(policy: &Policy) -> BTreeSet<&str> {
    policy
        .statements
        .iter()
        .flat_map(|statement| written(&statement.actions))
        .collect()
}

/// Scans the clinic and gives its calls.
fn calls(more: &[&str]) -> Vec<Request> {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, more);
    served(clinic.requests())
}

/// Requests that the sim has a model of; of the others it knows method and path.
fn served(mut requests: Vec<Request>) -> Vec<Request> {
    requests.retain(|request| !request.operation.contains(' '));
    requests
}

#[test]
fn the_policy_is_the_guard_s_list_and_the_guard_s_list_is_what_a_scan_asks() {
    let guard: BTreeSet<String> = tripod_collect::operations()
        .into_iter()
        .map(str::to_owned)
        .collect();
    // The clinic gives cause to ask everything that the sim has a model of.
    let all = calls(&["--no-save", "--last-accessed"]);
    let mut wire: BTreeSet<String> = all.iter().map(name).collect();
    wire.extend(UNSERVED.map(str::to_owned));
    assert_eq!(wire, guard);
    let rows = guard.iter().flat_map(|it| permissions_of(it));
    let needed: BTreeSet<String> = rows.map(|row| row.action.to_owned()).collect();
    let policy = policy(&[]);
    let granted: BTreeSet<String> = actions(&policy).into_iter().map(str::to_owned).collect();
    assert_eq!(granted, needed);
    assert!(
        granted.iter().all(|action| !action.contains(['*', '?'])),
        "actions are named one by one: {granted:?}"
    );
}

/// The statement that allows a request, if one does.
fn allowing<'a>(policy: &'a Policy, request: &Request) -> Option<&'a Statement> {
    assert_eq!(policy.denies().count(), 0);
    let action = permission_for(&name(request));
    policy.allows().find(|statement| {
        statement.covers(&action, &named(request))
            && statement.conditions.iter().all(|condition| {
                assert!(condition.is_on("aws:RequestedRegion"), "{condition:?}");
                condition.values.contains(&request.region)
            })
    })
}

#[test]
fn aws_would_allow_every_call_on_the_resource_it_names() {
    let policy = policy(&["--account", CLINIC_ACCOUNT]);
    for request in calls(&["--no-save", "--last-accessed"]) {
        let resource = named(&request);
        let statement = allowing(&policy, &request)
            .unwrap_or_else(|| panic!("{} on {resource} is not allowed", name(&request)));
        let wide = written(&statement.resources).contains("*");
        assert_eq!(
            wide,
            resource == "*",
            "{} on {resource}: '*' where no resource is named, and nowhere else",
            name(&request)
        );
    }
}

#[test]
fn the_policy_of_another_account_or_partition_allows_no_call_that_names_a_resource_of_the_account()
{
    let requests = calls(&["--no-save"]);
    let of_the_account = |request: &&Request| named(request).contains(CLINIC_ACCOUNT);
    // An organisation's trail belongs to another account than the one it is seen from; so do its policies.
    // A prefix list may be another account's.
    let shared = [
        "cloudtrail:",
        "organizations:",
        "ec2:GetManagedPrefixListEntries",
    ];
    let bound = |request: &&Request| {
        let operation = name(request);
        of_the_account(request) && !shared.iter().any(|it| operation.starts_with(it))
    };
    let other = policy(&["--account", "999988887777"]);
    assert!(requests.iter().filter(bound).count() > 20);
    for request in requests.iter().filter(bound) {
        assert_eq!(allowing(&other, request), None, "{}", name(request));
    }
    let china = policy(&["--partition", "aws-cn"]);
    for request in requests.iter().filter(of_the_account) {
        assert_eq!(allowing(&china, request), None, "{}", name(request));
    }
}

/// Services of the whole account: no region limits what they are asked. WAF is asked in us-east-1 for
/// CloudFront, wherever the scan reads.
const GLOBAL: [&str; 8] = [
    "account",
    "cloudfront",
    "iam",
    "organizations",
    "s3",
    "s3control",
    "shield",
    "wafv2",
];

#[test]
fn a_policy_for_a_region_allows_a_scan_of_it_and_of_no_other() {
    let policy = policy(&["--region", "eu-west-1"]);
    for request in calls(&["--no-save", "--region", "eu-west-1"]) {
        assert!(allowing(&policy, &request).is_some(), "{}", name(&request));
    }
    for request in calls(&["--no-save", "--region", "eu-central-1"]) {
        let first = tripod_collect::IDENTITY.contains(&&*name(&request));
        let allowed = allowing(&policy, &request).is_some();
        assert_eq!(
            allowed,
            first || GLOBAL.contains(&&*request.service),
            "{}",
            name(&request)
        );
    }
}

#[test]
fn the_policy_of_a_service_is_enough_for_its_checks() {
    let home = tempfile::tempdir().expect("a folder");
    for service in Service::ALL {
        let service = service.as_str();
        let more = ["--no-save", "--service", service];
        let clinic = sim("clinic").start().expect("the sim starts");
        let whole = outcomes(&scan(
            home.path(),
            &clinic.endpoint(),
            CLINIC_ACCOUNT,
            &more,
        ));
        let policy = policy(&["--service", service]);
        let mut builder = sim("clinic");
        for request in clinic.requests() {
            let name = name(&request);
            // What the service models do not know goes by its path, and nobody serves it anyway.
            let served = !name.contains(' ');
            if served && allowing(&policy, &request).is_none() {
                builder = builder.deny(&name);
            }
        }
        let clinic = builder.start().expect("the sim starts");
        let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &more);
        assert!(!whole.is_empty(), "{service}");
        assert_outcomes(&whole, &report);
    }
}

#[test]
fn several_services_are_the_sum_of_each() {
    let both = policy(&["--service", "kms", "--service", "iam"]);
    let (kms, iam) = (policy(&["--service", "kms"]), policy(&["--service", "iam"]));
    let sum: BTreeSet<&str> = actions(&kms).union(&actions(&iam)).copied().collect();
    assert_eq!(actions(&both), sum);
    assert!(!sum.contains("lambda:GetFunction"));
}

#[test]
fn a_role_is_assumed_in_sessions_that_can_do_what_a_scan_asks_and_nothing_else() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic").start().expect("the sim starts");
    let direct = scan(
        home.path(),
        &clinic.endpoint(),
        CLINIC_ACCOUNT,
        &["--no-save"],
    );
    let clinic = sim("clinic").start().expect("the sim starts");
    let more = ["--no-save", "--role-arn", ROLE, "--external-id", "7c1f"];
    let report = scan(home.path(), &clinic.endpoint(), CLINIC_ACCOUNT, &more);
    assert_outcomes(&outcomes(&direct), &report);

    let requests = served(clinic.requests());
    let (assumed, asked): (Vec<&Request>, Vec<&Request>) = requests
        .iter()
        .partition(|request| request.operation == "AssumeRole");
    let documents: BTreeSet<String> = assumed
        .iter()
        .map(|request| {
            assert_eq!(request.params["ExternalId"], "7c1f");
            text(&request.params["Policy"])
        })
        .collect();
    assert!(documents.iter().all(|it| it.chars().count() <= 2048));
    // Each session is opened once to see whether it can be, and once to be used.
    assert!(assumed.len() <= 2 * documents.len(), "{}", assumed.len());

    let sessions: Vec<Policy> = documents
        .iter()
        .map(|document| parse(&PolicyDocument(document.clone())).expect("a policy"))
        .collect();
    for request in asked {
        let allowed = sessions.iter().any(|it| allowing(it, request).is_some());
        assert!(allowed, "{} on {}", name(request), named(request));
    }
    let least = policy(&[]);
    let mut expected = actions(&least);
    // Left to a role that may do it, granted by no policy of ours.
    expected.insert("kms:Decrypt");
    let all: BTreeSet<&str> = sessions.iter().flat_map(actions).collect();
    assert_eq!(all, expected);
}

#[test]
fn a_session_policy_that_aws_finds_too_large_is_left_out_and_told() {
    let home = tempfile::tempdir().expect("a folder");
    let too_large = Fault::Error {
        code: "PackedPolicyTooLarge".to_owned(),
        status: None,
        message: "Packed policy consumes 112% of allotted space".to_owned(),
    };
    let clinic = sim("clinic")
        .fault("sts:AssumeRole", Fault::First(1, Box::new(too_large)))
        .start()
        .expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--no-save", "--format", "json", "--role-arn", ROLE])
        .args(["--endpoint-url", &clinic.endpoint()])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("without a session policy"),
        "{}",
        stderr(&output)
    );
    let requests = clinic.requests();
    let with_policy: Vec<bool> = requests
        .iter()
        .filter(|request| request.operation == "AssumeRole")
        .map(|request| !request.params["Policy"].is_null())
        .collect();
    assert_eq!(
        with_policy.iter().filter(|with| **with).count(),
        1,
        "{with_policy:?}"
    );
    assert!(with_policy[0] && with_policy.len() > 1, "{with_policy:?}");
}

#[test]
fn a_role_that_may_not_be_assumed_is_named_and_not_tried_without_a_session_policy() {
    let home = tempfile::tempdir().expect("a folder");
    let clinic = sim("clinic")
        .deny("sts:AssumeRole")
        .start()
        .expect("the sim starts");
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--no-save", "--role-arn", ROLE])
        .args(["--endpoint-url", &clinic.endpoint()])
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains(ROLE), "{}", stderr(&output));
    let requests = clinic.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.operation == "AssumeRole")
    );
    assert!(
        requests
            .iter()
            .all(|request| !request.params["Policy"].is_null())
    );
}

/// What a template makes, told by `templates.py`.
fn made(form: &str, template: &Path, values: &[&str]) -> Value {
    let output = Command::new(tool("python"))
        .arg(repo("tests/it/templates.py"))
        .arg(form)
        .arg(template)
        .args(values)
        .output()
        .expect("Python runs");
    json_of(&output)
}

fn tool(name: &str) -> std::path::PathBuf {
    Path::new(&script("setup", &[])).join("bin").join(name)
}

/// Statements without their place in the document.
fn statements(policy: Policy) -> Vec<Statement> {
    let at_no_place = |statement| Statement {
        index: 0,
        ..statement
    };
    policy.statements.into_iter().map(at_no_place).collect()
}

#[test]
fn a_template_makes_a_role_with_the_policy_and_its_trust() {
    let folder = tempfile::tempdir().expect("a folder");
    let regions = ["--region", "eu-central-1", "--region", "eu-west-1"];
    let least = policy(&[&["--account", CLINIC_ACCOUNT], &regions[..]].concat());
    for (form, external_id) in [
        ("cloudformation", "ExternalId"),
        ("terraform", "external_id"),
    ] {
        let trust = [
            "--format",
            form,
            "--trust",
            "arn:aws:iam::999988887777:role/scanner",
        ];
        let output = print(&[&trust[..], &regions].concat());
        let template = folder.path().join(form);
        std::fs::write(&template, &output.stdout).expect("written");

        let role = made(form, &template, &[&format!("{external_id}=7c1f")]);
        let policies = role["policies"].as_array().expect("policies");
        let attached: Vec<Statement> = policies
            .iter()
            .flat_map(|document| statements(parsed(document)))
            .collect();
        assert_eq!(attached, statements(least.clone()), "{form}");
        let mut trusts = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::999988887777:role/scanner"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "7c1f"}},
            }],
        });
        assert_eq!(parsed(&role["trust"]), parsed(&trusts), "{form}");

        let role = made(form, &template, &[]);
        let statement = trusts["Statement"][0].as_object_mut().expect("a statement");
        statement.remove("Condition");
        assert_eq!(
            parsed(&role["trust"]),
            parsed(&trusts),
            "{form}: no external id"
        );
    }
}

#[test]
fn a_template_for_one_account_names_it_and_asks_nothing() {
    let args = ["--account", CLINIC_ACCOUNT, "--partition", "aws-cn"];
    let role = [
        "--trust",
        "999988887777",
        "--external-id",
        "7c1f",
        "--role-name",
        "audit",
    ];
    for (form, variable) in [("cloudformation", "${AWS::"), ("terraform", "${data.")] {
        let output = print(&[&["--format", form], &args[..], &role].concat());
        let template = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(
            template.contains("arn:aws-cn:kms:*:111122223333:key/*"),
            "{template}"
        );
        assert!(!template.contains(variable), "{template}");
        for value in ["\"999988887777\"", "\"7c1f\"", "\"audit\""] {
            assert!(template.contains(value), "{value}: {template}");
        }
    }
}

#[test]
fn cfn_lint_finds_nothing_in_the_template() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [
        &[][..],
        &["--service", "kms", "--region", "eu-central-1"],
        &[
            "--account",
            CLINIC_ACCOUNT,
            "--partition",
            "aws",
            "--external-id",
            "7c1f",
        ],
    ] {
        let template = folder.path().join("tripod.yaml");
        let output = print(&[&["--format", "cloudformation"], args].concat());
        std::fs::write(&template, &output.stdout).expect("written");
        let lint = Command::new(tool("cfn-lint"))
            .args(["--include-checks", "I", "--"])
            .arg(&template)
            .output()
            .expect("cfn-lint runs");
        let said = String::from_utf8_lossy(&lint.stdout);
        // Its list of actions is older than this one, which AWS added in 2026.
        let younger = |line: &&str| line.starts_with("W3037 'listruntimes' is not one of");
        let unexpected = said.lines().filter(|line| {
            let is_finding = line
                .get(1..5)
                .is_some_and(|code| code.parse::<u16>().is_ok());
            is_finding && !younger(line)
        });
        assert_eq!(unexpected.count(), 0, "{args:?}: {said}{}", stderr(&lint));
    }
}

#[test]
fn split_policies_are_a_list_and_together_the_whole() {
    let list = json_of(&print(&["--split"]));
    let parts = list.as_array().expect("a list");
    let all: Vec<Statement> = parts.iter().flat_map(|it| statements(parsed(it))).collect();
    assert_eq!(all, statements(policy(&[])));
}

#[test]
fn wrong_arguments_name_the_value_and_the_cure() {
    for (args, named) in [
        (
            &["--service", "s4"][..],
            &["s4", "apigateway", "lambda"][..],
        ),
        (&["--account", "12345"], &["'12345'", "twelve digits"]),
        (&["--partition", "aws-moon"], &["aws-moon", "aws-us-gov"]),
        (&["--region", "mars-1"], &["'mars-1'", "eu-central-1"]),
        (&["--format", "pulumi"], &["pulumi", "cloudformation"]),
        (
            &["--format", "terraform", "--trust", "somebody"],
            &["'somebody'", "twelve digits", "arn:aws:iam::"],
        ),
        (
            &["--format", "terraform", "--trust", "*"],
            &["'*'", "arn:aws:iam::"],
        ),
        (
            &["--format", "terraform", "--role-name", "a b"],
            &["'a b'", "1 to 64"],
        ),
        (
            &["--format", "terraform", "--external-id", "x"],
            &["'x'", "at least 2"],
        ),
        (
            &["--trust", "999988887777"],
            &["--trust", "--format cloudformation"],
        ),
        (
            &["--role-name", "audit"],
            &["--role-name", "--format cloudformation"],
        ),
        (
            &["--external-id", "7c1f"],
            &["--external-id", "--format cloudformation"],
        ),
        (
            &[
                "--format",
                "terraform",
                "--partition",
                "aws-cn",
                "--trust",
                "arn:aws:iam::999988887777:root",
            ],
            &["aws-cn", "own partition"],
        ),
    ] {
        let output = print(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        for word in named {
            assert!(
                stderr(&output).contains(word),
                "{word}: {}",
                stderr(&output)
            );
        }
    }
}
