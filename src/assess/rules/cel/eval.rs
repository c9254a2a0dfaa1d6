//! Evaluates a program. Every part costs a step, long texts and lists cost more, and when the steps are spent the
//! evaluation ends: no expression and no resource can make it hang.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;
use tripod_model::{Observed, Unknown};

use super::ast::{Literal, Operator};
use super::functions::{self, arithmetic, negative};
use super::program::{Fold, FoldKind, Missing, Node, Op};
use super::value::{Value, order};

/// How many bytes of text, or how many items, cost one step.
const PER_STEP: usize = 32;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It hangs on an answer of AWS that is not known.
    Unknown(Unknown),
    /// Something that cannot be computed, at a place of the text.
    Fault { place: usize, problem: String },
    /// The steps are spent.
    Spent,
}

/// The steps that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget(pub(crate) u64);

impl Budget {
    fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.0 = self.0.checked_sub(steps).ok_or(Stop::Spent)?;
        Ok(())
    }

    /// For going over so many bytes or items.
    pub(super) fn walk(&mut self, length: usize) -> Result<(), Stop> {
        self.spend(length / PER_STEP)
    }
}

pub(crate) type Answer<'v> = Result<Value<'v>, Stop>;

/// Evaluates a program over its variables, in the order of its scope.
pub(crate) fn evaluate<'v>(
    node: &'v Node,
    variables: &[Value<'v>],
    budget: &mut Budget,
) -> Answer<'v> {
    let mut evaluator = Evaluator {
        variables: variables.to_vec(),
        budget,
    };
    evaluator.value(node)
}

struct Evaluator<'v, 'b> {
    variables: Vec<Value<'v>>,
    budget: &'b mut Budget,
}

impl<'v> Evaluator<'v, '_> {
    fn value(&mut self, node: &'v Node) -> Answer<'v> {
        self.budget.spend(1)?;
        let place = node.place;
        match &node.op {
            Op::Literal(literal) => Ok(literal_value(literal)),
            Op::Variable(number) => {
                let variable = self.variables.get(*number).cloned();
                variable.ok_or_else(|| fault(place, "a variable without a value"))
            }
            Op::Field(of, name, missing) => {
                let of = self.value(of)?;
                field(&of, name, *missing, place)
            }
            Op::Answer(of) => {
                let of = self.value(of)?;
                answer(&of, place)
            }
            Op::Has(of, name, is_answer) => self.has(of, name, *is_answer, place),
            Op::Item(of, item) => self.item(of, item, place),
            Op::Not(of) => Ok(Value::Bool(!self.condition(of)?)),
            Op::Negative(of) => negative(&self.value(of)?)
                .ok_or_else(|| fault(place, "a number that has no negative, or no number at all")),
            Op::Binary(operator, one, other) => self.binary(*operator, one, other, place),
            Op::All(parts) => self.decide(parts, false),
            Op::Any(parts) => self.decide(parts, true),
            Op::Choice(parts) => {
                let [condition, this, that] = parts.as_ref();
                let chosen = if self.condition(condition)? {
                    this
                } else {
                    that
                };
                self.value(chosen)
            }
            Op::List(parts) => {
                let items: Result<Vec<_>, _> = parts.iter().map(|it| self.value(it)).collect();
                items.map(Value::list)
            }
            Op::Map(entries) => self.map(entries, place),
            Op::Fold(fold) => self.fold(fold),
            Op::Call(function, arguments) => {
                let arguments = self.both(arguments)?;
                functions::call(*function, arguments, place, self.budget)
            }
            Op::Matches(text, pattern) => match self.value(text)? {
                Value::Text(text) => {
                    self.budget.spend(text.len())?;
                    Ok(Value::Bool(pattern.is_match(&text)))
                }
                other => Err(no_overload(place, "matches()", &[other])),
            },
        }
    }

    /// The values of all parts. What is unknown outweighs what is wrong, as CEL has it.
    fn both(&mut self, parts: &'v [Node]) -> Result<Vec<Value<'v>>, Stop> {
        let mut values = Vec::with_capacity(parts.len());
        let mut stop = None;
        for part in parts {
            match self.value(part) {
                Ok(value) => values.push(value),
                Err(Stop::Spent) => return Err(Stop::Spent),
                Err(other) => weigh(&mut stop, other),
            }
        }
        stop.map_or(Ok(values), Err)
    }

    fn condition(&mut self, node: &'v Node) -> Result<bool, Stop> {
        match self.value(node)? {
            Value::Bool(it) => Ok(it),
            other => Err(fault(
                node.place,
                format!("{} is no condition", other.kind()),
            )),
        }
    }

    /// `&&` and `||`: one part that decides is enough, whatever the others are. Without one, what is unknown
    /// outweighs what is wrong.
    fn decide(&mut self, parts: &'v [Node], decisive: bool) -> Answer<'v> {
        let mut stop = None;
        for part in parts {
            match self.condition(part) {
                Ok(it) if it == decisive => return Ok(Value::Bool(decisive)),
                Ok(_) => {}
                Err(Stop::Spent) => return Err(Stop::Spent),
                Err(other) => weigh(&mut stop, other),
            }
        }
        stop.map_or(Ok(Value::Bool(!decisive)), Err)
    }

    fn has(&mut self, of: &'v Node, name: &str, is_answer: bool, place: usize) -> Answer<'v> {
        let of = self.value(of)?;
        let missing = if is_answer {
            Missing::NotCollected
        } else {
            Missing::Null
        };
        let found = field(&of, name, missing, place)?;
        let found = if is_answer {
            answer(&found, place)?
        } else {
            found
        };
        Ok(Value::Bool(!matches!(found, Value::Null)))
    }

    fn item(&mut self, of: &'v Node, item: &'v Node, place: usize) -> Answer<'v> {
        let (of, item) = self.pair(of, item)?;
        match (&of, &item) {
            (_, Value::Text(name)) if of.len().is_some() && !of.is_list() => {
                field(&of, name, Missing::Fault, place)
            }
            (Value::List(items), Value::Int(index)) => {
                let index = usize::try_from(*index).ok();
                let found = index.and_then(|index| items.get(index)).cloned();
                found.ok_or_else(|| fault(place, "no item has this number"))
            }
            (Value::Json(Json::Array(items)), Value::Int(index)) => {
                let index = usize::try_from(*index).ok();
                let found = index.and_then(|index| items.get(index)).map(Value::of);
                found.ok_or_else(|| fault(place, "no item has this number"))
            }
            _ => Err(no_overload(place, "[]", &[of, item])),
        }
    }

    fn pair(&mut self, one: &'v Node, other: &'v Node) -> Result<(Value<'v>, Value<'v>), Stop> {
        match (self.value(one), self.value(other)) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(Stop::Spent), _) | (_, Err(Stop::Spent)) => Err(Stop::Spent),
            (Err(one), Err(other)) => {
                let mut stop = Some(one);
                weigh(&mut stop, other);
                Err(stop.unwrap_or(Stop::Spent))
            }
            (Err(stop), _) | (_, Err(stop)) => Err(stop),
        }
    }

    fn binary(
        &mut self,
        operator: Operator,
        one: &'v Node,
        other: &'v Node,
        place: usize,
    ) -> Answer<'v> {
        let (one, other) = self.pair(one, other)?;
        let compared = |wanted: fn(std::cmp::Ordering) -> bool| {
            let order = order(&one, &other).map(|it| Value::Bool(wanted(it)));
            // NaN has no order to any number: the comparison is false, and no error.
            let numbers = matches!(
                (&one, &other),
                (
                    Value::Int(_) | Value::Double(_),
                    Value::Int(_) | Value::Double(_)
                )
            );
            order.or(numbers.then_some(Value::Bool(false)))
        };
        let found = match operator {
            Operator::Equal => Some(Value::Bool(self.equal(&one, &other)?)),
            Operator::NotEqual => Some(Value::Bool(!self.equal(&one, &other)?)),
            Operator::In => self.is_in(&one, &other)?.map(Value::Bool),
            Operator::Less => compared(std::cmp::Ordering::is_lt),
            Operator::LessOrEqual => compared(std::cmp::Ordering::is_le),
            Operator::Greater => compared(std::cmp::Ordering::is_gt),
            Operator::GreaterOrEqual => compared(std::cmp::Ordering::is_ge),
            _ => return arithmetic(operator, one, other, place, self.budget),
        };
        found.ok_or_else(|| no_overload(place, operator.as_str(), &[one, other]))
    }

    fn is_in(&mut self, one: &Value<'v>, other: &Value<'v>) -> Result<Option<bool>, Stop> {
        if let (false, Some(_), Value::Text(name)) = (other.is_list(), other.len(), one) {
            return Ok(Some(other.entry(name).is_some()));
        }
        if !other.is_list() {
            return Ok(None);
        }
        for item in self.items(other)? {
            if self.equal(one, &item)? {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// What is walked over is paid for before it is copied.
    fn items(&mut self, of: &Value<'v>) -> Result<Vec<Value<'v>>, Stop> {
        self.budget.spend(of.len().unwrap_or(0))?;
        Ok(of.items().unwrap_or_default())
    }

    /// Whether two values are equal. Numbers are compared by what they are worth.
    fn equal(&mut self, one: &Value<'v>, other: &Value<'v>) -> Result<bool, Stop> {
        self.budget.spend(1)?;
        match (one, other) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Text(one), Value::Text(other)) => {
                self.budget.walk(one.len().min(other.len()))?;
                Ok(one == other)
            }
            _ if one.len().is_some() && other.len().is_some() => self.equal_parts(one, other),
            _ => Ok(order(one, other).is_some_and(std::cmp::Ordering::is_eq)),
        }
    }

    fn equal_parts(&mut self, one: &Value<'v>, other: &Value<'v>) -> Result<bool, Stop> {
        if one.is_list() != other.is_list() || one.len() != other.len() {
            return Ok(false);
        }
        let (lefts, rights) = (self.items(one)?, self.items(other)?);
        for (left, right) in lefts.iter().zip(&rights) {
            let same = match left {
                Value::Text(key) if !one.is_list() => match (one.entry(key), other.entry(key)) {
                    (Some(left), Some(right)) => self.equal(&left, &right)?,
                    _ => false,
                },
                _ => self.equal(left, right)?,
            };
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn map(&mut self, entries: &'v [(Node, Node)], place: usize) -> Answer<'v> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let (key, value) = self.pair(key, value)?;
            let Value::Text(key) = key else {
                return Err(fault(place, format!("{} is no key", key.kind())));
            };
            if map.insert(key, value).is_some() {
                return Err(fault(place, "a key is there twice"));
            }
        }
        Ok(Value::Map(Rc::new(map)))
    }

    fn fold(&mut self, fold: &'v Fold) -> Answer<'v> {
        let list = self.value(&fold.list)?;
        if list.len().is_none() {
            let problem = format!("{} has no items to go over", list.kind());
            return Err(fault(fold.list.place, problem));
        }
        let items = self.items(&list)?;
        // What was pushed by comprehensions outside of this one, and nothing else.
        self.variables.truncate(fold.variable);
        let mut kept = Vec::new();
        let mut count = 0_usize;
        let mut stop = None;
        for item in items {
            self.variables.push(item.clone());
            let outcome = self.fold_one(fold, item);
            self.variables.truncate(fold.variable);
            match (fold.kind, outcome) {
                (_, Err(Stop::Spent)) => return Err(Stop::Spent),
                (_, Err(other)) => weigh(&mut stop, other),
                (FoldKind::All, Ok(None)) => return Ok(Value::Bool(false)),
                (FoldKind::Exists, Ok(Some(_))) => return Ok(Value::Bool(true)),
                (FoldKind::ExistsOne, Ok(Some(_))) => count += 1,
                (FoldKind::Filter | FoldKind::Map, Ok(Some(value))) => kept.push(value),
                (_, Ok(_)) => {}
            }
        }
        if let Some(stop) = stop {
            return Err(stop);
        }
        Ok(match fold.kind {
            FoldKind::All => Value::Bool(true),
            FoldKind::Exists => Value::Bool(false),
            FoldKind::ExistsOne => Value::Bool(count == 1),
            FoldKind::Filter | FoldKind::Map => Value::list(kept),
        })
    }

    /// What an item gives where it meets the condition: what `map` makes of it, or the item.
    fn fold_one(&mut self, fold: &'v Fold, item: Value<'v>) -> Result<Option<Value<'v>>, Stop> {
        if let Some(condition) = &fold.condition
            && !self.condition(condition)?
        {
            return Ok(None);
        }
        let result = fold.result.as_ref().map(|result| self.value(result));
        result.unwrap_or(Ok(item)).map(Some)
    }
}

/// Keeps what weighs more: the unknown before the wrong, the first before those after it.
fn weigh(kept: &mut Option<Stop>, next: Stop) {
    let replaces = match kept {
        None => true,
        Some(Stop::Fault { .. }) => matches!(next, Stop::Unknown(_)),
        Some(_) => false,
    };
    if replaces {
        *kept = Some(next);
    }
}

fn literal_value(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(it) => Value::Bool(*it),
        Literal::Int(it) => Value::Int(*it),
        Literal::Double(it) => Value::Double(*it),
        Literal::Text(it) => Value::Text(Cow::Borrowed(it)),
    }
}

fn field<'v>(of: &Value<'v>, name: &str, missing: Missing, place: usize) -> Answer<'v> {
    match of {
        Value::Map(_) | Value::Json(Json::Object(_)) => match (of.entry(name), missing) {
            (Some(found), _) => Ok(found),
            (None, Missing::Null) => Ok(Value::Null),
            (None, Missing::NotCollected) => Err(Stop::Unknown(Unknown::NotCollected)),
            (None, Missing::Fault) => Err(fault(place, format!("there is no '{name}'"))),
        },
        other => {
            let problem = format!("{} has no '{name}'", other.kind());
            Err(fault(place, problem))
        }
    }
}

/// Opens an answer of AWS.
fn answer<'v>(of: &Value<'v>, place: usize) -> Answer<'v> {
    let opened = match of {
        // The common one without a copy.
        Value::Json(Json::Object(variant)) if variant.contains_key("known") => {
            return Ok(variant.get("known").map_or(Value::Null, Value::of));
        }
        Value::Json(json) => serde_json::from_value::<Observed<Json>>((*json).clone()).ok(),
        Value::Text(word) => serde_json::from_value(Json::String(word.clone().into_owned())).ok(),
        _ => None,
    };
    match opened.as_ref().map(Observed::found) {
        Some(Ok(_)) => Ok(Value::Null),
        Some(Err(unknown)) => Err(Stop::Unknown(unknown)),
        None => Err(fault(place, format!("{} is no answer of AWS", of.kind()))),
    }
}

pub(super) fn fault(place: usize, problem: impl Into<String>) -> Stop {
    Stop::Fault {
        place,
        problem: problem.into(),
    }
}

/// The fault of an operation on values it does not take: mostly one that is null.
pub(super) fn no_overload(place: usize, what: &str, values: &[Value<'_>]) -> Stop {
    let kinds: Vec<&str> = values.iter().map(Value::kind).collect();
    fault(
        place,
        format!("{what} does not take {}", kinds.join(" and ")),
    )
}
