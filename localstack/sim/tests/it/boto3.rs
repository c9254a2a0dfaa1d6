//! The sim against boto3: every entry of every estate, through botocore's own serialisers and
//! parsers, compared by `prove.py`, which shares no code with the sim.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tripod_sim::{Sim, SimError};

use crate::support::{REGION, bare_estate, here, models, prove, start, write};

fn test_estate() -> PathBuf {
    here().join("tests/estate")
}

#[test]
fn boto3_reads_the_test_estate() {
    let cases = json!([
        {"service": "sts", "operation": "GetCallerIdentity"},
        {"service": "ec2", "operation": "DescribeRegions", "params": {"AllRegions": true}},
        // Not there: as the operation says it, or empty.
        {"service": "lambda", "operation": "GetPolicy", "params": {"FunctionName": "other"}, "code": "ResourceNotFoundException", "status": 404},
        {"service": "lambda", "operation": "GetProvisionedConcurrencyConfig", "params": {"FunctionName": "other", "Qualifier": "1"}, "code": "ProvisionedConcurrencyConfigNotFoundException", "status": 404},
        {"service": "apigateway", "operation": "GetRestApi", "params": {"restApiId": "none"}, "code": "NotFoundException", "status": 404},
        {"service": "iam", "operation": "GetAccountPasswordPolicy", "code": "NoSuchEntity", "status": 404},
        {"service": "kms", "operation": "DescribeKey", "params": {"KeyId": "none"}, "code": "NotFoundException", "status": 400},
        {"service": "cloudtrail", "operation": "GetTrailStatus", "params": {"Name": "none"}, "code": "TrailNotFoundException", "status": 400},
        {"service": "s3", "operation": "GetBucketPolicyStatus", "params": {"Bucket": "none"}, "code": "NoSuchBucketPolicy", "status": 404},
        {"service": "accessanalyzer", "operation": "GetAnalyzer", "params": {"analyzerName": "none"}, "code": "ResourceNotFoundException", "status": 404},
        {"service": "lambda", "operation": "ListAliases", "params": {"FunctionName": "other"}},
        {"service": "apigateway", "operation": "GetStages", "params": {"restApiId": "none"}},
        {"service": "iam", "operation": "ListUsers"},
        {"service": "iam", "operation": "GenerateCredentialReport"},
        {"service": "ec2", "operation": "DescribeNatGateways"},
        {"service": "cloudwatch", "operation": "DescribeAlarmsForMetric", "params": {"MetricName": "m", "Namespace": "n"}},
        // Tokens that were never given out, and limits out of bounds.
        {"service": "lambda", "operation": "ListFunctions", "params": {"Marker": "x"}, "code": "InvalidParameterValueException", "status": 400},
        {"service": "kms", "operation": "ListKeys", "params": {"Marker": "x"}, "code": "InvalidMarkerException", "status": 400},
        {"service": "iam", "operation": "ListRoles", "params": {"Marker": "x"}, "code": "ValidationError", "status": 400},
        {"service": "cloudwatch", "operation": "DescribeAlarms", "params": {"NextToken": "x"}, "code": "InvalidNextToken", "status": 400},
        {"service": "ec2", "operation": "DescribeRouteTables", "params": {"MaxResults": 5}, "code": "UnauthorizedOperation", "status": 403},
        {"service": "ec2", "operation": "DescribeVpcs", "params": {"MaxResults": 5000}, "code": "InvalidParameterValue", "status": 400},
        // Regions and accounts that are out of reach.
        {"service": "lambda", "operation": "ListFunctions", "region": "me-south-1", "code": "UnrecognizedClientException", "status": 403},
        {"service": "kms", "operation": "ListKeys", "region": "me-south-1", "code": "UnrecognizedClientException", "status": 400},
        {"service": "ec2", "operation": "DescribeVpcs", "region": "eu-north-1", "code": "AuthFailure", "status": 401},
        {"service": "sts", "operation": "GetCallerIdentity", "region": "eu-north-1", "code": "InvalidClientTokenId", "status": 403},
        {"service": "iam", "operation": "ListUsers", "account": "999999999999", "code": "InvalidClientTokenId", "status": 403},
        // Changes.
        {"service": "lambda", "operation": "DeleteFunction", "params": {"FunctionName": "f"}, "code": "NotImplemented", "status": 501},
        {"service": "iam", "operation": "CreateUser", "params": {"UserName": "u"}, "code": "NotImplemented", "status": 501},
    ]);
    let sim = start(&test_estate());
    prove(&sim, &test_estate(), Some(&cases), &[]);
    let requests = sim.requests();
    assert!(
        requests
            .iter()
            .any(|request| request.operation == "DeleteFunction" && request.status == 501)
    );
    let first = requests
        .iter()
        .find(|request| request.operation == "GetResources")
        .expect("a request for resources");
    assert_eq!(
        (
            first.service.as_str(),
            first.region.as_str(),
            first.account.as_str()
        ),
        ("apigateway", REGION, "111122223333")
    );
    assert_eq!(
        first.params,
        json!({"restApiId": "abc123", "embed": ["methods"]})
    );
}

#[test]
fn boto3_reads_the_estates() {
    let Ok(estates) = fs::read_dir(here().join("../estates")) else {
        return;
    };
    for estate in estates
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("estate.json").is_file())
    {
        prove(&start(&estate), &estate, None, &[]);
    }
}

#[test]
fn boto3_follows_pages_to_their_end() {
    let folder = bare_estate(&[REGION]);
    write_long_estate(folder.path());
    let said = prove(&start(folder.path()), folder.path(), None, &[]);
    for pages in [
        "lambda:ListFunctions entry 0 pages 50+10",
        "lambda:ListEventSourceMappings entry 0 pages 100+1",
        "apigateway:GetRestApis entry 0 pages 25+25+10",
        "apigatewayv2:GetApis entry 0 pages 100+1",
        "apigatewayv2:GetVpcLinks entry 0 pages 100+1",
        "iam:GetAccountAuthorizationDetails entry 0 pages 100+30",
        "iam:ListServiceSpecificCredentials entry 0 pages 100+1",
        "kms:ListKeys entry 0 pages 100+5",
        "kms:ListAliases entry 0 pages 50+5",
        "cloudtrail:ListChannels entry 0 pages 1000+1",
        "ec2:DescribeVpcs entry 0 pages 12",
        "ec2:GetSubnetCidrReservations entry 0 pages 12",
        "accessanalyzer:ListAnalyzers entry 0 pages 100+1",
        "cloudwatch:DescribeAlarms entry 0 pages 50+3",
        "logs:DescribeLogGroups entry 0 pages 50+10",
        "organizations:ListAccounts entry 0 pages 20+1",
        "s3:ListBuckets entry 0 pages 3",
    ] {
        assert!(
            said.contains(&format!("{pages}\n")),
            "no '{pages}' in:\n{said}"
        );
    }
}

fn write_long_estate(folder: &Path) {
    let list =
        |count: usize, item: &dyn Fn(usize) -> Value| (0..count).map(item).collect::<Value>();
    let named = |count: usize, member: &'static str| {
        (0..count)
            .map(|at| json!({member: format!("n-{at:04}")}))
            .collect::<Value>()
    };
    let date = "2026-01-02T03:04:05Z";
    let analyzer = |at: usize| json!({"arn": format!("arn:{at}"), "name": "a", "type": "ACCOUNT", "createdAt": date, "status": "ACTIVE"});
    let service = |service: &str, operations: &[(&str, Value)]| {
        let operations: Value = operations
            .iter()
            .map(|(name, answer)| ((*name).to_owned(), json!([{"answer": answer}])))
            .collect();
        write(folder, &format!("{REGION}/{service}.json"), &operations);
    };
    service(
        "lambda",
        &[
            (
                "ListFunctions",
                json!({"Functions": named(60, "FunctionName")}),
            ),
            (
                "ListEventSourceMappings",
                json!({"EventSourceMappings": named(101, "UUID")}),
            ),
        ],
    );
    service(
        "apigateway",
        &[("GetRestApis", json!({"items": named(60, "id")}))],
    );
    service(
        "apigatewayv2",
        &[
            ("GetApis", json!({"Items": named(101, "ApiId")})),
            ("GetVpcLinks", json!({"Items": named(101, "VpcLinkId")})),
        ],
    );
    service(
        "iam",
        &[
            (
                "GetAccountAuthorizationDetails",
                json!({"UserDetailList": named(70, "UserName"), "RoleDetailList": named(50, "RoleName"), "Policies": named(10, "PolicyName")}),
            ),
            (
                "ListServiceSpecificCredentials",
                json!({"ServiceSpecificCredentials": named(101, "ServiceUserName")}),
            ),
        ],
    );
    service(
        "kms",
        &[
            ("ListKeys", json!({"Keys": named(105, "KeyId")})),
            ("ListAliases", json!({"Aliases": named(55, "AliasName")})),
        ],
    );
    service(
        "cloudtrail",
        &[("ListChannels", json!({"Channels": named(1001, "Name")}))],
    );
    service(
        "ec2",
        &[
            ("DescribeVpcs", json!({"Vpcs": named(12, "VpcId")})),
            (
                "GetSubnetCidrReservations",
                json!({"SubnetIpv4CidrReservations": named(12, "Cidr"), "SubnetIpv6CidrReservations": []}),
            ),
        ],
    );
    service(
        "accessanalyzer",
        &[("ListAnalyzers", json!({"analyzers": list(101, &analyzer)}))],
    );
    service(
        "cloudwatch",
        &[(
            "DescribeAlarms",
            json!({"MetricAlarms": named(51, "AlarmName"), "CompositeAlarms": named(2, "AlarmName")}),
        )],
    );
    service(
        "logs",
        &[(
            "DescribeLogGroups",
            json!({"logGroups": named(60, "logGroupName")}),
        )],
    );
    service(
        "organizations",
        &[("ListAccounts", json!({"Accounts": named(21, "Id")}))],
    );
    service(
        "s3",
        &[("ListBuckets", json!({"Buckets": named(3, "Name")}))],
    );
}

/// Every read of the services we use finds its operation, and its empty answer parses.
#[test]
fn boto3_finds_every_operation() {
    let folder = bare_estate(&[REGION]);
    let sim = start(folder.path());
    let services = [
        "lambda",
        "lambda-core",
        "apigateway",
        "apigatewayv2",
        "iam",
        "kms",
        "cloudtrail",
        "ec2",
        "sts",
        "accessanalyzer",
        "s3",
        "cloudwatch",
        "logs",
        "organizations",
        "wafv2",
        "signer",
        "sqs",
        "sns",
        "events",
        "secretsmanager",
        "dynamodb",
    ];
    let said = prove(&sim, folder.path(), None, &services);
    let asked: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("swept "))
        .collect();
    let requests = sim.requests();
    let understood: Vec<String> = requests
        .iter()
        .map(|request| format!("{} {}", request.service, request.operation))
        .collect();
    assert_eq!(asked, understood);
    assert!(asked.len() > 500, "{}", asked.len());
}

#[test]
fn estates_that_do_not_fit_the_models_are_refused() {
    let refusal = |service: &str, operations: &Value| {
        let folder = bare_estate(&[REGION]);
        write(
            folder.path(),
            &format!("{REGION}/{service}.json"),
            operations,
        );
        match Sim::builder()
            .models(models())
            .estate(folder.path())
            .start()
        {
            Err(SimError::Estate { place, message, .. }) => format!("{place}: {message}"),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        refusal("lambda", &json!({"ListFunction": []})),
        "ListFunction: the service has no such operation"
    );
    let document =
        json!({"ListFunctions": [{"answer": {"Functions": [{"FunctionName": "f", "Policy": 1}]}}]});
    assert_eq!(
        refusal("lambda", &document),
        "ListFunctions: entry 0: Functions/0: there is no member 'Policy'"
    );
    let document = json!({"GetPolicy": [{"when": {"functionName": "f"}, "answer": {}}]});
    assert_eq!(
        refusal("lambda", &document),
        "GetPolicy: entry 0: when: the operation takes no 'functionName'"
    );
    let document =
        json!({"GetPolicy": [{"answer": {}}, {"when": {"FunctionName": "f"}, "answer": {}}]});
    assert_eq!(
        refusal("lambda", &document),
        "GetPolicy: entry 1 can never answer: entry 0 matches first"
    );
    assert_eq!(
        refusal("lambada", &json!({})),
        "lambada: botocore has no service of this name"
    );
}
