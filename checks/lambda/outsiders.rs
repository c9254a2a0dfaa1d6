//! Whom of other accounts a policy lets in, beside those that the user vouches for.

use std::collections::BTreeSet;
use std::fmt;

use tripod_model::AccountId;
use tripod_policy::{Scope, ScopeKind, Who};

use crate::Settings;

/// Somebody of another account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outsider {
    /// Some or all of an account.
    Account(AccountId),
    /// Accounts of an organisation, or of a part of it.
    Organization(String),
}

impl fmt::Display for Outsider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(formatter, "account {id}"),
            Self::Organization(id) => write!(formatter, "organisation {id}"),
        }
    }
}

/// Whom to look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trust<'a> {
    /// The account that is asked about.
    pub(crate) own: &'a AccountId,
    /// What the user said.
    pub(crate) settings: &'a Settings,
}

impl Trust<'_> {
    /// Those of a class of callers whom nobody vouched for, as far as the policy names an account or an
    /// organisation. Everybody is no outsider but the public; what only a network bounds names nobody.
    pub(crate) fn outsiders(&self, who: &Who) -> BTreeSet<Outsider> {
        match who {
            Who::Account(id) => self.unless_known(Some(Outsider::Account(id.clone()))),
            // What AWS shows of a deleted principal, `AROA…`, names no account and lets nobody in.
            Who::Principal(arn) => self.unless_known(account_in(arn)),
            Who::Bounded(bounds)
            | Who::Service {
                sources: bounds, ..
            } => self.within(bounds),
            _ => BTreeSet::new(),
        }
    }

    fn unless_known(&self, somebody: Option<Outsider>) -> BTreeSet<Outsider> {
        somebody
            .into_iter()
            .filter(|one| !self.knows(one))
            .collect()
    }

    fn knows(&self, somebody: &Outsider) -> bool {
        match somebody {
            Outsider::Account(id) => id == self.own || self.settings.trusted_accounts.contains(id),
            Outsider::Organization(id) => self.settings.trusted_organizations.contains(id),
        }
    }

    /// Callers are within all of the bounds, so that one within which everybody is known is enough.
    /// Otherwise the narrowest one names them.
    fn within(&self, bounds: &[Vec<Scope>]) -> BTreeSet<Outsider> {
        let named: Vec<Vec<Option<Outsider>>> = bounds
            .iter()
            .map(|scopes| scopes.iter().map(outsider).collect())
            .collect();
        let known = |one: &Option<Outsider>| one.as_ref().is_some_and(|one| self.knows(one));
        if named.iter().any(|list| list.iter().all(known)) {
            return BTreeSet::new();
        }
        let narrowest = named
            .iter()
            .min_by_key(|list| list.iter().map(|one| breadth(one.as_ref())).max());
        let somebody = narrowest.into_iter().flatten().flatten();
        somebody.filter(|one| !self.knows(one)).cloned().collect()
    }
}

fn breadth(outsider: Option<&Outsider>) -> u8 {
    match outsider {
        Some(Outsider::Account(_)) => 0,
        Some(Outsider::Organization(_)) => 1,
        None => 2,
    }
}

/// The account or organisation that a scope names; none for networks and the like.
fn outsider(scope: &Scope) -> Option<Outsider> {
    let value = scope.value.as_str();
    match scope.kind {
        ScopeKind::Account
        | ScopeKind::SourceAccount
        | ScopeKind::EndpointAccount
        | ScopeKind::AccessPointAccount
        | ScopeKind::Principal
        | ScopeKind::Source
        | ScopeKind::AccessPoint => account_in(value),
        ScopeKind::Organization
        | ScopeKind::SourceOrganization
        | ScopeKind::EndpointOrganization => {
            let id = value.split('/').next().unwrap_or(value);
            Some(Outsider::Organization(id.to_owned()))
        }
        _ => None,
    }
}

/// The account of an id or an ARN.
fn account_in(text: &str) -> Option<Outsider> {
    let id = text.split(':').nth(4).unwrap_or(text);
    id.parse().ok().map(Outsider::Account)
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, PolicyDocument};
    use tripod_policy::{audience, parse};

    use super::Trust;
    use crate::Settings;

    const FUNCTION: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";

    /// The outsiders of a statement, in words; 222233334444 and o-known are trusted.
    fn outsiders(principal: &str, condition: &str) -> Vec<String> {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},
                "Action":"lambda:*","Resource":"*","Condition":{condition}}}}}"#
        );
        let policy = parse(&PolicyDocument(text)).expect("a policy");
        let own = AccountId::new("111122223333");
        let settings = Settings {
            trusted_accounts: [AccountId::new("222233334444")].into(),
            trusted_organizations: ["o-known".to_owned()].into(),
            ..Settings::default()
        };
        let trust = Trust {
            own: &own,
            settings: &settings,
        };
        let classes = audience(FUNCTION, &policy, &["lambda:*"]);
        let found = classes
            .iter()
            .flat_map(|access| trust.outsiders(&access.who));
        found.map(|outsider| outsider.to_string()).collect()
    }

    const EVERYONE: &str = r#""*""#;

    #[test]
    fn accounts_are_outsiders_in_whatever_form_unless_own_or_trusted() {
        for (account, wanted) in [
            ("444455556666", vec!["account 444455556666"]),
            ("111122223333", vec![]),
            ("222233334444", vec![]),
        ] {
            let root = format!(r#"{{"AWS":"arn:aws:iam::{account}:root"}}"#);
            let number = format!(r#"{{"AWS":"{account}"}}"#);
            let role = format!(r#"{{"AWS":"arn:aws:iam::{account}:role/pay"}}"#);
            for principal in [root, number, role] {
                assert_eq!(outsiders(&principal, "{}"), wanted, "{principal}");
            }
            for (key, value) in [
                ("aws:PrincipalAccount", account.to_owned()),
                ("aws:PrincipalArn", format!("arn:aws:iam::{account}:role/*")),
                ("aws:VpceAccount", account.to_owned()),
            ] {
                let condition = format!(r#"{{"StringLike":{{"{key}":"{value}"}}}}"#);
                assert_eq!(outsiders(EVERYONE, &condition), wanted, "{condition}");
            }
            let source = format!(r#"{{"StringEquals":{{"aws:SourceAccount":"{account}"}}}}"#);
            let service = r#"{"Service":"s3.amazonaws.com"}"#;
            assert_eq!(outsiders(service, &source), wanted, "{source}");
        }
    }

    #[test]
    fn organisations_are_outsiders_unless_trusted() {
        let within = |id: &str| {
            let condition = format!(r#"{{"StringEquals":{{"aws:PrincipalOrgID":"{id}"}}}}"#);
            outsiders(EVERYONE, &condition)
        };
        assert_eq!(within("o-other"), ["organisation o-other"]);
        assert!(within("o-known").is_empty());
        let unit = r#"{"StringLike":{"aws:PrincipalOrgPaths":"o-other/r-1/ou-2/*"}}"#;
        assert_eq!(outsiders(EVERYONE, unit), ["organisation o-other"]);
    }

    #[test]
    fn of_several_bounds_one_that_is_known_is_enough_and_else_the_narrowest_counts() {
        let both = |account: &str, organization: &str| {
            let condition = format!(
                r#"{{"StringEquals":{{"aws:PrincipalAccount":"{account}","aws:PrincipalOrgID":"{organization}"}}}}"#
            );
            outsiders(EVERYONE, &condition)
        };
        assert!(both("444455556666", "o-known").is_empty());
        assert!(both("222233334444", "o-other").is_empty());
        assert_eq!(both("444455556666", "o-other"), ["account 444455556666"]);
        let mixed = r#"{"StringEquals":{"aws:PrincipalAccount":["222233334444","444455556666"]}}"#;
        assert_eq!(outsiders(EVERYONE, mixed), ["account 444455556666"]);
    }

    #[test]
    fn the_public_networks_deleted_principals_and_services_for_anyone_are_none() {
        assert!(outsiders(EVERYONE, "{}").is_empty());
        assert!(outsiders(r#"{"Service":"s3.amazonaws.com"}"#, "{}").is_empty());
        assert!(outsiders(r#"{"AWS":"AROAEXAMPLEID"}"#, "{}").is_empty());
        let network = r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#;
        assert!(outsiders(EVERYONE, network).is_empty());
    }
}
