//! AWS Lambda. <https://docs.aws.amazon.com/lambda/latest/api/API_Types.html>

use tripod_model::SecretKind;

use super::Rule;
use super::Treatment::{IfSecret, Masked, Secret};

pub(super) const RULES: &[Rule] = &[
    // Environments, wherever a function's configuration stands: ListFunctions, GetFunction,
    // GetFunctionConfiguration, ListVersionsByFunction, PublishVersion. Whoever may call lambda:List*
    // sees the values; whoever reads our report must not.
    // https://docs.aws.amazon.com/lambda/latest/api/API_EnvironmentResponse.html
    Rule {
        operations: &["lambda:*"],
        paths: &["**/Environment/Variables"],
        treatment: Masked,
    },
    // Presigned addresses: whoever has one downloads the code for ten minutes, without credentials.
    // https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
    // https://docs.aws.amazon.com/lambda/latest/api/API_LayerVersionContentOutput.html
    Rule {
        operations: &["lambda:*"],
        paths: &["**/Code/Location", "**/Content/Location"],
        treatment: Secret(SecretKind::PresignedUrl),
    },
    // Arguments of a container image's program, and the words of a layer's licence.
    // https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
    // https://docs.aws.amazon.com/lambda/latest/api/API_LayerVersionsListItem.html
    Rule {
        operations: &["lambda:*"],
        paths: &[
            "**/ImageConfig/Command",
            "**/ImageConfig/EntryPoint",
            "**/LicenseInfo",
        ],
        treatment: IfSecret,
    },
    // Where events come from and go to: filters are free text, addresses of brokers and schema
    // registries may carry credentials. References to Secrets Manager are ARNs and stay.
    // https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
    Rule {
        operations: &["lambda:*"],
        paths: &[
            "**/FilterCriteria",
            "**/SelfManagedEventSource",
            "**/SourceAccessConfigurations",
            "**/SchemaRegistryConfig",
            "**/DeadLetterConfig",
            "**/DestinationConfig",
        ],
        treatment: IfSecret,
    },
    // Why something could not be shown, applied or done, in free text; descriptions have a row for every
    // service.
    // https://docs.aws.amazon.com/lambda/latest/api/API_EnvironmentError.html
    // https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
    // https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
    // https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedConcurrencyConfigListItem.html
    Rule {
        operations: &["lambda:*"],
        paths: &[
            "**/Error/Message",
            "**/FilterCriteriaError/Message",
            "**/TagsError/Message",
            "**/StateReason",
            "**/LastUpdateStatusReason",
            "**/StateTransitionReason",
            "**/LastProcessingResult",
            "**/StatusReason",
        ],
        treatment: IfSecret,
    },
    // Durable executions keep what functions were given and what they gave back.
    // https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecution.html
    // https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecutionHistory.html
    Rule {
        operations: &["lambda:*"],
        paths: &[
            "**/Payload",
            "**/InputPayload",
            "**/Result",
            "**/ErrorData",
            "**/ErrorMessage",
            "**/StackTrace",
        ],
        treatment: Masked,
    },
];
