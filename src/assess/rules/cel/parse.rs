//! From text to an expression, by the parser of the crate `cel`.

use std::thread;

use cel::Env;
use cel::common::ast::{
    CallExpr, EntryExpr, Expr as Parsed, IdedEntryExpr, IdedExpr, LiteralValue, SourceInfo,
    operators,
};
use cel::{ParseError, ParseErrors};

use super::ast::{Expr, Fault, Kind, Literal, MAX_DEPTH, MAX_LENGTH, Operator, Word};

/// The stack of the thread that parses, in bytes. In a build without optimisation, 64 brackets, which are the most that
/// are read, took between 8 and 16 MiB, and an expression of 4,096 bytes of nothing but fields less than 4 MiB. What is
/// not used of it is never taken from the system.
const STACK: usize = 64 << 20;

/// How the parser calls operators between two values, but for `&&` and `||`.
const OPERATORS: [(&str, Operator); 12] = [
    (operators::LESS, Operator::Less),
    (operators::LESS_EQUALS, Operator::LessOrEqual),
    (operators::GREATER, Operator::Greater),
    (operators::GREATER_EQUALS, Operator::GreaterOrEqual),
    (operators::EQUALS, Operator::Equal),
    (operators::NOT_EQUALS, Operator::NotEqual),
    (operators::IN, Operator::In),
    (operators::ADD, Operator::Add),
    (operators::SUBSTRACT, Operator::Subtract),
    (operators::MULTIPLY, Operator::Multiply),
    (operators::DIVIDE, Operator::Divide),
    (operators::MODULO, Operator::Remainder),
];

/// What the parser says, and what a person is told.
const WORDS: [(&str, &str); 7] = [
    ("mismatched input", "this is not expected here:"),
    ("extraneous input", "this is too much:"),
    ("no viable alternative at input", "this leads nowhere:"),
    ("token recognition error at:", "this means nothing:"),
    (" expecting ", ", expected is "),
    ("'<EOF>'", "the end"),
    ("<EOF>", "the end"),
];

const MEND: &str =
    "mend the expression: docs/guides/write-your-own-rules.md shows what it may hold";

const MEND_TEXT: &str = r"remove it; if it is text, close it with the quote it began with, and write \\ for a backslash";

/// Reads an expression.
///
/// # Errors
/// When the text is none, is longer than [`MAX_LENGTH`] or nested deeper than [`MAX_DEPTH`].
pub(crate) fn parse(text: &str) -> Result<Expr, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(Fault::new(
            0,
            format!("an expression of {} bytes", text.len()),
            format!("write at most {MAX_LENGTH} bytes: split the rule into several"),
        ));
    }
    // The parser recurses with frames so large that the stack of a common thread ends before its own bound is reached.
    // A thread of its own also keeps a panic of the parser to this expression.
    let read = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let running = thread.spawn_scoped(scope, || read(text)).ok()?;
        running.join().ok()
    });
    read.unwrap_or_else(|| Err(Fault::new(0, "an expression that cannot be read", MEND)))
}

fn read(text: &str) -> Result<Expr, Fault> {
    // This environment has no macros: has(), all() and their like stay as they are written, to be checked and
    // evaluated with what is not known.
    let parser = Env::default()
        .with_optional_support(false)
        .parser()
        .max_recursion_depth(u16::try_from(MAX_DEPTH).unwrap_or(u16::MAX));
    let (parsed, places) = parser
        .parse_with_source_info(text)
        .map_err(|errors| fault_of(text, &errors))?;
    Reader { text, places }.expr(&parsed)
}

/// The first error that the grammar finds. Others follow from it, also some at places before it.
fn fault_of(text: &str, ParseErrors { errors }: &ParseErrors) -> Fault {
    let of_grammar = |error: &&ParseError| error.msg.starts_with("Syntax error");
    let Some(first) = errors.iter().find(of_grammar).or(errors.first()) else {
        return Fault::new(0, "an expression that cannot be read", MEND);
    };
    let place = place_of(text, first.pos);
    if first.msg.contains("Recursion limit") {
        return too_deep(place);
    }
    let said = first.msg.strip_prefix("Syntax error: ");
    let said = said.unwrap_or(&first.msg);
    // What would have been right is mostly a list of all tokens.
    let said = said.split(" expecting {").next().unwrap_or(said);
    let said = WORDS
        .iter()
        .fold(said.to_owned(), |said, (from, to)| said.replace(from, to));
    let is_token = first.msg.contains("token recognition error");
    Fault::new(place, said, if is_token { MEND_TEXT } else { MEND })
}

/// The place in bytes of a line and a column in characters, both from 1.
fn place_of(text: &str, (line, column): (isize, isize)) -> usize {
    let before = |number: isize| usize::try_from(number - 1).unwrap_or(0);
    let lines = text.split_inclusive('\n');
    let start: usize = lines.take(before(line)).map(str::len).sum();
    let rest = &text[start..];
    let column = rest.char_indices().nth(before(column));
    start + column.map_or(rest.len(), |(place, _)| place)
}

struct Reader<'t> {
    text: &'t str,
    places: SourceInfo,
}

impl Reader<'_> {
    fn expr(&self, of: &IdedExpr) -> Result<Expr, Fault> {
        let place = self.place(of.id);
        match &of.expr {
            Parsed::Literal(literal) => {
                let literal = literal_of(literal, place)?;
                built(self.signed(place, &literal), Kind::Literal(literal))
            }
            Parsed::Ident(name) => built(place, Kind::Name(name.clone())),
            Parsed::Select(select) => {
                let operand = self.expr(&select.operand)?;
                let field = self.after(place, &select.field);
                built(operand.place, Kind::Field(Box::new(operand), field))
            }
            Parsed::Call(call) => self.call(call, place),
            Parsed::List(list) => built(place, Kind::List(self.all(&list.elements)?)),
            Parsed::Map(map) => {
                let entries: Result<Vec<_>, _> =
                    map.entries.iter().map(|entry| self.entry(entry)).collect();
                built(place, Kind::Map(entries?))
            }
            Parsed::Struct(_) => Err(Fault::new(
                place,
                "records cannot be made here",
                "compare the fields you mean",
            )),
            Parsed::Comprehension(_) | Parsed::Unspecified => {
                Err(Fault::new(place, "an expression that cannot be read", MEND))
            }
        }
    }

    fn all(&self, parts: &[IdedExpr]) -> Result<Vec<Expr>, Fault> {
        parts.iter().map(|part| self.expr(part)).collect()
    }

    fn entry(&self, entry: &IdedEntryExpr) -> Result<(Expr, Expr), Fault> {
        match &entry.expr {
            EntryExpr::MapEntry(entry) => Ok((self.expr(&entry.key)?, self.expr(&entry.value)?)),
            EntryExpr::StructField(_) => {
                let place = self.place(entry.id);
                Err(Fault::new(place, "an entry without a key", MEND))
            }
        }
    }

    /// An operator, a function or a method. `place` is that of the operator, of a function that of its bracket.
    fn call(&self, call: &CallExpr, place: usize) -> Result<Expr, Fault> {
        let name = call.func_name.as_str();
        let operator = OPERATORS.iter().find(|(own, _)| *own == name);
        match (name, call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, _) => self.chain(call),
            (operators::CONDITIONAL, [condition, this, that]) => {
                let parts = [self.expr(condition)?, self.expr(this)?, self.expr(that)?];
                built(parts[0].place, Kind::Choice(Box::new(parts)))
            }
            (operators::LOGICAL_NOT, [of]) => built(place, Kind::Not(Box::new(self.expr(of)?))),
            (operators::NEGATE, [of]) => built(place, Kind::Negative(Box::new(self.expr(of)?))),
            (operators::INDEX, [of, item]) => {
                let (of, item) = (self.expr(of)?, self.expr(item)?);
                built(of.place, Kind::Item(Box::new(of), Box::new(item)))
            }
            (_, [one, other]) if let Some((_, operator)) = operator => {
                let (one, other) = (self.expr(one)?, self.expr(other)?);
                let start = one.place;
                built(
                    start,
                    Kind::Binary(*operator, Box::new(one), Box::new(other)),
                )
            }
            _ => {
                let name = self.before(place, name);
                let on = call.target.as_deref().map(|on| self.expr(on)).transpose()?;
                let start = on.as_ref().map_or(name.place, |on| on.place);
                let kind = Kind::Call {
                    name,
                    on: on.map(Box::new),
                    arguments: self.all(&call.args)?,
                };
                built(start, kind)
            }
        }
    }

    /// A chain of one operator, which the parser makes a tree of: its parts from left to right.
    fn chain(&self, call: &CallExpr) -> Result<Expr, Fault> {
        let mut parts = Vec::new();
        self.links(call, &mut parts)?;
        let start = parts.first().map_or(0, |first| first.place);
        let is_all = call.func_name == operators::LOGICAL_AND;
        built(
            start,
            if is_all {
                Kind::All(parts)
            } else {
                Kind::Any(parts)
            },
        )
    }

    fn links(&self, call: &CallExpr, parts: &mut Vec<Expr>) -> Result<(), Fault> {
        for part in &call.args {
            match &part.expr {
                Parsed::Call(inner) if inner.func_name == call.func_name => {
                    self.links(inner, parts)?;
                }
                _ => parts.push(self.expr(part)?),
            }
        }
        Ok(())
    }

    /// Where the token of a part stands, in bytes.
    fn place(&self, id: u64) -> usize {
        let start = self.places.offset_for(id).map_or(0, |(start, _)| start);
        let place = usize::try_from(start).unwrap_or(0).min(self.text.len());
        self.text.floor_char_boundary(place)
    }

    /// Where a number begins: its token has no sign.
    fn signed(&self, place: usize, literal: &Literal) -> usize {
        let negative = match literal {
            Literal::Int(it) => *it < 0,
            Literal::Double(it) => it.is_sign_negative(),
            _ => false,
        };
        let before = self.text[..place].trim_end().strip_suffix('-');
        before.filter(|_| negative).map_or(place, str::len)
    }

    /// The name of a field behind its dot.
    fn after(&self, dot: usize, name: &str) -> Word {
        let rest = self.text.get(dot + 1..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start().len();
        self.word(dot, dot + 1 + blanks, name)
    }

    /// The name of a function before its bracket.
    fn before(&self, bracket: usize, name: &str) -> Word {
        let end = self.text[..bracket].trim_end().len();
        self.word(bracket, end.saturating_sub(name.len()), name)
    }

    /// A name where it is looked for, or beside its token where something else, a comment, stands between them.
    fn word(&self, token: usize, place: usize, name: &str) -> Word {
        let rest = self.text.get(place..).unwrap_or_default();
        Word {
            text: name.to_owned(),
            place: if rest.starts_with(name) { place } else { token },
        }
    }
}

fn literal_of(literal: &LiteralValue, place: usize) -> Result<Literal, Fault> {
    match literal {
        LiteralValue::Null => Ok(Literal::Null),
        LiteralValue::Boolean(it) => Ok(Literal::Bool(*it.inner())),
        LiteralValue::Int(it) => Ok(Literal::Int(*it.inner())),
        LiteralValue::Double(it) => Ok(Literal::Double(*it.inner())),
        LiteralValue::String(it) => Ok(Literal::Text(it.inner().to_owned())),
        LiteralValue::Bytes(_) => Err(Fault::new(
            place,
            "bytes are not supported",
            "write a text, without the b before it",
        )),
        LiteralValue::UInt(_) => Err(Fault::new(
            place,
            "unsigned numbers are not supported",
            "leave the u away: all whole numbers have a sign here",
        )),
    }
}

fn built(place: usize, kind: Kind) -> Result<Expr, Fault> {
    let depth = 1 + deepest(&kind);
    if depth > MAX_DEPTH {
        return Err(too_deep(place));
    }
    Ok(Expr { place, kind, depth })
}

/// The depth of the deepest part.
fn deepest(kind: &Kind) -> usize {
    let of = |parts: &[Expr]| parts.iter().map(|part| part.depth).max().unwrap_or(0);
    match kind {
        Kind::Literal(_) | Kind::Name(_) => 0,
        Kind::Field(part, _) | Kind::Not(part) | Kind::Negative(part) => part.depth,
        Kind::Item(one, other) | Kind::Binary(_, one, other) => one.depth.max(other.depth),
        Kind::Call { on, arguments, .. } => {
            let on = on.as_ref().map_or(0, |on| on.depth);
            on.max(of(arguments))
        }
        Kind::List(parts) | Kind::All(parts) | Kind::Any(parts) => of(parts),
        Kind::Choice(parts) => of(parts.as_slice()),
        Kind::Map(entries) => {
            let depths = entries
                .iter()
                .map(|(key, value)| key.depth.max(value.depth));
            depths.max().unwrap_or(0)
        }
    }
}

fn too_deep(place: usize) -> Fault {
    Fault::new(
        place,
        format!("an expression nested more than {MAX_DEPTH} levels deep"),
        "split the rule into several",
    )
}
