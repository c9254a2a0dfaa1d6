//! What the tests of IAM's checks share: small accounts.

use tripod_model::iam::{Authorization, ManagedPolicy, Principal};
use tripod_model::{Arn, Observed, PolicyDocument, Snapshot, fixtures};

use super::DETAILS;

/// A document with these statements, in the language with variables.
pub(super) fn document(statements: &str) -> PolicyDocument {
    PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

/// An Allow of actions on resources, both in JSON.
pub(super) fn allow(actions: &str, resources: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":{resources}}}"#)
}

/// A Deny of actions on resources, both in JSON.
pub(super) fn deny(actions: &str, resources: &str) -> String {
    allow(actions, resources).replace("Allow", "Deny")
}

/// The statement under a condition.
pub(super) fn under(statement: &str, condition: &str) -> String {
    let open = statement.strip_suffix('}').expect("a statement");
    format!(r#"{open},"Condition":{condition}}}"#)
}

/// A managed policy of the account, attached once as AWS counts.
pub(super) fn managed(name: &str, statements: &str) -> ManagedPolicy {
    ManagedPolicy {
        document: Some(document(statements)),
        attachment_count: Some(1),
        sources: fixtures::sources(&[DETAILS]),
        ..ManagedPolicy::named(own(&format!("policy/{name}")))
    }
}

/// The ARN of something in the account's IAM.
pub(super) fn own(name: &str) -> Arn {
    Arn::new(format!("arn:aws:iam::111122223333:{name}"))
}

/// A principal such as `role/deploy`, with an inline policy `own` unless it has no statements.
pub(super) fn principal(name: &str, statements: &str) -> Principal {
    let mut principal = Principal {
        sources: fixtures::sources(&[DETAILS]),
        ..Principal::named(own(name))
    };
    if !statements.is_empty() {
        let policies = &mut principal.inline_policies;
        policies.insert("own".to_owned(), document(statements));
    }
    principal
}

/// An account with these identities.
pub(super) fn account(authorization: Authorization) -> Snapshot {
    let mut snapshot = fixtures::snapshot();
    snapshot.accounts[0].iam.authorization = Observed::Known(authorization);
    snapshot
}

/// An account with these managed policies and nobody in it.
pub(super) fn with_policies(policies: Vec<ManagedPolicy>) -> Snapshot {
    account(Authorization {
        policies,
        ..Authorization::default()
    })
}

/// An account with one role, `deploy`, that has these statements inline.
pub(super) fn with_role(statements: &str) -> Snapshot {
    account(Authorization {
        roles: vec![principal("role/deploy", statements)],
        ..Authorization::default()
    })
}

/// An account with one role that has these statements inline, within a boundary of those, `limit`.
pub(super) fn with_bounded_role(statements: &str, boundary: &str) -> Snapshot {
    let limit = ManagedPolicy {
        attachment_count: Some(0),
        boundary_count: Some(1),
        ..managed("limit", boundary)
    };
    account(Authorization {
        roles: vec![Principal {
            permissions_boundary: Some(limit.arn.clone()),
            ..principal("role/deploy", statements)
        }],
        policies: vec![limit],
        ..Authorization::default()
    })
}

/// An account whose identities could not be read.
pub(super) fn denied() -> Snapshot {
    let mut snapshot = fixtures::snapshot();
    snapshot.accounts[0].iam.authorization = fixtures::denied(DETAILS);
    snapshot
}
