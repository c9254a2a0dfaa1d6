//! What anyone in the internet can call.

use std::sync::Arc;

use tripod_model::apigateway::{Method, RestApi};
use tripod_model::apigatewayv2::{Api, Route};
use tripod_model::{Account, Arn, Observed, RegionalAccount};
use tripod_policy::{
    Attached, Caller, Context, Decision, Policies, Request, Resource, admitted, parse,
};

use super::path::{Node, Step};
use super::rules::Rule;
use super::rules::entry::{HTTP_API, INTEGRATION, LOAD_BALANCER, REST_API, URL};
use super::weigh::{tell_residuals, weight};
use crate::Access;
use crate::resources::reason;

/// Where a way in leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leads {
    /// To a function, by its unqualified ARN.
    Function(String),
    /// To a role, by ARN.
    Role(String),
}

/// A way in, as the first step of a path.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) to: Leads,
    pub(crate) step: Step,
}

/// Every way in that the snapshot shows, and what it does not show.
pub(crate) fn entries(access: &Access<'_>) -> (Vec<Entry>, Vec<String>) {
    let account = access.account();
    let mut ways = Ways {
        access,
        entries: Vec::new(),
        gaps: Vec::new(),
    };
    for region in &account.regions {
        ways.urls(region);
        ways.rest_apis(account, region);
        ways.http_apis(region);
        ways.load_balancers(region);
    }
    ways.entries.sort_by(|one, other| one.to.cmp(&other.to));
    (ways.entries, ways.gaps)
}

struct Ways<'a> {
    access: &'a Access<'a>,
    entries: Vec<Entry>,
    gaps: Vec<String>,
}

impl Ways<'_> {
    fn listed<'l, T>(
        &mut self,
        what: &str,
        region: &RegionalAccount,
        list: &'l Observed<Vec<T>>,
    ) -> &'l [T] {
        match list.found() {
            Ok(items) => items.map_or(&[], Vec::as_slice),
            Err(unknown) => {
                if region.status != tripod_model::RegionStatus::Disabled {
                    let (name, why) = (&region.name, reason(unknown));
                    self.gaps
                        .push(format!("{what} in {name} were not read: {why}"));
                }
                &[]
            }
        }
    }

    fn add(&mut self, rule: &Rule, to: Leads, by: String, decision: Option<&Decision<'_>>) {
        if decision.is_some_and(|decision| weight(decision).is_denied()) {
            return;
        }
        let node = match &to {
            Leads::Function(arn) => Node::Function(arn.clone()),
            Leads::Role(arn) => Node::Role(arn.clone()),
        };
        let mut step = Step::of(rule, Node::Internet, node);
        step.resources.push(by);
        if let Some(decision) = decision {
            tell_residuals("anyone", decision, &mut step);
        }
        self.entries.push(Entry { to, step });
    }

    fn urls(&mut self, region: &RegionalAccount) {
        for function in self.listed("functions", region, &region.lambda.functions) {
            for url in self.listed("function URLs", region, &function.urls) {
                if url.auth_type != "NONE" {
                    continue;
                }
                let Ok(target) = self.access.target(url.function_arn.as_str()) else {
                    continue;
                };
                let context = Context::open().with("lambda:FunctionUrlAuthType", "NONE");
                let policies = Policies {
                    resource: target.policy().cloned(),
                    ..Policies::default()
                };
                let request = Request {
                    caller: &Caller::anonymous(),
                    action: "lambda:InvokeFunctionUrl",
                    resource: target.resource(),
                    context: &context,
                };
                let decision = admitted(&request, &policies);
                let to = Leads::Function(function.arn.to_string());
                self.add(URL, to, url.url.clone(), Some(&decision));
            }
        }
    }

    fn rest_apis(&mut self, account: &Account, region: &RegionalAccount) {
        for api in self.listed("REST APIs", region, &region.apigateway.rest_apis) {
            if !is_reachable(api) {
                continue;
            }
            let read = api.policy.as_ref().map(parse);
            for method in self.listed("methods", region, &api.methods) {
                if !is_open(method) {
                    continue;
                }
                let place = format!(
                    "arn:{}:execute-api:{}:{}:{}/*/{}{}",
                    account.partition,
                    region.name,
                    account.id,
                    api.id,
                    method.http_method,
                    method.path
                );
                // Without a policy the API lets everyone in.
                // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
                let by = format!(
                    "{} {} of API '{}'",
                    method.http_method, method.path, api.name
                );
                let decision = read.as_ref().map(|policy| {
                    let policies = Policies {
                        resource: Some(Attached::parsed("API's policy", policy)),
                        ..Policies::default()
                    };
                    admitted(
                        &Request {
                            caller: &Caller::anonymous(),
                            action: "execute-api:Invoke",
                            resource: &Resource::new(&Arn::new(&*place)),
                            context: &Context::open(),
                        },
                        &policies,
                    )
                });
                let integration = method.integration.as_ref();
                let uri = integration.and_then(|it| it.uri.as_deref());
                let credentials = integration.and_then(|it| it.credentials.as_deref());
                self.behind(REST_API, &by, uri, credentials, decision.as_ref());
            }
        }
    }

    fn http_apis(&mut self, region: &RegionalAccount) {
        for api in self.listed("HTTP APIs", region, &region.apigatewayv2.apis) {
            if api.disable_execute_api_endpoint == Some(true) {
                continue;
            }
            for route in self.listed("routes", region, &api.routes) {
                if !asks_for_nothing(route) {
                    continue;
                }
                let by = format!(
                    "{} of API '{}'",
                    route.key.as_deref().unwrap_or("$default"),
                    api.name
                );
                let Some(integration) = integration_of(api, route) else {
                    continue;
                };
                let credentials = integration.credentials_arn.as_ref().map(Arn::as_str);
                self.behind(HTTP_API, &by, integration.uri.as_deref(), credentials, None);
            }
        }
    }

    /// What stands behind a method or route.
    fn behind(
        &mut self,
        rule: &Rule,
        by: &str,
        uri: Option<&str>,
        credentials: Option<&str>,
        decision: Option<&Decision<'_>>,
    ) {
        if let Some(function) = uri.and_then(function_in) {
            self.add(rule, Leads::Function(function), by.to_owned(), decision);
        } else if let Some(role) = credentials.filter(|it| it.contains(":role/")) {
            let before = self.entries.len();
            self.add(
                INTEGRATION,
                Leads::Role(role.to_owned()),
                by.to_owned(),
                decision,
            );
            for entry in &mut self.entries[before..] {
                let call = uri.unwrap_or("what the integration calls");
                entry
                    .step
                    .condition(&format!("the role serves the caller's end within {call}"));
            }
        }
    }

    fn load_balancers(&mut self, region: &RegionalAccount) {
        let balancers = self.listed("load balancers", region, &region.elbv2.load_balancers);
        for group in self.listed("target groups", region, &region.elbv2.function_groups) {
            let facing = balancers.iter().find(|balancer| {
                group.load_balancers.contains(&balancer.arn)
                    && balancer.scheme.as_deref() == Some("internet-facing")
            });
            let Some(balancer) = facing else { continue };
            for function in self.listed("targets", region, &group.functions) {
                let Some(function) = function_in(function.as_str()) else {
                    continue;
                };
                let by = format!("load balancer '{}'", balancer.name);
                self.add(LOAD_BALANCER, Leads::Function(function), by, None);
            }
        }
    }
}

/// Whether the internet reaches the API: it is not private, has a stage, and answers at its own
/// address or, for all that is known here, at a domain.
fn is_reachable(api: &RestApi) -> bool {
    let private = api
        .endpoint
        .as_ref()
        .is_some_and(|endpoint| endpoint.types.iter().any(|kind| kind == "PRIVATE"));
    let staged = !matches!(&api.stages, Observed::Known(stages) if stages.is_empty());
    !private && staged
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html>
fn is_open(method: &Method) -> bool {
    method.authorization_type.as_deref() == Some("NONE") && method.api_key_required != Some(true)
}

/// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html>
fn asks_for_nothing(route: &Route) -> bool {
    route.authorization_type.as_deref().unwrap_or("NONE") == "NONE"
        && route.api_key_required != Some(true)
}

fn integration_of<'l>(
    api: &'l Api,
    route: &Route,
) -> Option<&'l tripod_model::apigatewayv2::Integration> {
    let id = route.target.as_deref()?.strip_prefix("integrations/")?;
    api.integrations.items().iter().find(|it| it.id == id)
}

/// The ARN of a function, without version or alias, in an integration's address.
fn function_in(text: &str) -> Option<String> {
    let end = text.find(":function:")?;
    let start = text[..end].rfind("arn:")?;
    let name = &text[end + ":function:".len()..];
    let length = name.find([':', '/']).unwrap_or(name.len());
    Some(format!(
        "{}:function:{}",
        &text[start..end],
        &name[..length]
    ))
}

/// The condition under which a caller of a function has its role.
pub(crate) fn by_its_code(function: &str) -> Arc<str> {
    format!("the code of {function} does with its role what the caller wants").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_in_the_address_of_an_integration() {
        let function = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
        for text in [
            function.to_owned(),
            format!("{function}:live"),
            format!(
                "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{function}/invocations"
            ),
            format!(
                "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{function}:live/invocations"
            ),
        ] {
            assert_eq!(function_in(&text).as_deref(), Some(function), "{text}");
        }
        assert_eq!(function_in("https://example.com"), None);
    }
}
