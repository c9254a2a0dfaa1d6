//! Reads IAM, once for the account.
//!
//! Calls, for N principals and policies, R roles, V virtual MFA devices, C server certificates, S credentials
//! of single services and O OpenID Connect providers: ⌈N/1000⌉ GetAccountAuthorizationDetails, which gives
//! users, groups, roles and policies with their documents; ⌈R/1000⌉ ListRoles for what the details lack;
//! 1 GetAccountSummary, GetAccountPasswordPolicy, ListAccountAliases, ListSAMLProviders,
//! ListOpenIDConnectProviders, ListOrganizationsFeatures, GetOutboundWebIdentityFederationInfo; ⌈V/1000⌉
//! ListVirtualMFADevices, ⌈C/1000⌉ ListServerCertificates, ⌈S/1000⌉ ListServiceSpecificCredentials, O
//! GetOpenIDConnectProvider; 1 GenerateCredentialReport, asked again until the report is made, and 1
//! GetCredentialReport. Where a scan asks for it, for each user and role 1
//! GenerateServiceLastAccessedDetails and 1 GetServiceLastAccessedDetails, asked again until the job is done.
//!
//! The credential report stands for the calls per user: ListAccessKeys, GetAccessKeyLastUsed, GetLoginProfile,
//! ListMFADevices, ListSigningCertificates. It lacks the ids of access keys, and no requirement is about an id:
//! age, use and number of keys are all judged by user and place. GetSAMLProvider is not called either: the list
//! has the expiry, and whether a provider is used is told by the roles that trust it.
//!
//! The SDK makes up what an answer leaves out where AWS's model calls it required: the texts and times it makes
//! up are known by [`said`] and [`moment`], the flags and lists by [`crate::written`].

mod account;
mod credentials;
mod details;
mod federation;
mod last_accessed;
mod report;

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use tripod_model::Observed;
use tripod_model::iam::Iam;

use super::{NOT_SENT, note, source};
use crate::collector::{Collector, Part, Place};
use crate::context::Context;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>, and the same
/// for every list of IAM.
const LARGEST_PAGE: i32 = 1000;

/// How IAM says that what is asked for does not exist.
const NO_SUCH_ENTITY: &[&str] = &["NoSuchEntity"];

pub(crate) static COLLECTOR: Collector = Collector {
    service: "iam",
    place: Place::Global,
    operations: &[
        details::DETAILS,
        details::ROLES,
        account::SUMMARY,
        account::ALIASES,
        account::PASSWORD_POLICY,
        account::ORGANIZATION_FEATURES,
        credentials::GENERATE_REPORT,
        credentials::REPORT,
        credentials::VIRTUAL_DEVICES,
        credentials::SERVICE_CREDENTIALS,
        federation::SAML_PROVIDERS,
        federation::OIDC_PROVIDERS,
        federation::OIDC_PROVIDER,
        federation::SERVER_CERTIFICATES,
        federation::OUTBOUND,
        last_accessed::GENERATE,
        last_accessed::DETAILS,
    ],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.iam();
    let (
        (authorization, last_accessed),
        account,
        (credential_report, virtual_mfa_devices, service_credentials),
        (saml_providers, oidc_providers, server_certificates, outbound_federation),
    ) = futures::join!(
        principals(&context, &client),
        account::read(&client),
        credentials::read(&context, &client),
        federation::read(&client),
    );
    Part::Iam(Box::new(Iam {
        authorization,
        summary: account.summary,
        account_aliases: account.aliases,
        password_policy: account.password_policy,
        credential_report,
        virtual_mfa_devices,
        service_credentials,
        server_certificates,
        saml_providers,
        oidc_providers,
        organization_features: account.organization_features,
        outbound_federation,
        last_accessed,
    }))
}

/// Principals, and what they have used where that is wanted.
async fn principals(
    context: &Context,
    client: &aws_sdk_iam::Client,
) -> (
    Observed<tripod_model::iam::Authorization>,
    Observed<Vec<tripod_model::iam::PrincipalAccess>>,
) {
    let authorization = details::read(client).await;
    let used = match &authorization {
        _ if !context.last_accessed => Observed::NotCollected,
        Observed::Known(all) => Observed::Known(last_accessed::read(context, client, all).await),
        unknown => unknown.unknown_as(),
    };
    (authorization, used)
}

/// A text that AWS wrote. The SDK puts an empty one, and for an enumeration its own words, in the place of a
/// required one that is missing.
fn said(text: &str) -> Option<String> {
    (!text.is_empty() && text != NOT_SENT).then(|| text.to_owned())
}

/// A time that AWS wrote. The SDK puts the beginning of 1970 in the place of a required one that is missing.
fn moment(time: &DateTime) -> Option<Timestamp> {
    if time.secs() == 0 {
        return None;
    }
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sdk_makes_up_is_not_taken_for_what_aws_wrote() {
        assert_eq!(said(""), None);
        assert_eq!(said("no value was set"), None);
        assert_eq!(said("Active").as_deref(), Some("Active"));
        assert_eq!(moment(&DateTime::from_secs(0)), None);
        let time = moment(&DateTime::from_secs(1_700_000_000)).expect("a time");
        assert_eq!(time.to_string(), "2023-11-14T22:13:20Z");
        assert_eq!(moment(&DateTime::from_secs(i64::MAX)), None);
    }
}
