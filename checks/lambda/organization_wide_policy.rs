//! Policies of functions that let in whole organisations for which nobody vouched.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::audience;

use crate::lambda::each_function;
use crate::lambda::held::{ANYTHING, Fault, Held, Policies};
use crate::lambda::outsiders::{Outsider, Trust};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-organization-wide-policy",
    title: "function open to an organisation that is not trusted",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LX05"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListAliases",
        "lambda:GetPolicy",
    ],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("organization_wide_policy.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |scope, function| {
        let trust = Trust {
            own: &scope.account.id,
            settings: view.settings(),
        };
        decide(function, &trust)
    });
}

fn decide(function: &Function, trust: &Trust<'_>) -> Result<Verdict, Unknown> {
    let policies = Policies::of(function);
    policies.judge(
        |held| faults(held, trust),
        || {
            Verdict::pass(if policies.held.is_empty() {
                "the function has no resource policy"
            } else {
                "the policy names no organisation but those that are trusted"
            })
        },
    )
}

fn faults(held: &Held<'_>, trust: &Trust<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for access in audience(held.arn.as_str(), &held.policy, &ANYTHING) {
        for outsider in trust.outsiders(&access.who) {
            if let Outsider::Organization(id) = &outsider {
                let lets = held.sentence(&access.statements, "lets", "let");
                let message = format!(
                    "{lets} {} in, and {outsider} is not among the trusted ones",
                    access.who
                );
                faults.push(Fault::of(held, id, message));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::lambda::testing::{allow, claims, policy, statement, version};
    use crate::testing::{assert_denied, run_one, run_with};

    const EVERYONE: &str = r#""*""#;
    const INVOKE: &str = "lambda:InvokeFunction";
    const ORGANIZATION: &str = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#;

    fn judged(statements: &[&str], trusted: &[&str]) -> Finding {
        let snapshot = fixtures::with_functions(vec![claims(policy(statements))]);
        let settings = Settings {
            trusted_organizations: trusted.iter().map(|id| (*id).to_owned()).collect(),
            ..Settings::default()
        };
        run_with(&CHECK, &snapshot, &settings).remove(0)
    }

    fn under(condition: &str) -> Finding {
        judged(&[&allow(EVERYONE, INVOKE, condition)], &[])
    }

    #[test]
    fn an_organisation_fails_and_is_named() {
        let finding = under(ORGANIZATION);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "statement 's0' of the function lets everyone limited to organisation o-a1b2c3 in, \
             and organisation o-a1b2c3 is not among the trusted ones"
        );
    }

    #[test]
    fn a_unit_and_services_of_the_organisation_fail_too() {
        let unit = r#"{"StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3/r-1/ou-2/*"}}"#;
        assert_eq!(under(unit).outcome, Outcome::Fail);
        let source = r#"{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3"}}"#;
        let service = allow(r#"{"Service":"sns.amazonaws.com"}"#, INVOKE, source);
        assert_eq!(judged(&[&service], &[]).outcome, Outcome::Fail);
        let deny = r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#;
        let rest = statement("Deny", EVERYONE, "lambda:*", deny);
        let finding = judged(&[&allow(EVERYONE, INVOKE, "{}"), &rest], &[]);
        assert_eq!(finding.outcome, Outcome::Fail, "a Deny for everyone else");
    }

    #[test]
    fn a_trusted_organisation_passes() {
        let statement = allow(EVERYONE, INVOKE, ORGANIZATION);
        assert_eq!(judged(&[&statement], &["o-a1b2c3"]).outcome, Outcome::Pass);
        assert_eq!(judged(&[&statement], &["o-other"]).outcome, Outcome::Fail);
    }

    #[test]
    fn one_account_of_the_organisation_is_not_all_of_it() {
        let account = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3","aws:PrincipalAccount":"111122223333"}}"#;
        assert_eq!(under(account).outcome, Outcome::Pass);
    }

    #[test]
    fn a_pattern_of_organisations_is_the_public_and_another_check_s() {
        let pattern = r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#;
        assert_eq!(under(pattern).outcome, Outcome::Pass);
    }

    #[test]
    fn a_deny_takes_the_grant_back() {
        let deny = statement("Deny", EVERYONE, "lambda:*", "{}");
        let finding = judged(&[&allow(EVERYONE, INVOKE, ORGANIZATION), &deny], &[]);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn a_version_counts_and_no_policy_passes() {
        let mut function = claims(Observed::Absent);
        function.versions = vec![version(
            "7",
            policy(&[&allow(EVERYONE, INVOKE, ORGANIZATION)]),
        )];
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert!(
            finding
                .message
                .contains("of version 7 lets everyone limited")
        );
        assert_eq!(judged(&[], &[]).outcome, Outcome::Pass);
    }

    #[test]
    fn a_denied_policy_is_not_assessed() {
        let function = claims(fixtures::denied("lambda:GetPolicy"));
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:GetPolicy");
    }
}
