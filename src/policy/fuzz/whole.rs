//! What has to hold for any bytes at all: nothing panics, and what is read and printed is read again
//! as the same.

use tripod_model::{AccountId, Arn, PolicyDocument};
use tripod_policy::{
    Attached, Caller, Context, Decision, Policies, Policy, Reach, Request, Resource, administrator,
    admitted, audience, evaluate, exposure, exposure_of, parse, services_allowed,
};

/// Reads the bytes as a policy and, if they are one, asks it everything there is to ask.
///
/// # Panics
/// Where what has to hold does not.
pub(crate) fn whole(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(policy) = parse(&PolicyDocument(text.to_owned())) else {
        return;
    };
    let printed = policy.to_string();
    match parse(&PolicyDocument(printed.clone())) {
        Ok(again) => assert!(again == policy || has_decimals(&policy), "{printed}"),
        Err(error) => panic!("{error}: {printed}"),
    }
    ask(&policy);
}

/// Decimal numbers in elements that the grammar does not know are read to fifteen digits.
fn has_decimals(policy: &Policy) -> bool {
    fn in_value(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::Number(number) => number.is_f64(),
            serde_json::Value::Array(list) => list.iter().any(in_value),
            serde_json::Value::Object(members) => members.values().any(in_value),
            _ => false,
        }
    }
    let of_statements = policy.statements.iter().map(|statement| &statement.unknown);
    of_statements
        .chain([&policy.unknown])
        .flat_map(|unknown| unknown.values())
        .any(in_value)
}

fn ask(policy: &Policy) {
    let arn = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
    let actions = ["lambda:InvokeFunction", "kms:*", "*"];
    let (reach, audience) = (
        exposure_of(arn, policy, &actions).reach,
        audience(arn, policy, &actions),
    );
    assert_eq!(audience.is_empty(), reach == Reach::Nobody);
    for access in audience {
        assert!(!access.statements.is_empty() && !access.who.to_string().is_empty());
    }
    let _ = exposure(policy, &actions);
    let _ = (administrator(policy), services_allowed(policy));
    let identity = [Attached::new("identity", policy)];
    let policies = Policies {
        identity: &identity,
        boundary: Some(Attached::new("boundary", policy)),
        resource: Some(Attached::new("resource", policy)),
        ..Policies::default()
    };
    let role = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims"));
    let callers = [
        role.unwrap_or_else(|_| Caller::anonymous()),
        Caller::service("s3.amazonaws.com"),
        Caller::anonymous(),
        Caller::somebody_in(AccountId::new("444455556666")),
    ];
    for caller in &callers {
        for context in [&Context::open(), &Context::closed()] {
            let request = Request {
                caller,
                action: "lambda:InvokeFunction",
                resource: &Resource::new(&Arn::new(arn)),
                context,
            };
            spell_out(&evaluate(&request, &policies));
            spell_out(&admitted(&request, &policies));
        }
    }
}

fn spell_out(decision: &Decision<'_>) {
    let grounds = decision.granting.iter().chain(&decision.blocking);
    let named = grounds
        .map(ToString::to_string)
        .all(|text| !text.is_empty());
    assert!(named && !format!("{:?}", decision.verdict).is_empty());
}
