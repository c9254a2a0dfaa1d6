//! The errors AWS answers with, service by service.

mod expiry;

use serde_json::{Map, Value};

use crate::http::HttpRequest;
use crate::model::{Model, Operation};
use crate::wire::Protocol;

/// An error to answer with. Status and spelling come from the model where they are not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) status: Option<u16>,
    pub(crate) message: String,
    /// Further members of the error's shape; those the shape lacks are dropped.
    pub(crate) fields: Map<String, Value>,
    pub(crate) retry_after: Option<u32>,
}

impl Refusal {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            ..Self::default()
        }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

/// What a refusal needs to know of the call it refuses.
pub(crate) struct Call<'a> {
    pub(crate) model: &'a Model,
    pub(crate) protocol: Protocol,
    pub(crate) operation: &'a str,
    pub(crate) region: &'a str,
    pub(crate) caller: &'a str,
    pub(crate) request: &'a HttpRequest,
}

impl Call<'_> {
    /// The caller's identity-based policies do not allow the action.
    pub(crate) fn denied(&self) -> Refusal {
        let (action, resource) = self.action();
        let message = format!(
            "User: {} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action",
            self.caller
        );
        match self.protocol {
            Protocol::Ec2 => Refusal::new(
                "UnauthorizedOperation",
                format!("You are not authorized to perform this operation. {message}"),
            )
            .status(403),
            Protocol::Query | Protocol::RestXml => {
                Refusal::new("AccessDenied", message).status(403)
            }
            Protocol::RestJson => Refusal::new("AccessDeniedException", message).status(403),
            Protocol::Json10 | Protocol::Json11 | Protocol::Cbor => {
                Refusal::new("AccessDeniedException", message).status(400)
            }
        }
    }

    /// The IAM action and resource of the message. API Gateway's actions are HTTP methods.
    fn action(&self) -> (String, String) {
        match self.model.service.as_str() {
            "apigateway" | "apigatewayv2" => (
                format!("apigateway:{}", self.request.method),
                format!("arn:aws:apigateway:{}::{}", self.region, self.request.path),
            ),
            "s3" if self.operation == "ListBuckets" => {
                ("s3:ListAllMyBuckets".to_owned(), "*".to_owned())
            }
            "cloudwatch" => (format!("cloudwatch:{}", self.operation), "*".to_owned()),
            _ => (
                format!("{}:{}", self.model.metadata.signing_name(), self.operation),
                "*".to_owned(),
            ),
        }
    }

    /// Too many requests, as each service says it. The JSON services' models name the error where
    /// they have one of their own; the rest is AWS's common one.
    /// Lambda <https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html>,
    /// API Gateway <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResources.html>,
    /// EC2 <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>,
    /// KMS <https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html>,
    /// S3 <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
    pub(crate) fn throttled(&self, retry_after: Option<u32>) -> Refusal {
        let operation = self.model.operations.get(self.operation);
        let modelled = || {
            operation
                .and_then(throttling_error)
                .unwrap_or("ThrottlingException")
        };
        let mut refusal = match (self.model.service.as_str(), self.protocol) {
            ("lambda" | "lambda-core", _) => {
                Refusal::new("TooManyRequestsException", "Rate exceeded").status(429)
            }
            ("apigateway" | "apigatewayv2", _) => {
                Refusal::new("TooManyRequestsException", "Too Many Requests").status(429)
            }
            ("kms", _) => Refusal::new(
                "ThrottlingException",
                "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
            )
            .status(400),
            ("s3", _) => Refusal::new("SlowDown", "Please reduce your request rate.").status(503),
            (_, Protocol::Ec2) => {
                Refusal::new("RequestLimitExceeded", "Request limit exceeded.").status(503)
            }
            (_, Protocol::Query | Protocol::RestXml) => {
                Refusal::new("Throttling", "Rate exceeded").status(400)
            }
            (_, Protocol::RestJson) => Refusal::new(modelled(), "Rate exceeded").status(429),
            _ => Refusal::new(modelled(), "Rate exceeded").status(400),
        };
        if matches!(self.model.service.as_str(), "lambda" | "lambda-core") {
            let reason = "CallerRateLimitExceeded".into();
            refusal.fields.insert("Reason".to_owned(), reason);
        }
        // Their models give the error a `Retry-After`; what they put there is not documented.
        let announces = matches!(
            self.model.service.as_str(),
            "lambda" | "lambda-core" | "apigateway"
        );
        refusal.retry_after = retry_after.or(announces.then_some(1));
        refusal
    }

    /// What an endpoint answers that has never heard of the operation.
    pub(crate) fn unsupported(&self) -> Refusal {
        unknown_operation(Some(self.model), self.protocol, self.operation)
    }

    /// A page token the service did not give out.
    pub(crate) fn bad_token(&self, name: &str) -> Refusal {
        let message = format!("The specified value of {name} is not valid");
        let errors = self
            .model
            .operations
            .get(self.operation)
            .map_or(&[][..], |operation| operation.errors.as_slice());
        let about_tokens = |code: &&str| {
            code.contains("Invalid") && (code.contains("Token") || code.contains("Marker"))
        };
        let about_input = |code: &&str| {
            [
                "Validation",
                "InvalidParameter",
                "BadRequest",
                "InvalidInput",
            ]
            .iter()
            .any(|word| code.contains(word))
        };
        let codes = || errors.iter().map(|error| error.shape.as_str());
        if let Some(code) = codes()
            .find(about_tokens)
            .or_else(|| codes().find(about_input))
        {
            return Refusal::new(code, message);
        }
        match self.protocol {
            Protocol::Ec2 => Refusal::new("InvalidNextToken", message).status(400),
            Protocol::Query | Protocol::RestXml => {
                Refusal::new("ValidationError", message).status(400)
            }
            _ => Refusal::new("ValidationException", message).status(400),
        }
    }

    /// A parameter out of its bounds.
    pub(crate) fn bad_value(&self, message: String) -> Refusal {
        match self.protocol {
            Protocol::Ec2 => Refusal::new("InvalidParameterValue", message).status(400),
            Protocol::Query => Refusal::new("ValidationError", message).status(400),
            Protocol::RestXml => Refusal::new("InvalidArgument", message).status(400),
            _ => Refusal::new("ValidationException", message).status(400),
        }
    }

    /// The modelled answer to asking for what is not there, if the operation can say so.
    pub(crate) fn not_found(&self) -> Option<Refusal> {
        let message = "The resource you requested does not exist.";
        if let Some(code) = unmodelled_not_found(&self.model.service, self.operation) {
            return Some(Refusal::new(code, message).status(404));
        }
        let errors = &self.model.operations.get(self.operation)?.errors;
        let matching = errors
            .iter()
            .map(|error| error.shape.as_str())
            .filter(|name| is_not_found(name));
        // `GetProvisionedConcurrencyConfig` has an error of its own besides that of its function.
        let own = |name: &str| {
            let noun = name.split("NotFound").next().unwrap_or_default();
            if self.operation.contains(noun) {
                noun.len()
            } else {
                0
            }
        };
        let best = matching.rev().max_by_key(|name| own(name))?;
        Some(Refusal::new(best, message))
    }
}

fn is_not_found(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "NotFound",
        "NoSuch",
        "NonExistent",
        "Nonexistent",
        "DoesNotExist",
        "NotPresent",
    ];
    // A key that is gone is another fault than a function that is not there.
    !name.starts_with("KMS") && WORDS.iter().any(|word| name.contains(word))
}

/// S3 models almost none of its errors, and organizations calls its absence something else.
fn unmodelled_not_found(service: &str, operation: &str) -> Option<&'static str> {
    match (service, operation) {
        ("s3", "GetBucketPolicy" | "GetBucketPolicyStatus") => Some("NoSuchBucketPolicy"),
        ("s3" | "s3control", "GetPublicAccessBlock") => {
            Some("NoSuchPublicAccessBlockConfiguration")
        }
        ("s3", "GetBucketEncryption") => Some("ServerSideEncryptionConfigurationNotFoundError"),
        ("s3", "GetBucketLifecycleConfiguration") => Some("NoSuchLifecycleConfiguration"),
        ("s3", "GetBucketReplication") => Some("ReplicationConfigurationNotFoundError"),
        ("s3", "GetBucketOwnershipControls") => Some("OwnershipControlsNotFoundError"),
        ("s3", "GetObjectLockConfiguration") => Some("ObjectLockConfigurationNotFoundError"),
        ("s3", "GetBucketTagging") => Some("NoSuchTagSet"),
        ("organizations", "DescribeOrganization") => Some("AWSOrganizationsNotInUseException"),
        _ => None,
    }
}

fn throttling_error(operation: &Operation) -> Option<&str> {
    let mut names = operation.errors.iter().map(|error| error.shape.as_str());
    // That a service's own calls of KMS are throttled is another error.
    names.find(|name| {
        (name.contains("Throttl") || name.contains("TooManyRequests"))
            && !name.to_ascii_lowercase().starts_with("kms")
    })
}

/// An operation the endpoint does not have.
pub(crate) fn unknown_operation(
    model: Option<&Model>,
    protocol: Protocol,
    operation: &str,
) -> Refusal {
    let service = model.map_or("", |model| model.metadata.signing_name());
    match protocol {
        Protocol::Query => Refusal::new(
            "InvalidAction",
            format!("Could not find operation {operation}"),
        )
        .status(400),
        Protocol::Ec2 => Refusal::new(
            "InvalidAction",
            format!("The action {operation} is not valid for this web service."),
        )
        .status(400),
        Protocol::RestXml => Refusal::new(
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )
        .status(405),
        Protocol::RestJson if service == "apigateway" => Refusal::new(
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        )
        .status(403),
        Protocol::RestJson | Protocol::Cbor => {
            Refusal::new("UnknownOperationException", "").status(404)
        }
        Protocol::Json10 | Protocol::Json11 => {
            Refusal::new("UnknownOperationException", "").status(400)
        }
    }
}

/// Credentials that the Region does not take: unknown account, or a Region not opted in to.
pub(crate) fn bad_credentials(service: &str, protocol: Protocol) -> Refusal {
    const MESSAGE: &str = "The security token included in the request is invalid.";
    match protocol {
        Protocol::Ec2 => Refusal::new(
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        )
        .status(401),
        Protocol::RestXml if service == "s3" => Refusal::new(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        .status(403),
        Protocol::Query | Protocol::RestXml => {
            Refusal::new("InvalidClientTokenId", MESSAGE).status(403)
        }
        Protocol::RestJson => Refusal::new("UnrecognizedClientException", MESSAGE).status(403),
        Protocol::Json10 | Protocol::Json11 | Protocol::Cbor => {
            Refusal::new("UnrecognizedClientException", MESSAGE).status(400)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::fixtures::model;

    /// A call of the small model under a service's name.
    pub(super) fn with_request<T>(
        service: &str,
        protocol: Protocol,
        request: &HttpRequest,
        check: impl Fn(&Call<'_>) -> T,
    ) -> T {
        let mut model = model();
        model.service = service.to_owned();
        model.metadata.endpoint_prefix = service.to_owned();
        check(&Call {
            model: &model,
            protocol,
            operation: "GetThing",
            region: "eu-central-1",
            caller: "arn:aws:iam::111122223333:user/u",
            request,
        })
    }

    fn with<T>(service: &str, protocol: Protocol, check: impl Fn(&Call<'_>) -> T) -> T {
        let request = HttpRequest {
            method: "GET".to_owned(),
            path: "/restapis".to_owned(),
            ..HttpRequest::default()
        };
        with_request(service, protocol, &request, check)
    }

    #[test]
    fn each_service_denies_in_its_own_way() {
        let denied = |service, protocol| {
            with(service, protocol, |call| {
                (call.denied().code, call.denied().status)
            })
        };
        assert_eq!(
            denied("iam", Protocol::Query),
            ("AccessDenied".to_owned(), Some(403))
        );
        assert_eq!(
            denied("ec2", Protocol::Ec2),
            ("UnauthorizedOperation".to_owned(), Some(403))
        );
        assert_eq!(
            denied("lambda", Protocol::RestJson),
            ("AccessDeniedException".to_owned(), Some(403))
        );
        assert_eq!(
            denied("kms", Protocol::Json11),
            ("AccessDeniedException".to_owned(), Some(400))
        );
        let message = with("apigateway", Protocol::RestJson, |call| {
            call.denied().message
        });
        assert!(
            message.contains(
                "apigateway:GET on resource: arn:aws:apigateway:eu-central-1::/restapis because"
            ),
            "{message}"
        );
        let message = with("lambda", Protocol::RestJson, |call| call.denied().message);
        let expected = "User: arn:aws:iam::111122223333:user/u is not authorized to perform: lambda:GetThing on resource: * because no identity-based policy allows the lambda:GetThing action";
        assert_eq!(message, expected);
    }

    #[test]
    fn each_service_throttles_in_its_own_way() {
        for (service, protocol, code, status) in [
            (
                "lambda",
                Protocol::RestJson,
                "TooManyRequestsException",
                429,
            ),
            (
                "apigateway",
                Protocol::RestJson,
                "TooManyRequestsException",
                429,
            ),
            (
                "apigatewayv2",
                Protocol::RestJson,
                "TooManyRequestsException",
                429,
            ),
            ("ec2", Protocol::Ec2, "RequestLimitExceeded", 503),
            ("iam", Protocol::Query, "Throttling", 400),
            ("sts", Protocol::Query, "Throttling", 400),
            ("kms", Protocol::Json11, "ThrottlingException", 400),
            ("s3", Protocol::RestXml, "SlowDown", 503),
            // As the small model has it.
            ("things", Protocol::Json11, "ThrottledException", 400),
            ("things", Protocol::RestJson, "ThrottledException", 429),
        ] {
            let refusal = with(service, protocol, |call| call.throttled(None));
            assert_eq!(
                (refusal.code.as_str(), refusal.status),
                (code, Some(status)),
                "{service}"
            );
        }
        let lambda = with("lambda", Protocol::RestJson, |call| call.throttled(None));
        assert_eq!(lambda.fields["Reason"], "CallerRateLimitExceeded");
        assert_eq!(lambda.retry_after, Some(1));
        let kms = with("kms", Protocol::Json11, |call| call.throttled(Some(3)));
        assert_eq!((kms.fields.len(), kms.retry_after), (0, Some(3)));
    }

    #[test]
    fn each_service_has_its_own_word_for_expired_credentials() {
        for (service, protocol, code, status) in [
            ("ec2", Protocol::Ec2, "RequestExpired", 400),
            ("s3", Protocol::RestXml, "ExpiredToken", 400),
            ("iam", Protocol::Query, "ExpiredToken", 403),
            ("lambda", Protocol::RestJson, "ExpiredTokenException", 403),
            ("kms", Protocol::Json11, "ExpiredTokenException", 400),
        ] {
            let refusal = with(service, protocol, |call| call.expired());
            assert_eq!(
                (refusal.code.as_str(), refusal.status),
                (code, Some(status)),
                "{service}"
            );
        }
    }

    #[test]
    fn the_operations_own_not_found_error_wins() {
        let refusal = with("things", Protocol::Query, |call| {
            call.not_found().map(|refusal| refusal.code)
        })
        .expect("a refusal");
        assert_eq!(refusal, "ThingNotFoundException");
    }
}
