//! Progress: a bar on a terminal, a line now and then elsewhere, nothing when asked.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use tripod_collect::Progress;
use tripod_model::RegionName;

/// Plain lines come at every tenth of the way.
const TENTHS: u64 = 10;

/// Plain lines come at least this often while anything goes on.
const SILENCE: Duration = Duration::from_secs(30);

/// Shows how far a scan is.
#[derive(Clone)]
pub(crate) struct Watch(Arc<View>);

enum View {
    None,
    Bar(ProgressBar, Mutex<Way>),
    Lines(Mutex<(Way, Said)>),
}

/// Which line was last.
struct Said {
    tenth: u64,
    when: Instant,
}

impl Watch {
    /// The view that suits standard error; none when `hidden`.
    pub(crate) fn new(hidden: bool) -> Self {
        let view = if hidden {
            View::None
        } else if std::io::stderr().is_terminal() {
            View::Bar(ProgressBar::new(0).with_style(style()), Mutex::default())
        } else {
            let said = Said {
                tenth: 0,
                when: Instant::now(),
            };
            View::Lines(Mutex::new((Way::default(), said)))
        };
        Self(Arc::new(view))
    }

    /// Takes one event.
    pub(crate) fn show(&self, progress: &Progress) {
        match &*self.0 {
            View::None => {}
            View::Bar(bar, way) => {
                let mut way = way.lock().unwrap_or_else(PoisonError::into_inner);
                way.take(progress);
                bar.set_length(way.all());
                bar.set_position(way.done());
                bar.set_message(message(&way, progress));
            }
            View::Lines(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                let (way, said) = &mut *state;
                way.take(progress);
                if let Some(line) = said.line(way, progress) {
                    anstream::eprintln!("{line}");
                }
            }
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let View::Bar(bar, _) = &*self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {percent}%, {eta} left  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// How far a scan is: readings, and the things that they describe one by one.
#[derive(Debug)]
struct Way {
    account: String,
    readings: u64,
    read: u64,
    things: BTreeMap<(&'static str, Option<RegionName>), (u64, u64)>,
    began: Instant,
}

impl Default for Way {
    fn default() -> Self {
        Self {
            account: String::new(),
            readings: 0,
            read: 0,
            things: BTreeMap::new(),
            began: Instant::now(),
        }
    }
}

impl Way {
    fn take(&mut self, progress: &Progress) {
        match progress {
            Progress::Planned {
                account, readings, ..
            } => {
                self.account = account.to_string();
                self.readings = *readings as u64;
                self.began = Instant::now();
            }
            Progress::Described {
                service,
                region,
                done,
                of,
            } => {
                let place = (*service, region.clone());
                self.things.insert(place, (*done as u64, *of as u64));
            }
            Progress::Read { service, region } => {
                self.read += 1;
                // What a reading did not come to is no work that is left.
                if let Some((done, of)) = self.things.get_mut(&(*service, region.clone())) {
                    *of = *done;
                }
            }
        }
    }

    fn described(&self) -> u64 {
        self.things.values().map(|(done, _)| done).sum()
    }

    fn to_describe(&self) -> u64 {
        self.things.values().map(|(_, of)| of).sum()
    }

    fn done(&self) -> u64 {
        self.read + self.described()
    }

    fn all(&self) -> u64 {
        self.readings + self.to_describe()
    }

    /// What is left takes as long as what was done, for its part. Nothing is said of the first instants.
    fn left(&self) -> Option<Duration> {
        let (done, all) = (self.done(), self.all());
        let passed = self.began.elapsed();
        if done == 0 || done >= all || passed < Duration::from_secs(1) {
            return None;
        }
        let done = u32::try_from(done).ok()?;
        Some(passed / done * u32::try_from(all - u64::from(done)).ok()?)
    }
}

/// Where the scan is now: account, region, service, and how much of it.
fn message(way: &Way, progress: &Progress) -> String {
    let at = |service: &str, region: &Option<RegionName>| {
        let place = region.as_ref().map_or("global", |region| region.as_str());
        format!("{} {place} {service}", way.account)
    };
    match progress {
        Progress::Planned { regions, .. } => format!("{} {}", way.account, counted(*regions)),
        Progress::Described {
            service,
            region,
            done,
            of,
        } => format!("{} {done}/{of}", at(service, region)),
        Progress::Read { service, region } => format!("{} read", at(service, region)),
    }
}

fn counted(regions: usize) -> String {
    match regions {
        1 => "1 region".to_owned(),
        many => format!("{many} regions"),
    }
}

impl Said {
    /// A line, when it is time for one.
    fn line(&mut self, way: &Way, progress: &Progress) -> Option<String> {
        if let Progress::Planned {
            account,
            regions,
            readings,
        } = progress
        {
            return Some(format!(
                "scanning account {account}: {}, {readings} readings",
                counted(*regions)
            ));
        }
        let tenth = way.done() * TENTHS / way.all().max(1);
        let is_over = way.read == way.readings;
        if tenth <= self.tenth && self.when.elapsed() < SILENCE && !is_over {
            return None;
        }
        self.tenth = self.tenth.max(tenth);
        self.when = Instant::now();
        let left = way.left().map_or_else(String::new, |left| {
            format!(", about {} left", HumanDuration(left))
        });
        Some(format!(
            "read {} of {} readings, {} of {} things in them{left}; last: {}",
            way.read,
            way.readings,
            way.described(),
            way.to_describe(),
            message(way, progress)
        ))
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::AccountId;

    use super::*;

    fn frankfurt() -> RegionName {
        RegionName::new("eu-central-1")
    }

    fn planned() -> Progress {
        Progress::Planned {
            account: AccountId::new("111122223333"),
            regions: 1,
            readings: 2,
        }
    }

    fn described(done: usize, of: usize) -> Progress {
        Progress::Described {
            service: "lambda",
            region: Some(frankfurt()),
            done,
            of,
        }
    }

    #[test]
    fn things_count_beside_readings() {
        let mut way = Way::default();
        way.take(&planned());
        way.take(&described(3, 10));
        assert_eq!((way.done(), way.all()), (3, 12));
        way.take(&Progress::Read {
            service: "lambda",
            region: Some(frankfurt()),
        });
        // Seven were never described, and nothing waits for them any more.
        assert_eq!((way.done(), way.all()), (4, 5));
    }

    #[test]
    fn a_line_says_where_the_scan_is_in_account_region_and_service() {
        let mut way = Way::default();
        let mut said = Said {
            tenth: 0,
            when: Instant::now(),
        };
        let mut show = |progress: &Progress| {
            way.take(progress);
            said.line(&way, progress)
        };
        assert_eq!(
            show(&planned()).as_deref(),
            Some("scanning account 111122223333: 1 region, 2 readings")
        );
        assert_eq!(show(&described(0, 8)), None);
        assert_eq!(
            show(&described(1, 8)).as_deref(),
            Some(
                "read 0 of 2 readings, 1 of 8 things in them; last: 111122223333 eu-central-1 lambda 1/8"
            )
        );
        assert_eq!(show(&described(1, 8)), None, "nothing new");
    }

    #[test]
    fn the_time_left_follows_from_the_time_passed() {
        let mut way = Way::default();
        way.take(&planned());
        way.take(&described(4, 10));
        assert_eq!(way.left(), None, "it has only begun");
        way.began = Instant::now()
            .checked_sub(Duration::from_secs(40))
            .expect("the machine runs for longer");
        let left = way.left().expect("four of twelve are done");
        assert!((79..=81).contains(&left.as_secs()), "{left:?}");
    }
}
