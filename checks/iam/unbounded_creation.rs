//! Users and roles that may create principals which no boundary binds.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::unnamed;

use super::DETAILS;
use super::actors::{Actor, each_actor};
use super::asking::{Asking, Grant};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-unbounded-creation",
    title: "user or role that may create principals without a boundary",
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
    doc: include_str!("unbounded_creation.md"),
    run,
};

/// The boundary of the principal that a request makes or changes.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PermissionsBoundary>
const BOUNDARY: &str = "iam:PermissionsBoundary";

/// How principals of a kind are made, given permissions, and freed of their boundary.
struct Kind {
    plural: &'static str,
    any: &'static str,
    create: &'static str,
    give: [&'static str; 2],
    free: &'static str,
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate>
const KINDS: [Kind; 2] = [
    Kind {
        plural: "roles",
        any: "role/*",
        create: "iam:CreateRole",
        give: ["iam:AttachRolePolicy", "iam:PutRolePolicy"],
        free: "iam:DeleteRolePermissionsBoundary",
    },
    Kind {
        plural: "users",
        any: "user/*",
        create: "iam:CreateUser",
        give: ["iam:AttachUserPolicy", "iam:PutUserPolicy"],
        free: "iam:DeleteUserPermissionsBoundary",
    },
];

/// How a new principal is not bound.
enum Way {
    Without,
    /// A boundary of this form that nobody named.
    WithAny(String),
    FreedOf(String),
    Rewritten(String),
}

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_actor(view, out, decide);
}

fn decide(actor: &Actor) -> Result<Verdict, Unknown> {
    let the = actor.the();
    let (mut creates, mut found) = (false, Vec::new());
    for kind in &KINDS {
        let made = actor
            .asking()
            .resources_of(kind.create, &actor.in_iam(kind.any));
        creates |= actor.asking().may_on_any(kind.create, &made)?.is_some();
        if let Some((way, grant)) = unbound(actor, kind, &made)? {
            let idle = !may_give(&way.asked(actor.asking()), actor, kind)?;
            found.push((idle, kind, way, grant));
        }
    }
    // The worst: one that can be given permissions, and depends on least.
    let worst = |(idle, _, _, grant): &(bool, &Kind, Way, Grant)| (*idle, grant.conditions.len());
    let Some((idle, kind, way, grant)) = found.into_iter().min_by_key(worst) else {
        return Ok(if creates {
            Verdict::pass(format!(
                "{the} may create principals only within a boundary that it cannot change"
            ))
        } else {
            Verdict::not_applicable(format!("{the} may create neither users nor roles"))
        });
    };
    let failure = Verdict::fail(format!(
        "{} {the} create {} {}",
        grant.sentence("lets", "let"),
        kind.plural,
        way.text()
    ))
    .detail("action", kind.create);
    let idle = idle.then(|| format!("{the} may not give them permissions"));
    let weight = actor.weight()?.at_most(Severity::Low, idle);
    let weight = grant.rarer(weight, Severity::Medium);
    Ok(weight.on(grant.told(failure)))
}

/// The first way by which a principal of this kind can be made that is not bound.
fn unbound(actor: &Actor, kind: &Kind, made: &[String]) -> Result<Option<(Way, Grant)>, Unknown> {
    // Any policy of the account, or of AWS.
    let own = unnamed(&actor.in_iam("policy/*"));
    let of_aws = unnamed("arn:aws:iam::aws:policy/*");
    for way in [Way::Without, Way::WithAny(own), Way::WithAny(of_aws)] {
        let asking = way.asked(actor.asking());
        if let Some(grant) = asking.may_on_any(kind.create, made)? {
            return Ok(Some((way, grant)));
        }
    }
    let any = actor.in_iam(kind.any);
    let freed = actor.asking().resources_of(kind.free, &any);
    // The boundaries that the policies demand, by name.
    for boundary in actor.asking().values_of(BOUNDARY) {
        let with = || actor.asking().with(BOUNDARY, &boundary);
        let Some(grant) = with().may_on_any(kind.create, made)? else {
            continue;
        };
        if with().may_on_any(kind.free, &freed)?.is_some() {
            return Ok(Some((Way::FreedOf(boundary), grant)));
        }
        if actor
            .asking()
            .may("iam:CreatePolicyVersion", &boundary)?
            .is_some()
        {
            return Ok(Some((Way::Rewritten(boundary), grant)));
        }
    }
    Ok(None)
}

fn may_give(asking: &Asking<'_>, actor: &Actor, kind: &Kind) -> Result<bool, Unknown> {
    for action in kind.give {
        let resources = asking.resources_of(action, &actor.in_iam(kind.any));
        if asking.may_on_any(action, &resources)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Way {
    fn asked<'a>(&self, asking: Asking<'a>) -> Asking<'a> {
        match self {
            Self::Without => asking.without(BOUNDARY),
            Self::WithAny(boundary) | Self::FreedOf(boundary) | Self::Rewritten(boundary) => {
                asking.with(BOUNDARY, boundary)
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Without => "without a permissions boundary".to_owned(),
            Self::WithAny(_) => "with a permissions boundary of its choice".to_owned(),
            Self::FreedOf(boundary) => {
                format!(
                    "and take their boundary '{}' off again",
                    super::short(boundary)
                )
            }
            Self::Rewritten(boundary) => {
                format!("and rewrite their boundary '{}'", super::short(boundary))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{allow, denied, deny, under, with_bounded_role, with_role};
    use crate::testing::{assert_denied, run_one};

    const LIMIT: &str =
        r#"{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/limit"}}"#;
    const MAKE: &str = r#"["iam:CreateRole","iam:AttachRolePolicy","iam:PutRolePolicy"]"#;

    fn make(resource: &str) -> String {
        allow(MAKE, resource)
    }

    fn judged(statements: &str) -> Finding {
        run_one(&CHECK, &with_role(statements))
    }

    #[test]
    fn roles_without_a_boundary_fail_wherever_they_are_made() {
        for resource in [
            r#""*""#,
            r#""arn:aws:iam::111122223333:role/*""#,
            r#""arn:aws:iam::111122223333:role/apps/*""#,
            r#""arn:aws:iam::111122223333:role/claims""#,
        ] {
            let finding = judged(&make(resource));
            assert_eq!(finding.outcome, Outcome::Fail, "{resource}");
            assert_eq!(finding.severity, Severity::High, "{resource}");
            assert_eq!(
                finding.message,
                "statement 1 of 'own' lets the role create roles without a permissions boundary"
            );
        }
        let users = allow(r#"["iam:CreateUser","iam:AttachUserPolicy"]"#, r#""*""#);
        assert!(judged(&users).message.contains("create users without"));
    }

    #[test]
    fn a_boundary_that_is_demanded_by_name_passes() {
        let finding = judged(&under(&make(r#""*""#), LIMIT));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        let demanded = format!(
            "{},{}",
            make(r#""*""#),
            r#"{"Effect":"Deny","Action":["iam:CreateRole","iam:PutRolePolicy","iam:AttachRolePolicy"],"Resource":"*",
                "Condition":{"StringNotEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/limit"}}}"#
        );
        let finding = judged(&demanded);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_condition_that_any_boundary_meets_only_seems_to_bind() {
        for condition in [
            r#"{"StringLike":{"iam:PermissionsBoundary":"*"}}"#,
            r#"{"ArnLike":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/*"}}"#,
            r#"{"Null":{"iam:PermissionsBoundary":"false"}}"#,
            r#"{"StringNotEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/AdministratorAccess"}}"#,
        ] {
            let finding = judged(&under(&make(r#""*""#), condition));
            assert_eq!(finding.outcome, Outcome::Fail, "{condition}");
        }
        let exists = r#"{"StringEqualsIfExists":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/limit"}}"#;
        let finding = judged(&under(&make(r#""*""#), exists));
        assert!(finding.message.ends_with("without a permissions boundary"));
    }

    #[test]
    fn a_boundary_that_can_be_taken_off_or_rewritten_does_not_bind() {
        let bound = under(&make(r#""*""#), LIMIT);
        let free = allow(r#""iam:DeleteRolePermissionsBoundary""#, r#""*""#);
        let finding = judged(&format!("{bound},{free}"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .ends_with("take their boundary 'limit' off again"),
            "{}",
            finding.message
        );
        let kept = deny(r#""iam:DeleteRolePermissionsBoundary""#, r#""*""#);
        let finding = judged(&format!("{bound},{free},{kept}"));
        assert_eq!(finding.outcome, Outcome::Pass);
        let rewrite = allow(
            r#""iam:CreatePolicyVersion""#,
            r#""arn:aws:iam::111122223333:policy/*""#,
        );
        let finding = judged(&format!("{bound},{rewrite}"));
        assert!(finding.message.ends_with("rewrite their boundary 'limit'"));
    }

    #[test]
    fn its_own_boundary_does_not_bind_what_it_creates_unless_it_forbids_creation() {
        let through = with_bounded_role(&make(r#""*""#), &make(r#""*""#));
        assert_eq!(run_one(&CHECK, &through).outcome, Outcome::Fail);
        let buckets = with_bounded_role(&make(r#""*""#), &allow(r#""s3:*""#, r#""*""#));
        assert_eq!(run_one(&CHECK, &buckets).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn principals_without_permissions_weigh_less() {
        let finding = judged(&allow(r#""iam:CreateRole""#, r#""*""#));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        assert!(finding.message.contains("may not give them permissions"));
        let users = allow(r#"["iam:CreateUser","iam:PutUserPolicy"]"#, r#""*""#);
        let roles = allow(r#""iam:CreateRole""#, r#""*""#);
        let finding = judged(&format!("{roles},{users}"));
        assert_eq!(finding.severity, Severity::High, "{}", finding.message);
        let admin = judged(&allow(r#""*""#, r#""*""#));
        assert_eq!(
            (admin.outcome, admin.severity),
            (Outcome::Fail, Severity::Low)
        );
    }

    #[test]
    fn who_creates_nobody_is_not_applicable() {
        for statement in [
            allow(r#"["iam:Get*","iam:PassRole"]"#, r#""*""#),
            allow(r#""*""#, r#""arn:aws:s3:::claims/*""#),
        ] {
            let finding = judged(&statement);
            assert_eq!(finding.outcome, Outcome::NotApplicable, "{statement}");
        }
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
