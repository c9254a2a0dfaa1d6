//! Every fault on every operation: the scan ends, says what it could not see and why, and passes nothing
//! that hangs on the faulted call.
//!
//! The operations are the guard's own list. What a lasting fault has to look like is known without
//! looking: the same snapshot and outcomes as when the operation is denied. A passing fault changes nothing
//! at all. Each fault meets all operations in rounds of whole scans, and each operation meets some of the
//! faults alone; `denied.rs` denies each alone.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tripod_sim::Fault;

use crate::rounds::{self, FIRST, apart, reasons_apart};
use crate::support::{
    CLINIC_ACCOUNT, Key, complaints, findings, json, outcomes, sim, stderr, tripod_as,
};

/// Faults that each operation meets alone. With three, a service of eight operations meets all.
const ALONE: usize = 3;

/// Checks that show what one operation's fault does, at most: those that read the least else.
const CHECKS: usize = 3;

/// The region of the estate in which most is to be seen.
const REGION: &str = "eu-central-1";

/// Longest time for one scan, be it on a machine that does ten things besides. Only a hang takes it.
const BOUND: Duration = Duration::from_mins(3);

/// Scans of a few collectors under way at once. Most of their time they wait.
const SIDE_BY_SIDE: usize = 24;

/// Scans of everything under way at once. Each has work for two processors, and two seconds to answer in.
const WHOLE_SIDE_BY_SIDE: usize = 6;

/// Lists whose pages a scan does not follow, because it names what it wants: the answer is whole.
const NAMED: [&str; 3] = [
    "cloudtrail:ListTags",
    "ecr:DescribeImages",
    "ecr:DescribeRepositories",
];

/// Lists of services that AWS has not in every region. Where the endpoint lacks one, there is nothing to
/// list: the outcomes are neither the whole ones nor those of a denial, and the tests beside the
/// projection of addresses hold them.
const NOT_EVERYWHERE: [&str; 1] = ["lambda-core:ListNetworkConnectors"];

/// The tests here take turns: on a machine that is too busy, an answer is late that no fault met.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a fault does to the outcomes.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    /// The operation is as good as denied.
    Lost,
    /// As good as denied. Only operations with pages can have it; the sim knows which.
    LostPages,
    /// Nothing: it is tried again.
    None,
    /// The scan ends early.
    Stops,
}

/// A fault by name, what it does, and what a person is told of the cause: one of these words.
fn faults() -> Vec<Case> {
    let kind = |text: &str| text.parse::<Fault>().expect("a fault of the sim");
    let table: [(&'static str, Effect, &'static [&'static str]); 24] = [
        (
            "throttle",
            Effect::Lost,
            &[
                "throttled",
                "Throttling",
                "TooManyRequests",
                "RequestLimitExceeded",
            ],
        ),
        ("status:500", Effect::Lost, &["500"]),
        ("status:503", Effect::Lost, &["503"]),
        (
            "cut",
            Effect::Lost,
            &["connection closed", "connection reset"],
        ),
        (
            "truncate",
            Effect::Lost,
            &["end of file before message length reached"],
        ),
        ("hang", Effect::Lost, &["no whole answer came within"]),
        ("slow", Effect::Lost, &["no whole answer came within"]),
        ("garbage", Effect::Lost, &["neither JSON nor XML"]),
        ("empty", Effect::Lost, &["the answer is empty"]),
        ("html", Effect::Lost, &["a web page"]),
        // CloudFront's word for it, as S3's, is the other one.
        (
            "unsupported",
            Effect::Lost,
            &["unsupported", "MethodNotAllowed"],
        ),
        (
            "error:InternalFailure:500",
            Effect::Lost,
            &["InternalFailure"],
        ),
        ("same-token", Effect::LostPages, &["page token twice"]),
        (
            "new-tokens",
            Effect::LostPages,
            &["same page twice", "nothing but empty pages"],
        ),
        ("expired", Effect::Stops, &[]),
        ("throttle:2", Effect::None, &[]),
        ("first:1:cut", Effect::None, &[]),
        ("first:1:hang", Effect::None, &[]),
        ("first:2:status:503", Effect::None, &[]),
        ("first:1:html", Effect::None, &[]),
        ("late:0.2", Effect::None, &[]),
        ("skewed:20", Effect::None, &[]),
        ("skewed:-20", Effect::None, &[]),
        ("wrong-type", Effect::None, &[]),
    ];
    table
        .into_iter()
        .map(|(name, effect, words)| (name, kind(name), effect, words))
        .collect()
}

/// Whether the sim has such a fault for the operation: only lists can be endless.
fn fits(operation: &str, fault: &Fault) -> bool {
    let started = sim("clinic").fault(operation, fault.clone()).start();
    started.is_ok()
}

/// The checks that read the operation, and of these the ones that read the fewest others.
fn checks(operation: &str) -> Vec<&'static str> {
    let all = tripod_checks::ALL.iter();
    let mut readers: Vec<_> = all
        .filter(|check| FIRST.contains(&operation) || check.needs.contains(&operation))
        .collect();
    readers.sort_by_key(|check| (check.needs.len(), check.id));
    readers.iter().take(CHECKS).map(|check| check.id).collect()
}

/// Scans the estate with a fault in it. On a busy machine the first questions, which no fault meets, may
/// get no answer in the second that they have: that says nothing, and is tried again.
fn scan_with(operation: &str, fault: &Fault) -> Output {
    let met = FIRST.contains(&operation);
    let unlucky =
        |output: &Output| !met && output.stdout.is_empty() && stderr(output).contains("reached");
    let mut tries = (0..5).map(|_| scan_once(operation, fault));
    tries
        .find(|output| !unlucky(output))
        .expect("the endpoint can be reached")
}

/// Seconds to wait for an answer: the less the sooner a scan with silence in it ends, and the more the
/// less a busy machine is taken for silence.
fn timeout(fault: &Fault) -> &'static str {
    match fault {
        Fault::Hang | Fault::Slow => "1",
        _ => "2",
    }
}

/// Fails when the scan does not end.
fn scan_once(operation: &str, fault: &Fault) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let sim = sim("clinic")
        .fault(operation, fault.clone())
        .start()
        .expect("the sim starts");
    let begin = Instant::now();
    let output = tripod_as(home.path(), CLINIC_ACCOUNT)
        .args(["scan", "--endpoint-url", &sim.endpoint(), "--no-save"])
        .args(["--format", "json", "--region", REGION, "--quiet"])
        .args([
            "--timeout",
            timeout(fault),
            "--quota-share",
            "1",
            "--quota-speed",
            "50",
        ])
        .args(["--min-coverage", "0"])
        .args(checks(operation).iter().flat_map(|id| ["--check", id]))
        .output()
        .expect("the program runs");
    let time = begin.elapsed();
    assert!(time < BOUND, "{fault:?} on {operation} took {time:?}");
    output
}

/// Operations that a scan can go on without, and that a check reads.
fn operations() -> Vec<&'static str> {
    let unread = rounds::unread();
    let all = rounds::operations().into_iter();
    all.filter(|operation| !unread.contains(operation))
        .collect()
}

type Case = (&'static str, Fault, Effect, &'static [&'static str]);

/// Each of the operations with the faults that it meets alone: in turn, and those of pages wherever there
/// are pages.
fn tasks<'a>(operations: &[&'static str], faults: &'a [Case]) -> Vec<(&'static str, &'a Case)> {
    let (pages, all): (Vec<&Case>, Vec<&Case>) =
        faults.iter().partition(|case| case.2 == Effect::LostPages);
    let mut turns = all.iter().cycle();
    let mut tasks = Vec::new();
    for operation in operations {
        let own = turns.by_ref().take(ALONE).copied();
        let pages = pages.iter().filter(|case| fits(operation, &case.1));
        let own =
            own.filter(|case| !NOT_EVERYWHERE.contains(operation) || case.1 != Fault::Unsupported);
        tasks.extend(own.chain(pages.copied()).map(|case| (*operation, case)));
    }
    tasks
}

/// Each of the operations with each fault that it can have.
fn all_tasks<'a>(operations: &[&'static str], faults: &'a [Case]) -> Vec<(&'static str, &'a Case)> {
    let all = operations
        .iter()
        .flat_map(|operation| faults.iter().map(|case| (*operation, case)));
    all.filter(|(operation, case)| case.2 != Effect::LostPages || fits(operation, &case.1))
        .collect()
}

/// The outcomes when each operation in turn has the fault.
fn outcomes_with(fault: &Fault) -> BTreeMap<&'static str, BTreeMap<Key, String>> {
    let all = Mutex::new(BTreeMap::new());
    complaints(SIDE_BY_SIDE, &operations(), |operation| {
        let report = json(&scan_with(operation, fault));
        let mut all = all.lock().expect("no thread panicked");
        all.insert(*operation, outcomes(&report));
        vec![]
    });
    all.into_inner().expect("no thread panicked")
}

#[test]
fn each_operation_that_fails_alone_is_survived_and_told() {
    let _turn = turn();
    // Being late is no fault: this is the whole.
    let whole = outcomes_with(&Fault::Late(Duration::ZERO));
    let denied = outcomes_with(&Fault::Deny);
    let faults = faults();
    let tasks = tasks(&operations(), &faults);
    let endless = tasks
        .iter()
        .filter(|(_, fault)| fault.2 == Effect::LostPages);
    let endless = endless.count();
    assert!(endless >= 30, "{endless} endless lists are met");
    let complaints = complaints(SIDE_BY_SIDE, &tasks, |(operation, case)| {
        let (name, fault, effect, words) = case;
        let output = scan_with(operation, fault);
        let told = Told {
            whole: &whole[operation],
            denied: &denied[operation],
            operations: &BTreeSet::from([*operation]),
            words,
        };
        let said = told.complaint(&output, *effect);
        said.into_iter()
            .map(|said| format!("{name} on {operation}: {said}"))
            .collect()
    });
    assert!(
        complaints.is_empty(),
        "{} of {}:\n{}",
        complaints.len(),
        tasks.len(),
        complaints.join("\n")
    );
}

/// A lasting fault leaves the snapshot and the outcomes that a denial leaves, and each finding that is lost
/// names an operation and the cause. A passing one changes nothing.
#[test]
fn every_fault_on_every_operation_is_survived_and_told() {
    let _turn = turn();
    let whole = rounds::scan_with(&BTreeSet::new(), &Fault::Deny);
    let outcomes_of_whole = outcomes(&whole.report);
    let whole = reasons_apart(&whole.accounts);
    let denied = Denied::default();
    let faults = faults();
    let complaints = complaints(
        WHOLE_SIDE_BY_SIDE,
        &faults,
        |(name, fault, effect, words)| {
            let mut left = rounds::operations();
            match effect {
                Effect::Stops => return vec![],
                Effect::LostPages => {
                    left.retain(|operation| !NAMED.contains(operation) && fits(operation, fault));
                }
                Effect::None | Effect::Lost => {}
            }
            let mut said = Vec::new();
            rounds::in_rounds(left, fault, |seen, faulty| {
                let (snapshot, judged) = match effect {
                    Effect::None => (whole.clone(), outcomes_of_whole.clone()),
                    _ => denied.seen(faulty),
                };
                let told = Told {
                    whole: &outcomes_of_whole,
                    denied: &judged,
                    operations: faulty,
                    words,
                };
                said.extend(apart(&snapshot, &reasons_apart(&seen.accounts)));
                said.extend(told.other_outcomes(&seen.report, *effect));
                said.extend(told.unnamed(&seen.report));
            });
            said.into_iter()
                .map(|said| format!("{name}: {said}"))
                .collect()
        },
    );
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The snapshots and outcomes of scans in which operations were denied.
#[derive(Default)]
struct Denied(Mutex<BTreeMap<BTreeSet<&'static str>, Judged>>);

/// A snapshot without the reasons, and the outcomes on it.
type Judged = (Value, BTreeMap<Key, String>);

impl Denied {
    fn seen(&self, operations: &BTreeSet<&'static str>) -> Judged {
        let known = || self.0.lock().expect("no thread panicked");
        let before = known().get(operations).cloned();
        before.unwrap_or_else(|| {
            let seen = rounds::scan_with(operations, &Fault::Deny);
            let judged = (reasons_apart(&seen.accounts), outcomes(&seen.report));
            known().insert(operations.clone(), judged.clone());
            judged
        })
    }
}

/// What there is to compare a faulty scan with.
struct Told<'a> {
    whole: &'a BTreeMap<Key, String>,
    denied: &'a BTreeMap<Key, String>,
    operations: &'a BTreeSet<&'static str>,
    words: &'a [&'a str],
}

impl Told<'_> {
    /// What is wrong with a faulty scan, if something is.
    fn complaint(&self, output: &Output, effect: Effect) -> Option<String> {
        let report = json(output);
        let code = output.status.code();
        if effect == Effect::Stops && self.asked(&report) {
            return self.complaint_of_stop(&report, code);
        }
        // A region of which not even the one list was read was not reached.
        let unreached = report["run"]["accounts"][0]["regions"][0]["status"] != "scanned";
        if code != Some(if unreached { 3 } else { 0 }) {
            return Some(format!("exit code {code:?}: {}", stderr(output)));
        }
        self.other_outcomes(&report, effect)
            .or_else(|| self.unnamed(&report))
    }

    /// Whether one of the operations was asked: not each has something to ask for in the region.
    fn asked(&self, report: &Value) -> bool {
        let asked = &report["run"]["requests"]["by_operation"];
        let mut operations = self.operations.iter();
        operations.any(|operation| !asked[*operation].is_null())
    }

    fn other_outcomes(&self, report: &Value, effect: Effect) -> Option<String> {
        let expected = match effect {
            // What was not asked cannot have stopped anything.
            Effect::None | Effect::Stops => self.whole,
            Effect::Lost | Effect::LostPages => self.denied,
        };
        let all = outcomes(report);
        (all != *expected).then(|| {
            let difference = difference(expected, &all);
            format!("other outcomes than expected: {difference}")
        })
    }

    /// A finding that lacks the operation or the reason in its cause.
    fn unnamed(&self, report: &Value) -> Option<String> {
        let named = |cause: &Value| {
            let operation = cause["operation"].as_str().unwrap_or_default();
            let cause = cause.to_string();
            self.operations.contains(operation)
                && self.words.iter().any(|word| cause.contains(word))
        };
        let lost = |key: &Key, finding: &Value| {
            let before = self.whole.get(key);
            finding["outcome"] == "not_assessed"
                && before.is_none_or(|before| before != "not_assessed")
        };
        findings(report)
            .into_iter()
            .filter(|(key, finding)| lost(key, finding))
            .find(|(_, finding)| !named(&finding["cause"]))
            .map(|(key, finding)| format!("{key:?} does not name the cause: {}", finding["cause"]))
    }

    /// A scan that was stopped says so, and claims nothing that the whole one does not.
    fn complaint_of_stop(&self, report: &Value, code: Option<i32>) -> Option<String> {
        if code != Some(3) || report["run"]["stopped"] != "credentials-expired" {
            return Some(format!(
                "exit code {code:?}, stopped {}",
                report["run"]["stopped"]
            ));
        }
        outcomes(report)
            .into_iter()
            .find(|(key, outcome)| {
                outcome != "not_assessed" && self.whole.get(key) != Some(outcome)
            })
            .map(|(key, outcome)| format!("{key:?} is {outcome}"))
    }
}

fn difference(expected: &BTreeMap<Key, String>, got: &BTreeMap<Key, String>) -> String {
    let keys: BTreeSet<&Key> = expected.keys().chain(got.keys()).collect();
    let differing: Vec<String> = keys
        .into_iter()
        .filter(|key| expected.get(*key) != got.get(*key))
        .map(|key| {
            format!(
                "{key:?}: {:?} and not {:?}",
                got.get(key),
                expected.get(key)
            )
        })
        .collect();
    let first: Vec<&str> = differing.iter().take(2).map(String::as_str).collect();
    format!("{} differ, such as {}", differing.len(), first.join("; "))
}

#[test]
fn without_an_answer_to_the_first_questions_the_scan_says_so_and_ends() {
    let _turn = turn();
    let faults = faults();
    let tasks = all_tasks(&FIRST, &faults);
    let complaints = complaints(WHOLE_SIDE_BY_SIDE, &tasks, |(operation, case)| {
        let (name, fault, effect, _) = case;
        let output = scan_with(operation, fault);
        let code = output.status.code();
        let error = stderr(&output);
        let fine = match effect {
            // Named regions need no list of them, and neither of the two operations has pages.
            _ if *operation == FIRST[1] && *effect != Effect::Stops => code == Some(0),
            Effect::None => code == Some(0),
            Effect::Lost | Effect::LostPages => {
                matches!(code, Some(2 | 3)) && output.stdout.is_empty() && error.contains("error: ")
            }
            Effect::Stops => code == Some(3) && error.contains("expired"),
        };
        let said = format!("{name} on {operation}: exit code {code:?}: {error}");
        (!fine).then_some(said).into_iter().collect()
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
