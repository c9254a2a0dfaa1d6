//! Functions on a runtime that AWS no longer patches.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tripod_model::lambda::Function;
use tripod_model::{Impact, Severity, Unknown};

use crate::lambda::runtimes::{self, Runtime};
use crate::lambda::{each_function, failed, is_image};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-deprecated-runtime",
    title: "function on a deprecated runtime",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Medium,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LC04"],
    needs: &["lambda:ListFunctions"],
    controls: &[
        Control::Baseline("CODE-4"),
        Control::Fsbp("Lambda.2"),
        Control::Nist80053("CA-9(1)"),
        Control::Nist80053("CM-2"),
        Control::Nist80053("SI-2"),
        Control::Nist80053("SI-2(2)"),
        Control::Nist80053("SI-2(4)"),
        Control::Nist80053("SI-2(5)"),
        Control::PciDss("6.3.3"),
        Control::PciDss("12.3.4"),
        Control::OwaspServerless("S9"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("deprecated_runtime.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let today = view.run.observed.to_zoned(TimeZone::UTC).date();
    let notice = view.settings().thresholds.lambda_deprecated_runtime;
    // The last day on which a deprecation fails. Dates end with the year 9999, where adding stops.
    let last = today.saturating_add(notice.notice_days.get().days());
    each_function(view, out, |_, function| decide(function, today, last));
}

/// Fails where the runtime is deprecated on the day `last` or before.
fn decide(function: &Function, today: Date, last: Date) -> Result<Verdict, Unknown> {
    if is_image(function)? {
        return Ok(Verdict::not_applicable(
            "the function is a container image; its runtime is inside the image",
        ));
    }
    let runtime = look_up(function)?;
    let verdict = match runtime.deprecated {
        Some(deprecated) if deprecated <= last => {
            let tense = if deprecated <= today {
                "is deprecated since"
            } else {
                "will be deprecated on"
            };
            Verdict::fail(complaint(runtime, tense, deprecated))
        }
        Some(deprecated) => {
            Verdict::pass(format!("{} is supported until {deprecated}", runtime.id))
        }
        None => Verdict::pass(format!("no end of {} is scheduled", runtime.id)),
    };
    let evidence = function
        .sources
        .evidence("lambda:ListFunctions", "/Runtime");
    Ok(with_dates(verdict, runtime).evidence(evidence))
}

fn look_up(function: &Function) -> Result<&'static Runtime, Unknown> {
    const OPERATION: &str = "lambda:ListFunctions";
    let id = function
        .configuration
        .code
        .runtime
        .as_deref()
        .ok_or_else(|| failed(OPERATION, "the answer has no Runtime"))?;
    runtimes::find(id).ok_or_else(|| {
        let as_of = runtimes::AS_OF;
        failed(
            OPERATION,
            format!("runtime '{id}' is not in the table of {as_of}"),
        )
    })
}

fn complaint(runtime: &Runtime, tense: &str, deprecated: Date) -> String {
    let said = |part: Option<String>| part.unwrap_or_default();
    let create = runtime
        .block_create
        .map(|day| format!(", closed to new functions from {day}"));
    let update = runtime
        .block_update
        .map(|day| format!(", closed to updates from {day}"));
    let successor = runtime
        .successor
        .map(|id| format!("; its successor is {id}"));
    format!(
        "{} {tense} {deprecated}{}{}{}",
        runtime.id,
        said(create),
        said(update),
        said(successor)
    )
}

fn with_dates(verdict: Verdict, runtime: &Runtime) -> Verdict {
    let text = |day: Option<Date>| day.map(|day| day.to_string());
    verdict
        .detail("runtime", runtime.id)
        .detail("deprecated", text(runtime.deprecated))
        .detail("block_create", text(runtime.block_create))
        .detail("block_update", text(runtime.block_update))
        .detail("successor", runtime.successor)
        .detail("table_as_of", runtimes::AS_OF.to_string())
        .detail("table_source", runtimes::SOURCE)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tripod_model::{Finding, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one, run_with};
    use crate::{Bounded, Settings};

    fn on(runtime: &str, today: &str) -> Finding {
        on_with(runtime, today, &Settings::default())
    }

    fn on_with(runtime: &str, today: &str, settings: &Settings) -> Finding {
        let mut function = fixtures::function("claims");
        function.configuration.code.runtime = Some(runtime.to_owned());
        let mut snapshot = fixtures::with_functions(vec![function]);
        snapshot.run.observed = today.parse().expect("a time");
        run_with(&CHECK, &snapshot, settings).remove(0)
    }

    #[test]
    fn the_user_may_ask_for_notice() {
        let mut settings = Settings::default();
        settings.thresholds.lambda_deprecated_runtime.notice_days = Bounded::of(30);
        let early = on_with("nodejs22.x", "2027-03-30T23:59:59Z", &settings);
        assert_eq!(early.outcome, Outcome::Pass);
        let noticed = on_with("nodejs22.x", "2027-03-31T00:00:00Z", &settings);
        assert_eq!(noticed.outcome, Outcome::Fail);
        let said = "nodejs22.x will be deprecated on 2027-04-30";
        assert!(noticed.message.starts_with(said), "{}", noticed.message);
    }

    #[test]
    fn a_deprecated_runtime_fails_with_its_dates() {
        let finding = on("python3.9", fixtures::TODAY);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "python3.9 is deprecated since 2025-12-15, closed to new functions from 2027-02-01, \
             closed to updates from 2027-03-03; its successor is python3.14"
        );
        assert_eq!(finding.details.get("block_update"), "2027-03-03");
        assert_eq!(finding.details.get("table_as_of"), "2026-11-21");
    }

    #[test]
    fn the_operating_system_only_runtimes_are_judged_too() {
        assert_eq!(on("provided.al2", fixtures::TODAY).outcome, Outcome::Fail);
        let finding = on("provided.al2023", fixtures::TODAY);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn the_day_of_the_date_is_the_first_that_fails_by_the_clock_of_the_run() {
        let eve = on("nodejs22.x", "2027-04-29T23:59:59Z");
        assert_eq!(eve.outcome, Outcome::Pass);
        assert_eq!(eve.message, "nodejs22.x is supported until 2027-04-30");
        let day = on("nodejs22.x", "2027-04-30T00:00:00Z");
        assert_eq!(day.outcome, Outcome::Fail);
    }

    #[test]
    fn a_runtime_without_a_scheduled_end_passes() {
        let finding = on("java8.al2023", fixtures::TODAY);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("deprecated"), Value::Null);
    }

    #[test]
    fn a_container_image_is_not_applicable() {
        let mut function = fixtures::function("claims");
        function.configuration.code.package_type = Some("Image".to_owned());
        function.configuration.code.runtime = None;
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_runtime_that_the_table_lacks_is_not_assessed() {
        let finding = on("nodejs26.x", fixtures::TODAY);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_eq!(
            finding.message,
            "lambda:ListFunctions failed: runtime 'nodejs26.x' is not in the table of 2026-11-21"
        );
    }

    #[test]
    fn a_zip_archive_without_a_runtime_is_not_assessed() {
        let mut function = fixtures::function("claims");
        function.configuration.code.runtime = None;
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "lambda:ListFunctions");
    }
}
