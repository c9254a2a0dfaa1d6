//! The functions, and what is asked of each.

use std::collections::BTreeMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use aws_sdk_lambda::types::{
    FunctionCodeLocation, FunctionConfiguration, FunctionVersion, RuntimeVersionConfig, TagsError,
};
use tripod_model::lambda::{
    Configuration, Function, FunctionDetails, RuntimeManagement, RuntimeVersion, StoredCode,
    Version,
};
use tripod_model::{Arn, Observed, Sources};

use super::{
    DETAILS, LIST, NOT_FOUND, POLICY, RECURSION, RUNTIME, URLS, arn, configuration, document,
    filled, invocation, note, ordered, qualifiers, source, split_qualifier, text,
};
use crate::context::in_parallel;
use crate::reply::{Page, ask, failed, pages};

/// The unpublished version.
const LATEST: &str = "$LATEST";

/// Every function with its published versions. Asked for all versions, Lambda gives the unpublished ones
/// too, so that no second list is needed.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub(super) async fn list(client: &Client) -> Observed<Vec<Function>> {
    pages(
        LIST,
        |token| {
            client
                .list_functions()
                .function_version(FunctionVersion::All)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            let list = output.functions.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                Listed::of(item, source(LIST, exchange, format!("/Functions/{index}")))
            })
        },
    )
    .await
    .map(assemble)
}

/// A version as the list shows it.
struct Listed {
    arn: String,
    name: String,
    /// None for the unpublished one.
    version: Option<String>,
    configuration: Configuration,
    sources: Sources,
}

impl Listed {
    /// One without a name or an ARN cannot be spoken of.
    fn of(item: &FunctionConfiguration, sources: Sources) -> Option<Self> {
        Some(Self {
            arn: item.function_arn()?.to_owned(),
            name: item.function_name()?.to_owned(),
            version: filled(item.version()).filter(|version| version != LATEST),
            configuration: configuration::convert(item),
            sources,
        })
    }
}

/// Puts versions under their functions. A version without its function is of one that was deleted while
/// the list was read.
fn assemble(listed: Vec<Listed>) -> Vec<Function> {
    let mut functions: BTreeMap<Arn, Function> = BTreeMap::new();
    let mut versions = Vec::new();
    for item in listed {
        let base = Arn::new(split_qualifier(&item.arn).0);
        match item.version.clone() {
            None => {
                functions.insert(base.clone(), unpublished(base, item));
            }
            Some(version) => versions.push((base, version, item)),
        }
    }
    for (base, version, item) in versions {
        if let Some(function) = functions.get_mut(&base) {
            function.versions.push(published(version, item));
        }
    }
    for function in functions.values_mut() {
        let number = |version: &Version| version.version.parse::<u64>().unwrap_or(u64::MAX);
        function.versions.sort_by_key(number);
    }
    functions.into_values().collect()
}

fn unpublished(arn: Arn, item: Listed) -> Function {
    Function {
        arn,
        name: item.name,
        configuration: item.configuration,
        details: Observed::NotCollected,
        policy: Observed::NotCollected,
        urls: Observed::NotCollected,
        event_invoke_configs: Observed::NotCollected,
        versions: Vec::new(),
        aliases: Observed::NotCollected,
        provisioned_concurrency: Observed::NotCollected,
        runtime_management: Observed::NotCollected,
        recursive_loop: Observed::NotCollected,
        sources: item.sources,
    }
}

fn published(version: String, item: Listed) -> Version {
    Version {
        arn: Arn::new(item.arn),
        version,
        configuration: item.configuration,
        policy: Observed::NotCollected,
        scaling: Observed::NotCollected,
        sources: item.sources,
    }
}

/// Asks of each function what its list does not show.
pub(super) async fn describe(
    client: &Client,
    listed: Observed<Vec<Function>>,
) -> Observed<Vec<Function>> {
    let Observed::Known(functions) = listed else {
        return listed;
    };
    let described = in_parallel(functions, |function| describe_one(client, function));
    Observed::Known(described.await)
}

async fn describe_one(client: &Client, mut function: Function) -> Function {
    let name = function.name.clone();
    let versions = std::mem::take(&mut function.versions);
    let (details, policy, urls, versions) = futures::join!(
        ask(
            DETAILS,
            NOT_FOUND,
            client.get_function().function_name(&name).send()
        ),
        ask(
            POLICY,
            NOT_FOUND,
            client.get_policy().function_name(&name).send()
        ),
        invocation::urls(client, &name),
        qualifiers::versions(client, &name, versions),
    );
    let sources = &mut function.sources;
    note(sources, DETAILS, details.exchange.as_ref(), "");
    note(sources, POLICY, policy.exchange.as_ref(), "");
    note(sources, URLS, urls.1.as_ref(), "");
    function.details = details.value.map(|output| convert_details(&output));
    function.policy = document(POLICY, policy, |output| output.policy());
    function.urls = urls.0;
    function.versions = versions;
    // The rarer part, kept out of the future that every function has.
    Box::pin(qualifiers::aliases(client, &mut function)).await;
    Box::pin(qualifiers::kept_ready(client, &mut function)).await;
    invocation::event_invoke_configs(client, &mut function).await;
    function
}

/// What has no bulk form and no evidence to go by. Asked when everything else was read.
pub(super) async fn upkeep(
    client: &Client,
    functions: Observed<Vec<Function>>,
) -> Observed<Vec<Function>> {
    let Observed::Known(functions) = functions else {
        return functions;
    };
    Observed::Known(in_parallel(functions, |function| upkeep_of(client, function)).await)
}

async fn upkeep_of(client: &Client, mut function: Function) -> Function {
    if has_a_runtime(&function.configuration) {
        let call = client.get_runtime_management_config();
        let reply = ask(
            RUNTIME,
            NOT_FOUND,
            call.function_name(&function.name).send(),
        )
        .await;
        note(&mut function.sources, RUNTIME, reply.exchange.as_ref(), "");
        function.runtime_management = reply.value.map(|output| RuntimeManagement {
            update_on: text(output.update_runtime_on()),
            runtime_version_arn: arn(output.runtime_version_arn()),
        });
    }
    let call = client.get_function_recursion_config();
    let reply = ask(
        RECURSION,
        NOT_FOUND,
        call.function_name(&function.name).send(),
    )
    .await;
    note(
        &mut function.sources,
        RECURSION,
        reply.exchange.as_ref(),
        "",
    );
    function.recursive_loop = match reply.value {
        Observed::Known(output) => match text(output.recursive_loop()) {
            Some(mode) => Observed::Known(mode),
            None => failed(RECURSION, "the answer does not say what becomes of a loop"),
        },
        unknown => unknown.map(|_| String::new()),
    };
    function
}

/// A container image brings its own.
fn has_a_runtime(configuration: &Configuration) -> bool {
    configuration.code.package_type.as_deref() != Some("Image")
}

fn convert_details(output: &GetFunctionOutput) -> FunctionDetails {
    let configuration = output.configuration();
    FunctionDetails {
        reserved_concurrency: output
            .concurrency()
            .and_then(|concurrency| concurrency.reserved_concurrent_executions())
            .map(i64::from),
        state: text(configuration.and_then(|it| it.state())),
        state_reason: filled(configuration.and_then(|it| it.state_reason())),
        state_reason_code: text(configuration.and_then(|it| it.state_reason_code())),
        last_update_status: text(configuration.and_then(|it| it.last_update_status())),
        last_update_status_reason: filled(
            configuration.and_then(|it| it.last_update_status_reason()),
        ),
        last_update_status_reason_code: text(
            configuration.and_then(|it| it.last_update_status_reason_code()),
        ),
        runtime_version: configuration
            .and_then(|it| it.runtime_version_config())
            .map(runtime_version),
        code: output.code().map(stored_code),
        tags: match output.tags_error() {
            Some(error) => hidden_tags(error),
            None => Observed::Known(ordered(output.tags())),
        },
    }
}

fn runtime_version(item: &RuntimeVersionConfig) -> RuntimeVersion {
    RuntimeVersion {
        arn: arn(item.runtime_version_arn()),
        error_code: filled(item.error().and_then(|error| error.error_code())),
    }
}

/// Never the address to download from, which is as good as the code.
fn stored_code(item: &FunctionCodeLocation) -> StoredCode {
    let object = item.resolved_s3_object();
    StoredCode {
        repository_type: filled(item.repository_type()),
        image_uri: filled(item.image_uri()),
        resolved_image_uri: filled(item.resolved_image_uri()),
        s3_object: object.and_then(|it| Some(format!("s3://{}/{}", it.s3_bucket()?, it.s3_key()?))),
        s3_object_version: filled(object.and_then(|it| it.s3_object_version())),
        source_kms_key_arn: arn(item.source_kms_key_arn()),
        error_code: filled(item.error().and_then(|error| error.error_code())),
    }
}

/// Lambda gives the function and withholds its tags where the caller lacks `lambda:ListTags`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_TagsError.html>
fn hidden_tags(error: &TagsError) -> Observed<BTreeMap<String, String>> {
    let code = error.error_code();
    if code.contains("AccessDenied") {
        Observed::Denied {
            operation: "lambda:ListTags".to_owned(),
            code: code.to_owned(),
            request_id: None,
        }
    } else {
        failed(DETAILS, &format!("the tags were not shown: {code}"))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types as sdk;

    use super::*;

    const CLAIMS: &str = "arn:aws:lambda:eu-west-1:111122223333:function:claims";

    fn item(arn: &str, version: Option<&str>) -> FunctionConfiguration {
        FunctionConfiguration::builder()
            .function_arn(arn)
            .function_name("claims")
            .set_version(version.map(str::to_owned))
            .build()
    }

    fn assembled(items: &[FunctionConfiguration]) -> Vec<Function> {
        let listed = items
            .iter()
            .map(|item| Listed::of(item, Sources::default()).expect("whole"));
        assemble(listed.collect())
    }

    #[test]
    fn versions_stand_under_their_function_by_number() {
        let functions = assembled(&[
            item(&format!("{CLAIMS}:10"), Some("10")),
            item(
                &format!("{CLAIMS}:$LATEST.PUBLISHED"),
                Some("$LATEST.PUBLISHED"),
            ),
            item(&format!("{CLAIMS}:$LATEST"), Some("$LATEST")),
            item(&format!("{CLAIMS}:9"), Some("9")),
        ]);
        assert_eq!(functions.len(), 1);
        assert_eq!(functions[0].arn.as_str(), CLAIMS);
        let versions: Vec<_> = functions[0]
            .versions
            .iter()
            .map(|it| (it.version.as_str(), it.arn.as_str()))
            .collect();
        assert_eq!(
            versions,
            [
                ("9", format!("{CLAIMS}:9").as_str()),
                ("10", &format!("{CLAIMS}:10")),
                ("$LATEST.PUBLISHED", &format!("{CLAIMS}:$LATEST.PUBLISHED")),
            ]
        );
    }

    #[test]
    fn an_endpoint_that_names_no_version_lists_functions() {
        let functions = assembled(&[item(&format!("{CLAIMS}-2"), None), item(CLAIMS, None)]);
        let arns: Vec<&str> = functions.iter().map(|it| it.arn.as_str()).collect();
        assert_eq!(arns, [CLAIMS, &format!("{CLAIMS}-2")], "by ARN");
    }

    #[test]
    fn a_version_whose_function_was_deleted_while_the_list_was_read_is_left_out() {
        assert_eq!(
            assembled(&[item(&format!("{CLAIMS}:1"), Some("1"))]),
            vec![]
        );
    }

    #[test]
    fn a_version_without_a_name_or_an_arn_cannot_be_spoken_of() {
        let nameless = FunctionConfiguration::builder()
            .function_arn(CLAIMS)
            .build();
        assert!(Listed::of(&nameless, Sources::default()).is_none());
        let placeless = FunctionConfiguration::builder()
            .function_name("claims")
            .build();
        assert!(Listed::of(&placeless, Sources::default()).is_none());
    }

    #[test]
    fn bare_details_say_nothing_that_aws_did_not_say() {
        let expected = FunctionDetails {
            reserved_concurrency: None,
            state: None,
            state_reason: None,
            state_reason_code: None,
            last_update_status: None,
            last_update_status_reason: None,
            last_update_status_reason_code: None,
            runtime_version: None,
            code: None,
            tags: Observed::Known(BTreeMap::new()),
        };
        assert_eq!(
            convert_details(&GetFunctionOutput::builder().build()),
            expected
        );
    }

    #[test]
    fn details_are_converted_whole_but_for_the_address_of_the_code() {
        let configuration = FunctionConfiguration::builder()
            .state(sdk::State::Inactive)
            .state_reason("idle for weeks")
            .state_reason_code(sdk::StateReasonCode::Idle)
            .last_update_status(sdk::LastUpdateStatus::Failed)
            .last_update_status_reason("no address")
            .last_update_status_reason_code(sdk::LastUpdateStatusReasonCode::SubnetOutOfIpAddresses)
            .runtime_version_config(
                RuntimeVersionConfig::builder()
                    .runtime_version_arn("arn:runtime")
                    .error(
                        sdk::RuntimeVersionError::builder()
                            .error_code("Gone")
                            .build(),
                    )
                    .build(),
            );
        let code = FunctionCodeLocation::builder()
            .repository_type("ECR")
            .location("https://presigned")
            .image_uri("repo:7")
            .resolved_image_uri("repo@sha256:00")
            .resolved_s3_object(
                sdk::ResolvedS3Object::builder()
                    .s3_bucket("bucket")
                    .s3_key("code.zip")
                    .s3_object_version("v1")
                    .build(),
            )
            .source_kms_key_arn("arn:key")
            .error(
                sdk::FunctionCodeLocationError::builder()
                    .error_code("Denied")
                    .build(),
            );
        let output = GetFunctionOutput::builder()
            .configuration(configuration.build())
            .code(code.build())
            .concurrency(
                sdk::Concurrency::builder()
                    .reserved_concurrent_executions(0)
                    .build(),
            )
            .tags("team", "claims")
            .build();
        let said = |text: &str| Some(text.to_owned());
        let details = convert_details(&output);
        assert!(!format!("{details:?}").contains("presigned"));
        let expected = FunctionDetails {
            reserved_concurrency: Some(0),
            state: said("Inactive"),
            state_reason: said("idle for weeks"),
            state_reason_code: said("Idle"),
            last_update_status: said("Failed"),
            last_update_status_reason: said("no address"),
            last_update_status_reason_code: said("SubnetOutOfIPAddresses"),
            runtime_version: Some(RuntimeVersion {
                arn: Some(Arn::new("arn:runtime")),
                error_code: said("Gone"),
            }),
            code: Some(StoredCode {
                repository_type: said("ECR"),
                image_uri: said("repo:7"),
                resolved_image_uri: said("repo@sha256:00"),
                s3_object: said("s3://bucket/code.zip"),
                s3_object_version: said("v1"),
                source_kms_key_arn: Some(Arn::new("arn:key")),
                error_code: said("Denied"),
            }),
            tags: Observed::Known([("team".to_owned(), "claims".to_owned())].into()),
        };
        assert_eq!(details, expected);
    }

    #[test]
    fn tags_that_the_caller_may_not_see_are_denied_and_not_empty() {
        let hidden = |code: &str| {
            let error = TagsError::builder().error_code(code).message("no").build();
            let output = GetFunctionOutput::builder().tags_error(error.expect("whole"));
            convert_details(&output.build()).tags
        };
        let denied = Observed::Denied {
            operation: "lambda:ListTags".to_owned(),
            code: "AccessDeniedException".to_owned(),
            request_id: None,
        };
        assert_eq!(hidden("AccessDeniedException"), denied);
        let failed = failed(DETAILS, "the tags were not shown: InternalError");
        assert_eq!(hidden("InternalError"), failed);
    }

    #[test]
    fn a_container_image_is_not_asked_for_its_runtime_and_what_says_nothing_is() {
        let with = |kind: Option<sdk::PackageType>| {
            let item = FunctionConfiguration::builder().set_package_type(kind);
            has_a_runtime(&configuration::convert(&item.build()))
        };
        assert!(!with(Some(sdk::PackageType::Image)));
        assert!(with(Some(sdk::PackageType::Zip)));
        assert!(with(None));
    }
}
