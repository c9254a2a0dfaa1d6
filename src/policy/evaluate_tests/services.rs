//! Services with rules of their own: KMS, roles, Lambda, VPC endpoints.

use super::*;

/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>,
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
mod kms {
    use super::*;

    const DEFAULT: &str = r#"{"Sid":"Enable IAM User Permissions","Effect":"Allow",
        "Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}"#;
    const ADMINISTRATOR: &str = r#"{"Sid":"Allow access for Key Administrators","Effect":"Allow",
        "Principal":{"AWS":"arn:aws:iam::111122223333:role/claims"},
        "Action":["kms:Create*","kms:Describe*","kms:Put*"],"Resource":"*"}"#;

    fn key(policy: &str) -> impl Fn(Caller) -> Case {
        let policy = statements(policy);
        move |caller| {
            let arn = Arn::new("arn:aws:kms:eu-central-1:111122223333:key/1234abcd");
            Case::new(caller, Resource::new(&arn)).resource(policy.clone())
        }
    }

    #[test]
    fn the_default_policy_lets_iam_policies_allow_and_grants_nothing_by_itself() {
        let key = key(DEFAULT);
        assert_eq!(
            key(role()).on("kms:Decrypt"),
            Answer::Implicit(vec![
                "no resource policy allows it".to_owned(),
                "no identity policy allows it".to_owned(),
            ])
        );
        let allowed = key(role()).identity(allow(r#""kms:Decrypt""#));
        assert_eq!(allowed.on("kms:Decrypt"), Answer::Allowed);
        assert_eq!(
            allowed.grounds("kms:Decrypt").0.len(),
            2,
            "both statements are needed"
        );
        assert_eq!(key(root()).on("kms:Decrypt"), Answer::Allowed);
    }

    #[test]
    fn without_the_delegation_no_iam_policy_helps_and_a_deny_still_denies() {
        let key = key(ADMINISTRATOR);
        let administrator = || allow(r#""*""#);
        assert!(
            key(role())
                .identity(administrator())
                .on("kms:Decrypt")
                .is_implicit()
        );
        assert!(
            key(user())
                .identity(administrator())
                .on("kms:PutKeyPolicy")
                .is_implicit()
        );
        assert!(
            key(root()).on("kms:PutKeyPolicy").is_implicit(),
            "not even the root user"
        );
        assert_eq!(key(role()).on("kms:PutKeyPolicy"), Answer::Allowed);
        let denied = key(role()).identity(deny(r#""kms:*""#));
        assert_eq!(denied.on("kms:PutKeyPolicy"), Answer::Explicit);
    }

    #[test]
    fn a_role_named_by_the_key_is_limited_by_its_boundary() {
        let bounded = key(ADMINISTRATOR)(role()).boundary(allow(r#""s3:*""#));
        assert!(bounded.on("kms:PutKeyPolicy").is_implicit());
    }

    #[test]
    fn everyone_of_an_account_through_a_service_is_everyone_of_that_account() {
        let managed = r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt",
            "Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"111122223333",
            "kms:ViaService":"s3.eu-central-1.amazonaws.com"}}}"#;
        let via = Context::closed().with("kms:ViaService", "s3.eu-central-1.amazonaws.com");
        let case = |caller: Caller| key(managed)(caller).context(via.clone());
        assert_eq!(case(role()).on("kms:Decrypt"), Answer::Allowed);
        assert!(key(managed)(role()).on("kms:Decrypt").is_implicit());
        let other = Caller::user(&Arn::new("arn:aws:iam::444455556666:user/eve")).expect("a user");
        assert!(
            case(other)
                .identity(allow(r#""*""#))
                .on("kms:Decrypt")
                .is_implicit()
        );
    }

    #[test]
    fn another_account_needs_its_own_iam_policy() {
        let shared = r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"kms:Decrypt","Resource":"*"}"#;
        let other =
            || Caller::user(&Arn::new("arn:aws:iam::444455556666:user/bo")).expect("a user");
        assert!(key(shared)(other()).on("kms:Decrypt").is_implicit());
        let allowed = key(shared)(other()).identity(allow(r#""kms:Decrypt""#));
        assert_eq!(allowed.on("kms:Decrypt"), Answer::Allowed);
    }

    #[test]
    fn actions_without_a_key_are_for_iam_policies_alone() {
        let case =
            Case::new(user(), Resource::account_level()).identity(allow(r#""kms:ListKeys""#));
        assert_eq!(case.on("kms:ListKeys"), Answer::Allowed);
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
mod trust {
    use super::*;

    fn trusting(principal: &str, action: &str) -> Policy {
        statements(&format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"{action}"}}"#
        ))
    }

    fn assuming(caller: Caller, principal: &str) -> Case {
        let target = Arn::new("arn:aws:iam::111122223333:role/target");
        Case::new(caller, Resource::new(&target)).resource(trusting(principal, "sts:AssumeRole"))
    }

    const ASSUME: &str = "sts:AssumeRole";

    #[test]
    fn in_the_same_account_the_trust_policy_has_to_allow() {
        let user_named = r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#;
        assert_eq!(assuming(user(), user_named).on(ASSUME), Answer::Allowed);
        let stranger = r#"{"AWS":"arn:aws:iam::111122223333:user/bo"}"#;
        let administrator = assuming(user(), stranger).identity(allow(r#""*""#));
        assert!(administrator.on(ASSUME).is_implicit());
    }

    #[test]
    fn trusting_the_account_leaves_it_to_iam_policies() {
        let account = r#"{"AWS":"arn:aws:iam::111122223333:root"}"#;
        assert!(assuming(user(), account).on(ASSUME).is_implicit());
        let allowed = assuming(user(), account).identity(allow(r#""sts:AssumeRole""#));
        assert_eq!(allowed.on(ASSUME), Answer::Allowed);
    }

    #[test]
    fn from_another_account_both_sides_have_to_allow() {
        let other =
            || Caller::user(&Arn::new("arn:aws:iam::444455556666:user/bo")).expect("a user");
        let named = r#"{"AWS":"arn:aws:iam::444455556666:user/bo"}"#;
        assert!(assuming(other(), named).on(ASSUME).is_implicit());
        let allowed = assuming(other(), named).identity(allow(r#""sts:AssumeRole""#));
        assert_eq!(allowed.on(ASSUME), Answer::Allowed);
    }

    #[test]
    fn an_external_id_is_a_condition_like_any_other() {
        let target = Arn::new("arn:aws:iam::111122223333:role/target");
        let policy = statements(
            r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole",
                "Condition":{"StringEquals":{"sts:ExternalId":"12345"}}}"#,
        );
        let other = Caller::user(&Arn::new("arn:aws:iam::444455556666:user/bo")).expect("a user");
        let case = Case::new(other, Resource::new(&target))
            .resource(policy)
            .identity(allow(r#""*""#));
        assert!(case.on(ASSUME).is_implicit());
        let open = case.context(Context::open());
        assert_eq!(
            open.on(ASSUME),
            Answer::Depends(vec![
                "StringEquals sts:ExternalId (a value not shown) holds \
                 (statement 1 of the resource policy 'resource')"
                    .to_owned()
            ])
        );
        let known = open.context(Context::closed().with("sts:ExternalId", "12345"));
        assert_eq!(known.on(ASSUME), Answer::Allowed);
    }

    #[test]
    fn services_and_identity_providers_are_trusted_by_name() {
        let lambda = r#"{"Service":"lambda.amazonaws.com"}"#;
        assert_eq!(
            assuming(Caller::service("lambda.amazonaws.com"), lambda).on(ASSUME),
            Answer::Allowed
        );
        assert!(
            assuming(Caller::service("ec2.amazonaws.com"), lambda)
                .on(ASSUME)
                .is_implicit()
        );

        let provider =
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
        let policy = statements(&format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{provider}"}},
                "Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringLike":{{
                "token.actions.githubusercontent.com:sub":"repo:octo/claims:*"}}}}}}"#
        ));
        let github = |subject: &str| {
            let target = Arn::new("arn:aws:iam::111122223333:role/target");
            Case::new(Caller::federated(provider), Resource::new(&target))
                .resource(policy.clone())
                .context(Context::closed().with("token.actions.githubusercontent.com:sub", subject))
        };
        let action = "sts:AssumeRoleWithWebIdentity";
        assert_eq!(
            github("repo:octo/claims:ref:refs/heads/main").on(action),
            Answer::Allowed
        );
        assert!(
            github("repo:evil/claims:ref:refs/heads/main")
                .on(action)
                .is_implicit()
        );
        assert!(github("repo:octo/claims:x").on(ASSUME).is_implicit());
    }

    #[test]
    fn other_actions_on_a_role_do_not_ask_its_trust_policy() {
        let target = Arn::new("arn:aws:iam::111122223333:role/target");
        let case = Case::new(user(), Resource::new(&target))
            .resource(trusting(
                r#"{"Service":"lambda.amazonaws.com"}"#,
                "sts:AssumeRole",
            ))
            .identity(allow(r#""iam:PassRole""#));
        assert_eq!(case.on("iam:PassRole"), Answer::Allowed);
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>
mod lambda {
    use super::*;
    use crate::{Membership, Organization};

    const ARN: &str = "arn:aws:lambda:us-east-2:111122223333:function:my-function";
    const INVOKE: &str = "lambda:InvokeFunction";

    fn function(caller: Caller, policy: &str) -> Case {
        Case::new(caller, Resource::new(&Arn::new(ARN))).resource(statements(policy))
    }

    #[test]
    fn all_buckets_of_an_account_but_one() {
        let policy = format!(
            r#"{{"Sid":"allow-s3","Effect":"Allow","Principal":{{"Service":"s3.amazonaws.com"}},
                "Action":"lambda:InvokeFunction","Resource":"{ARN}",
                "Condition":{{"StringEquals":{{"aws:SourceAccount":"111122223333"}}}}}},
            {{"Sid":"deny-s3-bucket","Effect":"Deny","Principal":{{"Service":"s3.amazonaws.com"}},
                "Action":"lambda:InvokeFunction","Resource":["{ARN}","{ARN}:*"],
                "Condition":{{"ArnLike":{{"aws:SourceArn":"arn:aws:s3:::amzn-s3-demo-bucket"}}}}}}"#
        );
        let s3 = |account: &str, arn: &str| {
            let context = Context::closed()
                .with("aws:SourceAccount", account)
                .with("aws:SourceArn", arn);
            function(Caller::service("s3.amazonaws.com"), &policy)
                .context(context)
                .on(INVOKE)
        };
        assert_eq!(s3(OWN, "arn:aws:s3:::other"), Answer::Allowed);
        assert_eq!(
            s3(OWN, "arn:aws:s3:::amzn-s3-demo-bucket"),
            Answer::Explicit
        );
        assert!(s3(OTHER, "arn:aws:s3:::other").is_implicit());
    }

    fn member(path: &str) -> Caller {
        let id = path.split('/').next().unwrap_or_default().to_owned();
        let organization = Organization {
            id,
            path: Some(path.to_owned()),
        };
        Caller::user(&Arn::new("arn:aws:iam::444455556666:user/bo"))
            .expect("a user")
            .in_organization(Membership::Member(organization))
    }

    #[test]
    fn all_accounts_of_an_organisation() {
        let policy = format!(
            r#"{{"Sid":"org-access","Effect":"Allow","Action":"lambda:InvokeFunction","Principal":"*",
                "Resource":"{ARN}","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-a1b2c3d4e5f"}}}}}}"#
        );
        let case = |caller: Caller| {
            function(caller, &policy)
                .identity(allow(r#""lambda:*""#))
                .on(INVOKE)
        };
        assert_eq!(case(member("o-a1b2c3d4e5f/r-ab12/")), Answer::Allowed);
        assert!(case(member("o-zzz/r-ab12/")).is_implicit());
        assert!(
            function(Caller::anonymous(), &policy)
                .on(INVOKE)
                .is_implicit()
        );
    }

    #[test]
    fn deny_unless_in_an_organisational_unit() {
        let policy = format!(
            r#"{{"Sid":"deny-access","Effect":"Deny","Action":"lambda:InvokeFunction","Principal":"*",
                "Resource":"{ARN}","Condition":{{"ForAllValues:StringNotLike":{{
                "aws:PrincipalOrgPaths":["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]}}}}}},
            {{"Sid":"allow-access","Effect":"Allow","Action":"lambda:InvokeFunction","Principal":"*",
                "Resource":"{ARN}","Condition":{{"ForAnyValue:StringLike":{{
                "aws:PrincipalOrgPaths":["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]}}}}}}"#
        );
        let case = |caller: Caller| {
            function(caller, &policy)
                .identity(allow(r#""lambda:*""#))
                .on(INVOKE)
        };
        assert_eq!(
            case(member("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-x/")),
            Answer::Allowed
        );
        assert_eq!(
            case(member("o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/")),
            Answer::Explicit
        );
        assert_eq!(case(Caller::anonymous()), Answer::Explicit);
    }

    #[test]
    fn a_policy_of_the_function_does_not_cover_its_versions() {
        let policy = format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"sns.amazonaws.com"}},"Action":"lambda:InvokeFunction","Resource":"{ARN}"}}"#
        );
        let mut case = function(Caller::service("sns.amazonaws.com"), &policy);
        assert_eq!(case.on(INVOKE), Answer::Allowed);
        case.resource = Resource::new(&Arn::new(format!("{ARN}:7")));
        assert!(case.on(INVOKE).is_implicit());
    }

    /// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
    #[test]
    fn a_url_without_authentication_lets_in_everyone_who_comes_that_way() {
        let policy = format!(
            r#"{{"Sid":"FunctionURLAllowPublicAccess","Effect":"Allow","Principal":"*",
                "Action":"lambda:InvokeFunctionUrl","Resource":"{ARN}",
                "Condition":{{"StringEquals":{{"lambda:FunctionUrlAuthType":"NONE"}}}}}},
            {{"Sid":"FunctionURLInvokeAllowPublicAccess","Effect":"Allow","Principal":"*",
                "Action":"lambda:InvokeFunction","Resource":"{ARN}",
                "Condition":{{"Bool":{{"lambda:InvokedViaFunctionUrl":"true"}}}}}}"#
        );
        let by_url = Context::closed()
            .with("lambda:FunctionUrlAuthType", "NONE")
            .with("lambda:InvokedViaFunctionUrl", "true");
        let case = |context: Context| function(Caller::anonymous(), &policy).context(context);
        assert_eq!(
            case(by_url.clone()).on("lambda:InvokeFunctionUrl"),
            Answer::Allowed
        );
        assert_eq!(case(by_url).on(INVOKE), Answer::Allowed);
        assert!(case(Context::closed()).on(INVOKE).is_implicit());
    }
}

/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
mod endpoints {
    use super::*;

    fn through(resource: Resource, endpoint: &str) -> Case {
        Case::new(user(), resource)
            .identity(allow(r#""*""#))
            .endpoint(statements(endpoint))
    }

    #[test]
    fn the_default_policy_takes_nothing_away() {
        let full = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
        assert_eq!(
            through(queue(), full).on("sqs:SendMessage"),
            Answer::Allowed
        );
    }

    #[test]
    fn an_endpoint_limits_and_does_not_grant() {
        let own = r#"{"Effect":"Allow","Principal":"*","Action":"sqs:*",
            "Resource":"arn:aws:sqs:*:111122223333:*"}"#;
        assert_eq!(through(queue(), own).on("sqs:SendMessage"), Answer::Allowed);
        let away = Resource::new(&Arn::new("arn:aws:sqs:eu-central-1:444455556666:theirs"));
        let case = through(away, own).resource(granting(r#""*""#));
        assert_eq!(
            case.on("sqs:SendMessage"),
            Answer::Implicit(vec!["no endpoint policy allows it".to_owned()])
        );
        let mut unprivileged = through(queue(), own);
        unprivileged.identity.clear();
        assert!(unprivileged.on("sqs:SendMessage").is_implicit());
    }

    #[test]
    fn an_endpoint_limits_callers_without_credentials_too() {
        let sns = r#"{"Effect":"Allow","Principal":"*","Action":"sns:*","Resource":"*"}"#;
        let mut case = through(queue(), sns).resource(granting(r#""*""#));
        for caller in [Caller::anonymous(), Caller::service("sns.amazonaws.com")] {
            case.caller = caller;
            assert!(case.on("sqs:SendMessage").is_implicit());
        }
    }

    #[test]
    fn an_account_is_its_root_user_to_a_gateway_endpoint_and_all_of_it_to_another() {
        let account =
            r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}"#;
        assert_eq!(
            through(queue(), account).on("sqs:SendMessage"),
            Answer::Allowed
        );
        assert!(
            through(bucket("claims", OWN), account)
                .on("s3:GetObject")
                .is_open()
        );
        let mut case = through(bucket("claims", OWN), account);
        case.caller = root();
        assert_eq!(case.on("s3:GetObject"), Answer::Allowed);
    }
}
