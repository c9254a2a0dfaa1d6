//! Decides what a request is answered.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::Request;
use crate::catalogue::Catalogue;
use crate::document::prepare;
use crate::estate::{Account, Estate, Found, is_account};
use crate::fault::Fault;
use crate::http::{Act, Handler, HttpRequest, Outcome, Reply};
use crate::invented::{self, Extent};
use crate::latency::Latency;
use crate::made::Whole;
use crate::misfortune::perform;
use crate::model::{Kind, Operation};
use crate::paging::{PageError, Paging, Tokens};
use crate::quotas::Buckets;
use crate::refusals::{Call, Refusal, bad_credentials, unknown_operation};
use crate::route::{Scope, Target, Unrouted, pairs, route};
use crate::rules::{Asked, Rule, strike};
use crate::tally::Tally;
use crate::wire::{self, Protocol};
use crate::{builtin, refusals};

/// Everything a sim knows and remembers.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) estate: Estate,
    pub(crate) rules: Mutex<Vec<Rule>>,
    pub(crate) tally: Mutex<Tally>,
    pub(crate) log: Option<Mutex<File>>,
    pub(crate) seed: u64,
    pub(crate) speed: f64,
    pub(crate) latency: Option<Latency>,
    pub(crate) buckets: Option<Buckets>,
    /// Requests over a quota.
    pub(crate) throttled: AtomicU64,
    pub(crate) counter: AtomicU64,
}

/// Names of operations that only read. The rest is refused unless the estate answers it.
const READS: &[&str] = &[
    "Get", "List", "Describe", "BatchGet", "Generate", "Lookup", "Search", "Select", "Simulate",
    "Head", "Check", "Validate", "Export",
];

/// Services with one endpoint for the whole account: the credential's region says nothing.
const GLOBAL: &[&str] = &[
    "iam",
    "organizations",
    "account",
    "route53",
    "cloudfront",
    "shield",
    "support",
    "health",
    "budgets",
    "ce",
];

/// An answer document or an error, before it is written.
type Decision = Result<Value, Refusal>;

impl Handler for World {
    fn handle(&self, request: &HttpRequest) -> Outcome {
        let number = self.counter.fetch_add(1, Ordering::Relaxed) + 1;
        let id = format!("{number:08x}-0000-4000-8000-{number:012x}");
        let mut record = Request::default();
        let mut outcome = self.outcome(request, &id, &mut record);
        record.status = outcome.act.status();
        if let Some(latency) = self.latency {
            outcome.wait += latency.of(number);
        }
        self.remember(record);
        outcome.sped_up(self.speed)
    }
}

impl World {
    fn remember(&self, record: Request) {
        if let Some(log) = &self.log {
            let line = serde_json::to_string(&record).unwrap_or_default();
            // A log that cannot be written must not change an answer.
            let _ = writeln!(lock(log), "{line}");
        }
        lock(&self.tally).add(record);
    }

    fn outcome(&self, request: &HttpRequest, id: &str, record: &mut Request) -> Outcome {
        let Some(scope) = Scope::of(request).or_else(|| unsigned_scope(request)) else {
            record.operation = format!("{} {}", request.method, request.path);
            let refusal = Refusal::new(
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
            .status(403);
            return Act::Reply(wire::refuse(None, Protocol::RestJson, &refusal, id)).into();
        };
        record.region.clone_from(&scope.region);
        record.account = if is_account(&scope.access_key) {
            scope.access_key.clone()
        } else {
            self.estate.main.clone()
        };
        match route(&self.catalogue, request, &scope.signing_name) {
            Ok(Ok(target)) => self.routed(request, &scope, &target, id, record),
            Ok(Err(unrouted)) => Act::Reply(refuse_unrouted(&unrouted, &scope, id, record)).into(),
            Err(error) => Act::Reply(Reply::new(500, "text/plain", error.to_string())).into(),
        }
    }

    fn routed(
        &self,
        request: &HttpRequest,
        scope: &Scope,
        target: &Target,
        id: &str,
        record: &mut Request,
    ) -> Outcome {
        record.service.clone_from(&target.model.service);
        record.operation.clone_from(&target.operation);
        let refuse =
            |refusal: &Refusal| wire::refuse(Some(&target.model), target.protocol, refusal, id);
        let turned_away = |refusal: &Refusal| Act::Reply(refuse(refusal)).into();
        let model = &target.model;
        let Some(operation) = model.operations.get(&target.operation) else {
            let refusal = unknown_operation(Some(model), target.protocol, &target.operation);
            return turned_away(&refusal);
        };
        let Some(account) = self
            .estate
            .accounts
            .get(&record.account)
            .filter(|account| reaches(account, &model.service, &scope.region))
        else {
            return turned_away(&bad_credentials(&model.service, target.protocol));
        };
        let params = match wire::params(target, operation, request) {
            Ok(params) => params,
            Err(why) => {
                return turned_away(&Refusal::new("SerializationException", why).status(400));
            }
        };
        record.params = params;
        let record = &*record;
        let call = Call {
            model: &target.model,
            protocol: target.protocol,
            operation: &target.operation,
            region: &scope.region,
            caller: &account.caller.arn,
            request,
        };
        let asked = Asked {
            account: &account.id,
            region: &scope.region,
            service: &target.model.service,
            operation: &target.operation,
            params: &record.params,
        };
        if let Some(wait) = self
            .buckets
            .as_ref()
            .and_then(|buckets| buckets.take(asked).err())
        {
            self.throttled.fetch_add(1, Ordering::Relaxed);
            return turned_away(&over_quota(&call, wait, self.speed));
        }
        let fault = strike(&mut lock(&self.rules), asked);
        let nothing = Map::new();
        let params = record.params.as_object().unwrap_or(&nothing);
        let truth =
            |tokens: Tokens<'_>| match self.decide(&call, account, operation, params, tokens) {
                Ok(document) => wire::answer(target, operation, &document, id),
                Err(refusal) => refuse(&refusal),
            };
        let invent = |extent| match made_up(&call, account, operation, params, extent) {
            Ok(document) => wire::answer(target, operation, &document, id),
            Err(refusal) => refuse(&refusal),
        };
        match fault {
            None => Act::Reply(truth(Tokens::Honest)).into(),
            Some(Fault::Hollow(depth)) => Act::Reply(invent(Extent::Hollow(depth))).into(),
            Some(Fault::Full) => Act::Reply(invent(Extent::Full)).into(),
            Some(fault) => perform(fault, &call, id, &truth, &refuse),
        }
    }

    fn decide(
        &self,
        call: &Call<'_>,
        account: &Account,
        operation: &Operation,
        params: &Map<String, Value>,
        tokens: Tokens<'_>,
    ) -> Decision {
        let pager = Pager {
            call,
            account: &account.id,
            paging: Paging::of(call.model, call.operation, operation),
            params,
            tokens,
        };
        match account.find(call, params) {
            Some(Found::Written(answer)) => return pager.page(answer),
            Some(Found::Made(made)) => {
                return pager
                    .page(&made)
                    .and_then(|page| prepared(call, operation, page));
            }
            Some(Found::Error(refusal)) => return Err(refusal),
            None => {}
        }
        let service = &call.model.service;
        if let Some(decision) =
            builtin::answer(&self.estate, account, service, call.operation, params)
        {
            return decision;
        }
        if !READS
            .iter()
            .any(|prefix| call.operation.starts_with(prefix))
        {
            return Err(not_implemented(call));
        }
        let nothing = unmatched(call, operation, pager.paging.as_ref())?;
        pager.page(&nothing)
    }
}

/// The answer that the model allows, cut into pages like any other.
fn made_up(
    call: &Call<'_>,
    account: &Account,
    operation: &Operation,
    params: &Map<String, Value>,
    extent: Extent,
) -> Decision {
    let Some(output) = call.model.output(operation) else {
        return Ok(json!({}));
    };
    let whole = prepared(call, operation, invented::answer(output, extent))?;
    Pager {
        call,
        account: &account.id,
        paging: Paging::of(call.model, call.operation, operation),
        params,
        tokens: Tokens::Honest,
    }
    .page(&whole)
}

/// A generated page is checked like an estate's document; what does not fit the model is a fault of
/// this program, and must not look like AWS's answer.
fn prepared(call: &Call<'_>, operation: &Operation, page: Value) -> Decision {
    let Some(output) = call.model.output(operation) else {
        return Ok(page);
    };
    prepare(&call.model.service, output, page).map_err(|why| {
        let message = format!("the sim generated a wrong document: {why}");
        Refusal::new("SimulatorFault", message).status(500)
    })
}

/// Cuts pages out of the answer to one call.
struct Pager<'a> {
    call: &'a Call<'a>,
    account: &'a str,
    paging: Option<Paging<'a>>,
    params: &'a Map<String, Value>,
    tokens: Tokens<'a>,
}

impl Pager<'_> {
    fn page(&self, whole: &dyn Whole) -> Decision {
        let call = self.call;
        let Some(paging) = &self.paging else {
            return Ok(whole.without(&[]));
        };
        let origin = format!(
            "{} {} {} {}",
            self.account, call.region, call.model.service, call.operation
        );
        paging
            .page(
                call.model,
                call.operation,
                &origin,
                whole,
                self.params,
                self.tokens,
            )
            .map_err(|error| match error {
                PageError::Token(name) => call.bad_token(&name),
                PageError::Limit(message) => call.bad_value(message),
            })
    }
}

/// The answer to a read that the estate says nothing about: nothing there.
fn unmatched(call: &Call<'_>, operation: &Operation, paging: Option<&Paging<'_>>) -> Decision {
    if !lists(call, operation, paging)
        && let Some(refusal) = call.not_found()
    {
        return Err(refusal);
    }
    let mut empty = Map::new();
    if let Some(output) = call.model.output(operation) {
        let plural = ["List", "Describe"]
            .iter()
            .any(|prefix| call.operation.starts_with(prefix))
            || output.shape.members.len() <= 2;
        let paged = |name: &str| paging.is_some_and(|paging| paging.results.contains(&name));
        let required = |name: &str| {
            output
                .shape
                .required
                .iter()
                .any(|required| required == name)
        };
        for (name, _) in output
            .members()
            .filter(|(_, member)| member.kind() == Kind::List)
        {
            if plural || paged(name) || required(name) {
                empty.insert(name.to_owned(), json!([]));
            }
        }
    }
    Ok(Value::Object(empty))
}

/// Whether an operation asks for what there is, rather than for one thing by name.
fn lists(call: &Call<'_>, operation: &Operation, paging: Option<&Paging<'_>>) -> bool {
    // Absence is an error of these, though they name nothing.
    let absent = [
        ("iam", "GetAccountPasswordPolicy"),
        ("iam", "GetCredentialReport"),
        ("organizations", "DescribeOrganization"),
    ];
    if absent.contains(&(call.model.service.as_str(), call.operation)) {
        return false;
    }
    let names_something = call
        .model
        .input(operation)
        .is_some_and(|input| !input.shape.required.is_empty());
    if paging.is_some() || call.operation.starts_with("List") || !names_something {
        return true;
    }
    // `GetStages` of an API: one list, and at most a token beside it.
    call.model.output(operation).is_some_and(|output| {
        output.shape.members.len() <= 2
            && output
                .members()
                .any(|(_, member)| member.kind() == Kind::List)
            && call.operation.ends_with('s')
    })
}

fn not_implemented(call: &Call<'_>) -> Refusal {
    let message = format!(
        "{}:{} is not a read, and the estate has no answer for it",
        call.model.service, call.operation
    );
    Refusal::new("NotImplemented", message).status(501)
}

/// Services that say when to come again say when there is a token, in whole seconds of the sim's time.
fn over_quota(call: &Call<'_>, wait: Duration, speed: f64) -> Refusal {
    let mut refusal = call.throttled(None);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and a wait is not negative"
    )]
    let seconds = ((wait.as_secs_f64() * speed).ceil() / speed).round() as u32;
    refusal.retry_after = refusal.retry_after.map(|_| seconds);
    refusal
}

/// Whether the account's credentials are good in a region. Virginia, where web ACLs for CloudFront stand,
/// cannot be switched off.
fn reaches(account: &Account, service: &str, region: &str) -> bool {
    let enabled = account
        .regions
        .iter()
        .any(|known| known.name == region && known.enabled());
    enabled
        || GLOBAL.contains(&service)
        || (matches!(service, "sts" | "wafv2") && region == "us-east-1")
}

/// Two operations of STS are called without credentials, in order to get some.
fn unsigned_scope(request: &HttpRequest) -> Option<Scope> {
    let form = pairs(&String::from_utf8_lossy(&request.body));
    let action = form.iter().find(|(key, _)| key == "Action")?;
    matches!(
        action.1.as_str(),
        "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML"
    )
    .then(|| Scope {
        access_key: String::new(),
        region: "us-east-1".to_owned(),
        signing_name: "sts".to_owned(),
    })
}

fn refuse_unrouted(unrouted: &Unrouted, scope: &Scope, id: &str, record: &mut Request) -> Reply {
    record.service = unrouted
        .model
        .as_ref()
        .map_or_else(|| scope.signing_name.clone(), |model| model.service.clone());
    record.operation.clone_from(&unrouted.operation);
    let refusal = refusals::unknown_operation(
        unrouted.model.as_deref(),
        unrouted.protocol,
        &unrouted.operation,
    );
    wire::refuse(unrouted.model.as_deref(), unrouted.protocol, &refusal, id)
}

/// A poisoned lock means that a test thread panicked, which the test reports itself.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
