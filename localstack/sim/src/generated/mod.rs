//! Estates of any size, made on request: what an account holds follows from its size, a seed and the
//! numbers of the things asked for, so nothing is kept.
//!
//! One module a service. To add an operation, add an arm to its service's `answer`; what no arm
//! answers is answered as by an estate without an entry for it. Members are written as boto3 shows
//! them and checked against the model like any estate's.

mod apigateway;
mod apigatewayv2;
mod cloudfront;
mod cloudtrail;
mod ec2;
mod iam;
mod kms;
mod lambda;
mod organizations;
mod place;
mod size;

use serde_json::{Map, Value};

use crate::estate::{Account, Contents, Estate, Region};
use crate::made::Made;
use crate::refusals::{Call, Refusal};
use place::Place;
pub(crate) use size::REGIONS;
pub use size::Size;

/// The account of the first of all.
const FIRST: &str = "111122223333";

/// What a service has to say to a call.
pub(crate) enum Answer<'a> {
    Made(Made<'a>),
    Refused(Refusal),
    /// Nothing: it is answered as by an estate without an entry for it.
    Nothing,
}

/// Parameters of a request.
type Params = Map<String, Value>;

/// What a generated account holds.
#[derive(Debug, Clone)]
pub(crate) struct Generated {
    size: Size,
    seed: u64,
}

/// The accounts of a size.
pub(crate) fn estate(size: &Size, seed: u64) -> Estate {
    let regions: Vec<Region> = REGIONS[..size.regions]
        .iter()
        .copied()
        .map(Region::always)
        .collect();
    let account = |id: String| {
        let generated = Generated {
            size: size.clone(),
            seed,
        };
        let account = Account::new(&id, None, regions.clone(), Contents::Generated(generated));
        (id, account)
    };
    Estate {
        main: FIRST.to_owned(),
        accounts: (0..size.accounts).map(id_of_account).map(account).collect(),
    }
}

/// The number of the nth account.
fn id_of_account(nth: usize) -> String {
    if nth == 0 {
        FIRST.to_owned()
    } else {
        format!("4{nth:011}")
    }
}

impl Generated {
    /// What a call gets, if its service is generated and has something to say.
    pub(crate) fn answer<'a>(
        &'a self,
        account: &'a str,
        call: &Call<'a>,
        params: &'a Params,
    ) -> Answer<'a> {
        let at = REGIONS.iter().position(|region| *region == call.region);
        let place = Place {
            size: &self.size,
            seed: self.seed,
            account,
            region: call.region,
            at: at.unwrap_or_default(),
        };
        match call.model.service.as_str() {
            "lambda" => lambda::answer(place, call, params),
            "apigateway" => apigateway::answer(place, call, params),
            "apigatewayv2" => apigatewayv2::answer(place, call, params),
            "kms" => kms::answer(place, call, params),
            "cloudfront" => cloudfront::answer(call.operation),
            "cloudtrail" => cloudtrail::answer(place, call, params),
            "ec2" => ec2::answer(place, call.operation),
            "iam" => iam::answer(place, call, params),
            "organizations" => organizations::answer(place, call, params),
            _ => Answer::Nothing,
        }
    }
}

/// A document as it is.
fn whole<'a>(value: Value) -> Answer<'a> {
    Answer::Made(Made::whole(value))
}

/// One list of so many items.
fn list<'a>(member: &'static str, count: usize, item: impl Fn(usize) -> Value + 'a) -> Answer<'a> {
    Answer::Made(Made::default().list(member, count, item))
}

/// The operation's own error for what is not there, as the model names it.
fn missing<'a>(call: &Call<'_>) -> Answer<'a> {
    call.not_found().map_or(Answer::Nothing, Answer::Refused)
}

fn text<'p>(params: &'p Params, name: &str) -> &'p str {
    params.get(name).and_then(Value::as_str).unwrap_or_default()
}
