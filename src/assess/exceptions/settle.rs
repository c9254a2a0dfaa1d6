//! Findings and exceptions brought together: which failure is covered by which entry, and what the entries
//! themselves are worth.

use jiff::ToSpan;
use jiff::civil::Date;
use tripod_checks::{Outcomes, Verdict, wildcard_matches};
use tripod_model::{
    AccountId, Cause, CauseKind, Finding, Outcome, RegionName, ResourceRef, Unknown,
};

use super::Exception;
use crate::own::{BROAD_EXCEPTION, EXPIRED_EXCEPTION, UNUSED_EXCEPTION};

/// A name that nobody gives a resource.
const NOBODYS: &str = "tripod-any-other-name-7c1f";

/// How far an exception may go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The day of the scan.
    pub(crate) today: Date,
    /// How many days from then it may last.
    pub(crate) longest_days: i64,
    /// How many failures it may cover.
    pub(crate) most_findings: u64,
}

/// Whether the scan looked where an exception holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It did.
    Seen,
    /// The region is the account's, and was not read.
    Unread,
    /// No account or region of the scan.
    Elsewhere,
}

/// Where the scan looked and by what.
pub(crate) trait Places {
    /// Whether it looked there; none stands for anywhere.
    fn place(&self, account: Option<&str>, region: Option<&str>) -> Place;
    /// Whether the check ran.
    fn ran(&self, check: &str) -> bool;
    /// Who asked: the account of entries that name none.
    fn caller(&self) -> &AccountId;
}

/// What became of an entry.
#[derive(Debug, Default)]
struct Use {
    /// Failures that it is about.
    failures: u64,
    /// What could not be judged of a resource that it may be about.
    unseen: Option<Cause>,
    /// Whether it would be about a resource of any other name too.
    any_name: bool,
}

/// Marks the failures that exceptions cover, and gives the findings about the exceptions. `findings` are sorted by
/// check. Outcomes stay as they are.
pub(crate) fn settle(
    exceptions: &[Exception],
    findings: &mut [Finding],
    limits: Limits,
    places: &impl Places,
) -> Vec<Finding> {
    let mut broad = Outcomes::of(&BROAD_EXCEPTION);
    let mut expired = Outcomes::of(&EXPIRED_EXCEPTION);
    let mut unused = Outcomes::of(&UNUSED_EXCEPTION);
    for (index, exception) in exceptions.iter().enumerate() {
        let used = cover(
            exception,
            of_check(findings, &exception.check),
            limits.today,
        );
        let resource = resource(exceptions, index, places);
        broad.say(resource.clone(), Ok(breadth(exception, &used, limits)));
        expired.say(resource.clone(), Ok(expiry(exception, &used, limits.today)));
        unused.say(resource, usefulness(exception, &used, places));
    }
    let mut own = broad.into_findings();
    own.extend(expired.into_findings());
    own.extend(unused.into_findings());
    own
}

/// The findings of one check.
fn of_check<'f>(findings: &'f mut [Finding], check: &str) -> &'f mut [Finding] {
    let begin = findings.partition_point(|finding| *finding.check < *check);
    let rest = &mut findings[begin..];
    let length = rest.partition_point(|finding| *finding.check == *check);
    &mut rest[..length]
}

fn cover(exception: &Exception, findings: &mut [Finding], today: Date) -> Use {
    let in_force = !exception.has_expired(today);
    let mut used = Use {
        any_name: wildcard_matches(&exception.resource, NOBODYS),
        ..Use::default()
    };
    for finding in findings {
        let about = exception.is_about(&finding.resource);
        // A list that could not be read may hold what the entry is about.
        let unread = finding.resource.name == "*" && exception.is_in(&finding.resource);
        if finding.outcome == Outcome::NotAssessed && (about || unread) {
            used.unseen = used.unseen.or_else(|| finding.cause.as_deref().cloned());
        }
        if !about {
            continue;
        }
        used.any_name |= wildcard_matches(&exception.resource, &renamed(&finding.resource));
        if finding.outcome == Outcome::Fail {
            used.failures += 1;
            if in_force && finding.exception.is_none() {
                finding.exception = Some(Box::new(exception.shown.clone()));
            }
        }
    }
    used
}

/// The ARN of the same resource under another name.
fn renamed(resource: &ResourceRef) -> String {
    let (arn, name) = (&resource.arn, &resource.name);
    let begin = arn.rfind(name.as_str()).filter(|_| !name.is_empty());
    if let Some(begin) = begin {
        return format!("{}{NOBODYS}{}", &arn[..begin], &arn[begin + name.len()..]);
    }
    let last = arn.rfind([':', '/']).map_or(0, |at| at + 1);
    format!("{}{NOBODYS}", &arn[..last])
}

fn breadth(exception: &Exception, used: &Use, limits: Limits) -> Verdict {
    let mut reasons = Vec::new();
    if used.any_name {
        reasons.push("it would cover any resource of the type, whatever its name".to_owned());
    }
    if used.failures > limits.most_findings {
        reasons.push(format!(
            "it covers {} failures, more than {}",
            used.failures, limits.most_findings
        ));
    }
    let last = limits.today.saturating_add(limits.longest_days.days());
    if exception.shown.expires > last {
        reasons.push(format!(
            "it lasts until {}, longer than the {} days that the profile allows",
            exception.shown.expires, limits.longest_days
        ));
    }
    let verdict = if reasons.is_empty() {
        Verdict::pass(format!(
            "it covers {} failures by name until {}",
            used.failures, exception.shown.expires
        ))
    } else {
        Verdict::fail(reasons.join("; "))
    };
    detailed(verdict, exception, used)
}

fn expiry(exception: &Exception, used: &Use, today: Date) -> Verdict {
    let (owner, day) = (&exception.shown.owner, exception.shown.expires);
    let verdict = if exception.has_expired(today) {
        Verdict::fail(format!(
            "it expired on {day} and covers nothing any more; failures that it is about: {}; its owner is {owner}",
            used.failures
        ))
    } else {
        Verdict::pass(format!("it holds until {day}; its owner is {owner}"))
    };
    detailed(verdict, exception, used)
}

fn usefulness(exception: &Exception, used: &Use, places: &impl Places) -> Result<Verdict, Unknown> {
    let verdict = if used.failures > 0 {
        Verdict::pass(format!("it is about {} failures", used.failures))
    } else if !places.ran(&exception.check) {
        Verdict::not_applicable(format!("{} did not run", exception.check))
    } else {
        match places.place(exception.only_account(), exception.only_region()) {
            Place::Elsewhere => {
                Verdict::not_applicable("its account or region is not part of the scan")
            }
            Place::Unread => return Err(Unknown::NotCollected),
            Place::Seen => match &used.unseen {
                Some(cause) => return Err(unknown(cause)),
                None => Verdict::fail(format!(
                    "no failure of {} matches '{}'",
                    exception.check, exception.resource
                )),
            },
        }
    };
    Ok(detailed(verdict, exception, used))
}

/// The cause of another outcome as one of our own.
fn unknown(cause: &Cause) -> Unknown {
    let cause = cause.clone();
    let operation = cause.operation.unwrap_or_else(|| "the check".to_owned());
    match cause.kind {
        CauseKind::Denied => Unknown::Denied {
            operation,
            code: cause.code.unwrap_or_default(),
            request_id: cause.request_id,
        },
        CauseKind::Failed | CauseKind::Internal | CauseKind::Rule => Unknown::Failed {
            operation,
            error: cause.error.unwrap_or_default(),
        },
        CauseKind::Unsupported => Unknown::Unsupported { operation },
        CauseKind::NotCollected => Unknown::NotCollected,
    }
}

fn detailed(verdict: Verdict, exception: &Exception, used: &Use) -> Verdict {
    verdict
        .detail("check", exception.check.clone())
        .detail("resource", exception.resource.clone())
        .detail("owner", exception.shown.owner.clone())
        .detail("reason", exception.shown.reason.clone())
        .detail("expires", exception.shown.expires.to_string())
        .detail("failures", used.failures)
}

/// The entry as a resource. Its ARN is made of what it says and not of its line, so that a finding keeps its id
/// when lines move.
fn resource(exceptions: &[Exception], index: usize, places: &impl Places) -> ResourceRef {
    let exception = &exceptions[index];
    let same = |other: &&Exception| identity(other) == identity(exception);
    let earlier = exceptions[..index].iter().filter(same).count();
    let again = match earlier {
        0 => String::new(),
        count => format!("#{}", count + 1),
    };
    ResourceRef {
        arn: format!("exception:{}{again}", identity(exception)),
        kind: "Tripod::Exception".to_owned(),
        name: exception.shown.source.clone(),
        account: exception
            .account
            .clone()
            .unwrap_or_else(|| places.caller().clone()),
        region: RegionName::new("global"),
    }
}

fn identity(exception: &Exception) -> String {
    let account = exception.account.as_ref().map_or("*", AccountId::as_str);
    let region = exception.region.as_deref().unwrap_or("*");
    format!(
        "{}:{account}:{region}:{}",
        exception.check, exception.resource
    )
}

#[cfg(test)]
mod tests;
