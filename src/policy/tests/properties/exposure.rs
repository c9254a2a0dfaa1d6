//! The sets that `exposure` and `audience` tell hold everyone whom `admitted` lets in.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use tripod_model::{AccountId, Arn};
use tripod_policy::{
    Attached, Caller, Context, Policies, Reach, Request, Resource, Scope, ScopeKind, Who, admitted,
    audience, exposure_of,
};

use crate::words::{
    ACTIONS, Kind, OWN, RESOURCES, STRANGER, member, policy, statement, statements,
};

/// What a stranger can see to: not to come from the networks, VPCs or on behalf of the accounts that
/// policies name.
fn circumstances() -> impl Strategy<Value = Context> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(tls, tagged, listing)| {
        let mut context = Context::closed()
            .with("aws:SourceIp", "192.0.2.9")
            .with("aws:SecureTransport", tls.to_string())
            .with("aws:CurrentTime", "2026-06-01T00:00:00Z");
        if tagged {
            context = context.with("aws:TagKeys", "a");
        }
        if listing {
            context = context.with("s3:max-keys", "15");
        }
        context
    })
}

fn stranger(name: &str) -> Caller {
    Caller::user(&Arn::new(format!("arn:aws:iam::{STRANGER}:user/{name}")))
        .unwrap()
        .in_organization(member("o-zzz"))
        .tagged([("team", "ada")])
        .with_id("AIDASTRANGER")
}

fn may_enter(
    statements: &[Value],
    caller: &Caller,
    action: &str,
    arn: &str,
    context: &Context,
) -> bool {
    let policy = policy(statements);
    let resource = Resource::new(&Arn::new(arn)).owned_by(AccountId::new(OWN));
    let request = Request {
        caller,
        action,
        resource: &resource,
        context,
    };
    let policies = Policies {
        resource: Some(Attached::new("resource", &policy)),
        ..Policies::default()
    };
    admitted(&request, &policies).is_allowed()
}

proptest! {

    #[test]
    fn a_stranger_enters_only_what_is_public(
        statements in statements(Kind::Resource),
        action in select(&ACTIONS[..]), arn in select(&RESOURCES[..]), context in circumstances(),
        name in select(vec!["ada", "eve"]),
    ) {
        if may_enter(&statements, &stranger(name), action, arn, &context) {
            let reach = exposure_of(arn, &policy(&statements), &[action]).reach;
            prop_assert!(reach.is_public(), "{reach:?}");
        }
        if may_enter(&statements, &Caller::anonymous(), action, arn, &context) {
            let reach = exposure_of(arn, &policy(&statements), &[action]).reach;
            prop_assert_eq!(reach, Reach::Everyone);
        }
    }

    #[test]
    fn a_service_for_a_stranger_enters_only_where_its_source_is_open(
        statements in statements(Kind::Resource),
        action in select(&ACTIONS[..]), arn in select(&RESOURCES[..]), context in circumstances(),
    ) {
        let service = Caller::service("s3.amazonaws.com");
        let context = context
            .with("aws:SourceAccount", STRANGER)
            .with("aws:SourceArn", format!("arn:aws:sns:eu:{STRANGER}:topic"));
        if may_enter(&statements, &service, action, arn, &context) {
            let open = audience(arn, &policy(&statements), &[action]).into_iter().any(|access| {
                match access.who {
                    Who::Service { name, sources } => {
                        name == "s3.amazonaws.com" && sources.is_empty()
                    }
                    Who::Everyone | Who::EveryAwsPrincipal => true,
                    Who::Bounded(bounds) => bounds.iter().all(|scopes| {
                        let named = |scope: &Scope| scope.kind == ScopeKind::Service;
                        scopes.iter().any(named)
                    }),
                    _ => false,
                }
            });
            prop_assert!(open);
        }
    }

    #[test]
    fn somebody_of_a_named_account_enters_only_with_the_audience(
        statements in statements(Kind::Resource),
        action in select(&ACTIONS[..]), arn in select(&RESOURCES[..]), context in circumstances(),
    ) {
        let friend = Caller::role(&Arn::new("arn:aws:iam::444455556666:role/claims"))
            .unwrap()
            .in_organization(member("o-own"));
        if may_enter(&statements, &friend, action, arn, &context) {
            let audience = audience(arn, &policy(&statements), &[action]);
            prop_assert!(!audience.is_empty());
            prop_assert!(audience.iter().any(|access| access.who.is_outside(&AccountId::new(OWN))));
        }
    }

    #[test]
    fn a_deny_more_never_opens(
        statements in statements(Kind::Resource), more in statement(Kind::Resource),
        action in select(&ACTIONS[..]), arn in select(&RESOURCES[..]),
    ) {
        let reach = |statements: &[Value]| exposure_of(arn, &policy(statements), &[action]).reach;
        let mut deny = more;
        deny["Effect"] = "Deny".into();
        let mut after = statements.clone();
        after.push(deny);
        prop_assert!(reach(&after) <= reach(&statements));
    }

    #[test]
    fn the_order_of_statements_does_not_matter(
        statements in statements(Kind::Resource).prop_shuffle(),
        action in select(&ACTIONS[..]), arn in select(&RESOURCES[..]),
    ) {
        let told = |statements: &[Value]| {
            let mut who: Vec<String> = audience(arn, &policy(statements), &[action])
                .iter()
                .map(|access| access.who.to_string())
                .collect();
            who.sort();
            who
        };
        let mut reversed = statements.clone();
        reversed.reverse();
        let reach = |statements: &[Value]| exposure_of(arn, &policy(statements), &[action]).reach;
        prop_assert_eq!(reach(&reversed), reach(&statements));
        prop_assert_eq!(told(&reversed), told(&statements));
    }
}
