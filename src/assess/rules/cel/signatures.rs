//! Which types functions and operators take, and which they give.

use super::ast::Operator;
use super::program::Function;
use super::types::Type;

/// A function, or one of the ways to call it.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Whether it may stand behind a dot.
    pub(super) is_method: bool,
    pub(super) takes: &'static [Takes],
    pub(super) gives: Type,
    pub(super) function: Function,
    pub(super) usage: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum Takes {
    Text,
    /// A text, a list or a map.
    Sized,
    Texts,
    /// A number or a text that holds one.
    Numeric,
    /// What has a text form.
    Scalar,
    /// A moment or a text that holds one.
    Time,
    /// A length of time or a text that holds one.
    Span,
}

impl Takes {
    pub(super) fn fits(self, found: &Type) -> bool {
        match found.bare() {
            Type::Any => true,
            Type::Text => !matches!(self, Self::Texts),
            Type::List(inner) => match self {
                Self::Sized => true,
                Self::Texts => matches!(inner.bare(), Type::Text | Type::Any),
                _ => false,
            },
            Type::Map(_) => matches!(self, Self::Sized),
            Type::Int | Type::Double => matches!(self, Self::Numeric | Self::Scalar),
            Type::Bool => matches!(self, Self::Scalar),
            Type::Time => matches!(self, Self::Scalar | Self::Time),
            Type::Span => matches!(self, Self::Scalar | Self::Span),
            _ => false,
        }
    }
}

const fn method(
    name: &'static str,
    takes: &'static [Takes],
    gives: Type,
    function: Function,
    usage: &'static str,
) -> Row {
    Row {
        name,
        is_method: true,
        takes,
        gives,
        function,
        usage,
    }
}

const fn conversion(
    name: &'static str,
    takes: &'static [Takes],
    gives: Type,
    function: Function,
    usage: &'static str,
) -> Row {
    Row {
        name,
        is_method: false,
        takes,
        gives,
        function,
        usage,
    }
}

/// <https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions>; `lowerAscii`,
/// `upperAscii` and `join` are of the strings extension, <https://pkg.go.dev/github.com/google/cel-go/ext#Strings>.
pub(super) static FUNCTIONS: [Row; 13] = [
    method(
        "size",
        &[Takes::Sized],
        Type::Int,
        Function::Size,
        "size(list), of a string, list or map",
    ),
    method(
        "contains",
        &[Takes::Text, Takes::Text],
        Type::Bool,
        Function::Contains,
        "text.contains('part')",
    ),
    method(
        "startsWith",
        &[Takes::Text, Takes::Text],
        Type::Bool,
        Function::StartsWith,
        "text.startsWith('part')",
    ),
    method(
        "endsWith",
        &[Takes::Text, Takes::Text],
        Type::Bool,
        Function::EndsWith,
        "text.endsWith('part')",
    ),
    method(
        "lowerAscii",
        &[Takes::Text],
        Type::Text,
        Function::LowerAscii,
        "text.lowerAscii()",
    ),
    method(
        "upperAscii",
        &[Takes::Text],
        Type::Text,
        Function::UpperAscii,
        "text.upperAscii()",
    ),
    method(
        "join",
        &[Takes::Texts],
        Type::Text,
        Function::Join,
        "list.join(', '), of a list of strings",
    ),
    method(
        "join",
        &[Takes::Texts, Takes::Text],
        Type::Text,
        Function::Join,
        "list.join(', '), of a list of strings",
    ),
    conversion(
        "int",
        &[Takes::Numeric],
        Type::Int,
        Function::ToInt,
        "int(x), of a number or a string that holds one",
    ),
    conversion(
        "double",
        &[Takes::Numeric],
        Type::Double,
        Function::ToDouble,
        "double(x), of a number or a string that holds one",
    ),
    conversion(
        "string",
        &[Takes::Scalar],
        Type::Text,
        Function::ToText,
        "string(x), of a bool, number, timestamp or duration",
    ),
    conversion(
        "timestamp",
        &[Takes::Time],
        Type::Time,
        Function::ToTime,
        "timestamp('2026-01-31T00:00:00Z')",
    ),
    conversion(
        "duration",
        &[Takes::Span],
        Type::Span,
        Function::ToSpan,
        "duration('36h')",
    ),
];

/// The type that an operator gives, if it takes these.
pub(super) fn result_of(operator: Operator, one: &Type, other: &Type) -> Option<Type> {
    use Type::{Any, Bool, Double, Int, List, Map, Span, Text, Time};
    let pair = (one.bare(), other.bare());
    match operator {
        Operator::Equal | Operator::NotEqual => {
            let numbers = matches!(pair, (Int | Double, Int | Double));
            let null = matches!(pair, (Type::Null, _) | (_, Type::Null));
            let comparable = null || (one.is_comparable() && other.is_comparable());
            (numbers || (comparable && one.takes(other))).then_some(Bool)
        }
        Operator::In => match pair {
            (_, Any) | (Text | Any, Map(_)) => Some(Bool),
            (_, List(inner)) => result_of(Operator::Equal, one, inner),
            _ => None,
        },
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            let numbers = matches!(pair, (Int | Double, Int | Double));
            let ordered = |it: &Type| matches!(it, Any | Int | Double | Text | Time | Span | Bool);
            let alike = pair.0 == pair.1 || matches!(pair, (Any, _) | (_, Any));
            (numbers || (alike && ordered(pair.0) && ordered(pair.1))).then_some(Bool)
        }
        _ => arithmetic(operator, pair),
    }
}

fn arithmetic(operator: Operator, pair: (&Type, &Type)) -> Option<Type> {
    use Operator::{Add, Remainder, Subtract};
    use Type::{Any, Double, Int, List, Span, Text, Time};
    match (operator, pair) {
        (_, (Any, _) | (_, Any)) => Some(Any),
        (_, (Int, Int)) => Some(Int),
        (Remainder, _) => None,
        (_, (Double, Double)) => Some(Double),
        (Add, (Text, Text)) => Some(Text),
        (Add, (List(_), List(_))) => pair.0.clone().or(pair.1),
        (Add | Subtract, (Time, Span)) | (Add, (Span, Time)) => Some(Time),
        (Subtract, (Time | Span, Time | Span)) | (Add, (Span, Span)) if pair.0 == pair.1 => {
            Some(Span)
        }
        _ => None,
    }
}
