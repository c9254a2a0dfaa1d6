//! OpenID Connect providers that nothing uses, or that are looser than they need be.

use tripod_model::iam::{OidcProvider, OidcSettings};
use tripod_model::{Account, Impact, Severity, Unknown};

use crate::iam::issuers::address;
use crate::iam::provider_use::{Use, use_of};
use crate::iam::trust::{DETAILS, iam_resource, unlisted};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-weak-oidc-provider",
    title: "OpenID Connect provider that is unused or takes tokens meant for others",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Low,
        integrity: Severity::Low,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["IT07"],
    needs: &[DETAILS, "iam:ListOpenIDConnectProviders", GET],
    controls: &[
        Control::Baseline("IAM-4"),
        Control::Baseline("IAM-6"),
        Control::Baseline("IAM-7"),
        Control::OwaspServerless("S2"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("weak_oidc_provider.md"),
    run,
};

const GET: &str = "iam:GetOpenIDConnectProvider";
const KIND: &str = "AWS::IAM::OIDCProvider";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for account in &view.accounts {
        out.each(
            &account.iam.oidc_providers,
            || unlisted(account, KIND, "oidc-provider"),
            |provider| {
                let name = address(provider.arn.as_str()).unwrap_or_default();
                iam_resource(account, KIND, &provider.arn, name)
            },
            |provider| decide(account, provider),
        );
    }
}

fn decide(account: &Account, provider: &OidcProvider) -> Result<Verdict, Unknown> {
    let settings = provider.settings.found()?.ok_or_else(|| Unknown::Failed {
        operation: GET.to_owned(),
        error: "the provider is gone".to_owned(),
    })?;
    let issuer = address(provider.arn.as_str()).unwrap_or_default();
    let mut flaws = Vec::new();
    if let Some(audience) = foreign_audience(settings, issuer) {
        flaws.push(format!(
            "it takes tokens for the audience '{audience}', which are meant for the issuer itself"
        ));
    }
    if settings.thumbprints.iter().any(|text| !is_thumbprint(text)) {
        flaws.push("a thumbprint is a placeholder and names no certificate".to_owned());
    }
    let used = use_of(account, &provider.arn);
    if matches!(used, Ok(Use::Nobody)) {
        flaws.push("no role trusts it".to_owned());
    }
    let evidence = provider.sources.evidence(GET, "");
    if flaws.is_empty() {
        used?;
        let message = "a role trusts the provider, and its audiences and thumbprints are in order";
        return Ok(Verdict::pass(message).evidence(evidence));
    }
    Ok(Verdict::fail(flaws.join(", and "))
        .detail("audiences", settings.client_ids.clone())
        .detail("thumbprints", settings.thumbprints.clone())
        .evidence(evidence))
}

/// An audience that names the issuer itself: tokens that its users get for it, or for whomever else takes
/// that default, would be good for the account's roles too.
fn foreign_audience<'s>(settings: &'s OidcSettings, issuer: &str) -> Option<&'s str> {
    let bare = |text: &'s str| {
        let text = text.strip_prefix("https://").unwrap_or(text);
        text.trim_end_matches('/')
    };
    let is_issuer =
        |audience: &&'s str| bare(audience).eq_ignore_ascii_case(issuer.trim_end_matches('/'));
    settings
        .client_ids
        .iter()
        .map(String::as_str)
        .find(is_issuer)
}

/// SHA-1 in hexadecimal, and not one digit forty times.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html>
fn is_thumbprint(text: &str) -> bool {
    let hexadecimal = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut digits = text.bytes();
    let first = digits.next();
    hexadecimal && digits.any(|digit| Some(digit) != first)
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::{OidcProvider, OidcSettings};
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run, run_one};

    const ISSUER: &str = "gitlab.clinic.example";
    const GOOD: &str = "6938fd4d98bab03faadb97b34396831e3780aea1";

    fn provider(audiences: &[&str], thumbprints: &[&str]) -> OidcProvider {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        OidcProvider {
            arn: Arn::new(format!("arn:aws:iam::111122223333:oidc-provider/{ISSUER}")),
            settings: Observed::Known(OidcSettings {
                url: Some(ISSUER.to_owned()),
                client_ids: owned(audiences),
                thumbprints: owned(thumbprints),
                ..OidcSettings::default()
            }),
            sources: fixtures::sources(&[super::GET]),
        }
    }

    fn with(provider: OidcProvider, statements: &str) -> Snapshot {
        let mut snapshot = with_roles(vec![role_trusting(statements)]);
        snapshot.accounts[0].iam.oidc_providers = Observed::Known(vec![provider]);
        snapshot
    }

    fn trusted() -> String {
        let principal =
            format!(r#"{{"Federated":"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}}"#);
        statement(&principal, "sts:AssumeRoleWithWebIdentity", "{}")
    }

    fn judged(audiences: &[&str], thumbprints: &[&str]) -> Finding {
        run_one(&CHECK, &with(provider(audiences, thumbprints), &trusted()))
    }

    #[test]
    fn tokens_meant_for_the_issuer_fail() {
        for audience in ["https://gitlab.clinic.example", "gitlab.clinic.example/"] {
            let finding = judged(&[audience, "sts.amazonaws.com"], &[GOOD]);
            assert_eq!(finding.outcome, Outcome::Fail, "{audience}");
            assert_eq!(finding.severity, Severity::Low);
            assert!(finding.message.contains(audience), "{}", finding.message);
        }
    }

    #[test]
    fn a_placeholder_for_a_thumbprint_fails() {
        for thumbprint in ["f".repeat(40), "0".repeat(40), "abc".to_owned()] {
            let finding = judged(&["sts.amazonaws.com"], &[&thumbprint]);
            assert_eq!(finding.outcome, Outcome::Fail, "{thumbprint}");
        }
    }

    #[test]
    fn an_own_audience_passes_with_a_thumbprint_or_without() {
        assert_eq!(
            judged(&["sts.amazonaws.com"], &[GOOD]).outcome,
            Outcome::Pass
        );
        let apps = judged(&["ios-client", "android-client"], &[]);
        assert_eq!(apps.outcome, Outcome::Pass, "{}", apps.message);
    }

    #[test]
    fn a_provider_that_no_role_trusts_fails_whatever_else() {
        let elsewhere = statement(
            r#"{"Service":"lambda.amazonaws.com"}"#,
            "sts:AssumeRole",
            "{}",
        );
        for audience in ["sts.amazonaws.com", "https://gitlab.clinic.example"] {
            let finding = run_one(&CHECK, &with(provider(&[audience], &[GOOD]), &elsewhere));
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low);
            assert!(
                finding.message.contains("no role trusts it"),
                "{}",
                finding.message
            );
        }
    }

    #[test]
    fn a_trust_policy_that_cannot_be_read_may_be_the_one_that_uses_it() {
        let finding = run_one(
            &CHECK,
            &with(provider(&["sts.amazonaws.com"], &[GOOD]), "7"),
        );
        assert_eq!(finding.outcome, Outcome::NotAssessed, "{}", finding.message);
    }

    #[test]
    fn denied_reads_are_not_assessed() {
        let mut unread = provider(&[], &[]);
        unread.settings = fixtures::denied(super::GET);
        assert_denied(&run_one(&CHECK, &with(unread, &trusted())), super::GET);
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.oidc_providers =
            fixtures::denied("iam:ListOpenIDConnectProviders");
        assert_denied(
            &run_one(&CHECK, &snapshot),
            "iam:ListOpenIDConnectProviders",
        );
        assert!(run(&CHECK, &fixtures::snapshot()).is_empty());
    }
}
