//! Who may use a key beside what policies say.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{GrantConstraints as SdkConstraints, GrantListEntry};
use tripod_model::kms::{Grant, GrantConstraints};
use tripod_model::{Observed, Sources};

use super::super::{arn, filled, ordered, source, timestamp};
use crate::reply::{Page, pages};

pub(super) const LIST: &str = "kms:ListGrants";

/// Most grants on a page.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html>
const GRANTS_A_PAGE: i32 = 100;

/// All grants on a key, by id.
pub(super) async fn read(client: &Client, id: &str) -> Observed<Vec<Grant>> {
    let grants = pages(
        LIST,
        |token| {
            client
                .list_grants()
                .key_id(id)
                .limit(GRANTS_A_PAGE)
                .set_marker(token)
                .send()
        },
        |output, exchange| {
            let list = output.grants.as_deref();
            Page::of(list, output.next_marker(), |index, item| {
                convert(item, source(LIST, exchange, format!("/Grants/{index}")))
            })
        },
    );
    grants.await.map(|mut grants| {
        grants.sort_by(|a, b| a.id.cmp(&b.id));
        grants
    })
}

fn convert(item: &GrantListEntry, sources: Sources) -> Option<Grant> {
    Some(Grant {
        id: filled(item.grant_id())?,
        name: filled(item.name()),
        created: timestamp(item.creation_date()),
        grantee: filled(item.grantee_principal()),
        grantee_service: filled(item.grantee_service_principal()),
        retiring: filled(item.retiring_principal()),
        retiring_service: filled(item.retiring_service_principal()),
        issuing_account: filled(item.issuing_account()),
        operations: item.operations.as_ref().map(|list| {
            let mut list: Vec<String> = list.iter().map(|it| it.as_str().to_owned()).collect();
            list.sort();
            list
        }),
        constraints: item.constraints().and_then(convert_constraints),
        sources,
    })
}

/// None where nothing is limited: an empty object says as much as no object.
fn convert_constraints(item: &SdkConstraints) -> Option<GrantConstraints> {
    let pairs = |map: Option<&_>| Some(ordered(map)).filter(|map| !map.is_empty());
    let constraints = GrantConstraints {
        encryption_context_subset: pairs(item.encryption_context_subset()),
        encryption_context_equals: pairs(item.encryption_context_equals()),
        source_arn: arn(item.source_arn()),
    };
    let limits = constraints.encryption_context_subset.is_some()
        || constraints.encryption_context_equals.is_some()
        || constraints.source_arn.is_some();
    limits.then_some(constraints)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws_sdk_kms::types::GrantOperation;
    use aws_smithy_types::DateTime;
    use tripod_model::Arn;

    use super::*;

    fn owned(text: &str) -> String {
        text.to_owned()
    }

    fn pair(value: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("team".to_owned(), value.to_owned())])
    }

    #[test]
    fn a_grant_is_converted_whole() {
        let constraints = SdkConstraints::builder()
            .encryption_context_subset("team", "a")
            .encryption_context_equals("team", "b")
            .source_arn("arn:aws:s3:::claims")
            .build();
        let item = GrantListEntry::builder()
            .grant_id("g")
            .name("nightly")
            .creation_date(DateTime::from_secs(1_700_000_000))
            .grantee_principal("arn:aws:iam::111122223333:role/batch")
            .grantee_service_principal("dynamodb.amazonaws.com")
            .retiring_principal("arn:aws:iam::111122223333:role/admin")
            .retiring_service_principal("rds.amazonaws.com")
            .issuing_account("arn:aws:iam::111122223333:root")
            .operations(GrantOperation::GenerateDataKey)
            .operations(GrantOperation::Decrypt)
            .constraints(constraints)
            .build();
        let wanted = Grant {
            id: "g".to_owned(),
            name: Some(owned("nightly")),
            created: Some("2023-11-14T22:13:20Z".parse().expect("a time")),
            grantee: Some(owned("arn:aws:iam::111122223333:role/batch")),
            grantee_service: Some(owned("dynamodb.amazonaws.com")),
            retiring: Some(owned("arn:aws:iam::111122223333:role/admin")),
            retiring_service: Some(owned("rds.amazonaws.com")),
            issuing_account: Some(owned("arn:aws:iam::111122223333:root")),
            operations: Some(vec!["Decrypt".to_owned(), "GenerateDataKey".to_owned()]),
            constraints: Some(GrantConstraints {
                encryption_context_subset: Some(pair("a")),
                encryption_context_equals: Some(pair("b")),
                source_arn: Some(Arn::new("arn:aws:s3:::claims")),
            }),
            sources: Sources::default(),
        };
        assert_eq!(convert(&item, Sources::default()), Some(wanted));
    }

    #[test]
    fn a_grant_with_its_id_only_says_nothing_more() {
        let item = GrantListEntry::builder().grant_id("g").build();
        let wanted = Grant {
            id: "g".to_owned(),
            name: None,
            created: None,
            grantee: None,
            grantee_service: None,
            retiring: None,
            retiring_service: None,
            issuing_account: None,
            operations: None,
            constraints: None,
            sources: Sources::default(),
        };
        assert_eq!(convert(&item, Sources::default()), Some(wanted));
    }

    #[test]
    fn a_grant_without_an_id_is_no_grant() {
        let item = GrantListEntry::builder().name("nightly").build();
        assert_eq!(convert(&item, Sources::default()), None);
    }

    #[test]
    fn constraints_that_limit_nothing_are_none() {
        assert_eq!(
            convert_constraints(&SdkConstraints::builder().build()),
            None
        );
        let empty = SdkConstraints::builder()
            .set_encryption_context_subset(Some(std::collections::HashMap::new()))
            .build();
        assert_eq!(convert_constraints(&empty), None);
    }
}
