//! Questions to identity policies: may somebody who has them do this to a resource that nobody named?

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use tripod_model::{Account, Arn, Severity, Unknown};
use tripod_policy::Verdict as Answer;
use tripod_policy::catalogue::ResourceType;
use tripod_policy::{
    Attached, Caller, Case, Context, Decision, Grounds, Open, Pattern, Policies, Policy, Request,
    Residual, Resource, Selection, Statement, StatementRef, StatementsMet, Value, administrator,
    permitted, unnamed,
};

use super::weight::Weight;
use super::{DETAILS, listed, short};
use crate::Verdict;
use crate::answers::Answers;
use crate::policies::filled;

/// The account in an ARN that names none.
static NO_ACCOUNT: LazyLock<String> = LazyLock::new(|| unnamed("*"));

/// Somebody with identity policies, perhaps within a boundary. Service control policies are not asked: what they take
/// away today is not what the identity has been given.
pub(super) struct Asking<'a> {
    account: &'a Account,
    caller: Caller,
    identity: &'a [Attached<'a>],
    boundary: Option<Attached<'a>>,
    context: Context,
    names_policies: bool,
    /// About resources of the account, under all of the above.
    answers: Answers<Result<Option<Grant>, Unknown>>,
}

/// A permission, and what it rests on.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// The Allow statements, each with its policy where there are several.
    pub(super) statements: Vec<String>,
    /// Conditions that it depends on; empty where it stands without any.
    pub(super) conditions: Vec<String>,
    /// Whether each of the statements chooses among resources.
    pub(super) choice: Choice,
}

/// How statements choose among the resources that their patterns match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Choice {
    /// One of them at least does not.
    None,
    /// By conditions on tags or aliases of the resource.
    ByCondition,
    /// By variables in the names.
    ByVariable,
}

impl<'a> Asking<'a> {
    /// Somebody with these policies. Requests come over TLS and at the moment of the scan: a condition that demands
    /// only these limits nobody.
    pub(super) fn new(
        observed: Timestamp,
        account: &'a Account,
        caller: Caller,
        identity: &'a [Attached<'a>],
    ) -> Self {
        Self {
            account,
            caller,
            identity,
            boundary: None,
            context: Context::open()
                .at(observed)
                .with("aws:SecureTransport", "true"),
            names_policies: identity.len() > 1,
            answers: Answers::default(),
        }
    }

    /// Whoever has these policies.
    pub(super) fn anybody_with(
        observed: Timestamp,
        account: &'a Account,
        identity: &'a [Attached<'a>],
    ) -> Self {
        let anybody = Caller::somebody_in(account.id.clone());
        Self::new(observed, account, anybody, identity)
    }

    /// Limited by a permissions boundary, if there is one.
    #[must_use]
    pub(super) fn within(mut self, boundary: Option<Attached<'a>>) -> Self {
        self.boundary = boundary;
        self.anew()
    }

    /// Statements are named with their policies.
    #[must_use]
    pub(super) fn naming_policies(mut self) -> Self {
        self.names_policies = true;
        self.anew()
    }

    /// The request carries this value.
    #[must_use]
    pub(super) fn with(mut self, key: &str, value: &str) -> Self {
        self.context = self.context.with(key, value);
        self.anew()
    }

    /// The request carries the key.
    #[must_use]
    pub(super) fn having(mut self, key: &str) -> Self {
        self.context = self.context.holding(key, Value::Present);
        self.anew()
    }

    /// The request lacks the key.
    #[must_use]
    pub(super) fn without(mut self, key: &str) -> Self {
        self.context = self.context.without(key);
        self.anew()
    }

    /// What was answered before does not hold any more.
    fn anew(mut self) -> Self {
        self.answers = Answers::default();
        self
    }

    /// How the action is permitted on the resource; none where it is not. A `*` in either stands for what nobody
    /// named.
    pub(super) fn may(&self, action: &str, resource: &str) -> Result<Option<Grant>, Unknown> {
        let arn = Arn::new(unnamed(resource));
        let owner = arn.account().unwrap_or_default();
        // Where the account is not said, its own resources are meant.
        let own = owner.is_empty() || owner == *NO_ACCOUNT || owner == self.account.id.as_str();
        let resource = if own {
            Resource::in_account(arn.to_string(), self.account.id.clone())
        } else {
            Resource::new(&arn)
        };
        let policies = Policies {
            identity: self.identity,
            boundary: self.boundary.clone(),
            ..Policies::default()
        };
        let action = unnamed(action);
        let request = Request {
            caller: &self.caller,
            action: &action,
            resource: &resource,
            context: &self.context,
        };
        let met = own.then(|| StatementsMet::by(&request, &policies));
        self.answers.of(met.flatten(), || {
            self.grant(&permitted(&request, &policies))
        })
    }

    /// The forms of the ARNs of a type of resource in the account.
    pub(super) fn forms_of(&self, kind: &'a ResourceType) -> impl Iterator<Item = String> + 'a {
        forms_of(self.account, kind)
    }

    /// The form of an ARN of any service in the account's partition.
    pub(super) fn anything(&self) -> String {
        format!("arn:{}:*:*:*:*", self.account.partition)
    }

    /// Of the form `any`: that itself, and what the Allow statements that speak of the action name.
    pub(super) fn resources_of(&self, action: &str, any: &str) -> Vec<String> {
        let read = self.identity.iter().filter_map(|it| it.policy().ok());
        let mut forms = vec![any.to_owned()];
        for allow in read.flat_map(Policy::allows) {
            if let (true, Selection::Only(patterns)) =
                (allow.covers_action(action), &allow.resources)
            {
                // What is about other things is not asked about.
                let of_form = |pattern: &&Pattern| {
                    !pattern.is_everything()
                        && pattern.overlaps(&Pattern::from(any), Case::Sensitive)
                };
                let named = patterns.iter().filter(of_form);
                forms.extend(named.map(|pattern| pattern.as_str().to_owned()));
            }
        }
        forms
    }

    /// The values that conditions of the identity policies compare a key with.
    pub(super) fn values_of(&self, key: &str) -> BTreeSet<String> {
        let read = self.identity.iter().filter_map(|it| it.policy().ok());
        let conditions = read
            .flat_map(|policy| &policy.statements)
            .flat_map(|statement| &statement.conditions);
        conditions
            .filter(|condition| condition.is_on(key))
            .flat_map(|condition| condition.values.iter().cloned())
            .collect()
    }

    /// The permission on the first of the resources on which the action is permitted without a choice among them; where
    /// there is always one, on the first of all.
    pub(super) fn may_on_any(
        &self,
        action: &str,
        resources: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Option<Grant>, Unknown> {
        let mut chosen = None;
        for resource in resources {
            match self.may(action, resource.as_ref())? {
                Some(grant) if grant.choice == Choice::None => return Ok(Some(grant)),
                Some(grant) => chosen = chosen.or(Some(grant)),
                None => {}
            }
        }
        Ok(chosen)
    }

    fn grant(&self, decision: &Decision<'_>) -> Result<Option<Grant>, Unknown> {
        let residuals = match &decision.verdict {
            Answer::Denied(_) => return Ok(None),
            Answer::NotAssessed(unseen) => {
                let reasons: Vec<String> = unseen.iter().map(ToString::to_string).collect();
                return Err(Unknown::Failed {
                    operation: DETAILS.to_owned(),
                    error: reasons.join("; "),
                });
            }
            Answer::Allowed => &[],
            Answer::Depends(residuals) => residuals.as_slice(),
        };
        let mut conditions: Vec<String> = residuals.iter().map(said).collect();
        conditions.sort();
        conditions.dedup();
        Ok(Some(Grant {
            statements: decision.granting.iter().map(|it| self.name(it)).collect(),
            choice: match conditions.as_slice() {
                [] => Choice::None,
                _ => decision
                    .granting
                    .iter()
                    .map(|it| choice(it.statement))
                    .min()
                    .unwrap_or(Choice::None),
            },
            conditions,
        }))
    }

    fn name(&self, grounds: &Grounds<'_>) -> String {
        let statement = grounds.statement.reference();
        if self.names_policies {
            format!("{statement} of '{}'", short(grounds.policy))
        } else {
            statement.to_string()
        }
    }
}

/// The forms of the ARNs of a type of resource in the account: those of any region, then those of each.
pub(super) fn forms_of<'a>(
    account: &'a Account,
    kind: &'a ResourceType,
) -> impl Iterator<Item = String> + 'a {
    kind.arns.iter().flat_map(move |arn| {
        let in_region = move |region: &str| {
            let known = [
                ("Partition", account.partition.as_str()),
                ("Account", account.id.as_str()),
                ("Region", region),
            ];
            filled(arn, &known)
        };
        let named: &[_] = if arn.contains("${Region}") {
            &account.regions
        } else {
            &[]
        };
        let named = named.iter().map(|region| region.name.as_str());
        std::iter::once("*").chain(named).map(in_region)
    })
}

fn said(residual: &Residual<'_>) -> String {
    let what = match residual.what {
        Open::Condition(condition) => condition.to_string(),
        Open::Resource(pattern) => format!("the resource being {pattern}"),
        Open::Principal => "the principal".to_owned(),
    };
    if residual.must_hold() {
        what
    } else {
        format!("{what} not to hold")
    }
}

/// Condition keys, beside tags, that tell one resource from another.
///
/// - <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
/// - <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html>
/// - <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
const CHOOSING: [&str; 6] = [
    "kms:requestalias",
    "kms:resourcealiases",
    "s3:accesspointarn",
    "s3:dataaccesspointarn",
    "secretsmanager:name",
    "secretsmanager:secretid",
];

fn choice(statement: &Statement) -> Choice {
    let patterns = statement.resources.patterns();
    if !patterns.is_empty() && patterns.iter().all(Pattern::has_variables) {
        return Choice::ByVariable;
    }
    let by_condition = statement.conditions.iter().any(|condition| {
        let key = condition.key.lower();
        let of_resource = key.contains(":resourcetag/")
            || key.starts_with("s3:existingobjecttag/")
            || CHOOSING.contains(&key);
        let any = |value: &String| value.chars().all(|letter| letter == '*');
        of_resource && condition.demands_presence() && !condition.values.iter().any(any)
    });
    if by_condition {
        Choice::ByCondition
    } else {
        Choice::None
    }
}

impl Grant {
    /// "statement 'a' and statement 2 of 'b' let".
    pub(super) fn sentence(&self, one: &str, many: &str) -> String {
        let verb = if self.statements.len() == 1 {
            one
        } else {
            many
        };
        format!("{} {verb}", listed(&self.statements))
    }

    /// Conditions that do not choose among resources leave the permission as broad as it is, and make it rarer.
    pub(super) fn rarer(&self, weight: Weight, severity: Severity) -> Weight {
        let reason = (!self.conditions.is_empty())
            .then(|| format!("the grant depends on {}", listed(&self.conditions)));
        weight.at_most(severity, reason)
    }

    /// The statements and conditions as details.
    pub(super) fn told(&self, verdict: Verdict) -> Verdict {
        verdict
            .detail("statements", self.statements.clone())
            .detail("conditions", self.conditions.clone())
    }
}

/// How policies together grant everything.
#[derive(Debug)]
pub(super) struct Admin {
    /// The statements that do.
    pub(super) statements: Vec<String>,
    /// Conditions that the grant depends on.
    pub(super) conditions: Vec<String>,
    /// Denies that take only a part back.
    pub(super) except: Vec<String>,
}

/// How the policies together grant every action on every resource; none where they do not. Statements are named with
/// their policies where asked for.
///
/// # Errors
/// When one of them cannot be read: it may be the one that denies it all.
pub(super) fn administrator_by(
    policies: &[Attached<'_>],
    names_policies: bool,
) -> Result<Option<Admin>, Unknown> {
    let mut read = Vec::new();
    for attached in policies {
        let policy = attached.policy();
        read.push((
            attached.name(),
            policy.map_err(|reason| unreadable(attached.name(), reason))?,
        ));
    }
    // Most policies say nothing of actions that nobody named: no need to put them together.
    let unnamed = unnamed("*:*");
    let open = |policy: &&Policy| policy.allows().any(|it| it.covers_action(&unnamed));
    if !read.iter().map(|(_, policy)| *policy).any(|it| open(&it)) {
        return Ok(None);
    }
    let (together, origins) = joined(&read, names_policies);
    let name = |of: &StatementRef| origins[of.index].clone();
    Ok(administrator(&together).map(|grant| Admin {
        statements: grant.statements.iter().map(name).collect(),
        conditions: grant.conditions,
        except: grant.except.iter().map(name).collect(),
    }))
}

/// Policies as one, and the names of its statements.
fn joined(policies: &[(&str, &Policy)], names_policies: bool) -> (Policy, Vec<String>) {
    let mut together = Policy::default();
    let mut origins = Vec::new();
    for (name, policy) in policies {
        for statement in &policy.statements {
            let reference = statement.reference();
            origins.push(if names_policies {
                format!("{reference} of '{}'", short(name))
            } else {
                reference.to_string()
            });
            let index = together.statements.len();
            together.statements.push(Statement {
                index,
                ..statement.clone()
            });
        }
    }
    (together, origins)
}

/// A policy that could not be read.
pub(super) fn unreadable(name: &str, reason: &str) -> Unknown {
    Unknown::Failed {
        operation: DETAILS.to_owned(),
        error: format!("the policy '{}' is not known: {reason}", short(name)),
    }
}
