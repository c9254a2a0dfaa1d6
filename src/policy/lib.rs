//! IAM policy documents: parsed whole, evaluated, and asked questions about sets of callers.
//!
//! [`parse`] makes a [`Policy`] of a text; nothing is dropped, and [`Policy::unfamiliar`] tells what is
//! not understood. [`evaluate`] decides one [`Request`] by all [`Policies`] that bear on it: allowed,
//! denied, depending on named conditions, or not assessed. [`admitted`] asks the resource's side only,
//! [`permitted`] the caller's; [`unnamed`] makes actions and resources up that nobody named.
//! [`Identities`] hands out the policies of an account's users and roles.
//!
//! [`audience`] says who is let in by a resource's policy, class by class, [`exposure`] and
//! [`exposure_of`] how far it opens, [`services_allowed`] which AWS services may call, [`triggers`] for
//! which resources, [`administrator`] whether an identity policy grants everything, [`strangers_pass`]
//! whether the policy of a VPC endpoint keeps anyone out; [`given`] is what is left of a policy for one
//! kind of request. All are pure functions over borrowed policies, and look at a policy as a whole:
//! denies are applied, statements add up. Where AWS's rules leave room, these give the more exposed
//! answer.
//!
//! [`catalogue`] knows which actions, resource types and condition keys there are, [`Danger`] what some of
//! them are good for in wrong hands; [`lint`] finds what is wrong in a policy as it is written.
//!
//! What is evaluated, by which source, and what is not: `docs/reference/policy-engine.md`.

mod administrator;
mod audience;
mod caller;
pub mod catalogue;
mod compare;
mod condition;
mod context;
mod danger;
mod decision;
mod document;
mod evaluate;
mod explain;
mod exposure;
mod given;
mod grants;
mod identities;
mod key;
mod limits;
pub mod lint;
mod met;
mod naming;
mod need;
mod operator;
mod overlap;
mod pattern;
mod perimeter;
mod policies;
mod principal;
mod print;
mod probe;
mod rcp;
mod request;
mod scope;
mod statement;
mod triggers;
mod truth;
mod unfamiliar;

#[cfg(test)]
mod audience_tests;
#[cfg(test)]
mod evaluate_tests;
#[cfg(test)]
mod exposure_tests;

pub use administrator::{AdminGrant, administrator};
pub use audience::{Access, Who, audience};
pub use caller::{Caller, Membership, Organization, Owner};
pub use condition::Condition;
pub use context::{Context, Value};
pub use danger::Danger;
pub use decision::{Decision, Denial, Gap, Grounds, Layer, Open, Residual, Unseen, Verdict};
pub use document::{ParseError, parse};
pub use evaluate::{admitted, evaluate, permitted};
pub use exposure::{Exposure, Reach, exposure, exposure_of, services_allowed};
pub use given::given;
pub use identities::{Identities, IdentityPolicies};
pub use key::Key;
pub use met::StatementsMet;
pub use operator::{Base, Comparison, Operator, Quantifier};
pub use pattern::{Case, Language, Pattern, Variables};
pub use perimeter::{Passage, strangers_pass};
pub use policies::{Attached, Controls, Level, Policies};
pub use principal::{Principal, Principals};
pub use probe::unnamed;
pub use request::{Request, Resource};
pub use scope::{Scope, ScopeKind};
pub use statement::{Effect, Policy, Selection, Statement, StatementRef};
pub use triggers::{Trigger, triggers};
pub use unfamiliar::Unfamiliar;
