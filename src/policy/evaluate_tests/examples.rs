//! Whole policies from AWS's pages of examples, each by its page.

use super::*;

fn of_service(text: &str) -> Resource {
    Resource::new(&Arn::new(text))
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html>
mod keys_with_several_values {
    use super::*;

    const TAGS: &str = "aws:TagKeys";

    fn tagging(keys: &[&str], denied_if: &str) -> Answer {
        let policy = statements(&format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*"}},
            {{"Sid":"DenyRestrictedTags","Effect":"Deny","Action":["iam:Tag*","iam:UnTag*"],
              "Resource":["*"],"Condition":{denied_if}}}"#
        ));
        let tagged = of_service("arn:aws:iam::111122223333:user/bo");
        let context = Context::closed().with_all(TAGS, keys.iter().copied());
        Case::new(user(), tagged)
            .identity(policy)
            .context(context)
            .on("iam:TagUser")
    }

    /// "Every value in the request must match at least one value in the policy", and a null check keeps
    /// requests without tags apart.
    #[test]
    fn tags_are_denied_where_all_of_them_have_one_of_the_prefixes() {
        let prefixes = r#"{"Null":{"aws:TagKeys":"false"},
            "ForAllValues:StringLike":{"aws:TagKeys":["key1*","key2*","key3*"]}}"#;
        assert_eq!(tagging(&["key1:legal"], prefixes), Answer::Explicit);
        assert_eq!(tagging(&["key1:hr", "key3"], prefixes), Answer::Explicit);
        assert_eq!(tagging(&["key1:hr", "team"], prefixes), Answer::Allowed);
        assert_eq!(tagging(&["team"], prefixes), Answer::Allowed);
        assert_eq!(tagging(&[], prefixes), Answer::Allowed);
    }

    /// "All the tag key values in the request context must start with the prefix key1": only a request in
    /// which none does is denied, and one without any.
    #[test]
    fn without_a_null_check_a_request_without_tags_is_denied_too() {
        let others = r#"{"ForAllValues:StringNotLike":{"aws:TagKeys":"key1*"}}"#;
        assert_eq!(tagging(&["key1:legal"], others), Answer::Allowed);
        assert_eq!(tagging(&["key1:hr", "key1:staff"], others), Answer::Allowed);
        assert_eq!(tagging(&["key2:audit"], others), Answer::Explicit);
        assert_eq!(tagging(&[], others), Answer::Explicit);
    }

    #[test]
    fn one_of_the_tags_is_enough_for_any_value() {
        let snapshot = |keys: &[&str]| {
            let policy = statements(
                r#"{"Effect":"Allow","Action":"ec2:*","Resource":"*"},
                {"Effect":"Deny","Action":["ec2:CreateSnapshot","ec2:CreateSnapshots"],
                 "Resource":"arn:aws:ec2:us-west-2::snapshot/*","Condition":{
                 "ForAnyValue:StringEquals":{"aws:TagKeys":["environment","webserver"]}}}"#,
            );
            Case::new(
                user(),
                of_service("arn:aws:ec2:us-west-2::snapshot/*")
                    .owned_by(AccountId::new("111122223333")),
            )
            .identity(policy)
            .context(Context::closed().with_all(TAGS, keys.iter().copied()))
            .on("ec2:CreateSnapshot")
        };
        assert_eq!(snapshot(&["webserver"]), Answer::Explicit);
        assert_eq!(snapshot(&["cost", "environment"]), Answer::Explicit);
        assert_eq!(snapshot(&["cost"]), Answer::Allowed);
        assert_eq!(snapshot(&[]), Answer::Allowed);
    }
}

/// "The request context must include a project tag-value and cannot be created for a production resource
/// to invoke the Allow effect."
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-single-valued-context-keys.html>
#[test]
fn volumes_are_tagged_with_a_project_and_not_those_of_production() {
    let policy = || {
        statements(
            r#"{"Effect":"Allow","Action":"ec2:CreateVolume","Resource":"*"},
            {"Effect":"Allow","Action":"ec2:CreateTags","Resource":"arn:aws:ec2:us-east-1:111122223333:volume/*",
             "Condition":{"StringLike":{"aws:RequestTag/project":"*"},
                          "StringNotEquals":{"aws:ResourceTag/environment":"production"}}}"#,
        )
    };
    let tagging = |project: Option<&str>, environment: Option<&str>| {
        let volume = of_service("arn:aws:ec2:us-east-1:111122223333:volume/vol-1")
            .tagged(environment.map(|value| ("environment", value)));
        let context = match project {
            Some(project) => Context::closed().with("aws:RequestTag/project", project),
            None => Context::closed(),
        };
        Case::new(user(), volume)
            .identity(policy())
            .context(context)
            .on("ec2:CreateTags")
    };
    assert_eq!(tagging(Some("claims"), None), Answer::Allowed);
    assert_eq!(tagging(Some("claims"), Some("test")), Answer::Allowed);
    assert!(tagging(Some("claims"), Some("production")).is_implicit());
    assert!(tagging(None, Some("test")).is_implicit());
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
mod confused_deputy {
    use super::*;

    const TRAIL: &str = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/all";

    fn publishing(caller: Caller, context: Context) -> Answer {
        let policy = statements(&format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"cloudtrail.amazonaws.com"}},"Action":"SNS:Publish",
                "Resource":"arn:aws:sns:eu-central-1:111122223333:trails",
                "Condition":{{"StringEquals":{{"aws:SourceArn":"{TRAIL}"}}}}}}"#
        ));
        Case::new(
            caller,
            of_service("arn:aws:sns:eu-central-1:111122223333:trails"),
        )
        .resource(policy)
        .context(context)
        .on("sns:Publish")
    }

    #[test]
    fn a_service_is_let_in_for_the_resource_named_and_for_no_other() {
        let deputy = || Caller::service("cloudtrail.amazonaws.com");
        let for_trail = |arn: &str| Context::closed().with("aws:SourceArn", arn);
        assert_eq!(publishing(deputy(), for_trail(TRAIL)), Answer::Allowed);
        let strangers = TRAIL.replace("111122223333", "444455556666");
        assert!(publishing(deputy(), for_trail(&strangers)).is_implicit());
        assert!(publishing(deputy(), Context::closed()).is_implicit());
        assert!(publishing(deputy(), Context::open()).is_open());
    }

    #[test]
    fn only_services_bring_a_source() {
        assert!(publishing(user(), Context::open()).is_implicit());
        assert!(publishing(Caller::service("s3.amazonaws.com"), Context::open()).is_implicit());
    }

    /// The resource control policy that AWS gives for a whole organisation.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html>
    #[test]
    fn an_organisation_keeps_services_to_its_own_sources() {
        let rcp = || {
            statements(
                r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
                {"Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*","kms:*"],"Resource":"*","Condition":{
                 "StringNotEqualsIfExists":{"aws:SourceOrgID":"o-own"},
                 "Null":{"aws:SourceAccount":"false"},
                 "Bool":{"aws:PrincipalIsAWSService":"true"}}}"#,
            )
        };
        let sending = |caller: Caller, source: Context| {
            Case::new(caller, queue())
                .resource(granting(r#""*""#))
                .rcps(vec![vec![rcp()]])
                .context(source)
                .on("sqs:SendMessage")
        };
        let service = || Caller::service("sns.amazonaws.com");
        let source = Context::closed().with("aws:SourceAccount", "777788889999");
        let own = source.clone().with("aws:SourceOrgID", "o-own");
        let foreign = source.clone().with("aws:SourceOrgID", "o-other");
        assert_eq!(sending(service(), own), Answer::Allowed);
        assert_eq!(sending(service(), foreign), Answer::Explicit);
        assert_eq!(sending(service(), source), Answer::Explicit);
        assert_eq!(sending(service(), Context::closed()), Answer::Allowed);
        assert_eq!(sending(user(), Context::closed()), Answer::Allowed);
    }
}

/// María lets Zhang make users, if they get the boundary that she chose, and may not change that.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate>
#[test]
fn whoever_makes_users_gives_them_the_boundary() {
    const CHOSEN: &str = "arn:aws:iam::111122223333:policy/XCompanyBoundaries";
    let permissions = || {
        statements(
            r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}, {"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
        )
    };
    let boundary = || {
        statements(&format!(
            r#"{{"Sid":"CreateOrChangeOnlyWithBoundary","Effect":"Allow",
              "Action":["iam:AttachUserPolicy","iam:CreateUser","iam:DeleteUserPolicy","iam:PutUserPermissionsBoundary"],
              "Resource":"*","Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{CHOSEN}"}}}}}},
            {{"Sid":"CloudWatchAndOtherIAMTasks","Effect":"Allow","Action":["cloudwatch:*","iam:GetUser","iam:ListUsers"],
              "Resource":"*"}},
            {{"Sid":"NoBoundaryPolicyEdit","Effect":"Deny","Action":["iam:CreatePolicyVersion","iam:DeletePolicy"],
              "Resource":["{CHOSEN}"]}},
            {{"Sid":"NoBoundaryUserDelete","Effect":"Deny","Action":"iam:DeleteUserPermissionsBoundary","Resource":"*"}}"#
        ))
    };
    let zhang = |action: &str, on: &str, given: Option<&str>| {
        let context = match given {
            Some(arn) => Context::closed().with("iam:PermissionsBoundary", arn),
            None => Context::closed(),
        };
        Case::new(user(), of_service(on))
            .identity(permissions())
            .boundary(boundary())
            .context(context)
            .on(action)
    };
    let nikhil = "arn:aws:iam::111122223333:user/nikhil";
    let other = "arn:aws:iam::111122223333:policy/Wider";
    assert_eq!(
        zhang("iam:CreateUser", nikhil, Some(CHOSEN)),
        Answer::Allowed
    );
    assert!(zhang("iam:CreateUser", nikhil, Some(other)).is_implicit());
    assert!(zhang("iam:CreateUser", nikhil, None).is_implicit());
    let removal = "iam:DeleteUserPermissionsBoundary";
    assert_eq!(zhang(removal, nikhil, Some(CHOSEN)), Answer::Explicit);
    assert_eq!(
        zhang("iam:CreatePolicyVersion", CHOSEN, None),
        Answer::Explicit
    );
    assert!(
        zhang("s3:GetObject", "arn:aws:s3:::claims/x", None).is_implicit(),
        "her permissions allow it, her boundary does not"
    );
}

/// AWS's own calls on behalf of the caller come from elsewhere and are spared.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>
#[test]
fn requests_from_other_networks_are_denied_unless_a_service_makes_them() {
    let policy = || {
        statements(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},
            {"Effect":"Deny","Action":"*","Resource":"*","Condition":{
             "NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","203.0.113.0/24"]},
             "Bool":{"aws:ViaAWSService":"false"}}}"#,
        )
    };
    let from = |address: &str, via: &str| {
        let context = Context::closed()
            .with("aws:SourceIp", address)
            .with("aws:ViaAWSService", via);
        Case::new(user(), queue())
            .identity(policy())
            .context(context)
            .on("sqs:SendMessage")
    };
    assert_eq!(from("203.0.113.7", "false"), Answer::Allowed);
    assert_eq!(from("198.51.100.7", "false"), Answer::Explicit);
    assert_eq!(from("198.51.100.7", "true"), Answer::Allowed);
    assert_eq!(from("2001:db8::7", "false"), Answer::Explicit);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html>
#[test]
fn other_regions_are_denied_but_for_global_services() {
    let policy = || {
        statements(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},
            {"Sid":"DenyAllOutsideRequestedRegions","Effect":"Deny",
             "NotAction":["cloudfront:*","iam:*","organizations:*","route53:*","support:*"],"Resource":"*",
             "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}"#,
        )
    };
    let asking = |action: &str, region: &str| {
        Case::new(user(), Resource::account_level())
            .identity(policy())
            .context(Context::closed().with("aws:RequestedRegion", region))
            .on(action)
    };
    assert_eq!(
        asking("ec2:DescribeInstances", "eu-west-1"),
        Answer::Allowed
    );
    assert_eq!(
        asking("ec2:DescribeInstances", "us-east-1"),
        Answer::Explicit
    );
    assert_eq!(asking("iam:ListUsers", "us-east-1"), Answer::Allowed);
}

/// Who signed in with MFA has access in the time given.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_mfa-dates.html>
#[test]
fn access_with_mfa_in_a_window_of_time() {
    let policy = || {
        statements(
            r#"{"Effect":"Allow","Action":["service-prefix-1:*","service-prefix-2:action-name-a"],"Resource":"*",
             "Condition":{"Bool":{"aws:MultiFactorAuthPresent":true},
              "DateGreaterThan":{"aws:CurrentTime":"2017-07-01T00:00:00Z"},
              "DateLessThan":{"aws:CurrentTime":"2017-12-31T23:59:59Z"}}}"#,
        )
    };
    let at = |time: &str, mfa: Option<&str>| {
        let context = Context::closed().with("aws:CurrentTime", time);
        let context = match mfa {
            Some(mfa) => context.with("aws:MultiFactorAuthPresent", mfa),
            None => context,
        };
        Case::new(user(), Resource::account_level())
            .identity(policy())
            .context(context)
            .on("service-prefix-1:Read")
    };
    assert_eq!(at("2017-10-01T12:00:00Z", Some("true")), Answer::Allowed);
    assert!(at("2017-10-01T12:00:00Z", Some("false")).is_implicit());
    assert!(at("2017-10-01T12:00:00Z", None).is_implicit());
    assert!(at("2018-01-01T00:00:00Z", Some("true")).is_implicit());
    assert!(at("2017-07-01T00:00:00Z", Some("true")).is_implicit());
}
