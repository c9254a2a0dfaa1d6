//! What no API can show, and a person has to attest: rows of the baseline marked so, and who attests them.
//!
//! An attestation is an outcome class of its own in the report. It is never a pass, and takes no part in scores and
//! coverage: it is a person's word, with its evidence where the person says it is.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripod_checks::{Outcomes, Verdict};
use tripod_model::{AccountId, Finding, RegionName, ResourceRef};

use crate::own::MISSING_ATTESTATION;

/// A row of the baseline that is attested, in whole or in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attestable {
    /// The row.
    pub control: &'static str,
    /// What has to be attested: what of the row no check can see.
    pub question: &'static str,
}

/// The rows marked `attest` in the serverless baseline, by id.
pub static ATTESTABLE: [Attestable; 3] = [
    Attestable {
        control: "CODE-4",
        question: "code is written and reviewed against injection and by secure-coding practice",
    },
    Attestable {
        control: "GOV-5",
        question: "incident response suits serverless: there are procedures for it, and they are exercised",
    },
    Attestable {
        control: "GOV-6",
        question: "security people are part of the team, and architecture is reviewed",
    },
];

/// What somebody attests, as `tripod.toml` holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The row.
    pub control: &'static str,
    /// Who attests it.
    pub by: String,
    /// The day of it.
    pub date: Date,
    /// What is attested.
    pub statement: String,
    /// Where its evidence is kept.
    pub evidence: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// The entry, as `file:line`.
    pub source: String,
}

/// How an attestation stands on the day of the scan.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AttestationStatus {
    /// Nobody attests the row.
    Missing,
    /// Its last day is over.
    Expired,
    /// It is dated after the scan.
    NotYet,
    /// It holds. Still no pass: nobody but its author has seen what it says.
    Attested,
}

/// A row that is attested, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedAttestation {
    /// The row of the baseline.
    pub control: String,
    /// What has to be attested.
    pub question: String,
    /// How it stands on the day of the scan.
    pub status: AttestationStatus,
    /// Who attests it.
    pub by: Option<String>,
    /// The day of it.
    #[schemars(with = "Option<String>")]
    pub date: Option<Date>,
    /// What is attested, in its author's words.
    pub statement: Option<String>,
    /// Where its evidence is kept, as its author says.
    pub evidence: Option<String>,
    /// The last day on which it holds.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
    /// The entry, as `file:line`.
    pub source: Option<String>,
}

/// Every row that is attested, by id. Of several attestations of a row the one that holds is shown, and of those
/// that do the one that holds longest.
pub(crate) fn reported(attestations: &[Attestation], today: Date) -> Vec<ReportedAttestation> {
    let one = |row: &Attestable| {
        let best = attestations
            .iter()
            .filter(|it| it.control == row.control)
            .max_by_key(|it| (status(it, today), it.expires));
        ReportedAttestation {
            control: row.control.to_owned(),
            question: row.question.to_owned(),
            status: best.map_or(AttestationStatus::Missing, |it| status(it, today)),
            by: best.map(|it| it.by.clone()),
            date: best.map(|it| it.date),
            statement: best.map(|it| it.statement.clone()),
            evidence: best.map(|it| it.evidence.clone()),
            expires: best.map(|it| it.expires),
            source: best.map(|it| it.source.clone()),
        }
    };
    ATTESTABLE.iter().map(one).collect()
}

fn status(attestation: &Attestation, today: Date) -> AttestationStatus {
    if attestation.expires < today {
        AttestationStatus::Expired
    } else if attestation.date > today {
        AttestationStatus::NotYet
    } else {
        AttestationStatus::Attested
    }
}

/// The findings about attestations. A row that nobody attests is one only where attestations are `wanted`.
pub(crate) fn findings(
    rows: &[ReportedAttestation],
    wanted: bool,
    caller: &AccountId,
) -> Vec<Finding> {
    let mut out = Outcomes::of(&MISSING_ATTESTATION);
    for row in rows {
        let by = row.by.as_deref().unwrap_or_default();
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let verdict = match row.status {
            AttestationStatus::Missing if wanted => {
                Verdict::fail(format!("nobody attests that {}", row.question))
            }
            AttestationStatus::Missing => {
                Verdict::not_applicable("nobody attests it, and the profile does not ask for it")
            }
            AttestationStatus::Expired => Verdict::fail(format!(
                "what {by} attested expired on {}",
                day(row.expires)
            )),
            AttestationStatus::NotYet => Verdict::fail(format!(
                "what {by} attests is dated {}, after the scan",
                day(row.date)
            )),
            AttestationStatus::Attested => Verdict::not_applicable(format!(
                "{by} attests it until {}; an attestation is no assessment",
                day(row.expires)
            )),
        };
        out.say(
            resource(row, caller),
            Ok(verdict.detail("control", row.control.clone())),
        );
    }
    out.into_findings()
}

fn resource(row: &ReportedAttestation, caller: &AccountId) -> ResourceRef {
    ResourceRef {
        arn: format!("attestation:{}", row.control),
        kind: "Tripod::Attestation".to_owned(),
        name: row.control.clone(),
        account: caller.clone(),
        region: RegionName::new("global"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tripod_model::Outcome;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn attested(control: &'static str, from: Date, expires: Date) -> Attestation {
        Attestation {
            control,
            by: "Ada".to_owned(),
            date: from,
            statement: "it is so".to_owned(),
            evidence: "https://wiki.example.com/it".to_owned(),
            expires,
            source: "tripod.toml:7".to_owned(),
        }
    }

    fn of_gov_6(attestations: &[Attestation], wanted: bool) -> (AttestationStatus, Outcome) {
        let rows = reported(attestations, TODAY);
        let findings = findings(&rows, wanted, &AccountId::new("111122223333"));
        let row = rows
            .iter()
            .find(|row| row.control == "GOV-6")
            .expect("a row");
        let finding = findings.iter().find(|it| it.resource.name == "GOV-6");
        (row.status, finding.expect("a finding").outcome)
    }

    #[test]
    fn an_attestation_that_holds_is_shown_and_is_no_pass() {
        let it = attested("GOV-6", TODAY, TODAY);
        assert_eq!(
            of_gov_6(&[it], true),
            (AttestationStatus::Attested, Outcome::NotApplicable)
        );
    }

    #[test]
    fn one_that_expired_or_is_dated_ahead_fails_in_every_profile() {
        let old = attested("GOV-6", date(2025, 1, 1), date(2026, 11, 21));
        let ahead = attested("GOV-6", date(2026, 11, 23), date(2027, 11, 23));
        for wanted in [true, false] {
            let (status, outcome) = of_gov_6(std::slice::from_ref(&old), wanted);
            assert_eq!(
                (status, outcome),
                (AttestationStatus::Expired, Outcome::Fail)
            );
            let (status, outcome) = of_gov_6(std::slice::from_ref(&ahead), wanted);
            assert_eq!(
                (status, outcome),
                (AttestationStatus::NotYet, Outcome::Fail)
            );
        }
    }

    #[test]
    fn a_row_that_nobody_attests_fails_where_it_is_wanted() {
        let other = attested("GOV-5", TODAY, TODAY);
        assert_eq!(
            of_gov_6(std::slice::from_ref(&other), true),
            (AttestationStatus::Missing, Outcome::Fail)
        );
        assert_eq!(of_gov_6(&[other], false).1, Outcome::NotApplicable);
    }

    #[test]
    fn of_several_the_one_that_holds_longest_is_shown() {
        let rows = reported(
            &[
                attested("GOV-6", date(2026, 11, 23), date(2029, 1, 1)),
                attested("GOV-6", date(2026, 1, 1), date(2027, 1, 1)),
                attested("GOV-6", date(2026, 1, 1), date(2027, 2, 1)),
            ],
            TODAY,
        );
        assert_eq!(rows[2].expires, Some(date(2027, 2, 1)));
    }

    #[test]
    fn rows_are_sorted_and_of_the_baseline() {
        assert!(ATTESTABLE.is_sorted_by_key(|row| row.control));
    }
}
