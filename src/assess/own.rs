//! Tripod's checks of its own settings: exceptions and attestations.
//!
//! They judge what the user wrote and not the account, so they take no part in scores and coverage. They do
//! count for `--fail-on`: an exception that has expired is a reason to look.

use tripod_checks::{Check, Confidence, Service, Status};
use tripod_model::{Impact, Severity};

const fn of_severity(severity: Severity) -> Impact {
    Impact {
        confidentiality: severity,
        integrity: severity,
        availability: severity,
    }
}

const fn check(
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    severity: Severity,
) -> Check {
    Check {
        id,
        title,
        service: Service::Tripod,
        impact: of_severity(severity),
        confidence: Confidence::High,
        rows: &[],
        needs: &[],
        controls: &[],
        since: "0.1.0",
        status: Status::Stable,
        aliases: &[],
        doc,
        // Decided where the findings of the other checks are at hand.
        run: |_, _| {},
    }
}

/// An exception that covers more than somebody can have meant.
pub(crate) static BROAD_EXCEPTION: Check = check(
    "tripod-broad-exception",
    "exception that covers too much or lasts too long",
    include_str!("own/broad_exception.md"),
    Severity::Medium,
);

/// An exception whose last day is over.
pub(crate) static EXPIRED_EXCEPTION: Check = check(
    "tripod-expired-exception",
    "exception that has expired",
    include_str!("own/expired_exception.md"),
    Severity::Medium,
);

/// An attestation that is wanted and is not there, or no longer holds.
pub(crate) static MISSING_ATTESTATION: Check = check(
    "tripod-missing-attestation",
    "attestation that is missing or has expired",
    include_str!("own/missing_attestation.md"),
    Severity::Medium,
);

/// An exception that covers nothing.
pub(crate) static UNUSED_EXCEPTION: Check = check(
    "tripod-unused-exception",
    "exception that covers nothing",
    include_str!("own/unused_exception.md"),
    Severity::Low,
);

/// All of them, by id.
pub static OWN_CHECKS: [&Check; 4] = [
    &BROAD_EXCEPTION,
    &EXPIRED_EXCEPTION,
    &MISSING_ATTESTATION,
    &UNUSED_EXCEPTION,
];

/// Whether a check of this id is one of Tripod's own. No other id begins like theirs.
pub fn is_own(id: &str) -> bool {
    id.starts_with("tripod-")
}

/// The check of this id, earlier id or catalogue row, Tripod's own included.
pub fn find_check(name: &str) -> Option<&'static Check> {
    let own = OWN_CHECKS.iter().copied().find(|check| check.id == name);
    own.or_else(|| tripod_checks::find(name))
}

#[cfg(test)]
mod tests {
    use tripod_checks::ALL;

    use super::*;

    #[test]
    fn own_checks_are_told_apart_by_their_ids_and_have_prose() {
        assert!(OWN_CHECKS.is_sorted_by_key(|check| check.id));
        assert!(OWN_CHECKS.iter().all(|check| is_own(check.id)));
        assert!(!ALL.iter().any(|check| is_own(check.id)));
    }

    /// The rules of the house for checks, as far as they are about what a check says of itself. Own checks decide no row
    /// of the catalogue, read nothing and serve no control; their cure lies in files, not in AWS.
    #[test]
    fn own_checks_keep_the_rules_of_the_house() {
        for check in OWN_CHECKS {
            let id = check.id;
            let kebab = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(id.bytes().all(kebab), "{id}");
            assert!(id.starts_with(&format!("{}-", check.service.as_str())));
            for heading in ["What", "Why", "How to mend", "References"] {
                assert!(!check.section(heading).is_empty(), "{id}: {heading}");
            }
            assert!(check.section("References").contains("https://"), "{id}");
            assert!(check.severity() > Severity::None, "{id}");
            assert!(check.title.starts_with(char::is_lowercase), "{id}");
            assert!(!check.title.ends_with('.'), "{id}");
            assert_eq!(find_check(id).map(|found| found.id), Some(id));
        }
    }
}
