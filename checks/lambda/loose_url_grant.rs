//! Permissions for function URLs that are not bound to the URL, or that are only half of what it takes.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Access, Who};

use crate::lambda::doors::{Door, Doors, HALF_A_GRANT};
use crate::lambda::held::Fault;
use crate::lambda::{each_function, urls};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-loose-url-grant",
    title: "permission for a function URL that is not bound to the URL",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX10"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListFunctionUrlConfigs",
        "lambda:ListAliases",
        "lambda:GetPolicy",
    ],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("loose_url_grant.md"),
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
    let doors = Doors::of(function, urls);
    doors.judge(faults, || {
        let nobody = |door: &Door<'_>| door.users().is_empty();
        if doors.doors.iter().all(nobody) {
            return Verdict::not_applicable("no policy lets anyone use a URL of the function");
        }
        Verdict::pass("whoever the policies let use a URL may run the function by the URL only")
    })
}

fn faults(door: &Door<'_>) -> Vec<Fault> {
    let users = door.users();
    users
        .iter()
        .filter_map(|access| fault(door, access))
        .collect()
}

fn fault(door: &Door<'_>, access: &Access) -> Option<Fault> {
    let url = &door.url.url;
    let lets = door.held.sentence(&access.statements, "lets", "let");
    let who = if access.who == Who::Everyone && !door.is_unsigned() {
        "everyone with an AWS account".to_owned()
    } else {
        access.who.to_string()
    };
    // Services that call URLs do nothing else.
    let is_service = matches!(access.who, Who::Service { .. });
    if !is_service && door.lets_run_directly(&access.who) {
        let message = format!("{lets} {who} use {url}, and they may run the function without it");
        return Some(Fault::of(&door.held, who, message));
    }
    if door.lets_run(&access.who) {
        return None;
    }
    let message = format!("{lets} {who} use {url}");
    Some(Fault::of(&door.held, who, message).lowered_to(Severity::Low, HALF_A_GRANT))
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::{alias, allow, claims, policy, statement, url};
    use crate::testing::{assert_denied, run_one};

    const EVERYONE: &str = r#""*""#;
    const PARTNER: &str = r#"{"AWS":"444455556666"}"#;
    const USE: &str = "lambda:InvokeFunctionUrl";
    const RUN: &str = "lambda:InvokeFunction";
    const UNSIGNED: &str = r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}"#;
    const VIA_URL: &str = r#"{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"#;

    fn with_url(auth_type: &str, policy: Observed<PolicyDocument>) -> Function {
        let mut function = claims(policy);
        function.urls = Observed::Known(vec![url("", auth_type)]);
        function
    }

    fn judged(auth_type: &str, statements: &[&str]) -> Finding {
        let function = with_url(auth_type, policy(statements));
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    /// AWS's own statements for a public URL.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html#urls-auth-none>
    #[test]
    fn both_actions_bound_to_the_url_pass() {
        let statements = [
            allow(EVERYONE, USE, UNSIGNED),
            allow(EVERYONE, RUN, VIA_URL),
        ];
        let finding = judged("NONE", &[&statements[0], &statements[1]]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn whoever_may_run_the_function_directly_as_well_fails() {
        let statements = [allow(EVERYONE, USE, UNSIGNED), allow(EVERYONE, RUN, "{}")];
        let finding = judged("NONE", &[&statements[0], &statements[1]]);
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
        assert_eq!(
            finding.message,
            "statement 's0' of the function lets everyone use https://abc.lambda-url.eu-central-1.on.aws/, \
             and they may run the function without it"
        );
        let role = r#"{"AWS":"arn:aws:iam::444455556666:role/pay"}"#;
        let statements = [allow(role, USE, "{}"), allow(PARTNER, RUN, "{}")];
        let finding = judged("AWS_IAM", &[&statements[0], &statements[1]]);
        assert!(
            finding.message.contains("role/pay use"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_condition_that_holds_without_the_url_binds_nothing() {
        let optional = r#"{"BoolIfExists":{"lambda:InvokedViaFunctionUrl":"true"}}"#;
        for (condition, outcome) in [(optional, Outcome::Fail), (VIA_URL, Outcome::Pass)] {
            let statements = [allow(PARTNER, USE, "{}"), allow(PARTNER, RUN, condition)];
            let finding = judged("AWS_IAM", &[&statements[0], &statements[1]]);
            assert_eq!(finding.outcome, outcome, "{condition}");
        }
    }

    #[test]
    fn the_old_action_alone_fails_a_little() {
        let finding = judged("NONE", &[&allow(EVERYONE, USE, UNSIGNED)]);
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        assert!(finding.message.contains("not given lambda:InvokeFunction"));
    }

    #[test]
    fn one_grant_of_everything_is_a_direct_one() {
        for action in ["lambda:Invoke*", "lambda:*", "*"] {
            let finding = judged("AWS_IAM", &[&allow(PARTNER, action, "{}")]);
            assert_eq!(finding.severity, Severity::Medium, "{action}");
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
        }
    }

    #[test]
    fn a_deny_of_direct_calls_binds_the_grant_to_the_url() {
        let direct = r#"{"BoolIfExists":{"lambda:InvokedViaFunctionUrl":"false"}}"#;
        let deny = statement("Deny", EVERYONE, RUN, direct);
        let finding = judged("AWS_IAM", &[&allow(PARTNER, "lambda:*", "{}"), &deny]);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_service_calls_by_the_url_only() {
        let source =
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E1"}}"#;
        let front = r#"{"Service":"cloudfront.amazonaws.com"}"#;
        let both = [allow(front, USE, source), allow(front, RUN, source)];
        assert_eq!(
            judged("AWS_IAM", &[&both[0], &both[1]]).outcome,
            Outcome::Pass
        );
        assert_eq!(judged("AWS_IAM", &[&both[0]]).severity, Severity::Low);
    }

    #[test]
    fn the_policy_is_that_of_the_alias_with_the_url() {
        let mut function = claims(policy(&[&allow(PARTNER, "*", "{}")]));
        function.urls = Observed::Known(vec![url(":live", "NONE")]);
        let old = policy(&[&allow(EVERYONE, USE, UNSIGNED)]);
        function.aliases = Observed::Known(vec![alias("live", old)]);
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert!(
            finding
                .message
                .starts_with("statement 's0' of alias live lets everyone use")
        );
    }

    #[test]
    fn without_a_url_or_a_grant_of_one_the_question_does_not_arise() {
        let direct = allow(PARTNER, RUN, "{}");
        assert_eq!(
            judged("AWS_IAM", &[&direct]).outcome,
            Outcome::NotApplicable
        );
        let other = allow(EVERYONE, USE, UNSIGNED);
        assert_eq!(judged("AWS_IAM", &[&other]).outcome, Outcome::NotApplicable);
        let without = claims(policy(&[&allow(EVERYONE, USE, "{}")]));
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![without]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn denied_policies_and_urls_are_not_assessed() {
        let mut function = with_url("NONE", fixtures::denied("lambda:GetPolicy"));
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function.clone()]));
        assert_denied(&finding, "lambda:GetPolicy");
        function.urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:ListFunctionUrlConfigs");
    }
}
