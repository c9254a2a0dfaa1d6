//! Accounts whose people sign in as IAM users and in no other way.

use tripod_model::iam::{Authorization, Credentials, Reported};
use tripod_model::{Account, Impact, Severity, Unknown};
use tripod_policy::{Who, audience};

use crate::iam::issuers::address;
use crate::iam::trust::{DETAILS, failed, trust_policy};
use crate::{
    Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, account_resource,
};

pub(crate) static CHECK: Check = Check {
    id: "iam-missing-federation",
    title: "people sign in as IAM users and not through an identity provider",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Low,
        availability: Severity::None,
    },
    confidence: Confidence::Medium,
    rows: &["IT08"],
    needs: &[DETAILS, REPORT],
    controls: &[
        Control::Baseline("IAM-7"),
        Control::CisAws("2.19"),
        Control::OwaspServerless("S2"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("missing_federation.md"),
    run,
};

const REPORT: &str = "iam:GetCredentialReport";

/// The path that IAM Identity Center gives its roles.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
const IDENTITY_CENTER: &str = "role/aws-reserved/sso.amazonaws.com/";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for account in &view.accounts {
        out.say(account_resource(account), decide(account));
    }
}

fn decide(account: &Account) -> Result<Verdict, Unknown> {
    let report = account
        .iam
        .credential_report
        .found()?
        .ok_or_else(|| failed(REPORT, "there is no credential report"))?;
    let evidence = report.sources.evidence(REPORT, "/Content");
    let people: Vec<&str> = report
        .rows
        .iter()
        .filter(|row| has_password(row))
        .map(|row| row.user.as_str())
        .collect();
    if people.is_empty() {
        let message = "no IAM user has a password, so nobody signs in as one";
        return Ok(Verdict::not_applicable(message).evidence(evidence));
    }
    let authorization = account.iam.authorization.found()?;
    let verdict = match authorization.map(way_in).transpose()?.flatten() {
        Some(way) => Verdict::pass(format!("people can sign in through {way}")),
        None => Verdict::fail(format!(
            "{} sign in with a password of IAM, and no role is open to an identity provider of people",
            users(people.len())
        )),
    };
    Ok(verdict
        .detail("users_with_password", people)
        .evidence(evidence))
}

fn has_password(row: &Credentials) -> bool {
    !row.is_root() && row.password.enabled == Reported::Value(true)
}

fn users(count: usize) -> String {
    match count {
        1 => "1 user has to".to_owned(),
        count => format!("{count} users have to"),
    }
}

/// How people get into the account by their company's directory: by IAM Identity Center, or by a role that
/// trusts a SAML provider. Issuers of OpenID Connect tokens mostly vouch for machines and are not counted.
fn way_in(authorization: &Authorization) -> Result<Option<String>, Unknown> {
    let mut unread = None;
    for role in &authorization.roles {
        if role
            .arn
            .resource()
            .is_some_and(|name| name.starts_with(IDENTITY_CENTER))
        {
            return Ok(Some("IAM Identity Center".to_owned()));
        }
        match trust_policy(role) {
            Ok(policy) => {
                let all = audience(role.arn.as_str(), &policy, &["sts:AssumeRoleWithSAML"]);
                let saml = all.iter().find_map(|access| match &access.who {
                    Who::Provider(name) if address(name).is_none() => Some(name.clone()),
                    _ => None,
                });
                if let Some(provider) = saml {
                    return Ok(Some(provider));
                }
            }
            Err(unknown) => unread = Some(unknown),
        }
    }
    unread.map_or(Ok(None), Err)
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{CredentialReport, Principal, Reported};
    use tripod_model::{Arn, Observed, Outcome, Snapshot, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one};

    fn account(password: bool, roles: Vec<Principal>) -> Snapshot {
        let mut snapshot = with_roles(roles);
        let mut ada = fixtures::credentials("ada", "arn:aws:iam::111122223333:user/ada");
        ada.password.enabled = Reported::Value(password);
        snapshot.accounts[0].iam.credential_report = Observed::Known(CredentialReport {
            generated: None,
            rows: vec![ada],
            sources: fixtures::sources(&[super::REPORT]),
        });
        snapshot
    }

    fn by_saml() -> Principal {
        role_trusting(&statement(
            r#"{"Federated":"arn:aws:iam::111122223333:saml-provider/staff"}"#,
            "sts:AssumeRoleWithSAML",
            "{}",
        ))
    }

    #[test]
    fn users_with_passwords_and_no_other_way_in_fail() {
        let github = statement(
            r#"{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}"#,
            "sts:AssumeRoleWithWebIdentity",
            "{}",
        );
        let finding = run_one(&CHECK, &account(true, vec![role_trusting(&github)]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.message,
            "1 user has to sign in with a password of IAM, and no role is open to an identity provider of people"
        );
        assert_eq!(finding.details.get("users_with_password")[0], "ada");
    }

    #[test]
    fn a_saml_provider_in_use_or_identity_center_passes() {
        assert_eq!(
            run_one(&CHECK, &account(true, vec![by_saml()])).outcome,
            Outcome::Pass
        );
        let mut center = role_trusting("");
        center.arn = Arn::new(
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Audit_0123456789abcdef",
        );
        assert_eq!(
            run_one(&CHECK, &account(true, vec![center])).outcome,
            Outcome::Pass
        );
    }

    #[test]
    fn an_account_without_users_who_sign_in_is_not_applicable() {
        let finding = run_one(&CHECK, &account(false, vec![]));
        assert_eq!(finding.outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_was_not_told_is_not_assessed() {
        let unread = account(true, vec![role_trusting("7")]);
        assert_eq!(run_one(&CHECK, &unread).outcome, Outcome::NotAssessed);
        let mut snapshot = account(true, vec![]);
        snapshot.accounts[0].iam.authorization = fixtures::denied(super::DETAILS);
        assert_denied(&run_one(&CHECK, &snapshot), super::DETAILS);
        snapshot.accounts[0].iam.credential_report = fixtures::denied(super::REPORT);
        assert_denied(&run_one(&CHECK, &snapshot), super::REPORT);
    }
}
