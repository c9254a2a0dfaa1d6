//! From what the policies say to the answer, and to the statements and open questions behind it.

use crate::decision::{Decision, Denial, Gap, Grounds, Layer, Open, Residual, Unseen, Verdict};
use crate::evaluate::{Hit, Trail, about, about_resource};
use crate::need::{
    Allows, BY_RESOURCE, CROSS_ACCOUNT, Leaf, Need, SAME_ACCOUNT, SAME_ACCOUNT_BY_RESOURCE,
};
use crate::principal::{Principal, Principals};
use crate::request::Request;
use crate::statement::{Effect, Selection};
use crate::truth::Truth;

impl<'p> Trail<'_, 'p> {
    pub(crate) fn decide(mut self, need: &Need, met: Truth, allows: &Allows) -> Decision<'p> {
        let verdict = match met.and(self.denies.not()) {
            Truth::True => Verdict::Allowed,
            Truth::False if self.denies == Truth::True => Verdict::Denied(Denial::Explicit),
            Truth::False => Verdict::Denied(Denial::Implicit(self.gaps(need, allows))),
            Truth::Unknown => self.open(need, met, allows),
        };
        Decision {
            verdict,
            granting: self.granting(need, met, allows),
            blocking: self.denying().map(|hit| hit.grounds).collect(),
        }
    }

    /// What has to allow, and whether it does.
    pub(crate) fn need(&mut self, allows: &Allows) -> (&'static Need, Truth) {
        let Some(own) = self.request.caller.account() else {
            return (&BY_RESOURCE, BY_RESOURCE.met(allows));
        };
        let same = if resource_decides(self.request) {
            &SAME_ACCOUNT_BY_RESOURCE
        } else {
            &SAME_ACCOUNT
        };
        match self.request.owner() {
            Some(owner) if owner.account == *own => (same, same.met(allows)),
            Some(_) => (&CROSS_ACCOUNT, CROSS_ACCOUNT.met(allows)),
            None => {
                let (here, there) = (same.met(allows), CROSS_ACCOUNT.met(allows));
                if here == there {
                    return (same, here);
                }
                self.unseen.push(Unseen::ResourceAccount);
                (same, Truth::Unknown)
            }
        }
    }

    /// Deny statements that apply; where none does for sure, those that may.
    fn denying(&self) -> impl Iterator<Item = &Hit<'p>> {
        self.hits.iter().filter(|hit| {
            hit.grounds.statement.effect == Effect::Deny && hit.named.at_all() == self.denies
        })
    }

    fn allowing(&self) -> impl Iterator<Item = &Hit<'p>> {
        self.hits
            .iter()
            .filter(|hit| hit.grounds.statement.effect == Effect::Allow)
    }

    fn granting(&self, need: &Need, met: Truth, allows: &Allows) -> Vec<Grounds<'p>> {
        let leaves = match met {
            Truth::False => Vec::new(),
            Truth::True => need.because(allows),
            Truth::Unknown => need.leaves(),
        };
        let grants = |hit: &&Hit<'p>| {
            leaves
                .iter()
                .filter(|leaf| leaf.grants())
                .any(|leaf| hit.says(*leaf) != Truth::False && hit.says(*leaf) >= met)
        };
        self.allowing()
            .filter(grants)
            .map(|hit| hit.grounds)
            .collect()
    }

    fn gaps(&self, need: &Need, allows: &Allows) -> Vec<Gap<'p>> {
        let mut gaps: Vec<Gap<'p>> = Vec::new();
        for leaf in need.because(allows) {
            let layer = leaf.layer();
            let of_levels = self.gaps.iter().filter(|gap| gap.layer == layer).copied();
            let before = gaps.len();
            gaps.extend(of_levels);
            let gap = Gap { layer, level: None };
            if gaps.len() == before && !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
        gaps
    }

    /// What the answer hangs on, where it is open.
    fn open(&mut self, need: &Need, met: Truth, allows: &Allows) -> Verdict<'p> {
        let leaves = match met {
            Truth::Unknown => need.because(allows),
            _ => Vec::new(),
        };
        let may_grant =
            |hit: &&Hit<'p>| leaves.iter().any(|leaf| hit.says(*leaf) == Truth::Unknown);
        let mut open = OpenParts::default();
        for hit in self.denying().chain(self.allowing().filter(may_grant)) {
            open.of(self, hit);
        }
        self.unseen.append(&mut open.unseen);
        if self.unseen.is_empty() {
            Verdict::Depends(open.residuals)
        } else {
            Verdict::NotAssessed(std::mem::take(&mut self.unseen))
        }
    }
}

/// Whether identity policies count only where the resource's policy lets them: KMS keys, and taking
/// on roles. An alias is a name for its key, but whether it may be made, moved and deleted is decided
/// without any key policy: that one is asked for the key.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>,
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
fn resource_decides(request: &Request<'_>) -> bool {
    let mut fields = request.resource.arn().splitn(6, ':').skip(2);
    let (service, name) = (fields.next(), fields.nth(2).unwrap_or_default());
    let action = |name: &str| request.action.eq_ignore_ascii_case(name);
    match service {
        Some("kms") if name.starts_with("alias/") => !OF_ALIASES.iter().any(|name| action(name)),
        Some("kms") => name.starts_with("key/"),
        Some("iam") => name.starts_with("role/") && TAKING_ON_ROLES.iter().any(|name| action(name)),
        _ => false,
    }
}

/// What is done to an alias itself, and not to the key behind it.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>
static OF_ALIASES: &[&str] = &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];

/// What trust policies are about.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>
static TAKING_ON_ROLES: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

impl Hit<'_> {
    /// What it says in a formula's leaf.
    fn says(&self, leaf: Leaf) -> Truth {
        if self.grounds.layer != leaf.layer() {
            return Truth::False;
        }
        match leaf {
            Leaf::ResourceDirectly => self.named.directly,
            Leaf::ResourceRole => self.named.as_role,
            Leaf::ResourceAccount => self.named.by_account,
            _ => self.named.at_all(),
        }
    }
}

impl Leaf {
    fn layer(self) -> Layer {
        match self {
            Self::Identity => Layer::Identity,
            Self::Boundary => Layer::Boundary,
            Self::Session => Layer::Session,
            Self::Scps => Layer::Scp,
            Self::Rcps => Layer::Rcp,
            Self::Endpoint => Layer::Endpoint,
            Self::ResourceDirectly | Self::ResourceRole | Self::ResourceAccount => Layer::Resource,
        }
    }

    /// Whether it gives permissions, and does not only limit them.
    fn grants(self) -> bool {
        matches!(self.layer(), Layer::Identity | Layer::Resource)
    }
}

/// The parts of statements that are open.
#[derive(Default)]
struct OpenParts<'p> {
    residuals: Vec<Residual<'p>>,
    unseen: Vec<Unseen<'p>>,
}

impl<'p> OpenParts<'p> {
    fn of(&mut self, trail: &Trail<'_, 'p>, hit: &Hit<'p>) {
        let Grounds {
            layer, statement, ..
        } = hit.grounds;
        if statement.actions == Selection::Unstated {
            self.not_understood(hit, "the lack of Action".to_owned());
        }
        self.of_resource(trail, hit);
        let named = trail.names(layer, statement);
        if !named.is_settled() {
            self.of_principal(hit);
        }
        for condition in &statement.conditions {
            let seen = trail.request.seen(&condition.key);
            if condition.holds(&seen, trail.request) != Truth::Unknown {
                continue;
            }
            if condition.is_understood() {
                self.depends(hit, Open::Condition(condition));
            } else {
                self.not_understood(hit, format!("the condition {condition}"));
            }
        }
        for name in hit.policy.unknown.keys().chain(statement.unknown.keys()) {
            self.not_understood(hit, format!("the element '{name}'"));
        }
    }

    fn of_resource(&mut self, trail: &Trail<'_, 'p>, hit: &Hit<'p>) {
        let statement = hit.grounds.statement;
        if about_resource(hit.grounds.layer, statement, trail.request) != Truth::Unknown {
            return;
        }
        if statement.resources == Selection::Unstated {
            self.not_understood(hit, "the lack of Resource".to_owned());
        }
        let chosen = matches!(statement.resources, Selection::Only(_));
        for pattern in statement.resources.patterns() {
            if about(pattern, chosen, trail.request) == Truth::Unknown {
                self.depends(hit, Open::Resource(pattern));
            }
        }
    }

    fn of_principal(&mut self, hit: &Hit<'p>) {
        let statement = hit.grounds.statement;
        let of_resource = matches!(
            hit.grounds.layer,
            Layer::Resource | Layer::Endpoint | Layer::Rcp
        );
        let list = match &statement.principals {
            Principals::Only(list) | Principals::AllBut(list) if of_resource => list,
            Principals::Unstated => {
                return self.not_understood(hit, "the lack of Principal".to_owned());
            }
            _ => return self.not_understood(hit, "the Principal".to_owned()),
        };
        let strange = list
            .iter()
            .find(|principal| matches!(principal, Principal::Other { .. }));
        match strange {
            Some(principal) => {
                let part = format!("the principal kind '{}'", principal.kind());
                self.not_understood(hit, part);
            }
            None => self.depends(hit, Open::Principal),
        }
    }

    fn depends(&mut self, hit: &Hit<'p>, what: Open<'p>) {
        self.residuals.push(Residual {
            grounds: hit.grounds,
            what,
        });
    }

    fn not_understood(&mut self, hit: &Hit<'p>, part: String) {
        self.unseen.push(Unseen::Part {
            grounds: hit.grounds,
            part,
        });
    }
}
