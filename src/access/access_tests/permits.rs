//! The caller's side alone.

use tripod_model::{Account, Arn, fixtures};
use tripod_policy::{Context, Resource, Verdict, unnamed};

use super::estate::*;
use crate::Access;

const DENY: &str = r#"{"Effect":"Deny","Action":"sqs:*","Resource":"*"}"#;

/// Whether the role may use a queue that nobody named, and whether all that bears on it was seen.
fn permits(account: &Account) -> (bool, bool) {
    let access = Access::of(account).expect("the authorization details are known");
    let actor = access.actor(&Arn::new(ROLE)).expect("a role");
    let queue = Arn::new(unnamed("arn:aws:sqs:eu-central-1:111122223333:*"));
    let context = Context::open();
    let decision = access.permits(&actor, "sqs:SendMessage", &Resource::new(&queue), &context);
    let decision = decision.expect("an action");
    assert!(!matches!(decision.verdict, Verdict::NotAssessed(_)));
    (decision.is_allowed(), access.scps_unseen().is_none())
}

fn granted() -> Account {
    let mut account = account();
    grant(&mut account, &[&allow("sqs:*", "*")]);
    account
}

#[test]
fn a_wildcard_permits_what_nobody_named_and_a_name_does_not() {
    assert_eq!(permits(&granted()), (true, true));
    let mut named = account();
    let queue = "arn:aws:sqs:eu-central-1:111122223333:claims";
    grant(&mut named, &[&allow("sqs:*", queue)]);
    assert_eq!(permits(&named), (false, true));
}

#[test]
fn service_control_policies_take_away() {
    let mut account = granted();
    in_organization(&mut account, &[("no-queues", DENY)]);
    assert_eq!(permits(&account), (false, true));
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html>
#[test]
fn what_a_member_may_not_read_of_its_organisation_hides_no_grant_and_is_told() {
    let mut account = granted();
    in_organization(&mut account, &[("no-queues", DENY)]);
    account.organizations.path = fixtures::denied("organizations:ListParents");
    assert_eq!(permits(&account), (true, false));
    let mut account = granted();
    in_organization(&mut account, &[("no-queues", DENY)]);
    for policy in &mut account.organizations.policies {
        policy.content = fixtures::denied("organizations:DescribePolicy");
    }
    assert_eq!(permits(&account), (true, false));
}

#[test]
fn what_the_role_is_not_granted_is_denied_whatever_was_not_read() {
    let mut account = account();
    in_organization(&mut account, &[]);
    account.organizations.path = fixtures::denied("organizations:ListParents");
    assert_eq!(permits(&account), (false, false));
}
