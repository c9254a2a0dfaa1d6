//! Accounts without a trail that records every region.

use tripod_model::cloudtrail::Trail;
use tripod_model::{Account, Evidence, Impact, Severity, Unknown};

use crate::cloudtrail::{Trails, is_logging, is_multi_region};
use crate::{
    Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, account_resource,
};

pub(crate) static CHECK: Check = Check {
    id: "cloudtrail-missing-multi-region-trail",
    title: "account without a logging multi-Region trail",
    service: Service::CloudTrail,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::High,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["CT02"],
    needs: &["cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus"],
    controls: &[
        Control::Baseline("IAM-8"),
        Control::Baseline("LOG-2"),
        Control::Fsbp("CloudTrail.1"),
        Control::CisAws("4.1"),
        Control::Nist80053("AC-4(26)"),
        Control::Nist80053("AU-2"),
        Control::Nist80053("AU-3"),
        Control::Nist80053("AU-6(3)"),
        Control::Nist80053("AU-6(4)"),
        Control::Nist80053("AU-10"),
        Control::Nist80053("AU-12"),
        Control::Nist80053("CA-7"),
        Control::Nist80053("SC-7(9)"),
        Control::Nist80053("SI-7(8)"),
        Control::Nist80053("AC-2(4)"),
        Control::Nist80053("AC-6(9)"),
        Control::Nist80053("AU-14(1)"),
        Control::Nist80053("SA-8(22)"),
        Control::Nist80053("SI-3(8)"),
        Control::Nist80053("SI-4(20)"),
        Control::PciDss("A1.2.1"),
        Control::PciDss("10.2.1.1"),
        Control::PciDss("10.2.1.2"),
        Control::PciDss("10.2.1.3"),
        Control::PciDss("10.2.1.4"),
        Control::PciDss("10.2.1.5"),
        Control::PciDss("10.2.1.6"),
        Control::PciDss("10.2.1.7"),
        Control::PciDss("10.2.2"),
        Control::PciDss("10.3.1"),
        Control::PciDss("10.3.2"),
        Control::PciDss("10.3.3"),
        Control::PciDss("10.3.4"),
        Control::PciDss("10.6.3"),
        Control::PciDss("11.3.1.3"),
        Control::PciDss("11.5.2"),
        Control::PciDss("3.5.1.3"),
        Control::PciDss("7.3.3"),
        Control::Soc2("A1.2"),
        Control::Soc2("CC7.2"),
        Control::OwaspServerless("S10"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_multi_region_trail.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for account in &view.accounts {
        out.say(account_resource(account), decide(account));
    }
}

fn decide(account: &Account) -> Result<Verdict, Unknown> {
    let trails = Trails::of(account);
    let mut unknown = trails.unknown;
    let mut stopped = Vec::new();
    let mut single = Vec::new();
    for (_, trail) in trails.seen {
        if trail.is_multi_region == Some(false) {
            single.push(trail);
            continue;
        }
        match covers(trail) {
            Ok(true) => {
                let message = format!("the multi-Region trail {} is logging", trail.name);
                let evidence = trail
                    .sources
                    .evidence("cloudtrail:GetTrailStatus", "/IsLogging");
                return Ok(Verdict::pass(message).evidence(evidence));
            }
            Ok(false) => stopped.push(trail),
            Err(cause) => unknown = unknown.or(Some(cause)),
        }
    }
    // A list or a status that was not seen may hold the trail that is looked for.
    unknown.map_or_else(|| Ok(missing(&stopped, &single)), Err)
}

/// Whether the trail is logging in every region. One "no" decides, whatever else is not known.
fn covers(trail: &Trail) -> Result<bool, Unknown> {
    match is_logging(trail) {
        Ok(true) => is_multi_region(trail),
        other => other,
    }
}

fn missing(stopped: &[&Trail], single: &[&Trail]) -> Verdict {
    let (message, trails) = if !stopped.is_empty() {
        ("no multi-Region trail is logging; stopped", stopped)
    } else if !single.is_empty() {
        ("no trail covers every region; single-Region", single)
    } else {
        return Verdict::fail("the account has no trail");
    };
    let names: Vec<&str> = trails.iter().map(|trail| trail.name.as_str()).collect();
    let evidence: Vec<Evidence> = trails
        .iter()
        .flat_map(|trail| trail.sources.evidence("cloudtrail:DescribeTrails", ""))
        .collect();
    Verdict::fail(format!("{message}: {}", names.join(", ")))
        .detail("trails", names)
        .evidence(evidence)
}

#[cfg(test)]
mod tests {
    use tripod_model::cloudtrail::Trail;
    use tripod_model::{
        Observed, Outcome, RegionName, RegionStatus, RegionalAccount, Snapshot, fixtures,
    };

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn with_trails(trails: Vec<Trail>) -> Snapshot {
        fixtures::with_region(|region| region.cloudtrail.trails = Observed::Known(trails))
    }

    fn stopped(name: &str) -> Trail {
        let mut trail = fixtures::trail(name);
        if let Observed::Known(status) = &mut trail.status {
            status.is_logging = Some(false);
        }
        trail
    }

    fn single_region(name: &str) -> Trail {
        let mut trail = fixtures::trail(name);
        trail.is_multi_region = Some(false);
        trail
    }

    /// The same with a second region whose trails could not be listed.
    fn with_unseen_region(mut snapshot: Snapshot) -> Snapshot {
        let mut region = fixtures::region("eu-west-1");
        region.cloudtrail.trails = fixtures::denied("cloudtrail:DescribeTrails");
        snapshot.accounts[0].regions.push(region);
        snapshot
    }

    #[test]
    fn a_logging_multi_region_trail_passes_whatever_else_is_unseen() {
        let snapshot = with_trails(vec![stopped("old"), fixtures::trail("audit")]);
        let finding = run_one(&CHECK, &with_unseen_region(snapshot));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("audit"));
        assert_eq!(finding.resource.kind, "AWS::::Account");
        assert_eq!(finding.evidence[0].pointer, "/IsLogging");
    }

    #[test]
    fn no_trail_fails() {
        let finding = run_one(&CHECK, &with_trails(vec![]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.message, "the account has no trail");
    }

    #[test]
    fn single_region_and_stopped_trails_fail_and_are_named() {
        let finding = run_one(&CHECK, &with_trails(vec![single_region("local")]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("single-Region: local"));
        let trails = vec![single_region("local"), stopped("audit")];
        let finding = run_one(&CHECK, &with_trails(trails));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("stopped: audit"));
    }

    #[test]
    fn the_status_of_a_single_region_trail_does_not_matter() {
        let mut trail = single_region("local");
        trail.status = fixtures::denied("cloudtrail:GetTrailStatus");
        let finding = run_one(&CHECK, &with_trails(vec![trail]));
        assert_eq!(finding.outcome, Outcome::Fail);
    }

    #[test]
    fn an_unseen_list_or_status_is_not_assessed() {
        let unseen = with_unseen_region(with_trails(vec![single_region("local")]));
        assert_denied(&run_one(&CHECK, &unseen), "cloudtrail:DescribeTrails");
        let mut trail = fixtures::trail("audit");
        trail.status = fixtures::denied("cloudtrail:GetTrailStatus");
        let finding = run_one(&CHECK, &with_trails(vec![stopped("old"), trail]));
        assert_denied(&finding, "cloudtrail:GetTrailStatus");
    }

    #[test]
    fn a_trail_that_does_not_say_is_not_assessed_unless_it_is_stopped() {
        let silent = |mut trail: Trail| {
            trail.is_multi_region = None;
            trail
        };
        let finding = run_one(&CHECK, &with_trails(vec![silent(fixtures::trail("audit"))]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("has no IsMultiRegionTrail"));
        let finding = run_one(&CHECK, &with_trails(vec![silent(stopped("audit"))]));
        assert_eq!(finding.outcome, Outcome::Fail);

        let mut trail = fixtures::trail("audit");
        if let Observed::Known(status) = &mut trail.status {
            status.is_logging = None;
        }
        let finding = run_one(&CHECK, &with_trails(vec![trail]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("has no IsLogging"));
    }

    #[test]
    fn a_region_that_is_off_hides_nothing_and_an_account_without_regions_everything() {
        let mut snapshot = with_trails(vec![]);
        let name = RegionName::new("me-south-1");
        let off = RegionalAccount::not_collected(name, RegionStatus::Disabled);
        snapshot.accounts[0].regions.push(off);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Fail);
        snapshot.accounts[0].regions.remove(0);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn each_account_has_its_own_verdict() {
        let mut snapshot = with_trails(vec![fixtures::trail("audit")]);
        let mut bare = fixtures::snapshot().accounts.remove(0);
        bare.id = tripod_model::AccountId::new("444455556666");
        snapshot.accounts.push(bare);
        let outcomes: Vec<Outcome> = run(&CHECK, &snapshot).iter().map(|f| f.outcome).collect();
        assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail]);
    }
}
