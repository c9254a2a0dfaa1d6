//! For which resources a policy lets services act.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn>

use std::collections::BTreeMap;

use crate::condition::Condition;
use crate::grants::grants;
use crate::operator::Base;
use crate::principal::Principal;
use crate::statement::{Policy, Statement, StatementRef};

/// A service that a statement lets in, and the resources that it may act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The Allow statement.
    pub statement: StatementRef,
    /// The service's name, such as `s3.amazonaws.com`.
    pub service: String,
    /// What conditions on `aws:SourceArn` name, as the policy writes it, wildcards included. Empty where
    /// none names anything.
    pub sources: Vec<String>,
    /// What conditions on `aws:SourceAccount` name.
    pub accounts: Vec<String>,
}

/// The services that the policy attached to the resource `arn` lets do any of `actions` (patterns are
/// welcome), with the resources named for them, in the order of statements and services. Denies are
/// applied. Unlike [`crate::audience`] this gives what the policy names, and not what limits: the ARN of
/// a bucket names the bucket, and leaves open whose it is.
///
/// ```
/// use tripod_model::PolicyDocument;
/// use tripod_policy::{parse, triggers};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Sid": "uploads",
///     "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
///     "Action": "lambda:InvokeFunction", "Resource": "*",
///     "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}}}}"#;
/// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
/// let function = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
/// let found = triggers(function, &policy, &["lambda:InvokeFunction"]);
/// assert_eq!(found[0].sources, ["arn:aws:s3:::uploads"]);
/// assert!(found[0].accounts.is_empty());
/// ```
pub fn triggers(arn: &str, policy: &Policy, actions: &[&str]) -> Vec<Trigger> {
    let mut found = BTreeMap::new();
    for grant in grants(policy, actions, Some(arn)) {
        if let Some(Principal::Service(name)) = grant.principal {
            found.insert((grant.statement.index, name.as_str()), grant.statement);
        }
    }
    let trigger = |((_, service), statement): ((usize, &str), &Statement)| Trigger {
        statement: statement.reference(),
        service: service.to_owned(),
        sources: named(statement, "aws:SourceArn"),
        accounts: named(statement, "aws:SourceAccount"),
    };
    found.into_iter().map(trigger).collect()
}

/// What the statement wants a key to be. A negation names whom it shuts out.
fn named(statement: &Statement, key: &str) -> Vec<String> {
    let names = |condition: &&Condition| {
        let base = condition.operator.base;
        let compares = matches!(base, Base::StringEquals | Base::StringLike | Base::Arn);
        compares && !condition.operator.negated && condition.is_on(key)
    };
    let naming = statement.conditions.iter().filter(names);
    naming
        .flat_map(|condition| condition.values.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::PolicyDocument;

    use super::triggers;
    use crate::parse;

    const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
    const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:claims";

    /// The triggers of statements, each as service, sources and accounts.
    fn found(statements: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let policy = parse(&PolicyDocument(text)).expect("a policy");
        let found = triggers(FUNCTION, &policy, &["lambda:InvokeFunction"]);
        let parts = found
            .into_iter()
            .map(|t| (t.service, t.sources, t.accounts));
        parts.collect()
    }

    fn statement(effect: &str, principal: &str, action: &str, condition: &str) -> String {
        format!(
            r#"{{"Effect":"{effect}","Principal":{principal},"Action":"{action}","Resource":"*","Condition":{condition}}}"#
        )
    }

    fn of_sns(condition: &str) -> String {
        let sns = r#"{"Service":"sns.amazonaws.com"}"#;
        statement("Allow", sns, "lambda:*", condition)
    }

    #[test]
    fn every_operator_that_wants_an_arn_names_it_and_a_negation_does_not() {
        for operator in ["ArnLike", "ArnEquals", "StringEquals", "StringLikeIfExists"] {
            let condition = format!(r#"{{"{operator}":{{"AWS:SourceArn":"{TOPIC}"}}}}"#);
            assert_eq!(found(&of_sns(&condition))[0].1, [TOPIC], "{operator}");
        }
        let shut_out = format!(r#"{{"ArnNotLike":{{"aws:SourceArn":"{TOPIC}"}}}}"#);
        assert!(found(&of_sns(&shut_out))[0].1.is_empty());
    }

    #[test]
    fn accounts_are_named_beside_the_sources() {
        let condition = format!(
            r#"{{"ArnLike":{{"aws:SourceArn":["{TOPIC}","{TOPIC}-2"]}},
                "StringEquals":{{"aws:SourceAccount":"111122223333"}}}}"#
        );
        let (service, sources, accounts) = found(&of_sns(&condition)).remove(0);
        assert_eq!(service, "sns.amazonaws.com");
        assert_eq!(sources, [TOPIC.to_owned(), format!("{TOPIC}-2")]);
        assert_eq!(accounts, ["111122223333"]);
    }

    #[test]
    fn other_principals_other_actions_and_denied_services_are_no_triggers() {
        let account = statement("Allow", r#"{"AWS":"111122223333"}"#, "lambda:*", "{}");
        assert!(found(&account).is_empty());
        let sns = r#"{"Service":"sns.amazonaws.com"}"#;
        let reading = statement("Allow", sns, "lambda:GetFunction", "{}");
        assert!(found(&reading).is_empty());
        let denied = statement("Deny", sns, "lambda:InvokeFunction", "{}");
        assert!(found(&format!("{},{denied}", of_sns("{}"))).is_empty());
    }

    #[test]
    fn each_service_of_a_statement_is_one() {
        let both = r#"{"Service":["sns.amazonaws.com","s3.amazonaws.com"]}"#;
        let statement = statement("Allow", both, "lambda:InvokeFunction", "{}");
        let services: Vec<String> = found(&statement).into_iter().map(|found| found.0).collect();
        assert_eq!(services, ["s3.amazonaws.com", "sns.amazonaws.com"]);
    }
}
