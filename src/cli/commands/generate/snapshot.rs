//! `docs/reference/snapshot.md`: the snapshot's shape for people, from its schema.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

const HEAD: &str = "\
# The snapshot

What a scan saw of an account, typed and in a fixed order: `snapshot.json` of a run, and what `tripod assess` reads. The
same as JSON Schema: [snapshot.schema.json](snapshot.schema.json). Each service has the operation it was read by beside
what came of it.

A value that is *observed* was asked for in a call of its own, and says what became of the question. It is an object with
one member: `known` and the value; `denied` with operation, code and request id; `failed` with operation and error;
`unsupported` with the operation, where endpoint or region lack it. Or it is a word: `\"absent\"`, where AWS said that
there is none, and `\"not_collected\"`, where nobody asked. *Or none* marks what is `null` where AWS left it out of its
answer. Lists and maps are sorted.
";

/// Definitions that every service uses, in the order they are shown.
const SHARED: [&str; 4] = ["Sources", "Source", "Redacted", "PolicyDocument"];

/// The page.
pub(super) fn page(note: &str, schema: &Value) -> String {
    let mut page = Page {
        schema,
        text: format!("{note}\n\n{HEAD}"),
        seen: BTreeSet::new(),
    };
    page.section("##", "Snapshot", schema);
    page.tree("##", "Run");
    page.definition("##", "Account");
    page.definition("##", "RegionalAccount");
    for name in SHARED {
        page.definition("##", name);
    }
    for owner in ["Account", "RegionalAccount"] {
        page.services(owner);
    }
    page.text
}

struct Page<'a> {
    schema: &'a Value,
    text: String,
    seen: BTreeSet<String>,
}

impl Page<'_> {
    /// A section for each service among the members of `owner`, with all that it is made of.
    fn services(&mut self, owner: &str) {
        let owner = self.named(owner).clone();
        let members = owner["properties"].as_object();
        for (service, member) in members.into_iter().flatten() {
            let Some(name) = member["$ref"].as_str().and_then(of_reference) else {
                continue;
            };
            if !self.is_structure(name) || self.seen.contains(name) {
                continue;
            }
            let _ = write!(self.text, "\n## `{service}`\n");
            self.tree("###", name);
        }
    }

    /// A definition, and behind it those that it names and that have not been shown.
    fn tree(&mut self, level: &str, name: &str) {
        self.definition(level, name);
        let mut names = Vec::new();
        references(&self.named(name)["properties"], &mut names);
        while let Some(next) = (!names.is_empty()).then(|| names.remove(0)) {
            if next.starts_with("Observed_") {
                let mut inner = Vec::new();
                references(&known(self.named(&next)), &mut inner);
                names.splice(0..0, inner);
            } else if self.is_structure(&next) && !self.seen.contains(&next) {
                self.tree("###", &next);
            }
        }
    }

    fn definition(&mut self, level: &str, name: &str) {
        if self.seen.insert(name.to_owned()) {
            let definition = self.named(name).clone();
            self.section(level, name, &definition);
        }
    }

    fn section(&mut self, level: &str, name: &str, definition: &Value) {
        let _ = write!(self.text, "\n{level} {name}\n\n{}\n", prose(definition));
        let Some(members) = definition["properties"].as_object() else {
            return;
        };
        self.text
            .push_str("\n| member | type | what |\n|---|---|---|\n");
        for (member, of) in members {
            let kind = self.kind(of);
            let _ = writeln!(self.text, "| `{member}` | {kind} | {} |", cell(of));
        }
    }

    /// A type in words.
    fn kind(&self, of: &Value) -> String {
        if let Some(name) = of["$ref"].as_str().and_then(of_reference) {
            return self.kind_of_named(name);
        }
        if let Some(choices) = of["anyOf"].as_array() {
            let of = choices.iter().find(|choice| choice["type"] != "null");
            return format!(
                "{}, or none",
                of.map_or_else(String::new, |of| self.kind(of))
            );
        }
        match &of["type"] {
            Value::Array(kinds) => {
                let kind = kinds.iter().find(|kind| *kind != "null");
                let mut plain = of.clone();
                plain["type"] = kind.cloned().unwrap_or_default();
                format!("{}, or none", self.kind(&plain))
            }
            Value::String(kind) => match kind.as_str() {
                "array" if of["prefixItems"].is_array() => "pair".to_owned(),
                "array" => format!("list of {}", self.kind(&of["items"])),
                "object" if of["additionalProperties"].is_object() => {
                    format!("map to {}", self.kind(&of["additionalProperties"]))
                }
                "string" => "text".to_owned(),
                "integer" => "whole number".to_owned(),
                "boolean" => "true or false".to_owned(),
                other => other.to_owned(),
            },
            _ => "any".to_owned(),
        }
    }

    fn kind_of_named(&self, name: &str) -> String {
        let definition = self.named(name);
        if name.starts_with("Observed_") {
            return format!("observed {}", self.kind(&known(definition)));
        }
        if self.is_structure(name) || SHARED.contains(&name) {
            return format!("[{name}](#{})", name.to_lowercase());
        }
        match definition["oneOf"].as_array() {
            Some(words) => {
                let words: Vec<String> = words
                    .iter()
                    .filter_map(|word| Some(format!("`{}`", word["const"].as_str()?)))
                    .collect();
                words.join(", ")
            }
            None => self.kind(definition),
        }
    }

    /// Whether a definition has members of its own.
    fn is_structure(&self, name: &str) -> bool {
        self.named(name)["properties"].is_object()
    }

    fn named(&self, name: &str) -> &Value {
        &self.schema["$defs"][name]
    }
}

/// The schema of the value of an observed one.
fn known(observed: &Value) -> Value {
    let states = observed["oneOf"].as_array();
    let known = states.and_then(|states| {
        let mut values = states.iter().map(|state| &state["properties"]["known"]);
        values.find(|value| !value.is_null())
    });
    known.cloned().unwrap_or_default()
}

fn of_reference(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/$defs/")
}

/// Every definition that a schema names, in order.
fn references(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = schema["$ref"].as_str().and_then(of_reference) {
                names.push(name.to_owned());
            }
            for member in members.values() {
                references(member, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

fn prose(of: &Value) -> String {
    of["description"].as_str().unwrap_or_default().to_owned()
}

/// A description within a table.
fn cell(of: &Value) -> String {
    prose(of).replace('\n', " ").replace('|', "\\|")
}
