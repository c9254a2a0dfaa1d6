//! What can be a step: a table, one row a kind of step.
//!
//! A row says which actions are needed (all of them), what they act on, what is gained, which public
//! catalogue describes it, and where AWS documents the actions. Resource types and their ARNs come from
//! [`tripod_policy::catalogue`]; a test fails for a row with an action that the catalogue does not know.
//!
//! The public catalogues, by the names used in [`Rule::catalogues`]:
//! `rhino` <https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/>,
//! `pathfinding` <https://pathfinding.cloud/paths/>,
//! `iam-vulnerable` <https://github.com/BishopFox/iam-vulnerable>.
//! A row without one is our own, from the documentation named.

mod compute;
mod control;
mod data;
mod delivery;
pub(crate) mod entry;
mod identity;
mod serverless;
mod thing;

use serde::Serialize;

pub use thing::{Safeguard, Store, Thing};

/// What a step gives to whoever takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The way in from outside of AWS.
    Enters,
    /// Acts as another user or role from then on.
    TakesIdentity,
    /// Has a user or role be granted whatever is wanted.
    ChangesPermissions,
    /// Reads what a table, a bucket, a secret holds, or decrypts by a key.
    ReadsData,
    /// Switches off what would record, hinder or reverse an attack.
    WeakensControl,
}

/// What a step acts on, and so what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A function's URL, or an API in front of it, open to anyone.
    Function,
    /// A role that the caller takes on: its trust policy has to let the caller in.
    TrustingRole,
    /// A role whose trust policy the caller rewrites.
    RewrittenRole,
    /// A role that the caller passes to this service (`iam:PassRole`): its trust policy has to let the
    /// service in.
    Passed(&'static str),
    /// The role that this kind of thing runs with.
    RoleOf(Thing),
    /// A user, whose credentials the caller gets or makes.
    User,
    /// The policies of a user.
    UserPolicies,
    /// The policies of a role.
    RolePolicies,
    /// The policies of a group, and so of its members.
    GroupPolicies,
    /// A group that the caller, a user, joins.
    Membership,
    /// The document of a customer's managed policy, and so whoever has it.
    ManagedPolicy,
    /// An older version of a customer's managed policy, which says more than the one in force.
    OlderVersion,
    /// The permissions boundary of a user: without it the user's own policies hold alone.
    UserBoundary,
    /// The permissions boundary of a role.
    RoleBoundary,
    /// What is kept.
    Data(Store),
    /// What keeps watch.
    Control(Safeguard),
}

impl Target {
    /// The resource type, by its name in the Service Authorization Reference, that stands for the
    /// target itself; none where the actions act on other things only.
    pub(crate) fn resource_type(self) -> Option<&'static str> {
        match self {
            Self::Function => Some("function"),
            Self::TrustingRole | Self::RewrittenRole | Self::RolePolicies | Self::RoleBoundary => {
                Some("role")
            }
            Self::User | Self::UserPolicies | Self::UserBoundary => Some("user"),
            Self::GroupPolicies | Self::Membership => Some("group"),
            Self::ManagedPolicy | Self::OlderVersion => Some("policy"),
            Self::RoleOf(thing) => Some(thing.resource_type()),
            Self::Data(store) => Some(store.resource_type()),
            Self::Control(safeguard) => safeguard.resource_type(),
            Self::Passed(_) => None,
        }
    }
}

/// A kind of step.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, for life: kebab-case, the service first.
    pub id: &'static str,
    /// What the caller does, after "…" the caller's name.
    pub title: &'static str,
    /// What it acts on.
    pub target: Target,
    /// The actions needed, all of them, beside `iam:PassRole` where a role is passed.
    pub actions: &'static [&'static str],
    /// Things that have to be there already.
    pub needs: &'static [Thing],
    /// Where it is described, as `catalogue number`.
    pub catalogues: &'static [&'static str],
    /// AWS's documentation of the actions.
    pub source: &'static str,
}

impl Rule {
    const fn new(
        id: &'static str,
        title: &'static str,
        target: Target,
        actions: &'static [&'static str],
        catalogues: &'static [&'static str],
        source: &'static str,
    ) -> Self {
        Self {
            id,
            title,
            target,
            actions,
            needs: &[],
            catalogues,
            source,
        }
    }

    /// With things that have to be there already.
    const fn on(mut self, needs: &'static [Thing]) -> Self {
        self.needs = needs;
        self
    }

    /// What it gives.
    pub fn class(&self) -> Class {
        match self.target {
            Target::Function => Class::Enters,
            Target::TrustingRole
            | Target::RewrittenRole
            | Target::Passed(_)
            | Target::RoleOf(_)
            | Target::User => Class::TakesIdentity,
            Target::UserPolicies
            | Target::RolePolicies
            | Target::GroupPolicies
            | Target::Membership
            | Target::ManagedPolicy
            | Target::OlderVersion
            | Target::UserBoundary
            | Target::RoleBoundary => Class::ChangesPermissions,
            Target::Data(_) => Class::ReadsData,
            Target::Control(_) => Class::WeakensControl,
        }
    }

    /// The service that a role is passed to.
    pub fn passed_to(&self) -> Option<&'static str> {
        match self.target {
            Target::Passed(service) => Some(service),
            _ => None,
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Every row. Where two of them are as good as each other, the first one is told.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        identity::RULES,
        serverless::RULES,
        delivery::RULES,
        compute::RULES,
        data::RULES,
        control::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Ways in from the internet, and from a function to its role: these follow from what there is, and
/// not from what policies allow.
pub fn entries() -> impl Iterator<Item = &'static Rule> {
    entry::RULES.into_iter()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tripod_policy::catalogue;

    use super::*;

    #[test]
    fn every_action_of_every_row_is_in_the_catalogue_of_actions() {
        for rule in all() {
            for name in rule.actions {
                let action = catalogue::action(name)
                    .unwrap_or_else(|| panic!("{}: '{name}' is no action of AWS", rule.id));
                assert_eq!(&action.full_name(), name, "{}: AWS's spelling", rule.id);
            }
        }
    }

    #[test]
    fn every_row_acts_on_its_target() {
        // Actions on no resource type of their own act on the account.
        let of_the_account = ["cognito-identity:SetIdentityPoolRoles"];
        for rule in all() {
            let Some(target) = rule.target.resource_type() else {
                continue;
            };
            let acts = rule.actions.iter().any(|name| {
                let action = catalogue::action(name).expect("in the catalogue");
                let mut types = action.resources();
                types.any(|(kind, _)| kind.name.eq_ignore_ascii_case(target))
                    || of_the_account.contains(name)
            });
            assert!(
                acts,
                "{}: no action knows the resource type '{target}'",
                rule.id
            );
        }
    }

    #[test]
    fn every_row_has_a_name_a_title_and_a_source_of_its_own() {
        let mut ids = BTreeSet::new();
        for rule in all() {
            assert!(ids.insert(rule.id), "{} stands twice", rule.id);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(plain), "{}", rule.id);
            assert!(
                rule.source.starts_with("https://docs.aws.amazon.com/"),
                "{}",
                rule.id
            );
            assert!(
                !rule.title.ends_with('.') && !rule.title.is_empty(),
                "{}",
                rule.id
            );
            for catalogue in rule.catalogues {
                let name = catalogue.split(' ').next().unwrap_or_default();
                let known = ["rhino", "pathfinding", "iam-vulnerable"];
                assert!(known.contains(&name), "{}: {catalogue}", rule.id);
            }
        }
        assert!(ids.len() > 100, "{}", ids.len());
    }

    #[test]
    fn the_classic_catalogues_are_covered_whole() {
        let named: BTreeSet<&str> = all().flat_map(|rule| rule.catalogues).copied().collect();
        for number in 1..=21 {
            let name = format!("rhino {number}");
            assert!(named.contains(&*name), "{name}");
        }
        for number in 1..=21 {
            let name = format!("pathfinding iam-{number:03}");
            assert!(named.contains(&*name), "{name}");
        }
        for number in 1..=6 {
            let name = format!("pathfinding lambda-{number:03}");
            assert!(named.contains(&*name), "{name}");
        }
    }

    /// A row as `docs/reference/escalation.md` has it.
    fn written(rule: &Rule) -> String {
        let mut actions: Vec<String> = rule.actions.iter().map(|it| format!("`{it}`")).collect();
        if let Some(service) = rule.passed_to() {
            actions.insert(0, format!("`iam:PassRole` to {service}"));
        }
        let described: Vec<String> = rule.catalogues.iter().map(ToString::to_string).collect();
        format!(
            "| [`{}`]({}) | {} | {} | {} |",
            rule.id,
            rule.source,
            rule.title,
            actions.join(", "),
            described.join(", ")
        )
    }

    #[test]
    fn the_table_is_documented() {
        let page = include_str!("../../../../docs/reference/escalation.md");
        let mut table = String::new();
        for class in [
            Class::TakesIdentity,
            Class::ChangesPermissions,
            Class::ReadsData,
            Class::WeakensControl,
        ] {
            let name = serde_json::to_string(&class).expect("a name");
            table.push_str("### `");
            table.push_str(name.trim_matches('"'));
            table.push_str("`\n\n");
            table.push_str("| rule | what is done | actions | described as |\n|---|---|---|---|\n");
            for rule in all().filter(|rule| rule.class() == class) {
                table.push_str(&written(rule));
                table.push('\n');
            }
            table.push('\n');
        }
        table.push_str("### From the internet, and from a function\n\n");
        table.push_str("| rule | what is done | actions | described as |\n|---|---|---|---|\n");
        for rule in entries() {
            table.push_str(&written(rule));
            table.push('\n');
        }
        assert!(
            page.contains(&table),
            "docs/reference/escalation.md has to hold:\n{table}"
        );
    }
}
