//! Writes a report as a page: `page REPORT.json PAGE.html [SNAPSHOT.json|-] [FINDINGS]`. With the run's snapshot the page
//! has all its sections; with a number, the findings are repeated on resources of other names until there are so many.
//! The time to render is told.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::time::Instant;

use tripod_assess::{Pillars, Report};
use tripod_model::Snapshot;
use tripod_report::html::{Extras, Seen, write};

#[expect(clippy::disallowed_methods, reason = "the time of a measurement")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "page REPORT.json PAGE.html [SNAPSHOT.json|-] [FINDINGS]";
    let report = fs::read_to_string(arguments.next().ok_or(usage)?)?;
    let mut report = Report::from_json(&report)?;
    let page = arguments.next().ok_or(usage)?;
    let snapshot = match arguments.next().as_deref() {
        None | Some("-") => None,
        Some(path) => Some(Snapshot::from_json(&fs::read_to_string(path)?)?),
    };
    if let Some(findings) = arguments.next() {
        repeat(&mut report, findings.parse()?);
    }
    let start = Instant::now();
    let seen = Seen {
        snapshot: snapshot.as_ref(),
        ..Seen::default()
    };
    let extras = Extras::of(&report, seen);
    let gathered = start.elapsed();
    let mut out = BufWriter::new(fs::File::create(&page)?);
    write(&report, &extras, &mut out)?;
    out.flush()?;
    let (time, bytes) = (start.elapsed(), fs::metadata(&page)?.len());
    let told = format!(
        "{} findings, {bytes} bytes, {time:?}, of which {gathered:?} for frameworks and sections\n",
        report.findings.len()
    );
    std::io::stderr().write_all(told.as_bytes())?;
    Ok(())
}

fn repeat(report: &mut Report, wanted: usize) {
    let first = report.findings.clone();
    for (copy, finding) in (1..).flat_map(|copy| first.iter().map(move |one| (copy, one))) {
        if report.findings.len() >= wanted {
            break;
        }
        let mut finding = finding.clone();
        finding.id = format!("{copy:08x}{}", &finding.id[8..]);
        for name in [&mut finding.resource.name, &mut finding.resource.arn] {
            name.push('-');
            name.push_str(&copy.to_string());
        }
        report.findings.push(finding);
    }
    report.pillars = Pillars::of(&report.findings);
}
