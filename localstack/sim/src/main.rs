//! `tripod-sim`: the sim as a program, for trying a scanner by hand.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use tripod_sim::{Builder, FAULT_KINDS, Fault, Quotas, Sim, Size};

const USAGE: &str = "usage: tripod-sim --models DIR (--estate DIR | --generate SIZE) [OPTION]...

  --models DIR    botocore's data folder: $(localstack/setup)/lib/python3*/site-packages/botocore/data
  --estate DIR    the estate to serve
  --generate NAME=NUMBER[,...]
                  make an estate up instead, of this size
  --port N        the port on 127.0.0.1; without it any free one
  --log FILE      write each request as a line of JSON
  --deny NAME     deny an operation; may be repeated, and either part may be *
  --throttle NAME throttle an operation once; may be repeated
  --fault NAME[@REGION]=KIND[:ARGUMENT]
                  let an operation go wrong, in every region or in one; may be repeated. The first
                  that strikes wins. Example: 'lambda:*=probably:0.1:status:503'
  --seed N        what everything left to chance follows from; without it 0
  --latency MEAN[,JITTER]
                  let every answer wait so many seconds, more or less by the jitter
  --quotas        enforce AWS's published quotas of requests
  --speed FACTOR  let the sim's time run faster: quotas times this, waits divided by it

NAME is service:Operation, with botocore's names. KIND is one of
";

fn main() -> ExitCode {
    match start() {
        Ok(None) => write(&mut io::stdout(), &help()),
        Ok(Some(sim)) => {
            write(&mut io::stdout(), &format!("{}\n", sim.endpoint()));
            loop {
                thread::park();
            }
        }
        Err(error) => {
            write(&mut io::stderr(), &format!("tripod-sim: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    let sizes: Vec<&str> = Size::names().collect();
    let sizes: Vec<String> = sizes.chunks(6).map(|row| row.join(", ")).collect();
    format!(
        "{USAGE}{FAULT_KINDS}\n\nSIZE may name\n  {}\n",
        sizes.join(",\n  ")
    )
}

/// Whoever does not read what we say does not need it.
fn write(out: &mut impl Write, text: &str) -> ExitCode {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    ExitCode::SUCCESS
}

fn start() -> Result<Option<Sim>, String> {
    // Nobody can ask a program for them, and it may run for long.
    let mut builder = Sim::builder().keep_requests(false);
    let mut arguments = env::args().skip(1);
    while let Some(flag) = arguments.next() {
        if flag == "--help" || flag == "-h" {
            return Ok(None);
        }
        if flag == "--quotas" {
            builder = builder.quotas(Quotas::published());
            continue;
        }
        let value = arguments
            .next()
            .ok_or_else(|| format!("{flag} needs a value; --help names the options"))?;
        builder = apply(builder, &flag, &value)?;
    }
    builder.start().map(Some).map_err(|error| chain(&error))
}

fn apply(builder: Builder, flag: &str, value: &str) -> Result<Builder, String> {
    Ok(match flag {
        "--models" => builder.models(value),
        "--estate" => builder.estate(value),
        "--generate" => builder.generated(value.parse().map_err(|error| chain(&error))?),
        "--log" => builder.log(value),
        "--port" => builder.port(number(value, "a port")?),
        "--latency" => {
            let (mean, jitter) = value.split_once(',').unwrap_or((value, "0"));
            builder.latency(seconds(mean)?, seconds(jitter)?)
        }
        "--speed" => builder.speed(number(value, "a number")?),
        "--seed" => builder.seed(number(value, "a whole number")?),
        "--fault" => fault(builder, value)?,
        "--deny" => builder.deny(value),
        "--throttle" => builder.fault(
            value,
            Fault::Throttle {
                first: 1,
                retry_after: None,
            },
        ),
        _ => return Err(format!("unknown option {flag}; --help names the options")),
    })
}

fn number<T: FromStr>(value: &str, what: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("'{value}' is not {what}"))
}

fn seconds(value: &str) -> Result<Duration, String> {
    let seconds = number(value, "a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("'{value}' is not a time to wait"))
}

/// `lambda:GetPolicy@eu-west-1=first:2:cut`.
fn fault(builder: Builder, value: &str) -> Result<Builder, String> {
    let (place, kind) = value
        .split_once('=')
        .ok_or_else(|| format!("'{value}' is no NAME[@REGION]=KIND"))?;
    let fault: Fault = kind.parse().map_err(|error| chain(&error))?;
    Ok(match place.split_once('@') {
        Some((target, region)) => builder.fault_in(region, target, fault),
        None => builder.fault(place, fault),
    })
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
