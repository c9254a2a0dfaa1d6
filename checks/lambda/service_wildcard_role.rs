//! Functions that may use every action of a service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Policy, Selection, Statement, catalogue, unnamed};

use super::role::{self, Running, each_running};
use crate::permits::Permission;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-service-wildcard-role",
    title: "function that may use every action of a service",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LI03"],
    needs: role::NEEDS,
    controls: &[Control::Baseline("IAM-3"), Control::OwaspServerless("S6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("service_wildcard_role.md"),
    run,
};

/// How many services a message names.
const SHOWN: usize = 8;

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_running(view, out, decide);
}

fn decide(running: &Running<'_>) -> Result<Verdict, Unknown> {
    let name = running.name();
    let found = wildcards(running)?;
    let Some(first) = found.values().next() else {
        return Ok(Verdict::pass(format!(
            "{name} may use single actions of services, and of none all"
        )));
    };
    let services: Vec<&str> = found.keys().copied().collect();
    let limited = found.values().all(|wildcard| !wildcard.any_resource);
    let mut statements: Vec<String> = Vec::new();
    for statement in found
        .values()
        .flat_map(|wildcard| &wildcard.permission.statements)
    {
        if !statements.contains(statement) {
            statements.push(statement.clone());
        }
    }
    let failure = Verdict::fail(format!(
        "{name} may use every action of {} by {}",
        named_or_counted(&services),
        policies::listed(&statements)
    ));
    let conditional = found
        .values()
        .all(|wildcard| !wildcard.permission.conditions.is_empty());
    let failure = if conditional {
        first.permission.weigh(failure, Severity::Low)
    } else {
        failure
    };
    let failure = failure
        .detail("statements", statements)
        .detail("services", services);
    Ok(running.permits.told(weighed(running, failure, limited)?))
}

/// An administrator fails for more than this; a wildcard on resources that are named reaches no others.
fn weighed(running: &Running<'_>, failure: Verdict, limited: bool) -> Result<Verdict, Unknown> {
    if running.permits.administrator()?.is_some() {
        let reason = "the role is an administrator, which lambda-administrator-role weighs";
        return Ok(failure.lowered_to(Severity::Low, reason));
    }
    if limited {
        return Ok(failure.lowered_to(Severity::Low, "on resources that the statements name"));
    }
    Ok(failure)
}

/// "s3 and sqs", and a number where there are many.
fn named_or_counted(services: &[&str]) -> String {
    if services.len() <= SHOWN {
        return policies::listed(services);
    }
    format!("{} services", services.len())
}

/// All of a service.
struct Wildcard {
    permission: Permission,
    /// Whether on resources that nobody named, too.
    any_resource: bool,
}

/// The services of which the role may use every action, also those that AWS will add, on some resource at least.
fn wildcards(running: &Running<'_>) -> Result<BTreeMap<&'static str, Wildcard>, Unknown> {
    let mut found = BTreeMap::new();
    let policies = &running.permits.actor().policies().identity;
    for policy in policies
        .iter()
        .filter_map(|attached| attached.policy().ok())
    {
        for service in services(policy) {
            if found.contains_key(service) {
                continue;
            }
            if let Some(wildcard) = wildcard(running, policy, service)? {
                found.insert(service, wildcard);
            }
        }
    }
    // A policy that cannot be read may grant, or take back: the engine says so of any request.
    if policies.iter().any(|attached| attached.policy().is_err()) {
        running.permits.administrator()?;
    }
    Ok(found)
}

fn wildcard(
    running: &Running<'_>,
    policy: &Policy,
    service: &'static str,
) -> Result<Option<Wildcard>, Unknown> {
    let all = unnamed(&format!("{service}:*"));
    for form in running.permits.forms(service) {
        if let Some(permission) = running.permits.permission(&all, &form)? {
            return Ok(Some(Wildcard {
                permission,
                any_resource: true,
            }));
        }
    }
    for resource in named(running, policy, service) {
        if let Some(permission) = running.permits.permission(&all, &resource)? {
            return Ok(Some(Wildcard {
                permission,
                any_resource: false,
            }));
        }
    }
    Ok(None)
}

/// A resource of the service for each pattern of a statement that allows all of it, be it in the policy or in the
/// boundary.
fn named(running: &Running<'_>, policy: &Policy, service: &str) -> BTreeSet<String> {
    let all = unnamed(&format!("{service}:*"));
    let boundary = running.permits.actor().policies().boundary.as_ref();
    let boundary = boundary.and_then(|attached| attached.policy().ok());
    [policy]
        .into_iter()
        .chain(boundary)
        .flat_map(Policy::allows)
        .filter(|allow| allow.covers_action(&all))
        .filter_map(|allow| match &allow.resources {
            Selection::Only(patterns) => Some(patterns),
            Selection::AllBut(_) | Selection::Unstated => None,
        })
        .flatten()
        .filter(|pattern| is_of(service, pattern.as_str()))
        .map(|pattern| unnamed(pattern.as_str()))
        .collect()
}

/// Whether resources of the service may have such ARNs. Most ARNs name the service as actions do; those of others are
/// left to the catalogue.
fn is_of(service: &str, pattern: &str) -> bool {
    let field = |arn: &str| arn.split(':').nth(2).map(str::to_owned);
    let Some(named) = field(pattern).filter(|name| !name.contains(['*', '?'])) else {
        return true;
    };
    if catalogue::service(&named).is_some() {
        return named == service;
    }
    let kinds = catalogue::service(service).map(catalogue::Service::resource_types);
    let mut arns = kinds.into_iter().flatten().flat_map(|kind| &kind.arns);
    arns.any(|arn| field(arn).as_deref() == Some(&named))
}

/// Of each service an action that nobody named, by the service's prefix.
static WHOLE: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let services = catalogue::services().iter();
    services
        .map(|service| (service.prefix, unnamed(&format!("{}:*", service.prefix))))
        .collect()
});

/// The services of which some statement may allow every action.
fn services(policy: &Policy) -> BTreeSet<&'static str> {
    let mut services = BTreeSet::new();
    for allow in policy.allows() {
        let covered = |(_, all): &(&&'static str, &String)| allow.covers_action(all);
        match one_by_one(allow) {
            Some(prefixes) => {
                let known = prefixes.into_iter().filter_map(catalogue::service);
                let known = known.filter_map(|service| WHOLE.get_key_value(service.prefix));
                services.extend(known.filter(covered).map(|(prefix, _)| *prefix));
            }
            None => services.extend(WHOLE.iter().filter(covered).map(|(prefix, _)| *prefix)),
        }
    }
    services
}

/// The services that the statement names; none where it may mean any.
fn one_by_one(allow: &Statement) -> Option<Vec<&str>> {
    let Selection::Only(patterns) = &allow.actions else {
        return None;
    };
    patterns
        .iter()
        .map(|pattern| {
            let (service, _) = pattern.as_str().split_once(':')?;
            (!service.contains(['*', '?'])).then_some(service)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_role(statements))
    }

    #[test]
    fn every_action_of_a_service_fails_and_the_service_is_named() {
        let finding = judged(&allow("s3:*", "*"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "the role 'claims' may use every action of s3 by statement 1 of 'inline'"
        );
        for action in ["S3:*", "s3:**", "sq*:*"] {
            assert_eq!(
                judged(&allow(action, "*")).outcome,
                Outcome::Fail,
                "{action}"
            );
        }
    }

    #[test]
    fn several_services_are_named_and_many_are_counted() {
        let finding = judged(&format!("{},{}", allow("sqs:*", "*"), allow("s3:*", "*")));
        assert!(
            finding.message.contains("every action of s3 and sqs"),
            "{}",
            finding.message
        );
        let most = r#"{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}"#;
        let finding = judged(most);
        assert!(
            finding.message.contains(" services by"),
            "{}",
            finding.message
        );
        let services = finding.details.get("services").to_string();
        assert!(
            services.contains("\"sqs\"") && !services.contains("\"s3\""),
            "{services}"
        );
    }

    #[test]
    fn on_resources_that_are_named_it_is_less() {
        let bucket = "arn:aws:s3:::claims/*";
        let finding = judged(&allow("*", bucket));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(
            finding.message.contains("every action of s3 by"),
            "{}",
            finding.message
        );
        assert!(
            finding
                .message
                .ends_with("on resources that the statements name")
        );
        let region = "arn:aws:sqs:eu-central-1:111122223333:*";
        assert_eq!(judged(&allow("sqs:*", region)).severity, Severity::Medium);
    }

    #[test]
    fn single_actions_and_families_of_them_pass() {
        for action in ["s3:GetObject", "s3:Get*", "s3:*Object", "nosuchservice:*"] {
            let finding = judged(&allow(action, "*"));
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{action}: {}",
                finding.message
            );
        }
        assert_eq!(judged("").outcome, Outcome::Pass);
    }

    #[test]
    fn denies_and_boundaries_count_and_a_deny_of_a_part_leaves_the_wildcard() {
        let with = |deny: &str| {
            judged(&format!(
                "{},{}",
                allow("s3:*", "*"),
                statement("Deny", deny, "*")
            ))
        };
        assert_eq!(with("s3:*").outcome, Outcome::Pass);
        assert_eq!(with("s3:Delete*").outcome, Outcome::Fail);
        let all = || with_role(&allow("*", "*"));
        let reading = run_one(&CHECK, &within(all(), &allow("s3:Get*", "*")));
        assert_eq!(reading.outcome, Outcome::Pass);
        let bounded = run_one(&CHECK, &within(all(), &allow("*", "arn:aws:s3:::claims/*")));
        assert_eq!(bounded.outcome, Outcome::Fail);
        assert!(
            bounded.message.contains("every action of s3 by"),
            "{}",
            bounded.message
        );
    }

    #[test]
    fn an_administrator_counts_once() {
        let finding = judged(&allow("*", "*"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains("lambda-administrator-role"));
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed() {
        assert_eq!(judged("7").outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_role_that_is_gone_permits_nothing() {
        let mut snapshot = with_role("");
        change(&mut snapshot, |own| own.roles.clear());
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn without_authorization_details_or_functions_nothing_is_assessed() {
        let mut snapshot = with_role("");
        snapshot.accounts[0].iam.authorization = fixtures::denied(DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), DETAILS);
        let list = "lambda:ListFunctions";
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied(list);
        });
        assert_denied(&run_one(&CHECK, &snapshot), list);
    }
}
