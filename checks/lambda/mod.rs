//! Checks of AWS Lambda.

use tripod_model::lambda::{Function, FunctionDetails, FunctionUrl};
use tripod_model::{ResourceRef, Snapshot, Unknown};

use crate::{Outcomes, Scope, Verdict};

pub(crate) mod address_exhaustion;
pub(crate) mod administrator_role;
pub(crate) mod broken_role;
pub(crate) mod bypassable_front;
pub(crate) mod classified_outside_vpc;
mod code_signing;
pub(crate) mod confused_deputy;
pub(crate) mod dangling_trigger;
pub(crate) mod deprecated_runtime;
mod doors;
pub(crate) mod egress;
pub(crate) mod environment_secret;
pub(crate) mod escalating_role;
mod held;
pub(crate) mod interface_quota_exhaustion;
pub(crate) mod loose_url_grant;
pub(crate) mod maximum_ephemeral_storage;
pub(crate) mod maximum_timeout;
pub(crate) mod missing_code_signing;
pub(crate) mod missing_dual_stack;
pub(crate) mod missing_failure_destination;
pub(crate) mod missing_reserved_concurrency;
pub(crate) mod missing_tags;
pub(crate) mod nearly_used_quota;
pub(crate) mod open_egress;
pub(crate) mod open_iam_url;
pub(crate) mod organization_wide_policy;
mod outsiders;
pub(crate) mod overtrusting_role;
pub(crate) mod public_policy;
pub(crate) mod public_qualified_policy;
pub(crate) mod public_subnet;
pub(crate) mod public_url;
pub(crate) mod role;
#[cfg(test)]
pub(crate) mod role_testing;
mod runtimes;
pub(crate) mod scarce_unreserved_pool;
pub(crate) mod service_wildcard_role;
pub(crate) mod shared_role;
pub(crate) mod single_zone;
mod sources;
#[cfg(test)]
mod testing;
pub(crate) mod uncontrolled_code_change;
pub(crate) mod unenforced_code_signing;
pub(crate) mod uneven_egress;
pub(crate) mod unlimited_decryption;
pub(crate) mod unlimited_sensitive_actions;
pub(crate) mod unready_state;
pub(crate) mod untrusted_account;
pub(crate) mod untrusted_layer;
pub(crate) mod url_any_origin;
pub(crate) mod zero_concurrency;

/// CloudFormation's type name of a function.
pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";

/// One outcome for every function of every region.
pub(crate) fn each_function(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Scope, &Function) -> Result<Verdict, Unknown>,
) {
    for scope in Scope::all(snapshot) {
        each_function_of(&scope, out, |function| decide(&scope, function));
    }
}

/// One outcome for every function of one region: for checks that look something else up in the region,
/// once for all its functions.
pub(crate) fn each_function_of(
    scope: &Scope,
    out: &mut Outcomes,
    decide: impl Fn(&Function) -> Result<Verdict, Unknown>,
) {
    out.each(
        &scope.region.lambda.functions,
        || scope.unlisted(FUNCTION),
        |function| function_resource(scope, function),
        decide,
    );
}

/// A function as the resource of a finding.
pub(crate) fn function_resource(scope: &Scope, function: &Function) -> ResourceRef {
    scope.resource(FUNCTION, &function.arn, &function.name)
}

/// The URLs of a function and its aliases.
pub(crate) fn urls(function: &Function) -> Result<&[FunctionUrl], Unknown> {
    Ok(function.urls.found()?.map_or(&[][..], Vec::as_slice))
}

/// What `lambda:GetFunction` told. Nothing there is optional as a whole, so no answer is no pass.
pub(crate) fn details(function: &Function) -> Result<&FunctionDetails, Unknown> {
    function
        .details
        .found()?
        .ok_or_else(|| failed("lambda:GetFunction", "the function is gone"))
}

/// Whether the code is a container image, which brings its own runtime and is not signed by Lambda's means.
///
/// Where AWS leaves the package type out, a runtime tells: images cannot have one.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(crate) fn is_image(function: &Function) -> Result<bool, Unknown> {
    let code = &function.configuration.code;
    match (code.package_type.as_deref(), &code.runtime) {
        (Some(kind), _) => Ok(kind == "Image"),
        (None, Some(_)) => Ok(false),
        (None, None) => Err(failed(
            "lambda:ListFunctions",
            "the answer has neither PackageType nor Runtime",
        )),
    }
}

/// An answer came, but not what the check needs of it.
pub(crate) fn failed(operation: &str, error: impl Into<String>) -> Unknown {
    Unknown::Failed {
        operation: operation.to_owned(),
        error: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::fixtures;

    use super::is_image;

    #[test]
    fn a_function_without_package_type_is_no_image_if_it_has_a_runtime_and_unknown_if_not() {
        let mut function = fixtures::function("claims");
        function.configuration.code.package_type = None;
        assert_eq!(is_image(&function), Ok(false));
        function.configuration.code.runtime = None;
        assert!(is_image(&function).is_err());
        function.configuration.code.package_type = Some("Image".to_owned());
        assert_eq!(is_image(&function), Ok(true));
    }
}
