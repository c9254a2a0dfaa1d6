//! What a collector is: data and one function. Those of the core ask by the AWS SDK, those of its
//! neighbours by a wire.

use std::fmt;
use std::pin::Pin;

use tripod_model::apigateway::ApiGateway;
use tripod_model::apigatewayv2::ApiGatewayV2;
use tripod_model::cloudtrail::CloudTrail;
use tripod_model::ec2::Ec2;
use tripod_model::iam::Iam;
use tripod_model::kms::Kms;
use tripod_model::lambda::Lambda;
use tripod_model::{Account, RegionalAccount};
pub use tripod_neighbours::Place;
use tripod_neighbours::{Neighbour, Wave};

use crate::context::Context;
use crate::wire;

/// Reads one service, whichever way.
#[derive(Clone, Copy)]
pub enum Reader {
    /// By the AWS SDK.
    Core(&'static Collector),
    /// By a wire.
    Neighbour(&'static Neighbour),
}

impl Reader {
    /// The prefix of its operations.
    pub fn service(self) -> &'static str {
        match self {
            Self::Core(collector) => collector.service,
            Self::Neighbour(neighbour) => neighbour.service,
        }
    }

    /// Where it is asked.
    pub fn place(self) -> Place {
        match self {
            Self::Core(collector) => collector.place,
            Self::Neighbour(neighbour) => neighbour.place,
        }
    }

    /// When it is asked.
    pub fn wave(self) -> Wave {
        match self {
            Self::Core(_) => Wave::First,
            Self::Neighbour(neighbour) => neighbour.wave,
        }
    }

    /// Every operation it may call, as `service:Operation`: the guard's list, the permissions a scan
    /// needs and the documentation are made of these.
    pub fn operations(self) -> Vec<&'static str> {
        match self {
            Self::Core(collector) => collector.operations.to_vec(),
            Self::Neighbour(neighbour) => neighbour.operations(),
        }
    }

    /// Whether it may call an operation.
    pub fn asks(self, operation: &str) -> bool {
        self.operations().contains(&operation)
    }

    /// Reads it.
    pub(crate) fn read(self, context: Context) -> Reading {
        match self {
            Self::Core(collector) => (collector.run)(context),
            Self::Neighbour(neighbour) => {
                let reading = (neighbour.run)(wire::context(context, neighbour));
                Box::pin(async { Part::Neighbour(reading.await) })
            }
        }
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.service())
    }
}

/// Reads one service of the core: which operations it uses, where, and how.
pub struct Collector {
    /// The prefix of its operations.
    pub service: &'static str,
    /// Where it is asked.
    pub place: Place,
    /// Every operation it may call, as `service:Operation`.
    pub operations: &'static [&'static str],
    /// Reads it.
    pub(crate) run: fn(Context) -> Reading,
}

/// A reading under way.
pub(crate) type Reading = Pin<Box<dyn Future<Output = Part> + Send>>;

/// What one collector read.
#[derive(Debug)]
pub(crate) enum Part {
    Lambda(Box<Lambda>),
    ApiGateway(Box<ApiGateway>),
    ApiGatewayV2(ApiGatewayV2),
    Iam(Box<Iam>),
    Kms(Kms),
    CloudTrail(CloudTrail),
    Ec2(Box<Ec2>),
    Neighbour(tripod_neighbours::Part),
}

impl Part {
    /// Puts the part in its place in a region.
    pub(crate) fn into_region(self, region: &mut RegionalAccount) {
        match self {
            Self::Lambda(part) => region.lambda = *part,
            Self::ApiGateway(part) => region.apigateway = *part,
            Self::ApiGatewayV2(part) => region.apigatewayv2 = part,
            Self::Kms(part) => region.kms = part,
            Self::CloudTrail(part) => region.cloudtrail = part,
            Self::Ec2(part) => region.ec2 = *part,
            Self::Neighbour(tripod_neighbours::Part::Regional(place)) => place(region),
            // The plan asks global collectors by `into_account`.
            Self::Iam(_) | Self::Neighbour(tripod_neighbours::Part::Global(_)) => {}
        }
    }

    /// Puts the part of a global service in its place.
    pub(crate) fn into_account(self, account: &mut Account) {
        match self {
            Self::Iam(part) => account.iam = *part,
            Self::Neighbour(tripod_neighbours::Part::Global(place)) => place(account),
            // The plan asks regional collectors by `into_region`.
            _ => {}
        }
    }
}
