//! Entries by API Gateway and function URLs.

use std::collections::BTreeMap;

use tripod_model::apigateway::{ApiKey, Method, RestApi, Stage, UsagePlan};
use tripod_model::apigatewayv2::{Api, Route, RouteSettings};
use tripod_model::{RegionalAccount, Unknown, apigatewayv2};

use super::EntryKind;
use super::bounds::{Door, Limit, LimitKind};
use super::rate::{Bound, Rate};
use super::target::Target;
use crate::WhatIf;
use crate::stated::{Missing, Sways, count, lacking};

/// The key of the settings that hold for all methods of a stage.
const ALL_METHODS: &str = "*/*";

/// What all APIs of a region share.
struct Shared<'a> {
    what_if: &'a WhatIf,
    account: Result<Limit, Unknown>,
    plans: Result<&'a [UsagePlan], Unknown>,
    /// Whether each key opens anything, by id.
    keys: Result<BTreeMap<&'a str, &'a ApiKey>, Unknown>,
}

/// Every method, route and URL of the region that leads to a function. Lists that could not be read join
/// `missing`.
pub(crate) fn of<'a>(
    region: &'a RegionalAccount,
    what_if: &'a WhatIf,
    missing: &mut Vec<Missing>,
) -> Vec<Door<'a>> {
    let shared = Shared::of(region, what_if);
    let mut doors = Vec::new();
    match region.apigateway.rest_apis.found() {
        Ok(apis) => {
            for api in apis.into_iter().flatten() {
                methods(&shared, api, &mut doors, missing);
            }
        }
        Err(unknown) => missing.push(Missing::widening("the REST APIs", unknown)),
    }
    match region.apigatewayv2.apis.found() {
        Ok(apis) => {
            for api in apis.into_iter().flatten() {
                routes(&shared, api, &mut doors, missing);
            }
        }
        Err(unknown) => missing.push(Missing::widening("the HTTP and WebSocket APIs", unknown)),
    }
    urls(region, &mut doors, missing);
    doors
}

impl<'a> Shared<'a> {
    fn of(region: &'a RegionalAccount, what_if: &'a WhatIf) -> Self {
        let keys = region.apigateway.api_keys.found();
        let plans = region.apigateway.usage_plans.found();
        Self {
            what_if,
            account: account(region),
            plans: plans.map(|plans| plans.map_or(&[][..], Vec::as_slice)),
            keys: keys.map(|keys| {
                let keys = keys.into_iter().flatten();
                keys.map(|key| (key.id.as_str(), key)).collect()
            }),
        }
    }

    /// The bound of the account, or a note that it is not known.
    fn account_limit(&self, limits: &mut Vec<Limit>, missing: &mut Vec<Missing>) {
        match &self.account {
            Ok(limit) => limits.push(limit.clone()),
            Err(unknown) => {
                let what = "the account's throttle of API Gateway";
                // Without any bound nothing can be said: there always is one.
                missing.push(if limits.is_empty() {
                    Missing::deciding(what, unknown.clone())
                } else {
                    Missing::widening(what, unknown.clone()).swaying(Sways::LessDemand)
                });
            }
        }
    }

    /// Settings that are half set take the other half from the account.
    fn completed(&self, rate: Option<f64>, burst: Option<i64>) -> Option<Bound> {
        let set = (
            rate.filter(|it| *it >= 0.0).map(Rate::per_second),
            burst.filter(|it| *it >= 0),
        );
        let account = match self.account.as_ref().map(|it| it.bound) {
            Ok(Bound::Requests { rate, burst }) => Some((rate, burst)),
            _ => None,
        };
        let (rate, burst) = match set {
            (None, None) => return None,
            (Some(rate), Some(burst)) => (rate, burst),
            (Some(rate), None) => (rate, account?.1),
            (None, Some(burst)) => (account?.0, burst),
        };
        Some(Bound::Requests { rate, burst })
    }
}

fn account(region: &RegionalAccount) -> Result<Limit, Unknown> {
    const ACCOUNT: &str = "apigateway:GetAccount";
    let account = region.apigateway.account.found()?;
    let account = account.ok_or_else(|| lacking(ACCOUNT, "the answer has no settings"))?;
    let (Some(rate), Some(burst)) = (account.throttle_rate_limit, account.throttle_burst_limit)
    else {
        return Err(lacking(ACCOUNT, "the answer has no throttleSettings"));
    };
    let bound = Bound::Requests {
        rate: Rate::per_second(rate),
        burst,
    };
    Ok(Limit::new(LimitKind::Account, "the account", bound))
}

fn methods<'a>(
    shared: &Shared<'a>,
    api: &'a RestApi,
    doors: &mut Vec<Door<'a>>,
    missing: &mut Vec<Missing>,
) {
    let (stages, methods) = match (api.stages.found(), api.methods.found()) {
        (Ok(stages), Ok(methods)) => (stages, methods),
        (Err(unknown), _) => {
            missing.push(Missing::widening(
                format!("the stages of {}", api.name),
                unknown,
            ));
            return;
        }
        (_, Err(unknown)) => {
            missing.push(Missing::widening(
                format!("the methods of {}", api.name),
                unknown,
            ));
            return;
        }
    };
    for stage in stages.into_iter().flatten() {
        for method in methods.into_iter().flatten() {
            doors.extend(rest_method(shared, api, stage, method));
        }
    }
}

fn rest_method<'a>(
    shared: &Shared<'a>,
    api: &'a RestApi,
    stage: &'a Stage,
    method: &'a Method,
) -> Option<Door<'a>> {
    let target = Target::of_uri(method.integration.as_ref()?.uri.as_deref()?)?;
    let label = format!("{} {}", method.http_method, method.path);
    let (mut limits, mut missing) = (Vec::new(), Vec::new());
    limits.extend(rest_throttle(shared, api, stage, method, &label));
    if method.api_key_required == Some(true) {
        usage_plans(shared, api, stage, method, &mut limits, &mut missing);
    }
    shared.account_limit(&mut limits, &mut missing);
    let open = is_open(method.authorization_type.as_deref());
    Some(Door {
        kind: EntryKind::RestMethod,
        arn: &method.arn,
        name: format!("{label} at {} of {}", stage.name, api.name),
        stage_arn: Some(&stage.arn),
        throttle_key: Some(format!("{}/{}/{label}", api.id, stage.name)),
        open: Some(open && method.api_key_required != Some(true)),
        target,
        limits,
        at_least: 0,
        web_acl: stage.web_acl_arn.as_ref(),
        missing,
    })
}

fn is_open(authorization: Option<&str>) -> bool {
    authorization.is_none_or(|kind| kind.is_empty() || kind.eq_ignore_ascii_case("NONE"))
}

/// The nearest throttle: supposed for the method, its own, supposed for all, the stage's.
fn rest_throttle(
    shared: &Shared<'_>,
    api: &RestApi,
    stage: &Stage,
    method: &Method,
    label: &str,
) -> Option<Limit> {
    let names = (api.id.as_str(), api.name.as_str());
    let of_key = |kind, key: &str| {
        let setting = stage.method_settings.get(key)?;
        let (rate, burst) = (
            setting.throttling_rate_limit,
            setting.throttling_burst_limit,
        );
        let of = format!("stage {}, {key}", stage.name);
        Some(Limit::new(kind, of, shared.completed(rate, burst)?))
    };
    supposed(shared.what_if, names, &stage.name, label)
        .or_else(|| of_key(LimitKind::Method, &setting_key(method)))
        .or_else(|| supposed(shared.what_if, names, &stage.name, "*"))
        .or_else(|| of_key(LimitKind::Stage, ALL_METHODS))
}

/// How a stage's settings name a method: the path with its slashes as `~1`, then the method.
fn setting_key(method: &Method) -> String {
    let path = method.path.replace('~', "~0").replace('/', "~1");
    format!("{path}/{}", method.http_method)
}

fn supposed(what_if: &WhatIf, api: (&str, &str), stage: &str, method: &str) -> Option<Limit> {
    let throttle = what_if.throttle(api, stage, method)?;
    let bound = Bound::Requests {
        rate: throttle.rate,
        burst: throttle.burst,
    };
    Some(Limit::new(
        LimitKind::Supposed,
        format!("supposed for {method}"),
        bound,
    ))
}

/// What usage plans let through where an API key is demanded: each enabled key of a plan that opens the stage
/// has the plan's throttle for itself. A plan without one bounds nothing.
fn usage_plans(
    shared: &Shared<'_>,
    api: &RestApi,
    stage: &Stage,
    method: &Method,
    limits: &mut Vec<Limit>,
    missing: &mut Vec<Missing>,
) {
    match plans_together(shared, api, stage, method) {
        Ok(Some(limit)) => limits.push(limit),
        Ok(None) => {}
        Err(unknown) => missing.push(
            Missing::widening("the usage plans and their keys", unknown).swaying(Sways::LessDemand),
        ),
    }
}

fn plans_together(
    shared: &Shared<'_>,
    api: &RestApi,
    stage: &Stage,
    method: &Method,
) -> Result<Option<Limit>, Unknown> {
    let keys = shared.keys.as_ref().map_err(Clone::clone)?;
    let place = format!("{}/{}", api.id, stage.name);
    let opens = |key: &&ApiKey| key.enabled != Some(false) && key.stage_keys.contains(&place);
    if keys.values().copied().any(|key| opens(&key)) {
        // An older key that opens the stage without a plan has no throttle.
        return Ok(None);
    }
    let (mut milli, mut burst, mut callers) = (0_i64, 0_i64, 0_i64);
    let mut names = Vec::new();
    for plan in *shared.plans.as_ref().map_err(Clone::clone)? {
        let opened = plan.api_stages.iter().find(|it| {
            it.api_id.as_deref() == Some(&api.id) && it.stage.as_deref() == Some(&stage.name)
        });
        let Some(opened) = opened else { continue };
        let holders = enabled(plan, keys)?;
        if holders == 0 {
            continue;
        }
        let own = opened
            .throttle
            .get(&format!("{}/{}", method.path, method.http_method));
        let Some(throttle) = own.or(plan.throttle.as_ref()) else {
            return Ok(None);
        };
        let Some(Bound::Requests {
            rate,
            burst: at_once,
        }) = shared.completed(throttle.rate_limit, throttle.burst_limit)
        else {
            return Ok(None);
        };
        let each = rate.times(holders);
        milli = milli.saturating_add(
            each.requests
                .saturating_mul(1000 / each.seconds.clamp(1, 1000)),
        );
        burst = burst.saturating_add(at_once.saturating_mul(holders));
        callers = callers.saturating_add(holders);
        names.push(plan.name.as_deref().unwrap_or(&plan.id));
    }
    let rate = if milli % 1000 == 0 {
        Rate::of(milli / 1000, 1)
    } else {
        Rate::of(milli, 1000)
    };
    let of = match names.as_slice() {
        [] => "no usage plan opens the stage to any key".to_owned(),
        names => format!("usage plan {}, {callers} keys", names.join(" and ")),
    };
    let bound = Bound::Requests { rate, burst };
    Ok(Some(Limit::new(LimitKind::UsagePlan, of, bound)))
}

/// Keys of a plan that are not switched off.
fn enabled(plan: &UsagePlan, keys: &BTreeMap<&str, &ApiKey>) -> Result<i64, Unknown> {
    if keys.is_empty() {
        return Ok(0);
    }
    let ids = plan.key_ids.found()?.into_iter().flatten();
    let on = ids.filter(|id| {
        keys.get(id.as_str())
            .is_some_and(|it| it.enabled != Some(false))
    });
    Ok(count(on.count()))
}

fn routes<'a>(
    shared: &Shared<'a>,
    api: &'a Api,
    doors: &mut Vec<Door<'a>>,
    missing: &mut Vec<Missing>,
) {
    let lists = (api.stages.found(), api.routes.found());
    let (stages, routes) = match lists {
        (Ok(stages), Ok(routes)) => (stages, routes),
        (Err(unknown), _) => {
            missing.push(Missing::widening(
                format!("the stages of {}", api.name),
                unknown,
            ));
            return;
        }
        (_, Err(unknown)) => {
            missing.push(Missing::widening(
                format!("the routes of {}", api.name),
                unknown,
            ));
            return;
        }
    };
    let integrations = match api.integrations.found() {
        Ok(integrations) => integrations,
        // Not asked where no route leads to one.
        Err(Unknown::NotCollected) => return,
        Err(unknown) => {
            let what = format!("the integrations of {}", api.name);
            missing.push(Missing::widening(what, unknown));
            return;
        }
    };
    let by_id: BTreeMap<String, &str> = integrations
        .into_iter()
        .flatten()
        // With a subtype it is another service's action.
        .filter(|it| it.subtype.is_none())
        .filter_map(|it| Some((format!("integrations/{}", it.id), it.uri.as_deref()?)))
        .collect();
    for stage in stages.into_iter().flatten() {
        for route in routes.into_iter().flatten() {
            let uri = route.target.as_ref().and_then(|it| by_id.get(it));
            let target = uri.and_then(|uri| Target::of_uri(uri));
            doors.extend(target.map(|target| api_route(shared, api, stage, route, target)));
        }
    }
}

fn api_route<'a>(
    shared: &Shared<'a>,
    api: &'a Api,
    stage: &'a apigatewayv2::Stage,
    route: &'a Route,
    target: Target<'a>,
) -> Door<'a> {
    let label = route.key.as_deref().unwrap_or(&route.id);
    let (mut limits, mut missing) = (Vec::new(), Vec::new());
    limits.extend(route_throttle(shared, api, stage, label));
    let key = route.api_key_required == Some(true);
    shared.account_limit(&mut limits, &mut missing);
    Door {
        kind: if api.protocol.as_deref() == Some("WEBSOCKET") {
            EntryKind::WebSocketRoute
        } else {
            EntryKind::HttpRoute
        },
        arn: &route.arn,
        name: format!("{label} at {} of {}", stage.name, api.name),
        stage_arn: Some(&stage.arn),
        throttle_key: Some(format!("{}/{}/{label}", api.id, stage.name)),
        open: Some(is_open(route.authorization_type.as_deref()) && !key),
        target,
        limits,
        at_least: 0,
        web_acl: None,
        missing,
    }
}

/// The nearest throttle, as for methods.
fn route_throttle(
    shared: &Shared<'_>,
    api: &Api,
    stage: &apigatewayv2::Stage,
    label: &str,
) -> Option<Limit> {
    let names = (api.id.as_str(), api.name.as_str());
    let of = |kind, settings: Option<&RouteSettings>, name: &str| {
        let settings = settings?;
        let (rate, burst) = (
            settings.throttling_rate_limit,
            settings.throttling_burst_limit,
        );
        let of = format!("stage {}, {name}", stage.name);
        Some(Limit::new(kind, of, shared.completed(rate, burst)?))
    };
    supposed(shared.what_if, names, &stage.name, label)
        .or_else(|| of(LimitKind::Method, stage.route_settings.get(label), label))
        .or_else(|| supposed(shared.what_if, names, &stage.name, "*"))
        .or_else(|| {
            let settings = stage.default_route_settings.as_ref();
            of(LimitKind::Stage, settings, "default of all routes")
        })
}

/// Function URLs have no throttle: a reservation is what bounds them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html>
fn urls<'a>(region: &'a RegionalAccount, doors: &mut Vec<Door<'a>>, missing: &mut Vec<Missing>) {
    for function in region.lambda.functions.items() {
        match function.urls.found() {
            Ok(urls) => doors.extend(urls.into_iter().flatten().map(|url| Door {
                kind: EntryKind::FunctionUrl,
                arn: &url.function_arn,
                name: url.url.clone(),
                stage_arn: None,
                throttle_key: None,
                open: Some(url.auth_type != "AWS_IAM"),
                target: Target::Arn(function.arn.as_str()),
                limits: Vec::new(),
                at_least: 0,
                web_acl: None,
                missing: Vec::new(),
            })),
            Err(unknown) => {
                let what = format!("the URLs of {}", function.name);
                missing.push(Missing::widening(what, unknown));
            }
        }
    }
}
