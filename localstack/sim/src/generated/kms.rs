//! Keys: the customer's, and one that AWS manages in each region.

use serde_json::{Value, json};

use super::place::{Place, Thing, uuid_end};
use super::{Answer, Params, list, missing, whole};
use crate::refusals::{Call, Refusal};

/// Numbers of keys that AWS manages begin here.
const MANAGED: usize = 0xaa00_0000_0000;

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    let keys = 1 + place.count(place.size.keys);
    match call.operation {
        "ListKeys" => list("Keys", keys, move |nth| {
            let key = nth_of(place, nth);
            json!({"KeyId": key.uuid(), "KeyArn": arn(place, &key)})
        }),
        // Every key has one alias.
        "ListAliases" => match params.get("KeyId").and_then(Value::as_str) {
            None => list("Aliases", keys, move |nth| {
                alias(place, &nth_of(place, nth))
            }),
            Some(id) => match find(place, id) {
                Some(key) => list("Aliases", 1, move |_| alias(place, &key)),
                None => missing(call),
            },
        },
        _ => {
            let Some(id) = params.get("KeyId").and_then(Value::as_str) else {
                return Answer::Nothing;
            };
            match find(place, id) {
                Some(key) => of_key(place, call, key),
                None => missing(call),
            }
        }
    }
}

fn of_key<'a>(place: Place<'a>, call: &Call<'_>, key: Thing) -> Answer<'a> {
    match call.operation {
        "DescribeKey" => whole(json!({"KeyMetadata": metadata(place, &key)})),
        "GetKeyPolicy" => whole(json!({"Policy": policy(place, &key), "PolicyName": "default"})),
        "ListKeyPolicies" => list("PolicyNames", 1, |_| "default".into()),
        "GetKeyRotationStatus" if is_symmetric(&key) => whole(rotation(&key)),
        "GetKeyRotationStatus" => Answer::Refused(Refusal::new(
            "UnsupportedOperationException",
            format!(
                "{} is not a key whose material can be rotated",
                arn(place, &key)
            ),
        )),
        "ListKeyRotations" if is_symmetric(&key) => list("Rotations", 0, |_| Value::Null),
        "GetKeyLastUsage" => whole(json!({
            "KeyId": key.uuid(),
            "KeyLastUsage": {},
            "TrackingStartDate": key.moment(),
            "KeyCreationDate": key.moment(),
        })),
        "ListGrants" => list(
            "Grants",
            usize::from(key.chance("granted", 20)),
            move |_| grant(place, &key),
        ),
        "ListResourceTags" => list(
            "Tags",
            1,
            |_| json!({"TagKey": "system", "TagValue": "sim"}),
        ),
        _ => Answer::Nothing,
    }
}

fn is_managed(key: &Thing) -> bool {
    key.number >= MANAGED
}

/// The first key of a region is AWS's.
fn nth_of(place: Place<'_>, nth: usize) -> Thing {
    match nth.checked_sub(1) {
        Some(nth) => place.nth("key", nth),
        None => place.thing("managed key", MANAGED + place.at),
    }
}

/// A key by id, ARN, alias or the alias's ARN.
fn find(place: Place<'_>, given: &str) -> Option<Thing> {
    let end = given.rsplit(':').next().unwrap_or(given);
    let id = end.strip_prefix("key/").unwrap_or(end);
    let managed = nth_of(place, 0);
    if id == managed.uuid() || id == alias_name(&managed) {
        return Some(managed);
    }
    let kind = ("key", place.size.keys);
    if let Some(number) = id.strip_prefix("alias/sim/key-") {
        return place.named(id, kind, number.parse().ok(), alias_name);
    }
    place.named(id, kind, uuid_end(id), Thing::uuid)
}

fn arn(place: Place<'_>, key: &Thing) -> String {
    place.arn("kms", &format!("key/{}", key.uuid()))
}

/// A customer's key's ARN by any number, if the region has one.
pub(super) fn some_key(place: Place<'_>, number: u64) -> Option<String> {
    let count = place.count(place.size.keys) as u64;
    let nth = usize::try_from(number.checked_rem(count)?).ok()?;
    Some(arn(place, &place.nth("key", nth)))
}

fn alias_name(key: &Thing) -> String {
    if is_managed(key) {
        "alias/aws/lambda".to_owned()
    } else {
        format!("alias/sim/key-{:05}", key.number)
    }
}

fn alias(place: Place<'_>, key: &Thing) -> Value {
    let name = alias_name(key);
    json!({
        "AliasName": name,
        "AliasArn": place.arn("kms", &name),
        "TargetKeyId": key.uuid(),
        "CreationDate": key.moment(),
        "LastUpdatedDate": key.moment(),
    })
}

fn is_symmetric(key: &Thing) -> bool {
    is_managed(key) || !key.chance("asymmetric", 10)
}

fn state(key: &Thing) -> &'static str {
    if is_managed(key) {
        return "Enabled";
    }
    match key.below("state", 100) {
        0..90 => "Enabled",
        90..96 => "Disabled",
        _ => "PendingDeletion",
    }
}

fn metadata(place: Place<'_>, key: &Thing) -> Value {
    let (spec, usage) = if is_symmetric(key) {
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    } else {
        ("RSA_2048", "SIGN_VERIFY")
    };
    let state = state(key);
    let mut metadata = json!({
        "AWSAccountId": place.account,
        "KeyId": key.uuid(),
        "Arn": arn(place, key),
        "CreationDate": key.moment(),
        "Enabled": state == "Enabled",
        "Description": "",
        "KeyUsage": usage,
        "KeyState": state,
        "Origin": "AWS_KMS",
        "KeyManager": if is_managed(key) { "AWS" } else { "CUSTOMER" },
        "KeySpec": spec,
        "CustomerMasterKeySpec": spec,
        "MultiRegion": false,
    });
    if state == "PendingDeletion" {
        metadata["DeletionDate"] = "2026-12-24T08:00:00Z".into();
    }
    metadata
}

/// Some let more in than should be.
fn policy(place: Place<'_>, key: &Thing) -> Value {
    let mut statements = vec![json!({
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": place.iam("root")},
        "Action": "kms:*",
        "Resource": "*",
    })];
    if !is_managed(key) && key.chance("shared", 10) {
        let principal = if key.chance("open", 20) {
            json!("*")
        } else {
            json!({"AWS": "arn:aws:iam::999988887777:root"})
        };
        statements.push(json!({
            "Sid": "Others",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["kms:Decrypt", "kms:DescribeKey"],
            "Resource": "*",
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A key that is to be deleted is not rotated any more.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
fn rotation(key: &Thing) -> Value {
    let rotated = is_managed(key) || key.chance("rotated", 60);
    if rotated && state(key) != "PendingDeletion" {
        json!({
            "KeyRotationEnabled": true,
            "KeyId": key.uuid(),
            "RotationPeriodInDays": 365,
            "NextRotationDate": "2027-01-01T08:00:00Z",
        })
    } else {
        json!({"KeyRotationEnabled": false, "KeyId": key.uuid()})
    }
}

fn grant(place: Place<'_>, key: &Thing) -> Value {
    json!({
        "KeyId": arn(place, key),
        "GrantId": format!("{}{}", key.hex("grant a"), key.hex("grant b")),
        "GranteePrincipal": place.iam("root"),
        "IssuingAccount": place.iam("root"),
        "CreationDate": key.moment(),
        "Operations": ["Decrypt"],
    })
}
