//! Methods of REST APIs that hand requests on unchecked.

use tripod_model::apigateway::{Method, RequestValidator, RestApi};
use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::each_method;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-missing-request-validation",
    title: "REST API method without validation of its parameters",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["GA27"],
    needs: &[
        "apigateway:GetRestApis",
        "apigateway:GetResources",
        "apigateway:GetRequestValidators",
    ],
    controls: &[Control::Baseline("CODE-2")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_request_validation.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_method(view, out, decide);
}

fn decide(api: &RestApi, method: &Method) -> Result<Verdict, Unknown> {
    if method.http_method.eq_ignore_ascii_case("OPTIONS") {
        return Ok(Verdict::not_applicable(
            "browsers send OPTIONS on their own, it carries no input of a caller",
        ));
    }
    if method.integration_kind() == Some("MOCK") {
        return Ok(Verdict::not_applicable(
            "the method answers by itself, no code reads its input",
        ));
    }
    let evidence = method
        .sources
        .evidence("apigateway:GetResources", "/requestValidatorId");
    let Some(id) = method.request_validator_id.as_deref() else {
        return Ok(Verdict::fail("the method has no request validator").evidence(evidence));
    };
    // Only now: a method without a validator fails whether or not the validators can be read.
    let validators = api
        .request_validators
        .found()?
        .map_or(&[][..], Vec::as_slice);
    Ok(judge(id, validators)?.evidence(evidence))
}

fn judge(id: &str, validators: &[RequestValidator]) -> Result<Verdict, Unknown> {
    let Some(validator) = validators.iter().find(|validator| validator.id == id) else {
        return Ok(Verdict::fail(format!(
            "the method's request validator {id} does not exist"
        )));
    };
    let name = validator.name.as_deref().unwrap_or(id);
    // AWS does not say what it means when this is left out.
    let checks = validator
        .validate_request_parameters
        .ok_or_else(|| Unknown::Failed {
            operation: "apigateway:GetRequestValidators".to_owned(),
            error: format!("the answer has no validateRequestParameters for {name}"),
        })?;
    let verdict = if checks {
        Verdict::pass(format!("the request validator {name} checks parameters"))
    } else {
        Verdict::fail(format!(
            "the request validator {name} does not check parameters"
        ))
    };
    Ok(verdict.detail("validates_body", validator.validate_request_body))
}

#[cfg(test)]
mod tests {
    use tripod_model::apigateway::{Integration, RestApi};
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn api_with(change: impl FnOnce(&mut tripod_model::apigateway::Method)) -> RestApi {
        let mut api = fixtures::rest_api("api1");
        if let Observed::Known(methods) = &mut api.methods {
            change(&mut methods[0]);
        }
        api
    }

    fn finding(api: RestApi) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.apigateway.rest_apis = Observed::Known(vec![api]);
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn a_validator_of_parameters_passes() {
        let finding = finding(api_with(|_| {}));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.details.get("validates_body"), true);
    }

    #[test]
    fn no_validator_fails_even_where_validators_cannot_be_read() {
        let mut api = api_with(|method| method.request_validator_id = None);
        assert_eq!(finding(api.clone()).outcome, Outcome::Fail);
        api.request_validators = fixtures::denied("apigateway:GetRequestValidators");
        assert_eq!(finding(api).outcome, Outcome::Fail);
    }

    #[test]
    fn a_validator_of_the_body_alone_fails() {
        let mut api = api_with(|_| {});
        if let Observed::Known(validators) = &mut api.request_validators {
            validators[0].validate_request_parameters = Some(false);
        }
        let finding = finding(api);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("does not check parameters"));
    }

    #[test]
    fn a_validator_that_is_gone_fails() {
        let api = api_with(|method| method.request_validator_id = Some("gone".to_owned()));
        let finding = finding(api);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("gone does not exist"));
    }

    #[test]
    fn a_validator_of_which_aws_does_not_say_what_it_checks_is_not_assessed() {
        let mut api = api_with(|_| {});
        if let Observed::Known(validators) = &mut api.request_validators {
            validators[0].validate_request_parameters = None;
        }
        let finding = finding(api);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        let cause = finding.cause.expect("a cause");
        assert!(cause.text().contains("validateRequestParameters"));
    }

    #[test]
    fn options_and_mock_are_not_applicable() {
        let options = api_with(|method| {
            method.http_method = "OPTIONS".to_owned();
            method.request_validator_id = None;
        });
        assert_eq!(finding(options).outcome, Outcome::NotApplicable);
        let mock = api_with(|method| {
            method.integration = Some(Integration {
                kind: Some("MOCK".to_owned()),
                ..Integration::default()
            });
            method.request_validator_id = None;
        });
        assert_eq!(finding(mock).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn validators_that_cannot_be_read_are_not_assessed() {
        let mut api = api_with(|_| {});
        api.request_validators = fixtures::denied("apigateway:GetRequestValidators");
        assert_denied(&finding(api), "apigateway:GetRequestValidators");
    }

    #[test]
    fn methods_that_cannot_be_read_are_one_outcome_of_the_api() {
        let mut api = api_with(|_| {});
        api.methods = fixtures::denied("apigateway:GetResources");
        let finding = finding(api);
        assert_denied(&finding, "apigateway:GetResources");
        assert_eq!(finding.resource.kind, "AWS::ApiGateway::RestApi");
    }
}
