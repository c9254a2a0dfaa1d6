//! Cognito identity pools that give credentials to guests, and what guests may do with them.

use tripod_model::cognito_identity::{IdentityPool, IdentityPoolSettings};
use tripod_model::iam::Principal;
use tripod_model::{Arn, Impact, Severity, Unknown};
use tripod_policy::{Caller, Context};

use crate::iam::powers::{Extent, Power, powers, summary};
use crate::iam::trust::{DETAILS, Trust, failed, trust_policy};
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-unauthenticated-identity-pool",
    title: "identity pool that gives credentials to guests",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::Critical,
        availability: Severity::Medium,
    },
    confidence: Confidence::Medium,
    rows: &["IT09"],
    needs: &[
        DETAILS,
        "cognito-identity:ListIdentityPools",
        DESCRIBE,
        ROLES,
    ],
    controls: &[
        Control::Baseline("IAM-1"),
        Control::Baseline("IAM-3"),
        Control::Fsbp("Cognito.2"),
        Control::OwaspServerless("S2"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unauthenticated_identity_pool.md"),
    run,
};

const DESCRIBE: &str = "cognito-identity:DescribeIdentityPool";
const ROLES: &str = "cognito-identity:GetIdentityPoolRoles";
const KIND: &str = "AWS::Cognito::IdentityPool";

/// The provider's name in trust policies, and what it says of its guests.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html>
const COGNITO: &str = "cognito-identity.amazonaws.com";
const GUEST: &str = "unauthenticated";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        out.each(
            &scope.region.cognito_identity.identity_pools,
            || scope.unlisted(KIND),
            |pool| {
                let name = pool.name.as_deref().unwrap_or_else(|| id(pool));
                scope.resource(KIND, &pool.arn, name)
            },
            |pool| decide(&scope, pool),
        );
    }
}

/// `REGION:UUID`, which is the audience of the pool's tokens.
fn id(pool: &IdentityPool) -> &str {
    pool.arn.as_str().rsplit('/').next().unwrap_or_default()
}

fn decide(scope: &Scope<'_>, pool: &IdentityPool) -> Result<Verdict, Unknown> {
    let gone = || failed(DESCRIBE, "the pool is gone");
    let settings = pool.settings.found()?.ok_or_else(gone)?;
    let evidence = pool
        .sources
        .evidence(DESCRIBE, "/AllowUnauthenticatedIdentities");
    let guests = settings.unauthenticated;
    let guests = guests
        .ok_or_else(|| failed(DESCRIBE, "the answer has no AllowUnauthenticatedIdentities"))?;
    if !guests {
        return Ok(Verdict::pass("the pool gives no credentials to guests").evidence(evidence));
    }
    let mut open = Vec::new();
    for role in roles_for_guests(scope, pool, settings)? {
        open.push((role, deeds_of(scope, role)?));
    }
    Ok(verdict(&open).evidence(evidence))
}

/// What a role that guests get may do; empty for nothing that this check asks about.
fn deeds_of(scope: &Scope<'_>, role: &Principal) -> Result<Vec<Power>, Unknown> {
    let Some(authorization) = scope.account.iam.authorization.found()? else {
        return Ok(Vec::new());
    };
    powers(scope.account, authorization, role, Extent::Some)
}

fn verdict(open: &[(&Principal, Vec<Power>)]) -> Verdict {
    let roles: Vec<String> = open.iter().map(|(role, _)| role.arn.to_string()).collect();
    if open.is_empty() {
        let message = "the pool lets guests in";
        return Verdict::fail(message)
            .lowered_to(Severity::Low, "no role of the account is open to them");
    }
    let strong: Vec<String> = open
        .iter()
        .filter(|(_, deeds)| !deeds.is_empty())
        .map(|(role, deeds)| format!("{}, which may {}", role.name, summary(deeds)))
        .collect();
    if strong.is_empty() {
        let names: Vec<&str> = open.iter().map(|(role, _)| role.name.as_str()).collect();
        return Verdict::fail(format!(
            "the pool gives guests the role {}",
            names.join(" and ")
        ))
        .lowered_to(
            Severity::Medium,
            "it neither reads nor changes anything that this check asks about",
        )
        .detail("roles", roles);
    }
    let verdict = Verdict::fail(format!(
        "the pool gives guests the role {}",
        strong.join(", and ")
    ))
    .detail("roles", roles);
    let mut deeds = open.iter().flat_map(|(_, deeds)| deeds);
    if deeds.all(|power| !power.conditions.is_empty()) {
        let reason = "all of it is tied to conditions, such as an identity of the guest's own";
        return verdict.lowered_to(Severity::Medium, reason);
    }
    verdict
}

/// Roles that a guest of the pool gets credentials of: the one that the pool hands out, and in the classic
/// flow, where the guest names the role, every role whose trust policy lets the guest in.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html>
fn roles_for_guests<'s>(
    scope: &Scope<'s>,
    pool: &IdentityPool,
    settings: &IdentityPoolSettings,
) -> Result<Vec<&'s Principal>, Unknown> {
    let set = pool.roles.found()?;
    let handed_out: Option<&Arn> = set.and_then(|roles| roles.get(GUEST));
    let flow = settings.classic_flow;
    let chosen = flow.ok_or_else(|| failed(DESCRIBE, "the answer has no AllowClassicFlow"))?;
    let authorization = scope.account.iam.authorization.found()?;
    let mut open = Vec::new();
    for role in authorization.iter().flat_map(|all| &all.roles) {
        if (chosen || handed_out == Some(&role.arn)) && lets_guests_in(scope, role, pool)? {
            open.push(role);
        }
    }
    Ok(open)
}

fn lets_guests_in(
    scope: &Scope<'_>,
    role: &Principal,
    pool: &IdentityPool,
) -> Result<bool, Unknown> {
    let Some(authorization) = scope.account.iam.authorization.found()? else {
        return Ok(false);
    };
    let trust = Trust {
        account: scope.account,
        authorization,
        role,
        policy: trust_policy(role)?,
    };
    let guest = Context::open()
        .with(&format!("{COGNITO}:aud"), id(pool))
        .with(&format!("{COGNITO}:amr"), GUEST);
    let caller = Caller::federated(COGNITO);
    let found = trust.enters(&caller, "sts:AssumeRoleWithWebIdentity", &guest)?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tripod_model::cognito_identity::{IdentityPool, IdentityPoolSettings};
    use tripod_model::iam::Principal;
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, Snapshot, fixtures};

    use super::{CHECK, COGNITO, DESCRIBE, ROLES};
    use crate::iam::testing::{allowing, role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one};

    const POOL: &str = "eu-central-1:0c11a1c0";
    const NOTHING: (&str, &str) = (r#""mobileanalytics:PutEvents""#, r#""*""#);
    const BUCKET: (&str, &str) = (r#""s3:GetObject""#, r#""arn:aws:s3:::uploads/*""#);

    /// A role that the guests of a pool get by its trust policy.
    fn guest_role(pool: &str, amr: &str, (actions, resources): (&str, &str)) -> Principal {
        let condition = format!(
            r#"{{"StringEquals":{{"{COGNITO}:aud":"{pool}"}},"ForAnyValue:StringLike":{{"{COGNITO}:amr":"{amr}"}}}}"#
        );
        let principal = format!(r#"{{"Federated":"{COGNITO}"}}"#);
        let mut role = role_trusting(&statement(
            &principal,
            "sts:AssumeRoleWithWebIdentity",
            &condition,
        ));
        role.inline_policies
            .insert("own".to_owned(), allowing(actions, resources));
        role
    }

    fn pool(guests: bool, classic: bool, role: Option<&str>) -> IdentityPool {
        IdentityPool {
            arn: Arn::new(format!(
                "arn:aws:cognito-identity:eu-central-1:111122223333:identitypool/{POOL}"
            )),
            name: Some("visitors".to_owned()),
            settings: Observed::Known(IdentityPoolSettings {
                unauthenticated: Some(guests),
                classic_flow: Some(classic),
            }),
            roles: Observed::Known(
                role.map(|arn| ("unauthenticated".to_owned(), Arn::new(arn)))
                    .into_iter()
                    .collect::<BTreeMap<_, _>>(),
            ),
            sources: fixtures::sources(&[DESCRIBE]),
        }
    }

    const ROLE: &str = "arn:aws:iam::111122223333:role/claims";

    fn snapshot(pool: IdentityPool, roles: Vec<Principal>) -> Snapshot {
        let mut snapshot = with_roles(roles);
        snapshot.accounts[0].regions[0]
            .cognito_identity
            .identity_pools = Observed::Known(vec![pool]);
        snapshot
    }

    fn judged(pool: IdentityPool, roles: Vec<Principal>) -> Finding {
        run_one(&CHECK, &snapshot(pool, roles))
    }

    #[test]
    fn guests_who_read_a_bucket_are_critical() {
        let role = guest_role(POOL, "unauthenticated", BUCKET);
        let finding = judged(pool(true, false, Some(ROLE)), vec![role]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(
            finding.message,
            "the pool gives guests the role claims, which may read data (s3:GetObject)"
        );
    }

    #[test]
    fn guests_who_may_do_next_to_nothing_are_medium() {
        let role = guest_role(POOL, "unauthenticated", NOTHING);
        let finding = judged(pool(true, false, Some(ROLE)), vec![role]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
    }

    #[test]
    fn guests_who_read_only_what_is_their_own_are_medium() {
        let own = (
            r#""s3:GetObject""#,
            r#""arn:aws:s3:::uploads/${cognito-identity.amazonaws.com:sub}/*""#,
        );
        let role = guest_role(POOL, "unauthenticated", own);
        let finding = judged(pool(true, false, Some(ROLE)), vec![role]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium, "{}", finding.message);
        assert!(
            finding.message.contains("read data (s3:GetObject)"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn a_role_that_refuses_guests_is_none_of_theirs() {
        for role in [
            guest_role(POOL, "authenticated", BUCKET),
            guest_role("eu-central-1:another", "unauthenticated", BUCKET),
            role_trusting(&statement(
                r#"{"Service":"lambda.amazonaws.com"}"#,
                "sts:AssumeRole",
                "{}",
            )),
        ] {
            let finding = judged(pool(true, false, Some(ROLE)), vec![role]);
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low, "{}", finding.message);
        }
    }

    #[test]
    fn in_the_classic_flow_guests_choose_among_all_roles_that_trust_them() {
        let role = || vec![guest_role(POOL, "unauthenticated", BUCKET)];
        assert_eq!(
            judged(pool(true, true, None), role()).severity,
            Severity::Critical
        );
        assert_eq!(
            judged(pool(true, false, None), role()).severity,
            Severity::Low
        );
    }

    #[test]
    fn a_role_without_a_condition_on_how_one_signed_in_lets_guests_in() {
        let principal = format!(r#"{{"Federated":"{COGNITO}"}}"#);
        let mut role = role_trusting(&statement(
            &principal,
            "sts:AssumeRoleWithWebIdentity",
            "{}",
        ));
        role.inline_policies
            .insert("own".to_owned(), allowing(BUCKET.0, BUCKET.1));
        let finding = judged(pool(true, true, None), vec![role]);
        assert_eq!(finding.severity, Severity::Critical);
    }

    #[test]
    fn a_pool_without_guests_passes() {
        let role = guest_role(POOL, "unauthenticated", BUCKET);
        let finding = judged(pool(false, true, Some(ROLE)), vec![role]);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn what_was_not_told_is_not_assessed() {
        let mut unread = pool(true, true, None);
        unread.roles = fixtures::denied(ROLES);
        assert_denied(&judged(unread, vec![]), ROLES);
        let mut unread = pool(true, true, None);
        unread.settings = fixtures::denied(DESCRIBE);
        assert_denied(&judged(unread, vec![]), DESCRIBE);
        let mut unread = snapshot(pool(true, true, None), vec![]);
        unread.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run_one(&CHECK, &unread), super::DETAILS);
        let broken = judged(pool(true, true, None), vec![role_trusting("7")]);
        assert_eq!(broken.outcome, Outcome::NotAssessed);
        let list = fixtures::with_region(|region| {
            region.cognito_identity.identity_pools =
                fixtures::denied("cognito-identity:ListIdentityPools");
        });
        assert_denied(
            &run_one(&CHECK, &list),
            "cognito-identity:ListIdentityPools",
        );
    }
}
