//! What a user or role may do, asked of actions and resources that nobody named.
//!
//! All of its policies are asked together, its boundary, and the organisation's service control policies as far as
//! they could be read. The resource's own policy is not asked: of a resource that nobody named there is none to see.

use tripod_access::{Access, Actor};
use tripod_model::{Account, Arn, RegionName, Severity, Unknown};
use tripod_policy::catalogue::Action;
use tripod_policy::{
    Context, Danger, Decision, Denial, Grounds, Open, Pattern, Residual, Resource, Selection,
    Statement, Verdict as Answer, unnamed,
};

use crate::answers::Answers;
use crate::policies::filled;
use crate::{Verdict, View};

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

fn failed(error: String) -> Unknown {
    Unknown::Failed {
        operation: DETAILS.to_owned(),
        error,
    }
}

/// A user or role that makes requests to one region.
pub(crate) struct Permits<'a> {
    account: &'a Account,
    region: &'a RegionName,
    access: &'a Access<'a>,
    actor: Actor<'a>,
    /// What is known of requests to the region, and of those to services that have one endpoint for all.
    regional: Place,
    global: Place,
}

/// Requests to one endpoint: what is known of them, and what was answered.
struct Place {
    context: Context,
    answers: Answers<Result<Option<Permission>, Unknown>>,
}

impl Place {
    fn of(context: Context, region: &str) -> Self {
        Self {
            context: context.with("aws:RequestedRegion", region),
            answers: Answers::default(),
        }
    }
}

/// What is known of requests that anybody makes: they can come over TLS, and at the moment of the scan. A condition
/// that demands only these limits nobody.
pub(crate) fn context(view: &View<'_>) -> Context {
    Context::open()
        .at(view.run.observed)
        .with("aws:SecureTransport", "true")
}

/// Services with one endpoint for all regions, in Northern Virginia.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html>
const GLOBAL: &[&str] = &[
    "budgets",
    "cloudfront",
    "globalaccelerator",
    "iam",
    "importexport",
    "organizations",
    "route53",
    "support",
    "waf",
];

/// How a policy speaks of the service that it permits something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grasp {
    /// It permits actions of many services and does not name this one.
    Anything,
    /// It names the service.
    Named,
}

impl Grasp {
    fn of(actions: &Selection, service: &str) -> Self {
        let Selection::Only(patterns) = actions else {
            return Self::Anything;
        };
        let names = |pattern: &Pattern| {
            let prefix = pattern.as_str().split(':').next().unwrap_or_default();
            prefix.eq_ignore_ascii_case(service)
        };
        if patterns.iter().any(names) {
            Self::Named
        } else {
            Self::Anything
        }
    }
}

/// A permission, and what it rests on.
#[derive(Debug, Clone)]
pub(crate) struct Permission {
    /// The Allow statements, each with its policy.
    pub(crate) statements: Vec<String>,
    /// Conditions that it depends on; empty where it stands without any.
    pub(crate) conditions: Vec<String>,
    /// Whether each of the statements says by a condition or a variable which resources it means.
    chooses: bool,
}

impl<'a> Permits<'a> {
    /// Whom to ask about, and what is known of its requests.
    ///
    /// # Errors
    /// When the account has no such user or role.
    pub(crate) fn of(
        account: &'a Account,
        region: &'a RegionName,
        access: &'a Access<'a>,
        principal: &Arn,
        context: Context,
    ) -> Result<Self, Unknown> {
        let actor = access
            .actor(principal)
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            account,
            region,
            access,
            actor,
            regional: Place::of(context.clone(), region.as_str()),
            global: Place::of(context, "us-east-1"),
        })
    }

    /// Whether a policy has a condition on this key.
    pub(crate) fn compares(&self, key: &str) -> bool {
        self.access.compares(&self.actor, key)
    }

    /// Who it is.
    pub(crate) fn actor(&self) -> &Actor<'_> {
        &self.actor
    }

    /// The decision on an action and a resource; both may be ones that nobody named.
    fn decide(&self, action: &str, resource: &str) -> Result<Decision<'_>, Unknown> {
        self.decide_on(action, &self.owned(resource), &self.place(action).context)
    }

    fn decide_on(
        &self,
        action: &str,
        resource: &Resource,
        context: &Context,
    ) -> Result<Decision<'_>, Unknown> {
        self.access
            .permits(&self.actor, action, resource, context)
            .map_err(|error| failed(error.to_string()))
    }

    fn owned(&self, arn: impl Into<String>) -> Resource {
        Resource::in_account(arn.into(), self.account.id.clone())
    }

    fn place(&self, action: &str) -> &Place {
        let service = action.split(':').next().unwrap_or_default();
        if GLOBAL.contains(&service) {
            &self.global
        } else {
            &self.regional
        }
    }

    /// Whether the role permits an action on a resource, and how. A grant that chooses among resources by a condition
    /// is none on a resource that nobody named.
    ///
    /// # Errors
    /// When a policy that bears on it could not be read or understood.
    pub(crate) fn permission(
        &self,
        action: &str,
        resource: &str,
    ) -> Result<Option<Permission>, Unknown> {
        self.permission_on(action, &self.owned(resource))
    }

    fn permission_on(
        &self,
        action: &str,
        resource: &Resource,
    ) -> Result<Option<Permission>, Unknown> {
        let Place { context, answers } = self.place(action);
        let access = self.access;
        let met = access.statements_met(&self.actor, action, resource, context);
        answers.of(met, || {
            permission(&self.decide_on(action, resource, context)?)
        })
    }

    /// Whether the role permits an action on every resource of the kinds that it is for, as far as they are of this
    /// account and region. None also for actions that cannot be limited to resources.
    ///
    /// # Errors
    /// When a policy that bears on it could not be read or understood.
    pub(crate) fn everywhere(&self, action: &Action) -> Result<Option<Permission>, Unknown> {
        let name = action.as_str();
        let (mut found, mut missing) = (None, false);
        for (kind, required) in action.resources() {
            let mut permitted = None;
            for form in &kind.arns {
                permitted = permitted.or(self.permission_on(name, &self.owned(self.any(form)))?);
            }
            missing |= required && permitted.is_none();
            found = found.or(permitted);
        }
        Ok(found.filter(|_| !missing))
    }

    /// How the role's identity policies permit an action on something that they speak of; none where they do not. A
    /// policy of the resource alone is not asked.
    ///
    /// # Errors
    /// When a policy that bears on it could not be read or understood.
    pub(crate) fn grasp(&self, action: &Action) -> Result<Option<Grasp>, Unknown> {
        let name = action.as_str();
        let mut found = None;
        for policy in &self.actor.policies().identity {
            // One that cannot be read makes the decision on anything "not assessed".
            let Ok(policy) = policy.policy() else {
                let [anything, _] = self.forms(action.service);
                self.permitted(name, &anything)?;
                continue;
            };
            for allow in policy.allows().filter(|it| it.covers_known(action)) {
                let grasp = Grasp::of(&allow.actions, action.service);
                if found >= Some(grasp) {
                    continue;
                }
                for resource in self.spoken_of(allow, action) {
                    if self.permitted(name, &resource)? {
                        found = Some(grasp);
                        break;
                    }
                }
            }
        }
        Ok(found)
    }

    /// A resource for each that a statement names. Where it means all of them by a star or leaves them unsaid: one of
    /// each form that the action is for, and one for each that the boundary names.
    fn spoken_of(&self, allow: &Statement, action: &Action) -> Vec<String> {
        let mut resources = named_in(allow);
        let chosen = matches!(&allow.resources, Selection::Only(patterns)
            if !patterns.iter().any(Pattern::is_everything));
        if !chosen {
            let forms = action.resources().flat_map(|(kind, _)| &kind.arns);
            resources.extend(forms.map(|form| self.any(form)));
            let boundary = self.actor.policies().boundary.iter();
            let within = boundary.filter_map(|it| it.policy().ok());
            resources.extend(within.flat_map(|it| it.allows()).flat_map(named_in));
        }
        resources
    }

    /// Whether an action on a resource is permitted, under whatever conditions.
    fn permitted(&self, action: &str, resource: &str) -> Result<bool, Unknown> {
        match &self.decide(action, resource)?.verdict {
            Answer::Denied(_) => Ok(false),
            Answer::Allowed | Answer::Depends(_) => Ok(true),
            Answer::NotAssessed(unseen) => {
                let reasons: Vec<String> = unseen.iter().map(ToString::to_string).collect();
                Err(failed(reasons.join("; ")))
            }
        }
    }

    /// A resource of this form that nobody named, of this account and region.
    fn any(&self, form: &str) -> String {
        let values = [
            ("Partition", self.account.partition.as_str()),
            ("Region", self.region.as_str()),
            ("Account", self.account.id.as_str()),
        ];
        unnamed(&filled(form, &values))
    }

    /// The form of every ARN of a service in this account and region, and of one whose ARNs name neither.
    pub(crate) fn forms(&self, service: &str) -> [String; 2] {
        [
            self.any(&format!(
                "arn:${{Partition}}:{service}:${{Region}}:${{Account}}:*"
            )),
            self.any(&format!("arn:${{Partition}}:{service}:::*")),
        ]
    }

    /// How the role is an administrator: it may do what nobody has named, and may change who may do what. Whoever may
    /// do everything but the latter is none, and whoever may do it gets at all the rest.
    ///
    /// # Errors
    /// When a policy that bears on it could not be read or understood.
    pub(crate) fn administrator(&self) -> Result<Option<Permission>, Unknown> {
        let [anything, _] = self.forms("*");
        let Some(mut everything) = self.permission(&unnamed("*:*"), &anything)? else {
            return Ok(None);
        };
        for action in Danger::ResourceExposure
            .actions()
            .filter(|action| action.service == "iam")
        {
            if let Some(granting) = self.everywhere(action)? {
                everything.conditions.extend(granting.conditions);
                everything.conditions.sort();
                everything.conditions.dedup();
                return Ok(Some(everything));
            }
        }
        Ok(None)
    }

    /// What keeps the role from doing what nobody has named.
    pub(crate) fn held_back(&self) -> Result<String, Unknown> {
        let [anything, _] = self.forms("*");
        let decision = self.decide(&unnamed("*:*"), &anything)?;
        Ok(match &decision.verdict {
            Answer::Denied(Denial::Explicit) => {
                let blocking: Vec<String> = decision.blocking.iter().map(named).collect();
                format!("{} denies it", blocking.join(" and "))
            }
            Answer::Denied(Denial::Implicit(gaps)) => {
                let gaps: Vec<String> = gaps.iter().map(ToString::to_string).collect();
                gaps.join(" and ")
            }
            _ => "no action that changes who may do what is permitted".to_owned(),
        })
    }

    /// What has to be said of a failure.
    pub(crate) fn told(&self, failure: Verdict) -> Verdict {
        told(self.access.scps_unseen(), failure)
    }
}

/// What a decision permits on a resource that nobody named.
fn permission(decision: &Decision<'_>) -> Result<Option<Permission>, Unknown> {
    let residuals = match &decision.verdict {
        Answer::Denied(_) => return Ok(None),
        Answer::NotAssessed(unseen) => {
            let reasons: Vec<String> = unseen.iter().map(ToString::to_string).collect();
            return Err(failed(reasons.join("; ")));
        }
        Answer::Allowed => &[],
        Answer::Depends(residuals) => residuals.as_slice(),
    };
    let mut conditions: Vec<String> = residuals.iter().map(said).collect();
    conditions.sort();
    conditions.dedup();
    let permission = Permission {
        statements: decision.granting.iter().map(named).collect(),
        chooses: !residuals.is_empty() && decision.granting.iter().all(|it| chooses(it.statement)),
        conditions,
    };
    Ok((!permission.chooses).then_some(permission))
}

/// What has to be said of a failure: policies of the organisation that were not read might undo it.
pub(crate) fn told(unseen: Option<&str>, failure: Verdict) -> Verdict {
    match unseen {
        None => failure,
        Some(reason) => failure
            .detail("service_control_policies", reason)
            .remark("service control policies, which could not be read, may take some of it back"),
    }
}

impl Permission {
    /// The failure as it weighs: where it depends on conditions, they make it rarer.
    pub(crate) fn weigh(&self, failure: Verdict, ceiling: Severity) -> Verdict {
        let failure = failure
            .detail("statements", self.statements.clone())
            .detail("conditions", self.conditions.clone());
        if self.conditions.is_empty() {
            return failure;
        }
        let reason = format!("the grant depends on {}", self.conditions.join(" and "));
        failure.lowered_to(ceiling, &reason)
    }
}

/// A resource for each that a statement is for by name. Those that only a variable names are left out.
fn named_in(statement: &Statement) -> Vec<String> {
    let Selection::Only(patterns) = &statement.resources else {
        return vec![];
    };
    let named = patterns.iter().filter(|it| !it.is_everything());
    let fixed = named.filter(|it| !it.has_variables());
    fixed.map(|it| unnamed(it.as_str())).collect()
}

/// "statement 'all' of 'clinic-admin'": by the end of the policy's ARN, as people call it.
fn named(grounds: &Grounds<'_>) -> String {
    let policy = grounds.policy.rsplit('/').next().unwrap_or(grounds.policy);
    format!("{} of '{policy}'", grounds.statement.reference())
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

/// Condition keys, beside tags of resources, that tell one resource from another, or one part of its contents.
///
/// - <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
/// - <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html>
/// - <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>
/// - <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
/// - <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>
const CHOOSING: &[&str] = &[
    "dynamodb:leadingkeys",
    "iam:policyarn",
    "kms:requestalias",
    "kms:resourcealiases",
    "s3:accesspointarn",
    "s3:dataaccesspointarn",
    "secretsmanager:name",
    "secretsmanager:secretid",
];

/// The same, with a name of its own behind the slash or colon.
const CHOOSING_BY_NAME: &[&str] = &["kms:encryptioncontext:", "s3:existingobjecttag/"];

/// Whether the statement says which resources it means: by a condition, or by a variable in their names.
fn chooses(statement: &Statement) -> bool {
    let patterns = statement.resources.patterns();
    let by_variable = !patterns.is_empty() && patterns.iter().all(|it| it.as_str().contains("${"));
    let by_condition = statement.conditions.iter().any(|condition| {
        let key = condition.key.lower();
        let of_resource = key.contains(":resourcetag/")
            || CHOOSING.contains(&key)
            || CHOOSING_BY_NAME.iter().any(|start| key.starts_with(start));
        let any = |value: &String| value.chars().all(|letter| letter == '*');
        of_resource && condition.demands_presence() && !condition.values.iter().any(any)
    });
    by_condition || by_variable
}
