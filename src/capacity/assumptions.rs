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
    /// Instances that a capacity provider starts with, for the sake of zones.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-scaling.html>
    pub first_instances: u32,
    /// Processors of the smallest instance, where the provider allows types whose size does not tell.
    pub processors_per_instance: u32,
    /// Processors that a capacity provider may have where it shows no bound: the most that AWS takes.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CapacityProviderScalingConfig.html>
    pub processors_per_provider_bound: u32,
    /// Functions with a new set of security groups each, in the scenario of new functions, where nobody
    /// asks for another number.
    pub new_functions: u32,
}

impl Default for Assumptions {
    /// 20 connections, at most 1,024, 65,000 on an interface; 3 instances of 2 processors, at most 15,000
    /// processors; 1 new function.
    fn default() -> Self {
        Self {
            connections_per_environment: 20,
            connections_per_environment_bound: 1_024,
            connections_per_interface: 65_000,
            first_instances: 3,
            processors_per_instance: 2,
            processors_per_provider_bound: 15_000,
            new_functions: 1,
        }
    }
}

impl Assumptions {
    /// The interfaces that carry `concurrency` executions of so many connections.
    pub(crate) fn carriers(&self, concurrency: Fraction, connections: u32) -> i64 {
        concurrency
            .times(connections)
            .over(i64::from(self.connections_per_interface))
            .ceil()
    }
}
