//! A synthetic AWS for tests: an HTTP server driven by botocore's service models, whose data are
//! *estates*, folders of documents in the APIs' own shapes. See `README.md`.
//!
//! ```no_run
//! # fn main() -> Result<(), tripod_sim::SimError> {
//! # let botocore_data = std::path::PathBuf::new();
//! let sim = tripod_sim::Sim::builder()
//!     .models(botocore_data)
//!     .estate("localstack/sim/tests/estate")
//!     .deny("lambda:GetPolicy")
//!     .start()?;
//! let endpoint = sim.endpoint();
//! # Ok(())
//! # }
//! ```

mod builtin;
mod catalogue;
mod document;
mod estate;
mod fault;
#[cfg(test)]
mod fixtures;
mod generated;
mod http;
mod invented;
mod latency;
mod luck;
mod made;
mod matching;
mod misfortune;
mod model;
mod paging;
mod quotas;
mod reference;
mod refusals;
mod route;
mod rules;
mod sim;
mod tally;
mod wire;
mod world;

use std::io;
use std::path::PathBuf;

pub use fault::{FAULT_KINDS, Fault};
pub use generated::Size;
pub use quotas::{BucketUse, Quotas};
pub use sim::{Builder, Sim};

/// A request as the sim understood it.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Request {
    /// The account of the credentials.
    pub account: String,
    /// The region the request was signed for.
    pub region: String,
    /// botocore's name of the service.
    pub service: String,
    /// The operation, or method and path where there is none.
    pub operation: String,
    /// The parameters, under the model's member names.
    pub params: serde_json::Value,
    /// The HTTP status of the answer; 0 if there was none.
    pub status: u16,
}

/// Why a sim does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// The models' folder is not botocore's.
    #[error("{0} is not a botocore data folder")]
    Models(PathBuf),
    /// A file cannot be read: the caller's paths, or the disk.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A file is not the JSON it should be: the estate's author, or a changed botocore.
    #[error("{path} does not parse")]
    Json {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        source: serde_json::Error,
    },
    /// An estate does not fit the models: its author.
    #[error("{path}: {place}: {message}")]
    Estate {
        /// The file.
        path: PathBuf,
        /// The operation or part of it.
        place: String,
        /// What is wrong, with the member's path.
        message: String,
    },
    /// A fault names no operation: the caller.
    #[error("no operation '{0}'; a fault's target is service:Operation, with botocore's names")]
    FaultTarget(String),
    /// A fault that means nothing, or nothing here: the caller.
    #[error("no such fault: {0}")]
    Fault(String),
    /// A factor of quotas or of time that means nothing: the caller.
    #[error("a factor must be a number above 0, not {0}")]
    Factor(f64),
    /// A size that cannot be made: the caller.
    #[error("no such size: {0}")]
    Size(String),
    /// The builder lacks models or an estate: the caller.
    #[error("the sim needs {0}")]
    Missing(&'static str),
    /// The server cannot run: no free port or thread.
    #[error("cannot serve")]
    Serve(#[from] io::Error),
}
