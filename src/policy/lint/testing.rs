//! Short ways to ask one lint about statements.

use jiff::Timestamp;
use tripod_model::PolicyDocument;

use super::document::Written;
use super::{Document, DocumentKind, Finding, Lint};
use crate::{Policy, parse};

/// 2026-11-01T00:00:00Z.
pub(super) const NOW: Timestamp = Timestamp::constant(1_793_491_200, 0);

pub(super) fn policy(statements: &str) -> Policy {
    document(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#
    ))
}

pub(super) fn document(text: &str) -> Policy {
    parse(&PolicyDocument(text.to_owned())).expect(text)
}

pub(super) fn findings(lint: &Lint, kind: DocumentKind, statements: &str) -> Vec<Finding> {
    findings_in(lint, kind, &policy(statements))
}

pub(super) fn findings_in(lint: &Lint, kind: DocumentKind, policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    (lint.run)(&Document::new(&Written::of(policy), kind, NOW), &mut found);
    found
}

/// The texts at fault, in an identity policy.
pub(super) fn texts(lint: &Lint, statements: &str) -> Vec<String> {
    texts_in(lint, DocumentKind::Identity, statements)
}

pub(super) fn texts_in(lint: &Lint, kind: DocumentKind, statements: &str) -> Vec<String> {
    findings(lint, kind, statements)
        .into_iter()
        .map(|finding| finding.text)
        .collect()
}

/// The only finding, as shown.
pub(super) fn only(lint: &Lint, statements: &str) -> String {
    let found = findings(lint, DocumentKind::Identity, statements);
    assert_eq!(found.len(), 1, "{statements}: {found:?}");
    found[0].to_string()
}

/// That the lint has nothing against these statements of an identity policy.
pub(super) fn clean(lint: &Lint, statements: &str) {
    let found = texts(lint, statements);
    assert!(found.is_empty(), "{statements}: {found:?}");
}

/// That it has nothing against them in a document of that kind.
pub(super) fn clean_in(lint: &Lint, kind: DocumentKind, statements: &str) {
    let found = texts_in(lint, kind, statements);
    assert!(found.is_empty(), "{statements}: {found:?}");
}

/// An Allow of that action, a text or a list in JSON, on everything.
pub(super) fn allow(action: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{action},"Resource":"*"}}"#)
}

/// An Allow of that action on that resource.
pub(super) fn allow_on(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#)
}

/// A Deny of that action on that resource.
pub(super) fn deny_on(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":{action},"Resource":{resource}}}"#)
}

/// An Allow of `s3:GetObject` under a condition.
pub(super) fn under(condition: &str) -> String {
    allow_under(r#""s3:GetObject""#, condition)
}

pub(super) fn allow_under(action: &str, condition: &str) -> String {
    statement_under("Allow", action, condition)
}

pub(super) fn statement_under(effect: &str, action: &str, condition: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":{action},"Resource":"*","Condition":{condition}}}"#)
}
