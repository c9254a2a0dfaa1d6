//! Functions that may run as long as Lambda lets any function run, or longer than the user allows.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::{each_function, failed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

/// The longest timeout that Lambda accepts.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAXIMUM_SECONDS: i64 = 900;

pub(crate) static CHECK: Check = Check {
    id: "lambda-maximum-timeout",
    title: "function timeout at the maximum",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LA16"],
    needs: &["lambda:ListFunctions"],
    controls: &[Control::Baseline("AVL-5")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("maximum_timeout.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let limit = view.settings().thresholds.lambda_maximum_timeout;
    each_function(view, out, |_, function| {
        decide(function, limit.seconds.get())
    });
}

/// Fails from `limit` seconds on.
fn decide(function: &Function, limit: i64) -> Result<Verdict, Unknown> {
    let seconds = function
        .configuration
        .timeout_seconds
        .ok_or_else(|| failed("lambda:ListFunctions", "the answer has no Timeout"))?;
    let said = format!("the timeout is {seconds} s");
    let verdict = if seconds >= MAXIMUM_SECONDS {
        Verdict::fail(format!("{said}, the longest that Lambda allows"))
    } else if seconds >= limit {
        Verdict::fail(format!("{said}; the settings allow less than {limit} s"))
    } else {
        Verdict::pass(said)
    };
    let evidence = function
        .sources
        .evidence("lambda:ListFunctions", "/Timeout");
    Ok(verdict
        .detail("timeout_seconds", seconds)
        .evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one, run_with};
    use crate::{Bounded, Settings};

    fn judged(timeout: Option<i64>) -> Finding {
        judged_by(timeout, &Settings::default())
    }

    fn judged_by(timeout: Option<i64>, settings: &Settings) -> Finding {
        let mut function = fixtures::function("claims");
        function.configuration.timeout_seconds = timeout;
        run_with(&CHECK, &fixtures::with_functions(vec![function]), settings).remove(0)
    }

    #[test]
    fn the_users_limit_holds_below_lambdas() {
        let mut settings = Settings::default();
        settings.thresholds.lambda_maximum_timeout.seconds = Bounded::of(60);
        let finding = judged_by(Some(60), &settings);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("less than 60 s"));
        assert_eq!(judged_by(Some(59), &settings).outcome, Outcome::Pass);
    }

    #[test]
    fn the_maximum_fails() {
        let finding = judged(Some(900));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("timeout_seconds"), 900);
    }

    #[test]
    fn a_second_less_passes() {
        assert_eq!(judged(Some(899)).outcome, Outcome::Pass);
    }

    #[test]
    fn no_timeout_in_the_answer_is_not_assessed() {
        let finding = judged(None);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("no Timeout"));
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
