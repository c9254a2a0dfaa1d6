//! Reads the Key Management Service.
//!
//! Calls, for K keys, A aliases and C keys that are the customer's: ⌈K/1000⌉ ListKeys, ⌈A/100⌉
//! ListAliases, 1 DescribeCustomKeyStores; C each of DescribeKey (quota of 2000 a second), GetKeyPolicy
//! (1000), ListResourceTags (2000) and ⌈grants/100⌉ ListGrants (100); at most C each of
//! GetKeyRotationStatus (1000), ListKeyRotations (100) and GetKeyLastUsage (5). Keys that AWS manages are
//! told by their aliases and cost nothing.

mod grants;
mod metadata;
mod rotation;
mod stores;
mod usage;

use std::collections::BTreeMap;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{AliasListEntry, KeyListEntry, Tag};
use tripod_model::kms::{Alias, Key, Kms, ManagedKey};
use tripod_model::{Arn, ExchangeId, Observed, PolicyDocument, Sources};

use super::{arn, note, source, timestamp};
use crate::collector::{Collector, Part, Place};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, Reply, ask, failed, pages};

const LIST: &str = "kms:ListKeys";
const ALIASES: &str = "kms:ListAliases";
const POLICY: &str = "kms:GetKeyPolicy";
const TAGS: &str = "kms:ListResourceTags";

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

pub(crate) static COLLECTOR: Collector = Collector {
    service: "kms",
    place: Place::Regional,
    operations: &[
        LIST,
        ALIASES,
        stores::LIST,
        metadata::DESCRIBE,
        POLICY,
        rotation::STATUS,
        rotation::LIST,
        grants::LIST,
        TAGS,
        usage::LAST,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.kms();
    let prefix = format!(
        "arn:{}:kms:{}:{}:key/",
        context.partition, context.region, context.account
    );
    let (listed, aliases, key_stores) = futures::join!(
        list(&client, &prefix),
        aliases(&client),
        stores::read(&client)
    );
    let managed_keys = managed(&aliases, &prefix);
    let keys = match listed {
        Observed::Known(keys) => {
            let keys = in_parallel(join(keys, &aliases), |key| describe(&client, key)).await;
            let mut keys: Vec<Key> = keys.into_iter().flatten().collect();
            keys.sort_by(|a, b| a.arn.cmp(&b.arn));
            Observed::Known(keys)
        }
        unknown => unknown,
    };
    Part::Kms(Kms {
        keys,
        managed_keys,
        key_stores,
    })
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

/// An alias, the key it stands for, and where it was read.
#[derive(Debug)]
struct Listed {
    key_id: String,
    alias: Alias,
    exchange: Option<ExchangeId>,
    pointer: String,
}

/// All aliases of the account in the region: one list instead of one call a key. Those that AWS keeps
/// for keys not yet made stand for no key, and are left out.
async fn aliases(client: &Client) -> Observed<Vec<Listed>> {
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
                let pointer = format!("/Aliases/{index}");
                item.target_key_id()
                    .map(|key_id| convert_alias(item, key_id, exchange, pointer))
            })
        },
    )
    .await
}

/// Gives each key its aliases, and leaves out the keys that these show to be AWS's own.
fn join(mut keys: Vec<Key>, aliases: &Observed<Vec<Listed>>) -> Vec<Key> {
    let Observed::Known(listed) = aliases else {
        for key in &mut keys {
            key.aliases = aliases.unknown_as();
        }
        return keys;
    };
    let mut by_key: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
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
        let is_of_aws = !own.is_empty() && own.iter().all(|it| is_reserved(&it.alias));
        let mut aliases: Vec<Alias> = own.iter().map(|it| it.alias.clone()).collect();
        aliases.sort_by(|a, b| a.name.cmp(&b.name));
        key.aliases = Observed::Known(aliases);
        !is_of_aws
    });
    keys
}

fn is_reserved(alias: &Alias) -> bool {
    alias.name.starts_with(RESERVED)
}

/// The keys behind the aliases that AWS reserves.
fn managed(aliases: &Observed<Vec<Listed>>, prefix: &str) -> Observed<Vec<ManagedKey>> {
    let Observed::Known(listed) = aliases else {
        return aliases.unknown_as();
    };
    let reserved = listed.iter().filter(|listed| is_reserved(&listed.alias));
    let mut keys: Vec<ManagedKey> = reserved
        .map(|listed| ManagedKey {
            alias: listed.alias.name.clone(),
            arn: Arn::new(format!("{prefix}{}", listed.key_id)),
        })
        .collect();
    keys.sort_by(|a, b| a.alias.cmp(&b.alias));
    Observed::Known(keys)
}

/// The key in full; none where it turns out to be managed by AWS.
async fn describe(client: &Client, mut key: Key) -> Option<Key> {
    let described = metadata::read(client, &key.id).await;
    note(
        &mut key.sources,
        metadata::DESCRIBE,
        described.exchange.as_ref(),
        "/KeyMetadata",
    );
    key.metadata = described.value;
    if let Observed::Known(metadata) = &key.metadata
        && metadata.manager.as_deref() == Some("AWS")
    {
        return None;
    }
    let (policy, (status, rotations), (grants, last_use), tags) = futures::join!(
        policy(client, &key.id),
        rotation::read(client, &key),
        granted_and_used(client, &key),
        tags(client, &key.id),
    );
    let answers = [
        (POLICY, &policy.exchange),
        (rotation::STATUS, &status.exchange),
        (usage::LAST, &last_use.exchange),
    ];
    for (operation, exchange) in answers {
        note(&mut key.sources, operation, exchange.as_ref(), "");
    }
    key.policy = policy.value;
    key.rotation = status.value;
    key.rotations = rotations;
    key.grants = grants;
    key.last_use = last_use.value;
    key.tags = tags;
    Some(key)
}

/// Who holds grants decides whether the last use is worth its call.
async fn granted_and_used(
    client: &Client,
    key: &Key,
) -> (
    Observed<Vec<tripod_model::kms::Grant>>,
    Reply<tripod_model::kms::LastUse>,
) {
    let grants = grants::read(client, &key.id).await;
    let last_use = usage::read(client, key, &grants).await;
    (grants, last_use)
}

async fn policy(client: &Client, id: &str) -> Reply<PolicyDocument> {
    let call = client
        .get_key_policy()
        .key_id(id)
        .policy_name(POLICY_NAME)
        .send();
    // Nothing here means "there is none": a key always has a policy.
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

async fn tags(client: &Client, id: &str) -> Observed<BTreeMap<String, String>> {
    let tags = pages(
        TAGS,
        |token| {
            client
                .list_resource_tags()
                .key_id(id)
                .set_marker(token)
                .send()
        },
        |output, _| {
            Page::of(output.tags.as_deref(), output.next_marker(), |_, item| {
                convert_tag(item)
            })
        },
    );
    tags.await.map(|tags| tags.into_iter().collect())
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
        rotation: Observed::NotCollected,
        rotations: Observed::NotCollected,
        grants: Observed::NotCollected,
        tags: Observed::NotCollected,
        last_use: Observed::NotCollected,
        sources,
    })
}

/// An alias of a key; one without a name is none.
fn convert_alias(
    item: &AliasListEntry,
    key_id: &str,
    exchange: Option<&ExchangeId>,
    pointer: String,
) -> Option<Listed> {
    Some(Listed {
        key_id: key_id.to_owned(),
        alias: Alias {
            name: item.alias_name()?.to_owned(),
            created: timestamp(item.creation_date()),
            updated: timestamp(item.last_updated_date()),
        },
        exchange: exchange.cloned(),
        pointer,
    })
}

fn convert_tag(item: &Tag) -> Option<(String, String)> {
    let key = Some(item.tag_key()).filter(|key| !key.is_empty())?;
    Some((key.to_owned(), item.tag_value().to_owned()))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    const PREFIX: &str = "arn:aws:kms:eu-west-1:111122223333:key/";

    fn key(id: &str) -> Key {
        let item = KeyListEntry::builder().key_id(id).build();
        convert(&item, PREFIX, Sources::default()).expect("the entry has an id")
    }

    fn alias(key_id: &str, name: &str) -> Listed {
        let item = AliasListEntry::builder().alias_name(name).build();
        convert_alias(&item, key_id, None, String::new()).expect("the alias is whole")
    }

    fn names(key: &Key) -> Vec<&str> {
        let aliases = key.aliases.items().iter();
        aliases.map(|alias| alias.name.as_str()).collect()
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
    fn an_alias_tells_when_it_was_pointed_at_its_key() {
        let item = AliasListEntry::builder()
            .alias_name("alias/a")
            .creation_date(DateTime::from_secs(1_600_000_000))
            .last_updated_date(DateTime::from_secs(1_700_000_000))
            .build();
        let listed = convert_alias(&item, "k", None, String::new()).expect("the alias is whole");
        let wanted = Alias {
            name: "alias/a".to_owned(),
            created: Some("2020-09-13T12:26:40Z".parse().expect("a time")),
            updated: Some("2023-11-14T22:13:20Z".parse().expect("a time")),
        };
        assert_eq!(listed.alias, wanted);
    }

    #[test]
    fn an_alias_without_a_name_spoils_the_list() {
        let item = AliasListEntry::builder().target_key_id("k").build();
        assert!(convert_alias(&item, "k", None, String::new()).is_none());
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
        assert_eq!(names(&kept[0]), ["alias/a", "alias/b"]);
        assert_eq!(kept[2].aliases, Observed::Known(Vec::new()));
    }

    #[test]
    fn keys_that_aws_manages_are_kept_by_name_and_arn() {
        let aliases = Observed::Known(vec![
            alias("s", "alias/aws/sqs"),
            alias("ours", "alias/a"),
            alias("l", "alias/aws/lambda"),
        ]);
        let wanted = [("alias/aws/lambda", "l"), ("alias/aws/sqs", "s")];
        let wanted = wanted.map(|(alias, id)| ManagedKey {
            alias: alias.to_owned(),
            arn: Arn::new(format!("{PREFIX}{id}")),
        });
        assert_eq!(managed(&aliases, PREFIX), Observed::Known(wanted.to_vec()));
    }

    #[test]
    fn an_unknown_alias_list_is_unknown_for_every_key_and_hides_none() {
        let unknown: Observed<Vec<Listed>> = failed(ALIASES, "cut");
        let kept = join(vec![key("k")], &unknown);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].aliases, failed(ALIASES, "cut"));
        assert_eq!(managed(&unknown, PREFIX), failed(ALIASES, "cut"));
    }

    #[test]
    fn a_tag_without_a_key_is_no_tag() {
        let tag = |key: &str, value: &str| {
            let tag = Tag::builder().tag_key(key).tag_value(value).build();
            convert_tag(&tag.expect("a tag"))
        };
        let whole = Some(("owner".to_owned(), String::new()));
        assert_eq!(tag("owner", ""), whole);
        assert_eq!(tag("", "anna"), None);
    }
}
