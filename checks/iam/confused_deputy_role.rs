//! Roles that a service may assume for whomever it acts.

use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::{Access, Who, audience};

use crate::iam::source_keys::sends_source_keys;
use crate::iam::trust::{Company, DETAILS, Trust, each_trust};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "iam-confused-deputy-role",
    title: "role that a service may assume for anyone",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Medium,
        availability: Severity::None,
    },
    confidence: Confidence::Medium,
    rows: &["IT05"],
    needs: &[DETAILS, "organizations:DescribeOrganization"],
    controls: &[Control::Baseline("IAM-6"), Control::OwaspServerless("S5")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("confused_deputy_role.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    let company = Company::of(view);
    each_trust(view, out, |trust| decide(trust, &company));
}

fn decide(trust: &Trust<'_>, company: &Company<'_>) -> Result<Verdict, Unknown> {
    let all = audience(trust.role.arn.as_str(), &trust.policy, &["sts:AssumeRole"]);
    let mut deputies = Vec::new();
    let (mut services, mut bound) = (Vec::new(), Vec::new());
    for access in &all {
        let Who::Service { name, sources } = &access.who else {
            continue;
        };
        if sends_source_keys(name).is_none() {
            services.push(name.as_str());
        } else if company.bounds(sources)? {
            bound.push(access.who.to_string());
        } else {
            deputies.push(access);
        }
    }
    if !deputies.is_empty() {
        return Ok(unbound(&deputies));
    }
    if !bound.is_empty() {
        let message = format!(
            "{} may assume the role, and for nobody else",
            bound.join(" and ")
        );
        return Ok(Verdict::pass(message));
    }
    if services.is_empty() {
        return Ok(Verdict::not_applicable("no service may assume the role"));
    }
    let message = format!(
        "{} not known to say who is behind the request when assuming a role",
        are_not(&services)
    );
    Ok(Verdict::not_applicable(message))
}

/// "lambda.amazonaws.com is", "a and b are".
fn are_not(services: &[&str]) -> String {
    let verb = if services.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", services.join(" and "))
}

fn unbound(deputies: &[&Access]) -> Verdict {
    let mut statements: Vec<_> = deputies
        .iter()
        .flat_map(|one| one.statements.clone())
        .collect();
    statements.sort_by_key(|statement| statement.index);
    statements.dedup();
    let services: Vec<String> = deputies.iter().map(|one| one.who.to_string()).collect();
    let pages = deputies.iter().filter_map(|access| match &access.who {
        Who::Service { name, .. } => sends_source_keys(name).map(|row| row.source),
        _ => None,
    });
    let is_bound = |access: &&&Access| matches!(&access.who, Who::Service { sources, .. } if !sources.is_empty());
    let message = format!(
        "{} {} assume the role{}",
        policies::sentence(&statements, "lets", "let"),
        services.join(" and "),
        match deputies.iter().find(is_bound) {
            Some(_) => ", which is not the company's",
            None => ", whomever it acts for",
        }
    );
    Verdict::fail(message)
        .detail("services", services)
        .detail("statements", policies::names(&statements))
        .detail("documented_at", pages.collect::<Vec<&str>>())
}

#[cfg(test)]
mod tests {
    use tripod_model::{Finding, Outcome, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one};

    fn judged(service: &str, condition: &str) -> Finding {
        let principal = format!(r#"{{"Service":"{service}"}}"#);
        let statement = statement(&principal, "sts:AssumeRole", condition);
        run_one(&CHECK, &with_roles(vec![role_trusting(&statement)]))
    }

    const STATES: &str = "states.amazonaws.com";

    #[test]
    fn a_service_that_tells_its_source_and_is_not_asked_fails() {
        let finding = judged(STATES, "{}");
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "statement 's0' lets states.amazonaws.com assume the role, whomever it acts for"
        );
    }

    #[test]
    fn sources_of_the_own_account_or_organisation_pass() {
        for condition in [
            r#"{"StringEquals":{"aws:SourceAccount":"111122223333"}}"#,
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:states:*:111122223333:stateMachine:*"}}"#,
            r#"{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}"#,
            r#"{"StringLike":{"aws:SourceOrgPaths":"o-a1b2c3d4e5/*"}}"#,
        ] {
            let finding = judged(STATES, condition);
            assert_eq!(
                finding.outcome,
                Outcome::Pass,
                "{condition}: {}",
                finding.message
            );
        }
    }

    #[test]
    fn conditions_that_leave_the_source_open_fail() {
        for condition in [
            r#"{"StringLike":{"aws:SourceAccount":"*"}}"#,
            r#"{"ArnLike":{"aws:SourceArn":"arn:aws:states:*:*:stateMachine:*"}}"#,
            r#"{"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}"#,
            r#"{"StringNotEquals":{"aws:SourceAccount":"444455556666"}}"#,
            r#"{"StringEquals":{"sts:ExternalId":"111122223333"}}"#,
            r#"{"StringEquals":{"aws:SourceAccount":"444455556666"}}"#,
        ] {
            assert_eq!(
                judged(STATES, condition).outcome,
                Outcome::Fail,
                "{condition}"
            );
        }
    }

    #[test]
    fn a_deny_of_other_sources_passes() {
        let open = statement(
            r#"{"Service":"states.amazonaws.com"}"#,
            "sts:AssumeRole",
            "{}",
        );
        let deny = r#"{"Effect":"Deny","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole",
            "Condition":{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}}"#;
        let role = role_trusting(&format!("{open},{deny}"));
        let finding = run_one(&CHECK, &with_roles(vec![role]));
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn services_that_do_not_tell_their_source_are_not_applicable() {
        for service in [
            "lambda.amazonaws.com",
            "ec2.amazonaws.com",
            "apigateway.amazonaws.com",
            "cloudtrail.amazonaws.com",
        ] {
            assert_eq!(
                judged(service, "{}").outcome,
                Outcome::NotApplicable,
                "{service}"
            );
        }
        let person = statement(r#"{"AWS":"111122223333"}"#, "sts:AssumeRole", "{}");
        let finding = run_one(&CHECK, &with_roles(vec![role_trusting(&person)]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn one_of_two_services_left_open_fails_and_is_the_one_named() {
        let both = r#"{"Service":["lambda.amazonaws.com","scheduler.amazonaws.com"]}"#;
        let role = role_trusting(&statement(both, "sts:AssumeRole", "{}"));
        let finding = run_one(&CHECK, &with_roles(vec![role]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(!finding.message.contains("lambda"), "{}", finding.message);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), super::DETAILS);
    }
}
