//! What has to be read for the graph.

/// The operations whose answers decide who becomes administrator, as `service:Operation`: identities, the
/// organisation's policies, and the things that run with a role, with the policies that fence them.
pub const NEEDS: &[&str] = &[
    "iam:GetAccountAuthorizationDetails",
    "organizations:DescribeOrganization",
    "organizations:ListParents",
    "organizations:ListPoliciesForTarget",
    "organizations:DescribePolicy",
    "lambda:ListFunctions",
    "lambda:GetPolicy",
    "stepfunctions:ListStateMachines",
    "stepfunctions:DescribeStateMachine",
    "pipes:ListPipes",
    "pipes:DescribePipe",
    "scheduler:ListSchedules",
    "scheduler:GetSchedule",
    "events:ListEventBuses",
    "events:ListRules",
    "events:ListTargetsByRule",
    "cognito-identity:ListIdentityPools",
    "cognito-identity:GetIdentityPoolRoles",
];
