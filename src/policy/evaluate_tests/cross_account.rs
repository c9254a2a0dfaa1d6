//! Caller and resource in two accounts: both have to allow.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>

use super::*;

mod carlos {
    use super::*;

    fn demo(bucket_name: &str) -> Case {
        let caller =
            Caller::role(&Arn::new("arn:aws:iam::111111111111:role/Demo")).expect("a role");
        let own = statements(
            r#"{"Sid":"AllowS3ListRead","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"},
            {"Sid":"AllowS3ProductionObjectActions","Effect":"Allow","Action":"s3:*Object*",
             "Resource":"arn:aws:s3:::amzn-s3-demo-bucket-production/*"},
            {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":[
                "arn:aws:s3:::*log*","arn:aws:s3:::*log*/*"]}"#,
        );
        Case::new(caller, bucket(bucket_name, "222222222222")).identity(own)
    }

    fn production_policy() -> Policy {
        statements(
            r#"{"Effect":"Allow","Action":["s3:GetObject*","s3:PutObject*","s3:ReplicateObject",
                "s3:RestoreObject"],"Principal":{"AWS":"arn:aws:iam::111111111111:role/Demo"},
                "Resource":"arn:aws:s3:::amzn-s3-demo-bucket-production/*"}"#,
        )
    }

    #[test]
    fn is_denied_the_logs_by_his_own_account() {
        let case = demo("amzn-s3-demo-bucket-production-logs/file");
        assert_eq!(case.on("s3:PutObject"), Answer::Explicit);
    }

    #[test]
    fn is_allowed_production_by_both_accounts() {
        let case = demo("amzn-s3-demo-bucket-production/file").resource(production_policy());
        assert_eq!(case.on("s3:PutObject"), Answer::Allowed);
        assert_eq!(
            case.on("s3:DeleteObject"),
            Answer::Implicit(vec!["no resource policy allows it".to_owned()]),
            "the bucket's policy does not let him delete"
        );
    }

    #[test]
    fn one_side_alone_is_not_enough() {
        let without = demo("amzn-s3-demo-bucket-production/file");
        assert!(without.on("s3:PutObject").is_implicit());
        let mut other = demo("amzn-s3-demo-bucket-production/file").resource(production_policy());
        other.identity.clear();
        assert_eq!(
            other.on("s3:PutObject"),
            Answer::Implicit(vec!["no identity policy allows it".to_owned()])
        );
    }
}

const SEND: &str = "sqs:SendMessage";

fn away() -> Resource {
    Resource::new(&Arn::new("arn:aws:sqs:eu-central-1:444455556666:claims"))
}

#[test]
fn the_other_account_may_name_the_account_the_role_the_session_or_everyone() {
    for principal in [
        r#"{"AWS":"111122223333"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:role/claims"}"#,
        r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/claims/job-7"}"#,
        r#""*""#,
    ] {
        let caller = role().with_session("job-7");
        let case = Case::new(caller, away()).resource(granting(principal));
        assert!(
            case.on(SEND).is_implicit(),
            "its own account says nothing: {principal}"
        );
        let both = case.identity(allow(r#""sqs:*""#));
        assert_eq!(both.on(SEND), Answer::Allowed, "{principal}");
    }
}

#[test]
fn limits_in_the_callers_account_bind_whatever_the_other_one_names() {
    let session = r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/claims/job-7"}"#;
    let case = || {
        Case::new(role().with_session("job-7"), away())
            .resource(granting(session))
            .identity(allow(r#""sqs:*""#))
    };
    let other = || allow(r#""s3:*""#);
    assert_eq!(case().on(SEND), Answer::Allowed);
    assert!(case().boundary(other()).on(SEND).is_implicit());
    assert!(case().session(other()).on(SEND).is_implicit());
    assert!(case().scps(vec![vec![other()]]).on(SEND).is_implicit());
    assert!(case().rcps(vec![vec![other()]]).on(SEND).is_implicit());
}

#[test]
fn a_service_needs_nothing_but_the_resources_policy() {
    let grant = || {
        statements(
            r#"{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage",
                "Resource":"*","Condition":{"ArnEquals":{
                "aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:TOPIC-ID"}}}"#,
        )
    };
    let sns = |context: Context| {
        Case::new(Caller::service("sns.amazonaws.com"), away())
            .resource(grant())
            .context(context)
            .on(SEND)
    };
    let from = |arn: &str| Context::closed().with("aws:SourceArn", arn);
    assert_eq!(
        sns(from("arn:aws:sns:us-east-1:123456789012:TOPIC-ID")),
        Answer::Allowed
    );
    assert!(sns(from("arn:aws:sns:us-east-1:777788889999:TOPIC-ID")).is_implicit());
    assert!(sns(Context::closed()).is_implicit());
    assert!(sns(Context::open()).is_open());
}

#[test]
fn whose_the_resource_is_may_be_unknown_and_may_not_matter() {
    let unknown = || Resource::new(&Arn::new("arn:aws:s3:::claims"));
    let own = || Case::new(role(), unknown()).identity(allow(r#""s3:*""#));
    assert_eq!(
        own().on("s3:ListBucket"),
        Answer::NotAssessed(vec!["the resource's account is not known".to_owned()])
    );
    assert_eq!(
        own().resource(granting(r#""*""#)).on("s3:ListBucket"),
        Answer::Allowed
    );
    assert!(
        Case::new(role(), unknown())
            .on("s3:ListBucket")
            .is_implicit()
    );
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>
mod api_gateway {
    use super::*;

    fn api(account: &str) -> Resource {
        let arn = format!("arn:aws:execute-api:eu-central-1:{account}:a1b2c3/prod/GET/claims");
        Resource::new(&Arn::new(arn))
    }

    fn policy_saying(effect: Option<&str>, principal: &str) -> Policy {
        let Some(effect) = effect else {
            return statements("");
        };
        statements(&format!(
            r#"{{"Effect":"{effect}",{principal}"Action":"execute-api:Invoke","Resource":"*"}}"#
        ))
    }

    fn outcome(account: &str, iam: Option<&str>, resource: Option<&str>) -> &'static str {
        let case = Case::new(user(), api(account))
            .identity(policy_saying(iam, ""))
            .resource(policy_saying(resource, r#""Principal":"*","#));
        match case.on("execute-api:Invoke") {
            Answer::Allowed => "allow",
            Answer::Explicit => "explicit",
            Answer::Implicit(_) => "implicit",
            other => panic!("{other:?}"),
        }
    }

    const ALLOW: Option<&str> = Some("Allow");
    const DENY: Option<&str> = Some("Deny");

    #[test]
    fn table_a_one_account() {
        for (iam, resource, expected) in [
            (ALLOW, ALLOW, "allow"),
            (ALLOW, None, "allow"),
            (ALLOW, DENY, "explicit"),
            (None, ALLOW, "allow"),
            (None, None, "implicit"),
            (None, DENY, "explicit"),
            (DENY, ALLOW, "explicit"),
            (DENY, None, "explicit"),
            (DENY, DENY, "explicit"),
        ] {
            assert_eq!(
                outcome(OWN, iam, resource),
                expected,
                "{iam:?} {resource:?}"
            );
        }
    }

    #[test]
    fn table_b_two_accounts() {
        for (iam, resource, expected) in [
            (ALLOW, ALLOW, "allow"),
            (ALLOW, None, "implicit"),
            (ALLOW, DENY, "explicit"),
            (None, ALLOW, "implicit"),
            (None, None, "implicit"),
            (None, DENY, "explicit"),
            (DENY, ALLOW, "explicit"),
            (DENY, None, "explicit"),
            (DENY, DENY, "explicit"),
        ] {
            assert_eq!(
                outcome(OTHER, iam, resource),
                expected,
                "{iam:?} {resource:?}"
            );
        }
    }
}
