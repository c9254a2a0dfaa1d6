//! Conditions that cannot hold together: all of a statement must.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use ipnet::IpNet;

use super::value::{self, Comparison};
use super::{Class, Document, Finding, Lint};
use crate::catalogue::{KeyOrigin, condition_key};
use crate::pattern::Case;
use crate::{Base, Condition, Pattern};

pub(super) static LINT: Lint = Lint {
    id: "contradictory-conditions",
    title: "conditions that cannot hold together",
    class: Class::Error,
    aws: &[],
    run,
};

fn run(document: &Document, out: &mut Vec<Finding>) {
    for facts in &document.statements {
        let conditions = &facts.statement.conditions;
        for (place, condition) in conditions.iter().enumerate() {
            for other in &conditions[place + 1..] {
                if other.is_on(condition.key.as_str()) && contradict(condition, other) {
                    out.push(facts.condition_finding(
                        &LINT,
                        condition,
                        format!("it cannot hold together with '{other}', so that nothing is {}", facts.verb()),
                        "Keep one of the two, or put them into two statements: values of one operator are alternatives, \
                         operators are not.",
                    ));
                }
            }
        }
    }
}

fn contradict(left: &Condition, right: &Condition) -> bool {
    absent_and_present(left, right)
        || absent_and_present(right, left)
        || may_be_compared(left) && may_be_compared(right) && apart(left, right)
}

/// One holds only without the key, the other only with it.
fn absent_and_present(left: &Condition, right: &Condition) -> bool {
    left.operator.base == Base::Null
        && left.operator.quantifier.is_none()
        && left.holds_when_missing()
        && right.operator.quantifier.is_none()
        && right.demands_presence()
}

/// Only a comparison of the one value of a key, with values that stand in the policy. Of a key with several values one
/// may satisfy this condition and another that; a request without the key satisfies any number of conditions with IfExists.
fn may_be_compared(condition: &Condition) -> bool {
    let single = condition_key(condition.key.as_str())
        .and_then(KeyOrigin::key)
        .is_some_and(|key| !key.key_type.multivalued);
    single
        && condition.operator.quantifier.is_none()
        && !condition.values.is_empty()
        && !condition
            .values
            .iter()
            .any(|value| value::has_variable(value))
}

fn apart(left: &Condition, right: &Condition) -> bool {
    if !left.demands_presence() && !right.demands_presence() {
        return false;
    }
    match (left.operator.base, right.operator.base) {
        (Base::StringEquals | Base::StringLike, Base::StringEquals | Base::StringLike) => {
            texts_apart(left, right)
        }
        (Base::Bool, Base::Bool) => {
            let all = |condition: &Condition, wanted| {
                let is = |value: &String| value::boolean(value) == Some(wanted);
                condition.values.iter().all(is)
            };
            all(left, true) && all(right, false) || all(left, false) && all(right, true)
        }
        (Base::Numeric, Base::Numeric) => ranges_apart(left, right, value::number),
        (Base::Date, Base::Date) => ranges_apart(left, right, value::instant),
        (Base::IpAddress, Base::IpAddress) => networks_apart(left, right),
        _ => false,
    }
}

fn texts_apart(left: &Condition, right: &Condition) -> bool {
    match (left.operator.negated, right.operator.negated) {
        (true, true) => false,
        (false, false) => {
            let overlap = |a: &String| right.values.iter().any(|b| overlap((left, a), (right, b)));
            !left.values.iter().any(overlap)
        }
        (false, true) => all_excluded(left, right),
        (true, false) => all_excluded(right, left),
    }
}

/// Whether each of the texts wanted is among those not wanted.
fn all_excluded(wanted: &Condition, unwanted: &Condition) -> bool {
    wanted.values.iter().all(|value| {
        is_fixed(wanted, value)
            && unwanted
                .values
                .iter()
                .any(|other| overlap((wanted, value), (unwanted, other)))
    })
}

/// Whether some text satisfies both.
fn overlap(left: (&Condition, &str), right: (&Condition, &str)) -> bool {
    let ignores_case = |condition: &Condition| {
        let text = condition.operator.text.to_ascii_lowercase();
        text.contains("ignorecase")
    };
    let case = if ignores_case(left.0) || ignores_case(right.0) {
        Case::Insensitive
    } else {
        Case::Sensitive
    };
    pattern(left.0, left.1)
        .common(&pattern(right.0, right.1), case)
        .is_some()
}

fn is_fixed(condition: &Condition, value: &str) -> bool {
    pattern(condition, value).is_fixed()
}

/// `*` and `?` are wildcards to StringLike and letters to StringEquals.
fn pattern(condition: &Condition, value: &str) -> Pattern {
    if condition.operator.base == Base::StringLike {
        return value.into();
    }
    (&*value.replace('*', "${*}").replace('?', "${?}")).into()
}

/// The numbers a comparison lets pass: from, whether that included, to, whether that included. Of several values the
/// loosest counts. None where there is no such range (`NotEquals`, several for `Equals`, unreadable ones).
fn range(condition: &Condition, read: fn(&str) -> Option<f64>) -> Option<(f64, bool, f64, bool)> {
    let values = condition.values.iter().map(|value| read(value));
    let values = values.collect::<Option<Vec<f64>>>()?;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(match value::comparison(&condition.operator)? {
        Comparison::Equal => (least, true, most, true),
        Comparison::Less => (f64::NEG_INFINITY, false, most, false),
        Comparison::LessOrEqual => (f64::NEG_INFINITY, false, most, true),
        Comparison::Greater => (least, false, f64::INFINITY, false),
        Comparison::GreaterOrEqual => (least, true, f64::INFINITY, false),
        Comparison::NotEqual => return None,
    })
}

fn ranges_apart(left: &Condition, right: &Condition, read: fn(&str) -> Option<f64>) -> bool {
    let (Some(a), Some(b)) = (range(left, read), range(right, read)) else {
        return false;
    };
    let (from, from_included) = if a.0 >= b.0 { (a.0, a.1) } else { (b.0, b.1) };
    let (to, to_included) = if a.2 <= b.2 { (a.2, a.3) } else { (b.2, b.3) };
    // Where they meet in one number it has to be in both.
    let met =
        |range: (f64, bool, f64, bool)| (range.0 < from || range.1) && (range.2 > from || range.3);
    from > to || from.total_cmp(&to).is_eq() && !(from_included && to_included && met(a) && met(b))
}

fn networks_apart(left: &Condition, right: &Condition) -> bool {
    let (Some(a), Some(b)) = (networks(left), networks(right)) else {
        return false;
    };
    let within = |inner: &[IpNet], outer: &[IpNet]| {
        inner
            .iter()
            .all(|net| outer.iter().any(|other| other.contains(net)))
    };
    match (left.operator.negated, right.operator.negated) {
        (false, false) => !a
            .iter()
            .any(|x| b.iter().any(|y| x.contains(y) || y.contains(x))),
        (false, true) => within(&a, &b),
        (true, false) => within(&b, &a),
        (true, true) => false,
    }
}

fn networks(condition: &Condition) -> Option<Vec<IpNet>> {
    let read = condition.values.iter().map(|value| value::network(value));
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::{clean, only, under};

    #[test]
    fn texts_that_no_value_can_be_both_of() {
        let found = only(
            &LINT,
            &under(r#"{"StringEquals":{"s3:prefix":"a"},"StringLike":{"s3:prefix":["b*","c*"]}}"#),
        );
        assert!(
            found.contains("cannot hold together with 'StringLike s3:prefix b*, c*'"),
            "{found}"
        );
        assert!(found.contains("nothing is allowed"), "{found}");
        for condition in [
            r#"{"StringEquals":{"aws:username":"a"},"StringEqualsIgnoreCase":{"AWS:UserName":"b"}}"#,
            r#"{"StringEquals":{"aws:username":["a","b"]},"StringNotEquals":{"aws:username":["a","b","c"]}}"#,
            r#"{"StringEquals":{"aws:username":"ab"},"StringNotLike":{"aws:username":"a*"}}"#,
            r#"{"StringEquals":{"aws:username":"a*"},"StringNotEquals":{"aws:username":"a*"}}"#,
        ] {
            only(&LINT, &under(condition));
        }
    }

    #[test]
    fn presence_and_absence() {
        only(
            &LINT,
            &under(r#"{"Null":{"aws:username":"true"},"StringEquals":{"aws:username":"a"}}"#),
        );
    }

    #[test]
    fn numbers_times_truths_and_networks() {
        for condition in [
            r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"60"},"NumericGreaterThan":{"aws:MultiFactorAuthAge":"60"}}"#,
            r#"{"NumericEquals":{"aws:MultiFactorAuthAge":"60"},"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}}"#,
            r#"{"DateGreaterThan":{"aws:CurrentTime":"2027-01-01"},"DateLessThan":{"aws:CurrentTime":"2026-12-01"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"true"},"BoolIfExists":{"aws:SecureTransport":"false"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/25"},"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        ] {
            only(&LINT, &under(condition));
        }
    }

    #[test]
    fn what_can_hold_together_is_clean() {
        for condition in [
            r#"{"StringEquals":{"s3:prefix":["a","b"]},"StringLike":{"s3:prefix":"b*"}}"#,
            r#"{"StringEquals":{"s3:prefix":"a","s3:delimiter":"b"}}"#,
            r#"{"StringLike":{"aws:username":"a*"},"StringNotEquals":{"aws:username":"ab"}}"#,
            r#"{"StringNotEquals":{"aws:username":"a"},"StringNotLike":{"aws:username":"b*"}}"#,
            r#"{"StringEquals":{"aws:username":"${aws:userid}"},"StringLike":{"aws:username":"b"}}"#,
            r#"{"StringEqualsIfExists":{"aws:username":"a"},"StringLikeIfExists":{"aws:username":"b"}}"#,
            r#"{"Null":{"aws:username":"false"},"StringEquals":{"aws:username":"a"}}"#,
            r#"{"Null":{"aws:username":"true"},"StringEqualsIfExists":{"aws:username":"a"}}"#,
            r#"{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"60"},"NumericGreaterThanEquals":{"aws:MultiFactorAuthAge":"60"}}"#,
            r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01"},"DateLessThan":{"aws:CurrentTime":"2026-12-01"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"NotIpAddress":{"aws:SourceIp":"203.0.113.0/25"}}"#,
            r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"},"ForAllValues:StringLike":{"aws:TagKeys":"b*"}}"#,
            r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#,
        ] {
            clean(&LINT, &under(condition));
        }
    }
}
