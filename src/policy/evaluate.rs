//! One request against every policy that bears on it.
//!
//! Every statement either applies, or does not, or its part in the matter is open. From that follows
//! for each kind of policy whether it allows and whether it denies, and from these, by the formulas of
//! `need.rs`, the answer. The order of AWS's flow charts does not matter to the answer: a deny anywhere
//! is a deny, and everything that has to allow has to.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use crate::caller::{Kind, Membership};
use crate::decision::{Decision, Gap, Grounds, Layer, Unseen};
use crate::naming::{Named, named};
use crate::need::{Allows, CALLER_SIDE, Leaf, RESOURCE_SIDE};
use crate::pattern::{Case, Pattern, Variables};
use crate::policies::{Attached, Controls, Document, Policies};
use crate::principal::Principals;
use crate::rcp;
use crate::request::Request;
use crate::statement::{Effect, Policy, Selection, Statement};
use crate::truth::Truth;

/// Whether a request is allowed by the policies that bear on it.
///
/// ```
/// use tripod_model::{Arn, PolicyDocument};
/// use tripod_policy::{
///     Attached, Caller, Context, Policies, Request, Resource, Verdict, evaluate, parse,
/// };
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*",
///     "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;
/// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
/// let identity = [Attached::new("invoke", &policy)];
/// let policies = Policies { identity: &identity, ..Policies::default() };
///
/// let role = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims")).unwrap();
/// let function = Arn::new("arn:aws:lambda:eu-central-1:111122223333:function:claims");
/// let context = Context::open();
/// let request = Request {
///     caller: &role,
///     action: "lambda:InvokeFunction",
///     resource: &Resource::new(&function),
///     context: &context,
/// };
///
/// let decision = evaluate(&request, &policies);
/// let Verdict::Depends(on) = &decision.verdict else { panic!() };
/// assert_eq!(
///     on[0].to_string(),
///     "IpAddress aws:SourceIp 203.0.113.0/24 holds (statement 1 of the identity policy 'invoke')"
/// );
///
/// let from_there = Context::open().with("aws:SourceIp", "203.0.113.7");
/// let decision = evaluate(&Request { context: &from_there, ..request }, &policies);
/// assert!(decision.is_allowed());
/// ```
pub fn evaluate<'p>(request: &Request<'_>, policies: &Policies<'_, 'p>) -> Decision<'p> {
    let mut trail = Trail::new(request, policies);
    let mut allows = Allows::everything();
    trail.follow_resource(policies, &mut allows);
    if request.caller.account().is_some() {
        trail.follow_caller(policies, &mut allows);
    }
    let (need, met) = trail.need(&allows);
    trail.decide(need, met, &allows)
}

/// Whether the resource's side lets a caller in: its policy, the resource control policies and the
/// endpoint. Whether the caller's own account lets it go there is not asked; that is nothing that the
/// owner of the resource can rely on.
///
/// ```
/// use tripod_model::{AccountId, Arn, PolicyDocument};
/// use tripod_policy::{
///     Attached, Caller, Context, Policies, Request, Resource, admitted, parse,
/// };
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///     "Principal": {"AWS": "444455556666"}, "Action": "sqs:SendMessage", "Resource": "*"}}"#;
/// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
/// let queue = Resource::new(&Arn::new("arn:aws:sqs:eu-central-1:111122223333:claims"));
/// let decision = admitted(
///     &Request {
///         caller: &Caller::somebody_in(AccountId::new("444455556666")),
///         action: "sqs:SendMessage",
///         resource: &queue,
///         context: &Context::open(),
///     },
///     &Policies {
///         resource: Some(Attached::new("queue", &policy)),
///         ..Policies::default()
///     },
/// );
/// assert!(decision.is_allowed());
/// ```
pub fn admitted<'p>(request: &Request<'_>, policies: &Policies<'_, 'p>) -> Decision<'p> {
    let mut trail = Trail::new(request, policies);
    let mut allows = Allows::everything();
    trail.follow_resource(policies, &mut allows);
    trail.decide(&RESOURCE_SIDE, RESOURCE_SIDE.met(&allows), &allows)
}

/// Whether the caller's side lets a request go: its identity policies, within its boundary, its session
/// policy and its service control policies. Whether the resource's policy takes part is not asked; that is
/// the question where the resource is one that nobody named ([`crate::unnamed`]).
///
/// ```
/// use tripod_model::{Arn, PolicyDocument};
/// use tripod_policy::{
///     Attached, Caller, Context, Policies, Request, Resource, parse, permitted, unnamed,
/// };
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}"#;
/// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
/// let identity = [Attached::new("decrypt", &policy)];
/// let any_key = Arn::new(unnamed("arn:aws:kms:*:111122223333:key/*"));
/// let decision = permitted(
///     &Request {
///         caller: &Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims")).unwrap(),
///         action: "kms:Decrypt",
///         resource: &Resource::new(&any_key),
///         context: &Context::open(),
///     },
///     &Policies { identity: &identity, ..Policies::default() },
/// );
/// assert!(decision.is_allowed());
/// ```
pub fn permitted<'p>(request: &Request<'_>, policies: &Policies<'_, 'p>) -> Decision<'p> {
    let mut trail = Trail::new(request, policies);
    let mut allows = Allows::everything();
    trail.follow_caller(policies, &mut allows);
    trail.decide(&CALLER_SIDE, CALLER_SIDE.met(&allows), &allows)
}

/// Whether a statement of a resource's policy may let a request in that no other one denies for sure.
pub(crate) fn may_enter_by(request: &Request<'_>, policy: &Policy, allow: &Statement) -> bool {
    let trail = Trail::new(request, &Policies::default());
    let applies = |statement: &Statement| trail.applies(Layer::Resource, policy, statement);
    let denied = policy
        .denies()
        .any(|deny| applies(deny).at_all() == Truth::True);
    applies(allow) != Named::NOT && !denied
}

/// What was met on the way through the policies.
pub(crate) struct Trail<'r, 'p> {
    pub(crate) request: &'r Request<'r>,
    /// The action in lower case, as patterns of actions are kept.
    action: String,
    /// Whether the caller has a permissions boundary.
    bounded: bool,
    /// Statements that apply, or may.
    pub(crate) hits: Vec<Hit<'p>>,
    /// Policies that could not be read.
    pub(crate) unseen: Vec<Unseen<'p>>,
    /// Levels of an organisation at which nothing allows the request.
    pub(crate) gaps: Vec<Gap<'p>>,
    pub(crate) denies: Truth,
}

/// A statement that applies, or may: in which form it then names the caller.
pub(crate) struct Hit<'p> {
    pub(crate) grounds: Grounds<'p>,
    pub(crate) policy: &'p Policy,
    pub(crate) named: Named,
}

impl<'r, 'p> Trail<'r, 'p> {
    fn new(request: &'r Request<'r>, policies: &Policies<'_, 'p>) -> Self {
        Self {
            request,
            action: request.action.to_ascii_lowercase(),
            bounded: policies.boundary.is_some(),
            hits: Vec::new(),
            unseen: Vec::new(),
            gaps: Vec::new(),
            denies: Truth::False,
        }
    }

    /// What bears on the resource, whoever calls.
    fn follow_resource(&mut self, policies: &Policies<'_, 'p>, allows: &mut Allows) {
        let resource = self.read_all(Layer::Resource, policies.resource.as_slice());
        allows.set(Leaf::ResourceDirectly, resource.directly);
        allows.set(Leaf::ResourceRole, resource.as_role);
        allows.set(Leaf::ResourceAccount, resource.by_account);
        if let Some(endpoint) = &policies.endpoint {
            let endpoint = self.read(Layer::Endpoint, endpoint);
            allows.set(Leaf::Endpoint, endpoint.at_all());
        }
        if rcp::bear_on(self.request) {
            let rcps = self.read_controls(Layer::Rcp, &policies.rcps);
            allows.set(Leaf::Rcps, rcps);
        }
    }

    /// What bears on callers that have an account.
    fn follow_caller(&mut self, policies: &Policies<'_, 'p>, allows: &mut Allows) {
        let caller = self.request.caller;
        let identity = self.read_all(Layer::Identity, policies.identity).at_all();
        // The root user may do everything in its account that nothing denies.
        allows.set(Leaf::Identity, identity.or(caller.is_root().into()));
        if let Some(boundary) = &policies.boundary {
            allows.set(
                Leaf::Boundary,
                self.read(Layer::Boundary, boundary).at_all(),
            );
        }
        let session = match policies.session {
            Some(session) => self.read_all(Layer::Session, session).at_all(),
            // A federated user without a session policy has no permissions but those granted to it.
            None => Truth::from(!matches!(caller.kind, Kind::FederatedUser { .. })),
        };
        allows.set(Leaf::Session, session);
        let managed = caller
            .owner
            .as_ref()
            .is_some_and(|owner| matches!(owner.membership, Membership::Management(_)));
        if !managed && !caller.is_service_linked() {
            let scps = self.read_controls(Layer::Scp, &policies.scps);
            allows.set(Leaf::Scps, scps);
        }
    }

    /// Every level has to allow.
    fn read_controls(&mut self, layer: Layer, controls: &Controls<'_, 'p>) -> Truth {
        match controls {
            Controls::None => Truth::True,
            Controls::Unseen(reason) => {
                self.denies = self.denies.or(Truth::Unknown);
                self.unseen.push(Unseen::Controls {
                    layer,
                    reason: reason.clone().into_owned(),
                });
                Truth::Unknown
            }
            Controls::Levels(levels) => {
                let mut all = Truth::True;
                for level in *levels {
                    let allows = self.read_all(layer, level.policies).at_all();
                    if allows == Truth::False {
                        let level = Some(level.name);
                        self.gaps.push(Gap { layer, level });
                    }
                    all = all.and(allows);
                }
                all
            }
        }
    }

    fn read_all(&mut self, layer: Layer, policies: &[Attached<'p>]) -> Named {
        policies.iter().fold(Named::NOT, |sum, policy| {
            let allows = self.read(layer, policy);
            sum.or(allows)
        })
    }

    /// What a policy allows; what it denies is added up in `denies`.
    fn read(&mut self, layer: Layer, attached: &Attached<'p>) -> Named {
        let policy = match &attached.document {
            Document::Read(policy) => *policy,
            Document::Unreadable(reason) => {
                self.denies = self.denies.or(Truth::Unknown);
                self.unseen.push(Unseen::Policy {
                    layer,
                    policy: attached.name,
                    reason: reason.clone().into_owned(),
                });
                return Named::MAYBE;
            }
        };
        let mut allows = Named::NOT;
        for statement in &policy.statements {
            let named = self.applies(layer, policy, statement);
            if named == Named::NOT {
                continue;
            }
            match statement.effect {
                Effect::Allow => allows = allows.or(named),
                Effect::Deny => self.denies = self.denies.or(named.at_all()),
            }
            self.hits.push(Hit {
                grounds: Grounds {
                    layer,
                    policy: attached.name,
                    statement,
                },
                policy,
                named,
            });
        }
        allows
    }

    /// Whether a statement applies to the request, and in which form it names the caller.
    fn applies(&self, layer: Layer, policy: &Policy, statement: &Statement) -> Named {
        let mut truth = about_action(statement, &self.action);
        if truth == Truth::False {
            return Named::NOT;
        }
        truth = truth.and(about_resource(layer, statement, self.request));
        if truth == Truth::False {
            return Named::NOT;
        }
        let named = self.names(layer, statement);
        if named == Named::NOT {
            return named;
        }
        let conditions = statement.conditions.iter();
        truth = truth.and(Truth::all(conditions.map(|condition| {
            condition.holds(&self.request.seen(&condition.key), self.request)
        })));
        if !statement.unknown.is_empty() || !policy.unknown.is_empty() {
            truth = truth.and(Truth::Unknown);
        }
        named.and(truth)
    }

    pub(crate) fn names(&self, layer: Layer, statement: &Statement) -> Named {
        let caller = self.request.caller;
        match layer {
            Layer::Resource | Layer::Endpoint => {
                let mut named = named(statement, caller, self.bounded);
                if layer == Layer::Endpoint && may_be_gateway(self.request.action) {
                    named.by_account = named.by_account.and(Truth::Unknown);
                }
                named
            }
            Layer::Rcp if statement.principals != Principals::Unstated => {
                named(statement, caller, self.bounded)
            }
            // Only policies of resources say whom they are about. A principal elsewhere is nothing
            // that AWS takes.
            _ if statement.principals != Principals::Unstated => Named::MAYBE,
            _ => Named::DIRECTLY,
        }
    }
}

/// Gateway endpoints, which only these two services have, take an account for its root user.
///
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway>
fn may_be_gateway(action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    ["s3", "dynamodb"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(service))
}

/// `action` is in lower case.
pub(crate) fn about_action(statement: &Statement, action: &str) -> Truth {
    let any = |patterns: &[Pattern]| {
        Truth::from(
            patterns
                .iter()
                .any(|pattern| pattern.matches(action, Case::Sensitive, Variables::Nothing)),
        )
    };
    match &statement.actions {
        // Not a statement that AWS takes.
        Selection::Unstated => Truth::Unknown,
        Selection::Only(patterns) => any(patterns),
        Selection::AllBut(patterns) => any(patterns).not(),
    }
}

pub(crate) fn about_resource(layer: Layer, statement: &Statement, request: &Request<'_>) -> Truth {
    match &statement.resources {
        // The trust policy of a role means the role.
        Selection::Unstated if layer == Layer::Resource => Truth::True,
        Selection::Unstated => Truth::Unknown,
        Selection::Only(patterns) => Truth::any(patterns.iter().map(|p| about(p, true, request))),
        Selection::AllBut(patterns) => {
            Truth::any(patterns.iter().map(|p| about(p, false, request))).not()
        }
    }
}

/// Whether a pattern of `Resource`, or of `NotResource`, is about the request's resource.
pub(crate) fn about(pattern: &Pattern, chosen: bool, request: &Request<'_>) -> Truth {
    let arn = request.resource.arn();
    if chosen {
        pattern.matches_in(arn, Case::Sensitive, request)
    } else {
        pattern.spares_in(arn, Case::Sensitive, request)
    }
}
