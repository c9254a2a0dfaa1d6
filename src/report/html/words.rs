//! Words and marks that the parts of the page share. A mark has a shape of its own for each level, and the word beside
//! it: colour says nothing alone.

use tripod_assess::Profile;
use tripod_model::{Outcome, Pillar, RegionStatus, Severity};

use super::text::Html;

pub(super) fn pillar(pillar: Pillar) -> &'static str {
    match pillar {
        Pillar::Confidentiality => "Confidentiality",
        Pillar::Integrity => "Integrity",
        Pillar::Availability => "Availability",
    }
}

pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "passed",
        Outcome::Fail => "failed",
        Outcome::NotAssessed => "not assessed",
        Outcome::NotApplicable => "not applicable",
    }
}

pub(super) fn region(status: RegionStatus) -> &'static str {
    match status {
        RegionStatus::Scanned => "scanned",
        RegionStatus::Disabled => "not enabled in the account",
        RegionStatus::Denied => "AWS denied every call",
        RegionStatus::Failed => "no call led to an answer",
    }
}

/// What a profile asks, in a few words.
pub(super) fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Baseline => "what every account should meet",
        Profile::Strict => "warned earlier, hints included",
        Profile::Regulated => {
            "what an auditor expects, with short exceptions, and attested what no API shows"
        }
    }
}

/// A name within the filter of a link: it stands as it is, but for what separates.
pub(super) fn in_fragment(name: &str) -> String {
    name.replace('%', "%25")
        .replace('&', "%26")
        .replace('+', "%2B")
}

/// The marks, defined once and used everywhere.
pub(super) const MARKS: &str = "<svg class=\"defs\" aria-hidden=\"true\" focusable=\"false\"><defs>\
<symbol id=\"m-critical\" viewBox=\"0 0 12 12\"><path d=\"M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5z\"/></symbol>\
<symbol id=\"m-high\" viewBox=\"0 0 12 12\"><path d=\"M6 .5 12 11.5H0z\"/></symbol>\
<symbol id=\"m-medium\" viewBox=\"0 0 12 12\"><path d=\"M6 0l6 6-6 6-6-6z\"/></symbol>\
<symbol id=\"m-low\" viewBox=\"0 0 12 12\"><circle cx=\"6\" cy=\"6\" r=\"4.5\"/></symbol>\
<symbol id=\"m-none\" viewBox=\"0 0 12 12\"><path d=\"M1 5h10v2H1z\"/></symbol>\
<symbol id=\"m-pass\" viewBox=\"0 0 12 12\"><path d=\"M4.6 10.5.8 6.7l1.5-1.5 2.3 2.3L9.7 1.8l1.5 1.4z\"/></symbol>\
<symbol id=\"m-not_assessed\" viewBox=\"0 0 12 12\"><path d=\"M3 3.6C3 1.8 4.3.6 6.1.6S9.2 1.8 9.2 3.4c0 2.2-2.3 2.3-2.3 4.3H5.2c0-2.5 2.2-2.8 2.2-4.2 0-.8-.5-1.3-1.3-1.3s-1.4.6-1.4 1.4zM5.1 9.2h1.9v2H5.1z\"/></symbol>\
<symbol id=\"m-not_applicable\" viewBox=\"0 0 12 12\"><path d=\"M1 5h10v2H1z\"/></symbol>\
</defs></svg>";

/// A severity as mark and word.
pub(super) fn severity(severity: Severity, page: &mut Html) {
    page.raw("<span class=\"level ")
        .text(severity.as_str())
        .raw("\"><svg class=\"mark\" aria-hidden=\"true\"><use href=\"#m-")
        .text(severity.as_str())
        .raw("\"/></svg>")
        .text(severity.as_str())
        .raw("</span>");
}

/// An outcome other than a failure as mark and word.
pub(super) fn mark(name: &'static str, words: &str, page: &mut Html) {
    page.raw("<span class=\"level ")
        .text(name)
        .raw("\"><svg class=\"mark\" aria-hidden=\"true\"><use href=\"#m-")
        .text(name)
        .raw("\"/></svg>")
        .text(words)
        .raw("</span>");
}

/// A share as a percentage, rounded down: 100 % means everything.
pub(super) fn percent(share: Option<f64>) -> Option<String> {
    share.map(|share| {
        // The hair makes up for binary fractions.
        let tenths = (share * 1000.0 + 1e-6).floor() / 10.0;
        format!("{tenths} %")
    })
}
