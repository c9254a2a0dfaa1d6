//! Whole answers, as paging needs them: written down, or made on request.

use serde_json::{Map, Value};

/// A whole answer. Paths are dotted where nested.
pub(crate) trait Whole {
    /// The answer without these members. Nested ones may stay: they are put anew.
    fn without(&self, members: &[&str]) -> Value;

    /// How long the list or map at a path is, if there is one.
    fn length(&self, path: &str) -> Option<usize>;

    /// A part of the list or map at a path.
    fn slice(&self, path: &str, skip: usize, take: usize) -> Value;
}

impl Whole for Value {
    fn without(&self, members: &[&str]) -> Value {
        match self {
            Self::Object(object) => {
                let kept = object
                    .iter()
                    .filter(|(name, _)| !members.contains(&name.as_str()));
                Self::Object(
                    kept.map(|(name, value)| (name.clone(), value.clone()))
                        .collect(),
                )
            }
            other => other.clone(),
        }
    }

    fn length(&self, path: &str) -> Option<usize> {
        Some(match at(self, path)? {
            Self::Array(items) => items.len(),
            Self::Object(entries) => entries.len(),
            _ => 0,
        })
    }

    fn slice(&self, path: &str, skip: usize, take: usize) -> Value {
        match at(self, path) {
            Some(Self::Array(items)) => items.iter().skip(skip).take(take).cloned().collect(),
            Some(Self::Object(entries)) => {
                let part = entries.iter().skip(skip).take(take);
                Self::Object(
                    part.map(|(key, value)| (key.clone(), value.clone()))
                        .collect(),
                )
            }
            other => other.cloned().unwrap_or_default(),
        }
    }
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.')
        .try_fold(value, |value, name| value.get(name))
}

/// An answer whose lists are made item by item, so that a page of ten thousand makes fifty.
#[derive(Default)]
pub(crate) struct Made<'a> {
    rest: Map<String, Value>,
    lists: Vec<List<'a>>,
}

struct List<'a> {
    member: &'static str,
    count: usize,
    item: Box<dyn Fn(usize) -> Value + 'a>,
}

impl<'a> Made<'a> {
    /// An answer without lists of its own.
    pub(crate) fn whole(value: Value) -> Self {
        let rest = match value {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Self {
            rest,
            lists: Vec::new(),
        }
    }

    /// Adds a list of `count` items.
    pub(crate) fn list(
        mut self,
        member: &'static str,
        count: usize,
        item: impl Fn(usize) -> Value + 'a,
    ) -> Self {
        self.lists.push(List {
            member,
            count,
            item: Box::new(item),
        });
        self
    }
}

impl List<'_> {
    fn slice(&self, skip: usize, take: usize) -> Value {
        let end = skip.saturating_add(take).min(self.count);
        (skip..end).map(|at| (self.item)(at)).collect()
    }
}

impl Whole for Made<'_> {
    fn without(&self, members: &[&str]) -> Value {
        let mut rest = self.rest.clone();
        for list in self
            .lists
            .iter()
            .filter(|list| !members.contains(&list.member))
        {
            rest.insert(list.member.to_owned(), list.slice(0, usize::MAX));
        }
        Value::Object(rest)
    }

    fn length(&self, path: &str) -> Option<usize> {
        let list = self.lists.iter().find(|list| list.member == path);
        list.map(|list| list.count)
    }

    fn slice(&self, path: &str, skip: usize, take: usize) -> Value {
        let list = self.lists.iter().find(|list| list.member == path);
        list.map(|list| list.slice(skip, take)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_asked_for_is_made() {
        let made = Cell::new(0);
        let whole = Made::whole(json!({"Other": "kept"})).list("Items", 10_000, |at| {
            made.set(made.get() + 1);
            json!(at)
        });
        assert_eq!(whole.length("Items"), Some(10_000));
        assert_eq!(whole.slice("Items", 9_998, 50), json!([9_998, 9_999]));
        assert_eq!(whole.without(&["Items"]), json!({"Other": "kept"}));
        assert_eq!(made.get(), 2);
    }

    #[test]
    fn an_answer_that_is_not_paged_is_made_whole() {
        let whole = Made::default().list("Items", 2, |at| json!(at));
        assert_eq!(whole.without(&[]), json!({"Items": [0, 1]}));
    }
}
