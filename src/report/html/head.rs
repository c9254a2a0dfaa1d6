//! The head: what the report is about, and the three legs.

use tripod_assess::{PillarScore, Report};
use tripod_model::{Outcome, Pillar, Severity};

use super::data;
use super::extras::PastRun;
use super::text::{Html, counted};
use super::words;

/// Points of a trend that are drawn; of more, the latest.
const POINTS: usize = 30;

pub(super) fn head(report: &Report, history: &[PastRun], page: &mut Html) {
    let run = &report.run;
    page.raw("<section id=\"overview\" aria-labelledby=\"title\"><h1 id=\"title\">")
        .text(&title(report))
        .raw("</h1><p class=\"facts\">Observed <time>")
        .text(&run.observed.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
        .raw("</time>, ");
    page.text(&regions(report));
    page.raw(", as <code>")
        .text(&run.caller.arn)
        .raw("</code>, under the profile <a href=\"#settings\">");
    page.text(report.profile.as_str()).raw("</a></p>");
    remarks(report, page);
    page.raw("<div class=\"legs\">");
    for pillar in Pillar::ALL {
        leg(pillar, report.pillars.on(pillar), history, page);
    }
    page.raw("</div>");
    summary(report, page);
    page.raw("</section>");
}

/// Outcomes in one line, each leading to its list.
fn summary(report: &Report, page: &mut Html) {
    page.raw("<p class=\"note\">");
    let counts = data::counts(report);
    for (outcome, row) in OUTCOMES.into_iter().zip(counts) {
        page.raw("<a href=\"#findings?outcome=")
            .text(outcome.as_str())
            .raw("\">")
            .count(row.iter().sum())
            .raw(" ")
            .text(words::outcome(outcome))
            .raw("</a>, ");
    }
    page.text(&counted(report.findings.len() as u64, "outcome"))
        .raw(
            " in all. Score: the share that passes of what was assessed, weighted by impact; an open critical finding \
             caps it at 39, a high one at 69.</p>",
        );
}

/// The outcomes in the order of their lists.
const OUTCOMES: [Outcome; 4] = [
    Outcome::Fail,
    Outcome::NotAssessed,
    Outcome::Pass,
    Outcome::NotApplicable,
];

/// What the report is about, in a few words.
pub(super) fn title(report: &Report) -> String {
    match report.run.accounts.as_slice() {
        [only] => format!("Account {}", only.id),
        several => counted(several.len() as u64, "account"),
    }
}

fn regions(report: &Report) -> String {
    let all: usize = report
        .run
        .accounts
        .iter()
        .map(|account| account.regions.len())
        .sum();
    let scanned = all - report.regions_not_scanned().count();
    format!("{scanned} of {} scanned", counted(all as u64, "region"))
}

/// What a reader has to know before the first figure.
fn remarks(report: &Report, page: &mut Html) {
    let run = &report.run;
    let mut remarks = Vec::new();
    if let Some(stopped) = run.stopped {
        let reason = stopped.text();
        remarks.push(format!(
            "Incomplete: {reason}; this is what was read until then."
        ));
    }
    if let Some(endpoint) = &run.endpoint {
        remarks.push(format!("The endpoint is not AWS: {endpoint}"));
    }
    if let Some(seconds) = run.clock_behind_seconds {
        remarks.push(format!(
            "The scanning machine's clock is {seconds} seconds behind AWS's."
        ));
    }
    for (what, collectors) in [
        ("failed inside", &run.broken_collectors),
        ("were given up", &run.stalled_collectors),
    ] {
        if !collectors.is_empty() {
            remarks.push(format!(
                "Collectors that {what}: {}.",
                collectors.join(", ")
            ));
        }
    }
    for remark in remarks {
        page.raw("<p class=\"remark\">").text(&remark).raw("</p>");
    }
}

fn leg(pillar: Pillar, score: &PillarScore, history: &[PastRun], page: &mut Html) {
    let name = pillar.as_str();
    page.raw("<article class=\"leg\" aria-labelledby=\"leg-")
        .text(name);
    page.raw("\"><h2 id=\"leg-").text(name).raw("\">");
    page.text(words::pillar(pillar))
        .raw("</h2><p class=\"score\">");
    match score.score {
        Some(points) => {
            page.raw("<strong>")
                .count(points.into())
                .raw("</strong> <span>of 100</span>");
        }
        None => {
            page.raw("<strong>none</strong> <span>nothing was assessed</span>");
        }
    }
    page.raw("</p>");
    bar(score.score, page);
    page.raw("<p class=\"coverage\">");
    match words::percent(score.coverage) {
        Some(share) => page.text(&share).raw(" of what applies was assessed"),
        None => page.raw("Nothing here applies to the account"),
    };
    page.raw("</p><ul class=\"open\">");
    for severity in Severity::COUNTED {
        level(pillar, severity, score.open.of(severity), page);
    }
    page.raw("</ul>");
    trend(pillar, score, history, page);
    page.raw("</article>");
}

/// Open findings of one level, which lead to their list.
fn level(pillar: Pillar, severity: Severity, count: u64, page: &mut Html) {
    page.raw(if count == 0 {
        "<li class=\"zero\">"
    } else {
        "<li>"
    });
    page.raw("<a href=\"#findings?outcome=fail&amp;pillar=")
        .text(pillar.as_str());
    page.raw("&amp;severity=")
        .text(severity.as_str())
        .raw("\">");
    page.raw("<b>").count(count).raw("</b> ");
    words::severity(severity, page);
    page.raw("</a></li>");
}

/// The score as a bar. The figure stands above it.
fn bar(score: Option<u8>, page: &mut Html) {
    page.raw("<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    page.raw("<rect class=\"whole\" width=\"100\" height=\"4\"/><rect class=\"part\" height=\"4\" width=\"");
    page.figure(score.unwrap_or(0).into()).raw("\"/></svg>");
}

/// How the score went, as a line and in words.
fn trend(pillar: Pillar, now: &PillarScore, history: &[PastRun], page: &mut Html) {
    let past = history.iter().rev().take(POINTS - 1).rev();
    let mut points: Vec<(String, u8)> = past
        .filter_map(|run| {
            let date = run.observed.strftime("%Y-%m-%d").to_string();
            Some((date, run.pillars.on(pillar).score?))
        })
        .collect();
    let (Some((since, _)), Some(score)) = (points.last().cloned(), now.score) else {
        return;
    };
    let (first, before) = (points[0].0.clone(), points[points.len() - 1].1);
    points.push(("this run".to_owned(), score));
    let change = match score.cmp(&before) {
        std::cmp::Ordering::Less => format!("{} down", before - score),
        std::cmp::Ordering::Equal => "unchanged".to_owned(),
        std::cmp::Ordering::Greater => format!("{} up", score - before),
    };
    let told: Vec<String> = points
        .iter()
        .map(|(date, score)| format!("{date}: {score}"))
        .collect();
    page.raw("<div class=\"trend\"><svg viewBox=\"0 0 120 28\" role=\"img\" aria-label=\"");
    page.text(&format!("Score by run: {}", told.join(", ")))
        .raw("\"><polyline points=\"");
    let last = points.len() as u64 - 1;
    for (place, (_, score)) in points.iter().enumerate() {
        let (x, y) = (
            2 + 114 * place as u64 / last,
            26 - 24 * u64::from(*score) / 100,
        );
        page.figure(x).raw(",").figure(y).raw(" ");
    }
    let end = 26 - 24 * u64::from(score) / 100;
    page.raw("\"/><circle cx=\"116\" r=\"2.5\" cy=\"")
        .figure(end)
        .raw("\"/></svg><span>");
    page.text(&change).raw(" since ").text(&since);
    if last > 1 {
        page.raw("; ")
            .text(&counted(last, "earlier run"))
            .raw(" from ")
            .text(&first)
            .raw(" on");
    }
    page.raw("</span></div>");
}

/// Every outcome by severity: the figures that hold in every form of the report.
pub(super) fn outcomes(report: &Report, page: &mut Html) {
    let counts = data::counts(report);
    page.raw("<h3>Outcomes</h3><div class=\"wide\"><table class=\"figures\"><caption class=\"unseen\">Every outcome, by severity</caption>\
        <thead><tr><th scope=\"col\">Outcome</th>");
    let bare = counts.iter().any(|row| row[0] > 0);
    let levels: Vec<Severity> = Severity::COUNTED
        .into_iter()
        .chain(bare.then_some(Severity::None))
        .collect();
    for severity in &levels {
        page.raw("<th scope=\"col\" class=\"number\">")
            .text(severity.as_str())
            .raw("</th>");
    }
    page.raw("<th scope=\"col\" class=\"number\">all</th></tr></thead><tbody>");
    for (outcome, row) in OUTCOMES.into_iter().zip(counts) {
        page.raw("<tr><th scope=\"row\">")
            .text(words::outcome(outcome))
            .raw("</th>");
        for severity in &levels {
            page.raw("<td class=\"number\">")
                .count(row[data::level(*severity)])
                .raw("</td>");
        }
        page.raw("<td class=\"number\"><b>")
            .count(row.iter().sum())
            .raw("</b></td></tr>");
    }
    page.raw("</tbody></table></div><p class=\"note\">For what passed, was not assessed or does not apply, severity says what is at \
        stake.</p>");
}
