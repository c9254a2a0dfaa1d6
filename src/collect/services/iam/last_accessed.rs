//! What users and roles have used: a job of AWS's for each of them, so only where a scan asks for it.

use aws_sdk_iam::Client;
use aws_sdk_iam::operation::get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput as Output;
use aws_sdk_iam::types::{AccessAdvisorUsageGranularityType, JobStatusType, ServiceLastAccessed};
use tripod_model::iam::{ActionAccess, Authorization, PrincipalAccess, ServiceAccess};
use tripod_model::{Arn, ExchangeId, Observed, Sources};

use super::{LARGEST_PAGE, moment, note, said};
use crate::context::{Context, in_parallel};
use crate::reply::{Page, ask, failed, pages_written};
use crate::written::Written;

pub(super) const GENERATE: &str = "iam:GenerateServiceLastAccessedDetails";
pub(super) const DETAILS: &str = "iam:GetServiceLastAccessedDetails";

/// A job that AWS was told to do for a principal.
struct Job {
    principal: Arn,
    id: Observed<String>,
    sources: Sources,
}

/// Of every user and role. First all jobs are begun and then all are asked for, so that most are done by then.
pub(super) async fn read(
    context: &Context,
    client: &Client,
    all: &Authorization,
) -> Vec<PrincipalAccess> {
    let principals = all.users.iter().chain(&all.roles);
    let mut arns: Vec<Arn> = principals.map(|own| own.arn.clone()).collect();
    arns.sort();
    let jobs = in_parallel(arns, |arn| begin(client, arn)).await;
    in_parallel(jobs, |job| finish(context, client, job)).await
}

async fn begin(client: &Client, principal: Arn) -> Job {
    let call = client
        .generate_service_last_accessed_details()
        .arn(principal.as_str())
        // Services, and of some of them single actions.
        .granularity(AccessAdvisorUsageGranularityType::ActionLevel)
        .send();
    let reply = ask(GENERATE, &[], call).await;
    let mut sources = Sources::default();
    note(&mut sources, GENERATE, reply.exchange.as_ref(), "/JobId");
    let id = match reply.value {
        Observed::Known(output) => output.job_id().and_then(said).map_or_else(
            || failed(GENERATE, "the answer holds no id of a job"),
            Observed::Known,
        ),
        unknown => unknown.unknown_as(),
    };
    Job {
        principal,
        id,
        sources,
    }
}

async fn finish(context: &Context, client: &Client, job: Job) -> PrincipalAccess {
    let mut sources = job.sources;
    let services = match &job.id {
        Observed::Known(id) => services(context, client, id, &mut sources).await,
        unknown => unknown.unknown_as(),
    };
    PrincipalAccess {
        arn: job.principal,
        services,
        sources,
    }
}

async fn services(
    context: &Context,
    client: &Client,
    job: &str,
    sources: &mut Sources,
) -> Observed<Vec<ServiceAccess>> {
    let call = |token: Option<String>| {
        Box::pin(context.until_done(
            move || {
                client
                    .get_service_last_accessed_details()
                    .job_id(job)
                    .max_items(LARGEST_PAGE)
                    .set_marker(token.clone())
                    .send()
            },
            is_done,
        ))
    };
    let mut trouble = None;
    let split = |output: Output, written: &Written, exchange: Option<&ExchangeId>| {
        note(sources, DETAILS, exchange, "/ServicesLastAccessed");
        trouble = trouble.take().or_else(|| unfinished(&output));
        let list = written.list("ServicesLastAccessed", output.services_last_accessed());
        let next = output.marker().filter(|_| output.is_truncated());
        Page::of(list, next, |_, item| convert(item))
    };
    let listed = pages_written(DETAILS, call, split).await;
    if let Some(trouble) = trouble {
        return failed(DETAILS, &trouble);
    }
    listed.map(|mut services| {
        services.sort_by(|a, b| a.namespace.cmp(&b.namespace));
        services
    })
}

fn is_done(output: &Output) -> bool {
    *output.job_status() != JobStatusType::InProgress
}

/// Why a job has no result; none for one that has.
fn unfinished(output: &Output) -> Option<String> {
    match output.job_status() {
        JobStatusType::Completed => None,
        JobStatusType::InProgress => {
            Some("AWS was still at work after a minute; scan again later".to_owned())
        }
        JobStatusType::Failed => Some(output.error().map_or_else(
            || "AWS's job failed".to_owned(),
            |error| format!("AWS's job failed: {}: {}", error.code(), error.message()),
        )),
        other => Some(format!(
            "AWS's job is in a state that is not known: {other}"
        )),
    }
}

/// The use of a service; none for one without a namespace, or with an action without a name.
fn convert(item: &ServiceLastAccessed) -> Option<ServiceAccess> {
    let tracked = item.tracked_actions_last_accessed().iter();
    let actions: Option<Vec<ActionAccess>> = tracked
        .map(|action| {
            Some(ActionAccess {
                name: action.action_name().and_then(said)?,
                last: action.last_accessed_time().and_then(moment),
            })
        })
        .collect();
    let mut actions = actions?;
    actions.sort_by(|a, b| a.name.cmp(&b.name));
    Some(ServiceAccess {
        namespace: said(item.service_namespace())?,
        last: item.last_authenticated().and_then(moment),
        region: item.last_authenticated_region().and_then(said),
        actions,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::{ErrorDetails, TrackedActionLastAccessed};
    use aws_smithy_types::DateTime;

    use super::*;

    fn output(status: JobStatusType, error: Option<ErrorDetails>) -> Output {
        Output::builder()
            .job_status(status)
            .job_creation_date(DateTime::from_secs(1))
            .job_completion_date(DateTime::from_secs(2))
            .set_services_last_accessed(Some(Vec::new()))
            .set_error(error)
            .build()
            .expect("all that is required")
    }

    #[test]
    fn a_job_that_is_not_completed_has_no_result() {
        assert_eq!(unfinished(&output(JobStatusType::Completed, None)), None);
        let waiting = output(JobStatusType::InProgress, None);
        assert!(!is_done(&waiting));
        assert!(unfinished(&waiting).is_some_and(|why| why.contains("after a minute")));
        let error = ErrorDetails::builder().code("Broken").message("try again");
        let broken = output(JobStatusType::Failed, error.build().ok());
        assert!(is_done(&broken));
        let why = unfinished(&broken).expect("it failed");
        assert_eq!(why, "AWS's job failed: Broken: try again");
        let strange = output("no value was set".into(), None);
        assert!(is_done(&strange));
        assert!(unfinished(&strange).is_some());
    }

    #[test]
    fn the_use_of_a_service_is_converted_whole_and_bare() {
        let action = TrackedActionLastAccessed::builder()
            .action_name("PutObject")
            .last_accessed_time(DateTime::from_secs(1_700_000_000))
            .build();
        let item = ServiceLastAccessed::builder()
            .service_name("Amazon S3")
            .service_namespace("s3")
            .last_authenticated(DateTime::from_secs(1_700_000_000))
            .last_authenticated_region("eu-central-1")
            .tracked_actions_last_accessed(action)
            .build()
            .expect("all that is required");
        let whole = convert(&item).expect("a namespace");
        assert_eq!(whole.namespace, "s3");
        assert!(whole.last.is_some());
        assert_eq!(whole.region.as_deref(), Some("eu-central-1"));
        assert_eq!(whole.actions[0].name, "PutObject");
        let bare = |namespace: &str| {
            let item = ServiceLastAccessed::builder()
                .service_name("")
                .service_namespace(namespace)
                .build();
            convert(&item.expect("all that is required"))
        };
        assert_eq!(bare("sqs").expect("a namespace").last, None);
        assert_eq!(bare(""), None);
        let nameless = TrackedActionLastAccessed::builder().build();
        let item = ServiceLastAccessed::builder()
            .service_name("")
            .service_namespace("s3")
            .tracked_actions_last_accessed(nameless)
            .build();
        let item = item.expect("all that is required");
        assert_eq!(
            convert(&item),
            None,
            "part of the actions is not all of them"
        );
    }
}
