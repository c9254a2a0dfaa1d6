//! Policies that let their holders decrypt with every key.

use tripod_model::{Impact, Severity, Unknown};

use super::asking::{Choice, Grant};
use super::written::{Whose, Written, each_granting};
use super::{DETAILS, listed};
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "iam-unlimited-decryption",
    title: "policy that allows decryption with every key",
    service: Service::Iam,
    impact: Impact {
        confidentiality: Severity::Medium,
        integrity: Severity::None,
        availability: Severity::None,
    },
    confidence: Confidence::High,
    rows: &["IG09"],
    needs: &[DETAILS],
    controls: &[
        Control::Baseline("IAM-3"),
        Control::Baseline("DATA-2"),
        Control::Fsbp("KMS.1"),
        Control::Fsbp("KMS.2"),
        Control::Nist80053("AC-2"),
        Control::Nist80053("AC-2(1)"),
        Control::Nist80053("AC-3"),
        Control::Nist80053("AC-3(7)"),
        Control::Nist80053("AC-3(15)"),
        Control::Nist80053("AC-5"),
        Control::Nist80053("AC-6"),
        Control::Nist80053("AC-6(3)"),
        Control::OwaspServerless("S3"),
        Control::OwaspServerless("S6"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unlimited_decryption.md"),
    run,
};

/// The actions of Security Hub's controls KMS.1 and KMS.2.
///
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html>
const DECRYPT: [&str; 2] = ["kms:Decrypt", "kms:ReEncryptFrom"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_granting(view, out, Whose::Own, decide);
}

/// A permission on every key, or on every key of one region.
struct Found {
    action: &'static str,
    keys: String,
    grant: Grant,
}

fn decide(written: &Written) -> Result<Verdict, Unknown> {
    let all = found(written)?;
    let open = all.iter().filter(|it| it.grant.choice == Choice::None);
    let open: Vec<&Found> = open.collect();
    let Some(first) = open.iter().min_by_key(|it| it.grant.conditions.len()) else {
        let message = if all.is_empty() {
            format!(
                "{} {} not allow decryption with every key",
                written.title(),
                written.does()
            )
        } else {
            "tags, aliases or names choose the keys to decrypt with".to_owned()
        };
        return Ok(Verdict::pass(message));
    };
    let mut actions: Vec<String> = open.iter().map(|it| it.action.to_owned()).collect();
    actions.dedup();
    let failure = Verdict::fail(format!(
        "{} {} with {}",
        first.grant.sentence("allows", "allow"),
        listed(&actions),
        first.keys
    ))
    .detail("actions", actions);
    let weight = first.grant.rarer(written.weight_of_part()?, Severity::Low);
    Ok(weight.on(first.grant.told(failure)))
}

/// Those on every key wherever it is come first; a region is asked about only where they are not permitted.
fn found(written: &Written) -> Result<Vec<Found>, Unknown> {
    let account = written.account;
    let asking = written.asking();
    let regions = account.regions.iter().map(|region| region.name.as_str());
    let places: Vec<&str> = std::iter::once("*").chain(regions).collect();
    let mut found = Vec::new();
    for action in DECRYPT {
        for place in &places {
            let keys = format!("arn:{}:kms:{place}:{}:key/*", account.partition, account.id);
            if let Some(grant) = asking.may(action, &keys)? {
                let keys = match *place {
                    "*" => "every key".to_owned(),
                    region => format!("every key of {region}"),
                };
                let open = grant.choice == Choice::None;
                found.push(Found {
                    action,
                    keys,
                    grant,
                });
                if open {
                    break;
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use tripod_model::iam::ManagedPolicy;
    use tripod_model::{Arn, Outcome, Severity};

    use super::CHECK;
    use crate::iam::small_accounts::{
        allow, denied, deny, managed, under, with_bounded_role, with_policies, with_role,
    };
    use crate::testing::{assert_denied, run, run_one};

    fn decrypt(resource: &str) -> String {
        allow(r#""kms:Decrypt""#, resource)
    }

    fn judged(statements: &str) -> (Outcome, Severity, String) {
        let finding = run_one(&CHECK, &with_policies(vec![managed("p", statements)]));
        (finding.outcome, finding.severity, finding.message.clone())
    }

    #[test]
    fn every_key_fails_managed_and_inline() {
        for statement in [
            decrypt(r#""*""#),
            decrypt(r#""arn:aws:kms:*:111122223333:key/*""#),
            decrypt(r#""arn:aws:kms:*:*:key/*""#),
            allow(r#""kms:De*""#, r#""*""#),
            r#"{"Effect":"Allow","Action":"kms:Decrypt","NotResource":"arn:aws:kms:eu-west-1:111122223333:key/a"}"#.to_owned(),
        ] {
            for snapshot in [with_policies(vec![managed("p", &statement)]), with_role(&statement)] {
                let finding = run_one(&CHECK, &snapshot);
                assert_eq!(finding.outcome, Outcome::Fail, "{statement}");
                assert_eq!(finding.severity, Severity::Medium, "{statement}");
                assert_eq!(
                    finding.message,
                    "statement 1 allows kms:Decrypt with every key"
                );
            }
        }
    }

    #[test]
    fn decryption_on_the_way_to_another_key_counts() {
        let (outcome, _, message) = judged(&allow(r#""kms:ReEncrypt*""#, r#""*""#));
        assert_eq!(outcome, Outcome::Fail);
        assert!(message.contains("kms:ReEncryptFrom"), "{message}");
    }

    #[test]
    fn every_key_of_a_region_fails_and_the_region_is_told() {
        let (outcome, _, message) =
            judged(&decrypt(r#""arn:aws:kms:eu-central-1:111122223333:key/*""#));
        assert_eq!(outcome, Outcome::Fail);
        assert!(message.ends_with("with every key of eu-central-1"));
    }

    #[test]
    fn keys_that_are_named_or_chosen_pass() {
        for resource in [
            r#""arn:aws:kms:eu-central-1:111122223333:key/1234""#,
            r#""arn:aws:kms:*:111122223333:key/mrk-*""#,
            r#""arn:aws:kms:*:444455556666:key/*""#,
        ] {
            assert_eq!(judged(&decrypt(resource)).0, Outcome::Pass, "{resource}");
        }
        for condition in [
            r#"{"StringEquals":{"aws:ResourceTag/app":"claims"}}"#,
            r#"{"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/claims"}}"#,
        ] {
            let (outcome, ..) = judged(&under(&decrypt(r#""*""#), condition));
            assert_eq!(outcome, Outcome::Pass, "{condition}");
        }
        let encrypt = allow(r#"["kms:Encrypt","kms:GenerateDataKey*"]"#, r#""*""#);
        assert_eq!(judged(&encrypt).0, Outcome::Pass);
    }

    #[test]
    fn a_service_in_between_makes_it_less_and_tls_does_not() {
        let via = r#"{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#;
        let (outcome, severity, message) = judged(&under(&decrypt(r#""*""#), via));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Low));
        assert!(message.contains("kms:ViaService"));
        let tls = r#"{"Bool":{"aws:SecureTransport":"true"}}"#;
        let (outcome, severity, _) = judged(&under(&decrypt(r#""*""#), tls));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Medium));
    }

    #[test]
    fn keys_that_are_chosen_do_not_hide_every_key_of_a_region() {
        let tagged = r#"{"StringEquals":{"aws:ResourceTag/app":"claims"}}"#;
        let chosen = under(&decrypt(r#""*""#), tagged);
        let region = decrypt(r#""arn:aws:kms:eu-central-1:111122223333:key/*""#);
        let (outcome, _, message) = judged(&format!("{chosen},{region}"));
        assert_eq!(outcome, Outcome::Fail);
        assert!(message.ends_with("every key of eu-central-1"), "{message}");
    }

    #[test]
    fn one_action_without_a_condition_is_enough() {
        let via = r#"{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#;
        let limited = under(&decrypt(r#""*""#), via);
        let open = allow(r#""kms:ReEncryptFrom""#, r#""*""#);
        let (outcome, severity, _) = judged(&format!("{limited},{open}"));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Medium));
    }

    #[test]
    fn a_deny_of_all_other_keys_takes_it_back_and_a_deny_of_one_does_not() {
        let all = decrypt(r#""*""#);
        let others = r#"{"Effect":"Deny","Action":"kms:*","NotResource":"arn:aws:kms:eu-central-1:111122223333:key/a"}"#;
        assert_eq!(judged(&format!("{all},{others}")).0, Outcome::Pass);
        let one = deny(
            r#""kms:*""#,
            r#""arn:aws:kms:eu-central-1:111122223333:key/a""#,
        );
        assert_eq!(judged(&format!("{all},{one}")).0, Outcome::Fail);
    }

    #[test]
    fn a_policy_that_nobody_has_or_that_grants_everything_weighs_less() {
        let mut unused = managed("unused", &decrypt(r#""*""#));
        unused.attachment_count = Some(0);
        let finding = run_one(&CHECK, &with_policies(vec![unused]));
        assert_eq!(
            (finding.outcome, finding.severity),
            (Outcome::Fail, Severity::Low)
        );
        let (outcome, severity, message) = judged(&allow(r#""*""#, r#""*""#));
        assert_eq!((outcome, severity), (Outcome::Fail, Severity::Low));
        assert!(message.contains("iam-administrator-policy"));
    }

    #[test]
    fn a_boundary_is_not_applicable_and_policies_of_aws_have_no_outcome() {
        let bounded = with_bounded_role("", &decrypt(r#""*""#));
        assert_eq!(run_one(&CHECK, &bounded).outcome, Outcome::NotApplicable);
        let of_aws = ManagedPolicy {
            arn: Arn::new("arn:aws:iam::aws:policy/ReadOnlyAccess"),
            ..managed("any", &decrypt(r#""*""#))
        };
        assert!(run(&CHECK, &with_policies(vec![of_aws])).is_empty());
    }

    #[test]
    fn a_denied_read_is_not_assessed() {
        assert_denied(&run_one(&CHECK, &denied()), super::DETAILS);
    }
}
