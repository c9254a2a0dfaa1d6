//! Policies of CloudWatch Logs that let everyone in: those of the account's logs, and those of the
//! destinations to which others send theirs.

use tripod_model::logs::{Destination, Logs, ResourcePolicy};
use tripod_model::{Arn, Evidence, Impact, Observed, Severity, Unknown};
use tripod_policy::{Exposure, Policy, Statement, exposure, exposure_of};

use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "logs-public-policy",
    title: "policy of CloudWatch Logs that lets everyone in",
    service: Service::Logs,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["CL04"],
    needs: &["logs:DescribeResourcePolicies", "logs:DescribeDestinations"],
    controls: &[
        Control::Baseline("NET-6"),
        Control::CisAws("2.21"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_policy.md"),
    run,
};

const POLICIES: &str = "logs:DescribeResourcePolicies";
const DESTINATIONS: &str = "logs:DescribeDestinations";
const POLICY: &str = "AWS::Logs::ResourcePolicy";
const DESTINATION: &str = "AWS::Logs::Destination";

/// Actions that show what was logged, or have it shown from now on.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/permissions-reference-cwl.html>
const READING: [&str; 10] = [
    "logs:CreateExportTask",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:PutAccountPolicy",
    "logs:PutResourcePolicy",
    "logs:PutSubscriptionFilter",
    "logs:StartLiveTail",
    "logs:Unmask",
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let Logs {
            resource_policies,
            destinations,
            ..
        } = &scope.region.logs;
        // AWS gives resource policies no ARN. Both lists have a name of their own where they are not known.
        let of = |kind: &str, what: &str, name: &str| {
            let arn = format!(
                "arn:{}:logs:{}:{}:{what}:{name}",
                scope.account.partition, scope.region.name, scope.account.id
            );
            scope.resource(kind, &Arn::new(arn), name)
        };
        out.each(
            resource_policies,
            || of(POLICY, "resource-policy", "*"),
            |policy| of(POLICY, "resource-policy", &policy.name),
            |policy| of_account(resource_policies, policy),
        );
        out.each(
            destinations,
            || of(DESTINATION, "destination", "*"),
            |destination| {
                let name = destination.arn.as_str().rsplit(':').next();
                scope.resource(DESTINATION, &destination.arn, name.unwrap_or_default())
            },
            of_destination,
        );
    }
}

/// The policies of an account hold together: a Deny in one takes back what another allows.
fn of_account(
    all: &Observed<Vec<ResourcePolicy>>,
    own: &ResourcePolicy,
) -> Result<Verdict, Unknown> {
    let evidence = own.sources.evidence(POLICIES, "/policyDocument");
    let policy = read(own)?;
    let alone = exposure(&policy, &["logs:*"]);
    if !alone.reach.is_public() {
        return Ok(policies::judge(&alone, "use the account's logs").evidence(evidence));
    }
    let others = all.items().iter().filter(|other| other.name != own.name);
    let mut denies: Vec<Statement> = Vec::new();
    for other in others {
        denies.extend(read(other)?.denies().cloned());
    }
    let whole = Policy {
        statements: policy.statements.iter().cloned().chain(denies).collect(),
        ..policy.clone()
    };
    let found = exposure(&whole, &["logs:*"]);
    let reads = exposure(&whole, &READING).reach.is_public();
    Ok(judge(&found, reads, evidence))
}

fn read(own: &ResourcePolicy) -> Result<Policy, Unknown> {
    let document = own.document.as_ref().ok_or_else(|| Unknown::Failed {
        operation: POLICIES.to_owned(),
        error: format!("the answer has no document of the policy '{}'", own.name),
    })?;
    policies::read(document, POLICIES)
}

fn judge(found: &Exposure, reads: bool, evidence: Vec<Evidence>) -> Verdict {
    let verdict = policies::judge(found, "use the account's logs").evidence(evidence);
    if found.reach.is_public() && !reads {
        return verdict.lowered_to(Severity::High, "nothing of it shows what was logged");
    }
    verdict
}

fn of_destination(destination: &Destination) -> Result<Verdict, Unknown> {
    let evidence = destination.sources.evidence(DESTINATIONS, "/accessPolicy");
    let Some(document) = &destination.access_policy else {
        return Ok(
            Verdict::pass("the destination has no policy, so nobody else sends to it")
                .evidence(evidence),
        );
    };
    let policy = policies::read(document, DESTINATIONS)?;
    let found = exposure_of(destination.arn.as_str(), &policy, &["logs:*"]);
    let verdict = policies::judge(&found, "send logs to the destination").evidence(evidence);
    Ok(if found.reach.is_public() {
        verdict.lowered_to(Severity::High, "a destination shows nothing")
    } else {
        verdict
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::logs::{Destination, ResourcePolicy};
    use tripod_model::{
        Arn, Finding, Observed, Outcome, PolicyDocument, Severity, Snapshot, fixtures,
    };

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn policy(name: &str, document: PolicyDocument) -> ResourcePolicy {
        ResourcePolicy {
            name: name.to_owned(),
            document: Some(document),
            sources: fixtures::sources(&["logs:DescribeResourcePolicies"]),
        }
    }

    fn account(policies: Vec<ResourcePolicy>, destinations: Vec<Destination>) -> Snapshot {
        fixtures::with_region(|region| {
            region.logs.resource_policies = Observed::Known(policies);
            region.logs.destinations = Observed::Known(destinations);
        })
    }

    fn allowing(principal: &str, action: &str, condition: &str) -> Finding {
        let document = fixtures::allow(principal, action, "*", condition);
        run_one(&CHECK, &account(vec![policy("open", document)], vec![]))
    }

    fn destination(document: Option<PolicyDocument>) -> Finding {
        let destination = Destination {
            arn: Arn::new("arn:aws:logs:eu-central-1:111122223333:destination:central"),
            target: None,
            access_policy: document,
            sources: fixtures::sources(&["logs:DescribeDestinations"]),
        };
        run_one(&CHECK, &account(vec![], vec![destination]))
    }

    const EVERYONE: &str = r#""*""#;
    const WRITE: &str = "logs:PutLogEvents";

    #[test]
    fn everyone_who_reads_is_critical() {
        for action in [
            "*",
            "logs:*",
            "logs:Get*",
            "logs:FilterLogEvents",
            "logs:PutSubscriptionFilter",
        ] {
            let finding = allowing(EVERYONE, action, "{}");
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
            assert_eq!(finding.severity, Severity::Critical, "{action}");
        }
        let finding = allowing(EVERYONE, "logs:*", "{}");
        assert_eq!(
            finding.message,
            "statement 's0' lets everyone use the account's logs"
        );
        assert_eq!(finding.resource.name, "open");
        assert_eq!(finding.resource.kind, "AWS::Logs::ResourcePolicy");
    }

    #[test]
    fn everyone_who_only_writes_is_lowered() {
        let finding = allowing(EVERYONE, WRITE, "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(finding.message.ends_with("shows what was logged"));
    }

    #[test]
    fn services_accounts_and_conditions_that_fix_them_pass() {
        let source = r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
        for (principal, condition) in [
            (r#"{"Service":"es.amazonaws.com"}"#, "{}"),
            (r#"{"Service":"es.amazonaws.com"}"#, source),
            (r#"{"AWS":"444455556666"}"#, "{}"),
            (
                EVERYONE,
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
            ),
        ] {
            let finding = allowing(principal, WRITE, condition);
            assert_eq!(finding.outcome, Outcome::Pass, "{principal} {condition}");
        }
        let seems = r#"{"StringLike":{"aws:SourceArn":"arn:aws:logs:*:*:*"}}"#;
        assert_eq!(allowing(EVERYONE, WRITE, seems).outcome, Outcome::Fail);
    }

    #[test]
    fn a_deny_in_another_policy_of_the_account_takes_back() {
        let open = || policy("a-open", fixtures::allow(EVERYONE, "logs:*", "*", "{}"));
        let deny = PolicyDocument(
            r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"logs:*","Resource":"*",
                "Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}}}"#
                .to_owned(),
        );
        let findings = run(
            &CHECK,
            &account(vec![open(), policy("b-fence", deny)], vec![]),
        );
        assert_eq!(
            findings[0].outcome,
            Outcome::Pass,
            "{}",
            findings[0].message
        );
        assert_eq!(findings[1].outcome, Outcome::Pass);
        let broken = policy("b-broken", PolicyDocument("{".to_owned()));
        let findings = run(&CHECK, &account(vec![open(), broken], vec![]));
        assert_eq!(
            findings[0].outcome,
            Outcome::NotAssessed,
            "it may hold a deny"
        );
        assert_eq!(findings[1].outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_destination_for_everyone_fails_and_one_for_an_account_passes() {
        let finding = destination(Some(fixtures::allow(
            r#"{"AWS":"*"}"#,
            "logs:PutSubscriptionFilter",
            "*",
            "{}",
        )));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(
            finding
                .message
                .contains("everyone send logs to the destination")
        );
        assert_eq!(finding.resource.name, "central");
        let account = r#"{"AWS":"444455556666"}"#;
        let partner = fixtures::allow(account, "logs:PutSubscriptionFilter", "*", "{}");
        assert_eq!(destination(Some(partner)).outcome, Outcome::Pass);
        assert_eq!(destination(None).outcome, Outcome::Pass);
    }

    #[test]
    fn every_action_that_is_asked_about_exists() {
        for name in super::READING {
            assert!(tripod_policy::catalogue::action(name).is_some(), "{name}");
        }
    }

    #[test]
    fn nothing_to_look_at_has_no_outcome() {
        assert!(run(&CHECK, &account(vec![], vec![])).is_empty());
    }

    #[test]
    fn what_cannot_be_seen_is_not_assessed() {
        let mut missing = policy("missing", PolicyDocument(String::new()));
        missing.document = None;
        let finding = run_one(&CHECK, &account(vec![missing], vec![]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        let snapshot = fixtures::with_region(|region| {
            region.logs.resource_policies = fixtures::denied("logs:DescribeResourcePolicies");
            region.logs.destinations = fixtures::denied("logs:DescribeDestinations");
        });
        let findings = run(&CHECK, &snapshot);
        assert_eq!(findings.len(), 2);
        assert_ne!(findings[0].id, findings[1].id);
        let of = |kind: &str| {
            findings
                .iter()
                .find(|finding| finding.resource.kind == kind)
                .expect("one for each list")
        };
        assert_denied(
            of("AWS::Logs::ResourcePolicy"),
            "logs:DescribeResourcePolicies",
        );
        assert_denied(of("AWS::Logs::Destination"), "logs:DescribeDestinations");
    }
}
