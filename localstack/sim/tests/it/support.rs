//! What the tests share: botocore's models, small estates, `prove.py`, and a client of a bare socket.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tripod_sim::{Builder, Sim};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const REGION: &str = "eu-central-1";

pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Python environment that `localstack/setup` makes or finds.
pub(crate) fn environment() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let setup = here().join("../setup");
        let output = Command::new("python3")
            .arg(&setup)
            .stderr(Stdio::inherit())
            .output();
        let output = output.unwrap_or_else(|error| {
            panic!("this test needs Python 3.10 or newer as `python3`: {error}")
        });
        assert!(
            output.status.success(),
            "localstack/setup failed; its message is above"
        );
        PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
    })
}

pub(crate) fn models() -> PathBuf {
    let versions =
        fs::read_dir(environment().join("lib")).expect("an environment with a lib folder");
    let mut data = versions
        .flatten()
        .map(|entry| entry.path().join("site-packages/botocore/data"));
    data.find(|path| path.is_dir())
        .expect("botocore in the environment")
}

pub(crate) fn write(folder: &Path, name: &str, value: &Value) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, value.to_string()).expect("a file");
}

/// An estate of one account with these regions, and nothing in it.
pub(crate) fn bare_estate(regions: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let regions: Value = regions.iter().map(|name| json!({"name": name})).collect();
    let estate = json!({"account": ACCOUNT, "regions": regions});
    write(folder.path(), "estate.json", &estate);
    folder
}

pub(crate) fn builder(estate: &Path) -> Builder {
    Sim::builder().models(models()).estate(estate)
}

pub(crate) fn start(estate: &Path) -> Sim {
    builder(estate)
        .start()
        .unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
}

/// A Python of the environment that the user's own AWS configuration does not reach.
pub(crate) fn python(script: &str) -> Command {
    let mut command = Command::new(environment().join("bin/python"));
    command
        .arg(here().join("tests").join(script))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Runs a script that proves something, and returns what it printed.
pub(crate) fn run(mut command: Command, about: &str) -> String {
    let output = command.output().expect("python of the environment runs");
    let (said, failed) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{about}:\n{said}{failed}");
    said.into_owned()
}

/// Runs prove.py against a sim and returns what it printed.
pub(crate) fn prove(sim: &Sim, estate: &Path, expect: Option<&Value>, sweep: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = python("prove.py");
    command
        .args(["--endpoint", &sim.endpoint()])
        .arg("--estate")
        .arg(estate);
    if let Some(cases) = expect {
        let path = folder.path().join("expect.json");
        fs::write(&path, cases.to_string()).expect("a file of cases");
        command.arg("--expect").arg(path);
    }
    command.arg("--sweep").args(sweep);
    run(command, &estate.display().to_string())
}

/// What a bare socket sends: a start line, headers of its own, a body.
#[derive(Clone, Copy)]
pub(crate) struct Bare<'a> {
    pub(crate) account: &'a str,
    pub(crate) service: &'a str,
    pub(crate) line: &'a str,
    pub(crate) headers: &'a str,
    pub(crate) body: &'a [u8],
}

impl<'a> Bare<'a> {
    pub(crate) fn get(service: &'a str, path: &'a str) -> Self {
        Self {
            account: ACCOUNT,
            service,
            line: path,
            headers: "",
            body: b"",
        }
    }

    /// A call of the query and ec2 protocols.
    pub(crate) fn form(service: &'a str, form: &'a str) -> Self {
        Self {
            line: "POST /",
            headers: "content-type: application/x-www-form-urlencoded\r\n",
            body: form.as_bytes(),
            ..Self::get(service, "")
        }
    }

    /// Opens a connection and sends the request.
    pub(crate) fn open(&self, endpoint: &str) -> TcpStream {
        let mut stream = TcpStream::connect(endpoint.replace("http://", "")).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let head = format!(
            "{} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 Credential={}/20260101/{REGION}/{}/aws4_request, Signature=0\r\n{}content-length: {}\r\n\r\n",
            self.line,
            self.account,
            self.service,
            self.headers,
            self.body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(self.body).expect("sent");
        stream
    }

    /// Sends the request and reads to the end of the connection. A cut one perhaps ends in a reset:
    /// no answer, either way.
    pub(crate) fn send(&self, endpoint: &str) -> String {
        read(self.open(endpoint))
    }

    /// What comes within a third of a second: for a server that does not answer.
    pub(crate) fn send_without_patience(&self, endpoint: &str) -> String {
        let stream = self.open(endpoint);
        let short = Some(Duration::from_millis(300));
        stream.set_read_timeout(short).expect("a timeout");
        read(stream)
    }
}

/// No sound answer takes as long as this, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The text between two marks.
pub(crate) fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(found, _)| found)
}
