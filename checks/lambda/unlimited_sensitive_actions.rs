//! Functions that may take data, hand out credentials or open resources, whichever they are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::catalogue::Action;
use tripod_policy::{Danger, Selection, Statement};

use super::role::{self, Running, each_running};
use crate::permits::Permission;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "lambda-unlimited-sensitive-actions",
    title: "function that may read data, get credentials or open resources of any name",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["LI04"],
    needs: role::NEEDS,
    controls: &[Control::Baseline("IAM-3"), Control::OwaspServerless("S6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_sensitive_actions.md"),
    run,
};

/// The classes asked about. Changing infrastructure is what most functions are for.
const CLASSES: [Danger; 3] = [
    Danger::CredentialsExposure,
    Danger::DataExfiltration,
    Danger::ResourceExposure,
];

/// How many actions of a class a message names.
const SHOWN: usize = 3;

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_running(view, out, decide);
}

fn decide(running: &Running<'_>) -> Result<Verdict, Unknown> {
    let name = running.name();
    let found = permitted(running)?;
    let Some(weakest) = found
        .iter()
        .min_by_key(|found| found.permission.conditions.len())
    else {
        return Ok(Verdict::pass(format!(
            "{name} may read data, get credentials and open access of resources that its policies name, if at all"
        )));
    };
    let mut failure = weakest.permission.weigh(
        Verdict::fail(format!("{name} has on any resource: {}", by_class(&found))),
        Severity::Low,
    );
    for class in CLASSES {
        let actions: Vec<String> = actions_of(&found, class);
        if !actions.is_empty() {
            failure = failure.detail(&class.as_str().replace(' ', "_"), actions);
        }
    }
    if running.permits.administrator()?.is_some() {
        let reason = "the role is an administrator, which lambda-administrator-role weighs";
        failure = failure.lowered_to(Severity::Low, reason);
    }
    Ok(running.permits.told(failure))
}

/// "data exfiltration (s3:GetObject and 2 more) and resource exposure (sqs:AddPermission)".
fn by_class(found: &[Found]) -> String {
    let classes: Vec<String> = CLASSES
        .into_iter()
        .filter_map(|class| {
            let actions = actions_of(found, class);
            let shown = actions
                .iter()
                .take(SHOWN)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let more = match actions.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            (!actions.is_empty()).then(|| format!("{} ({shown}{more})", class.as_str()))
        })
        .collect();
    policies::listed(&classes)
}

fn actions_of(found: &[Found], class: Danger) -> Vec<String> {
    let of_class = found.iter().filter(|found| found.class == class);
    of_class.map(|found| found.action.full_name()).collect()
}

struct Found {
    class: Danger,
    action: &'static Action,
    permission: Permission,
}

/// A sensitive action.
struct Sensitive {
    class: Danger,
    action: &'static Action,
}

/// Every sensitive action by service. Reading secrets is lambda-unlimited-decryption's question.
static SENSITIVE: LazyLock<BTreeMap<&str, Vec<Sensitive>>> = LazyLock::new(|| {
    let mut actions: BTreeMap<&str, Vec<Sensitive>> = BTreeMap::new();
    for class in CLASSES {
        for action in class.actions().filter(|action| !of_another_check(action)) {
            let of_service = actions.entry(action.service).or_default();
            of_service.push(Sensitive { class, action });
        }
    }
    actions
});

fn of_another_check(action: &Action) -> bool {
    let others = super::unlimited_decryption::ACTIONS;
    others.contains(&action.as_str())
}

fn permitted(running: &Running<'_>) -> Result<Vec<Found>, Unknown> {
    let policies = &running.permits.actor().policies().identity;
    let mut found = Vec::new();
    for Sensitive { class, action } in candidates(running) {
        if let Some(permission) = running.permits.everywhere(action)? {
            found.push(Found {
                class: *class,
                action,
                permission,
            });
        }
    }
    // A policy that cannot be read may grant, or take back: the engine says so of any request.
    if policies.iter().any(|attached| attached.policy().is_err()) {
        running.permits.administrator()?;
    }
    Ok(found)
}

/// The sensitive actions that some statement of the role speaks of: all the others are denied.
fn candidates(running: &Running<'_>) -> Vec<&'static Sensitive> {
    let policies = &running.permits.actor().policies().identity;
    let readable = policies
        .iter()
        .filter_map(|attached| attached.policy().ok());
    let allows: Vec<&Statement> = readable.flat_map(|policy| policy.allows()).collect();
    SENSITIVE
        .iter()
        .filter(|(service, _)| allows.iter().any(|allow| speaks_of(allow, service)))
        .flat_map(|(_, actions)| actions)
        .filter(|own| allows.iter().any(|allow| allow.covers_known(own.action)))
        .collect()
}

/// Whether the statement may speak of actions of the service: quick to tell, and no more.
fn speaks_of(allow: &Statement, service: &str) -> bool {
    let Selection::Only(patterns) = &allow.actions else {
        return true;
    };
    patterns.iter().any(|pattern| {
        let prefix = pattern.as_str().split(':').next().unwrap_or_default();
        prefix.contains(['*', '?']) || prefix.eq_ignore_ascii_case(service)
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_role(statements))
    }

    #[test]
    fn each_class_on_any_resource_fails_and_the_actions_are_named() {
        let finding = judged(
            r#"{"Effect":"Allow","Resource":"*",
            "Action":["s3:GetObject","sqs:AddPermission","sts:AssumeRole","sqs:ListQueues"]}"#,
        );
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "the role 'claims' has on any resource: credentials exposure (sts:AssumeRole), \
             data exfiltration (s3:GetObject) and resource exposure (sqs:AddPermission)"
        );
        assert_eq!(finding.details.get("data_exfiltration")[0], "s3:GetObject");
    }

    #[test]
    fn every_resource_of_the_account_and_region_is_any_resource() {
        for resource in [
            "arn:aws:dynamodb:*:*:table/*",
            "arn:aws:dynamodb:eu-central-1:111122223333:table/*",
            "arn:aws:dynamodb:eu-central-1:111122223333:*",
        ] {
            let finding = judged(&allow("dynamodb:Scan", resource));
            assert_eq!(finding.outcome, Outcome::Fail, "{resource}");
        }
    }

    #[test]
    fn resources_that_are_named_pass() {
        for resource in [
            "arn:aws:dynamodb:eu-central-1:111122223333:table/claims",
            "arn:aws:dynamodb:eu-central-1:111122223333:table/claims-*",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
            "arn:aws:dynamodb:eu-central-1:444455556666:table/*",
        ] {
            let finding = judged(&allow("dynamodb:Scan", resource));
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{resource}: {}",
                finding.message
            );
        }
    }

    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html>
    #[test]
    fn what_cannot_be_limited_harms_little_and_what_another_check_weighs_pass() {
        for action in [
            "ecr:GetAuthorizationToken",
            "logs:PutLogEvents",
            "dynamodb:PutItem",
            "secretsmanager:GetSecretValue",
        ] {
            assert_eq!(
                judged(&allow(action, "*")).outcome,
                Outcome::Pass,
                "{action}"
            );
        }
    }

    #[test]
    fn a_condition_that_chooses_resources_passes_and_another_is_named() {
        let by = |condition: &str| judged(&allow_if("dynamodb:Scan", condition));
        let tagged = r#"{"StringEquals":{"aws:ResourceTag/team":"claims"}}"#;
        assert_eq!(by(tagged).outcome, Outcome::Pass);
        let any_tag = r#"{"StringLike":{"aws:ResourceTag/team":"*"}}"#;
        assert_eq!(by(any_tag).outcome, Outcome::Fail);
        let perhaps = r#"{"StringEqualsIfExists":{"aws:ResourceTag/team":"claims"}}"#;
        assert_eq!(by(perhaps).outcome, Outcome::Fail);
        let ours = r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#;
        assert_eq!(by(ours).severity, Severity::High);
        let network = r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#;
        let finding = by(network);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(
            finding
                .message
                .contains("depends on StringEquals aws:SourceVpc vpc-1")
        );
        let elsewhere = r#"{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#;
        assert_eq!(by(elsewhere).outcome, Outcome::Pass);
        let other = r#"{"ArnEquals":{"lambda:SourceFunctionArn":"arn:aws:lambda:eu-central-1:111122223333:function:other"}}"#;
        assert_eq!(by(other).outcome, Outcome::Pass);
    }

    #[test]
    fn functions_of_one_role_are_told_apart_where_a_policy_does() {
        let claims = r#"{"ArnEquals":{"lambda:SourceFunctionArn":"arn:aws:lambda:eu-central-1:111122223333:function:claims"}}"#;
        let mut snapshot = with_role(&allow_if("dynamodb:Scan", claims));
        if let Observed::Known(functions) = &mut snapshot.accounts[0].regions[0].lambda.functions {
            let mut other = fixtures::function("other");
            other.configuration.role = functions[0].configuration.role.clone();
            functions.push(other);
        }
        let findings = run(&CHECK, &snapshot);
        let outcomes: Vec<Outcome> = findings.iter().map(|finding| finding.outcome).collect();
        assert_eq!(outcomes, [Outcome::Fail, Outcome::Pass]);
    }

    #[test]
    fn denies_boundaries_and_the_organisation_count() {
        let scan = allow("dynamodb:Scan", "*");
        let denied = format!("{scan},{}", statement("Deny", "dynamodb:*", "*"));
        assert_eq!(judged(&denied).outcome, Outcome::Pass);
        let one = statement("Deny", "dynamodb:*", "arn:aws:dynamodb:*:*:table/patients");
        assert_eq!(judged(&format!("{scan},{one}")).outcome, Outcome::Fail);
        let bounded = within(with_role(&scan), &allow("s3:*", "*"));
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::Pass);
        let forbidden = in_organization(with_role(&scan), &statement("Deny", "dynamodb:*", "*"));
        assert_eq!(run_one(&CHECK, &forbidden).outcome, Outcome::Pass);
    }

    #[test]
    fn an_administrator_counts_once_and_a_class_shows_a_few() {
        let finding = judged(&allow("*", "*"));
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains(" more)"), "{}", finding.message);
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
