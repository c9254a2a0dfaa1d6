//! Keys on their way out, and what would break.

use tripod_model::kms::Key;
use tripod_model::{Arn, Impact, Severity, Snapshot, Unknown};

use crate::kms::each_customer_key;
use crate::{Check, Confidence, Control, Outcomes, Scope, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "kms-key-pending-deletion",
    title: "key scheduled for deletion",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::Low,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["KM09"],
    needs: &[
        "kms:ListKeys",
        "kms:ListAliases",
        "kms:DescribeKey",
        "lambda:ListFunctions",
        "cloudtrail:DescribeTrails",
    ],
    controls: &[
        Control::Baseline("DATA-2"),
        Control::Fsbp("KMS.3"),
        Control::Nist80053("SC-12"),
        Control::Nist80053("SC-12(2)"),
        Control::PciDss("3.6.1.2"),
        Control::PciDss("3.6.1.3"),
        Control::PciDss("3.6.1.4"),
        Control::Soc2("CC6.1"),
        Control::Soc2("CC6.2"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("key_pending_deletion.md"),
    run,
};

/// The second one waits for the replicas of a multi-Region key to go first.
const PENDING: [&str; 2] = ["PendingDeletion", "PendingReplicaDeletion"];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_customer_key(view, out, |_, key| decide(view, key));
}

fn decide(snapshot: &Snapshot, key: &Key) -> Result<Verdict, Unknown> {
    let missing = |what: &str| Unknown::Failed {
        operation: "kms:DescribeKey".to_owned(),
        error: format!("the answer has no {what}"),
    };
    let metadata = key
        .metadata
        .found()?
        .ok_or_else(|| missing("KeyMetadata"))?;
    let state = metadata
        .state
        .as_deref()
        .ok_or_else(|| missing("KeyState"))?;
    let evidence = key.sources.evidence("kms:DescribeKey", "/KeyMetadata");
    if !PENDING.contains(&state) {
        let verdict = Verdict::pass(format!("the key is not scheduled for deletion ({state})"));
        return Ok(verdict.evidence(evidence));
    }
    let when = metadata.deletion_date.map_or_else(
        || "the key is scheduled for deletion".to_owned(),
        |time| format!("the key is deleted on {}", time.strftime("%Y-%m-%d")),
    );
    let users = users(snapshot, key);
    let date = metadata.deletion_date.map(|time| time.to_string());
    let verdict = Verdict::fail(format!("{when}; {}", users.sentence()))
        .detail("state", state)
        .detail("deletion_date", date)
        .detail("used_by", users.arns)
        .detail("users_unseen", users.unseen);
    Ok(verdict.evidence(evidence))
}

/// What in the snapshot uses a key.
struct Users {
    names: Vec<String>,
    arns: Vec<String>,
    /// Lists that could not be read: something in them may use the key as well.
    unseen: Vec<String>,
}

impl Users {
    /// What was seen using the key. Lists that could not be read stand in the details: they do not
    /// change the verdict, so they do not change its message.
    fn sentence(&self) -> String {
        if self.names.is_empty() {
            "no function and no trail seen uses it".to_owned()
        } else {
            format!("still used by {}", self.names.join(", "))
        }
    }
}

fn users(snapshot: &Snapshot, key: &Key) -> Users {
    let mut users: Vec<(String, String)> = Vec::new();
    let mut unseen = Vec::new();
    for Scope { account, region } in Scope::all(snapshot) {
        let functions = &region.lambda.functions;
        for function in functions.items() {
            if is(key, function.configuration.kms_key_arn.as_ref()) {
                let name = format!("function {}", function.name);
                users.push((function.arn.to_string(), name));
            }
        }
        let trails = &region.cloudtrail.trails;
        for trail in trails.items() {
            if is(key, trail.kms_key.as_ref()) {
                users.push((trail.arn.to_string(), format!("trail {}", trail.name)));
            }
        }
        let lists = [
            ("lambda:ListFunctions", functions.found().is_err()),
            ("cloudtrail:DescribeTrails", trails.found().is_err()),
        ];
        for (operation, _) in lists.into_iter().filter(|(_, missing)| *missing) {
            unseen.push(format!("{operation} in {} {}", account.id, region.name));
        }
    }
    users.sort();
    users.dedup();
    let (arns, names) = users.into_iter().unzip();
    Users {
        names,
        arns,
        unseen,
    }
}

/// Whether the reference means the key: its ARN, or the ARN of one of its aliases.
fn is(key: &Key, reference: Option<&Arn>) -> bool {
    let Some(reference) = reference else {
        return false;
    };
    let place = |arn: &Arn| {
        (
            arn.region().map(str::to_owned),
            arn.account().map(str::to_owned),
        )
    };
    let by_alias = || {
        let alias = reference.resource().unwrap_or_default();
        place(reference) == place(&key.arn)
            && key.aliases.items().iter().any(|own| own.name == alias)
    };
    *reference == key.arn || by_alias()
}

#[cfg(test)]
mod tests {
    use tripod_model::kms::Key;
    use tripod_model::{
        Arn, Observed, Outcome, Pillar, RegionalAccount, Severity, Snapshot, fixtures,
    };

    use super::CHECK;
    use crate::testing::{assert_denied, run, run_one};

    fn key(state: &str) -> Key {
        let mut key = fixtures::key("claims");
        if let Observed::Known(metadata) = &mut key.metadata {
            metadata.state = Some(state.to_owned());
            metadata.deletion_date = Some("2026-12-01T09:00:00Z".parse().expect("a time"));
        }
        key
    }

    fn account_with(key: Key, change: impl FnOnce(&mut RegionalAccount)) -> Snapshot {
        fixtures::with_region(|region| {
            region.kms.keys = Observed::Known(vec![key]);
            change(region);
        })
    }

    #[test]
    fn a_key_on_its_way_out_fails_with_the_date() {
        let finding = run_one(&CHECK, &account_with(key("PendingDeletion"), |_| {}));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(CHECK.pillar(), Pillar::Availability);
        assert_eq!(
            finding.message,
            "the key is deleted on 2026-12-01; no function and no trail seen uses it"
        );
        assert_eq!(finding.details.get("deletion_date"), "2026-12-01T09:00:00Z");
    }

    #[test]
    fn what_uses_the_key_is_named_by_arn_and_by_alias() {
        let key = key("PendingDeletion");
        let arn = key.arn.clone();
        let snapshot = account_with(key, |region| {
            let mut function = fixtures::function("intake");
            function.configuration.kms_key_arn = Some(arn);
            let mut other = fixtures::function("other");
            other.configuration.kms_key_arn = Some(Arn::new(
                "arn:aws:kms:eu-central-1:111122223333:key/claims-2",
            ));
            region.lambda.functions = Observed::Known(vec![function, other]);
            let mut trail = fixtures::trail("main");
            trail.kms_key = Some(Arn::new(
                "arn:aws:kms:eu-central-1:111122223333:alias/claims",
            ));
            let mut elsewhere = fixtures::trail("elsewhere");
            elsewhere.kms_key = Some(Arn::new("arn:aws:kms:eu-west-1:111122223333:alias/claims"));
            region.cloudtrail.trails = Observed::Known(vec![trail, elsewhere]);
        });
        let finding = run_one(&CHECK, &snapshot);
        assert!(
            finding
                .message
                .ends_with("still used by trail main, function intake")
        );
        let used_by = finding.details.get("used_by");
        let users = used_by.as_array().expect("a list");
        assert_eq!(users.len(), 2);
    }

    #[test]
    fn a_key_that_waits_for_its_replicas_fails_too() {
        let mut key = key("PendingReplicaDeletion");
        if let Observed::Known(metadata) = &mut key.metadata {
            metadata.deletion_date = None;
        }
        let finding = run_one(&CHECK, &account_with(key, |_| {}));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("the key is scheduled for deletion")
        );
    }

    #[test]
    fn users_that_could_not_be_seen_are_told() {
        let snapshot = account_with(key("PendingDeletion"), |region| {
            region.lambda.functions = fixtures::denied("lambda:ListFunctions");
        });
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(
            finding.details.get("users_unseen")[0],
            "lambda:ListFunctions in 111122223333 eu-central-1"
        );
    }

    #[test]
    fn other_states_pass() {
        for state in ["Enabled", "Disabled", "PendingImport", "Unavailable"] {
            let finding = run_one(&CHECK, &account_with(key(state), |_| {}));
            assert_eq!(finding.outcome, Outcome::Pass, "{state}");
        }
    }

    #[test]
    fn keys_of_aws_have_no_outcome() {
        let mut key = key("PendingDeletion");
        if let Observed::Known(metadata) = &mut key.metadata {
            metadata.manager = Some("AWS".to_owned());
        }
        assert!(run(&CHECK, &account_with(key, |_| {})).is_empty());
    }

    #[test]
    fn an_unknown_state_is_not_assessed() {
        let mut unread = fixtures::key("claims");
        unread.metadata = fixtures::denied("kms:DescribeKey");
        let finding = run_one(&CHECK, &account_with(unread, |_| {}));
        assert_denied(&finding, "kms:DescribeKey");
        let mut stateless = key("Enabled");
        if let Observed::Known(metadata) = &mut stateless.metadata {
            metadata.state = None;
        }
        let finding = run_one(&CHECK, &account_with(stateless, |_| {}));
        assert_eq!(finding.outcome, Outcome::NotAssessed);
        assert!(finding.message.contains("has no KeyState"));
    }
}
