//! Writes the recording of a live run as its exchanges arrive.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tripod_archive::RecordingWriter;
use tripod_model::Exchange;

/// Takes exchanges from any thread. It exists before its file does: the session that makes exchanges is
/// opened first, and a run that never got that far leaves no folder.
#[derive(Clone, Default)]
pub(super) struct Writer(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    file: Option<RecordingWriter<File>>,
    error: Option<std::io::Error>,
}

impl Writer {
    /// Writes to this file from now on.
    pub(super) fn begin(&self, file: RecordingWriter<File>) {
        self.state().file = Some(file);
    }

    /// Where the session hands its exchanges. The first error ends the recording and is told at the end.
    pub(super) fn sink(&self) -> impl Fn(Exchange) + Send + Sync + 'static {
        let writer = self.clone();
        move |exchange| {
            let mut state = writer.state();
            let result = state.file.as_mut().map(|file| file.add(&exchange));
            if let Some(Err(error)) = result {
                state.file = None;
                state.error = Some(error);
            }
        }
    }

    /// Ends the recording.
    ///
    /// # Errors
    /// When not all of it could be written.
    pub(super) fn finish(&self) -> std::io::Result<()> {
        let mut state = self.state();
        if let Some(error) = state.error.take() {
            return Err(error);
        }
        match state.file.take() {
            Some(file) => file.finish()?.sync_all(),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
