//! Grants of KMS keys: they allow beside all policies, so no denial for want of a policy stands without a look
//! at them.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

use tripod_model::{Arn, Observed, kms};
use tripod_policy::{Decision, Denial, Layer, Verdict};

use crate::answer::{Answer, OpenCondition, StatementAt, Word};
use crate::resources::reason;

/// The answer where a key's grants are looked at too. `key` is the key's ARN, `principal` who asks.
pub(crate) fn with_grants(
    decision: &Decision<'_>,
    principal: &Arn,
    action: &str,
    key: &str,
    grants: &Observed<Vec<kms::Grant>>,
) -> Answer {
    let answer = Answer::from(decision);
    if !is_for_want_of_a_grant(decision) || !can_be_granted(action) {
        return answer;
    }
    let grants = match grants.found() {
        Ok(grants) => grants.map_or(&[][..], Vec::as_slice),
        Err(unknown) => {
            let why = format!("grants of the key are not known: {}", reason(unknown));
            return Answer {
                unseen: vec![why],
                missing: Vec::new(),
                verdict: Word::NotAssessed,
                ..answer
            };
        }
    };
    let mine: Vec<(StatementAt, bool)> = grants
        .iter()
        .enumerate()
        .filter(|(_, grant)| is_for(grant, principal) && covers(grant, action))
        .map(|(index, grant)| (at(grant, key, index), grant.constraints.is_some()))
        .collect();
    if mine.is_empty() {
        return answer;
    }
    let unlimited = mine.iter().any(|(_, limited)| !limited);
    let sure = unlimited && answer.blocking.is_empty();
    let limits = mine.iter().filter(|(_, limited)| *limited && !unlimited);
    let denies = answer.blocking.iter().flat_map(|deny| {
        let conditions = deny.conditions.iter();
        conditions.map(|condition| open(condition.clone(), false, deny))
    });
    Answer {
        verdict: if sure { Word::Allowed } else { Word::Depends },
        conditions: limits
            .map(|(at, _)| open("constraint of the grant".to_owned(), true, at))
            .chain(denies)
            .collect(),
        granting: mine.iter().map(|(at, _)| at.clone()).collect(),
        missing: Vec::new(),
        ..answer
    }
}

/// Whether nothing but the key's and the caller's own policies leave the request without an Allow.
fn is_for_want_of_a_grant(decision: &Decision<'_>) -> bool {
    match &decision.verdict {
        Verdict::Denied(Denial::Implicit(gaps)) => gaps
            .iter()
            .all(|gap| matches!(gap.layer, Layer::Identity | Layer::Resource)),
        _ => false,
    }
}

fn is_for(grant: &kms::Grant, principal: &Arn) -> bool {
    grant.grantee.as_deref() == Some(principal.as_str())
}

/// What a grant can let somebody do.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html#KMS-CreateGrant-request-Operations>
static OPERATIONS: &[&str] = &[
    "CreateGrant",
    "Decrypt",
    "DeriveSharedSecret",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GetPublicKey",
    "ReEncryptFrom",
    "ReEncryptTo",
    "RetireGrant",
    "Sign",
    "Verify",
    "VerifyMac",
];

fn can_be_granted(action: &str) -> bool {
    let name = action.split_once(':').map_or("", |(_, name)| name);
    OPERATIONS.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Operations of grants bear the names of actions.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations>
fn covers(grant: &kms::Grant, action: &str) -> bool {
    let name = action.split_once(':').map_or("", |(_, name)| name);
    let operations = grant.operations.iter().flatten();
    operations
        .into_iter()
        .any(|own| own.eq_ignore_ascii_case(name))
}

fn at(grant: &kms::Grant, key: &str, index: usize) -> StatementAt {
    StatementAt {
        layer: "grant".to_owned(),
        policy: key.to_owned(),
        sid: Some(grant.id.clone()),
        statement: index + 1,
        effect: "Allow",
        conditions: Vec::new(),
    }
}

fn open(condition: String, must_hold: bool, at: &StatementAt) -> OpenCondition {
    OpenCondition {
        condition,
        must_hold,
        statement: at.clone(),
    }
}
