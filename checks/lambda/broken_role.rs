//! Functions that cannot run because Lambda cannot take on their role.

use tripod_model::iam::Principal;
use tripod_model::{Account, Impact, Severity, Unknown};
use tripod_policy::{
    Attached, Caller, Context, Decision, Policies, Policy, Request, Resource, Verdict as Answer,
    admitted,
};

use super::role::{DETAILS, Roles, evidence, role_arn, roles};
use super::{each_function_of, failed};
use crate::{
    Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View, policies,
};

pub(crate) static CHECK: Check = Check {
    id: "lambda-broken-role",
    title: "function whose role is gone or does not trust Lambda",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["LI06"],
    needs: &["lambda:ListFunctions", DETAILS],
    controls: &[Control::Baseline("IAM-3")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("broken_role.md"),
    run,
};

/// Who takes on the role: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.
pub(super) const LAMBDA: &str = "lambda.amazonaws.com";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for scope in Scope::all(view) {
        let roles = roles(scope.account);
        each_function_of(&scope, out, |function| {
            let arn = role_arn(scope.account, function)?;
            let roles: &Roles<'_> = roles.as_ref().map_err(Clone::clone)?;
            let role = roles.get(arn).copied();
            let verdict = match role {
                None => Verdict::fail(format!(
                    "the role '{}' does not exist any more, so that the function cannot run",
                    arn.as_str().rsplit('/').next().unwrap_or_default()
                )),
                Some(role) => decide(scope.account, role)?,
            };
            let verdict = verdict.detail("role", arn.as_str());
            Ok(verdict.evidence(evidence(function, role)))
        });
    }
}

fn decide(account: &Account, role: &Principal) -> Result<Verdict, Unknown> {
    let name = &role.name;
    let trust = trust_of(role)?;
    let decision = taken_on_by_lambda(account, role, &trust);
    match &decision.verdict {
        Answer::Allowed => Ok(Verdict::pass(format!(
            "Lambda may take on the role '{name}'"
        ))),
        Answer::Denied(_) => Ok(Verdict::fail(format!(
            "the trust policy of the role '{name}' does not let Lambda take it on, so that the function cannot run"
        ))),
        Answer::Depends(residuals) => {
            let open: Vec<String> = residuals.iter().map(ToString::to_string).collect();
            Err(failed(
                DETAILS,
                format!(
                    "Lambda may take on the role '{name}' only if {}",
                    open.join(" and ")
                ),
            ))
        }
        Answer::NotAssessed(unseen) => {
            let reasons: Vec<String> = unseen.iter().map(ToString::to_string).collect();
            Err(failed(DETAILS, reasons.join("; ")))
        }
    }
}

/// The trust policy of a role, which every role has.
pub(super) fn trust_of(role: &Principal) -> Result<Policy, Unknown> {
    let document = role.trust_policy.as_ref();
    let document =
        document.ok_or_else(|| failed(DETAILS, "the answer has no trust policy of the role"))?;
    policies::read(document, DETAILS)
}

/// Lambda acts for the account. Whether it names the function as its source is not documented.
fn taken_on_by_lambda<'t>(
    account: &Account,
    role: &'t Principal,
    trust: &'t Policy,
) -> Decision<'t> {
    let lambda = Caller::service(LAMBDA);
    let context = Context::open().with("aws:SourceAccount", account.id.as_str());
    let request = Request {
        caller: &lambda,
        action: "sts:AssumeRole",
        resource: &Resource::new(&role.arn),
        context: &context,
    };
    let policies = Policies {
        resource: Some(Attached::new("trust policy", trust)),
        ..Policies::default()
    };
    admitted(&request, &policies)
}

#[cfg(test)]
mod tests {
    use tripod_model::{Arn, Finding, Outcome, PolicyDocument, Severity, fixtures};

    use super::super::role::DETAILS;
    use super::super::role_testing::*;
    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    const LAMBDA: &str = r#"{"Service":"lambda.amazonaws.com"}"#;

    fn trusted(trust: PolicyDocument) -> Finding {
        run_one(&CHECK, &trusting(trust))
    }

    #[test]
    fn a_role_that_trusts_lambda_passes() {
        assert_eq!(trusted(trust(LAMBDA, "{}")).outcome, Outcome::Pass);
        let several = r#"{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}"#;
        assert_eq!(trusted(trust(several, "{}")).outcome, Outcome::Pass);
        let ours = r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#;
        assert_eq!(trusted(trust(LAMBDA, ours)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_role_that_is_gone_breaks_the_function() {
        let mut snapshot = with_role("");
        change(&mut snapshot, |own| own.roles.clear());
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        assert_eq!(
            finding.message,
            "the role 'claims' does not exist any more, so that the function cannot run"
        );
    }

    #[test]
    fn a_role_that_does_not_trust_lambda_breaks_the_function() {
        let no_more = document(&format!(
            r#"{{"Effect":"Allow","Principal":{LAMBDA},"Action":"sts:AssumeRole"}},
               {{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}"#
        ));
        let other_action = document(&format!(
            r#"{{"Effect":"Allow","Principal":{LAMBDA},"Action":"sts:TagSession"}}"#
        ));
        for policy in [
            trust(r#"{"Service":"ec2.amazonaws.com"}"#, "{}"),
            trust(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "{}"),
            trust(
                LAMBDA,
                r#"{"StringEquals":{"aws:SourceAccount":"444455556666"}}"#,
            ),
            no_more,
            other_action,
        ] {
            let finding = trusted(policy.clone());
            assert_eq!(
                finding.outcome,
                Outcome::Fail,
                "{policy:?}: {}",
                finding.message
            );
        }
    }

    /// AWS does not say whether Lambda names the function when it takes on the role.
    #[test]
    fn trust_that_hangs_on_the_function_is_not_assessed() {
        let condition =
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:*:111122223333:function:claims"}}"#;
        let finding = trusted(trust(LAMBDA, condition));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(
            finding.message.contains("aws:SourceArn"),
            "{}",
            finding.message
        );
    }

    #[test]
    fn trust_that_cannot_be_read_and_roles_of_others_are_not_assessed() {
        let finding = trusted(PolicyDocument("{".to_owned()));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        let mut function = fixtures::function("claims");
        let foreign = "arn:aws:iam::444455556666:role/claims";
        function.configuration.role = Some(Arn::new(foreign));
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains(foreign));
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
