//! Services that policies of functions let in, whoever makes them act.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Access, Context, Policy, Who, audience, given, triggers};

use crate::lambda::each_function;
use crate::lambda::held::{ANYTHING, Fault, Held, Policies};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-confused-deputy",
    title: "function that a service may call for anyone",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX04"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListAliases",
        "lambda:GetPolicy",
    ],
    controls: &[
        Control::Baseline("IAM-6"),
        Control::Baseline("NET-6"),
        Control::Fsbp("Lambda.1"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("confused_deputy.md"),
    run,
};

/// The token by which Alexa tells skills apart.
const TOKEN: &str = "lambda:EventSourceToken";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let policies = Policies::of(function);
    policies.judge(faults, || in_order(&policies))
}

fn faults(held: &Held<'_>) -> Vec<Fault> {
    without_token(held)
        .into_iter()
        .filter_map(|access| match &access.who {
            Who::Service { name, sources } if sources.is_empty() => {
                Some(fault(held, name, &access))
            }
            _ => None,
        })
        .collect()
}

/// The classes of services let in without a token of the policy: whoever does not know it cannot send it.
fn without_token(held: &Held<'_>) -> Vec<Access> {
    let guess = Context::open().with(TOKEN, "a text that nobody chose");
    services(held, &given(&held.policy, &guess))
}

fn services(held: &Held<'_>, policy: &Policy) -> Vec<Access> {
    let mut classes = audience(held.arn.as_str(), policy, &ANYTHING);
    classes.retain(|access| matches!(access.who, Who::Service { .. }));
    classes
}

fn fault(held: &Held<'_>, service: &str, access: &Access) -> Fault {
    let lets = held.sentence(&access.statements, "lets", "let");
    let message = format!("{lets} {service} in, for whichever account it acts");
    let fault = Fault::of(held, service, message);
    if are_fixed_buckets(held, service, access) {
        let reason =
            "the bucket is named, but not its account: whoever comes to own the name is let in";
        return fault.lowered_to(Severity::Medium, reason);
    }
    fault
}

/// Whether each statement names buckets, letter by letter. ARNs of buckets tell no account.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html>
fn are_fixed_buckets(held: &Held<'_>, service: &str, access: &Access) -> bool {
    let named = triggers(held.arn.as_str(), &held.policy, &ANYTHING);
    let is_bucket = |arn: &String| {
        let name = arn.split_once(":s3:::").map(|(_, name)| name);
        name.is_some_and(|name| !name.is_empty() && !name.contains(['*', '?', '$']))
    };
    access.statements.iter().all(|statement| {
        let mut own = named
            .iter()
            .filter(|found| found.statement == *statement && found.service == service);
        own.any(|found| !found.sources.is_empty() && found.sources.iter().all(is_bucket))
    })
}

fn in_order(policies: &Policies<'_>) -> Verdict {
    let has_none = |held: &Held<'_>| services(held, &held.policy).is_empty();
    if policies.held.iter().all(has_none) {
        return Verdict::not_applicable("no policy of the function lets a service in");
    }
    Verdict::pass("every service that is let in acts for whom or what the policy names")
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::{alias, allow, claims, policy, statement};
    use crate::testing::{assert_denied, run_one};

    const INVOKE: &str = "lambda:InvokeFunction";
    const S3: &str = "s3.amazonaws.com";

    fn service(name: &str, condition: &str) -> String {
        allow(&format!(r#"{{"Service":"{name}"}}"#), INVOKE, condition)
    }

    fn judged(statements: &[&str]) -> Finding {
        let function = claims(policy(statements));
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn under(name: &str, condition: &str) -> Finding {
        judged(&[&service(name, condition)])
    }

    #[test]
    fn a_service_without_a_source_fails_and_is_named() {
        let finding = under("apigateway.amazonaws.com", "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 's0' of the function lets apigateway.amazonaws.com in, for whichever account it acts"
        );
    }

    #[test]
    fn a_bucket_without_its_account_fails_less() {
        let finding = under(
            S3,
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::uploads"}}"#,
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        let pattern = under(S3, r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::up*"}}"#);
        assert_eq!(pattern.severity, Severity::High);
    }

    #[test]
    fn an_account_or_the_arn_of_a_resource_passes() {
        let bucket = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::uploads"},"StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
        assert_eq!(under(S3, bucket).outcome, Outcome::Pass);
        let topic = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-central-1:111122223333:t"}}"#;
        assert_eq!(under("sns.amazonaws.com", topic).outcome, Outcome::Pass);
        let organization = r#"{"StringEquals":{"aws:SourceOrgID":"o-a1"}}"#;
        assert_eq!(
            under("sns.amazonaws.com", organization).outcome,
            Outcome::Pass
        );
    }

    #[test]
    fn conditions_that_only_seem_to_limit_fail() {
        for condition in [
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:execute-api:eu-central-1:*:api/*"}}"#,
            r#"{"StringLike":{"aws:SourceAccount":"*"}}"#,
            r#"{"StringNotEquals":{"aws:SourceAccount":"444455556666"}}"#,
            r#"{"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}"#,
            r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#,
            r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#,
            r#"{"StringLike":{"lambda:EventSourceToken":"*"}}"#,
        ] {
            let finding = under("apigateway.amazonaws.com", condition);
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
        }
    }

    #[test]
    fn a_skill_s_token_limits_and_is_not_repeated() {
        let token = r#"{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.x"}}"#;
        let finding = under("alexa-appkit.amazon.com", token);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(!format!("{finding:?}").contains("ask.skill"));
        assert_eq!(
            under("alexa-appkit.amazon.com", "{}").outcome,
            Outcome::Fail
        );
    }

    #[test]
    fn statements_are_read_together_and_a_deny_takes_back() {
        let open = service(S3, "{}");
        let limited = service(
            S3,
            r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
        );
        assert_eq!(judged(&[&open, &limited]).outcome, Outcome::Fail);
        let others = r#"{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}"#;
        let deny = statement(
            "Deny",
            r#"{"Service":"s3.amazonaws.com"}"#,
            "lambda:*",
            others,
        );
        assert_eq!(judged(&[&open, &deny]).outcome, Outcome::Pass);
        let elsewhere = statement(
            "Deny",
            r#"{"Service":"sns.amazonaws.com"}"#,
            "lambda:*",
            "{}",
        );
        assert_eq!(judged(&[&open, &elsewhere]).outcome, Outcome::Fail);
    }

    #[test]
    fn an_alias_counts() {
        let mut function = claims(Observed::Absent);
        function.aliases = Observed::Known(vec![alias("live", policy(&[&service(S3, "{}")]))]);
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert!(finding.message.contains("of alias live lets s3"));
    }

    #[test]
    fn without_a_service_the_question_does_not_arise() {
        assert_eq!(judged(&[]).outcome, Outcome::NotApplicable);
        let account = allow(r#"{"AWS":"444455556666"}"#, INVOKE, "{}");
        assert_eq!(judged(&[&account]).outcome, Outcome::NotApplicable);
        assert_eq!(
            judged(&[&allow(r#""*""#, INVOKE, "{}")]).outcome,
            Outcome::NotApplicable
        );
    }

    #[test]
    fn a_denied_policy_is_not_assessed() {
        let function = claims(fixtures::denied("lambda:GetPolicy"));
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:GetPolicy");
    }
}
