//! A body as the list of its texts: where each stands, where it begins and where it ends.
//!
//! Bodies are not parsed into values and written again: single texts are exchanged in place, and
//! every byte outside of them stays as AWS sent it.

mod json;
mod xml;

use std::borrow::Cow;
use std::ops::Range;

/// A body in JSON or XML.
pub(super) struct Document<'a> {
    body: &'a str,
    /// Parents before children, in the order of the body. The first is the whole body.
    nodes: Vec<Node<'a>>,
}

/// A member of an object, an item of a list, an element, an attribute, or a member's name.
struct Node<'a> {
    parent: usize,
    /// Items of lists have none: a list's items stand under the name of the list.
    name: Option<Cow<'a, str>>,
    text: Option<Text>,
}

/// Where a text stands, with its quotes in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    span: Range<usize>,
    form: Form,
}

/// How a text is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A string in JSON.
    Quoted,
    /// The name of a member in JSON.
    MemberName,
    /// A number in JSON.
    Number,
    /// The content of an element in XML.
    Content,
    /// The value of an attribute in XML.
    Attribute,
}

/// Members that hold the value of a pair whose name stands in a member beside them.
const VALUES: [&str; 8] = [
    "value",
    "Value",
    "TagValue",
    "tagValue",
    "ParameterValue",
    "OutputValue",
    "HeaderValue",
    "defaultValue",
];

/// Members that hold the name of such a pair.
const KEYS: [&str; 9] = [
    "key",
    "Key",
    "name",
    "Name",
    "TagKey",
    "tagKey",
    "ParameterKey",
    "OutputKey",
    "HeaderName",
];

/// Elements around each item of a list in XML.
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
const WRAPPERS: [&str; 3] = ["item", "member", "entry"];

/// How far apart the two members of a pair may stand. A bound, so that no body costs a search over
/// all of it for each of its members.
const BESIDE: usize = 16;

impl<'a> Document<'a> {
    /// The body's texts; `None` for a body that is neither JSON nor XML.
    pub(super) fn of(body: &'a str) -> Option<Self> {
        let nodes = if body.trim_start().starts_with('<') {
            xml::parse(body)?
        } else {
            json::parse(body)?
        };
        Some(Self { body, nodes })
    }

    /// Every place of the body, parents before children.
    pub(super) fn places(&self) -> Range<usize> {
        0..self.nodes.len()
    }

    pub(super) fn parent(&self, place: usize) -> usize {
        self.nodes[place].parent
    }

    /// The name of a member, an element or an attribute; an item of a list has none.
    pub(super) fn own_name(&self, place: usize) -> Option<&str> {
        self.nodes[place].name.as_deref()
    }

    /// The text at a place, decoded.
    pub(super) fn text(&self, place: usize) -> Option<Cow<'a, str>> {
        let text = self.nodes[place].text.as_ref()?;
        let raw = &self.body[text.span.clone()];
        Some(match text.form {
            Form::Quoted | Form::MemberName => json::unquote(raw),
            Form::Number => Cow::Borrowed(raw),
            Form::Content => xml::content(raw),
            Form::Attribute => xml::unescape(raw),
        })
    }

    /// Whether the text at a place is the name of a member and not its value.
    pub(super) fn is_member_name(&self, place: usize) -> bool {
        self.has_form(place, Form::MemberName)
    }

    pub(super) fn is_number(&self, place: usize) -> bool {
        self.has_form(place, Form::Number)
    }

    fn has_form(&self, place: usize, form: Form) -> bool {
        self.nodes[place]
            .text
            .as_ref()
            .is_some_and(|text| text.form == form)
    }

    /// Whether a place stands where `path` says: names from the top of the body, `*` for any name,
    /// `**` at the beginning for any names. A list's items stand where the list stands.
    pub(super) fn is_at(&self, place: usize, path: &[&str]) -> bool {
        if self.nodes[place].name.is_none() {
            return false;
        }
        let mut at = Some(place);
        for step in path.iter().rev() {
            if *step == "**" {
                return true;
            }
            let Some(named) = at.and_then(|at| self.named(at)) else {
                return false;
            };
            let name = self.nodes[named].name.as_deref();
            if *step != "*" && name != Some(*step) {
                return false;
            }
            at = self.above(named);
        }
        at.and_then(|at| self.named(at)).is_none()
    }

    /// How many names lead to a place, its own included.
    pub(super) fn depth(&self, place: usize) -> usize {
        let mut depth = 0;
        let mut at = self.named(place);
        while let Some(named) = at {
            depth += 1;
            at = self.above(named).and_then(|above| self.named(above));
        }
        depth
    }

    /// What a place is called by whoever set it: the key of a pair, the option before an argument,
    /// the nearest name otherwise.
    pub(super) fn name(&self, place: usize) -> Cow<'_, str> {
        if let Some(option) = self.option_before(place) {
            return option;
        }
        let Some(own) = self.telling(place) else {
            return Cow::Borrowed("");
        };
        let name = self.nodes[own].name.as_deref().unwrap_or_default();
        if !VALUES.contains(&name) {
            return Cow::Borrowed(name);
        }
        self.key_beside(own).unwrap_or_else(|| {
            let above = self.above(own).and_then(|above| self.telling(above));
            let above = above.and_then(|above| self.nodes[above].name.as_deref());
            Cow::Borrowed(above.unwrap_or(name))
        })
    }

    /// The body with the texts at some places exchanged.
    pub(super) fn with(&self, changes: Vec<(usize, String)>) -> String {
        let mut changes: Vec<(&Text, String)> = changes
            .into_iter()
            .filter_map(|(place, new)| Some((self.nodes[place].text.as_ref()?, new)))
            .collect();
        // An element stands before its attributes, and its content after them.
        changes.sort_by_key(|(text, _)| text.span.start);
        let mut body = String::with_capacity(self.body.len());
        let mut from = 0;
        for (text, new) in changes {
            body.push_str(&self.body[from..text.span.start]);
            body.push_str(&match text.form {
                Form::Quoted | Form::MemberName | Form::Number => json::quote(&new),
                Form::Content | Form::Attribute => xml::escape(&new),
            });
            from = text.span.end;
        }
        body.push_str(&self.body[from..]);
        body
    }

    fn above(&self, place: usize) -> Option<usize> {
        (place > 0).then(|| self.nodes[place].parent)
    }

    /// The place itself, or the nearest around it, that has a name.
    fn named(&self, place: usize) -> Option<usize> {
        let mut at = place;
        while self.nodes[at].name.is_none() {
            at = self.above(at)?;
        }
        Some(at)
    }

    /// Like `named`, past the elements that only wrap items of lists.
    fn telling(&self, place: usize) -> Option<usize> {
        let mut at = self.named(place)?;
        while self.nodes[at]
            .name
            .as_deref()
            .is_some_and(|name| WRAPPERS.contains(&name))
        {
            at = self.above(at).and_then(|above| self.named(above))?;
        }
        Some(at)
    }

    /// In a list of arguments, the option that an argument belongs to: `["--password", "x"]`.
    fn option_before(&self, place: usize) -> Option<Cow<'_, str>> {
        let node = &self.nodes[place];
        let before = place.checked_sub(1)?;
        if node.name.is_some() || self.nodes[before].parent != node.parent {
            return None;
        }
        self.text(before).filter(|text| text.starts_with('-'))
    }

    /// The text of the member that names the pair whose value stands at `place`.
    fn key_beside(&self, place: usize) -> Option<Cow<'_, str>> {
        let parent = self.nodes[place].parent;
        let window =
            place.saturating_sub(BESIDE)..place.saturating_add(BESIDE).min(self.nodes.len());
        window
            .filter(|other| *other != place && self.nodes[*other].parent == parent)
            .filter(|other| {
                let name = self.nodes[*other].name.as_deref();
                name.is_some_and(|name| KEYS.contains(&name))
            })
            .find_map(|other| self.text(other))
    }
}

/// Collects the places of a body.
struct Places<'a>(Vec<Node<'a>>);

impl<'a> Places<'a> {
    fn new() -> Self {
        Self(vec![Node {
            parent: 0,
            name: None,
            text: None,
        }])
    }

    fn add(&mut self, parent: usize, name: Option<Cow<'a, str>>, text: Option<Text>) -> usize {
        self.0.push(Node { parent, name, text });
        self.0.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text with the names that lead to it.
    fn texts(body: &str) -> Vec<(String, String)> {
        let document = Document::of(body).expect("a document");
        document
            .places()
            .filter(|place| !document.is_member_name(*place))
            .filter_map(|place| Some((place, document.text(place)?.into_owned())))
            .map(|(place, text)| (path(&document, place), text))
            .collect()
    }

    fn path(document: &Document<'_>, place: usize) -> String {
        let mut names = Vec::new();
        let mut at = document.named(place);
        while let Some(named) = at {
            names.push(document.nodes[named].name.clone().unwrap_or_default());
            at = document
                .above(named)
                .and_then(|above| document.named(above));
        }
        names.reverse();
        names.join("/")
    }

    fn pairs(texts: &[(String, String)]) -> Vec<(&str, &str)> {
        texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect()
    }

    #[test]
    fn the_items_of_a_list_stand_where_the_list_stands() {
        let found = texts(r#"{"a":[{"b":"x"},{"b":["y",1.5,true,null]}],"c":"z"}"#);
        assert_eq!(
            pairs(&found),
            [("a/b", "x"), ("a/b", "y"), ("a/b", "1.5"), ("c", "z")]
        );
    }

    #[test]
    fn texts_are_decoded() {
        let json = texts(r#"{"\u0061b":"q\"\\\n\u00e9"}"#);
        assert_eq!(pairs(&json), [("ab", "q\"\\\n\u{e9}")]);
        let xml = texts("<a b='1 &lt; 2'>x &amp;<!-- no --><![CDATA[ <y> ]]>&#xe9;</a>");
        assert_eq!(
            pairs(&xml),
            [("a", "x & <y> \u{e9}"), ("a/b", "1 < 2")],
            "the element comes before its attributes"
        );
    }

    #[test]
    fn text_beside_elements_is_text_as_well() {
        let found = texts("<?xml version='1.0'?>\n<a>one<b>two</b> three <c/></a>");
        assert_eq!(
            pairs(&found),
            [("a", "one"), ("a/b", "two"), ("a", " three ")]
        );
    }

    #[test]
    fn an_exchanged_text_leaves_every_other_byte() {
        let json = "{ \"a\" : \"x\" ,\t\"n\":1.0e5, \"b\":[\"\\u003c\", \"y\"] }\n";
        let document = Document::of(json).expect("a document");
        let x = document.places().find(|place| {
            document.text(*place).as_deref() == Some("x") && !document.is_member_name(*place)
        });
        let changed = document.with(vec![(x.expect("x"), "new \"text\"".to_owned())]);
        assert_eq!(changed, json.replace("\"x\"", r#""new \"text\"""#));

        let xml = "<?xml version=\"1.0\"?>\n<a  b = 'k'><c>x</c ><d/>\n</a>\n";
        let document = Document::of(xml).expect("a document");
        let x = document
            .places()
            .find(|place| document.text(*place).as_deref() == Some("x"));
        let changed = document.with(vec![(x.expect("x"), "<&>".to_owned())]);
        assert_eq!(changed, xml.replace(">x<", ">&lt;&amp;&gt;<"));
    }

    #[test]
    fn a_place_is_found_by_its_path() {
        let body = r#"{"Functions":[{"Environment":{"Variables":{"A":"x"}}}]}"#;
        let document = Document::of(body).expect("a document");
        let place = document.places().last().expect("a place");
        for path in [
            &["Functions", "Environment", "Variables", "A"][..],
            &["Functions", "Environment", "Variables", "*"],
            &["**", "Variables", "*"],
            &["**", "A"],
            &["**", "*"],
        ] {
            assert!(document.is_at(place, path), "{path:?}");
        }
        for path in [
            &["Environment", "Variables", "A"][..],
            &["*", "A"],
            &["**", "Functions", "A"],
            &["**", "B"],
        ] {
            assert!(!document.is_at(place, path), "{path:?}");
        }
        assert_eq!(document.depth(place), 4);
    }

    #[test]
    fn a_value_is_called_by_the_key_beside_it() {
        for body in [
            r#"{"Tags":[{"Key":"Owner","Value":"x"}]}"#,
            r#"{"Tags":[{"Value":"x","Key":"Owner"}]}"#,
            r#"{"Tags":[{"TagKey":"Owner","TagValue":"x"}]}"#,
            r#"{"environment":[{"name":"Owner","value":"x"}]}"#,
            r#"{"command":["run","--Owner","x"]}"#,
            "<a><tagSet><item><key>Owner</key><value>x</value></item></tagSet></a>",
            "<a><Tags><member><Value>x</Value><Key>Owner</Key></member></Tags></a>",
        ] {
            let document = Document::of(body).expect("a document");
            let x = document
                .places()
                .find(|place| document.text(*place).as_deref() == Some("x"));
            let name = document.name(x.expect("x")).into_owned();
            assert_eq!(name.trim_start_matches('-'), "Owner", "{body}");
        }
    }

    #[test]
    fn a_value_without_a_key_is_called_by_what_holds_it() {
        let body = "<r><userData><value>x</value></userData></r>";
        let document = Document::of(body).expect("a document");
        let last = document.places().last().expect("a place");
        assert_eq!(document.name(last), "userData");
    }

    #[test]
    fn what_cannot_be_read_whole_is_no_document() {
        for body in [
            "",
            "not found",
            r#"{"a":"b""#,
            r#"{"a":"b"} x"#,
            "{'a':1}",
            "<a><b></a></b>",
            "<a><b>x</b>",
            "<a>x</a><b/>",
            "<a>x</b>",
            // An entity could stand for anything.
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        ] {
            assert!(Document::of(body).is_none(), "{body}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{}\"x\"{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(texts(&deep).len(), 1);
    }
}
