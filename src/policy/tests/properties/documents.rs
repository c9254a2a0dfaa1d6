//! Properties of reading and printing.

use proptest::prelude::*;
use tripod_model::PolicyDocument;
use tripod_policy::parse;

use crate::whole::whole;
use crate::words::{Kind, document, statements};

/// Letters that mean something in a policy, and some that do not.
const DAMAGE: &str = r#"[\[\]{}":,*?$a-zA-Z0-9 \\é]{0,4}"#;

proptest! {

    #[test]
    fn what_is_printed_reads_as_what_was_read(statements in statements(Kind::Resource)) {
        let policy = parse(&document(&statements)).unwrap();
        let again = parse(&PolicyDocument(policy.to_string())).unwrap();
        prop_assert_eq!(&again, &policy);
        prop_assert_eq!(again.to_string(), policy.to_string());
    }

    /// Documents that are cut, spliced and overwritten.
    #[test]
    fn damaged_documents_harm_nobody(
        statements in statements(Kind::Resource),
        damages in prop::collection::vec((any::<prop::sample::Index>(), DAMAGE, any::<bool>()), 0..6),
    ) {
        let mut text = document(&statements).0;
        for (at, put, cut) in damages {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            if cut {
                text.truncate(at);
            }
            text.insert_str(at, &put);
        }
        whole(text.as_bytes());
    }

    #[test]
    fn any_text_at_all_harms_nobody(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        whole(&bytes);
    }

    /// Any JSON in the place of any element.
    #[test]
    fn any_value_of_an_element_harms_nobody(
        mut statements in statements(Kind::Resource),
        name in prop::sample::select(vec!["Sid", "Effect", "Principal", "Action", "Resource", "Condition", "New"]),
        value in json(),
    ) {
        if let Some(first) = statements.first_mut() {
            first[name] = value;
        }
        whole(document(&statements).0.as_bytes());
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[*?$a-z:/{}]{0,6}".prop_map(Value::from),
        Just(Value::from("*")),
        Just(Value::from("${aws:username}")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let names =
            prop::sample::select(vec!["AWS", "Service", "Bool", "StringLike", "aws:x", "a"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..4).prop_map(|members| {
                members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}
