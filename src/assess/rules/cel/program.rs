//! An expression that was checked: every name resolved, every type known.

use regex::Regex;

use super::ast::{Literal, Operator};

/// A part of a program.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where it stands in the text, in bytes.
    pub(crate) place: usize,
    pub(crate) op: Op,
}

#[derive(Debug, Clone)]
pub(crate) enum Op {
    Literal(Literal),
    /// A variable, by its number: those given first, then those of comprehensions from outer to inner.
    Variable(usize),
    /// A field of a record or an entry of a map.
    Field(Box<Node>, String, Missing),
    /// An answer of AWS: its value, null where AWS said there is none, and unknown where it is not known.
    Answer(Box<Node>),
    /// Whether a field is there and not null. For an answer, whether AWS said that there is something.
    Has(Box<Node>, String, bool),
    Item(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Choice(Box<[Node; 3]>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Fold(Box<Fold>),
    Call(Function, Vec<Node>),
    Matches(Box<Node>, Regex),
}

/// What a field is that the document does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// An error.
    Fault,
    Null,
    /// An answer that was not asked for.
    NotCollected,
}

/// A comprehension: `list.all(item, …)`.
#[derive(Debug, Clone)]
pub(crate) struct Fold {
    pub(crate) kind: FoldKind,
    pub(crate) list: Node,
    /// The number of the variable.
    pub(crate) variable: usize,
    /// The condition; for `map` with two arguments there is none.
    pub(crate) condition: Option<Node>,
    /// What `map` makes of an item.
    pub(crate) result: Option<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoldKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl FoldKind {
    pub(crate) const NAMES: [(&'static str, Self); 6] = [
        ("all", Self::All),
        ("exists", Self::Exists),
        ("exists_one", Self::ExistsOne),
        ("existsOne", Self::ExistsOne),
        ("filter", Self::Filter),
        ("map", Self::Map),
    ];
}

/// Functions, but for `has`, `matches` and comprehensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    LowerAscii,
    UpperAscii,
    Join,
    ToInt,
    ToDouble,
    ToText,
    ToTime,
    ToSpan,
}
