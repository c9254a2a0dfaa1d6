//! What has to allow a request, as formulas over the kinds of policies.
//!
//! The formulas are AWS's flow charts as data:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>

use crate::truth::Truth;

/// A kind of policy that may allow; the resource's by the form in which it names the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    Identity,
    Boundary,
    Session,
    Scps,
    Rcps,
    Endpoint,
    /// The resource's policy names the caller itself, or everyone.
    ResourceDirectly,
    /// The resource's policy names the role or user whose permissions the caller's session has.
    ResourceRole,
    /// The resource's policy names the caller's account.
    ResourceAccount,
}

/// What every leaf says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allows([Truth; 9]);

impl Allows {
    pub(crate) fn everything() -> Self {
        Self([Truth::True; 9])
    }

    pub(crate) fn set(&mut self, leaf: Leaf, truth: Truth) {
        self.0[leaf as usize] = truth;
    }

    pub(crate) fn by(&self, leaf: Leaf) -> Truth {
        self.0[leaf as usize]
    }
}

/// What has to allow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    Of(Leaf),
    All(&'static [Self]),
    Any(&'static [Self]),
}

use Leaf::{
    Boundary, Endpoint, Identity, Rcps, ResourceAccount, ResourceDirectly, ResourceRole, Scps,
    Session,
};
use Need::{All, Any, Of};

const GUARDS: Need = All(&[Of(Scps), Of(Rcps), Of(Endpoint)]);
const LIMITS: Need = All(&[Of(Boundary), Of(Session)]);

/// Caller and resource in one account: either side is enough. What the resource grants to the caller
/// itself is not limited by boundary and session policy, what it grants to the caller's role is.
pub(crate) static SAME_ACCOUNT: Need = All(&[
    GUARDS,
    Any(&[
        Of(ResourceDirectly),
        All(&[LIMITS, Any(&[Of(ResourceRole), Of(Identity)])]),
    ]),
]);

/// The same for KMS keys and the trust of roles: identity policies count only where the resource's
/// policy names the account.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
pub(crate) static SAME_ACCOUNT_BY_RESOURCE: Need = All(&[
    GUARDS,
    Any(&[
        Of(ResourceDirectly),
        All(&[
            LIMITS,
            Any(&[Of(ResourceRole), All(&[Of(ResourceAccount), Of(Identity)])]),
        ]),
    ]),
]);

/// Caller and resource in two accounts: both have to allow.
pub(crate) static CROSS_ACCOUNT: Need = All(&[
    GUARDS,
    LIMITS,
    Of(Identity),
    Any(&[Of(ResourceDirectly), Of(ResourceRole), Of(ResourceAccount)]),
]);

/// Callers without an account of their own: services, callers without credentials, and those whom an
/// identity provider vouches for.
pub(crate) static BY_RESOURCE: Need = All(&[Of(Rcps), Of(Endpoint), Of(ResourceDirectly)]);

/// What the caller's side has to allow, whatever the resource's policy says.
pub(crate) static CALLER_SIDE: Need = All(&[Of(Scps), LIMITS, Of(Identity)]);

/// The resource's side alone, whatever the caller's says.
pub(crate) static RESOURCE_SIDE: Need = All(&[
    Of(Rcps),
    Of(Endpoint),
    Any(&[Of(ResourceDirectly), Of(ResourceRole), Of(ResourceAccount)]),
]);

impl Need {
    pub(crate) fn met(&self, allows: &Allows) -> Truth {
        match self {
            Of(leaf) => allows.by(*leaf),
            All(needs) => Truth::all(needs.iter().map(|need| need.met(allows))),
            Any(needs) => Truth::any(needs.iter().map(|need| need.met(allows))),
        }
    }

    /// The leaves by which the whole has the value it has: of what is false, the false ones; of what
    /// is open, the open ones; of what is true, the true ones.
    pub(crate) fn because(&self, allows: &Allows) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.collect(allows, self.met(allows), &mut leaves);
        leaves
    }

    /// Every leaf it is made of.
    pub(crate) fn leaves(&self) -> Vec<Leaf> {
        self.because(&Allows::everything())
    }

    fn collect(&self, allows: &Allows, value: Truth, leaves: &mut Vec<Leaf>) {
        match self {
            Of(leaf) if allows.by(*leaf) == value && !leaves.contains(leaf) => leaves.push(*leaf),
            Of(_) => {}
            All(needs) | Any(needs) => {
                for need in needs.iter().filter(|need| need.met(allows) == value) {
                    need.collect(allows, value, leaves);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowing(leaves: &[Leaf]) -> Allows {
        let mut allows = Allows([Truth::False; 9]);
        for leaf in leaves {
            allows.set(*leaf, Truth::True);
        }
        allows
    }

    #[test]
    fn a_denial_is_explained_by_what_is_missing_and_not_by_what_would_not_help() {
        let allows = allowing(&[Scps, Rcps, Endpoint, Session, Identity]);
        assert_eq!(SAME_ACCOUNT.met(&allows), Truth::False);
        assert_eq!(SAME_ACCOUNT.because(&allows), [ResourceDirectly, Boundary]);
        assert_eq!(
            CROSS_ACCOUNT.because(&allows),
            [Boundary, ResourceDirectly, ResourceRole, ResourceAccount]
        );
    }

    #[test]
    fn a_grant_is_explained_by_what_allows_it() {
        let allows = allowing(&[Scps, Rcps, Endpoint, Boundary, Session, Identity]);
        assert!(SAME_ACCOUNT.because(&allows).contains(&Identity));
        assert!(!SAME_ACCOUNT.because(&allows).contains(&ResourceRole));
    }
}
