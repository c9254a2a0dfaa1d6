//! Reads X-Ray: how traces are encrypted.
//!
//! Calls: 1 GetEncryptionConfig.

use serde::Deserialize;
use serde_json::json;
use tripod_model::Observed;
use tripod_model::xray::{Encryption, XRay};

use super::{filled, source};
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const ENCRYPTION: &str = "xray:GetEncryptionConfig";

static SERVICE: Service = Service {
    name: "xray",
    signing: "xray",
    host: Host::Regional("xray"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "xray",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[ENCRYPTION],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let encryption = encryption(&context).await;
    Part::regional(move |region| region.xray = XRay { encryption })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    encryption_config: Config,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(rename = "Type")]
    kind: Option<String>,
    key_id: Option<String>,
    status: Option<String>,
}

async fn encryption(context: &Context) -> Observed<Encryption> {
    // The request is a POST without a body.
    // https://docs.aws.amazon.com/xray/latest/api/API_GetEncryptionConfig.html
    let request = Request {
        body: String::new(),
        ..Request::post(&["EncryptionConfig"], &json!({}))
    };
    let client = context.client(&SERVICE);
    let reply = client.ask(ENCRYPTION, &[], request).await;
    let exchange = reply.exchange;
    reply.value.map(|answer: Answer| Encryption {
        kind: filled(answer.encryption_config.kind),
        key: filled(answer.encryption_config.key_id),
        status: filled(answer.encryption_config.status),
        sources: source(
            ENCRYPTION,
            exchange.as_ref(),
            "/EncryptionConfig".to_owned(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, never_reads_as_none};

    fn script() -> Script {
        Script::new().on(ENCRYPTION, r#"{"EncryptionConfig":{}}"#)
    }

    fn read(script: &Script) -> Observed<Encryption> {
        script.read(&NEIGHBOUR).xray.encryption
    }

    fn known(script: &Script) -> Encryption {
        match read(script) {
            Observed::Known(encryption) => encryption,
            unknown => panic!("{unknown:?}"),
        }
    }

    #[test]
    fn the_key_is_read() {
        let script = script().on(
            ENCRYPTION,
            r#"{"EncryptionConfig":{"KeyId":"arn:key","Status":"ACTIVE","Type":"KMS"}}"#,
        );
        let encryption = known(&script);
        assert_eq!(encryption.kind.as_deref(), Some("KMS"));
        assert_eq!(encryption.key.as_deref(), Some("arn:key"));
        assert_eq!(encryption.status.as_deref(), Some("ACTIVE"));
        assert_eq!(script.asked()[0].request.path, "/EncryptionConfig");
        assert_eq!(script.asked()[0].request.body, "");
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let encryption = known(&script());
        assert_eq!((&encryption.kind, &encryption.key), (&None, &None));
        assert_eq!(encryption.status, None);
    }

    #[test]
    fn refusals_are_no_answers() {
        never_reads_as_none(ENCRYPTION, script, read);
    }

    #[test]
    fn an_answer_without_the_configuration_is_a_failure() {
        let encryption = read(&script().on(ENCRYPTION, "{}"));
        assert!(matches!(encryption, Observed::Failed { .. }));
    }
}
