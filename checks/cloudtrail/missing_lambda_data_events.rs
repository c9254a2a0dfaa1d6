//! Functions whose invocations no trail records.

use std::collections::BTreeMap;

use tripod_model::cloudtrail::Trail;
use tripod_model::lambda::Function;
use tripod_model::{AccountId, Evidence, Impact, RegionName, Severity, Unknown};

use crate::cloudtrail::selectors::record_invocations;
use crate::cloudtrail::{Trails, is_logging, is_multi_region};
use crate::lambda::each_function;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "cloudtrail-missing-lambda-data-events",
    title: "function whose invocations no trail records",
    service: Service::CloudTrail,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["CT15"],
    needs: &[
        "lambda:ListFunctions",
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:GetEventSelectors",
    ],
    controls: &[Control::Baseline("LOG-2"), Control::OwaspServerless("S10")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_lambda_data_events.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let trails: BTreeMap<&AccountId, Trails> = view
        .accounts
        .iter()
        .map(|account| (&account.id, Trails::of(account)))
        .collect();
    each_function(view, out, |scope, function| {
        let trails = trails.get(&scope.account.id).ok_or(Unknown::NotCollected)?;
        decide(trails, &scope.region.name, function)
    });
}

fn decide(trails: &Trails, region: &RegionName, function: &Function) -> Result<Verdict, Unknown> {
    let mut unknown = trails.unknown.clone();
    let mut reaching = Vec::new();
    for (home, trail) in &trails.seen {
        let elsewhere = *home != region;
        if elsewhere && trail.is_multi_region == Some(false) {
            continue;
        }
        match records(trail, function, elsewhere) {
            Ok(true) => {
                let message = format!("the trail {} records its invocations", trail.name);
                return Ok(Verdict::pass(message).evidence(evidence(trail)));
            }
            Ok(false) => reaching.push(*trail),
            Err(cause) => unknown = unknown.or(Some(cause)),
        }
    }
    unknown.map_or_else(|| Ok(unrecorded(&reaching, region, function)), Err)
}

/// Whether the trail records the function's invocations. One "no" decides, whatever else is not known.
fn records(trail: &Trail, function: &Function, elsewhere: bool) -> Result<bool, Unknown> {
    let logging = is_logging(trail);
    if logging == Ok(false) {
        return Ok(false);
    }
    let selected = selects(trail, function)?;
    if !selected {
        return Ok(false);
    }
    // A trail at home in another region has to reach this one.
    if elsewhere && !is_multi_region(trail)? {
        return Ok(false);
    }
    logging
}

fn selects(trail: &Trail, function: &Function) -> Result<bool, Unknown> {
    Ok(trail
        .selectors
        .found()?
        .is_some_and(|selectors| record_invocations(selectors, &function.arn)))
}

fn evidence(trail: &Trail) -> Vec<Evidence> {
    trail.sources.evidence("cloudtrail:GetEventSelectors", "")
}

fn unrecorded(reaching: &[&Trail], region: &RegionName, function: &Function) -> Verdict {
    if reaching.is_empty() {
        return Verdict::fail(format!("no trail covers {region}"));
    }
    let names: Vec<&str> = reaching.iter().map(|trail| trail.name.as_str()).collect();
    // A trail that would record them but is stopped is the shortest way to mend it.
    let stopped = reaching
        .iter()
        .find(|trail| selects(trail, function) == Ok(true));
    let message = match stopped {
        Some(trail) => format!(
            "the trail {} selects its invocations but is not logging",
            trail.name
        ),
        None => format!(
            "no trail of {region} selects its invocations: {}",
            names.join(", ")
        ),
    };
    let evidence: Vec<Evidence> = reaching.iter().flat_map(|trail| evidence(trail)).collect();
    Verdict::fail(message)
        .detail("trails", names)
        .evidence(evidence)
}

#[cfg(test)]
mod tests {
    use tripod_model::cloudtrail::{DataResource, Trail};
    use tripod_model::{Finding, Observed, Outcome, RegionName, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    /// A trail that records every function.
    fn recording(name: &str) -> Trail {
        let mut trail = fixtures::trail(name);
        if let Observed::Known(selectors) = &mut trail.selectors {
            selectors.classic[0].data_resources = vec![DataResource {
                kind: Some("AWS::Lambda::Function".to_owned()),
                values: vec!["arn:aws:lambda".to_owned()],
            }];
        }
        trail
    }

    fn stop(mut trail: Trail) -> Trail {
        if let Observed::Known(status) = &mut trail.status {
            status.is_logging = Some(false);
        }
        trail
    }

    fn with_trails(trails: Vec<Trail>) -> Snapshot {
        fixtures::with_region(|region| {
            region.lambda.functions = Observed::Known(vec![fixtures::function("claims")]);
            region.cloudtrail.trails = Observed::Known(trails);
        })
    }

    fn finding(trails: Vec<Trail>) -> Finding {
        run_one(&CHECK, &with_trails(trails))
    }

    #[test]
    fn a_trail_that_records_every_function_passes() {
        let finding = finding(vec![fixtures::trail("management"), recording("data")]);
        assert_eq!(finding.outcome, Outcome::Pass);
        assert!(finding.message.contains("data"));
        assert_eq!(finding.resource.kind, "AWS::Lambda::Function");
    }

    #[test]
    fn management_events_alone_fail() {
        let finding = finding(vec![fixtures::trail("management")]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.ends_with("management"));
    }

    #[test]
    fn no_trail_fails() {
        assert_eq!(finding(vec![]).outcome, Outcome::Fail);
    }

    #[test]
    fn a_stopped_trail_records_nothing() {
        let finding = finding(vec![stop(recording("data"))]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("is not logging"));
    }

    #[test]
    fn a_single_region_trail_covers_its_home_region_only() {
        let mut trail = recording("local");
        trail.is_multi_region = Some(false);
        assert_eq!(finding(vec![trail.clone()]).outcome, Outcome::Pass);
        trail.home_region = Some(RegionName::new("eu-west-1"));
        assert_eq!(finding(vec![trail]).outcome, Outcome::Fail);
    }

    #[test]
    fn a_multi_region_trail_of_another_region_covers() {
        let mut snapshot = with_trails(vec![]);
        let mut trail = recording("data");
        trail.home_region = Some(RegionName::new("eu-west-1"));
        let mut other = fixtures::region("eu-west-1");
        other.cloudtrail.trails = Observed::Known(vec![trail]);
        snapshot.accounts[0].regions.push(other);
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Pass);
    }

    #[test]
    fn a_trail_of_another_region_that_does_not_say_how_far_it_reaches_is_not_assessed() {
        let mut trail = recording("data");
        trail.is_multi_region = None;
        assert_eq!(finding(vec![trail.clone()]).outcome, Outcome::Pass);
        trail.home_region = Some(RegionName::new("eu-west-1"));
        let finding = finding(vec![trail]);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("has no IsMultiRegionTrail"));
    }

    #[test]
    fn unknown_trails_status_and_selectors_are_not_assessed() {
        let mut unlisted = with_trails(vec![fixtures::trail("management")]);
        let mut other = fixtures::region("eu-west-1");
        other.cloudtrail.trails = fixtures::denied("cloudtrail:DescribeTrails");
        unlisted.accounts[0].regions.push(other);
        assert_denied(&run_one(&CHECK, &unlisted), "cloudtrail:DescribeTrails");

        let mut status = recording("data");
        status.status = fixtures::denied("cloudtrail:GetTrailStatus");
        assert_denied(&finding(vec![status]), "cloudtrail:GetTrailStatus");

        let mut selectors = recording("data");
        selectors.selectors = fixtures::denied("cloudtrail:GetEventSelectors");
        assert_denied(&finding(vec![selectors]), "cloudtrail:GetEventSelectors");
    }

    #[test]
    fn what_cannot_matter_need_not_be_known() {
        let mut unselected = fixtures::trail("management");
        unselected.status = fixtures::denied("cloudtrail:GetTrailStatus");
        assert_eq!(finding(vec![unselected]).outcome, Outcome::Fail);

        let mut stopped = stop(recording("data"));
        stopped.selectors = fixtures::denied("cloudtrail:GetEventSelectors");
        assert_eq!(finding(vec![stopped]).outcome, Outcome::Fail);

        let mut elsewhere = recording("local");
        elsewhere.is_multi_region = Some(false);
        elsewhere.home_region = Some(RegionName::new("eu-west-1"));
        elsewhere.selectors = fixtures::denied("cloudtrail:GetEventSelectors");
        assert_eq!(finding(vec![elsewhere]).outcome, Outcome::Fail);

        let mut unknown = recording("other");
        unknown.status = fixtures::denied("cloudtrail:GetTrailStatus");
        let finding = finding(vec![unknown, recording("data")]);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn functions_are_judged_one_by_one() {
        let mut trail = recording("data");
        if let Observed::Known(selectors) = &mut trail.selectors {
            selectors.classic[0].data_resources[0].values =
                vec![fixtures::function("claims").arn.to_string()];
        }
        let mut snapshot = with_trails(vec![trail]);
        let functions = vec![fixtures::function("claims"), fixtures::function("orders")];
        snapshot.accounts[0].regions[0].lambda.functions = Observed::Known(functions);
        let outcomes: Vec<_> = run(&CHECK, &snapshot)
            .into_iter()
            .map(|finding| (finding.resource.name, finding.outcome))
            .collect();
        assert_eq!(
            outcomes,
            [
                ("claims".to_owned(), Outcome::Pass),
                ("orders".to_owned(), Outcome::Fail)
            ]
        );
    }
}
