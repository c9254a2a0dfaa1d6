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
