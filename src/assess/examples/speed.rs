//! How long all checks take over 100,000 resources.
//!
//! `cargo run --release -p tripod-assess --example speed`, on one core: nothing here is done in parallel.
//! Two estates, [`COMPANY`] and [`SERVERLESS`], built from the fixtures of the tests, in which most things are in
//! order, with some of everything that is not. With a folder, `-- DIR`, their snapshots and reports are left in it for
//! the example `page` of `tripod-report`.
//!
//! Policies are neither all alike nor all different. A hundred managed policies of an account, of 40 kinds, are shared by
//! its roles, as platform teams hand them out; the inline policy of every second role is one of the same kinds, and
//! that of the others names its own table, bucket and log group, as deployment tools write them, so that no other role has
//! it. Every document names its account, so that none is the same in two.
//!
//! Seconds are those that the processor spent where Linux tells them, so that what else the machine does is not measured,
//! and seconds of the clock elsewhere.

#![expect(clippy::print_stdout, reason = "an example says what it measured")]
#![expect(
    clippy::disallowed_methods,
    reason = "to measure time is what it is for"
)]

use std::error::Error;
use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tripod_assess::{Report, assess};
use tripod_checks::{ALL, Outcomes, Settings, View};
use tripod_model::fixtures::{self, ACCOUNT, REGION};
use tripod_model::iam::{Authorization, ManagedPolicy, Principal, RoleDetails};
use tripod_model::lambda::{Function, FunctionUrl, VpcAttachment};
use tripod_model::{
    Account, AccountId, Arn, Observed, PolicyDocument, RegionalAccount, Snapshot, Sources, ec2,
};

const REGIONS: [&str; 2] = [REGION, "us-east-1"];
const POLICIES: usize = 100;
const METHODS: usize = 4;

/// What an estate is made of: in each account, and in each region of each account.
#[derive(Clone, Copy)]
struct Mix {
    name: &'static str,
    accounts: usize,
    roles: usize,
    functions: usize,
    subnets: usize,
    interfaces: usize,
    keys: usize,
    apis: usize,
}

/// Many accounts of a company, of whose resources one in twelve is a function and one in five a role.
const COMPANY: Mix = Mix {
    name: "a company",
    accounts: 65,
    roles: 300,
    functions: 60,
    subnets: 40,
    interfaces: 250,
    keys: 40,
    apis: 20,
};

/// Few accounts, of whose resources every second one is a function: the most that the checks can be asked.
const SERVERLESS: Mix = Mix {
    name: "functions, half of it",
    accounts: 10,
    roles: 500,
    functions: 2_500,
    subnets: 300,
    interfaces: 600,
    keys: 300,
    apis: 150,
};

/// Shown by name.
const SLOW_SECONDS: f64 = 0.02;

fn allow(actions: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":"{resource}"}}"#)
}

/// A policy as teams write them; one in forty administers, one in twenty hands on roles.
fn policy(seed: usize) -> PolicyDocument {
    policy_of(&format!("team{}", seed % 40), "*", seed)
}

/// The same, about what belongs to one role alone.
fn own_policy(place: usize) -> PolicyDocument {
    let logs = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/role{place}:*");
    policy_of(&format!("role{place}"), &logs, place)
}

fn policy_of(whose: &str, logs: &str, seed: usize) -> PolicyDocument {
    let mut statements = vec![
        allow(
            r#""dynamodb:GetItem","dynamodb:PutItem""#,
            &format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{whose}-*"),
        ),
        allow(r#""s3:GetObject""#, &format!("arn:aws:s3:::{whose}-data/*")),
        allow(r#""logs:CreateLogStream","logs:PutLogEvents""#, logs),
    ];
    match seed % 40 {
        7 => statements.push(allow(r#""*""#, "*")),
        11 | 31 => statements.push(allow(r#""iam:PassRole","lambda:*""#, "*")),
        3 | 13 => statements.push(allow(r#""kms:Decrypt""#, "*")),
        _ => {}
    }
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{}]}}"#,
        statements.join(",")
    ))
}

fn shared(place: usize) -> Arn {
    Arn::new(format!("arn:aws:iam::{ACCOUNT}:policy/shared{place}"))
}

fn role_arn(place: usize) -> Arn {
    Arn::new(format!("arn:aws:iam::{ACCOUNT}:role/role{place}"))
}

fn role(place: usize) -> Principal {
    let mut role = Principal::named(role_arn(place));
    role.trust_policy = Some(PolicyDocument(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
            .to_owned(),
    ));
    role.role = Some(RoleDetails {
        last_used: None,
        instance_profiles: vec![],
        settings: Observed::NotCollected,
    });
    let own = if place.is_multiple_of(2) {
        policy(place)
    } else {
        own_policy(place)
    };
    role.inline_policies = [("own".to_owned(), own)].into();
    role.attached_policies = vec![shared(place % POLICIES)];
    role
}

fn policied(place: usize) -> ManagedPolicy {
    ManagedPolicy {
        document: Some(policy(place * 3 + 4)),
        ..ManagedPolicy::named(shared(place))
    }
}

fn function_of(mix: Mix, place: usize) -> Function {
    let mut function = fixtures::function(&format!("function{place}"));
    function.configuration.role = Some(role_arn(place % mix.roles));
    if place.is_multiple_of(2) {
        function.configuration.network.vpc = Some(VpcAttachment {
            vpc_id: Some("vpc-1".to_owned()),
            subnet_ids: vec![
                format!("subnet-{}", place % mix.subnets),
                format!("subnet-{}", (place + 1) % mix.subnets),
            ],
            security_group_ids: vec![format!("sg-{}", place % 100)],
            ipv6_allowed: Some(false),
        });
    }
    if place.is_multiple_of(3) {
        function.policy = Observed::Known(fixtures::allow(
            r#"{"Service":"apigateway.amazonaws.com"}"#,
            "lambda:InvokeFunction",
            function.arn.as_str(),
            &format!(
                r#"{{"ArnLike":{{"AWS:SourceArn":"arn:aws:execute-api:{REGION}:{ACCOUNT}:api{}/*"}}}}"#,
                place % mix.apis
            ),
        ));
    }
    if place.is_multiple_of(50) {
        function.urls = Observed::Known(vec![FunctionUrl {
            function_arn: function.arn.clone(),
            url: format!("https://function{place}.lambda-url.{REGION}.on.aws/"),
            auth_type: "NONE".to_owned(),
            invoke_mode: None,
            cors: None,
            sources: Sources::default(),
        }]);
    }
    function
}

fn subnet(place: usize) -> ec2::Subnet {
    let zone = ["a", "b", "c"][place % 3];
    fixtures::subnet(&format!("subnet-{place}"), &format!("{REGION}{zone}"))
}

fn interface(mix: Mix, place: usize) -> ec2::NetworkInterface {
    let group = format!("sg-{}", place % 100);
    fixtures::lambda_interface(
        &format!("eni-{place}"),
        &format!("subnet-{}", place % mix.subnets),
        &[&group],
    )
}

fn rest_api(place: usize) -> tripod_model::apigateway::RestApi {
    let mut api = fixtures::rest_api(&format!("api{place}"));
    let arn = api.arn.to_string();
    let methods = (0..METHODS).map(|method| fixtures::method(&arn, &format!("/{method}"), "GET"));
    api.methods = Observed::Known(methods.collect());
    api
}

fn region(mix: Mix) -> RegionalAccount {
    let mut region = fixtures::region(REGION);
    let functions = (0..mix.functions).map(|place| function_of(mix, place));
    let mut functions: Vec<Function> = functions.collect();
    // As collectors leave them.
    functions.sort_by(|a, b| a.arn.cmp(&b.arn));
    region.lambda.functions = Observed::Known(functions);
    region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
    region.ec2.subnets = Observed::Known((0..mix.subnets).map(subnet).collect());
    let interfaces = (0..mix.interfaces).map(|place| interface(mix, place));
    region.ec2.network_interfaces = Observed::Known(interfaces.collect());
    let key = |place: usize| fixtures::key(&format!("key{place}"));
    region.kms.keys = Observed::Known((0..mix.keys).map(key).collect());
    region.apigateway.rest_apis = Observed::Known((0..mix.apis).map(rest_api).collect());
    region
}

fn account(mix: Mix) -> Account {
    let mut account = fixtures::snapshot().accounts.remove(0);
    account.organizations.organization = Observed::Absent;
    account.iam.authorization = Observed::Known(Authorization {
        roles: (0..mix.roles).map(role).collect(),
        policies: (0..POLICIES).map(policied).collect(),
        ..Authorization::default()
    });
    account.regions = vec![];
    account
}

/// The same with other names: fixtures know one account and one region.
fn renamed<T: serde::Serialize + serde::de::DeserializeOwned>(
    thing: &T,
    from: &str,
    to: &str,
) -> Result<T, serde_json::Error> {
    serde_json::from_str(&serde_json::to_string(thing)?.replace(from, to))
}

fn snapshot(mix: Mix) -> Result<Snapshot, Box<dyn Error>> {
    let mut one = account(mix);
    let template = region(mix);
    for name in REGIONS {
        one.regions.push(renamed(&template, REGION, name)?);
    }
    let mut snapshot = fixtures::snapshot();
    snapshot.accounts = (0..mix.accounts)
        .map(|place| {
            let id = AccountId::new(format!("1000000000{place:02}"));
            renamed(&one, ACCOUNT, id.as_str())
        })
        .collect::<Result<_, _>>()?;
    Ok(snapshot)
}

/// Seconds since the program began.
fn now() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let clock = BEGUN.elapsed().as_secs_f64();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = told.split(' ').next().and_then(|text| text.parse().ok());
    spent.map_or(clock, |nanoseconds| {
        Duration::from_nanos(nanoseconds).as_secs_f64()
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    measure(COMPANY, "company", folder.as_deref())?;
    measure(SERVERLESS, "serverless", folder.as_deref())
}

fn measure(mix: Mix, file: &str, folder: Option<&str>) -> Result<(), Box<dyn Error>> {
    let snapshot = snapshot(mix)?;
    let settings = Settings::default();

    let begun = now();
    let assessment = assess(&View::new(&snapshot, &settings), ALL);
    let all = now() - begun;
    let resources: u64 = assessment.population.values().sum();
    println!(
        "{}: {resources} resources, {} checks, {} findings",
        mix.name,
        ALL.len(),
        assessment.findings.len()
    );

    // Each alone, over one view: what checks share is paid by the first that asks.
    let view = View::new(&snapshot, &settings);
    let begun = now();
    for account in &snapshot.accounts {
        let _ = view.access(account);
    }
    let mut rows = vec![("(policies read)", now() - begun)];
    for check in ALL {
        let begun = now();
        (check.run)(&view, &mut Outcomes::of(check));
        rows.push((check.id, now() - begun));
    }
    let of_checks: f64 = rows.iter().map(|(_, seconds)| seconds).sum();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (name, seconds) in rows.iter().filter(|(_, seconds)| *seconds >= SLOW_SECONDS) {
        println!("{seconds:8.3} s  {name}");
    }
    println!("{of_checks:8.3} s  all checks, one after the other");
    println!("{all:8.3} s  the whole assessment, scores and all");

    let begun = now();
    let report = Report::new(&snapshot, assessment, "0.0.0");
    println!("{:8.3} s  the report", now() - begun);
    let begun = now();
    let json = serde_json::to_string(&report)?;
    println!("{:8.3} s  as JSON, {} bytes\n", now() - begun, json.len());
    if let Some(folder) = folder {
        fs::write(format!("{folder}/{file}-report.json"), json)?;
        let json = serde_json::to_string(&snapshot)?;
        fs::write(format!("{folder}/{file}-snapshot.json"), json)?;
    }
    Ok(())
}
