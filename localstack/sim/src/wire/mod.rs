//! The AWS protocols: requests into parameter documents, answer documents into bytes.

mod cbor;
mod json;
mod query;
mod refusal;
mod rest;
mod scalar;
mod xml;

use serde_json::{Map, Value};

pub(crate) use refusal::refuse;
pub(crate) use scalar::{blob_bytes, timestamp};

use crate::http::{HttpRequest, Reply};
use crate::model::{Model, Operation};
use crate::route::Target;

/// How a request was spoken, hence how it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Query,
    Ec2,
    Json10,
    Json11,
    RestJson,
    RestXml,
    Cbor,
}

impl Protocol {
    /// The protocol a model names first.
    pub(crate) fn of(model: &Model) -> Self {
        match model.metadata.protocol.as_str() {
            "query" => Self::Query,
            "ec2" => Self::Ec2,
            "json" => Self::Json11,
            "rest-xml" => Self::RestXml,
            "smithy-rpc-v2-cbor" => Self::Cbor,
            _ => Self::RestJson,
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Query | Self::Ec2 => "text/xml;charset=UTF-8",
            Self::RestXml => "application/xml",
            Self::Json10 => "application/x-amz-json-1.0",
            Self::Json11 => "application/x-amz-json-1.1",
            Self::RestJson => "application/json",
            Self::Cbor => "application/cbor",
        }
    }
}

/// The request's parameters under the model's member names.
pub(crate) fn params(
    target: &Target,
    operation: &Operation,
    request: &HttpRequest,
) -> Result<Value, String> {
    let Some(input) = target.model.input(operation) else {
        return Ok(Value::Object(Map::new()));
    };
    match target.protocol {
        Protocol::Query => query::params(input, &target.form, false),
        Protocol::Ec2 => query::params(input, &target.form, true),
        Protocol::Json10 | Protocol::Json11 => json::body_params(input, &request.body),
        Protocol::Cbor => cbor::params(input, &request.body),
        Protocol::RestJson | Protocol::RestXml => rest::params(target, input, request),
    }
}

/// Writes an answer document.
pub(crate) fn answer(
    target: &Target,
    operation: &Operation,
    document: &Value,
    request_id: &str,
) -> Reply {
    let model = &target.model;
    let mut reply = match target.protocol {
        Protocol::Query => {
            xml::query_answer(model, &target.operation, operation, document, request_id)
        }
        Protocol::Ec2 => xml::ec2_answer(model, &target.operation, operation, document, request_id),
        Protocol::Json10 | Protocol::Json11 => {
            json::answer(model.output(operation), document, target.protocol)
        }
        Protocol::Cbor => cbor::answer(model.output(operation), document),
        Protocol::RestJson | Protocol::RestXml => rest::answer(target, operation, document),
    };
    stamp(&mut reply, &model.service, request_id);
    reply
}

/// Puts the request id where the service puts it.
fn stamp(reply: &mut Reply, service: &str, request_id: &str) {
    if matches!(service, "s3" | "s3control") {
        reply.header("x-amz-request-id", request_id);
        reply.header("x-amz-id-2", request_id);
    } else {
        reply.header("x-amzn-requestid", request_id);
    }
}
