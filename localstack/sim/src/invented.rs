//! Answers made up from the model alone: what a service may answer, in its barest and in its fullest form.

use serde_json::{Map, Value, json};

use crate::model::{Kind, Typed};

/// Every text that is made up holds this word.
pub(crate) const WORD: &str = "simulated";

/// How far structures within structures go; some hold themselves.
const DEEPEST: u8 = 8;

/// How much an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Structures, lists with one item and empty maps down to this depth; of texts only what the model
    /// requires, and what names something. Below that, what the model requires. Numbers, times, `true` and
    /// `false` are left out even where the model requires them: whoever reads one has made it up.
    Hollow(u8),
    /// Every member.
    Full,
}

/// An answer of a shape.
pub(crate) fn answer(output: Typed<'_>, extent: Extent) -> Value {
    structure(output, extent, 0)
}

fn structure(typed: Typed<'_>, extent: Extent, depth: u8) -> Value {
    let required = &typed.shape.required;
    let members = typed.members().filter_map(|(name, member)| {
        let is_text = matches!(
            member.kind(),
            Kind::String | Kind::Structure | Kind::List | Kind::Map | Kind::Blob
        );
        let is_required = is_text && required.iter().any(|own| own == name);
        let kept = is_required || is_kept(name, member, extent, depth);
        kept.then(|| Some((name.to_owned(), value(name, member, extent, depth)?)))?
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// Whether a member that the model does not require is there.
fn is_kept(name: &str, member: Typed<'_>, extent: Extent, depth: u8) -> bool {
    let within = match extent {
        Extent::Full => depth < DEEPEST,
        Extent::Hollow(deepest) => depth < deepest,
    };
    match member.kind() {
        Kind::Structure | Kind::List | Kind::Map => within,
        Kind::String | Kind::Character => extent == Extent::Full || (within && names(name)),
        _ => extent == Extent::Full,
    }
}

/// Whether a member of this name says which thing it is about.
fn names(member: &str) -> bool {
    let ends = ["arn", "id", "name", "url", "uuid"];
    ends.iter()
        .any(|end| member.to_ascii_lowercase().ends_with(end))
}

fn value(name: &str, typed: Typed<'_>, extent: Extent, depth: u8) -> Option<Value> {
    if depth >= DEEPEST {
        return None;
    }
    Some(match typed.kind() {
        Kind::Structure if typed.shape.document => json!({}),
        Kind::Structure => structure(typed, extent, depth + 1),
        Kind::List => json!([value(name, typed.item(), extent, depth + 1)?]),
        Kind::Map if extent != Extent::Full => json!({}),
        Kind::Map => json!({WORD: value(name, typed.value(), extent, depth + 1)?}),
        Kind::Integer | Kind::Long => json!(1),
        Kind::Float | Kind::Double => json!(1.5),
        Kind::Boolean => json!(true),
        Kind::Timestamp => json!(1_700_000_000),
        Kind::Character => json!("s"),
        Kind::String | Kind::Blob => json!(text(name)),
        Kind::Other => return None,
    })
}

/// A text of about the form that a member of this name has.
fn text(name: &str) -> String {
    if name.to_ascii_lowercase().ends_with("arn") {
        format!("arn:aws:{WORD}:{WORD}:111122223333:{WORD}")
    } else {
        WORD.to_owned()
    }
}
