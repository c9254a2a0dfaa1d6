//! The page that the bench writes.

use std::fmt::Write as _;

use crate::{LATENCY, Measured};

/// Seconds of the bound below which round trips, start and report weigh more than quotas.
const QUOTAS_DECIDE: f64 = 5.0;

const HEAD: &str = "\
# Performance

What a scan costs, measured on estates that the sim makes up (`localstack/sim`), with AWS's published request
quotas in force there. By `cargo bench --bench scan -- --write`, which writes this page.

| column | meaning |
|---|---|
| calls / minimum | requests that the sim received, against the fewest that read what is asked (the formula stands in `tests/bench/estate.rs`) |
| time / bound | how long the scan took from start to end, report and all, against the time before which AWS's quotas, used in full, let nobody make these calls; no ratio below 5 seconds, where round trips decide |
| throttled | answers by which the sim refused a request as over a quota |
| memory | peak of resident memory of the process |
| CPU | user and system time of the process |
| speed | how many times faster than AWS's the clocks of quotas and latency ran, for the sim and the scan alike |
";

/// One row of the table.
pub(crate) fn line(measured: &Measured) -> String {
    let ratio = |calls: u64, of: u64| {
        #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
        let ratio = calls as f64 / of as f64;
        ratio
    };
    format!(
        "| {} | {} | {} | {} | {} | {:.3} | {:.1} s | {:.1} s | {} | {} ({:.2} %) | {:.0} MiB | {:.1} s | {:.1} |",
        measured.estate.functions,
        measured.estate.regions,
        measured.share,
        measured.calls,
        measured.minimum,
        ratio(measured.calls, measured.minimum),
        measured.wall.as_secs_f64(),
        measured.bound.as_secs_f64(),
        slowness(measured),
        measured.throttled,
        100.0 * ratio(measured.throttled, measured.calls),
        measured.memory,
        measured.cpu.as_secs_f64(),
        measured.speed,
    )
}

/// Time against the bound, where quotas and not round trips decide.
fn slowness(measured: &Measured) -> String {
    let (wall, bound) = (measured.wall.as_secs_f64(), measured.bound.as_secs_f64());
    if bound < QUOTAS_DECIDE {
        "–".to_owned()
    } else {
        format!("**{:.2}**", wall / bound)
    }
}

/// The whole page.
pub(crate) fn page(all: &[Measured]) -> String {
    let mut page = HEAD.to_owned();
    // Writing to a String cannot fail.
    let _ = write!(
        page,
        "\nThe sim answers after {} ms, more or less by {} ms, divided by the speed.\n\n| functions | regions | share | calls | minimum | ratio | time | bound | ratio | throttled | memory | CPU | speed |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        LATENCY.0.as_millis(),
        LATENCY.1.as_millis()
    );
    for measured in all {
        let _ = writeln!(page, "{}", line(measured));
    }
    page
}
