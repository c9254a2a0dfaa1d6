//! Progress: a bar on a terminal, a line now and then elsewhere, nothing when asked.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use indicatif::{ProgressBar, ProgressStyle};
use tripod_collect::Progress;

/// Plain lines come at every tenth of the way.
const LINES: usize = 10;

/// Shows how far a scan is.
#[derive(Clone)]
pub(crate) struct Watch(Arc<View>);

enum View {
    None,
    Bar(ProgressBar),
    Lines {
        done: AtomicUsize,
        all: OnceLock<usize>,
    },
}

impl Watch {
    /// The view that suits standard error; none when `hidden`.
    pub(crate) fn new(hidden: bool) -> Self {
        let view = if hidden {
            View::None
        } else if std::io::stderr().is_terminal() {
            View::Bar(ProgressBar::new(0).with_style(style()))
        } else {
            View::Lines {
                done: AtomicUsize::new(0),
                all: OnceLock::new(),
            }
        };
        Self(Arc::new(view))
    }

    /// Takes one event.
    pub(crate) fn show(&self, progress: &Progress) {
        match &*self.0 {
            View::None => {}
            View::Bar(bar) => show_bar(bar, progress),
            View::Lines { done, all } => show_line(done, all, progress),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let View::Bar(bar) = &*self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {pos}/{len} readings, {eta} left  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn show_bar(bar: &ProgressBar, progress: &Progress) {
    match progress {
        Progress::Planned { readings, .. } => bar.set_length(*readings as u64),
        Progress::Read { service, region } => {
            let place = region.as_ref().map_or("global", |region| region.as_str());
            bar.set_message(format!("{service} in {place}"));
            bar.inc(1);
        }
    }
}

fn show_line(done: &AtomicUsize, all: &OnceLock<usize>, progress: &Progress) {
    match progress {
        Progress::Planned { regions, readings } => {
            let _ = all.set(*readings);
            anstream::eprintln!("scanning {regions} regions, {readings} readings");
        }
        Progress::Read { .. } => {
            let now = done.fetch_add(1, Ordering::Relaxed) + 1;
            let all = all.get().copied().unwrap_or(now);
            let step = all.div_ceil(LINES).max(1);
            if now.is_multiple_of(step) || now == all {
                anstream::eprintln!("read {now} of {all}");
            }
        }
    }
}
