//! What lints find in the policies that people wrote.

use tripod_model::{Severity, Unknown};
use tripod_policy::lint::{Class, DocumentKind, Finding, Lint, lint_by};
use tripod_policy::{Effect, Policy};

use super::short;
use super::written::Written;
use crate::Verdict;

/// A finding of a lint, and where.
pub(super) struct Found {
    /// What the lint says.
    pub(super) finding: Finding,
    /// Whether it stands in a Deny.
    pub(super) in_deny: bool,
    place: String,
}

/// What the lints find that are `wanted`, the worst first; in the order of the documents where they are alike.
pub(super) fn found(
    written: &Written,
    wanted: impl Fn(&Lint) -> bool,
) -> Result<Vec<Found>, Unknown> {
    let kind = if written.only_bounds() {
        DocumentKind::Boundary
    } else {
        DocumentKind::Identity
    };
    let mut all = Vec::new();
    for (name, policy) in written.read()? {
        for finding in lint_by(&wanted, policy, kind, written.observed) {
            all.push(Found {
                in_deny: in_deny(policy, &finding),
                place: place(written, name, &finding),
                finding,
            });
        }
    }
    all.sort_by_key(|it| std::cmp::Reverse((it.finding.lint.class, it.in_deny)));
    Ok(all)
}

fn in_deny(policy: &Policy, finding: &Finding) -> bool {
    let index = finding.statement.as_ref().map(|it| it.index);
    index
        .and_then(|index| policy.statements.get(index))
        .is_some_and(|statement| statement.effect == Effect::Deny)
}

fn place(written: &Written, name: &str, finding: &Finding) -> String {
    let mut place = match &finding.statement {
        Some(statement) => statement.to_string(),
        None => "the document".to_owned(),
    };
    if written.documents.len() > 1 {
        place = format!("{place} of '{}'", short(name));
    }
    place = format!("{place}, {}", finding.element.as_str());
    if finding.text.is_empty() {
        place
    } else {
        format!("{place} '{}'", finding.text)
    }
}

/// A failure that tells the first, and the others as details.
pub(super) fn told(all: &[Found]) -> Option<Verdict> {
    let first = all.first()?;
    let more = match all.len() {
        1 => String::new(),
        several => format!(", and {} more", several - 1),
    };
    let message = format!("{}: {}{more}", first.place, first.finding.problem);
    let details: Vec<serde_json::Value> = all.iter().map(Found::detail).collect();
    Some(Verdict::fail(message).detail("findings", details))
}

/// What the worst of them weighs: errors and security warnings all, mere warnings little.
pub(super) fn ceiling(all: &[Found]) -> (Severity, Option<String>) {
    let grave = |it: &Found| it.finding.lint.class > Class::Warning;
    let reason = (!all.iter().any(grave)).then(|| "it is a warning and no error".to_owned());
    (Severity::Low, reason)
}

impl Found {
    fn detail(&self) -> serde_json::Value {
        serde_json::json!({
            "lint": self.finding.lint.id,
            "class": self.finding.lint.class.as_str(),
            "at": self.place,
            "problem": self.finding.problem,
            "cure": self.finding.cure,
        })
    }
}
