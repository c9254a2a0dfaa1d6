//! Whether the policy of a VPC endpoint keeps strangers away from strangers' resources.
//!
//! Whoever has a foothold in the VPC may bring credentials of an account of their own, and carry data
//! into a bucket of that account. Nothing of the owner's account is asked then: only the endpoint's
//! policy, by limiting who calls or what is called.
//!
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>

use std::collections::{BTreeMap, BTreeSet};

use tripod_model::{AccountId, Arn};

use crate::caller::{Caller, Membership, Organization, Owner};
use crate::context::Context;
use crate::evaluate::may_enter_by;
use crate::exposure::Reach;
use crate::grants::{action_witnesses, grants};
use crate::overlap::ANYTHING;
use crate::pattern::Pattern;
use crate::request::{Request, Resource};
use crate::scope::Scope;
use crate::statement::{Policy, Selection, Statement, StatementRef};

/// A statement by which strangers get through to strangers' resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The statement.
    pub statement: StatementRef,
    /// Whether it lets through every action on every resource, and not some only.
    pub everything: bool,
    /// Its conditions: none of them keeps strangers out.
    pub conditions: Vec<String>,
}

/// An account that no policy names, in an organisation that no policy names.
const STRANGER: &str = "000000000000";
const STRANGE_ORGANIZATION: &str = "o-0000000000";

/// The statements by which principals of any account may act on resources of any account, denies
/// applied. A statement is kept within bounds by naming who calls, or which resources, by ARN or by
/// condition: one of both is enough.
///
/// ```
/// use tripod_model::PolicyDocument;
/// use tripod_policy::{parse, strangers_pass};
///
/// let default = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#;
/// let policy = parse(&PolicyDocument(default.to_owned())).unwrap();
/// assert!(strangers_pass(&policy)[0].everything);
/// ```
pub fn strangers_pass(policy: &Policy) -> Vec<Passage> {
    let mut found: BTreeMap<usize, Passage> = BTreeMap::new();
    let for_anyone = statements_for_anyone(policy);
    let actions = action_witnesses(policy, &["*"]);
    for allow in policy
        .allows()
        .filter(|allow| for_anyone.contains(&allow.index))
    {
        for action in &actions {
            for resource in unnamed_resources(allow) {
                if !allow.covers(action, &resource) || !enters(policy, allow, action, &resource) {
                    continue;
                }
                let anything = ANYTHING.to_string();
                let passage = found.entry(allow.index).or_insert_with(|| Passage {
                    statement: allow.reference(),
                    everything: false,
                    conditions: allow.conditions.iter().map(ToString::to_string).collect(),
                });
                passage.everything |= *action == anything && resource == anything;
            }
        }
    }
    found.into_values().collect()
}

/// The statements that let anyone call, as far as they say who calls. Where calls come from does not
/// count: whoever uses the endpoint is in its VPC.
fn statements_for_anyone(policy: &Policy) -> BTreeSet<usize> {
    let names_callers = |scopes: &Vec<Scope>| scopes.iter().all(|scope| scope.kind.is_caller());
    grants(policy, &["*"], None)
        .iter()
        .filter(|grant| grant.reach >= Reach::Limited && !grant.limits.iter().any(names_callers))
        .map(|grant| grant.statement.index)
        .collect()
}

/// What the statement covers without naming whose or which it is.
fn unnamed_resources(allow: &Statement) -> Vec<String> {
    match &allow.resources {
        Selection::Only(patterns) => patterns
            .iter()
            .filter(|pattern| !names_owner(pattern))
            .map(Pattern::witness)
            .collect(),
        Selection::AllBut(_) | Selection::Unstated => vec![ANYTHING.to_string()],
    }
}

/// Whether a pattern fixes the account, or, where the ARN has none as those of buckets, the name.
fn names_owner(pattern: &Pattern) -> bool {
    let fields: Vec<&str> = pattern.as_str().splitn(6, ':').collect();
    let [_, _, _, _, account, name] = fields.as_slice() else {
        return false;
    };
    let begins_fixed = |text: &str| !text.is_empty() && !text.starts_with(['*', '?', '$']);
    if account.is_empty() {
        begins_fixed(name)
    } else {
        !account.contains(['*', '?', '$'])
    }
}

/// Whether a stranger may do it: one in an organisation, one in none, or one without credentials.
fn enters(policy: &Policy, allow: &Statement, action: &str, resource: &str) -> bool {
    let organization = Organization {
        id: STRANGE_ORGANIZATION.to_owned(),
        path: Some(format!("{STRANGE_ORGANIZATION}/r-0000/ou-0000-00000000/")),
    };
    let account = AccountId::new(STRANGER);
    let strangers = [Membership::Member(organization), Membership::Alone]
        .map(|membership| (Caller::somebody_in(account.clone()), membership));
    let unsigned = (Caller::anonymous(), Membership::Alone);
    strangers
        .into_iter()
        .chain([unsigned])
        .any(|(caller, membership)| {
            let owner = Owner::new(account.clone()).with(membership.clone());
            let request = Request {
                caller: &caller.in_organization(membership),
                action,
                resource: &Resource::new(&Arn::new(resource)).owned_by(owner),
                context: &Context::open(),
            };
            may_enter_by(&request, policy, allow)
        })
}

#[cfg(test)]
mod tests {
    use tripod_model::PolicyDocument;

    use super::*;
    use crate::parse;

    fn passages(statements: &str) -> Vec<(usize, bool)> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let policy = parse(&PolicyDocument(text)).expect("a policy");
        let found = strangers_pass(&policy);
        found
            .iter()
            .map(|passage| (passage.statement.index, passage.everything))
            .collect()
    }

    fn allow(action: &str, resource: &str, condition: &str) -> String {
        format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"{action}","Resource":"{resource}","Condition":{condition}}}"#
        )
    }

    fn deny(condition: &str) -> String {
        format!(
            r#"{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{condition}}}"#
        )
    }

    #[test]
    fn the_default_policy_lets_everything_through() {
        assert_eq!(passages(&allow("*", "*", "{}")), [(0, true)]);
        assert_eq!(passages(&allow("s3:GetObject", "*", "{}")), [(0, false)]);
        assert_eq!(passages(&allow("*", "arn:aws:s3:::*", "{}")), [(0, false)]);
        assert_eq!(
            passages(&allow("sqs:*", "arn:aws:sqs:*:*:claims", "{}")),
            [(0, false)],
            "anyone can have a queue of that name"
        );
    }

    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html#vpc-endpoint-policies-s3>
    #[test]
    fn resources_that_are_named_keep_within_bounds() {
        for resource in [
            "arn:aws:s3:::clinic-uploads/*",
            "arn:aws:dynamodb:*:111122223333:table/*",
        ] {
            assert_eq!(passages(&allow("*", resource, "{}")), [], "{resource}");
        }
    }

    #[test]
    fn conditions_that_fix_who_calls_or_whose_it_is_keep_within_bounds() {
        for condition in [
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
            r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#,
            r#"{"StringEquals":{"aws:ResourceOrgID":"o-a1"}}"#,
            r#"{"StringEquals":{"aws:ResourceAccount":["111122223333"]}}"#,
            r#"{"ForAnyValue:StringLike":{"aws:ResourceOrgPaths":"o-a1/*"}}"#,
        ] {
            assert_eq!(passages(&allow("*", "*", condition)), [], "{condition}");
        }
    }

    #[test]
    fn conditions_that_only_seem_to_do_not() {
        for condition in [
            r#"{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}"#,
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1"}}"#,
            r#"{"StringNotEquals":{"aws:ResourceAccount":"111122223333"}}"#,
            r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/claims"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
            r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
            r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}}"#,
        ] {
            assert_eq!(
                passages(&allow("*", "*", condition)),
                [(0, true)],
                "{condition}"
            );
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>
    #[test]
    fn denies_take_back() {
        let all = allow("*", "*", "{}");
        for condition in [
            r#"{"StringNotEquals":{"aws:ResourceOrgID":"o-a1"}}"#,
            r#"{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1"}}"#,
        ] {
            assert_eq!(
                passages(&format!("{all},{}", deny(condition))),
                [],
                "{condition}"
            );
        }
        let part = r#"{"Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"*"}"#;
        assert_eq!(passages(&format!("{all},{part}")), [(0, true)]);
    }

    #[test]
    fn principals_that_are_named_keep_within_bounds() {
        let named =
            r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}"#;
        assert_eq!(passages(named), []);
    }
}
