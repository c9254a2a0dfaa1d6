//! Ends a scan before its time: nothing more leaves, and whatever waits stops waiting.

use tokio::sync::watch;
use tripod_model::Stopped;

/// A request that did not leave, or whose answer is no longer waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not asked: {}", .0.text())]
pub(super) struct Halted(pub(super) Stopped);

/// The switch. Once thrown it stays.
#[derive(Debug)]
pub(super) struct Halt(watch::Sender<Option<Stopped>>);

impl Halt {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Throws the switch. The first reason counts.
    pub(super) fn stop(&self, why: Stopped) {
        self.0.send_if_modified(|state| {
            let first = state.is_none();
            if first {
                *state = Some(why);
            }
            first
        });
    }

    /// Why the scan was stopped, if it was.
    pub(super) fn reason(&self) -> Option<Stopped> {
        *self.0.borrow()
    }

    /// What `work` gives, unless the switch is thrown first.
    pub(super) async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Halted> {
        let mut state = self.0.subscribe();
        tokio::select! {
            biased;
            why = thrown(&mut state) => Err(Halted(why)),
            value = work => Ok(value),
        }
    }
}

async fn thrown(state: &mut watch::Receiver<Option<Stopped>>) -> Stopped {
    match state.wait_for(Option::is_some).await.map(|state| *state) {
        Ok(Some(why)) => why,
        // The sender lives as long as the transport, and this is called by the transport.
        _ => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_goes_on_until_the_switch_is_thrown() {
        let halt = Halt::new();
        assert_eq!(halt.or(async { 7 }).await, Ok(7));
        halt.stop(Stopped::Interrupted);
        halt.stop(Stopped::CredentialsExpired);
        assert_eq!(
            halt.reason(),
            Some(Stopped::Interrupted),
            "the first reason counts"
        );
        assert_eq!(
            halt.or(async { 7 }).await,
            Err(Halted(Stopped::Interrupted))
        );
    }

    #[tokio::test]
    async fn whoever_waits_is_woken() {
        let halt = Halt::new();
        let waiting = halt.or(std::future::pending::<()>());
        let stopping = async { halt.stop(Stopped::CredentialsExpired) };
        let (result, ()) = tokio::join!(waiting, stopping);
        assert_eq!(result, Err(Halted(Stopped::CredentialsExpired)));
    }
}
