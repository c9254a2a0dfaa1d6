//! From text to tokens. <https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md#syntax>

use std::ops::Range;

use super::ast::Fault;

/// A token, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) place: Range<usize>,
    pub(super) kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    /// Without its sign; one more than the greatest `i64` is the least one's digits.
    Int(u64),
    Double(f64),
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

/// Longer ones first: the first that fits is taken.
const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")",
    "[", "]", "{", "}", ".", ",",
];

/// All tokens of the text, the last of them its end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let kind = lexer.token()?;
        let ended = kind == TokenKind::End;
        tokens.push(Token {
            place: start..lexer.at,
            kind,
        });
        if ended {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn token(&mut self) -> Result<TokenKind, Fault> {
        let Some(first) = self.peek() else {
            return Ok(TokenKind::End);
        };
        if let Some(prefix) = self.prefix_of_text() {
            return self.text_literal(prefix);
        }
        let digit_after_dot = || self.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
        if first.is_ascii_digit() || (first == '.' && digit_after_dot()) {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
            return Ok(TokenKind::Name(name.to_owned()));
        }
        let sign = SIGNS.into_iter().find(|sign| self.take(sign));
        sign.map(TokenKind::Sign).ok_or_else(|| {
            Fault::new(
                self.at,
                format!("'{}' means nothing here", first.escape_debug()),
                "remove it, or put text in quotes",
            )
        })
    }

    /// The letters before the quote of a text.
    fn prefix_of_text(&self) -> Option<&'t str> {
        let rest = self.rest();
        let letters = rest.find(['"', '\''])?;
        let prefix = &rest[..letters];
        let known = ["", "r", "b", "rb", "br"];
        known
            .iter()
            .any(|it| prefix.eq_ignore_ascii_case(it))
            .then_some(prefix)
    }

    fn text_literal(&mut self, prefix: &str) -> Result<TokenKind, Fault> {
        let start = self.at;
        let has = |letter| prefix.to_ascii_lowercase().contains(letter);
        if has('b') {
            return Err(Fault::new(
                start,
                "bytes are not supported",
                "write a text, without the b before it",
            ));
        }
        self.at += prefix.len();
        let quote = if self.rest().starts_with('"') {
            "\""
        } else {
            "'"
        };
        let thrice = quote.repeat(3);
        let end = if self.take(&thrice) {
            thrice.as_str()
        } else {
            self.take(quote);
            quote
        };
        let mut text = String::new();
        while !self.take(end) {
            let place = self.at;
            match self.next() {
                Some('\\') if !has('r') => text.push(self.escaped(place)?),
                Some('\n' | '\r') if end.len() == 1 => return Err(unended(start)),
                Some(letter) => text.push(letter),
                None => return Err(unended(start)),
            }
        }
        Ok(TokenKind::Text(text))
    }

    /// What follows a backslash.
    fn escaped(&mut self, place: usize) -> Result<char, Fault> {
        let wrong = || {
            Fault::new(
                place,
                "no escape begins like this",
                r"write \\ for a backslash, or r'...' for a text without escapes",
            )
        };
        let letter = self.next().ok_or_else(wrong)?;
        let digits = match letter {
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            'f' => return Ok('\u{c}'),
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            'v' => return Ok('\u{b}'),
            '\\' | '?' | '"' | '\'' | '`' => return Ok(letter),
            'x' | 'X' => 2,
            'u' => 4,
            'U' => 8,
            '0'..='3' => {
                self.at -= 1;
                return self.code(3, 8).ok_or_else(wrong);
            }
            _ => return Err(wrong()),
        };
        self.code(digits, 16).ok_or_else(wrong)
    }

    fn code(&mut self, digits: usize, radix: u32) -> Option<char> {
        let code = self.rest().get(..digits)?;
        if !code.chars().all(|c| c.is_digit(radix)) {
            return None;
        }
        self.at += digits;
        u32::from_str_radix(code, radix)
            .ok()
            .and_then(char::from_u32)
    }

    fn number(&mut self) -> Result<TokenKind, Fault> {
        let start = self.at;
        let wrong = |cure: &str| Fault::new(start, "a number that cannot be read", cure);
        let is_digit = |c: char| c.is_ascii_digit();
        if self.take("0x") || self.take("0X") {
            let digits = self.take_while(|c| c.is_ascii_hexdigit());
            self.refuse_letters(start)?;
            let number = u64::from_str_radix(digits, 16);
            return number
                .map(TokenKind::Int)
                .map_err(|_| wrong("write hexadecimal digits after 0x, at most 16"));
        }
        self.take_while(is_digit);
        let rest = self.rest();
        let fraction = rest.starts_with('.') && rest[1..].starts_with(is_digit);
        if fraction {
            self.next();
            self.take_while(is_digit);
        }
        let exponent = self.rest().starts_with(['e', 'E']);
        if exponent {
            self.next();
            self.take_while(|c| matches!(c, '+' | '-'));
            self.take_while(is_digit);
        }
        let text = &self.text[start..self.at];
        self.refuse_letters(start)?;
        if fraction || exponent {
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            return number
                .map(TokenKind::Double)
                .ok_or_else(|| wrong("write it like 1.5 or 2e3"));
        }
        text.parse()
            .map(TokenKind::Int)
            .map_err(|_| wrong("whole numbers have 64 bits"))
    }

    /// `1u` and `3kg` are none of the numbers known here.
    fn refuse_letters(&self, start: usize) -> Result<(), Fault> {
        match self.peek() {
            Some('u' | 'U') => Err(Fault::new(
                start,
                "unsigned numbers are not supported",
                "leave the u away: all whole numbers have a sign here",
            )),
            Some(letter) if letter.is_ascii_alphanumeric() || letter == '_' => Err(Fault::new(
                start,
                "a number runs into a name",
                "put a blank or an operator between them",
            )),
            _ => Ok(()),
        }
    }
}

fn unended(start: usize) -> Fault {
    Fault::new(
        start,
        "a text that does not end",
        "close it with the quote it began with; only three quotes may span lines",
    )
}
