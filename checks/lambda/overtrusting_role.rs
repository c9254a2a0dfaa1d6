//! Roles of functions that others than Lambda may take on.

use tripod_model::iam::Principal;
use tripod_model::{Account, Impact, Severity, Unknown};
use tripod_policy::{Access, Who, audience};

use super::broken_role::{LAMBDA, trust_of};
use super::each_function_of;
use super::role::{DETAILS, evidence, role_arn, roles};
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "lambda-overtrusting-role",
    title: "role of a function that others than Lambda may take on",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::Critical,
        availability: Severity::Low,
    },
    confidence: Confidence::High,
    rows: &["LI07"],
    needs: &["lambda:ListFunctions", DETAILS],
    controls: &[Control::Baseline("IAM-3"), Control::Baseline("IAM-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("overtrusting_role.md"),
    run,
};

/// Every way to take on a role: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html>.
const TAKE_ON: [&str; 3] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
];

/// Replicates functions to CloudFront's edges, and has to be trusted by the roles of those it does:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html>.
const EDGE: &str = "edgelambda.amazonaws.com";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let roles = roles(scope.account);
        each_function_of(&scope, out, |function| {
            let arn = role_arn(scope.account, function)?;
            let role = roles.as_ref().map_err(Clone::clone)?.get(arn).copied();
            let verdict = match role {
                None => Verdict::not_applicable(
                    "the role does not exist any more, which lambda-broken-role weighs",
                ),
                Some(role) => decide(scope.account, role)?,
            };
            let verdict = verdict.detail("role", arn.as_str());
            Ok(verdict.evidence(evidence(function, role)))
        });
    }
}

fn decide(account: &Account, role: &Principal) -> Result<Verdict, Unknown> {
    let trust = trust_of(role)?;
    let name = &role.name;
    let others: Vec<Access> = audience(role.arn.as_str(), &trust, &TAKE_ON)
        .into_iter()
        .filter(|access| !is_lambda(&access.who))
        .collect();
    let Some(widest) = others
        .iter()
        .max_by_key(|access| severity(account, &access.who))
    else {
        let only = format!("nobody but Lambda may take on the role '{name}'");
        return Ok(Verdict::pass(only));
    };
    let (severity, reason) = weight(account, &widest.who);
    let who: Vec<String> = others.iter().map(|access| access.who.to_string()).collect();
    let statements: Vec<_> = others
        .iter()
        .flat_map(|access| access.statements.clone())
        .collect();
    let verdict = Verdict::fail(format!(
        "{} others than Lambda take on the role '{name}': {}",
        policies::sentence(&once(statements.clone()), "lets", "let"),
        who.join(", ")
    ))
    .detail("who", who)
    .detail("statements", policies::names(&once(statements)));
    Ok(match reason {
        None => verdict,
        Some(reason) => verdict.lowered_to(severity, reason),
    })
}

/// Each once, in order.
fn once(mut statements: Vec<tripod_policy::StatementRef>) -> Vec<tripod_policy::StatementRef> {
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    statements
}

/// Lambda, or its replicator.
fn is_lambda(who: &Who) -> bool {
    matches!(who, Who::Service { name, .. } if name == LAMBDA || name == EDGE)
}

fn severity(account: &Account, who: &Who) -> Severity {
    weight(account, who).0
}

/// How bad it is that somebody else has the function's rights, and why it is no worse.
fn weight(account: &Account, who: &Who) -> (Severity, Option<&'static str>) {
    match who {
        Who::Everyone | Who::EveryAwsPrincipal => (Severity::Critical, None),
        Who::Service { .. } => (
            Severity::Low,
            Some("they are services, which act by what is set up in the account"),
        ),
        own if !own.is_outside(&account.id) => (Severity::Medium, Some("they are of the account")),
        _ => (Severity::High, Some("they are named, or within bounds")),
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn trusted(trust: PolicyDocument) -> Finding {
        run_one(&CHECK, &trusting(trust))
    }

    #[test]
    fn lambda_alone_passes_and_so_does_its_replicator() {
        for service in [
            r#"{"Service":"lambda.amazonaws.com"}"#,
            r#"{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]}"#,
        ] {
            let finding = trusted(trust(service, "{}"));
            assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
        }
    }

    #[test]
    fn others_fail_and_weigh_by_who_they_are() {
        let table = [
            (r#""*""#, Severity::Critical, "everyone"),
            (r#"{"AWS":"*"}"#, Severity::Critical, "everyone"),
            (
                r#"{"AWS":"444455556666"}"#,
                Severity::High,
                "account 444455556666",
            ),
            (
                r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
                Severity::Medium,
                "account 111122223333",
            ),
            (
                r#"{"AWS":["arn:aws:iam::111122223333:user/ada"],"Service":"lambda.amazonaws.com"}"#,
                Severity::Medium,
                "user/ada",
            ),
            (
                r#"{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"]}"#,
                Severity::Low,
                "ec2.amazonaws.com",
            ),
        ];
        for (principal, severity, named) in table {
            let finding = trusted(trust(principal, "{}"));
            assert_eq!(finding.outcome, Outcome::Fail, "{principal}");
            assert_eq!(
                finding.severity, severity,
                "{principal}: {}",
                finding.message
            );
            assert!(
                finding.message.contains(named),
                "{principal}: {}",
                finding.message
            );
        }
        let finding = trusted(trust(r#"{"Service":"ec2.amazonaws.com"}"#, "{}"));
        assert!(finding.message.starts_with(
            "statement 1 lets others than Lambda take on the role 'claims': ec2.amazonaws.com"
        ));
    }

    #[test]
    fn the_widest_of_several_counts() {
        let both = r#"{"AWS":"444455556666","Service":"ec2.amazonaws.com"}"#;
        assert_eq!(trusted(trust(both, "{}")).severity, Severity::High);
    }

    #[test]
    fn federated_callers_are_others_too_and_a_condition_bounds_everyone() {
        let provider = document(
            r#"{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
                "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}}"#,
        );
        assert_eq!(trusted(provider).severity, Severity::High);
        let ours = r#"{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3"}}"#;
        let finding = trusted(trust(r#""*""#, ours));
        assert_eq!(finding.severity, Severity::High);
        assert!(finding.message.contains("o-a1b2c3"), "{}", finding.message);
    }

    #[test]
    fn a_deny_takes_trust_back() {
        let policy = document(
            r#"{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com","AWS":"444455556666"},"Action":"sts:AssumeRole"},
               {"Effect":"Deny","Principal":{"AWS":"444455556666"},"Action":"sts:*"}"#,
        );
        let finding = trusted(policy);
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_role_that_is_gone_trusts_nobody() {
        let mut snapshot = with_role("");
        change(&mut snapshot, |own| own.roles.clear());
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn trust_that_cannot_be_read_is_not_assessed() {
        let finding = trusted(PolicyDocument("{".to_owned()));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn without_authorization_details_or_functions_nothing_is_assessed() {
        let mut snapshot = with_role("");
        snapshot.accounts[0].iam.authorization = fixtures::denied(DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), DETAILS);
        let list = "lambda:ListFunctions";
        let snapshot = fixtures::with_region(|region| {
            region.lambda.functions = fixtures::denied(list);
        });
        assert_denied(&run_one(&CHECK, &snapshot), list);
    }
}
