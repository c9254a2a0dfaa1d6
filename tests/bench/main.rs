//! The bench: scans generated estates on the sim, with AWS's quotas in force, and says what that cost.
//!
//! `cargo bench --bench scan` prints the table of `docs/reference/performance.md`; with `-- --write` it
//! writes that page. Quotas and latency run by a clock that is faster than AWS's, the same for the sim
//! and the scan, so that the bound of an hour is waited for in minutes. What is reported are ratios and
//! counts. Nothing here is a test: it fails only when a scan does.

mod estate;
mod page;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tripod_sim::{BucketUse, Quotas, Sim};
use wait4::Wait4;

use estate::Estate;

/// Mean and jitter of the sim's answers, in AWS's time: a region on the same continent.
const LATENCY: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(20));

/// Estates of so many functions,
const FUNCTIONS: [usize; 3] = [100, 1_000, 10_000];

/// in so many regions,
const REGIONS: [usize; 3] = [1, 4, 17];

/// scanned with these parts of the quotas.
const SHARES: [f64; 2] = [1.0, 0.5];

/// What one scan cost.
struct Measured {
    estate: Estate,
    share: f64,
    speed: f64,
    calls: u64,
    minimum: u64,
    throttled: u64,
    wall: Duration,
    /// What the quotas allow, used in full and not at the share.
    bound: Duration,
    /// Peak of the process, MiB.
    memory: f64,
    /// User and system time of the process.
    cpu: Duration,
}

fn main() {
    let write = std::env::args().any(|argument| argument == "--write");
    let only = std::env::args()
        .skip_while(|argument| argument != "--functions")
        .nth(1)
        .and_then(|number| number.parse::<usize>().ok());
    let mut all = Vec::new();
    for functions in FUNCTIONS {
        if only.is_some_and(|only| only != functions) {
            continue;
        }
        for regions in REGIONS {
            for share in SHARES {
                let measured = scan(Estate::of(functions, regions), share);
                say(&page::line(&measured));
                all.push(measured);
            }
        }
    }
    if write {
        let page = page::page(&all);
        std::fs::write("docs/reference/performance.md", page).expect("the page can be written");
    }
}

#[expect(clippy::print_stdout, reason = "this is what the bench is for")]
fn say(text: &str) {
    println!("{text}");
}

/// How much faster than AWS's the clock runs: as much as keeps a scan at about half a minute, and no more
/// than two cores can follow.
fn speed(estate: &Estate) -> f64 {
    let wanted = (estate.least_time().as_secs_f64() / 30.0).max(1.0);
    let most = MOST_CALLS / estate.calls_a_second();
    wanted.min(most).max(1.0)
}

/// Calls a second that a scan and the sim can do together on two cores without one waiting for the other.
const MOST_CALLS: f64 = 600.0;

fn scan(estate: Estate, share: f64) -> Measured {
    let speed = speed(&estate);
    let sim = Sim::builder()
        .models(models())
        .generated(estate.size())
        .quotas(Quotas::published())
        .latency(LATENCY.0, LATENCY.1)
        .speed(speed)
        .keep_requests(false)
        .start()
        .expect("the sim starts");
    let folder = tempfile::tempdir().expect("a folder");
    let begin = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_tripod"))
        .args(["scan", "--endpoint-url", &sim.endpoint(), "--quiet"])
        .args(["--quota-share", &share.to_string()])
        .args(["--quota-speed", &speed.to_string()])
        .args(["--format", "json", "--output"])
        .arg(folder.path().join("report.json"))
        .arg("--store")
        .arg(folder.path().join("store"))
        .env_clear()
        .env("HOME", folder.path())
        .env("AWS_ACCESS_KEY_ID", "bench")
        .env("AWS_SECRET_ACCESS_KEY", "bench")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let used = child.wait4().expect("the program ends");
    let wall = begin.elapsed();
    assert!(used.status.success(), "the scan failed: {:?}", used.status);
    let counts = sim.counts();
    Measured {
        share,
        speed,
        calls: counts.values().sum(),
        minimum: estate.minimum(&counts),
        throttled: sim.throttled(),
        wall,
        bound: bound(&sim.buckets()),
        memory: memory(used.rusage.maxrss),
        cpu: used.rusage.utime + used.rusage.stime,
        estate,
    }
}

/// The time before which the quotas, used in full, let nobody make the calls that were made: of all
/// buckets the one that takes longest to give what it gave beyond its burst.
#[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
fn bound(buckets: &[BucketUse]) -> Duration {
    let seconds = buckets
        .iter()
        .map(|bucket| ((bucket.allowed as f64 - bucket.burst) / bucket.rate).max(0.0))
        .fold(0.0, f64::max);
    Duration::from_secs_f64(seconds)
}

/// MiB of what `getrusage` reports, which `wait4` gives in bytes.
#[expect(
    clippy::cast_precision_loss,
    reason = "a size in MiB needs no more digits"
)]
fn memory(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

/// botocore's service models, in the environment that `localstack/setup` makes.
fn models() -> std::path::PathBuf {
    let setup = Command::new("localstack/setup")
        .output()
        .expect("localstack/setup runs in the root of the source tree");
    let environment = String::from_utf8(setup.stdout).expect("a path");
    std::fs::read_dir(std::path::Path::new(environment.trim()).join("lib"))
        .expect("the environment has a lib folder")
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("site-packages/botocore/data"))
        .find(|path| path.is_dir())
        .expect("the environment holds botocore")
}
