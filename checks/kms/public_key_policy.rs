//! Key policies that let everyone use a key.

use tripod_model::kms::Key;
use tripod_model::{Impact, Severity, Unknown};
use tripod_policy::exposure_of;

use crate::kms::each_customer_key;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View, policies};

pub(crate) static CHECK: Check = Check {
    id: "kms-public-key-policy",
    title: "key that everyone may use",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::Critical,
        integrity: Severity::High,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["KM03"],
    needs: &["kms:ListKeys", "kms:DescribeKey", "kms:GetKeyPolicy"],
    controls: &[
        Control::Baseline("DATA-2"),
        Control::Baseline("NET-6"),
        Control::Fsbp("KMS.5"),
        Control::CisAws("2.21"),
        Control::OwaspServerless("S3"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("public_key_policy.md"),
    run,
};

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_customer_key(view, out, |_, key| decide(key));
}

fn decide(key: &Key) -> Result<Verdict, Unknown> {
    let evidence = key.sources.evidence("kms:GetKeyPolicy", "/Policy");
    let Some(document) = key.policy.found()? else {
        return Ok(Verdict::pass("the key has no policy").evidence(evidence));
    };
    let policy = policies::read(document, "kms:GetKeyPolicy")?;
    let exposure = exposure_of(key.arn.as_str(), &policy, &["kms:*"]);
    Ok(policies::judge(&exposure, "use the key").evidence(evidence))
}

#[cfg(test)]
mod tests {
    use tripod_model::kms::Key;
    use tripod_model::{Finding, Observed, Outcome, PolicyDocument, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn with_key(key: Key) -> Snapshot {
        fixtures::with_region(|region| region.kms.keys = Observed::Known(vec![key]))
    }

    fn allowing(principal: &str, action: &str, condition: &str) -> Finding {
        let mut key = fixtures::key("claims");
        key.policy = Observed::Known(fixtures::allow(principal, action, "*", condition));
        run_one(&CHECK, &with_key(key))
    }

    const EVERYONE: &str = r#"{"AWS":"*"}"#;

    #[test]
    fn everyone_fails_whatever_the_action() {
        for action in [
            "kms:*",
            "*",
            "kms:Decrypt",
            "kms:CreateGrant",
            "KMS:describekey",
        ] {
            let finding = allowing(EVERYONE, action, "{}");
            assert_eq!(finding.outcome, Outcome::Fail, "{action}");
            assert_eq!(finding.severity, Severity::Critical);
            assert_eq!(finding.message, "statement 's0' lets everyone use the key");
        }
    }

    #[test]
    fn a_service_in_between_does_not_limit_who_stands_behind_it() {
        let via = r#"{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#;
        let finding = allowing(EVERYONE, "kms:Decrypt", via);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(finding.message.contains("kms:ViaService"));
    }

    #[test]
    fn a_fixed_account_of_the_caller_passes() {
        let account = r#"{"StringEquals":{"kms:CallerAccount":"111122223333",
            "kms:ViaService":"s3.eu-central-1.amazonaws.com"}}"#;
        assert_eq!(allowing(EVERYONE, "kms:*", account).outcome, Outcome::Pass);
    }

    #[test]
    fn the_account_itself_passes() {
        let finding = run_one(&CHECK, &with_key(fixtures::key("claims")));
        assert_eq!(finding.outcome, Outcome::Pass);
        assert_eq!(finding.resource.name, "claims");
    }

    #[test]
    fn a_replica_is_judged_by_its_own_policy() {
        let primary = fixtures::key("mrk-1");
        let mut replica = primary.clone();
        replica.arn = tripod_model::Arn::new("arn:aws:kms:eu-west-1:111122223333:key/mrk-1");
        replica.policy = Observed::Known(fixtures::allow(EVERYONE, "kms:Decrypt", "*", "{}"));
        let snapshot = fixtures::with_region(|region| {
            region.kms.keys = Observed::Known(vec![primary, replica]);
        });
        let outcomes: Vec<Outcome> = run(&CHECK, &snapshot).iter().map(|f| f.outcome).collect();
        assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail]);
    }

    #[test]
    fn keys_of_aws_have_no_outcome() {
        let mut key = fixtures::key("aws");
        if let Observed::Known(metadata) = &mut key.metadata {
            metadata.manager = Some("AWS".to_owned());
        }
        key.policy = Observed::Known(fixtures::allow(EVERYONE, "kms:*", "*", "{}"));
        assert!(run(&CHECK, &with_key(key)).is_empty());
    }

    #[test]
    fn a_key_of_unknown_manager_is_judged_by_its_policy() {
        let mut key = fixtures::key("claims");
        key.metadata = fixtures::denied("kms:DescribeKey");
        assert_eq!(
            run_one(&CHECK, &with_key(key.clone())).outcome,
            Outcome::Pass
        );
        key.policy = fixtures::denied("kms:GetKeyPolicy");
        assert_denied(&run_one(&CHECK, &with_key(key)), "kms:GetKeyPolicy");
    }

    #[test]
    fn a_key_without_a_known_alias_goes_by_its_id() {
        let mut key = fixtures::key("1234abcd");
        key.aliases = fixtures::denied("kms:ListAliases");
        assert_eq!(run_one(&CHECK, &with_key(key)).resource.name, "1234abcd");
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_not_assessed() {
        let mut key = fixtures::key("claims");
        key.policy = Observed::Known(PolicyDocument("{".to_owned()));
        let finding = run_one(&CHECK, &with_key(key));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }

    #[test]
    fn a_denied_list_is_not_assessed() {
        let snapshot =
            fixtures::with_region(|region| region.kms.keys = fixtures::denied("kms:ListKeys"));
        assert_denied(&run_one(&CHECK, &snapshot), "kms:ListKeys");
    }
}
