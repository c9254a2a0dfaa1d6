//! Access keys of the root user.

use tripod_model::{Account, Impact, Severity, Unknown};

use crate::{
    Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, account_resource,
};

pub(crate) static CHECK: Check = Check {
    id: "iam-root-access-key",
    title: "access key of the root user",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::Critical,
        availability: Severity::Critical,
    },
    confidence: Confidence::High,
    rows: &["IR01"],
    needs: &["iam:GetAccountSummary"],
    controls: &[
        Control::Baseline("IAM-5"),
        Control::Baseline("IAM-7"),
        Control::Fsbp("IAM.4"),
        Control::CisAws("2.4"),
        Control::Nist80053("AC-2(1)"),
        Control::Nist80053("AC-3(7)"),
        Control::Nist80053("AC-3(15)"),
        Control::Nist80053("AC-6"),
        Control::Nist80053("AC-6(2)"),
        Control::Nist80053("AC-6(10)"),
        Control::PciDss("7.2.1"),
        Control::PciDss("7.2.2"),
        Control::PciDss("7.2.5"),
        Control::PciDss("7.3.1"),
        Control::PciDss("7.3.2"),
        Control::PciDss("7.3.3"),
        Control::PciDss("8.2.1"),
        Control::PciDss("8.2.2"),
        Control::Soc2("CC6.1"),
        Control::Soc2("CC6.2"),
        Control::Soc2("CC6.3"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("root_access_key.md"),
    run,
};

const SUMMARY: &str = "iam:GetAccountSummary";
const ENTRY: &str = "AccountAccessKeysPresent";

fn run(view: &View<'_>, out: &mut Outcomes) {
    for account in &view.accounts {
        out.say(account_resource(account), decide(account));
    }
}

fn decide(account: &Account) -> Result<Verdict, Unknown> {
    let missing = || Unknown::Failed {
        operation: SUMMARY.to_owned(),
        error: format!("the answer has no {ENTRY}"),
    };
    let summary = account.iam.summary.found()?.ok_or_else(missing)?;
    let keys = *summary.entries.get(ENTRY).ok_or_else(missing)?;
    let evidence = summary.sources.evidence(SUMMARY, "/SummaryMap");
    Ok(if keys > 0 {
        Verdict::fail("the root user has an access key").detail("access_keys_present", keys)
    } else {
        Verdict::pass("the root user has no access key")
    }
    .evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::Summary;
    use tripod_model::{Finding, Observed, Outcome, Pillar, Severity, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run_one};

    fn with_entries(entries: &[(&str, i64)]) -> Finding {
        with_summary(Observed::Known(Summary {
            entries: entries
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
            sources: fixtures::sources(&["iam:GetAccountSummary"]),
        }))
    }

    fn with_summary(summary: Observed<Summary>) -> Finding {
        let mut snapshot = fixtures::snapshot();
        snapshot.accounts[0].iam.summary = summary;
        run_one(&CHECK, &snapshot)
    }

    #[test]
    fn a_key_fails_and_belongs_to_the_account() {
        let finding = with_entries(&[("AccountAccessKeysPresent", 1)]);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Critical);
        assert_eq!(finding.resource.arn, "arn:aws:iam::111122223333:root");
        assert_eq!(finding.resource.region.as_str(), "global");
        assert_eq!(finding.evidence[0].pointer, "/SummaryMap");
        assert_eq!(CHECK.pillar(), Pillar::Confidentiality);
    }

    #[test]
    fn no_key_passes() {
        let finding = with_entries(&[("AccountAccessKeysPresent", 0)]);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn an_answer_without_the_count_is_not_assessed() {
        let finding = with_entries(&[("Users", 3)]);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("has no AccountAccessKeysPresent"));
        assert_eq!(with_summary(Observed::Absent).outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        let finding = with_summary(fixtures::denied("iam:GetAccountSummary"));
        assert_denied(&finding, "iam:GetAccountSummary");
    }
}
