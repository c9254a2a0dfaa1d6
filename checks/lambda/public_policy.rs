//! Resource policies that let everyone invoke a function.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::exposure_of;

use crate::lambda::each_function;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-public-policy",
    title: "function that everyone may invoke",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX01"],
    needs: &["lambda:ListFunctions", "lambda:GetPolicy"],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-6"),
        Control::Fsbp("Lambda.1"),
        Control::CisAws("2.21"),
        Control::Nist80053("AC-3"),
        Control::Nist80053("AC-3(7)"),
        Control::Nist80053("AC-4"),
        Control::Nist80053("AC-4(21)"),
        Control::Nist80053("AC-6"),
        Control::Nist80053("AC-21"),
        Control::Nist80053("SC-7"),
        Control::Nist80053("SC-7(3)"),
        Control::Nist80053("SC-7(4)"),
        Control::Nist80053("SC-7(9)"),
        Control::Nist80053("SC-7(11)"),
        Control::Nist80053("SC-7(16)"),
        Control::Nist80053("SC-7(20)"),
        Control::Nist80053("SC-7(21)"),
        Control::PciDss("7.2.1"),
        Control::Soc2("CC6.1"),
        Control::Soc2("CC6.2"),
        Control::Soc2("CC6.6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_policy.md"),
    run,
};

/// Either runs the function: directly, or through its URL.
const INVOKE: [&str; 2] = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let evidence = |pointer| function.sources.evidence("lambda:GetPolicy", pointer);
    let Some(document) = function.policy.found()? else {
        let verdict = Verdict::pass("the function has no resource policy");
        return Ok(verdict.evidence(evidence("")));
    };
    let policy = policies::read(document, "lambda:GetPolicy")?;
    let exposure = exposure_of(function.arn.as_str(), &policy, &INVOKE);
    Ok(policies::judge(&exposure, "invoke the function").evidence(evidence("/Policy")))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn with_policy(policy: Observed<PolicyDocument>) -> Finding {
        let mut function = fixtures::function("claims");
        function.policy = policy;
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn allowing(principal: &str, action: &str, condition: &str) -> Finding {
        let document = fixtures::allow(principal, action, "*", condition);
        with_policy(Observed::Known(document))
    }

    const EVERYONE: &str = r#""*""#;
    const INVOKE: &str = "lambda:InvokeFunction";

    #[test]
    fn everyone_without_a_condition_fails_and_the_statement_is_named() {
        let finding = allowing(EVERYONE, INVOKE, "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(
            finding.message,
            "statement 's0' lets everyone invoke the function"
        );
        assert_eq!(finding.details.get("reach"), "everyone");
        assert_eq!(finding.evidence[0].pointer, "/Policy");
    }

    #[test]
    fn broader_actions_fail_too() {
        for action in ["*", "lambda:*", "lambda:Invoke*", "LAMBDA:INVOKEFUNCTION"] {
            let finding = allowing(r#"{"AWS":"*"}"#, action, "{}");
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
        }
    }

    #[test]
    fn everyone_through_an_open_url_fails() {
        let condition = r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}"#;
        let finding = allowing(EVERYONE, "lambda:InvokeFunctionUrl", condition);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("statement 's0' lets everyone invoke")
        );
    }

    #[test]
    fn every_aws_account_through_a_url_fails() {
        let condition = r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"#;
        let finding = allowing(EVERYONE, "lambda:InvokeFunctionUrl", condition);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("everyone with an AWS account"));
    }

    #[test]
    fn a_condition_that_limits_nobody_is_named() {
        let condition = r#"{"StringLike":{"aws:SourceAccount":"*"}}"#;
        let finding = allowing(EVERYONE, INVOKE, condition);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .ends_with("; the condition StringLike aws:SourceAccount * leaves open who calls")
        );
    }

    #[test]
    fn a_condition_that_fixes_the_caller_passes() {
        let condition = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#;
        assert_eq!(allowing(EVERYONE, INVOKE, condition).outcome, Outcome::Pass);
        let token = r#"{"StringEquals":{"lambda:EventSourceToken":"hunter2"}}"#;
        let finding = allowing(EVERYONE, INVOKE, token);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(!format!("{finding:?}").contains("hunter2"));
    }

    #[test]
    fn services_accounts_and_other_actions_pass() {
        let service = r#"{"Service":"apigateway.amazonaws.com"}"#;
        assert_eq!(allowing(service, INVOKE, "{}").outcome, Outcome::Pass);
        let account = r#"{"AWS":"arn:aws:iam::444455556666:root"}"#;
        assert_eq!(allowing(account, "*", "{}").outcome, Outcome::Pass);
        let read = allowing(EVERYONE, "lambda:GetFunction", "{}");
        assert_eq!(read.outcome, Outcome::Pass);
    }

    #[test]
    fn a_deny_for_everyone_makes_up_for_an_allow() {
        let document = PolicyDocument(
            r#"{"Statement":[
                {"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"*"},
                {"Effect":"Deny","Principal":"*","Action":"lambda:*",
                 "Resource":"arn:aws:lambda:eu-central-1:111122223333:function:claims"}]}"#
                .to_owned(),
        );
        let finding = with_policy(Observed::Known(document));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn without_a_policy_nobody_else_can_invoke() {
        assert_eq!(with_policy(Observed::Absent).outcome, Outcome::Pass);
        let empty = PolicyDocument("{}".to_owned());
        assert_eq!(with_policy(Observed::Known(empty)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed_and_spoils_no_other_function() {
        let mut broken = fixtures::function("broken");
        broken.policy = Observed::Known(PolicyDocument("{\"Statement\": [".to_owned()));
        let mut open = fixtures::function("open");
        open.policy = Observed::Known(fixtures::allow(EVERYONE, INVOKE, "*", "{}"));
        let findings = run(&CHECK, &fixtures::with_functions(vec![broken, open]));
        assert_eq!(findings[0].outcome, Outcome::NotAssessed);
        assert!(findings[0].message.contains("line 1 column"));
        assert_eq!(findings[1].outcome, Outcome::Fail);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let finding = with_policy(fixtures::denied("lambda:GetPolicy"));
        assert_denied(&finding, "lambda:GetPolicy");
    }

    #[test]
    fn an_unreadable_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
