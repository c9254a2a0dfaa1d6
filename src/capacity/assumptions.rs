//! What no API tells, and a projection has to take for given.

use serde::Serialize;

use crate::fraction::Fraction;

/// What the projection assumes because no API tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Assumptions {
    /// Connections that one execution environment keeps open at a time. No API shows it. 20 is a
    /// function with a database pool and a few HTTP clients; change it where NAT metrics or flow logs
    /// tell better.
    pub connections_per_environment: u32,
    /// The most connections that one execution environment can hold: its quota of file descriptors.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub connections_per_environment_bound: u32,
    /// Connections that one interface carries.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html>
    pub connections_per_interface: u32,
}

impl Default for Assumptions {
    /// 20 connections, at most 1,024, 65,000 on an interface.
    fn default() -> Self {
        Self {
            connections_per_environment: 20,
            connections_per_environment_bound: 1_024,
            connections_per_interface: 65_000,
        }
    }
}

impl Assumptions {
    /// n(s,g): the interfaces that carry `concurrency`, given those that exist.
    pub(crate) fn interfaces(&self, existing: i64, concurrency: Fraction, connections: u32) -> i64 {
        let carried = concurrency
            .times(connections)
            .over(i64::from(self.connections_per_interface));
        existing.max(1).max(carried.ceil())
    }
}
