//! Small accounts for tests: everything seen, everything in order, until a test changes it.

mod network;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    Account, AccountId, Arn, Caller, ExchangeId, Observed, PolicyDocument, RegionName,
    RegionStatus, RegionalAccount, Requests, Run, SNAPSHOT_SCHEMA, Snapshot, Sources, apigateway,
    apigatewayv2, cloudtrail, ec2, iam, kms, lambda,
};

pub use network::{flow_log, lambda_interface, subnet, vpc};

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

fn today() -> Timestamp {
    TODAY.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// One account with one region, in which every list of the core was read and is empty; the neighbours
/// were not asked.
///
/// # Panics
/// Never: the constants parse.
pub fn snapshot() -> Snapshot {
    let time = today();
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
            iam: iam(),
            regions: vec![region(REGION)],
            ..Account::not_collected(AccountId::new(ACCOUNT), "aws".to_owned())
        }],
    }
}

/// IAM in which every list was read and is empty. Root has MFA and no key, there is no password policy, and
/// the account is in no organisation.
pub fn iam() -> iam::Iam {
    iam::Iam {
        authorization: Observed::Known(iam::Authorization::default()),
        summary: Observed::Known(iam::Summary {
            entries: BTreeMap::from([
                ("AccountAccessKeysPresent".to_owned(), 0),
                ("AccountMFAEnabled".to_owned(), 1),
            ]),
            sources: sources(&["iam:GetAccountSummary"]),
        }),
        account_aliases: Observed::Known(vec![]),
        password_policy: Observed::Absent,
        credential_report: Observed::Known(iam::CredentialReport {
            generated: Some(today()),
            rows: vec![iam::Credentials {
                mfa_active: iam::Reported::Value(true),
                ..credentials(iam::ROOT_ACCOUNT, &format!("arn:aws:iam::{ACCOUNT}:root"))
            }],
            sources: sources(&["iam:GetCredentialReport"]),
        }),
        virtual_mfa_devices: Observed::Known(vec![]),
        service_credentials: Observed::Known(vec![]),
        server_certificates: Observed::Known(vec![]),
        saml_providers: Observed::Known(vec![]),
        oidc_providers: Observed::Known(vec![]),
        organization_features: Observed::Absent,
        outbound_federation: Observed::Absent,
        last_accessed: Observed::NotCollected,
    }
}

/// Somebody without password, keys, certificates and MFA, as the credential report shows them.
pub fn credentials(user: &str, arn: &str) -> iam::Credentials {
    use iam::Reported::{NotApplicable, Value};
    let key = iam::ReportedKey {
        active: Value(false),
        last_rotated: NotApplicable,
        last_used: NotApplicable,
        last_used_region: NotApplicable,
        last_used_service: NotApplicable,
    };
    let certificate = iam::ReportedCertificate {
        active: Value(false),
        last_rotated: NotApplicable,
    };
    iam::Credentials {
        arn: Arn::new(arn),
        user: user.to_owned(),
        created: Value(today()),
        password: iam::ReportedPassword {
            enabled: Value(false),
            last_used: NotApplicable,
            last_changed: NotApplicable,
            next_rotation: NotApplicable,
        },
        mfa_active: Value(false),
        access_keys: [key.clone(), key],
        certificates: [certificate.clone(), certificate],
        additional: None,
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
                concurrent_executions: Some(1000),
                unreserved_concurrent_executions: Some(1000),
                code_storage_bytes: Some(80_530_636_800),
                unzipped_package_bytes: Some(262_144_000),
                zipped_package_bytes: Some(52_428_800),
                used_code_storage_bytes: None,
                function_count: None,
                sources: sources(&["lambda:GetAccountSettings"]),
            }),
            layers: Observed::Known(vec![]),
            capacity_providers: Observed::Known(vec![]),
        },
        apigateway: apigateway::ApiGateway {
            rest_apis: Observed::Known(vec![]),
            account: Observed::Known(apigateway::ApiGatewayAccount {
                cloudwatch_role_arn: None,
                throttle_rate_limit: Some(10_000.0),
                throttle_burst_limit: Some(5_000),
                features: vec!["UsagePlans".to_owned()],
                api_key_version: Some("4".to_owned()),
                sources: sources(&["apigateway:GetAccount"]),
            }),
            domain_names: Observed::Known(vec![]),
            access_associations: Observed::Known(vec![]),
            foreign_access_associations: Observed::NotCollected,
            vpc_links: Observed::Known(vec![]),
            usage_plans: Observed::Known(vec![]),
            api_keys: Observed::Known(vec![]),
            client_certificates: Observed::Known(vec![]),
        },
        apigatewayv2: apigatewayv2::ApiGatewayV2 {
            apis: Observed::Known(vec![]),
            domain_names: Observed::Known(vec![]),
            vpc_links: Observed::Known(vec![]),
            portals: Observed::Known(vec![]),
        },
        kms: kms::Kms {
            keys: Observed::Known(vec![]),
            managed_keys: Observed::Known(vec![]),
            key_stores: Observed::Known(vec![]),
        },
        cloudtrail: cloudtrail::CloudTrail {
            trails: Observed::Known(vec![]),
            event_data_stores: Observed::Known(vec![]),
        },
        ec2: ec2::Ec2 {
            vpcs: Observed::Known(vec![]),
            block_public_access: Observed::Known(ec2::BlockPublicAccess {
                internet_gateway_block_mode: Some("off".to_owned()),
                state: Some("default-state".to_owned()),
                exclusions_allowed: Some("allowed".to_owned()),
                managed_by: Some("account".to_owned()),
                reason: None,
                sources: sources(&["ec2:DescribeVpcBlockPublicAccessOptions"]),
            }),
            block_public_access_exclusions: Observed::Known(vec![]),
            encryption_controls: Observed::Known(vec![]),
            subnets: Observed::Known(vec![]),
            security_groups: Observed::Known(vec![]),
            network_acls: Observed::Known(vec![]),
            prefix_lists: Observed::Known(vec![]),
            route_tables: Observed::Known(vec![]),
            internet_gateways: Observed::Known(vec![]),
            egress_only_internet_gateways: Observed::Known(vec![]),
            nat_gateways: Observed::Known(vec![]),
            network_interfaces: Observed::Known(vec![]),
            addresses: Observed::Known(vec![]),
            vpc_endpoints: Observed::Known(vec![]),
            endpoint_services: Observed::Known(vec![]),
            flow_logs: Observed::Known(vec![]),
            peering_connections: Observed::Known(vec![]),
            transit_gateways: Observed::Known(vec![]),
            transit_gateway_vpc_attachments: Observed::Known(vec![]),
            vpn_connections: Observed::Known(vec![]),
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
        configuration: configuration(name),
        details: Observed::Known(lambda::FunctionDetails {
            reserved_concurrency: Some(10),
            state: Some("Active".to_owned()),
            state_reason: None,
            state_reason_code: None,
            last_update_status: Some("Successful".to_owned()),
            last_update_status_reason: None,
            last_update_status_reason_code: None,
            runtime_version: None,
            code: None,
            tags: Observed::Known(BTreeMap::new()),
        }),
        policy: Observed::Absent,
        urls: Observed::Known(vec![]),
        event_invoke_configs: Observed::NotCollected,
        versions: vec![],
        aliases: Observed::Known(Vec::new()),
        provisioned_concurrency: Observed::NotCollected,
        runtime_management: Observed::Known(lambda::RuntimeManagement {
            update_on: Some("Auto".to_owned()),
            runtime_version_arn: None,
        }),
        recursive_loop: Observed::Known("Terminate".to_owned()),
        sources: sources(&[
            "lambda:ListFunctions",
            "lambda:GetFunction",
            "lambda:GetPolicy",
            "lambda:ListFunctionUrlConfigs",
            "lambda:ListFunctionEventInvokeConfigs",
            "lambda:GetRuntimeManagementConfig",
            "lambda:GetFunctionRecursionConfig",
        ]),
    }
}

/// The configuration of a function in order.
fn configuration(name: &str) -> lambda::Configuration {
    lambda::Configuration {
        description: None,
        last_modified: Some("2026-11-01T00:00:00.000+0000".to_owned()),
        revision_id: None,
        config_sha256: None,
        master_arn: None,
        role: Some(Arn::new(format!("arn:aws:iam::{ACCOUNT}:role/{name}"))),
        code: lambda::Code {
            package_type: Some("Zip".to_owned()),
            runtime: Some("python3.14".to_owned()),
            handler: Some("app.handler".to_owned()),
            architectures: vec!["x86_64".to_owned()],
            sha256: Some("q1w2".to_owned()),
            size_bytes: Some(1_048_576),
            layers: vec![],
            signing_profile_version_arn: None,
            signing_job_arn: None,
            image: None,
        },
        timeout_seconds: Some(10),
        memory_mib: Some(256),
        ephemeral_storage_mib: Some(512),
        environment: Observed::Absent,
        kms_key_arn: None,
        network: lambda::Network {
            vpc: None,
            file_systems: vec![],
        },
        dead_letter_target: None,
        logging: Some(lambda::Logging {
            log_group: Some(format!("/aws/lambda/{name}")),
            format: Some("Text".to_owned()),
            application_level: None,
            system_level: None,
        }),
        tracing_mode: Some("Active".to_owned()),
        snap_start: None,
        tenant_isolation: None,
        capacity_provider: None,
        durability: None,
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
        aliases: Observed::Known(vec![kms::Alias {
            name: format!("alias/{id}"),
            created: None,
            updated: None,
        }]),
        metadata: Observed::Known(kms::KeyMetadata {
            manager: Some("CUSTOMER".to_owned()),
            state: Some("Enabled".to_owned()),
            spec: Some("SYMMETRIC_DEFAULT".to_owned()),
            usage: Some("ENCRYPT_DECRYPT".to_owned()),
            origin: Some("AWS_KMS".to_owned()),
            multi_region: Some(false),
            ..kms::KeyMetadata::default()
        }),
        rotation: Observed::Known(kms::Rotation {
            enabled: Some(true),
            period_days: Some(365),
            next: None,
            on_demand_started: None,
        }),
        rotations: Observed::Known(vec![]),
        grants: Observed::Known(vec![]),
        tags: Observed::Known(BTreeMap::new()),
        last_use: Observed::NotCollected,
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
        is_multi_region: Some(true),
        is_organization: Some(false),
        include_global_service_events: Some(true),
        log_file_validation_enabled: Some(true),
        has_custom_event_selectors: Some(false),
        has_insight_selectors: Some(false),
        recursive_logging: None,
        s3_bucket: Some("trail-bucket".to_owned()),
        s3_key_prefix: None,
        sns_topic: None,
        kms_key: None,
        cloudwatch_log_group: None,
        cloudwatch_role: None,
        status: Observed::Known(cloudtrail::TrailStatus {
            is_logging: Some(true),
            ..cloudtrail::TrailStatus::default()
        }),
        selectors: Observed::Known(cloudtrail::Selectors {
            classic: vec![cloudtrail::EventSelector {
                read_write_type: Some("All".to_owned()),
                include_management_events: Some(true),
                exclude_management_event_sources: vec![],
                data_resources: vec![],
            }],
            advanced: vec![],
        }),
        insights: Observed::Absent,
        aggregations: Observed::Known(vec![]),
        tags: Observed::Known(BTreeMap::new()),
        sources: sources(&[
            "cloudtrail:DescribeTrails",
            "cloudtrail:GetTrailStatus",
            "cloudtrail:GetEventSelectors",
        ]),
    }
}

/// A REST API with one stage, one authenticated and validated method, throttled.
pub fn rest_api(id: &str) -> apigateway::RestApi {
    let arn = format!("arn:aws:apigateway:{REGION}::/restapis/{id}");
    apigateway::RestApi {
        stages: Observed::Known(vec![stage(&arn, "prod")]),
        deployments: Observed::Known(vec![apigateway::Deployment {
            id: "dep1".to_owned(),
            created: "2026-11-01T00:00:00Z".parse().ok(),
        }]),
        methods: Observed::Known(vec![method(&arn, "/claims", "POST")]),
        request_validators: Observed::Known(vec![apigateway::RequestValidator {
            id: "val1".to_owned(),
            name: Some("all".to_owned()),
            validate_request_body: Some(true),
            validate_request_parameters: Some(true),
        }]),
        authorizers: Observed::Known(vec![]),
        models: Observed::Known(vec![]),
        gateway_responses: Observed::Known(vec![]),
        arn: Arn::new(arn),
        id: id.to_owned(),
        name: id.to_owned(),
        endpoint: Some(apigateway::EndpointConfiguration {
            types: vec!["REGIONAL".to_owned()],
            ip_address_type: Some("ipv4".to_owned()),
            vpc_endpoint_ids: vec![],
        }),
        policy: None,
        disable_execute_api_endpoint: Some(false),
        security_policy: Some("TLS_1_2".to_owned()),
        endpoint_access_mode: None,
        status: Some("AVAILABLE".to_owned()),
        api_key_source: Some("HEADER".to_owned()),
        minimum_compression_size: None,
        binary_media_types: vec![],
        created: "2026-10-01T00:00:00Z".parse().ok(),
        tags: BTreeMap::new(),
        sources: sources(&["apigateway:GetRestApis"]),
    }
}

/// A throttled stage with execution logs and neither cache nor variables.
pub fn stage(api_arn: &str, name: &str) -> apigateway::Stage {
    apigateway::Stage {
        arn: Arn::new(format!("{api_arn}/stages/{name}")),
        name: name.to_owned(),
        deployment_id: Some("dep1".to_owned()),
        client_certificate_id: None,
        cache_cluster_enabled: Some(false),
        cache_cluster_size: None,
        cache_cluster_status: Some("NOT_AVAILABLE".to_owned()),
        method_settings: BTreeMap::from([(
            "*/*".to_owned(),
            apigateway::MethodSetting {
                throttling_rate_limit: Some(50.0),
                throttling_burst_limit: Some(100),
                logging_level: Some("ERROR".to_owned()),
                data_trace_enabled: Some(false),
                metrics_enabled: Some(true),
                caching_enabled: Some(false),
                cache_ttl_seconds: Some(300),
                cache_data_encrypted: Some(false),
                require_authorization_for_cache_control: Some(true),
                unauthorized_cache_control: Some("FAIL_WITH_403".to_owned()),
            },
        )]),
        variables: Observed::Absent,
        access_log: None,
        canary: None,
        tracing_enabled: Some(false),
        web_acl_arn: None,
        created: "2026-10-01T00:00:00Z".parse().ok(),
        last_updated: "2026-11-01T00:00:00Z".parse().ok(),
        tags: BTreeMap::new(),
        sources: sources(&["apigateway:GetStages"]),
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
        authorization_scopes: vec![],
        api_key_required: Some(false),
        request_validator_id: Some("val1".to_owned()),
        request_parameters: BTreeMap::new(),
        request_models: BTreeMap::new(),
        integration: Some(apigateway::Integration {
            kind: Some("AWS_PROXY".to_owned()),
            timeout_milliseconds: Some(29_000),
            ..apigateway::Integration::default()
        }),
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
            key: Some(
                if protocol == "WEBSOCKET" {
                    "$connect"
                } else {
                    "GET /claims"
                }
                .to_owned(),
            ),
            authorization_type: Some("AWS_IAM".to_owned()),
            authorizer_id: None,
            authorization_scopes: vec![],
            api_key_required: Some(false),
            target: None,
            request_parameters: BTreeMap::new(),
            request_models: BTreeMap::new(),
            model_selection_expression: None,
            route_response_selection_expression: None,
            managed: None,
            sources: sources(&["apigatewayv2:GetRoutes"]),
        }]),
        stages: Observed::Known(vec![]),
        authorizers: Observed::Known(vec![]),
        integrations: Observed::Known(vec![]),
        arn: Arn::new(arn),
        id: id.to_owned(),
        name: id.to_owned(),
        protocol: Some(protocol.to_owned()),
        endpoint: None,
        disable_execute_api_endpoint: Some(false),
        ip_address_type: Some("ipv4".to_owned()),
        route_selection_expression: None,
        api_key_selection_expression: None,
        managed: None,
        cors: None,
        created: "2026-10-01T00:00:00Z".parse().ok(),
        tags: BTreeMap::new(),
        sources: sources(&["apigatewayv2:GetApis"]),
    }
}
