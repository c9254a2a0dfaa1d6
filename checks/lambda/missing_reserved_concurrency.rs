//! Functions without a share of the account's concurrency of their own.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::{details, each_function};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-missing-reserved-concurrency",
    title: "function without reserved concurrency",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LA01"],
    needs: &["lambda:ListFunctions", "lambda:GetFunction"],
    controls: &[Control::Baseline("AVL-2"), Control::Soc2("CC7.2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_reserved_concurrency.md"),
    run,
};

/// Where `lambda:GetFunction` gives the reservation; missing where there is none.
const MEMBER: &str = "/Concurrency/ReservedConcurrentExecutions";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let evidence = |pointer| function.sources.evidence("lambda:GetFunction", pointer);
    Ok(match details(function)?.reserved_concurrency {
        None => Verdict::fail(
            "no concurrency is reserved: the function draws on the pool of the region, and can drain it",
        )
        // The member is missing, which only the whole answer shows.
        .evidence(evidence("")),
        Some(0) => Verdict::pass("the function is switched off: its reserved concurrency is 0")
            .detail("reserved_concurrency", 0)
            .evidence(evidence(MEMBER)),
        Some(reserved) => Verdict::pass(format!("the reserved concurrency is {reserved}"))
            .detail("reserved_concurrency", reserved)
            .evidence(evidence(MEMBER)),
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::lambda::FunctionDetails;
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn judged(
        change: impl FnOnce(Observed<FunctionDetails>) -> Observed<FunctionDetails>,
    ) -> Finding {
        let mut function = fixtures::function("claims");
        function.details = change(function.details);
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn reserving(concurrency: Option<i64>) -> Finding {
        judged(|details| {
            details.map(|mut details| {
                details.reserved_concurrency = concurrency;
                details
            })
        })
    }

    #[test]
    fn a_function_without_a_reservation_fails() {
        assert_eq!(reserving(None).outcome, Outcome::Fail);
    }

    #[test]
    fn a_reservation_passes_and_none_at_all_is_called_switched_off() {
        let finding = reserving(Some(25));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("reserved_concurrency"), 25);
        let finding = reserving(Some(0));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("switched off"));
    }

    #[test]
    fn a_denied_read_or_a_function_gone_is_not_assessed() {
        let finding = judged(|_| fixtures::denied("lambda:GetFunction"));
        assert_denied(&finding, "lambda:GetFunction");
        assert_eq!(judged(|_| Observed::Absent).outcome, Outcome::NotAssessed);
    }
}
