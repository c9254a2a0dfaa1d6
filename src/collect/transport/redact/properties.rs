//! What holds of any text, and how long a large answer takes.

use serde_json::{Value, json};

use super::tests::{redactor, refused};
use super::*;

/// Numbers by chance, the same ones in every run.
fn numbers() -> impl FnMut() -> usize {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0)
    }
}

/// Texts of 8 to 71 characters of an alphabet that shares none with a marker, or with the names below.
fn generated() -> impl Iterator<Item = String> {
    let alphabet: Vec<char> = "GHJKLMNQUVXYZ!%&/()=?+*~#<>\"'\\\n\u{e4}\u{20ac}"
        .chars()
        .collect();
    let mut next = numbers();
    (0..300).map(move |_| {
        let length = 8 + next() % 64;
        (0..length)
            .map(|_| alphabet[next() % alphabet.len()])
            .collect()
    })
}

#[test]
fn no_four_bytes_of_a_secret_are_left() {
    let redactor = redactor();
    for secret in generated() {
        let xml = xml_escaped(&secret);
        let bodies = [
            (
                "lambda:GetFunction",
                json!({"Configuration": {"Environment": {"Variables": {"a": secret}}}}).to_string(),
            ),
            ("apigateway:GetApiKey", json!({"value": secret}).to_string()),
            (
                "kms:ListResourceTags",
                json!({"Tags": [{"TagKey": "password", "TagValue": secret}]}).to_string(),
            ),
            (
                "any:List",
                json!({"tags": {"c": json!({"password": secret}).to_string()}}).to_string(),
            ),
            (
                "ec2:DescribeInstanceAttribute",
                format!("<a><userData><value>{xml}</value></userData></a>"),
            ),
            (
                "ec2:DescribeVpcs",
                format!(
                    "<a><tagSet><item><key>password</key><value>{xml}</value></item></tagSet></a>"
                ),
            ),
        ];
        for (operation, body) in bodies {
            let kept = redactor
                .redact(operation, true, body)
                .expect("redacts")
                .body;
            // Decoded as well: an escape must not hide what is left.
            let document = Document::of(&kept).expect("a document");
            let texts = document.places().filter_map(|place| document.text(place));
            let shown = texts.fold(kept.clone(), |shown, text| shown + "\n" + &text);
            for window in secret.as_bytes().windows(4) {
                let left = shown.as_bytes().windows(4).any(|bytes| bytes == window);
                assert!(!left, "{operation}: of {secret:?} in {shown}");
            }
        }
    }
}

/// Texts of pieces that mean something to a parser or to a detector, in any order.
fn jumbles() -> impl Iterator<Item = String> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        "\\u00",
        "%7B",
        "%",
        "<",
        ">",
        "&amp;",
        "&#x",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "=",
        ":",
        "://",
        "@",
        "--password ",
        "password",
        "Bearer ",
        "sig=",
        "ghp_",
        "AKIA",
        concat!("-----BEGIN ", "PRIVATE KEY-----"),
        "eyJ",
        ".",
        "$",
        "${",
        "\u{e4}",
        "\u{20ac}",
        "\u{1f980}",
        " ",
        "\n",
        "aB3dE6gH9",
        "0123456789",
        "IOSFODNN7EXAMPLE",
        "x-amz-security-token:",
        ",",
        ";",
        "/",
    ];
    let mut next = numbers();
    (0..1000).map(move |_| {
        let length = next() % 24;
        (0..length).map(|_| pieces[next() % pieces.len()]).collect()
    })
}

#[test]
fn nothing_that_a_body_holds_breaks_the_redactor_or_the_body() {
    let redactor = redactor();
    for text in jumbles() {
        // As the body itself it may be withheld, and must not be more than that.
        let _ = redactor.redact("any:Operation", true, text.clone());
        refused(&text);
        let json = json!({"Tags": {&text: text}, "Other": text, "Environment": {"Variables": {"a": text}}});
        let xml = xml_escaped(&text);
        let xml = format!(
            "<a b=\"{}\"><tagSet><item><key>{xml}</key><value>{xml}</value></item></tagSet><c>{xml}</c></a>",
            xml.replace('"', "&quot;")
        );
        for body in [json.to_string(), xml] {
            let kept = redactor.redact("lambda:GetFunction", true, body.clone());
            let kept = kept.expect("a document").body;
            assert!(Document::of(&kept).is_some(), "{body} became {kept}");
        }
    }
}

fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

// How long it takes.

/// A list of functions of about a megabyte, with environments and tags.
fn large_list() -> String {
    let functions: Vec<Value> = (0..900)
        .map(|index| {
            json!({
                "FunctionName": format!("claims-{index}"),
                "FunctionArn": format!("arn:aws:lambda:eu-central-1:111122223333:function:claims-{index}"),
                "Runtime": "python3.13", "Handler": "app.handler", "CodeSize": 1_048_576, "Timeout": 30,
                "Role": "arn:aws:iam::111122223333:role/service-role/claims-role-0a1b2c3d",
                "Description": "Takes claims from the queue, checks them and files them under their year.",
                "CodeSha256": "q7Rk2vXz9LmN4pTbW8sYd3FgH6jKc1QaZe5UqWx3Ty0=",
                "VpcConfig": {"SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-18f0a1b2c3d4e5f60"],
                    "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"], "VpcId": "vpc-0a1b2c3d4e5f60718"},
                "Environment": {"Variables": {
                    "STAGE": "prod", "TABLE": "claims-prod", "LOG_LEVEL": "INFO",
                    "QUEUE": "https://sqs.eu-central-1.amazonaws.com/111122223333/claims",
                    "DB_SECRET_ARN": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf"}},
                "Layers": [{"Arn": "arn:aws:lambda:eu-central-1:017000801446:layer:Powertools:7", "CodeSize": 1}],
            })
        })
        .collect();
    json!({"Functions": functions}).to_string()
}

#[test]
#[ignore = "a measurement: cargo test -p tripod-collect --lib how_long -- --ignored --nocapture"]
#[expect(
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a measurement"
)]
fn how_long_a_large_answer_takes() {
    let redactor = redactor();
    let list = large_list();
    let untouched = list
        .replace("\"Environment\"", "\"Surroundings\"")
        .replace("\"Description\"", "\"Prose\"");
    for (what, body) in [
        ("with environments", list),
        ("nothing to redact", untouched),
    ] {
        let started = std::time::Instant::now();
        for _ in 0..5 {
            redactor
                .redact("lambda:ListFunctions", true, body.clone())
                .expect("redacts");
        }
        let seconds = started.elapsed().as_secs_f64() / 5.0;
        let megabytes = body.len() as f64 / 1e6;
        eprintln!(
            "{what}: {megabytes:.2} MB in {:.0} ms, {:.0} MB/s",
            seconds * 1e3,
            megabytes / seconds
        );
    }
}
