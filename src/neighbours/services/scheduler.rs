//! Reads EventBridge Scheduler.
//!
//! Calls, for S schedules, of which E are not disabled: ⌈S/100⌉ ListSchedules, over all groups at once, E
//! GetSchedule. <https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html>

use serde::Deserialize;
use tripod_model::scheduler::{Schedule, ScheduleDetails, Scheduler};
use tripod_model::{Arn, Observed};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "scheduler:ListSchedules";
const GET: &str = "scheduler:GetSchedule";

/// Most schedules on a page.
/// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html>
const LARGEST_PAGE: &str = "100";

static SERVICE: Service = Service {
    name: "scheduler",
    signing: "scheduler",
    host: Host::Regional("scheduler"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "scheduler",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[GET],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let schedules = schedules(&context.client(&SERVICE)).await;
    Part::regional(move |region| region.scheduler = Scheduler { schedules })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    schedules: Option<Vec<ListedSchedule>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedSchedule {
    arn: Option<String>,
    name: Option<String>,
    group_name: Option<String>,
    state: Option<String>,
    target: Option<ListedTarget>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTarget {
    arn: Option<String>,
}

async fn schedules(client: &Client) -> Observed<Vec<Schedule>> {
    let listed = client
        .pages(
            LIST,
            |token| {
                Request::get(&["schedules"])
                    .with("MaxResults", LARGEST_PAGE)
                    .with_some("NextToken", token)
            },
            |answer: Listed, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.schedules.as_deref(), next, |index, item| {
                    let target = item.target.as_ref();
                    let schedule = Schedule {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone())?,
                        state: filled(item.state.clone()),
                        target: target.and_then(|it| filled(it.arn.clone())).map(Arn::new),
                        details: Observed::NotCollected,
                        sources: source(LIST, exchange, format!("/Schedules/{index}")),
                    };
                    Some((schedule, filled(item.group_name.clone())))
                })
            },
        )
        .await;
    let Observed::Known(listed) = listed else {
        return listed.unknown_as();
    };
    let mut schedules = in_parallel(listed, |(schedule, group)| {
        describe(client, schedule, group)
    })
    .await;
    schedules.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(schedules)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    kms_key_arn: Option<String>,
    target: Option<Target>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    role_arn: Option<String>,
    dead_letter_config: Option<DeadLetter>,
    retry_policy: Option<RetryPolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeadLetter {
    arn: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RetryPolicy {
    maximum_retry_attempts: Option<i64>,
    maximum_event_age_in_seconds: Option<i64>,
}

async fn describe(client: &Client, mut schedule: Schedule, group: Option<String>) -> Schedule {
    if schedule.state.as_deref() == Some("DISABLED") {
        return schedule;
    }
    // Without a group the one called `default` is meant.
    let request =
        Request::get(&["schedules", &schedule.name]).with_some("groupName", group.as_deref());
    // A schedule that is not found although listed ran its last time, or was deleted, under the scan.
    let reply = client.ask(GET, &[], request).await;
    note(&mut schedule.sources, GET, reply.exchange.as_ref(), "");
    schedule.details = reply.value.map(convert);
    schedule
}

/// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html>
fn convert(answer: Described) -> ScheduleDetails {
    let (role, dead_letter, retry) = match answer.target {
        Some(target) => (
            target.role_arn,
            target.dead_letter_config,
            target.retry_policy,
        ),
        None => (None, None, None),
    };
    let retry = retry.as_ref();
    ScheduleDetails {
        role: filled(role).map(Arn::new),
        kms_key: filled(answer.kms_key_arn).map(Arn::new),
        dead_letter_target: dead_letter.and_then(|it| filled(it.arn)).map(Arn::new),
        maximum_retry_attempts: retry.and_then(|retry| retry.maximum_retry_attempts),
        maximum_event_age_seconds: retry.and_then(|retry| retry.maximum_event_age_in_seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(schedules: &[&str], next: &str) -> String {
        format!(
            r#"{{"Schedules":[{}],"NextToken":{next}}}"#,
            schedules.join(",")
        )
    }

    fn schedule(name: &str) -> String {
        format!(
            r#"{{"Arn":"arn:aws:scheduler:r:1:schedule/billing/{name}","Name":"{name}","GroupName":"billing"}}"#
        )
    }

    fn script() -> Script {
        Script::new()
            .on(LIST, &page(&[&schedule("monthly")], "null"))
            .on(GET, "{}")
    }

    fn read(script: &Script) -> Observed<Vec<Schedule>> {
        script.read(&NEIGHBOUR).scheduler.schedules
    }

    #[test]
    fn a_schedule_is_read_with_its_target_and_its_role() {
        let listed = r#"{"Arn":"arn:s","Name":"s","GroupName":"billing","State":"ENABLED","Target":{"Arn":"arn:function"},"CreationDate":1.7E9}"#;
        let script = script().on(LIST, &page(&[listed], "null")).on(
            GET,
            r#"{"KmsKeyArn":"arn:key","Target":{"Arn":"arn:function","RoleArn":"arn:role","Input":"{}","DeadLetterConfig":{"Arn":"arn:dead"},"RetryPolicy":{"MaximumRetryAttempts":0,"MaximumEventAgeInSeconds":60}}}"#,
        );
        let schedules = read(&script);
        let schedule = &schedules.items()[0];
        assert_eq!(schedule.state.as_deref(), Some("ENABLED"));
        assert_eq!(schedule.target, Some(Arn::new("arn:function")));
        assert_eq!(
            schedule.details,
            Observed::Known(ScheduleDetails {
                role: Some(Arn::new("arn:role")),
                kms_key: Some(Arn::new("arn:key")),
                dead_letter_target: Some(Arn::new("arn:dead")),
                maximum_retry_attempts: Some(0),
                maximum_event_age_seconds: Some(60),
            })
        );
        let request = &script.asked()[1].request;
        assert_eq!(request.path, "/schedules/s");
        assert_eq!(request.query, "groupName=billing");
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let schedules = read(&script());
        let schedule = &schedules.items()[0];
        assert_eq!((&schedule.state, &schedule.target), (&None, &None));
        let bare = ScheduleDetails {
            role: None,
            kms_key: None,
            dead_letter_target: None,
            maximum_retry_attempts: None,
            maximum_event_age_seconds: None,
        };
        assert_eq!(schedule.details, Observed::Known(bare));
        let target = convert(serde_json::from_str(r#"{"Target":{}}"#).expect("an answer"));
        assert_eq!(target.role, None);
    }

    #[test]
    fn a_disabled_schedule_is_listed_and_asked_no_further() {
        let disabled = r#"{"Arn":"arn:s","Name":"s","State":"DISABLED"}"#;
        let script = script().on(LIST, &page(&[disabled], "null"));
        assert_eq!(read(&script).items()[0].details, Observed::NotCollected);
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn an_account_without_schedules_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = script()
            .on(LIST, &page(&[&schedule("c")], r#""2""#))
            .when(LIST, "NextToken=2", &page(&[&schedule("b")], r#""3""#))
            .when(LIST, "NextToken=3", &page(&[&schedule("a")], "null"));
        let schedules = read(&script);
        let names: Vec<&str> = schedules
            .items()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn what_is_refused_or_not_offered_is_not_empty() {
        assert_eq!(
            read(&Script::new().refuse(LIST, denied(LIST))),
            denied(LIST)
        );
        let lacking = Observed::Unsupported {
            operation: LIST.to_owned(),
        };
        let script = Script::new().refuse(LIST, lacking);
        assert!(matches!(read(&script), Observed::Unsupported { .. }));
        let script = self::script().refuse(GET, denied(GET));
        assert_eq!(read(&script).items()[0].details, denied(GET));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let script = Script::new().on(LIST, "{}");
        assert!(matches!(read(&script), Observed::Failed { .. }));
        let script = self::script().on(GET, r#"{"Target":"function"}"#);
        let schedules = read(&script);
        assert!(matches!(
            schedules.items()[0].details,
            Observed::Failed { .. }
        ));
    }
}
