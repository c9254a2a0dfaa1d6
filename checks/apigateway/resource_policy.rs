//! What the checks of resource policies share: whether an API is private, what its policy says, and what
//! its methods ask of callers beside.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>

use tripod_model::apigateway::{Method, RestApi};
use tripod_model::{Evidence, Snapshot, Unknown};
use tripod_policy::{Access, Policy, Who, audience};

use crate::apigateway::{REST_API, each_rest_api, is_open, is_private};
use crate::{Outcomes, Scope, Verdict, policies};

const LIST: &str = "apigateway:GetRestApis";

/// The action of whoever calls an API.
pub(super) const CALL: [&str; 1] = ["execute-api:Invoke"];

/// A REST API with what its policy says.
pub(super) struct Fenced<'a> {
    pub(super) api: &'a RestApi,
    /// None where it has no policy.
    pub(super) policy: Option<Policy>,
    /// Whether it is reached through VPC endpoints only.
    pub(super) private: bool,
    /// Begins the ARNs of its methods, `arn:aws:execute-api:region:account:id`.
    pub(super) arn: String,
}

impl Fenced<'_> {
    /// Classes of callers whom the policy lets in. Services are left out: those that call APIs do it with
    /// roles.
    pub(super) fn callers(&self, policy: &Policy) -> Vec<Access> {
        let mut classes = audience(&format!("{}/*", self.arn), policy, &CALL);
        classes.retain(|access| !matches!(access.who, Who::Service { .. }));
        classes
    }
}

/// One outcome for every REST API. Where AWS did not say how an API is reached, or the policy cannot be
/// read, that outcome is "not assessed".
pub(super) fn each_api(
    snapshot: &Snapshot,
    out: &mut Outcomes,
    decide: impl Fn(&Fenced<'_>) -> Result<Verdict, Unknown>,
) {
    each_rest_api(snapshot, out, |scope, api, out| {
        let verdict = fenced(scope, api).and_then(|fenced| decide(&fenced));
        let verdict = verdict.map(|verdict| verdict.evidence(evidence(api)));
        out.say(scope.resource(REST_API, &api.arn, &api.name), verdict);
    });
}

fn evidence(api: &RestApi) -> Vec<Evidence> {
    let pointer = if api.policy.is_some() { "/policy" } else { "" };
    api.sources.evidence(LIST, pointer)
}

fn fenced<'a>(scope: &Scope, api: &'a RestApi) -> Result<Fenced<'a>, Unknown> {
    if api.endpoint_types().is_empty() {
        return Err(Unknown::Failed {
            operation: LIST.to_owned(),
            error: "the answer has no endpoint type".to_owned(),
        });
    }
    let document = api.policy.as_ref();
    Ok(Fenced {
        api,
        policy: document
            .map(|text| policies::read(text, LIST))
            .transpose()?,
        private: is_private(api),
        arn: format!(
            "arn:{}:execute-api:{}:{}:{}",
            scope.account.partition, scope.region.name, scope.account.id, api.id
        ),
    })
}

/// The methods that serve callers. Browsers send `OPTIONS` without credentials whoever asks for what.
pub(super) fn served(api: &RestApi) -> Result<Vec<&Method>, Unknown> {
    let methods = api.methods.found()?.map_or(&[][..], Vec::as_slice);
    let serves = |method: &&Method| !method.http_method.eq_ignore_ascii_case("OPTIONS");
    Ok(methods.iter().filter(serves).collect())
}

/// Those of them that ask nobody who calls.
pub(super) fn unasked<'a>(methods: &[&'a Method]) -> Vec<&'a Method> {
    let open = |method: &&Method| is_open(method.authorization_type.as_deref());
    methods.iter().copied().filter(open).collect()
}

/// "GET /health", for each.
pub(super) fn names(methods: &[&Method]) -> Vec<String> {
    let name = |method: &&Method| format!("{} {}", method.http_method, method.path);
    methods.iter().map(name).collect()
}

/// "1 method asks", "3 methods ask".
pub(super) fn count(methods: &[&Method], one: &str, many: &str) -> String {
    match methods.len() {
        1 => format!("1 method {one}"),
        several => format!("{several} methods {many}"),
    }
}

/// Whom the policy lets in by a way that none of `accepts` bounds: the findings of the checks of networks
/// and endpoints.
pub(super) fn unbound(
    classes: &[Access],
    accepts: impl Fn(&tripod_policy::Scope) -> bool + Copy,
) -> Vec<&Access> {
    classes
        .iter()
        .filter(|access| !access.is_within(accepts))
        .collect()
}

/// "statement 'a' lets everyone and account 444455556666 call the API", with the names in the details.
pub(super) fn let_in(classes: &[&Access], lack: &str) -> Verdict {
    let mut statements: Vec<_> = classes
        .iter()
        .flat_map(|access| access.statements.iter().cloned())
        .collect();
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    let whom: Vec<String> = classes
        .iter()
        .map(|access| access.who.to_string())
        .collect();
    Verdict::fail(format!(
        "{} {} call the API {lack}",
        policies::sentence(&statements, "lets", "let"),
        whom.join(", ")
    ))
    .detail("callers", whom)
    .detail("statements", policies::names(&statements))
}
