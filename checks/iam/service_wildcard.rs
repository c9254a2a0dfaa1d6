//! Policies that allow every action of a service.

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::catalogue::{self, Service as Catalogued};
use tripod_policy::{Selection, Statement, unnamed};

use super::asking::{Asking, Choice, Grant};
use super::written::{Whose, Written, each_granting};
use super::{DETAILS, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-service-wildcard",
    title: "policy that allows every action of a service",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["IG04", "IG05"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Fsbp("IAM.21"),
        Control::Nist80053("AC-2"),
        Control::Nist80053("AC-2(1)"),
        Control::Nist80053("AC-3"),
        Control::Nist80053("AC-3(7)"),
        Control::Nist80053("AC-3(15)"),
        Control::Nist80053("AC-5"),
        Control::Nist80053("AC-6"),
        Control::Nist80053("AC-6(2)"),
        Control::Nist80053("AC-6(3)"),
        Control::Nist80053("AC-6(10)"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("service_wildcard.md"),
    run,
};

/// Services that guard the others: by every action of one of them a holder gives itself any permission (`iam`,
/// `organizations`), stops the trail (`cloudtrail`, `StopLogging`), or shuts away all that is encrypted (`kms`,
/// `DisableKey`, `ScheduleKeyDeletion`).
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const GUARDS: [&str; 4] = ["cloudtrail", "iam", "kms", "organizations"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_granting(view, out, Whose::Own, decide);
}

/// A service; none for every service.
type Whole = Option<&'static str>;

/// Every action of a service, on some of its resources that nobody named or on those that the policy names.
struct Found {
    service: Whole,
    unlimited: bool,
    grant: Grant,
}

fn decide(written: &Written) -> Result<Verdict, Unknown> {
    let all = found(written)?;
    let unlimited = all.iter().filter(|it| it.unlimited);
    let unlimited: Vec<&Found> = unlimited.collect();
    let shown = if unlimited.is_empty() {
        all.iter().collect()
    } else {
        unlimited
    };
    let Some(first) = shown.first() else {
        return Ok(Verdict::pass(format!(
            "{} {} not allow every action of a service",
            written.title(),
            written.does()
        )));
    };
    let services: Vec<String> = shown.iter().map(|it| name(it.service)).collect();
    let reach = if first.unlimited {
        "without a limit to some resources"
    } else {
        "on the resources that it names"
    };
    let failure = Verdict::fail(format!(
        "{} every action of {} {reach}",
        first.grant.sentence("allows", "allow"),
        listed(&services)
    ))
    .detail("services", services);
    let mut weight = written.weight_of_part()?;
    if !first.unlimited {
        let named = Some("no service is open as a whole".to_owned());
        weight = weight.at_most(Severity::Low, named);
    }
    weight = weight.at_most(Severity::Low, only_by_leaving_out(written, &shown)?);
    if !shown.iter().any(|it| guards(it.service)) {
        let others = Some("neither identities nor keys nor trails are among them".to_owned());
        weight = weight.at_most(Severity::Medium, others);
    }
    if shown.iter().all(|it| !it.grant.conditions.is_empty()) {
        weight = first.grant.rarer(weight, Severity::Medium);
    }
    Ok(weight.on(first.grant.told(failure)))
}

fn name(service: Whole) -> String {
    service.unwrap_or("every service").to_owned()
}

fn guards(service: Whole) -> bool {
    service.is_none_or(|service| GUARDS.contains(&service))
}

/// The reason to weigh it elsewhere: only a `NotAction` opens whole services.
fn only_by_leaving_out(written: &Written, shown: &[&Found]) -> Result<Option<String>, Unknown> {
    let policies = written.read()?;
    let any = unnamed("*:*");
    let mut opening = policies
        .iter()
        .flat_map(|(_, policy)| policy.allows())
        .filter(|allow| allow.covers_action(&any));
    let by_leaving_out = shown.iter().all(|it| it.service.is_none())
        && opening.all(|allow| !allow.actions.excluded().is_empty());
    Ok(by_leaving_out.then(|| "NotAction does it, which iam-negated-allow weighs".to_owned()))
}

/// Each service once, in order; those open without limit as such.
fn found(written: &Written) -> Result<Vec<Found>, Unknown> {
    let asking = written.asking();
    let mut resources: BTreeMap<Whole, BTreeSet<String>> = BTreeMap::new();
    for (_, policy) in written.read()? {
        for allow in policy.allows() {
            for service in opened_by(allow) {
                let named = allow.resources.patterns().iter();
                let named = named.map(|pattern| pattern.as_str().to_owned());
                resources.entry(service).or_default().extend(named);
            }
        }
    }
    let mut all = Vec::new();
    for (service, named) in resources {
        let found = judge(&asking, service, &named.into_iter().collect::<Vec<_>>())?;
        // Where every service is open, single ones add nothing.
        let whole = service.is_none() && found.as_ref().is_some_and(|it| it.unlimited);
        all.extend(found);
        if whole {
            break;
        }
    }
    Ok(all)
}

fn judge(asking: &Asking<'_>, service: Whole, named: &[String]) -> Result<Option<Found>, Unknown> {
    let action = format!("{}:*", service.unwrap_or("*"));
    let open = asking.may_on_any(&action, any_resource(asking, service))?;
    if let Some(grant) = open.filter(|grant| grant.choice == Choice::None) {
        return Ok(Some(Found {
            service,
            unlimited: true,
            grant,
        }));
    }
    let limited = asking.may_on_any(&action, named)?;
    Ok(limited.map(|grant| Found {
        service,
        unlimited: false,
        grant,
    }))
}

/// The services all of whose actions a statement speaks of, those added later too.
fn opened_by(statement: &Statement) -> BTreeSet<Whole> {
    if statement.covers_action(&unnamed("*:*")) {
        return BTreeSet::from([None]);
    }
    let Selection::Only(patterns) = &statement.actions else {
        return BTreeSet::new();
    };
    let is_whole = |service: &&Catalogued| {
        let any = unnamed(&format!("{}:*", service.prefix));
        statement.covers_action(&any)
    };
    let mut services = BTreeSet::new();
    for pattern in patterns {
        let Some((prefix, name)) = pattern.as_str().split_once(':') else {
            continue;
        };
        if !name.chars().all(|letter| matches!(letter, '*' | '?')) {
            continue;
        }
        if prefix.contains(['*', '?']) {
            let several = catalogue::services().iter().filter(is_whole);
            services.extend(several.map(|service| Some(service.prefix)));
        } else {
            let one = catalogue::service(prefix).filter(is_whole);
            services.extend(one.map(|service| Some(service.prefix)));
        }
    }
    services
}

/// Resources of the service that nobody named, a form for each of its types.
fn any_resource(asking: &Asking<'_>, service: Whole) -> Vec<String> {
    match service {
        None => vec![asking.anything()],
        Some(prefix) => {
            let service = catalogue::service(prefix);
            let types = service.map_or(&[] as &[_], Catalogued::resource_types);
            std::iter::once("*".to_owned())
                .chain(types.iter().flat_map(|kind| asking.forms_of(kind)))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::ManagedPolicy;
    use tripod_model::{Arn, Finding, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        allow, denied, deny, managed, under, with_bounded_role, with_policies, with_role,
    };
    use crate::testing::{assert_denied, run, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_policies(vec![managed("p", statements)]))
    }

    fn wild(actions: &str) -> String {
        allow(actions, r#""*""#)
    }

    #[test]
    fn a_whole_service_fails_however_it_is_written() {
        for actions in [
            r#""s3:*""#,
            r#""S3:**""#,
            r#"["lambda:GetFunction","s3:?*"]"#,
        ] {
            let finding = judged(&wild(actions));
            assert_eq!(finding.outcome, Outcome::Fail, "{actions}");
            assert_eq!(finding.severity, Severity::Medium, "{actions}");
            assert!(
                finding
                    .message
                    .starts_with("statement 1 allows every action of s3 without a limit"),
                "{}",
                finding.message
            );
        }
    }

    #[test]
    fn services_that_guard_the_others_weigh_more() {
        for service in ["cloudtrail", "kms", "iam", "organizations"] {
            let finding = judged(&wild(&format!(r#"["s3:*","{service}:*"]"#)));
            assert_eq!(finding.severity, Severity::High, "{service}");
            assert!(finding.message.contains(service), "{}", finding.message);
        }
    }

    #[test]
    fn families_of_actions_pass() {
        for actions in [
            r#""s3:Get*""#,
            r#"["ec2:Describe*","kms:List*"]"#,
            r#""sts:AssumeRole""#,
            r#""*:Describe*""#,
        ] {
            assert_eq!(judged(&wild(actions)).outcome, Outcome::Pass, "{actions}");
        }
    }

    #[test]
    fn all_resources_of_one_type_are_no_limit_and_named_ones_are() {
        for (actions, resource, severity) in [
            (r#""s3:*""#, r#""arn:aws:s3:::*""#, Severity::Medium),
            (
                r#""kms:*""#,
                r#""arn:aws:kms:*:111122223333:key/*""#,
                Severity::High,
            ),
            (r#""s3:*""#, r#""arn:aws:s3:::clinic-*""#, Severity::Low),
            (
                r#""kms:*""#,
                r#""arn:aws:kms:eu-central-1:111122223333:key/a""#,
                Severity::Low,
            ),
            (r#""*""#, r#""arn:aws:s3:::clinic-*""#, Severity::Low),
        ] {
            let finding = judged(&allow(actions, resource));
            assert_eq!(finding.outcome, Outcome::Fail, "{actions} {resource}");
            assert_eq!(finding.severity, severity, "{actions} {resource}");
        }
    }

    #[test]
    fn what_is_denied_again_passes_and_a_deny_of_single_actions_does_not_help() {
        let all = wild(r#""s3:*""#);
        for others in [deny(r#""s3:*""#, r#""*""#), deny(r#""*""#, r#""*""#)] {
            let finding = judged(&format!("{all},{others}"));
            assert_eq!(finding.outcome, Outcome::Pass, "{others}");
        }
        let buckets = deny(r#""s3:DeleteBucket""#, r#""*""#);
        assert_eq!(judged(&format!("{all},{buckets}")).outcome, Outcome::Fail);
    }

    #[test]
    fn everything_and_everything_but_some_are_weighed_elsewhere() {
        let finding = judged(&wild(r#""*""#));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        assert!(finding.message.contains("every action of every service"));
        assert!(finding.message.contains("iam-administrator-policy"));
        let finding = judged(r#"{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}"#);
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        assert!(finding.message.contains("iam-negated-allow"));
    }

    #[test]
    fn conditions_make_it_rarer() {
        let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let finding = judged(&under(&wild(r#""iam:*""#), mfa));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Medium)
        );
        let tagged = r#"{"StringEquals":{"aws:ResourceTag/team":"claims"}}"#;
        let finding = judged(&under(&wild(r#""kms:*""#), tagged));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
    }

    #[test]
    fn resources_that_are_chosen_do_not_hide_a_type_that_is_open() {
        let tagged = r#"{"StringEquals":{"aws:ResourceTag/team":"claims"}}"#;
        let chosen = under(&wild(r#""kms:*""#), tagged);
        let keys = allow(r#""kms:*""#, r#""arn:aws:kms:*:111122223333:key/*""#);
        let finding = judged(&format!("{chosen},{keys}"));
        assert_eq!(finding.severity, Severity::High, "{}", finding.message);
    }

    #[test]
    fn inline_policies_count_boundaries_and_policies_of_aws_do_not() {
        let inline = run_one(&CHECK, &with_role(&wild(r#""logs:*""#)));
        assert_eq!(inline.outcome, Outcome::Fail);
        assert_eq!(inline.resource.kind, "AWS::IAM::Role");
        let bounded = with_bounded_role("", &wild(r#""logs:*""#));
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::NotApplicable);
        let of_aws = ManagedPolicy {
            arn: Arn::new("arn:aws:iam::aws:policy/AmazonS3FullAccess"),
            ..managed("any", &wild(r#""s3:*""#))
        };
        assert!(run(&CHECK, &with_policies(vec![of_aws])).is_empty());
    }

    #[test]
    fn an_unreadable_policy_and_a_denied_list_are_not_assessed() {
        let mut broken = managed("p", "");
        broken.document = None;
        let finding = run_one(&CHECK, &with_policies(vec![broken]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
