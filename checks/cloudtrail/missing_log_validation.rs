//! Trails whose files could be changed or removed unnoticed.

use tripod_model::cloudtrail::Trail;
use tripod_model::{Impact, ResourceRef, Severity, Unknown};

use crate::cloudtrail::{DESCRIBE, told};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

/// CloudFormation's type name of a trail.
const TRAIL: &str = "AWS::CloudTrail::Trail";

pub(crate) static CHECK: Check = Check {
    id: "cloudtrail-missing-log-validation",
    title: "trail without validation of its log files",
    service: Service::CloudTrail,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["CT07"],
    needs: &["cloudtrail:DescribeTrails"],
    controls: &[
        Control::Baseline("LOG-2"),
        Control::Fsbp("CloudTrail.4"),
        Control::CisAws("4.2"),
        Control::Nist80053("AU-9"),
        Control::Nist80053("SI-4"),
        Control::Nist80053("SI-7(1)"),
        Control::Nist80053("SI-7(3)"),
        Control::Nist80053("SI-7(7)"),
        Control::PciDss("A1.2.1"),
        Control::PciDss("10.3.2"),
        Control::PciDss("10.3.3"),
        Control::PciDss("10.3.4"),
        Control::Soc2("CC7.3"),
        Control::OwaspServerless("S10"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_log_validation.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.cloudtrail.trails,
            || scope.unlisted(TRAIL),
            |trail| resource(&scope, trail),
            decide,
        );
    }
}

/// A trail lives in its home region, which may be another than the one it was seen from.
fn resource(scope: &Scope, trail: &Trail) -> ResourceRef {
    let mut resource = scope.resource(TRAIL, &trail.arn, &trail.name);
    if let Some(home) = &trail.home_region {
        resource.region = home.clone();
    }
    resource
}

fn decide(trail: &Trail) -> Result<Verdict, Unknown> {
    let member = "LogFileValidationEnabled";
    let verdict = if told(trail.log_file_validation_enabled, DESCRIBE, member)? {
        Verdict::pass("the trail writes digest files that prove its log files")
    } else {
        Verdict::fail(
            "the trail writes no digest files, so a changed log file looks like any other",
        )
    };
    let evidence = trail.sources.evidence(DESCRIBE, &format!("/{member}"));
    Ok(verdict.evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::{Observed, Outcome, RegionName, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    #[test]
    fn each_trail_passes_or_fails_by_itself() {
        let mut open = fixtures::trail("open");
        open.log_file_validation_enabled = Some(false);
        let snapshot = fixtures::with_region(|region| {
            region.cloudtrail.trails = Observed::Known(vec![fixtures::trail("audit"), open]);
        });
        let outcomes: Vec<_> = run(&CHECK, &snapshot)
            .into_iter()
            .map(|finding| (finding.resource.name, finding.outcome))
            .collect();
        assert_eq!(
            outcomes,
            [
                ("audit".to_owned(), Outcome::Pass),
                ("open".to_owned(), Outcome::Fail)
            ]
        );
    }

    #[test]
    fn a_trail_stands_under_its_home_region() {
        let mut trail = fixtures::trail("audit");
        trail.home_region = Some(RegionName::new("us-east-1"));
        let snapshot = fixtures::with_region(|region| {
            region.cloudtrail.trails = Observed::Known(vec![trail]);
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.resource.region.as_str(), "us-east-1");
        assert_eq!(finding.evidence[0].pointer, "/LogFileValidationEnabled");
    }

    #[test]
    fn a_trail_that_does_not_say_is_not_assessed() {
        let mut silent = fixtures::trail("silent");
        silent.log_file_validation_enabled = None;
        let snapshot = fixtures::with_region(|region| {
            region.cloudtrail.trails = Observed::Known(vec![silent]);
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("has no LogFileValidationEnabled"));
    }

    #[test]
    fn without_trails_there_is_nothing_to_say() {
        assert!(run(&CHECK, &fixtures::snapshot()).is_empty());
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot = fixtures::with_region(|region| {
            region.cloudtrail.trails = fixtures::denied("cloudtrail:DescribeTrails");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "cloudtrail:DescribeTrails");
    }
}
