//! What a role may do that matters to others: a table of deeds, each put to the policy engine.

use std::collections::BTreeSet;

use tripod_model::iam::{Authorization, Principal};
use tripod_model::{Account, Arn, PolicyDocument, Unknown};
use tripod_policy::{
    Case, Context, Identities, Pattern, Policies, Request, Resource, Variables, Verdict as Answer,
    evaluate, parse,
};

use crate::iam::trust::{DETAILS, STRANGER, failed};

/// What kind of deed, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Reads what is stored.
    Read,
    /// Changes or deletes what is stored or runs.
    Write,
    /// Gives rights away.
    Grant,
}

impl Kind {
    /// What the role may do, as half a sentence.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read data",
            Self::Write => "change data or code",
            Self::Grant => "change permissions",
        }
    }
}

/// A deed, and an ARN without `arn:PARTITION:` of what it is done to: `R` stands for the region, `A` for
/// the account, `?` for a name that no policy has.
struct Deed(Kind, &'static str, &'static str);

/// Deeds that are asked about. Actions and resource types by the Service Authorization Reference,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>;
/// which of them hand out what is stored, and not only how it is set up, is our choice. Deeds on KMS keys
/// are left out: there the key's policy has a say, and who decrypts reads the data by another deed.
static DEEDS: &[Deed] = &[
    Deed(Kind::Read, "s3:GetObject", "s3:::?/?"),
    Deed(Kind::Read, "dynamodb:GetItem", "dynamodb:R:A:table/?"),
    Deed(Kind::Read, "dynamodb:Scan", "dynamodb:R:A:table/?"),
    Deed(
        Kind::Read,
        "secretsmanager:GetSecretValue",
        "secretsmanager:R:A:secret:?",
    ),
    Deed(Kind::Read, "ssm:GetParameter", "ssm:R:A:parameter/?"),
    Deed(Kind::Read, "sqs:ReceiveMessage", "sqs:R:A:?"),
    Deed(Kind::Read, "kinesis:GetRecords", "kinesis:R:A:stream/?"),
    Deed(
        Kind::Read,
        "logs:GetLogEvents",
        "logs:R:A:log-group:?:log-stream:?",
    ),
    Deed(Kind::Read, "logs:FilterLogEvents", "logs:R:A:log-group:?"),
    Deed(Kind::Read, "lambda:GetFunction", "lambda:R:A:function:?"),
    Deed(Kind::Read, "ecr:BatchGetImage", "ecr:R:A:repository/?"),
    Deed(
        Kind::Read,
        "athena:GetQueryResults",
        "athena:R:A:workgroup/?",
    ),
    Deed(
        Kind::Read,
        "cognito-idp:ListUsers",
        "cognito-idp:R:A:userpool/?",
    ),
    Deed(
        Kind::Read,
        "states:GetExecutionHistory",
        "states:R:A:execution:?:?",
    ),
    Deed(Kind::Write, "s3:PutObject", "s3:::?/?"),
    Deed(Kind::Write, "s3:DeleteObject", "s3:::?/?"),
    Deed(Kind::Write, "dynamodb:PutItem", "dynamodb:R:A:table/?"),
    Deed(Kind::Write, "dynamodb:DeleteTable", "dynamodb:R:A:table/?"),
    Deed(
        Kind::Write,
        "secretsmanager:PutSecretValue",
        "secretsmanager:R:A:secret:?",
    ),
    Deed(Kind::Write, "ssm:PutParameter", "ssm:R:A:parameter/?"),
    Deed(Kind::Write, "ssm:SendCommand", "ec2:R:A:instance/?"),
    Deed(Kind::Write, "sqs:SendMessage", "sqs:R:A:?"),
    Deed(Kind::Write, "sns:Publish", "sns:R:A:?"),
    Deed(Kind::Write, "events:PutEvents", "events:R:A:event-bus/?"),
    Deed(
        Kind::Write,
        "states:StartExecution",
        "states:R:A:stateMachine:?",
    ),
    Deed(
        Kind::Write,
        "execute-api:Invoke",
        "execute-api:R:A:?/?/POST/?",
    ),
    Deed(
        Kind::Write,
        "lambda:InvokeFunction",
        "lambda:R:A:function:?",
    ),
    Deed(
        Kind::Write,
        "lambda:UpdateFunctionCode",
        "lambda:R:A:function:?",
    ),
    Deed(Kind::Write, "apigateway:PATCH", "apigateway:R::/restapis/?"),
    Deed(Kind::Write, "ecr:PutImage", "ecr:R:A:repository/?"),
    Deed(
        Kind::Write,
        "codebuild:StartBuild",
        "codebuild:R:A:project/?",
    ),
    Deed(
        Kind::Write,
        "cloudformation:UpdateStack",
        "cloudformation:R:A:stack/?/?",
    ),
    Deed(Kind::Write, "ec2:TerminateInstances", "ec2:R:A:instance/?"),
    Deed(Kind::Write, "rds:DeleteDBInstance", "rds:R:A:db:?"),
    Deed(Kind::Write, "logs:DeleteLogGroup", "logs:R:A:log-group:?"),
    Deed(
        Kind::Write,
        "cloudtrail:StopLogging",
        "cloudtrail:R:A:trail/?",
    ),
    Deed(Kind::Grant, "iam:PutRolePolicy", "iam::A:role/?"),
    Deed(Kind::Grant, "iam:AttachRolePolicy", "iam::A:role/?"),
    Deed(Kind::Grant, "iam:UpdateAssumeRolePolicy", "iam::A:role/?"),
    Deed(Kind::Grant, "iam:AttachUserPolicy", "iam::A:user/?"),
    Deed(Kind::Grant, "iam:CreateAccessKey", "iam::A:user/?"),
    Deed(Kind::Grant, "iam:CreatePolicyVersion", "iam::A:policy/?"),
    Deed(Kind::Grant, "iam:PassRole", "iam::A:role/?"),
    Deed(Kind::Grant, "lambda:AddPermission", "lambda:R:A:function:?"),
    Deed(Kind::Grant, "s3:PutBucketPolicy", "s3:::?"),
];

/// Which resources a deed has to be allowed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// On any of its kind: one that no policy names.
    Any,
    /// On one at least, also one that a policy names.
    Some,
}

/// A deed that a role may do.
#[derive(Debug)]
pub(crate) struct Power {
    pub(crate) kind: Kind,
    pub(crate) action: &'static str,
    /// Conditions that it depends on.
    pub(crate) conditions: Vec<String>,
}

/// The deeds that a role may do by its own policies, within its permissions boundary. Service and resource
/// control policies are not asked: what they allow today, others may change.
///
/// Not known where no deed is allowed and a policy could not be read.
pub(crate) fn powers(
    account: &Account,
    authorization: &Authorization,
    role: &Principal,
    extent: Extent,
) -> Result<Vec<Power>, Unknown> {
    let own = own_policies(authorization, role);
    let identities = Identities::read(&own);
    let read = || {
        Some((
            identities.policies_of(&role.arn)?,
            identities.caller(&role.arn).ok()?,
        ))
    };
    let Some((policies, caller)) = read() else {
        let error = format!("'{}' is not the ARN of a role", role.arn);
        return Err(failed(DETAILS, error));
    };
    let bearing = Policies {
        identity: &policies.identity,
        boundary: policies.boundary.clone(),
        ..Policies::default()
    };
    let named = match extent {
        Extent::Any => BTreeSet::new(),
        Extent::Some => named_resources(&own),
    };
    let context = Context::open();
    let (mut powers, mut unseen) = (Vec::new(), None);
    for Deed(kind, action, target) in DEEDS {
        let mut best: Option<Vec<String>> = None;
        for arn in targets(account, target, &named) {
            let resource = Resource::new(&Arn::new(arn)).owned_by(account.id.clone());
            let request = Request {
                caller: &caller,
                action,
                resource: &resource,
                context: &context,
            };
            match evaluate(&request, &bearing).verdict {
                Answer::Allowed => best = Some(Vec::new()),
                Answer::Depends(on) if best.is_none() => {
                    best = Some(on.iter().map(ToString::to_string).collect());
                }
                Answer::NotAssessed(why) if unseen.is_none() => {
                    let texts: Vec<String> = why.iter().map(ToString::to_string).collect();
                    unseen = Some(failed(DETAILS, texts.join(", ")));
                }
                _ => {}
            }
        }
        powers.extend(best.map(|conditions| Power {
            kind: *kind,
            action,
            conditions,
        }));
    }
    match unseen {
        Some(unknown) if powers.is_empty() => Err(unknown),
        _ => Ok(powers),
    }
}

/// The role with the managed policies that bear on it, so that no other is parsed.
fn own_policies(authorization: &Authorization, role: &Principal) -> Authorization {
    let bears = |arn: &Arn| {
        role.attached_policies.contains(arn) || role.permissions_boundary.as_ref() == Some(arn)
    };
    let policies = authorization
        .policies
        .iter()
        .filter(|policy| bears(&policy.arn));
    Authorization {
        roles: vec![role.clone()],
        policies: policies.cloned().collect(),
        ..Authorization::default()
    }
}

/// Resources for each pattern that the policies write, with texts in place of the wildcards: a bucket's
/// pattern may mean the bucket and what is in it.
fn named_resources(own: &Authorization) -> BTreeSet<String> {
    let inline = own
        .roles
        .iter()
        .flat_map(|role| role.inline_policies.values());
    let managed = own
        .policies
        .iter()
        .filter_map(|policy| policy.document.as_ref());
    let read = |document: &PolicyDocument| parse(document).ok();
    let mut named = BTreeSet::new();
    for policy in inline.chain(managed).filter_map(read) {
        for pattern in policy.allows().flat_map(|allow| allow.resources.patterns()) {
            let filled = |with: &str| pattern.as_str().replace('*', with).replace('?', "x");
            named.insert(filled(STRANGER));
            named.insert(filled(&format!("{STRANGER}/{STRANGER}")));
        }
    }
    named
}

fn targets(account: &Account, template: &str, named: &BTreeSet<String>) -> BTreeSet<String> {
    let fields: Vec<&str> = template.splitn(4, ':').collect();
    let [service, region, owner, name] = fields.as_slice() else {
        return BTreeSet::new();
    };
    // What the policies name, where it is of the kind.
    let kind = format!(
        "arn:{}:{service}:*:*:{}",
        account.partition,
        name.replace('?', "*")
    );
    let kind = Pattern::from(kind.as_str());
    let is_of_kind = |arn: &&String| kind.matches(arn, Case::Sensitive, Variables::Nothing);
    let mut targets: BTreeSet<String> = named.iter().filter(is_of_kind).cloned().collect();
    let owner = if *owner == "A" {
        account.id.as_str()
    } else {
        ""
    };
    let name = name.replace('?', STRANGER);
    let regions: Vec<&str> = match *region {
        "R" => account
            .regions
            .iter()
            .map(|region| region.name.as_str())
            .collect(),
        _ => vec![""],
    };
    for region in regions {
        targets.insert(format!(
            "arn:{}:{service}:{region}:{owner}:{name}",
            account.partition
        ));
    }
    targets
}

/// The worst kind of deed.
pub(crate) fn worst(powers: &[Power]) -> Option<Kind> {
    powers.iter().map(|power| power.kind).max()
}

/// Actions by kind, worst first: "change permissions (iam:PassRole), read data (s3:GetObject and 3 more)".
pub(crate) fn summary(powers: &[Power]) -> String {
    let mut parts = Vec::new();
    for kind in [Kind::Grant, Kind::Write, Kind::Read] {
        let actions: Vec<&str> = actions_of(powers, kind);
        let Some((first, more)) = actions.split_first() else {
            continue;
        };
        parts.push(match more.len() {
            0 => format!("{} ({first})", kind.as_str()),
            count => format!("{} ({first} and {count} more)", kind.as_str()),
        });
    }
    parts.join(", ")
}

fn actions_of(powers: &[Power], kind: Kind) -> Vec<&'static str> {
    let of_kind = powers.iter().filter(|power| power.kind == kind);
    of_kind.map(|power| power.action).collect()
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::ManagedPolicy;
    use tripod_model::{Arn, fixtures};
    use tripod_policy::catalogue::{self, AccessLevel};

    use super::*;
    use crate::iam::testing::{allowing, role_trusting};

    #[test]
    fn every_deed_is_an_action_of_the_kind_that_it_is_listed_as() {
        for Deed(kind, name, target) in DEEDS {
            let action = catalogue::action(name).unwrap_or_else(|| panic!("{name}"));
            let expected = match kind {
                Kind::Read => matches!(action.access_level, AccessLevel::Read | AccessLevel::List),
                Kind::Write => action.access_level == AccessLevel::Write,
                Kind::Grant => action.access_level >= AccessLevel::Write,
            };
            assert!(expected, "{name}: {:?}", action.access_level);
            assert_eq!(target.splitn(4, ':').count(), 4, "{name}");
        }
    }

    fn actions(documents: &[(&str, &str)], extent: Extent) -> Vec<&'static str> {
        let snapshot = fixtures::snapshot();
        let mut role = role_trusting("");
        for (at, (actions, resources)) in documents.iter().enumerate() {
            role.inline_policies
                .insert(format!("p{at}"), allowing(actions, resources));
        }
        let found = powers(
            &snapshot.accounts[0],
            &Authorization::default(),
            &role,
            extent,
        );
        found
            .expect("readable")
            .iter()
            .map(|power| power.action)
            .collect()
    }

    #[test]
    fn what_is_allowed_on_named_resources_only_is_not_allowed_on_any() {
        let table = r#""arn:aws:dynamodb:eu-central-1:111122223333:table/patients""#;
        let documents = [(r#""dynamodb:GetItem""#, table)];
        assert!(actions(&documents, Extent::Any).is_empty());
        assert_eq!(actions(&documents, Extent::Some), ["dynamodb:GetItem"]);
        let any = [(r#""dynamodb:GetItem""#, r#""arn:aws:dynamodb:*:*:table/*""#)];
        assert_eq!(actions(&any, Extent::Any), ["dynamodb:GetItem"]);
    }

    #[test]
    fn a_named_resource_counts_only_for_deeds_on_its_kind() {
        let bucket = [(r#""s3:*""#, r#""arn:aws:s3:::uploads""#)];
        assert_eq!(actions(&bucket, Extent::Some), ["s3:PutBucketPolicy"]);
        let whole = [(r#""s3:Get*""#, r#""arn:aws:s3:::uploads*""#)];
        assert_eq!(actions(&whole, Extent::Some), ["s3:GetObject"]);
    }

    #[test]
    fn reading_how_things_are_set_up_is_no_deed() {
        let audit =
            r#"["ec2:Describe*","iam:Get*","iam:List*","lambda:List*","s3:GetBucketPolicy"]"#;
        assert!(actions(&[(audit, r#""*""#)], Extent::Some).is_empty());
    }

    #[test]
    fn a_boundary_limits_and_a_missing_one_is_not_known() {
        let snapshot = fixtures::snapshot();
        let boundary = Arn::new("arn:aws:iam::111122223333:policy/boundary");
        let mut role = role_trusting("");
        role.inline_policies
            .insert("all".to_owned(), allowing(r#""*""#, r#""*""#));
        role.permissions_boundary = Some(boundary.clone());
        let mut authorization = Authorization::default();
        let found = powers(&snapshot.accounts[0], &authorization, &role, Extent::Any);
        assert!(found.is_err());
        authorization.policies.push(ManagedPolicy {
            document: Some(allowing(r#""sqs:*""#, r#""*""#)),
            ..ManagedPolicy::named(boundary)
        });
        let found = powers(&snapshot.accounts[0], &authorization, &role, Extent::Any);
        let found = found.expect("readable");
        assert_eq!(
            summary(&found),
            "change data or code (sqs:SendMessage), read data (sqs:ReceiveMessage)"
        );
        assert_eq!(worst(&found), Some(Kind::Write));
    }
}
