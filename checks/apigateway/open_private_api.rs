//! Private APIs that endpoints of anyone reach.

use tripod_model::{Impact, Severity};
use tripod_policy::{Access, Scope as Bound, ScopeKind, Who};

use crate::apigateway::resource_policy::{Fenced, each_api, let_in, unbound};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-open-private-api",
    title: "private REST API that is not limited to named VPC endpoints",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA23"],
    needs: &["apigateway:GetRestApis"],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-3"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("open_private_api.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_api(view, out, |fenced| Ok(decide(fenced)));
}

fn decide(fenced: &Fenced<'_>) -> Verdict {
    if !fenced.private {
        return Verdict::not_applicable("the API is not private");
    }
    let Some(policy) = &fenced.policy else {
        return Verdict::pass("AWS deploys no private API without a policy, so nobody can call it");
    };
    let callers = fenced.callers(policy);
    let loose = unbound(&callers, is_endpoint);
    if loose.is_empty() {
        let message = if callers.is_empty() {
            "the policy lets nobody call the API"
        } else {
            "the policy limits callers to named VPC endpoints or VPCs"
        };
        return Verdict::pass(message);
    }
    let verdict = let_in(&loose, "through VPC endpoints of anyone");
    if loose.iter().all(|access| is_named(access)) {
        return verdict.lowered_to(Severity::Low, "the policy names who calls");
    }
    verdict
}

/// `aws:SourceIp` does not work for private APIs, and `aws:VpcSourceIp` is an address that every VPC may
/// have.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html>
fn is_endpoint(bound: &Bound) -> bool {
    matches!(
        bound.kind,
        ScopeKind::Endpoint
            | ScopeKind::EndpointAccount
            | ScopeKind::EndpointOrganization
            | ScopeKind::Vpc
    )
}

/// By principal, account or organisation, and not by address.
fn is_named(access: &Access) -> bool {
    let identity = |bound: &Bound| {
        matches!(
            bound.kind,
            ScopeKind::Account | ScopeKind::Principal | ScopeKind::Organization | ScopeKind::UserId
        )
    };
    matches!(access.who, Who::Account(_) | Who::Principal(_)) || access.is_within(identity)
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::RestApi;
    use tripod_model::{Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::apigateway::testing::{of_type, with_api, with_deny, with_policy};
    use crate::testing::{assert_denied, run_one};

    fn private(change: impl FnOnce(&mut RestApi)) -> Finding {
        run_one(
            &CHECK,
            &with_api(|api| {
                of_type(api, "PRIVATE");
                change(api);
            }),
        )
    }

    fn allowing(principal: &str, condition: &str) -> Finding {
        private(|api| with_policy(api, principal, condition))
    }

    const EVERYONE: &str = r#""*""#;

    #[test]
    fn everyone_through_any_endpoint_fails() {
        let finding = allowing(EVERYONE, "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "statement 's0' lets everyone call the API through VPC endpoints of anyone"
        );
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html#apigateway-resource-policies-source-vpc-example>
    #[test]
    fn named_endpoints_and_vpcs_pass_by_allow_and_by_deny() {
        for condition in [
            r#"{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}"#,
            r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
            r#"{"StringEquals":{"aws:VpceAccount":"111122223333"}}"#,
        ] {
            assert_eq!(
                allowing(EVERYONE, condition).outcome,
                Outcome::Pass,
                "{condition}"
            );
        }
        let denied =
            private(|api| with_deny(api, r#"{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#));
        assert_eq!(denied.outcome, Outcome::Pass, "{}", denied.message);
    }

    #[test]
    fn conditions_that_only_seem_to_fail() {
        for condition in [
            r#"{"StringLike":{"aws:SourceVpce":"vpce-*"}}"#,
            r#"{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}"#,
            r#"{"Null":{"aws:SourceVpce":"false"}}"#,
            r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
        ] {
            let finding = allowing(EVERYONE, condition);
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
            assert_eq!(finding.severity, Severity::High, "{condition}");
        }
        let blocked =
            private(|api| with_deny(api, r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#));
        assert_eq!(blocked.outcome, Outcome::Fail);
    }

    #[test]
    fn callers_that_are_named_are_lowered_and_with_an_endpoint_pass() {
        let role = r#"{"AWS":"arn:aws:iam::111122223333:role/caller"}"#;
        let finding = allowing(role, "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        let organisation = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#;
        assert_eq!(allowing(EVERYONE, organisation).severity, Severity::Low);
        let endpoint = r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#;
        assert_eq!(allowing(role, endpoint).outcome, Outcome::Pass);
    }

    #[test]
    fn without_a_policy_nobody_can_call_it() {
        assert_eq!(private(|_| {}).outcome, Outcome::Pass);
        let nobody = private(|api| with_deny(api, "{}"));
        assert_eq!(nobody.message, "the policy lets nobody call the API");
    }

    #[test]
    fn other_apis_are_not_applicable() {
        for kind in ["REGIONAL", "EDGE"] {
            let finding = run_one(&CHECK, &with_api(|api| of_type(api, kind)));
            assert_eq!(finding.outcome, Outcome::NotApplicable);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_not_assessed() {
        let unsaid = run_one(&CHECK, &with_api(|api| api.endpoint = None));
        assert_eq!(unsaid.outcome, Outcome::NotAssessed);
        let broken = private(|api| api.policy = Some(PolicyDocument("{".to_owned())));
        assert_eq!(broken.outcome, Outcome::NotAssessed);
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = fixtures::denied("apigateway:GetRestApis");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetRestApis");
    }
}
