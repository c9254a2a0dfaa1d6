//! The program `tripod`: arguments, commands, progress, exit codes.
//!
//! The only place that prints, reads the environment and the clock, and knows anyhow.

mod args;
mod commands;
mod demo;
mod exit;
mod output;
mod paths;
mod progress;
mod role;
mod settings;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return exit::of_arguments(&error),
    };
    start_log();
    match commands::run(args.command) {
        Ok(code) => code.into(),
        Err(error) => exit::report(&error).into(),
    }
}

/// Log lines go to standard error, and only when `RUST_LOG` asks for more than errors.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
