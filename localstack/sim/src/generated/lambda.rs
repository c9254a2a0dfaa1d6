//! Functions, and what belongs to them.

use serde_json::{Value, json};

use super::place::{Place, Thing, decimal_end, uuid_end};
use super::{Answer, Params, apigateway, ec2, iam, kms, list, missing, text, whole};
use crate::matching::canonical;
use crate::refusals::Call;

const WORDS: &[&str] = &[
    "orders", "billing", "intake", "search", "mailer", "thumbs", "ledger", "export", "quotes",
    "audit",
];

/// Some are deprecated.
const RUNTIMES: &[&str] = &[
    "python3.14",
    "python3.12",
    "nodejs24.x",
    "nodejs22.x",
    "java21",
    "dotnet8",
    "provided.al2023",
    "python3.9",
    "nodejs18.x",
];

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    let functions = place.count(place.size.functions);
    match call.operation {
        "ListFunctions" => {
            // Asked for all versions, Lambda names the unpublished one too.
            let all = text(params, "FunctionVersion") == "ALL";
            list("Functions", functions, move |nth| {
                let mut config = config(place, &nth_of(place, nth));
                if all && let Some(arn) = config["FunctionArn"].as_str() {
                    config["FunctionArn"] = format!("{arn}:$LATEST").into();
                }
                config
            })
        }
        "GetAccountSettings" => whole(account_settings(place)),
        "ListEventSourceMappings" => mappings(place, params),
        "ListCodeSigningConfigs" => list(
            "CodeSigningConfigs",
            place.count(place.size.code_signing_configs),
            move |nth| signing(place, &place.nth("signing", nth)),
        ),
        "ListFunctionsByCodeSigningConfig" => {
            signed(place, call, text(params, "CodeSigningConfigArn"))
        }
        "ListLayers" => list("Layers", place.count(place.size.layers), move |nth| {
            layer(place, &place.nth("layer", nth))
        }),
        _ => {
            let mut params = params.clone();
            // The tags' operation calls it by another name.
            if let Some(resource) = params.remove("Resource") {
                params.insert("FunctionName".to_owned(), resource);
            }
            let params = canonical("lambda", &params);
            let Some(given) = params.get("FunctionName").and_then(Value::as_str) else {
                return Answer::Nothing;
            };
            let Some(function) = named(place, given) else {
                return missing(call);
            };
            let version = params.get("Qualifier").and_then(Value::as_str);
            let qualified = version.is_some_and(|name| name != "$LATEST");
            of_function(place, call, function, qualified)
        }
    }
}

fn of_function<'a>(
    place: Place<'a>,
    call: &Call<'_>,
    function: Thing,
    qualified: bool,
) -> Answer<'a> {
    match call.operation {
        // Nothing is published, so no version and no alias is there.
        _ if qualified => missing(call),
        "GetFunction" => whole(function_document(place, &function)),
        "GetFunctionConfiguration" => whole(live(place, &function)),
        "GetPolicy" => match policy(place, &function) {
            Some(policy) => whole(json!({"Policy": policy, "RevisionId": function.uuid()})),
            None => missing(call),
        },
        "ListFunctionUrlConfigs" => {
            let count = usize::from(has_url(&function));
            list("FunctionUrlConfigs", count, move |_| url(place, &function))
        }
        "GetFunctionUrlConfig" if has_url(&function) => whole(url(place, &function)),
        "ListFunctionEventInvokeConfigs" => {
            let count = usize::from(function.chance("invoke config", 20));
            list("FunctionEventInvokeConfigs", count, move |_| {
                invoke_config(place, &function)
            })
        }
        "GetFunctionEventInvokeConfig" if function.chance("invoke config", 20) => {
            whole(invoke_config(place, &function))
        }
        "ListTags" => whole(json!({"Tags": tags(&function)})),
        "GetFunctionConcurrency" => whole(concurrency(&function)),
        "GetRuntimeManagementConfig" => whole(json!({
            "UpdateRuntimeOn": if function.chance("frozen", 10) { "FunctionUpdate" } else { "Auto" },
            "FunctionArn": arn(place, &function),
        })),
        "GetFunctionRecursionConfig" => whole(json!({"RecursiveLoop": "Terminate"})),
        "ListVersionsByFunction" => list("Versions", 1, move |_| config(place, &function)),
        "ListAliases" => list("Aliases", 0, |_| Value::Null),
        "ListProvisionedConcurrencyConfigs" => {
            list("ProvisionedConcurrencyConfigs", 0, |_| Value::Null)
        }
        "GetFunctionUrlConfig" | "GetFunctionEventInvokeConfig" => missing(call),
        _ => Answer::Nothing,
    }
}

/// The nth function of a region.
fn nth_of(place: Place<'_>, nth: usize) -> Thing {
    place.nth("function", nth)
}

fn name(function: &Thing) -> String {
    format!("{}-{:05}", function.pick("word", WORDS), function.number)
}

fn named(place: Place<'_>, given: &str) -> Option<Thing> {
    let kind = ("function", place.size.functions);
    place.named(given, kind, decimal_end(given), name)
}

fn arn(place: Place<'_>, function: &Thing) -> String {
    place.arn("lambda", &format!("function:{}", name(function)))
}

/// A function's ARN by any number, if the region has functions at all.
pub(super) fn some_function(place: Place<'_>, number: u64) -> Option<String> {
    let count = place.count(place.size.functions) as u64;
    let nth = usize::try_from(number.checked_rem(count)?).ok()?;
    Some(arn(place, &nth_of(place, nth)))
}

/// The URI by which API Gateway calls a function.
pub(super) fn invocation_uri(place: Place<'_>, function: &str) -> String {
    format!(
        "arn:aws:apigateway:{}:lambda:path/2015-03-31/functions/{function}/invocations",
        place.region
    )
}

/// A function as lists show it.
fn config(place: Place<'_>, function: &Thing) -> Value {
    let name = name(function);
    let mut config = json!({
        "FunctionName": name,
        "FunctionArn": arn(place, function),
        "Role": iam::role_arn(place, function.number % place.size.roles),
        "Description": "",
        "Timeout": function.pick("timeout", &[3, 10, 30, 60, 300, 900]),
        "MemorySize": function.pick("memory", &[128, 256, 512, 1024, 3008]),
        "CodeSize": 1 << 20,
        "CodeSha256": format!("{}{}AAAAAAAAAAA=", function.hex("code a"), function.hex("code b")),
        "LastModified": format!("{}T08:00:00.000+0000", function.day()),
        "Version": "$LATEST",
        "RevisionId": function.uuid(),
        "Architectures": [function.pick("architecture", &["x86_64", "arm64"])],
        "EphemeralStorage": {"Size": 512},
        "TracingConfig": {"Mode": if function.chance("traced", 30) { "Active" } else { "PassThrough" }},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": format!("/aws/lambda/{name}")},
    });
    if function.chance("image", 5) {
        config["PackageType"] = "Image".into();
    } else {
        config["PackageType"] = "Zip".into();
        config["Runtime"] = function.pick("runtime", RUNTIMES).into();
        config["Handler"] = "app.handler".into();
    }
    if function.chance("environment", 70) {
        config["Environment"] = json!({"Variables": variables(function)});
    }
    if function.chance("vpc", 30)
        && let Some(vpc) = ec2::attachment(place, function)
    {
        config["VpcConfig"] = vpc;
    }
    if function.chance("key", 15)
        && let Some(key) = kms::some_key(place, function.draw("which key"))
    {
        config["KMSKeyArn"] = key.into();
    }
    if function.chance("dead letters", 15) {
        let queue = place.arn("sqs", &format!("{name}-dead"));
        config["DeadLetterConfig"] = json!({"TargetArn": queue});
    }
    let layers = place.count(place.size.layers);
    if layers > 0 && function.chance("layer", 25) {
        let layer = place.nth("layer", function.below("which layer", layers));
        let arn = format!("{}:1", layer_arn(place, &layer));
        config["Layers"] = json!([{"Arn": arn, "CodeSize": 4096}]);
    }
    config
}

/// Some hold what should be elsewhere. Every such value contains `SIMSECRET`, so that a search for
/// this word finds a leak.
fn variables(function: &Thing) -> Value {
    let mut variables = json!({
        "STAGE": function.pick("stage", &["prod", "test"]),
        "LOG_LEVEL": "INFO",
        "TABLE_NAME": format!("table-{}", function.number % 97),
    });
    if function.chance("password", 8) {
        variables["DB_PASSWORD"] = format!("SIMSECRET-{}", function.hex("password")).into();
    }
    if function.chance("token", 3) {
        variables["API_TOKEN"] = format!("tok_SIMSECRET_{}", function.hex("token")).into();
    }
    variables
}

/// A function as itself shows it.
fn live(place: Place<'_>, function: &Thing) -> Value {
    let mut config = config(place, function);
    config["State"] = "Active".into();
    config["LastUpdateStatus"] = "Successful".into();
    config
}

fn function_document(place: Place<'_>, function: &Thing) -> Value {
    let location = format!(
        "https://awslambda-{region}-tasks.s3.{region}.amazonaws.com/snapshots/{}/{}?X-Amz-Security-Token=SIMSECRET{}&X-Amz-Signature={}",
        place.account,
        name(function),
        function.hex("session"),
        function.hex("signature"),
        region = place.region,
    );
    let mut document = json!({
        "Configuration": live(place, function),
        "Code": {"RepositoryType": "S3", "Location": location},
    });
    if function.chance("tagged", 60) {
        document["Tags"] = tags(function);
    }
    if reserved(function) > 0 {
        document["Concurrency"] = concurrency(function);
    }
    document
}

fn tags(function: &Thing) -> Value {
    if function.chance("tagged", 60) {
        json!({"team": function.pick("team", &["core", "data", "web"]), "system": "sim"})
    } else {
        json!({})
    }
}

/// Reserved concurrency; 0 is none.
fn reserved(function: &Thing) -> u64 {
    if function.chance("reserved", 10) {
        5
    } else {
        0
    }
}

fn concurrency(function: &Thing) -> Value {
    match reserved(function) {
        0 => json!({}),
        reserved => json!({"ReservedConcurrentExecutions": reserved}),
    }
}

/// The policy of those that have one.
fn policy(place: Place<'_>, function: &Thing) -> Option<Value> {
    let own = arn(place, function);
    let mut statements = Vec::new();
    if function.chance("policy", 60) {
        statements.push(statement(place, function, &own));
    }
    if has_url(function) && is_open(function) {
        statements.push(json!({
            "Sid": "url",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "lambda:InvokeFunctionUrl",
            "Resource": own,
            "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        }));
    }
    (!statements.is_empty())
        .then(|| json!({"Version": "2012-10-17", "Id": "default", "Statement": statements}))
}

/// Who may invoke: mostly services, sometimes more than should.
fn statement(place: Place<'_>, function: &Thing, own: &str) -> Value {
    let (principal, condition) = match function.below("caller", 100) {
        0..60 => {
            let api = apigateway::some_api(place, function.draw("which api"));
            let source = place.arn("execute-api", &format!("{}/*/*", api.unwrap_or("*".into())));
            let condition = json!({"ArnLike": {"AWS:SourceArn": source}});
            (
                json!({"Service": "apigateway.amazonaws.com"}),
                Some(condition),
            )
        }
        60..80 => {
            let condition = json!({
                "StringEquals": {"AWS:SourceAccount": place.account},
                "ArnLike": {"AWS:SourceArn": format!("arn:aws:s3:::uploads-{}", function.number)},
            });
            (json!({"Service": "s3.amazonaws.com"}), Some(condition))
        }
        80..90 => {
            let rule = place.arn("events", &format!("rule/nightly-{}", function.number));
            let condition = json!({"ArnLike": {"AWS:SourceArn": rule}});
            (json!({"Service": "events.amazonaws.com"}), Some(condition))
        }
        90..95 => (json!({"Service": "s3.amazonaws.com"}), None),
        95..98 => (json!({"AWS": "arn:aws:iam::999988887777:root"}), None),
        _ => (json!("*"), None),
    };
    let mut statement = json!({
        "Sid": "caller",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "lambda:InvokeFunction",
        "Resource": own,
    });
    if let Some(condition) = condition {
        statement["Condition"] = condition;
    }
    statement
}

fn has_url(function: &Thing) -> bool {
    function.chance("url", 8)
}

/// Whether its URL asks for nothing.
fn is_open(function: &Thing) -> bool {
    function.chance("open", 25)
}

fn url(place: Place<'_>, function: &Thing) -> Value {
    let host = format!("{}{}", function.hex("url a"), function.hex("url b"));
    let moment = format!("{}T08:00:00.000000Z", function.day());
    json!({
        "FunctionUrl": format!("https://{host}.lambda-url.{}.on.aws/", place.region),
        "FunctionArn": arn(place, function),
        "AuthType": if is_open(function) { "NONE" } else { "AWS_IAM" },
        "InvokeMode": "BUFFERED",
        "CreationTime": moment,
        "LastModifiedTime": moment,
    })
}

fn invoke_config(place: Place<'_>, function: &Thing) -> Value {
    json!({
        "FunctionArn": format!("{}:$LATEST", arn(place, function)),
        "LastModified": function.moment(),
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 3600,
        "DestinationConfig": {"OnFailure": {"Destination": place.arn("sqs", "failed")}},
    })
}

/// What is reserved is within the limit, as AWS sees to it.
fn account_settings(place: Place<'_>) -> Value {
    let count = place.count(place.size.functions);
    let taken: u64 = (0..count).map(|nth| reserved(&nth_of(place, nth))).sum();
    let limit = (taken + 100).max(1000);
    json!({
        "AccountLimit": {
            "TotalCodeSize": 80_530_636_800_u64,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": limit,
            "UnreservedConcurrentExecutions": limit - taken,
        },
        "AccountUsage": {"TotalCodeSize": count << 20, "FunctionCount": count},
    })
}

fn mappings<'a>(place: Place<'a>, params: &'a Params) -> Answer<'a> {
    let count = match place.count(place.size.functions) {
        0 => 0,
        _ => place.count(place.size.event_source_mappings),
    };
    let Some(wanted) = params.get("FunctionName").and_then(Value::as_str) else {
        return list("EventSourceMappings", count, move |nth| mapping(place, nth));
    };
    let end = wanted.rsplit(':').next().unwrap_or(wanted).to_owned();
    let of_it: Vec<Value> = (0..count)
        .map(|nth| mapping(place, nth))
        .filter(|mapping| {
            mapping["FunctionArn"]
                .as_str()
                .is_some_and(|arn| arn.ends_with(&format!(":{end}")))
        })
        .collect();
    list("EventSourceMappings", of_it.len(), move |nth| {
        of_it[nth].clone()
    })
}

fn mapping(place: Place<'_>, nth: usize) -> Value {
    let mapping = place.nth("mapping", nth);
    let source = if mapping.chance("queue", 70) {
        place.arn("sqs", &format!("queue-{}", mapping.number))
    } else {
        place.arn(
            "dynamodb",
            &format!(
                "table/table-{}/stream/2025-01-01T00:00:00.000",
                mapping.number
            ),
        )
    };
    json!({
        "UUID": mapping.uuid(),
        "EventSourceArn": source,
        "FunctionArn": some_function(place, mapping.draw("function")),
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
        "BatchSize": 10,
        "LastModified": mapping.moment(),
    })
}

fn signing_arn(place: Place<'_>, config: &Thing) -> String {
    place.arn(
        "lambda",
        &format!("code-signing-config:csc-{}", config.uuid()),
    )
}

fn signing(place: Place<'_>, config: &Thing) -> Value {
    let profile = place.arn(
        "signer",
        &format!(
            "/signing-profiles/profile{}/{}",
            config.number,
            config.hex("version")
        ),
    );
    json!({
        "CodeSigningConfigId": format!("csc-{}", config.uuid()),
        "CodeSigningConfigArn": signing_arn(place, config),
        "LastModified": format!("{}T08:00:00.000000Z", config.day()),
        "AllowedPublishers": {"SigningProfileVersionArns": [profile]},
        "CodeSigningPolicies": {
            "UntrustedArtifactOnDeployment": config.pick("enforced", &["Enforce", "Warn"]),
        },
    })
}

/// Each configuration signs every fiftieth function of its region.
fn signed<'a>(place: Place<'a>, call: &Call<'_>, arn_of_config: &str) -> Answer<'a> {
    let kind = ("signing", place.size.code_signing_configs);
    let number = uuid_end(arn_of_config);
    let found = place.named(arn_of_config, kind, number, |config| {
        signing_arn(place, config)
    });
    let Some(config) = found else {
        return missing(call);
    };
    let functions = place.count(place.size.functions);
    let first = config.number / place.size.regions % 50;
    let count = functions.saturating_sub(first).div_ceil(50);
    list("FunctionArns", count, move |nth| {
        arn(place, &nth_of(place, first + nth * 50)).into()
    })
}

fn layer_arn(place: Place<'_>, layer: &Thing) -> String {
    place.arn("lambda", &format!("layer:common-{:05}", layer.number))
}

fn layer(place: Place<'_>, layer: &Thing) -> Value {
    let arn = layer_arn(place, layer);
    json!({
        "LayerName": format!("common-{:05}", layer.number),
        "LayerArn": arn,
        "LatestMatchingVersion": {
            "LayerVersionArn": format!("{arn}:1"),
            "Version": 1,
            "CreatedDate": format!("{}T08:00:00.000+0000", layer.day()),
            "CompatibleRuntimes": ["python3.14"],
        },
    })
}
