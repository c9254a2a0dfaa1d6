//! Function URLs that ask nobody who they are.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::{each_function, urls};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-public-url",
    title: "function URL reachable without authentication",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX07"],
    needs: &["lambda:ListFunctions", "lambda:ListFunctionUrlConfigs"],
    controls: &[
        Control::Baseline("IAM-1"),
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_url.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let urls = urls(function)?;
    if urls.is_empty() {
        return Ok(Verdict::not_applicable("the function has no URL"));
    }
    let open: Vec<&str> = urls
        .iter()
        .filter(|url| url.auth_type != "AWS_IAM")
        .map(|url| url.url.as_str())
        .collect();
    let evidence = function
        .sources
        .evidence("lambda:ListFunctionUrlConfigs", "/FunctionUrlConfigs");
    Ok(if open.is_empty() {
        Verdict::pass("every URL of the function asks for IAM authentication")
    } else {
        Verdict::fail(format!("{} has authentication type NONE", open.join(", ")))
            .detail("urls", open)
    }
    .evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::{Function, FunctionUrl};
    use tripod_model::{Observed, Outcome, Sources, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn with_url(auth_type: &str) -> Function {
        let mut function = fixtures::function("claims");
        function.urls = Observed::Known(vec![FunctionUrl {
            function_arn: function.arn.clone(),
            url: "https://abc.lambda-url.eu-central-1.on.aws/".to_owned(),
            auth_type: auth_type.to_owned(),
            invoke_mode: None,
            cors: None,
            sources: Sources::default(),
        }]);
        function
    }

    #[test]
    fn a_url_without_authentication_fails_and_is_named() {
        let snapshot = fixtures::with_functions(vec![with_url("NONE")]);
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("abc.lambda-url"));
    }

    #[test]
    fn a_url_with_iam_authentication_passes() {
        let snapshot = fixtures::with_functions(vec![with_url("AWS_IAM")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Pass);
    }

    #[test]
    fn without_a_url_the_question_does_not_arise() {
        let snapshot = fixtures::with_functions(vec![fixtures::function("claims")]);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let mut function = fixtures::function("claims");
        function.urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:ListFunctionUrlConfigs");
    }
}
