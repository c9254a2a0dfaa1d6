//! What checks of trust share: the roles of an account, who belongs to the company, and who else a trust
//! policy lets in.

use std::collections::BTreeSet;

use tripod_model::iam::{Authorization, Principal};
use tripod_model::{Account, AccountId, Arn, RegionName, ResourceRef, Snapshot, Unknown};
use tripod_policy::{
    Attached, Caller, Context, Decision, Membership, Organization, Policies, Policy, Request,
    Resource, Scope, ScopeKind, StatementRef, Verdict as Answer, Who, admitted, audience,
};

use crate::{Outcomes, Settings, Verdict, View, policies};

/// The operation that tells of roles.
pub(crate) const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// Stands for an account that no policy names.
const NO_ACCOUNT: &str = "000000000000";

/// What a stranger writes where a policy leaves the choice: a text that no policy names.
pub(crate) const STRANGER: &str = "a-stranger";

/// A role of which the trust policy was read.
pub(crate) struct Trust<'a> {
    pub(crate) account: &'a Account,
    pub(crate) authorization: &'a Authorization,
    pub(crate) role: &'a Principal,
    pub(crate) policy: Policy,
}

/// One outcome for every role. The trust policies of roles that AWS makes for its own services and for
/// IAM Identity Center cannot be changed by the account.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>,
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
pub(crate) fn each_trust(
    view: &View<'_>,
    out: &mut Outcomes,
    decide: impl Fn(&Trust<'_>) -> Result<Verdict, Unknown>,
) {
    for account in &view.accounts {
        match account.iam.authorization.found() {
            Ok(Some(authorization)) => {
                for role in &authorization.roles {
                    let resource = iam_resource(account, "AWS::IAM::Role", &role.arn, &role.name);
                    out.say(resource, judged(account, authorization, role, &decide));
                }
            }
            Ok(None) => {}
            Err(unknown) => out.say(unlisted(account, "AWS::IAM::Role", "role"), Err(unknown)),
        }
    }
}

fn judged(
    account: &Account,
    authorization: &Authorization,
    role: &Principal,
    decide: impl Fn(&Trust<'_>) -> Result<Verdict, Unknown>,
) -> Result<Verdict, Unknown> {
    if is_made_by_aws(role) {
        return Ok(Verdict::not_applicable(
            "AWS made the role, and its trust policy cannot be changed",
        ));
    }
    let trust = Trust {
        account,
        authorization,
        role,
        policy: trust_policy(role)?,
    };
    let evidence = role.sources.evidence(DETAILS, "/AssumeRolePolicyDocument");
    decide(&trust).map(|verdict| verdict.evidence(evidence))
}

/// The trust policy of a role, parsed.
pub(crate) fn trust_policy(role: &Principal) -> Result<Policy, Unknown> {
    let document = role
        .trust_policy
        .as_ref()
        .ok_or_else(|| failed(DETAILS, "the answer has no trust policy for the role"))?;
    policies::read(document, DETAILS)
}

fn is_made_by_aws(role: &Principal) -> bool {
    let name = role.arn.resource().unwrap_or_default();
    name.starts_with("role/aws-service-role/") || name.starts_with("role/aws-reserved/")
}

/// Something of IAM as the resource of a finding.
pub(crate) fn iam_resource(account: &Account, kind: &str, arn: &Arn, name: &str) -> ResourceRef {
    ResourceRef {
        arn: arn.to_string(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        account: account.id.clone(),
        region: RegionName::new("global"),
    }
}

/// Stands for a list of IAM that could not be read; `path` is what its ARNs begin with.
pub(crate) fn unlisted(account: &Account, kind: &str, path: &str) -> ResourceRef {
    let arn = format!("arn:{}:iam::{}:{path}/*", account.partition, account.id);
    iam_resource(account, kind, &Arn::new(arn), "*")
}

/// An answer came, but not what the check needs of it.
pub(crate) fn failed(operation: &str, error: impl Into<String>) -> Unknown {
    Unknown::Failed {
        operation: operation.to_owned(),
        error: error.into(),
    }
}

/// Whom a trust policy may let in without a question: the accounts that were scanned, their
/// organisations, and what the settings name.
pub(crate) struct Company<'v> {
    snapshot: &'v Snapshot,
    settings: &'v Settings,
}

impl<'v> Company<'v> {
    pub(crate) fn of(view: &'v View<'_>) -> Self {
        Self {
            snapshot: view.snapshot(),
            settings: view.settings(),
        }
    }

    /// Whether the account is one of them. Of the accounts of an organisation AWS tells a member only
    /// which one manages it.
    pub(crate) fn has_account(&self, id: &str) -> Result<bool, Unknown> {
        let is_it = |known: &AccountId| known.as_str() == id;
        let scanned = self
            .snapshot
            .accounts
            .iter()
            .any(|account| is_it(&account.id));
        if scanned || self.settings.trusted_accounts.iter().any(is_it) {
            return Ok(true);
        }
        self.any_organization(|own| own.management_account.as_deref() == Some(id))
    }

    /// Whether the organisation (`o-…`) is one of them.
    pub(crate) fn has_organization(&self, id: &str) -> Result<bool, Unknown> {
        if self.settings.trusted_organizations.contains(id) {
            return Ok(true);
        }
        self.any_organization(|own| own.id == id)
    }

    fn any_organization(
        &self,
        is_it: impl Fn(&tripod_model::organizations::Organization) -> bool,
    ) -> Result<bool, Unknown> {
        let mut unseen = None;
        for account in &self.snapshot.accounts {
            match account.organizations.organization.found() {
                Ok(own) if own.is_some_and(&is_it) => return Ok(true),
                Ok(_) => {}
                Err(unknown) => unseen = Some(unknown),
            }
        }
        unseen.map_or(Ok(false), Err)
    }

    /// Whether everything in the scope is the company's.
    pub(crate) fn has_scope(&self, scope: &Scope) -> Result<bool, Unknown> {
        match scope.kind {
            ScopeKind::Account | ScopeKind::SourceAccount | ScopeKind::EndpointAccount => {
                self.has_account(&scope.value)
            }
            ScopeKind::Principal | ScopeKind::Source => {
                self.has_account(scope.value.split(':').nth(4).unwrap_or_default())
            }
            ScopeKind::Organization
            | ScopeKind::SourceOrganization
            | ScopeKind::EndpointOrganization => self.has_organization(organization_id(scope)),
            _ => Ok(false),
        }
    }

    /// Whether one of the bounds at least keeps everybody within the company.
    pub(crate) fn bounds(&self, bounds: &[Vec<Scope>]) -> Result<bool, Unknown> {
        for scopes in bounds {
            let mut all = true;
            for scope in scopes {
                all &= self.has_scope(scope)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn organization_id(scope: &Scope) -> &str {
    scope.value.split('/').next().unwrap_or_default()
}

/// Somebody outside of the company whom a trust policy lets in.
pub(crate) struct Outsider {
    /// Whom, in words.
    pub(crate) who: String,
    /// Whether it is anyone with an AWS account.
    pub(crate) is_everyone: bool,
    /// The statements that let them in.
    pub(crate) statements: Vec<StatementRef>,
    /// Callers who stand for them, as strangers to the company.
    callers: Vec<Caller>,
}

impl Trust<'_> {
    /// Whom the policy lets ask for `action` that does not belong to the company. Whoever gets in only
    /// as a member of a known organisation is no outsider.
    pub(crate) fn outsiders(
        &self,
        action: &str,
        company: &Company<'_>,
    ) -> Result<Vec<Outsider>, Unknown> {
        let mut outsiders = Vec::new();
        for access in audience(self.role.arn.as_str(), &self.policy, &[action]) {
            let mut callers = Vec::new();
            for caller in self.strangers(&access.who, company)? {
                if self.enters(&caller, action, &Context::open())?.is_some() {
                    callers.push(caller);
                }
            }
            if !callers.is_empty() {
                outsiders.push(Outsider {
                    is_everyone: matches!(access.who, Who::Everyone | Who::EveryAwsPrincipal),
                    who: match &access.who {
                        // Nobody can ask for a role without credentials.
                        Who::Everyone => Who::EveryAwsPrincipal.to_string(),
                        who => who.to_string(),
                    },
                    statements: access.statements,
                    callers,
                });
            }
        }
        Ok(outsiders)
    }

    /// Callers of a class who are not the company's.
    fn strangers(&self, who: &Who, company: &Company<'_>) -> Result<Vec<Caller>, Unknown> {
        let nobody = || Caller::somebody_in(AccountId::new(NO_ACCOUNT));
        match who {
            Who::Everyone | Who::EveryAwsPrincipal => {
                Ok(vec![nobody().in_organization(Membership::Alone)])
            }
            Who::Account(id) if !company.has_account(id.as_str())? => {
                self.of_foreign_organizations(&Caller::somebody_in(id.clone()), company)
            }
            Who::Principal(arn) => match named(arn) {
                Some(caller) if !is_of(&caller, company)? => {
                    self.of_foreign_organizations(&caller, company)
                }
                _ => Ok(Vec::new()),
            },
            Who::Bounded(bounds) if !company.bounds(bounds)? => {
                let mut callers = Vec::new();
                for scope in bounds.iter().flatten() {
                    if company.has_scope(scope)? {
                        continue;
                    }
                    callers.push(match scope.kind {
                        ScopeKind::Account => Caller::somebody_in(AccountId::new(&*scope.value)),
                        ScopeKind::Principal => {
                            let account = scope.value.split(':').nth(4).unwrap_or_default();
                            Caller::somebody_in(AccountId::new(account))
                        }
                        ScopeKind::Organization => member(nobody(), organization_id(scope)),
                        _ => nobody(),
                    });
                }
                Ok(callers)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The caller without an organisation, and in each foreign one that the policy names.
    fn of_foreign_organizations(
        &self,
        caller: &Caller,
        company: &Company<'_>,
    ) -> Result<Vec<Caller>, Unknown> {
        let mut callers = vec![caller.clone().in_organization(Membership::Alone)];
        let conditions = self.policy.allows().flat_map(|allow| &allow.conditions);
        let organizations: BTreeSet<&str> = conditions
            .filter(|on| on.is_on("aws:PrincipalOrgID") || on.is_on("aws:PrincipalOrgPaths"))
            .flat_map(|on| &on.values)
            .filter_map(|value| value.split('/').next())
            .collect();
        for id in organizations {
            if !company.has_organization(id)? {
                callers.push(member(caller.clone(), id));
            }
        }
        Ok(callers)
    }

    /// Whether the policy lets the caller in, as far as it is concerned: none where it does not, else the
    /// conditions that this depends on.
    pub(crate) fn enters(
        &self,
        caller: &Caller,
        action: &str,
        context: &Context,
    ) -> Result<Option<Vec<String>>, Unknown> {
        self.decided(caller, action, context, |decision| {
            match &decision.verdict {
                Answer::Denied(_) => Ok(None),
                Answer::Allowed => Ok(Some(Vec::new())),
                Answer::Depends(on) => {
                    let texts = on.iter().map(|open| open.what_is_open());
                    let texts: BTreeSet<String> = texts.collect();
                    Ok(Some(texts.into_iter().collect()))
                }
                Answer::NotAssessed(unseen) => {
                    let texts: Vec<String> = unseen.iter().map(ToString::to_string).collect();
                    Err(failed(DETAILS, texts.join(", ")))
                }
            }
        })
    }

    /// What the policy decides of a request for the role.
    pub(crate) fn decided<T>(
        &self,
        caller: &Caller,
        action: &str,
        context: &Context,
        then: impl FnOnce(&Decision<'_>) -> T,
    ) -> T {
        let resource = Resource::new(&self.role.arn).tagged(&self.role.tags);
        let request = Request {
            caller,
            action,
            resource: &resource,
            context,
        };
        let policies = Policies {
            resource: Some(Attached::new("trust policy", &self.policy)),
            ..Policies::default()
        };
        then(&admitted(&request, &policies))
    }

    /// Whether one of the contexts lets one of the outsider's callers in.
    pub(crate) fn enters_by_any(
        &self,
        outsider: &Outsider,
        action: &str,
        contexts: &[Context],
    ) -> Result<bool, Unknown> {
        for caller in &outsider.callers {
            for context in contexts {
                if self.enters(caller, action, context)?.is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// What a decision leaves open, without the statement it stands in.
trait WhatIsOpen {
    fn what_is_open(&self) -> String;
}

impl WhatIsOpen for tripod_policy::Residual<'_> {
    fn what_is_open(&self) -> String {
        match self.what {
            tripod_policy::Open::Condition(condition) => condition.to_string(),
            _ => self.to_string(),
        }
    }
}

fn member(caller: Caller, id: &str) -> Caller {
    caller.in_organization(Membership::Member(Organization {
        id: id.to_owned(),
        path: None,
    }))
}

fn is_of(caller: &Caller, company: &Company<'_>) -> Result<bool, Unknown> {
    let account = caller.account().map_or("", AccountId::as_str);
    company.has_account(account)
}

/// A user, a role or a session by its ARN; somebody of its account where the ARN is of another kind. None
/// for the unique id of a deleted one, whom nobody can be.
fn named(arn: &str) -> Option<Caller> {
    let text = Arn::new(arn);
    let somebody = Caller::somebody_in(text.account()?.parse().ok()?);
    let caller = Caller::identity(&text).or_else(|_| Caller::federated_user(&text, None));
    let session = || session(&text).ok_or(());
    Some(caller.or_else(|_| session()).unwrap_or(somebody))
}

/// A session of a role by its ARN, which leaves out the role's path.
fn session(arn: &Arn) -> Option<Caller> {
    let (role, session) = arn
        .resource()?
        .strip_prefix("assumed-role/")?
        .split_once('/')?;
    let (partition, account) = (arn.partition()?, arn.account()?);
    let role = Arn::new(format!("arn:{partition}:iam::{account}:role/{role}"));
    let role = Caller::role(&role).ok()?;
    Some(role.with_session(session))
}

/// Outsiders in words: "account 444455556666 and arn:…".
pub(crate) fn whom(outsiders: &[&Outsider]) -> String {
    let names: Vec<&str> = outsiders.iter().map(|one| one.who.as_str()).collect();
    names.join(" and ")
}

/// The statements that let outsiders in, once each.
pub(crate) fn statements(outsiders: &[&Outsider]) -> Vec<StatementRef> {
    let all = outsiders.iter().flat_map(|one| one.statements.clone());
    let mut all: Vec<StatementRef> = all.collect();
    all.sort_by_key(|statement| statement.index);
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use tripod_model::organizations::Organizations;
    use tripod_model::{Account, Observed, fixtures};

    use super::*;
    use crate::Settings;
    use crate::iam::testing::with_roles;

    #[test]
    fn accounts_of_one_scan_and_of_a_known_organisation_belong_together() {
        let mut snapshot = with_roles(vec![]);
        let mut second = Account::not_collected(AccountId::new("222233334444"), "aws".to_owned());
        second.organizations = Organizations {
            organization: fixtures::denied("organizations:DescribeOrganization"),
            path: Observed::NotCollected,
            policies: vec![],
        };
        snapshot.accounts.push(second);
        let settings = Settings::default();
        let view = View::new(&snapshot, &settings);
        let company = Company::of(&view);
        assert_eq!(company.has_account("222233334444"), Ok(true));
        // One account could say; that another could not does not matter then.
        assert_eq!(company.has_account("777788889999"), Ok(true));
        assert_eq!(company.has_organization("o-a1b2c3d4e5"), Ok(true));
        assert!(company.has_account("444455556666").is_err());
        assert!(company.has_organization("o-stranger").is_err());
    }

    #[test]
    fn one_bound_within_the_company_is_enough() {
        let snapshot = with_roles(vec![]);
        let settings = Settings::default();
        let view = View::new(&snapshot, &settings);
        let company = Company::of(&view);
        let scope = |kind, value: &str| Scope {
            kind,
            value: value.to_owned(),
        };
        let own = scope(ScopeKind::Organization, "o-a1b2c3d4e5/r-a1b2/*");
        let foreign = scope(ScopeKind::Account, "444455556666");
        let network = scope(ScopeKind::Network, "203.0.113.0/24");
        let bounds = |bounds: &[Vec<Scope>]| company.bounds(bounds);
        assert_eq!(
            bounds(&[vec![network.clone()], vec![own.clone()]]),
            Ok(true)
        );
        assert_eq!(bounds(&[vec![own, foreign]]), Ok(false));
        assert_eq!(bounds(&[vec![network]]), Ok(false));
        assert_eq!(bounds(&[]), Ok(false));
    }
}
