//! Functions that are switched off.

use tripod_model::lambda::{EventSourceMapping, Function};
use tripod_model::{Impact, RegionalAccount, Severity, Unknown};
use tripod_policy::services_allowed;

use crate::lambda::{details, each_function, urls};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-zero-concurrency",
    title: "function switched off by a reservation of 0",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::Medium,
    rows: &["LA02"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "lambda:GetPolicy",
        "lambda:ListFunctionUrlConfigs",
        "lambda:ListEventSourceMappings",
    ],
    controls: &[Control::Baseline("AVL-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("zero_concurrency.md"),
    run,
};

/// Where `lambda:GetFunction` gives the reservation; missing where there is none.
const MEMBER: &str = "/Concurrency/ReservedConcurrentExecutions";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |scope, function| decide(function, scope.region));
}

fn decide(function: &Function, region: &RegionalAccount) -> Result<Verdict, Unknown> {
    let evidence = |pointer| function.sources.evidence("lambda:GetFunction", pointer);
    let reserved = match details(function)?.reserved_concurrency {
        Some(0) => 0,
        Some(reserved) => {
            return Ok(
                Verdict::pass(format!("the reserved concurrency is {reserved}"))
                    .detail("reserved_concurrency", reserved)
                    .evidence(evidence(MEMBER)),
            );
        }
        None => {
            return Ok(
                Verdict::pass("no concurrency is reserved, neither 0 nor any other number")
                    .evidence(evidence("")),
            );
        }
    };
    let verdict =
        Verdict::fail("the reserved concurrency is 0: Lambda throttles every call of the function")
            .detail("reserved_concurrency", reserved)
            .evidence(evidence(MEMBER));
    Ok(match callers(function, region) {
        Ok(callers) if callers.is_empty() => {
            verdict.lowered_to(Severity::Low, "nothing is set up to call it")
        }
        Ok(callers) => verdict
            .remark(&format!("still set up to call it: {}", callers.join(", ")))
            .detail("callers", callers),
        Err(_) => verdict.remark("whether anything is set up to call it is not known"),
    })
}

/// What calls the function as the account is set up: services that its policy lets in, its URLs, event
/// source mappings that are on.
fn callers(function: &Function, region: &RegionalAccount) -> Result<Vec<String>, Unknown> {
    let mut callers = Vec::new();
    if let Some(policy) = function.policy.found()? {
        callers.extend(services_allowed(&policies::read(
            policy,
            "lambda:GetPolicy",
        )?));
    }
    callers.extend(urls(function)?.iter().map(|url| url.url.clone()));
    let mappings = region.lambda.event_source_mappings.found()?;
    let own = mappings
        .into_iter()
        .flatten()
        .filter(|it| is_on(it, function));
    callers.extend(own.map(|mapping| {
        let source = mapping.event_source_arn.as_ref().map(ToString::to_string);
        source.unwrap_or_else(|| format!("event source mapping {}", mapping.uuid))
    }));
    Ok(callers)
}

/// Whether a mapping of this function, or of a version or alias of it, is on.
fn is_on(mapping: &EventSourceMapping, function: &Function) -> bool {
    let target = mapping.function_arn.as_ref().map(ToString::to_string);
    let rest = target
        .as_deref()
        .and_then(|arn| arn.strip_prefix(function.arn.as_str()));
    let is_own = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    is_own && mapping.state.as_deref() != Some("Disabled")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_model::lambda::{EventSourceMapping, Function};
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::{CLAIMS, HOST, allow, claims, policy, url};
    use crate::testing::{assert_denied, run_one};

    fn reserving(concurrency: Option<i64>, mut function: Function) -> Finding {
        function.details = function.details.map(|mut details| {
            details.reserved_concurrency = concurrency;
            details
        });
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    #[test]
    fn a_reservation_of_0_fails_and_any_other_or_none_passes() {
        let finding = reserving(Some(0), claims(Observed::Absent));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert_eq!(finding.details.get("reserved_concurrency"), 0);
        for concurrency in [Some(1), None] {
            let finding = reserving(concurrency, claims(Observed::Absent));
            assert_eq!(finding.outcome, Outcome::Pass, "{concurrency:?}");
        }
    }

    #[test]
    fn what_still_calls_it_is_named_and_keeps_the_severity() {
        let topic = allow(
            r#"{"Service":"sns.amazonaws.com"}"#,
            "lambda:InvokeFunction",
            "{}",
        );
        let mut function = claims(policy(&[&topic]));
        function.urls = Observed::Known(vec![url("", "NONE")]);
        let finding = reserving(Some(0), function);
        assert_eq!(finding.severity, Severity::Medium);
        let callers = json!(["sns.amazonaws.com", format!("https://{HOST}/")]);
        assert_eq!(finding.details.get("callers"), callers);
    }

    /// A mapping, as the snapshot writes it.
    fn mapping(function: &str, state: &str) -> EventSourceMapping {
        serde_json::from_value(json!({
            "uuid": "u1", "function_arn": function, "state": state,
            "event_source_arn": "arn:aws:sqs:eu-central-1:111122223333:inbox",
            "self_managed_endpoints": {}, "topics": [], "queues": [], "source_access_types": [],
            "function_response_types": [], "metrics": [], "sources": fixtures::sources(&[]), "stream": {},
        }))
        .expect("a mapping")
    }

    #[test]
    fn event_sources_count_while_they_are_on_for_the_function_itself_or_a_qualifier() {
        let other = format!("{CLAIMS}-two");
        let qualified = format!("{CLAIMS}:live");
        for (target, state, wanted) in [
            (CLAIMS, "Enabled", Severity::Medium),
            (qualified.as_str(), "Enabled", Severity::Medium),
            (CLAIMS, "Disabled", Severity::Low),
            (other.as_str(), "Enabled", Severity::Low),
        ] {
            let mut function = claims(Observed::Absent);
            function.details = function.details.map(|mut details| {
                details.reserved_concurrency = Some(0);
                details
            });
            let snapshot = fixtures::with_region(|region| {
                region.lambda.functions = Observed::Known(vec![function]);
                region.lambda.event_source_mappings = Observed::Known(vec![mapping(target, state)]);
            });
            let finding = run_one(&CHECK, &snapshot);
            assert_eq!(finding.severity, wanted, "{target} {state}");
        }
    }

    #[test]
    fn callers_that_are_not_known_lower_nothing() {
        let function = claims(fixtures::denied("lambda:GetPolicy"));
        let finding = reserving(Some(0), function);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.ends_with("is not known"));
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let mut function = claims(Observed::Absent);
        function.details = fixtures::denied("lambda:GetFunction");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:GetFunction");
    }
}
