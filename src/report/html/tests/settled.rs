//! What the user settled, and the scores of parts.

use tripod_model::{Outcome, Severity};

use super::{bare, between};
use crate::fixture;

#[test]
fn profile_exceptions_and_attestations_have_a_section_of_their_own() {
    let page = bare(&fixture::settled());
    assert!(page.contains("<a href=\"#settings\">regulated</a>"));
    let settings = between(&page, "<section id=\"settings\"", "</section>");
    let exceptions = between(settings, "Accepted failures, by exception", "</table>");
    for said in [
        "blue team",
        "a honeypot",
        "2027-01-31",
        "lambda-public-url",
        "exceptions.toml:3",
    ] {
        assert!(exceptions.contains(said), "{said}: {exceptions}");
    }
    assert!(
        !exceptions.contains("red team"),
        "theirs cover nothing: {exceptions}"
    );
    let attested = between(settings, "Attestations, by row", "</table>");
    for said in [
        "she sits with us",
        "the plan",
        "2027-06-01",
        "expired",
        "not attested",
    ] {
        assert!(attested.contains(said), "{said}: {attested}");
    }
}

#[test]
fn what_is_to_mend_in_the_settings_stands_apart_from_the_account() {
    let report = fixture::settled();
    let page = bare(&report);
    let first = between(&page, "<section id=\"first\"", "</section>");
    assert!(!first.contains("tripod-"), "{first}");
    let settings = between(&page, "Findings about the settings", "</table>");
    let own: Vec<_> = report
        .failed()
        .filter(|it| tripod_assess::is_own(&it.check))
        .collect();
    assert!(own.len() > 3);
    assert_eq!(settings.matches("<tr><td>").count(), own.len());
}

#[test]
fn the_figures_of_the_legs_lead_to_as_many_findings() {
    let report = fixture::settled();
    let rows = super::super::data::ordered(&report);
    for pillar in tripod_model::Pillar::ALL {
        for severity in Severity::COUNTED {
            let listed = rows
                .iter()
                .filter(|it| it.outcome == Outcome::Fail)
                .filter(|it| {
                    let place = tripod_model::Pillar::ALL
                        .iter()
                        .position(|one| *one == pillar);
                    let power = 2 - u32::try_from(place.expect("one of three")).expect("small");
                    super::super::data::kind_of(it) / 5_usize.pow(power) % 5
                        == super::super::data::level(severity)
                });
            let open = report.pillars.on(pillar).open.of(severity);
            assert_eq!(listed.count() as u64, open, "{pillar:?} {severity:?}");
        }
    }
}

#[test]
fn parts_have_their_scores() {
    let mut report = fixture::settled();
    let page = bare(&report);
    let scores = between(&page, "<section id=\"scores\"", "</section>");
    let standing = report.scores.services["lambda"];
    let points = standing.overall.score.expect("assessed");
    assert!(
        scores.contains(&format!(
            "service=lambda\">lambda</a></th><td class=\"number\"><b>{points}</b></td>"
        )),
        "{scores}"
    );
    assert!(
        !scores.contains("111122223333"),
        "of one account the head says it"
    );
    report
        .scores
        .accounts
        .insert("444455556666".to_owned(), standing);
    assert!(bare(&report).contains("account=444455556666"));
}
