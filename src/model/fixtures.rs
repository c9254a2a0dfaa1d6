//! Small accounts for tests: everything seen, everything in order, until a test changes it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    Account, AccountId, Arn, Caller, ExchangeId, Observed, PolicyDocument, RegionName,
    RegionStatus, RegionalAccount, Requests, Run, SNAPSHOT_SCHEMA, Snapshot, Sources, apigateway,
    apigatewayv2, cloudtrail, ec2, iam, kms, lambda,
};

/// The account of every fixture.
pub const ACCOUNT: &str = "111122223333";
/// The region of every fixture.
pub const REGION: &str = "eu-central-1";
/// What fixtures take for today.
pub const TODAY: &str = "2026-11-22T00:00:00Z";

/// Sources with an entry for each operation, pointing at the whole answer.
pub fn sources(operations: &[&str]) -> Sources {
    operations
        .iter()
        .fold(Sources::default(), |all, operation| {
            all.with(operation, ExchangeId::new("00000000000000ff"), "")
        })
}

/// AWS refused `operation`.
pub fn denied<T>(operation: &str) -> Observed<T> {
    Observed::Denied {
        operation: operation.to_owned(),
        code: "AccessDeniedException".to_owned(),
        request_id: Some("00000000-0000-0000-0000-000000000001".to_owned()),
    }
}

/// One account with one region, in which every list of the core was read and is empty; the neighbours
/// were not asked.
///
/// # Panics
/// Never: the constants parse.
pub fn snapshot() -> Snapshot {
    let time: Timestamp = TODAY.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    Snapshot {
        schema: SNAPSHOT_SCHEMA.to_owned(),
        run: Run {
            id: "fixture".to_owned(),
            started: time,
            finished: time,
            observed: time,
            caller: Caller {
                account: AccountId::new(ACCOUNT),
                arn: format!("arn:aws:iam::{ACCOUNT}:role/auditor"),
            },
            endpoint: None,
            requests: Requests::default(),
            broken_collectors: vec![],
            stalled_collectors: vec![],
            stopped: None,
            clock_behind_seconds: None,
        },
        accounts: vec![Account {
            iam: iam::Iam {
                authorization: Observed::Known(iam::Authorization::default()),
                summary: Observed::Known(iam::Summary {
                    entries: BTreeMap::from([
                        ("AccountAccessKeysPresent".to_owned(), 0),
                        ("AccountMFAEnabled".to_owned(), 1),
                    ]),
                    sources: sources(&["iam:GetAccountSummary"]),
                }),
            },
            regions: vec![region(REGION)],
            ..Account::not_collected(AccountId::new(ACCOUNT), "aws".to_owned())
        }],
    }
}

/// A region in which every list of the core was read and is empty; the neighbours were not asked.
pub fn region(name: &str) -> RegionalAccount {
    RegionalAccount {
        name: RegionName::new(name),
        status: RegionStatus::Scanned,
        lambda: lambda::Lambda {
            functions: Observed::Known(vec![]),
            code_signing_configs: Observed::Known(vec![]),
            event_source_mappings: Observed::Known(vec![]),
            account_settings: Observed::Known(lambda::AccountSettings {
                concurrent_executions: 1000,
                unreserved_concurrent_executions: 1000,
                function_count: 0,
                sources: sources(&["lambda:GetAccountSettings"]),
            }),
        },
        apigateway: apigateway::ApiGateway {
            rest_apis: Observed::Known(vec![]),
            account: Observed::Known(apigateway::ApiGatewayAccount {
                cloudwatch_role_arn: None,
                throttle_rate_limit: Some(10_000.0),
                throttle_burst_limit: Some(5_000),
                sources: sources(&["apigateway:GetAccount"]),
            }),
        },
        apigatewayv2: apigatewayv2::ApiGatewayV2 {
            apis: Observed::Known(vec![]),
        },
        kms: kms::Kms {
            keys: Observed::Known(vec![]),
        },
        cloudtrail: cloudtrail::CloudTrail {
            trails: Observed::Known(vec![]),
        },
        ec2: ec2::Ec2 {
            vpcs: Observed::Known(vec![]),
            subnets: Observed::Known(vec![]),
            security_groups: Observed::Known(vec![]),
            network_acls: Observed::Known(vec![]),
            route_tables: Observed::Known(vec![]),
            nat_gateways: Observed::Known(vec![]),
            vpc_endpoints: Observed::Known(vec![]),
            flow_logs: Observed::Known(vec![]),
            network_interfaces: Observed::Known(vec![]),
        },
        ..RegionalAccount::not_collected(RegionName::new(name), RegionStatus::Scanned)
    }
}

/// A snapshot whose only region was changed by `change`.
pub fn with_region(change: impl FnOnce(&mut RegionalAccount)) -> Snapshot {
    let mut snapshot = snapshot();
    change(&mut snapshot.accounts[0].regions[0]);
    snapshot
}

/// A snapshot with these functions.
pub fn with_functions(functions: Vec<lambda::Function>) -> Snapshot {
    with_region(|region| region.lambda.functions = Observed::Known(functions))
}

/// A function in order: supported runtime, short timeout, no policy, no URL, no VPC.
pub fn function(name: &str) -> lambda::Function {
    lambda::Function {
        arn: Arn::new(format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")),
        name: name.to_owned(),
        package_type: "Zip".to_owned(),
        runtime: Some("python3.14".to_owned()),
        role: Some(Arn::new(format!("arn:aws:iam::{ACCOUNT}:role/{name}"))),
        timeout_seconds: Some(10),
        memory_mib: Some(256),
        code_sha256: Some("q1w2".to_owned()),
        last_modified: Some("2026-11-01T00:00:00.000+0000".to_owned()),
        vpc: None,
        environment: Observed::Absent,
        kms_key_arn: None,
        dead_letter_target: None,
        tracing_mode: Some("Active".to_owned()),
        layers: vec![],
        details: Observed::Known(lambda::FunctionDetails {
            reserved_concurrency: Some(10),
            state: Some("Active".to_owned()),
            state_reason_code: None,
            last_update_status: Some("Successful".to_owned()),
            last_update_status_reason_code: None,
            tags: BTreeMap::new(),
        }),
        policy: Observed::Absent,
        urls: Observed::Known(vec![]),
        event_invoke_configs: Observed::NotCollected,
        sources: sources(&[
            "lambda:ListFunctions",
            "lambda:GetFunction",
            "lambda:GetPolicy",
            "lambda:ListFunctionUrlConfigs",
            "lambda:ListFunctionEventInvokeConfigs",
        ]),
    }
}

/// A resource policy with one statement that allows `action` to `principal` (a JSON value).
pub fn allow(principal: &str, action: &str, resource: &str, condition: &str) -> PolicyDocument {
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"s0","Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":"{resource}","Condition":{condition}}}]}}"#
    ))
}

/// A customer's symmetric key in order.
pub fn key(id: &str) -> kms::Key {
    let arn = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}");
    kms::Key {
        policy: Observed::Known(allow(
            &format!(r#"{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}}"#),
            "kms:*",
            "*",
            "{}",
        )),
        arn: Arn::new(arn),
        id: id.to_owned(),
        aliases: Observed::Known(vec![format!("alias/{id}")]),
        metadata: Observed::Known(kms::KeyMetadata {
            manager: Some("CUSTOMER".to_owned()),
            state: Some("Enabled".to_owned()),
            spec: Some("SYMMETRIC_DEFAULT".to_owned()),
            origin: Some("AWS_KMS".to_owned()),
            deletion_date: None,
            multi_region: false,
            description: None,
        }),
        rotation_enabled: Observed::Known(true),
        sources: sources(&["kms:ListKeys", "kms:DescribeKey", "kms:GetKeyPolicy"]),
    }
}

/// A trail in order: all regions, validated, logging, management events only.
pub fn trail(name: &str) -> cloudtrail::Trail {
    cloudtrail::Trail {
        arn: Arn::new(format!(
            "arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{name}"
        )),
        name: name.to_owned(),
        home_region: Some(RegionName::new(REGION)),
        is_multi_region: true,
        is_organization: false,
        include_global_service_events: true,
        log_file_validation_enabled: true,
        s3_bucket: Some("trail-bucket".to_owned()),
        kms_key: None,
        cloudwatch_log_group: None,
        status: Observed::Known(cloudtrail::TrailStatus {
            is_logging: true,
            latest_delivery_error: None,
        }),
        selectors: Observed::Known(cloudtrail::Selectors {
            classic: vec![cloudtrail::EventSelector {
                read_write_type: Some("All".to_owned()),
                include_management_events: true,
                exclude_management_event_sources: vec![],
                data_resources: vec![],
            }],
            advanced: vec![],
        }),
        sources: sources(&[
            "cloudtrail:DescribeTrails",
            "cloudtrail:GetTrailStatus",
            "cloudtrail:GetEventSelectors",
        ]),
    }
}

/// A subnet `/24` of `vpc-1` with most of its addresses free.
pub fn subnet(id: &str, zone: &str) -> ec2::Subnet {
    ec2::Subnet {
        arn: Arn::new(format!("arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{id}")),
        id: id.to_owned(),
        name: None,
        vpc_id: "vpc-1".to_owned(),
        availability_zone: zone.to_owned(),
        ipv4_cidr: Some("10.0.0.0/24".to_owned()),
        free_ipv4_addresses: 240,
        sources: sources(&["ec2:DescribeSubnets"]),
    }
}

/// A REST API with one stage, one authenticated and validated method, throttled.
pub fn rest_api(id: &str) -> apigateway::RestApi {
    let arn = format!("arn:aws:apigateway:{REGION}::/restapis/{id}");
    apigateway::RestApi {
        stages: Observed::Known(vec![apigateway::Stage {
            arn: Arn::new(format!("{arn}/stages/prod")),
            name: "prod".to_owned(),
            deployment_id: Some("dep1".to_owned()),
            method_settings: BTreeMap::from([(
                "*/*".to_owned(),
                apigateway::MethodSetting {
                    throttling_rate_limit: Some(50.0),
                    throttling_burst_limit: Some(100),
                    logging_level: Some("ERROR".to_owned()),
                    data_trace_enabled: false,
                },
            )]),
            web_acl_arn: None,
            access_log_destination: None,
            tracing_enabled: false,
            sources: sources(&["apigateway:GetStages"]),
        }]),
        methods: Observed::Known(vec![method(&arn, "/claims", "POST")]),
        request_validators: Observed::Known(vec![apigateway::RequestValidator {
            id: "val1".to_owned(),
            name: Some("all".to_owned()),
            validate_request_body: true,
            validate_request_parameters: true,
        }]),
        authorizers: Observed::Known(vec![]),
        arn: Arn::new(arn),
        id: id.to_owned(),
        name: id.to_owned(),
        endpoint_types: vec!["REGIONAL".to_owned()],
        policy: None,
        disable_execute_api_endpoint: false,
        api_key_source: Some("HEADER".to_owned()),
        tags: BTreeMap::new(),
        sources: sources(&["apigateway:GetRestApis"]),
    }
}

/// A method that asks for IAM authentication and validates its input.
pub fn method(api_arn: &str, path: &str, http_method: &str) -> apigateway::Method {
    apigateway::Method {
        arn: Arn::new(format!("{api_arn}/resources/r1/methods/{http_method}")),
        path: path.to_owned(),
        http_method: http_method.to_owned(),
        authorization_type: Some("AWS_IAM".to_owned()),
        authorizer_id: None,
        api_key_required: false,
        request_validator_id: Some("val1".to_owned()),
        request_parameters: BTreeMap::new(),
        integration_type: Some("AWS_PROXY".to_owned()),
        integration_uri: None,
        sources: sources(&["apigateway:GetResources"]),
    }
}

/// An API of version 2 with one authenticated route.
pub fn api(id: &str, protocol: &str) -> apigatewayv2::Api {
    let arn = format!("arn:aws:apigateway:{REGION}::/apis/{id}");
    apigatewayv2::Api {
        routes: Observed::Known(vec![apigatewayv2::Route {
            arn: Arn::new(format!("{arn}/routes/r1")),
            id: "r1".to_owned(),
            key: if protocol == "WEBSOCKET" {
                "$connect".to_owned()
            } else {
                "GET /claims".to_owned()
            },
            authorization_type: Some("AWS_IAM".to_owned()),
            authorizer_id: None,
            authorization_scopes: vec![],
            api_key_required: false,
            target: None,
            sources: sources(&["apigatewayv2:GetRoutes"]),
        }]),
        stages: Observed::Known(vec![]),
        authorizers: Observed::Known(vec![]),
        integrations: Observed::Known(vec![]),
        arn: Arn::new(arn),
        id: id.to_owned(),
        name: id.to_owned(),
        protocol: protocol.to_owned(),
        endpoint: None,
        disable_execute_api_endpoint: false,
        cors_allow_origins: vec![],
        tags: BTreeMap::new(),
        sources: sources(&["apigatewayv2:GetApis"]),
    }
}
