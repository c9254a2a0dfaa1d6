//! Statements that another one includes.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-suggestion-redundant-statement>

use super::cover::covers;
use super::{Class, Document, Element, Finding, Lint};
use crate::pattern::Case;
use crate::{Selection, Statement};

pub(super) static LINT: Lint = Lint {
    id: "redundant-statement",
    title: "statement that another one includes",
    class: Class::Suggestion,
    aws: &["REDUNDANT_STATEMENT"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    let statements = &document.policy.statements;
    for facts in &document.statements {
        let own = facts.statement;
        let including = statements.iter().find(|other| {
            other.index != own.index
                && includes(other, own)
                && (other.index < own.index || !includes(own, other))
        });
        if let Some(other) = including {
            let problem = format!("{} says the same or more", other.reference());
            let cure = "Remove one of the two: if the narrow one is meant, the wide one.";
            out.push(facts.finding(&LINT, Element::Statement, "", problem, cure));
        }
    }
}

/// Whether `outer` has the effect of `inner` wherever that has it. Principals are compared as written.
fn includes(outer: &Statement, inner: &Statement) -> bool {
    outer.effect == inner.effect
        && outer.principals == inner.principals
        && outer.unknown == inner.unknown
        && outer
            .conditions
            .iter()
            .all(|condition| inner.conditions.contains(condition))
        && selects(&outer.actions, &inner.actions, Case::Insensitive)
        && selects(&outer.resources, &inner.resources, Case::Sensitive)
}

fn selects(outer: &Selection, inner: &Selection, case: Case) -> bool {
    match (outer, inner) {
        (Selection::Only(outer), Selection::Only(inner)) => {
            let covered = |text: &str| {
                outer
                    .iter()
                    .any(|pattern| covers(pattern.as_str(), text, case))
            };
            !inner.is_empty() && inner.iter().all(|pattern| covered(pattern.as_str()))
        }
        _ => outer == inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow_on, clean, deny_on, findings};
    use crate::lint::{DocumentKind, testing::under};

    fn redundant(statements: &str) -> Vec<usize> {
        findings(&LINT, DocumentKind::Identity, statements)
            .into_iter()
            .filter_map(|finding| finding.statement)
            .map(|statement| statement.index)
            .collect()
    }

    #[test]
    fn a_statement_within_another_is_found_wherever_it_stands() {
        let wide = allow_on(r#""s3:*""#, r#""*""#);
        let narrow = allow_on(r#"["s3:GetObject","S3:Put*"]"#, r#"["arn:aws:s3:::a/*"]"#);
        assert_eq!(redundant(&format!("{wide},{narrow}")), [1]);
        assert_eq!(redundant(&format!("{narrow},{wide}")), [0]);
    }

    #[test]
    fn of_two_equals_the_later_is_found() {
        let one = allow_on(r#""s3:*""#, r#""*""#);
        assert_eq!(redundant(&format!("{one},{one}")), [1]);
    }

    #[test]
    fn a_condition_narrows() {
        let conditional = under(r#"{"Bool":{"aws:SecureTransport":"true"}}"#);
        let free = allow_on(r#""s3:GetObject""#, r#""*""#);
        assert_eq!(redundant(&format!("{conditional},{free}")), [0]);
    }

    #[test]
    fn another_effect_action_resource_or_condition_is_clean() {
        let one = allow_on(r#""s3:GetObject""#, r#""arn:aws:s3:::a/*""#);
        for other in [
            deny_on(r#""s3:GetObject""#, r#""arn:aws:s3:::a/*""#),
            allow_on(r#""s3:PutObject""#, r#""arn:aws:s3:::a/*""#),
            allow_on(r#""s3:GetObject""#, r#""arn:aws:s3:::b/*""#),
            under(r#"{"Bool":{"aws:SecureTransport":"true"}}"#),
        ] {
            clean(&LINT, &format!("{one},{other}"));
        }
    }
}
