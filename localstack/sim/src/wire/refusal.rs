//! Errors on the wire.

use serde_json::{Map, Value};

use super::{Protocol, cbor, json, rest, stamp, xml};
use crate::http::Reply;
use crate::model::{Location, Model, PLAIN, Typed};
use crate::refusals::Refusal;

/// Writes an error in the form of a protocol. The model, where there is one, gives code, status
/// and the spelling of the message member.
pub(crate) fn refuse(
    model: Option<&Model>,
    protocol: Protocol,
    refusal: &Refusal,
    request_id: &str,
) -> Reply {
    let service = model.map_or("", |model| model.service.as_str());
    let written = Written::new(model, protocol, refusal);
    let mut reply = match protocol {
        Protocol::Query => written.query(model, request_id),
        Protocol::Ec2 => written.ec2(request_id),
        Protocol::RestXml => written.rest_xml(model, service, request_id),
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => written.json(protocol),
        Protocol::Cbor => written.cbor(),
    };
    for (name, value) in &written.headers {
        reply.header(name, value);
    }
    stamp(&mut reply, service, request_id);
    reply
}

/// A refusal with what the model knows about it.
struct Written<'a> {
    /// The shape's name: what the JSON protocols send.
    name: &'a str,
    /// What the query protocols send.
    code: &'a str,
    status: u16,
    message: &'a str,
    shape: Option<Typed<'a>>,
    message_member: &'a str,
    fields: Map<String, Value>,
    headers: Vec<(String, String)>,
}

impl<'a> Written<'a> {
    fn new(model: Option<&'a Model>, protocol: Protocol, refusal: &'a Refusal) -> Self {
        let found = model.and_then(|model| Some((model, model.error_shape(&refusal.code)?)));
        let error = found.and_then(|(_, (_, shape))| shape.error.as_ref());
        let name = found.map_or(refusal.code.as_str(), |(_, (name, _))| name);
        let code = error
            .and_then(|error| error.code.as_deref())
            .unwrap_or(&refusal.code);
        let fallback = if matches!(protocol, Protocol::RestJson) && name.contains("AccessDenied") {
            403
        } else {
            400
        };
        let modelled = error.and_then(|error| error.http_status_code);
        let shape = found.map(|(model, (_, shape))| Typed {
            model,
            traits: &PLAIN,
            shape,
        });
        let mut written = Self {
            name,
            code,
            status: refusal.status.or(modelled).unwrap_or(fallback),
            message: &refusal.message,
            shape,
            message_member: message_member(model, shape),
            fields: Map::new(),
            headers: Vec::new(),
        };
        written.take_fields(refusal);
        written.query_compatible(model);
        written
    }

    /// Sorts the refusal's extra members into body and headers; drops what the shape lacks.
    fn take_fields(&mut self, refusal: &Refusal) {
        if let Some(shape) = self.shape {
            if shape.shape.members.contains_key("Type") {
                self.fields.insert("Type".to_owned(), "User".into());
            }
            for (name, value) in &refusal.fields {
                let Some(member) = shape.member(name) else {
                    continue;
                };
                if member.traits.location == Some(Location::Header) {
                    let header = member.wire_name().unwrap_or(name).to_ascii_lowercase();
                    self.headers
                        .push((header, rest::header_text(member, value)));
                } else {
                    self.fields.insert(name.clone(), value.clone());
                }
            }
        }
        if let Some(seconds) = refusal.retry_after {
            self.headers.retain(|(name, _)| name != "retry-after");
            self.headers
                .push(("retry-after".to_owned(), seconds.to_string()));
        }
    }

    /// Services that left the query protocol still tell their old codes in a header.
    fn query_compatible(&mut self, model: Option<&Model>) {
        if model.is_some_and(|model| model.metadata.aws_query_compatible.is_some()) {
            self.headers.push((
                "x-amzn-query-error".to_owned(),
                format!("{};Sender", self.code),
            ));
        }
    }

    fn query(&self, model: Option<&Model>, request_id: &str) -> Reply {
        let namespace = model.map(xml::namespace).unwrap_or_default();
        let error = self.xml_error(true);
        let body = format!(
            "<ErrorResponse{namespace}><Error>{error}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        );
        Reply::new(self.status, Protocol::Query.content_type(), body)
    }

    fn ec2(&self, request_id: &str) -> Reply {
        let error = self.xml_error(false);
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        );
        Reply::new(self.status, Protocol::Ec2.content_type(), body)
    }

    /// S3 answers with a bare `Error`, the other rest-xml services with an `ErrorResponse`.
    fn rest_xml(&self, model: Option<&Model>, service: &str, request_id: &str) -> Reply {
        if service != "s3" {
            let mut reply = self.query(model, request_id);
            reply.header("content-type", Protocol::RestXml.content_type());
            return reply;
        }
        let error = self.xml_error(false);
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{error}<RequestId>{request_id}</RequestId></Error>"
        );
        Reply::new(self.status, Protocol::RestXml.content_type(), body)
    }

    fn xml_error(&self, with_type: bool) -> String {
        let kind = if self.status >= 500 {
            "Receiver"
        } else {
            "Sender"
        };
        let kind = if with_type {
            format!("<Type>{kind}</Type>")
        } else {
            String::new()
        };
        let mut error = format!(
            "{kind}<Code>{}</Code><Message>{}</Message>",
            xml::escape(self.code),
            xml::escape(self.message)
        );
        if let Some(shape) = self.shape {
            xml::members(&mut error, shape, &Value::Object(self.fields.clone()));
        }
        error
    }

    fn json(&self, protocol: Protocol) -> Reply {
        let mut body = match self.shape {
            Some(shape) => json::write(shape, &Value::Object(self.fields.clone())),
            None => Value::Object(Map::new()),
        };
        if let Value::Object(object) = &mut body {
            object.insert(self.message_member.to_owned(), self.message.into());
            if protocol != Protocol::RestJson {
                object.insert("__type".to_owned(), self.name.into());
            }
        }
        let mut reply = Reply::new(self.status, protocol.content_type(), body.to_string());
        if protocol == Protocol::RestJson {
            reply.header("x-amzn-errortype", self.name);
        }
        reply
    }

    fn cbor(&self) -> Reply {
        let text = |text: &str| ciborium::Value::from(text);
        let mut body = vec![
            (text("__type"), text(self.name)),
            (text(self.message_member), text(self.message)),
        ];
        for (name, value) in &self.fields {
            if let Some(member) = self.shape.and_then(|shape| shape.member(name)) {
                body.push((text(name), cbor::write(member, value)));
            }
        }
        cbor::reply(self.status, &ciborium::Value::Map(body))
    }
}

/// `message` or `Message`: as the error's shape has it, else as the service's other errors do.
fn message_member<'m>(model: Option<&'m Model>, shape: Option<Typed<'m>>) -> &'m str {
    let spelled = |shape: Typed<'m>| {
        let member = shape
            .members()
            .find(|(name, _)| name.eq_ignore_ascii_case("message"))?;
        Some(member.1.wire_name().unwrap_or(member.0))
    };
    if let Some(name) = shape.and_then(spelled) {
        return name;
    }
    match model {
        Some(model) if model.service == "lambda" => "Message",
        _ => "message",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::model;

    fn text(protocol: Protocol, code: &str) -> (u16, String) {
        let model = model();
        let reply = refuse(
            Some(&model),
            protocol,
            &Refusal::new(code, "no <such> thing"),
            "id",
        );
        (
            reply.status,
            String::from_utf8_lossy(&reply.body).into_owned(),
        )
    }

    #[test]
    fn modelled_errors_have_two_names() {
        for name in ["NoSuchThing", "ThingNotFoundException"] {
            let (status, body) = text(Protocol::Query, name);
            assert_eq!(status, 404);
            assert!(body.contains("<Type>Sender</Type><Code>NoSuchThing</Code><Message>no &lt;such&gt; thing</Message>"), "{body}");
            let (status, body) = text(Protocol::Json11, name);
            assert_eq!(
                (status, body.as_str()),
                (
                    404,
                    r#"{"Message":"no <such> thing","__type":"ThingNotFoundException"}"#
                )
            );
        }
    }

    #[test]
    fn unmodelled_errors_are_bad_requests() {
        assert_eq!(
            text(Protocol::RestJson, "Odd"),
            (400, r#"{"message":"no <such> thing"}"#.to_owned())
        );
        let (status, body) = text(Protocol::Ec2, "Odd");
        assert_eq!(status, 400);
        assert!(
            body.contains("<Response><Errors><Error><Code>Odd</Code>"),
            "{body}"
        );
    }

    #[test]
    fn the_error_type_of_rest_json_is_a_header() {
        let model = model();
        let reply = refuse(
            Some(&model),
            Protocol::RestJson,
            &Refusal::new("AccessDeniedException", "no"),
            "id",
        );
        assert_eq!(reply.status, 403);
        assert!(reply.headers.contains(&(
            "x-amzn-errortype".to_owned(),
            "AccessDeniedException".to_owned()
        )));
    }
}
