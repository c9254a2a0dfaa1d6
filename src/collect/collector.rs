//! What a collector is: data and one function.

use std::pin::Pin;

use tripod_model::apigateway::ApiGateway;
use tripod_model::apigatewayv2::ApiGatewayV2;
use tripod_model::cloudtrail::CloudTrail;
use tripod_model::ec2::Ec2;
use tripod_model::iam::Iam;
use tripod_model::kms::Kms;
use tripod_model::lambda::Lambda;
use tripod_model::{Account, RegionalAccount};

use crate::context::Context;

/// Where a service lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Asked once for the account.
    Global,
    /// Asked in every region.
    Regional,
}

/// Reads one service: which operations it uses, where, and how.
pub struct Collector {
    /// The prefix of its operations.
    pub service: &'static str,
    /// Where it is asked.
    pub place: Place,
    /// Every operation it may call, as `service:Operation`: the guard's list, the permissions a scan
    /// needs and the documentation are made of these.
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
    ApiGateway(ApiGateway),
    ApiGatewayV2(ApiGatewayV2),
    Iam(Iam),
    Kms(Kms),
    CloudTrail(CloudTrail),
    Ec2(Box<Ec2>),
}

impl Part {
    /// Puts the part in its place in a region.
    pub(crate) fn into_region(self, region: &mut RegionalAccount) {
        match self {
            Self::Lambda(part) => region.lambda = *part,
            Self::ApiGateway(part) => region.apigateway = part,
            Self::ApiGatewayV2(part) => region.apigatewayv2 = part,
            Self::Kms(part) => region.kms = part,
            Self::CloudTrail(part) => region.cloudtrail = part,
            Self::Ec2(part) => region.ec2 = *part,
            // The plan asks global collectors by `into_account`.
            Self::Iam(_) => {}
        }
    }

    /// Puts the part of a global service in its place.
    pub(crate) fn into_account(self, account: &mut Account) {
        if let Self::Iam(part) = self {
            account.iam = part;
        }
    }
}
