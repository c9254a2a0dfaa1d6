//! What the tests of checks of execution roles share: the function `claims`, and the role `claims` that it runs as.

use tripod_model::iam::{Authorization, ManagedPolicy, Principal};
use tripod_model::organizations::{ControlPolicy, Organization, Organizations, Target};
use tripod_model::{Arn, Observed, PolicyDocument, Snapshot, Sources, fixtures};

use super::role::DETAILS;

pub(super) const ROLE: &str = "arn:aws:iam::111122223333:role/claims";
const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/boundary";

/// A policy of these statements.
pub(super) fn document(statements: &str) -> PolicyDocument {
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

/// A statement without condition.
pub(crate) fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}"#)
}

/// A statement that allows.
pub(crate) fn allow(action: &str, resource: &str) -> String {
    statement("Allow", action, resource)
}

/// A statement that allows under a condition.
pub(super) fn allow_if(action: &str, condition: &str) -> String {
    format!(
        r#"{{"Sid":"own","Effect":"Allow","Action":"{action}","Resource":"*","Condition":{condition}}}"#
    )
}

/// An account in no organisation, with the function and its role; the role has an inline policy of these statements.
pub(crate) fn with_role(statements: &str) -> Snapshot {
    let mut snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
    snapshot.accounts[0].organizations.organization = Observed::Absent;
    snapshot.accounts[0].organizations.path = Observed::Absent;
    let mut role = Principal {
        trust_policy: Some(trust(r#"{"Service":"lambda.amazonaws.com"}"#, "{}")),
        sources: fixtures::sources(&[DETAILS]),
        ..Principal::named(Arn::new(ROLE))
    };
    role.inline_policies
        .insert("inline".to_owned(), document(statements));
    snapshot.accounts[0].iam.authorization = Observed::Known(Authorization {
        roles: vec![role],
        ..Authorization::default()
    });
    snapshot
}

/// A trust policy with one statement.
pub(super) fn trust(principal: &str, condition: &str) -> PolicyDocument {
    document(&format!(
        r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole","Condition":{condition}}}"#
    ))
}

/// Changes the authorization details.
pub(super) fn change(snapshot: &mut Snapshot, change: impl FnOnce(&mut Authorization)) {
    if let Observed::Known(authorization) = &mut snapshot.accounts[0].iam.authorization {
        change(authorization);
    }
}

/// The same with a trust policy for the role.
pub(super) fn trusting(trust: PolicyDocument) -> Snapshot {
    let mut snapshot = with_role("");
    change(&mut snapshot, |own| own.roles[0].trust_policy = Some(trust));
    snapshot
}

/// The same with a permissions boundary of these statements.
pub(crate) fn within(mut snapshot: Snapshot, statements: &str) -> Snapshot {
    change(&mut snapshot, |own| {
        own.roles[0].permissions_boundary = Some(Arn::new(BOUNDARY));
        own.policies.push(ManagedPolicy {
            document: Some(document(statements)),
            ..ManagedPolicy::named(Arn::new(BOUNDARY))
        });
    });
    snapshot
}

/// The same in an organisation whose root has `FullAWSAccess` and a policy of these statements.
pub(super) fn in_organization(mut snapshot: Snapshot, statements: &str) -> Snapshot {
    let policy = |name: &str, statements: &str| ControlPolicy {
        id: format!("p-{name}"),
        arn: None,
        name: Some(name.to_owned()),
        aws_managed: None,
        content: Observed::Known(document(statements)),
        sources: Sources::default(),
    };
    let target = |id: &str, kind: &str, policies: &[&str]| Target {
        id: id.to_owned(),
        kind: kind.to_owned(),
        service_control: Observed::Known(policies.iter().map(|it| format!("p-{it}")).collect()),
        resource_control: Observed::Known(vec![]),
        declarative: Observed::Known(vec![]),
    };
    snapshot.accounts[0].organizations = Organizations {
        organization: Observed::Known(Organization {
            id: "o-1".to_owned(),
            feature_set: Some("ALL".to_owned()),
            management_account: Some("777788889999".to_owned()),
            sources: Sources::default(),
        }),
        path: Observed::Known(vec![
            target("111122223333", "ACCOUNT", &["full"]),
            target("r-1", "ROOT", &["full", "own"]),
        ]),
        policies: vec![policy("full", &allow("*", "*")), policy("own", statements)],
    };
    snapshot
}
