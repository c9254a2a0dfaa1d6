//! REST APIs that are called from any network.

use tripod_model::{Impact, Severity};
use tripod_policy::{Scope as Bound, ScopeKind};

use crate::apigateway::resource_policy::{Fenced, each_api, let_in, unbound};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-unrestricted-network",
    title: "REST API whose policy does not limit the networks callers come from",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Low,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["GA26"],
    needs: &["apigateway:GetRestApis"],
    controls: &[Control::Baseline("NET-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unrestricted_network.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_api(view, out, |fenced| Ok(decide(fenced)));
}

fn decide(fenced: &Fenced<'_>) -> Verdict {
    if fenced.private {
        return Verdict::not_applicable(
            "the API is private; apigateway-open-private-api asks which endpoints reach it",
        );
    }
    let Some(policy) = &fenced.policy else {
        return Verdict::fail("the API has no resource policy, so callers come from any network");
    };
    let callers = fenced.callers(policy);
    let loose = unbound(&callers, is_network);
    if !loose.is_empty() {
        return let_in(&loose, "from any network");
    }
    Verdict::pass(if callers.is_empty() {
        "the policy lets nobody call the API"
    } else {
        "the policy limits the networks that callers come from"
    })
}

fn is_network(bound: &Bound) -> bool {
    matches!(
        bound.kind,
        ScopeKind::Network
            | ScopeKind::Vpc
            | ScopeKind::Endpoint
            | ScopeKind::EndpointAccount
            | ScopeKind::EndpointOrganization
    )
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::RestApi;
    use tripod_model::{Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::apigateway::testing::{of_type, with_api, with_deny, with_policy};
    use crate::testing::{assert_denied, run_one};

    fn finding(change: impl FnOnce(&mut RestApi)) -> Finding {
        run_one(&CHECK, &with_api(change))
    }

    fn allowing(principal: &str, condition: &str) -> Finding {
        finding(|api| with_policy(api, principal, condition))
    }

    const EVERYONE: &str = r#""*""#;
    const ROLE: &str = r#"{"AWS":"arn:aws:iam::111122223333:role/caller"}"#;
    const OFFICE: &str = r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}}"#;

    #[test]
    fn no_policy_fails() {
        let finding = finding(|_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.message.ends_with("callers come from any network"));
    }

    #[test]
    fn whoever_is_let_in_from_anywhere_fails_and_is_named() {
        for principal in [EVERYONE, ROLE] {
            let finding = allowing(principal, "{}");
            assert_eq!(finding.outcome, Outcome::Fail, "{principal}");
            assert!(finding.message.ends_with("call the API from any network"));
        }
        let organisation = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#;
        assert_eq!(allowing(EVERYONE, organisation).outcome, Outcome::Fail);
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html#apigateway-resource-policies-source-ip-address-example>
    #[test]
    fn networks_by_allow_and_by_deny_pass() {
        for (principal, condition) in [
            (EVERYONE, OFFICE),
            (ROLE, OFFICE),
            (EVERYONE, r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#),
        ] {
            assert_eq!(
                allowing(principal, condition).outcome,
                Outcome::Pass,
                "{condition}"
            );
        }
        let allow_list = finding(|api| {
            with_deny(
                api,
                r#"{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}"#,
            );
        });
        assert_eq!(allow_list.outcome, Outcome::Pass, "{}", allow_list.message);
    }

    #[test]
    fn ranges_that_are_the_internet_and_lists_of_the_blocked_fail() {
        for condition in [
            r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}"#,
            r#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            r#"{"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        ] {
            assert_eq!(
                allowing(EVERYONE, condition).outcome,
                Outcome::Fail,
                "{condition}"
            );
        }
        let block_list = finding(|api| {
            with_deny(api, r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}"#);
        });
        assert_eq!(block_list.outcome, Outcome::Fail);
    }

    #[test]
    fn a_private_api_is_not_applicable_and_one_for_nobody_passes() {
        let private = finding(|api| of_type(api, "PRIVATE"));
        assert_eq!(private.outcome, Outcome::NotApplicable);
        assert_eq!(finding(|api| with_deny(api, "{}")).outcome, Outcome::Pass);
    }

    #[test]
    fn what_cannot_be_seen_is_not_assessed() {
        assert_eq!(
            finding(|api| api.endpoint = None).outcome,
            Outcome::NotAssessed
        );
        let broken = finding(|api| api.policy = Some(PolicyDocument("{".to_owned())));
        assert_eq!(broken.outcome, Outcome::NotAssessed);
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = fixtures::denied("apigateway:GetRestApis");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetRestApis");
    }
}
