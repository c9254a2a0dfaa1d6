//! The diagnosis for a person: words before colours, and what is wrong before what it means.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tripod_collect::{Answer, Clock, Count, Diagnosis, Estimate, Reach, Trial};
use tripod_report::plain;

use super::history::LastRun;

/// What is shown.
pub(super) struct Page<'a> {
    pub(super) diagnosis: &'a Diagnosis,
    pub(super) last_run: Option<&'a LastRun>,
    pub(super) now: Timestamp,
}

/// The counts of an estimate, in words for one and for several.
const COUNTED: [(&str, &str, &str); 6] = [
    ("functions", "function", "functions"),
    ("rest_apis", "REST API", "REST APIs"),
    (
        "http_apis",
        "HTTP or WebSocket API",
        "HTTP or WebSocket APIs",
    ),
    ("kms_keys", "KMS key", "KMS keys"),
    ("trails", "trail", "trails"),
    ("iam_entities", "IAM entity", "IAM entities"),
];

impl Page<'_> {
    /// All of it, without anything in it that could steer a terminal.
    pub(super) fn render(&self) -> String {
        let lines = [
            self.credentials(),
            self.regions(),
            self.operations(),
            self.cost(),
            self.verdict(),
        ];
        let lines = lines.join(&String::new());
        lines
            .iter()
            .map(|line| plain(line).trim_end().to_owned() + "\n")
            .collect()
    }

    fn credentials(&self) -> Vec<String> {
        let diagnosis = self.diagnosis;
        let credentials = &diagnosis.credentials;
        let source = credentials.source.as_deref().unwrap_or("not known");
        vec![
            "CREDENTIALS".to_owned(),
            row(
                "account",
                &format!(
                    "{} in partition {}",
                    diagnosis.caller.account, diagnosis.partition
                ),
            ),
            row("caller", &diagnosis.caller.arn),
            row("source", source),
            row("expiry", &self.expiry(credentials.expires)),
            row("clock", &clock(diagnosis.clock)),
            row(
                "endpoint",
                &diagnosis.endpoint.as_ref().map_or_else(
                    || "AWS".to_owned(),
                    |origin| format!("{origin}, which is not AWS"),
                ),
            ),
        ]
    }

    fn expiry(&self, expires: Option<Timestamp>) -> String {
        let Some(expires) = expires else {
            return "none, or not known".to_owned();
        };
        let left = expires.as_second() - self.now.as_second();
        let time = expires.strftime("%Y-%m-%dT%H:%M:%SZ");
        if left <= 0 {
            return format!("{time}, which is past");
        }
        let scan = self.diagnosis.estimate.seconds.at_least;
        let text = format!("{time}, in {}", duration(whole(left)));
        if whole(left) < scan {
            format!("{text}: before a scan could end")
        } else {
            text
        }
    }

    fn regions(&self) -> Vec<String> {
        let mut answering = Vec::new();
        let mut closed = Vec::new();
        let mut by_trouble: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for region in &self.diagnosis.regions {
            let name = region.name.as_str();
            match &region.reach {
                Reach::Answers => answering.push(name),
                Reach::NotOptedIn => closed.push(name),
                Reach::NoAnswer(reason) => {
                    let key = ("no answer", reason.as_str());
                    by_trouble.entry(key).or_default().push(name);
                }
                Reach::NotTried(reason) => {
                    let key = ("not tried", reason.as_str());
                    by_trouble.entry(key).or_default().push(name);
                }
            }
        }
        let mut lines = vec!["REGIONS (reach of the network; it is not permission)".to_owned()];
        if !self.diagnosis.regions_listed {
            lines.push("  AWS did not list the account's regions".to_owned());
        }
        if !answering.is_empty() {
            lines.push(row("ok", &answering.join(", ")));
        }
        for ((what, reason), names) in by_trouble {
            lines.push(row(what, &format!("{} ({reason})", names.join(", "))));
        }
        if !closed.is_empty() {
            lines.push(row("not opted in", &closed.join(", ")));
        }
        lines
    }

    fn operations(&self) -> Vec<String> {
        let region = &self.diagnosis.estimate.region;
        let head = format!(
            "OPERATIONS ({} requests, those of a region in {region})",
            self.diagnosis.requests
        );
        let trials = self.diagnosis.trials.iter();
        [head].into_iter().chain(trials.map(trial)).collect()
    }

    fn cost(&self) -> Vec<String> {
        let estimate = &self.diagnosis.estimate;
        let calls = estimate.calls;
        let mut lines = vec![
            format!(
                "A FULL SCAN (counted in {}, with global services)",
                estimate.region
            ),
            row("counted", &counts(estimate)),
            row(
                "calls",
                &match calls.up_to {
                    Some(most) => format!(
                        "{} to {most} there, if every list not counted fits on one page",
                        calls.at_least
                    ),
                    None => format!(
                        "at least {} there; how many more is not known",
                        calls.at_least
                    ),
                },
            ),
            row("time", &time(estimate)),
        ];
        if estimate.other_regions > 0 {
            let text = format!(
                "{}, at least {} calls each; what they hold is not known",
                counted(estimate.other_regions, "region", "regions"),
                estimate.calls_of_an_empty_region
            );
            lines.push(row("besides", &text));
        }
        lines.push(row(
            "last run",
            &self
                .last_run
                .map_or_else(|| "none is kept of this account".to_owned(), last),
        ));
        lines
    }

    fn verdict(&self) -> Vec<String> {
        vec![if self.diagnosis.is_well() {
            "All is well: a scan can begin.".to_owned()
        } else {
            "Not all is well: a scan would miss what hangs on the lines that are not ok.".to_owned()
        }]
    }
}

fn row(name: &str, text: &str) -> String {
    format!("  {name:<12}  {text}")
}

fn trial(trial: &Trial) -> String {
    let Trial {
        operation, action, ..
    } = trial;
    match &trial.answer {
        Answer::Allowed => row("ok", operation),
        Answer::Denied { code } => row("denied", &format!("{operation} ({code}); allow {action}")),
        Answer::Failed { reason } => row("failed", &format!("{operation} ({reason})")),
        Answer::Unsupported => row(
            "unsupported",
            &format!("{operation}: the endpoint or the region does not have it"),
        ),
    }
}

fn clock(clock: Clock) -> String {
    match clock {
        Clock::Right => "ok, within a minute of AWS's".to_owned(),
        Clock::Off { behind_seconds } => format!(
            "{} {} AWS's; set it, best from a time server",
            duration(whole(behind_seconds.abs())),
            if behind_seconds > 0 {
                "behind"
            } else {
                "ahead of"
            }
        ),
        Clock::Unknown => "not known: AWS's answer had no date".to_owned(),
    }
}

fn counts(estimate: &Estimate) -> String {
    let words = COUNTED.iter().map(|(key, one, several)| {
        match estimate.counts.get(key).copied().unwrap_or_default() {
            Count::Exactly(number) => counted(number, one, several),
            Count::AtLeast(number) => format!("at least {}", counted(number, one, several)),
            Count::Unknown => format!("{several} not known"),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn time(estimate: &Estimate) -> String {
    let seconds = estimate.seconds;
    let range = match seconds.up_to {
        Some(most) if most <= 0.0 => "no wait for AWS's quotas".to_owned(),
        Some(most) => format!("{} to {}", duration(seconds.at_least), duration(most)),
        None => format!("at least {}", duration(seconds.at_least)),
    };
    let slowest = estimate.slowest.as_deref();
    let slowest = slowest.map_or_else(String::new, |bucket| format!(" by the quota of {bucket}"));
    format!(
        "{range}{slowest} at --quota-share {}, without the network's own",
        estimate.quota_share
    )
}

fn last(run: &LastRun) -> String {
    format!(
        "{} made {} in {}, in {}",
        run.id,
        counted(run.requests, "request", "requests"),
        counted(
            u64::try_from(run.regions).unwrap_or(u64::MAX),
            "region",
            "regions"
        ),
        duration(whole(run.seconds))
    )
}

fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// Seconds of a span that a scan or a session lasts.
fn whole(seconds: i64) -> f64 {
    f64::from(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// A span in its largest unit, as exactly as it is read.
fn duration(seconds: f64) -> String {
    if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7200.0 {
        format!("{:.0} minutes", seconds / 60.0)
    } else if seconds < 172_800.0 {
        format!("{:.1} hours", seconds / 3600.0)
    } else {
        format!("{:.0} days", seconds / 86_400.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_its_largest_unit() {
        for (seconds, text) in [
            (0, "0 s"),
            (119, "119 s"),
            (1200, "20 minutes"),
            (5400, "90 minutes"),
            (9000, "2.5 hours"),
            (864_000, "10 days"),
        ] {
            assert_eq!(duration(whole(seconds)), text);
        }
    }

    #[test]
    fn a_clock_is_said_to_be_behind_or_ahead() {
        let off = |behind_seconds| clock(Clock::Off { behind_seconds });
        assert!(off(1200).starts_with("20 minutes behind AWS's"));
        assert!(off(-90).starts_with("90 s ahead of AWS's"));
        assert!(clock(Clock::Right).starts_with("ok"));
        assert!(clock(Clock::Unknown).starts_with("not known"));
    }
}
