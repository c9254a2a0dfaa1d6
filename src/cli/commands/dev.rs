//! `tripod dev`: for maintainers.

use std::fs;
use std::io::BufReader;
use std::path::Path;

use anyhow::Context as _;
use tripod_archive::{Header, RecordingWriter, RunFolder, read_recording};

use super::generate;
use crate::args::DevCommand;
use crate::exit::{Exit, Failure};

/// Where the demo lies in the source tree.
const DEMO: &str = "src/cli/demo/clinic.ndjson.gz";

/// What the demo's report names as its endpoint.
const DEMO_ENDPOINT: &str = "a recording of the synthetic estate 'clinic'";

pub(super) fn run(command: DevCommand) -> anyhow::Result<Exit> {
    match command {
        DevCommand::Generate { write, check } => generate::run(write, check),
        DevCommand::Demo { run } => refresh_demo(&run),
    }
}

/// Sorts the exchanges of a run, so that the same estate gives the same file up to times and
/// fingerprints, and writes them as the demo.
fn refresh_demo(run: &Path) -> anyhow::Result<Exit> {
    let path = RunFolder::at(run).recording();
    let file = fs::File::open(&path)
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display())))?;
    let mut recording = read_recording(BufReader::new(file))
        .map_err(|error| Failure::usage(format!("{} {error}", path.display())))?;
    recording
        .exchanges
        .sort_by(|a, b| (&a.operation, &a.region, &a.id).cmp(&(&b.operation, &b.region, &b.id)));
    let header = Header {
        endpoint: Some(DEMO_ENDPOINT.to_owned()),
        ..recording.header
    };
    let mut writer = RecordingWriter::begin(Vec::new(), &header)?;
    for exchange in &recording.exchanges {
        writer.add(exchange)?;
    }
    fs::write(DEMO, writer.finish()?).context("run this in the root of the source tree")?;
    anstream::eprintln!("{DEMO}: {} exchanges", recording.exchanges.len());
    Ok(Exit::Done)
}
