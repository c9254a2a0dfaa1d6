//! What checks of policies share: reading a document, and saying what it gives away.

use tripod_model::{PolicyDocument, Unknown};
use tripod_policy::{Exposure, Policy, Reach, StatementRef, parse};

use crate::Verdict;

/// The policy in types. One that cannot be read makes the resource "not assessed": nothing is known
/// of it, good or bad.
pub(crate) fn read(document: &PolicyDocument, operation: &str) -> Result<Policy, Unknown> {
    parse(document).map_err(|error| Unknown::Failed {
        operation: operation.to_owned(),
        error: error.to_string(),
    })
}

/// The verdict on a resource policy; `deed` is what callers may do, such as "invoke the function".
pub(crate) fn judge(exposure: &Exposure, deed: &str) -> Verdict {
    let verdict = match exposure.reach {
        Reach::Everyone => Verdict::fail(given_away(exposure, "everyone", deed)),
        Reach::EveryAwsPrincipal => {
            Verdict::fail(given_away(exposure, "everyone with an AWS account", deed))
        }
        Reach::SecretHolders => Verdict::pass(format!(
            "only callers who know the token in the policy can {deed}"
        )),
        Reach::Limited => Verdict::pass(format!(
            "conditions limit who can {deed} to fixed callers or sources"
        )),
        Reach::Named => Verdict::pass(format!("only principals that the policy names can {deed}")),
        Reach::Services => Verdict::pass(format!(
            "only AWS services that the policy names can {deed}"
        )),
        Reach::Nobody => Verdict::pass(format!("the policy lets nobody {deed}")),
    };
    verdict
        .detail("reach", exposure.reach.as_str())
        .detail("statements", names(&exposure.statements))
        .detail("conditions", exposure.conditions.clone())
}

/// "statement 'a' lets everyone invoke the function", with the conditions that do not prevent it.
pub(crate) fn given_away(exposure: &Exposure, whom: &str, deed: &str) -> String {
    let statements = sentence(&exposure.statements, "lets", "let");
    let weak = match exposure.conditions.as_slice() {
        [] => String::new(),
        [only] => format!("; the condition {only} leaves open who calls"),
        several => format!(
            "; the conditions {} leave open who calls",
            several.join(" and ")
        ),
    };
    format!("{statements} {whom} {deed}{weak}")
}

/// "statement 'a' lets", "statement 'a' and statement 2 let".
pub(crate) fn sentence(statements: &[StatementRef], one: &str, many: &str) -> String {
    let verb = if statements.len() == 1 { one } else { many };
    format!("{} {verb}", names(statements).join(" and "))
}

/// Statements by name.
pub(crate) fn names(statements: &[StatementRef]) -> Vec<String> {
    statements.iter().map(ToString::to_string).collect()
}

/// "a", "a and b", "a, b and c".
pub(crate) fn listed<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    match texts.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// An ARN of the catalogue with the values known in place of `${…}`, and `*` for the others.
pub(crate) fn filled(template: &str, known: &[(&str, &str)]) -> String {
    let mut parts = template.split("${");
    let mut arn = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        let value = known.iter().find(|(known, _)| *known == name);
        arn.push_str(value.map_or("*", |(_, value)| value));
        arn.push_str(rest);
    }
    arn
}
