//! Whether a statement's `Principal` or `NotPrincipal` means the caller, and in which form it names it:
//! on the form depends what else has to allow the request.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use crate::caller::{Caller, Kind};
use crate::principal::{Principal, Principals};
use crate::statement::{Effect, Statement};
use crate::truth::Truth;

/// Whether a statement names the caller, by form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// As the one who makes the request, or as everyone: nothing else has to allow it.
    pub(crate) directly: Truth,
    /// As the role, or the user, whose permissions a session has: its limits apply.
    pub(crate) as_role: Truth,
    /// As part of its account, which has to allow it in turn.
    pub(crate) by_account: Truth,
}

impl Named {
    pub(crate) const NOT: Self = Self {
        directly: Truth::False,
        as_role: Truth::False,
        by_account: Truth::False,
    };

    /// What is not known may be anything.
    pub(crate) const MAYBE: Self = Self {
        directly: Truth::Unknown,
        as_role: Truth::Unknown,
        by_account: Truth::Unknown,
    };

    pub(crate) const DIRECTLY: Self = Self {
        directly: Truth::True,
        ..Self::NOT
    };

    pub(crate) fn at_all(self) -> Truth {
        self.in_person().or(self.by_account)
    }

    /// Whether nothing of it is open.
    pub(crate) fn is_settled(self) -> bool {
        [self.directly, self.as_role, self.by_account]
            .iter()
            .all(|truth| *truth != Truth::Unknown)
    }

    fn in_person(self) -> Truth {
        self.directly.or(self.as_role)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            directly: self.directly.or(other.directly),
            as_role: self.as_role.or(other.as_role),
            by_account: self.by_account.or(other.by_account),
        }
    }

    pub(crate) fn and(self, truth: Truth) -> Self {
        Self {
            directly: self.directly.and(truth),
            as_role: self.as_role.and(truth),
            by_account: self.by_account.and(truth),
        }
    }

    fn directly(truth: Truth) -> Self {
        Self {
            directly: truth,
            ..Self::NOT
        }
    }

    fn as_role(truth: Truth) -> Self {
        Self {
            as_role: truth,
            ..Self::NOT
        }
    }

    fn by_account(truth: Truth) -> Self {
        Self {
            by_account: truth,
            ..Self::NOT
        }
    }
}

/// Whether a statement of a resource's policy is about the caller. `bounded` says whether the caller
/// has a permissions boundary.
pub(crate) fn named(statement: &Statement, caller: &Caller, bounded: bool) -> Named {
    match &statement.principals {
        // A resource's policy has to say whom it is about.
        Principals::Unstated => Named::MAYBE,
        Principals::Only(list) => listed(list, caller),
        Principals::AllBut(list) if statement.effect == Effect::Deny => {
            // AWS documents that a boundary makes a caller denied whatever the list says.
            let spared = if bounded && caller.account().is_some() {
                Truth::False
            } else {
                spared(list, caller)
            };
            Named::directly(spared.not())
        }
        Principals::AllBut(list) => Named::directly(listed(list, caller).at_all().not()),
    }
}

fn listed(list: &[Principal], caller: &Caller) -> Named {
    list.iter()
        .map(|principal| of(principal, caller))
        .fold(Named::NOT, Named::or)
}

/// Whether a list of exceptions spares the caller. A user or a role has to be on it together with its
/// account; of one without the other AWS says that it "might" be denied.
fn spared(list: &[Principal], caller: &Caller) -> Truth {
    if list.iter().any(Principal::is_everyone) {
        return Truth::True;
    }
    let named = listed(list, caller);
    match caller.kind {
        Kind::Root { .. } | Kind::Service { .. } | Kind::Federated { .. } | Kind::Anonymous => {
            named.at_all()
        }
        _ => match (named.in_person(), named.by_account) {
            (Truth::True, Truth::True) => Truth::True,
            (Truth::False, Truth::False) => Truth::False,
            _ => Truth::Unknown,
        },
    }
}

fn of(principal: &Principal, caller: &Caller) -> Named {
    match principal {
        Principal::Everyone => Named::DIRECTLY,
        Principal::Aws(value) if value == "*" => Named::DIRECTLY,
        Principal::Aws(_) if principal.is_account() => account(principal, caller),
        Principal::Aws(value) => identity(value, caller),
        Principal::Service(name) => match &caller.kind {
            Kind::Service { name: own } => Named::directly((own == name).into()),
            _ => Named::NOT,
        },
        Principal::Federated(name) => match &caller.kind {
            Kind::Federated { provider } => Named::directly((provider == name).into()),
            _ => Named::NOT,
        },
        Principal::CanonicalUser(id) => canonical(id, caller),
        Principal::Other { .. } => Named::MAYBE,
    }
}

fn account(principal: &Principal, caller: &Caller) -> Named {
    let own = caller.account().map(|account| account.as_str());
    let same = own.is_some() && own == principal.account();
    if caller.is_root() {
        Named::directly(same.into())
    } else {
        Named::by_account(same.into())
    }
}

fn canonical(id: &str, caller: &Caller) -> Named {
    let same = match (&caller.owner, &caller.canonical_user) {
        (None, _) => Truth::False,
        (Some(_), None) => Truth::Unknown,
        (Some(_), Some(own)) => (own == id).into(),
    };
    if caller.is_root() {
        Named::directly(same)
    } else {
        Named::by_account(same)
    }
}

/// A user, a role, a session of either, or the unique id of one.
fn identity(value: &str, caller: &Caller) -> Named {
    match &caller.kind {
        Kind::User { arn, id } => {
            Named::directly((arn == value || id.as_deref() == Some(value)).into())
        }
        Kind::Role { arn, id, session } => {
            let role = arn == value || id.as_ref().is_some_and(|id| id.id == value);
            let session = match session {
                Some(session) => (session.arn == value).into(),
                None => may_be_session(arn, value),
            };
            Named::as_role(role.into()).or(Named::directly(session))
        }
        Kind::FederatedUser { arn, user, .. } => {
            let user = match user {
                Some(user) => (user == value).into(),
                None => may_be_in(caller, value, ":user/"),
            };
            Named::directly((arn == value).into()).or(Named::as_role(user))
        }
        Kind::Somebody => {
            let maybe = may_be_in(caller, value, ":");
            Named::directly(maybe).or(Named::as_role(maybe))
        }
        Kind::Root { .. } | Kind::Service { .. } | Kind::Federated { .. } | Kind::Anonymous => {
            Named::NOT
        }
    }
}

/// Whether `value` is the ARN of some session of the role: then it may be the caller's.
fn may_be_session(role: &str, value: &str) -> Truth {
    let of_role = || {
        let fields: Vec<&str> = value.splitn(6, ':').collect();
        let [_, _, "sts", _, account, name] = fields.as_slice() else {
            return false;
        };
        let session_of = name.strip_prefix("assumed-role/");
        let role_name = session_of.and_then(|rest| rest.split_once('/'));
        role_name.is_some_and(|(name, _)| role.rsplit('/').next() == Some(name))
            && role.split(':').nth(4) == Some(account)
    };
    if of_role() {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Whether `value` is the ARN of something in the caller's account: then it may be the caller.
fn may_be_in(caller: &Caller, value: &str, marker: &str) -> Truth {
    let of = Principal::Aws(value.to_owned());
    let own = caller.account().map(|account| account.as_str());
    if value.contains(marker) && of.account().is_some() && of.account() == own {
        Truth::Unknown
    } else {
        Truth::False
    }
}
