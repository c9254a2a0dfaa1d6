//! Permissions boundaries that their holders can change or take off.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::unnamed;

use super::DETAILS;
use super::actors::{Actor, each_actor};
use super::asking::Grant;
use super::written::kind;
use super::{USER, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-modifiable-boundary",
    title: "permissions boundary that its holder can change",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::High,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IG20"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Nist80053("AC-6"),
        Control::OwaspServerless("S5"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("modifiable_boundary.md"),
    run,
};

const BOUNDARY: &str = "iam:PermissionsBoundary";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_actor(view, out, decide);
}

fn decide(actor: &Actor) -> Result<Verdict, Unknown> {
    let the = actor.the();
    let Some(name) = actor.boundary_name() else {
        return Ok(Verdict::not_applicable(format!(
            "{the} has no permissions boundary"
        )));
    };
    let ways = ways(actor)?;
    let Some((_, first)) = ways.iter().min_by_key(|(_, grant)| grant.conditions.len()) else {
        return Ok(Verdict::pass(format!(
            "{the} can neither take off nor change its boundary '{name}'"
        )));
    };
    let actions: Vec<String> = ways.iter().map(|(action, _)| action.clone()).collect();
    let failure = Verdict::fail(format!(
        "{} {the} {} its boundary '{name}' by {}",
        first.sentence("lets", "let"),
        if actions.iter().any(|it| it.contains("Permissions")) {
            "take off or replace"
        } else {
            "rewrite"
        },
        listed(&actions)
    ))
    .detail("boundary", name)
    .detail("actions", actions);
    let weight = first.rarer(actor.weight()?, Severity::Medium);
    Ok(weight.on(first.told(failure)))
}

/// What it may do to its own boundary: take it off or replace it, or change the policy that it is.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
fn ways(actor: &Actor) -> Result<Vec<(String, Grant)>, Unknown> {
    let Some(boundary) = actor.boundary() else {
        return Ok(Vec::new());
    };
    let own = actor.principal.arn.as_str();
    let kind = if kind(actor.principal) == USER {
        "User"
    } else {
        "Role"
    };
    // The key carries the boundary that a principal has, or is to have.
    let delete = (
        format!("iam:Delete{kind}PermissionsBoundary"),
        own,
        boundary.name().to_owned(),
    );
    let put = (
        format!("iam:Put{kind}PermissionsBoundary"),
        own,
        unnamed("arn:aws:iam::aws:policy/*"),
    );
    let version = |action: &str| {
        let text = boundary.name();
        (action.to_owned(), text, text.to_owned())
    };
    let create = version("iam:CreatePolicyVersion");
    let choose = version("iam:SetDefaultPolicyVersion");
    let mut ways = Vec::new();
    for (action, resource, value) in [delete, put, create, choose] {
        // Policies of AWS are AWS's to change.
        if resource.contains(":iam::aws:policy/") {
            continue;
        }
        let asking = actor.asking().with(BOUNDARY, &value);
        if let Some(grant) = asking.may(&action, resource)? {
            ways.push((action, grant));
        }
    }
    Ok(ways)
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{Authorization, ManagedPolicy, Principal};
    use tripod_model::{Arn, Finding, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        account, allow, denied, deny, managed, principal, under, with_bounded_role, with_role,
    };
    use crate::testing::{assert_denied, run_one};

    const ANY: &str = r#""*""#;

    /// A role with these statements, within a boundary that allows all of IAM but what is denied.
    fn judged(statements: &str, denied: &str) -> Finding {
        let boundary = format!("{}{denied}", allow(r#"["iam:*","s3:*"]"#, ANY));
        run_one(&CHECK, &with_bounded_role(statements, &boundary))
    }

    #[test]
    fn a_boundary_that_its_holder_can_take_off_or_replace_fails() {
        for action in [
            "iam:DeleteRolePermissionsBoundary",
            "iam:PutRolePermissionsBoundary",
        ] {
            let own = r#""arn:aws:iam::111122223333:role/deploy""#;
            let finding = judged(&allow(&format!("{action:?}"), own), "");
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
            assert_eq!(finding.severity, Severity::High, "{action}");
            assert_eq!(
                finding.message,
                format!(
                    "statement 1 of 'own' lets the role take off or replace its boundary 'limit' by {action}"
                )
            );
        }
    }

    #[test]
    fn a_boundary_that_its_holder_can_rewrite_fails() {
        for action in ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"] {
            let finding = judged(&allow(&format!("{action:?}"), ANY), "");
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
            assert!(finding.message.contains("rewrite its boundary 'limit'"));
        }
    }

    #[test]
    fn what_is_about_other_principals_and_policies_passes() {
        for (action, resource) in [
            (
                "iam:DeleteRolePermissionsBoundary",
                "arn:aws:iam::111122223333:role/other",
            ),
            ("iam:DeleteUserPermissionsBoundary", "*"),
            (
                "iam:CreatePolicyVersion",
                "arn:aws:iam::111122223333:policy/apps/*",
            ),
            ("s3:*", "*"),
        ] {
            let statement = allow(&format!("{action:?}"), &format!("{resource:?}"));
            assert_eq!(judged(&statement, "").outcome, Outcome::Pass, "{action}");
        }
    }

    #[test]
    fn a_boundary_that_protects_itself_passes() {
        let all = allow(r#""iam:*""#, ANY);
        let protects = format!(
            ",{},{}",
            deny(
                r#"["iam:DeleteRolePermissionsBoundary","iam:PutRolePermissionsBoundary"]"#,
                ANY
            ),
            deny(
                r#"["iam:CreatePolicyVersion","iam:SetDefaultPolicyVersion"]"#,
                r#""arn:aws:iam::111122223333:policy/limit""#
            )
        );
        assert_eq!(judged(&all, &protects).outcome, Outcome::Pass);
        let half = format!(",{}", deny(r#""iam:*PermissionsBoundary""#, ANY));
        assert_eq!(judged(&all, &half).outcome, Outcome::Fail);
        let buckets = with_bounded_role(&all, &allow(r#""s3:*""#, ANY));
        assert_eq!(run_one(&CHECK, &buckets).outcome, Outcome::Pass);
    }

    #[test]
    fn replacing_it_only_by_itself_passes() {
        let same = r#"{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/limit"}}"#;
        let put = under(&allow(r#""iam:PutRolePermissionsBoundary""#, ANY), same);
        assert_eq!(judged(&put, "").outcome, Outcome::Pass);
        // The same condition holds for taking it off: the key carries the boundary that the role has.
        let delete = under(&allow(r#""iam:DeleteRolePermissionsBoundary""#, ANY), same);
        assert_eq!(judged(&delete, "").outcome, Outcome::Fail);
    }

    #[test]
    fn a_policy_of_aws_as_a_boundary_can_be_taken_off_and_not_rewritten() {
        let of_aws = ManagedPolicy {
            arn: Arn::new("arn:aws:iam::aws:policy/IAMFullAccess"),
            ..managed("any", &allow(r#""iam:*""#, ANY))
        };
        let user = |statements: &str| {
            account(Authorization {
                users: vec![Principal {
                    permissions_boundary: Some(of_aws.arn.clone()),
                    ..principal("user/ada", statements)
                }],
                policies: vec![of_aws.clone()],
                ..Authorization::default()
            })
        };
        let rewrite = user(&allow(r#""iam:CreatePolicyVersion""#, ANY));
        assert_eq!(run_one(&CHECK, &rewrite).outcome, Outcome::Pass);
        let take_off = user(&allow(r#""iam:DeleteUserPermissionsBoundary""#, ANY));
        assert_eq!(run_one(&CHECK, &take_off).outcome, Outcome::Fail);
    }

    #[test]
    fn without_a_boundary_it_is_not_applicable() {
        let finding = run_one(&CHECK, &with_role(&allow(r#""iam:*""#, ANY)));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
