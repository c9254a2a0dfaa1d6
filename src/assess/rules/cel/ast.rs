//! An expression as it was written.

/// How deep an expression may be nested. Parsing, checking and evaluating recurse as deep as this.
pub(crate) const MAX_DEPTH: usize = 64;

/// How long an expression may be, in bytes.
pub(crate) const MAX_LENGTH: usize = 4096;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    /// Where it begins in the text, in bytes.
    pub(crate) place: usize,
    pub(crate) kind: Kind,
    /// Levels of it and what is below, 1 for a part without parts.
    pub(crate) depth: usize,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Literal(Literal),
    Name(String),
    Field(Box<Expr>, Word),
    Item(Box<Expr>, Box<Expr>),
    /// A function, or a method of what stands before the dot.
    Call {
        name: Word,
        on: Option<Box<Expr>>,
        arguments: Vec<Expr>,
    },
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// All of a chain of `&&`: it may be longer than an expression may be deep.
    All(Vec<Expr>),
    /// All of a chain of `||`.
    Any(Vec<Expr>),
    /// `condition ? this : that`.
    Choice(Box<[Expr; 3]>),
}

/// A name, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) place: usize,
}

/// A value written out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
}

/// Operators between two values, but for `&&` and `||`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    /// As it is written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where it stands in the text, in bytes from its start.
    pub(crate) place: usize,
    pub(crate) problem: String,
    pub(crate) cure: String,
}

impl Fault {
    pub(crate) fn new(place: usize, problem: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            place,
            problem: problem.into(),
            cure: cure.into(),
        }
    }
}
