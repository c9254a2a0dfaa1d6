//! Tags of trails, several trails a call.

use std::collections::BTreeMap;

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::{ResourceTag, Tag};
use tripod_model::cloudtrail::Trail;
use tripod_model::{ExchangeId, Observed};

use super::super::note;
use crate::context::Context;
use crate::reply::{ask, failed};

pub(super) const TAGS: &str = "cloudtrail:ListTags";

/// Most resources of one call.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html>
const TRAILS_A_CALL: usize = 20;

/// Tags of a resource, and where in the answer they stand.
type Tags = BTreeMap<String, (Observed<BTreeMap<String, String>>, String)>;

/// Gives the trails their tags, where CloudTrail tells them: in the trail's region, to its account.
/// One trail that cannot be asked about would spoil the answer for the others.
pub(super) async fn read(client: &Client, context: &Context, trails: &mut [Trail]) {
    let mut own: Vec<&mut Trail> = trails
        .iter_mut()
        .filter(|trail| {
            trail.arn.region() == Some(context.region.as_str())
                && trail.arn.account() == Some(context.account.as_str())
        })
        .collect();
    for trails in own.chunks_mut(TRAILS_A_CALL) {
        let arns: Vec<String> = trails.iter().map(|trail| trail.arn.to_string()).collect();
        let call = client.list_tags().set_resource_id_list(Some(arns)).send();
        let reply = ask(TAGS, &[], call).await;
        let answer = reply
            .value
            .map(|output| tags_of(output.resource_tag_list()));
        for trail in trails.iter_mut() {
            hand_over(trail, &answer, reply.exchange.as_ref());
        }
    }
}

fn hand_over(trail: &mut Trail, answer: &Observed<Tags>, exchange: Option<&ExchangeId>) {
    let Observed::Known(tags) = answer else {
        note(&mut trail.sources, TAGS, exchange, "");
        trail.tags = answer.unknown_as();
        return;
    };
    match tags.get(trail.arn.as_str()) {
        Some((tags, pointer)) => {
            note(&mut trail.sources, TAGS, exchange, pointer);
            trail.tags = tags.clone();
        }
        None => trail.tags = failed(TAGS, "the answer leaves the trail out"),
    }
}

/// Tags by resource.
fn tags_of(list: &[ResourceTag]) -> Tags {
    list.iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let tags = match &item.tags_list {
                Some(list) => Observed::Known(list.iter().map(pair).collect()),
                None => failed(TAGS, "the answer holds no TagsList"),
            };
            let pointer = format!("/ResourceTagList/{index}");
            Some((item.resource_id()?.to_owned(), (tags, pointer)))
        })
        .collect()
}

/// A tag may have no value.
fn pair(tag: &Tag) -> (String, String) {
    let value = tag.value().unwrap_or("");
    (tag.key().to_owned(), value.to_owned())
}

#[cfg(test)]
mod tests {
    use tripod_model::fixtures;

    use super::*;

    fn tag(key: &str, value: Option<&str>) -> Tag {
        let tag = Tag::builder().key(key).set_value(value.map(str::to_owned));
        tag.build().expect("a tag has a key")
    }

    fn item(resource: &str, tags: Option<Vec<Tag>>) -> ResourceTag {
        ResourceTag::builder()
            .resource_id(resource)
            .set_tags_list(tags)
            .build()
    }

    fn given(answer: &Observed<Tags>) -> Observed<BTreeMap<String, String>> {
        let mut trail = fixtures::trail("audit");
        hand_over(&mut trail, answer, None);
        trail.tags
    }

    #[test]
    fn each_trail_has_its_own_tags() {
        let audit = fixtures::trail("audit").arn.to_string();
        let whole = vec![tag("owner", Some("anna")), tag("audit", None)];
        let list = [item("arn:other", Some(vec![])), item(&audit, Some(whole))];
        let wanted = [("audit", ""), ("owner", "anna")];
        let wanted = wanted.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(
            given(&Observed::Known(tags_of(&list))),
            Observed::Known(BTreeMap::from(wanted))
        );
    }

    #[test]
    fn a_trail_that_the_answer_leaves_out_has_no_known_tags() {
        let left_out = given(&Observed::Known(tags_of(&[])));
        assert!(matches!(left_out, Observed::Failed { .. }));
        let audit = fixtures::trail("audit").arn.to_string();
        let silent = given(&Observed::Known(tags_of(&[item(&audit, None)])));
        assert!(matches!(silent, Observed::Failed { .. }));
    }

    #[test]
    fn a_denied_call_is_denied_for_each_trail() {
        let denied: Observed<Tags> = fixtures::denied(TAGS);
        assert_eq!(given(&denied), fixtures::denied(TAGS));
    }
}
