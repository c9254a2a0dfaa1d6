//! `tripod-sim` as a program.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tripod_sim::FAULT_KINDS;

use crate::support::{Bare, REGION, bare_estate, models};

const LIST: &str = "GET /2015-03-31/functions/";

fn program(estate: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tripod-sim"));
    command
        .arg("--models")
        .arg(models())
        .arg("--estate")
        .arg(estate)
        .args(options);
    command
}

/// A running program, ended when dropped.
struct Running {
    child: Child,
    endpoint: String,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut endpoint = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut endpoint)
            .expect("a line");
        Self {
            child,
            endpoint: endpoint.trim().to_owned(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn failed(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_names_every_kind_of_fault() {
    let output = Command::new(env!("CARGO_BIN_EXE_tripod-sim"))
        .arg("--help")
        .output()
        .expect("the program runs");
    let help = String::from_utf8_lossy(&output.stdout);
    assert!(help.contains("--fault NAME[@REGION]=KIND"), "{help}");
    assert!(help.contains(FAULT_KINDS), "{help}");
}

#[test]
fn faults_come_from_the_command_line() {
    let folder = bare_estate(&[REGION]);
    let options = [
        "--fault",
        "lambda:ListFunctions@us-east-1=cut",
        "--fault",
        "lambda:ListFunctions=first:1:status:503",
        "--throttle",
        "lambda:ListFunctions",
    ];
    let sim = Running::start(program(folder.path(), &options));
    let status = || {
        let answer = Bare::get("lambda", LIST).send(&sim.endpoint);
        answer.get(9..12).map(str::to_owned)
    };
    let met: Vec<_> = (0..3).filter_map(|_| status()).collect();
    assert_eq!(met, ["503", "429", "200"]);
}

#[test]
fn quotas_and_speed_come_from_the_command_line() {
    let folder = bare_estate(&[REGION]);
    let met = |options: &[&str]| {
        let sim = Running::start(program(folder.path(), options));
        let get = Bare::get("lambda", "GET /2015-03-31/functions/f/policy");
        let answers = (0..100).map(|_| get.send(&sim.endpoint));
        let throttled = answers.filter(|answer| answer.starts_with("HTTP/1.1 429"));
        throttled.count()
    };
    assert_eq!(met(&[]), 0);
    assert!(met(&["--quotas"]) > 0);
    // At fifteen million a second nobody is throttled.
    assert_eq!(met(&["--speed", "1000000", "--quotas"]), 0);
}

#[test]
fn an_estate_is_made_up_on_the_command_line() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tripod-sim"));
    command.arg("--models").arg(models());
    command.args(["--generate", "regions=2,functions=3", "--seed", "7"]);
    let sim = Running::start(command);
    let answer = Bare::get("lambda", LIST).send(&sim.endpoint);
    // Three in two regions: two in the first, one in the second.
    assert_eq!(answer.matches("\"FunctionArn\"").count(), 1, "{answer}");
}

#[test]
fn wrong_options_are_refused_by_name() {
    let folder = bare_estate(&[REGION]);
    for (options, named) in [
        (
            &["--fault", "lambda:ListFunctions"][..],
            "lambda:ListFunctions",
        ),
        (&["--fault", "lambda:ListFunctions=odd"], "odd"),
        (&["--fault", "lambda:Nonsense=cut"], "lambda:Nonsense"),
        (&["--seed", "many"], "many"),
        (&["--speed", "0"], "not 0"),
        (&["--generate", "machines=1"], "machines=1"),
        (&["--latency", "soon"], "soon"),
        (&["--latency", "1,-2"], "-2"),
        (&["--nonsense", "1"], "--nonsense"),
        (&["--seed"], "--seed"),
    ] {
        let output = program(folder.path(), options)
            .output()
            .expect("the program runs");
        let said = failed(&output);
        assert!(said.contains(named), "{options:?}: {said}");
    }
}
