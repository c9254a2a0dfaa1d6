//! What is left of a policy for requests of which something is known.

use crate::condition::Condition;
use crate::context::Context;
use crate::key::Key;
use crate::pattern::{Substitute, Substitutes};
use crate::statement::{Policy, Statement};
use crate::truth::Truth;

/// The policy as it reads for requests that carry what `context` names: conditions that then hold go,
/// statements of which a condition then fails go as a whole. Keys that the context does not name stay
/// open, whether it is an open or a closed one; statements keep their places in the document.
///
/// With it a question about callers, such as [`crate::audience`], can be put for one kind of request.
///
/// ```
/// use tripod_model::PolicyDocument;
/// use tripod_policy::{Context, given, parse};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Resource": "*",
///     "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}}"#;
/// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
/// let key = "lambda:FunctionUrlAuthType";
///
/// let open = given(&policy, &Context::open().with(key, "NONE"));
/// assert!(open.statements[0].conditions.is_empty());
/// let signed = given(&policy, &Context::open().with(key, "AWS_IAM"));
/// assert!(signed.statements.is_empty());
/// ```
pub fn given(policy: &Policy, context: &Context) -> Policy {
    let left = |statement: &Statement| left_of(statement, context);
    Policy {
        statements: policy.statements.iter().filter_map(left).collect(),
        ..policy.clone()
    }
}

fn left_of(statement: &Statement, context: &Context) -> Option<Statement> {
    let mut left = statement.clone();
    left.conditions.clear();
    for condition in &statement.conditions {
        match truth(condition, context) {
            Truth::True => {}
            Truth::False => return None,
            Truth::Unknown => left.conditions.push(condition.clone()),
        }
    }
    Some(left)
}

fn truth(condition: &Condition, context: &Context) -> Truth {
    let named = context.given(condition.key.lower());
    named.map_or(Truth::Unknown, |value| {
        condition.holds(&value.into(), &Nothing)
    })
}

/// Policy variables are part of the request, of which nothing is known here.
struct Nothing;

impl Substitutes for Nothing {
    fn substitute(&self, _: &Key) -> Substitute<'_> {
        Substitute::Unknown
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::PolicyDocument;

    use super::given;
    use crate::{Context, Policy, Value, parse};

    const KEY: &str = "lambda:InvokedViaFunctionUrl";

    fn policy(effect: &str, condition: &str) -> Policy {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[
                {{"Effect":"Allow","Principal":"*","Action":"lambda:GetFunction","Resource":"*"}},
                {{"Effect":"{effect}","Principal":"*","Action":"*","Resource":"*","Condition":{condition}}}]}}"#
        );
        parse(&PolicyDocument(text)).expect("a policy")
    }

    /// How many conditions are left of the second statement; none where the statement is gone.
    fn left(condition: &str, context: &Context) -> Option<usize> {
        let lefts = ["Allow", "Deny"].map(|effect| {
            let policy = given(&policy(effect, condition), context);
            assert_eq!(policy.statements[0].index, 0);
            let second = policy.statements.get(1);
            second.map(|statement| statement.conditions.len())
        });
        assert_eq!(lefts[0], lefts[1], "an Allow and a Deny are read alike");
        lefts[0]
    }

    #[test]
    fn a_condition_that_holds_goes_and_one_that_fails_takes_its_statement_along() {
        let via = r#"{"Bool":{"lambda:invokedviafunctionurl":"true"}}"#;
        assert_eq!(left(via, &Context::open().with(KEY, "true")), Some(0));
        assert_eq!(left(via, &Context::open().with(KEY, "false")), None);
        assert_eq!(left(via, &Context::open().without(KEY)), None);
        let not = r#"{"BoolIfExists":{"lambda:InvokedViaFunctionUrl":"true"}}"#;
        assert_eq!(left(not, &Context::open().without(KEY)), Some(0));
    }

    #[test]
    fn what_is_not_known_stays_also_in_a_closed_context() {
        let via = r#"{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"#;
        assert_eq!(left(via, &Context::closed()), Some(1));
        let unknown = Context::open().holding(KEY, Value::Unknown);
        assert_eq!(left(via, &unknown), Some(1));
        let account = r#"{"StringEquals":{"aws:SourceAccount":"111122223333"},
            "Bool":{"lambda:InvokedViaFunctionUrl":"true"}}"#;
        assert_eq!(left(account, &Context::open().with(KEY, "true")), Some(1));
    }

    #[test]
    fn a_variable_may_be_anything() {
        let variable = r#"{"StringEquals":{"aws:SourceAccount":"${aws:ResourceAccount}"}}"#;
        let account = Context::open().with("aws:SourceAccount", "111122223333");
        assert_eq!(left(variable, &account), Some(1));
    }

    #[test]
    fn an_operator_that_is_not_known_stays() {
        let odd = r#"{"StringSoundsLike":{"lambda:InvokedViaFunctionUrl":"true"}}"#;
        assert_eq!(left(odd, &Context::open().with(KEY, "true")), Some(1));
    }
}
