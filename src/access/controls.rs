//! The policies of the organisation that bind an account, and its place in the organisation.

use tripod_model::organizations::{ControlPolicy, Organizations, Target};
use tripod_model::{Account, Observed};
use tripod_policy::{Attached, Membership, Organization, Policy, parse};

use crate::resources::reason;

/// Service control policies or resource control policies, parsed.
#[derive(Debug)]
pub(crate) enum Held {
    None,
    /// From the root down to the account.
    Levels(Vec<HeldLevel>),
    Unseen(String),
}

impl Held {
    /// Why not all of them are known; none where they are.
    pub(crate) fn unseen(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Levels(levels) => levels.iter().find_map(HeldLevel::unseen),
            Self::Unseen(reason) => Some(reason),
        }
    }

    /// Leaves out what could not be read.
    pub(crate) fn forget_unseen(&mut self) {
        match self {
            Self::None => {}
            Self::Levels(levels) => levels.retain(|level| level.unseen().is_none()),
            Self::Unseen(_) => *self = Self::None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct HeldLevel {
    pub(crate) name: String,
    policies: Vec<(String, Result<Policy, String>)>,
}

impl HeldLevel {
    /// Why a policy of this level is not known.
    pub(crate) fn unseen(&self) -> Option<&str> {
        let mut reasons = self
            .policies
            .iter()
            .filter_map(|(_, read)| read.as_ref().err());
        reasons.next().map(String::as_str)
    }

    pub(crate) fn attached(&self) -> Vec<Attached<'_>> {
        let policies = self.policies.iter();
        policies
            .map(|(name, read)| Attached::parsed(name, read))
            .collect()
    }
}

/// The place of the account in its organisation.
pub(crate) fn membership(account: &Account) -> Membership {
    let organizations = &account.organizations;
    let organization = match organizations.organization.found() {
        Ok(Some(organization)) => organization,
        Ok(None) => return Membership::Alone,
        Err(_) => return Membership::Unknown,
    };
    let own = Organization {
        id: organization.id.clone(),
        path: path(&organization.id, &organizations.path),
    };
    match organization.management_account.as_deref() {
        Some(management) if management == account.id.as_str() => Membership::Management(own),
        Some(_) => Membership::Member(own),
        // SCPs bind members only: taking the management account for a member would hide what it can do.
        None => Membership::Unknown,
    }
}

/// `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` has it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths>
fn path(organization: &str, path: &Observed<Vec<Target>>) -> Option<String> {
    let Observed::Known(targets) = path else {
        return None;
    };
    let units = targets
        .iter()
        .rev()
        .filter(|target| target.kind != "ACCOUNT");
    let mut text = format!("{organization}/");
    for unit in units {
        text.push_str(&unit.id);
        text.push('/');
    }
    Some(text)
}

/// The service control policies on the way from the root to the account.
pub(crate) fn service_control(organizations: &Organizations) -> Held {
    held(organizations, |target| &target.service_control)
}

/// The resource control policies on the way from the root to the account.
pub(crate) fn resource_control(organizations: &Organizations) -> Held {
    held(organizations, |target| &target.resource_control)
}

fn held(organizations: &Organizations, of: impl Fn(&Target) -> &Observed<Vec<String>>) -> Held {
    match organizations.organization.found() {
        Ok(None) => return Held::None,
        // An organisation for billing alone has no policies.
        // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
        Ok(Some(known)) if known.feature_set.as_deref() == Some("CONSOLIDATED_BILLING") => {
            return Held::None;
        }
        Ok(Some(_)) => {}
        Err(unknown) => return Held::Unseen(reason(unknown)),
    }
    let path = match organizations.path.found() {
        Ok(Some(path)) => path,
        Ok(None) => return Held::None,
        Err(unknown) => return Held::Unseen(reason(unknown)),
    };
    let levels: Vec<HeldLevel> = path
        .iter()
        .rev()
        .filter_map(|target| level(target, of(target), &organizations.policies))
        .collect();
    if levels.is_empty() {
        return Held::None;
    }
    Held::Levels(levels)
}

/// What is attached to a target. None where nothing is: as long as a kind of policies is in use, every
/// target has at least one, so that kind is not in use.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
fn level(
    target: &Target,
    attached: &Observed<Vec<String>>,
    policies: &[ControlPolicy],
) -> Option<HeldLevel> {
    let policies: Vec<_> = match attached.found() {
        Ok(ids) => ids
            .into_iter()
            .flatten()
            .map(|id| policy(id, policies))
            .collect(),
        Err(unknown) => vec![(target.id.clone(), Err(reason(unknown)))],
    };
    (!policies.is_empty()).then(|| HeldLevel {
        name: target.id.clone(),
        policies,
    })
}

fn policy(id: &str, policies: &[ControlPolicy]) -> (String, Result<Policy, String>) {
    let Some(found) = policies.iter().find(|policy| policy.id == id) else {
        return (
            id.to_owned(),
            Err("the policy is not in AWS's answer".to_owned()),
        );
    };
    let name = found.name.clone().unwrap_or_else(|| id.to_owned());
    let read = match found.content.found() {
        Ok(Some(text)) => parse(text).map_err(|error| error.to_string()),
        Ok(None) => Err("AWS's answer holds no document".to_owned()),
        Err(unknown) => Err(reason(unknown)),
    };
    (name, read)
}
