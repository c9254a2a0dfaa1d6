//! Grants that give more than they should, or to somebody unknown, or that nobody takes back.

use std::collections::BTreeMap;

use tripod_model::kms::{Grant, Key};
use tripod_model::{Impact, Severity, Unknown};

use crate::kms::each_customer_key;
use crate::trust::Trust;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "kms-loose-grants",
    title: "grants that are broad, doubled, to somebody unknown or without an end",
    service: Service::Kms,
    impact: Impact {
        confidentiality: Severity::High,
        integrity: Severity::Low,
        availability: Severity::Low,
    },
    confidence: Confidence::Medium,
    rows: &["KM08"],
    needs: &["kms:ListKeys", "kms:DescribeKey", "kms:ListGrants"],
    controls: &[
        Control::Baseline("DATA-2"),
        Control::Baseline("NET-6"),
        Control::OwaspServerless("S5"),
    ],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("loose_grants.md"),
    run,
};

const OPERATION: &str = "kms:ListGrants";

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_customer_key(view, out, |scope, key| {
        decide(Trust::of(view, &scope.account.id), key)
    });
}

fn decide(trust: Trust<'_>, key: &Key) -> Result<Verdict, Unknown> {
    let grants = key.grants.found()?.map_or(&[][..], Vec::as_slice);
    let mut faults = Vec::new();
    let mut evidence = Vec::new();
    let mut unknown = None;
    for (at, grant) in grants.iter().enumerate() {
        let before = faults.len();
        faults.extend(faults_of(trust, grant)?);
        match lacks_context(key, grant) {
            Ok(true) => {
                let what = format!("{} has no limit on the encryption context", name(grant));
                faults.push((Severity::Low, what));
            }
            Ok(false) => {}
            Err(reason) => unknown = Some(reason),
        }
        if let Some(first) = grants[..at].iter().find(|other| is_double(grant, other)) {
            let double = format!("{} doubles {}", name(grant), name(first));
            faults.push((Severity::Low, double));
        }
        if faults.len() > before {
            evidence.extend(grant.sources.evidence(OPERATION, ""));
        }
    }
    let Some(worst) = faults.iter().map(|(severity, _)| *severity).max() else {
        return unknown.map_or_else(|| Ok(sound(grants)), Err);
    };
    let texts: Vec<String> = faults.into_iter().map(|(_, text)| text).collect();
    let verdict = Verdict::fail(texts.join("; "))
        .detail("faults", texts)
        .detail("grants", grants.len());
    let verdict = match worst {
        Severity::Medium => verdict.lowered_to(worst, "everyone who holds a grant is trusted"),
        Severity::Low => verdict.lowered_to(
            worst,
            "everyone who holds a grant is trusted, and none can grant on without limits",
        ),
        _ => verdict,
    };
    Ok(verdict.evidence(evidence))
}

fn sound(grants: &[Grant]) -> Verdict {
    let message = if grants.is_empty() {
        "nobody holds a grant on the key"
    } else {
        "every grant on the key is limited, single, to somebody known, and can be retired"
    };
    let evidence = grants
        .iter()
        .flat_map(|grant| grant.sources.evidence(OPERATION, ""))
        .collect();
    Verdict::pass(message)
        .detail("grants", grants.len())
        .evidence(evidence)
}

/// Something wrong, and how bad it is.
type Fault = (Severity, String);

/// What is wrong with a grant by itself, but for what only its key can tell.
fn faults_of(trust: Trust<'_>, grant: &Grant) -> Result<Vec<Fault>, Unknown> {
    let missing = |what: &str| Unknown::Failed {
        operation: OPERATION.to_owned(),
        error: format!("the answer has no {what} of the grant {}", grant.id),
    };
    let operations = grant
        .operations
        .as_deref()
        .ok_or_else(|| missing("Operations"))?;
    let holder = Holder::of(grant).ok_or_else(|| missing("GranteePrincipal"))?;
    let fault = |severity, what: &str| (severity, format!("{} {what}", name(grant)));
    let stranger = |arn: &str| {
        let what = format!("is held by {arn}, of an account that is not trusted");
        (!trust.holds_principal(arn)).then(|| fault(Severity::High, &what))
    };
    Ok(match holder {
        Holder::Service => {
            let source = grant.constraints.as_ref();
            let source = source.and_then(|limits| limits.source_arn.as_ref());
            let foreign = source.is_some_and(|arn| {
                has_account(arn.as_str()) && !trust.holds_principal(arn.as_str())
            });
            let what = "lets a service use the key for an account that is not trusted";
            foreign
                .then(|| fault(Severity::High, what))
                .into_iter()
                .collect()
        }
        Holder::RoleOfAws(arn) => stranger(arn).into_iter().collect(),
        Holder::Deleted => vec![fault(
            Severity::Low,
            "is held by a principal that was deleted",
        )],
        Holder::Principal(arn) => {
            let allows = |operation: &str| operations.iter().any(|own| own == operation);
            let endless = grant.retiring.is_none() && grant.retiring_service.is_none();
            let lacks = [
                (
                    arn.ends_with(":root"),
                    Severity::Medium,
                    "is held by a whole account",
                ),
                (
                    allows("CreateGrant") && !is_limited(grant),
                    Severity::Medium,
                    "can be granted on without limits",
                ),
                (
                    endless && !allows("RetireGrant"),
                    Severity::Low,
                    "has no retiring principal",
                ),
            ];
            let found = lacks.into_iter().filter(|(is_so, ..)| *is_so);
            let found = found.map(|(_, severity, what)| fault(severity, what));
            stranger(arn).into_iter().chain(found).collect()
        }
    })
}

/// Who may use the key by a grant.
enum Holder<'a> {
    /// A service. When it retires the grant, and what else limits it, is the service's.
    Service,
    /// A role that AWS keeps in an account for a service: the same, but it is of the account.
    RoleOfAws(&'a str),
    Principal(&'a str),
    /// AWS shows the unique id of a principal that is no more.
    Deleted,
}

impl<'a> Holder<'a> {
    /// AWS shows a service either way: as the grantee service, or in the place of the principal.
    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html>,
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/determining-access-grants.html>
    fn of(grant: &'a Grant) -> Option<Self> {
        let Some(grantee) = grant.grantee.as_deref() else {
            return grant.grantee_service.as_ref().map(|_| Self::Service);
        };
        let of_aws = [":role/aws-service-role/", ":assumed-role/aws:"];
        Some(if grantee.starts_with("arn:") {
            if of_aws.iter().any(|part| grantee.contains(part)) {
                Self::RoleOfAws(grantee)
            } else {
                Self::Principal(grantee)
            }
        } else if grantee.contains('.') {
            Self::Service
        } else {
            Self::Deleted
        })
    }
}

fn has_account(arn: &str) -> bool {
    arn.split(':')
        .nth(4)
        .is_some_and(|account| !account.is_empty())
}

fn is_limited(grant: &Grant) -> bool {
    let some = |pairs: &Option<BTreeMap<String, String>>| {
        pairs.as_ref().is_some_and(|pairs| !pairs.is_empty())
    };
    grant.constraints.as_ref().is_some_and(|limits| {
        some(&limits.encryption_context_equals)
            || some(&limits.encryption_context_subset)
            || limits.source_arn.is_some()
    })
}

/// Whether somebody decrypts by the grant in any encryption context. Only symmetric encryption keys take
/// one. A grant that can be handed on without limits is told as that.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html>
fn lacks_context(key: &Key, grant: &Grant) -> Result<bool, Unknown> {
    let operations = grant.operations.as_deref().unwrap_or_default();
    let allows = |wanted: &[&str]| operations.iter().any(|own| wanted.contains(&own.as_str()));
    let asked = matches!(Holder::of(grant), Some(Holder::Principal(_)))
        && allows(&["Decrypt", "ReEncryptFrom"])
        && !allows(&["CreateGrant"])
        && !is_limited(grant);
    if !asked {
        return Ok(false);
    }
    let metadata = key.metadata.found()?;
    let spec = metadata.and_then(|known| known.spec.as_deref());
    let spec = spec.ok_or_else(|| Unknown::Failed {
        operation: "kms:DescribeKey".to_owned(),
        error: "the answer has no KeySpec".to_owned(),
    })?;
    Ok(spec == "SYMMETRIC_DEFAULT")
}

/// AWS's meaning of a duplicate: the same key, operations, grantee, constraints and name.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/grant-best-practices.html>
fn is_double(grant: &Grant, other: &Grant) -> bool {
    grant.operations == other.operations
        && grant.grantee == other.grantee
        && grant.grantee_service == other.grantee_service
        && grant.constraints == other.constraints
        && grant.name == other.name
}

fn name(grant: &Grant) -> String {
    match &grant.name {
        Some(name) if !name.is_empty() => format!("grant '{name}'"),
        _ => format!("grant {}", grant.id.get(..8).unwrap_or(&grant.id)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use tripod_model::kms::{Grant, GrantConstraints};
    use tripod_model::{AccountId, Arn, Finding, Observed, Outcome, Severity, Snapshot, fixtures};

    use super::CHECK;
    use crate::Settings;
    use crate::kms::testing::with_key;
    use crate::testing::{assert_denied, run_one, run_with};

    /// In order: to a role, for one encryption context, with somebody who retires it.
    fn grant(id: &str) -> Grant {
        Grant {
            id: id.to_owned(),
            name: Some(id.to_owned()),
            created: None,
            grantee: Some("arn:aws:iam::111122223333:role/claims".to_owned()),
            grantee_service: None,
            retiring: Some("arn:aws:iam::111122223333:role/keeper".to_owned()),
            retiring_service: None,
            issuing_account: Some("arn:aws:iam::111122223333:root".to_owned()),
            operations: Some(vec!["Decrypt".to_owned()]),
            constraints: Some(GrantConstraints {
                encryption_context_subset: None,
                encryption_context_equals: Some(BTreeMap::from([(
                    "team".to_owned(),
                    "claims".to_owned(),
                )])),
                source_arn: None,
            }),
            sources: fixtures::sources(&["kms:ListGrants"]),
        }
    }

    fn account(grants: Vec<Grant>) -> Snapshot {
        let mut key = fixtures::key("claims");
        key.grants = Observed::Known(grants);
        with_key(key)
    }

    fn with(change: impl FnOnce(&mut Grant)) -> Finding {
        let mut one = grant("one");
        change(&mut one);
        run_one(&CHECK, &account(vec![one]))
    }

    fn operations(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn no_grant_and_one_in_order_pass() {
        let none = run_one(&CHECK, &account(vec![]));
        assert_eq!(none.outcome, Outcome::Pass);
        assert_eq!(none.message, "nobody holds a grant on the key");
        let one = with(|_| {});
        assert_eq!(one.outcome, Outcome::Pass);
        assert_eq!(one.details.get("grants"), 1);
        assert_eq!(one.evidence.len(), 1);
    }

    #[test]
    fn somebody_of_an_unknown_account_fails_unless_the_user_trusts_it() {
        let mut theirs = grant("one");
        theirs.grantee = Some("arn:aws:iam::444455556666:role/reader".to_owned());
        let snapshot = account(vec![theirs]);
        let finding = run_one(&CHECK, &snapshot);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.message,
            "grant 'one' is held by arn:aws:iam::444455556666:role/reader, of an account that is \
             not trusted"
        );
        let settings = Settings {
            trusted_accounts: BTreeSet::from([AccountId::new("444455556666")]),
            ..Settings::default()
        };
        let finding = run_with(&CHECK, &snapshot, &settings).remove(0);
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn broad_grants_fail() {
        let whole = with(|it| it.grantee = Some("arn:aws:iam::111122223333:root".to_owned()));
        assert_eq!(whole.severity, Severity::Medium);
        assert!(
            whole
                .message
                .starts_with("grant 'one' is held by a whole account; ")
        );
        let onwards = with(|it| {
            it.operations = Some(operations(&["CreateGrant", "Decrypt"]));
            it.constraints = None;
        });
        assert_eq!(onwards.severity, Severity::Medium);
        assert!(onwards.message.contains("can be granted on without limits"));
        let within = with(|it| it.operations = Some(operations(&["CreateGrant", "Decrypt"])));
        assert_eq!(
            within.outcome,
            Outcome::Pass,
            "grants made of it have its limits"
        );
        let bare = with(|it| it.constraints = None);
        assert_eq!(bare.severity, Severity::Low);
        assert!(bare.message.contains("no limit on the encryption context"));
    }

    #[test]
    fn an_encryption_context_is_asked_for_only_where_there_can_be_one() {
        let encrypting = with(|it| {
            it.operations = Some(operations(&["DescribeKey", "Encrypt"]));
            it.constraints = None;
        });
        assert_eq!(encrypting.outcome, Outcome::Pass);
        let mut key = fixtures::key("signing");
        if let Observed::Known(metadata) = &mut key.metadata {
            metadata.spec = Some("RSA_2048".to_owned());
        }
        let mut one = grant("one");
        one.constraints = None;
        key.grants = Observed::Known(vec![one]);
        assert_eq!(run_one(&CHECK, &with_key(key)).outcome, Outcome::Pass);
    }

    #[test]
    fn a_grant_without_an_end_fails_and_its_holder_may_be_the_end() {
        let endless = with(|it| it.retiring = None);
        assert_eq!(endless.outcome, Outcome::Fail);
        assert_eq!(endless.severity, Severity::Low);
        assert!(endless.message.contains("has no retiring principal"));
        let own = with(|it| {
            it.retiring = None;
            it.operations = Some(operations(&["Decrypt", "RetireGrant"]));
        });
        assert_eq!(own.outcome, Outcome::Pass);
    }

    #[test]
    fn doubles_are_the_same_but_for_their_id() {
        let mut double = grant("one");
        double.id = "two".to_owned();
        let finding = run_one(&CHECK, &account(vec![grant("one"), double.clone()]));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert!(
            finding
                .message
                .starts_with("grant 'one' doubles grant 'one'")
        );
        double.name = Some("other".to_owned());
        let finding = run_one(&CHECK, &account(vec![grant("one"), double]));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn services_pass_in_every_form_unless_they_act_for_a_stranger() {
        for grantee in [
            "dynamodb.eu-central-1.amazonaws.com",
            "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            "arn:aws:sts::111122223333:assumed-role/aws:ec2-infrastructure/i-5d476fab",
        ] {
            let finding = with(|it| {
                it.grantee = Some(grantee.to_owned());
                it.constraints = None;
                it.retiring = None;
            });
            assert_eq!(finding.outcome, Outcome::Pass, "{grantee}");
        }
        let elsewhere = "arn:aws:sts::444455556666:assumed-role/aws:ec2-infrastructure/i-5d476fab";
        let finding = with(|it| it.grantee = Some(elsewhere.to_owned()));
        assert_eq!(finding.severity, Severity::High, "of another account");
        let for_whom = |source: &str| {
            with(|it| {
                it.grantee = None;
                it.grantee_service = Some("dynamodb.amazonaws.com".to_owned());
                it.constraints = Some(GrantConstraints {
                    encryption_context_subset: None,
                    encryption_context_equals: None,
                    source_arn: Some(Arn::new(source)),
                });
            })
        };
        let own = for_whom("arn:aws:dynamodb:eu-central-1:111122223333:table/claims");
        assert_eq!(own.outcome, Outcome::Pass);
        let theirs = for_whom("arn:aws:dynamodb:eu-central-1:444455556666:table/claims");
        assert_eq!(theirs.outcome, Outcome::Fail);
        assert_eq!(theirs.severity, Severity::High);
    }

    #[test]
    fn a_deleted_holder_is_told() {
        let finding = with(|it| it.grantee = Some("AROAEXAMPLEEXAMPLE00".to_owned()));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert!(finding.message.contains("a principal that was deleted"));
    }

    #[test]
    fn grants_that_cannot_be_seen_are_not_assessed() {
        let mut key = fixtures::key("claims");
        key.grants = fixtures::denied("kms:ListGrants");
        assert_denied(&run_one(&CHECK, &with_key(key)), "kms:ListGrants");
        for finding in [
            with(|it| it.operations = None),
            with(|it| it.grantee = None),
        ] {
            assert_eq!(finding.outcome, Outcome::NotAssessed);
            assert!(finding.message.contains("of the grant one"));
        }
    }

    #[test]
    fn keys_of_aws_have_no_outcome() {
        let mut snapshot = account(vec![]);
        if let Observed::Known(keys) = &mut snapshot.accounts[0].regions[0].kms.keys
            && let Observed::Known(metadata) = &mut keys[0].metadata
        {
            metadata.manager = Some("AWS".to_owned());
        }
        assert!(crate::testing::run(&CHECK, &snapshot).is_empty());
    }
}
