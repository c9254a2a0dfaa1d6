//! The page of a whole account: frameworks by its findings, paths and capacity by its snapshot.
//!
//! ```text
//! claims  has a URL that anybody may call; its role may write its own policies, and decrypt with the key k1
//! orders  has a role that may do nothing
//! subnet  10.0.0.0/28, of which claims needs one address
//! ```

use tripod_assess::{ControlStatus, Profile, Report, assess};
use tripod_checks::{ALL, Settings, View};
use tripod_model::fixtures::{self, ACCOUNT};
use tripod_model::iam::{Authorization, Principal, RoleDetails};
use tripod_model::lambda::{Function, FunctionUrl, VpcAttachment};
use tripod_model::{Arn, Observed, PolicyDocument, RegionalAccount, Snapshot, Sources};

use super::{HOSTILE, between, render};
use crate::html::{Extras, Part, PastRun, Seen};
use crate::plain::steers;

/// A function in the subnet.
fn function(name: &str, auth_type: &str) -> Function {
    let mut function = fixtures::function(name);
    function.configuration.network.vpc = Some(VpcAttachment {
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: vec!["s1".to_owned()],
        security_group_ids: vec!["sg-1".to_owned()],
        ipv6_allowed: Some(false),
    });
    function.urls = Observed::Known(vec![FunctionUrl {
        function_arn: function.arn.clone(),
        url: format!("https://{name}.lambda-url.eu-central-1.on.aws/"),
        auth_type: auth_type.to_owned(),
        invoke_mode: None,
        cors: None,
        sources: Sources::default(),
    }]);
    // The policy that makes a URL public, as AWS asks for it.
    // <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
    if auth_type == "NONE" {
        let arn = function.arn.as_str();
        let public = [
            ("lambda:InvokeFunctionUrl", "StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}"),
            ("lambda:InvokeFunction", "Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}"),
        ]
        .map(|(action, condition)| {
            format!(
                r#"{{"Effect":"Allow","Principal":"*","Action":"{action}","Resource":"{arn}","Condition":{{"{condition}}}}}"#
            )
        });
        function.policy = Observed::Known(policy(&public.join(",")));
    }
    function
}

fn policy(statements: &str) -> PolicyDocument {
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

/// The role of a function.
fn role(name: &str, statements: &str) -> Principal {
    let mut role = Principal::named(Arn::new(format!("arn:aws:iam::{ACCOUNT}:role/{name}")));
    role.trust_policy = Some(policy(
        r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
    ));
    role.role = Some(RoleDetails {
        last_used: None,
        instance_profiles: vec![],
        settings: Observed::NotCollected,
    });
    if !statements.is_empty() {
        role.inline_policies = [("own".to_owned(), policy(statements))].into();
    }
    role
}

fn change(region: &mut RegionalAccount) {
    region.lambda.functions = Observed::Known(vec![
        function("claims", "NONE"),
        function("orders", "AWS_IAM"),
    ]);
    region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
    let mut subnet = fixtures::subnet("s1", "eu-central-1a");
    subnet.name = Some("private-a".to_owned());
    subnet.ipv4_cidr = Some("10.0.0.0/28".to_owned());
    subnet.free_ipv4_addresses = Some(0);
    region.ec2.subnets = Observed::Known(vec![subnet]);
    region.ec2.network_interfaces = Observed::Known(vec![]);
    region.lambda_core.network_connectors = Observed::Known(vec![]);
    region.kms.keys = Observed::Known(vec![fixtures::key("k1")]);
}

pub(super) fn snapshot() -> Snapshot {
    let mut snapshot = fixtures::with_region(change);
    let account = &mut snapshot.accounts[0];
    account.organizations.organization = Observed::Absent;
    account.iam.authorization = Observed::Known(Authorization {
        roles: vec![
            role(
                "claims",
                r#"{"Effect":"Allow","Action":["iam:PutRolePolicy","kms:Decrypt"],"Resource":"*"}"#,
            ),
            role("orders", ""),
        ],
        ..Authorization::default()
    });
    snapshot
}

/// By the checks that run where none is named.
fn report(snapshot: &Snapshot) -> Report {
    let usual = ALL.iter().copied();
    let usual: Vec<_> = usual
        .filter(|check| Profile::default().selects(check))
        .collect();
    let assessment = assess(&View::new(snapshot, &Settings::default()), &usual);
    Report::new(snapshot, assessment, "0.1.0")
}

fn extras(report: &Report, snapshot: &Snapshot) -> Extras {
    let seen = Seen {
        snapshot: Some(snapshot),
        ..Seen::default()
    };
    Extras::of(report, seen)
}

/// The page of an account.
pub(super) fn page(snapshot: &Snapshot) -> String {
    let report = report(snapshot);
    render(&report, &extras(&report, snapshot))
}

/// The same account, in which whoever names something is hostile.
pub(super) fn hostile() -> Snapshot {
    let text = serde_json::to_string(&snapshot()).expect("a snapshot serialises");
    let escaped = |name: &str| {
        let quoted = serde_json::to_string(name).expect("a text");
        quoted.trim_matches('"').to_owned()
    };
    let text = text
        .replace(":claims", &escaped(&format!(":{HOSTILE}")))
        .replace("role/claims", &escaped(&format!("role/{HOSTILE}")))
        .replace("\"claims\"", &format!("\"{}\"", escaped(HOSTILE)))
        .replace(
            "private-a",
            &escaped(&format!("{}{HOSTILE}", "W".repeat(10_000))),
        );
    serde_json::from_str(&text).expect("a snapshot")
}

fn section<'a>(page: &'a str, id: &str) -> &'a str {
    between(page, &format!("<section id=\"{id}\""), "</section>")
}

#[test]
fn every_framework_is_shown_and_none_takes_what_did_not_run_for_passed() {
    let snapshot = snapshot();
    let whole = report(&snapshot);
    let frameworks = extras(&whole, &snapshot).frameworks;
    assert_eq!(frameworks.len(), tripod_checks::Framework::ALL.len());
    // Without the findings of all checks but one, what the others look at is not assessed.
    let mut part = whole;
    part.tool.checks_digest = "sha256:of-few-checks".to_owned();
    part.findings.retain(|it| it.check == "lambda-public-url");
    for framework in extras(&part, &snapshot).frameworks {
        let passed = framework
            .controls
            .iter()
            .filter(|it| it.status == ControlStatus::Passed);
        assert_eq!(passed.count(), 0, "{}", framework.framework);
    }
}

#[test]
fn a_check_that_looked_and_found_nothing_of_its_kind_ran() {
    let snapshot = snapshot();
    let report = report(&snapshot);
    let frameworks = extras(&report, &snapshot).frameworks;
    let controls = frameworks.iter().flat_map(|it| &it.controls);
    let mut silent = 0;
    for serving in controls.flat_map(|it| &it.checks) {
        let check = tripod_checks::find(&serving.check).expect("registered");
        // The baseline leaves out the checks that only hint.
        assert_eq!(serving.ran, report.profile.selects(check), "{}", check.id);
        silent += usize::from(!report.findings.iter().any(|it| it.check == check.id));
    }
    assert!(
        silent > 0,
        "some checks have nothing to look at in this account"
    );
}

#[test]
fn ways_from_the_internet_and_to_administrator_are_drawn_and_told() {
    let page = page(&snapshot());
    let paths = section(&page, "paths");
    // To administrator, and to the key.
    assert!(
        paths.contains("From the internet: 1 of 1 drawn; the table below says the same"),
        "{paths}"
    );
    assert!(
        paths.contains("<td>administrator, and so everything</td>"),
        "{paths}"
    );
    assert!(
        paths.contains("internet \u{2192} claims \u{2192} claims"),
        "{paths}"
    );
    assert!(paths.contains("calls the function by its URL, which asks for no credentials"));
    // The function and its role.
    assert!(paths.contains("To administrator: 2 of 2 drawn"), "{paths}");
    assert_eq!(
        paths.matches("<template shadowrootmode=\"open\">").count(),
        2
    );
    let data = between(paths, "What functions read", "</table>");
    assert!(
        data.replace(" class=\"nowrap\"", "")
            .contains("<td>k1</td><td>key</td><td>1</td>"),
        "{data}"
    );
}

#[test]
fn what_fails_first_stands_before_the_pictures_of_capacity() {
    let page = page(&snapshot());
    let capacity = section(&page, "capacity");
    let (first, drawn) = capacity.split_once("<details").expect("regions");
    assert!(
        first.contains("What fails first") && first.contains("private-a"),
        "{first}"
    );
    assert!(
        drawn.contains("Addresses of private-a: 16 in all, 5 reserved by AWS"),
        "{drawn}"
    );
}

#[test]
fn no_name_of_an_account_leaves_its_place_in_pictures_and_tables() {
    let page = page(&hostile());
    let paths = section(&page, "paths");
    assert!(
        paths.contains("From the internet: 1 of 1 drawn"),
        "the names are there: {paths}"
    );
    assert!(page.contains("&lt;script&gt;owned=1&lt;/script&gt;"));
    assert!(!page.contains("<script>owned") && !page.contains("<img"));
    assert_eq!(page.matches("<script").count(), 2);
    assert!(!page.contains(&"W".repeat(2_001)));
    assert!(!page.contains("Not shown:"), "no picture is refused");
    let steering: Vec<char> = page
        .chars()
        .filter(|one| *one != '\n' && steers(*one))
        .collect();
    assert!(steering.is_empty(), "{steering:?}");
}

#[test]
fn of_many_ways_the_worst_are_drawn_and_all_are_counted() {
    let mut snapshot = snapshot();
    let Observed::Known(authorization) = &mut snapshot.accounts[0].iam.authorization else {
        unreachable!("the fixture has it");
    };
    for place in 0..40 {
        let statement = r#"{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"*"}"#;
        let own = role(&format!("role-{place:02}"), statement);
        authorization.roles.push(own);
    }
    let report = report(&snapshot);
    let extras = extras(&report, &snapshot);
    let paths = extras
        .sections
        .iter()
        .find(|it| it.id == "paths")
        .expect("paths");
    let texts = paths.parts.iter().filter_map(|it| match it {
        Part::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let left = "32 more are not shown; 'tripod access paths --to admin' tells them all.";
    assert!(texts.collect::<Vec<_>>().contains(&left));
    let page = render(&report, &extras);
    assert!(section(&page, "paths").len() < 100_000);
}

#[test]
fn the_snapshot_of_another_run_is_not_shown() {
    let mut snapshot = snapshot();
    let report = report(&snapshot);
    assert_eq!(extras(&report, &snapshot).sections.len(), 2);
    snapshot.run.id = "another".to_owned();
    assert!(extras(&report, &snapshot).sections.is_empty());
    assert!(Extras::of(&report, Seen::default()).sections.is_empty());
}

#[test]
fn a_trend_is_made_of_whole_older_runs_of_the_same_account_at_the_same_endpoint() {
    let snapshot = snapshot();
    let report = report(&snapshot);
    let earlier = |day: &str, change: fn(&mut Report)| {
        let mut past = report.clone();
        past.run.id = format!("run-{day}");
        past.run.observed = format!("{day}T03:00:00Z").parse().expect("a time");
        change(&mut past);
        let text = serde_json::to_string(&past).expect("a report serialises");
        PastRun::from_json(&text).expect("reads back")
    };
    let runs = vec![
        earlier("2025-01-03", |_| ()),
        earlier("2025-01-02", |_| ()),
        earlier("2025-01-04", |past| {
            past.run.endpoint = Some("http://127.0.0.1:4566".to_owned());
        }),
        earlier("2025-01-05", |past| past.run.accounts.clear()),
        earlier("2025-01-06", |past| {
            past.run.stopped = Some(tripod_model::Stopped::CredentialsExpired);
        }),
        earlier("2099-01-01", |_| ()),
        PastRun::of(&report),
    ];
    let seen = Seen {
        runs,
        ..Seen::default()
    };
    let history = Extras::of(&report, seen).history;
    let ids: Vec<&str> = history.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(ids, ["run-2025-01-02", "run-2025-01-03"]);
    PastRun::from_json("{}").expect_err("no report");
    PastRun::from_json(r#"{"schema":"tripod.report.v9"}"#).expect_err("another version");
}

#[test]
fn of_many_accounts_the_worst_are_looked_at_and_the_others_are_counted() {
    let mut snapshot = snapshot();
    let report = report(&snapshot);
    for place in 0..11 {
        let mut other = snapshot.accounts[0].clone();
        other.id = tripod_model::AccountId::new(format!("4444555566{place:02}"));
        other.iam.authorization = Observed::NotCollected;
        snapshot.accounts.insert(0, other);
    }
    let page = render(&report, &extras(&report, &snapshot));
    let paths = section(&page, "paths");
    assert!(
        paths.contains("2 more accounts: ways were looked for in the 10 with the lowest scores")
    );
    // The one account with a score comes first, wherever it stands.
    assert!(
        paths.contains("administrator, and so everything"),
        "{paths}"
    );
}
