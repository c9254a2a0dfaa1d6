//! What the tests of checks of functions share.

use tripod_model::lambda::{Alias, Function, FunctionUrl, Version, VpcAttachment};
use tripod_model::{Arn, Observed, PolicyDocument, Sources, fixtures};

/// The function that versions and aliases made here belong to.
pub(crate) const CLAIMS: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

/// The host of the URLs made here.
pub(crate) const HOST: &str = "abc.lambda-url.eu-central-1.on.aws";

/// A published version of `claims`.
pub(crate) fn version(number: &str, policy: Observed<PolicyDocument>) -> Version {
    Version {
        arn: Arn::new(format!("{CLAIMS}:{number}")),
        version: number.to_owned(),
        configuration: fixtures::function("claims").configuration,
        policy,
        scaling: Observed::NotCollected,
        sources: fixtures::sources(&["lambda:ListFunctions", "lambda:GetPolicy"]),
    }
}

/// An alias of `claims`.
pub(crate) fn alias(name: &str, policy: Observed<PolicyDocument>) -> Alias {
    Alias {
        arn: Arn::new(format!("{CLAIMS}:{name}")),
        name: name.to_owned(),
        description: None,
        version: Some("1".to_owned()),
        weights: [].into(),
        policy,
        sources: fixtures::sources(&["lambda:ListAliases", "lambda:GetPolicy"]),
    }
}

/// A URL of the function, or of its alias; `qualifier` is empty or `:live`.
pub(crate) fn url(qualifier: &str, auth_type: &str) -> FunctionUrl {
    FunctionUrl {
        function_arn: Arn::new(format!("{CLAIMS}{qualifier}")),
        url: format!("https://{HOST}/"),
        auth_type: auth_type.to_owned(),
        invoke_mode: None,
        cors: None,
        sources: Sources::default(),
    }
}

/// A policy of these statements.
pub(crate) fn policy(statements: &[&str]) -> Observed<PolicyDocument> {
    let statements = statements.join(",");
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Observed::Known(PolicyDocument(text))
}

/// The function `claims` with a policy.
pub(crate) fn claims(policy: Observed<PolicyDocument>) -> Function {
    let mut function = fixtures::function("claims");
    function.policy = policy;
    function
}

/// The text of a statement named `s0`.
pub(crate) fn statement(effect: &str, principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Sid":"s0","Effect":"{effect}","Principal":{principal},"Action":"{action}","Resource":"*","Condition":{condition}}}"#
    )
}

/// An Allow named `s0`.
pub(crate) fn allow(principal: &str, action: &str, condition: &str) -> String {
    statement("Allow", principal, action, condition)
}

/// The function `claims` in these subnets of `vpc-1`, with these security groups.
pub(crate) fn in_vpc(subnets: &[&str], groups: &[&str]) -> Function {
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    let mut function = fixtures::function("claims");
    function.configuration.network.vpc = Some(VpcAttachment {
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: owned(subnets),
        security_group_ids: owned(groups),
        ipv6_allowed: Some(false),
    });
    function
}
