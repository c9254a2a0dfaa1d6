//! Policies of versions and aliases that let everyone invoke them.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Reach, exposure_of};

use crate::lambda::each_function;
use crate::lambda::held::{Fault, Held, INVOKE, Policies};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-public-qualified-policy",
    title: "version or alias that everyone may invoke",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LX02"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:ListAliases",
        "lambda:GetPolicy",
    ],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-6"),
        Control::CisAws("2.21"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_qualified_policy.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    Policies::of_qualifiers(function).judge(
        |held| open(held).into_iter().collect(),
        || in_order(function),
    )
}

fn open(held: &Held<'_>) -> Option<Fault> {
    let exposure = exposure_of(held.arn.as_str(), &held.policy, &INVOKE);
    let whom = match exposure.reach {
        Reach::Everyone => "everyone",
        Reach::EveryAwsPrincipal => "everyone with an AWS account",
        _ => return None,
    };
    let lets = held.sentence(&exposure.statements, "lets", "let");
    Some(Fault::of(
        held,
        held.arn.as_str(),
        format!("{lets} {whom} invoke it"),
    ))
}

fn in_order(function: &Function) -> Verdict {
    if function.versions.is_empty() && function.aliases.items().is_empty() {
        return Verdict::not_applicable("the function has neither versions nor aliases");
    }
    Verdict::pass("no policy of a version or an alias lets everyone invoke it")
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::Function;
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::{alias, version};
    use crate::testing::{assert_denied, run_one};

    const EVERYONE: &str = r#""*""#;
    const INVOKE: &str = "lambda:InvokeFunction";

    fn judged(change: impl FnOnce(&mut Function)) -> Finding {
        let mut function = fixtures::function("claims");
        change(&mut function);
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn open() -> Observed<PolicyDocument> {
        Observed::Known(fixtures::allow(EVERYONE, INVOKE, "*", "{}"))
    }

    #[test]
    fn an_open_version_fails_though_the_function_s_own_policy_is_closed() {
        let finding = judged(|function| function.versions = vec![version("3", open())]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(
            finding.message,
            "statement 's0' of version 3 lets everyone invoke it"
        );
        assert_eq!(finding.evidence[0].pointer, "/Policy");
    }

    #[test]
    fn every_open_qualifier_is_named() {
        let finding = judged(|function| {
            function.versions = vec![version("3", open())];
            function.aliases = Observed::Known(vec![alias("live", open())]);
        });
        assert_eq!(
            finding.message,
            "statement 's0' of version 3 lets everyone invoke it; \
             statement 's0' of alias live lets everyone invoke it"
        );
    }

    #[test]
    fn an_open_function_is_not_this_check_s_to_say() {
        let finding = judged(|function| {
            function.policy = open();
            function.versions = vec![version("3", Observed::Absent)];
        });
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn the_policy_of_an_alias_is_read_whole() {
        for (condition, deny, outcome) in [
            (
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
                "",
                Outcome::Pass,
            ),
            (
                r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#,
                "",
                Outcome::Fail,
            ),
            (
                "{}",
                r#",{"Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"*"}"#,
                Outcome::Pass,
            ),
            (
                "{}",
                r#",{"Effect":"Deny","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"*"}"#,
                Outcome::Fail,
            ),
        ] {
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"lambda:*",
                "Resource":"arn:aws:lambda:eu-central-1:111122223333:function:claims:live","Condition":{condition}}}{deny}]}}"#
            );
            let policy = Observed::Known(PolicyDocument(text));
            let finding =
                judged(|function| function.aliases = Observed::Known(vec![alias("live", policy)]));
            assert_eq!(finding.outcome, outcome, "{condition}{deny}");
        }
    }

    #[test]
    fn without_versions_and_aliases_the_question_does_not_arise() {
        assert_eq!(judged(|_| {}).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_is_open_fails_whatever_else_could_not_be_read() {
        let denied = || fixtures::denied("lambda:GetPolicy");
        let finding = judged(|function| function.versions = vec![version("3", denied())]);
        assert_denied(&finding, "lambda:GetPolicy");
        let finding = judged(|function| {
            function.versions = vec![version("3", denied()), version("4", open())];
            function.aliases = fixtures::denied("lambda:ListAliases");
        });
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn denied_aliases_and_policies_that_cannot_be_read_are_not_assessed() {
        let finding = judged(|function| {
            function.versions = vec![version("3", Observed::Absent)];
            function.aliases = fixtures::denied("lambda:ListAliases");
        });
        assert_denied(&finding, "lambda:ListAliases");
        let broken = Observed::Known(PolicyDocument("{".to_owned()));
        let finding = judged(|function| function.versions = vec![version("3", broken)]);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("cannot be read"));
    }
}
