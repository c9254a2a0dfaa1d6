//! A small account to ask about, changed by each test.

use std::collections::BTreeMap;

use tripod_model::organizations::{ControlPolicy, Organization, Target};
use tripod_model::{
    Account, Arn, Observed, PolicyDocument, RegionalAccount, Sources, fixtures, iam,
    secretsmanager, sqs,
};
use tripod_policy::{Context, Decision, Verdict};

use crate::Access;

pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/claims";
pub(crate) const OTHER: &str = "444455556666";

/// An account in no organisation, with a role that has no policies.
pub(crate) fn account() -> Account {
    let mut account = fixtures::snapshot().accounts.remove(0);
    account.organizations.organization = Observed::Absent;
    account.organizations.path = Observed::Absent;
    with_iam(&mut account, |iam| iam.roles.push(role(ROLE, &[])));
    account
}

pub(crate) fn with_iam(account: &mut Account, change: impl FnOnce(&mut iam::Authorization)) {
    if let Observed::Known(authorization) = &mut account.iam.authorization {
        change(authorization);
    }
}

pub(crate) fn region(account: &mut Account) -> &mut RegionalAccount {
    &mut account.regions[0]
}

pub(crate) fn text(statements: &str) -> PolicyDocument {
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

/// A role that Lambda may take on, with these inline policies of one statement each.
pub(crate) fn role(arn: &str, statements: &[&str]) -> iam::Principal {
    let mut role = principal(arn, statements);
    role.trust_policy = Some(text(
        r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
    ));
    role
}

pub(crate) fn principal(arn: &str, statements: &[&str]) -> iam::Principal {
    let mut principal = iam::Principal::named(Arn::new(arn));
    principal.inline_policies = inline(statements);
    principal
}

fn inline(statements: &[&str]) -> BTreeMap<String, PolicyDocument> {
    let named = statements.iter().enumerate();
    named
        .map(|(index, statement)| (format!("inline-{index}"), text(statement)))
        .collect()
}

/// Gives the role of the account these statements.
pub(crate) fn grant(account: &mut Account, statements: &[&str]) {
    with_iam(account, |iam| {
        iam.roles[0].inline_policies = inline(statements);
    });
}

pub(crate) fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}"#)
}

pub(crate) fn queue(name: &str, policy: Option<PolicyDocument>) -> sqs::Queue {
    sqs::Queue {
        arn: Arn::new(format!("arn:aws:sqs:eu-central-1:111122223333:{name}")),
        name: name.to_owned(),
        attributes: Observed::Known(sqs::QueueAttributes {
            policy,
            visibility_timeout_seconds: None,
            message_retention_seconds: None,
            redrive: None,
            kms_key: None,
            sqs_managed_encryption: None,
            fifo: None,
        }),
        sources: Sources::default(),
    }
}

pub(crate) fn secret(name: &str, policy: Observed<PolicyDocument>) -> secretsmanager::Secret {
    secretsmanager::Secret {
        arn: Arn::new(format!(
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:{name}-a1b2c3"
        )),
        name: name.to_owned(),
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

pub(crate) fn log_group(arn: &str) -> tripod_model::logs::LogGroup {
    tripod_model::logs::LogGroup {
        arn: Arn::new(arn),
        name: arn.rsplit(':').next().unwrap_or_default().to_owned(),
        retention_days: None,
        kms_key: None,
        class: None,
        data_protection: None,
        inherited: vec![],
        deletion_protection: None,
        stored_bytes: None,
        subscription_filters: Observed::NotCollected,
        sources: Sources::default(),
    }
}

/// Puts the account under a root with these service control policies, by name and statements.
pub(crate) fn in_organization(account: &mut Account, scps: &[(&str, &str)]) {
    let full = ControlPolicy {
        id: "p-FullAWSAccess".to_owned(),
        arn: None,
        name: Some("FullAWSAccess".to_owned()),
        aws_managed: Some(true),
        content: Observed::Known(text(&allow("*", "*"))),
        sources: Sources::default(),
    };
    let own = scps.iter().map(|(name, statement)| ControlPolicy {
        id: format!("p-{name}"),
        name: Some((*name).to_owned()),
        content: Observed::Known(text(statement)),
        ..full.clone()
    });
    account.organizations.policies = own.chain([full.clone()]).collect();
    let every: Vec<String> = account
        .organizations
        .policies
        .iter()
        .map(|policy| policy.id.clone())
        .collect();
    let target = |id: &str, kind: &str, scps: Vec<String>| Target {
        id: id.to_owned(),
        kind: kind.to_owned(),
        service_control: Observed::Known(scps),
        resource_control: Observed::Known(vec![]),
        declarative: Observed::Known(vec![]),
    };
    account.organizations.organization = Observed::Known(Organization {
        id: "o-1".to_owned(),
        feature_set: Some("ALL".to_owned()),
        management_account: Some("777788889999".to_owned()),
        sources: Sources::default(),
    });
    account.organizations.path = Observed::Known(vec![
        target("111122223333", "ACCOUNT", vec![full.id]),
        target("r-1", "ROOT", every),
    ]);
}

/// Attaches a resource control policy to the root, beside the one that allows everything.
pub(crate) fn with_rcp(account: &mut Account, statement: &str) {
    let own = ControlPolicy {
        id: "p-rcp".to_owned(),
        arn: None,
        name: Some("rcp".to_owned()),
        aws_managed: Some(false),
        content: Observed::Known(text(&format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}},{statement}"#
        ))),
        sources: Sources::default(),
    };
    account.organizations.policies.push(own);
    if let Observed::Known(path) = &mut account.organizations.path {
        path[1].resource_control = Observed::Known(vec!["p-rcp".to_owned()]);
    }
}

/// The verdict in one word, with its reasons behind a colon.
pub(crate) fn verdict(account: &Account, action: &str, resource: &str) -> String {
    verdict_of(account, ROLE, action, resource)
}

pub(crate) fn verdict_of(account: &Account, who: &str, action: &str, resource: &str) -> String {
    let access = Access::of(account).expect("the authorization details are known");
    let decision = access.decide(&Arn::new(who), action, resource, &Context::open());
    word(&decision.expect("a request"))
}

fn word(decision: &Decision<'_>) -> String {
    let of = |word: &str, reasons: Vec<String>| format!("{word}: {}", reasons.join("; "));
    match &decision.verdict {
        Verdict::Allowed => "allowed".to_owned(),
        Verdict::Denied(_) => "denied".to_owned(),
        Verdict::Depends(on) => of("depends", on.iter().map(ToString::to_string).collect()),
        Verdict::NotAssessed(why) => of(
            "not assessed",
            why.iter().map(ToString::to_string).collect(),
        ),
    }
}
