//! Paths to what is kept, and what blinds a control.

use tripod_model::fixtures::{allow as resource_allow, denied, key, trail};
use tripod_model::s3::Bucket;
use tripod_model::secretsmanager::Secret;
use tripod_model::{Arn, Observed, Sources};

use super::world::{World, allow, arn};
use crate::escalation::{Answer, Class, Node};

const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:claims-AbCdEf";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/k1";

fn secret(policy: Observed<tripod_model::PolicyDocument>) -> Secret {
    Secret {
        arn: Arn::new(SECRET),
        name: "claims".to_owned(),
        kms_key: None,
        rotation_enabled: None,
        rotation_function: None,
        rotation_days: None,
        rotation_schedule: None,
        last_rotated: None,
        last_changed: None,
        last_accessed: None,
        created: None,
        owning_service: None,
        primary_region: None,
        policy,
        sources: Sources::default(),
    }
}

fn reads(world: &World, name: &str) -> Vec<(String, Vec<&'static str>)> {
    let paths = world.ask(|graph| graph.reads(&arn(name)).expect("there"));
    paths
        .iter()
        .map(|path| {
            (
                path.to.name().to_owned(),
                path.steps.iter().map(|step| step.rule).collect(),
            )
        })
        .collect()
}

#[test]
fn a_secret_is_read_by_whoever_may() {
    let mut world = World::new();
    world.user(
        "ada",
        &[&allow(r#""secretsmanager:GetSecretValue""#, r#""*""#)],
    );
    world.user("bob", &[]);
    world.region().secretsmanager.secrets = Observed::Known(vec![secret(Observed::Absent)]);
    assert_eq!(
        reads(&world, "user/ada"),
        [(SECRET.to_owned(), vec!["secretsmanager-read"])]
    );
    assert_eq!(reads(&world, "user/bob"), []);
}

#[test]
fn a_secrets_own_policy_lets_in_and_keeps_out() {
    let mut world = World::new();
    world.user(
        "ada",
        &[&allow(r#""secretsmanager:GetSecretValue""#, r#""*""#)],
    );
    world.user("bob", &[]);
    let to_bob = resource_allow(
        r#"{"AWS":"arn:aws:iam::111122223333:user/bob"}"#,
        "secretsmanager:GetSecretValue",
        "*",
        "{}",
    );
    world.region().secretsmanager.secrets = Observed::Known(vec![secret(Observed::Known(to_bob))]);
    assert_eq!(
        reads(&world, "user/bob"),
        [(SECRET.to_owned(), vec!["secretsmanager-read"])]
    );
    let not_ada = tripod_model::PolicyDocument(
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#
            .to_owned(),
    );
    world.region().secretsmanager.secrets = Observed::Known(vec![secret(Observed::Known(not_ada))]);
    assert_eq!(reads(&world, "user/ada"), []);
}

#[test]
fn a_key_decrypts_for_whom_its_policy_lets_identity_policies_speak() {
    let mut world = World::new();
    world.user("ada", &[&allow(r#""kms:Decrypt""#, r#""*""#)]);
    world.region().kms.keys = Observed::Known(vec![key("k1")]);
    assert_eq!(
        reads(&world, "user/ada"),
        [(KEY.to_owned(), vec!["kms-decrypt"])]
    );
    let other = resource_allow(
        r#"{"AWS":"arn:aws:iam::111122223333:user/bob"}"#,
        "kms:*",
        "*",
        "{}",
    );
    let closed = tripod_model::kms::Key {
        policy: Observed::Known(other),
        ..key("k1")
    };
    world.region().kms.keys = Observed::Known(vec![closed]);
    assert_eq!(reads(&world, "user/ada"), []);
}

#[test]
fn whoever_writes_a_keys_policy_decrypts_by_it() {
    let mut world = World::new();
    world.user("ada", &[&allow(r#""kms:PutKeyPolicy""#, r#""*""#)]);
    world.region().kms.keys = Observed::Known(vec![key("k1")]);
    assert_eq!(
        reads(&world, "user/ada"),
        [(KEY.to_owned(), vec!["kms-key-policy"])]
    );
}

#[test]
fn objects_below_a_prefix_are_of_the_bucket() {
    let mut world = World::new();
    world.user(
        "ada",
        &[&allow(
            r#""s3:GetObject""#,
            r#""arn:aws:s3:::claims/reports/*""#,
        )],
    );
    world.account.s3.buckets = Observed::Known(
        ["claims", "claims-archive"]
            .map(|name| Bucket {
                name: name.to_owned(),
                region: None,
                settings: Observed::NotCollected,
                sources: Sources::default(),
            })
            .to_vec(),
    );
    let paths = world.ask(|graph| graph.reads(&arn("user/ada")).expect("there"));
    let [path] = paths.as_slice() else {
        panic!("{paths:?}");
    };
    assert_eq!(path.to, Node::Data("arn:aws:s3:::claims".to_owned()));
    assert_eq!(path.steps[0].resources, ["arn:aws:s3:::claims/reports/new"]);
}

#[test]
fn data_are_reached_by_way_of_a_role() {
    let mut world = World::new();
    world.user("ada", &[&allow(r#""sts:AssumeRole""#, r#""*""#)]);
    world.role(
        "reader",
        r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
        &[&allow(r#""secretsmanager:GetSecretValue""#, r#""*""#)],
    );
    world.region().secretsmanager.secrets = Observed::Known(vec![secret(Observed::Absent)]);
    assert_eq!(
        reads(&world, "user/ada"),
        [(
            SECRET.to_owned(),
            vec!["sts-assume-role", "secretsmanager-read"]
        )]
    );
    let answer = world.ask(|graph| {
        graph
            .to(&arn("user/ada"), &Arn::new(SECRET))
            .expect("there")
    });
    assert!(matches!(answer, Answer::Yes(path) if path.steps.len() == 2));
    let answer = world.ask(|graph| {
        graph
            .to(&arn("user/ada"), &arn("role/reader"))
            .expect("there")
    });
    assert!(matches!(answer, Answer::Yes(path) if path.steps.len() == 1));
}

#[test]
fn lists_that_were_not_read_are_told() {
    let mut world = World::new();
    world.region().secretsmanager.secrets = denied("secretsmanager:ListSecrets");
    let unread = world.ask(|graph| graph.unread());
    assert!(
        unread
            .iter()
            .any(|gap| gap.starts_with("secrets in eu-central-1 were not read")),
        "{unread:?}"
    );
}

#[test]
fn what_blinds_a_control_is_a_class_of_its_own() {
    let mut world = World::new();
    world.user(
        "ada",
        &[&allow(
            r#"["cloudtrail:StopLogging","kms:ScheduleKeyDeletion"]"#,
            r#""*""#,
        )],
    );
    world.user(
        "bob",
        &[&allow(
            r#""cloudtrail:StopLogging""#,
            r#""arn:aws:cloudtrail:*:*:trail/other""#,
        )],
    );
    let region = world.region();
    region.cloudtrail.trails = Observed::Known(vec![trail("main")]);
    region.kms.keys = Observed::Known(vec![key("k1")]);
    let weakens = |name: &str| world.ask(|graph| graph.weakens(&arn(name)).expect("there"));
    let steps = weakens("user/ada");
    let told: Vec<(&str, &str)> = steps
        .iter()
        .map(|step| (step.rule, step.to.name()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "cloudtrail-stop-logging",
                "arn:aws:cloudtrail:eu-central-1:111122223333:trail/main"
            ),
            ("kms-schedule-deletion", KEY),
        ]
    );
    assert!(steps.iter().all(|step| step.class == Class::WeakensControl));
    assert!(weakens("user/bob").is_empty());
    assert_eq!(world.to_administrator("user/ada"), Answer::No);
}

#[test]
fn the_bucket_of_a_trail_is_a_control() {
    let mut world = World::new();
    world.user("ada", &[&allow(r#""s3:PutBucketPolicy""#, r#""*""#)]);
    world.region().cloudtrail.trails = Observed::Known(vec![trail("main")]);
    world.account.s3.buckets = Observed::Known(vec![Bucket {
        name: "trail-bucket".to_owned(),
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
        sources: Sources::default(),
    }]);
    let steps = world.ask(|graph| graph.weakens(&arn("user/ada")).expect("there"));
    assert_eq!(steps[0].rule, "s3-trail-bucket-policy");
    assert_eq!(steps[0].resources, ["arn:aws:s3:::trail-bucket"]);
}
