//! How long it takes to find every escalation path of an account with a thousand roles.
//!
//! `cargo run --release -p tripod-access --example speed`, on one core: nothing here is done in parallel.

#![expect(clippy::print_stdout, reason = "an example says what it measured")]
#![expect(
    clippy::disallowed_methods,
    reason = "to measure time is what it is for"
)]

use std::error::Error;
use std::time::Instant;

use tripod_access::Access;
use tripod_access::escalation::Escalation;
use tripod_model::fixtures::{ACCOUNT, REGION, TODAY, function, key, snapshot};
use tripod_model::iam::{Authorization, ManagedPolicy, Principal, RoleDetails};
use tripod_model::{Account, Arn, Observed, PolicyDocument};
use tripod_policy::exposure_of;

const ROLES: usize = 1_000;
const FUNCTIONS: usize = 600;
const SHARED_POLICIES: usize = 200;

fn document(statements: &[String]) -> PolicyDocument {
    let statements = statements.join(",");
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

fn allow(actions: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":[{actions}],"Resource":"{resource}"}}"#)
}

/// A policy as teams write them: a few services, resources by name, now and then a condition or a Deny.
fn ordinary(seed: usize) -> PolicyDocument {
    let team = seed % 40;
    let mut statements = vec![
        allow(
            r#""dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query""#,
            &format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/team{team}-*"),
        ),
        allow(
            r#""s3:GetObject","s3:PutObject""#,
            &format!("arn:aws:s3:::team{team}-data/*"),
        ),
        allow(
            r#""logs:CreateLogStream","logs:PutLogEvents","xray:Put*""#,
            "*",
        ),
    ];
    match seed % 10 {
        0 => statements.push(allow(
            r#""lambda:UpdateFunctionCode","lambda:InvokeFunction""#,
            &format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:team{team}-*"),
        )),
        1 => statements.push(allow(
            r#""sts:AssumeRole""#,
            &format!("arn:aws:iam::{ACCOUNT}:role/team{team}-*"),
        )),
        2 => statements.push(allow(r#""kms:Decrypt","secretsmanager:GetSecretValue""#, "*")),
        3 => statements.push(
            r#"{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#
                .to_owned(),
        ),
        _ => {}
    }
    document(&statements)
}

/// What a few roles have beside: those who deploy, who administer, who look after identities.
fn special(place: usize) -> Option<PolicyDocument> {
    let every = |step: usize| place % step == 7;
    if every(100) {
        return Some(document(&[allow(r#""*""#, "*")]));
    }
    if every(50) {
        return Some(document(&[allow(
            r#""iam:PassRole","lambda:*","cloudformation:*","states:*","events:*""#,
            "*",
        )]));
    }
    if every(25) {
        return Some(document(&[allow(
            r#""iam:PutRolePolicy","iam:AttachRolePolicy""#,
            &format!("arn:aws:iam::{ACCOUNT}:role/team{}-*", place % 40),
        )]));
    }
    (place % 12 == 5)
        .then(|| document(&[allow(r#""iam:PassRole","ec2:RunInstances","ssm:*""#, "*")]))
}

fn role(place: usize) -> Principal {
    let name = format!("team{}-role{place}", place % 40);
    let mut role = Principal::named(Arn::new(format!("arn:aws:iam::{ACCOUNT}:role/{name}")));
    let principal = match place % 5 {
        0..=2 => r#"{"Service":"lambda.amazonaws.com"}"#.to_owned(),
        3 => r#"{"Service":["ec2.amazonaws.com","states.amazonaws.com"]}"#.to_owned(),
        _ => format!(r#"{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}}"#),
    };
    role.trust_policy = Some(PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#
    )));
    role.role = Some(RoleDetails {
        last_used: None,
        instance_profiles: vec![Arn::new(format!(
            "arn:aws:iam::{ACCOUNT}:instance-profile/{name}"
        ))],
        settings: Observed::NotCollected,
    });
    // Ten policies: five of its own, five shared.
    for own in 0..5 {
        role.inline_policies
            .insert(format!("own{own}"), ordinary(place * 7 + own));
    }
    if let Some(document) = special(place) {
        role.inline_policies.insert("own0".to_owned(), document);
    }
    role.attached_policies = (0..5)
        .map(|own| shared((place + own * 37) % SHARED_POLICIES))
        .collect();
    role.attached_policies.sort();
    role
}

fn shared(place: usize) -> Arn {
    Arn::new(format!("arn:aws:iam::{ACCOUNT}:policy/shared{place}"))
}

fn account() -> Account {
    let mut account = snapshot().accounts.remove(0);
    account.organizations.organization = Observed::Absent;
    account.iam.authorization = Observed::Known(Authorization {
        roles: (0..ROLES).map(role).collect(),
        policies: (0..SHARED_POLICIES)
            .map(|place| ManagedPolicy {
                document: Some(ordinary(place * 3 + 4)),
                ..ManagedPolicy::named(shared(place))
            })
            .collect(),
        ..Authorization::default()
    });
    let region = &mut account.regions[0];
    let functions = (0..FUNCTIONS).map(|place| {
        let own = (0..ROLES)
            .filter(|role| role % 5 < 3)
            .nth(place % ROLES)
            .unwrap_or_default();
        let mut function = function(&format!("team{}-function{place}", place % 40));
        function.configuration.role = Some(Arn::new(format!(
            "arn:aws:iam::{ACCOUNT}:role/team{}-role{own}",
            own % 40
        )));
        function
    });
    region.lambda.functions = Observed::Known(functions.collect());
    region.kms.keys = Observed::Known((0..50).map(|place| key(&format!("key{place}"))).collect());
    account
}

fn main() -> Result<(), Box<dyn Error>> {
    let account = account();
    let observed = TODAY.parse()?;
    let begun = Instant::now();
    let access = Access::of(&account).map_err(|unknown| format!("{unknown:?}"))?;
    println!(
        "policies read            {:6.2} s",
        begun.elapsed().as_secs_f64()
    );

    let asked = Instant::now();
    let mut open = 0;
    for region in &account.regions {
        for key in region.kms.keys.items() {
            let policy = match &key.policy {
                Observed::Known(text) => tripod_policy::parse(text)?,
                _ => continue,
            };
            open += usize::from(
                exposure_of(key.arn.as_str(), &policy, &["kms:Decrypt"])
                    .reach
                    .is_public(),
            );
        }
    }
    for role in access.principals() {
        if let Some(trust) = access
            .identities()
            .trust_of(role)
            .and_then(|it| it.policy().ok().cloned())
        {
            open += usize::from(
                exposure_of(role.as_str(), &trust, &["sts:AssumeRole"])
                    .reach
                    .is_public(),
            );
        }
    }
    println!(
        "set questions            {:6.2} s   {open} open to everyone",
        asked.elapsed().as_secs_f64()
    );

    let asked = Instant::now();
    let escalation = Escalation::of(&access, observed);
    println!(
        "graph                    {:6.2} s",
        asked.elapsed().as_secs_f64()
    );
    let asked = Instant::now();
    let paths = escalation.all();
    println!(
        "paths to administrator   {:6.2} s   {} paths",
        asked.elapsed().as_secs_f64(),
        paths.paths.len()
    );
    let asked = Instant::now();
    let mut reads = 0;
    for role in access.principals() {
        reads += escalation.reads(role)?.len();
    }
    println!(
        "paths to data            {:6.2} s   {reads} paths",
        asked.elapsed().as_secs_f64()
    );
    println!(
        "all                      {:6.2} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}
