//! What the tests of resource policies share.

use tripod_model::apigateway::{EndpointConfiguration, RestApi};
use tripod_model::{Observed, PolicyDocument, Snapshot, fixtures};

/// An account with one REST API: regional, without a policy, with one method, which asks for IAM.
pub(crate) fn with_api(change: impl FnOnce(&mut RestApi)) -> Snapshot {
    let mut api = fixtures::rest_api("api1");
    change(&mut api);
    fixtures::with_region(|region| region.apigateway.rest_apis = Observed::Known(vec![api]))
}

/// A further method, which asks nobody.
pub(crate) fn open_method(api: &mut RestApi, path: &str) {
    method(api, path, "NONE");
}

/// A further method, with its authorization type.
pub(crate) fn method(api: &mut RestApi, path: &str, authorization: &str) {
    let mut method = fixtures::method(api.arn.as_str(), path, "GET");
    method.authorization_type = Some(authorization.to_owned());
    if let Observed::Known(methods) = &mut api.methods {
        methods.push(method);
    }
}

pub(crate) fn of_type(api: &mut RestApi, kind: &str) {
    api.endpoint = Some(EndpointConfiguration {
        types: vec![kind.to_owned()],
        ip_address_type: None,
        vpc_endpoint_ids: vec![],
    });
}

/// The ARN of whatever the API serves, as AWS writes it into the policy.
pub(crate) const WHOLE: &str = "arn:aws:execute-api:eu-central-1:111122223333:api1/*";

/// A policy of one statement, for the whole API.
pub(crate) fn with_policy(api: &mut RestApi, principal: &str, condition: &str) {
    api.policy = Some(fixtures::allow(
        principal,
        "execute-api:Invoke",
        WHOLE,
        condition,
    ));
}

/// A policy that lets everyone in but those who meet the condition: AWS's own example.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
pub(crate) fn with_deny(api: &mut RestApi, condition: &str) {
    api.policy = Some(PolicyDocument(format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"{WHOLE}"}},
            {{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"{WHOLE}",
              "Condition":{condition}}}]}}"#
    )));
}
