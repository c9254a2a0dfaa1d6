//! From tokens to an expression. <https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md#syntax>

use std::ops::Range;

use super::ast::{Expr, Fault, Kind, Literal, MAX_DEPTH, MAX_LENGTH, Operator, Word};
use super::lex::{Token, TokenKind, tokens};

/// Words that CEL keeps to itself.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

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
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let expr = parser.expression()?;
    match parser.peek() {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected("an operator, or the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        // The last token is the end, and nothing moves past it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &TokenKind {
        &self.token().kind
    }

    fn start(&self) -> usize {
        self.token().place.start
    }

    /// Where the token before ended.
    fn ended(&self) -> usize {
        let before = self.at.checked_sub(1);
        before.map_or(0, |before| self.tokens[before].place.end)
    }

    fn next(&mut self) -> Token {
        let token = self.token().clone();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Sign(it) if *it == sign);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.take(sign) {
            return Ok(());
        }
        Err(self.unexpected(&format!("'{sign}'")))
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            TokenKind::Name(name) => format!("'{name}'"),
            TokenKind::Int(_) | TokenKind::Double(_) => "a number".to_owned(),
            TokenKind::Text(_) => "a text".to_owned(),
            TokenKind::Sign(sign) => format!("'{sign}'"),
            TokenKind::End => "the end".to_owned(),
        };
        Fault::new(
            self.start(),
            format!("expected {wanted}, found {found}"),
            "mend the expression: docs/guides/write-your-own-rules.md shows what it may hold",
        )
    }

    /// Runs `inner` one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == MAX_DEPTH {
            return Err(too_deep(self.start()));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn expression(&mut self) -> Result<Expr, Fault> {
        self.deeper(|parser| {
            let start = parser.start();
            let condition = parser.chain("||", Kind::Any, |parser| {
                parser.chain("&&", Kind::All, |parser| parser.binary(3))
            })?;
            if !parser.take("?") {
                return Ok(condition);
            }
            let this = parser.expression()?;
            parser.expect(":")?;
            let that = parser.expression()?;
            let parts = Box::new([condition, this, that]);
            parser.built(start, Kind::Choice(parts))
        })
    }

    fn chain(
        &mut self,
        sign: &str,
        kind: impl FnOnce(Vec<Expr>) -> Kind,
        part: impl Fn(&mut Self) -> Result<Expr, Fault>,
    ) -> Result<Expr, Fault> {
        let start = self.start();
        let first = part(self)?;
        let mut parts = vec![first];
        while self.take(sign) {
            parts.push(part(self)?);
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            last => {
                parts.extend(last);
                self.built(start, kind(parts))
            }
        }
    }

    /// Operators that bind at least this strongly, those of equal strength from the left.
    fn binary(&mut self, least: u8) -> Result<Expr, Fault> {
        let start = self.start();
        let mut left = self.unary()?;
        while let Some(operator) = self.operator() {
            if operator.strength() < least {
                break;
            }
            self.next();
            let right = self.binary(operator.strength() + 1)?;
            left = self.built(
                start,
                Kind::Binary(operator, Box::new(left), Box::new(right)),
            )?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        let text = match self.peek() {
            TokenKind::Sign(sign) => sign,
            TokenKind::Name(name) => name.as_str(),
            _ => return None,
        };
        let all = [
            Operator::Less,
            Operator::LessOrEqual,
            Operator::Greater,
            Operator::GreaterOrEqual,
            Operator::Equal,
            Operator::NotEqual,
            Operator::In,
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::Divide,
            Operator::Remainder,
        ];
        all.into_iter().find(|operator| operator.as_str() == text)
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let start = self.start();
        if self.take("!") {
            let of = self.deeper(Self::unary)?;
            return self.built(start, Kind::Not(Box::new(of)));
        }
        if self.take("-") {
            if let Some(number) = self.negative_number() {
                let number = self.built(start, Kind::Literal(number))?;
                return self.members(start, number);
            }
            let of = self.deeper(Self::unary)?;
            return self.built(start, Kind::Negative(Box::new(of)));
        }
        let primary = self.primary()?;
        self.members(start, primary)
    }

    fn negative_number(&mut self) -> Option<Literal> {
        let number = match *self.peek() {
            TokenKind::Int(digits) => Literal::Int(0_i64.checked_sub_unsigned(digits)?),
            TokenKind::Double(number) => Literal::Double(-number),
            _ => return None,
        };
        self.next();
        Some(number)
    }

    /// What follows a value: `.field`, `.method(…)`, `[item]`.
    fn members(&mut self, start: usize, mut value: Expr) -> Result<Expr, Fault> {
        loop {
            let kind = if self.take(".") {
                let name = self.word()?;
                if self.take("(") {
                    Kind::Call {
                        name,
                        on: Some(Box::new(value)),
                        arguments: self.parts(")", Self::expression)?,
                    }
                } else {
                    Kind::Field(Box::new(value), name)
                }
            } else if self.take("[") {
                let item = self.expression()?;
                self.expect("]")?;
                Kind::Item(Box::new(value), Box::new(item))
            } else if matches!(self.peek(), TokenKind::Sign("{")) {
                return Err(Fault::new(
                    self.start(),
                    "records cannot be made here",
                    "compare the fields you mean",
                ));
            } else {
                return Ok(value);
            };
            value = self.built(start, kind)?;
        }
    }

    fn word(&mut self) -> Result<Word, Fault> {
        let token = self.token().clone();
        match token.kind {
            TokenKind::Name(text) if !matches!(&*text, "true" | "false" | "null" | "in") => {
                self.next();
                Ok(Word {
                    text,
                    place: token.place,
                })
            }
            _ => Err(self.unexpected("the name of a field or function")),
        }
    }

    /// Parts between commas, a comma after the last allowed; the closing sign is taken, too.
    fn parts<T>(
        &mut self,
        close: &str,
        part: impl Fn(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut parts = Vec::new();
        while !self.take(close) {
            parts.push(part(self)?);
            if !self.take(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(parts)
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        let Token { place, kind } = self.token().clone();
        let kind = match kind {
            TokenKind::Int(digits) => match i64::try_from(digits) {
                Ok(number) => Kind::Literal(Literal::Int(number)),
                Err(_) => {
                    return Err(Fault::new(
                        place.start,
                        "a number that cannot be read",
                        "whole numbers have 64 bits",
                    ));
                }
            },
            TokenKind::Double(number) => Kind::Literal(Literal::Double(number)),
            TokenKind::Text(text) => Kind::Literal(Literal::Text(text)),
            TokenKind::Name(name) => return self.name(name, place),
            TokenKind::Sign("(") => {
                self.next();
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Sign("[") => {
                self.next();
                let items = self.parts("]", Self::expression)?;
                return self.built(place.start, Kind::List(items));
            }
            TokenKind::Sign("{") => {
                self.next();
                let entries = self.parts("}", |parser| {
                    let key = parser.expression()?;
                    parser.expect(":")?;
                    Ok((key, parser.expression()?))
                })?;
                return self.built(place.start, Kind::Map(entries));
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.next();
        self.built(place.start, kind)
    }

    fn name(&mut self, name: String, place: Range<usize>) -> Result<Expr, Fault> {
        let literal = match name.as_str() {
            "true" => Some(Literal::Bool(true)),
            "false" => Some(Literal::Bool(false)),
            "null" => Some(Literal::Null),
            "in" => return Err(self.unexpected("a value")),
            word if RESERVED.contains(&word) => {
                return Err(Fault::new(
                    place.start,
                    format!("'{word}' is reserved in CEL"),
                    "take another name",
                ));
            }
            _ => None,
        };
        self.next();
        let kind = if let Some(literal) = literal {
            Kind::Literal(literal)
        } else if self.take("(") {
            let name = Word {
                text: name,
                place: place.clone(),
            };
            Kind::Call {
                name,
                on: None,
                arguments: self.parts(")", Self::expression)?,
            }
        } else {
            Kind::Name(name)
        };
        self.built(place.start, kind)
    }

    fn built(&self, start: usize, kind: Kind) -> Result<Expr, Fault> {
        let depth = 1 + deepest(&kind);
        if depth > MAX_DEPTH {
            return Err(too_deep(start));
        }
        Ok(Expr {
            place: start..self.ended(),
            kind,
            depth,
        })
    }
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
