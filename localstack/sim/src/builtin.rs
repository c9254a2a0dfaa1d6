//! Answers that follow from `estate.json`, so that estates need not write them.

use serde_json::{Map, Value, json};

use crate::estate::{Account, Estate, Region};
use crate::refusals::Refusal;

/// The built-in answer of an operation, if it has one.
pub(crate) fn answer(
    estate: &Estate,
    account: &Account,
    service: &str,
    operation: &str,
    params: &Map<String, Value>,
) -> Option<Result<Value, Refusal>> {
    match (service, operation) {
        ("sts", "GetCallerIdentity") => Some(Ok(
            json!({"Account": account.id, "Arn": account.caller.arn, "UserId": account.caller.user_id}),
        )),
        ("sts", "AssumeRole" | "AssumeRoleWithWebIdentity") => {
            Some(assume_role(estate, account, params))
        }
        ("ec2", "DescribeRegions") => Some(Ok(regions(account, params))),
        ("iam", "GenerateCredentialReport") => Some(Ok(json!({"State": "COMPLETE"}))),
        _ => None,
    }
}

/// Credentials of a role: the account's number as the access key, which is how the sim knows the
/// account of later requests.
fn assume_role(
    estate: &Estate,
    account: &Account,
    params: &Map<String, Value>,
) -> Result<Value, Refusal> {
    let text = |name: &str| params.get(name).and_then(Value::as_str).unwrap_or_default();
    let (arn, session) = (text("RoleArn"), text("RoleSessionName"));
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let known = parts.get(4).and_then(|id| estate.accounts.get(*id));
    let (Some(target), Some(role)) = (known, parts.get(5).and_then(|name| name.rsplit('/').next()))
    else {
        let message = format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}",
            account.caller.arn
        );
        return Err(Refusal::new("AccessDenied", message).status(403));
    };
    Ok(json!({
        "Credentials": {
            "AccessKeyId": target.id,
            "SecretAccessKey": "tripod-sim",
            "SessionToken": "tripod-sim",
            "Expiration": "2099-01-01T00:00:00Z",
        },
        "AssumedRoleUser": {
            "AssumedRoleId": format!("AROACKCEVSQ6C2EXAMPLE:{session}"),
            "Arn": format!("arn:aws:sts::{}:assumed-role/{role}/{session}", target.id),
        },
    }))
}

fn regions(account: &Account, params: &Map<String, Value>) -> Value {
    let all = params
        .get("AllRegions")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let asked = |region: &&Region| {
        let names = params.get("RegionNames").and_then(Value::as_array);
        names.is_none_or(|names| {
            names.is_empty() || names.iter().any(|name| name == region.name.as_str())
        })
    };
    let regions = account
        .regions
        .iter()
        .filter(|region| all || region.enabled())
        .filter(asked)
        .filter(|region| passes(region, params));
    let regions: Vec<Value> = regions
        .map(|region| json!({"RegionName": region.name, "Endpoint": format!("ec2.{}.amazonaws.com", region.name), "OptInStatus": region.opt_in}))
        .collect();
    json!({"Regions": regions})
}

/// The filters that this operation is usually called with.
fn passes(region: &Region, params: &Map<String, Value>) -> bool {
    let filters = params.get("Filters").and_then(Value::as_array);
    filters.into_iter().flatten().all(|filter| {
        let have = match filter.get("Name").and_then(Value::as_str) {
            Some("opt-in-status") => region.opt_in.as_str(),
            Some("region-name") => region.name.as_str(),
            _ => return true,
        };
        filter
            .get("Values")
            .and_then(Value::as_array)
            .is_none_or(|values| values.iter().any(|value| value == have))
    })
}
