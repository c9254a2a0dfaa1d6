//! What belongs to the account: code-signing configurations, limits, capacity providers.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_account_settings::GetAccountSettingsOutput;
use aws_sdk_lambda::types::{CapacityProvider as SdkProvider, CodeSigningConfig as SdkSigning};
use tripod_model::lambda::{AccountSettings, CapacityProvider, CodeSigningConfig};
use tripod_model::{Arn, Observed, Sources};

use super::{
    PROVIDERS, SETTINGS, SIGNED, SIGNING, arn, arns, filled, note, said, sorted, source, text,
    texts,
};
use crate::context::in_parallel;
use crate::reply::{Page, ask, pages};

pub(super) async fn code_signing_configs(client: &Client) -> Observed<Vec<CodeSigningConfig>> {
    let listed = pages(
        SIGNING,
        |token| client.list_code_signing_configs().set_marker(token).send(),
        |output, exchange| {
            let list = output.code_signing_configs.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/CodeSigningConfigs/{index}");
                Some(convert_signing(item, source(SIGNING, exchange, pointer)))
            })
        },
    )
    .await;
    let Observed::Known(configs) = listed else {
        return listed;
    };
    let mut configs = in_parallel(configs, |config| signed_functions(client, config)).await;
    configs.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(configs)
}

async fn signed_functions(client: &Client, mut config: CodeSigningConfig) -> CodeSigningConfig {
    let mut first = None;
    config.functions = pages(
        SIGNED,
        |token| {
            client
                .list_functions_by_code_signing_config()
                .code_signing_config_arn(config.arn.as_str())
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = output.function_arns.as_deref();
            Page::of(list, output.next_marker(), |_, arn| Some(Arn::new(arn)))
        },
    )
    .await
    .map(|mut arns: Vec<Arn>| {
        arns.sort();
        arns
    });
    note(&mut config.sources, SIGNED, first.as_ref(), "");
    config
}

pub(super) async fn settings(client: &Client) -> Observed<AccountSettings> {
    let reply = ask(SETTINGS, &[], client.get_account_settings().send()).await;
    let sources = source(SETTINGS, reply.exchange.as_ref(), String::new());
    reply.value.map(|output| convert_settings(&output, sources))
}

pub(super) async fn capacity_providers(client: &Client) -> Observed<Vec<CapacityProvider>> {
    pages(
        PROVIDERS,
        |token| client.list_capacity_providers().set_marker(token).send(),
        |output, exchange| {
            let list = Some(output.capacity_providers());
            Page::of(list, output.next_marker(), |index, item| {
                let pointer = format!("/CapacityProviders/{index}");
                convert_provider(item, source(PROVIDERS, exchange, pointer))
            })
        },
    )
    .await
    .map(|mut providers| {
        providers.sort_by(|a, b| a.arn.cmp(&b.arn));
        providers
    })
}

fn convert_settings(output: &GetAccountSettingsOutput, sources: Sources) -> AccountSettings {
    let limit = output.account_limit();
    let usage = output.account_usage();
    AccountSettings {
        concurrent_executions: limit.and_then(|it| said(it.concurrent_executions().into())),
        unreserved_concurrent_executions: limit
            .and_then(|it| it.unreserved_concurrent_executions())
            .map(i64::from),
        code_storage_bytes: limit.and_then(|it| said(it.total_code_size())),
        unzipped_package_bytes: limit.and_then(|it| said(it.code_size_unzipped())),
        zipped_package_bytes: limit.and_then(|it| said(it.code_size_zipped())),
        used_code_storage_bytes: usage.and_then(|it| said(it.total_code_size())),
        function_count: usage.and_then(|it| said(it.function_count())),
        sources,
    }
}

fn convert_signing(item: &SdkSigning, sources: Sources) -> CodeSigningConfig {
    let publishers = item.allowed_publishers();
    CodeSigningConfig {
        arn: Arn::new(item.code_signing_config_arn()),
        description: filled(item.description()),
        last_modified: item.last_modified().to_owned(),
        untrusted_artifact_on_deployment: text(
            item.code_signing_policies()
                .and_then(|policies| policies.untrusted_artifact_on_deployment()),
        ),
        signing_profile_version_arns: publishers
            .map_or_else(Vec::new, |it| arns(it.signing_profile_version_arns())),
        functions: Observed::NotCollected,
        sources,
    }
}

/// One without its ARN cannot be spoken of.
fn convert_provider(item: &SdkProvider, sources: Sources) -> Option<CapacityProvider> {
    let vpc = item.vpc_config();
    let permissions = item.permissions_config();
    let instances = item.instance_requirements();
    let scaling = item.capacity_provider_scaling_config();
    let log = item.telemetry_config().and_then(|it| it.logging_config());
    Some(CapacityProvider {
        arn: arn(Some(item.capacity_provider_arn()))?,
        state: item.state().as_str().to_owned(),
        subnet_ids: vpc.map_or_else(Vec::new, |it| sorted(it.subnet_ids())),
        security_group_ids: vpc.map_or_else(Vec::new, |it| sorted(it.security_group_ids())),
        operator_role: arn(permissions.map(|it| it.capacity_provider_operator_role_arn())),
        kms_key_arn: arn(item.kms_key_arn()),
        max_vcpu_count: scaling.and_then(|it| it.max_v_cpu_count()).map(i64::from),
        scaling_mode: text(scaling.and_then(|it| it.scaling_mode())),
        scaling_targets: scaling
            .into_iter()
            .flat_map(|it| it.scaling_policies())
            // The SDK shows 0 where AWS says nothing; no use can be held at 0.
            .filter(|it| it.target_value() > 0.0)
            .map(|it| {
                (
                    it.predefined_metric_type().as_str().to_owned(),
                    it.target_value(),
                )
            })
            .collect(),
        architectures: instances.map_or_else(Vec::new, |it| texts(it.architectures())),
        allowed_instance_types: instances
            .map_or_else(Vec::new, |it| sorted(it.allowed_instance_types())),
        excluded_instance_types: instances
            .map_or_else(Vec::new, |it| sorted(it.excluded_instance_types())),
        propagate_tags: text(item.propagate_tags().and_then(|it| it.mode())),
        log_group: filled(log.and_then(|it| it.log_group())),
        system_log_level: text(log.and_then(|it| it.system_log_level())),
        last_modified: filled(item.last_modified()),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;

    use super::*;

    fn settings(output: &GetAccountSettingsOutput) -> AccountSettings {
        convert_settings(output, Sources::default())
    }

    #[test]
    fn settings_are_converted_whole() {
        let output = GetAccountSettingsOutput::builder()
            .account_limit(
                sdk::AccountLimit::builder()
                    .concurrent_executions(1000)
                    .unreserved_concurrent_executions(0)
                    .total_code_size(3)
                    .code_size_unzipped(2)
                    .code_size_zipped(1)
                    .build(),
            )
            .account_usage(
                sdk::AccountUsage::builder()
                    .total_code_size(5)
                    .function_count(4)
                    .build(),
            )
            .build();
        let expected = AccountSettings {
            concurrent_executions: Some(1000),
            // AWS says it: everything is reserved.
            unreserved_concurrent_executions: Some(0),
            code_storage_bytes: Some(3),
            unzipped_package_bytes: Some(2),
            zipped_package_bytes: Some(1),
            used_code_storage_bytes: Some(5),
            function_count: Some(4),
            sources: Sources::default(),
        };
        assert_eq!(settings(&output), expected);
    }

    #[test]
    fn settings_without_their_members_hold_no_zeros() {
        let expected = AccountSettings {
            concurrent_executions: None,
            unreserved_concurrent_executions: None,
            code_storage_bytes: None,
            unzipped_package_bytes: None,
            zipped_package_bytes: None,
            used_code_storage_bytes: None,
            function_count: None,
            sources: Sources::default(),
        };
        assert_eq!(
            settings(&GetAccountSettingsOutput::builder().build()),
            expected
        );
        let empty = GetAccountSettingsOutput::builder()
            .account_limit(sdk::AccountLimit::builder().build())
            .account_usage(sdk::AccountUsage::builder().build());
        assert_eq!(settings(&empty.build()), expected);
    }

    #[test]
    fn a_signing_configuration_is_converted_whole_and_a_policy_left_out_stays_out() {
        let with = |policies: sdk::CodeSigningPolicies| {
            let publishers = sdk::AllowedPublishers::builder()
                .signing_profile_version_arns("arn:b")
                .signing_profile_version_arns("arn:a")
                .build()
                .expect("whole");
            let item = SdkSigning::builder()
                .code_signing_config_id("csc-1")
                .code_signing_config_arn("arn:csc-1")
                .description("releases")
                .allowed_publishers(publishers)
                .code_signing_policies(policies)
                .last_modified("t1")
                .build()
                .expect("whole");
            convert_signing(&item, Sources::default())
        };
        let policies = sdk::CodeSigningPolicies::builder()
            .untrusted_artifact_on_deployment(sdk::CodeSigningPolicy::Enforce);
        let expected = CodeSigningConfig {
            arn: Arn::new("arn:csc-1"),
            description: Some("releases".to_owned()),
            last_modified: "t1".to_owned(),
            untrusted_artifact_on_deployment: Some("Enforce".to_owned()),
            signing_profile_version_arns: vec![Arn::new("arn:a"), Arn::new("arn:b")],
            functions: Observed::NotCollected,
            sources: Sources::default(),
        };
        assert_eq!(with(policies.build()), expected);
        let bare = with(sdk::CodeSigningPolicies::builder().build());
        assert_eq!(bare.untrusted_artifact_on_deployment, None);
    }

    fn provider(arn: &str) -> sdk::builders::CapacityProviderBuilder {
        let vpc = sdk::CapacityProviderVpcConfig::builder()
            .subnet_ids("subnet-2")
            .subnet_ids("subnet-1")
            .security_group_ids("sg-1");
        let permissions = sdk::CapacityProviderPermissionsConfig::builder()
            .capacity_provider_operator_role_arn("arn:role");
        SdkProvider::builder()
            .capacity_provider_arn(arn)
            .state(sdk::CapacityProviderState::Active)
            .vpc_config(vpc.build().expect("whole"))
            .permissions_config(permissions.build().expect("whole"))
    }

    fn converted(item: sdk::builders::CapacityProviderBuilder) -> Option<CapacityProvider> {
        convert_provider(&item.build().expect("whole"), Sources::default())
    }

    fn bare() -> CapacityProvider {
        CapacityProvider {
            arn: Arn::new("arn:fleet"),
            state: "Active".to_owned(),
            subnet_ids: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
            security_group_ids: vec!["sg-1".to_owned()],
            operator_role: Some(Arn::new("arn:role")),
            kms_key_arn: None,
            max_vcpu_count: None,
            scaling_mode: None,
            scaling_targets: [].into(),
            architectures: vec![],
            allowed_instance_types: vec![],
            excluded_instance_types: vec![],
            propagate_tags: None,
            log_group: None,
            system_log_level: None,
            last_modified: None,
            sources: Sources::default(),
        }
    }

    #[test]
    fn a_capacity_provider_is_converted_whole() {
        let target = sdk::TargetTrackingScalingPolicy::builder()
            .predefined_metric_type(
                sdk::CapacityProviderPredefinedMetricType::LambdaCapacityProviderAverageCpuUtilization,
            )
            .target_value(60.0);
        let log = sdk::CapacityProviderLoggingConfig::builder()
            .log_group("/fleet")
            .system_log_level(sdk::SystemLogLevel::Info);
        let item = provider("arn:fleet")
            .kms_key_arn("arn:key")
            .last_modified("t1")
            .instance_requirements(
                sdk::InstanceRequirements::builder()
                    .architectures(sdk::Architecture::Arm64)
                    .allowed_instance_types("m8g.large")
                    .allowed_instance_types("m7g.large")
                    .excluded_instance_types("t3.micro")
                    .build(),
            )
            .capacity_provider_scaling_config(
                sdk::CapacityProviderScalingConfig::builder()
                    .max_v_cpu_count(32)
                    .scaling_mode(sdk::CapacityProviderScalingMode::Manual)
                    .scaling_policies(target.build().expect("whole"))
                    .build(),
            )
            .propagate_tags(
                sdk::PropagateTags::builder()
                    .mode(sdk::PropagateTagsMode::Explicit)
                    .build(),
            )
            .telemetry_config(
                sdk::CapacityProviderTelemetryConfig::builder()
                    .logging_config(log.build())
                    .build(),
            );
        let said = |text: &str| Some(text.to_owned());
        let expected = CapacityProvider {
            kms_key_arn: Some(Arn::new("arn:key")),
            max_vcpu_count: Some(32),
            scaling_mode: said("Manual"),
            scaling_targets: [(
                "LambdaCapacityProviderAverageCPUUtilization".to_owned(),
                60.0,
            )]
            .into(),
            architectures: vec!["arm64".to_owned()],
            allowed_instance_types: vec!["m7g.large".to_owned(), "m8g.large".to_owned()],
            excluded_instance_types: vec!["t3.micro".to_owned()],
            propagate_tags: said("Explicit"),
            log_group: said("/fleet"),
            system_log_level: said("INFO"),
            last_modified: said("t1"),
            ..bare()
        };
        assert_eq!(converted(item), Some(expected));
    }

    #[test]
    fn a_bare_capacity_provider_says_nothing_more_and_one_without_its_arn_is_none() {
        assert_eq!(converted(provider("arn:fleet")), Some(bare()));
        assert_eq!(converted(provider("")), None);
    }
}
