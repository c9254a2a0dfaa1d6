//! Policies of functions that let in accounts for which nobody vouched.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Access, Who, audience};

use crate::lambda::each_function;
use crate::lambda::held::{ANYTHING, Fault, Held, Policies};
use crate::lambda::outsiders::{Outsider, Trust};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-untrusted-account",
    title: "function that an account not trusted may use",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX03"],
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
    doc: include_str!("untrusted_account.md"),
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
    policies.judge(|held| faults(held, trust), || in_order(&policies))
}

fn faults(held: &Held<'_>, trust: &Trust<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for access in audience(held.arn.as_str(), &held.policy, &ANYTHING) {
        for outsider in trust.outsiders(&access.who) {
            if let Outsider::Account(id) = &outsider {
                let whose = match access.who {
                    Who::Account(_) => String::new(),
                    _ => format!(", of account {id}"),
                };
                faults.push(fault(held, &access, id.as_str(), &whose));
            }
        }
    }
    faults
}

fn fault(held: &Held<'_>, access: &Access, account: &str, whose: &str) -> Fault {
    let lets = held.sentence(&access.statements, "lets", "let");
    let message = format!(
        "{lets} {} in{whose}, which is not among the trusted accounts",
        access.who
    );
    Fault::of(held, account, message)
}

fn in_order(policies: &Policies<'_>) -> Verdict {
    if policies.held.is_empty() {
        return Verdict::pass("the function has no resource policy");
    }
    let is_public = |held: &Held<'_>| {
        let classes = audience(held.arn.as_str(), &held.policy, &ANYTHING);
        let public = |access: &Access| matches!(access.who, Who::Everyone | Who::EveryAwsPrincipal);
        classes.iter().any(public)
    };
    if policies.held.iter().any(is_public) {
        return Verdict::not_applicable(
            "the function is open to everyone, and the checks for public policies say so",
        );
    }
    Verdict::pass("the policy names no account but this one and those that are trusted")
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::lambda::testing::{alias, allow, claims, policy, statement};
    use crate::testing::{assert_denied, run_one, run_with};

    const PARTNER: &str = r#"{"AWS":"arn:aws:iam::444455556666:root"}"#;
    const INVOKE: &str = "lambda:InvokeFunction";

    fn judged(statements: &[&str]) -> Finding {
        let function = claims(policy(statements));
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    #[test]
    fn an_account_fails_and_statement_and_number_are_named() {
        let finding = judged(&[&allow(PARTNER, INVOKE, "{}")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 's0' of the function lets account 444455556666 in, which is not among the trusted accounts"
        );
        assert_eq!(
            finding.details.get("found"),
            serde_json::json!(["444455556666"])
        );
        assert_eq!(finding.evidence[0].pointer, "/Policy");
    }

    #[test]
    fn a_role_a_source_and_a_condition_of_another_account_fail() {
        let role = r#"{"AWS":"arn:aws:iam::444455556666:role/pay"}"#;
        let finding = judged(&[&allow(role, INVOKE, "{}")]);
        assert!(
            finding
                .message
                .contains("role/pay in, of account 444455556666")
        );
        let bucket = r#"{"StringEquals":{"aws:SourceAccount":"444455556666"}}"#;
        let s3 = r#"{"Service":"s3.amazonaws.com"}"#;
        assert_eq!(judged(&[&allow(s3, INVOKE, bucket)]).outcome, Outcome::Fail);
        let everyone = r#"{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}"#;
        let finding = judged(&[&allow(r#""*""#, INVOKE, everyone)]);
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn whatever_the_account_may_do_counts() {
        for action in ["lambda:UpdateFunctionCode", "lambda:GetFunction", "*"] {
            let finding = judged(&[&allow(PARTNER, action, "{}")]);
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
        }
    }

    #[test]
    fn a_trusted_account_and_accounts_of_a_trusted_organisation_pass() {
        let function = claims(policy(&[
            &allow(PARTNER, INVOKE, "{}"),
            &allow(
                r#"{"AWS":"777788889999"}"#,
                INVOKE,
                r#"{"StringEquals":{"aws:PrincipalAccount":"777788889999","aws:PrincipalOrgID":"o-a1"}}"#,
            ),
        ]));
        let snapshot = fixtures::with_functions(vec![function]);
        let trusted = |accounts: &[&str]| {
            let settings = Settings {
                trusted_accounts: accounts.iter().copied().map(AccountId::new).collect(),
                ..Settings::default()
            };
            run_with(&CHECK, &snapshot, &settings)[0].outcome
        };
        assert_eq!(trusted(&["444455556666"]), Outcome::Fail);
        assert_eq!(trusted(&["444455556666", "777788889999"]), Outcome::Pass);
    }

    #[test]
    fn the_own_account_services_for_it_and_a_deleted_principal_pass() {
        let own = r#"{"AWS":["111122223333","arn:aws:iam::111122223333:role/app"]}"#;
        let source = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-central-1:111122223333:t"}}"#;
        let sns = r#"{"Service":"sns.amazonaws.com"}"#;
        let gone = r#"{"AWS":"AROAEXAMPLEID"}"#;
        let finding = judged(&[
            &allow(own, INVOKE, "{}"),
            &allow(sns, INVOKE, source),
            &allow(gone, INVOKE, "{}"),
        ]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_deny_takes_the_grant_back_and_a_smaller_one_does_not() {
        let grant = allow(PARTNER, INVOKE, "{}");
        let deny = |principal: &str, action: &str| statement("Deny", principal, action, "{}");
        for (deny, outcome) in [
            (deny(r#""*""#, "lambda:*"), Outcome::Pass),
            (deny(PARTNER, INVOKE), Outcome::Pass),
            (deny(r#""*""#, "lambda:GetFunction"), Outcome::Fail),
            (
                deny(r#"{"AWS":"arn:aws:iam::444455556666:role/x"}"#, INVOKE),
                Outcome::Fail,
            ),
        ] {
            assert_eq!(judged(&[&grant, &deny]).outcome, outcome, "{deny}");
        }
    }

    #[test]
    fn the_policy_of_an_alias_counts_and_aliases_not_asked_for_do_not() {
        let mut function = claims(Observed::Absent);
        let grant = policy(&[&allow(PARTNER, INVOKE, "{}")]);
        function.aliases = Observed::Known(vec![alias("live", grant)]);
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert!(finding.message.contains("of alias live lets account"));
        assert_eq!(judged(&[]).outcome, Outcome::Pass);
    }

    #[test]
    fn what_is_open_to_everyone_is_for_another_check_to_say() {
        let open = allow(r#""*""#, INVOKE, "{}");
        assert_eq!(judged(&[&open]).outcome, Outcome::NotApplicable);
        let finding = judged(&[&open, &allow(PARTNER, INVOKE, "{}")]);
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn policies_that_are_denied_or_broken_are_not_assessed() {
        let judged = |policy: Observed<PolicyDocument>| {
            run_one(&CHECK, &fixtures::with_functions(vec![claims(policy)]))
        };
        assert_denied(
            &judged(fixtures::denied("lambda:GetPolicy")),
            "lambda:GetPolicy",
        );
        let broken = judged(Observed::Known(PolicyDocument("[".to_owned())));
        assert_eq!(broken.outcome, Outcome::NotAssessed);
        let mut function = claims(Observed::Absent);
        function.aliases = fixtures::denied("lambda:ListAliases");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:ListAliases");
    }
}
