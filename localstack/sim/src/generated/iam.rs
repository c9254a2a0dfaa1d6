//! Users, groups, roles and policies of an account.

use std::fmt::Write;

use serde_json::{Value, json};

use super::place::{Place, Thing, decimal_end};
use super::{Answer, Made, Params, list, missing, text, whole};
use crate::refusals::Call;

/// Policies of AWS's own that generated principals use. Their documents are short ones of the same
/// kind, not AWS's.
const AWS_POLICIES: &[(&str, &str, &[&str])] = &[
    (
        "AWSLambdaBasicExecutionRole",
        "/service-role/",
        &[
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    ),
    (
        "ReadOnlyAccess",
        "/",
        &[
            "ec2:Describe*",
            "lambda:Get*",
            "lambda:List*",
            "s3:Get*",
            "s3:List*",
        ],
    ),
];

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    let iam = Iam { place };
    let size = place.size;
    match call.operation {
        "GetAccountAuthorizationDetails" => Answer::Made(iam.details(params)),
        "GetAccountSummary" => whole(iam.summary()),
        "ListUsers" => list("Users", size.users, move |n| iam.user(n, false)),
        "ListGroups" => list("Groups", size.groups, move |n| iam.group(n, false)),
        "ListRoles" => list("Roles", size.roles, move |n| iam.role(n, false)),
        "ListPolicies" => list("Policies", iam.local_policies(params), move |n| {
            iam.policy(n, false)
        }),
        "GetUser" => match find(call, params, "UserName", "user", size.users) {
            Ok(n) => whole(json!({"User": iam.user(n, false)})),
            Err(answer) => answer,
        },
        "GetRole" => match find(call, params, "RoleName", "role", size.roles) {
            Ok(n) => whole(json!({"Role": iam.role(n, false)})),
            Err(answer) => answer,
        },
        "ListAttachedRolePolicies" => match find(call, params, "RoleName", "role", size.roles) {
            Ok(n) => {
                whole(json!({"AttachedPolicies": iam.attached_to_role(n), "IsTruncated": false}))
            }
            Err(answer) => answer,
        },
        "GetPolicy" => match iam.policy_of_arn(text(params, "PolicyArn")) {
            Some(n) => whole(json!({"Policy": iam.policy(n, false)})),
            None => missing(call),
        },
        "GetPolicyVersion" if text(params, "VersionId") == "v1" => {
            match iam.policy_of_arn(text(params, "PolicyArn")) {
                Some(n) => whole(json!({"PolicyVersion": iam.version(n)})),
                None => missing(call),
            }
        }
        "GetPolicyVersion" => missing(call),
        "GetCredentialReport" => whole(json!({
            "Content": iam.report(),
            "ReportFormat": "text/csv",
            "GeneratedTime": "2026-11-20T08:00:00Z",
        })),
        "GetAccountPasswordPolicy" => whole(json!({"PasswordPolicy": {
            "MinimumPasswordLength": 14,
            "RequireSymbols": true,
            "RequireNumbers": true,
            "RequireUppercaseCharacters": true,
            "RequireLowercaseCharacters": true,
            "AllowUsersToChangePassword": true,
            "ExpirePasswords": false,
            "PasswordReusePrevention": 24,
        }})),
        "ListAccountAliases" => list("AccountAliases", 1, move |_| {
            format!("sim-{}", place.account).into()
        }),
        _ => Answer::Nothing,
    }
}

/// The number in `user-00012`, or the answer to a name that nobody has.
fn find<'a>(
    call: &Call<'_>,
    params: &Params,
    member: &str,
    kind: &str,
    total: usize,
) -> Result<usize, Answer<'a>> {
    let given = text(params, member);
    decimal_end(given)
        .filter(|number| *number < total && given == named(kind, *number))
        .ok_or_else(|| missing(call))
}

fn named(kind: &str, number: usize) -> String {
    format!("{kind}-{number:05}")
}

/// The ARN of a role by its number.
pub(super) fn role_arn(place: Place<'_>, number: usize) -> String {
    place.iam(&format!("role/{}", named("role", number)))
}

fn allow(actions: &[&str], resource: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}],
    })
}

/// IAM of one account.
#[derive(Clone, Copy)]
struct Iam<'a> {
    place: Place<'a>,
}

impl<'a> Iam<'a> {
    fn details(self, params: &Params) -> Made<'a> {
        let size = self.place.size;
        let filter: Option<Vec<&str>> = params
            .get("Filter")
            .and_then(Value::as_array)
            .filter(|words| !words.is_empty())
            .map(|words| words.iter().filter_map(Value::as_str).collect());
        let count = |word: &str, count: usize| {
            let wanted = filter.as_ref().is_none_or(|words| words.contains(&word));
            if wanted { count } else { 0 }
        };
        let (local, aws) = (
            count("LocalManagedPolicy", size.policies),
            count("AWSManagedPolicy", AWS_POLICIES.len()),
        );
        Made::default()
            .list("UserDetailList", count("User", size.users), move |n| {
                self.user(n, true)
            })
            .list("GroupDetailList", count("Group", size.groups), move |n| {
                self.group(n, true)
            })
            .list("RoleDetailList", count("Role", size.roles), move |n| {
                self.role(n, true)
            })
            .list("Policies", local + aws, move |n| {
                if n < local {
                    self.policy(n, true)
                } else {
                    self.aws_policy(n - local, true)
                }
            })
    }

    fn thing(self, kind: &str, number: usize) -> Thing {
        self.place.thing(kind, number)
    }

    /// An id of IAM: a prefix and seventeen letters and digits.
    fn id(self, prefix: &str, kind: &str, number: usize) -> String {
        format!(
            "{prefix}{:09X}{number:08}",
            self.thing(kind, number).draw("id") >> 28
        )
    }

    fn user(self, number: usize, details: bool) -> Value {
        let user = self.thing("user", number);
        let name = named("user", number);
        let mut document = json!({
            "Path": "/",
            "UserName": name,
            "UserId": self.id("AIDA", "user", number),
            "Arn": self.place.iam(&format!("user/{name}")),
            "CreateDate": user.moment(),
        });
        if details {
            document["GroupList"] = match self.place.size.groups {
                0 => json!([]),
                groups => json!([named("group", number % groups)]),
            };
            document["UserPolicyList"] = if user.chance("inline", 10) {
                json!([{"PolicyName": "own", "PolicyDocument": allow(&["s3:GetObject"], "arn:aws:s3:::home/*")}])
            } else {
                json!([])
            };
            document["AttachedManagedPolicies"] = match self.attached_to_user(number) {
                Some(policy) => json!([self.reference(policy)]),
                None => json!([]),
            };
            document["Tags"] = json!([]);
        }
        document
    }

    /// Every seventh user has a policy.
    fn attached_to_user(self, number: usize) -> Option<usize> {
        let policies = self.place.size.policies;
        (number.is_multiple_of(7) && policies > 0).then(|| number % policies)
    }

    fn group(self, number: usize, details: bool) -> Value {
        let name = named("group", number);
        let mut document = json!({
            "Path": "/",
            "GroupName": name,
            "GroupId": self.id("AGPA", "group", number),
            "Arn": self.place.iam(&format!("group/{name}")),
            "CreateDate": self.thing("group", number).moment(),
        });
        if details {
            document["GroupPolicyList"] = json!([]);
            document["AttachedManagedPolicies"] = json!([aws_reference(1)]);
        }
        document
    }

    /// A function's role. Some may do more than they should.
    fn role(self, number: usize, details: bool) -> Value {
        let role = self.thing("role", number);
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": if role.chance("shared", 5) {
                    json!({"AWS": "arn:aws:iam::999988887777:root"})
                } else {
                    json!({"Service": "lambda.amazonaws.com"})
                },
                "Action": "sts:AssumeRole",
            }],
        });
        let mut document = json!({
            "Path": "/",
            "RoleName": named("role", number),
            "RoleId": self.id("AROA", "role", number),
            "Arn": role_arn(self.place, number),
            "CreateDate": role.moment(),
            "AssumeRolePolicyDocument": trust,
        });
        if !details {
            document["MaxSessionDuration"] = 3600.into();
            return document;
        }
        let table = self
            .place
            .arn("dynamodb", &format!("table/table-{}", number % 97));
        document["RolePolicyList"] = match role.below("inline", 20) {
            0 => json!([{"PolicyName": "inline", "PolicyDocument": allow(&["*"], "*")}]),
            1 => {
                json!([{"PolicyName": "inline", "PolicyDocument": allow(&["iam:PassRole", "lambda:*"], "*")}])
            }
            2..10 => {
                json!([{"PolicyName": "inline", "PolicyDocument": allow(&["dynamodb:GetItem", "dynamodb:PutItem"], &table)}])
            }
            _ => json!([]),
        };
        document["AttachedManagedPolicies"] = self.attached_to_role(number);
        document["InstanceProfileList"] = json!([]);
        document["Tags"] = json!([{"Key": "system", "Value": "sim"}]);
        if role.chance("used", 70) {
            document["RoleLastUsed"] =
                json!({"LastUsedDate": "2026-11-01T08:00:00Z", "Region": self.place.region});
        }
        document
    }

    /// Every role may write logs, and has one of the customer's policies.
    fn attached_to_role(self, number: usize) -> Value {
        let mut attached = vec![aws_reference(0)];
        if let Some(policy) = number.checked_rem(self.place.size.policies) {
            attached.push(self.reference(policy));
        }
        attached.into()
    }

    fn policy_arn(self, number: usize) -> String {
        self.place
            .iam(&format!("policy/{}", named("policy", number)))
    }

    fn policy_of_arn(self, arn: &str) -> Option<usize> {
        decimal_end(arn)
            .filter(|number| *number < self.place.size.policies && self.policy_arn(*number) == arn)
    }

    fn reference(self, number: usize) -> Value {
        json!({"PolicyName": named("policy", number), "PolicyArn": self.policy_arn(number)})
    }

    /// `ListPolicies` of AWS's scope alone lists none of the customer's.
    fn local_policies(self, params: &Params) -> usize {
        if text(params, "Scope") == "AWS" {
            0
        } else {
            self.place.size.policies
        }
    }

    fn policy(self, number: usize, details: bool) -> Value {
        let policy = self.thing("policy", number);
        let mut document = json!({
            "PolicyName": named("policy", number),
            "PolicyId": self.id("ANPA", "policy", number),
            "Arn": self.policy_arn(number),
            "Path": "/",
            "DefaultVersionId": "v1",
            "AttachmentCount": self.attachments(number),
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": true,
            "CreateDate": policy.moment(),
            "UpdateDate": policy.moment(),
        });
        if details {
            document["PolicyVersionList"] = json!([self.version(number)]);
        }
        document
    }

    /// How many roles and users refer to a policy.
    fn attachments(self, number: usize) -> usize {
        let policies = self.place.size.policies;
        let roles = (self.place.size.roles + policies - 1 - number) / policies;
        let users = (0..self.place.size.users).step_by(7);
        roles + users.filter(|user| user % policies == number).count()
    }

    fn version(self, number: usize) -> Value {
        let policy = self.thing("policy", number);
        let queue = self.place.arn("sqs", &format!("queue-{number}"));
        let document = match policy.below("document", 20) {
            0 => allow(&["*"], "*"),
            1 => allow(&["kms:Decrypt", "kms:ReEncryptFrom"], "*"),
            2..5 => allow(&["s3:*"], "*"),
            _ => allow(&["sqs:ReceiveMessage", "sqs:DeleteMessage"], &queue),
        };
        json!({"Document": document, "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": policy.moment()})
    }

    fn aws_policy(self, nth: usize, details: bool) -> Value {
        let (name, path, actions) = AWS_POLICIES[nth];
        let attached = if nth == 0 {
            self.place.size.roles
        } else {
            self.place.size.groups
        };
        let mut document = json!({
            "PolicyName": name,
            "PolicyId": format!("ANPASIM{name:.<14.14}").replace('.', "0").to_uppercase(),
            "Arn": format!("arn:aws:iam::aws:policy{path}{name}"),
            "Path": path,
            "DefaultVersionId": "v1",
            "AttachmentCount": attached,
            "PermissionsBoundaryUsageCount": 0,
            "IsAttachable": true,
            "CreateDate": "2015-04-09T15:03:43Z",
            "UpdateDate": "2015-04-09T15:03:43Z",
        });
        if details {
            let version = json!({"Document": allow(actions, "*"), "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2015-04-09T15:03:43Z"});
            document["PolicyVersionList"] = json!([version]);
        }
        document
    }

    fn summary(self) -> Value {
        let size = self.place.size;
        let devices = (0..size.users)
            .filter(|number| self.has_mfa(*number))
            .count();
        json!({"SummaryMap": {
            "Users": size.users,
            "Groups": size.groups,
            "Roles": size.roles,
            "Policies": size.policies,
            "MFADevices": devices,
            "MFADevicesInUse": devices,
            "AccountMFAEnabled": 1,
            "AccountAccessKeysPresent": 0,
            "AccountSigningCertificatesPresent": 0,
            "UsersQuota": 5000,
            "GroupsQuota": 300,
            "RolesQuota": 1000,
            "PoliciesQuota": 1500,
        }})
    }

    fn has_mfa(self, number: usize) -> bool {
        self.thing("user", number).chance("mfa", 80)
    }

    /// The report's columns: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>
    fn report(self) -> String {
        let mut report = String::from(
            "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n",
        );
        let root = self.place.iam("root");
        let _ = writeln!(
            report,
            "<root_account>,{root},2015-01-01T08:00:00+00:00,not_supported,2025-01-01T08:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
        );
        for number in 0..self.place.size.users {
            let user = self.thing("user", number);
            let name = named("user", number);
            let arn = self.place.iam(&format!("user/{name}"));
            let created = format!("{}T08:00:00+00:00", user.day());
            let key = if user.chance("access key", 50) {
                format!(
                    "true,{created},2026-11-01T08:00:00+00:00,{},s3",
                    self.place.region
                )
            } else {
                "false,N/A,N/A,N/A,N/A".to_owned()
            };
            let _ = writeln!(
                report,
                "{name},{arn},{created},true,2026-11-01T08:00:00+00:00,{created},N/A,{},{key},false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
                self.has_mfa(number)
            );
        }
        report
    }
}

fn aws_reference(nth: usize) -> Value {
    let (name, path, _) = AWS_POLICIES[nth];
    json!({"PolicyName": name, "PolicyArn": format!("arn:aws:iam::aws:policy{path}{name}")})
}
