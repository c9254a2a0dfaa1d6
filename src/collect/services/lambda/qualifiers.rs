//! Versions and aliases: each has a policy of its own, and may keep environments ready.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    AliasConfiguration, FunctionScalingConfig, ProvisionedConcurrencyConfigListItem,
};
use tripod_model::lambda::{
    Alias, Function, ProvisionedConcurrency, ScalingBounds, Version, VersionScaling,
};
use tripod_model::{ExchangeId, Observed, PolicyDocument, Sources};

use super::{
    ALIASES, NOT_FOUND, POLICY, PROVISIONED, SCALING, arn, document, filled, note, source, text,
};
use crate::context::in_parallel;
use crate::reply::{Page, ask, pages};

/// Asks of each version what the list does not show.
pub(super) async fn versions(client: &Client, name: &str, listed: Vec<Version>) -> Vec<Version> {
    in_parallel(listed, |mut version| async move {
        let (policy, exchange) = policy(client, name, &version.version).await;
        version.policy = policy;
        note(&mut version.sources, POLICY, exchange.as_ref(), "");
        if version.configuration.capacity_provider.is_some() {
            scaling(client, name, &mut version).await;
        }
        version
    })
    .await
}

async fn policy(
    client: &Client,
    name: &str,
    qualifier: &str,
) -> (Observed<PolicyDocument>, Option<ExchangeId>) {
    let call = client.get_policy().function_name(name).qualifier(qualifier);
    let reply = ask(POLICY, NOT_FOUND, call.send()).await;
    let exchange = reply.exchange.clone();
    (document(POLICY, reply, |output| output.policy()), exchange)
}

async fn scaling(client: &Client, name: &str, version: &mut Version) {
    let call = client.get_function_scaling_config().function_name(name);
    let reply = ask(SCALING, NOT_FOUND, call.qualifier(&version.version).send()).await;
    note(&mut version.sources, SCALING, reply.exchange.as_ref(), "");
    version.scaling = reply.value.map(|output| VersionScaling {
        applied: output.applied_function_scaling_config().map(bounds),
        requested: output.requested_function_scaling_config().map(bounds),
    });
}

/// Reads the aliases: an alias may point to what is not published, so that a function without versions can
/// have some, and a policy that opens one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html>
pub(super) async fn aliases(client: &Client, function: &mut Function) {
    let (aliases, listed) = list_aliases(client, &function.name).await;
    function.aliases = aliases;
    note(&mut function.sources, ALIASES, listed.as_ref(), "");
}

/// Reads what is kept ready for versions, and for aliases that point to them. What is not published cannot
/// be kept ready.
/// <https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html>
pub(super) async fn kept_ready(client: &Client, function: &mut Function) {
    if function.versions.is_empty() {
        return;
    }
    let (provisioned, ready) = list_ready(client, &function.name).await;
    function.provisioned_concurrency = provisioned;
    note(&mut function.sources, PROVISIONED, ready.as_ref(), "");
}

async fn list_aliases(client: &Client, name: &str) -> (Observed<Vec<Alias>>, Option<ExchangeId>) {
    let mut first = None;
    let listed = pages(
        ALIASES,
        |token| {
            let call = client.list_aliases().function_name(name);
            call.set_marker(token).send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = output.aliases.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                convert_alias(item, source(ALIASES, exchange, format!("/Aliases/{index}")))
            })
        },
    )
    .await;
    let Observed::Known(aliases) = listed else {
        return (listed, first);
    };
    let mut aliases = in_parallel(aliases, |mut alias| async move {
        let (policy, exchange) = policy(client, name, &alias.name).await;
        alias.policy = policy;
        note(&mut alias.sources, POLICY, exchange.as_ref(), "");
        alias
    })
    .await;
    aliases.sort_by(|a, b| a.name.cmp(&b.name));
    (Observed::Known(aliases), first)
}

async fn list_ready(
    client: &Client,
    name: &str,
) -> (Observed<Vec<ProvisionedConcurrency>>, Option<ExchangeId>) {
    let mut first = None;
    let listed = pages(
        PROVISIONED,
        |token| {
            let call = client.list_provisioned_concurrency_configs();
            call.function_name(name).set_marker(token).send()
        },
        |output, exchange| {
            first = first.take().or_else(|| exchange.cloned());
            let list = output.provisioned_concurrency_configs.as_deref();
            Page::of(list, output.next_marker(), |_, item| convert_ready(item))
        },
    )
    .await
    .map(|mut all| {
        all.sort_by(|a, b| a.function_arn.cmp(&b.function_arn));
        all
    });
    (listed, first)
}

fn convert_alias(item: &AliasConfiguration, sources: Sources) -> Option<Alias> {
    let weights = item
        .routing_config()
        .and_then(|routing| routing.additional_version_weights());
    Some(Alias {
        arn: arn(item.alias_arn())?,
        name: filled(item.name())?,
        description: filled(item.description()),
        version: filled(item.function_version()),
        weights: weights
            .into_iter()
            .flatten()
            .map(|(version, weight)| (version.clone(), *weight))
            .collect(),
        policy: Observed::NotCollected,
        sources,
    })
}

fn convert_ready(item: &ProvisionedConcurrencyConfigListItem) -> Option<ProvisionedConcurrency> {
    Some(ProvisionedConcurrency {
        function_arn: arn(item.function_arn())?,
        requested: item
            .requested_provisioned_concurrent_executions()
            .map(i64::from),
        allocated: item
            .allocated_provisioned_concurrent_executions()
            .map(i64::from),
        available: item
            .available_provisioned_concurrent_executions()
            .map(i64::from),
        status: text(item.status()),
        status_reason: filled(item.status_reason()),
    })
}

fn bounds(item: &FunctionScalingConfig) -> ScalingBounds {
    ScalingBounds {
        min_environments: item.min_execution_environments().map(i64::from),
        max_environments: item.max_execution_environments().map(i64::from),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;
    use tripod_model::Arn;

    use super::*;

    #[test]
    fn an_alias_is_converted_whole() {
        let item = AliasConfiguration::builder()
            .alias_arn("arn:live")
            .name("live")
            .description("what callers use")
            .function_version("2")
            .routing_config(
                sdk::AliasRoutingConfiguration::builder()
                    .additional_version_weights("1", 0.1)
                    .build(),
            )
            .build();
        let expected = Alias {
            arn: Arn::new("arn:live"),
            name: "live".to_owned(),
            description: Some("what callers use".to_owned()),
            version: Some("2".to_owned()),
            weights: [("1".to_owned(), 0.1)].into(),
            policy: Observed::NotCollected,
            sources: Sources::default(),
        };
        assert_eq!(convert_alias(&item, Sources::default()), Some(expected));
    }

    #[test]
    fn an_alias_needs_its_arn_and_name_and_nothing_else() {
        let named = AliasConfiguration::builder()
            .alias_arn("arn:live")
            .name("live");
        let bare = convert_alias(&named.build(), Sources::default()).expect("named");
        assert_eq!((bare.description, bare.version), (None, None));
        assert!(bare.weights.is_empty());
        let nameless = AliasConfiguration::builder().alias_arn("arn:live").build();
        assert_eq!(convert_alias(&nameless, Sources::default()), None);
        let placeless = AliasConfiguration::builder().name("live").build();
        assert_eq!(convert_alias(&placeless, Sources::default()), None);
    }

    #[test]
    fn provisioned_concurrency_is_converted_and_needs_its_arn() {
        let item = ProvisionedConcurrencyConfigListItem::builder()
            .function_arn("arn:live")
            .requested_provisioned_concurrent_executions(50)
            .allocated_provisioned_concurrent_executions(20)
            .available_provisioned_concurrent_executions(0)
            .status(sdk::ProvisionedConcurrencyStatusEnum::Failed)
            .status_reason("no capacity")
            .build();
        let mut expected = ProvisionedConcurrency {
            function_arn: Arn::new("arn:live"),
            requested: Some(50),
            allocated: Some(20),
            available: Some(0),
            status: Some("FAILED".to_owned()),
            status_reason: Some("no capacity".to_owned()),
        };
        assert_eq!(convert_ready(&item), Some(expected.clone()));
        let bare = ProvisionedConcurrencyConfigListItem::builder().function_arn("arn:live");
        expected = ProvisionedConcurrency {
            requested: None,
            allocated: None,
            available: None,
            status: None,
            status_reason: None,
            ..expected
        };
        assert_eq!(convert_ready(&bare.build()), Some(expected));
        let placeless = ProvisionedConcurrencyConfigListItem::builder().build();
        assert_eq!(convert_ready(&placeless), None);
    }

    #[test]
    fn bounds_that_aws_leaves_out_are_not_zero() {
        let bare = bounds(&FunctionScalingConfig::builder().build());
        assert_eq!((bare.min_environments, bare.max_environments), (None, None));
        let item = FunctionScalingConfig::builder()
            .min_execution_environments(0)
            .max_execution_environments(9);
        let whole = bounds(&item.build());
        assert_eq!(
            (whole.min_environments, whole.max_environments),
            (Some(0), Some(9))
        );
    }
}
