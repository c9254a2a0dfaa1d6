//! Amazon API Gateway, both APIs. Their wire names are in lower camel case.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Types.html>
//! <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/resources.html>

use tripod_model::SecretKind;

use super::Rule;
use super::Treatment::{IfSecret, Masked, Secret};

const BOTH: &[&str] = &["apigateway:*", "apigatewayv2:*"];

pub(super) const RULES: &[Rule] = &[
    // Stage variables, and those of a canary: settings of the backend, often its credentials.
    // https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
    Rule {
        operations: BOTH,
        paths: &[
            "**/variables",
            "**/stageVariableOverrides",
            "**/stageVariables",
        ],
        treatment: Masked,
    },
    // API keys. The value comes with includeValues, and in usage plans without being asked for.
    // https://docs.aws.amazon.com/apigateway/latest/api/API_ApiKey.html
    // https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlanKey.html
    Rule {
        operations: &[
            "apigateway:GetApiKey",
            "apigateway:GetUsagePlanKey",
            "apigateway:CreateApiKey",
            "apigateway:UpdateApiKey",
            "apigateway:CreateUsagePlanKey",
        ],
        paths: &["value"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    Rule {
        operations: &["apigateway:GetApiKeys", "apigateway:GetUsagePlanKeys"],
        paths: &["item/value"],
        treatment: Secret(SecretKind::NamedSecret),
    },
    // Integrations: literal headers for the backend, templates, addresses with keys in them, and
    // credentials, which should be the ARN of a role.
    // https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
    Rule {
        operations: BOTH,
        paths: &[
            "**/requestParameters",
            "**/requestTemplates",
            "**/responseParameters",
            "**/responseTemplates",
            "**/credentials",
            "**/credentialsArn",
            "**/uri",
            "**/integrationUri",
        ],
        treatment: IfSecret,
    },
    // Authorizers: an expression may be the shared token itself, an address may carry one.
    // https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
    Rule {
        operations: BOTH,
        paths: &[
            "**/identityValidationExpression",
            "**/identitySource",
            "**/authorizerUri",
            "**/authorizerCredentials",
            "**/authorizerCredentialsArn",
            "**/jwksUri",
            "**/expectedValues",
        ],
        treatment: IfSecret,
    },
    // Routing rules may choose by the value of a header, which may be the token that callers carry.
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-routingrules.html
    Rule {
        operations: BOTH,
        paths: &["**/valueGlob"],
        treatment: IfSecret,
    },
    // Whoever has a portal's preview address sees the portal before it is published.
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/portals.html
    Rule {
        operations: BOTH,
        paths: &["**/previewUrl"],
        treatment: Secret(SecretKind::PresignedUrl),
    },
    // Free text: names shown to people, formats of logs, schemas with examples, notes of an import.
    // https://docs.aws.amazon.com/apigateway/latest/api/API_Model.html
    // https://docs.aws.amazon.com/apigateway/latest/api/API_AccessLogSettings.html
    Rule {
        operations: BOTH,
        paths: &[
            "**/name",
            "**/displayName",
            "**/customerId",
            "**/accessLogSettings/format",
            "**/schema",
            "**/warnings",
            "**/truststoreWarnings",
            "**/importInfo",
            "**/statusMessage",
            "**/apiStatusMessage",
            "**/domainNameStatusMessage",
            "**/vpcLinkStatusMessage",
            "**/lastDeploymentStatusMessage",
            "**/lastPublishedDescription",
            "**/statusException",
            "**/selectionPattern",
            "**/properties",
        ],
        treatment: IfSecret,
    },
    // A whole API as OpenAPI, integrations included. In JSON: an export in YAML is withheld.
    // https://docs.aws.amazon.com/apigateway/latest/api/API_GetExport.html
    // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-exports-specification.html
    Rule {
        operations: &["apigateway:GetExport", "apigatewayv2:ExportApi"],
        paths: &["**/*"],
        treatment: IfSecret,
    },
];
