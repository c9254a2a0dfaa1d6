//! One account, its policies parsed, and requests decided by them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tripod_model::{Account, Arn, Unknown};
use tripod_policy::{
    Attached, Caller, Context, Controls, Decision, Identities, Level, Membership, Owner, Policies,
    Request, Resource, admitted, evaluate,
};

use crate::actor::Actor;
use crate::controls::{self, Held};
use crate::place::{Kind, Place};
use crate::policied;
use crate::resources::{Lookup, Resources};
use crate::target::{Standing, Target};

/// Who may do what in one account, by all policies that the snapshot holds. Built once, asked often.
///
/// ```
/// use tripod_access::Access;
/// use tripod_model::{Arn, iam, Observed, Account, AccountId};
/// use tripod_policy::Context;
///
/// let mut account = Account::not_collected(AccountId::new("111122223333"), "aws".to_owned());
/// let role = Arn::new("arn:aws:iam::111122223333:role/claims");
/// account.iam.authorization = Observed::Known(iam::Authorization {
///     roles: vec![iam::Principal::named(role.clone())],
///     ..iam::Authorization::default()
/// });
/// let access = Access::of(&account).expect("the authorization details are known");
/// let decision = access.decide(&role, "sqs:ListQueues", "*", &Context::open()).expect("a request");
/// assert!(decision.is_denied());
/// ```
#[derive(Debug)]
pub struct Access<'s> {
    account: &'s Account,
    identities: Identities,
    callers: BTreeMap<Arn, Caller>,
    membership: Membership,
    scps: Held,
    rcps: Held,
    pub(crate) resources: Resources<'s>,
}

/// A question that cannot be put. The fault is the asker's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// No user or role of the account.
    #[error("'{value}' is no user or role of account {account}")]
    Principal {
        /// The ARN as given.
        value: String,
        /// The account.
        account: String,
    },
    /// No name of an action.
    #[error("'{value}' is not an action: an action is written service:Name, without wildcards")]
    Action {
        /// The text as given.
        value: String,
    },
    /// No resource.
    #[error("'{value}' is neither an ARN nor '*'")]
    Resource {
        /// The text as given.
        value: String,
    },
}

impl<'s> Access<'s> {
    /// Reads every policy of the account. One that cannot be read stays in its place as such.
    ///
    /// # Errors
    /// When the account's authorization details are not known.
    pub fn of(account: &'s Account) -> Result<Self, Unknown> {
        let authorization = match account.iam.authorization.found() {
            Ok(Some(authorization)) => authorization,
            Ok(None) => return Err(Unknown::NotCollected),
            Err(unknown) => return Err(unknown),
        };
        let identities = Identities::read(authorization);
        let membership = controls::membership(account);
        let principals = authorization.users.iter().chain(&authorization.roles);
        let callers = principals.filter_map(|principal| {
            let mut caller = identities
                .caller(&principal.arn)
                .ok()?
                .in_organization(membership.clone());
            if let Some(id) = &principal.id {
                caller = caller.with_id(id.clone());
            }
            Some((principal.arn.clone(), caller))
        });
        Ok(Self {
            account,
            callers: callers.collect(),
            scps: controls::service_control(&account.organizations),
            rcps: controls::resource_control(&account.organizations),
            resources: Resources::of(account),
            identities,
            membership,
        })
    }

    /// The account.
    pub fn account(&self) -> &'s Account {
        self.account
    }

    /// The policies of its users and roles.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Its place in an organisation.
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// Every user and role, by ARN.
    pub fn principals(&self) -> impl Iterator<Item = &Arn> {
        self.callers.keys()
    }

    /// Every resource that the snapshot lists, by ARN, with its kind. Some are parts of others: versions
    /// and aliases of functions, streams of tables.
    pub fn resources(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.resources
            .entries()
            .map(|(arn, entry)| (arn, entry.kind))
    }

    /// Lists of resources that were not read, with the reason: what is on them is in no answer.
    pub fn unread(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        self.resources.unread()
    }

    /// What else bears on a resource and is no part of any decision: grants of a key, what bars a bucket.
    pub fn asides<'a>(&'a self, target: &'a Target<'_>) -> &'a [String] {
        let target = target.key.as_deref().unwrap_or(target);
        self.resources.asides_of(target.resource.arn())
    }

    /// A user or role with all that bears on what it asks for.
    ///
    /// # Errors
    /// When the account has no such user or role.
    pub fn actor(&self, principal: &Arn) -> Result<Actor<'_>, AccessError> {
        let unknown = || AccessError::Principal {
            value: principal.to_string(),
            account: self.account.id.to_string(),
        };
        let (arn, caller) = self.callers.get_key_value(principal).ok_or_else(unknown)?;
        let own = self.identities.policies_of(arn).ok_or_else(unknown)?;
        Ok(Actor {
            arn,
            caller,
            own,
            scps: attached(&self.scps),
        })
    }

    /// A resource with its policy; `*` for actions that act on none. What the ARN names may be part of
    /// something that has the policy: an object of a bucket, an index of a table, a stream of a log group.
    ///
    /// # Errors
    /// When it is neither an ARN nor `*`.
    pub fn target(&self, resource: &str) -> Result<Target<'_>, AccessError> {
        if resource == "*" {
            let account = Resource::account_level();
            return Ok(without_policy(None, account, Standing::AccountLevel));
        }
        let arn = Arn::new(resource);
        if !resource.starts_with("arn:") || arn.service().is_none() || arn.resource().is_none() {
            return Err(AccessError::Resource {
                value: resource.to_owned(),
            });
        }
        Ok(self.target_of(&arn))
    }

    fn target_of(&self, arn: &Arn) -> Target<'_> {
        let own = self.account.id.as_str();
        if let Some(account) = arn
            .account()
            .filter(|account| *account != own && *account != "aws")
        {
            let standing = Standing::OtherAccount(account.to_owned());
            return unseen(None, Resource::new(arn), standing);
        }
        let ours = Resource::new(arn)
            .owned_by(Owner::new(self.account.id.clone()).with(self.membership.clone()));
        let Some(place) = Place::of(arn) else {
            return if policied::may_have_policy(arn) {
                unseen(None, ours, Standing::PolicyUnseen)
            } else {
                without_policy(None, ours, Standing::Unlisted)
            };
        };
        if place.kind == Kind::LogGroup && place.holder == arn.as_str() {
            return self.log_group(arn, &place, ours);
        }
        self.placed(arn, &place, ours)
    }

    /// Permissions on a log group are about its ARN with `:*` behind it, but for the tagging of it.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>
    fn log_group(&self, arn: &Arn, place: &Place, bare: Resource) -> Target<'_> {
        let all = Arn::new(format!("{arn}:*"));
        let owner = Owner::new(self.account.id.clone()).with(self.membership.clone());
        Target {
            bare: Some(bare),
            ..self.placed(&all, place, Resource::new(&all).owned_by(owner))
        }
    }

    fn placed(&self, arn: &Arn, place: &Place, ours: Resource) -> Target<'_> {
        let kind = Some(place.kind);
        match self.resources.find(place) {
            Lookup::Found(entry) => {
                let policy = entry.guard.as_deref();
                let key = self.resources.key_behind(arn);
                Target {
                    resource: match entry.tags {
                        Some(tags) => ours.tagged(tags),
                        None => ours,
                    },
                    // An execute-api ARN does not tell of which type the API is.
                    kind: Some(entry.kind),
                    standing: Standing::Held,
                    region: region_asked(arn, entry.region),
                    policy: policy.map(|guard| Attached::parsed(&guard.name, &guard.policy)),
                    role: (entry.kind == Kind::Role).then(|| arn.clone()),
                    bare: None,
                    key: key.map(|key| Box::new(self.target_of(key))),
                }
            }
            // A bucket that is not among the account's own is another's, or nobody's.
            Lookup::Missing if place.kind == Kind::Bucket => {
                unseen(kind, Resource::new(arn), Standing::NoOwner)
            }
            Lookup::Missing => without_policy(kind, ours, Standing::Missing),
            Lookup::Unread(reason) if place.kind == Kind::Bucket => {
                unseen(kind, Resource::new(arn), Standing::Unread(reason))
            }
            Lookup::Unread(reason) if place.kind.has_policy() => {
                unseen(kind, ours, Standing::Unread(reason))
            }
            Lookup::Unread(reason) => without_policy(kind, ours, Standing::Unread(reason)),
        }
    }

    /// One request of a user or role of the account; `resource` is an ARN or `*`. Identity policies,
    /// boundary, the organisation's policies, and the resource's own where the snapshot has it, are all
    /// applied. Taking on a role is the action `sts:AssumeRole` on the role: its trust policy is asked then.
    ///
    /// # Errors
    /// When the account has no such user or role, or action or resource are none.
    pub fn decide(
        &self,
        principal: &Arn,
        action: &str,
        resource: &str,
        context: &Context,
    ) -> Result<Decision<'_>, AccessError> {
        let actor = self.actor(principal)?;
        let target = self.target(resource)?;
        self.decide_on(&actor, action, &target, context)
    }

    /// The same for a user or role and a resource that were looked up before.
    ///
    /// # Errors
    /// When the action is none.
    pub fn decide_on<'a>(
        &'a self,
        actor: &Actor<'a>,
        action: &str,
        target: &Target<'a>,
        context: &Context,
    ) -> Result<Decision<'a>, AccessError> {
        check_action(action)?;
        let resource_policy = self.policy_for(action, target);
        // What is asked of a key by another name is decided for the key.
        // https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
        let target = match &target.key {
            Some(key) if !is_about_aliases(action) => key,
            _ => target,
        };
        let context = &*with_region(context, action, target);
        let scps = levels(&actor.scps);
        let rcps_held = attached(&self.rcps);
        let rcps = levels(&rcps_held);
        let policies = Policies {
            identity: &actor.own.identity,
            boundary: actor.own.boundary.clone(),
            scps: as_controls(&self.scps, &scps),
            rcps: match &target.standing {
                Standing::OtherAccount(_) | Standing::NoOwner => Controls::Unseen(Cow::Borrowed(
                    "those of another account are not in the snapshot",
                )),
                _ => as_controls(&self.rcps, &rcps),
            },
            resource: resource_policy,
            ..Policies::default()
        };
        let request = Request {
            caller: actor.caller,
            action,
            resource: match &target.bare {
                Some(bare) if is_tagging_of_logs(action) => bare,
                _ => &target.resource,
            },
            context,
        };
        Ok(evaluate(&request, &policies))
    }

    /// The policy that is asked about an action on the target: a key's for what is asked of its alias, a
    /// role's trust for taking it on.
    pub(crate) fn policy_for<'a>(
        &'a self,
        action: &str,
        target: &Target<'a>,
    ) -> Option<Attached<'a>> {
        match (&target.key, &target.role) {
            (Some(key), _) if !is_about_aliases(action) => key.policy.clone(),
            (_, Some(role)) if is_of_sts(action) => self.identities.trust_of(role),
            _ => target.policy.clone(),
        }
    }

    /// Whether the resource's side lets somebody in who is of no account, or of another.
    pub(crate) fn admit<'a>(
        &'a self,
        caller: &Caller,
        action: &str,
        target: &Target<'a>,
        context: &Context,
    ) -> Decision<'a> {
        let context = &*with_region(context, action, target);
        let rcps_held = attached(&self.rcps);
        let rcps = levels(&rcps_held);
        let policies = Policies {
            rcps: as_controls(&self.rcps, &rcps),
            resource: self.policy_for(action, target),
            ..Policies::default()
        };
        let request = Request {
            caller,
            action,
            resource: &target.resource,
            context,
        };
        admitted(&request, &policies)
    }
}

/// A resource whose policy, if it has one, was not seen.
fn unseen<'a>(kind: Option<Kind>, resource: Resource, standing: Standing) -> Target<'a> {
    Target {
        policy: Some(Attached::unreadable(
            "resource policy",
            standing.to_string(),
        )),
        ..without_policy(kind, resource, standing)
    }
}

fn without_policy<'a>(kind: Option<Kind>, resource: Resource, standing: Standing) -> Target<'a> {
    Target {
        region: region_asked(&Arn::new(resource.arn()), None),
        resource,
        kind,
        standing,
        policy: None,
        role: None,
        bare: None,
        key: None,
    }
}

/// The region whose endpoint gets requests about a resource: its own. IAM has one endpoint in a partition; of
/// the first one AWS says where it stands.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>
fn region_asked(arn: &Arn, of_bucket: Option<&str>) -> Option<String> {
    let own = arn.region().or(of_bucket);
    own.map(str::to_owned)
}

/// The region that a request goes to, where action or resource tell it.
fn region_of<'t>(action: &str, target: &'t Target<'_>) -> Option<&'t str> {
    let of_iam = || {
        let arn = Arn::new(target.resource.arn());
        let is_iam = action
            .get(..4)
            .is_some_and(|it| it.eq_ignore_ascii_case("iam:"));
        (is_iam && arn.partition() == Some("aws")).then_some("us-east-1")
    };
    target.region.as_deref().or_else(of_iam)
}

const REQUESTED_REGION: &str = "aws:RequestedRegion";

/// The context, with the region in it where nobody said another.
fn with_region<'c>(context: &'c Context, action: &str, target: &Target<'_>) -> Cow<'c, Context> {
    match region_of(action, target) {
        Some(region) if !context.says(REQUESTED_REGION) => {
            Cow::Owned(context.clone().with(REQUESTED_REGION, region))
        }
        _ => Cow::Borrowed(context),
    }
}

fn check_action(action: &str) -> Result<(), AccessError> {
    let named = action.split_once(':').is_some_and(|(service, name)| {
        !service.is_empty() && !name.is_empty() && !name.contains(':')
    });
    if named && !action.contains(['*', '?']) {
        return Ok(());
    }
    Err(AccessError::Action {
        value: action.to_owned(),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
fn is_about_aliases(action: &str) -> bool {
    ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(action))
}

fn is_tagging_of_logs(action: &str) -> bool {
    [
        "logs:TagResource",
        "logs:UntagResource",
        "logs:ListTagsForResource",
    ]
    .iter()
    .any(|own| own.eq_ignore_ascii_case(action))
}

fn is_of_sts(action: &str) -> bool {
    action
        .split_once(':')
        .is_some_and(|(service, _)| service.eq_ignore_ascii_case("sts"))
}

fn attached(held: &Held) -> Vec<(&str, Vec<Attached<'_>>)> {
    match held {
        Held::Levels(levels) => levels
            .iter()
            .map(|level| (level.name.as_str(), level.attached()))
            .collect(),
        Held::None | Held::Unseen(_) => Vec::new(),
    }
}

fn levels<'l, 'p>(attached: &'l [(&'p str, Vec<Attached<'p>>)]) -> Vec<Level<'l, 'p>> {
    attached
        .iter()
        .map(|(name, policies)| Level { name, policies })
        .collect()
}

fn as_controls<'l, 'p>(held: &'p Held, levels: &'l [Level<'l, 'p>]) -> Controls<'l, 'p> {
    match held {
        Held::None => Controls::None,
        Held::Levels(_) => Controls::Levels(levels),
        Held::Unseen(reason) => Controls::Unseen(Cow::Borrowed(reason)),
    }
}
