//! Event data stores: CloudTrail Lake.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_data_store::GetEventDataStoreOutput;
use aws_sdk_cloudtrail::operation::get_resource_policy::GetResourcePolicyOutput;
use aws_sdk_cloudtrail::types::EventDataStore as SdkStore;
use tripod_model::cloudtrail::{AdvancedSelector, EventDataStore, StorePolicy, StoreSettings};
use tripod_model::{Observed, PolicyDocument, Sources};

use super::super::{arn, filled, note, source, text, timestamp};
use super::{insights, selectors};
use crate::context::in_parallel;
use crate::reply::{Page, Reply, ask, failed, pages};

pub(super) const LIST: &str = "cloudtrail:ListEventDataStores";
pub(super) const STORE: &str = "cloudtrail:GetEventDataStore";
pub(super) const POLICY: &str = "cloudtrail:GetResourcePolicy";

/// How CloudTrail says that a store has no policy.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetResourcePolicy.html>
const NO_POLICY: &[&str] = &["ResourcePolicyNotFoundException"];

/// The event data stores of the region, by ARN.
pub(super) async fn read(client: &Client) -> Observed<Vec<EventDataStore>> {
    match list(client).await {
        Observed::Known(stores) => {
            let mut stores = in_parallel(stores, |store| describe(client, store)).await;
            stores.sort_by(|a, b| a.arn.cmp(&b.arn));
            Observed::Known(stores)
        }
        unknown => unknown,
    }
}

async fn list(client: &Client) -> Observed<Vec<EventDataStore>> {
    pages(
        LIST,
        |token| client.list_event_data_stores().set_next_token(token).send(),
        |output, exchange| {
            let list = output.event_data_stores.as_deref();
            Page::of(list, output.next_token(), |index, item| {
                let pointer = format!("/EventDataStores/{index}");
                convert(item, source(LIST, exchange, pointer))
            })
        },
    )
    .await
}

async fn describe(client: &Client, mut store: EventDataStore) -> EventDataStore {
    let arn = store.arn.as_str();
    let (settings, policy, insights) = futures::join!(
        settings(client, arn),
        policy(client, arn),
        insights::read(client.get_insight_selectors().event_data_store(arn)),
    );
    let answers = [
        (STORE, &settings.exchange),
        (POLICY, &policy.exchange),
        (insights::INSIGHTS, &insights.exchange),
    ];
    for (operation, exchange) in answers {
        note(&mut store.sources, operation, exchange.as_ref(), "");
    }
    store.settings = settings.value;
    store.policy = policy.value;
    store.insights = insights.value;
    store
}

async fn settings(client: &Client, arn: &str) -> Reply<StoreSettings> {
    let call = client.get_event_data_store().event_data_store(arn).send();
    let reply = ask(STORE, &[], call).await;
    Reply {
        value: match reply.value {
            Observed::Known(output) => convert_settings(&output),
            unknown => unknown.unknown_as(),
        },
        exchange: reply.exchange,
    }
}

async fn policy(client: &Client, arn: &str) -> Reply<StorePolicy> {
    let call = client.get_resource_policy().resource_arn(arn).send();
    let reply = ask(POLICY, NO_POLICY, call).await;
    Reply {
        value: match reply.value {
            Observed::Known(output) => convert_policy(&output),
            Observed::Absent => Observed::Absent,
            unknown => unknown.unknown_as(),
        },
        exchange: reply.exchange,
    }
}

/// A store as the list shows it; AWS does not fill the list's other members any more.
fn convert(item: &SdkStore, sources: Sources) -> Option<EventDataStore> {
    Some(EventDataStore {
        arn: arn(item.event_data_store_arn())?,
        name: filled(item.name()),
        settings: Observed::NotCollected,
        policy: Observed::NotCollected,
        insights: Observed::NotCollected,
        sources,
    })
}

fn convert_settings(output: &GetEventDataStoreOutput) -> Observed<StoreSettings> {
    let mut selectors: Option<Vec<AdvancedSelector>> = None;
    if let Some(list) = &output.advanced_event_selectors {
        selectors = list.iter().map(selectors::advanced).collect();
        if selectors.is_none() {
            return failed(STORE, "the answer holds a condition without its field");
        }
    }
    Observed::Known(StoreSettings {
        status: text(output.status()),
        multi_region: output.multi_region_enabled(),
        organization: output.organization_enabled(),
        retention_days: output.retention_period(),
        billing_mode: text(output.billing_mode()),
        termination_protection: output.termination_protection_enabled(),
        kms_key: arn(output.kms_key_id()),
        federation_status: text(output.federation_status()),
        federation_role: arn(output.federation_role_arn()),
        created: timestamp(output.created_timestamp()),
        updated: timestamp(output.updated_timestamp()),
        selectors,
    })
}

/// No policy at all has an error code of its own, so an answer without any is none.
fn convert_policy(output: &GetResourcePolicyOutput) -> Observed<StorePolicy> {
    let document = |text: Option<&str>| filled(text).map(PolicyDocument);
    let policy = StorePolicy {
        own: document(output.resource_policy()),
        delegated_administrator: document(output.delegated_admin_resource_policy()),
    };
    if policy.own.is_none() && policy.delegated_administrator.is_none() {
        return failed(POLICY, "the answer holds no policy");
    }
    Observed::Known(policy)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::types::{
        AdvancedEventSelector, AdvancedFieldSelector, BillingMode, EventDataStoreStatus,
        FederationStatus,
    };
    use aws_smithy_types::DateTime;
    use tripod_model::Arn;

    use super::*;

    const STORE_ARN: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:eventdatastore/e";

    fn selector(field: &str) -> AdvancedEventSelector {
        let condition = AdvancedFieldSelector::builder()
            .field(field)
            .equals("Management");
        AdvancedEventSelector::builder()
            .field_selectors(condition.build().expect("a field is given"))
            .build()
            .expect("the selector has a condition")
    }

    #[test]
    fn a_store_needs_its_arn() {
        let item = SdkStore::builder()
            .event_data_store_arn(STORE_ARN)
            .name("lake");
        let store = convert(&item.build(), Sources::default()).expect("the store has an ARN");
        assert_eq!(store.arn, Arn::new(STORE_ARN));
        assert_eq!(store.name.as_deref(), Some("lake"));
        let nameless = SdkStore::builder().name("lake").build();
        assert_eq!(convert(&nameless, Sources::default()), None);
    }

    #[test]
    fn settings_are_converted_whole() {
        let key = "arn:aws:kms:eu-west-1:111122223333:key/k";
        let role = "arn:aws:iam::111122223333:role/lake";
        let output = GetEventDataStoreOutput::builder()
            .status(EventDataStoreStatus::Enabled)
            .multi_region_enabled(true)
            .organization_enabled(false)
            .retention_period(2557)
            .billing_mode(BillingMode::FixedRetentionPricing)
            .termination_protection_enabled(true)
            .kms_key_id(key)
            .federation_status(FederationStatus::Enabled)
            .federation_role_arn(role)
            .created_timestamp(DateTime::from_secs(1_600_000_000))
            .updated_timestamp(DateTime::from_secs(1_700_000_000))
            .advanced_event_selectors(selector("eventCategory"))
            .build();
        let Observed::Known(settings) = convert_settings(&output) else {
            panic!("the answer is whole");
        };
        let selectors = settings.selectors.clone().expect("selectors are given");
        assert_eq!(selectors[0].fields[0].field, "eventCategory");
        let wanted = StoreSettings {
            status: Some("ENABLED".to_owned()),
            multi_region: Some(true),
            organization: Some(false),
            retention_days: Some(2557),
            billing_mode: Some("FIXED_RETENTION_PRICING".to_owned()),
            termination_protection: Some(true),
            kms_key: Some(Arn::new(key)),
            federation_status: Some("ENABLED".to_owned()),
            federation_role: Some(Arn::new(role)),
            created: Some("2020-09-13T12:26:40Z".parse().expect("a time")),
            updated: Some("2023-11-14T22:13:20Z".parse().expect("a time")),
            selectors: Some(selectors),
        };
        assert_eq!(settings, wanted);
    }

    #[test]
    fn settings_without_their_members_say_nothing_and_a_condition_on_nothing_spoils_them() {
        let bare = GetEventDataStoreOutput::builder().build();
        let nothing = Observed::Known(StoreSettings::default());
        assert_eq!(convert_settings(&bare), nothing);
        let spoilt = GetEventDataStoreOutput::builder().advanced_event_selectors(selector(""));
        let spoilt = convert_settings(&spoilt.build());
        assert!(matches!(spoilt, Observed::Failed { .. }));
    }

    #[test]
    fn both_policies_are_kept_and_none_is_no_answer() {
        let output = GetResourcePolicyOutput::builder()
            .resource_policy("{}")
            .delegated_admin_resource_policy("[]")
            .build();
        let wanted = StorePolicy {
            own: Some(PolicyDocument("{}".to_owned())),
            delegated_administrator: Some(PolicyDocument("[]".to_owned())),
        };
        assert_eq!(convert_policy(&output), Observed::Known(wanted));
        let bare = convert_policy(&GetResourcePolicyOutput::builder().build());
        assert!(matches!(bare, Observed::Failed { .. }));
    }
}
