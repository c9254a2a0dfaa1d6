//! Identity providers, server certificates, and tokens for others.

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;
use aws_sdk_iam::types::{SamlProviderListEntry, ServerCertificateMetadata};
use tripod_model::iam::{
    OidcProvider, OidcSettings, OutboundFederation, SamlProvider, ServerCertificate,
};
use tripod_model::{Arn, Observed, Sources};

use super::{LARGEST_PAGE, moment, note, said, source, tags};
use crate::context::in_parallel;
use crate::reply::{Page, ask, ask_written, pages, pages_written};
use crate::services::{arn, sorted};
use crate::written::Written;

pub(super) const SAML_PROVIDERS: &str = "iam:ListSAMLProviders";
pub(super) const OIDC_PROVIDERS: &str = "iam:ListOpenIDConnectProviders";
pub(super) const OIDC_PROVIDER: &str = "iam:GetOpenIDConnectProvider";
pub(super) const SERVER_CERTIFICATES: &str = "iam:ListServerCertificates";
pub(super) const OUTBOUND: &str = "iam:GetOutboundWebIdentityFederationInfo";

/// How IAM says that the account hands out no tokens.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html>
const NO_TOKENS: &[&str] = &["FeatureDisabled", "FeatureDisabledException"];

pub(super) async fn read(
    client: &Client,
) -> (
    Observed<Vec<SamlProvider>>,
    Observed<Vec<OidcProvider>>,
    Observed<Vec<ServerCertificate>>,
    Observed<OutboundFederation>,
) {
    futures::join!(
        saml_providers(client),
        oidc_providers(client),
        server_certificates(client),
        outbound(client),
    )
}

/// IAM lists all SAML providers in one answer.
async fn saml_providers(client: &Client) -> Observed<Vec<SamlProvider>> {
    let call = |_| client.list_saml_providers().send();
    let listed = pages(SAML_PROVIDERS, call, |output, exchange| {
        let list = output.saml_provider_list.as_deref();
        Page::of(list, None, |index, item| {
            let place = format!("/SAMLProviderList/member/{index}");
            convert_saml(item, source(SAML_PROVIDERS, exchange, place))
        })
    });
    listed.await.map(|mut providers| {
        providers.sort_by(|a, b| a.arn.cmp(&b.arn));
        providers
    })
}

fn convert_saml(item: &SamlProviderListEntry, sources: Sources) -> Option<SamlProvider> {
    Some(SamlProvider {
        arn: arn(item.arn())?,
        created: item.create_date().and_then(moment),
        valid_until: item.valid_until().and_then(moment),
        sources,
    })
}

/// IAM lists all OpenID Connect providers in one answer, which has nothing but their ARNs.
async fn oidc_providers(client: &Client) -> Observed<Vec<OidcProvider>> {
    let call = |_| client.list_open_id_connect_providers().send();
    let listed = pages(OIDC_PROVIDERS, call, |output, exchange| {
        let list = output.open_id_connect_provider_list.as_deref();
        Page::of(list, None, |index, item| {
            let place = format!("/OpenIDConnectProviderList/member/{index}");
            Some(OidcProvider {
                arn: arn(item.arn())?,
                settings: Observed::NotCollected,
                sources: source(OIDC_PROVIDERS, exchange, place),
            })
        })
    });
    match listed.await {
        Observed::Known(listed) => {
            let mut all = in_parallel(listed, |provider| describe_oidc(client, provider)).await;
            all.sort_by(|a, b| a.arn.cmp(&b.arn));
            Observed::Known(all)
        }
        unknown => unknown,
    }
}

/// The provider in full. Nothing here means "there is none": one that is not found although listed was
/// deleted under the scan.
async fn describe_oidc(client: &Client, mut provider: OidcProvider) -> OidcProvider {
    let call = client
        .get_open_id_connect_provider()
        .open_id_connect_provider_arn(provider.arn.as_str())
        .send();
    let reply = ask(OIDC_PROVIDER, &[], call).await;
    note(
        &mut provider.sources,
        OIDC_PROVIDER,
        reply.exchange.as_ref(),
        "",
    );
    provider.settings = reply.value.map(|output| convert_oidc(&output));
    provider
}

fn convert_oidc(output: &GetOpenIdConnectProviderOutput) -> OidcSettings {
    OidcSettings {
        url: output.url().and_then(said),
        client_ids: sorted(output.client_id_list()),
        thumbprints: sorted(output.thumbprint_list()),
        created: output.create_date().and_then(moment),
        tags: tags(output.tags()),
    }
}

async fn server_certificates(client: &Client) -> Observed<Vec<ServerCertificate>> {
    let call = |token| {
        client
            .list_server_certificates()
            .max_items(LARGEST_PAGE)
            .set_marker(token)
            .send()
    };
    let split =
        |output: aws_sdk_iam::operation::list_server_certificates::ListServerCertificatesOutput,
         written: &Written,
         exchange: Option<&_>| {
            let list = output.server_certificate_metadata_list();
            let list = written.list("ServerCertificateMetadataList", list);
            let next = output.marker().filter(|_| output.is_truncated());
            Page::of(list, next, |index, item| {
                let place = format!("/ServerCertificateMetadataList/member/{index}");
                convert_certificate(item, source(SERVER_CERTIFICATES, exchange, place))
            })
        };
    let listed = pages_written(SERVER_CERTIFICATES, call, split);
    listed.await.map(|mut certificates| {
        certificates.sort_by(|a, b| a.arn.cmp(&b.arn));
        certificates
    })
}

fn convert_certificate(
    item: &ServerCertificateMetadata,
    sources: Sources,
) -> Option<ServerCertificate> {
    let arn = said(item.arn())?;
    let end = arn.rsplit('/').next().unwrap_or(&arn);
    Some(ServerCertificate {
        name: said(item.server_certificate_name()).unwrap_or_else(|| end.to_owned()),
        arn: Arn::new(arn),
        path: said(item.path()),
        uploaded: item.upload_date().and_then(moment),
        expires: item.expiration().and_then(moment),
        sources,
    })
}

async fn outbound(client: &Client) -> Observed<OutboundFederation> {
    let call = client.get_outbound_web_identity_federation_info().send();
    let reply = ask_written(OUTBOUND, NO_TOKENS, call).await;
    let sources = source(OUTBOUND, reply.exchange.as_ref(), String::new());
    reply.value.map(|(output, written)| OutboundFederation {
        issuer: output.issuer_identifier().and_then(said),
        enabled: written.flag("JwtVendingEnabled", output.jwt_vending_enabled()),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::Tag;
    use aws_smithy_types::DateTime;

    use super::*;

    #[test]
    fn a_saml_provider_needs_its_arn_and_nothing_else() {
        let bare = SamlProviderListEntry::builder();
        assert_eq!(
            convert_saml(&bare.clone().build(), Sources::default()),
            None
        );
        let named = bare.arn("arn:aws:iam::111122223333:saml-provider/idp");
        let read = convert_saml(&named.clone().build(), Sources::default()).expect("an ARN");
        assert_eq!((read.created, read.valid_until), (None, None));
        let whole = named
            .valid_until(DateTime::from_secs(1_700_000_000))
            .build();
        let read = convert_saml(&whole, Sources::default()).expect("an ARN");
        assert!(read.valid_until.is_some());
    }

    #[test]
    fn an_oidc_provider_is_converted_whole_and_bare() {
        let tag = Tag::builder().key("team").value("claims").build();
        let output = GetOpenIdConnectProviderOutput::builder()
            .url("token.actions.githubusercontent.com")
            .client_id_list("sts.amazonaws.com")
            .client_id_list("other")
            .thumbprint_list("6938fd4d98bab03faadb97b34396831e3780aea1")
            .create_date(DateTime::from_secs(1_700_000_000))
            .tags(tag.expect("a tag"))
            .build();
        let whole = convert_oidc(&output);
        assert_eq!(
            whole.url.as_deref(),
            Some("token.actions.githubusercontent.com")
        );
        assert_eq!(whole.client_ids, ["other", "sts.amazonaws.com"]);
        assert_eq!(whole.thumbprints.len(), 1);
        assert!(whole.created.is_some());
        assert_eq!(whole.tags["team"], "claims");
        let bare = GetOpenIdConnectProviderOutput::builder().build();
        assert_eq!(convert_oidc(&bare), OidcSettings::default());
    }

    #[test]
    fn a_certificate_is_named_by_its_arn_where_its_name_is_left_out() {
        let certificate = |arn: &str| {
            let item = ServerCertificateMetadata::builder()
                .arn(arn)
                .path("")
                .server_certificate_name("")
                .server_certificate_id("")
                .expiration(DateTime::from_secs(1_700_000_000))
                .build()
                .expect("all that is required");
            convert_certificate(&item, Sources::default())
        };
        let read = certificate("arn:aws:iam::111122223333:server-certificate/a/portal");
        let read = read.expect("an ARN");
        assert_eq!((&*read.name, read.path), ("portal", None));
        assert!(read.expires.is_some());
        assert_eq!(certificate(""), None);
    }
}
