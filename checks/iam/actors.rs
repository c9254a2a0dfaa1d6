//! The one way over all users and roles, and what they may do in the end: by all of their policies, those of AWS and
//! of their groups among them, within their boundary.

use jiff::Timestamp;
use tripod_model::iam::Principal;
use tripod_model::{Account, Arn, Severity, Unknown};
use tripod_policy::{Attached, Caller, Identities, IdentityPolicies, Policy};

use super::asking::{Admin, Asking, administrator_by, unreadable};
use super::weight::Weight;
use super::written::{kind, the};
use super::{DETAILS, ROLE, identities, resource, short, unlisted};
use crate::{Outcomes, Verdict, View};

/// A user or role.
pub(super) struct Actor<'a> {
    pub(super) account: &'a Account,
    pub(super) principal: &'a Principal,
    policies: IdentityPolicies<'a>,
    caller: Caller,
    observed: Timestamp,
}

/// One outcome for every user and role. Service-linked roles are left out: AWS writes their policies, and nobody else
/// can assume or change them. Groups act through their members.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
pub(super) fn each_actor(
    view: &View<'_>,
    out: &mut Outcomes,
    decide: impl Fn(&Actor) -> Result<Verdict, Unknown>,
) {
    for account in &view.accounts {
        let known = identities(view, account);
        match known {
            Ok(None) => {}
            Ok(Some((authorization, identities))) => {
                let principals = authorization.users.iter().chain(&authorization.roles);
                for principal in principals.filter(|it| !is_service_linked(&it.arn)) {
                    let verdict = actor(view.run.observed, account, identities, principal)
                        .and_then(|actor| decide(&actor))
                        .map(|verdict| verdict.evidence(principal.sources.evidence(DETAILS, "")));
                    let resource =
                        resource(account, kind(principal), &principal.arn, &principal.name);
                    out.say(resource, verdict);
                }
            }
            Err(unknown) => out.say(unlisted(account, ROLE, "role/*"), Err(unknown)),
        }
    }
}

fn actor<'a>(
    observed: Timestamp,
    account: &'a Account,
    identities: &'a Identities,
    principal: &'a Principal,
) -> Result<Actor<'a>, Unknown> {
    let unknown = |error: String| Unknown::Failed {
        operation: DETAILS.to_owned(),
        error,
    };
    let policies = identities.policies_of(&principal.arn);
    Ok(Actor {
        account,
        principal,
        policies: policies.ok_or_else(|| unknown("the principal has no policies".to_owned()))?,
        caller: identities
            .caller(&principal.arn)
            .map_err(|error| unknown(error.to_string()))?,
        observed,
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>: the path is AWS's alone.
fn is_service_linked(arn: &Arn) -> bool {
    arn.resource()
        .is_some_and(|name| name.starts_with("role/aws-service-role/"))
}

impl<'a> Actor<'a> {
    /// Whom to put questions to.
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking::new(
            self.observed,
            self.account,
            self.caller.clone(),
            &self.policies.identity,
        )
        .within(self.policies.boundary.clone())
        .naming_policies()
    }

    /// Its identity policies.
    ///
    /// # Errors
    /// When one of them could not be read: it might grant anything.
    pub(super) fn identity_policies(&self) -> Result<Vec<&'a Policy>, Unknown> {
        let read = |it: &Attached<'a>| {
            let unread = |reason: &str| unreadable(it.name(), reason);
            it.policy().map_err(unread)
        };
        self.policies.identity.iter().map(read).collect()
    }

    /// "the user" or "the role".
    pub(super) fn the(&self) -> &'static str {
        the(self.principal)
    }

    /// The boundary.
    pub(super) fn boundary(&self) -> Option<&Attached<'a>> {
        self.policies.boundary.as_ref()
    }

    /// How its policies together grant everything, and its boundary lets them; none where not so.
    pub(super) fn administrator(&self) -> Result<Option<Admin>, Unknown> {
        let Some(mut grant) = administrator_by(&self.policies.identity, true)? else {
            return Ok(None);
        };
        let Some(boundary) = self.boundary() else {
            return Ok(Some(grant));
        };
        Ok(
            administrator_by(std::slice::from_ref(boundary), true)?.map(|limit| {
                grant.conditions.extend(limit.conditions);
                grant.except.extend(limit.except);
                grant
            }),
        )
    }

    /// The weight of a single thing that it may do: an administrator may do them all, and counts once.
    pub(super) fn weight(&self) -> Result<Weight, Unknown> {
        let counted = self.administrator()?.map(|_| {
            format!(
                "{} is an administrator, which iam-administrator-principal weighs",
                self.the()
            )
        });
        Ok(Weight::full().at_most(Severity::Low, counted))
    }

    /// The ARN of a resource of IAM in its account.
    pub(super) fn in_iam(&self, name: &str) -> String {
        format!(
            "arn:{}:iam::{}:{name}",
            self.account.partition, self.account.id
        )
    }

    /// The boundary's name as people call it.
    pub(super) fn boundary_name(&self) -> Option<&str> {
        self.boundary().map(|boundary| short(boundary.name()))
    }
}
