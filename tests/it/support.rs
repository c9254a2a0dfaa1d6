//! What the tests share: the program, the sim, reports, expectations.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use serde_json::Value;
use tripod_sim::{Builder, Sim};

/// The account of the estate `clinic`.
pub(crate) const CLINIC_ACCOUNT: &str = "111122223333";

/// A file of the source tree.
pub(crate) fn repo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A script of `localstack/`; fails the test plainly when it does.
pub(crate) fn script(name: &str, args: &[&str]) -> String {
    let output = Command::new(repo("localstack").join(name))
        .args(args)
        .output()
        .unwrap_or_else(|error| {
            panic!("localstack/{name} cannot run; is Python 3 installed? {error}")
        });
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "localstack/{name} failed: {error}");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim()
        .to_owned()
}

/// Botocore's service models, in the environment that `localstack/setup` makes.
pub(crate) fn models() -> &'static Path {
    static MODELS: OnceLock<PathBuf> = OnceLock::new();
    MODELS.get_or_init(|| {
        let lib = Path::new(&script("setup", &[])).join("lib");
        std::fs::read_dir(&lib)
            .expect("the environment has a lib folder")
            .filter_map(Result::ok)
            .map(|entry| entry.path().join("site-packages/botocore/data"))
            .find(|path| path.is_dir())
            .expect("the environment holds botocore")
    })
}

/// A sim of an estate of `localstack/estates`, not started yet.
pub(crate) fn sim(estate: &str) -> Builder {
    Sim::builder()
        .models(models())
        .estate(repo("localstack/estates").join(estate))
}

/// The program with nothing of the tester's own AWS configuration.
pub(crate) fn tripod(home: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tripod"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("AWS_") || name.starts_with("TRIPOD_") || name == "RUST_LOG" {
            command.env_remove(name.as_ref());
        }
    }
    command
        .env("HOME", home)
        .env_remove("XDG_DATA_HOME")
        .env("NO_COLOR", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Operations of services that the pinned models do not have, so that neither sim nor emulators serve them:
/// a scan asks for the lists and hears that they are unsupported, and the rest never comes up.
pub(crate) const UNSERVED: [&str; 5] = [
    "lambda-core:ListRuntimes",
    "lambda-web:GetResourcePolicy",
    "lambda-web:GetWebFunctionRevision",
    "lambda-web:ListWebFunctionEndpoints",
    "lambda-web:ListWebFunctions",
];

/// The program with credentials for an emulator: a twelve-digit key id names the account.
pub(crate) fn tripod_as(home: &Path, account: &str) -> Command {
    let mut command = tripod(home);
    command
        .env("AWS_ACCESS_KEY_ID", account)
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("AWS_REGION", "eu-central-1");
    command
}

/// Scans an endpoint and gives the JSON report; the run is kept in `home`.
pub(crate) fn scan(home: &Path, endpoint: &str, account: &str, more: &[&str]) -> Value {
    let output = tripod_as(home, account)
        .args([
            "scan",
            "--endpoint-url",
            endpoint,
            "--format",
            "json",
            "--min-coverage",
            "0",
            "--quota-share",
            "1",
        ])
        .args(more)
        .output()
        .expect("the program runs");
    json(&output)
}

/// The JSON on standard output of a program that ended well enough to report.
pub(crate) fn json(output: &Output) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|wrong| {
        panic!("no JSON on standard output ({wrong}); standard error: {error}")
    })
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The folder of the one run kept in `home`.
pub(crate) fn only_run(home: &Path) -> PathBuf {
    let runs: Vec<PathBuf> = std::fs::read_dir(home.join(".local/share/tripod"))
        .expect("a run is kept")
        .map(|entry| entry.expect("readable").path())
        .collect();
    assert_eq!(runs.len(), 1, "one run: {runs:?}");
    runs[0].clone()
}

/// An outcome's key: check and resource.
pub(crate) type Key = (String, String);

/// Outcomes of a report, by check and resource.
pub(crate) fn outcomes(report: &Value) -> BTreeMap<Key, String> {
    findings(report)
        .into_iter()
        .map(|(key, finding)| (key, text(&finding["outcome"])))
        .collect()
}

/// Findings of a report, by check and resource.
pub(crate) fn findings(report: &Value) -> BTreeMap<Key, Value> {
    let list = report["findings"].as_array().expect("findings");
    let map: BTreeMap<Key, Value> = list
        .iter()
        .map(|finding| {
            let key = (text(&finding["check"]), text(&finding["resource"]["arn"]));
            (key, finding.clone())
        })
        .collect();
    assert_eq!(
        map.len(),
        list.len(),
        "one outcome for each check and resource"
    );
    map
}

/// What an estate expects, by check and resource.
pub(crate) fn expected(estate: &str) -> BTreeMap<Key, String> {
    let document = read_json(
        &repo("localstack/estates")
            .join(estate)
            .join("expected.json"),
    );
    document["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|entry| {
            let key = (text(&entry["check"]), text(&entry["resource"]));
            (key, text(&entry["outcome"]))
        })
        .collect()
}

/// A JSON file.
pub(crate) fn read_json(path: &Path) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JSON string.
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text, not {value}"))
        .to_owned()
}

/// Fails with every difference between what was expected and what was said.
pub(crate) fn assert_outcomes(expected: &BTreeMap<Key, String>, report: &Value) {
    let said = findings(report);
    let mut differences = Vec::new();
    for (key, outcome) in expected {
        let (got, message) = match said.get(key) {
            Some(finding) => (finding["outcome"].as_str(), finding["message"].as_str()),
            None => (None, None),
        };
        if got != Some(outcome.as_str()) {
            differences.push(format!(
                "{key:?}: expected {outcome}, got {got:?}: {message:?}"
            ));
        }
    }
    for (key, finding) in &said {
        if !expected.contains_key(key) {
            differences.push(format!(
                "{key:?}: expected nothing, got {}",
                finding["outcome"]
            ));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Runs all tasks, a number of them side by side, and gives their complaints.
pub(crate) fn complaints<T: Sync>(
    side_by_side: usize,
    tasks: &[T],
    task: impl Fn(&T) -> Vec<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..side_by_side {
            threads.spawn(|| {
                while let Some(one) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let said = task(one);
                    all.lock().expect("no thread panicked").extend(said);
                }
            });
        }
    });
    all.into_inner().expect("no thread panicked")
}
