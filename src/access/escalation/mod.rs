//! How somebody in an account becomes its administrator, or reads what is kept, step by step.
//!
//! A step is a row of the table in [`rules`]: actions on a target that give another identity, any
//! permission, data, or blind a control. [`Escalation`] decides for every user and role which steps the
//! account's policies allow on which targets, and finds the shortest ways. Denies, conditions, boundaries
//! and organisation policies are honoured, because every request of a step is decided by [`Access`].
//!
//! Two things are kept apart. A *condition* is named by a policy and the attacker may or may not meet it:
//! a path tells it. What was *not seen* (a list that was not read, a kind of thing that a snapshot does
//! not hold, a policy that cannot be parsed) makes a path possible and not certain: [`Answer::Perhaps`], of
//! which a check says "not assessed".
//!
//! What is modelled and what is not: `docs/reference/escalation.md`.

mod choose;
mod draw;
mod entry;
mod facts;
mod found;
mod generous;
mod needs;
mod path;
mod requests;
pub mod rules;
mod search;
mod steps;
mod weigh;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tripod_model::Arn;

pub use draw::{dot, html, picture, svg};
pub use needs::NEEDS;
pub use path::{Answer, Granted, Node, PATHS_SCHEMA, Path, Paths, Step};

use crate::{Access, AccessError};
use choose::candidates;
use entry::{Entry, Leads, by_its_code};
use facts::Facts;
use path::push_new;
use requests::{on_person, pass_role};
pub use rules::Class;
use rules::entry::RUNS_WITH;
use rules::{Rule, Store, Target};
use search::{Cost, End, Graph, Held};
use steps::{Edge, OnTarget, Shared};
use weigh::{Ask, Weight};

/// A way to read something: by which rule and requests.
#[derive(Debug, Clone)]
struct Reading {
    rule: &'static Rule,
    asks: Vec<Ask>,
    weight: Weight,
}

/// The graph of one account. Built once, asked often.
pub struct Escalation<'a> {
    facts: Facts<'a>,
    graph: Graph,
    entries: Vec<Entry>,
    entry_gaps: Vec<String>,
    /// The role of each function.
    functions: BTreeMap<String, usize>,
    stores: Vec<(Store, Arc<str>)>,
    data_gaps: Vec<String>,
    /// What each person reads by itself; looked for when first asked.
    readings: Vec<OnceLock<BTreeMap<Arc<str>, Reading>>>,
}

/// Where somebody starts.
struct Start {
    node: Node,
    /// The person whose steps follow.
    place: usize,
    /// Steps that lead there.
    before: Vec<Step>,
}

impl<'a> Escalation<'a> {
    /// Looks for the steps of every user and role. `observed` is the moment of the snapshot, which
    /// conditions on the time are held against: `Snapshot::run.observed`.
    pub fn of(access: &'a Access<'a>, observed: Timestamp) -> Self {
        let facts = Facts::of(access, observed);
        let steps = {
            let shared = Shared::of(&facts);
            (0..facts.people.len())
                .map(|place| shared.steps_of(place))
                .collect()
        };
        let (entries, entry_gaps) = entry::entries(access);
        let account = access.account();
        let functions = found::things(account, rules::Thing::Function).unwrap_or_default();
        let functions = functions.items.iter().filter_map(|(arn, role)| {
            let place = facts.place(role.as_str())?;
            Some((arn.to_string(), place))
        });
        let mut stores = Vec::new();
        let mut data_gaps = Vec::new();
        for store in [
            Store::Key,
            Store::Secret,
            Store::Parameter,
            Store::Table,
            Store::Bucket,
        ] {
            let found = found::stores(account, store);
            stores.extend(found.items.into_iter().map(|arn| (store, arn)));
            data_gaps.extend(found.gaps);
        }
        Self {
            functions: functions.collect(),
            graph: Graph { steps },
            readings: facts.people.iter().map(|_| OnceLock::new()).collect(),
            facts,
            entries,
            entry_gaps,
            stores,
            data_gaps,
        }
    }

    /// Whether this user, role or function can become administrator, by its shortest path. A path
    /// without steps is of one that is administrator already. A way that is certain is told before a
    /// shorter one that is not.
    ///
    /// # Errors
    /// When the account has no such user, role or function.
    pub fn to_administrator(&self, start: &Arn) -> Result<Answer, AccessError> {
        let start = self.start(start)?;
        Ok(Answer::of(self.administrator_path(&start)))
    }

    /// Whether `start` can come to act as this user or role, or to read this key, secret, parameter,
    /// table or bucket.
    ///
    /// # Errors
    /// When the account has no such user, role or function to start at, or no such goal.
    pub fn to(&self, start: &Arn, goal: &Arn) -> Result<Answer, AccessError> {
        let start = self.start(start)?;
        if let Some(place) = self.facts.place(goal.as_str()) {
            return Ok(Answer::of(self.identity_path(&start, place)));
        }
        if self.stores.iter().any(|(_, arn)| **arn == *goal.as_str()) {
            let paths = self.data_paths(&start, Some(goal.as_str()));
            return Ok(Answer::of(paths.into_iter().next()));
        }
        Err(self.unknown(goal))
    }

    /// What this user, role or function reads, by itself or by steps: the shortest path to each key,
    /// secret, parameter, table and bucket that the snapshot holds.
    ///
    /// # Errors
    /// When the account has no such user, role or function.
    pub fn reads(&self, start: &Arn) -> Result<Vec<Path>, AccessError> {
        let start = self.start(start)?;
        Ok(self.data_paths(&start, None))
    }

    /// Every path from here: to administrator, and to what is kept.
    ///
    /// # Errors
    /// When the account has no such user, role or function.
    pub fn paths_from(&self, start: &Arn) -> Result<Vec<Path>, AccessError> {
        let start = self.start(start)?;
        Ok(self.paths_of(&start))
    }

    /// Every path from the internet, by way of a function or an integration's role: to administrator,
    /// and to what is kept.
    pub fn from_internet(&self) -> Vec<Path> {
        let mut best: BTreeMap<Node, Path> = BTreeMap::new();
        for entry in &self.entries {
            let Some(start) = self.start_of_entry(entry) else {
                continue;
            };
            for path in self.paths_of(&start) {
                let rank =
                    |path: &Path| (path.unseen.len(), path.steps.len(), path.conditions.len());
                match best.get(&path.to) {
                    Some(own) if rank(own) <= rank(&path) => {}
                    _ => {
                        best.insert(path.to.clone(), path);
                    }
                }
            }
        }
        best.into_values().collect()
    }

    /// Which functions anyone in the internet can call, each as the step that does.
    pub fn entries(&self) -> impl Iterator<Item = &Step> {
        self.entries.iter().map(|entry| &entry.step)
    }

    /// What this user, role or function can do by itself to what records, hinders or reverses an
    /// attack: one step for each rule and resource.
    ///
    /// # Errors
    /// When the account has no such user, role or function.
    pub fn weakens(&self, start: &Arn) -> Result<Vec<Step>, AccessError> {
        let start = self.start(start)?;
        let person = &self.facts.people[start.place];
        let from = self.node(start.place);
        let mut steps = Vec::new();
        for rule in rules::all() {
            let Target::Control(safeguard) = rule.target else {
                continue;
            };
            if !rule.actions.iter().all(|action| person.can.has(action)) {
                continue;
            }
            let found = found::safeguards(self.facts.access.account(), safeguard);
            for arn in &found.items {
                let asks: Vec<Ask> = rule
                    .actions
                    .iter()
                    .map(|action| Ask::on(action, arn.clone()))
                    .collect();
                if person.asker.weigh_all(&asks).is_denied() {
                    continue;
                }
                let mut step = Step::of(rule, from.clone(), Node::Control(arn.to_string()));
                for ask in &asks {
                    person.asker.tell(ask, &mut step);
                }
                steps.push(step);
            }
        }
        Ok(steps)
    }

    /// The shortest path to administrator of every user and role that has one and is none yet, of
    /// every function, and all from the internet.
    pub fn all(&self) -> Paths {
        // Service-linked roles are AWS's own services, whom nobody acts as.
        let acting = |place: &usize| !self.facts.people[*place].is_of_a_service();
        let people = (0..self.facts.people.len())
            .filter(acting)
            .map(|place| Start {
                node: self.node(place),
                place,
                before: Vec::new(),
            });
        let functions = self
            .functions
            .keys()
            .filter_map(|arn| self.start(&Arn::new(arn.as_str())).ok());
        let mut paths: Vec<Path> = people
            .chain(functions)
            .filter_map(|start| self.administrator_path(&start))
            .filter(|path| !path.steps.is_empty())
            .collect();
        paths.extend(self.from_internet());
        Paths::new(self.facts.account(), paths)
    }

    /// Lists of what is kept, and of ways in from the internet, that were not read. Paths to what they
    /// hold are not told.
    pub fn unread(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        for gap in self.data_gaps.iter().chain(&self.entry_gaps) {
            push_new(&mut gaps, gap);
        }
        gaps
    }

    fn unknown(&self, arn: &Arn) -> AccessError {
        AccessError::Principal {
            value: arn.to_string(),
            account: self.facts.account().to_owned(),
        }
    }

    fn start(&self, arn: &Arn) -> Result<Start, AccessError> {
        if let Some(place) = self.facts.place(arn.as_str()) {
            return Ok(Start {
                node: self.node(place),
                place,
                before: Vec::new(),
            });
        }
        let place = self.functions.get(arn.as_str()).copied();
        let place = place.ok_or_else(|| self.unknown(arn))?;
        let node = Node::Function(arn.to_string());
        Ok(Start {
            before: vec![Step::of(RUNS_WITH, node.clone(), self.node(place))],
            node,
            place,
        })
    }

    fn start_of_entry(&self, entry: &Entry) -> Option<Start> {
        let mut before = vec![entry.step.clone()];
        let place = match &entry.to {
            Leads::Role(arn) => self.facts.place(arn)?,
            Leads::Function(arn) => {
                let place = *self.functions.get(arn)?;
                let mut step = Step::of(RUNS_WITH, Node::Function(arn.clone()), self.node(place));
                step.condition(&by_its_code(arn));
                before.push(step);
                place
            }
        };
        Some(Start {
            node: Node::Internet,
            place,
            before,
        })
    }

    fn node(&self, place: usize) -> Node {
        let person = &self.facts.people[place];
        if person.is_role {
            Node::Role(person.arn.to_string())
        } else {
            Node::User(person.arn.to_string())
        }
    }

    fn paths_of(&self, start: &Start) -> Vec<Path> {
        let mut paths: Vec<Path> = self.administrator_path(start).into_iter().collect();
        paths.extend(self.data_paths(start, None));
        paths
    }

    fn administrator_path(&self, start: &Start) -> Option<Path> {
        for only_certain in [true, false] {
            let held = self.graph.held(start.place, only_certain);
            if let Some((_, end)) = self.graph.end(&self.facts, &held, only_certain) {
                return Some(self.path_to_end(start, &held, end));
            }
        }
        None
    }

    fn path_to_end(&self, start: &Start, held: &Held, end: End) -> Path {
        let mut steps = start.before.clone();
        let mut conditions = Vec::new();
        let mut unseen = Vec::new();
        match end {
            End::Is(at) => {
                steps.extend(self.steps_along(&held.way(at)));
                self.tell_state(at, &mut conditions, &mut unseen);
            }
            End::Blind(at) => {
                steps.extend(self.steps_along(&held.way(at)));
                self.tell_state(at, &mut conditions, &mut unseen);
                if unseen.is_empty() {
                    let name = &self.facts.people[at].arn;
                    unseen.push(format!("a policy of {name} could not be read"));
                }
            }
            End::Granted(by, to) => {
                let way = held.way(by);
                steps.extend(self.steps_along(&way));
                if let Some(edge) = self.graph.steps[by].grants.get(&to) {
                    let goal = if by == to {
                        Node::Administrator
                    } else {
                        self.node(to)
                    };
                    steps.push(self.step(by, edge, goal));
                }
                let further = held.way(to);
                let shared = further.iter().rposition(|place| way.contains(place));
                if by != to {
                    steps.extend(self.steps_along(&further[shared.unwrap_or(0)..]));
                }
            }
        }
        whole(
            start.node.clone(),
            Node::Administrator,
            steps,
            conditions,
            unseen,
        )
    }

    /// On what it depends that somebody is administrator.
    fn tell_state(&self, at: usize, conditions: &mut Vec<String>, unseen: &mut Vec<String>) {
        let node = self.node(at);
        let mut step = Step::of(RUNS_WITH, node.clone(), node);
        let person = &self.facts.people[at];
        for probe in self.facts.probes() {
            person.asker.tell(&probe, &mut step);
        }
        conditions.append(&mut step.conditions);
        unseen.append(&mut step.unseen);
    }

    fn identity_path(&self, start: &Start, goal: usize) -> Option<Path> {
        [true, false].into_iter().find_map(|only_certain| {
            let held = self.graph.held(start.place, only_certain);
            held.by.contains_key(&goal).then(|| {
                let mut steps = start.before.clone();
                steps.extend(self.steps_along(&held.way(goal)));
                whole(
                    start.node.clone(),
                    self.node(goal),
                    steps,
                    Vec::new(),
                    Vec::new(),
                )
            })
        })
    }

    fn data_paths(&self, start: &Start, only: Option<&str>) -> Vec<Path> {
        let held = self.graph.held(start.place, false);
        let mut best: BTreeMap<&str, (Cost, usize)> = BTreeMap::new();
        for (at, (cost, _)) in &held.by {
            for (arn, reading) in self.readings_of(*at) {
                let Some(own) = Cost::of(reading.weight, 1) else {
                    continue;
                };
                let whole = (cost.and(own), *at);
                if only.is_none_or(|only| only == &**arn)
                    && best.get(&**arn).is_none_or(|own| whole < *own)
                {
                    best.insert(arn, whole);
                }
            }
        }
        best.into_iter()
            .map(|(arn, (_, at))| {
                let mut steps = start.before.clone();
                steps.extend(self.steps_along(&held.way(at)));
                let goal = Node::Data(arn.to_owned());
                if let Some(reading) = self.readings_of(at).get(arn) {
                    let mut step = Step::of(reading.rule, self.node(at), goal.clone());
                    let asker = &self.facts.people[at].asker;
                    for ask in &reading.asks {
                        asker.tell(ask, &mut step);
                    }
                    steps.push(step);
                }
                whole(start.node.clone(), goal, steps, Vec::new(), Vec::new())
            })
            .collect()
    }

    fn readings_of(&self, place: usize) -> &BTreeMap<Arc<str>, Reading> {
        self.readings[place].get_or_init(|| {
            let person = &self.facts.people[place];
            let mut readings: BTreeMap<Arc<str>, Reading> = BTreeMap::new();
            let able = |rule: &&Rule| {
                rule.class() == Class::ReadsData
                    && rule.actions.iter().all(|action| person.can.has(action))
            };
            for rule in rules::all().filter(able) {
                let Target::Data(wanted) = rule.target else {
                    continue;
                };
                for (_, arn) in self.stores.iter().filter(|(store, _)| *store == wanted) {
                    let Some(reading) = self.read(place, rule, wanted, arn) else {
                        continue;
                    };
                    match readings.get(arn) {
                        Some(own) if own.weight <= reading.weight => {}
                        _ => {
                            readings.insert(arn.clone(), reading);
                        }
                    }
                }
            }
            readings
        })
    }

    fn read(
        &self,
        place: usize,
        rule: &'static Rule,
        store: Store,
        arn: &Arc<str>,
    ) -> Option<Reading> {
        let person = &self.facts.people[place];
        let action = rule.actions[0];
        let names = if store == Store::Bucket {
            self.objects(place, action, arn)
        } else {
            vec![arn.clone()]
        };
        let readings = names.into_iter().map(|name| {
            let asks: Vec<Ask> = vec![Ask::on(action, name)];
            Reading {
                rule,
                weight: person.asker.weigh_all(&asks),
                asks,
            }
        });
        readings
            .min_by_key(|reading| reading.weight)
            .filter(|reading| !reading.weight.is_denied())
    }

    /// Objects of a bucket as the policies name them: any, or those below a prefix.
    fn objects(&self, place: usize, action: &str, bucket: &str) -> Vec<Arc<str>> {
        let person = &self.facts.people[place];
        let mut names: Vec<Arc<str>> = vec![format!("{bucket}/new").into()];
        let kind = tripod_policy::catalogue::action(action)
            .and_then(|action| action.resources().find(|(kind, _)| kind.name == "object"));
        if let Some((kind, _)) = kind {
            let below = format!("{bucket}/");
            let offered = candidates(&self.facts, person, action, kind);
            let own = offered.into_iter().filter(|name| name.starts_with(&below));
            names.extend(own.map(Into::into));
        }
        names
    }

    fn steps_along(&self, way: &[usize]) -> Vec<Step> {
        way.windows(2)
            .filter_map(|pair| {
                let edge = self.graph.edge(pair[0], pair[1])?;
                Some(self.step(pair[0], edge, self.node(pair[1])))
            })
            .collect()
    }

    /// A step with its requests decided anew, to tell their grounds.
    fn step(&self, from: usize, edge: &Edge, to: Node) -> Step {
        let person = &self.facts.people[from];
        let target = &self.facts.people[edge.to];
        let mut step = Step::of(edge.rule, self.node(from), to);
        match edge.on_target {
            OnTarget::Nothing => {}
            OnTarget::Pass(service) => {
                person
                    .asker
                    .tell(&pass_role(&target.arn, service), &mut step);
            }
            OnTarget::Actions => {
                for action in edge.rule.actions {
                    person.asker.tell(&on_person(action, target), &mut step);
                }
            }
        }
        for ask in edge.asks.iter() {
            person.asker.tell(ask, &mut step);
        }
        for text in edge.conditions.iter() {
            step.condition(text);
        }
        for text in edge.unseen.iter() {
            step.unknown(text);
        }
        step
    }
}

/// A path of steps, with what they all depend on.
fn whole(
    from: Node,
    to: Node,
    steps: Vec<Step>,
    mut conditions: Vec<String>,
    mut unseen: Vec<String>,
) -> Path {
    for step in &steps {
        for text in &step.conditions {
            push_new(&mut conditions, text);
        }
        for text in &step.unseen {
            push_new(&mut unseen, text);
        }
    }
    Path {
        from,
        to,
        steps,
        conditions,
        unseen,
    }
}
