//! The resource that each request of a scan names, as AWS would see it: written by hand from the Service
//! Authorization Reference, and apart from the table that the least policy is made of.

use tripod_sim::Request;

use crate::support::text;

/// A request as `service:Operation`.
pub(crate) fn name(request: &Request) -> String {
    format!("{}:{}", request.service, request.operation)
}

/// The resource that a request names, by AWS's Service Authorization Reference; `*` where it names
/// none. Written apart from the table that the policy is made of.
pub(crate) fn named(request: &Request) -> String {
    if !CORE.contains(&&*request.service) {
        return around(request).unwrap_or_else(|| "*".to_owned());
    }
    let home = format!("{}:{}", request.region, request.account);
    let param = |name: &str| request.params[name].as_str();
    if let Some(function) = param("FunctionName") {
        return format!("arn:aws:lambda:{home}:function:{function}");
    }
    if let Some(layer) = param("LayerName") {
        // A list of versions names no resource.
        return match request.params["VersionNumber"].as_i64() {
            Some(version) => format!("arn:aws:lambda:{home}:layer:{layer}:{version}"),
            None => "*".to_owned(),
        };
    }
    if let Some(key) = param("KeyId") {
        return format!("arn:aws:kms:{home}:key/{key}");
    }
    // A call may name several trails, all of them in one statement.
    if let Some(first) = request.params["ResourceIdList"][0].as_str() {
        return first.to_owned();
    }
    if let Some(service) = param("ServiceId") {
        return format!("arn:aws:ec2:{home}:vpc-endpoint-service/{service}");
    }
    if let Some(list) = param("PrefixListId") {
        return format!("arn:aws:ec2:{home}:prefix-list/{list}");
    }
    let arn = [
        "CodeSigningConfigArn",
        "TrailName",
        "Name",
        "EventDataStore",
        "ResourceArn",
        "Arn",
        "OpenIDConnectProviderArn",
    ];
    if let Some(arn) = arn.iter().find_map(|name| param(name)) {
        return arn.to_owned();
    }
    if let Some(path) = path_of_account(request) {
        return format!("arn:aws:apigateway:{home}:{path}");
    }
    match path(request) {
        Some(path) => format!("arn:aws:apigateway:{}::{path}", request.region),
        None => "*".to_owned(),
    }
}

/// The services whose requests are told apart by the names of their parameters.
const CORE: [&str; 8] = [
    "apigateway",
    "apigatewayv2",
    "cloudtrail",
    "ec2",
    "iam",
    "kms",
    "lambda",
    "sts",
];

/// The resource that a request to a neighbour names, by its page in the Service Authorization Reference;
/// `{Parameter}` stands for what the request says, which is a name, an id or an ARN.
const AROUND: [(&str, &str); 40] = [
    (
        "accessanalyzer:ListArchiveRules",
        "arn:aws:access-analyzer:{home}:analyzer/{analyzerName}",
    ),
    ("accessanalyzer:ListFindingsV2", "{analyzerArn}"),
    (
        "account:GetAlternateContact",
        "arn:aws:account::{account}:account",
    ),
    (
        "backup:GetBackupPlan",
        "arn:aws:backup:{home}:backup-plan:{BackupPlanId}",
    ),
    (
        "cloudfront:GetDistributionConfig",
        "arn:aws:cloudfront::{account}:distribution/{Id}",
    ),
    (
        "cognito-identity:DescribeIdentityPool",
        "arn:aws:cognito-identity:{home}:identitypool/{IdentityPoolId}",
    ),
    (
        "cognito-identity:GetIdentityPoolRoles",
        "arn:aws:cognito-identity:{home}:identitypool/{IdentityPoolId}",
    ),
    (
        "cognito-idp:DescribeUserPool",
        "arn:aws:cognito-idp:{home}:userpool/{UserPoolId}",
    ),
    (
        "cognito-idp:DescribeUserPoolClient",
        "arn:aws:cognito-idp:{home}:userpool/{UserPoolId}",
    ),
    (
        "cognito-idp:ListUserPoolClients",
        "arn:aws:cognito-idp:{home}:userpool/{UserPoolId}",
    ),
    (
        "config:DescribeConfigurationRecorderStatus",
        "arn:aws:config:{home}:configuration-recorder/default/id",
    ),
    (
        "config:DescribeConfigurationRecorders",
        "arn:aws:config:{home}:configuration-recorder/default/id",
    ),
    (
        "dynamodb:DescribeContinuousBackups",
        "arn:aws:dynamodb:{home}:table/{TableName}",
    ),
    (
        "dynamodb:DescribeTable",
        "arn:aws:dynamodb:{home}:table/{TableName}",
    ),
    ("dynamodb:GetResourcePolicy", "{ResourceArn}"),
    (
        "ecr:BatchGetRepositoryScanningConfiguration",
        "arn:aws:ecr:{home}:repository/{repositoryNames}",
    ),
    (
        "ecr:DescribeImages",
        "arn:aws:ecr:{home}:repository/{repositoryName}",
    ),
    (
        "ecr:DescribeRepositories",
        "arn:aws:ecr:{home}:repository/{repositoryNames}",
    ),
    (
        "ecr:GetRepositoryPolicy",
        "arn:aws:ecr:{home}:repository/{repositoryName}",
    ),
    (
        "events:DescribeEventBus",
        "arn:aws:events:{home}:event-bus/{Name}",
    ),
    (
        "events:ListTargetsByRule",
        "arn:aws:events:{home}:rule/{EventBusName}/{Rule}",
    ),
    (
        "guardduty:GetDetector",
        "arn:aws:guardduty:{home}:detector/{DetectorId}",
    ),
    (
        "lambda-core:GetNetworkConnector",
        "arn:aws:lambda:{home}:network-connector:{Identifier}",
    ),
    // A microVM is its image's.
    (
        "lambda-microvms:GetMicrovm",
        "arn:aws:lambda:{home}:microvm-image:its-own",
    ),
    (
        "lambda-microvms:GetMicrovmImageVersion",
        "arn:aws:lambda:{home}:microvm-image:{imageIdentifier}",
    ),
    (
        "logs:DescribeMetricFilters",
        "arn:aws:logs:{home}:log-group:every:*",
    ),
    (
        "logs:DescribeSubscriptionFilters",
        "arn:aws:logs:{home}:log-group:{logGroupName}:*",
    ),
    (
        "organizations:DescribePolicy",
        "arn:aws:organizations::999988887777:policy/o-1/kind/{PolicyId}",
    ),
    (
        "organizations:ListParents",
        "arn:aws:organizations::999988887777:{kind}/o-1/{ChildId}",
    ),
    (
        "organizations:ListPoliciesForTarget",
        "arn:aws:organizations::999988887777:{kind}/o-1/{TargetId}",
    ),
    ("pipes:DescribePipe", "arn:aws:pipes:{home}:pipe/{Name}"),
    ("s3:*", "arn:aws:s3:::{Bucket}"),
    (
        "scheduler:GetSchedule",
        "arn:aws:scheduler:{home}:schedule/{GroupName}/{Name}",
    ),
    ("secretsmanager:GetResourcePolicy", "{SecretId}"),
    (
        "securityhub:DescribeHub",
        "arn:aws:securityhub:{home}:hub/default",
    ),
    (
        "securityhub:GetEnabledStandards",
        "arn:aws:securityhub:{home}:hub/default",
    ),
    ("sns:GetTopicAttributes", "{TopicArn}"),
    ("sqs:GetQueueAttributes", "arn:aws:sqs:{home}:{QueueUrl}"),
    ("stepfunctions:DescribeStateMachine", "{stateMachineArn}"),
    (
        "wafv2:GetWebACL",
        "arn:aws:wafv2:{home}:{scope}/webacl/{Name}/{Id}",
    ),
];

/// The resource by [`AROUND`]; none for a request that names none.
fn around(request: &Request) -> Option<String> {
    let own = name(request);
    let every = format!("{}:*", request.service);
    let (_, template) = AROUND.iter().find(|(it, template)| {
        let fits = *it == own || (*it == every && request.params["Bucket"].is_string());
        fits && *template != "*"
    })?;
    let home = format!("{}:{}", request.region, request.account);
    let mut resource = template
        .replace("{home}", &home)
        .replace("{account}", &request.account);
    // The first of several stands for all: they are alike.
    let kind = |text: &str| match text.split('-').next() {
        Some("r") => "root",
        Some("ou") => "ou",
        _ => "account",
    };
    for (name, value) in request.params.as_object().into_iter().flatten() {
        let first = value
            .as_array()
            .and_then(|all| all.first())
            .unwrap_or(value);
        let Some(text) = first.as_str() else { continue };
        let last = text.rsplit('/').next().unwrap_or(text);
        let text = if name == "QueueUrl" { last } else { text };
        let scope = text.to_lowercase().replace("cloudfront", "global");
        resource = resource
            .replace(&format!("{{{name}}}"), text)
            .replace(
                "{kind}",
                if name.ends_with("Id") {
                    kind(text)
                } else {
                    "{kind}"
                },
            )
            .replace("{scope}", if name == "Scope" { &scope } else { "{scope}" });
    }
    // What is left out is the default.
    let resource = resource
        .replace("{EventBusName}", "default")
        .replace("{GroupName}", "default");
    assert!(
        !resource.contains('{'),
        "{own}: {resource} of {}",
        request.params
    );
    Some(resource)
}

/// The path of what belongs to an account: of a list, that of its items.
fn path_of_account(request: &Request) -> Option<String> {
    Some(match (&*request.service, &*request.operation) {
        ("apigateway", "GetDomainNameAccessAssociations") => {
            "/domainnameaccessassociations".to_owned()
        }
        ("apigatewayv2", "ListPortals") => "/portals/*".to_owned(),
        ("apigatewayv2", "ListRoutingRules") => {
            let domain = text(&request.params["DomainName"]);
            format!("/domainnames/{domain}/routingrules/*")
        }
        _ => return None,
    })
}

/// The path of a request to API Gateway, by its API references:
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html>,
/// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/resources.html>
fn path(request: &Request) -> Option<String> {
    let of = |param: &str| text(&request.params[param]);
    let rest = |list: &str| format!("/restapis/{}/{list}", of("restApiId"));
    let second = |list: &str| format!("/apis/{}/{list}", of("ApiId"));
    let domain = || match request.params["domainNameId"].as_str() {
        Some(id) => format!("{}+{id}", of("domainName")),
        None => of("domainName"),
    };
    Some(match (&*request.service, &*request.operation) {
        ("apigateway", "GetAccount") => "/account".to_owned(),
        ("apigateway", "GetApiKeys") => "/apikeys".to_owned(),
        ("apigateway", "GetBasePathMappings") => {
            format!("/domainnames/{}/basepathmappings", domain())
        }
        ("apigateway", "GetClientCertificates") => "/clientcertificates".to_owned(),
        ("apigateway" | "apigatewayv2", "GetDomainNames") => "/domainnames".to_owned(),
        ("apigateway" | "apigatewayv2", "GetVpcLinks") => "/vpclinks".to_owned(),
        ("apigateway", "GetUsagePlans") => "/usageplans".to_owned(),
        ("apigateway", "GetUsagePlanKeys") => format!("/usageplans/{}/keys", of("usagePlanId")),
        ("apigateway", "GetDeployments") => rest("deployments"),
        ("apigateway", "GetGatewayResponses") => rest("gatewayresponses"),
        ("apigateway", "GetModels") => rest("models"),
        ("apigateway", "GetRestApis") => "/restapis".to_owned(),
        ("apigateway", "GetResources") => rest("resources"),
        ("apigateway", "GetStages") => rest("stages"),
        ("apigateway", "GetAuthorizers") => rest("authorizers"),
        ("apigateway", "GetRequestValidators") => rest("requestvalidators"),
        ("apigatewayv2", "GetApis") => "/apis".to_owned(),
        ("apigatewayv2", "GetApiMappings") => {
            format!("/domainnames/{}/apimappings", of("DomainName"))
        }
        ("apigatewayv2", "GetRoutes") => second("routes"),
        ("apigatewayv2", "GetStages") => second("stages"),
        ("apigatewayv2", "GetAuthorizers") => second("authorizers"),
        ("apigatewayv2", "GetIntegrations") => second("integrations"),
        _ => return None,
    })
}
