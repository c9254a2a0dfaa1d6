//! Reads whether the account's alternate contacts are set.
//!
//! Calls: 3 GetAlternateContact, one for each type.
//! <https://docs.aws.amazon.com/accounts/latest/reference/quotas.html>

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use tripod_model::Observed;
use tripod_model::account::{AlternateContact, Contacts};

use super::source;
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const CONTACT: &str = "account:GetAlternateContact";

/// The partitions in which botocore's `endpoints.json` has it.
static SERVICE: Service = Service {
    name: "account",
    signing: "account",
    host: Host::Global(&[
        ("aws", "account.us-east-1.amazonaws.com", "us-east-1"),
        (
            "aws-cn",
            "account.cn-northwest-1.amazonaws.com.cn",
            "cn-northwest-1",
        ),
    ]),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "account",
    place: Place::Global,
    wave: Wave::First,
    // Once for each kind of contact.
    lists: &[CONTACT, CONTACT, CONTACT],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (security, operations, billing) = futures::join!(
        contact(&client, "SECURITY"),
        contact(&client, "OPERATIONS"),
        contact(&client, "BILLING"),
    );
    Part::global(move |account| {
        account.contacts = Contacts {
            security,
            operations,
            billing,
        };
    })
}

/// Names, addresses and telephone numbers are not even read.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(rename = "AlternateContact")]
    _contact: IgnoredAny,
}

/// The account of the caller is meant where none is named.
/// <https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html>
async fn contact(client: &Client, kind: &str) -> Observed<AlternateContact> {
    let request = Request::post(
        &["getAlternateContact"],
        &json!({"AlternateContactType": kind}),
    );
    let reply = client
        .ask(CONTACT, &["ResourceNotFoundException"], request)
        .await;
    let exchange = reply.exchange;
    reply.value.map(|_: Answer| AlternateContact {
        sources: source(CONTACT, exchange.as_ref(), "/AlternateContact".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    const SET: &str = r#"{"AlternateContact":{"Name":"Petra Example","Title":"CISO","EmailAddress":"petra@example.com","PhoneNumber":"+49 30 1","AlternateContactType":"SECURITY"}}"#;

    /// Security is set, the others are not.
    fn script() -> Script {
        Script::new()
            .absent(CONTACT, "", "ResourceNotFoundException")
            .when(CONTACT, "SECURITY", SET)
    }

    fn read(script: &Script) -> Contacts {
        script.read_global(&NEIGHBOUR).contacts
    }

    #[test]
    fn a_contact_is_set_or_not_and_nothing_else_is_kept() {
        let script = script();
        let contacts = read(&script);
        assert!(matches!(contacts.security, Observed::Known(_)));
        assert_eq!(contacts.operations, Observed::Absent);
        assert_eq!(contacts.billing, Observed::Absent);
        assert_eq!(script.calls(), [CONTACT; 3]);
        let kept = format!("{contacts:?}");
        for person in ["Petra", "CISO", "petra@", "+49"] {
            assert!(!kept.contains(person), "{kept}");
        }
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(CONTACT, script, |script| read(script).security);
        never_reads_as_none(CONTACT, script, |script| read(script).billing);
    }

    #[test]
    fn an_answer_without_a_contact_is_a_failure() {
        let script = script().on(CONTACT, "{}");
        assert!(matches!(read(&script).security, Observed::Failed { .. }));
    }
}
