//! Policies that do not do what they seem to.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::lint::{Class, Lint};

use super::DETAILS;
use super::lints::{ceiling, found, told};
use super::written::{Whose, Written, each};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-defective-policy",
    title: "policy that does not do what it seems to",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::Medium,
    rows: &["IG21"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("defective_policy.md"),
    run,
};

/// Lints that ask what a check of its own decides: `iam-administrator-policy`, `iam-service-wildcard`,
/// `iam-negated-allow`, `iam-unlimited-pass-role`, `iam-ineffective-resource`.
const DECIDED_ELSEWHERE: [&str; 5] = [
    "allow-not-action",
    "full-access",
    "full-service-access",
    "pass-role-any-role",
    "resource-mismatch",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each(view, out, Whose::Own, decide);
}

fn decide(written: &Written) -> Result<Verdict, Unknown> {
    let all = found(written, is_wanted)?;
    let Some(failure) = told(&all) else {
        return Ok(Verdict::pass("no lint finds an error in it"));
    };
    let (severity, reason) = ceiling(&all);
    Ok(written.weight().at_most(severity, reason).on(failure))
}

/// Suggestions are about style: the policy means the same without them.
fn is_wanted(lint: &Lint) -> bool {
    lint.class > Class::Suggestion && !DECIDED_ELSEWHERE.contains(&lint.id)
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity};
    use tripod_policy::lint;

    use super::{CHECK, DECIDED_ELSEWHERE};
    use crate::iam::small_accounts::{
        account, allow, denied, deny, document, managed, principal, under, with_bounded_role,
        with_policies, with_role,
    };
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_policies(vec![managed("p", statements)]))
    }

    const BUCKET: &str = r#""arn:aws:s3:::claims""#;
    const OBJECTS: &str = r#""arn:aws:s3:::claims/*""#;

    #[test]
    fn errors_fail_and_name_lint_place_and_cure() {
        let finding = judged(&allow(r#"["s3:GetObject","s3:GetObjekt"]"#, OBJECTS));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding
                .message
                .starts_with("statement 1, Action 's3:GetObjekt': "),
            "{}",
            finding.message
        );
        let detail = &finding.details.get("findings")[0];
        assert_eq!(detail["lint"], "unknown-action");
        assert_eq!(detail["class"], "ERROR");
        assert!(detail["cure"].as_str().is_some_and(|cure| !cure.is_empty()));
    }

    #[test]
    fn a_condition_that_does_not_fit_its_key_fails() {
        for (condition, lint, severity) in [
            (
                r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
                "private-source-ip",
                Severity::Medium,
            ),
            (
                r#"{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#,
                "single-valued-set",
                Severity::Medium,
            ),
            (
                r#"{"StringEquals":{"aws:SourceIp":"203.0.113.0/24"}}"#,
                "operator-type-mismatch",
                Severity::Low,
            ),
        ] {
            let finding = judged(&under(&allow(r#""s3:GetObject""#, OBJECTS), condition));
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
            assert_eq!(finding.severity, severity, "{condition}");
            assert_eq!(finding.details.get("findings")[0]["lint"], lint);
        }
    }

    #[test]
    fn the_worst_comes_first_and_the_others_are_counted() {
        let warning = allow(r#""s3:GetObject""#, r#""*""#);
        let error = allow(r#""s3:GetObjekt""#, OBJECTS);
        let finding = judged(&format!("{warning},{error}"));
        assert_eq!(finding.severity, Severity::Medium);
        assert!(
            finding.message.starts_with("statement 2, "),
            "{}",
            finding.message
        );
        assert!(finding.message.ends_with(", and 1 more"));
        assert_eq!(judged(&warning).severity, Severity::Low);
    }

    #[test]
    fn style_and_what_other_checks_decide_pass() {
        for statement in [
            allow(
                r#"["s3:Get*","s3:GetObject"]"#,
                r#"["arn:aws:s3:::claims/*","arn:aws:s3:::claims"]"#,
            ),
            allow(r#""*""#, r#""*""#),
            allow(r#""s3:ListBucket""#, BUCKET),
            deny(r#""s3:ListBucket""#, r#""*""#),
        ] {
            assert_eq!(judged(&statement).outcome, Outcome::Pass, "{statement}");
        }
        for id in DECIDED_ELSEWHERE {
            assert!(lint::ALL.iter().any(|it| it.id == id), "{id}");
        }
    }

    #[test]
    fn a_boundary_is_linted_as_one_and_a_policy_that_nobody_has_weighs_less() {
        let scoped = allow(r#""s3:GetObject""#, r#""*""#);
        let bounded = with_bounded_role("", &scoped);
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::Pass);
        let misspelt = format!("{scoped},{}", deny(r#""iam:CreatUser""#, r#""*""#));
        let finding = run_one(&CHECK, &with_bounded_role("", &misspelt));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium),
            "what bounds somebody is in use: {}",
            finding.message
        );
        let mut unused = managed("p", &allow(r#""s3:GetObjekt""#, OBJECTS));
        unused.attachment_count = Some(0);
        let finding = run_one(&CHECK, &with_policies(vec![unused]));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
    }

    #[test]
    fn of_several_inline_policies_the_one_at_fault_is_named() {
        let mut role = principal("role/deploy", &allow(r#""s3:ListBucket""#, BUCKET));
        let fault = document(&allow(r#""s3:GetObjekt""#, OBJECTS));
        role.inline_policies.insert("reader".to_owned(), fault);
        let finding = run_one(
            &CHECK,
            &account(tripod_model::iam::Authorization {
                roles: vec![role],
                ..tripod_model::iam::Authorization::default()
            }),
        );
        assert!(
            finding
                .message
                .starts_with("statement 1 of 'reader', Action 's3:GetObjekt'"),
            "{}",
            finding.message
        );
        let one = run_one(&CHECK, &with_role(&allow(r#""s3:ListBucket""#, BUCKET)));
        assert_eq!(one.outcome, Outcome::Pass);
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
