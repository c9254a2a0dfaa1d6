//! Checks of AWS Lambda.

use tripod_model::lambda::Function;
use tripod_model::{ResourceRef, Snapshot, Unknown};

use crate::{Outcomes, Scope, Verdict};

pub(crate) mod environment_secret;
pub(crate) mod public_policy;
pub(crate) mod public_url;

/// CloudFormation's type name of a function.
pub(crate) const FUNCTION: &str = "AWS::Lambda::Function";

/// One outcome for every function of every region.
pub(crate) fn each_function(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Scope, &Function) -> Result<Verdict, Unknown>,
) {
    for scope in Scope::all(snapshot) {
        out.each(
            &scope.region.lambda.functions,
            || scope.unlisted(FUNCTION),
            |function| function_resource(&scope, function),
            |function| decide(&scope, function),
        );
    }
}

/// A function as the resource of a finding.
pub(crate) fn function_resource(scope: &Scope, function: &Function) -> ResourceRef {
    scope.resource(FUNCTION, &function.arn, &function.name)
}
