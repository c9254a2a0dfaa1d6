//! Resources that another one of the statement includes.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-suggestion-redundant-resource>

use super::redundant_action::redundant;
use super::{Class, Document, Finding, Lint};
use crate::pattern::Case;

pub(super) static LINT: Lint = Lint {
    id: "redundant-resource",
    title: "resource that another one of the statement includes",
    class: Class::Suggestion,
    aws: &["REDUNDANT_RESOURCE"],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let (element, resources) = facts.written_resources();
        for (resource, by) in redundant(resources, Case::Sensitive) {
            let problem = format!("'{by}' includes it");
            let cure = "Remove one of the two: if the narrow one is meant, the wide one.";
            out.push(facts.finding(&LINT, element, resource.as_str(), problem, cure));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{allow_on, clean, texts};

    #[test]
    fn what_a_wildcard_includes_is_found() {
        let found = texts(
            &LINT,
            &allow_on(
                r#""s3:*""#,
                r#"["arn:aws:s3:::a*","arn:aws:s3:::ab","arn:aws:s3:::b"]"#,
            ),
        );
        assert_eq!(found, ["arn:aws:s3:::ab"]);
        let not = r#"{"Effect":"Deny","Action":"*","NotResource":["*","arn:aws:s3:::a"]}"#;
        assert_eq!(texts(&LINT, not), ["arn:aws:s3:::a"]);
    }

    #[test]
    fn case_matters_and_overlap_is_clean() {
        clean(
            &LINT,
            &allow_on(r#""s3:*""#, r#"["arn:aws:s3:::Data","arn:aws:s3:::data"]"#),
        );
        clean(
            &LINT,
            &allow_on(r#""s3:*""#, r#"["arn:aws:s3:::a","arn:aws:s3:::a/*"]"#),
        );
        clean(
            &LINT,
            &allow_on(
                r#""s3:*""#,
                r#"["arn:aws:s3:::a/${aws:username}","arn:aws:s3:::a/b"]"#,
            ),
        );
    }
}
