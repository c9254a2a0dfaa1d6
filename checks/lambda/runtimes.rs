//! Lambda's runtimes and the dates on which AWS ends their support: data, not code.
//!
//! Three dates, because they mean three things: from the first on AWS no longer patches the runtime, from
//! the second on no new function can use it, from the third on existing ones cannot be updated. AWS has
//! postponed the last two more than once, so the table carries the day it was read.

use jiff::civil::{Date, date};

/// The day the table was read.
pub(crate) const AS_OF: Date = date(2026, 11, 21);

/// Where the table was read. The dates are those of AWS's page, taken over from the runtime table of
/// cfn-lint 1.58.0, which also names successors.
pub(crate) const SOURCE: &str = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html";

/// A runtime and its end.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// As in a function's configuration.
    pub(crate) id: &'static str,
    /// Last day of support; none while AWS has not scheduled an end.
    pub(crate) deprecated: Option<Date>,
    /// From when on it cannot be chosen for a new function.
    pub(crate) block_create: Option<Date>,
    /// From when on functions that use it cannot be updated.
    pub(crate) block_update: Option<Date>,
    /// What to move to; none for the newest of its line.
    pub(crate) successor: Option<&'static str>,
}

/// The runtime of this id.
pub(crate) fn find(id: &str) -> Option<&'static Runtime> {
    RUNTIMES.iter().find(|runtime| runtime.id == id)
}

/// Year, month, day.
type Day = (i16, i8, i8);

const fn day((year, month, day): Day) -> Date {
    date(year, month, day)
}

/// A runtime with its three dates. An empty successor is none.
const fn ends(
    id: &'static str,
    deprecated: Day,
    block_create: Day,
    block_update: Day,
    successor: &'static str,
) -> Runtime {
    Runtime {
        id,
        deprecated: Some(day(deprecated)),
        block_create: Some(day(block_create)),
        block_update: Some(day(block_update)),
        successor: if successor.is_empty() {
            None
        } else {
            Some(successor)
        },
    }
}

/// A runtime whose end AWS has not scheduled.
const fn open(id: &'static str, successor: Option<&'static str>) -> Runtime {
    Runtime {
        id,
        deprecated: None,
        block_create: None,
        block_update: None,
        successor,
    }
}

/// Every runtime with known dates, the longest supported first.
#[rustfmt::skip]
static RUNTIMES: &[Runtime] = &[
    open("java17.al2023", Some("java25")),
    open("java11.al2023", Some("java25")),
    open("java8.al2023", Some("java25")),
    ends("python3.14",      (2029, 6, 30),  (2029, 7, 31),  (2029, 8, 31), ""),
    ends("python3.13",      (2029, 6, 30),  (2029, 7, 31),  (2029, 8, 31), "python3.14"),
    ends("provided.al2023", (2029, 6, 30),  (2029, 7, 31),  (2029, 8, 31), ""),
    ends("java25",          (2029, 6, 30),  (2029, 7, 31),  (2029, 8, 31), ""),
    ends("java21",          (2029, 6, 30),  (2029, 7, 31),  (2029, 8, 31), "java25"),
    ends("ruby4.0",         (2029, 3, 31),  (2029, 4, 30),  (2029, 5, 31), ""),
    ends("dotnet10",        (2028, 11, 14), (2028, 12, 14), (2029, 1, 15), ""),
    ends("python3.12",      (2028, 10, 31), (2028, 11, 30), (2029, 1, 10), "python3.14"),
    ends("nodejs24.x",      (2028, 4, 30),  (2028, 6, 1),   (2028, 7, 1),  ""),
    ends("ruby3.4",         (2028, 3, 31),  (2028, 4, 30),  (2028, 5, 31), "ruby4.0"),
    ends("python3.11",      (2027, 6, 30),  (2027, 7, 31),  (2027, 8, 31), "python3.14"),
    ends("java8.al2",       (2027, 6, 30),  (2027, 7, 31),  (2027, 8, 31), "java25"),
    ends("java17",          (2027, 6, 30),  (2027, 7, 31),  (2027, 8, 31), "java25"),
    ends("java11",          (2027, 6, 30),  (2027, 7, 31),  (2027, 8, 31), "java25"),
    ends("nodejs22.x",      (2027, 4, 30),  (2027, 6, 1),   (2027, 7, 1),  "nodejs24.x"),
    ends("ruby3.3",         (2027, 3, 31),  (2027, 4, 30),  (2027, 5, 31), "ruby4.0"),
    // For container images only, so nothing can be blocked.
    Runtime {
        id: "dotnet9",
        deprecated: Some(day((2026, 11, 10))),
        block_create: None,
        block_update: None,
        successor: Some("dotnet10"),
    },
    ends("dotnet8",         (2026, 11, 10), (2027, 2, 1),   (2027, 3, 3),  "dotnet10"),
    ends("python3.10",      (2026, 10, 31), (2027, 2, 1),   (2027, 3, 3),  "python3.14"),
    ends("provided.al2",    (2026, 7, 31),  (2027, 2, 1),   (2027, 3, 3),  "provided.al2023"),
    ends("nodejs20.x",      (2026, 4, 30),  (2027, 2, 1),   (2027, 3, 3),  "nodejs24.x"),
    ends("ruby3.2",         (2026, 3, 31),  (2027, 2, 1),   (2027, 3, 3),  "ruby4.0"),
    ends("python3.9",       (2025, 12, 15), (2027, 2, 1),   (2027, 3, 3),  "python3.14"),
    ends("nodejs18.x",      (2025, 9, 1),   (2027, 2, 1),   (2027, 3, 3),  "nodejs24.x"),
    ends("dotnet6",         (2024, 12, 20), (2027, 2, 1),   (2027, 3, 3),  "dotnet10"),
    ends("python3.8",       (2024, 10, 14), (2027, 2, 1),   (2027, 3, 3),  "python3.14"),
    ends("nodejs16.x",      (2024, 6, 12),  (2027, 2, 1),   (2027, 3, 3),  "nodejs24.x"),
    ends("provided",        (2024, 1, 8),   (2024, 2, 8),   (2027, 3, 3),  "provided.al2023"),
    ends("java8",           (2024, 1, 8),   (2024, 2, 8),   (2027, 3, 3),  "java25"),
    ends("go1.x",           (2024, 1, 8),   (2024, 2, 8),   (2027, 3, 3),  "provided.al2023"),
    ends("ruby2.7",         (2023, 12, 7),  (2024, 1, 9),   (2027, 3, 3),  "ruby4.0"),
    ends("python3.7",       (2023, 12, 4),  (2024, 1, 9),   (2027, 3, 3),  "python3.14"),
    ends("nodejs14.x",      (2023, 12, 4),  (2024, 1, 9),   (2027, 3, 3),  "nodejs24.x"),
    ends("dotnetcore3.1",   (2023, 4, 3),   (2023, 4, 3),   (2023, 5, 3),  "dotnet10"),
    ends("nodejs12.x",      (2023, 3, 31),  (2023, 3, 31),  (2023, 4, 30), "nodejs24.x"),
    ends("python3.6",       (2022, 7, 18),  (2022, 7, 18),  (2022, 8, 29), "python3.14"),
    ends("dotnetcore2.1",   (2022, 1, 5),   (2022, 1, 5),   (2022, 4, 13), "dotnet10"),
    ends("ruby2.5",         (2021, 7, 30),  (2021, 7, 30),  (2022, 3, 31), "ruby4.0"),
    ends("nodejs10.x",      (2021, 7, 30),  (2021, 7, 30),  (2022, 2, 14), "nodejs24.x"),
    ends("python2.7",       (2021, 7, 15),  (2021, 7, 15),  (2022, 5, 30), "python3.14"),
    ends("nodejs8.10",      (2020, 3, 6),   (2020, 2, 4),   (2020, 3, 6),  "nodejs24.x"),
    ends("nodejs4.3-edge",  (2020, 3, 5),   (2019, 3, 31),  (2019, 4, 30), "nodejs24.x"),
    ends("nodejs4.3",       (2020, 3, 5),   (2020, 2, 3),   (2020, 3, 5),  "nodejs24.x"),
    ends("nodejs6.10",      (2019, 8, 12),  (2019, 7, 12),  (2019, 8, 12), "nodejs24.x"),
    ends("dotnetcore1.0",   (2019, 6, 27),  (2019, 6, 30),  (2019, 7, 30), "dotnet10"),
    ends("dotnetcore2.0",   (2019, 5, 30),  (2019, 4, 30),  (2019, 5, 30), "dotnet10"),
    ends("nodejs",          (2016, 8, 30),  (2016, 9, 30),  (2016, 10, 31), "nodejs24.x"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{AS_OF, RUNTIMES, find};

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<&str> = RUNTIMES.iter().map(|runtime| runtime.id).collect();
        assert_eq!(ids.len(), RUNTIMES.len());
    }

    #[test]
    fn every_successor_is_in_the_table_and_supported() {
        for runtime in RUNTIMES {
            let Some(successor) = runtime.successor else {
                continue;
            };
            let successor = find(successor).expect("in the table");
            assert!(
                successor.deprecated.is_none_or(|day| day > AS_OF),
                "{} leads to {}",
                runtime.id,
                successor.id
            );
        }
    }

    #[test]
    fn updates_are_blocked_no_earlier_than_new_functions() {
        for runtime in RUNTIMES {
            assert!(
                runtime.block_create <= runtime.block_update,
                "{}",
                runtime.id
            );
        }
    }
}
