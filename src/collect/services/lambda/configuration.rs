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
        ephemeral_storage_mib: item.ephemeral_storage().map(|it| i64::from(it.size())),
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
