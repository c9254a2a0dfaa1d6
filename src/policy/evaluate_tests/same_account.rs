//! Caller and resource in one account.

use super::*;

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
mod carlos {
    use super::*;

    fn carlos(bucket_name: &str) -> Case {
        let caller = Caller::user(&Arn::new("arn:aws:iam::123456789012:user/carlossalazar"))
            .expect("a user");
        let own = statements(
            r#"{"Sid":"AllowS3ListRead","Effect":"Allow","Action":["s3:GetBucketLocation",
                "s3:GetAccountPublicAccessBlock","s3:ListAccessPoints","s3:ListAllMyBuckets"],
                "Resource":"arn:aws:s3:::*"},
            {"Sid":"AllowS3Self","Effect":"Allow","Action":"s3:*","Resource":[
                "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*",
                "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"]},
            {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::*log*"}"#,
        );
        Case::new(caller, bucket(bucket_name, "123456789012")).identity(own)
    }

    fn bucket_policy() -> Policy {
        statements(
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/carlossalazar"},
                "Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*",
                "arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar"]}"#,
        )
    }

    #[test]
    fn is_denied_the_logs_by_his_own_policy() {
        let case = carlos("amzn-s3-demo-bucket-carlossalazar-logs/file");
        assert_eq!(case.on("s3:PutObject"), Answer::Explicit);
        let (granting, blocking) = case.grounds("s3:PutObject");
        assert!(granting.is_empty());
        assert_eq!(
            blocking,
            ["statement 'DenyS3Logs' of the identity policy 'own'"]
        );
    }

    #[test]
    fn is_allowed_his_bucket_by_either_policy() {
        let case = carlos("amzn-s3-demo-bucket-carlossalazar/file").resource(bucket_policy());
        assert_eq!(case.on("s3:PutObject"), Answer::Allowed);
        let (granting, _) = case.grounds("s3:PutObject");
        assert_eq!(
            granting,
            [
                "statement 1 of the resource policy 'resource'",
                "statement 'AllowS3Self' of the identity policy 'own'",
            ]
        );
        let mut by_bucket =
            carlos("amzn-s3-demo-bucket-carlossalazar/file").resource(bucket_policy());
        by_bucket.identity.clear();
        assert_eq!(by_bucket.on("s3:PutObject"), Answer::Allowed);
        assert_eq!(
            carlos("amzn-s3-demo-bucket-carlossalazar/file").on("s3:PutObject"),
            Answer::Allowed
        );
    }

    #[test]
    fn is_denied_what_nobody_allows() {
        let case = carlos("somebody-elses/file");
        assert_eq!(
            case.on("s3:PutObject"),
            Answer::Implicit(vec![
                "no resource policy allows it".to_owned(),
                "no identity policy allows it".to_owned(),
            ])
        );
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html>
#[test]
fn an_explicit_deny_trumps_an_allow_and_what_nothing_mentions_is_denied_implicitly() {
    let reports = statements(
        r#"{"Sid":"AllowGetList","Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"},
        {"Sid":"DenyReports","Effect":"Deny","Action":"iam:*Report","Resource":"*"}"#,
    );
    let case = Case::new(user(), Resource::account_level())
        .identity(reports)
        .identity(allow(r#""iam:GenerateCredentialReport""#));
    assert_eq!(case.on("iam:GetUser"), Answer::Allowed);
    assert!(case.on("iam:CreatePolicy").is_implicit());
    assert_eq!(
        case.on("iam:GetOrganizationsAccessReport"),
        Answer::Explicit
    );
    assert_eq!(case.on("iam:GenerateCredentialReport"), Answer::Explicit);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn shirley_may_do_what_both_her_policy_and_her_boundary_allow() {
    let boundary = || allow(r#"["s3:*","cloudwatch:*","ec2:*"]"#);
    let case = |own: &str| {
        Case::new(user(), Resource::account_level())
            .identity(allow(own))
            .boundary(boundary())
    };
    assert_eq!(
        case(r#""iam:CreateUser""#).on("iam:CreateUser"),
        Answer::Implicit(vec![
            "no resource policy allows it".to_owned(),
            "no permissions boundary allows it".to_owned(),
        ])
    );
    assert_eq!(case(r#""ec2:*""#).on("ec2:RunInstances"), Answer::Allowed);
    let alone = Case::new(user(), Resource::account_level()).boundary(boundary());
    assert!(alone.on("ec2:RunInstances").is_implicit());
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic>
#[test]
fn a_session_may_do_what_identity_boundary_and_session_policy_all_allow() {
    let with = |boundary: &str, session: &str| {
        Case::new(role(), Resource::account_level())
            .identity(allow(r#"["s3:*","ec2:*"]"#))
            .boundary(allow(boundary))
            .session(allow(session))
            .on("s3:ListAllMyBuckets")
    };
    assert_eq!(with(r#""s3:*""#, r#""s3:List*""#), Answer::Allowed);
    assert!(with(r#""ec2:*""#, r#""s3:List*""#).is_implicit());
    assert!(with(r#""s3:*""#, r#""s3:Get*""#).is_implicit());
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[test]
fn a_deny_in_any_kind_of_policy_denies() {
    let sqs = || allow(r#""sqs:*""#);
    let both = || vec![vec![sqs(), deny(r#""sqs:SendMessage""#)]];
    let granted = || Case::new(role(), queue()).identity(sqs());
    let action = "sqs:SendMessage";
    assert_eq!(granted().on(action), Answer::Allowed);
    assert_eq!(
        granted().identity(deny(r#""sqs:*""#)).on(action),
        Answer::Explicit
    );
    assert_eq!(
        granted().boundary(deny(r#""*""#)).on(action),
        Answer::Explicit
    );
    assert_eq!(
        granted().session(deny(r#""*""#)).on(action),
        Answer::Explicit
    );
    assert_eq!(granted().scps(both()).on(action), Answer::Explicit);
    assert_eq!(granted().rcps(both()).on(action), Answer::Explicit);
    for principal in [r#""*""#, r#"{"AWS":"111122223333"}"#] {
        let denying = statements(&format!(
            r#"{{"Effect":"Deny","Principal":{principal},"Action":"sqs:*","Resource":"*"}}"#
        ));
        assert_eq!(
            granted().resource(denying.clone()).on(action),
            Answer::Explicit
        );
        assert_ne!(granted().endpoint(denying).on(action), Answer::Allowed);
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[test]
fn the_root_user_has_full_access_that_denies_and_scps_take() {
    assert_eq!(
        Case::new(root(), queue()).on("sqs:SendMessage"),
        Answer::Allowed
    );
    let denied = statements(
        r#"{"Effect":"Deny","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}"#,
    );
    assert_eq!(
        Case::new(root(), queue())
            .resource(denied)
            .on("sqs:SendMessage"),
        Answer::Explicit
    );
    let scps = vec![vec![allow(r#""s3:*""#)]];
    assert_eq!(
        Case::new(root(), queue()).scps(scps).on("sqs:SendMessage"),
        Answer::Implicit(vec![
            "no service control policy allows it at 'root'".to_owned()
        ])
    );
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
mod leaving_out {
    use super::*;

    fn with(statement: &str) -> Case {
        Case::new(user(), queue()).identity(statements(statement))
    }

    #[test]
    fn not_action_on_s3_allows_every_other_action_on_s3() {
        let mut case =
            with(r#"{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"arn:aws:s3:::*"}"#);
        assert!(
            case.on("sqs:SendMessage").is_implicit(),
            "another service's resource"
        );
        case.resource = bucket("claims", OWN);
        assert!(case.on("s3:DeleteBucket").is_implicit());
        assert_eq!(case.on("s3:ListBucket"), Answer::Allowed);
    }

    #[test]
    fn not_action_with_a_deny_denies_the_rest_without_mfa() {
        let case = |context: Context| {
            with(
                r#"{"Effect":"Allow","Action":"*","Resource":"*"},
                {"Sid":"DenyAllUsersNotUsingMFA","Effect":"Deny","NotAction":"iam:*","Resource":"*",
                 "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
            )
            .context(context)
        };
        let with_mfa = Context::closed().with("aws:MultiFactorAuthPresent", "true");
        let without = Context::closed();
        assert_eq!(case(with_mfa).on("sqs:SendMessage"), Answer::Allowed);
        assert_eq!(
            case(without.clone()).on("sqs:SendMessage"),
            Answer::Explicit
        );
        assert_eq!(case(without).on("iam:GetUser"), Answer::Allowed);
        let open = case(Context::open());
        assert_eq!(
            open.on("sqs:SendMessage"),
            Answer::Depends(vec![
                "BoolIfExists aws:MultiFactorAuthPresent false does not hold \
                 (statement 'DenyAllUsersNotUsingMFA' of the identity policy 'own')"
                    .to_owned()
            ])
        );
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html>
    #[test]
    fn not_resource_denies_every_bucket_but_one() {
        let payroll = |name: &str| {
            Case::new(user(), bucket(name, OWN))
                .identity(allow(r#""s3:*""#))
                .identity(statements(
                    r#"{"Effect":"Deny","Action":"s3:*","NotResource":[
                        "arn:aws:s3:::HRBucket/Payroll","arn:aws:s3:::HRBucket/Payroll/*"]}"#,
                ))
                .on("s3:GetObject")
        };
        assert_eq!(payroll("HRBucket/Payroll/may"), Answer::Allowed);
        assert_eq!(payroll("HRBucket/Reviews/may"), Answer::Explicit);
        assert_eq!(payroll("hrbucket/Payroll/may"), Answer::Explicit);
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[test]
fn a_star_stands_for_slashes_too() {
    let case = |key: &str| {
        let own = statements(
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*/test/*"}"#,
        );
        let resource = bucket(&format!("amzn-s3-demo-bucket/{key}"), OWN);
        Case::new(user(), resource).identity(own).on("s3:GetObject")
    };
    for key in [
        "1/test/object.jpg",
        "1/2/test/object.jpg",
        "1/2/test/3/object.jpg",
        "1/2/3/test/4/object.jpg",
        "1///test///object.jpg",
        "1/test/.jpg",
        "/test/object.jpg",
        "1/test/",
    ] {
        assert_eq!(case(key), Answer::Allowed, "{key}");
    }
    for key in ["1-test/object.jpg", "test/object.jpg", "1/2/test.jpg"] {
        assert!(case(key).is_implicit(), "{key}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
#[test]
fn the_case_of_an_action_does_not_matter_and_wildcards_do() {
    let case = Case::new(user(), Resource::account_level()).identity(allow(r#""IAM:*accesskey*""#));
    for action in [
        "iam:CreateAccessKey",
        "iam:DeleteAccessKey",
        "iam:ListAccessKeys",
        "iam:UpdateAccessKey",
    ] {
        assert_eq!(case.on(action), Answer::Allowed, "{action}");
    }
    assert!(case.on("iam:CreateUser").is_implicit());
}
