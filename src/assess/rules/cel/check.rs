//! From an expression to a program: every name is looked up, every type compared, before any resource is seen.

use regex::{Regex, RegexBuilder};

use super::ast::{Expr, Fault, Kind, Literal, Operator, Word};
use super::program::{Fold, FoldKind, Missing, Node, Op};
use super::signatures::{FUNCTIONS, Row, result_of};
use super::types::{Schema, Type};
use crate::nearest;

/// How large a compiled pattern of `matches` may be, in bytes.
const MAX_PATTERN: usize = 1 << 18;

/// What an expression may speak of.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'s> {
    pub(crate) schema: &'s Schema,
    /// By number; what comes later hides what came before.
    pub(crate) variables: Vec<(String, Type)>,
}

/// Checks an expression and the type of what it gives.
///
/// # Errors
/// When a name is unknown or types do not fit.
pub(crate) fn compile(expr: &Expr, scope: &Scope<'_>, wanted: &Type) -> Result<Node, Fault> {
    let mut checker = Checker {
        scope: scope.clone(),
    };
    let (node, found) = checker.check(expr)?;
    if found.bare() == &Type::Null || !wanted.takes(&found) {
        return Err(Fault::new(
            expr.place,
            format!("the expression gives {found}, and {wanted} is wanted"),
            match wanted {
                Type::Text => "write a text: string(...) makes one of a number",
                _ => "compare it with what you expect, such as x == true",
            },
        ));
    }
    if wanted == &Type::Bool && matches!(found, Type::Nullable(_)) {
        return Err(maybe_null(expr));
    }
    Ok(node)
}

struct Checker<'s> {
    scope: Scope<'s>,
}

type Checked = Result<(Node, Type), Fault>;

impl Checker<'_> {
    fn check(&mut self, expr: &Expr) -> Checked {
        let place = match &expr.kind {
            Kind::Call { name, .. } => name.place,
            _ => expr.place,
        };
        let (op, found) = match &expr.kind {
            Kind::Literal(literal) => (Op::Literal(literal.clone()), type_of(literal)),
            Kind::Name(name) => self.variable(place, name)?,
            Kind::Field(of, field) => return self.field(of, field),
            Kind::Item(of, item) => self.item(of, item)?,
            Kind::Call {
                name,
                on,
                arguments,
            } => self.call(name, on.as_deref(), arguments)?,
            Kind::List(items) => self.list(items)?,
            Kind::Map(entries) => self.map(entries)?,
            Kind::Not(of) => (Op::Not(self.want(of, &Type::Bool)?), Type::Bool),
            Kind::Negative(of) => self.negative(of)?,
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            Kind::All(parts) => (Op::All(self.conditions(parts)?), Type::Bool),
            Kind::Any(parts) => (Op::Any(self.conditions(parts)?), Type::Bool),
            Kind::Choice(parts) => self.choice(parts)?,
        };
        Ok(answered(Node { place, op }, found))
    }

    fn want(&mut self, expr: &Expr, wanted: &Type) -> Result<Box<Node>, Fault> {
        let (node, found) = self.check(expr)?;
        if found.bare() == &Type::Null || !wanted.takes(&found) {
            return Err(mismatch(expr, &found, &wanted.to_string()));
        }
        if wanted == &Type::Bool && matches!(found, Type::Nullable(_)) {
            return Err(maybe_null(expr));
        }
        Ok(Box::new(node))
    }

    fn conditions(&mut self, parts: &[Expr]) -> Result<Vec<Node>, Fault> {
        let nodes = parts.iter().map(|part| self.want(part, &Type::Bool));
        nodes.map(|node| node.map(|node| *node)).collect()
    }

    fn variable(&self, place: usize, name: &str) -> Result<(Op, Type), Fault> {
        let variables = &self.scope.variables;
        let found = variables.iter().rposition(|(own, _)| own == name);
        let Some(number) = found else {
            let known = variables.iter().map(|(own, _)| own.as_str());
            return Err(unknown("variable", place, name, known));
        };
        Ok((Op::Variable(number), variables[number].1.clone()))
    }

    fn field(&mut self, of: &Expr, field: &Word) -> Checked {
        let (of_node, of_type) = self.check(of)?;
        let (found, missing) = self.field_type(&of_type, field)?;
        let op = Op::Field(Box::new(of_node), field.text.clone(), missing);
        let place = field.place;
        Ok(answered(Node { place, op }, found))
    }

    fn field_type(&self, of: &Type, field: &Word) -> Result<(Type, Missing), Fault> {
        let place = field.place;
        match of.bare() {
            Type::Any => Ok((Type::Any, Missing::Fault)),
            Type::Map(inner) => Ok(((**inner).clone(), Missing::Fault)),
            Type::Record(record) => {
                let schema = self.scope.schema;
                let found = schema.field(record, &field.text).ok_or_else(|| {
                    let what = format!("field of {record}");
                    unknown(&what, place, &field.text, schema.fields(record))
                })?;
                let missing = match &found {
                    Type::Observed(_) => Missing::NotCollected,
                    other if other.may_be_null() => Missing::Null,
                    _ => Missing::Fault,
                };
                Ok((found, missing))
            }
            other => Err(Fault::new(
                place,
                format!("{other} has no fields, and '.{}' asks for one", field.text),
                match other {
                    Type::List(_) => "ask its items: list.exists(item, item.field == ...)",
                    _ => "compare the value itself",
                },
            )),
        }
    }

    fn item(&mut self, of: &Expr, item: &Expr) -> Result<(Op, Type), Fault> {
        let (of_node, of_type) = self.check(of)?;
        let (wanted, found) = match of_type.bare() {
            Type::Any => {
                let (node, _) = self.check(item)?;
                return Ok((Op::Item(Box::new(of_node), Box::new(node)), Type::Any));
            }
            Type::List(inner) => (Type::Int, (**inner).clone()),
            Type::Map(inner) => (Type::Text, (**inner).clone()),
            Type::Record(record) => {
                return Err(Fault::new(
                    of.place,
                    format!("{record} has fields and no items"),
                    "write a dot and the field's name",
                ));
            }
            other => return Err(mismatch(of, other, "a list or a map")),
        };
        let item = self.want(item, &wanted)?;
        Ok((Op::Item(Box::new(of_node), item), found))
    }

    fn list(&mut self, items: &[Expr]) -> Result<(Op, Type), Fault> {
        let (nodes, inner) = self.alike(items)?;
        Ok((Op::List(nodes), Type::List(Box::new(inner))))
    }

    fn map(&mut self, entries: &[(Expr, Expr)]) -> Result<(Op, Type), Fault> {
        let keys: Result<Vec<_>, _> = entries
            .iter()
            .map(|(key, _)| self.want(key, &Type::Text))
            .collect();
        let values: Vec<Expr> = entries.iter().map(|(_, value)| value.clone()).collect();
        let (nodes, inner) = self.alike(&values)?;
        let keys = keys?.into_iter().map(|key| *key);
        Ok((
            Op::Map(keys.zip(nodes).collect()),
            Type::Map(Box::new(inner)),
        ))
    }

    /// Parts of one type.
    fn alike(&mut self, parts: &[Expr]) -> Result<(Vec<Node>, Type), Fault> {
        let mut nodes = Vec::new();
        let mut all: Option<Type> = None;
        for part in parts {
            let (node, found) = self.check(part)?;
            nodes.push(node);
            all = Some(match all {
                None => found,
                Some(before) => {
                    let wanted = before.to_string();
                    let both = before.or(&found);
                    both.ok_or_else(|| mismatch(part, &found, &wanted))?
                }
            });
        }
        Ok((nodes, all.unwrap_or(Type::Any)))
    }

    fn negative(&mut self, of: &Expr) -> Result<(Op, Type), Fault> {
        let (node, found) = self.check(of)?;
        let bare = found.bare().clone();
        match bare {
            Type::Int | Type::Double | Type::Any => Ok((Op::Negative(Box::new(node)), bare)),
            _ => Err(mismatch(of, &found, "a number")),
        }
    }

    fn choice(&mut self, [condition, this, that]: &[Expr; 3]) -> Result<(Op, Type), Fault> {
        let condition = *self.want(condition, &Type::Bool)?;
        let (this, this_type) = self.check(this)?;
        let (that_node, that_type) = self.check(that)?;
        let wanted = this_type.to_string();
        let both = this_type.or(&that_type);
        let both = both.ok_or_else(|| mismatch(that, &that_type, &wanted))?;
        let parts = Box::new([condition, this, that_node]);
        Ok((Op::Choice(parts), both))
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Expr,
        right: &Expr,
    ) -> Result<(Op, Type), Fault> {
        let (one, one_type) = self.check(left)?;
        let (other, other_type) = self.check(right)?;
        let found = result_of(operator, &one_type, &other_type);
        let found = found.ok_or_else(|| {
            if let Some(never) = never_null(operator, (left, &one_type), (right, &other_type)) {
                return never;
            }
            Fault::new(
                left.place,
                format!(
                    "'{}' between {one_type} and {other_type}",
                    operator.as_str()
                ),
                "bring both sides to one type; records are compared field by field",
            )
        })?;
        let op = Op::Binary(operator, Box::new(one), Box::new(other));
        Ok((op, found))
    }

    fn call(
        &mut self,
        name: &Word,
        on: Option<&Expr>,
        arguments: &[Expr],
    ) -> Result<(Op, Type), Fault> {
        if let Some(list) = on
            && let Some((_, kind)) = FoldKind::NAMES.iter().find(|(own, _)| *own == name.text)
        {
            return self.fold(*kind, name, list, arguments);
        }
        let all: Vec<&Expr> = on.into_iter().chain(arguments).collect();
        match (name.text.as_str(), all.as_slice()) {
            ("has", [of]) if on.is_none() => self.has(of),
            ("matches", [text, pattern]) => self.matches(text, pattern),
            _ => self.function(name, on.is_some(), &all),
        }
    }

    fn has(&mut self, expr: &Expr) -> Result<(Op, Type), Fault> {
        let Kind::Field(of, field) = &expr.kind else {
            return Err(Fault::new(
                expr.place,
                "has() wants a field",
                "write has(record.field); for an item of a map, 'name' in map",
            ));
        };
        let (of_node, of_type) = self.check(of)?;
        let (found, _) = self.field_type(&of_type, field)?;
        let answer = matches!(found, Type::Observed(_));
        let op = Op::Has(Box::new(of_node), field.text.clone(), answer);
        Ok((op, Type::Bool))
    }

    fn matches(&mut self, text: &Expr, pattern: &Expr) -> Result<(Op, Type), Fault> {
        let text = self.want(text, &Type::Text)?;
        let place = pattern.place;
        let Kind::Literal(Literal::Text(pattern)) = &pattern.kind else {
            return Err(Fault::new(
                place,
                "matches() wants its pattern written out",
                "write it as a text: r'^[a-z]+$'",
            ));
        };
        Ok((Op::Matches(text, regex(place, pattern)?), Type::Bool))
    }

    fn fold(
        &mut self,
        kind: FoldKind,
        name: &Word,
        list: &Expr,
        arguments: &[Expr],
    ) -> Result<(Op, Type), Fault> {
        let (variable, parts) = match arguments {
            [variable, part] => (variable, vec![part]),
            [variable, condition, result] if kind == FoldKind::Map => {
                (variable, vec![condition, result])
            }
            _ => return Err(wrong_count(name, "a variable and a condition")),
        };
        let Kind::Name(variable) = &variable.kind else {
            return Err(Fault::new(
                variable.place,
                format!("{}() wants the name of a variable first", name.text),
                format!("write list.{}(item, ...)", name.text),
            ));
        };
        let (list_node, list_type) = self.check(list)?;
        let item = match list_type.bare() {
            Type::Any => Type::Any,
            Type::List(item) => (**item).clone(),
            Type::Map(_) => Type::Text,
            other => return Err(mismatch(list, other, "a list or a map")),
        };
        let number = self.scope.variables.len();
        self.scope.variables.push((variable.clone(), item.clone()));
        let inner = self.fold_parts(kind, &parts);
        self.scope.variables.pop();
        let (condition, result) = inner?;
        let found = match (kind, &result) {
            (FoldKind::Filter, _) => Type::List(Box::new(item)),
            (_, Some((_, made))) => Type::List(Box::new(made.clone())),
            _ => Type::Bool,
        };
        let fold = Fold {
            kind,
            list: list_node,
            variable: number,
            condition,
            result: result.map(|(node, _)| node),
        };
        Ok((Op::Fold(Box::new(fold)), found))
    }

    /// Condition and result.
    #[expect(
        clippy::type_complexity,
        reason = "used once, and said in the line above"
    )]
    fn fold_parts(
        &mut self,
        kind: FoldKind,
        parts: &[&Expr],
    ) -> Result<(Option<Node>, Option<(Node, Type)>), Fault> {
        match (kind, parts) {
            (FoldKind::Map, [result]) => Ok((None, Some(self.check(result)?))),
            (FoldKind::Map, [condition, result]) => {
                let condition = *self.want(condition, &Type::Bool)?;
                Ok((Some(condition), Some(self.check(result)?)))
            }
            (_, [condition, ..]) => Ok((Some(*self.want(condition, &Type::Bool)?), None)),
            (_, []) => Ok((None, None)),
        }
    }

    fn function(
        &mut self,
        name: &Word,
        is_method: bool,
        arguments: &[&Expr],
    ) -> Result<(Op, Type), Fault> {
        let known = FUNCTIONS.iter().filter(|row| row.name == name.text);
        let rows: Vec<&Row> = known.filter(|row| !is_method || row.is_method).collect();
        let Some(first) = rows.first() else {
            let names = FUNCTIONS.iter().map(|row| row.name);
            let folds = FoldKind::NAMES.iter().map(|(own, _)| *own);
            let known = names.chain(folds).chain(["has", "matches"]);
            return Err(unknown("function", name.place, &name.text, known));
        };
        let checked: Result<Vec<_>, _> = arguments.iter().map(|it| self.check(it)).collect();
        let checked = checked?;
        let fitting =
            rows.iter().find(|row| {
                row.takes.len() == checked.len()
                    && row.takes.iter().zip(&checked).all(|(wanted, (_, found))| {
                        found.bare() != &Type::Null && wanted.fits(found)
                    })
            });
        let Some(row) = fitting else {
            let found: Vec<String> = checked.iter().map(|(_, it)| it.to_string()).collect();
            return Err(Fault::new(
                name.place,
                format!("{}() does not take ({})", name.text, found.join(", ")),
                format!("write {}", first.usage),
            ));
        };
        let nodes = checked.into_iter().map(|(node, _)| node).collect();
        Ok((Op::Call(row.function, nodes), row.gives.clone()))
    }
}

/// The fault of a comparison with null that can only go one way.
fn never_null(operator: Operator, left: (&Expr, &Type), right: (&Expr, &Type)) -> Option<Fault> {
    if !matches!(operator, Operator::Equal | Operator::NotEqual) {
        return None;
    }
    let (side, of) = match (left.1, right.1) {
        (Type::Null, _) => right,
        (_, Type::Null) => left,
        _ => return None,
    };
    Some(Fault::new(
        side.place,
        format!("this {of} is never null"),
        "leave the comparison away",
    ))
}

/// What comes of a value that may be an answer of AWS: the answer is opened where it is read.
fn answered(node: Node, found: Type) -> (Node, Type) {
    match found {
        Type::Observed(inner) => {
            let place = node.place;
            let op = Op::Answer(Box::new(node));
            (Node { place, op }, inner.or_null())
        }
        other => (node, other),
    }
}

fn type_of(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Double(_) => Type::Double,
        Literal::Text(_) => Type::Text,
    }
}

fn regex(place: usize, pattern: &str) -> Result<Regex, Fault> {
    let built = RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build();
    built.map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        let reason = reason.strip_prefix("error: ").unwrap_or(reason);
        Fault::new(
            place,
            format!("a pattern that is none: {reason}"),
            "mend it: https://docs.rs/regex/latest/regex/#syntax has the rules",
        )
    })
}

fn mismatch(expr: &Expr, found: &Type, wanted: &str) -> Fault {
    Fault::new(
        expr.place,
        format!("{found} where {wanted} is wanted"),
        "bring it to the type wanted, or compare it",
    )
}

/// A condition that AWS may leave out: null is neither true nor false.
fn maybe_null(expr: &Expr) -> Fault {
    Fault::new(
        expr.place,
        "this bool may be null, which is no condition",
        "say what null counts as: write == true, or != false",
    )
}

fn wrong_count(name: &Word, wanted: &str) -> Fault {
    Fault::new(
        name.place,
        format!("{}() wants {wanted}", name.text),
        format!("write list.{}(item, item == ...)", name.text),
    )
}

fn unknown<'n>(
    what: &str,
    place: usize,
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Fault {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    let cure = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("expected one of {}", known.join(", ")),
    };
    Fault::new(place, format!("no {what} is called '{name}'"), cure)
}
