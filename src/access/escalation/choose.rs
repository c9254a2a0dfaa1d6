//! On which resource an action of a step is best tried: one that is there, or one that the caller makes
//! and names as the policies let it.

use std::sync::Arc;

use tripod_policy::Pattern;
use tripod_policy::catalogue::{self, Action, ResourceType};

use super::facts::{Facts, Person};
use super::rules::Rule;
use super::weigh::{Ask, Weight};

/// Actions that know dozens of resource types, and the one that the step is about.
static OF_MANY: &[(&str, &str)] = &[
    ("apigateway:POST", "RestApis"),
    ("apigateway:PUT", "Method"),
];

/// An action of a rule and what it is decided on.
pub(crate) type Demand = (&'static str, On);

/// What an action is decided on in a step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On {
    /// The step's target, of this type.
    Target(&'static ResourceType),
    /// Some resource of this type.
    Some(&'static ResourceType),
    /// One of several types: whichever the caller may use.
    AnyOf(&'static Action),
    /// No resource.
    Account,
}

/// What the actions of a rule are decided on: every resource type that a request always has, and the
/// type of the rule's target.
pub(crate) fn demands(rule: &Rule) -> Vec<Demand> {
    let mut demands = Vec::new();
    let target = rule.target.resource_type();
    for name in rule.actions {
        let Some(action) = catalogue::action(name) else {
            continue;
        };
        let is_target =
            |kind: &ResourceType| target.is_some_and(|own| kind.name.eq_ignore_ascii_case(own));
        let before = demands.len();
        for (kind, required) in action.resources() {
            if is_target(kind) {
                demands.push((*name, On::Target(kind)));
            } else if required {
                demands.push((*name, On::Some(kind)));
            }
        }
        if demands.len() == before {
            demands.push((*name, of_optional(action)));
        }
    }
    demands
}

/// The same where it is not known which resource is the target: some resource of its type.
pub(crate) fn without_target(demands: &[Demand]) -> Vec<Demand> {
    let known = |on: &On| match *on {
        On::Target(kind) => On::Some(kind),
        other => other,
    };
    demands
        .iter()
        .map(|(action, on)| (*action, known(on)))
        .collect()
}

fn of_optional(action: &'static Action) -> On {
    let full = action.as_str();
    if let Some((_, name)) = OF_MANY.iter().find(|(own, _)| *own == full) {
        let kind = action.resources().find(|(kind, _)| kind.name == *name);
        if let Some((kind, _)) = kind {
            return On::Some(kind);
        }
    }
    if action.resource_types.is_empty() {
        On::Account
    } else {
        On::AnyOf(action)
    }
}

/// What a resource of that type could be called that this person may use: of the account and its
/// regions, with a name that some statement's pattern allows.
pub(crate) fn candidates(
    facts: &Facts<'_>,
    person: &Person<'_>,
    action: &str,
    kind: &ResourceType,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: String| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    for template in kind.arns.iter().take(2) {
        for region in &facts.regions {
            add(filled(facts, template, region));
        }
        for pattern in granting_patterns(person, action) {
            for region in &facts.regions {
                if let Some(name) = instance(facts, pattern, template, region) {
                    add(name);
                }
            }
        }
    }
    names
}

fn granting_patterns<'p>(
    person: &'p Person<'_>,
    action: &'p str,
) -> impl Iterator<Item = &'p Pattern> {
    let policies = person.asker.actor.policies().identity.iter();
    policies
        .filter_map(|attached| attached.policy().ok())
        .flat_map(|policy| policy.allows())
        .filter(move |statement| statement.covers_action(&action.to_ascii_lowercase()))
        .flat_map(|statement| statement.resources.patterns())
}

/// The ARN of a template, of this account, with `new` for every name.
fn filled(facts: &Facts<'_>, template: &str, region: &str) -> String {
    let text = template
        .replace("${Partition}", facts.partition())
        .replace("${Region}", region)
        .replace("${Account}", facts.account());
    let mut name = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("${") {
        name.push_str(&rest[..start]);
        name.push_str("new");
        rest = rest[start..].split_once('}').map_or("", |(_, rest)| rest);
    }
    name.push_str(rest);
    name
}

/// What a pattern matches and the template allows; none where they have nothing in common, or no
/// more than any name.
fn instance(facts: &Facts<'_>, pattern: &Pattern, template: &str, region: &str) -> Option<String> {
    let text = pattern.as_str();
    if text == "*" || text.contains("${") {
        return None;
    }
    let own: Vec<&str> = text.splitn(6, ':').collect();
    let form: Vec<&str> = template.splitn(6, ':').collect();
    let (&[_, partition, service, zone, account, name], &[_, _, wanted, _, _, shape]) =
        (own.as_slice(), form.as_slice())
    else {
        return None;
    };
    let fixed = shape.split("${").next().unwrap_or_default();
    if service != wanted || !name.starts_with(fixed) {
        return None;
    }
    let or = |field: &str, value: &str| {
        if field.contains(['*', '?']) {
            value.to_owned()
        } else {
            field.to_owned()
        }
    };
    let name = name.replace('*', "new").replace('?', "x");
    Some(format!(
        "arn:{}:{service}:{}:{}:{name}",
        or(partition, facts.partition()),
        or(zone, region),
        or(account, facts.account()),
    ))
}

/// The requests of a rule that are not about its target, on the resources that serve best, and what
/// they are worth together.
pub(crate) fn choose(
    facts: &Facts<'_>,
    person: &Person<'_>,
    demands: &[Demand],
    there: &dyn Fn(&ResourceType) -> Option<Vec<Arc<str>>>,
) -> (Vec<Ask>, Weight) {
    let mut chosen: Vec<Ask> = Vec::new();
    let mut sum = Weight::FREE;
    let mut done: Vec<&str> = Vec::new();
    for (action, on) in demands {
        let best = match on {
            On::Target(_) => continue,
            On::Account => {
                let ask = Ask::on(action, "*");
                let weight = person.asker.weigh(&ask);
                Some((vec![ask], weight))
            }
            On::AnyOf(action_of) => action_of
                .resources()
                .filter_map(|(kind, _)| best_of(facts, person, &[action], kind, there))
                .min_by_key(|(_, weight)| *weight),
            On::Some(kind) => {
                if done.contains(&kind.name) {
                    continue;
                }
                done.push(kind.name);
                let together: Vec<&'static str> = demands
                    .iter()
                    .filter(|(_, on)| matches!(on, On::Some(own) if own.name == kind.name))
                    .map(|(action, _)| *action)
                    .collect();
                best_of(facts, person, &together, kind, there)
            }
        };
        let Some((asks, weight)) = best else {
            return (chosen, Weight::Denied);
        };
        sum = sum.and(weight);
        chosen.extend(asks);
        if sum.is_denied() {
            break;
        }
    }
    (chosen, sum)
}

/// The resource of a type on which these actions are allowed best.
fn best_of(
    facts: &Facts<'_>,
    person: &Person<'_>,
    actions: &[&'static str],
    kind: &ResourceType,
    there: &dyn Fn(&ResourceType) -> Option<Vec<Arc<str>>>,
) -> Option<(Vec<Ask>, Weight)> {
    let existing = there(kind);
    let is_new = existing.is_none();
    let names: Vec<Arc<str>> = existing.unwrap_or_else(|| {
        let named = actions
            .iter()
            .flat_map(|action| candidates(facts, person, action, kind));
        named.map(Into::into).collect()
    });
    let mut best: Option<(Vec<Ask>, Weight)> = None;
    for name in names {
        let asks: Vec<Ask> = actions
            .iter()
            .map(|action| Ask {
                new: is_new,
                ..Ask::on(action, name.clone())
            })
            .collect();
        let weight = person.asker.weigh_all(&asks);
        if best.as_ref().is_none_or(|(_, own)| weight < *own) {
            let done = weight == Weight::FREE;
            best = Some((asks, weight));
            if done {
                break;
            }
        }
    }
    best
}
