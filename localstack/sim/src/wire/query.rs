//! The form-encoded requests of the query and ec2 protocols.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::scalar;
use crate::model::{Kind, Typed};

/// Far beyond any model; a tree without bound would overflow the stack when it is dropped.
const DEPTH: usize = 64;

/// `A.member.1.B=x` as a tree.
#[derive(Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Self>,
}

pub(super) fn params(
    input: Typed<'_>,
    form: &[(String, String)],
    ec2: bool,
) -> Result<Value, String> {
    let mut root = Node::default();
    for (key, value) in form {
        if key.matches('.').count() > DEPTH {
            return Err("parameter name nested too deep".to_owned());
        }
        let node = key.split('.').fold(&mut root, |node, part| {
            node.children.entry(part.to_owned()).or_default()
        });
        node.text = Some(value.clone());
    }
    Reader { ec2 }.structure(input, &root)
}

struct Reader {
    ec2: bool,
}

impl Reader {
    fn value(&self, typed: Typed<'_>, node: &Node) -> Result<Value, String> {
        match typed.kind() {
            Kind::Structure => self.structure(typed, node),
            Kind::List => self.list(typed, node),
            Kind::Map => self.map(typed, node),
            _ => scalar::parse(typed, node.text.as_deref().unwrap_or_default()),
        }
    }

    fn structure(&self, typed: Typed<'_>, node: &Node) -> Result<Value, String> {
        let mut object = Map::new();
        for (name, member) in typed.members() {
            if let Some(child) = node.children.get(&self.wire_name(name, member)) {
                object.insert(name.to_owned(), self.value(member, child)?);
            }
        }
        Ok(Value::Object(object))
    }

    /// ec2 has its own rule: `queryName`, else `locationName` with a capital.
    fn wire_name(&self, name: &str, member: Typed<'_>) -> String {
        if self.ec2 {
            let name = member
                .traits
                .query_name
                .as_deref()
                .or(member.wire_name())
                .unwrap_or(name);
            let mut letters = name.chars();
            return letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            });
        }
        let of_items = if member.kind() == Kind::List && member.flattened() {
            member.item().wire_name()
        } else {
            None
        };
        of_items.or(member.wire_name()).unwrap_or(name).to_owned()
    }

    fn list(&self, typed: Typed<'_>, node: &Node) -> Result<Value, String> {
        let wrapper = typed.item().wire_name().unwrap_or("member");
        let items = if self.ec2 || typed.flattened() {
            node
        } else {
            node.children.get(wrapper).unwrap_or(node)
        };
        numbered(items)
            .map(|(_, item)| self.value(typed.item(), item))
            .collect()
    }

    fn map(&self, typed: Typed<'_>, node: &Node) -> Result<Value, String> {
        let entries = if typed.flattened() {
            node
        } else {
            node.children.get("entry").unwrap_or(node)
        };
        let (key_name, value_name) = (
            typed.key().wire_name().unwrap_or("key"),
            typed.value().wire_name().unwrap_or("value"),
        );
        let mut object = Map::new();
        for (_, entry) in numbered(entries) {
            let key = entry
                .children
                .get(key_name)
                .and_then(|key| key.text.clone())
                .ok_or("map entry without a key")?;
            let value = entry
                .children
                .get(value_name)
                .ok_or("map entry without a value")?;
            object.insert(key, self.value(typed.value(), value)?);
        }
        Ok(Value::Object(object))
    }
}

/// Children `1`, `2`, … in the order of their numbers.
fn numbered(node: &Node) -> impl Iterator<Item = (u32, &Node)> {
    let mut items: Vec<(u32, &Node)> = node
        .children
        .iter()
        .filter_map(|(key, child)| Some((key.parse().ok()?, child)))
        .collect();
    items.sort_by_key(|(number, _)| *number);
    items.into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::model;
    use crate::route::pairs;

    fn read(form: &str, ec2: bool) -> Value {
        let model = model();
        let input = model
            .input(&model.operations["ListThings"])
            .expect("an input");
        params(input, &pairs(form), ec2).expect("parameters")
    }

    #[test]
    fn query_lists_maps_and_scalars() {
        let form = "Action=ListThings&Max=3&Deep=true&Names.member.2=b&Names.member.1=a&Flat.1=x&Tags.entry.1.key=k&Tags.entry.1.value=v";
        assert_eq!(
            read(form, false),
            json!({"Max": 3, "Deep": true, "Names": ["a", "b"], "FlatNames": ["x"], "Tags": {"k": "v"}})
        );
    }

    #[test]
    fn ec2_lists_are_flat_and_names_capital() {
        assert_eq!(
            read("Names.1=a&Names.10=c&Names.2=b&VpcId=v", true),
            json!({"Names": ["a", "b", "c"], "Vpc": "v"})
        );
    }

    #[test]
    fn a_word_where_a_number_belongs_is_an_error() {
        let model = model();
        let input = model
            .input(&model.operations["ListThings"])
            .expect("an input");
        assert!(params(input, &pairs("Max=many"), false).is_err());
    }
}
