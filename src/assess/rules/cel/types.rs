//! What a value may be, as the snapshot's schema says.

use std::fmt;

use serde_json::Value as Json;

/// The type of a part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// Anything: the schema does not say.
    Any,
    Null,
    Bool,
    Int,
    Double,
    Text,
    /// A moment.
    Time,
    /// A length of time.
    Span,
    List(Box<Self>),
    /// By text.
    Map(Box<Self>),
    /// A definition of the schema, by name.
    Record(String),
    /// An answer of AWS that may not be known.
    Observed(Box<Self>),
    /// May be null.
    Nullable(Box<Self>),
}

impl Type {
    /// The type without what wraps it.
    pub(crate) fn bare(&self) -> &Self {
        match self {
            Self::Observed(inner) | Self::Nullable(inner) => inner.bare(),
            other => other,
        }
    }

    /// The same, and null.
    pub(crate) fn or_null(self) -> Self {
        match self {
            Self::Any | Self::Null | Self::Nullable(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }

    pub(crate) fn may_be_null(&self) -> bool {
        matches!(self, Self::Any | Self::Null | Self::Nullable(_))
    }

    /// Whether a value of the other type may stand where one of this type is wanted.
    pub(crate) fn takes(&self, other: &Self) -> bool {
        match (self.bare(), other.bare()) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Null, _) => other.may_be_null(),
            (_, Self::Null) => self.may_be_null(),
            (Self::List(one), Self::List(other)) | (Self::Map(one), Self::Map(other)) => {
                one.takes(other)
            }
            (one, other) => one == other,
        }
    }

    /// The type of what is one or the other.
    pub(crate) fn or(self, other: &Self) -> Option<Self> {
        let null = self.may_be_null() || other.may_be_null();
        let both = match (self.bare(), other.bare()) {
            (Self::Null, it) | (it, Self::Null) => it.clone(),
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::List(one), Self::List(other)) => Self::List(Box::new(one.clone().or(other)?)),
            (Self::Map(one), Self::Map(other)) => Self::Map(Box::new(one.clone().or(other)?)),
            (one, other) if one == other => one.clone(),
            _ => return None,
        };
        Some(if null { both.or_null() } else { both })
    }

    /// Whether values of the type can be told equal or not: all but records.
    pub(crate) fn is_comparable(&self) -> bool {
        match self.bare() {
            Self::Record(_) => false,
            Self::List(inner) | Self::Map(inner) => {
                !matches!(**inner, Self::Observed(_)) && inner.is_comparable()
            }
            _ => true,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => out.write_str("any value"),
            Self::Null => out.write_str("null"),
            Self::Bool => out.write_str("bool"),
            Self::Int => out.write_str("int"),
            Self::Double => out.write_str("double"),
            Self::Text => out.write_str("string"),
            Self::Time => out.write_str("timestamp"),
            Self::Span => out.write_str("duration"),
            Self::List(inner) => write!(out, "list({inner})"),
            Self::Map(inner) => write!(out, "map(string, {inner})"),
            Self::Record(name) => out.write_str(name),
            Self::Observed(inner) | Self::Nullable(inner) => inner.fmt(out),
        }
    }
}

/// The definitions of a schema.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    definitions: serde_json::Map<String, Json>,
}

impl Schema {
    pub(crate) fn new(definitions: serde_json::Map<String, Json>) -> Self {
        Self { definitions }
    }

    /// The type of a field of a record; none where it has no such field.
    pub(crate) fn field(&self, record: &str, name: &str) -> Option<Type> {
        let definition = self.definitions.get(record)?;
        let field = definition["properties"].get(name)?;
        let of_schema = self.type_of(field);
        let required = definition["required"].as_array().into_iter().flatten();
        // A field that is not required has a default: null for options, "not collected" for answers.
        Some(if required.into_iter().any(|it| it == name) {
            of_schema
        } else {
            match of_schema {
                Type::Observed(_) => of_schema,
                other => other.or_null(),
            }
        })
    }

    /// The fields of a record, sorted.
    pub(crate) fn fields(&self, record: &str) -> Vec<&str> {
        let properties = self.definitions.get(record).map(|it| &it["properties"]);
        let names = properties.and_then(Json::as_object).into_iter();
        let mut names: Vec<&str> = names.flat_map(|it| it.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names
    }

    /// The type that a schema describes.
    pub(crate) fn type_of(&self, schema: &Json) -> Type {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.definition(reference.rsplit('/').next().unwrap_or_default());
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let other = choices.iter().find(|choice| choice["type"] != "null");
            return other.map_or(Type::Any, |choice| self.type_of(choice).or_null());
        }
        match &schema["type"] {
            Json::String(name) => self.of_type(name, schema),
            Json::Array(names) => {
                let other = names
                    .iter()
                    .filter_map(Json::as_str)
                    .find(|it| *it != "null");
                other.map_or(Type::Any, |name| self.of_type(name, schema).or_null())
            }
            _ if is_words(schema) => Type::Text,
            _ => Type::Any,
        }
    }

    fn definition(&self, name: &str) -> Type {
        let Some(definition) = self.definitions.get(name) else {
            return Type::Any;
        };
        let mut choices = definition["oneOf"].as_array().into_iter().flatten();
        if let Some(known) = choices.find_map(|it| it["properties"].get("known")) {
            return Type::Observed(Box::new(self.type_of(known)));
        }
        if definition["properties"].is_object() {
            return Type::Record(name.to_owned());
        }
        self.type_of(definition)
    }

    fn of_type(&self, name: &str, schema: &Json) -> Type {
        match name {
            "string" => Type::Text,
            "boolean" => Type::Bool,
            "integer" => Type::Int,
            "number" => Type::Double,
            "array" => Type::List(Box::new(self.type_of(&schema["items"]))),
            "object" if schema["additionalProperties"].is_object() => {
                Type::Map(Box::new(self.type_of(&schema["additionalProperties"])))
            }
            _ => Type::Any,
        }
    }
}

/// Whether it is one of some words: how the schema writes an enum without data.
fn is_words(schema: &Json) -> bool {
    let choices = schema["oneOf"].as_array();
    choices.is_some_and(|all| all.iter().all(|choice| choice["type"] == "string"))
}
