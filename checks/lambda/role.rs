//! The role a function runs as, and what it may do with it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tripod_model::iam::Principal;
use tripod_model::lambda::Function;
use tripod_model::{Account, Arn, Evidence, Unknown};
use tripod_policy::Context;

use super::{each_function_of, failed};
use crate::permits::{self, Permits};
use crate::{Outcomes, Scope, Verdict, View};

/// Roles with their policies are read by it.
pub(super) const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

/// What a check reads that asks what a role may do.
pub(super) const NEEDS: &[&str] = &[
    "lambda:ListFunctions",
    DETAILS,
    "organizations:DescribeOrganization",
    "organizations:ListParents",
    "organizations:ListPoliciesForTarget",
    "organizations:DescribePolicy",
];

/// In each request that a function's code makes.
pub(crate) const FUNCTION_KEY: &str = "lambda:SourceFunctionArn";

/// The roles of an account by ARN.
pub(crate) type Roles<'a> = BTreeMap<&'a Arn, &'a Principal>;

/// The roles of an account.
///
/// # Errors
/// When they are not known: then no role is known to be gone.
pub(crate) fn roles(account: &Account) -> Result<Roles<'_>, Unknown> {
    let authorization = account.iam.authorization.found()?;
    let authorization = authorization.ok_or_else(|| failed(DETAILS, "the answer is empty"))?;
    let by_arn = authorization.roles.iter().map(|role| (&role.arn, role));
    Ok(by_arn.collect())
}

/// The ARN of the role that the unpublished version runs as.
///
/// # Errors
/// When the answer names none, or one of another account: Lambda takes no such role.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
pub(crate) fn role_arn<'a>(account: &Account, function: &'a Function) -> Result<&'a Arn, Unknown> {
    let list = "lambda:ListFunctions";
    let role = function.configuration.role.as_ref();
    let role = role.ok_or_else(|| failed(list, "the answer has no Role"))?;
    if role.account() == Some(account.id.as_str()) {
        return Ok(role);
    }
    Err(failed(
        list,
        format!("the answer names a role of another account, {role}"),
    ))
}

/// Where it stands as what a function runs.
pub(super) fn evidence(function: &Function, role: Option<&Principal>) -> Vec<Evidence> {
    let mut evidence = function.sources.evidence("lambda:ListFunctions", "/Role");
    evidence.extend(
        role.iter()
            .flat_map(|role| role.sources.evidence(DETAILS, "")),
    );
    evidence
}

/// A function with the role that it runs as.
pub(super) struct Running<'a> {
    account: &'a Account,
    role: &'a Principal,
    pub(super) permits: Permits<'a>,
}

impl<'a> Running<'a> {
    /// The account and the role.
    pub(super) fn whose(&self) -> (&'a Account, &'a Arn) {
        (self.account, &self.role.arn)
    }

    /// The role's name, in words.
    pub(super) fn name(&self) -> String {
        format!("the role '{}'", self.role.name)
    }
}

/// One outcome for every function, by what its role may do. The question does not arise where the role is gone.
pub(super) fn each_running(
    view: &View<'_>,
    out: &mut Outcomes,
    decide: impl Fn(&Running<'_>) -> Result<Verdict, Unknown>,
) {
    for scope in Scope::all(view) {
        let access = view.access(scope.account);
        let roles = roles(scope.account);
        let decided = RefCell::new(BTreeMap::new());
        each_function_of(&scope, out, |function| {
            let arn = role_arn(scope.account, function)?;
            let role = roles.as_ref().map_err(Clone::clone)?.get(arn).copied();
            let Some(role) = role else {
                let gone = "the role does not exist any more, so that nothing is permitted by it";
                return Ok(Verdict::not_applicable(gone).evidence(evidence(function, None)));
            };
            let before = decided.borrow().get(arn).cloned();
            let verdict = if let Some(verdict) = before {
                verdict
            } else {
                let running = Running {
                    account: scope.account,
                    role,
                    permits: Permits::of(
                        scope.account,
                        &scope.region.name,
                        access.clone()?,
                        arn,
                        context(view, function),
                    )?,
                };
                let verdict = decide(&running);
                // What holds for one function of a role holds for all, unless a policy tells them apart.
                if !running.permits.compares(FUNCTION_KEY) {
                    decided.borrow_mut().insert(arn.clone(), verdict.clone());
                }
                verdict
            };
            let verdict = verdict?.detail("role", arn.as_str());
            Ok(verdict.evidence(evidence(function, Some(role))))
        });
    }
}

/// What is known of requests that a function's code makes.
///
/// - They name the function: <https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html>
/// - Nobody signs in with a second factor for them:
///   <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub(crate) fn context(view: &View<'_>, function: &Function) -> Context {
    permits::context(view)
        .with("aws:ViaAWSService", "false")
        .with(FUNCTION_KEY, function.arn.as_str())
        .without("aws:MultiFactorAuthPresent")
        .without("aws:MultiFactorAuthAge")
}
