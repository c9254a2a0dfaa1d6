//! What an answer in XML really holds.
//!
//! The SDK makes up members that an answer leaves out where AWS's model calls them required or gives them a
//! default: a flag becomes false, a list empty, a text "", a time 1970. False and empty are what a scan is
//! about, so where it matters the answer itself is asked.

use std::collections::BTreeSet;

use xmlparser::{ElementEnd, Token, Tokenizer};

/// The elements of an answer, by their path below `…Response` and `…Result`. A list's items go by their
/// index: `Policies/0/IsAttachable`.
#[derive(Debug, Default)]
pub(crate) struct Written(BTreeSet<String>);

/// `…Response` and `…Result` around the members of an answer of the query protocol.
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
const AROUND: usize = 2;

/// What the query protocol calls an item of a list.
const ITEM: &str = "member";

impl Written {
    /// Of a body. One that is no XML holds nothing; the SDK has refused it by then.
    pub(crate) fn of(body: &str) -> Self {
        let mut paths = BTreeSet::new();
        let mut open: Vec<Open> = Vec::new();
        for token in Tokenizer::from(body) {
            match token {
                Ok(Token::ElementStart { local, .. }) => {
                    let element = Open::below(open.last_mut(), local.as_str());
                    if open.len() >= AROUND {
                        open.push(element);
                        let path: Vec<&str> =
                            open[AROUND..].iter().map(|open| &*open.name).collect();
                        paths.insert(path.join("/"));
                    } else {
                        open.push(element);
                    }
                }
                Ok(Token::ElementEnd { end, .. }) if !matches!(end, ElementEnd::Open) => {
                    open.pop();
                }
                Ok(_) => {}
                Err(_) => return Self::default(),
            }
        }
        Self(paths)
    }

    /// Whether the answer holds the element.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    /// A flag as AWS wrote it; none where the answer leaves it out.
    pub(crate) fn flag(&self, path: &str, value: bool) -> Option<bool> {
        self.has(path).then_some(value)
    }

    /// A list as AWS wrote it; none where the answer leaves it out.
    pub(crate) fn list<'a, T>(&self, path: &str, list: &'a [T]) -> Option<&'a [T]> {
        self.has(path).then_some(list)
    }
}

/// An element that is not closed yet.
struct Open {
    name: String,
    items: usize,
}

impl Open {
    fn below(outer: Option<&mut Self>, name: &str) -> Self {
        let name = match outer {
            Some(outer) if name == ITEM => {
                outer.items += 1;
                (outer.items - 1).to_string()
            }
            _ => name.to_owned(),
        };
        Self { name, items: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"<?xml version="1.0"?>
        <ListResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListResult>
          <Flag>false</Flag><Empty/>
          <Policies>
            <member><Name>a</Name></member>
            <member><Name>b</Name><Roles><member><Id/></member></Roles><Attachable>true</Attachable></member>
          </Policies>
        </ListResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListResponse>"#;

    #[test]
    fn what_is_written_is_there_and_the_rest_is_not() {
        let written = Written::of(BODY);
        assert_eq!(written.flag("Flag", false), Some(false));
        assert_eq!(written.flag("Other", false), None);
        assert_eq!(written.list::<u8>("Empty", &[]), Some(&[][..]));
        assert_eq!(written.list::<u8>("Missing", &[]), None);
    }

    #[test]
    fn items_go_by_their_index_in_their_own_list() {
        let written = Written::of(BODY);
        assert!(!written.has("Policies/0/Attachable"));
        assert!(written.has("Policies/1/Attachable"));
        assert!(written.has("Policies/1/Roles/0/Id"));
        assert!(!written.has("Policies/2"));
    }

    #[test]
    fn what_is_no_xml_holds_nothing() {
        assert!(!Written::of("").has("Flag"));
        assert!(!Written::of("<a><b><Flag>&</Flag><").has("Flag"));
    }
}
