//! Action patterns that another one of the statement includes.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-suggestion-redundant-action>

use std::collections::BTreeMap;

use super::cover::covers;
use super::{Class, Document, Finding, Lint};
use crate::Pattern;
use crate::pattern::Case;

pub(super) static LINT: Lint = Lint {
    id: "redundant-action",
    title: "action that another one of the statement includes",
    class: Class::Suggestion,
    aws: &["REDUNDANT_ACTION"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let (element, patterns) = facts.written_actions();
        for (pattern, by) in redundant(patterns, Case::Insensitive) {
            let problem = format!("'{by}' includes it");
            out.push(facts.finding(
                &LINT,
                element,
                pattern.as_str(),
                problem,
                "Remove one of the two.",
            ));
        }
    }
}

/// The patterns that another one of the list covers, with that one. Of two equal ones the later is redundant.
pub(super) fn redundant(patterns: &[Pattern], case: Case) -> Vec<(&Pattern, &Pattern)> {
    let folded = |pattern: &Pattern| match case {
        Case::Sensitive => pattern.as_str().to_owned(),
        Case::Insensitive => pattern.as_str().to_ascii_lowercase(),
    };
    let mut first: BTreeMap<String, &Pattern> = BTreeMap::new();
    let wild: Vec<&Pattern> = patterns
        .iter()
        .filter(|pattern| !pattern.is_fixed())
        .collect();
    let mut found = Vec::new();
    for pattern in patterns {
        let text = folded(pattern);
        if let Some(same) = first.get(&text) {
            found.push((pattern, *same));
            continue;
        }
        let broader = |other: &&Pattern| {
            let (other, own) = (other.as_str(), pattern.as_str());
            covers(other, own, case) && !covers(own, other, case)
        };
        found.extend(
            wild.iter()
                .copied()
                .find(broader)
                .map(|other| (pattern, other)),
        );
        first.insert(text, pattern);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow, clean, only, texts};

    #[test]
    fn what_a_wildcard_includes_is_found() {
        let found = texts(
            &LINT,
            &allow(r#"["iam:Get*","iam:List*","iam:GetCredentialReport","IAM:getrole"]"#),
        );
        assert_eq!(found, ["iam:GetCredentialReport", "IAM:getrole"]);
        let found = only(&LINT, &allow(r#"["s3:Get*","*"]"#));
        assert!(found.contains("'s3:Get*': '*' includes it"), "{found}");
    }

    #[test]
    fn of_two_equals_the_later_is_found() {
        assert_eq!(
            texts(&LINT, &allow(r#"["s3:GetObject","S3:GetObject"]"#)),
            ["S3:GetObject"]
        );
        let not = r#"{"Effect":"Deny","NotAction":["s3:*","s3:Get*"],"Resource":"*"}"#;
        assert_eq!(texts(&LINT, not), ["s3:Get*"]);
    }

    #[test]
    fn patterns_that_only_overlap_are_clean() {
        clean(&LINT, &allow(r#"["iam:Get*","iam:*CredentialReport"]"#));
        clean(&LINT, &allow(r#"["s3:GetObject","s3:GetObjectAcl"]"#));
    }
}
