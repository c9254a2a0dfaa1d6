//! Routes of HTTP and WebSocket APIs that ask nobody who they are.

use tripod_model::apigatewayv2::{Api, Route};
use tripod_model::{Impact, Severity, Unknown};

use crate::apigateway::{each_route, is_open, open_reason};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "apigateway-unauthenticated-route",
    title: "HTTP or WebSocket API route reachable without authentication",
    service: Service::ApiGateway,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Medium,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["GV01"],
    needs: &["apigatewayv2:GetApis", "apigatewayv2:GetRoutes"],
    controls: &[
        Control::Baseline("IAM-1"),
        Control::Fsbp("APIGateway.8"),
        Control::Nist80053("AC-3"),
        Control::Nist80053("CM-2"),
        Control::Nist80053("CM-2(2)"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unauthenticated_route.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_route(view, out, decide);
}

fn decide(api: &Api, route: &Route) -> Result<Verdict, Unknown> {
    if let Some(reason) = cannot_authenticate(api, route)? {
        return Ok(Verdict::not_applicable(reason));
    }
    let kind = route.authorization_type.as_deref();
    let verdict = if is_open(kind) {
        Verdict::fail(open_reason("route", route.api_key_required))
            .detail("api_key_required", route.api_key_required)
    } else {
        let kind = kind.unwrap_or_default();
        Verdict::pass(format!("the route authenticates by {kind}"))
    };
    Ok(verdict.evidence(
        route
            .sources
            .evidence("apigatewayv2:GetRoutes", "/authorizationType"),
    ))
}

/// Why it cannot be asked of a route that it authenticates, if so. Without protocol and key nobody knows.
fn cannot_authenticate(api: &Api, route: &Route) -> Result<Option<&'static str>, Unknown> {
    let protocol = said(
        api.protocol.as_deref(),
        "apigatewayv2:GetApis",
        "protocolType",
    )?;
    let key = said(route.key.as_deref(), "apigatewayv2:GetRoutes", "routeKey")?;
    if protocol.eq_ignore_ascii_case("WEBSOCKET") {
        return Ok((key != "$connect")
            .then_some("a WebSocket API authenticates when it connects, by its route $connect"));
    }
    let method = key.split(' ').next().unwrap_or_default();
    Ok(method
        .eq_ignore_ascii_case("OPTIONS")
        .then_some("browsers send OPTIONS without credentials, so it cannot authenticate"))
}

fn said<'a>(value: Option<&'a str>, operation: &str, member: &str) -> Result<&'a str, Unknown> {
    value.ok_or_else(|| Unknown::Failed {
        operation: operation.to_owned(),
        error: format!("the answer has no {member}"),
    })
}

#[cfg(test)]
mod tests {
    use tripod_model::apigatewayv2::{Api, Route};
    use tripod_model::{Finding, Observed, Outcome, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn api_with(protocol: &str, change: impl FnOnce(&mut Route)) -> Api {
        let mut api = fixtures::api("api1", protocol);
        if let Observed::Known(routes) = &mut api.routes {
            change(&mut routes[0]);
        }
        api
    }

    fn finding(api: Api) -> Finding {
        let snapshot = fixtures::with_region(|region| {
            region.apigatewayv2.apis = Observed::Known(vec![api]);
        });
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn none_and_missing_fail_alike() {
        for kind in [Some("NONE".to_owned()), None] {
            for protocol in ["HTTP", "WEBSOCKET"] {
                let kind = kind.clone();
                let api = api_with(protocol, |route| route.authorization_type = kind);
                assert_eq!(finding(api).outcome, Outcome::Fail);
            }
        }
    }

    #[test]
    fn an_authorized_route_passes_and_is_named_with_its_api() {
        let finding = finding(api_with("HTTP", |route| {
            route.authorization_type = Some("JWT".to_owned());
        }));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.resource.name, "GET /claims of api1");
        assert_eq!(finding.resource.kind, "AWS::ApiGatewayV2::Route");
    }

    #[test]
    fn the_default_route_of_an_http_api_is_a_route_like_any_other() {
        let api = api_with("HTTP", |route| {
            route.key = Some("$default".to_owned());
            route.authorization_type = None;
        });
        assert_eq!(finding(api).outcome, Outcome::Fail);
    }

    #[test]
    fn only_connect_of_a_websocket_api_can_authenticate() {
        for key in ["$disconnect", "$default", "send"] {
            let api = api_with("WEBSOCKET", |route| {
                route.key = Some(key.to_owned());
                route.authorization_type = None;
            });
            assert_eq!(finding(api).outcome, Outcome::NotApplicable);
        }
    }

    #[test]
    fn options_is_not_applicable_and_a_path_of_that_name_is() {
        let preflight = api_with("HTTP", |route| {
            route.key = Some("OPTIONS /claims".to_owned());
            route.authorization_type = None;
        });
        assert_eq!(finding(preflight).outcome, Outcome::NotApplicable);
        let path = api_with("HTTP", |route| {
            route.key = Some("GET /OPTIONS".to_owned());
            route.authorization_type = None;
        });
        assert_eq!(finding(path).outcome, Outcome::Fail);
    }

    #[test]
    fn without_protocol_or_key_nobody_knows() {
        let keyless = api_with("WEBSOCKET", |route| route.key = None);
        assert_eq!(finding(keyless).outcome, Outcome::NotAssessed);
        let mut api = api_with("HTTP", |_| {});
        api.protocol = None;
        assert_eq!(finding(api).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn routes_that_cannot_be_read_are_one_outcome_of_the_api() {
        let mut api = fixtures::api("api1", "HTTP");
        api.routes = fixtures::denied("apigatewayv2:GetRoutes");
        let finding = finding(api);
        assert_denied(&finding, "apigatewayv2:GetRoutes");
        assert_eq!(finding.resource.kind, "AWS::ApiGatewayV2::Api");
    }

    #[test]
    fn apis_that_cannot_be_listed_are_one_outcome_of_the_list() {
        let snapshot = fixtures::with_region(|region| {
            region.apigatewayv2.apis = fixtures::denied("apigatewayv2:GetApis");
        });
        assert_denied(&run_one(&CHECK, &snapshot), "apigatewayv2:GetApis");
    }
}
