//! From text to [`Policy`]: tolerant of every form AWS accepts, exact about what it cannot read.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use tripod_model::PolicyDocument;

use crate::condition::Condition;
use crate::pattern::{Language, Pattern};
use crate::principal::{Principal, Principals};
use crate::statement::{Effect, Policy, Selection, Statement};

/// A text that is not a policy document. The fault of whoever wrote the document, or of the answer
/// it came in; never of the account's owner asking. Says what is wrong, the line and the column.
#[derive(Debug, thiserror::Error)]
#[error("the policy cannot be read: {0}")]
pub struct ParseError(#[from] serde_json::Error);

impl ParseError {
    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.0.line()
    }

    /// The column behind what cannot be read, from 1; 0 at the beginning of a line.
    pub fn column(&self) -> usize {
        self.0.column()
    }
}

/// Reads a policy document. An empty text, and an object without statements, are a policy that says
/// nothing.
///
/// ```
/// use tripod_model::PolicyDocument;
///
/// let text = r#"{"Version": "2012-10-17",
///     "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let policy = tripod_policy::parse(&PolicyDocument(text.to_owned())).unwrap();
/// assert_eq!(policy.statements.len(), 1);
///
/// let cut = tripod_policy::parse(&PolicyDocument("{\n  \"Statement\": [".to_owned()));
/// assert_eq!(cut.unwrap_err().line(), 2);
/// ```
///
/// # Errors
/// When the text is not JSON, repeats an element, spells a known one wrong, has an element and its
/// opposite in one statement, or has a value of a type that AWS does not know. Leaving such a thing
/// out would make the policy read as if it said less.
pub fn parse(document: &PolicyDocument) -> Result<Policy, ParseError> {
    let text = document.0.trim_start();
    if text.is_empty() {
        return Ok(Policy::default());
    }
    // Blanks in front go, but their lines count.
    let raw: RawPolicy = serde_json::from_str(&document.0)?;
    let version = raw.version.map(|text| text.0);
    let language = Language::of(version.as_deref());
    let statements = raw.statements.0.into_iter().enumerate();
    Ok(Policy {
        version,
        id: raw.id.map(|text| text.0),
        statements: statements
            .map(|(index, statement)| statement.typed(index, language))
            .collect(),
        unknown: raw.unknown,
    })
}

#[derive(Default)]
struct RawPolicy {
    version: Option<Text>,
    id: Option<Text>,
    statements: Many<RawStatement>,
    unknown: BTreeMap<String, Value>,
}

impl<'de> Deserialize<'de> for RawPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = RawPolicy;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a policy: an object with a Statement")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawPolicy, A::Error> {
                let mut policy = RawPolicy::default();
                let mut names = Names::of(&["Version", "Id", "Statement"]);
                while let Some(name) = map.next_key::<String>()? {
                    names.take(&name)?;
                    match &*name {
                        "Version" => policy.version = map.next_value()?,
                        "Id" => policy.id = map.next_value()?,
                        "Statement" => policy.statements = map.next_value()?,
                        _ => _ = policy.unknown.insert(name, map.next_value()?),
                    }
                }
                Ok(policy)
            }
        }
        deserializer.deserialize_any(Object)
    }
}

struct RawStatement {
    sid: Option<Text>,
    effect: Effect,
    principal: Option<RawPrincipals>,
    not_principal: Option<RawPrincipals>,
    action: Option<Many<Text>>,
    not_action: Option<Many<Text>>,
    resource: Option<Many<Text>>,
    not_resource: Option<Many<Text>>,
    condition: Option<Members<Members<Many<Text>>>>,
    unknown: BTreeMap<String, Value>,
}

impl<'de> Deserialize<'de> for RawStatement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = RawStatement;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a statement: an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawStatement, A::Error> {
                let mut effect = None;
                // The effect is put in at the end: there is no statement without one.
                let mut rest = RawStatement {
                    sid: None,
                    effect: Effect::Deny,
                    principal: None,
                    not_principal: None,
                    action: None,
                    not_action: None,
                    resource: None,
                    not_resource: None,
                    condition: None,
                    unknown: BTreeMap::new(),
                };
                let mut names = Names::of(&STATEMENT_ELEMENTS);
                while let Some(name) = map.next_key::<String>()? {
                    names.take(&name)?;
                    match &*name {
                        "Sid" => rest.sid = map.next_value()?,
                        "Effect" => effect = Some(map.next_value()?),
                        "Principal" => rest.principal = map.next_value()?,
                        "NotPrincipal" => rest.not_principal = map.next_value()?,
                        "Action" => rest.action = map.next_value()?,
                        "NotAction" => rest.not_action = map.next_value()?,
                        "Resource" => rest.resource = map.next_value()?,
                        "NotResource" => rest.not_resource = map.next_value()?,
                        "Condition" => rest.condition = map.next_value()?,
                        _ => _ = rest.unknown.insert(name, map.next_value()?),
                    }
                }
                rest.effect = effect.ok_or_else(|| A::Error::missing_field("Effect"))?;
                Ok(rest)
            }
        }
        deserializer.deserialize_any(Object)
    }
}

const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// The elements of an object as they come by.
struct Names {
    known: &'static [&'static str],
    seen: Vec<String>,
}

impl Names {
    fn of(known: &'static [&'static str]) -> Self {
        Self {
            known,
            seen: Vec::new(),
        }
    }

    fn take<E: Error>(&mut self, name: &str) -> Result<(), E> {
        if self.seen.iter().any(|seen| seen == name) {
            return Err(E::custom(format!("duplicate field `{name}`")));
        }
        let misspelt = |known: &&str| *known != name && known.eq_ignore_ascii_case(name);
        if let Some(known) = self.known.iter().find(|known| misspelt(known)) {
            return Err(E::custom(format!(
                "the element '{name}' is spelt '{known}' by AWS"
            )));
        }
        let opposite = |seen: &String| {
            name.strip_prefix("Not") == Some(seen) || seen.strip_prefix("Not") == Some(name)
        };
        if let Some(seen) = self.seen.iter().find(|seen| opposite(seen)) {
            return Err(E::custom(format!(
                "a statement has either {seen} or {name}, not both"
            )));
        }
        self.seen.push(name.to_owned());
        Ok(())
    }
}

impl RawStatement {
    fn typed(self, index: usize, language: Language) -> Statement {
        let action = |text: &str| Pattern::action(text);
        let resource = |text: &str| Pattern::resource(text, language);
        Statement {
            index,
            sid: self.sid.map(|text| text.0),
            effect: self.effect,
            principals: match (self.principal, self.not_principal) {
                (Some(RawPrincipals(list)), _) => Principals::Only(list),
                (None, Some(RawPrincipals(list))) => Principals::AllBut(list),
                (None, None) => Principals::Unstated,
            },
            actions: selection(self.action, self.not_action, action),
            resources: selection(self.resource, self.not_resource, resource),
            conditions: conditions(self.condition, language),
            unknown: self.unknown,
        }
    }
}

fn selection(
    only: Option<Many<Text>>,
    all_but: Option<Many<Text>>,
    pattern: impl Fn(&str) -> Pattern,
) -> Selection {
    let patterns = |list: Many<Text>| list.0.iter().map(|text| pattern(&text.0)).collect();
    match (only, all_but) {
        (Some(list), _) => Selection::Only(patterns(list)),
        (None, Some(list)) => Selection::AllBut(patterns(list)),
        (None, None) => Selection::Unstated,
    }
}

fn conditions(block: Option<Members<Members<Many<Text>>>>, language: Language) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (operator, keys) in block.into_iter().flat_map(|block| block.0) {
        for (key, values) in keys.0 {
            let values = values.0.into_iter().map(|text| text.0).collect();
            conditions.push(Condition::new(&operator, &key, values, language));
        }
    }
    conditions
}

/// A scalar as text: AWS takes `true`, `"true"` and `5` alike in conditions.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;
        impl Visitor<'_> for Scalar {
            type Value = Text;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Text, E> {
                Ok(Text(value.to_owned()))
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

/// One of them, or a list of them; nothing for `null`.
struct Many<T>(Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrList<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrList<T> {
            type Value = Many<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("one value or a list of them")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Many(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Many<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(|item| Many(vec![item]))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Many<T>, E> {
                T::deserialize(StrDeserializer::new(value)).map(|item| Many(vec![item]))
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Many<T>, E> {
                self.visit_str(&value.to_string())
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Many<T>, E> {
                self.visit_str(&value.to_string())
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Many<T>, E> {
                self.visit_str(&value.to_string())
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Many<T>, E> {
                self.visit_str(&value.to_string())
            }
            fn visit_unit<E: Error>(self) -> Result<Many<T>, E> {
                Ok(Many(Vec::new()))
            }
        }
        deserializer.deserialize_any(OneOrList(PhantomData))
    }
}

/// An object in the order written, each name once: of a repeated name a map would keep the last and
/// hide the first.
struct Members<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = Members<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<T>, A::Error> {
                let mut members: Vec<(String, T)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if members.iter().any(|(seen, _)| *seen == name) {
                        return Err(A::Error::custom(format!("'{name}' is given twice")));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

struct RawPrincipals(Vec<Principal>);

impl<'de> Deserialize<'de> for RawPrincipals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RawPrincipals;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("\"*\" or an object of principals")
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<RawPrincipals, E> {
                // A bare ARN is no legal principal, but local AWS stand-ins keep one.
                Ok(RawPrincipals(vec![if value == "*" {
                    Principal::Everyone
                } else {
                    Principal::Aws(value.to_owned())
                }]))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawPrincipals, A::Error> {
                let kinds: Members<Many<Text>> =
                    Members::deserialize(MapAccessDeserializer::new(map))?;
                let named = kinds.0.into_iter().flat_map(|(kind, values)| {
                    values
                        .0
                        .into_iter()
                        .map(move |value| principal(&kind, value.0))
                });
                Ok(RawPrincipals(named.collect()))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

fn principal(kind: &str, value: String) -> Principal {
    match kind {
        "AWS" => Principal::Aws(value),
        "Service" => Principal::Service(value),
        "Federated" => Principal::Federated(value),
        "CanonicalUser" => Principal::CanonicalUser(value),
        _ => Principal::Other {
            kind: kind.to_owned(),
            value,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Base;

    fn read(text: &str) -> Policy {
        parse(&PolicyDocument(text.to_owned())).expect("a policy")
    }

    fn error(text: &str) -> String {
        parse(&PolicyDocument(text.to_owned()))
            .expect_err("no policy")
            .to_string()
    }

    #[test]
    fn a_known_element_in_another_spelling_is_an_error_and_not_an_empty_policy() {
        for (text, misspelt) in [
            (
                r#"{"statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}"#,
                "the element 'statement' is spelt 'Statement' by AWS at line 1 column 12",
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","principal":"*","Action":"*"}]}"#,
                "the element 'principal' is spelt 'Principal' by AWS at line 1 column 43",
            ),
        ] {
            assert!(error(text).contains(misspelt), "{}", error(text));
        }
    }

    #[test]
    fn nothing_said_is_a_policy_without_statements() {
        for text in [
            "",
            "  \n",
            "{}",
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Statement":[]}"#,
            r#"{"Statement":null}"#,
        ] {
            assert!(read(text).statements.is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_single_statement_is_as_good_as_a_list() {
        let single = read(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
        let list = read(r#"{"Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}"#);
        assert_eq!(single, list);
        assert_eq!(single.statements.len(), 1);
    }

    #[test]
    fn every_kind_of_principal_is_kept_apart() {
        let policy = read(
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"a:B"},
            {"Effect":"Allow","Principal":{"AWS":["*","111122223333"],"Service":"s3.amazonaws.com",
             "Federated":"cognito-identity.amazonaws.com","CanonicalUser":"79a5","Martian":"x"},"Action":"a:B"},
            {"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"a:B"}]}"#,
        );
        assert_eq!(
            policy.statements[0].principals,
            Principals::Only(vec![Principal::Everyone])
        );
        let Principals::Only(named) = &policy.statements[1].principals else {
            panic!("Principal, not NotPrincipal");
        };
        assert_eq!(named.len(), 6);
        assert!(named[0].is_everyone());
        assert!(named[1].is_account());
        assert_eq!(named[2], Principal::Service("s3.amazonaws.com".into()));
        assert!(matches!(
            policy.statements[2].principals,
            Principals::AllBut(_)
        ));
    }

    #[test]
    fn not_action_and_not_resource_are_the_opposite_of_action_and_resource() {
        let policy = read(
            r#"{"Statement":{"Effect":"Allow","NotAction":"iam:*","NotResource":["arn:aws:s3:::a"]}}"#,
        );
        let statement = &policy.statements[0];
        assert!(statement.covers("s3:GetObject", "arn:aws:s3:::b"));
        assert!(!statement.covers("IAM:CreateUser", "arn:aws:s3:::b"));
        assert!(!statement.covers("s3:GetObject", "arn:aws:s3:::a"));
    }

    #[test]
    fn condition_values_may_be_texts_numbers_or_truth_values() {
        let policy = read(
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
            "Bool":{"aws:SecureTransport":true,"aws:ViaAWSService":"false"},
            "NumericLessThan":{"aws:MultiFactorAuthAge":3600},
            "StringEquals":{"aws:PrincipalAccount":[111122223333,"444455556666"]}}}}"#,
        );
        let conditions = &policy.statements[0].conditions;
        assert_eq!(conditions.len(), 4);
        assert_eq!(conditions[0].values, ["true"]);
        assert_eq!(conditions[2].operator.base, Base::Numeric);
        assert_eq!(conditions[2].values, ["3600"]);
        assert_eq!(conditions[3].values, ["111122223333", "444455556666"]);
    }

    #[test]
    fn unknown_elements_are_kept() {
        let policy =
            read(r#"{"Colour":"red","Statement":[{"Effect":"Deny","Action":"*","Mood":{"a":1}}]}"#);
        assert_eq!(policy.unknown["Colour"], "red");
        assert_eq!(policy.statements[0].unknown["Mood"]["a"], 1);
    }

    #[test]
    fn an_error_says_line_and_column() {
        let text = "{\n  \"Statement\": [{\"Effect\": \"Perhaps\"}]\n}";
        assert_eq!(
            error(text),
            "the policy cannot be read: unknown variant `Perhaps`, expected `Allow` or `Deny` at line 2 column 36"
        );
        assert!(error("{\"Statement\": [").contains("line 1 column 15"));
        assert!(error("not json").contains("line 1"));
        assert!(error(r#"{"Statement":{"Action":"*"}}"#).contains("missing field `Effect`"));
        assert!(error(r#"{"Statement":[7]}"#).contains("line 1"));
    }

    #[test]
    fn a_repeated_element_is_refused_and_not_read_as_the_last_one() {
        let twice = r#"{"Statement":{"Effect":"Allow","Principal":"*","Principal":{"AWS":"1"}}}"#;
        assert!(error(twice).contains("duplicate field `Principal`"));
        let operator =
            r#"{"Statement":{"Effect":"Allow","Condition":{"Bool":{"a":1},"Bool":{"b":1}}}}"#;
        assert!(error(operator).contains("'Bool' is given twice"));
    }

    #[test]
    fn an_element_and_its_opposite_are_refused() {
        let text =
            "{\"Statement\":{\"Effect\":\"Allow\",\n\"Action\":\"a:B\",\n\"NotAction\":\"c:D\"}}";
        assert_eq!(
            error(text),
            "the policy cannot be read: a statement has either Action or NotAction, not both at line 3 column 11"
        );
    }

    #[test]
    fn blank_lines_in_front_count() {
        let text = PolicyDocument("\n\n{\"Statement\": 7}".to_owned());
        let error = parse(&text).expect_err("no policy");
        assert_eq!((error.line(), error.column()), (3, 15));
    }

    #[test]
    fn the_version_decides_what_a_variable_is_wherever_it_stands() {
        let resource = |version: &str| {
            let policy = read(&format!(
                r#"{{"Statement":{{"Effect":"Allow","Action":"*",
                    "Resource":"arn:aws:s3:::${{aws:username}}"}}{version}}}"#
            ));
            policy.statements[0].resources.patterns()[0].has_variables()
        };
        assert!(resource(r#","Version":"2012-10-17""#));
        assert!(!resource(r#","Version":"2008-10-17""#));
        assert!(!resource(""));
    }
}
