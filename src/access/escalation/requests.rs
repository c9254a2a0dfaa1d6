//! Requests on users, roles and policies, with what is known of them beside.

use std::sync::Arc;

use super::facts::Person;
use super::weigh::Ask;

/// Actions to which the boundary of the user or role they act on is a condition key.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
static KNOW_THE_BOUNDARY: &[&str] = &[
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
];

/// Actions that are told of the policy that is attached or made the boundary.
static KNOW_THE_POLICY: &[(&str, &str)] = &[
    ("iam:AttachGroupPolicy", "iam:PolicyARN"),
    ("iam:AttachRolePolicy", "iam:PolicyARN"),
    ("iam:AttachUserPolicy", "iam:PolicyARN"),
    ("iam:PutRolePermissionsBoundary", "iam:PermissionsBoundary"),
    ("iam:PutUserPermissionsBoundary", "iam:PermissionsBoundary"),
];

impl Ask {
    pub(crate) fn knowing_policy(self, action: &str, policy: &str) -> Self {
        match KNOW_THE_POLICY.iter().find(|(own, _)| *own == action) {
            Some((_, key)) => self.knowing(key, policy),
            None => self,
        }
    }
}

/// A request on a user or role.
pub(crate) fn on_person(action: &'static str, person: &Person<'_>) -> Ask {
    let ask = Ask::on(action, person.arn.clone());
    if !KNOW_THE_BOUNDARY.contains(&action) {
        return ask;
    }
    let boundary = person.details.permissions_boundary.as_ref();
    ask.knowing(
        "iam:PermissionsBoundary",
        boundary.map(ToString::to_string).unwrap_or_default(),
    )
}

/// The request to pass a role to a service.
pub(crate) fn pass_role(role: &Arc<str>, service: &str) -> Ask {
    Ask::on("iam:PassRole", role.clone()).knowing("iam:PassedToService", service)
}
