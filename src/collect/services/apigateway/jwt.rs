//! The tokens that an authorizer of type `JWT` takes. The SDK does not know them yet, so they are read from
//! the answer itself. Names as in botocore 1.44.5.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html>

use serde_json::Value;
use tripod_model::apigateway::{JwtClaim, JwtConfiguration, JwtIssuer};

use super::super::{filled, sorted};

/// None where AWS sent none.
pub(super) fn configuration(wire: &Value) -> Option<JwtConfiguration> {
    wire.is_object().then(|| JwtConfiguration {
        issuers: items(&wire["issuers"]).map(issuer).collect(),
        algorithms: texts(&wire["defaultAlgorithms"]),
    })
}

fn issuer(wire: &Value) -> JwtIssuer {
    JwtIssuer {
        issuer: filled(wire["issuer"].as_str()),
        audiences: texts(&wire["audiences"]),
        jwks_uri: filled(wire["jwksUri"].as_str()),
        additional_claims: items(&wire["additionalClaims"]).map(claim).collect(),
    }
}

fn claim(wire: &Value) -> JwtClaim {
    JwtClaim {
        name: filled(wire["claimName"].as_str()),
        required: wire["required"].as_bool(),
        expected_values: texts(&wire["expectedValues"]),
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn texts(list: &Value) -> Vec<String> {
    let texts: Vec<String> = items(list)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    sorted(&texts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn issuers_are_kept_with_their_claims() {
        let whole = configuration(&json!({
            "defaultAlgorithms": ["RS512", "ES256"],
            "issuers": [{
                "issuer": "https://login.example/", "audiences": ["b", "a"],
                "jwksUri": "https://login.example/keys",
                "additionalClaims": [{"claimName": "tenant", "required": false, "expectedValues": ["t1"]}],
            }],
        }))
        .expect("a configuration");
        assert_eq!(whole.algorithms, ["ES256", "RS512"]);
        let issuer = &whole.issuers[0];
        assert_eq!(issuer.issuer.as_deref(), Some("https://login.example/"));
        assert_eq!(issuer.audiences, ["a", "b"]);
        assert_eq!(issuer.additional_claims[0].required, Some(false));
        assert_eq!(issuer.additional_claims[0].expected_values, ["t1"]);
    }

    #[test]
    fn what_aws_left_out_is_not_made_up() {
        assert_eq!(configuration(&Value::Null), None);
        let bare = configuration(&json!({"issuers": [{"additionalClaims": [{}]}]}));
        let issuer = &bare.expect("a configuration").issuers[0];
        assert_eq!((&issuer.issuer, &issuer.jwks_uri), (&None, &None));
        assert_eq!(issuer.additional_claims[0].required, None);
    }
}
