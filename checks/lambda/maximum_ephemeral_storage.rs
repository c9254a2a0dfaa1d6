//! Functions whose `/tmp` is as large as Lambda lets any be.

use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::{each_function, failed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

/// The largest `/tmp` that Lambda gives, in MiB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAXIMUM_MIB: i64 = 10_240;

pub(crate) static CHECK: Check = Check {
    id: "lambda-maximum-ephemeral-storage",
    title: "ephemeral storage of a function at the maximum",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LA19"],
    needs: &["lambda:ListFunctions"],
    controls: &[Control::Baseline("AVL-1")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("maximum_ephemeral_storage.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |_, function| decide(function));
}

fn decide(function: &Function) -> Result<Verdict, Unknown> {
    let mib = function
        .configuration
        .ephemeral_storage_mib
        .ok_or_else(|| failed("lambda:ListFunctions", "the answer has no EphemeralStorage"))?;
    let verdict = if mib >= MAXIMUM_MIB {
        Verdict::fail(format!(
            "the ephemeral storage is {mib} MiB, the most that Lambda gives"
        ))
    } else {
        Verdict::pass(format!("the ephemeral storage is {mib} MiB"))
    };
    let sources = &function.sources;
    Ok(verdict
        .detail("ephemeral_storage_mib", mib)
        .evidence(sources.evidence("lambda:ListFunctions", "/EphemeralStorage/Size")))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn of_size(mib: Option<i64>) -> Finding {
        let mut function = fixtures::function("claims");
        function.configuration.ephemeral_storage_mib = mib;
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    #[test]
    fn the_maximum_fails_with_the_figure_and_a_mebibyte_less_passes() {
        let finding = of_size(Some(10_240));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.details.get("ephemeral_storage_mib"), 10_240);
        for mib in [10_239, 512] {
            assert_eq!(of_size(Some(mib)).outcome, Outcome::Pass, "{mib}");
        }
    }

    #[test]
    fn a_size_that_is_not_said_or_a_denied_list_is_not_assessed() {
        assert_eq!(of_size(None).outcome, Outcome::NotAssessed);
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
