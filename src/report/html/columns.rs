//! Findings as columns: places in tables that hold each text once.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::{Value, json};
use tripod_assess::Report;
use tripod_model::{AcceptedException, Cause, Finding, ResourceRef};

use super::data::{cause_json, check_json, exception_json, kind_of, tame};
use super::text::shown;

/// Bytes of a finding beside its texts: its numbers in all columns, its id.
const ROW: usize = 80;

/// A table of things, each once.
struct Table<K> {
    places: HashMap<K, usize>,
    list: Vec<K>,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            list: Vec::new(),
        }
    }
}

impl<K: Clone + Eq + Hash> Table<K> {
    /// The place of `key`, and whether it is new.
    fn place(&mut self, key: K) -> (usize, bool) {
        let next = self.list.len();
        if let Some(place) = self.places.get(&key) {
            return (*place, false);
        }
        self.list.push(key.clone());
        self.places.insert(key, next);
        (next, true)
    }
}

impl Table<&str> {
    fn texts(&self) -> Vec<Value> {
        all_shown(&self.list)
    }
}

fn all_shown(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| shown(text).into()).collect()
}

/// What makes a resource one: all five parts, not its ARN alone. The name first: the table is sorted by it.
type ResourceKey<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn key_of(resource: &ResourceRef) -> ResourceKey<'_> {
    (
        &resource.name,
        &resource.arn,
        &resource.kind,
        resource.account.as_str(),
        resource.region.as_str(),
    )
}

/// An ARN in two: what others share with it, and what is its own.
fn parted(arn: &str) -> (&str, &str) {
    arn.split_at(arn.rfind([':', '/']).map_or(0, |end| end + 1))
}

/// The columns. Where a finding may lack something, 0 stands for none and places begin at 1.
#[derive(Default)]
pub(super) struct Columns<'a> {
    bytes: usize,
    id: Vec<&'a str>,
    kind: Vec<usize>,
    check: Vec<usize>,
    resource: Vec<usize>,
    message: Vec<usize>,
    detail: Vec<usize>,
    cause: Vec<usize>,
    exception: Vec<usize>,
    /// Places of exchange and pointer in turn.
    evidence: Vec<Vec<usize>>,
    checks: Table<&'a str>,
    resources: Table<ResourceKey<'a>>,
    messages: Table<&'a str>,
    details: Table<String>,
    causes: Vec<&'a Cause>,
    exceptions: Vec<&'a AcceptedException>,
    exchanges: Table<&'a str>,
    pointers: Table<&'a str>,
}

impl<'a> Columns<'a> {
    /// About how long the block will be.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Appends a finding.
    pub(super) fn add(&mut self, finding: &'a Finding) {
        self.bytes += ROW;
        self.id.push(&finding.id);
        self.kind.push(kind_of(finding));
        self.check.push(self.checks.place(&finding.check).0);
        let (resource, new) = self.resources.place(key_of(&finding.resource));
        let (_, rest) = parted(&finding.resource.arn);
        self.weigh(new, &[rest, "", ""]);
        self.weigh(
            new && rest != finding.resource.name,
            &[&finding.resource.name],
        );
        self.resource.push(resource);
        let (message, new) = self.messages.place(&finding.message);
        self.weigh(new, &[&finding.message]);
        self.message.push(message);
        self.add_detail(finding);
        self.add_evidence(finding);
        self.add_cause(finding);
    }

    fn add_detail(&mut self, finding: &Finding) {
        let map = finding.details.to_map();
        let mut place = 0;
        if !map.is_empty() {
            let text = tame(map.into_iter().collect()).to_string();
            let bytes = text.len() + text.len() / 8;
            let (known, new) = self.details.place(text);
            self.bytes += if new { bytes } else { 0 };
            place = known + 1;
        }
        self.detail.push(place);
    }

    fn add_evidence(&mut self, finding: &'a Finding) {
        let mut pairs = Vec::with_capacity(2 * finding.evidence.len());
        for evidence in &finding.evidence {
            let (exchange, new) = self.exchanges.place(evidence.exchange.as_str());
            self.weigh(new, &[evidence.exchange.as_str()]);
            let (pointer, new) = self.pointers.place(&evidence.pointer);
            self.weigh(new, &[&evidence.pointer]);
            self.bytes += 12;
            pairs.extend([exchange, pointer]);
        }
        self.evidence.push(pairs);
    }

    fn add_cause(&mut self, finding: &'a Finding) {
        let (mut cause, mut exception) = (0, 0);
        if let Some(known) = &finding.cause {
            self.weigh(true, &[&known.text(), "", "", ""]);
            self.causes.push(known);
            cause = self.causes.len();
        }
        if let Some(known) = &finding.exception {
            self.weigh(true, &[&known.owner, &known.reason, &known.source]);
            self.exceptions.push(known);
            exception = self.exceptions.len();
        }
        self.cause.push(cause);
        self.exception.push(exception);
    }

    /// Counts new texts as long as they will be.
    fn weigh(&mut self, new: bool, texts: &[&str]) {
        if new {
            self.bytes += texts
                .iter()
                .map(|text| shown(text).len() + 4)
                .sum::<usize>();
        }
    }

    /// The block.
    pub(super) fn into_json(self, report: &Report) -> Value {
        let (resources, resource) = self.resource_columns();
        let checks: Vec<Value> = self
            .checks
            .list
            .iter()
            .map(|id| check_json(report, id))
            .collect();
        let causes: Vec<Value> = self.causes.iter().map(|cause| cause_json(cause)).collect();
        let exceptions = self.exceptions.iter().map(|known| exception_json(known));
        json!({
            "checks": checks,
            "resources": resources,
            "messages": self.messages.texts(),
            "details": self.details.list,
            "causes": causes,
            "exceptions": exceptions.collect::<Vec<Value>>(),
            "exchanges": self.exchanges.texts(),
            "pointers": self.pointers.texts(),
            "rows": {
                "id": all_shown(&self.id),
                "kind": self.kind,
                "check": self.check,
                "resource": resource,
                "message": self.message,
                "detail": self.detail,
                "cause": self.cause,
                "exception": self.exception,
                "evidence": self.evidence,
            },
        })
    }

    /// The resources by name, and the column of the findings. Beginnings that ARNs share are said once, and a name
    /// that ends its ARN is not repeated.
    fn resource_columns(&self) -> (Value, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.resources.list.len()).collect();
        order.sort_unstable_by_key(|place| self.resources.list[*place]);
        let mut sorted = vec![0; order.len()];
        let mut tables: [Table<&str>; 4] = Default::default();
        let mut columns: [Vec<usize>; 4] = Default::default();
        let (mut rests, mut names) = (Vec::new(), Vec::new());
        for (new, old) in order.into_iter().enumerate() {
            sorted[old] = new;
            let (name, arn, kind, account, region) = self.resources.list[old];
            let (prefix, rest) = parted(arn);
            let keys = [prefix, kind, account, region];
            for ((column, table), key) in columns.iter_mut().zip(&mut tables).zip(keys) {
                column.push(table.place(key).0);
            }
            rests.push(shown(rest));
            names.push(if name == rest { "".into() } else { shown(name) });
        }
        let [prefix, kind, account, region] = columns;
        let [prefixes, kinds, accounts, regions] = tables;
        let table = json!({
            "prefixes": prefixes.texts(), "types": kinds.texts(),
            "accounts": accounts.texts(), "regions": regions.texts(),
            "prefix": prefix, "rest": rests, "name": names,
            "type": kind, "account": account, "region": region,
        });
        let column = self.resource.iter().map(|old| sorted[*old]).collect();
        (table, column)
    }
}
