//! VPC endpoints that carry anyone's requests to anyone's resources.

use tripod_model::ec2::VpcEndpoint;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Access, Passage, Policy, StatementRef, Who, audience, strangers_pass};

use crate::trust::Trust;
use crate::vpc::{ENDPOINT, endpoint_resource, is_gone};
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "vpc-open-endpoint-policy",
    title: "VPC endpoint whose policy lets strangers through to strangers' resources",
    service: Service::Vpc,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Low,
        availability: Severity::None,
    },
    confidence: Confidence::Medium,
    rows: &["VN17"],
    needs: &["ec2:DescribeVpcEndpoints"],
    controls: &[
        Control::Baseline("NET-3"),
        Control::Baseline("NET-7"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("open_endpoint_policy.md"),
    run,
};

const OPERATION: &str = "ec2:DescribeVpcEndpoints";
/// Kinds that lead to services of AWS, and have a policy.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
const WITH_POLICY: [&str; 2] = ["Gateway", "Interface"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let trust = Trust::of(view, &scope.account.id);
        out.each(
            &scope.region.ec2.vpc_endpoints,
            || scope.unlisted(ENDPOINT),
            |endpoint| endpoint_resource(&scope, endpoint),
            |endpoint| decide(trust, endpoint),
        );
    }
}

fn decide(trust: Trust<'_>, endpoint: &VpcEndpoint) -> Result<Verdict, Unknown> {
    if let Some(reason) = beside_the_question(endpoint) {
        return Ok(Verdict::not_applicable(reason));
    }
    let missing = |what: &str| Unknown::Failed {
        operation: OPERATION.to_owned(),
        error: format!("the answer has no {what}"),
    };
    let service = endpoint
        .service_name
        .as_deref()
        .ok_or_else(|| missing("ServiceName"))?;
    endpoint
        .kind
        .as_deref()
        .ok_or_else(|| missing("VpcEndpointType"))?;
    let document = endpoint
        .policy
        .as_ref()
        .ok_or_else(|| missing("PolicyDocument"))?;
    let policy = policies::read(document, OPERATION)?;
    let evidence = endpoint.sources.evidence(OPERATION, "/policyDocument");
    let passages = strangers_pass(&policy);
    let verdict = if passages.is_empty() {
        named(trust, endpoint, &policy)
    } else {
        open(&passages)
    };
    Ok(verdict.detail("service", service).evidence(evidence))
}

/// Why there is no policy of the owner's to look at.
fn beside_the_question(endpoint: &VpcEndpoint) -> Option<&'static str> {
    if is_gone(endpoint) {
        return Some("nothing goes through the endpoint any more");
    }
    if endpoint.requester_managed == Some(true) {
        return Some("a service of AWS manages the endpoint");
    }
    let kind = endpoint.kind.as_deref();
    if kind.is_some_and(|kind| !WITH_POLICY.contains(&kind)) {
        return Some("endpoints of this type have no policy");
    }
    // Services that others offer: AWS lets everything through to them.
    let service = endpoint.service_name.as_deref().unwrap_or_default();
    service
        .contains(".vpce-svc-")
        .then_some("the endpoint leads to a service that is not AWS's, and has no policy")
}

fn open(passages: &[Passage]) -> Verdict {
    let statements: Vec<StatementRef> = passages.iter().map(|it| it.statement.clone()).collect();
    let mut conditions: Vec<&str> = passages
        .iter()
        .flat_map(|passage| passage.conditions.iter().map(String::as_str))
        .collect();
    conditions.dedup();
    let everything = passages.iter().any(|passage| passage.everything);
    let lets = policies::sentence(&statements, "lets", "let");
    let what = if everything {
        "every action"
    } else {
        "some actions"
    };
    let verdict = Verdict::fail(format!(
        "{lets} anyone through for {what} on resources of any account"
    ))
    .detail("statements", policies::names(&statements))
    .detail("conditions", conditions)
    .detail("everything", everything);
    if everything {
        return verdict;
    }
    verdict.lowered_to(Severity::Low, "the policy limits what can be done")
}

/// Strangers are kept out: who else is let in by name.
fn named(trust: Trust<'_>, endpoint: &VpcEndpoint, policy: &Policy) -> Verdict {
    let classes = audience(endpoint.arn.as_str(), policy, &["*"]);
    let is_account = |access: &&Access| {
        matches!(
            access.who,
            Who::Account(_) | Who::Principal(_) | Who::Bounded(_)
        )
    };
    let foreign: Vec<&Access> = classes
        .iter()
        .filter(is_account)
        .filter(|access| !trust.holds(access))
        .collect();
    if foreign.is_empty() {
        return Verdict::pass("the policy names who goes through the endpoint, or to what");
    }
    let mut statements: Vec<StatementRef> = foreign
        .iter()
        .flat_map(|access| access.statements.iter().cloned())
        .collect();
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    let whom: Vec<String> = foreign
        .iter()
        .map(|access| access.who.to_string())
        .collect();
    Verdict::fail(format!(
        "{} {} through; trusted accounts and organisations do not hold {}",
        policies::sentence(&statements, "lets", "let"),
        whom.join(", "),
        if whom.len() == 1 { "it" } else { "them" }
    ))
    .detail("strangers", whom)
    .detail("statements", policies::names(&statements))
    .lowered_to(
        Severity::Low,
        "nobody else is let through to resources of any account",
    )
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use tripod_model::ec2::VpcEndpoint;
    use tripod_model::{
        AccountId, Arn, Finding, Observed, Outcome, PolicyDocument, Severity, Snapshot, fixtures,
    };

    use super::CHECK;
    use crate::Settings;
    use crate::testing::{assert_denied, run_one, run_with};

    /// A gateway endpoint with AWS's default policy.
    fn endpoint() -> VpcEndpoint {
        VpcEndpoint {
            arn: Arn::new("arn:aws:ec2:eu-central-1:111122223333:vpc-endpoint/vpce-1"),
            id: "vpce-1".to_owned(),
            vpc_id: Some("vpc-1".to_owned()),
            owner_id: Some(fixtures::ACCOUNT.to_owned()),
            service_name: Some("com.amazonaws.eu-central-1.s3".to_owned()),
            service_region: None,
            kind: Some("Gateway".to_owned()),
            state: Some("available".to_owned()),
            failure_reason: None,
            subnet_ids: vec![],
            security_group_ids: vec![],
            interface_ids: vec![],
            route_table_ids: vec![],
            private_dns_enabled: Some(false),
            ip_address_type: None,
            requester_managed: Some(false),
            policy: Some(fixtures::allow(EVERYONE, "*", "*", "{}")),
            tags: BTreeMap::new(),
            sources: fixtures::sources(&["ec2:DescribeVpcEndpoints"]),
        }
    }

    fn account(change: impl FnOnce(&mut VpcEndpoint)) -> Snapshot {
        let mut endpoint = endpoint();
        change(&mut endpoint);
        fixtures::with_region(|region| {
            region.ec2.vpc_endpoints = Observed::Known(vec![endpoint]);
        })
    }

    fn with(change: impl FnOnce(&mut VpcEndpoint)) -> Finding {
        run_one(&CHECK, &account(change))
    }

    fn allowing(principal: &str, action: &str, resource: &str, condition: &str) -> Finding {
        with(|it| it.policy = Some(fixtures::allow(principal, action, resource, condition)))
    }

    const EVERYONE: &str = r#""*""#;

    type Change = fn(&mut VpcEndpoint);

    #[test]
    fn the_default_policy_fails() {
        let finding = with(|_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "statement 's0' lets anyone through for every action on resources of any account"
        );
        assert_eq!(
            finding.details.get("service"),
            "com.amazonaws.eu-central-1.s3"
        );
        assert_eq!(finding.evidence[0].pointer, "/policyDocument");
    }

    #[test]
    fn some_actions_are_lowered_and_so_is_a_resource_of_no_one() {
        let reads = allowing(EVERYONE, "s3:GetObject", "*", "{}");
        assert_eq!(reads.outcome, Outcome::Fail);
        assert_eq!(reads.severity, Severity::Low);
        let any_bucket = allowing(EVERYONE, "s3:*", "arn:aws:s3:::*", "{}");
        assert_eq!(any_bucket.outcome, Outcome::Fail);
    }

    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html#vpc-endpoint-policies-s3>
    #[test]
    fn names_of_callers_or_of_resources_pass() {
        for (resource, condition) in [
            ("arn:aws:s3:::clinic-uploads/*", "{}"),
            (
                "*",
                r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
            ),
            (
                "*",
                r#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#,
            ),
        ] {
            let finding = allowing(EVERYONE, "*", resource, condition);
            let outcome = finding.outcome;
            assert_eq!(
                outcome,
                Outcome::Pass,
                "{resource} {condition}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn conditions_that_only_seem_to_limit_fail() {
        for condition in [
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1"}}"#,
            r#"{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
            r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
        ] {
            let finding = allowing(EVERYONE, "*", "*", condition);
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
            assert_eq!(finding.severity, Severity::Medium, "{condition}");
            assert_ne!(finding.details.get("conditions")[0], "", "{condition}");
        }
    }

    #[test]
    fn a_deny_for_strangers_takes_the_default_back() {
        let policy = |condition: &str| {
            PolicyDocument(format!(
                r#"{{"Version":"2012-10-17","Statement":[
                    {{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}},
                    {{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{condition}}}]}}"#
            ))
        };
        let ours = r#"{"StringNotEquals":{"aws:ResourceAccount":"111122223333"}}"#;
        assert_eq!(
            with(|it| it.policy = Some(policy(ours))).outcome,
            Outcome::Pass
        );
        let plain = r#"{"Bool":{"aws:SecureTransport":"false"}}"#;
        assert_eq!(
            with(|it| it.policy = Some(policy(plain))).outcome,
            Outcome::Fail
        );
    }

    #[test]
    fn an_account_that_is_named_has_to_be_trusted() {
        let partner = r#"{"AWS":"arn:aws:iam::444455556666:role/reader"}"#;
        let finding = allowing(partner, "*", "*", "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains("role/reader through"));
        let organisation = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-ours"}}"#;
        let snapshot = account(|it| {
            it.policy = Some(fixtures::allow(EVERYONE, "*", "*", organisation));
        });
        assert_eq!(run_one(&CHECK, &snapshot).outcome, Outcome::Fail);
        let settings = Settings {
            trusted_accounts: BTreeSet::from([AccountId::new("444455556666")]),
            trusted_organizations: BTreeSet::from(["o-ours".to_owned()]),
            ..Settings::default()
        };
        let finding = run_with(&CHECK, &snapshot, &settings).remove(0);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn what_the_owner_cannot_limit_is_not_applicable() {
        let changes: [(&str, Change); 4] = [
            ("gone", |it| it.state = Some("Deleted".to_owned())),
            ("of a service", |it| it.requester_managed = Some(true)),
            ("a load balancer's", |it| {
                it.kind = Some("GatewayLoadBalancer".to_owned());
            }),
            ("somebody's own", |it| {
                it.kind = Some("Interface".to_owned());
                it.service_name = Some("com.amazonaws.vpce.eu-central-1.vpce-svc-1".to_owned());
            }),
        ];
        for (name, change) in changes {
            assert_eq!(with(change).outcome, Outcome::NotApplicable, "{name}");
        }
    }

    #[test]
    fn what_aws_left_out_or_refused_is_not_assessed() {
        let changes: [(&str, Change); 4] = [
            ("PolicyDocument", |it| it.policy = None),
            ("ServiceName", |it| it.service_name = None),
            ("VpcEndpointType", |it| it.kind = None),
            ("cannot be read", |it| {
                it.policy = Some(PolicyDocument("{".to_owned()));
            }),
        ];
        for (word, change) in changes {
            let finding = with(change);
            assert_eq!(finding.outcome, Outcome::NotAssessed, "{word}");
            assert!(finding.message.contains(word), "{}", finding.message);
        }
        let snapshot = fixtures::with_region(|region| {
            region.ec2.vpc_endpoints = fixtures::denied("ec2:DescribeVpcEndpoints");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "ec2:DescribeVpcEndpoints");
    }
}
