//! Small roles for tests of trust.

use tripod_model::iam::{Authorization, Principal};
use tripod_model::organizations::Organization;
use tripod_model::{Arn, Observed, PolicyDocument, Snapshot, Sources, fixtures};

/// A role `claims` whose trust policy has these statements.
pub(crate) fn role_trusting(statements: &str) -> Principal {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Principal {
        trust_policy: Some(PolicyDocument(text)),
        sources: fixtures::sources(&[super::trust::DETAILS]),
        ..Principal::named(Arn::new("arn:aws:iam::111122223333:role/claims"))
    }
}

/// An Allow `s0`; principal and condition in JSON.
pub(crate) fn statement(principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Sid":"s0","Effect":"Allow","Principal":{principal},"Action":"{action}","Condition":{condition}}}"#
    )
}

/// An account with these roles, in the organisation `o-a1b2c3d4e5`.
pub(crate) fn with_roles(roles: Vec<Principal>) -> Snapshot {
    with_authorization(Authorization {
        roles,
        ..Authorization::default()
    })
}

/// An account with these principals and policies, in the organisation `o-a1b2c3d4e5`, which account
/// 777788889999 manages.
pub(crate) fn with_authorization(authorization: Authorization) -> Snapshot {
    let mut snapshot = fixtures::snapshot();
    let account = &mut snapshot.accounts[0];
    account.iam.authorization = Observed::Known(authorization);
    account.organizations.organization = Observed::Known(Organization {
        id: "o-a1b2c3d4e5".to_owned(),
        feature_set: Some("ALL".to_owned()),
        management_account: Some("777788889999".to_owned()),
        sources: Sources::default(),
    });
    snapshot
}

/// A policy document with one Allow.
pub(crate) fn allowing(actions: &str, resources: &str) -> PolicyDocument {
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{actions},"Resource":{resources}}}]}}"#
    ))
}
