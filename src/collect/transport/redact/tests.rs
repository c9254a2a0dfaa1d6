//! What leaves the redactor, for answers of every shape.
//!
//! Secrets are put together at run time, so that no scanner takes this file for a leak.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};
use tripod_model::{Entropy, SecretKind};

use super::*;

pub(super) fn redactor() -> Redactor {
    Redactor::new().expect("the operating system gives random bytes")
}

fn redacted(operation: &str, body: &str) -> String {
    let kept = redactor().redact(operation, true, body.to_owned());
    kept.expect("redacts").body
}

fn redacted_json(operation: &str, body: &Value) -> Value {
    serde_json::from_str(&redacted(operation, &body.to_string())).expect("JSON")
}

pub(super) fn refused(body: &str) -> String {
    let kept = redactor().redact("lambda:ListFunctions", false, body.to_owned());
    kept.expect("redacts").body
}

fn marker(value: &Value) -> Redacted {
    let text = value.as_str().expect("text");
    text.parse().expect("a marker and nothing else")
}

#[test]
fn keys_of_vpn_tunnels_go_and_the_tunnels_states_stay() {
    let body = "<DescribeVpnConnectionsResponse><vpnConnectionSet><item>\
        <customerGatewayConfiguration>&lt;pre_shared_key&gt;plain-word-1&lt;/pre_shared_key&gt;</customerGatewayConfiguration>\
        <options><tunnelOptionSet><item><preSharedKey>plain-word-2</preSharedKey></item></tunnelOptionSet></options>\
        <preSharedKeyArn>arn:aws:secretsmanager:eu-west-1:111122223333:secret:vpn</preSharedKeyArn>\
        <vgwTelemetry><item><status>DOWN</status></item></vgwTelemetry>\
        </item></vpnConnectionSet></DescribeVpnConnectionsResponse>";
    let kept = redacted("ec2:DescribeVpnConnections", body);
    assert!(!kept.contains("plain-word"), "{kept}");
    assert_eq!(kept.matches("tripod-redacted:v1:named-secret:").count(), 2);
    assert!(kept.contains("<status>DOWN</status>"));
    assert!(kept.contains(":secret:vpn</preSharedKeyArn>"));
}

/// A token that is certain.
fn token() -> String {
    ["ghp_", &"a1B2".repeat(9)].concat()
}

// Secret by nature.

#[test]
fn environment_values_become_markers_and_names_stay() {
    for (operation, path) in [
        ("lambda:ListFunctions", "Functions"),
        ("lambda:ListVersionsByFunction", "Versions"),
    ] {
        let body = json!({ path: [{"FunctionName": "f", "Environment": {"Variables": {
            "DB_PASSWORD": "hunter2-hunter2", "STAGE": "prod", "EMPTY": ""}}}]});
        let kept = redacted_json(operation, &body);
        let variables = &kept[path][0]["Environment"]["Variables"];
        let secret = marker(&variables["DB_PASSWORD"]);
        assert_eq!(secret.kind, Some(SecretKind::NamedSecret));
        assert_eq!(secret.length, 15);
        assert_eq!(secret.entropy, Entropy::Low);
        assert_eq!(marker(&variables["STAGE"]).kind, None);
        assert_eq!(marker(&variables["EMPTY"]).length, 0);
        assert_eq!(kept[path][0]["FunctionName"], "f");
    }
}

#[test]
fn the_configuration_itself_is_an_answer_too() {
    let body = json!({"FunctionName": "f", "Environment": {"Variables": {"A": "x-y-z"}}});
    for operation in [
        "lambda:GetFunctionConfiguration",
        "lambda:PublishVersion",
        "lambda:OperationOfTomorrow",
    ] {
        let kept = redacted_json(operation, &body);
        assert_eq!(marker(&kept["Environment"]["Variables"]["A"]).length, 5);
    }
}

#[test]
fn a_value_that_looks_like_a_marker_is_redacted_like_any_other() {
    let fake = "tripod-redacted:v1:none:1:low:0123456789abcdef";
    let body = json!({"Functions": [{"Environment": {"Variables": {"A": fake}}}]});
    let kept = redacted_json("lambda:ListFunctions", &body);
    assert_ne!(kept["Functions"][0]["Environment"]["Variables"]["A"], fake);
}

#[test]
fn presigned_addresses_of_code_are_replaced_whole() {
    let address = "https://bucket/code?versionId=1&X-Amz-Signature=abc";
    for (operation, member) in [("GetFunction", "Code"), ("GetLayerVersion", "Content")] {
        let body = json!({ member: {"Location": address, "CodeSha256": "x", "CodeSize": 1} });
        let kept = redacted_json(&format!("lambda:{operation}"), &body);
        let found = marker(&kept[member]["Location"]);
        assert_eq!(found.kind, Some(SecretKind::PresignedUrl));
        assert_eq!(kept[member]["CodeSize"], 1);
    }
}

#[test]
fn values_of_api_keys_are_secrets_whatever_they_look_like() {
    let body =
        json!({"item": [{"id": "k1", "name": "partner", "value": "short", "enabled": true}]});
    for operation in ["apigateway:GetApiKeys", "apigateway:GetUsagePlanKeys"] {
        let kept = redacted_json(operation, &body);
        assert_eq!(
            marker(&kept["item"][0]["value"]).kind,
            Some(SecretKind::NamedSecret)
        );
        assert_eq!(kept["item"][0]["id"], "k1");
        assert_eq!(kept["item"][0]["name"], "partner");
    }
}

#[test]
fn user_data_is_replaced_whole_and_read_for_its_kind() {
    let script =
        aws_smithy_types::base64::encode("#!/bin/sh\nexport DB_PASSWORD=hunter2-hunter2\n");
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeInstanceAttributeResponse \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n  <requestId>r</requestId>\n  \
         <userData xmlns:x=\"urn:x\"><value>{script}</value></userData>\n</DescribeInstanceAttributeResponse>"
    );
    let kept = redacted("ec2:DescribeInstanceAttribute", &body);
    let (start, rest) = kept.split_once("<value>").expect("the element stays");
    let (value, end) = rest.split_once("</value>").expect("the element stays");
    let found = marker(&json!(value));
    assert_eq!(found.kind, Some(SecretKind::NamedSecret));
    assert_eq!(
        format!("{start}<value>{script}</value>{end}"),
        body,
        "all else stays"
    );
}

#[test]
fn credentials_of_sts_never_pass_and_key_ids_do() {
    let id = ["ASIA", "IOSFODNN7EXAMPLE"].concat();
    let body = format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{id}</AccessKeyId>\
         <SecretAccessKey>short</SecretAccessKey><SessionToken>token</SessionToken>\
         </Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    let kept = redacted("sts:AssumeRole", &body);
    assert!(kept.contains(&format!("<AccessKeyId>{id}</AccessKeyId>")));
    assert!(kept.contains("<SecretAccessKey>tripod-redacted:v1:aws-secret-access-key:5:"));
    assert!(kept.contains("<SessionToken>tripod-redacted:v1:aws-session-token:5:"));
}

// Secret if it looks like one.

#[test]
fn of_tags_only_the_values_that_look_like_secrets_are_replaced() {
    let body = "<r><vpcSet><item><tagSet>\
        <item><key>Name</key><value>claims &amp; co</value></item>\
        <item><key>DbPassword</key><value>hunter2&amp;hunter2</value></item>\
        </tagSet></item></vpcSet></r>";
    let kept = redacted("ec2:DescribeVpcs", body);
    let (start, end) = body.split_once("hunter2&amp;hunter2").expect("planted");
    assert!(kept.starts_with(&format!("{start}tripod-redacted:v1:named-secret:15:")));
    assert!(kept.ends_with(end));

    let shapes = [
        json!({"Tags": {"Name": "claims", "DbPassword": "hunter2-hunter2"}}),
        json!({"Tags": [{"Key": "DbPassword", "Value": "hunter2-hunter2"}]}),
        json!({"Tags": [{"TagKey": "DbPassword", "TagValue": "hunter2-hunter2"}]}),
        json!({"ResourceTagList": [{"TagsList": [{"Key": "DbPassword", "Value": "hunter2-hunter2"}]}]}),
        json!({"tags": {"DbPassword": "hunter2-hunter2"}}),
    ];
    for body in shapes {
        let kept = redacted("any:Operation", &body.to_string());
        assert!(!kept.contains("hunter2"), "{kept}");
        assert!(kept.contains("DbPassword"), "{kept}");
        assert_eq!(body.to_string().contains("claims"), kept.contains("claims"));
    }
}

#[test]
fn of_a_description_only_the_secret_goes() {
    let body =
        json!({"KeyMetadata": {"Description": format!("for claims, token {} (old)", token())}});
    let kept = redacted_json("kms:DescribeKey", &body);
    let text = kept["KeyMetadata"]["Description"].as_str().expect("text");
    assert!(text.starts_with("for claims, token tripod-redacted:v1:service-token:40:"));
    assert!(text.ends_with(" (old)"));
}

#[test]
fn literals_of_integrations_go_and_mappings_stay() {
    let body = json!({"item": [{"path": "/", "resourceMethods": {"GET": {
        "requestParameters": {"method.request.header.X-Api-Key": true},
        "methodIntegration": {
            "uri": "https://backend.example/v1?api_key=4f1c9a7be2d80356&page=1",
            "credentials": "arn:aws:iam::111122223333:role/claims",
            "requestParameters": {
                "integration.request.header.X-Api-Key": "'4f1c9a7be2d80356'",
                "integration.request.header.Authorization": "method.request.header.Authorization",
                "integration.request.header.Accept": "'application/json'"},
            "requestTemplates": {"application/json":
                "{ \"user\": \"$input.params('u')\", \"apiKey\": \"4f1c9a7be2d80356\" }"}}}}}]});
    let kept = redacted_json("apigateway:GetResources", &body);
    assert!(!kept.to_string().contains("4f1c9a7be2d80356"));
    let method = &kept["item"][0]["resourceMethods"]["GET"];
    assert_eq!(
        method["requestParameters"]["method.request.header.X-Api-Key"],
        true
    );
    let integration = &method["methodIntegration"];
    assert_eq!(
        integration["credentials"],
        "arn:aws:iam::111122223333:role/claims"
    );
    let uri = integration["uri"].as_str().expect("text");
    assert!(
        uri.starts_with("https://backend.example/v1?api_key=tripod-redacted:v1:named-secret:16:")
    );
    assert!(uri.ends_with("&page=1"));
    let headers = &integration["requestParameters"];
    let literal = headers["integration.request.header.X-Api-Key"]
        .as_str()
        .expect("text");
    assert!(
        literal.starts_with("'tripod-redacted:") && literal.ends_with('\''),
        "still a literal"
    );
    for (name, same) in [
        ("Authorization", "method.request.header.Authorization"),
        ("Accept", "'application/json'"),
    ] {
        assert_eq!(headers[format!("integration.request.header.{name}")], same);
    }
    let template = integration["requestTemplates"]["application/json"]
        .as_str()
        .expect("text");
    assert!(template.contains("$input.params('u')"), "{template}");
}

#[test]
fn the_argument_of_an_option_goes() {
    let body = json!({"Configuration": {"ImageConfigResponse": {"ImageConfig": {
        "EntryPoint": ["/bin/run"], "Command": ["--password", "hunter2-hunter2", "--stage", "prod"]}}}});
    let kept = redacted_json("lambda:GetFunction", &body);
    let command = &kept["Configuration"]["ImageConfigResponse"]["ImageConfig"]["Command"];
    assert_eq!(marker(&command[1]).kind, Some(SecretKind::NamedSecret));
    assert_eq!(command[3], "prod");
}

// Every row of the table.

/// A body that holds one text at a path.
fn holding(path: &str, name: &str, text: &str) -> Value {
    let steps: Vec<&str> = path.split('/').filter(|step| *step != "**").collect();
    let inner = json!({ name: text });
    let mut body = steps.iter().rev().fold(inner, |inner, step| {
        let step = if *step == "*" { "any" } else { step };
        json!({ step: [inner] })
    });
    if path.starts_with("**") {
        body = json!({"Answer": {"More": body, "Other": "stays"}});
    }
    body
}

#[test]
fn every_row_of_the_table_works() {
    for (operation, path, treatment) in rules::rows() {
        let body = holding(path, "Password", "hunter2-hunter2");
        let kept = redacted(&operation, &body.to_string());
        assert!(!kept.contains("hunter2"), "{operation} {path}");
        assert!(
            kept.contains("named-secret") || treatment != Treatment::Masked,
            "{kept}"
        );

        let harmless = holding(path, "Stage", "production");
        let kept = redacted(&operation, &harmless.to_string());
        let stays = kept.contains("production");
        assert_eq!(
            stays,
            treatment == Treatment::IfSecret,
            "{operation} {path}"
        );
    }
}

// The net under all answers.

#[test]
fn certain_secrets_go_from_places_that_nobody_thought_of() {
    let pem = [
        "-----BEGIN EC ",
        "PRIVATE KEY-----\nMHcC\n-----END EC ",
        "PRIVATE KEY-----",
    ]
    .concat();
    let stripe = ["sk_live", "_4eC39HqLyjWDarjtT1zdp7dc"].concat();
    let aws = [
        "AKIA",
        "IOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/",
        "bPxRfiCYEXAMPLEKEY",
    ]
    .concat();
    let url = ["postgres://claims:", "s3cr3tpw", "@db.internal/claims"].concat();
    let signed = ["https://b/k?X-Amz-Signature=", &"0a".repeat(32)].concat();
    for (secret, gone) in [
        (token(), token().as_str()),
        (pem.clone(), "MHcC"),
        (stripe.clone(), "4eC39HqLyjWDarjtT1zdp7dc"),
        (aws.clone(), "wJalrXUtnFEMI"),
        (url.clone(), "s3cr3tpw"),
        (signed.clone(), "0a0a0a0a"),
    ] {
        let policy = json!({"Sid": format!("see\n{secret}")}).to_string();
        let json =
            json!({"Unheard": {"Of": [{"Text": secret}, policy, {&secret: 1}]}, "Not": "this"});
        let kept = redacted_json("any:Operation", &json);
        assert!(!kept.to_string().contains(gone), "{kept}");
        assert_eq!(kept["Not"], "this");
        let inner = kept["Unheard"]["Of"][1].as_str().expect("text");
        serde_json::from_str::<Value>(inner).expect("the text in the text is JSON still");

        let encoded = utf8_percent_encode(&policy, NON_ALPHANUMERIC);
        let xml =
            format!("<a x='1'><b>{secret}</b><c><![CDATA[{secret}]]></c><d>{encoded}</d><e/></a>");
        let kept = redacted("any:Operation", &xml);
        let decoded = percent_decode_str(&kept).decode_utf8_lossy();
        assert!(!decoded.contains(gone), "{decoded}");
        assert!(Document::of(&kept).is_some(), "XML still: {kept}");
        assert!(
            kept.starts_with("<a x='1'><b>") && kept.ends_with("</d><e/></a>"),
            "{kept}"
        );

        for error in [
            json!({"message": secret}).to_string(),
            format!("Bad gateway: {secret} <p>"),
        ] {
            assert!(!refused(&error).contains(gone), "{error}");
        }
    }
}

#[test]
fn of_an_address_only_the_password_goes() {
    let url = ["postgres://claims:", "s3cr3tpw", "@db.internal/claims"].concat();
    let kept = redacted_json("any:Operation", &json!({"Address": url}));
    let text = kept["Address"].as_str().expect("text");
    assert!(text.starts_with("postgres://claims:tripod-redacted:v1:connection-string:8:"));
    assert!(text.ends_with("@db.internal/claims"));
}

#[test]
fn a_refusal_that_repeats_the_request_loses_the_session_token() {
    let session = ["IQoJb3JpZ2lu", "X2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ"].concat();
    let body = format!(
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>The Canonical String should \
         have been\n'POST\n/\n\nhost:iam.amazonaws.com\nx-amz-security-token:opaque{session}\n'\
         </Message></Error></ErrorResponse>"
    );
    let kept = refused(&body);
    assert!(!kept.contains("IQoJ") && !kept.contains("opaque"), "{kept}");
    assert!(kept.contains("<Code>SignatureDoesNotMatch</Code>"));
}

#[test]
fn identifiers_of_iam_stay() {
    let body = [
        "<r><UserId>AIDA",
        "IOSFODNN7EXAMPLE</UserId><AccessKeyId>AKIA",
        "IOSFODNN7EXAMPLE</AccessKeyId></r>",
    ]
    .concat();
    assert_eq!(redacted("iam:ListAccessKeys", &body), body);
}

#[test]
fn page_tokens_stay_as_they_are() {
    let page = [
        "eyJhbGciOiJIUzI1NiJ9",
        ".eyJzdWIiOiIxIn0xx",
        ".c2lnbmF0dXJl",
    ]
    .concat();
    for member in PAGE_TOKENS {
        let json = json!({"Items": [], member: page}).to_string();
        assert_eq!(redacted("any:List", &json), json);
        let xml = format!(
            "<ListResponse><ListResult><{member}>{page}</{member}></ListResult></ListResponse>"
        );
        assert_eq!(redacted("any:List", &xml), xml);
    }
    let deep = json!({"Items": [{"Of": {"Some": {"NextToken": page}}}]});
    assert!(!redacted("any:List", &deep.to_string()).contains(&page));
}

#[test]
fn answers_without_secrets_pass_byte_for_byte() {
    for body in [
        "<xml/>",
        "<?xml version=\"1.0\"?>\n<a>\n  <tagSet><item><key>k</key><value>&#x76;</value></item></tagSet></a>\n",
        "{ \"Tags\" : {\"a\":\"\\u0062\"}, \"n\": 1.50e3, \"a\" : [ ] }\n",
        "[]",
        "null",
    ] {
        assert_eq!(redacted("iam:GetAccountSummary", body), body);
    }
}

#[test]
fn an_answer_that_cannot_be_read_is_withheld() {
    for body in ["{\"Functions\":[{\"Env", "<a><b>", "hunter2-hunter2"] {
        for operation in ["lambda:ListFunctions", "any:Operation"] {
            let kept = redactor().redact(operation, true, body.to_owned());
            let error = kept.err().expect("withheld");
            assert!(error.to_string().contains(operation));
            assert!(!format!("{error:?}{error}").contains("hunter2"));
        }
    }
}

// What a marker says.

#[test]
fn equal_values_have_equal_fingerprints_within_a_run_and_others_in_the_next() {
    let (one, two) = (redactor(), redactor());
    let of = |redactor: &Redactor, text: &str| redactor.marker(None, text);
    assert_eq!(of(&one, "same"), of(&one, "same"));
    assert_ne!(of(&one, "same"), of(&one, "sane"));
    assert_ne!(of(&one, "same"), of(&two, "same"));
}

#[test]
fn the_hash_of_the_original_gives_no_secret_away() {
    let body = json!({"Environment": {"Variables": {"PIN": "4711"}}}).to_string();
    let plain = fingerprint(body.as_bytes());
    let original = |redactor: &Redactor| {
        let kept = redactor.redact("lambda:GetFunctionConfiguration", true, body.clone());
        kept.expect("redacts").original
    };
    let one = redactor();
    assert_eq!(
        original(&one),
        original(&one),
        "it can be recognised within the run"
    );
    assert_ne!(
        original(&one),
        plain,
        "whoever tries all PINs would find it"
    );
    assert_ne!(original(&one), original(&redactor()));

    let harmless = json!({"Policy": "{}"}).to_string();
    let kept = one
        .redact("lambda:GetPolicy", true, harmless.clone())
        .expect("redacts");
    assert_eq!(
        kept.original,
        fingerprint(harmless.as_bytes()),
        "nothing was replaced"
    );
}
