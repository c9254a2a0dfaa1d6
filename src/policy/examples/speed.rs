//! How long one evaluation takes, with policies parsed before.
//!
//! `cargo run --release -p tripod-policy --example speed` prints microseconds for three sizes of
//! estate, each with a boundary, three levels of SCPs and a function's policy; the budget is 20 for
//! each. Not a test: a busy machine is no fault of the code.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example for a terminal, which measures with the clock"
)]

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use tripod_model::{Arn, PolicyDocument};
use tripod_policy::{
    Attached, Caller, Context, Controls, Level, Membership, Organization, Policies, Policy,
    Request, Resource, evaluate, parse,
};

const RUNS: usize = 20;
const ROUNDS: u32 = 1_000;

const SERVICES: [&str; 8] = [
    "s3", "ec2", "sqs", "sns", "dynamodb", "logs", "kms", "events",
];

/// A policy of this many statements: eight actions, four resources and two conditions each. None of
/// them is about the request but the last.
fn policy(statements: usize, last: &str) -> Policy {
    let mut text = r#"{"Version":"2012-10-17","Statement":["#.to_owned();
    for index in 0..statements {
        let service = SERVICES[index % SERVICES.len()];
        write!(
            text,
            r#"{{"Effect":"Allow","Action":["{service}:Get*","{service}:List*","{service}:Describe*",
            "{service}:Put*","{service}:Create*","{service}:*Tag*","{service}:Delete?*","lambda:Get*"],
            "Resource":["arn:aws:{service}:*:111122223333:a{index}/*","arn:aws:{service}:eu-*:111122223333:b*",
            "arn:aws:{service}:::${{aws:username}}/*","arn:aws:lambda:*:*:function:team-*-{index}"],
            "Condition":{{"StringEquals":{{"aws:PrincipalTag/team":["a","b"]}},
            "IpAddress":{{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]}}}}}},"#
        )
        .unwrap();
    }
    text.push_str(last);
    text.push_str("]}");
    parse(&PolicyDocument(text)).unwrap()
}

const INVOKE: &str = r#"{"Effect":"Allow","Action":"lambda:Invoke*","Resource":"arn:aws:lambda:*:111122223333:function:claims*",
    "Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}}"#;
const EVERYTHING: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
const NOTHING: &str = r#"{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}"#;
const REGIONS: &str = r#"{"Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*"],"Resource":"*",
    "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}"#;

/// A function's policy: services with their sources, a partner, and nobody from outside of the organisation.
const FUNCTION: &str = r#"{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction",
    "Resource":"arn:aws:lambda:eu-central-1:111122223333:function:claims",
    "Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:eu-central-1:111122223333:rule/claims*"}}},
    {"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
    "Resource":"arn:aws:lambda:eu-central-1:111122223333:function:claims",
    "Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::claims"}}},
    {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"lambda:InvokeFunction",
    "Resource":"arn:aws:lambda:eu-central-1:111122223333:function:claims"},
    {"Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"arn:aws:lambda:eu-central-1:111122223333:function:claims",
    "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":["o-own","o-partner"]},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}"#;

/// Prints microseconds for a caller with so many policies of so many statements each.
fn measure(name: &str, policies: usize, statements: usize, context: &Context) {
    let mut own: Vec<Policy> = (1..policies).map(|_| policy(statements, NOTHING)).collect();
    own.push(policy(statements, INVOKE));
    let (full, regions) = (policy(0, EVERYTHING), policy(0, REGIONS));
    let function = policy(0, FUNCTION);
    let identity: Vec<_> = own
        .iter()
        .map(|policy| Attached::new("own", policy))
        .collect();
    let controls = [
        Attached::new("full", &full),
        Attached::new("regions", &regions),
    ];
    let level = |name| Level {
        name,
        policies: &controls,
    };
    let levels = [level("root"), level("unit"), level("account")];
    let policies = Policies {
        identity: &identity,
        boundary: Some(Attached::new("boundary", &full)),
        scps: Controls::Levels(&levels),
        resource: Some(Attached::new("function", &function)),
        ..Policies::default()
    };
    let organization = Organization {
        id: "o-own".to_owned(),
        path: Some("o-own/r-1/ou-1/".to_owned()),
    };
    let caller = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims"))
        .unwrap()
        .in_organization(Membership::Member(organization));
    let resource = Resource::new(&Arn::new(
        "arn:aws:lambda:eu-central-1:111122223333:function:claims",
    ));
    let request = Request {
        caller: &caller,
        action: "lambda:InvokeFunction",
        resource: &resource,
        context,
    };
    // The best of several runs: what the code takes, and not what else the machine has to do.
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(evaluate(black_box(&request), black_box(&policies)));
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let each = best * 1e6 / f64::from(ROUNDS);
    let verdict = evaluate(&request, &policies).verdict;
    let total: usize = own.iter().map(|policy| policy.statements.len()).sum();
    let word = format!("{verdict:?}");
    let word = word.split(['(', '{']).next().unwrap();
    println!("{name:<28} {total:>4} statements  {each:>7.2} microseconds  {word}");
}

fn main() {
    let known = Context::closed().with("aws:RequestedRegion", "eu-central-1");
    measure("a function's role", 2, 5, &known);
    measure("a function's role, open", 2, 5, &Context::open());
    measure("ten policies", 10, 10, &known);
    measure("AWS's most: twenty policies", 20, 12, &known);
}
