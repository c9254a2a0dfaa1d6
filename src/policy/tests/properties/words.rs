//! The words that policies and requests are made of.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use tripod_model::{AccountId, Arn, PolicyDocument};
use tripod_policy::{
    Attached, Caller, Context, Controls, Decision, Level, Membership, Organization, Policies,
    Policy, Request, Resource, Verdict, evaluate, parse,
};

pub(crate) const OWN: &str = "111122223333";
pub(crate) const FRIEND: &str = "444455556666";
/// No policy names this account, its organisation or its address.
pub(crate) const STRANGER: &str = "999999999999";

pub(crate) const ACTIONS: [&str; 4] = [
    "s3:GetObject",
    "s3:PutObject",
    "sqs:SendMessage",
    "kms:Decrypt",
];

const ACTION_PATTERNS: [&str; 9] = [
    "*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "*Object",
    "s3:?etObject",
    "sqs:SendMessage",
    "kms:*",
    "iam:PassRole",
];

pub(crate) const RESOURCES: [&str; 4] = [
    "arn:aws:s3:::claims/ada/file",
    "arn:aws:s3:::claims/bo/file",
    "arn:aws:sqs:eu-central-1:111122223333:claims",
    "arn:aws:kms:eu-central-1:111122223333:key/1",
];

/// Every pattern with one that matches nothing which the first does not match.
pub(crate) const RESOURCE_PATTERNS: [(&str, &str); 10] = [
    ("*", "arn:aws:s3:::*"),
    ("*", "arn:aws:kms:eu-central-1:111122223333:key/1"),
    ("arn:aws:s3:::*", "arn:aws:s3:::claims/*"),
    ("arn:aws:s3:::claims/*", "arn:aws:s3:::claims/ada/file"),
    (
        "arn:aws:s3:::claims/*",
        "arn:aws:s3:::claims/${aws:username}/*",
    ),
    ("arn:aws:s3:::claims/*/file", "arn:aws:s3:::claims/?o/file"),
    ("arn:aws:sqs", "arn:aws:sqs:*:111122223333:*"),
    (
        "arn:aws:sqs:*:*:claims",
        "arn:aws:sqs:eu-central-1:111122223333:claims",
    ),
    (
        "arn:aws:kms:*:111122223333:key/*",
        "arn:aws:kms:*:111122223333:key/2",
    ),
    (
        "arn:aws:s3:::claims/${aws:PrincipalTag/team, 'ada'}/file",
        "arn:aws:s3:::nothing",
    ),
];

const PRINCIPALS: [&str; 12] = [
    r#""*""#,
    r#"{"AWS":"*"}"#,
    r#"{"AWS":"111122223333"}"#,
    r#"{"AWS":"arn:aws:iam::444455556666:root"}"#,
    r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#,
    r#"{"AWS":["arn:aws:iam::111122223333:role/claims","111122223333"]}"#,
    r#"{"AWS":"arn:aws:iam::444455556666:role/claims"}"#,
    r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/claims/job"}"#,
    r#"{"Service":"s3.amazonaws.com"}"#,
    r#"{"Federated":"accounts.google.com"}"#,
    r#"{"CanonicalUser":"79a5"}"#,
    r#"{"Martian":"x"}"#,
];

/// Keys, values to compare with, values that requests have.
const KEYS: [(&str, &[&str], &[&str]); 17] = [
    (
        "aws:SourceIp",
        &["203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32"],
        &["203.0.113.7", "192.0.2.9"],
    ),
    ("aws:username", &["ada", "a*", "Ada"], &["ada", "bo"]),
    (
        "aws:PrincipalTag/team",
        &["ada", "${aws:username}", "*"],
        &["ada", "red"],
    ),
    (
        "aws:PrincipalAccount",
        &["111122223333", "444455556666", "1*"],
        &[],
    ),
    ("aws:PrincipalOrgID", &["o-own", "o-*", "*"], &[]),
    (
        "aws:PrincipalOrgPaths",
        &["o-own/*", "o-own/r-1/ou-2/"],
        &[],
    ),
    (
        "aws:PrincipalArn",
        &[
            "arn:aws:iam::111122223333:*",
            "arn:aws:iam::*:role/claims",
            "*",
        ],
        &[],
    ),
    ("aws:PrincipalIsAWSService", &["true", "false"], &[]),
    (
        "aws:SourceAccount",
        &["111122223333", "*"],
        &["111122223333"],
    ),
    (
        "aws:SourceArn",
        &["arn:aws:s3:::claims", "arn:aws:sns:*:111122223333:*"],
        &["arn:aws:s3:::claims"],
    ),
    ("aws:SourceVpc", &["vpc-1", "*"], &["vpc-1"]),
    (
        "aws:SecureTransport",
        &["true", "false"],
        &["true", "false"],
    ),
    ("aws:TagKeys", &["a", "b"], &["a", "c"]),
    (
        "aws:CurrentTime",
        &["2026-01-01T00:00:00Z", "2027"],
        &["2026-06-01T00:00:00Z"],
    ),
    ("s3:max-keys", &["10", "20"], &["15"]),
    (
        "aws:ResourceAccount",
        &["111122223333", "444455556666"],
        &[],
    ),
    ("kms:CallerAccount", &["111122223333"], &[]),
];

const OPERATORS: [&str; 24] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ArnLike",
    "ArnNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "Bool",
    "NumericLessThan",
    "NumericNotEquals",
    "DateGreaterThan",
    "DateLessThanEquals",
    "BinaryEquals",
    "StringEqualsIfExists",
    "StringNotLikeIfExists",
    "BoolIfExists",
    "IpAddressIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringEquals",
    "ForAllValues:StringNotLike",
];

/// The operators that suit a key, half of the time.
fn operators(key: &str) -> Vec<&'static str> {
    let suits = |operator: &&&str| match key {
        "aws:SourceIp" => operator.contains("IpAddress"),
        "aws:SecureTransport" | "aws:PrincipalIsAWSService" => operator.contains("Bool"),
        "aws:CurrentTime" => operator.starts_with("Date"),
        "s3:max-keys" => operator.starts_with("Numeric"),
        "aws:SourceArn" | "aws:PrincipalArn" => {
            operator.contains("Arn") || operator.contains("Like")
        }
        _ => operator.contains("String"),
    };
    let mut operators: Vec<&str> = OPERATORS.iter().filter(suits).copied().collect();
    operators.push("Null");
    operators
}

pub(crate) fn condition() -> impl Strategy<Value = (String, String, Vec<String>)> {
    select(&KEYS[..])
        .prop_flat_map(|(key, values, _)| {
            let operator = prop_oneof![4 => select(operators(key)), 1 => select(&OPERATORS[..])];
            (
                Just(key),
                operator,
                subsequence(values.to_vec(), 1..=values.len()),
            )
        })
        .prop_map(|(key, operator, values)| {
            let values: Vec<String> = match operator {
                "Null" => vec![(values.len() == 1).to_string()],
                _ => values.into_iter().map(ToOwned::to_owned).collect(),
            };
            (operator.to_owned(), key.to_owned(), values)
        })
}

fn conditions() -> impl Strategy<Value = Value> {
    let count = prop_oneof![3 => Just(0..=0), 3 => Just(1..=1), 1 => Just(2..=2)];
    count
        .prop_flat_map(|count| vec(condition(), count))
        .prop_map(|list| {
            let mut block = Map::new();
            for (operator, key, values) in list {
                let keys = block.entry(operator).or_insert_with(|| json!({}));
                keys.as_object_mut().unwrap().insert(key, json!(values));
            }
            Value::Object(block)
        })
}

/// Where a statement stands decides whether it has a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Identity,
    Resource,
}

pub(crate) fn statement(kind: Kind) -> impl Strategy<Value = Value> {
    let effect = prop_oneof![4 => Just("Allow"), 1 => Just("Deny")];
    // Half of the statements are about everything, so that requests meet several of them.
    let actions = prop_oneof![Just(vec!["*"]), subsequence(ACTION_PATTERNS.to_vec(), 1..3)];
    let patterns = RESOURCE_PATTERNS.map(|(wide, _)| wide).to_vec();
    let resources = prop_oneof![Just(vec!["*"]), subsequence(patterns, 1..3)];
    let not = prop_oneof![12 => Just(false), 1 => Just(true)];
    (
        effect,
        (not.clone(), actions),
        (not.clone(), resources),
        (not, select(&PRINCIPALS[..])),
        conditions(),
        prop_oneof![40 => Just(false), 1 => Just(true)],
    )
        .prop_map(
            move |(effect, actions, resources, principal, conditions, strange)| {
                let mut statement = Map::new();
                statement.insert("Effect".into(), json!(effect));
                let name = |not: bool, name: &str| {
                    if not {
                        format!("Not{name}")
                    } else {
                        name.to_owned()
                    }
                };
                statement.insert(name(actions.0, "Action"), json!(actions.1));
                statement.insert(name(resources.0, "Resource"), json!(resources.1));
                if kind == Kind::Resource {
                    let value = serde_json::from_str(principal.1).unwrap();
                    statement.insert(name(principal.0, "Principal"), value);
                }
                statement.insert("Condition".into(), conditions);
                if strange {
                    statement.insert("Mood".into(), json!("good"));
                }
                Value::Object(statement)
            },
        )
}

pub(crate) fn statements(kind: Kind) -> impl Strategy<Value = Vec<Value>> {
    vec(statement(kind), 0..5)
}

pub(crate) fn document(statements: &[Value]) -> PolicyDocument {
    PolicyDocument(json!({"Version": "2012-10-17", "Statement": statements}).to_string())
}

pub(crate) fn policy(statements: &[Value]) -> Policy {
    parse(&document(statements)).unwrap()
}

/// Every policy that bears on a request, as statements.
#[derive(Debug, Clone)]
pub(crate) struct Estate {
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Vec<Value>>,
    pub(crate) session: Option<Vec<Value>>,
    pub(crate) scp: Option<Vec<Value>>,
    pub(crate) rcp: Option<Vec<Value>>,
    pub(crate) resource: Option<Vec<Value>>,
    pub(crate) endpoint: Option<Vec<Value>>,
    /// Whether there is another identity policy, which cannot be read.
    pub(crate) unreadable: bool,
}

pub(crate) fn estate() -> impl Strategy<Value = Estate> {
    let rarely = |kind| option::weighted(0.15, statements(kind));
    (
        statements(Kind::Identity),
        rarely(Kind::Identity),
        rarely(Kind::Identity),
        rarely(Kind::Identity),
        rarely(Kind::Resource),
        option::weighted(0.7, statements(Kind::Resource)),
        rarely(Kind::Resource),
        prop_oneof![9 => Just(false), 1 => Just(true)],
    )
        .prop_map(
            |(identity, boundary, session, scp, rcp, resource, endpoint, unreadable)| Estate {
                identity,
                boundary,
                session,
                scp,
                rcp,
                resource,
                endpoint,
                unreadable,
            },
        )
}

/// A request. What is not said of the context is open, or absent where `closed`.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) caller: Caller,
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) context: Context,
}

pub(crate) fn member(id: &str) -> Membership {
    Membership::Member(Organization {
        id: id.to_owned(),
        path: Some(format!("{id}/r-1/ou-1/")),
    })
}

pub(crate) fn caller() -> impl Strategy<Value = Caller> {
    let user = |account: &str| {
        Caller::user(&Arn::new(format!("arn:aws:iam::{account}:user/ada"))).unwrap()
    };
    let role = |account: &str| {
        Caller::role(&Arn::new(format!("arn:aws:iam::{account}:role/claims"))).unwrap()
    };
    let federated = Arn::new("arn:aws:sts::111122223333:federated-user/ada");
    let root = Caller::root(&Arn::new("arn:aws:iam::111122223333:root")).unwrap();
    let kinds = vec![
        user(OWN),
        user(OWN),
        role(OWN),
        user(FRIEND),
        role(OWN),
        role(OWN).with_session("job").with_id("AROAEXAMPLE"),
        role(FRIEND),
        root,
        Caller::federated_user(&federated, None).unwrap(),
        Caller::service("s3.amazonaws.com"),
        Caller::federated("accounts.google.com"),
        Caller::anonymous(),
        Caller::somebody_in(AccountId::new(FRIEND)),
    ];
    let membership = select(vec![
        Membership::Unknown,
        Membership::Alone,
        member("o-own"),
        member("o-x"),
    ]);
    let tags = option::of(select(vec!["ada", "red"]));
    (select(kinds), membership, tags).prop_map(|(caller, membership, team)| {
        let caller = caller.in_organization(membership);
        match team {
            Some(team) => caller.tagged([("team", team)]),
            None => caller,
        }
    })
}

/// Values for some keys that do not follow from caller and resource.
pub(crate) fn known() -> impl Strategy<Value = Vec<(&'static str, Vec<&'static str>)>> {
    let given: Vec<_> = KEYS
        .iter()
        .filter(|(_, _, values)| !values.is_empty())
        .collect();
    let count = given.len();
    subsequence(given, 0..=count / 2).prop_flat_map(|keys| {
        keys.into_iter()
            .map(|(key, _, values)| {
                let several = if *key == "aws:TagKeys" {
                    values.len()
                } else {
                    1
                };
                (Just(*key), subsequence(values.to_vec(), 1..=several))
            })
            .collect::<Vec<_>>()
    })
}

pub(crate) fn context(closed: bool, known: &[(&str, Vec<&str>)]) -> Context {
    let start = if closed {
        Context::closed()
    } else {
        Context::open()
    };
    known.iter().fold(start, |context, (key, values)| {
        context.with_all(key, values.iter().copied())
    })
}

pub(crate) fn asking() -> impl Strategy<Value = Asking> {
    (
        caller(),
        select(&ACTIONS[..]),
        select(&RESOURCES[..]),
        prop_oneof![1 => Just(true), 2 => Just(false)],
        known(),
    )
        .prop_map(|(caller, action, resource, closed, known)| Asking {
            caller,
            action,
            resource,
            context: context(closed, &known),
        })
}

fn attach(policy: &Policy) -> Attached<'_> {
    Attached::new("policy", policy)
}

impl Estate {
    /// What becomes of the request.
    pub(crate) fn decide<T>(&self, asking: &Asking, then: impl FnOnce(&Decision<'_>) -> T) -> T {
        let read = |statements: &Option<Vec<Value>>| statements.as_deref().map(policy);
        let identity = policy(&self.identity);
        let (boundary, session) = (read(&self.boundary), read(&self.session));
        let (scp, rcp) = (read(&self.scp), read(&self.rcp));
        let (resource, endpoint) = (read(&self.resource), read(&self.endpoint));
        let mut own = vec![attach(&identity)];
        if self.unreadable {
            own.push(Attached::unreadable("broken", "cut"));
        }
        let session: Option<Vec<Attached<'_>>> =
            session.as_ref().map(|policy| vec![attach(policy)]);
        let scps: Vec<Attached<'_>> = scp.iter().map(attach).collect();
        let rcps: Vec<Attached<'_>> = rcp.iter().map(attach).collect();
        let level = |policies| {
            [Level {
                name: "root",
                policies,
            }]
        };
        let (scp_levels, rcp_levels) = (level(&scps), level(&rcps));
        let policies = Policies {
            identity: &own,
            boundary: boundary.as_ref().map(attach),
            session: session.as_deref(),
            scps: scp
                .as_ref()
                .map_or(Controls::None, |_| Controls::Levels(&scp_levels)),
            rcps: rcp
                .as_ref()
                .map_or(Controls::None, |_| Controls::Levels(&rcp_levels)),
            resource: resource.as_ref().map(attach),
            endpoint: endpoint.as_ref().map(attach),
        };
        let target = Resource::new(&Arn::new(asking.resource)).owned_by(AccountId::new(OWN));
        let request = Request {
            caller: &asking.caller,
            action: asking.action,
            resource: &target,
            context: &asking.context,
        };
        then(&evaluate(&request, &policies))
    }

    pub(crate) fn rank(&self, asking: &Asking) -> u8 {
        self.decide(asking, rank)
    }
}

/// How much a decision allows: no, perhaps, yes.
pub(crate) fn rank(decision: &Decision<'_>) -> u8 {
    match decision.verdict {
        Verdict::Denied(_) => 0,
        Verdict::Depends(_) | Verdict::NotAssessed(_) => 1,
        Verdict::Allowed => 2,
    }
}
