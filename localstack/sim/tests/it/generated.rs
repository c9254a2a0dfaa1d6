//! Generated estates, walked through by `prove_generated.py`, which shares no code with the sim.

use serde_json::{Value, json};
use tripod_sim::{Builder, Sim, SimError, Size};

use crate::support::{Bare, REGION, models, python, run};

/// AWS's regions that need no opting in to:
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// What a scan of serverless accounts asks.
const ASKED: &[&str] = &[
    "apigateway:GetAccount",
    "apigateway:GetAuthorizers",
    "apigateway:GetRequestValidators",
    "apigateway:GetResources",
    "apigateway:GetRestApis",
    "apigateway:GetStages",
    "apigatewayv2:GetApis",
    "apigatewayv2:GetAuthorizers",
    "apigatewayv2:GetIntegrations",
    "apigatewayv2:GetRoutes",
    "apigatewayv2:GetStages",
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrailStatus",
    "ec2:DescribeFlowLogs",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRegions",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "iam:GetAccountAuthorizationDetails",
    "iam:GetAccountSummary",
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListKeys",
    "lambda:GetAccountSettings",
    "lambda:GetFunction",
    "lambda:GetPolicy",
    "lambda:ListCodeSigningConfigs",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctionEventInvokeConfigs",
    "lambda:ListFunctionUrlConfigs",
    "lambda:ListFunctions",
    "lambda:ListFunctionsByCodeSigningConfig",
    "sts:GetCallerIdentity",
];

fn of(size: Size) -> Builder {
    Sim::builder().models(models()).generated(size)
}

fn start(size: Size) -> Sim {
    of(size).start().expect("a sim")
}

/// Walks through it all.
fn walk(size: &Size, regions: &[&str]) -> Sim {
    let sim = start(size.clone());
    let accounts: Vec<String> = (0..size.accounts)
        .map(|nth| match nth {
            0 => "111122223333".to_owned(),
            nth => format!("4{nth:011}"),
        })
        .collect();
    let expected = json!({
        "accounts": accounts,
        "regions": regions,
        "functions": size.functions,
        "event_source_mappings": size.event_source_mappings,
        "code_signing_configs": size.code_signing_configs,
        "layers": size.layers,
        "rest_apis": size.rest_apis,
        "http_apis": size.http_apis,
        "keys": size.keys,
        "trails": size.trails,
        "users": size.users,
        "groups": size.groups,
        "roles": size.roles,
        "policies": size.policies,
        "vpcs": size.vpcs,
        "subnets": size.subnets,
        "security_groups": size.security_groups,
        "interfaces": size.interfaces,
    });
    let mut command = python("prove_generated.py");
    command
        .args(["--endpoint", &sim.endpoint()])
        .args(["--size", &expected.to_string()]);
    run(command, &format!("{size:?}"));
    sim
}

#[test]
fn a_company_of_two_accounts_fits_together() {
    let size = Size {
        accounts: 2,
        regions: 2,
        functions: 130,
        trails: 3,
        rest_apis: 30,
        http_apis: 12,
        vpcs: 2,
        interfaces: 25,
        users: 30,
        roles: 60,
        policies: 60,
        ..Size::default()
    };
    let sim = walk(&size, &["us-east-1", "eu-central-1"]);
    let requests = sim.requests();
    for asked in ASKED {
        let answered = requests.iter().any(|request| {
            request.status == 200 && format!("{}:{}", request.service, request.operation) == *asked
        });
        assert!(answered, "{asked} was not asked or not answered");
    }
    let faults = requests.iter().filter(|request| request.status >= 500);
    assert_eq!(
        faults.collect::<Vec<_>>(),
        Vec::<&tripod_sim::Request>::new()
    );
}

#[test]
fn nothing_is_an_estate_too() {
    let size = Size {
        regions: 1,
        functions: 0,
        event_source_mappings: 5,
        code_signing_configs: 1,
        layers: 0,
        rest_apis: 2,
        http_apis: 2,
        keys: 0,
        trails: 0,
        users: 0,
        groups: 0,
        roles: 0,
        policies: 0,
        vpcs: 0,
        interfaces: 0,
        ..Size::default()
    };
    // A mapping needs a function.
    let expected = Size {
        event_source_mappings: 0,
        ..size.clone()
    };
    drop(start(size));
    walk(&expected, &["us-east-1"]);
}

#[test]
fn all_regions_that_need_no_opting_in_are_there() {
    let size = Size {
        functions: 34,
        keys: 17,
        ..Size::default()
    };
    walk(&size, &REGIONS);
}

fn list_functions(sim: &Sim, query: &str) -> String {
    let path = format!("GET /2015-03-31/functions/{query}");
    Bare::get("lambda", &path).send(&sim.endpoint())
}

fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("a whole head");
    serde_json::from_str(body).expect("JSON")
}

#[test]
fn the_seed_decides_and_repeats() {
    let functions = |seed: u64| {
        let sim = of(Size::default()).seed(seed).start().expect("a sim");
        body(&list_functions(&sim, ""))
    };
    assert_eq!(functions(1), functions(1));
    assert_ne!(functions(1), functions(2));
}

/// What is made on request does not depend on how much could be made.
#[test]
fn ten_million_functions_are_no_effort() {
    let sim = start(Size {
        functions: 10_000_000,
        ..Size::default()
    });
    let page = body(&list_functions(&sim, ""));
    assert_eq!(page["Functions"].as_array().map(Vec::len), Some(50));
    let name = page["Functions"][49]["FunctionName"]
        .as_str()
        .expect("a name");
    let get = format!("GET /2015-03-31/functions/{name}");
    let function = body(&Bare::get("lambda", &get).send(&sim.endpoint()));
    let arn = format!("arn:aws:lambda:{REGION}:111122223333:function:{name}");
    assert_eq!(function["Configuration"]["FunctionArn"], arn);
    let marker = page["NextMarker"].as_str().expect("a next page");
    let next = body(&list_functions(&sim, &format!("?Marker={marker}")));
    assert_ne!(next["Functions"], page["Functions"]);
}

#[test]
fn sizes_that_cannot_be_made_are_refused() {
    let refused = of(Size {
        regions: 18,
        ..Size::default()
    })
    .start();
    assert!(matches!(refused, Err(SimError::Size(_))), "{refused:?}");
}
