//! REST APIs with no fence at all: no policy, and methods that ask nobody.

use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::resource_policy::{Fenced, count, each_api, names, served, unasked};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-missing-resource-policy",
    title: "REST API without a policy where nothing else asks who calls",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA24"],
    needs: &["apigateway:GetRestApis", "apigateway:GetResources"],
    controls: &[
        Control::Baseline("IAM-2"),
        Control::Baseline("NET-3"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_resource_policy.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_api(view, out, decide);
}

fn decide(fenced: &Fenced<'_>) -> Result<Verdict, Unknown> {
    if fenced.policy.is_some() {
        return Ok(Verdict::pass("the API has a resource policy"));
    }
    if fenced.private {
        return Ok(Verdict::pass(
            "AWS deploys no private API without a policy, so nobody can call it",
        ));
    }
    let methods = served(fenced.api)?;
    if methods.is_empty() {
        return Ok(Verdict::not_applicable("the API has no method to call"));
    }
    let open = unasked(&methods);
    if open.is_empty() {
        return Ok(Verdict::pass(
            "the API has no resource policy, and every method authenticates its callers",
        ));
    }
    let verdict = Verdict::fail(format!(
        "the API has no resource policy, and {} nobody who calls",
        count(&open, "asks", "ask")
    ))
    .detail("methods", names(&open));
    if fenced.api.disable_execute_api_endpoint == Some(true) {
        return Ok(verdict.lowered_to(
            Severity::Medium,
            "its default address is off, and what its domain names ask of callers is not looked at",
        ));
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::RestApi;
    use tripod_model::{Observed, Outcome, PolicyDocument, Severity, fixtures};

    use super::CHECK;
    use crate::apigateway::testing::{of_type, open_method, with_api, with_policy};
    use crate::testing::{assert_denied, run_one};

    fn outcome(change: impl FnOnce(&mut RestApi)) -> Outcome {
        run_one(&CHECK, &with_api(change)).outcome
    }

    #[test]
    fn an_open_method_without_a_policy_fails_and_is_named() {
        let finding = run_one(&CHECK, &with_api(|api| open_method(api, "/health")));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "the API has no resource policy, and 1 method asks nobody who calls"
        );
        assert_eq!(finding.details.get("methods")[0], "GET /health");
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::RestApi");
    }

    #[test]
    fn where_the_default_address_is_off_it_is_lowered() {
        let finding = run_one(
            &CHECK,
            &with_api(|api| {
                open_method(api, "/health");
                api.disable_execute_api_endpoint = Some(true);
            }),
        );
        assert_eq!(finding.severity, Severity::Medium);
    }

    #[test]
    fn a_policy_or_authorization_everywhere_is_a_fence() {
        assert_eq!(outcome(|_| {}), Outcome::Pass, "the method asks");
        assert_eq!(
            outcome(|api| {
                open_method(api, "/health");
                with_policy(api, r#"{"AWS":"111122223333"}"#, "{}");
            }),
            Outcome::Pass
        );
        assert_eq!(
            outcome(|api| {
                open_method(api, "/health");
                of_type(api, "PRIVATE");
            }),
            Outcome::Pass,
            "nobody can call it"
        );
    }

    #[test]
    fn preflights_are_no_doors() {
        let only_preflights = |api: &mut RestApi| {
            let mut method = fixtures::method(api.arn.as_str(), "/claims", "OPTIONS");
            method.authorization_type = Some("NONE".to_owned());
            api.methods = Observed::Known(vec![method]);
        };
        assert_eq!(outcome(only_preflights), Outcome::NotApplicable);
        assert_eq!(
            outcome(|api| api.methods = Observed::Known(vec![])),
            Outcome::NotApplicable
        );
    }

    #[test]
    fn what_cannot_be_seen_is_not_assessed() {
        let snapshot = with_api(|api| api.methods = fixtures::denied("apigateway:GetResources"));
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetResources");
        assert_eq!(outcome(|api| api.endpoint = None), Outcome::NotAssessed);
        assert_eq!(
            outcome(|api| api.policy = Some(PolicyDocument("{".to_owned()))),
            Outcome::NotAssessed
        );
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = fixtures::denied("apigateway:GetRestApis");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetRestApis");
    }
}
