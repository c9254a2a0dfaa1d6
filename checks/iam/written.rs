//! The one way over all policies that an account's people wrote.

use std::rc::Rc;

use jiff::Timestamp;
use tripod_model::iam::{Authorization, ManagedPolicy, Principal};
use tripod_model::{Account, Evidence, ResourceRef, Severity, Unknown};
use tripod_policy::{Attached, Identities, Policy};

use super::asking::{Admin, Asking, administrator_by, unreadable};
use super::holders::Holders;
use super::weight::Weight;
use super::{DETAILS, GROUP, MANAGED_POLICY, ROLE, USER, identities, resource, unlisted};
use crate::{Outcomes, Verdict, View};

/// What people wrote in one place: a managed policy, or the inline policies of a user, group or role. Inline
/// policies have no ARN, so that the principal is the resource, as it is to Security Hub (KMS.2).
///
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html>
pub(super) struct Written<'a> {
    pub(super) account: &'a Account,
    pub(super) place: Place<'a>,
    /// Its documents, by name; there is at least one.
    pub(super) documents: Vec<Attached<'a>>,
    holders: Rc<Holders<'a>>,
    /// The moment of the scan.
    pub(super) observed: Timestamp,
}

/// Where a policy stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Managed(&'a ManagedPolicy),
    Inline(&'a Principal),
}

/// Whose managed policies are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those of the account: AWS's own are for AWS to mend.
    Own,
    /// Those of AWS too, where they are attached.
    AwsToo,
}

/// One outcome for everything written that may grant. A managed policy that serves only as a permissions boundary
/// grants nothing.
pub(super) fn each_granting(
    view: &View<'_>,
    out: &mut Outcomes,
    whose: Whose,
    decide: impl Fn(&Written) -> Result<Verdict, Unknown>,
) {
    each(view, out, whose, |written| {
        if written.only_bounds() {
            return Ok(Verdict::not_applicable(
                "the policy serves only as a permissions boundary, which grants nothing",
            ));
        }
        let holders = written.holders();
        Ok(decide(written)?.detail("attached_to", holders))
    });
}

/// One outcome for everything written, whatever it is for.
pub(super) fn each(
    view: &View<'_>,
    out: &mut Outcomes,
    whose: Whose,
    decide: impl Fn(&Written) -> Result<Verdict, Unknown>,
) {
    for account in &view.accounts {
        let known = identities(view, account);
        match known {
            Ok(None) => {}
            Ok(Some((authorization, identities))) => {
                for written in all(view.run.observed, account, authorization, identities, whose) {
                    let evidence = written.evidence();
                    let verdict = decide(&written).map(|verdict| verdict.evidence(evidence));
                    out.say(written.resource(), verdict);
                }
            }
            Err(unknown) => out.say(unlisted(account, MANAGED_POLICY, "policy/*"), Err(unknown)),
        }
    }
}

fn all<'a>(
    observed: Timestamp,
    account: &'a Account,
    authorization: &'a Authorization,
    identities: &'a Identities,
    whose: Whose,
) -> impl Iterator<Item = Written<'a>> {
    let holders = Rc::new(Holders::of(authorization));
    let of_all = holders.clone();
    let looked_at = move |policy: &&ManagedPolicy| {
        let of_aws = policy.arn.account() == Some("aws");
        !of_aws || whose == Whose::AwsToo && of_all.attachments(policy) > 0
    };
    let written = move |place, documents| Written {
        account,
        place,
        documents,
        holders: holders.clone(),
        observed,
    };
    let of_principal = written.clone();
    let managed = authorization.policies.iter().filter(looked_at);
    let principals = [
        &authorization.users,
        &authorization.groups,
        &authorization.roles,
    ];
    let inline = principals.into_iter().flatten();
    managed
        .map(move |policy| {
            let documents = vec![identities.managed(&policy.arn)];
            written(Place::Managed(policy), documents)
        })
        .chain(inline.filter_map(move |principal| {
            let documents = identities.inline_of(principal);
            (!documents.is_empty()).then(|| of_principal(Place::Inline(principal), documents))
        }))
}

impl<'a> Written<'a> {
    /// Each document by its name.
    ///
    /// # Errors
    /// When one of them cannot be read: it may take back what another gives.
    pub(super) fn read(&self) -> Result<Vec<(&'a str, &'a Policy)>, Unknown> {
        let read = |document: &Attached<'a>| match document.policy() {
            Ok(policy) => Ok((document.name(), policy)),
            Err(reason) => Err(unreadable(document.name(), reason)),
        };
        self.documents.iter().map(read).collect()
    }

    /// Whom to put questions to: whoever has it.
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking::anybody_with(self.observed, self.account, &self.documents)
    }

    /// How it grants everything; none where it does not.
    pub(super) fn administrator(&self) -> Result<Option<Admin>, Unknown> {
        administrator_by(&self.documents, self.documents.len() > 1)
    }

    /// To how many principals a managed policy is attached.
    pub(super) fn attachments(&self) -> Option<u64> {
        match self.place {
            Place::Managed(policy) => Some(self.holders.attachments(policy)),
            Place::Inline(_) => None,
        }
    }

    /// Users, groups and roles that have it, by ARN.
    pub(super) fn holders(&self) -> Vec<String> {
        let arn = |principal: &Principal| principal.arn.to_string();
        match self.place {
            Place::Managed(policy) => {
                let holders = self.holders.having(&policy.arn).iter();
                holders.map(|holder| arn(holder)).collect()
            }
            Place::Inline(principal) => vec![arn(principal)],
        }
    }

    /// The weight of one thing among others that it grants: one that grants everything counts once.
    pub(super) fn weight_of_part(&self) -> Result<Weight, Unknown> {
        let counted = self
            .administrator()?
            .map(|_| "everything is granted, which iam-administrator-policy weighs".to_owned());
        Ok(self.weight().at_most(Severity::Low, counted))
    }

    /// The weight of what it says, which is low while nobody has it.
    pub(super) fn weight(&self) -> Weight {
        let reason = match self.place {
            // What bounds somebody bears on them, attached or not.
            Place::Managed(_) if self.only_bounds() => None,
            Place::Managed(policy) if self.holders.attachments(policy) == 0 => {
                Some("nobody has the policy".to_owned())
            }
            Place::Managed(policy) if self.only_empty_groups_have(policy) => {
                Some("only groups without members have the policy".to_owned())
            }
            Place::Inline(group) if kind(group) == GROUP && !self.holders.has_members(group) => {
                Some("the group has no members".to_owned())
            }
            _ => None,
        };
        Weight::full().at_most(Severity::Low, reason)
    }

    /// "the policy", or "the inline policies of the role".
    pub(super) fn title(&self) -> String {
        match self.place {
            Place::Managed(_) => "the policy".to_owned(),
            Place::Inline(principal) => format!("the inline policies of {}", the(principal)),
        }
    }

    /// The verb to its title.
    pub(super) fn does(&self) -> &'static str {
        match self.place {
            Place::Managed(_) => "does",
            Place::Inline(_) => "do",
        }
    }

    /// Whether it is a boundary, and attached to nobody.
    pub(super) fn only_bounds(&self) -> bool {
        match self.place {
            Place::Managed(policy) => {
                self.holders.bounds(policy) && self.holders.attachments(policy) == 0
            }
            Place::Inline(_) => false,
        }
    }

    fn only_empty_groups_have(&self, policy: &ManagedPolicy) -> bool {
        let holders = self.holders.having(&policy.arn);
        // As many as AWS counts: nobody else has it.
        u64::try_from(holders.len()) == Ok(self.holders.attachments(policy))
            && holders
                .iter()
                .all(|holder| kind(holder) == GROUP && !self.holders.has_members(holder))
    }

    fn resource(&self) -> ResourceRef {
        match self.place {
            Place::Managed(policy) => {
                resource(self.account, MANAGED_POLICY, &policy.arn, &policy.name)
            }
            Place::Inline(principal) => resource(
                self.account,
                kind(principal),
                &principal.arn,
                &principal.name,
            ),
        }
    }

    fn evidence(&self) -> Vec<Evidence> {
        match self.place {
            Place::Managed(policy) => policy.sources.evidence(DETAILS, "/PolicyVersionList"),
            Place::Inline(principal) => {
                let list = match kind(principal) {
                    USER => "/UserPolicyList",
                    GROUP => "/GroupPolicyList",
                    _ => "/RolePolicyList",
                };
                principal.sources.evidence(DETAILS, list)
            }
        }
    }
}

/// What kind of principal it is, as its ARN says.
pub(super) fn kind(principal: &Principal) -> &'static str {
    let name = principal.arn.resource().unwrap_or_default();
    match name.split('/').next() {
        Some("user") => USER,
        Some("group") => GROUP,
        _ => ROLE,
    }
}

/// "the user", "the group", "the role".
pub(super) fn the(principal: &Principal) -> &'static str {
    match kind(principal) {
        USER => "the user",
        GROUP => "the group",
        _ => "the role",
    }
}
