//! Function URLs that ask for credentials and take anybody's.

use tripod_model::lambda::{Function, FunctionUrl};
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Access, Who};

use crate::lambda::doors::{Door, Doors, HALF_A_GRANT};
use crate::lambda::held::Fault;
use crate::lambda::outsiders::Trust;
use crate::lambda::{each_function, urls};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-open-iam-url",
    title: "function URL with IAM authentication that is open to strangers",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX09"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListFunctionUrlConfigs",
        "lambda:ListAliases",
        "lambda:GetPolicy",
    ],
    controls: &[
        Control::Baseline("IAM-1"),
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("open_iam_url.md"),
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
    let signed = |url: &&FunctionUrl| url.auth_type == "AWS_IAM";
    let mut signed = urls(function)?.iter().filter(signed).peekable();
    if signed.peek().is_none() {
        return Ok(Verdict::not_applicable(
            "the function has no URL with IAM authentication",
        ));
    }
    Doors::of(function, signed).judge(
        |door| strangers(door, trust),
        || Verdict::pass("every URL with IAM authentication takes known callers only"),
    )
}

fn strangers(door: &Door<'_>, trust: &Trust<'_>) -> Vec<Fault> {
    if let Some((access, everyone)) = door.public() {
        return vec![fault(door, &access, everyone, everyone)];
    }
    let mut faults = Vec::new();
    for access in door.users() {
        // For whom services act is decided for the policy as a whole.
        if matches!(access.who, Who::Service { .. }) {
            continue;
        }
        for outsider in trust.outsiders(&access.who) {
            let whom = format!("{}, with {outsider} not trusted,", access.who);
            let fault = fault(door, &access, &whom, &outsider.to_string());
            let reason = "they need credentials of that account or organisation";
            faults.push(fault.lowered_to(Severity::Medium, reason));
        }
    }
    faults
}

fn fault(door: &Door<'_>, access: &Access, whom: &str, name: &str) -> Fault {
    let lets = door.held.sentence(&access.statements, "lets", "let");
    let message = format!("{lets} {whom} use {}", door.url.url);
    let fault = Fault::of(&door.held, name, message);
    if door.lets_run(&access.who) {
        return fault;
    }
    fault.lowered_to(Severity::Low, HALF_A_GRANT)
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::Function;
    use tripod_model::{AccountId, Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::lambda::testing::{alias, allow, claims, policy, statement, url};
    use crate::testing::{assert_denied, run_one, run_with};

    const EVERYONE: &str = r#""*""#;
    const PARTNER: &str = r#"{"AWS":"444455556666"}"#;
    const USE: &str = "lambda:InvokeFunctionUrl";
    const RUN: &str = "lambda:InvokeFunction";
    const SIGNED: &str = r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"#;
    const VIA_URL: &str = r#"{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"#;

    fn with_url(policy: Observed<PolicyDocument>) -> Function {
        let mut function = claims(policy);
        function.urls = Observed::Known(vec![url("", "AWS_IAM")]);
        function
    }

    fn judged(statements: &[&str]) -> Finding {
        let function = with_url(policy(statements));
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    #[test]
    fn everybody_s_credentials_fail() {
        let finding = judged(&[
            &allow(EVERYONE, USE, SIGNED),
            &allow(EVERYONE, RUN, VIA_URL),
        ]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 's0' of the function lets everyone with an AWS account \
             use https://abc.lambda-url.eu-central-1.on.aws/"
        );
    }

    #[test]
    fn half_a_grant_weighs_less() {
        let finding = judged(&[&allow(EVERYONE, USE, SIGNED)]);
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        let both = allow(EVERYONE, "lambda:Invoke*", "{}");
        assert_eq!(judged(&[&both]).severity, Severity::High);
    }

    #[test]
    fn an_account_or_an_organisation_that_is_not_trusted_fails_less_than_everybody() {
        let both = |principal: &str, condition: &str| allow(principal, "lambda:*", condition);
        let organization = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#;
        for statement in [both(PARTNER, "{}"), both(EVERYONE, organization)] {
            let finding = judged(&[&statement]);
            assert_eq!(finding.outcome, Outcome::Fail, "{statement}");
            assert_eq!(finding.severity, Severity::Medium, "{statement}");
            let settings = Settings {
                trusted_accounts: [AccountId::new("444455556666")].into(),
                trusted_organizations: ["o-a1".to_owned()].into(),
                ..Settings::default()
            };
            let function = with_url(policy(&[&statement]));
            let snapshot = fixtures::with_functions(vec![function]);
            let outcome = run_with(&CHECK, &snapshot, &settings)[0].outcome;
            assert_eq!(outcome, Outcome::Pass, "{statement}");
        }
    }

    #[test]
    fn statements_for_another_kind_of_url_for_direct_calls_or_denied_do_not_open_it() {
        let unsigned = r#"{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}"#;
        assert_eq!(
            judged(&[&allow(EVERYONE, USE, unsigned)]).outcome,
            Outcome::Pass
        );
        assert_eq!(
            judged(&[&allow(EVERYONE, RUN, "{}")]).outcome,
            Outcome::Pass
        );
        let deny = statement("Deny", EVERYONE, USE, SIGNED);
        assert_eq!(
            judged(&[&allow(EVERYONE, "*", "{}"), &deny]).outcome,
            Outcome::Pass
        );
        let other = statement("Deny", EVERYONE, USE, unsigned);
        assert_eq!(
            judged(&[&allow(EVERYONE, "*", "{}"), &other]).outcome,
            Outcome::Fail
        );
    }

    #[test]
    fn own_roles_and_cloudfront_pass() {
        let own = allow(
            r#"{"AWS":"arn:aws:iam::111122223333:role/app"}"#,
            "lambda:*",
            "{}",
        );
        let source =
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E1"}}"#;
        let front = allow(
            r#"{"Service":"cloudfront.amazonaws.com"}"#,
            "lambda:*",
            source,
        );
        assert_eq!(judged(&[&own, &front]).outcome, Outcome::Pass);
    }

    #[test]
    fn the_policy_is_that_of_the_alias_with_the_url() {
        let mut function = claims(policy(&[&allow(EVERYONE, "lambda:*", "{}")]));
        function.urls = Observed::Known(vec![url(":live", "AWS_IAM")]);
        let judged = |function: &Function| {
            run_one(&CHECK, &fixtures::with_functions(vec![function.clone()]))
        };
        function.aliases = Observed::Known(vec![alias("live", Observed::Absent)]);
        assert_eq!(judged(&function).outcome, Outcome::Pass);
        let open = policy(&[&allow(EVERYONE, "lambda:*", "{}")]);
        function.aliases = Observed::Known(vec![alias("live", open)]);
        assert!(judged(&function).message.contains("of alias live lets"));
        function.aliases = fixtures::denied("lambda:ListAliases");
        assert_denied(&judged(&function), "lambda:ListAliases");
        function.aliases = Observed::Known(vec![]);
        assert_eq!(judged(&function).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn without_such_a_url_the_question_does_not_arise() {
        let mut function = claims(Observed::Absent);
        function.urls = Observed::Known(vec![url("", "NONE")]);
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_denied_policy_and_denied_urls_are_not_assessed() {
        let mut function = with_url(fixtures::denied("lambda:GetPolicy"));
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function.clone()]));
        assert_denied(&finding, "lambda:GetPolicy");
        function.urls = fixtures::denied("lambda:ListFunctionUrlConfigs");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:ListFunctionUrlConfigs");
    }
}
