//! Every fault, as clients meet it.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tripod_sim::{Fault, Sim, SimError};

use crate::support::{Bare, REGION, bare_estate, between, builder, prove, start, write};

const LIST: &str = "GET /2015-03-31/functions/";

/// Sixty functions, sixty keys, and the rest empty.
fn estate() -> TempDir {
    let folder = bare_estate(&[REGION, "us-east-1"]);
    let named = |member: &str| -> Value {
        (0..60)
            .map(|at| json!({member: format!("n-{at:04}")}))
            .collect()
    };
    let functions = json!({"ListFunctions": [{"answer": {"Functions": named("FunctionName")}}]});
    write(folder.path(), "eu-central-1/lambda.json", &functions);
    let keys = json!({"ListKeys": [{"answer": {"Keys": named("KeyId")}}]});
    write(folder.path(), "eu-central-1/kms.json", &keys);
    folder
}

fn inject(sim: &Sim, target: &str, fault: Fault) {
    sim.inject(target, fault).expect("a known operation");
}

fn boxed(fault: Fault) -> Box<Fault> {
    Box::new(fault)
}

/// One case for `prove.py`: a call, and the error it must meet.
fn case(name: &str, params: &Value, code: &str, status: u16) -> Value {
    let (service, operation) = name.split_once(':').expect("a name");
    json!({"service": service, "operation": operation, "params": params, "code": code, "status": status})
}

/// Lets boto3 meet the cases. What the estate holds is not asked for: the faults hide it.
fn meet(sim: &Sim, cases: &Value) {
    let nothing = bare_estate(&[REGION, "us-east-1"]);
    prove(sim, nothing.path(), Some(cases), &[]);
}

/// The answer's head and body.
fn parts(answer: &str) -> (&str, &str) {
    answer.split_once("\r\n\r\n").expect("a whole head")
}

#[test]
fn boto3_meets_faults() {
    let folder = estate();
    let throttle = Fault::Throttle {
        first: 1,
        retry_after: Some(1),
    };
    let mut builder = builder(folder.path()).deny("*:ListTagsForResource");
    for target in [
        "lambda:GetPolicy",
        "apigateway:GetRestApis",
        "iam:ListUsers",
        "ec2:DescribeVpcs",
        "kms:ListKeys",
        "cloudtrail:DescribeTrails",
        "cloudwatch:ListMetrics",
        "s3:ListBuckets",
    ] {
        builder = builder.deny(target);
    }
    for target in [
        "lambda:ListAliases",
        "apigateway:GetAccount",
        "iam:ListRoles",
        "ec2:DescribeSubnets",
        "kms:ListAliases",
    ] {
        builder = builder.fault(target, throttle.clone());
    }
    for target in [
        "lambda:ListLayers",
        "iam:ListGroups",
        "ec2:DescribeInternetGateways",
        "kms:ListGrants",
    ] {
        builder = builder.fault(target, Fault::Unsupported);
    }
    let expired = Fault::Error {
        code: "ExpiredTokenException".to_owned(),
        status: Some(403),
        message: "expired".to_owned(),
    };
    let sim = builder
        .fault_in("us-east-1", "lambda:ListFunctions", expired)
        .start()
        .expect("a sim");
    let cases = json!([
        {"service": "lambda", "operation": "GetPolicy", "params": {"FunctionName": "f"}, "code": "AccessDeniedException", "status": 403},
        {"service": "apigateway", "operation": "GetRestApis", "code": "AccessDeniedException", "status": 403},
        {"service": "iam", "operation": "ListUsers", "code": "AccessDenied", "status": 403},
        {"service": "ec2", "operation": "DescribeVpcs", "code": "UnauthorizedOperation", "status": 403},
        {"service": "kms", "operation": "ListKeys", "code": "AccessDeniedException", "status": 400},
        {"service": "cloudtrail", "operation": "DescribeTrails", "code": "AccessDeniedException", "status": 400},
        {"service": "cloudwatch", "operation": "ListMetrics", "code": "AccessDeniedException", "status": 400},
        {"service": "cloudwatch", "operation": "ListTagsForResource", "params": {"ResourceARN": "a"}, "code": "AccessDeniedException", "status": 400},
        {"service": "s3", "operation": "ListBuckets", "code": "AccessDenied", "status": 403},
        {"service": "lambda", "operation": "ListAliases", "params": {"FunctionName": "f"}, "code": "TooManyRequestsException", "status": 429},
        {"service": "lambda", "operation": "ListAliases", "params": {"FunctionName": "f"}},
        {"service": "apigateway", "operation": "GetAccount", "code": "TooManyRequestsException", "status": 429},
        {"service": "apigateway", "operation": "GetAccount"},
        {"service": "iam", "operation": "ListRoles", "code": "Throttling", "status": 400},
        {"service": "iam", "operation": "ListRoles"},
        {"service": "ec2", "operation": "DescribeSubnets", "code": "RequestLimitExceeded", "status": 503},
        {"service": "ec2", "operation": "DescribeSubnets"},
        {"service": "kms", "operation": "ListAliases", "code": "ThrottlingException", "status": 400},
        {"service": "kms", "operation": "ListAliases"},
        {"service": "lambda", "operation": "ListLayers", "code": "UnknownOperationException", "status": 404},
        {"service": "iam", "operation": "ListGroups", "code": "InvalidAction", "status": 400},
        {"service": "ec2", "operation": "DescribeInternetGateways", "code": "InvalidAction", "status": 400},
        {"service": "kms", "operation": "ListGrants", "params": {"KeyId": "k"}, "code": "UnknownOperationException", "status": 400},
        {"service": "lambda", "operation": "ListFunctions", "region": "us-east-1", "code": "ExpiredTokenException", "status": 403},
        {"service": "lambda", "operation": "ListFunctions"},
    ]);
    meet(&sim, &cases);
}

#[test]
fn each_service_throttles_in_its_own_words() {
    let folder = estate();
    let sim = start(folder.path());
    let throttle = Fault::Throttle {
        first: u32::MAX,
        retry_after: None,
    };
    inject(&sim, "*:*", throttle);
    let empty = json!({});
    let cases = [
        case(
            "lambda:ListFunctions",
            &empty,
            "TooManyRequestsException",
            429,
        ),
        case(
            "apigateway:GetRestApis",
            &empty,
            "TooManyRequestsException",
            429,
        ),
        case(
            "apigatewayv2:GetApis",
            &empty,
            "TooManyRequestsException",
            429,
        ),
        case("iam:ListUsers", &empty, "Throttling", 400),
        case("sts:GetCallerIdentity", &empty, "Throttling", 400),
        case("ec2:DescribeVpcs", &empty, "RequestLimitExceeded", 503),
        case("kms:ListKeys", &empty, "ThrottlingException", 400),
        case(
            "cloudtrail:DescribeTrails",
            &empty,
            "ThrottlingException",
            400,
        ),
        case(
            "organizations:ListRoots",
            &empty,
            "TooManyRequestsException",
            400,
        ),
        case("logs:DescribeLogGroups", &empty, "ThrottlingException", 400),
        case(
            "wafv2:ListWebACLs",
            &json!({"Scope": "REGIONAL"}),
            "ThrottlingException",
            400,
        ),
        case(
            "service-quotas:ListServices",
            &empty,
            "TooManyRequestsException",
            400,
        ),
        case("sqs:ListQueues", &empty, "RequestThrottled", 400),
        case(
            "stepfunctions:ListStateMachines",
            &empty,
            "ThrottlingException",
            400,
        ),
        case(
            "accessanalyzer:ListAnalyzers",
            &empty,
            "ThrottlingException",
            429,
        ),
        case("s3:ListBuckets", &empty, "SlowDown", 503),
    ];
    meet(&sim, &cases.to_vec().into());
}

#[test]
fn lambda_says_why_it_throttles_and_for_how_long() {
    let folder = estate();
    let sim = start(folder.path());
    inject(&sim, "lambda:*", "throttle:1".parse().expect("a fault"));
    let answer = Bare::get("lambda", LIST).send(&sim.endpoint());
    let (head, body) = parts(&answer);
    assert!(head.starts_with("HTTP/1.1 429 Too Many Requests"), "{head}");
    assert!(head.contains("retry-after: 1"), "{head}");
    assert!(
        body.contains(r#""Reason":"CallerRateLimitExceeded""#),
        "{body}"
    );
}

#[test]
fn each_service_refuses_expired_credentials_in_its_own_words() {
    let folder = estate();
    let sim = start(folder.path());
    inject(&sim, "*:*", Fault::Expired);
    let empty = json!({});
    let cases = [
        case("lambda:ListFunctions", &empty, "ExpiredTokenException", 403),
        case(
            "apigateway:GetRestApis",
            &empty,
            "ExpiredTokenException",
            403,
        ),
        case("iam:ListUsers", &empty, "ExpiredToken", 403),
        case("sts:GetCallerIdentity", &empty, "ExpiredToken", 403),
        case("ec2:DescribeVpcs", &empty, "RequestExpired", 400),
        case("kms:ListKeys", &empty, "ExpiredTokenException", 400),
        case(
            "cloudtrail:DescribeTrails",
            &empty,
            "ExpiredTokenException",
            400,
        ),
        case("s3:ListBuckets", &empty, "ExpiredToken", 400),
    ];
    meet(&sim, &cases.to_vec().into());
}

#[test]
fn a_clock_that_is_off_is_told_in_each_services_words() {
    let folder = estate();
    let empty = json!({});
    let refused = [
        case(
            "lambda:ListFunctions",
            &empty,
            "InvalidSignatureException",
            403,
        ),
        case("iam:ListUsers", &empty, "SignatureDoesNotMatch", 403),
        case(
            "sts:GetCallerIdentity",
            &empty,
            "SignatureDoesNotMatch",
            403,
        ),
        case("ec2:DescribeVpcs", &empty, "RequestExpired", 400),
        case("kms:ListKeys", &empty, "InvalidSignatureException", 400),
        case("s3:ListBuckets", &empty, "RequestTimeTooSkewed", 403),
    ];
    for minutes in [30, -30] {
        let sim = start(folder.path());
        inject(&sim, "*:*", Fault::Skewed(minutes));
        meet(&sim, &refused.to_vec().into());
    }
    // Four minutes are within every service's tolerance.
    let sim = start(folder.path());
    inject(&sim, "*:*", Fault::Skewed(4));
    let fine = json!([
        {"service": "lambda", "operation": "ListFunctions"},
        {"service": "iam", "operation": "ListUsers"},
    ]);
    meet(&sim, &fine);
}

#[test]
fn a_client_that_takes_over_the_services_clock_gets_through() {
    let folder = estate();
    let sim = start(folder.path());
    inject(&sim, "lambda:*", Fault::Skewed(30));
    let ask = |signed: Timestamp| {
        let headers = format!("x-amz-date: {}\r\n", signed.strftime("%Y%m%dT%H%M%SZ"));
        let bare = Bare {
            headers: &headers,
            ..Bare::get("lambda", LIST)
        };
        bare.send(&sim.endpoint())
    };
    let now = Timestamp::now();
    let refused = ask(now);
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    assert!(refused.contains("Signature expired: "), "{refused}");
    let date = between(&refused, "\r\ndate: ", "\r\n").expect("a date");
    let clock = jiff::fmt::rfc2822::parse(date).expect("a date").timestamp();
    let ahead = clock.duration_since(now);
    assert!((ahead - SignedDuration::from_mins(30)).abs() < SignedDuration::from_secs(60));
    assert!(ask(clock).starts_with("HTTP/1.1 200"));
}

/// Answers that no AWS SDK can read, though the connection is sound.
#[test]
fn pages_of_html_and_bare_statuses_look_like_what_stands_between() {
    let folder = estate();
    let sim = start(folder.path());
    let once = |fault: Fault| {
        inject(&sim, "lambda:ListFunctions", Fault::First(1, boxed(fault)));
        Bare::get("lambda", LIST).send(&sim.endpoint())
    };
    let answer = once(Fault::Html);
    let (head, body) = parts(&answer);
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("content-type: text/html"), "{head}");
    assert!(body.starts_with("<!DOCTYPE html>"), "{body}");
    for status in [500, 502, 503, 504] {
        let answer = once(Fault::Status(status));
        let (head, body) = parts(&answer);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(head.contains("content-type: text/html"), "{head}");
        // It does not come from the service, so it has no request id.
        assert!(!head.contains("requestid"), "{head}");
        assert!(body.starts_with("<html>"), "{body}");
    }
    let answer = once(Fault::WrongType);
    let (head, body) = parts(&answer);
    assert!(head.contains("content-type: text/html"), "{head}");
    assert!(!head.contains("application/json"), "{head}");
    assert!(
        body.starts_with(r#"{"Functions":[{"FunctionName":"n-0000"}"#),
        "{body}"
    );
    assert!(
        Bare::get("lambda", LIST)
            .send(&sim.endpoint())
            .contains("application/json")
    );
}

/// The page's first item and its token, for calls that page in different words.
fn page(sim: &Sim, call: &Bare<'_>, from: &str, to: &str) -> (bool, String) {
    let answer = call.send(&sim.endpoint());
    let token = between(&answer, from, to).unwrap_or_else(|| panic!("no token in {answer}"));
    (answer.contains("n-0000"), token.to_owned())
}

#[test]
fn endless_lists_never_end() {
    let folder = estate();
    let kms = |marker: &str| match marker {
        "" => "{}".to_owned(),
        marker => json!({"Marker": marker}).to_string(),
    };
    for (fault, fresh) in [(Fault::SameToken, false), (Fault::NewTokens, true)] {
        let sim = start(folder.path());
        for target in [
            "lambda:*",
            "iam:ListUsers",
            "kms:ListKeys",
            "ec2:DescribeVpcs",
        ] {
            inject(&sim, target, fault.clone());
        }
        let mut tokens = vec![String::new()];
        for _ in 0..3 {
            let last = tokens.last().cloned().unwrap_or_default();
            let path = format!("{LIST}?Marker={last}");
            let (first, token) = page(&sim, &Bare::get("lambda", &path), r#""NextMarker":""#, "\"");
            assert!(first, "not the first page");
            tokens.push(token);
        }
        let again = tokens.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert_eq!(again, if fresh { 0 } else { 2 }, "{tokens:?}");
        // Lists that say "there is more" in a member of its own say so.
        let body = kms(&tokens[1]);
        let keys = Bare {
            line: "POST /",
            headers: "x-amz-target: TrentService.ListKeys\r\ncontent-type: application/x-amz-json-1.1\r\n",
            body: body.as_bytes(),
            ..Bare::get("kms", "")
        };
        let answer = keys.send(&sim.endpoint());
        assert!(answer.contains(r#""Truncated":true"#), "{answer}");
        let users = Bare::form("iam", "Action=ListUsers&Version=2010-05-08");
        let answer = users.send(&sim.endpoint());
        assert!(
            answer.contains("<IsTruncated>true</IsTruncated>"),
            "{answer}"
        );
        // EC2 pages only if asked to; an endless list does not care.
        let vpcs = Bare::form("ec2", "Action=DescribeVpcs&Version=2016-11-15");
        let answer = vpcs.send(&sim.endpoint());
        assert!(
            between(&answer, "<nextToken>", "</nextToken>").is_some(),
            "{answer}"
        );
    }
}

#[test]
fn endless_lists_are_refused_where_there_are_no_pages() {
    let folder = estate();
    let sim = start(folder.path());
    let refused = sim.inject("lambda:GetFunction", Fault::SameToken);
    assert!(matches!(refused, Err(SimError::Fault(_))), "{refused:?}");
    // Under a wildcard they leave such operations alone.
    inject(&sim, "lambda:*", Fault::NewTokens);
    let settings = Bare::get("lambda", "GET /2016-08-19/account-settings");
    assert!(settings.send(&sim.endpoint()).starts_with("HTTP/1.1 200"));
}

#[test]
fn a_fault_can_wait_and_can_come_by_chance() {
    let folder = estate();
    let statuses = |seed: u64, fault: Fault| -> Vec<u16> {
        let sim = builder(folder.path()).seed(seed).fault("lambda:*", fault);
        let sim = sim.start().expect("a sim");
        for _ in 0..12 {
            Bare::get("lambda", LIST).send(&sim.endpoint());
        }
        sim.requests()
            .iter()
            .map(|request| request.status)
            .collect()
    };
    let expired = Fault::After(10, boxed(Fault::Expired));
    let mut expected = vec![200; 10];
    expected.extend([403, 403]);
    assert_eq!(statuses(0, expired), expected);
    let perhaps = || Fault::Probably(0.5, boxed(Fault::Status(503)));
    let met = statuses(1, perhaps());
    assert!(met.contains(&200) && met.contains(&503), "{met:?}");
    assert_eq!(statuses(1, perhaps()), met);
    assert_ne!(statuses(2, perhaps()), met);
}

#[test]
fn a_slow_answer_is_whole_in_the_end_but_no_sooner_than_a_byte_a_second() {
    let folder = bare_estate(&[REGION]);
    let slow = builder(folder.path()).fault("lambda:*", Fault::Slow);
    // Time runs twenty times faster, so that nobody waits.
    let sim = slow.speed(20.0).start().expect("a sim");
    let begun = Instant::now();
    let answer = Bare::get("lambda", LIST).send(&sim.endpoint());
    let body = r#"{"Functions":[]}"#;
    assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{answer}");
    let least = Duration::from_millis(50) * u32::try_from(body.len()).expect("a short body");
    assert!(begun.elapsed() >= least, "{:?}", begun.elapsed());
}

#[test]
fn faults_that_mean_nothing_are_refused() {
    let folder = estate();
    for fault in [
        Fault::Probably(1.5, boxed(Fault::Cut)),
        Fault::Probably(f64::NAN, boxed(Fault::Cut)),
        Fault::Status(99),
        Fault::First(1, boxed(Fault::Status(600))),
    ] {
        let sim = builder(folder.path()).fault("lambda:*", fault.clone());
        assert!(matches!(sim.start(), Err(SimError::Fault(_))), "{fault:?}");
    }
}
