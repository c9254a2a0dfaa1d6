//! Properties of the evaluation of one request.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use tripod_model::Arn;
use tripod_policy::{Caller, Denial, Grounds, Membership, Verdict};

use crate::words::{
    Asking, Estate, Kind, RESOURCE_PATTERNS, asking, context, estate, known, member, rank,
    statement,
};

/// The statements of each kind of policy there is.
fn layers(estate: &mut Estate) -> Vec<(Kind, &mut Vec<Value>)> {
    let of_identity = [&mut estate.boundary, &mut estate.session, &mut estate.scp];
    let of_resource = [&mut estate.rcp, &mut estate.resource, &mut estate.endpoint];
    let mut layers = vec![(Kind::Identity, &mut estate.identity)];
    let attached = of_identity.into_iter().flatten();
    layers.extend(attached.map(|statements| (Kind::Identity, statements)));
    let attached = of_resource.into_iter().flatten();
    layers.extend(attached.map(|statements| (Kind::Resource, statements)));
    layers
}

/// The estate with a statement more, in one of its policies.
fn with_one_more(
    estate: &Estate,
    which: Index,
    effect: &str,
    (for_identity, for_resource): (Value, Value),
) -> Estate {
    let mut estate = estate.clone();
    let mut layers = layers(&mut estate);
    let at = which.index(layers.len());
    let (kind, statements) = &mut layers[at];
    let mut statement = match kind {
        Kind::Identity => for_identity,
        Kind::Resource => for_resource,
    };
    statement["Effect"] = json!(effect);
    statements.push(statement);
    estate
}

fn one_more() -> impl Strategy<Value = (Value, Value)> {
    (statement(Kind::Identity), statement(Kind::Resource))
}

proptest! {

    #[test]
    fn a_deny_more_never_allows_more(
        estate in estate(), asking in asking(), which: Index, more in one_more(),
    ) {
        let after = with_one_more(&estate, which, "Deny", more);
        prop_assert!(after.rank(&asking) <= estate.rank(&asking));
    }

    #[test]
    fn an_allow_more_never_allows_less(
        estate in estate(), asking in asking(), which: Index, more in one_more(),
    ) {
        let after = with_one_more(&estate, which, "Allow", more);
        prop_assert!(after.rank(&asking) >= estate.rank(&asking));
    }

    #[test]
    fn the_order_of_statements_does_not_matter(
        estate in estate(), asking in asking(), which: Index, from: Index, to: Index,
    ) {
        let mut after = estate.clone();
        let mut layers = layers(&mut after);
        let at = which.index(layers.len());
        let (_, statements) = &mut layers[at];
        if !statements.is_empty() {
            let moved = statements.remove(from.index(statements.len()));
            statements.insert(to.index(statements.len() + 1), moved);
        }
        prop_assert_eq!(answer(&after, &asking), answer(&estate, &asking));
    }

    #[test]
    fn a_narrower_resource_never_widens_an_allow_nor_narrows_less_as_a_deny(
        estate in estate(), asking in asking(), which: Index, more in one_more(),
        (wide, narrow) in select(&RESOURCE_PATTERNS[..]), allow: bool,
    ) {
        let about = |pattern: &str| {
            let (mut for_identity, mut for_resource) = more.clone();
            for statement in [&mut for_identity, &mut for_resource] {
                let object = statement.as_object_mut().unwrap();
                object.remove("NotResource");
                object.insert("Resource".to_owned(), json!(pattern));
            }
            let effect = if allow { "Allow" } else { "Deny" };
            with_one_more(&estate, which, effect, (for_identity, for_resource)).rank(&asking)
        };
        let (wide, narrow) = (about(wide), about(narrow));
        let (less, more) = if allow { (narrow, wide) } else { (wide, narrow) };
        prop_assert!(less <= more);
    }

    /// What is decided without knowing everything stays so whatever turns out.
    #[test]
    fn more_knowledge_never_overturns_what_was_decided(
        estate in estate(), asking in asking(), caller in bare_caller(), first in known(), second in known(),
        org in select(vec![Membership::Alone, member("o-own"), member("o-x")]),
        team in select(vec!["ada", "red"]),
    ) {
        let unsure = Asking { caller, context: context(false, &first), ..asking };
        let before = estate.rank(&unsure);
        let mut all = first.clone();
        let new = second.into_iter().filter(|(key, _)| {
            first.iter().all(|(known, _)| known != key) && !follows(key, &unsure.caller)
        });
        all.extend(new);
        let sure_caller = unsure
            .caller
            .clone()
            .with_session("job")
            .with_id("AROAEXAMPLE")
            .with_canonical_user("79a5")
            .tagged([("team", team)])
            .in_organization(org);
        for (caller, closed) in [
            (&unsure.caller, false),
            (&unsure.caller, true),
            (&sure_caller, false),
            (&sure_caller, true),
        ] {
            let sure = Asking { caller: caller.clone(), context: context(closed, &all), ..unsure };
            let after = estate.rank(&sure);
            prop_assert!(before == 1 || before == after, "{sure:?}");
        }
    }

    /// No answer without its reason.
    #[test]
    fn every_verdict_gives_its_grounds(estate in estate(), asking in asking()) {
        estate.decide(&asking, |decision| {
            match &decision.verdict {
                Verdict::Allowed => {
                    prop_assert!(decision.blocking.is_empty());
                    let root = format!("{:?}", asking.caller).contains("Root");
                    prop_assert!(root || !decision.granting.is_empty());
                }
                Verdict::Denied(Denial::Explicit) => prop_assert!(!decision.blocking.is_empty()),
                Verdict::Denied(Denial::Implicit(gaps)) => {
                    prop_assert!(!gaps.is_empty());
                    prop_assert!(decision.granting.is_empty());
                }
                Verdict::Depends(on) => prop_assert!(!on.is_empty()),
                Verdict::NotAssessed(unseen) => prop_assert!(!unseen.is_empty()),
            }
            Ok(())
        })?;
    }

    /// A policy that cannot be read never leads to an answer that says "allowed".
    #[test]
    fn what_cannot_be_read_allows_nothing_for_sure(estate in estate(), asking in asking()) {
        let broken = Estate { unreadable: true, ..estate };
        let has_account = asking.caller.account().is_some();
        broken.decide(&asking, |decision| {
            let open = matches!(decision.verdict, Verdict::NotAssessed(_));
            prop_assert!(!has_account || decision.is_denied() || open);
            Ok(())
        })?;
    }
}

/// Whether a key's value follows from the caller: to say something else is not to know more.
fn follows(key: &str, caller: &Caller) -> bool {
    match key {
        "aws:username" | "aws:PrincipalTag/team" => true,
        "aws:SourceAccount" | "aws:SourceArn" => *caller != Caller::service("s3.amazonaws.com"),
        _ => false,
    }
}

/// A caller of which nothing is known but its ARN, if that.
fn bare_caller() -> impl Strategy<Value = Caller> {
    let arn = |text: &str| Arn::new(text);
    select(vec![
        Caller::user(&arn("arn:aws:iam::111122223333:user/ada")).unwrap(),
        Caller::role(&arn("arn:aws:iam::111122223333:role/claims")).unwrap(),
        Caller::role(&arn("arn:aws:iam::444455556666:role/claims")).unwrap(),
        Caller::service("s3.amazonaws.com"),
        Caller::anonymous(),
    ])
}

/// How much is allowed, and by what: without order.
fn answer(estate: &Estate, asking: &Asking) -> (u8, Vec<String>, Vec<String>) {
    estate.decide(asking, |decision| {
        let sorted = |grounds: &[Grounds<'_>]| {
            let mut texts: Vec<String> = grounds
                .iter()
                .map(|grounds| format!("{} {}", grounds.layer, grounds.statement))
                .collect();
            texts.sort();
            texts
        };
        (
            rank(decision),
            sorted(&decision.granting),
            sorted(&decision.blocking),
        )
    })
}
