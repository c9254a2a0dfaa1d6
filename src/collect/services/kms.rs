//! Reads the Key Management Service.
//!
//! Calls, for K keys, A aliases and C keys that are the customer's: ⌈K/1000⌉ ListKeys, ⌈A/100⌉
//! ListAliases, C each of DescribeKey (quota of 2000 a second) and GetKeyPolicy (1000), at most C
//! GetKeyRotationStatus (1000). Keys that AWS manages are told by their aliases and cost nothing.

use std::collections::BTreeMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{AliasListEntry, KeyListEntry, KeyMetadata as SdkMetadata};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use tripod_model::kms::{Key, KeyMetadata, Kms};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::{arn, note, source, text};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, Reply, ask, failed, pages};

const LIST: &str = "kms:ListKeys";
const ALIASES: &str = "kms:ListAliases";
const DESCRIBE: &str = "kms:DescribeKey";
const POLICY: &str = "kms:GetKeyPolicy";
const ROTATION: &str = "kms:GetKeyRotationStatus";

/// Most keys on a page.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html>
const KEYS_A_PAGE: i32 = 1000;

/// Most aliases on a page.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html>
const ALIASES_A_PAGE: i32 = 100;

/// The only name that a key policy can have.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html>
const POLICY_NAME: &str = "default";

/// What AWS reserves for the aliases of the keys that it manages.
const RESERVED: &str = "alias/aws/";

/// How KMS says of a key that it is of a kind that has no rotation.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
const CANNOT_ROTATE: &[&str] = &["UnsupportedOperationException"];

pub(crate) static COLLECTOR: Collector = Collector {
    service: "kms",
    place: Place::Regional,
    operations: &[LIST, ALIASES, DESCRIBE, POLICY, ROTATION],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.kms();
    let prefix = format!(
        "arn:{}:kms:{}:{}:key/",
        context.partition, context.region, context.account
    );
    let (listed, aliases) = futures::join!(list(&client, &prefix), aliases(&client));
    let keys = match listed {
        Observed::Known(keys) => {
            let keys = in_parallel(join(keys, &aliases), |key| describe(&client, key)).await;
            let mut keys: Vec<Key> = keys.into_iter().flatten().collect();
            keys.sort_by(|a, b| a.arn.cmp(&b.arn));
            Observed::Known(keys)
        }
        unknown => unknown,
    };
    Part::Kms(Kms { keys })
}

async fn list(client: &Client, prefix: &str) -> Observed<Vec<Key>> {
    pages(
        LIST,
        |token| {
            client
                .list_keys()
                .limit(KEYS_A_PAGE)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            Page::of(
                output.keys.as_deref(),
                output.next_marker(),
                |index, item| {
                    let sources = source(LIST, exchange, format!("/Keys/{index}"));
                    convert(item, prefix, sources)
                },
            )
        },
    )
    .await
}

/// An alias and the key it stands for.
#[derive(Debug)]
struct Alias {
    key_id: String,
    name: String,
    exchange: Option<ExchangeId>,
    pointer: String,
}

/// All aliases of the account in the region: one list instead of one call a key.
async fn aliases(client: &Client) -> Observed<Vec<Alias>> {
    pages(
        ALIASES,
        |token| {
            client
                .list_aliases()
                .limit(ALIASES_A_PAGE)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            let list = output.aliases.as_deref();
            Page::flat(list, output.next_marker(), |index, item| {
                let alias = convert_alias(item, exchange, format!("/Aliases/{index}"));
                alias.map(Some)
            })
        },
    )
    .await
}

/// Gives each key its aliases, and leaves out the keys that these show to be AWS's own.
fn join(mut keys: Vec<Key>, aliases: &Observed<Vec<Alias>>) -> Vec<Key> {
    let Observed::Known(listed) = aliases else {
        for key in &mut keys {
            key.aliases = aliases.unknown_as();
        }
        return keys;
    };
    let mut by_key: BTreeMap<&str, Vec<&Alias>> = BTreeMap::new();
    for alias in listed {
        by_key.entry(&alias.key_id).or_default().push(alias);
    }
    keys.retain_mut(|key| {
        let own = by_key.remove(key.id.as_str()).unwrap_or_default();
        if let Some(first) = own.first() {
            note(
                &mut key.sources,
                ALIASES,
                first.exchange.as_ref(),
                &first.pointer,
            );
        }
        let mut names: Vec<String> = own.iter().map(|alias| alias.name.clone()).collect();
        names.sort();
        let reserved = names.iter().filter(|name| name.starts_with(RESERVED));
        let is_of_aws = !names.is_empty() && reserved.count() == names.len();
        key.aliases = Observed::Known(names);
        !is_of_aws
    });
    keys
}

/// The key in full; none where it turns out to be managed by AWS.
async fn describe(client: &Client, mut key: Key) -> Option<Key> {
    // Nothing here means "there is none": a key always has metadata and a policy, and one that is
    // not found although listed was deleted under the scan, or is hidden.
    let described = ask(DESCRIBE, &[], client.describe_key().key_id(&key.id).send()).await;
    note(
        &mut key.sources,
        DESCRIBE,
        described.exchange.as_ref(),
        "/KeyMetadata",
    );
    key.metadata = match described.value {
        Observed::Known(output) => output.key_metadata().map_or_else(
            || failed(DESCRIBE, "the answer holds no metadata"),
            |item| Observed::Known(convert_metadata(item)),
        ),
        unknown => unknown.unknown_as(),
    };
    if let Observed::Known(metadata) = &key.metadata
        && metadata.manager.as_deref() == Some("AWS")
    {
        return None;
    }
    let (policy, rotation) = futures::join!(policy(client, &key.id), rotation(client, &key));
    note(&mut key.sources, POLICY, policy.exchange.as_ref(), "");
    note(&mut key.sources, ROTATION, rotation.exchange.as_ref(), "");
    key.policy = policy.value;
    key.rotation_enabled = rotation.value;
    Some(key)
}

async fn policy(client: &Client, id: &str) -> Reply<PolicyDocument> {
    let call = client
        .get_key_policy()
        .key_id(id)
        .policy_name(POLICY_NAME)
        .send();
    let reply = ask(POLICY, &[], call).await;
    let value = match reply.value {
        Observed::Known(output) => output.policy().map_or_else(
            || failed(POLICY, "the answer holds no policy"),
            |text| Observed::Known(PolicyDocument(text.to_owned())),
        ),
        unknown => unknown.unknown_as(),
    };
    Reply {
        value,
        exchange: reply.exchange,
    }
}

async fn rotation(client: &Client, key: &Key) -> Reply<bool> {
    if let Some(value) = rotation_without_asking(&key.metadata) {
        return Reply {
            value,
            exchange: None,
        };
    }
    let call = client.get_key_rotation_status().key_id(&key.id).send();
    let reply = ask(ROTATION, CANNOT_ROTATE, call).await;
    Reply {
        value: reply.value.map(|output| output.key_rotation_enabled()),
        exchange: reply.exchange,
    }
}

/// What is known of the rotation before KMS is asked; none where it has to be asked.
///
/// Only symmetric keys whose material KMS made rotate. A member that the metadata lacks rules nothing
/// out: then KMS is asked, and its error code tells.
///
/// Keys that are neither enabled nor disabled are not asked about: KMS refuses
/// (`KMSInvalidStateException`), or says `false` of a key pending deletion whatever its setting is.
/// That is not `Absent` either, because the setting comes back when the deletion is cancelled. The
/// state in the metadata tells checks why there is no answer.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
fn rotation_without_asking(metadata: &Observed<KeyMetadata>) -> Option<Observed<bool>> {
    let Observed::Known(metadata) = metadata else {
        return Some(metadata.unknown_as());
    };
    let is_other = |member: &Option<String>, wanted: &[&str]| {
        member
            .as_deref()
            .is_some_and(|value| !wanted.contains(&value))
    };
    if is_other(&metadata.spec, &["SYMMETRIC_DEFAULT"]) || is_other(&metadata.origin, &["AWS_KMS"])
    {
        Some(Observed::Absent)
    } else if is_other(&metadata.state, &["Enabled", "Disabled"]) {
        Some(Observed::NotCollected)
    } else {
        None
    }
}

/// A key as the list shows it; `prefix` makes an ARN of its id where the list gives none.
fn convert(item: &KeyListEntry, prefix: &str, sources: Sources) -> Option<Key> {
    let id = item.key_id().filter(|id| !id.is_empty())?;
    Some(Key {
        arn: arn(item.key_arn()).unwrap_or_else(|| Arn::new(format!("{prefix}{id}"))),
        id: id.to_owned(),
        aliases: Observed::NotCollected,
        metadata: Observed::NotCollected,
        policy: Observed::NotCollected,
        rotation_enabled: Observed::NotCollected,
        sources,
    })
}

/// An alias; none for those that AWS keeps for keys not yet made, which stand for no key.
fn convert_alias(
    item: &AliasListEntry,
    exchange: Option<&ExchangeId>,
    pointer: String,
) -> Option<Alias> {
    Some(Alias {
        key_id: item.target_key_id()?.to_owned(),
        name: item.alias_name()?.to_owned(),
        exchange: exchange.cloned(),
        pointer,
    })
}

fn convert_metadata(item: &SdkMetadata) -> KeyMetadata {
    KeyMetadata {
        manager: text(item.key_manager()),
        state: text(item.key_state()),
        spec: text(item.key_spec()),
        origin: text(item.origin()),
        deletion_date: item.deletion_date().and_then(timestamp),
        multi_region: item.multi_region().unwrap_or(false),
        description: item
            .description()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    }
}

fn timestamp(time: &DateTime) -> Option<Timestamp> {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::{KeyManagerType, KeySpec, KeyState, OriginType};

    use super::*;

    const PREFIX: &str = "arn:aws:kms:eu-west-1:111122223333:key/";

    fn key(id: &str) -> Key {
        let item = KeyListEntry::builder().key_id(id).build();
        convert(&item, PREFIX, Sources::default()).expect("the entry has an id")
    }

    fn alias(key_id: &str, name: &str) -> Alias {
        let item = AliasListEntry::builder()
            .target_key_id(key_id)
            .alias_name(name)
            .build();
        convert_alias(&item, None, String::new()).expect("the alias is whole")
    }

    fn bare_metadata() -> KeyMetadata {
        let item = SdkMetadata::builder().key_id("k").build();
        convert_metadata(&item.expect("a key id is all that is required"))
    }

    fn rotating() -> KeyMetadata {
        KeyMetadata {
            manager: Some("CUSTOMER".to_owned()),
            state: Some("Enabled".to_owned()),
            spec: Some("SYMMETRIC_DEFAULT".to_owned()),
            origin: Some("AWS_KMS".to_owned()),
            ..bare_metadata()
        }
    }

    #[test]
    fn a_listed_key_needs_its_id_and_nothing_else() {
        assert_eq!(key("k").arn.as_str(), format!("{PREFIX}k"));
        let item = KeyListEntry::builder().key_id("k").key_arn("arn:x").build();
        let whole = convert(&item, PREFIX, Sources::default()).expect("the entry is whole");
        assert_eq!(whole.arn.as_str(), "arn:x");
        let nameless = KeyListEntry::builder().key_arn("arn:x").build();
        assert_eq!(convert(&nameless, PREFIX, Sources::default()), None);
    }

    #[test]
    fn metadata_is_converted_whole() {
        let item = SdkMetadata::builder()
            .key_id("k")
            .key_manager(KeyManagerType::Customer)
            .key_state(KeyState::PendingDeletion)
            .key_spec(KeySpec::SymmetricDefault)
            .origin(OriginType::AwsKms)
            .deletion_date(DateTime::from_secs_and_nanos(1_700_000_000, 500_000_000))
            .multi_region(true)
            .description("payroll")
            .build()
            .expect("a key id is all that is required");
        let deletion = "2023-11-14T22:13:20.5Z".parse().expect("a time");
        assert_eq!(
            convert_metadata(&item),
            KeyMetadata {
                state: Some("PendingDeletion".to_owned()),
                deletion_date: Some(deletion),
                multi_region: true,
                description: Some("payroll".to_owned()),
                ..rotating()
            }
        );
    }

    #[test]
    fn metadata_without_its_optional_members_says_nothing() {
        assert_eq!(
            bare_metadata(),
            KeyMetadata {
                manager: None,
                state: None,
                spec: None,
                origin: None,
                deletion_date: None,
                multi_region: false,
                description: None,
            }
        );
    }

    #[test]
    fn a_date_beyond_the_calendar_is_none() {
        assert_eq!(timestamp(&DateTime::from_secs(i64::MAX)), None);
    }

    #[test]
    fn an_alias_without_a_key_is_left_out() {
        let item = AliasListEntry::builder()
            .alias_name("alias/aws/ebs")
            .build();
        assert!(convert_alias(&item, None, String::new()).is_none());
    }

    #[test]
    fn keys_with_reserved_aliases_only_are_aws_s_own() {
        let aliases = Observed::Known(vec![
            alias("ours", "alias/b"),
            alias("ours", "alias/a"),
            alias("theirs", "alias/aws/lambda"),
            alias("both", "alias/aws/x"),
            alias("both", "alias/x"),
        ]);
        let keys = vec![key("ours"), key("theirs"), key("both"), key("bare")];
        let kept = join(keys, &aliases);
        let ids: Vec<&str> = kept.iter().map(|key| key.id.as_str()).collect();
        assert_eq!(ids, ["ours", "both", "bare"]);
        let sorted = vec!["alias/a".to_owned(), "alias/b".to_owned()];
        assert_eq!(kept[0].aliases, Observed::Known(sorted));
        assert_eq!(kept[2].aliases, Observed::Known(Vec::new()));
    }

    #[test]
    fn an_unknown_alias_list_is_unknown_for_every_key_and_hides_none() {
        let unknown: Observed<Vec<Alias>> = failed(ALIASES, "cut");
        let kept = join(vec![key("k")], &unknown);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].aliases, failed(ALIASES, "cut"));
    }

    #[test]
    fn rotation_is_asked_of_keys_that_can_rotate_or_do_not_say() {
        assert_eq!(rotation_without_asking(&Observed::Known(rotating())), None);
        let bare = Observed::Known(bare_metadata());
        assert_eq!(rotation_without_asking(&bare), None);
    }

    #[test]
    fn rotation_is_absent_where_there_can_be_none_and_unknown_where_it_cannot_be_asked() {
        let with = |change: fn(&mut KeyMetadata)| {
            let mut metadata = rotating();
            change(&mut metadata);
            rotation_without_asking(&Observed::Known(metadata))
        };
        let asymmetric = with(|metadata| metadata.spec = Some("RSA_2048".to_owned()));
        assert_eq!(asymmetric, Some(Observed::Absent));
        let imported = with(|metadata| metadata.origin = Some("EXTERNAL".to_owned()));
        assert_eq!(imported, Some(Observed::Absent));
        let dying = with(|metadata| metadata.state = Some("PendingDeletion".to_owned()));
        assert_eq!(dying, Some(Observed::NotCollected));
        let unknown = rotation_without_asking(&failed(DESCRIBE, "cut"));
        assert_eq!(unknown, Some(failed(DESCRIBE, "cut")));
    }
}
