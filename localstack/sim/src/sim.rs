//! The sim as its users see it.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use crate::catalogue::Catalogue;
use crate::estate::Estate;
use crate::fault::Fault;
use crate::generated::{self, Size};
use crate::http::serve;
use crate::latency::Latency;
use crate::luck;
use crate::quotas::{BucketUse, Buckets, Quotas};
use crate::rules::Rule;
use crate::tally::Tally;
use crate::world::{World, lock};
use crate::{Request, SimError};

/// A running sim. Dropping it closes its port and all connections.
#[derive(Debug)]
pub struct Sim {
    address: SocketAddr,
    world: Arc<World>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Where the data come from.
#[derive(Debug)]
enum Source {
    Folder(PathBuf),
    Generated(Size),
}

/// What to run.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    models: Option<PathBuf>,
    estate: Option<Source>,
    port: u16,
    log: Option<PathBuf>,
    faults: Vec<(Option<String>, String, Fault)>,
    seed: u64,
    quotas: Option<Quotas>,
    latency: Option<(Duration, Duration)>,
    speed: f64,
    keeps: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            models: None,
            estate: None,
            port: 0,
            log: None,
            faults: Vec::new(),
            seed: 0,
            quotas: None,
            latency: None,
            speed: 1.0,
            keeps: true,
        }
    }
}

impl Sim {
    /// Begins a sim. It needs models and an estate.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The URL to give to clients as the endpoint of every service.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in order of arrival; none if the sim was told not to keep them.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.world.tally).requests.clone()
    }

    /// How many requests there were so far by region, botocore's name of the service, and operation.
    /// Always counted.
    pub fn counts(&self) -> BTreeMap<(String, String, String), u64> {
        lock(&self.world.tally).counts.clone()
    }

    /// How many requests were refused for being over a quota. Throttling that was told as a fault is
    /// not counted.
    pub fn throttled(&self) -> u64 {
        self.world.throttled.load(Ordering::Relaxed)
    }

    /// What each bucket of the quotas has seen, by account, region and name. Empty without quotas.
    pub fn buckets(&self) -> Vec<BucketUse> {
        let buckets = self.world.buckets.as_ref();
        buckets.map(Buckets::uses).unwrap_or_default()
    }

    /// Lets something go wrong from now on. Earlier faults come first.
    pub fn inject(&self, target: &str, fault: Fault) -> Result<(), SimError> {
        let mut rules = lock(&self.world.rules);
        let seed = seed_of_rule(self.world.seed, rules.len());
        rules.push(Rule::new(None, target, fault, seed, &self.world.catalogue)?);
        Ok(())
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server thread has been printed already.
            let _ = thread.join();
        }
    }
}

impl Builder {
    /// botocore's `data` folder.
    pub fn models(mut self, folder: impl Into<PathBuf>) -> Self {
        self.models = Some(folder.into());
        self
    }

    /// The estate's folder.
    pub fn estate(mut self, folder: impl Into<PathBuf>) -> Self {
        self.estate = Some(Source::Folder(folder.into()));
        self
    }

    /// Makes an estate of this size up, instead of reading one. The same seed, the same estate.
    pub fn generated(mut self, size: Size) -> Self {
        self.estate = Some(Source::Generated(size));
        self
    }

    /// The port to listen on; without it any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// A file that gets each request as a line of JSON.
    pub fn log(mut self, file: impl Into<PathBuf>) -> Self {
        self.log = Some(file.into());
        self
    }

    /// Whether every request is kept in memory for `Sim::requests`. It is, unless told otherwise.
    pub fn keep_requests(mut self, keeps: bool) -> Self {
        self.keeps = keeps;
        self
    }

    /// Denies `service:Operation`; both may be `*`.
    pub fn deny(self, target: &str) -> Self {
        self.fault(target, Fault::Deny)
    }

    /// Lets `service:Operation` go wrong in every region.
    pub fn fault(mut self, target: &str, fault: Fault) -> Self {
        self.faults.push((None, target.to_owned(), fault));
        self
    }

    /// Lets `service:Operation` go wrong in one region.
    pub fn fault_in(mut self, region: &str, target: &str, fault: Fault) -> Self {
        self.faults
            .push((Some(region.to_owned()), target.to_owned(), fault));
        self
    }

    /// What everything left to chance follows from: faults, latency, generated estates. Without it 0.
    /// The same seed, the same run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Enforces quotas. A request over one gets the service's own throttling answer.
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = Some(quotas);
        self
    }

    /// Lets every answer wait: evenly from `mean - jitter` to `mean + jitter`, in steps of the timer's
    /// millisecond. Which request waits how long follows from the seed and the order of arrival.
    pub fn latency(mut self, mean: Duration, jitter: Duration) -> Self {
        self.latency = Some((mean, jitter));
        self
    }

    /// How many times faster than the world's the sim's time runs: its quotas' rates are multiplied by
    /// this, and everything that it waits for is divided by it. Bursts stay as they are.
    pub fn speed(mut self, speed: f64) -> Self {
        self.speed = speed;
        self
    }

    /// Reads the estate, checks it against the models and serves it on 127.0.0.1.
    pub fn start(self) -> Result<Sim, SimError> {
        if !(self.speed.is_finite() && self.speed > 0.0) {
            return Err(SimError::Factor(self.speed));
        }
        let buckets = match self.quotas {
            Some(quotas) => Some(Buckets::new(quotas, self.speed)?),
            None => None,
        };
        let catalogue = Catalogue::open(&self.models.ok_or(SimError::Missing("models"))?)?;
        let estate = match self.estate.ok_or(SimError::Missing("an estate"))? {
            Source::Folder(folder) => Estate::load(&folder, &catalogue)?,
            Source::Generated(size) => {
                size.check()?;
                generated::estate(&size, self.seed)
            }
        };
        let rules = self.faults.into_iter().enumerate();
        let rules = rules.map(|(at, (region, target, fault))| {
            let seed = seed_of_rule(self.seed, at);
            Rule::new(region.as_deref(), &target, fault, seed, &catalogue)
        });
        let rules = rules.collect::<Result<Vec<_>, _>>()?;
        let log = match self.log {
            Some(path) => Some(Mutex::new(
                File::create(&path).map_err(|source| SimError::Read { path, source })?,
            )),
            None => None,
        };
        let world = World {
            catalogue,
            estate,
            rules: Mutex::new(rules),
            tally: Mutex::new(Tally::new(self.keeps)),
            log,
            seed: self.seed,
            speed: self.speed,
            latency: self.latency.map(|(mean, jitter)| Latency {
                mean,
                jitter,
                seed: self.seed,
            }),
            buckets,
            throttled: AtomicU64::new(0),
            counter: AtomicU64::new(0),
        };
        launch(Arc::new(world), self.port)
    }
}

/// Two rules of the same chance must not strike the same requests.
fn seed_of_rule(seed: u64, at: usize) -> u64 {
    luck::mix(seed ^ luck::mix(at as u64))
}

/// The server has a thread and a runtime of its own, so that tests need not be async.
fn launch(world: Arc<World>, port: u16) -> Result<Sim, SimError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", port)))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let served = Arc::clone(&world);
    let thread = thread::Builder::new()
        .name("tripod-sim".to_owned())
        .spawn(move || run(&runtime, listener, served, stopped))?;
    Ok(Sim {
        address,
        world,
        stop: Some(stop),
        thread: Some(thread),
    })
}

fn run(
    runtime: &Runtime,
    listener: TcpListener,
    world: Arc<World>,
    stopped: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        tokio::select! {
            () = serve(listener, world) => {}
            // Also when the sender is dropped, which is the usual way.
            _ = stopped => {}
        }
    });
}
