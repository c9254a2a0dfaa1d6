//! `tripod doctor`: whether a scan could work, before one is begun.

mod history;
mod page;

use std::env;

use jiff::Timestamp;
use serde::Serialize;
use tripod_collect::{Answer, Diagnosis, DoctorOptions, Reach, Recorder, Session, Trial, diagnose};

use super::{VERSION, scan};
use crate::args::{DoctorArgs, ListFormat};
use crate::exit::Exit;
use crate::output;
use history::LastRun;
use page::Page;

/// Names the shape of the JSON.
const SCHEMA: &str = "tripod.doctor.v1";

/// The answer as data. Fields are added, never renamed.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool,
    well: bool,
    #[serde(flatten)]
    diagnosis: &'a Diagnosis,
    last_run: Option<&'a LastRun>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(super) fn run(args: &DoctorArgs) -> anyhow::Result<Exit> {
    let options = DoctorOptions {
        regions: scan::regions(&args.connection.regions)?,
        quota_share: args.connection.quota_share,
    };
    if let Some(name) = proxy() {
        // Whoever needs the proxy sees next that AWS cannot be reached, and here why.
        let text = format!("{name} is set, and Tripod does not use it: calls go out directly");
        output::remark(false, &text);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let diagnosed = runtime.block_on(look(args, options));
    // The resolver may still be waiting for the name of a region that does not answer.
    runtime.shutdown_background();
    let diagnosis = diagnosed?;
    let last_run = history::last_run(&args.store, &diagnosis.caller.account);
    let text = match args.format {
        ListFormat::Json => {
            serde_json::to_string_pretty(&Document {
                schema: SCHEMA,
                tool: Tool {
                    name: "tripod",
                    version: VERSION,
                },
                well: diagnosis.is_well(),
                diagnosis: &diagnosis,
                last_run: last_run.as_ref(),
            })? + "\n"
        }
        ListFormat::Table => Page {
            diagnosis: &diagnosis,
            last_run: last_run.as_ref(),
            now: Timestamp::now(),
        }
        .render(),
    };
    output::print(&text)?;
    Ok(verdict(&diagnosis))
}

async fn look(args: &DoctorArgs, options: DoctorOptions) -> anyhow::Result<Diagnosis> {
    let endpoint = args.connection.endpoint_url.clone();
    let recorder = Recorder::counting();
    let session: Session = scan::session(&args.connection, false, endpoint, None, recorder).await?;
    Box::pin(diagnose(&session, options))
        .await
        .map_err(|error| scan::failures::of_scan(&error).into())
}

/// The variable that names a proxy for HTTPS, if one does.
fn proxy() -> Option<&'static str> {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .into_iter()
        .find(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The exit code; what is wrong goes to standard error, the cure last.
fn verdict(diagnosis: &Diagnosis) -> Exit {
    if diagnosis.is_well() {
        return Exit::Done;
    }
    for complaint in complaints(diagnosis) {
        anstream::eprintln!("error: {}", tripod_report::plain(&complaint));
    }
    if diagnosis.trials.iter().any(is_denied) {
        anstream::eprintln!(
            "hint: 'tripod policy' prints the policy that a scan needs; where the caller has it, a service \
             control policy or a permissions boundary refuses"
        );
    }
    Exit::NotAssessed
}

fn is_denied(trial: &Trial) -> bool {
    matches!(trial.answer, Answer::Denied { .. })
}

fn complaints(diagnosis: &Diagnosis) -> Vec<String> {
    let of = |wanted: fn(&Trial) -> bool| -> Vec<&str> {
        let trials = diagnosis.trials.iter().filter(|trial| wanted(trial));
        trials.map(|trial| trial.operation).collect()
    };
    let silent: Vec<&str> = diagnosis
        .regions
        .iter()
        .filter(|region| matches!(region.reach, Reach::NoAnswer(_)))
        .map(|region| region.name.as_str())
        .collect();
    let none_in_use = diagnosis
        .regions
        .iter()
        .all(|region| region.reach == Reach::NotOptedIn);
    let mut all: Vec<String> = [
        ("denied", of(is_denied)),
        (
            "failed",
            of(|trial| matches!(trial.answer, Answer::Failed { .. })),
        ),
        (
            "not supported by the endpoint or region",
            of(|trial| trial.answer == Answer::Unsupported),
        ),
        ("no answer from", silent),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(what, names)| format!("{what}: {}", names.join(", ")))
    .collect();
    if none_in_use {
        all.push("the account has not opted in to any of the regions".to_owned());
    }
    all
}
