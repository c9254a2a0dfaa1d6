//! The sim over a bare socket: garbage, broken connections, roles and accounts.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tripod_sim::{Fault, Sim};

use crate::support::{self, Bare, REGION, bare_estate, write};

/// Two accounts; one function in each.
fn estate() -> TempDir {
    let folder = bare_estate(&[REGION]);
    let functions = |name: &str| json!({"ListFunctions": [{"answer": {"Functions": [{"FunctionName": name}]}}]});
    write(
        folder.path(),
        "eu-central-1/lambda.json",
        &functions("here"),
    );
    write(
        folder.path(),
        "444455556666/eu-central-1/lambda.json",
        &functions("there"),
    );
    folder
}

fn start(folder: &TempDir) -> Sim {
    support::start(folder.path())
}

/// Sends one request, start line and headers together, and reads to the end of the connection.
fn send(sim: &Sim, account: &str, service: &str, request: &str, body: &[u8]) -> String {
    let (line, headers) = request.split_once('\n').unwrap_or((request, ""));
    let bare = Bare {
        account,
        service,
        line,
        headers,
        body,
    };
    bare.send(&sim.endpoint())
}

const LIST: &str = "GET /2015-03-31/functions/";

#[test]
fn accounts_are_told_apart_and_roles_lead_between_them() {
    let folder = estate();
    let sim = start(&folder);
    assert!(
        send(&sim, "111122223333", "lambda", LIST, b"")
            .contains(r#"{"Functions":[{"FunctionName":"here"}]}"#)
    );
    assert!(send(&sim, "444455556666", "lambda", LIST, b"").contains("there"));
    assert!(send(&sim, "AKIDEXAMPLE", "lambda", LIST, b"").contains("here"));
    assert!(
        send(&sim, "777788889999", "lambda", LIST, b"").contains("UnrecognizedClientException")
    );
    let assume = |account: &str| {
        let body = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s&RoleArn=arn%3Aaws%3Aiam%3A%3A{account}%3Arole%2Fpath%2Faudit"
        );
        send(
            &sim,
            "111122223333",
            "sts",
            "POST /\ncontent-type: application/x-www-form-urlencoded\r\n",
            body.as_bytes(),
        )
    };
    let answer = assume("444455556666");
    assert!(
        answer.contains("<AccessKeyId>444455556666</AccessKeyId>"),
        "{answer}"
    );
    assert!(
        answer.contains("<Arn>arn:aws:sts::444455556666:assumed-role/audit/s</Arn>"),
        "{answer}"
    );
    assert!(assume("777788889999").contains("<Code>AccessDenied</Code>"));
}

#[test]
fn connections_break_as_told() {
    let folder = estate();
    let sim = start(&folder);
    let once = |fault: Fault| {
        sim.inject("lambda:ListFunctions", Fault::First(1, Box::new(fault)))
            .expect("a known operation");
        send(&sim, "111122223333", "lambda", LIST, b"")
    };
    assert_eq!(once(Fault::Cut), "");
    sim.inject(
        "lambda:ListFunctions",
        Fault::First(1, Box::new(Fault::Hang)),
    )
    .expect("a known operation");
    let hung = Bare::get("lambda", LIST).send_without_patience(&sim.endpoint());
    assert_eq!(hung, "");
    let half = once(Fault::Truncate);
    assert!(
        half.contains(r#"{"Functions":"#) && !half.ends_with('}'),
        "{half}"
    );
    assert!(once(Fault::Garbage).contains("{garbage"));
    assert!(once(Fault::Empty).ends_with("\r\n\r\n"));
    let begun = Instant::now();
    assert!(once(Fault::Late(Duration::from_millis(50))).contains("here"));
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert!(send(&sim, "111122223333", "lambda", LIST, b"").contains("here"));
    assert!(sim.inject("lambda:Nonsense", Fault::Cut).is_err());
}

#[test]
fn garbage_is_refused_and_logged() {
    let folder = estate();
    let sim = start(&folder);
    let form = "POST /\ncontent-type: application/x-www-form-urlencoded\r\n";
    let target = "POST /\nx-amz-target: TrentService.ListKeys\r\ncontent-type: application/x-amz-json-1.1\r\n";
    let cbor = "POST /service/GraniteServiceVersion20100801/operation/DescribeAlarms\nsmithy-protocol: rpc-v2-cbor\r\n";
    let deep = format!("Action=ListUsers&{}=1", "a.".repeat(100_000));
    let nested = "[".repeat(100_000);
    let cases: &[(&str, &str, &[u8], &str)] = &[
        ("iam", form, b"Action=Nonsense", "400"),
        ("iam", form, b"Action=ListUsers&MaxItems=%ff", "400"),
        ("iam", form, deep.as_bytes(), "400"),
        ("iam", form, b"", "400"),
        ("kms", target, b"{", "400"),
        ("kms", target, nested.as_bytes(), "400"),
        ("kms", "POST /\nx-amz-target: Nonsense\r\n", b"{}", "400"),
        ("monitoring", cbor, b"\xff\xff", "400"),
        ("lambda", "GET /nonsense", b"", "404"),
        (
            "lambda",
            "GET /2015-03-31/functions/?MaxItems=many",
            b"",
            "400",
        ),
        ("apigateway", "GET /nonsense", b"", "403"),
        ("nonsense", "GET /", b"", "404"),
    ];
    for (service, request, body, status) in cases {
        let answer = send(&sim, "111122223333", service, request, body);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{service} {request}: {answer}"
        );
    }
    assert_eq!(sim.requests().len(), cases.len());
    assert_eq!(sim.requests()[8].operation, "GET /nonsense");
}

#[test]
fn requests_are_counted_whether_they_are_kept_or_not() {
    let folder = estate();
    for keeps in [true, false] {
        let builder = support::builder(folder.path()).keep_requests(keeps);
        let sim = builder.start().expect("a sim");
        for path in [
            LIST,
            LIST,
            "GET /2015-03-31/functions/none/policy",
            "GET /nonsense",
        ] {
            send(&sim, "111122223333", "lambda", path, b"");
        }
        let counts = sim.counts();
        let of = |operation: &str| {
            let key = [REGION, "lambda", operation].map(str::to_owned);
            counts.get(&key.into()).copied()
        };
        assert_eq!(of("ListFunctions"), Some(2));
        assert_eq!(of("GetPolicy"), Some(1));
        assert_eq!(of("GET /nonsense"), Some(1));
        assert_eq!(counts.values().sum::<u64>(), 4);
        assert_eq!(sim.requests().len(), if keeps { 4 } else { 0 });
    }
}

#[test]
fn dropping_the_sim_frees_its_port() {
    let folder = estate();
    let sim = start(&folder);
    let address = sim.endpoint().replace("http://", "");
    assert!(TcpStream::connect(&address).is_ok());
    drop(sim);
    assert!(TcpStream::connect(&address).is_err());
}
