//! The steps that one user or role can take.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::choose::{Demand, On, choose, demands, without_target};
use super::facts::{Facts, Person};
use super::found::{Found, WithRole, things};
use super::generous::{generous_before, generous_groups};
use super::requests::{on_person, pass_role};
use super::rules::{self, Class, Rule, Target, Thing};
use super::weigh::{Ask, Weight, Written, weight_after};

/// What is asked of the role or user itself that a step leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnTarget {
    Nothing,
    /// `iam:PassRole` to this service.
    Pass(&'static str),
    /// The rule's actions.
    Actions,
}

/// A step from one person to another.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) to: usize,
    pub(crate) rule: &'static Rule,
    /// Requests on other things than the person it leads to.
    pub(crate) asks: Arc<[Ask]>,
    pub(crate) on_target: OnTarget,
    /// Conditions and gaps beside those of the requests.
    pub(crate) conditions: Arc<[String]>,
    pub(crate) unseen: Arc<[String]>,
    pub(crate) weight: Weight,
}

/// All steps of one person.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    /// To whom, by the best rule.
    pub(crate) takes: BTreeMap<usize, Edge>,
    /// Whom it can have granted everything, by the best rule.
    pub(crate) grants: BTreeMap<usize, Edge>,
}

/// What is looked up once for all people.
pub(crate) struct Shared<'f, 'a> {
    facts: &'f Facts<'a>,
    things: BTreeMap<Thing, Option<Found<WithRole>>>,
    /// Who has a managed policy, by the policy's ARN.
    holders: BTreeMap<&'f str, Vec<usize>>,
    members: BTreeMap<&'f str, Vec<usize>>,
    /// Managed policies an older version of which grants everything.
    generous_before: Vec<&'f str>,
    /// Groups that are administrators.
    generous_groups: Vec<&'f str>,
    /// What the actions of each rule are decided on.
    demands: BTreeMap<&'static str, Vec<Demand>>,
}

impl<'f, 'a> Shared<'f, 'a> {
    pub(crate) fn of(facts: &'f Facts<'a>) -> Self {
        let account = facts.access.account();
        let kinds = rules::all().flat_map(|rule| {
            let own = match rule.target {
                Target::RoleOf(thing) => Some(thing),
                _ => None,
            };
            own.into_iter().chain(rule.needs.iter().copied())
        });
        let authorization = facts.authorization;
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, person) in facts.people.iter().enumerate() {
            for group in &person.details.groups {
                members.entry(group).or_default().push(place);
            }
            for policy in &person.details.attached_policies {
                holders.entry(policy.as_str()).or_default().push(place);
            }
        }
        for group in &authorization.groups {
            let own = members.get(&*group.name).cloned().unwrap_or_default();
            for policy in &group.attached_policies {
                let list = holders.entry(policy.as_str()).or_default();
                list.extend(own.iter().copied());
                list.sort_unstable();
                list.dedup();
            }
        }
        Self {
            facts,
            things: kinds.map(|thing| (thing, things(account, thing))).collect(),
            holders,
            members,
            generous_before: generous_before(authorization),
            generous_groups: generous_groups(authorization),
            demands: rules::all().map(|rule| (rule.id, demands(rule))).collect(),
        }
    }

    fn demands(&self, rule: &Rule) -> &[Demand] {
        self.demands.get(rule.id).map_or(&[], Vec::as_slice)
    }

    fn people(&self) -> &'f [Person<'a>] {
        &self.facts.people
    }

    /// Every step of this person.
    pub(crate) fn steps_of(&self, place: usize) -> Steps {
        let person = &self.people()[place];
        let mut steps = Steps::default();
        // Who is an administrator needs no step, and who cannot be read is not known at all.
        if person.is_blind || person.admin == Weight::FREE {
            return steps;
        }
        for rule in rules::all() {
            if matches!(
                rule.class(),
                Class::ReadsData | Class::WeakensControl | Class::Enters
            ) {
                continue;
            }
            let able = |action: &&str| person.can.has(action);
            if !rule.actions.iter().all(able) {
                continue;
            }
            self.by_rule(place, rule, &mut steps);
        }
        steps
    }

    fn by_rule(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        match rule.target {
            Target::Passed(service) => self.passing(place, rule, service, steps),
            Target::RoleOf(thing) => self.by_thing(place, rule, thing, steps),
            Target::TrustingRole => self.assuming(place, rule, steps),
            Target::RewrittenRole => self.rewriting(place, rule, steps),
            Target::User => self.by_credentials(place, rule, steps),
            Target::UserPolicies | Target::UserBoundary => {
                self.by_policies(place, rule, false, steps);
            }
            Target::RolePolicies | Target::RoleBoundary => {
                self.by_policies(place, rule, true, steps);
            }
            Target::GroupPolicies => self.by_group(place, rule, steps),
            Target::Membership => self.by_membership(place, rule, steps),
            Target::ManagedPolicy | Target::OlderVersion => {
                self.by_managed_policy(place, rule, steps);
            }
            Target::Function | Target::Data(_) | Target::Control(_) => {}
        }
    }

    /// Resources of a type that have to be there, where the snapshot lists such.
    fn there(&self, rule: &Rule, kind: &str) -> Option<Vec<Arc<str>>> {
        let thing = rule
            .needs
            .iter()
            .find(|thing| thing.resource_type().eq_ignore_ascii_case(kind))?;
        let found = self.things.get(thing)?.as_ref()?;
        let mut names: Vec<Arc<str>> = found.items.iter().map(|(arn, _)| arn.clone()).collect();
        names.sort();
        names.dedup();
        Some(names)
    }

    /// What of a rule's prerequisites is not known to be there.
    fn presumed(&self, rule: &Rule) -> Vec<String> {
        let unknown = rule
            .needs
            .iter()
            .filter(|thing| !matches!(self.things.get(thing), Some(Some(_))));
        unknown
            .map(|thing| {
                format!(
                    "whether there is {}: a snapshot holds none of them",
                    thing.words()
                )
            })
            .collect()
    }

    fn passing(&self, place: usize, rule: &'static Rule, service: &'static str, steps: &mut Steps) {
        let person = &self.people()[place];
        let Some(trusting) = self.facts.trusting.get(service) else {
            return;
        };
        if !person.can.has("iam:PassRole") {
            return;
        }
        let wanting = trusting.iter().filter(|trusting| {
            !steps.has_better(trusting.role) && self.may_be_passed(place, trusting.role, service)
        });
        let wanting: Vec<_> = wanting.collect();
        if wanting.is_empty() {
            return;
        }
        let there = |kind: &tripod_policy::catalogue::ResourceType| self.there(rule, kind.name);
        let (asks, weight) = choose(self.facts, person, self.demands(rule), &there);
        if weight.is_denied() {
            return;
        }
        let asks: Arc<[Ask]> = asks.into();
        let unseen: Arc<[String]> = self.presumed(rule).into();
        for trusting in wanting {
            let pass = pass_role(&self.people()[trusting.role].arn, service);
            let whole = weight
                .and(person.asker.weigh(&pass))
                .and(trusting.weight)
                .with_unseen(unseen.len());
            steps.take(Edge {
                to: trusting.role,
                rule,
                asks: asks.clone(),
                on_target: OnTarget::Pass(service),
                conditions: trusting.notes.clone(),
                unseen: unseen.clone(),
                weight: whole,
            });
        }
    }

    /// AWS keeps service-linked roles to their services, and an instance takes a role from a profile.
    fn may_be_passed(&self, place: usize, role: usize, service: &str) -> bool {
        let details = self.people()[role].details;
        let has_profile = details
            .role
            .as_ref()
            .is_none_or(|role| !role.instance_profiles.is_empty());
        role != place
            && !self.people()[role].is_fixed
            && (service != "ec2.amazonaws.com"
                || has_profile
                || self.people()[place].can.has("iam:AddRoleToInstanceProfile"))
    }

    fn by_thing(&self, place: usize, rule: &'static Rule, thing: Thing, steps: &mut Steps) {
        let person = &self.people()[place];
        let there = |kind: &tripod_policy::catalogue::ResourceType| self.there(rule, kind.name);
        let (others, weight) = choose(self.facts, person, self.demands(rule), &there);
        if weight.is_denied() {
            return;
        }
        let on_thing: Vec<&'static str> = self
            .demands(rule)
            .iter()
            .filter(|(_, on)| matches!(on, On::Target(_)))
            .map(|(action, _)| *action)
            .collect();
        if let Some(Some(found)) = self.things.get(&thing) {
            for (arn, role) in &found.items {
                let Some(to) = self.facts.place(role.as_str()) else {
                    continue;
                };
                if to == place || steps.has_better(to) {
                    continue;
                }
                let own = on_thing.iter().map(|action| Ask::on(action, arn.clone()));
                let mut asks: Vec<Ask> = own.collect();
                let whole = weight.and(person.asker.weigh_all(&asks));
                if !whole.is_denied() {
                    asks.extend(others.iter().cloned());
                    steps.take(Edge::new(to, rule, asks, whole));
                }
            }
            if !found.gaps.is_empty() {
                self.by_presumed_thing(place, rule, thing, &found.gaps, steps);
            }
        } else {
            let words = thing.words();
            let gap = format!("whether {words} runs with the role: a snapshot holds none of them");
            self.by_presumed_thing(place, rule, thing, &[gap], steps);
        }
    }

    /// Roles that something not seen may run with.
    fn by_presumed_thing(
        &self,
        place: usize,
        rule: &'static Rule,
        thing: Thing,
        gaps: &[String],
        steps: &mut Steps,
    ) {
        let person = &self.people()[place];
        let Some(trusting) = self.facts.trusting.get(thing.service()) else {
            return;
        };
        let wanting: Vec<_> = trusting
            .iter()
            .filter(|it| {
                it.role != place
                    && !self.people()[it.role].is_fixed
                    && !steps.has_better(it.role)
                    && self.is_in_a_profile(it.role, thing)
            })
            .collect();
        if wanting.is_empty() {
            return;
        }
        let demands = without_target(self.demands(rule));
        let (asks, weight) = choose(self.facts, person, &demands, &|_| None);
        if weight.is_denied() {
            return;
        }
        let asks: Arc<[Ask]> = asks.into();
        let unseen: Arc<[String]> = gaps.to_vec().into();
        for trusting in wanting {
            steps.take(Edge {
                to: trusting.role,
                rule,
                asks: asks.clone(),
                on_target: OnTarget::Nothing,
                conditions: Arc::default(),
                unseen: unseen.clone(),
                weight: weight.with_unseen(unseen.len()),
            });
        }
    }

    /// An instance has a role by an instance profile.
    fn is_in_a_profile(&self, role: usize, thing: Thing) -> bool {
        let details = self.people()[role].details.role.as_ref();
        thing.service() != "ec2.amazonaws.com"
            || details.is_none_or(|role| !role.instance_profiles.is_empty())
    }

    fn assuming(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        let person = &self.people()[place];
        for (role, names) in self.facts.names.iter().enumerate() {
            let named = names.anybody || names.named.contains(&place);
            let other = &self.people()[role];
            if !named || role == place || other.is_fixed || steps.has_better(role) {
                continue;
            }
            let weight = person
                .asker
                .weigh(&Ask::on("sts:AssumeRole", other.arn.clone()));
            steps.take(Edge::of_actions(role, rule, weight));
        }
    }

    fn rewriting(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        let person = &self.people()[place];
        for (role, other) in self.people().iter().enumerate() {
            if !other.is_role || role == place || other.is_fixed || steps.has_better(role) {
                continue;
            }
            let weight = person.asker.weigh(&on_person(rule.actions[0], other));
            if weight.is_denied() {
                continue;
            }
            let assume = person
                .asker
                .decide(&Ask::on("sts:AssumeRole", other.arn.clone()));
            let after = assume.map_or(Weight::Denied, |it| weight_after(Written::Trust, &it));
            steps.take(Edge::of_actions(role, rule, weight.and(after)));
        }
    }

    fn by_credentials(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        let person = &self.people()[place];
        for (user, other) in self.people().iter().enumerate() {
            let in_vain = self.has_password(other).is_some_and(|has| {
                // One is made where there is none, and changed where there is one.
                has == rule.actions.contains(&"iam:CreateLoginProfile")
                    && rule
                        .actions
                        .iter()
                        .any(|action| action.ends_with("LoginProfile"))
            });
            if other.is_role || user == place || in_vain || steps.has_better(user) {
                continue;
            }
            let asks: Vec<Ask> = rule.actions.iter().map(|it| on_person(it, other)).collect();
            let weight = person.asker.weigh_all(&asks);
            steps.take(Edge::of_actions(user, rule, weight));
        }
    }

    /// Whether a user has a password for the console, where the credential report says so.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html>
    fn has_password(&self, user: &Person<'_>) -> Option<bool> {
        let report = self.facts.access.account().iam.credential_report.found();
        let row = report.ok()??.of(&user.details.arn)?;
        row.password.enabled.value().copied()
    }

    fn by_policies(&self, place: usize, rule: &'static Rule, roles: bool, steps: &mut Steps) {
        let person = &self.people()[place];
        let of_boundary = matches!(rule.target, Target::UserBoundary | Target::RoleBoundary);
        for (target, other) in self.people().iter().enumerate() {
            if other.is_role != roles || other.is_fixed || steps.grants_better(target) {
                continue;
            }
            let gained = if of_boundary {
                if other.details.permissions_boundary.is_none() || !other.grants_everything {
                    continue;
                }
                Weight::FREE
            } else {
                self.facts.once_granted(target)
            };
            if gained.is_denied() {
                continue;
            }
            let ask = on_person(rule.actions[0], other)
                .knowing_policy(rule.actions[0], &self.facts.administrator_access());
            let weight = person.asker.weigh(&ask);
            steps.grant(Edge {
                asks: [ask].into(),
                on_target: OnTarget::Nothing,
                ..Edge::of_actions(target, rule, weight.and(gained))
            });
        }
    }

    fn by_group(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        for group in &self.facts.authorization.groups {
            let ask = Ask::on(rule.actions[0], group.arn.as_str())
                .knowing_policy(rule.actions[0], &self.facts.administrator_access());
            let members = self.members.get(&*group.name);
            self.grant_to(place, rule, ask, members, steps);
        }
    }

    fn by_managed_policy(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        for policy in &self.facts.authorization.policies {
            let own = policy.arn.account() == Some(self.facts.account());
            let older = rule.target == Target::OlderVersion;
            if !own || older && !self.generous_before.contains(&policy.arn.as_str()) {
                continue;
            }
            let holders = self.holders.get(policy.arn.as_str());
            let ask = Ask::on(rule.actions[0], policy.arn.as_str());
            self.grant_to(place, rule, ask, holders, steps);
        }
    }

    fn grant_to(
        &self,
        place: usize,
        rule: &'static Rule,
        ask: Ask,
        to: Option<&Vec<usize>>,
        steps: &mut Steps,
    ) {
        let Some(to) = to.filter(|to| !to.is_empty()) else {
            return;
        };
        let weight = self.people()[place].asker.weigh(&ask);
        if weight.is_denied() {
            return;
        }
        let asks: Arc<[Ask]> = [ask].into();
        for target in to {
            let gained = self.facts.once_granted(*target);
            steps.grant(Edge {
                asks: asks.clone(),
                on_target: OnTarget::Nothing,
                ..Edge::of_actions(*target, rule, weight.and(gained))
            });
        }
    }

    fn by_membership(&self, place: usize, rule: &'static Rule, steps: &mut Steps) {
        let person = &self.people()[place];
        if person.is_role {
            return;
        }
        for group in &self.facts.authorization.groups {
            if self.generous_groups.contains(&&*group.name)
                && !person.details.groups.contains(&group.name)
            {
                let ask = Ask::on(rule.actions[0], group.arn.as_str());
                self.grant_to(place, rule, ask, Some(&vec![place]), steps);
            }
        }
    }
}

impl Edge {
    fn new(to: usize, rule: &'static Rule, asks: Vec<Ask>, weight: Weight) -> Self {
        Self {
            asks: asks.into(),
            on_target: OnTarget::Nothing,
            ..Self::of_actions(to, rule, weight)
        }
    }

    fn of_actions(to: usize, rule: &'static Rule, weight: Weight) -> Self {
        Self {
            to,
            rule,
            asks: Arc::default(),
            on_target: OnTarget::Actions,
            conditions: Arc::default(),
            unseen: Arc::default(),
            weight,
        }
    }
}

impl Steps {
    fn has_better(&self, to: usize) -> bool {
        self.takes
            .get(&to)
            .is_some_and(|own| own.weight == Weight::FREE)
    }

    fn grants_better(&self, to: usize) -> bool {
        self.grants
            .get(&to)
            .is_some_and(|own| own.weight == Weight::FREE)
    }

    fn take(&mut self, edge: Edge) {
        keep_better(&mut self.takes, edge);
    }

    fn grant(&mut self, edge: Edge) {
        keep_better(&mut self.grants, edge);
    }
}

fn keep_better(edges: &mut BTreeMap<usize, Edge>, edge: Edge) {
    if edge.weight.is_denied() {
        return;
    }
    match edges.get(&edge.to) {
        Some(own) if own.weight <= edge.weight => {}
        _ => {
            edges.insert(edge.to, edge);
        }
    }
}
