//! One request at a time.

use tripod_model::{Arn, Observed, PolicyDocument, fixtures};
use tripod_policy::Context;

use super::estate::*;
use crate::{Access, AccessError, Standing};

const QUEUE: &str = "arn:aws:sqs:eu-central-1:111122223333:claims";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/k1";
const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

#[test]
fn identity_policies_allow_what_they_name() {
    let mut account = account();
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", None)]);
    assert_eq!(verdict(&account, "sqs:SendMessage", QUEUE), "denied");
    grant(&mut account, &[&allow("sqs:Send*", QUEUE)]);
    assert_eq!(verdict(&account, "sqs:SendMessage", QUEUE), "allowed");
    assert_eq!(verdict(&account, "sqs:ReceiveMessage", QUEUE), "denied");
}

#[test]
fn a_queue_policy_that_names_the_role_is_enough_in_its_account() {
    let mut account = account();
    let policy = fixtures::allow(
        &format!(r#"{{"AWS":"{ROLE}"}}"#),
        "sqs:SendMessage",
        QUEUE,
        "{}",
    );
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", Some(policy))]);
    assert_eq!(verdict(&account, "sqs:SendMessage", QUEUE), "allowed");
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
#[test]
fn a_deny_of_the_organisation_overrules_every_allow_but_in_the_management_account() {
    let mut account = account();
    grant(&mut account, &[&allow("*", "*")]);
    let deny = r#"{"Effect":"Deny","Action":"sqs:*","Resource":"*"}"#;
    in_organization(&mut account, &[("no-queues", deny)]);
    assert_eq!(verdict(&account, "sqs:ListQueues", "*"), "denied");
    assert_eq!(verdict(&account, "sns:ListTopics", "*"), "allowed");
    if let Observed::Known(organization) = &mut account.organizations.organization {
        organization.management_account = Some(fixtures::ACCOUNT.to_owned());
    }
    assert_eq!(verdict(&account, "sqs:ListQueues", "*"), "allowed");
}

#[test]
fn policies_of_the_organisation_that_were_not_read_leave_an_allow_open_and_a_denial_closed() {
    let mut account = account();
    grant(&mut account, &[&allow("iam:*", "*")]);
    in_organization(&mut account, &[]);
    account.organizations.path = fixtures::denied("organizations:ListParents");
    let open = verdict(&account, "iam:ListUsers", "*");
    assert_eq!(
        open,
        "not assessed: the service control policy is not known: AWS denied organizations:ListParents (AccessDeniedException)"
    );
    assert_eq!(verdict(&account, "sns:ListTopics", "*"), "denied");
}

#[test]
fn an_account_without_an_organisation_has_no_service_control_policies() {
    let mut account = account();
    grant(&mut account, &[&allow("sqs:*", "*")]);
    assert_eq!(verdict(&account, "sqs:ListQueues", "*"), "allowed");
    account.organizations.organization = Observed::NotCollected;
    assert!(verdict(&account, "sqs:ListQueues", "*").starts_with("not assessed"));
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
#[test]
fn identity_policies_count_for_a_key_only_where_its_policy_names_the_account() {
    let mut account = account();
    grant(&mut account, &[&allow("kms:Decrypt", "*")]);
    let mut key = fixtures::key("k1");
    region(&mut account).kms.keys = Observed::Known(vec![key.clone()]);
    assert_eq!(verdict(&account, "kms:Decrypt", KEY), "allowed");
    let alias = "arn:aws:kms:eu-central-1:111122223333:alias/k1";
    assert_eq!(verdict(&account, "kms:Decrypt", alias), "allowed");
    key.policy = Observed::Known(fixtures::allow(
        r#"{"AWS":"arn:aws:iam::111122223333:role/keeper"}"#,
        "kms:*",
        "*",
        "{}",
    ));
    region(&mut account).kms.keys = Observed::Known(vec![key]);
    assert_eq!(verdict(&account, "kms:Decrypt", KEY), "denied");
    assert_eq!(verdict(&account, "kms:Decrypt", alias), "denied");
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
#[test]
fn an_alias_is_moved_by_identity_policies_alone() {
    let mut account = account();
    grant(&mut account, &[&allow("kms:UpdateAlias", "*")]);
    let mut key = fixtures::key("k1");
    key.policy = Observed::Known(text(""));
    region(&mut account).kms.keys = Observed::Known(vec![key]);
    let alias = "arn:aws:kms:eu-central-1:111122223333:alias/k1";
    assert_eq!(verdict(&account, "kms:UpdateAlias", alias), "allowed");
    assert_eq!(verdict(&account, "kms:UpdateAlias", KEY), "denied");
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html>
#[test]
fn a_function_policy_holds_for_the_very_arn_it_is_attached_to() {
    let mut account = account();
    let mut function = fixtures::function("claims");
    function.policy = Observed::Known(fixtures::allow(
        &format!(r#"{{"AWS":"{ROLE}"}}"#),
        "lambda:InvokeFunction",
        &format!("{FUNCTION}*"),
        "{}",
    ));
    function.aliases = Observed::Known(vec![tripod_model::lambda::Alias {
        arn: Arn::new(format!("{FUNCTION}:live")),
        name: "live".to_owned(),
        description: None,
        version: Some("1".to_owned()),
        weights: std::collections::BTreeMap::new(),
        policy: Observed::Absent,
        sources: tripod_model::Sources::default(),
    }]);
    region(&mut account).lambda.functions = Observed::Known(vec![function]);
    let live = format!("{FUNCTION}:live");
    assert_eq!(
        verdict(&account, "lambda:InvokeFunction", FUNCTION),
        "allowed"
    );
    assert_eq!(verdict(&account, "lambda:InvokeFunction", &live), "denied");
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
#[test]
fn a_trust_policy_that_names_the_account_leaves_it_to_identity_policies() {
    let mut account = account();
    let admin = "arn:aws:iam::111122223333:role/admin";
    with_iam(&mut account, |iam| {
        let mut role = role(admin, &[]);
        role.trust_policy = Some(text(
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}"#,
        ));
        iam.roles.push(role);
    });
    assert_eq!(verdict(&account, "sts:AssumeRole", admin), "denied");
    grant(
        &mut account,
        &[&allow("sts:AssumeRole", "*"), &allow("iam:GetRole", "*")],
    );
    assert_eq!(verdict(&account, "sts:AssumeRole", admin), "allowed");
    assert_eq!(verdict(&account, "iam:GetRole", admin), "allowed");
    // A role that trusts Lambda alone.
    assert_eq!(verdict(&account, "sts:AssumeRole", ROLE), "denied");
}

#[test]
fn a_boundary_limits_what_identity_policies_give() {
    let mut account = account();
    grant(&mut account, &[&allow("*", "*")]);
    let boundary = "arn:aws:iam::111122223333:policy/boundary";
    with_iam(&mut account, |iam| {
        iam.roles[0].permissions_boundary = Some(Arn::new(boundary));
        iam.policies.push(tripod_model::iam::ManagedPolicy {
            document: Some(text(&allow("sqs:*", "*"))),
            ..tripod_model::iam::ManagedPolicy::named(Arn::new(boundary))
        });
    });
    assert_eq!(verdict(&account, "sqs:ListQueues", "*"), "allowed");
    assert_eq!(verdict(&account, "iam:ListUsers", "*"), "denied");
}

#[test]
fn a_policy_that_cannot_be_parsed_leaves_what_hangs_on_it_not_assessed() {
    let mut account = account();
    grant(&mut account, &[&allow("sqs:*", "*")]);
    let broken = PolicyDocument("{".to_owned());
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", Some(broken))]);
    let answer = verdict(&account, "sqs:SendMessage", QUEUE);
    assert!(
        answer.starts_with("not assessed: the resource policy"),
        "{answer}"
    );
    assert!(answer.contains("line 1 column 1"), "{answer}");
}

#[test]
fn a_policy_that_aws_did_not_show_leaves_what_hangs_on_it_not_assessed() {
    let mut account = account();
    grant(&mut account, &[&allow("secretsmanager:*", "*")]);
    let hidden = secret("pin", fixtures::denied("secretsmanager:GetResourcePolicy"));
    let arn = hidden.arn.to_string();
    region(&mut account).secretsmanager.secrets = Observed::Known(vec![hidden]);
    let answer = verdict(&account, "secretsmanager:GetSecretValue", &arn);
    assert!(
        answer.contains("AWS denied secretsmanager:GetResourcePolicy"),
        "{answer}"
    );
}

#[test]
fn a_list_that_was_not_read_hides_policies_and_a_list_that_was_read_does_not() {
    let mut account = account();
    grant(&mut account, &[&allow("sqs:*", "*"), &allow("ssm:*", "*")]);
    let answer = verdict(&account, "sqs:SendMessage", QUEUE);
    assert!(
        answer.contains("the value was not collected in this run"),
        "{answer}"
    );
    region(&mut account).sqs.queues = Observed::Known(vec![]);
    assert_eq!(verdict(&account, "sqs:SendMessage", QUEUE), "allowed");
    // Parameters have no policies to miss.
    let parameter = "arn:aws:ssm:eu-central-1:111122223333:parameter/pin";
    assert_eq!(verdict(&account, "ssm:GetParameter", parameter), "allowed");
    let elsewhere = "arn:aws:sqs:ap-south-1:111122223333:claims";
    let answer = verdict(&account, "sqs:SendMessage", elsewhere);
    assert!(
        answer.contains("the region ap-south-1 was not scanned"),
        "{answer}"
    );
}

#[test]
fn another_account_has_to_allow_too_and_what_it_says_is_not_seen() {
    let mut account = account();
    let foreign = format!("arn:aws:sqs:eu-central-1:{OTHER}:claims");
    assert_eq!(verdict(&account, "sqs:SendMessage", &foreign), "denied");
    grant(&mut account, &[&allow("sqs:*", "*")]);
    let answer = verdict(&account, "sqs:SendMessage", &foreign);
    assert!(
        answer.contains("the resource belongs to account 444455556666"),
        "{answer}"
    );
}

#[test]
fn a_bucket_policy_is_about_the_objects_too_and_a_foreign_bucket_has_no_known_owner() {
    let mut account = account();
    grant(&mut account, &[&allow("s3:*", "*")]);
    account.s3.buckets = Observed::Known(vec![]);
    let access = Access::of(&account).expect("known");
    let target = access.target("arn:aws:s3:::elsewhere/a/b").expect("an ARN");
    assert_eq!(target.standing(), &Standing::NoOwner);
    let answer = verdict(&account, "s3:GetObject", "arn:aws:s3:::elsewhere/a/b");
    assert!(answer.starts_with("not assessed"), "{answer}");
}

#[test]
fn a_question_about_nobody_or_nothing_is_refused_by_name() {
    let account = account();
    let access = Access::of(&account).expect("known");
    let ask = |who: &str, action: &str, resource: &str| {
        let decision = access.decide(&Arn::new(who), action, resource, &Context::open());
        decision.expect_err("no question").to_string()
    };
    assert_eq!(
        ask("arn:aws:iam::111122223333:role/none", "sqs:ListQueues", "*"),
        "'arn:aws:iam::111122223333:role/none' is no user or role of account 111122223333"
    );
    assert!(ask(ROLE, "sqs:*", "*").contains("'sqs:*' is not an action"));
    assert!(ask(ROLE, "ListQueues", "*").contains("service:Name"));
    assert_eq!(
        ask(ROLE, "sqs:SendMessage", "claims"),
        "'claims' is neither an ARN nor '*'"
    );
    assert!(matches!(
        access.target("arn:aws"),
        Err(AccessError::Resource { .. })
    ));
}

#[test]
fn an_account_whose_iam_was_not_read_cannot_be_asked() {
    let mut account = account();
    account.iam.authorization = fixtures::denied("iam:GetAccountAuthorizationDetails");
    assert!(Access::of(&account).is_err());
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>
#[test]
fn the_region_of_a_request_follows_from_the_resource_unless_somebody_says_another() {
    let mut account = account();
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", None)]);
    let only = |regions: &str| {
        format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringEquals":{{"aws:RequestedRegion":"{regions}"}}}}}}"#
        )
    };
    grant(&mut account, &[&only("eu-central-1")]);
    assert_eq!(verdict(&account, "sqs:SendMessage", QUEUE), "allowed");
    assert_eq!(verdict(&account, "iam:GetRole", ROLE), "denied");
    assert!(verdict(&account, "sqs:ListQueues", "*").starts_with("depends"));
    grant(&mut account, &[&only("us-east-1")]);
    assert_eq!(verdict(&account, "iam:GetRole", ROLE), "allowed");
    let access = Access::of(&account).expect("known");
    let said = Context::open().with("aws:requestedregion", "us-east-1");
    let decision = access.decide(&Arn::new(ROLE), "sqs:SendMessage", QUEUE, &said);
    assert!(decision.expect("a request").is_allowed());
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>
#[test]
fn permissions_on_a_log_group_are_about_its_arn_with_a_star_but_for_tags() {
    let mut account = account();
    let logs = &mut region(&mut account).logs;
    logs.groups = Observed::Known(vec![]);
    logs.resource_policies = Observed::Known(vec![]);
    let group = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/f";
    grant(&mut account, &[&allow("logs:*", &format!("{group}:*"))]);
    assert_eq!(verdict(&account, "logs:DeleteLogGroup", group), "allowed");
    assert_eq!(verdict(&account, "logs:TagResource", group), "denied");
    grant(&mut account, &[&allow("logs:*", group)]);
    assert_eq!(verdict(&account, "logs:DeleteLogGroup", group), "denied");
    assert_eq!(verdict(&account, "logs:TagResource", group), "allowed");
}

#[test]
fn policies_of_logs_hold_together_and_keep_their_names() {
    let mut account = account();
    let policy = |name: &str, statement: &str| tripod_model::logs::ResourcePolicy {
        name: name.to_owned(),
        document: Some(text(statement)),
        sources: tripod_model::Sources::default(),
    };
    let group = "arn:aws:logs:eu-central-1:111122223333:log-group:g";
    let put = |effect: &str, who: &str| {
        format!(
            r#"{{"Sid":"put","Effect":"{effect}","Principal":{{"AWS":"{who}"}},"Action":"logs:PutLogEvents","Resource":"*"}}"#
        )
    };
    let logs = &mut region(&mut account).logs;
    logs.groups = Observed::Known(vec![log_group(group)]);
    logs.resource_policies = Observed::Known(vec![
        policy("open", &put("Allow", ROLE)),
        policy("other", &put("Allow", OTHER)),
    ]);
    let stream = format!("{group}:log-stream:s");
    assert_eq!(verdict(&account, "logs:PutLogEvents", &stream), "allowed");
    let access = Access::of(&account).expect("known");
    let who = access
        .who_can(&["logs:PutLogEvents"], &[&stream], &Context::open())
        .expect("a question");
    let granting = &who.holders[0].answer.granting[0];
    assert_eq!(granting.sid.as_deref(), Some("open/put"));
    let logs = &mut region(&mut account).logs;
    logs.resource_policies = Observed::Known(vec![
        policy("open", &put("Allow", ROLE)),
        policy("shut", &put("Deny", ROLE)),
    ]);
    assert_eq!(verdict(&account, "logs:PutLogEvents", &stream), "denied");
}

#[test]
fn a_tag_that_redaction_took_the_value_from_leaves_a_comparison_open() {
    let mut account = account();
    let team = r#"{"Effect":"Allow","Action":"iam:GetUser","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"claims"}}}"#;
    grant(&mut account, &[team]);
    let ada = "arn:aws:iam::111122223333:user/ada";
    let tagged = |account: &mut tripod_model::Account, value: &str| {
        with_iam(account, |iam| {
            let mut user = principal(ada, &[]);
            user.tags.insert("team".to_owned(), value.to_owned());
            iam.users = vec![user];
        });
    };
    tagged(&mut account, "claims");
    assert_eq!(verdict(&account, "iam:GetUser", ada), "allowed");
    tagged(&mut account, "other");
    assert_eq!(verdict(&account, "iam:GetUser", ada), "denied");
    let marker = tripod_model::Redacted {
        kind: None,
        length: 20,
        entropy: tripod_model::Entropy::High,
        fingerprint: "0123456789abcdef".to_owned(),
    };
    tagged(&mut account, &marker.to_string());
    assert!(verdict(&account, "iam:GetUser", ada).starts_with("depends"));
}

#[test]
fn kinds_of_resources_that_a_snapshot_lacks_may_hide_a_policy() {
    let mut account = account();
    grant(&mut account, &[&allow("*", "*")]);
    let stream = "arn:aws:kinesis:eu-central-1:111122223333:stream/claims";
    let answer = verdict(&account, "kinesis:PutRecord", stream);
    assert!(answer.contains("a snapshot does not hold"), "{answer}");
    let instance = "arn:aws:ec2:eu-central-1:111122223333:instance/i-1";
    assert_eq!(verdict(&account, "ec2:StopInstances", instance), "allowed");
}
