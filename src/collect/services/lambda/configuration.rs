//! From a version in the list to its configuration.

use std::collections::BTreeMap;

use aws_sdk_lambda::types::{
    CapacityProviderConfig, DurableConfig, FileSystemConfig, FunctionConfiguration,
    ImageConfigResponse, Layer, LoggingConfig, SnapStartResponse,
};
use tripod_model::lambda::{
    CapacityProviderUse, Code, Configuration, Durability, FileSystem, ImageSettings, Logging,
    Network, SnapStart, UsedLayer, VpcAttachment,
};
use tripod_model::{Arn, Observed, Redacted};

use super::{LIST, arn, filled, said, sorted, text, texts};

pub(super) fn convert(item: &FunctionConfiguration) -> Configuration {
    Configuration {
        description: filled(item.description()),
        last_modified: filled(item.last_modified()),
        revision_id: filled(item.revision_id()),
        config_sha256: filled(item.config_sha256()),
        master_arn: arn(item.master_arn()),
        role: arn(item.role()),
        code: code(item),
        timeout_seconds: item.timeout().map(i64::from),
        memory_mib: item.memory_size().map(i64::from),
        // The SDK shows 0 where AWS says nothing; the least is 512.
        ephemeral_storage_mib: item
            .ephemeral_storage()
            .map(|it| i64::from(it.size()))
            .filter(|size| *size > 0),
        environment: environment(item),
        kms_key_arn: arn(item.kms_key_arn()),
        network: Network {
            vpc: vpc(item),
            file_systems: file_systems(item.file_system_configs()),
        },
        dead_letter_target: arn(item.dead_letter_config().and_then(|dlq| dlq.target_arn())),
        logging: item.logging_config().map(logging),
        tracing_mode: text(item.tracing_config().and_then(|tracing| tracing.mode())),
        snap_start: item.snap_start().map(snap_start),
        tenant_isolation: text(item.tenancy_config().map(|it| it.tenant_isolation_mode())),
        capacity_provider: item.capacity_provider_config().and_then(capacity_provider),
        durability: item.durable_config().map(durability),
    }
}

fn code(item: &FunctionConfiguration) -> Code {
    Code {
        package_type: text(item.package_type()),
        runtime: filled(text(item.runtime()).as_deref()),
        handler: filled(item.handler()),
        architectures: texts(item.architectures()),
        sha256: filled(item.code_sha256()),
        size_bytes: said(item.code_size()),
        layers: item.layers().iter().map(layer).collect(),
        signing_profile_version_arn: arn(item.signing_profile_version_arn()),
        signing_job_arn: arn(item.signing_job_arn()),
        image: item.image_config_response().map(image),
    }
}

fn layer(item: &Layer) -> UsedLayer {
    UsedLayer {
        arn: arn(item.arn()),
        size_bytes: said(item.code_size()),
        signing_profile_version_arn: arn(item.signing_profile_version_arn()),
        signing_job_arn: arn(item.signing_job_arn()),
    }
}

fn image(item: &ImageConfigResponse) -> ImageSettings {
    let config = item.image_config();
    ImageSettings {
        entry_point: config.map_or_else(Vec::new, |it| it.entry_point().to_vec()),
        command: config.map_or_else(Vec::new, |it| it.command().to_vec()),
        working_directory: filled(config.and_then(|it| it.working_directory())),
        error_code: filled(item.error().and_then(|error| error.error_code())),
    }
}

/// Lambda shows an empty attachment for functions that once had one.
fn vpc(item: &FunctionConfiguration) -> Option<VpcAttachment> {
    let config = item
        .vpc_config()
        .filter(|config| !config.subnet_ids().is_empty())?;
    Some(VpcAttachment {
        vpc_id: filled(config.vpc_id()),
        subnet_ids: sorted(config.subnet_ids()),
        security_group_ids: sorted(config.security_group_ids()),
        ipv6_allowed: config.ipv6_allowed_for_dual_stack(),
    })
}

fn file_systems(items: &[FileSystemConfig]) -> Vec<FileSystem> {
    let mut all: Vec<FileSystem> = items
        .iter()
        .map(|item| FileSystem {
            arn: Arn::new(item.arn()),
            mount_path: item.local_mount_path().to_owned(),
        })
        .collect();
    all.sort_by(|a, b| a.mount_path.cmp(&b.mount_path));
    all
}

fn logging(item: &LoggingConfig) -> Logging {
    Logging {
        log_group: filled(item.log_group()),
        format: text(item.log_format()),
        application_level: text(item.application_log_level()),
        system_level: text(item.system_log_level()),
    }
}

fn snap_start(item: &SnapStartResponse) -> SnapStart {
    SnapStart {
        apply_on: text(item.apply_on()),
        optimization_status: text(item.optimization_status()),
    }
}

fn capacity_provider(item: &CapacityProviderConfig) -> Option<CapacityProviderUse> {
    let config = item.lambda_managed_instances_capacity_provider_config()?;
    Some(CapacityProviderUse {
        arn: Arn::new(config.capacity_provider_arn()),
        max_concurrency: config
            .per_execution_environment_max_concurrency()
            .map(i64::from),
        memory_gib_per_vcpu: config.execution_environment_memory_gib_per_v_cpu(),
    })
}

fn durability(item: &DurableConfig) -> Durability {
    Durability {
        kms_key_arn: arn(item.kms_key_arn()),
        retention_days: item.retention_period_in_days().map(i64::from),
        execution_timeout_seconds: item.execution_timeout().map(i64::from),
    }
}

/// The environment's markers. `Environment.Error` is how Lambda says that the caller may not decrypt.
fn environment(item: &FunctionConfiguration) -> Observed<BTreeMap<String, Redacted>> {
    let Some(environment) = item.environment() else {
        return Observed::Absent;
    };
    if let Some(error) = environment.error() {
        return undecrypted(error.error_code().unwrap_or("unknown"), error.message());
    }
    let Some(variables) = environment.variables().filter(|map| !map.is_empty()) else {
        return Observed::Absent;
    };
    let markers: Result<BTreeMap<String, Redacted>, _> = variables
        .iter()
        .map(|(name, marker)| marker.parse().map(|marker| (name.clone(), marker)))
        .collect();
    match markers {
        Ok(markers) => Observed::Known(markers),
        // Cannot happen behind the transport; and a value that is no marker must not go further.
        Err(error) => Observed::Failed {
            operation: LIST.to_owned(),
            error: error.to_string(),
        },
    }
}

fn undecrypted(code: &str, message: Option<&str>) -> Observed<BTreeMap<String, Redacted>> {
    if code.contains("AccessDenied") {
        Observed::Denied {
            operation: "kms:Decrypt".to_owned(),
            code: code.to_owned(),
            request_id: None,
        }
    } else {
        Observed::Failed {
            operation: LIST.to_owned(),
            error: format!(
                "the environment was not shown: {code}: {}",
                message.unwrap_or("no message")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;

    use super::*;

    fn bare() -> Configuration {
        convert(&FunctionConfiguration::builder().build())
    }

    #[test]
    fn a_bare_version_says_nothing_that_aws_did_not_say() {
        let code = Code {
            package_type: None,
            runtime: None,
            handler: None,
            architectures: vec![],
            sha256: None,
            size_bytes: None,
            layers: vec![],
            signing_profile_version_arn: None,
            signing_job_arn: None,
            image: None,
        };
        let expected = Configuration {
            description: None,
            last_modified: None,
            revision_id: None,
            config_sha256: None,
            master_arn: None,
            role: None,
            code,
            timeout_seconds: None,
            memory_mib: None,
            ephemeral_storage_mib: None,
            environment: Observed::Absent,
            kms_key_arn: None,
            network: Network {
                vpc: None,
                file_systems: vec![],
            },
            dead_letter_target: None,
            logging: None,
            tracing_mode: None,
            snap_start: None,
            tenant_isolation: None,
            capacity_provider: None,
            durability: None,
        };
        assert_eq!(bare(), expected);
    }

    #[test]
    fn empty_members_say_nothing_either() {
        let item = FunctionConfiguration::builder()
            .description("")
            .kms_key_arn("")
            .vpc_config(sdk::VpcConfigResponse::builder().vpc_id("").build())
            .logging_config(LoggingConfig::builder().build())
            .snap_start(SnapStartResponse::builder().build())
            .durable_config(DurableConfig::builder().build())
            .layers(Layer::builder().build())
            .image_config_response(ImageConfigResponse::builder().build())
            .dead_letter_config(sdk::DeadLetterConfig::builder().build())
            .capacity_provider_config(CapacityProviderConfig::builder().build())
            .build();
        let mut expected = bare();
        expected.logging = Some(Logging {
            log_group: None,
            format: None,
            application_level: None,
            system_level: None,
        });
        expected.snap_start = Some(SnapStart {
            apply_on: None,
            optimization_status: None,
        });
        expected.durability = Some(Durability {
            kms_key_arn: None,
            retention_days: None,
            execution_timeout_seconds: None,
        });
        expected.code.layers = vec![UsedLayer {
            arn: None,
            size_bytes: None,
            signing_profile_version_arn: None,
            signing_job_arn: None,
        }];
        expected.code.image = Some(ImageSettings {
            entry_point: vec![],
            command: vec![],
            working_directory: None,
            error_code: None,
        });
        assert_eq!(convert(&item), expected);
    }

    #[test]
    fn code_and_what_vouches_for_it_are_converted_whole() {
        let item = FunctionConfiguration::builder()
            .package_type(sdk::PackageType::Image)
            .runtime(sdk::Runtime::Python312)
            .handler("app.handler")
            .architectures(sdk::Architecture::X8664)
            .architectures(sdk::Architecture::Arm64)
            .code_sha256("c2hh")
            .code_size(42)
            .signing_profile_version_arn("arn:profile")
            .signing_job_arn("arn:job")
            .layers(Layer::builder().arn("arn:b").code_size(7).build())
            .layers(
                Layer::builder()
                    .arn("arn:a")
                    .signing_job_arn("arn:job")
                    .build(),
            )
            .image_config_response(
                ImageConfigResponse::builder()
                    .image_config(
                        sdk::ImageConfig::builder()
                            .entry_point("/app")
                            .command("--all")
                            .working_directory("/srv")
                            .build(),
                    )
                    .error(sdk::ImageConfigError::builder().error_code("Gone").build())
                    .build(),
            )
            .build();
        let code = convert(&item).code;
        assert_eq!(code.package_type.as_deref(), Some("Image"));
        assert_eq!(code.runtime.as_deref(), Some("python3.12"));
        assert_eq!(code.handler.as_deref(), Some("app.handler"));
        assert_eq!(code.architectures, ["arm64", "x86_64"]);
        assert_eq!(code.sha256.as_deref(), Some("c2hh"));
        assert_eq!(code.size_bytes, Some(42));
        assert_eq!(
            code.signing_profile_version_arn,
            Some(Arn::new("arn:profile"))
        );
        assert_eq!(code.signing_job_arn, Some(Arn::new("arn:job")));
        let layers: Vec<_> = code.layers.iter().map(|layer| &layer.arn).collect();
        // The order in which they are laid over each other.
        assert_eq!(layers, [&Some(Arn::new("arn:b")), &Some(Arn::new("arn:a"))]);
        assert_eq!(code.layers[0].size_bytes, Some(7));
        assert_eq!(code.layers[1].signing_job_arn, Some(Arn::new("arn:job")));
        let image = code.image.expect("said");
        assert_eq!(image.entry_point, ["/app"]);
        assert_eq!(image.command, ["--all"]);
        assert_eq!(image.working_directory.as_deref(), Some("/srv"));
        assert_eq!(image.error_code.as_deref(), Some("Gone"));
    }

    #[test]
    fn what_it_is_connected_to_is_converted_sorted() {
        let mount = |arn: &str, path: &str| {
            FileSystemConfig::builder()
                .arn(arn)
                .local_mount_path(path)
                .build()
                .expect("whole")
        };
        let item = FunctionConfiguration::builder()
            .vpc_config(
                sdk::VpcConfigResponse::builder()
                    .vpc_id("vpc-1")
                    .subnet_ids("subnet-2")
                    .subnet_ids("subnet-1")
                    .security_group_ids("sg-2")
                    .security_group_ids("sg-1")
                    .ipv6_allowed_for_dual_stack(true)
                    .build(),
            )
            .file_system_configs(mount("arn:two", "/mnt/b"))
            .file_system_configs(mount("arn:one", "/mnt/a"))
            .build();
        let network = convert(&item).network;
        let vpc = network.vpc.expect("attached");
        assert_eq!(vpc.vpc_id.as_deref(), Some("vpc-1"));
        assert_eq!(vpc.subnet_ids, ["subnet-1", "subnet-2"]);
        assert_eq!(vpc.security_group_ids, ["sg-1", "sg-2"]);
        assert_eq!(vpc.ipv6_allowed, Some(true));
        let mounts: Vec<_> = network
            .file_systems
            .iter()
            .map(|it| (it.arn.as_str(), it.mount_path.as_str()))
            .collect();
        assert_eq!(mounts, [("arn:one", "/mnt/a"), ("arn:two", "/mnt/b")]);
        let silent = sdk::VpcConfigResponse::builder()
            .subnet_ids("subnet-1")
            .build();
        let item = FunctionConfiguration::builder().vpc_config(silent).build();
        let vpc = convert(&item).network.vpc.expect("attached");
        assert_eq!((vpc.vpc_id, vpc.ipv6_allowed), (None, None));
    }

    #[test]
    fn how_it_runs_and_logs_is_converted_whole() {
        let item = FunctionConfiguration::builder()
            .description("files claims")
            .last_modified("2026-03-02")
            .revision_id("r1")
            .config_sha256("Y29uZg==")
            .master_arn("arn:master")
            .role("arn:role")
            .timeout(900)
            .memory_size(512)
            .ephemeral_storage(
                sdk::EphemeralStorage::builder()
                    .size(1024)
                    .build()
                    .expect("whole"),
            )
            .kms_key_arn("arn:key")
            .dead_letter_config(
                sdk::DeadLetterConfig::builder()
                    .target_arn("arn:queue")
                    .build(),
            )
            .tracing_config(
                sdk::TracingConfigResponse::builder()
                    .mode(sdk::TracingMode::Active)
                    .build(),
            )
            .logging_config(
                LoggingConfig::builder()
                    .log_format(sdk::LogFormat::Json)
                    .application_log_level(sdk::ApplicationLogLevel::Error)
                    .system_log_level(sdk::SystemLogLevel::Warn)
                    .log_group("/clinic/claims")
                    .build(),
            )
            .snap_start(
                SnapStartResponse::builder()
                    .apply_on(sdk::SnapStartApplyOn::PublishedVersions)
                    .optimization_status(sdk::SnapStartOptimizationStatus::On)
                    .build(),
            )
            .tenancy_config(
                sdk::TenancyConfig::builder()
                    .tenant_isolation_mode(sdk::TenantIsolationMode::PerTenant)
                    .build()
                    .expect("whole"),
            )
            .capacity_provider_config(
                CapacityProviderConfig::builder()
                    .lambda_managed_instances_capacity_provider_config(
                        sdk::LambdaManagedInstancesCapacityProviderConfig::builder()
                            .capacity_provider_arn("arn:fleet")
                            .per_execution_environment_max_concurrency(32)
                            .execution_environment_memory_gib_per_v_cpu(4.0)
                            .build()
                            .expect("whole"),
                    )
                    .build(),
            )
            .durable_config(
                DurableConfig::builder()
                    .kms_key_arn("arn:durable")
                    .retention_period_in_days(30)
                    .execution_timeout(86_400)
                    .build(),
            )
            .build();
        let said = |text: &str| Some(text.to_owned());
        let whole = convert(&item);
        let mut expected = bare();
        expected.description = said("files claims");
        expected.last_modified = said("2026-03-02");
        expected.revision_id = said("r1");
        expected.config_sha256 = said("Y29uZg==");
        expected.master_arn = Some(Arn::new("arn:master"));
        expected.role = Some(Arn::new("arn:role"));
        expected.timeout_seconds = Some(900);
        expected.memory_mib = Some(512);
        expected.ephemeral_storage_mib = Some(1024);
        expected.kms_key_arn = Some(Arn::new("arn:key"));
        expected.dead_letter_target = Some(Arn::new("arn:queue"));
        expected.tracing_mode = said("Active");
        expected.logging = Some(Logging {
            log_group: said("/clinic/claims"),
            format: said("JSON"),
            application_level: said("ERROR"),
            system_level: said("WARN"),
        });
        expected.snap_start = Some(SnapStart {
            apply_on: said("PublishedVersions"),
            optimization_status: said("On"),
        });
        expected.tenant_isolation = said("PER_TENANT");
        expected.capacity_provider = Some(CapacityProviderUse {
            arn: Arn::new("arn:fleet"),
            max_concurrency: Some(32),
            memory_gib_per_vcpu: Some(4.0),
        });
        expected.durability = Some(Durability {
            kms_key_arn: Some(Arn::new("arn:durable")),
            retention_days: Some(30),
            execution_timeout_seconds: Some(86_400),
        });
        assert_eq!(whole, expected);
    }

    fn with_environment(
        environment: sdk::EnvironmentResponse,
    ) -> Observed<BTreeMap<String, Redacted>> {
        let item = FunctionConfiguration::builder().environment(environment);
        convert(&item.build()).environment
    }

    #[test]
    fn an_environment_that_lambda_could_not_decrypt_is_denied_or_failed_and_never_empty() {
        let hidden = |code: &str| {
            let error = sdk::EnvironmentError::builder()
                .error_code(code)
                .message("no");
            with_environment(
                sdk::EnvironmentResponse::builder()
                    .error(error.build())
                    .build(),
            )
        };
        let denied = Observed::Denied {
            operation: "kms:Decrypt".to_owned(),
            code: "AccessDeniedException".to_owned(),
            request_id: None,
        };
        assert_eq!(hidden("AccessDeniedException"), denied);
        let failed = Observed::Failed {
            operation: LIST.to_owned(),
            error: "the environment was not shown: KMSInvalidStateException: no".to_owned(),
        };
        assert_eq!(hidden("KMSInvalidStateException"), failed);
    }

    #[test]
    fn a_value_that_is_no_marker_goes_no_further() {
        let plain = sdk::EnvironmentResponse::builder().variables("KEY", "hunter2");
        let Observed::Failed { error, .. } = with_environment(plain.build()) else {
            panic!("a plain value was taken for a marker");
        };
        assert!(!error.contains("hunter2"), "{error}");
        let empty = sdk::EnvironmentResponse::builder().set_variables(Some([].into()));
        assert_eq!(with_environment(empty.build()), Observed::Absent);
    }
}
