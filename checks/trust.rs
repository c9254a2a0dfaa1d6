//! Whom an account may let in: itself, and whom the user trusts.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use tripod_model::AccountId;
use tripod_policy::{Access, Scope, ScopeKind, Who};

use crate::{Settings, View};

/// The circle of an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trust<'a> {
    own: &'a AccountId,
    settings: &'a Settings,
}

impl<'a> Trust<'a> {
    /// The circle of an account of the view.
    pub(crate) fn of(view: &'a View<'_>, own: &'a AccountId) -> Self {
        Self {
            own,
            settings: view.settings(),
        }
    }

    /// Whether the account is in it.
    pub(crate) fn holds_account(self, id: &str) -> bool {
        let accounts: &BTreeSet<AccountId> = &self.settings.trusted_accounts;
        id == self.own.as_str() || accounts.iter().any(|trusted| trusted.as_str() == id)
    }

    /// Whether whoever has this ARN is in it. The unique id of a principal that was deleted is nobody's,
    /// and lets nobody in.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
    pub(crate) fn holds_principal(self, arn: &str) -> bool {
        match arn.split(':').nth(4) {
            Some(account) => self.holds_account(account),
            None => is_unique_id(arn),
        }
    }

    /// Whether the network, or the one address, lies within a trusted network.
    fn holds_network(self, text: &str) -> bool {
        let one = || text.parse::<IpAddr>().map(IpNet::from);
        let Ok(network) = text.parse::<IpNet>().or_else(|_| one()) else {
            return false;
        };
        let mut trusted = self.settings.trusted_networks.iter();
        trusted.any(|own| own.contains(&network))
    }

    /// Whether everything in the scope is in it. Whose a VPC or an endpoint is, its name does not tell.
    pub(crate) fn holds_scope(self, scope: &Scope) -> bool {
        match scope.kind {
            ScopeKind::Account
            | ScopeKind::SourceAccount
            | ScopeKind::EndpointAccount
            | ScopeKind::AccessPointAccount => self.holds_account(&scope.value),
            ScopeKind::Principal | ScopeKind::Source | ScopeKind::AccessPoint => {
                self.holds_principal(&scope.value)
            }
            ScopeKind::Organization
            | ScopeKind::SourceOrganization
            | ScopeKind::EndpointOrganization => {
                let id = scope.value.split('/').next().unwrap_or_default();
                self.settings.trusted_organizations.contains(id)
            }
            ScopeKind::Network => self.holds_network(&scope.value),
            _ => false,
        }
    }

    /// Whether everybody of the class who gets in is in it, by name or by condition. Services belong to
    /// nobody: for whom they act is another question.
    pub(crate) fn holds(self, access: &Access) -> bool {
        let by_name = match &access.who {
            Who::Account(id) => self.holds_account(id.as_str()),
            Who::Principal(arn) => self.holds_principal(arn),
            Who::Service { .. } => true,
            _ => false,
        };
        by_name || access.is_within(|scope| self.holds_scope(scope))
    }
}

/// Prefixes of principals: users, roles, groups and the like all begin with four letters and go on in
/// capitals and digits.
fn is_unique_id(text: &str) -> bool {
    let prefixed = ["AIDA", "AROA", "AGPA", "ANPA", "AIPA", "ASCA", "APKA"]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    prefixed
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use tripod_model::{PolicyDocument, fixtures};
    use tripod_policy::{audience, parse};

    use super::*;

    fn held(principal: &str, condition: &str) -> bool {
        let snapshot = fixtures::snapshot();
        let settings = Settings {
            trusted_accounts: BTreeSet::from([AccountId::new("777788889999")]),
            trusted_organizations: BTreeSet::from(["o-ours".to_owned()]),
            trusted_networks: BTreeSet::from(["203.0.113.0/24".parse().expect("a network")]),
            ..Settings::default()
        };
        let view = View::new(&snapshot, &settings);
        let text = fixtures::allow(principal, "kms:Decrypt", "*", condition);
        let policy = parse(&PolicyDocument(text.0)).expect("a policy");
        let arn = "arn:aws:kms:eu-central-1:111122223333:key/claims";
        let trust = Trust::of(&view, &snapshot.accounts[0].id);
        audience(arn, &policy, &["kms:*"])
            .iter()
            .all(|access| trust.holds(access))
    }

    #[test]
    fn who_is_named_is_in_by_account() {
        assert!(held(r#"{"AWS":"111122223333"}"#, "{}"));
        assert!(held(r#"{"AWS":"arn:aws:iam::777788889999:role/a"}"#, "{}"));
        assert!(held(r#"{"AWS":"AROAEXAMPLE"}"#, "{}"), "deleted");
        assert!(held(r#"{"Service":"logs.amazonaws.com"}"#, "{}"));
        assert!(!held(r#"{"AWS":"444455556666"}"#, "{}"));
        assert!(!held(r#"{"AWS":["111122223333","444455556666"]}"#, "{}"));
        assert!(!held(r#""*""#, "{}"));
    }

    #[test]
    fn conditions_hold_where_they_fix_an_account_or_an_organisation_that_is_trusted() {
        let ours = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-ours"}}"#;
        assert!(held(r#""*""#, ours));
        assert!(held(r#"{"AWS":"444455556666"}"#, ours), "a member");
        let path = r#"{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-ours/r-1/*"}}"#;
        assert!(held(r#""*""#, path));
        let caller = r#"{"StringEquals":{"kms:CallerAccount":["111122223333","777788889999"]}}"#;
        assert!(held(r#""*""#, caller));
        for network in ["203.0.113.0/24", "203.0.113.128/25", "203.0.113.7"] {
            let condition = format!(r#"{{"IpAddress":{{"aws:SourceIp":"{network}"}}}}"#);
            assert!(held(r#""*""#, &condition), "{network}");
        }
        for condition in [
            r#"{"IpAddress":{"aws:SourceIp":"203.0.112.0/23"}}"#,
            r#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]}}"#,
            r#"{"StringEquals":{"aws:PrincipalOrgID":["o-ours","o-theirs"]}}"#,
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-ours"}}"#,
            r#"{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#,
            r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        ] {
            assert!(!held(r#""*""#, condition), "{condition}");
        }
    }
}
