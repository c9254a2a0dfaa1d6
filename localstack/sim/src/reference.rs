//! `{"$ref": "ListFunctions/Functions/FunctionName=claims-intake"}`: a document written once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// References nested deeper than this go in a circle.
const DEPTH: usize = 32;

/// One estate file: operation -> its entries.
pub(crate) type File = BTreeMap<String, Vec<Value>>;

/// Resolves references within one file.
pub(crate) struct Resolver<'a> {
    file: &'a File,
    /// List path and key -> key's value -> index. An estate of ten thousand functions refers to
    /// each of them, and a search through the list each time would be quadratic.
    index: RefCell<BTreeMap<String, BTreeMap<String, usize>>>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(file: &'a File) -> Self {
        Self {
            file,
            index: RefCell::default(),
        }
    }

    /// The value with every reference in it replaced.
    pub(crate) fn resolve(&self, value: &Value) -> Result<Value, String> {
        self.at_depth(value, 0)
    }

    fn at_depth(&self, value: &Value, depth: usize) -> Result<Value, String> {
        match value {
            Value::Array(items) => items
                .iter()
                .map(|item| self.at_depth(item, depth))
                .collect(),
            Value::Object(object) => match object.get("$ref") {
                Some(Value::String(path)) => self.reference(path, object, depth),
                Some(_) => Err("$ref is not a text".to_owned()),
                None => {
                    let members = object
                        .iter()
                        .map(|(name, value)| Ok((name.clone(), self.at_depth(value, depth)?)));
                    members
                        .collect::<Result<Map<_, _>, String>>()
                        .map(Value::Object)
                }
            },
            _ => Ok(value.clone()),
        }
    }

    /// The target; members beside `$ref` are laid over it.
    fn reference(
        &self,
        path: &str,
        object: &Map<String, Value>,
        depth: usize,
    ) -> Result<Value, String> {
        if depth >= DEPTH {
            return Err(format!("$ref '{path}' goes in a circle"));
        }
        let target = self
            .find(path)
            .map_err(|why| format!("$ref '{path}': {why}"))?;
        let mut target = self.at_depth(target, depth + 1)?;
        for (name, value) in object.iter().filter(|(name, _)| *name != "$ref") {
            let value = self.at_depth(value, depth)?;
            match &mut target {
                Value::Object(target) => target.insert(name.clone(), value),
                _ => {
                    return Err(format!(
                        "$ref '{path}': cannot lay '{name}' over what is no object"
                    ));
                }
            };
        }
        Ok(target)
    }

    fn find(&self, path: &str) -> Result<&'a Value, String> {
        let (operation, rest) = path.split_once('/').unwrap_or((path, ""));
        let entry = self
            .file
            .get(operation)
            .and_then(|entries| entries.first())
            .ok_or_else(|| format!("no entry of {operation}"))?;
        let mut value = entry
            .get("answer")
            .ok_or_else(|| format!("the first entry of {operation} is no answer"))?;
        let mut walked = operation.to_owned();
        for segment in rest.split('/').filter(|segment| !segment.is_empty()) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            value = self
                .step(value, &walked, &segment)
                .ok_or_else(|| format!("nothing at '{segment}'"))?;
            walked = format!("{walked}/{segment}");
        }
        Ok(value)
    }

    fn step(&self, value: &'a Value, walked: &str, segment: &str) -> Option<&'a Value> {
        let Value::Array(items) = value else {
            return value.get(segment);
        };
        if let Ok(at) = segment.parse::<usize>() {
            return items.get(at);
        }
        let (key, wanted) = segment.split_once('=')?;
        let mut index = self.index.borrow_mut();
        let positions = index
            .entry(format!("{walked}/{key}"))
            .or_insert_with(|| positions(items, key));
        items.get(*positions.get(wanted)?)
    }
}

fn positions(items: &[Value], key: &str) -> BTreeMap<String, usize> {
    let mut positions = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let text = match item.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => continue,
        };
        positions.entry(text).or_insert(at);
    }
    positions
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolve(value: &Value) -> Result<Value, String> {
        let file = serde_json::from_value::<File>(json!({
            "List": [{"answer": {"Items": [{"Name": "a", "Arn": "x/y", "N": 1}, {"Name": "b", "Self": {"$ref": "List/Items/Name=a"}}]}}],
            "Loop": [{"answer": {"$ref": "Loop"}}],
            "Error": [{"error": {"code": "Odd"}}]
        }));
        Resolver::new(&file.expect("a file")).resolve(value)
    }

    #[test]
    fn selects_by_member_index_and_key() {
        assert_eq!(
            resolve(&json!({"$ref": "List/Items/0/Name"})),
            Ok(json!("a"))
        );
        assert_eq!(
            resolve(&json!([{"$ref": "List/Items/Name=a/N"}])),
            Ok(json!([1]))
        );
        assert_eq!(
            resolve(&json!({"$ref": "List/Items/Arn=x~1y/N"})),
            Ok(json!(1))
        );
        assert_eq!(
            resolve(&json!({"$ref": "List/Items/Name=b"})),
            Ok(json!({"Name": "b", "Self": {"Name": "a", "Arn": "x/y", "N": 1}}))
        );
    }

    #[test]
    fn lays_members_over_the_target() {
        assert_eq!(
            resolve(&json!({"$ref": "List/Items/Name=a", "N": 2})),
            Ok(json!({"Name": "a", "Arn": "x/y", "N": 2}))
        );
    }

    #[test]
    fn says_what_it_cannot_find() {
        for (reference, why) in [
            ("Nope", "no entry of Nope"),
            ("List/Items/Name=c", "nothing at 'Name=c'"),
            ("Loop", "circle"),
            ("Error", "is no answer"),
        ] {
            let error = resolve(&json!({"$ref": reference})).expect_err(reference);
            assert!(error.contains(why), "{error}");
        }
    }
}
