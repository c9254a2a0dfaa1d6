//! Actions on resources that they are never about.

use tripod_model::{Impact, Severity, Unknown};

use super::DETAILS;
use super::lints::{found, told};
use super::written::{Whose, Written, each};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-ineffective-resource",
    title: "action limited to resources that it is never about",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::Medium,
    rows: &["IG22"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("ineffective_resource.md"),
    run,
};

const LINT: &str = "resource-mismatch";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each(view, out, Whose::Own, decide);
}

fn decide(written: &Written) -> Result<Verdict, Unknown> {
    let all = found(written, |lint| lint.id == LINT)?;
    let Some(failure) = told(&all) else {
        return Ok(Verdict::pass(
            "every action is about some of the resources beside it",
        ));
    };
    let harmless = !all.iter().any(|it| it.in_deny);
    let reason = harmless.then(|| "nothing more is allowed by it".to_owned());
    let weight = written.weight().at_most(Severity::Low, reason);
    Ok(weight.on(failure))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{allow, denied, deny, managed, with_policies, with_role};
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_policies(vec![managed("p", statements)]))
    }

    const FUNCTION: &str = r#""arn:aws:lambda:eu-central-1:111122223333:function:claims""#;
    const OBJECTS: &str = r#""arn:aws:s3:::claims/*""#;

    #[test]
    fn an_action_that_knows_no_resource_needs_a_star() {
        let finding = judged(&allow(
            r#"["lambda:GetFunction","lambda:ListFunctions"]"#,
            FUNCTION,
        ));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(
            finding
                .message
                .starts_with("statement 1, Action 'lambda:ListFunctions': it is about no resource"),
            "{}",
            finding.message
        );
        assert!(finding.message.ends_with("; nothing more is allowed by it"));
        let apart = format!(
            "{},{}",
            allow(r#""lambda:GetFunction""#, FUNCTION),
            allow(r#""lambda:ListFunctions""#, r#""*""#)
        );
        assert_eq!(judged(&apart).outcome, Outcome::Pass);
    }

    #[test]
    fn a_resource_of_another_type_does_nothing() {
        let finding = judged(&allow(r#"["s3:GetObject","s3:ListBucket"]"#, OBJECTS));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("'s3:ListBucket'"));
        let both = allow(
            r#"["s3:GetObject","s3:ListBucket"]"#,
            r#"["arn:aws:s3:::claims","arn:aws:s3:::claims/*"]"#,
        );
        assert_eq!(judged(&both).outcome, Outcome::Pass);
    }

    #[test]
    fn a_deny_that_denies_nothing_weighs_more() {
        let finding = judged(&deny(r#""lambda:ListFunctions""#, FUNCTION));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
        let mixed = format!(
            "{},{}",
            allow(r#""s3:ListBucket""#, OBJECTS),
            deny(r#""lambda:ListFunctions""#, FUNCTION)
        );
        let finding = judged(&mixed);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding.message.starts_with("statement 2, "),
            "{}",
            finding.message
        );
    }

    #[test]
    fn inline_policies_count() {
        let inline = with_role(&allow(r#""s3:ListBucket""#, OBJECTS));
        let finding = run_one(&CHECK, &inline);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.resource.kind, "AWS::IAM::Role");
    }

    #[test]
    fn an_unreadable_policy_and_a_denied_list_are_not_assessed() {
        let mut broken = managed("p", "");
        broken.document = None;
        let finding = run_one(&CHECK, &with_policies(vec![broken]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
