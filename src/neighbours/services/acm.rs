//! Reads Certificate Manager. The list holds all that is asked; no certificate is described.
//!
//! Calls, for C certificates: ⌈C/1000⌉ ListCertificates.
//! <https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html>

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tripod_model::acm::{Acm, Certificate};
use tripod_model::{Arn, Observed};

use super::{filled, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "acm:ListCertificates";

/// Most certificates on a page.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html>
const LARGEST_PAGE: u32 = 1000;

/// Kinds of keys. Without this filter ACM lists certificates with RSA keys of 1024 and 2048 bits only.
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html>
const KEY_TYPES: [&str; 7] = [
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
];

static SERVICE: Service = Service {
    name: "acm",
    signing: "acm",
    host: Host::Regional("acm"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "CertificateManager",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "acm",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let certificates = certificates(&context.client(&SERVICE)).await;
    Part::regional(move |region| region.acm = Acm { certificates })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    certificate_summary_list: Option<Vec<Summary>>,
    next_token: Option<String>,
}

/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    certificate_arn: Option<String>,
    domain_name: Option<String>,
    status: Option<String>,
    r#type: Option<String>,
    key_algorithm: Option<String>,
    in_use: Option<bool>,
    #[serde(default, deserialize_with = "super::time")]
    not_after: Option<Timestamp>,
    renewal_eligibility: Option<String>,
}

async fn certificates(client: &Client) -> Observed<Vec<Certificate>> {
    client
        .pages(
            LIST,
            |token| Request::json(&input(token)),
            |answer: Listed, exchange| {
                let listed = answer.certificate_summary_list.as_deref();
                Page::of(listed, answer.next_token.as_deref(), |index, item| {
                    let pointer = format!("/CertificateSummaryList/{index}");
                    Some(Certificate {
                        arn: Arn::new(filled(item.certificate_arn.clone())?),
                        domain: filled(item.domain_name.clone()),
                        status: filled(item.status.clone()),
                        kind: filled(item.r#type.clone()),
                        key_algorithm: filled(item.key_algorithm.clone()),
                        in_use: item.in_use,
                        not_after: item.not_after,
                        renewal_eligibility: filled(item.renewal_eligibility.clone()),
                        sources: source(LIST, exchange, pointer),
                    })
                })
            },
        )
        .await
        .map(|mut certificates| {
            certificates.sort_by(|a, b| a.arn.cmp(&b.arn));
            certificates
        })
}

fn input(token: Option<&str>) -> Value {
    json!({
        "Includes": {"keyTypes": KEY_TYPES},
        "MaxItems": LARGEST_PAGE,
        "NextToken": token,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(names: &[&str], next: &str) -> String {
        let certificates: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"CertificateArn":"arn:aws:acm:r:1:certificate/{name}"}}"#))
            .collect();
        let certificates = certificates.join(",");
        format!(r#"{{"CertificateSummaryList":[{certificates}],"NextToken":{next}}}"#)
    }

    fn read(script: &Script) -> Observed<Vec<Certificate>> {
        script.read(&NEIGHBOUR).acm.certificates
    }

    #[test]
    fn a_certificate_is_read_with_its_state_and_its_end() {
        let body = r#"{"CertificateSummaryList":[{"CertificateArn":"arn:c","DomainName":"clinic.example","Status":"ISSUED","Type":"IMPORTED","KeyAlgorithm":"RSA-4096","InUse":false,"NotAfter":1762160400,"RenewalEligibility":"INELIGIBLE"}]}"#;
        let script = Script::new().on(LIST, body);
        let certificates = read(&script);
        let certificate = &certificates.items()[0];
        assert_eq!(certificate.domain.as_deref(), Some("clinic.example"));
        assert_eq!(certificate.status.as_deref(), Some("ISSUED"));
        assert_eq!(certificate.kind.as_deref(), Some("IMPORTED"));
        assert_eq!(certificate.key_algorithm.as_deref(), Some("RSA-4096"));
        assert_eq!(certificate.in_use, Some(false));
        assert_eq!(
            certificate.not_after,
            Some("2025-11-03T09:00:00Z".parse().expect("a time"))
        );
        assert_eq!(
            certificate.renewal_eligibility.as_deref(),
            Some("INELIGIBLE")
        );
    }

    #[test]
    fn certificates_with_keys_of_every_kind_are_asked_for() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        read(&script);
        let body = &script.asked()[0].request.body;
        assert!(KEY_TYPES.iter().all(|kind| body.contains(kind)), "{body}");
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let certificates = read(&Script::new().on(LIST, &page(&["a"], "null")));
        let bare = &certificates.items()[0];
        assert_eq!(
            (&bare.domain, &bare.status, &bare.kind),
            (&None, &None, &None)
        );
        assert_eq!((bare.in_use, bare.not_after), (None, None));
    }

    #[test]
    fn an_account_without_certificates_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = Script::new()
            .on(LIST, &page(&["c"], r#""2""#))
            .when(LIST, r#""NextToken":"2""#, &page(&["b"], r#""3""#))
            .when(LIST, r#""NextToken":"3""#, &page(&["a"], "null"));
        let certificates = read(&script);
        let ends: Vec<&str> = certificates
            .items()
            .iter()
            .filter_map(|it| it.arn.resource())
            .collect();
        assert_eq!(ends, ["certificate/a", "certificate/b", "certificate/c"]);
    }

    #[test]
    fn what_is_refused_not_offered_or_misshapen_is_not_empty() {
        assert_eq!(
            read(&Script::new().refuse(LIST, denied(LIST))),
            denied(LIST)
        );
        let lacking = Observed::Unsupported {
            operation: LIST.to_owned(),
        };
        let script = Script::new().refuse(LIST, lacking);
        assert!(matches!(read(&script), Observed::Unsupported { .. }));
        assert!(matches!(
            read(&Script::new().on(LIST, "{}")),
            Observed::Failed { .. }
        ));
        let timeless =
            r#"{"CertificateSummaryList":[{"CertificateArn":"arn:c","NotAfter":"soon"}]}"#;
        assert!(matches!(
            read(&Script::new().on(LIST, timeless)),
            Observed::Failed { .. }
        ));
    }
}
