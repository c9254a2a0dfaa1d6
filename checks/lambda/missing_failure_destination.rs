//! Functions called asynchronously whose failed events vanish.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::services_allowed;

use crate::lambda::each_function;
use crate::policies;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-missing-failure-destination",
    title: "asynchronous function that loses failed events",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::Low,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LA07"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetPolicy",
        "lambda:ListFunctionEventInvokeConfigs",
    ],
    controls: &[
        Control::Baseline("AVL-6"),
        Control::Soc2("CC7.2"),
        Control::Soc2("CC7.3"),
        Control::Soc2("CC7.4"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_failure_destination.md"),
    run,
};

/// Services that hand Lambda an event and do not wait for the outcome, by what stands before
/// `.amazonaws.com` in their principal, region left out.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html>
const ASYNCHRONOUS: &[&str] = &[
    "cloudformation",
    "codecommit",
    "config",
    "events",
    "iot",
    "iotevents",
    "lambda.alarms.cloudwatch",
    "logs",
    "s3",
    "scheduler",
    "ses",
    "sns",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let sources = &function.sources;
    if let Some(target) = &function.configuration.dead_letter_target {
        return Ok(Verdict::pass(format!(
            "failed events go to the dead-letter target {target}"
        ))
        .detail("destination", target.as_str())
        .evidence(sources.evidence("lambda:ListFunctions", "/DeadLetterConfig/TargetArn")));
    }
    let callers = asynchronous_callers(function)?;
    let policy = sources.evidence("lambda:GetPolicy", "/Policy");
    if callers.is_empty() {
        return Ok(Verdict::not_applicable(
            "no asynchronous caller is visible in the resource policy",
        )
        .evidence(policy));
    }
    let configs = function.event_invoke_configs.found()?;
    let destination = configs
        .into_iter()
        .flatten()
        .find_map(|config| config.on_failure.as_ref());
    Ok(match destination {
        Some(arn) => Verdict::pass(format!("failed events go to {arn}"))
            .detail("destination", arn.as_str()),
        None => Verdict::fail(format!(
            "{} calls the function asynchronously, and events that fail go nowhere: there is neither a \
             dead-letter target nor an on-failure destination",
            callers.join(", ")
        )),
    }
    .detail("callers", callers)
    .evidence(policy)
    .evidence(sources.evidence("lambda:ListFunctionEventInvokeConfigs", "")))
}

/// Services the resource policy lets in that call asynchronously, sorted.
fn asynchronous_callers(function: &Function) -> Result<Vec<String>, Unknown> {
    let Some(policy) = function.policy.found()? else {
        return Ok(Vec::new());
    };
    let policy = policies::read(policy, "lambda:GetPolicy")?;
    let mut callers = services_allowed(&policy);
    callers.retain(|principal| is_asynchronous(principal));
    Ok(callers)
}

fn is_asynchronous(principal: &str) -> bool {
    let principal = principal.to_lowercase();
    let Some((service, _)) = principal.split_once(".amazonaws.com") else {
        return false;
    };
    let named = |service| ASYNCHRONOUS.contains(&service);
    // Some services carry the region: logs.eu-central-1.amazonaws.com.
    let without_region = service.rsplit_once('.').map(|(service, _)| service);
    named(service) || without_region.is_some_and(named)
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::{EventInvokeConfig, Function};
    use tripod_model::{Arn, Finding, Observed, Outcome, PolicyDocument, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    const CONFIGS: &str = "lambda:ListFunctionEventInvokeConfigs";
    const QUEUE: &str = "arn:aws:sqs:eu-central-1:111122223333:failed";

    fn called_by(service: &str) -> Function {
        let mut function = fixtures::function("claims");
        function.policy = Observed::Known(fixtures::allow(
            &format!(r#"{{"Service":"{service}"}}"#),
            "lambda:InvokeFunction",
            "*",
            "{}",
        ));
        function.event_invoke_configs = Observed::Known(vec![]);
        function
    }

    fn config(qualifier: &str, on_failure: Option<&str>) -> EventInvokeConfig {
        let arn = fixtures::function("claims").arn;
        EventInvokeConfig {
            function_arn: Arn::new(format!("{arn}:{qualifier}")),
            on_success: None,
            on_failure: on_failure.map(Arn::new),
            maximum_retry_attempts: Some(1),
            maximum_event_age_seconds: None,
        }
    }

    fn judged(function: Function) -> Finding {
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    #[test]
    fn an_asynchronous_caller_without_a_destination_fails_and_is_named() {
        let finding = judged(called_by("s3.amazonaws.com"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("s3.amazonaws.com calls the function asynchronously")
        );
        assert_eq!(finding.details.get("callers")[0], "s3.amazonaws.com");
    }

    #[test]
    fn retry_settings_without_a_destination_fail() {
        let mut function = called_by("events.amazonaws.com");
        function.event_invoke_configs = Observed::Known(vec![config("$LATEST", None)]);
        assert_eq!(judged(function).outcome, Outcome::Fail);
        let mut function = called_by("events.amazonaws.com");
        function.event_invoke_configs = Observed::Absent;
        assert_eq!(judged(function).outcome, Outcome::Fail);
    }

    #[test]
    fn an_on_failure_destination_of_any_qualifier_passes() {
        let mut function = called_by("sns.amazonaws.com");
        function.event_invoke_configs =
            Observed::Known(vec![config("$LATEST", None), config("live", Some(QUEUE))]);
        let finding = judged(function);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("destination"), QUEUE);
    }

    #[test]
    fn a_dead_letter_target_passes_whatever_is_unknown() {
        let mut function = called_by("s3.amazonaws.com");
        function.configuration.dead_letter_target = Some(Arn::new(QUEUE));
        function.policy = fixtures::denied("lambda:GetPolicy");
        function.event_invoke_configs = Observed::NotCollected;
        assert_eq!(judged(function).outcome, Outcome::Pass);
    }

    #[test]
    fn without_an_asynchronous_caller_the_question_does_not_arise() {
        assert_eq!(
            judged(fixtures::function("claims")).outcome,
            Outcome::NotApplicable
        );
        for service in [
            "apigateway.amazonaws.com",
            "elasticloadbalancing.amazonaws.com",
            "s3.example.com",
        ] {
            let finding = judged(called_by(service));
            assert_eq!(finding.outcome, Outcome::NotApplicable, "{service}");
        }
    }

    #[test]
    fn services_are_known_with_region_partition_and_in_any_case() {
        for service in [
            "logs.eu-central-1.amazonaws.com",
            "logs.amazonaws.com",
            "events.amazonaws.com.cn",
            "logs.cn-north-1.amazonaws.com.cn",
            "lambda.alarms.cloudwatch.amazonaws.com",
            "SNS.amazonaws.com",
            "scheduler.amazonaws.com",
        ] {
            assert_eq!(
                judged(called_by(service)).outcome,
                Outcome::Fail,
                "{service}"
            );
        }
    }

    #[test]
    fn single_statements_and_lists_of_services_are_read_and_denials_are_not() {
        let with_policy = |text: &str| {
            let mut function = called_by("s3.amazonaws.com");
            function.policy = Observed::Known(PolicyDocument(text.to_owned()));
            judged(function).outcome
        };
        let single = r#"{"Statement":{"Effect":"Allow","Action":"lambda:*","Resource":"*","Principal":
            {"Service":["apigateway.amazonaws.com","ses.amazonaws.com"]}}}"#;
        assert_eq!(with_policy(single), Outcome::Fail);
        let denied =
            r#"{"Statement":[{"Effect":"Deny","Principal":{"Service":"s3.amazonaws.com"}}]}"#;
        assert_eq!(with_policy(denied), Outcome::NotApplicable);
        let account = r#"{"Statement":[{"Effect":"Allow","Principal":"*"},
            {"Effect":"Allow","Principal":{"AWS":"111122223333"}}]}"#;
        assert_eq!(with_policy(account), Outcome::NotApplicable);
    }

    #[test]
    fn denied_reads_are_not_assessed() {
        let mut function = called_by("s3.amazonaws.com");
        function.event_invoke_configs = fixtures::denied(CONFIGS);
        assert_denied(&judged(function), CONFIGS);

        let mut function = called_by("s3.amazonaws.com");
        function.policy = fixtures::denied("lambda:GetPolicy");
        assert_denied(&judged(function), "lambda:GetPolicy");
    }

    #[test]
    fn destinations_not_asked_for_or_a_policy_that_cannot_be_read_are_not_assessed() {
        let mut function = called_by("s3.amazonaws.com");
        function.event_invoke_configs = Observed::NotCollected;
        assert_eq!(judged(function).outcome, Outcome::NotAssessed);
        for text in ["{", "[1]"] {
            let mut function = called_by("s3.amazonaws.com");
            function.policy = Observed::Known(PolicyDocument(text.to_owned()));
            assert_eq!(judged(function).outcome, Outcome::NotAssessed, "{text}");
        }
    }
}
