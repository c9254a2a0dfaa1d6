//! A service's botocore model: the part of `service-2.json` and `paginators-1.json` the sim needs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::route::Route;

/// One service: operations, shapes, paginators and its routes.
#[derive(Debug)]
pub(crate) struct Model {
    /// botocore's folder name, which is what boto3 calls the service.
    pub(crate) service: String,
    pub(crate) metadata: Metadata,
    pub(crate) operations: BTreeMap<String, Operation>,
    shapes: Vec<Shape>,
    /// Where a shape of this name is.
    names: BTreeMap<String, usize>,
    pub(crate) paginators: BTreeMap<String, Paginator>,
    pub(crate) routes: Vec<Route>,
}

/// `service-2.json` as it lies on disk, documentation skipped.
#[derive(Debug, Deserialize)]
struct ServiceFile {
    metadata: Metadata,
    operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Default, Deserialize)]
struct PaginatorFile {
    #[serde(default)]
    pagination: BTreeMap<String, Paginator>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Metadata {
    pub(crate) protocol: String,
    pub(crate) api_version: String,
    /// All protocols the service speaks; older models name one only.
    pub(crate) protocols: Vec<String>,
    pub(crate) endpoint_prefix: String,
    pub(crate) signing_name: Option<String>,
    pub(crate) target_prefix: Option<String>,
    pub(crate) xml_namespace: Option<Value>,
    pub(crate) aws_query_compatible: Option<Value>,
}

impl Metadata {
    /// The service name in the SigV4 credential scope.
    pub(crate) fn signing_name(&self) -> &str {
        self.signing_name
            .as_deref()
            .unwrap_or(&self.endpoint_prefix)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Operation {
    pub(crate) http: Http,
    pub(crate) input: Option<Member>,
    pub(crate) output: Option<Member>,
    pub(crate) errors: Vec<Member>,
    pub(crate) deprecated: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Http {
    pub(crate) method: String,
    pub(crate) request_uri: String,
    pub(crate) response_code: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    #[default]
    String,
    Character,
    Structure,
    List,
    Map,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
    #[serde(other)]
    Other,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    pub(crate) members: BTreeMap<String, Member>,
    pub(crate) required: Vec<String>,
    pub(crate) member: Option<Member>,
    pub(crate) key: Option<Member>,
    pub(crate) value: Option<Member>,
    pub(crate) location_name: Option<String>,
    pub(crate) flattened: bool,
    pub(crate) payload: Option<String>,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) document: bool,
    pub(crate) error: Option<ErrorTrait>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    /// Whether members of it are written as XML attributes.
    #[serde(skip)]
    pub(crate) has_attributes: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ErrorTrait {
    pub(crate) code: Option<String>,
    pub(crate) http_status_code: Option<u16>,
}

/// A reference to a shape with the traits of the place it stands in.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Member {
    pub(crate) shape: String,
    /// Where the shape is among the model's: looking it up by name would be most of the work.
    #[serde(skip)]
    at: Option<usize>,
    pub(crate) location: Option<Location>,
    pub(crate) location_name: Option<String>,
    pub(crate) query_name: Option<String>,
    pub(crate) flattened: bool,
    pub(crate) xml_attribute: bool,
    pub(crate) jsonvalue: bool,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) result_wrapper: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Location {
    Uri,
    #[serde(rename = "querystring")]
    QueryString,
    Header,
    Headers,
    StatusCode,
    #[serde(other)]
    Other,
}

/// One operation of `paginators-1.json`. Names may come alone or as a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paginator {
    pub(crate) input_token: Names,
    pub(crate) output_token: Names,
    pub(crate) result_key: Names,
    pub(crate) limit_key: Option<String>,
    pub(crate) more_results: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Names {
    One(String),
    Many(Vec<String>),
}

impl Default for Names {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Names {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

impl Model {
    /// Reads a model from the JSON text of its two files.
    pub(crate) fn parse(
        service: &str,
        model: &[u8],
        paginators: &[u8],
    ) -> serde_json::Result<Self> {
        let mut file: ServiceFile = serde_json::from_slice(model)?;
        let names: BTreeMap<String, usize> = file.shapes.keys().cloned().zip(0..).collect();
        for operation in file.operations.values_mut() {
            operation.resolve(&names);
        }
        let mut shapes: Vec<Shape> = file.shapes.into_values().collect();
        for shape in &mut shapes {
            shape.resolve(&names);
        }
        let paginators: PaginatorFile = serde_json::from_slice(paginators)?;
        let routes = file
            .operations
            .iter()
            .map(|(name, operation)| Route::new(name, operation))
            .collect();
        Ok(Self {
            service: service.to_owned(),
            metadata: file.metadata,
            operations: file.operations,
            shapes,
            names,
            paginators: paginators.pagination,
            routes,
        })
    }

    pub(crate) fn typed<'m>(&'m self, traits: &'m Member) -> Typed<'m> {
        Typed {
            model: self,
            traits,
            shape: self.shape(traits).unwrap_or(&ANY),
        }
    }

    fn shape(&self, traits: &Member) -> Option<&Shape> {
        self.shapes.get(traits.at?)
    }

    pub(crate) fn input(&self, operation: &Operation) -> Option<Typed<'_>> {
        self.plain(operation.input.as_ref()?)
    }

    pub(crate) fn output(&self, operation: &Operation) -> Option<Typed<'_>> {
        self.plain(operation.output.as_ref()?)
    }

    /// The shape without the traits of the place it stands in.
    fn plain(&self, traits: &Member) -> Option<Typed<'_>> {
        Some(Typed {
            model: self,
            traits: &PLAIN,
            shape: self.shape(traits)?,
        })
    }

    /// The error shape that answers to a code, under its own name or the code on the wire.
    pub(crate) fn error_shape(&self, code: &str) -> Option<(&str, &Shape)> {
        let mut shapes = self
            .names
            .iter()
            .filter_map(|(name, at)| Some((name.as_str(), self.shapes.get(*at)?)));
        let own = self
            .names
            .get_key_value(code)
            .and_then(|(name, at)| Some((name.as_str(), self.shapes.get(*at)?)))
            .filter(|(_, shape)| shape.error.is_some() || code.ends_with("Exception"));
        own.or_else(|| {
            shapes.find(|(_, shape)| {
                let error = shape.error.as_ref();
                error.is_some_and(|error| error.code.as_deref() == Some(code))
            })
        })
    }
}

impl Operation {
    fn resolve(&mut self, names: &BTreeMap<String, usize>) {
        let ends = self.input.iter_mut().chain(&mut self.output);
        for member in ends.chain(&mut self.errors) {
            member.at = names.get(&member.shape).copied();
        }
    }
}

impl Shape {
    fn resolve(&mut self, names: &BTreeMap<String, usize>) {
        self.has_attributes = self.members.values().any(|member| member.xml_attribute);
        let parts = self
            .member
            .iter_mut()
            .chain(&mut self.key)
            .chain(&mut self.value);
        for member in parts.chain(self.members.values_mut()) {
            member.at = names.get(&member.shape).copied();
        }
    }
}

/// Stands in for a shape that the model does not define: any text.
static ANY: Shape = Shape {
    kind: Kind::String,
    members: BTreeMap::new(),
    required: Vec::new(),
    member: None,
    key: None,
    value: None,
    location_name: None,
    flattened: false,
    payload: None,
    timestamp_format: None,
    document: false,
    error: None,
    min: None,
    max: None,
    has_attributes: false,
};

/// A reference without traits.
pub(crate) static PLAIN: Member = Member {
    shape: String::new(),
    at: None,
    location: None,
    location_name: None,
    query_name: None,
    flattened: false,
    xml_attribute: false,
    jsonvalue: false,
    timestamp_format: None,
    result_wrapper: None,
};

/// A shape in its place: what readers and writers walk along with a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed<'m> {
    pub(crate) model: &'m Model,
    pub(crate) traits: &'m Member,
    pub(crate) shape: &'m Shape,
}

impl<'m> Typed<'m> {
    pub(crate) fn kind(&self) -> Kind {
        self.shape.kind
    }

    /// The name on the wire, where it is not the member's own.
    pub(crate) fn wire_name(&self) -> Option<&'m str> {
        self.traits
            .location_name
            .as_deref()
            .or(self.shape.location_name.as_deref())
    }

    pub(crate) fn flattened(&self) -> bool {
        self.traits.flattened || self.shape.flattened
    }

    pub(crate) fn timestamp_format(&self) -> Option<&'m str> {
        self.traits
            .timestamp_format
            .as_deref()
            .or(self.shape.timestamp_format.as_deref())
    }

    pub(crate) fn members(self) -> impl Iterator<Item = (&'m str, Self)> {
        self.shape
            .members
            .iter()
            .map(move |(name, member)| (name.as_str(), self.model.typed(member)))
    }

    pub(crate) fn member(self, name: &str) -> Option<Self> {
        Some(self.model.typed(self.shape.members.get(name)?))
    }

    pub(crate) fn item(self) -> Self {
        self.model
            .typed(self.shape.member.as_ref().unwrap_or(&PLAIN))
    }

    pub(crate) fn key(self) -> Self {
        self.model.typed(self.shape.key.as_ref().unwrap_or(&PLAIN))
    }

    pub(crate) fn value(self) -> Self {
        self.model
            .typed(self.shape.value.as_ref().unwrap_or(&PLAIN))
    }
}
