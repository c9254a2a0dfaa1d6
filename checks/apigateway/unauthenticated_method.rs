//! Methods of REST APIs that ask nobody who they are.

use tripod_model::apigateway::{Method, RestApi};
use tripod_model::{Impact, Severity};

use crate::apigateway::{each_method, is_open, is_private, open_reason};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-unauthenticated-method",
    title: "REST API method reachable without authentication",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GA18"],
    needs: &["apigateway:GetRestApis", "apigateway:GetResources"],
    controls: &[
        Control::Baseline("IAM-1"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unauthenticated_method.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_method(view, out, |api, method| Ok(decide(api, method)));
}

fn decide(api: &RestApi, method: &Method) -> Verdict {
    if method.http_method.eq_ignore_ascii_case("OPTIONS") {
        return Verdict::not_applicable(
            "browsers send OPTIONS without credentials, so it cannot authenticate",
        );
    }
    let evidence = method
        .sources
        .evidence("apigateway:GetResources", "/authorizationType");
    let kind = method.authorization_type.as_deref();
    if !is_open(kind) {
        let kind = kind.unwrap_or_default();
        return Verdict::pass(format!("the method authenticates by {kind}")).evidence(evidence);
    }
    let verdict = Verdict::fail(open_reason("method", method.api_key_required))
        .detail("api_key_required", method.api_key_required)
        .detail("endpoint_types", api.endpoint_types())
        .evidence(evidence);
    if is_private(api) {
        verdict.lowered_to(Severity::Medium, "the API is private")
    } else {
        verdict
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::{EndpointConfiguration, Method, RestApi};
    use tripod_model::{Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn api_with(change: impl FnOnce(&mut Method)) -> RestApi {
        let mut api = fixtures::rest_api("api1");
        let mut method = fixtures::method(api.arn.as_str(), "/claims", "POST");
        change(&mut method);
        api.methods = Observed::Known(vec![method]);
        api
    }

    fn finding(api: RestApi) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = Observed::Known(vec![api]);
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn none_and_missing_fail_alike() {
        for kind in [Some("NONE".to_owned()), None] {
            let finding = finding(api_with(|method| method.authorization_type = kind));
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::High);
            assert_eq!(finding.resource.name, "POST /claims of api1");
            assert_eq!(finding.resource.kind, "AWS::ApiGateway::Method");
            assert_eq!(finding.evidence[0].pointer, "/authorizationType");
        }
    }

    #[test]
    fn every_kind_of_authorization_passes() {
        for kind in ["AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"] {
            let api = api_with(|method| method.authorization_type = Some(kind.to_owned()));
            assert_eq!(finding(api).outcome, Outcome::Pass);
        }
    }

    #[test]
    fn an_authorizer_that_no_method_uses_authenticates_nobody() {
        let mut api = api_with(|method| method.authorization_type = Some("NONE".to_owned()));
        api.authorizers = Observed::Known(vec![tripod_model::apigateway::Authorizer {
            arn: tripod_model::Arn::new(format!("{}/authorizers/auth1", api.arn)),
            id: "auth1".to_owned(),
            name: None,
            kind: Some("TOKEN".to_owned()),
            provider_arns: vec![],
            uri: None,
            credentials: None,
            identity_source: None,
            identity_validation_expression: None,
            result_ttl_seconds: None,
            jwt: None,
            sources: fixtures::sources(&["apigateway:GetAuthorizers"]),
        }]);
        assert_eq!(finding(api).outcome, Outcome::Fail);
    }

    #[test]
    fn an_api_key_does_not_authenticate() {
        let finding = finding(api_with(|method| {
            method.authorization_type = Some("NONE".to_owned());
            method.api_key_required = Some(true);
        }));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("does not authenticate"));
    }

    #[test]
    fn options_is_not_applicable() {
        let api = api_with(|method| {
            method.http_method = "OPTIONS".to_owned();
            method.authorization_type = Some("NONE".to_owned());
        });
        assert_eq!(finding(api).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_private_api_is_lowered_and_one_with_a_public_side_is_not() {
        let mut api = api_with(|method| method.authorization_type = None);
        let of_types = |types: &[&str]| EndpointConfiguration {
            types: types.iter().map(|kind| (*kind).to_owned()).collect(),
            ip_address_type: None,
            vpc_endpoint_ids: vec![],
        };
        api.endpoint = Some(of_types(&["PRIVATE"]));
        let private = finding(api.clone());
        assert_eq!(private.severity, Severity::Medium);
        assert!(private.message.ends_with("the API is private"));
        api.endpoint = Some(of_types(&["PRIVATE", "REGIONAL"]));
        assert_eq!(finding(api.clone()).severity, Severity::High);
        api.endpoint = None;
        assert_eq!(finding(api).severity, Severity::High, "AWS did not say");
    }

    #[test]
    fn each_method_has_an_outcome_of_its_own() {
        let mut api = api_with(|_| {});
        let mut open = fixtures::method(api.arn.as_str(), "/status", "GET");
        open.authorization_type = None;
        if let Observed::Known(methods) = &mut api.methods {
            methods.push(open);
        }
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = Observed::Known(vec![api]);
        });
        let outcomes: Vec<Outcome> = run(&CHECK, &snapshot).iter().map(|f| f.outcome).collect();
        assert_eq!(outcomes.len(), 2);
        assert!(outcomes.contains(&Outcome::Pass) && outcomes.contains(&Outcome::Fail));
    }

    #[test]
    fn methods_that_cannot_be_read_are_one_outcome_of_the_api() {
        let mut api = fixtures::rest_api("api1");
        api.methods = fixtures::denied("apigateway:GetResources");
        let finding = finding(api);
        assert_denied(&finding, "apigateway:GetResources");
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::RestApi");
        assert_eq!(finding.resource.name, "api1");
    }

    #[test]
    fn apis_that_cannot_be_listed_are_one_outcome_of_the_list() {
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = fixtures::denied("apigateway:GetRestApis");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigateway:GetRestApis");
    }
}
