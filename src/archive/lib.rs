//! Runs on disk: recordings of exchanges, and the store that keeps them with their snapshot and report.

mod recording;
mod store;

pub use recording::{
    Header, RECORDING_SCHEMA, ReadRecording, RecordingError, RecordingWriter, read_recording,
};
pub use store::{RunFolder, Store, StoreError};
