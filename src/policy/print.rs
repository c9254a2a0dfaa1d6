//! From [`Policy`] back to text: what is read from the text is the same policy.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::condition::Condition;
use crate::pattern::Pattern;
use crate::principal::{Principal, Principals};
use crate::statement::{Effect, Policy, Selection, Statement};

/// The document as compact JSON, elements in AWS's order, unknown ones last. A list of one is written
/// as the one.
impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut object = Object::new();
        object.text("Version", self.version.as_deref());
        object.text("Id", self.id.as_deref());
        let statements: Vec<String> = self.statements.iter().map(ToString::to_string).collect();
        object.raw("Statement", &format!("[{}]", statements.join(",")));
        object.unknown(&self.unknown);
        formatter.write_str(&object.done())
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut object = Object::new();
        object.text("Sid", self.sid.as_deref());
        object.text("Effect", Some(self.effect.as_str()));
        match &self.principals {
            Principals::Unstated => {}
            Principals::Only(list) => object.raw("Principal", &principals(list)),
            Principals::AllBut(list) => object.raw("NotPrincipal", &principals(list)),
        }
        match &self.actions {
            Selection::Unstated => {}
            Selection::Only(list) => object.raw("Action", &patterns(list)),
            Selection::AllBut(list) => object.raw("NotAction", &patterns(list)),
        }
        match &self.resources {
            Selection::Unstated => {}
            Selection::Only(list) => object.raw("Resource", &patterns(list)),
            Selection::AllBut(list) => object.raw("NotResource", &patterns(list)),
        }
        if !self.conditions.is_empty() {
            object.raw("Condition", &conditions(&self.conditions));
        }
        object.unknown(&self.unknown);
        formatter.write_str(&object.done())
    }
}

impl Effect {
    /// As AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// A JSON object, its members in the order added.
struct Object {
    json: String,
}

impl Object {
    fn new() -> Self {
        Self {
            json: "{".to_owned(),
        }
    }

    fn raw(&mut self, name: &str, json: &str) {
        if self.json.len() > 1 {
            self.json.push(',');
        }
        self.json.push_str(&quoted(name));
        self.json.push(':');
        self.json.push_str(json);
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.raw(name, &quoted(value));
        }
    }

    fn unknown(&mut self, members: &BTreeMap<String, Value>) {
        for (name, value) in members {
            self.raw(name, &value.to_string());
        }
    }

    fn done(mut self) -> String {
        self.json.push('}');
        self.json
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn one_or_list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(quoted).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(",")),
    }
}

fn patterns(list: &[Pattern]) -> String {
    one_or_list(list.iter().map(Pattern::as_str))
}

fn principals(list: &[Principal]) -> String {
    if let [Principal::Everyone] = list {
        return quoted("*");
    }
    let mut object = Object::new();
    for run in list.chunk_by(|a, b| a.kind() == b.kind()) {
        object.raw(
            run[0].kind(),
            &one_or_list(run.iter().map(Principal::value)),
        );
    }
    object.done()
}

fn conditions(list: &[Condition]) -> String {
    let mut operators = Object::new();
    for run in list.chunk_by(|a, b| a.operator.text == b.operator.text) {
        let mut keys = Object::new();
        for condition in run {
            let values = condition.values.iter().map(String::as_str);
            keys.raw(condition.key.as_str(), &one_or_list(values));
        }
        operators.raw(&run[0].operator.text, &keys.done());
    }
    operators.done()
}

#[cfg(test)]
mod tests {
    use tripod_model::PolicyDocument;

    use crate::parse;

    fn printed(text: &str) -> String {
        let policy = parse(&PolicyDocument(text.to_owned())).expect("a policy");
        let printed = policy.to_string();
        let again = parse(&PolicyDocument(printed.clone())).expect("what is printed is a policy");
        assert_eq!(again, policy, "{printed}");
        printed
    }

    #[test]
    fn what_is_printed_reads_as_what_was_read() {
        for text in [
            "",
            r#"{"Version":"2012-10-17","Id":"x","Statement":[]}"#,
            r#"{"Statement":[{"Sid":"a\"b","Effect":"Deny","NotPrincipal":{"AWS":["1","2"],"Service":"s3.amazonaws.com"},
                "NotAction":["s3:*"],"NotResource":[],"Mood":{"a":[1,null]}}],"Colour":"red"}"#,
            r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":[],"Condition":{
                "StringEquals":{"b":["1","2"],"a":3},"Bool":{"c":true},"stringequals":{"d":[]}}}}"#,
            r#"{"Statement":{"Effect":"Allow","Principal":{},"Action":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Principal":{"Martian":"x","AWS":"*"},"Action":"*"}}"#,
        ] {
            printed(text);
        }
    }

    #[test]
    fn a_document_in_the_usual_form_is_printed_as_it_was() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::a","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#;
        assert_eq!(printed(text), text);
    }
}
