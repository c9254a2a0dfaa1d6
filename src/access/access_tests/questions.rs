//! Who can, and what is in reach.

use tripod_model::{Arn, Observed, fixtures};
use tripod_policy::{Context, catalogue};

use super::estate::*;
use crate::{Access, Reach, WhoCan, Word};

const QUEUE: &str = "arn:aws:sqs:eu-central-1:111122223333:claims";
const BUCKET: &str = "arn:aws:s3:::claims";

fn reach(account: &tripod_model::Account) -> Reach {
    let access = Access::of(account).expect("known");
    let reach = access.reach(&Arn::new(ROLE), &Context::open());
    reach.expect("a role of the account")
}

fn who_can(account: &tripod_model::Account, action: &str, resource: &str) -> WhoCan {
    let access = Access::of(account).expect("known");
    let who = access.who_can(&[action], &[resource], &Context::open());
    who.expect("a question")
}

fn holders(who: &WhoCan) -> Vec<(&str, Word)> {
    who.holders
        .iter()
        .map(|holder| (holder.principal.as_str(), holder.answer.verdict))
        .collect()
}

fn bucket(name: &str) -> tripod_model::s3::Bucket {
    tripod_model::s3::Bucket {
        name: name.to_owned(),
        region: None,
        settings: Observed::Known(tripod_model::s3::BucketSettings {
            policy: Observed::Absent,
            public_access_block: Observed::Absent,
            encryption: Observed::Absent,
            versioning: Observed::Absent,
            object_lock: Observed::Absent,
            access_log: Observed::Absent,
            lifecycle: Observed::Absent,
            replication: Observed::Absent,
            ownership: Observed::Absent,
            acl: Observed::Absent,
        }),
        sources: tripod_model::Sources::default(),
    }
}

#[test]
fn reach_names_what_is_allowed_and_counts_what_is_not() {
    let mut account = account();
    region(&mut account).sqs.queues =
        Observed::Known(vec![queue("claims", None), queue("other", None)]);
    grant(&mut account, &[&allow("sqs:*", QUEUE)]);
    let reach = reach(&account);
    let of_queues = |reached: &&crate::Reached| reached.kind == "sqs queue";
    let queues: Vec<_> = reach.reached.iter().filter(of_queues).collect();
    assert!(!queues.is_empty());
    assert!(queues.iter().all(|it| it.resource == QUEUE));
    assert!(queues.iter().all(|it| it.answer.verdict == Word::Allowed));
    let first = &queues[0].answer.granting[0];
    assert_eq!(
        first.to_string(),
        "statement 1 of the identity policy 'inline-0'"
    );
    assert_eq!(reach.asked, reach.reached.len() + reach.denied);
}

#[test]
fn reach_says_which_lists_were_not_read() {
    let account = account();
    let reach = reach(&account);
    assert!(
        reach
            .unread
            .iter()
            .any(|list| list.kind == "secret" && list.region.as_deref() == Some("eu-central-1"))
    );
    assert!(!reach.unread.iter().any(|list| list.kind == "iam role"));
}

#[test]
fn reach_finds_the_part_of_a_bucket_that_is_allowed_and_says_which() {
    let mut account = account();
    account.s3.buckets = Observed::Known(vec![bucket("claims")]);
    grant(
        &mut account,
        &[&allow("s3:GetObject", &format!("{BUCKET}/in/*"))],
    );
    let reach = reach(&account);
    let objects: Vec<&str> = reach
        .reached
        .iter()
        .map(|reached| reached.resource.as_str())
        .collect();
    assert_eq!(objects, ["arn:aws:s3:::claims/in/*"]);
    grant(
        &mut account,
        &[&allow("s3:GetObject", &format!("{BUCKET}/*"))],
    );
    let whole = self::reach(&account);
    assert_eq!(whole.reached[0].resource, "arn:aws:s3:::claims/*");
}

#[test]
fn reach_leaves_out_what_aws_keeps_to_itself() {
    let mut account = account();
    grant(&mut account, &[&allow("*", "*")]);
    let linked =
        "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
    with_iam(&mut account, |iam| iam.roles.push(role(linked, &[])));
    assert!(
        !reach(&account)
            .reached
            .iter()
            .any(|it| it.resource == linked)
    );
}

#[test]
fn who_can_names_every_user_and_role_that_is_allowed_by_whatever_policy() {
    let mut account = account();
    let ada = "arn:aws:iam::111122223333:user/ada";
    let bo = "arn:aws:iam::111122223333:user/bo";
    with_iam(&mut account, |iam| {
        iam.users.push(principal(ada, &[&allow("sqs:*", "*")]));
        iam.users.push(principal(bo, &[&allow("sns:*", "*")]));
    });
    let policy = fixtures::allow(
        &format!(r#"{{"AWS":"{bo}"}}"#),
        "sqs:SendMessage",
        QUEUE,
        "{}",
    );
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", Some(policy))]);
    let who = who_can(&account, "sqs:SendMessage", QUEUE);
    assert_eq!(holders(&who), [(ada, Word::Allowed), (bo, Word::Allowed)]);
    assert_eq!(who.principals, 3);
    assert!(who.outsiders.is_empty());
    let answer = &who.holders[1].answer;
    assert_eq!(answer.granting[0].layer, "resource policy");
    assert_eq!(answer.granting[0].sid.as_deref(), Some("s0"));
}

#[test]
fn outsiders_are_told_with_what_lets_them_in_and_what_it_depends_on() {
    let mut account = account();
    let policy = text(&format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{OTHER}"}},"Action":"sqs:SendMessage","Resource":"*"}},
           {{"Effect":"Allow","Principal":{{"Service":"s3.amazonaws.com"}},"Action":"sqs:SendMessage","Resource":"*",
             "Condition":{{"StringEquals":{{"aws:SourceAccount":"111122223333"}}}}}},
           {{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*",
             "Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-1234567890"}}}}}}"#
    ));
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", Some(policy))]);
    let who = who_can(&account, "sqs:SendMessage", QUEUE);
    let told: Vec<(&str, bool, Word)> = who
        .outsiders
        .iter()
        .map(|it| (it.who.as_str(), it.outside, it.answer.verdict))
        .collect();
    assert_eq!(
        told,
        [
            (
                "everyone limited to organisation o-1234567890",
                true,
                Word::Depends
            ),
            ("account 444455556666", true, Word::Allowed),
            (
                "s3.amazonaws.com for source account 111122223333",
                false,
                Word::Depends
            ),
        ]
    );
    assert_eq!(
        who.outsiders[2].answer.conditions[0].condition,
        "StringEquals aws:SourceAccount 111122223333"
    );
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
#[test]
fn a_resource_control_policy_keeps_outsiders_out_whom_the_resource_would_let_in() {
    let mut account = account();
    let policy = fixtures::allow(
        &format!(r#"{{"AWS":"{OTHER}"}}"#),
        "sqs:SendMessage",
        QUEUE,
        "{}",
    );
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", Some(policy))]);
    in_organization(&mut account, &[]);
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*",
        "Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}}"#;
    with_rcp(&mut account, deny);
    assert!(
        who_can(&account, "sqs:SendMessage", QUEUE)
            .outsiders
            .is_empty()
    );
}

#[test]
fn a_trust_policy_is_asked_about_outsiders_who_take_on_the_role() {
    let mut account = account();
    with_iam(&mut account, |iam| {
        iam.roles[0].trust_policy = Some(text(&format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{OTHER}:root"}},"Action":"sts:AssumeRole"}}"#
        )));
    });
    let who = who_can(&account, "sts:AssumeRole", ROLE);
    assert_eq!(who.outsiders[0].who, "account 444455556666");
    assert_eq!(who.outsiders[0].answer.verdict, Word::Allowed);
    assert!(who_can(&account, "iam:PassRole", ROLE).outsiders.is_empty());
}

#[test]
fn a_policy_that_is_not_known_may_let_anyone_in() {
    let mut account = account();
    let hidden = secret("pin", fixtures::denied("secretsmanager:GetResourcePolicy"));
    let arn = hidden.arn.to_string();
    region(&mut account).secretsmanager.secrets = Observed::Known(vec![hidden]);
    let who = who_can(&account, "secretsmanager:GetSecretValue", &arn);
    assert_eq!(who.outsiders[0].answer.verdict, Word::NotAssessed);
}

#[test]
fn what_no_policy_tells_is_a_note() {
    let mut account = account();
    let mut key = fixtures::key("k1");
    key.grants = fixtures::denied("kms:ListGrants");
    let arn = key.arn.to_string();
    region(&mut account).kms.keys = Observed::Known(vec![key]);
    let who = who_can(&account, "kms:Decrypt", &arn);
    assert_eq!(who.resources[0].notes.len(), 1);
    assert!(who.resources[0].notes[0].contains("AWS denied kms:ListGrants"));
    let missing = who_can(
        &account,
        "kms:Decrypt",
        "arn:aws:kms:eu-central-1:111122223333:key/k2",
    );
    assert!(missing.resources[0].notes[0].contains("not on the list"));
}

#[test]
fn an_action_suits_the_resources_of_its_types() {
    let mut account = account();
    account.s3.buckets = Observed::Known(vec![bucket("claims")]);
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", None)]);
    region(&mut account).lambda.functions = Observed::Known(vec![fixtures::function("f")]);
    let access = Access::of(&account).expect("known");
    let suits = |action: &str| access.resources_for(catalogue::action(action).expect("known"));
    let function = "arn:aws:lambda:eu-central-1:111122223333:function:f";
    assert_eq!(suits("sqs:SendMessage"), [QUEUE]);
    assert_eq!(suits("s3:ListBucket"), [BUCKET]);
    assert_eq!(suits("s3:GetObject"), [format!("{BUCKET}/*")]);
    assert_eq!(suits("sqs:ListQueues"), ["*"]);
    assert_eq!(suits("sts:AssumeRole"), [ROLE]);
    assert_eq!(suits("lambda:UpdateFunctionCode"), [function]);
    assert_eq!(
        suits("lambda:InvokeFunction"),
        [function.to_owned(), format!("{function}:$LATEST")]
    );
    assert!(suits("sns:Publish").is_empty());
}

/// The names and their order are what programs rely on.
#[test]
fn the_shape_of_an_answer_is_frozen() {
    let mut account = account();
    let condition = r#"{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#;
    region(&mut account).sqs.queues = Observed::Known(vec![queue("claims", None)]);
    grant(&mut account, &[condition]);
    let who = who_can(&account, "sqs:SendMessage", QUEUE);
    let statement = r#"{"layer":"identity policy","policy":"inline-0","sid":null,"statement":1,"effect":"Allow","conditions":["Bool aws:SecureTransport true"]}"#;
    let expected = format!(
        r#"{{"principal":"{ROLE}","action":"sqs:SendMessage","resource":"{QUEUE}","answer":{{"verdict":"depends","granting":[{statement}],"blocking":[],"conditions":[{{"condition":"Bool aws:SecureTransport true","must_hold":true,"statement":{statement}}}],"missing":[],"unseen":[]}}}}"#
    );
    let holder = serde_json::to_string(&who.holders[0]).expect("an answer serialises");
    assert_eq!(holder, expected);
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>
#[test]
fn a_grant_lets_its_grantee_do_what_it_names_where_nothing_denies() {
    let mut account = account();
    let mut key = fixtures::key("k1");
    let arn = key.arn.to_string();
    let grant_to = |grantee: &str, limited: bool| tripod_model::kms::Grant {
        id: "g1".to_owned(),
        name: None,
        created: None,
        grantee: Some(grantee.to_owned()),
        grantee_service: None,
        retiring: None,
        retiring_service: None,
        issuing_account: None,
        operations: Some(vec!["Decrypt".to_owned()]),
        constraints: limited.then_some(tripod_model::kms::GrantConstraints {
            encryption_context_subset: None,
            encryption_context_equals: None,
            source_arn: None,
        }),
        sources: tripod_model::Sources::default(),
    };
    let mut ask = |grants: Observed<Vec<tripod_model::kms::Grant>>, action: &str| {
        key.grants = grants;
        region(&mut account).kms.keys = Observed::Known(vec![key.clone()]);
        let who = who_can(&account, action, &arn);
        who.holders.first().map(|holder| holder.answer.verdict)
    };
    let known = |grants| Observed::Known(grants);
    assert_eq!(ask(known(vec![]), "kms:Decrypt"), None);
    assert_eq!(
        ask(known(vec![grant_to(ROLE, false)]), "kms:Decrypt"),
        Some(Word::Allowed)
    );
    assert_eq!(
        ask(known(vec![grant_to(ROLE, true)]), "kms:Decrypt"),
        Some(Word::Depends)
    );
    assert_eq!(ask(known(vec![grant_to(ROLE, false)]), "kms:Encrypt"), None);
    assert_eq!(
        ask(
            known(vec![grant_to("arn:aws:iam::111122223333:role/x", false)]),
            "kms:Decrypt"
        ),
        None
    );
    assert_eq!(
        ask(fixtures::denied("kms:ListGrants"), "kms:Decrypt"),
        Some(Word::NotAssessed)
    );
    assert_eq!(
        ask(fixtures::denied("kms:ListGrants"), "kms:PutKeyPolicy"),
        None,
        "no grant can give this"
    );
    let deny = r#"{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}"#;
    grant(&mut account, &[deny]);
    let key = tripod_model::kms::Key {
        grants: known(vec![grant_to(ROLE, false)]),
        ..fixtures::key("k1")
    };
    region(&mut account).kms.keys = Observed::Known(vec![key]);
    assert!(who_can(&account, "kms:Decrypt", &arn).holders.is_empty());
}
