//! What a policy says that this program does not know.

use std::fmt;

use crate::condition::Condition;
use crate::principal::{Principal, Principals};
use crate::statement::{Policy, StatementRef};

/// A part of a policy that is kept and not understood. What it means to a request is not assessed.
#[derive(Debug, Clone, PartialEq)]
pub enum Unfamiliar<'p> {
    /// A version of the policy language; the policy is read as the latest one known.
    Version(&'p str),
    /// An element of the document.
    Element(&'p str),
    /// An element of a statement.
    StatementElement(StatementRef, &'p str),
    /// A kind of principal.
    PrincipalKind(StatementRef, &'p str),
    /// An operator, or one with a value that is not of its kind.
    Condition(StatementRef, &'p Condition),
}

impl fmt::Display for Unfamiliar<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(formatter, "version '{version}'"),
            Self::Element(name) => write!(formatter, "element '{name}'"),
            Self::StatementElement(at, name) => write!(formatter, "element '{name}' of {at}"),
            Self::PrincipalKind(at, kind) => write!(formatter, "principal kind '{kind}' of {at}"),
            Self::Condition(at, condition) => write!(formatter, "condition {condition} of {at}"),
        }
    }
}

impl Policy {
    /// Everything in it that this program keeps and does not understand, in order.
    ///
    /// ```
    /// use tripod_model::PolicyDocument;
    ///
    /// let text = r#"{"Statement": {"Effect": "Deny", "Action": "*", "Mood": "good"}}"#;
    /// let policy = tripod_policy::parse(&PolicyDocument(text.to_owned())).unwrap();
    /// assert_eq!(policy.unfamiliar()[0].to_string(), "element 'Mood' of statement 1");
    /// ```
    pub fn unfamiliar(&self) -> Vec<Unfamiliar<'_>> {
        let version = self.version.as_deref();
        let known = |version: &&str| ["2008-10-17", "2012-10-17"].contains(version);
        let mut found: Vec<Unfamiliar<'_>> = version
            .filter(|version| !known(version))
            .map(Unfamiliar::Version)
            .into_iter()
            .collect();
        found.extend(self.unknown.keys().map(|name| Unfamiliar::Element(name)));
        for statement in &self.statements {
            let at = || statement.reference();
            let elements = statement.unknown.keys();
            found.extend(elements.map(|name| Unfamiliar::StatementElement(at(), name)));
            if let Principals::Only(list) | Principals::AllBut(list) = &statement.principals {
                found.extend(list.iter().filter_map(|principal| match principal {
                    Principal::Other { kind, .. } => Some(Unfamiliar::PrincipalKind(at(), kind)),
                    _ => None,
                }));
            }
            let conditions = statement.conditions.iter();
            found.extend(
                conditions
                    .filter(|condition| !condition.is_understood())
                    .map(|condition| Unfamiliar::Condition(at(), condition)),
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::PolicyDocument;

    use crate::parse;

    fn unfamiliar(text: &str) -> Vec<String> {
        let policy = parse(&PolicyDocument(text.to_owned())).expect("a policy");
        policy
            .unfamiliar()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_is_not_known_is_told_with_its_place() {
        assert_eq!(
            unfamiliar(
                r#"{"Version":"2030-01-01","Colour":"red","Statement":[
                {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
                {"Sid":"s","Effect":"Allow","Principal":{"Martian":"x"},"Action":"*","Resource":"*","Mood":1,
                 "Condition":{"StringResembles":{"a":"b"},"NumericEquals":{"c":"many"},"NullIfExists":{"d":"true"}}}]}"#
            ),
            [
                "version '2030-01-01'",
                "element 'Colour'",
                "element 'Mood' of statement 's'",
                "principal kind 'Martian' of statement 's'",
                "condition StringResembles a b of statement 's'",
                "condition NumericEquals c many of statement 's'",
                "condition NullIfExists d true of statement 's'",
            ]
        );
    }

    #[test]
    fn a_policy_of_the_grammar_has_nothing_unfamiliar() {
        for version in [
            "",
            r#""Version":"2008-10-17","#,
            r#""Version":"2012-10-17","#,
        ] {
            let text = format!(
                r#"{{{version}"Id":"x","Statement":{{"Sid":"s","Effect":"Deny","NotPrincipal":{{"AWS":"1"}},
                "NotAction":"a:B","NotResource":"*","Condition":{{"Null":{{"a":"true"}}}}}}}}"#
            );
            assert!(unfamiliar(&text).is_empty(), "{text}");
        }
    }
}
