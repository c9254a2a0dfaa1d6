//! A wire that answers from a script, for tests of neighbours.

use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::executor::block_on;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tripod_model::{
    Account, AccountId, ExchangeId, Observed, RegionName, RegionStatus, RegionalAccount,
};

use crate::neighbour::{Context, Neighbour, Part};
use crate::services::References;
use crate::wire::{Call, Reply, Wire};

/// Where tests read, unless they say otherwise.
const HOME: &str = "eu-central-1";

/// The moment of every test: 2026-11-22T13:14:15Z.
pub(crate) const OBSERVED: Timestamp = Timestamp::constant(1_795_353_255, 0);

/// Answers by operation. Of several answers that fit, the one added last is given.
#[derive(Debug, Default)]
pub(crate) struct Script {
    lines: Vec<Line>,
    references: References,
    all_buckets: bool,
    calls: Arc<Mutex<Vec<Call>>>,
}

#[derive(Debug, Clone)]
struct Line {
    operation: &'static str,
    /// What the request has to hold: in its path, query or body, or as its region.
    needle: String,
    answer: Observed<String>,
}

#[allow(dead_code, reason = "each service uses what it needs")]
impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The answer of an operation.
    pub(crate) fn on(self, operation: &'static str, body: &str) -> Self {
        self.when(operation, "", body)
    }

    /// The answer of an operation to requests that hold a text.
    pub(crate) fn when(self, operation: &'static str, needle: &str, body: &str) -> Self {
        self.line(operation, needle, Observed::Known(body.to_owned()))
    }

    /// A refusal, as what it means.
    pub(crate) fn refuse(self, operation: &'static str, unknown: Observed<String>) -> Self {
        self.line(operation, "", unknown)
    }

    /// "There is none", given only to a call that takes the code for that.
    pub(crate) fn absent(self, operation: &'static str, needle: &str, code: &str) -> Self {
        let failed = Observed::Failed {
            operation: operation.to_owned(),
            error: code.to_owned(),
        };
        self.line(operation, needle, failed)
    }

    fn line(mut self, operation: &'static str, needle: &str, answer: Observed<String>) -> Self {
        self.lines.push(Line {
            operation,
            needle: needle.to_owned(),
            answer,
        });
        self
    }

    /// What the first wave refers to.
    pub(crate) fn referring(mut self, references: References) -> Self {
        self.references = references;
        self
    }

    /// Reads every bucket.
    pub(crate) fn all_buckets(mut self) -> Self {
        self.all_buckets = true;
        self
    }

    /// What was asked so far, in order.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.asked().iter().map(|call| call.operation).collect()
    }

    /// The calls made so far.
    pub(crate) fn asked(&self) -> Vec<Call> {
        self.calls.lock().expect("no test panicked before").clone()
    }

    /// Reads a regional service.
    pub(crate) fn read(&self, neighbour: &Neighbour) -> RegionalAccount {
        self.read_in(HOME, neighbour)
    }

    /// The same in another region than the usual one.
    pub(crate) fn read_in(&self, region: &str, neighbour: &Neighbour) -> RegionalAccount {
        let name = RegionName::new(region);
        let mut account = RegionalAccount::not_collected(name, RegionStatus::Scanned);
        match self.run(region, neighbour) {
            Part::Regional(place) => place(&mut account),
            Part::Global(_) => panic!("{neighbour:?} is not regional"),
        }
        account
    }

    /// Reads a global service.
    pub(crate) fn read_global(&self, neighbour: &Neighbour) -> Account {
        let mut account = Account::not_collected(AccountId::new("111122223333"), "aws".to_owned());
        match self.run(HOME, neighbour) {
            Part::Global(place) => place(&mut account),
            Part::Regional(_) => panic!("{neighbour:?} is not global"),
        }
        account
    }

    fn run(&self, region: &str, neighbour: &Neighbour) -> Part {
        let wire = Self {
            lines: self.lines.clone(),
            references: self.references.clone(),
            all_buckets: self.all_buckets,
            calls: Arc::clone(&self.calls),
        };
        let part = block_on((neighbour.run)(Context {
            account: AccountId::new("111122223333"),
            partition: "aws".to_owned(),
            region: RegionName::new(region),
            references: Arc::new(self.references.clone()),
            observed: OBSERVED,
            all_buckets: self.all_buckets,
            wire: Arc::new(wire),
        }));
        for call in self.asked() {
            assert!(
                neighbour.operations().contains(&call.operation),
                "{} is not declared",
                call.operation
            );
        }
        part
    }
}

impl Wire for Script {
    fn send(&self, call: Call) -> BoxFuture<'_, Reply<String>> {
        let request = &call.request;
        let text = format!(
            "{} {}?{} {}",
            call.region, request.path, request.query, request.body
        );
        let line = self
            .lines
            .iter()
            .rev()
            .find(|line| line.operation == call.operation && text.contains(&line.needle));
        let value = match line.map(|line| &line.answer) {
            None => panic!("the script has no answer to {} {text}", call.operation),
            Some(Observed::Failed { error, .. }) if call.absent.contains(&error.as_str()) => {
                Observed::Absent
            }
            Some(answer) => answer.clone(),
        };
        let exchange = Some(ExchangeId::new(format!("of {}", call.operation)));
        self.calls
            .lock()
            .expect("no test panicked before")
            .push(call);
        async move { Reply { value, exchange } }.boxed()
    }
}

/// A refusal for want of a permission.
pub(crate) fn denied<T>(operation: &str) -> Observed<T> {
    tripod_model::fixtures::denied(operation)
}

/// Reads with `operation` denied, not offered, and answered in another shape: what is read has to say so,
/// and must never be empty or absent.
pub(crate) fn never_reads_as_none<T: std::fmt::Debug + PartialEq>(
    operation: &'static str,
    script: impl Fn() -> Script,
    read: impl Fn(&Script) -> Observed<T>,
) {
    let refused = |answer: Observed<String>| read(&script().refuse(operation, answer));
    assert_eq!(refused(denied(operation)), denied(operation));
    let lacking = Observed::Unsupported {
        operation: operation.to_owned(),
    };
    assert!(matches!(refused(lacking), Observed::Unsupported { .. }));
    let other = read(&script().on(operation, r#""none""#));
    assert!(matches!(other, Observed::Failed { .. }), "{other:?}");
}
