//! Ctrl-C, and the signals that services are ended by.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tripod_collect::Session;
use tripod_model::Stopped;

/// What shells report of a program that Ctrl-C ended: 128 and the signal's number.
/// <https://tldp.org/LDP/abs/html/exitcodes.html>
const INTERRUPTED: i32 = 130;

/// From now on the first signal ends the scan and lets it report what it has; the second ends the
/// program.
pub(super) fn watch(session: &Session) -> std::io::Result<()> {
    let mut signals = [
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    ];
    let session = session.clone();
    tokio::spawn(async move {
        any(&mut signals).await;
        anstream::eprintln!(
            "stopping; what was read so far is reported. A second Ctrl-C ends the program at once"
        );
        session.stop(Stopped::Interrupted);
        any(&mut signals).await;
        end();
    });
    Ok(())
}

async fn any(signals: &mut [Signal; 3]) {
    let [interrupt, terminate, hangup] = signals;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[expect(
    clippy::exit,
    reason = "whoever asks twice does not want to wait for anything"
)]
fn end() -> ! {
    std::process::exit(INTERRUPTED)
}
