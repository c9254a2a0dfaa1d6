//! Credentials of root and of users.

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::generate_credential_report::GenerateCredentialReportOutput;
use aws_sdk_iam::operation::get_credential_report::GetCredentialReportOutput;
use aws_sdk_iam::types::{
    ReportFormatType, ReportStateType, ServiceSpecificCredentialMetadata,
    VirtualMfaDevice as SdkDevice,
};
use tripod_model::iam::{CredentialReport, ServiceCredential, VirtualMfaDevice};
use tripod_model::{Arn, Observed, Sources};

use super::{LARGEST_PAGE, moment, report, said, source};
use crate::context::Context;
use crate::reply::{Page, ask, failed, pages, pages_written};
use crate::written::Written;

pub(super) const GENERATE_REPORT: &str = "iam:GenerateCredentialReport";
pub(super) const REPORT: &str = "iam:GetCredentialReport";
pub(super) const VIRTUAL_DEVICES: &str = "iam:ListVirtualMFADevices";
pub(super) const SERVICE_CREDENTIALS: &str = "iam:ListServiceSpecificCredentials";

pub(super) async fn read(
    context: &Context,
    client: &Client,
) -> (
    Observed<CredentialReport>,
    Observed<Vec<VirtualMfaDevice>>,
    Observed<Vec<ServiceCredential>>,
) {
    futures::join!(
        credential_report(context, client),
        virtual_devices(client),
        service_credentials(client),
    )
}

/// The report, made anew where IAM has none of the last four hours.
///
/// Whoever may not have one made may still read one that somebody else had made, and IAM hands out none that
/// is older than that. Where there is none, the reason is why it could not be made.
async fn credential_report(context: &Context, client: &Client) -> Observed<CredentialReport> {
    let begin = || client.generate_credential_report().send();
    let making = Box::pin(context.until_done(begin, is_made));
    let unmade = match ask(GENERATE_REPORT, &[], making).await.value {
        Observed::Known(output) if is_made(&output) => None,
        Observed::Known(_) => Some(failed(
            GENERATE_REPORT,
            "AWS was still making the report after a minute; scan again later",
        )),
        unknown => Some(unknown.unknown_as()),
    };
    let reply = ask(REPORT, &[], client.get_credential_report().send()).await;
    let sources = source(REPORT, reply.exchange.as_ref(), "/Content".to_owned());
    match (reply.value, unmade) {
        (Observed::Known(output), _) => convert_report(&output, sources)
            .map_or_else(|error| failed(REPORT, &error), Observed::Known),
        (_, Some(why)) => why,
        (unknown, None) => unknown.unknown_as(),
    }
}

fn is_made(output: &GenerateCredentialReportOutput) -> bool {
    let state = output.state();
    !matches!(
        state,
        Some(ReportStateType::Started | ReportStateType::Inprogress)
    )
}

fn convert_report(
    output: &GetCredentialReportOutput,
    sources: Sources,
) -> Result<CredentialReport, String> {
    if let Some(format) = output.report_format()
        && *format != ReportFormatType::TextCsv
    {
        return Err(format!("the report is {format} and not text/csv"));
    }
    let content = output.content().ok_or("the answer holds no report")?;
    let text = str::from_utf8(content.as_ref()).map_err(|_| "the report is not text".to_owned())?;
    let mut rows = report::rows(text).map_err(|error| error.to_string())?;
    rows.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(CredentialReport {
        generated: output.generated_time().and_then(moment),
        rows,
        sources,
    })
}

async fn virtual_devices(client: &Client) -> Observed<Vec<VirtualMfaDevice>> {
    let call = |token| {
        client
            .list_virtual_mfa_devices()
            .max_items(LARGEST_PAGE)
            .set_marker(token)
            .send()
    };
    let listed = pages_written(
        VIRTUAL_DEVICES,
        call,
        |output, written: &Written, exchange| {
            let list = written.list("VirtualMFADevices", output.virtual_mfa_devices());
            let next = output.marker().filter(|_| output.is_truncated());
            Page::of(list, next, |index, item| {
                let place = format!("/VirtualMFADevices/member/{index}");
                convert_device(item, source(VIRTUAL_DEVICES, exchange, place))
            })
        },
    );
    listed.await.map(|mut devices| {
        devices.sort_by(|a, b| a.arn.cmp(&b.arn));
        devices
    })
}

fn convert_device(item: &SdkDevice, sources: Sources) -> Option<VirtualMfaDevice> {
    Some(VirtualMfaDevice {
        arn: said(item.serial_number()).map(Arn::new)?,
        user: item.user().and_then(|user| said(user.arn())).map(Arn::new),
        enabled: item.enable_date().and_then(moment),
        sources,
    })
}

async fn service_credentials(client: &Client) -> Observed<Vec<ServiceCredential>> {
    let call = |token| {
        client
            .list_service_specific_credentials()
            .all_users(true)
            .max_items(LARGEST_PAGE)
            .set_marker(token)
            .send()
    };
    let listed = pages(SERVICE_CREDENTIALS, call, |output, exchange| {
        let next = output.marker().filter(|_| output.is_truncated());
        let list = output.service_specific_credentials.as_deref();
        Page::of(list, next, |index, item| {
            let place = format!("/ServiceSpecificCredentials/member/{index}");
            convert_credential(item, source(SERVICE_CREDENTIALS, exchange, place))
        })
    });
    listed.await.map(|mut credentials| {
        credentials.sort_by(|a, b| a.id.cmp(&b.id));
        credentials
    })
}

fn convert_credential(
    item: &ServiceSpecificCredentialMetadata,
    sources: Sources,
) -> Option<ServiceCredential> {
    Some(ServiceCredential {
        id: said(item.service_specific_credential_id())?,
        user: said(item.user_name()),
        service: said(item.service_name()),
        status: said(item.status().as_str()),
        created: moment(item.create_date()),
        expires: item.expiration_date().and_then(moment),
        sources,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::{StatusType, User};
    use aws_smithy_types::{Blob, DateTime};

    use super::*;

    #[test]
    fn a_report_that_is_not_there_or_not_csv_is_a_failure_and_no_empty_report() {
        let convert = |output: GetCredentialReportOutput| {
            convert_report(&output, Sources::default()).expect_err("no report")
        };
        let bare = GetCredentialReportOutput::builder();
        assert!(convert(bare.clone().build()).contains("holds no report"));
        let empty = bare.clone().content(Blob::new("")).build();
        assert!(convert(empty).contains("empty"));
        let bytes = bare.clone().content(Blob::new([0xff, 0xfe])).build();
        assert!(convert(bytes).contains("not text"));
        let json = bare.report_format("application/json".into());
        assert!(convert(json.build()).contains("application/json"));
    }

    #[test]
    fn a_report_is_made_once_iam_says_neither_started_nor_in_progress() {
        let in_state = |state: Option<ReportStateType>| {
            let output = GenerateCredentialReportOutput::builder().set_state(state);
            is_made(&output.build())
        };
        assert!(!in_state(Some(ReportStateType::Started)));
        assert!(!in_state(Some(ReportStateType::Inprogress)));
        assert!(in_state(Some(ReportStateType::Complete)));
        // An answer without a state is not waited for: the report itself tells.
        assert!(in_state(None));
    }

    #[test]
    fn a_device_names_its_user_and_one_without_a_serial_number_is_none() {
        let user = User::builder()
            .arn("arn:aws:iam::111122223333:root")
            .path("/")
            .user_name("root")
            .user_id("111122223333")
            .create_date(DateTime::from_secs(1))
            .build()
            .expect("all that is required");
        let arn = "arn:aws:iam::111122223333:mfa/root-account-mfa-device";
        let device = |serial: &str, user: Option<User>| {
            let item = SdkDevice::builder()
                .serial_number(serial)
                .set_user(user)
                .enable_date(DateTime::from_secs(1_700_000_000))
                .build()
                .expect("a serial number is all that is required");
            convert_device(&item, Sources::default())
        };
        let root = device(arn, Some(user)).expect("a device");
        assert_eq!(root.arn.as_str(), arn);
        assert!(
            root.user
                .is_some_and(|user| user.as_str().ends_with(":root"))
        );
        assert!(root.enabled.is_some());
        assert_eq!(device(arn, None).expect("a device").user, None);
        assert_eq!(device("", None), None);
    }

    #[test]
    fn what_the_sdk_makes_up_in_a_credential_is_left_out() {
        let credential = |user: &str, status: StatusType, secs: i64| {
            let item = ServiceSpecificCredentialMetadata::builder()
                .service_specific_credential_id("ACCAEXAMPLE")
                .user_name(user)
                .service_user_name("")
                .service_name("bedrock.amazonaws.com")
                .status(status)
                .create_date(DateTime::from_secs(secs))
                .build()
                .expect("all that is required");
            convert_credential(&item, Sources::default()).expect("it has an id")
        };
        let whole = credential("ada", StatusType::Active, 1_700_000_000);
        assert_eq!(whole.status.as_deref(), Some("Active"));
        assert_eq!(whole.user.as_deref(), Some("ada"));
        assert!(whole.created.is_some());
        let bare = credential("", "no value was set".into(), 0);
        assert_eq!((bare.user, bare.status, bare.created), (None, None, None));
    }
}
