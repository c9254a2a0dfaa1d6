//! The report in GitHub's dialect of Markdown, for a pull request, a job's summary or a wiki.
//!
//! Everything that failed is listed, whatever else is only counted: a page is to be read.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use tripod_assess::{Report, Unseen};
use tripod_model::{Finding, Outcome, Pillar, RegionStatus, Severity};

use crate::about::{self, accepted};
use crate::plain;
use crate::text::{cut, markdown};

/// Characters of a name, a reason or an error.
const TEXT: usize = 2_048;

/// Errors of one cause that are quoted; the rest is counted.
const ERRORS_QUOTED: usize = 3;

/// Writes the page.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    head(report, out)?;
    pillars(report, out)?;
    outcomes(report, out)?;
    failures(report, out)?;
    not_assessed(report, out)?;
    regions(report, out)?;
    checks(report, out)?;
    out.flush()
}

fn head(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let run = &report.run;
    writeln!(out, "# Tripod report\n")?;
    let accounts: Vec<String> = run
        .accounts
        .iter()
        .map(|account| code(account.id.as_str()))
        .collect();
    writeln!(out, "- Account: {}", accounts.join(", "))?;
    writeln!(out, "- Run: {}", code(&run.id))?;
    writeln!(
        out,
        "- Observed: {}",
        run.observed.strftime("%Y-%m-%d %H:%M:%S UTC")
    )?;
    writeln!(out, "- Read as: {}", code(&run.caller.arn))?;
    writeln!(out, "- Tripod: {}", code(&report.tool.version))?;
    if let Some(endpoint) = &run.endpoint {
        writeln!(out, "- The endpoint is not AWS: {}", code(endpoint))?;
    }
    if let Some(stopped) = run.stopped {
        writeln!(
            out,
            "- **Incomplete**: {}; this is what was read until then",
            stopped.text()
        )?;
    }
    Ok(())
}

fn pillars(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n## Scores\n")?;
    writeln!(
        out,
        "| pillar | score | coverage | critical | high | medium | low |"
    )?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|---:|")?;
    for pillar in Pillar::ALL {
        let of = report.pillars.on(pillar);
        let score = of
            .score
            .map_or_else(|| "none".to_owned(), |score| score.to_string());
        // Rounded down: 100 % means everything.
        let coverage = of.coverage.map_or_else(
            || "nothing applies".to_owned(),
            |share| format!("{} %", (share * 1000.0 + 1e-6).floor() / 10.0),
        );
        write!(out, "| {} | {score} | {coverage} |", pillar.as_str())?;
        for level in Severity::COUNTED {
            write!(out, " {} |", of.open.of(level))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The columns of counts.
const COUNTED: [Outcome; 4] = [
    Outcome::Fail,
    Outcome::Pass,
    Outcome::NotAssessed,
    Outcome::NotApplicable,
];

const COUNTED_HEADER: &str = "failed | passed | not assessed | not applicable |";

fn outcomes(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n## Outcomes\n")?;
    writeln!(out, "| severity | {COUNTED_HEADER}")?;
    writeln!(out, "|---|---:|---:|---:|---:|")?;
    for severity in Severity::COUNTED.into_iter().chain([Severity::None]) {
        let findings = report
            .findings
            .iter()
            .filter(|one| one.severity == severity);
        writeln!(out, "| {} |{}", severity.as_str(), counts(findings))?;
    }
    Ok(())
}

/// A cell for each outcome.
fn counts<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut counts = COUNTED.map(|outcome| (outcome, 0_u64));
    for finding in findings {
        for (outcome, count) in &mut counts {
            *count += u64::from(finding.outcome == *outcome);
        }
    }
    let cells = counts.map(|(_, count)| format!(" {count} |"));
    cells.concat()
}

fn failures(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut groups: BTreeMap<(Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in report.failed() {
        let key = (Reverse(finding.severity), &*finding.check);
        groups.entry(key).or_default().push(finding);
    }
    writeln!(out, "\n## Failed")?;
    if groups.is_empty() {
        let text = if report.coverage().assessed == 0 {
            "Nothing could be assessed, so nothing is known to be in order."
        } else {
            "Nothing that could be assessed failed."
        };
        writeln!(out, "\n{text}")?;
    }
    for ((Reverse(severity), check), findings) in groups {
        writeln!(
            out,
            "\n### {}: {}\n",
            severity.as_str(),
            markdown(about::title(report, check))
        )?;
        let ending = if findings.len() == 1 { "" } else { "s" };
        writeln!(
            out,
            "{} fails on {} resource{ending}.\n",
            code(check),
            findings.len()
        )?;
        writeln!(out, "| resource | account | region | reason |")?;
        writeln!(out, "|---|---|---|---|")?;
        for finding in findings {
            failure(finding, out)?;
        }
        writeln!(
            out,
            "\nHow to mend it: {}",
            code(&format!("tripod explain {check}"))
        )?;
    }
    Ok(())
}

fn failure(finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let resource = &finding.resource;
    let mut reason = unlinked(&finding.message);
    if let Some(accepted) = accepted(finding) {
        reason = format!("{reason} (accepted: {})", unlinked(&accepted.text));
    }
    writeln!(
        out,
        "| {}<br>{} | {} | {} | {reason} |",
        code(&resource.name),
        code(&resource.arn),
        code(resource.account.as_str()),
        code(resource.region.as_str()),
    )
}

fn not_assessed(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let causes = report.not_seen();
    if causes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Not assessed\n")?;
    writeln!(out, "None of these outcomes counts as passed.\n")?;
    writeln!(out, "| outcomes | cause | checks | cure |")?;
    writeln!(out, "|---:|---|---|---|")?;
    for cause in &causes {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            cause.outcomes,
            cause_text(cause),
            cause
                .checks
                .iter()
                .map(|check| code(check))
                .collect::<Vec<_>>()
                .join(" "),
            unlinked(&cause.cure()),
        )?;
    }
    Ok(())
}

fn cause_text(cause: &Unseen) -> String {
    let mut text = unlinked(&cause.text());
    for error in cause.errors.iter().take(ERRORS_QUOTED) {
        text.push_str("<br>");
        text.push_str(&unlinked(error));
    }
    let more = cause.errors.len().saturating_sub(ERRORS_QUOTED);
    if more > 0 {
        text = format!("{text}<br>and {more} further errors");
    }
    text
}

fn regions(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let regions: Vec<_> = report.regions_not_scanned().collect();
    if regions.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Regions not scanned\n")?;
    for (account, region) in regions {
        let why = match region.status {
            RegionStatus::Scanned => "scanned",
            RegionStatus::Disabled => "not enabled in the account",
            RegionStatus::Denied => "AWS denied every call",
            RegionStatus::Failed => "no call led to an answer",
        };
        writeln!(
            out,
            "- {} of account {}: {why}",
            code(region.name.as_str()),
            code(account.as_str())
        )?;
    }
    Ok(())
}

fn checks(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n## Checks\n")?;
    writeln!(out, "| check | {COUNTED_HEADER}")?;
    writeln!(out, "|---|---:|---:|---:|---:|")?;
    for findings in report
        .findings
        .chunk_by(|one, next| one.check == next.check)
    {
        if let Some(first) = findings.first() {
            writeln!(out, "| {} |{}", code(&first.check), counts(findings.iter()))?;
        }
    }
    Ok(())
}

/// A text in a sentence, of which GitHub makes no link, and calls nobody who is named after an `@`: a comment parts the
/// two.
fn unlinked(text: &str) -> String {
    markdown(&cut(text, TEXT))
        .replace("://", "\\://")
        .replace("www.", "www\\.")
        .replace('@', "@<!-- -->")
}

/// A name as code, where nothing is markup, a link or a mention; fit for a cell of a table too, which a bar would
/// end were it not for the backslash.
fn code(text: &str) -> String {
    let text = cut(plain(text).trim(), TEXT)
        .replace("\\|", "\\ |")
        .replace('|', "\\|");
    if text.is_empty() {
        return "`-`".to_owned();
    }
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A space keeps a backtick at either end apart from the fence; Markdown takes it away again.
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{code, unlinked};
    use crate::formats::rendered;
    use crate::{Format, fixture};

    #[test]
    fn a_name_cannot_leave_its_code() {
        for (name, shown) in [
            ("plain", "`plain`"),
            ("a`b", "``a`b``"),
            ("`a``", "``` `a`` ```"),
            ("a|b", "`a\\|b`"),
            ("a\\|b", "`a\\ \\|b`"),
            ("<script>", "`<script>`"),
            ("a\n| b |", "`a \\| b \\|`"),
            ("\u{202e}", "`-`"),
        ] {
            assert_eq!(code(name), shown);
        }
    }

    #[test]
    fn nobody_is_called_by_a_reason() {
        assert_eq!(unlinked("@all <b>"), "@<!-- -->all &lt;b&gt;");
        assert_eq!(unlinked("https://a.b www.c.d"), r"https\://a.b www\.c.d");
    }

    #[test]
    fn an_accepted_failure_says_why() {
        let mut report = fixture::one_failure();
        report.findings[0].exception = Some(Box::new(fixture::exception("a honeypot")));
        let why = "(accepted: a honeypot, by blue team, until 2027-01-31) |";
        assert!(rendered(&report, Format::Markdown).contains(why));
    }

    #[test]
    fn the_page_is_stable() {
        insta::assert_snapshot!(rendered(&fixture::report(), Format::Markdown));
    }
}
