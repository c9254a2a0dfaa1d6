//! What is wrong with a policy document as written, whoever holds it.
//!
//! A lint is a pure function over one parsed document; [`lint`] runs them all. Where AWS's own policy validation
//! (IAM Access Analyzer) reports the same, the lint carries its issue codes:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>. What exists is
//! looked up in [`crate::catalogue`]; what a newer service offers than the catalogue knows is reported as unknown.

mod allow_not_action;
mod allow_not_principal;
mod arn;
mod contradictory_conditions;
mod cover;
mod document;
mod empty_element;
mod expired_condition;
mod full_access;
mod full_service_access;
mod inapplicable;
mod ineffective_allow;
mod ineffective_deny;
mod literal_wildcard;
mod malformed_arn;
mod malformed_condition_value;
mod misplaced_element;
mod missing_resource_scope;
mod missing_set_operator;
pub(crate) mod nearest;
mod operator_type_mismatch;
mod pass_role_any_role;
mod pass_role_any_service;
mod private_source_ip;
mod redundant_action;
mod redundant_resource;
mod redundant_statement;
mod resource_mismatch;
mod retired_action;
mod single_valued_set;
#[cfg(test)]
mod testing;
mod unknown_action;
mod unknown_condition_key;
mod unknown_operator;
mod unknown_resource;
mod unknown_service;
mod unmatched_wildcard;
mod unsupported_action;
mod value;
mod variable_in_old_version;

use std::fmt;

use jiff::Timestamp;

use crate::{Policy, StatementRef};
use document::{Document, Written};

pub use document::DocumentKind;

/// Every lint, sorted by id.
pub static ALL: &[&Lint] = &[
    &allow_not_action::LINT,
    &allow_not_principal::LINT,
    &contradictory_conditions::LINT,
    &empty_element::LINT,
    &expired_condition::LINT,
    &full_access::LINT,
    &full_service_access::LINT,
    &ineffective_allow::LINT,
    &ineffective_deny::LINT,
    &literal_wildcard::LINT,
    &malformed_arn::LINT,
    &malformed_condition_value::LINT,
    &misplaced_element::LINT,
    &missing_resource_scope::LINT,
    &missing_set_operator::LINT,
    &operator_type_mismatch::LINT,
    &pass_role_any_role::LINT,
    &pass_role_any_service::LINT,
    &private_source_ip::LINT,
    &redundant_action::LINT,
    &redundant_resource::LINT,
    &redundant_statement::LINT,
    &resource_mismatch::LINT,
    &retired_action::LINT,
    &single_valued_set::LINT,
    &unknown_action::LINT,
    &unknown_condition_key::LINT,
    &unknown_operator::LINT,
    &unknown_resource::LINT,
    &unknown_service::LINT,
    &unmatched_wildcard::LINT,
    &unsupported_action::LINT,
    &variable_in_old_version::LINT,
];

/// A lint: what it is about, and the function that looks.
#[derive(Debug)]
pub struct Lint {
    /// Its id for life, kebab-case, a noun phrase of the problem.
    pub id: &'static str,
    /// The problem in a few words.
    pub title: &'static str,
    /// How bad.
    pub class: Class,
    /// Issue codes of IAM Access Analyzer that are about the same; empty where it has none.
    pub aws: &'static [&'static str],
    run: fn(&Document, &mut Vec<Finding>),
}

/// How bad, in the classes of IAM Access Analyzer, the worst last.
///
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Could be written better, and means the same.
    Suggestion,
    /// May not mean what its author meant.
    Warning,
    /// Grants more than is wise, or denies less than it seems to.
    SecurityWarning,
    /// Part of the policy does nothing.
    Error,
}

impl Class {
    /// AWS's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggestion => "SUGGESTION",
            Self::Warning => "WARNING",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Error => "ERROR",
        }
    }
}

/// Something wrong, where, and how to mend it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What found it.
    pub lint: &'static Lint,
    /// In which statement; none where it is about the document.
    pub statement: Option<StatementRef>,
    /// In which element.
    pub element: Element,
    /// The text at fault as the policy has it, but for values that serve as shared secrets; empty where the element
    /// as a whole, or its absence, is meant.
    pub text: String,
    /// What is wrong, beginning in lower case and without full stop.
    pub problem: String,
    /// How to mend it: a sentence.
    pub cure: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(statement) = &self.statement {
            write!(formatter, "{statement}, ")?;
        }
        write!(formatter, "{}", self.element.as_str())?;
        if !self.text.is_empty() {
            write!(formatter, " '{}'", self.text)?;
        }
        write!(formatter, ": {}. {}", self.problem, self.cure)
    }
}

/// An element of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "AWS's names")]
pub enum Element {
    Version,
    Statement,
    Principal,
    NotPrincipal,
    Action,
    NotAction,
    Resource,
    NotResource,
    Condition,
}

impl Element {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Version => "Version",
            Self::Statement => "Statement",
            Self::Principal => "Principal",
            Self::NotPrincipal => "NotPrincipal",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition => "Condition",
        }
    }
}

/// What all lints find in the policy, by statement, element and lint. `now` is the moment for which conditions on
/// time are judged.
pub fn lint(policy: &Policy, kind: DocumentKind, now: Timestamp) -> Vec<Finding> {
    let written = Written::of(policy);
    let document = Document::new(&written, kind, now);
    let mut findings = Vec::new();
    for lint in ALL {
        (lint.run)(&document, &mut findings);
    }
    findings.sort_by(|left, right| place(left).cmp(&place(right)));
    findings
}

fn place(finding: &Finding) -> (usize, Element, &'static str, &str) {
    let statement = finding.statement.as_ref().map_or(0, |of| of.index + 1);
    (statement, finding.element, finding.lint.id, &finding.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_unique_kebab_case_and_titles_have_no_full_stop() {
        for pair in ALL.windows(2) {
            assert!(
                pair[0].id < pair[1].id,
                "{} before {}",
                pair[0].id,
                pair[1].id
            );
        }
        for lint in ALL {
            let kebab = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            assert!(lint.id.chars().all(kebab), "{}", lint.id);
            assert!(!lint.title.ends_with('.'), "{}", lint.id);
            let code = |code: &&str| code.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            assert!(lint.aws.iter().all(code), "{}", lint.id);
        }
    }

    #[test]
    fn every_lint_has_its_file_its_tests_and_its_place_in_the_reference() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lint");
        let reference = include_str!("../../../docs/reference/policy-lint.md");
        for lint in ALL {
            let path = format!("{folder}/{}.rs", lint.id.replace('-', "_"));
            let text = std::fs::read_to_string(&path).expect(&path);
            assert!(text.matches("#[test]").count() >= 2, "{path}");
            assert!(text.contains("clean("), "{path}: a passing document");
            let heading = format!("## {}\n", lint.id);
            let (_, section) = reference.split_once(&*heading).expect(&heading);
            let section = section.split("\n## ").next().expect("a section");
            assert!(section.contains(lint.class.as_str()), "{}", lint.id);
            for code in lint.aws {
                assert!(
                    section.contains(&format!("`{code}`")),
                    "{}: {code}",
                    lint.id
                );
            }
        }
        let sections = reference
            .lines()
            .filter_map(|line| line.strip_prefix("## "));
        let of_lints = sections.filter(|title| title.starts_with(|c: char| c.is_ascii_lowercase()));
        assert_eq!(of_lints.count(), ALL.len());
    }

    /// The examples of the reference are what they are said to be.
    #[test]
    fn the_example_of_each_lint_is_found_by_it() {
        let reference = include_str!("../../../docs/reference/policy-lint.md");
        for lint in ALL {
            let (_, section) = reference
                .split_once(&*format!("## {}\n", lint.id))
                .expect(lint.id);
            let (_, example) = section.split_once("```json\n").expect(lint.id);
            let (example, _) = example.split_once("```").expect(lint.id);
            let kind = match lint.id {
                "allow-not-principal" => DocumentKind::Resource,
                "unsupported-action" => DocumentKind::Trust,
                _ => DocumentKind::Identity,
            };
            let policy = if example.contains("\"Statement\"") {
                testing::document(example)
            } else {
                testing::policy(example)
            };
            let found = testing::findings_in(lint, kind, &policy);
            assert!(!found.is_empty(), "{}: {example}", lint.id);
        }
    }

    #[test]
    fn a_finding_says_where_what_and_how_to_mend_it() {
        let found = testing::findings(
            &full_access::LINT,
            DocumentKind::Identity,
            r#"{"Sid":"all","Effect":"Allow","Action":"*","Resource":"*"}"#,
        );
        let text = found[0].to_string();
        assert!(text.starts_with("statement 'all', Action '*': "), "{text}");
        assert!(text.ends_with('.'), "{text}");
    }

    /// Documents come from accounts: whatever stands in them, every lint comes to an end.
    #[test]
    fn hostile_texts_do_no_harm() {
        let texts = [
            "",
            "*",
            ":",
            "::",
            "${",
            "${}",
            "${*",
            "arn:",
            "arn:::::",
            "arn:aws:s3:::${",
            "a:${",
            "é:*",
            "iam:é*",
            "\u{E000}",
            "?:?",
            "aws:ResourceTag/é",
            "9999-99-99T99",
            "1e999",
            "::/129",
            "*****************a",
        ];
        let all = serde_json::to_string(&texts).expect("JSON");
        let operators = [
            "StringLike",
            "DateLessThan",
            "NumericEquals",
            "IpAddress",
            "ArnLike",
        ];
        for text in texts {
            let text = serde_json::to_string(text).expect("JSON");
            let conditions: Vec<String> = operators
                .iter()
                .map(|operator| {
                    format!(r#""{operator}":{{{text}:{all},"aws:CurrentTime":{text}}}"#)
                })
                .collect();
            let statement = format!(
                r#"{{"Sid":{text},"Effect":"Allow","Principal":{{{text}:{text}}},"Action":{text},"Resource":{all},
                    "Condition":{{{},{text}:{{{text}:[]}}}}}}"#,
                conditions.join(",")
            );
            let policy = testing::policy(&statement);
            for kind in [DocumentKind::Identity, DocumentKind::Trust] {
                assert!(!lint(&policy, kind, testing::NOW).is_empty(), "{statement}");
            }
        }
    }

    #[test]
    fn findings_come_in_the_order_of_the_document() {
        let text = r#"{"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":"lambda:Fly","Resource":"arn:aws:lambda:*:*:plane:*"},
            {"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let policy =
            crate::parse(&tripod_model::PolicyDocument(text.to_owned())).expect("a policy");
        let found = lint(&policy, DocumentKind::Identity, testing::NOW);
        let ids: Vec<&str> = found.iter().map(|finding| finding.lint.id).collect();
        assert_eq!(
            ids,
            [
                "redundant-statement",
                "unknown-action",
                "unknown-resource",
                "full-access",
                "pass-role-any-role"
            ]
        );
    }
}
