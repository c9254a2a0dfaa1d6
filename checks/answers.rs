//! Answers of the policy engine that are asked for again and again.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tripod_policy::StatementsMet;

/// What was answered about one caller under one context, by the statements that the requests met. A role that may do
/// everything is asked about thousands of actions, which all meet the same few statements.
#[derive(Debug)]
pub(crate) struct Answers<T>(RefCell<BTreeMap<StatementsMet, T>>);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Answers<T> {
    /// The answer to requests that meet these statements, asked for once. Where it is open which are met, every
    /// request is asked for itself.
    pub(crate) fn of(&self, met: Option<StatementsMet>, ask: impl FnOnce() -> T) -> T {
        let Some(met) = met else {
            return ask();
        };
        if let Some(before) = self.0.borrow().get(&met) {
            return before.clone();
        }
        let answer = ask();
        self.0.borrow_mut().insert(met, answer.clone());
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tripod_model::{Arn, PolicyDocument};
    use tripod_policy::{
        Attached, Caller, Context, Policies, Request, Resource, StatementsMet, parse,
    };

    use super::Answers;

    fn met(action: &str) -> Option<StatementsMet> {
        let text = r#"{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;
        let policy = parse(&PolicyDocument(text.to_owned())).expect("a policy");
        let request = Request {
            caller: &Caller::role(&Arn::new("arn:aws:iam::111122223333:role/a")).expect("a role"),
            action,
            resource: &Resource::new(&Arn::new("arn:aws:s3:::claims/a")),
            context: &Context::open(),
        };
        let identity = [Attached::new("own", &policy)];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        StatementsMet::by(&request, &policies)
    }

    #[test]
    fn what_meets_the_same_statements_is_asked_once_and_what_is_open_each_time() {
        let asked = Cell::new(0);
        let answers = Answers::default();
        let ask = |met| {
            answers.of(met, || {
                asked.set(asked.get() + 1);
                asked.get()
            })
        };
        assert_eq!(ask(met("s3:GetObject")), 1);
        assert_eq!(ask(met("s3:GetObjectAcl")), 1);
        assert_eq!(ask(met("s3:PutObject")), 2);
        assert_eq!(ask(met("s3:GetObject")), 1);
        assert_eq!(ask(None), 3);
        assert_eq!(ask(None), 4);
    }
}
