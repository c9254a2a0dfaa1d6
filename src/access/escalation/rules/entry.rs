//! Ways in from the internet, and what a function is to its role.
//!
//! Who may call a function does not have its role yet: the code in between decides what a caller can
//! make of it. Every such step says so as a condition.

use super::{Rule, Target, Thing};

/// A function acts as its role.
pub(crate) static RUNS_WITH: &Rule = &Rule::new(
    "function-role",
    "runs with the role",
    Target::RoleOf(Thing::Function),
    &[],
    &[],
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
);

/// By a function's URL.
pub(crate) static URL: &Rule = &Rule::new(
    "internet-function-url",
    "calls the function by its URL, which asks for no credentials",
    Target::Function,
    &["lambda:InvokeFunctionUrl"],
    &[],
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
);

/// By a REST API.
pub(crate) static REST_API: &Rule = &Rule::new(
    "internet-rest-api",
    "calls the function by a method of a REST API that asks for no credentials",
    Target::Function,
    &[],
    &[],
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
);

/// By an HTTP or WebSocket API.
pub(crate) static HTTP_API: &Rule = &Rule::new(
    "internet-http-api",
    "calls the function by a route of an API that asks for no credentials",
    Target::Function,
    &[],
    &[],
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
);

/// By a load balancer.
pub(crate) static LOAD_BALANCER: &Rule = &Rule::new(
    "internet-load-balancer",
    "calls the function by a load balancer that faces the internet",
    Target::Function,
    &[],
    &[],
    "https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html",
);

/// By an integration that has a role.
pub(crate) static INTEGRATION: &Rule = &Rule::new(
    "internet-integration-role",
    "has an API call AWS with the role of an integration that asks for no credentials",
    Target::RoleOf(Thing::RestApi),
    &[],
    &[],
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html",
);

/// All of these.
pub(super) static RULES: [&Rule; 6] = [
    RUNS_WITH,
    URL,
    REST_API,
    HTTP_API,
    LOAD_BALANCER,
    INTEGRATION,
];
