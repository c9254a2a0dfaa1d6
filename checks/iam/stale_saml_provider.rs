//! SAML providers whose metadata have expired, or that nothing uses.

use jiff::{SignedDuration, Timestamp};
use tripod_model::iam::SamlProvider;
use tripod_model::{Account, Impact, Severity, Unknown};

use crate::iam::provider_use::{Use, use_of};
use crate::iam::trust::{DETAILS, failed, iam_resource, unlisted};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-stale-saml-provider",
    title: "SAML provider that has expired, expires soon or is unused",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::Low,
        availability: Severity::Medium,
    },
    confidence: Confidence::High,
    rows: &["IT08"],
    needs: &[DETAILS, LIST],
    controls: &[
        Control::Baseline("IAM-4"),
        Control::Baseline("IAM-7"),
        Control::OwaspServerless("S2"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("stale_saml_provider.md"),
    run,
};

const LIST: &str = "iam:ListSAMLProviders";
const KIND: &str = "AWS::IAM::SAMLProvider";

fn run(view: &View<'_>, out: &mut Outcomes) {
    let today = view.run.observed;
    let notice = view.settings().thresholds.iam_stale_saml_provider;
    let notice = SignedDuration::from_hours(24 * notice.notice_days.get());
    for account in &view.accounts {
        out.each(
            &account.iam.saml_providers,
            || unlisted(account, KIND, "saml-provider"),
            |provider| {
                let name = provider.arn.as_str().rsplit('/').next().unwrap_or_default();
                iam_resource(account, KIND, &provider.arn, name)
            },
            |provider| decide(account, provider, today, notice),
        );
    }
}

fn decide(
    account: &Account,
    provider: &SamlProvider,
    today: Timestamp,
    notice: SignedDuration,
) -> Result<Verdict, Unknown> {
    let used = use_of(account, &provider.arn);
    let end = provider
        .valid_until
        .ok_or_else(|| failed(LIST, "the answer has no ValidUntil for the provider"))?;
    let evidence = provider.sources.evidence(LIST, "/ValidUntil");
    let day = end.strftime("%Y-%m-%d").to_string();
    let ending = if end <= today {
        Some(format!("the provider's metadata expired on {day}"))
    } else if end <= today + notice {
        Some(format!("the provider's metadata expire on {day}"))
    } else {
        None
    };
    let verdict = match (ending, used) {
        (Some(ending), Ok(Use::Nobody)) => {
            Verdict::fail(format!("{ending}, and no role trusts it"))
                .lowered_to(Severity::Low, "so nobody signs in by it")
        }
        (Some(ending), _) => Verdict::fail(ending),
        (None, Ok(Use::Nobody)) => Verdict::fail("no role trusts the provider")
            .lowered_to(Severity::Low, "so nobody signs in by it"),
        (None, used) => {
            used?;
            Verdict::pass(format!(
                "a role trusts the provider, whose metadata are valid until {day}"
            ))
        }
    };
    Ok(verdict
        .detail("valid_until", end.to_string())
        .evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::SamlProvider;
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::iam::testing::{role_trusting, statement, with_roles};
    use crate::testing::{assert_denied, run_one, run_with};
    use crate::{Bounded, Settings};

    const PROVIDER: &str = "arn:aws:iam::111122223333:saml-provider/staff";

    /// Fixtures take 2026-11-22 for today.
    fn judged(valid_until: Option<&str>, statements: &str) -> Finding {
        judged_by(valid_until, statements, &Settings::default())
    }

    fn judged_by(valid_until: Option<&str>, statements: &str, settings: &Settings) -> Finding {
        let mut snapshot = with_roles(vec![role_trusting(statements)]);
        snapshot.accounts[0].iam.saml_providers = Observed::Known(vec![SamlProvider {
            arn: Arn::new(PROVIDER),
            created: None,
            valid_until: valid_until.map(|text| text.parse().expect("a time")),
            sources: fixtures::sources(&[super::LIST]),
        }]);
        run_with(&CHECK, &snapshot, settings).remove(0)
    }

    fn trusted() -> String {
        let principal = format!(r#"{{"Federated":"{PROVIDER}"}}"#);
        statement(&principal, "sts:AssumeRoleWithSAML", "{}")
    }

    #[test]
    fn expired_and_nearly_expired_metadata_fail() {
        for (end, message) in [
            (
                "2026-01-01T00:00:00Z",
                "the provider's metadata expired on 2026-01-01",
            ),
            (
                "2026-11-22T00:00:00Z",
                "the provider's metadata expired on 2026-11-22",
            ),
            (
                "2026-12-20T00:00:00Z",
                "the provider's metadata expire on 2026-12-20",
            ),
        ] {
            let finding = judged(Some(end), &trusted());
            assert_eq!(finding.outcome, Outcome::Fail, "{end}");
            assert_eq!(finding.severity, Severity::Medium);
            assert_eq!(finding.message, message);
        }
    }

    #[test]
    fn the_user_sets_how_early_the_end_is_told() {
        let mut settings = Settings::default();
        settings.thresholds.iam_stale_saml_provider.notice_days = Bounded::of(7);
        let outcome = |end| judged_by(Some(end), &trusted(), &settings).outcome;
        assert_eq!(outcome("2026-11-29T00:00:00Z"), Outcome::Fail);
        assert_eq!(outcome("2026-11-29T00:00:01Z"), Outcome::Pass);
    }

    #[test]
    fn valid_metadata_of_a_provider_in_use_pass() {
        let finding = judged(Some("2035-01-01T00:00:00Z"), &trusted());
        assert_eq!(finding.outcome, Outcome::Pass, "{}", finding.message);
    }

    #[test]
    fn a_provider_that_no_role_trusts_is_low() {
        let elsewhere = statement(r#"{"AWS":"111122223333"}"#, "sts:AssumeRole", "{}");
        for end in ["2026-01-01T00:00:00Z", "2035-01-01T00:00:00Z"] {
            let finding = judged(Some(end), &elsewhere);
            assert_eq!(finding.outcome, Outcome::Fail);
            assert_eq!(finding.severity, Severity::Low, "{end}");
        }
        // Named, but for an action that no assertion opens.
        let wrong = trusted().replace("sts:AssumeRoleWithSAML", "sts:TagSession");
        assert_eq!(
            judged(Some("2035-01-01T00:00:00Z"), &wrong).outcome,
            Outcome::Fail
        );
    }

    #[test]
    fn what_was_not_told_is_not_assessed() {
        assert_eq!(judged(None, &trusted()).outcome, Outcome::NotAssessed);
        assert_eq!(
            judged(Some("2035-01-01T00:00:00Z"), "7").outcome,
            Outcome::NotAssessed
        );
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.saml_providers = fixtures::denied(super::LIST);
        assert_denied(&run_one(&CHECK, &snapshot), super::LIST);
    }
}
