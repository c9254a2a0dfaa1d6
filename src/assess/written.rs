//! A TOML file that the user wrote: read against its JSON Schema, so that an error names the line, the value and
//! the cure, and a key that is none is never passed over.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use crate::nearest;

/// What is wrong with a file. The fault is its writer's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct FileError {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, with the value as it stands there.
    pub problem: String,
    /// What to do about it.
    pub cure: String,
}

/// A file and its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'t> {
    pub(crate) name: &'t str,
    pub(crate) text: &'t str,
}

impl File<'_> {
    /// Reads the text as a `T`.
    ///
    /// # Errors
    /// When it is not TOML, has a key that `T` lacks, or a value that `T` refuses.
    pub(crate) fn read<T: DeserializeOwned + JsonSchema>(self) -> Result<T, FileError> {
        let table = DeTable::parse(self.text).map_err(|error| {
            self.refused(&error, "mend the syntax: https://toml.io has the rules")
        })?;
        let schema = schemars::schema_for!(T).to_value();
        self.known_keys(table.get_ref(), &schema, &schema)?;
        toml::from_str(self.text).map_err(|error| self.refused(&error, cure_of(error.message())))
    }

    /// An error about what stands at a place of the text, counted in bytes.
    pub(crate) fn error(
        self,
        place: usize,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> FileError {
        FileError {
            file: self.name.to_owned(),
            line: self.line(place),
            problem: problem.into(),
            cure: cure.into(),
        }
    }

    /// The line of a place, from 1.
    pub(crate) fn line(self, place: usize) -> usize {
        let before = self.text.as_bytes().iter().take(place);
        1 + before.filter(|byte| **byte == b'\n').count()
    }

    fn refused(self, error: &toml::de::Error, cure: &str) -> FileError {
        let place = error.span().map_or(0, |span| span.start);
        let line = self
            .text
            .lines()
            .nth(self.line(place) - 1)
            .unwrap_or_default();
        let message = error.message().trim().replace('\n', ", ");
        self.error(place, format!("{message}, in '{}'", line.trim()), cure)
    }

    /// Refuses the first key that the schema lacks.
    fn known_keys(
        self,
        table: &DeTable<'_>,
        schema: &Value,
        root: &Value,
    ) -> Result<(), FileError> {
        let schema = resolved(schema, root);
        if schema == &Value::Bool(true) {
            // A value of any shape, and so is all within it.
            return Ok(());
        }
        for (key, value) in table {
            let name: &str = key.get_ref();
            let Some(inner) = schema["properties"].get(name).or_else(|| any_key(schema)) else {
                return Err(self.unknown_key(key.span().start, name, schema));
            };
            self.known_keys_in(value.get_ref(), inner, root)?;
        }
        Ok(())
    }

    fn known_keys_in(
        self,
        value: &DeValue<'_>,
        schema: &Value,
        root: &Value,
    ) -> Result<(), FileError> {
        match value {
            DeValue::Table(table) => self.known_keys(table, schema, root),
            DeValue::Array(items) => {
                let schema = &resolved(schema, root)["items"];
                items
                    .iter()
                    .try_for_each(|item| self.known_keys_in(item.get_ref(), schema, root))
            }
            _ => Ok(()),
        }
    }

    fn unknown_key(self, place: usize, name: &str, schema: &Value) -> FileError {
        let known: Vec<&str> = schema["properties"]
            .as_object()
            .into_iter()
            .flat_map(|properties| properties.keys().map(String::as_str))
            .collect();
        let cure = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None if known.is_empty() => "nothing is expected here".to_owned(),
            None => format!("expected one of {}", known.join(", ")),
        };
        self.error(place, format!("no key is called '{name}' here"), cure)
    }
}

/// The schema that a reference leads to; for a value that may be left out, that of the value.
fn resolved<'v>(schema: &'v Value, root: &'v Value) -> &'v Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = reference.strip_prefix('#').and_then(|it| root.pointer(it));
        return target.map_or(schema, |target| resolved(target, root));
    }
    let mut choices = schema["anyOf"].as_array().into_iter().flatten();
    match choices.find(|choice| choice["type"] != "null") {
        Some(choice) => resolved(choice, root),
        None => schema,
    }
}

/// The schema of the values, where every key may be used; none where only those named may.
fn any_key(schema: &Value) -> Option<&Value> {
    let additional = &schema["additionalProperties"];
    (additional.is_object() || additional == &Value::Bool(true)).then_some(additional)
}

fn cure_of(message: &str) -> &'static str {
    if message.starts_with("missing field") {
        "add it: docs/guides/settings.md shows an entry with everything it needs"
    } else {
        "correct the value: docs/guides/settings.md says what each key takes"
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[expect(dead_code, reason = "only read")]
        count: Option<u8>,
        #[serde(default)]
        entry: Vec<Entry>,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        free: BTreeMap<String, Vec<String>>,
        #[expect(dead_code, reason = "only read")]
        part: Option<Entry>,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        owner: String,
    }

    fn read(text: &str) -> Result<Example, FileError> {
        File {
            name: "a.toml",
            text,
        }
        .read()
    }

    fn refused(text: &str) -> (String, String) {
        let error = read(text).expect_err("refused");
        (error.to_string(), error.cure)
    }

    #[test]
    fn what_is_right_is_read() {
        let text = "count = 3\n[free]\nanything = [\"a\"]\n[[entry]]\nowner = \"me\"\n[part]\nowner = \"you\"\n";
        assert_eq!(read(text).expect("right").entry[0].owner, "me");
    }

    #[test]
    fn a_key_that_is_none_is_refused_with_its_line_and_the_nearest_name() {
        for (text, line) in [
            ("cuont = 3", 1),
            ("\n[[entry]]\nowner = \"me\"\n[[entry]]\nownr = \"me\"", 5),
            ("[part]\nownr = \"me\"", 2),
            ("part = { owner = \"me\", ownr = \"me\" }", 1),
        ] {
            let (said, cure) = refused(text);
            assert!(
                said.starts_with(&format!("a.toml:{line}: no key is called ")),
                "{said}"
            );
            let near = if text.starts_with("cuont") {
                "count"
            } else {
                "owner"
            };
            assert_eq!(cure, format!("did you mean '{near}'?"));
        }
        let (_, cure) = refused("something_else_altogether = 3");
        assert_eq!(cure, "expected one of count, entry, free, part");
    }

    #[test]
    fn a_value_that_is_none_is_refused_with_its_line_and_text() {
        let (said, _) = refused("\ncount = \"three\"");
        assert!(said.starts_with("a.toml:2: "), "{said}");
        assert!(said.ends_with(", in 'count = \"three\"'"), "{said}");
        let (said, cure) = refused("[[entry]]\n");
        assert!(said.contains("owner"), "{said}");
        assert!(cure.starts_with("add it"));
    }

    #[test]
    fn what_is_no_toml_is_refused_with_its_line() {
        let (said, cure) = refused("count = 3\nentry = [");
        assert!(said.starts_with("a.toml:2: "), "{said}");
        assert!(cure.contains("toml.io"));
    }
}
