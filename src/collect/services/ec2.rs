//! Reads ec2.
use tripod_model::ec2::Ec2;

use crate::collector::{Collector, Part, Place};
use crate::context::Context;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "ec2",
    place: Place::Regional,
    operations: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(_context: Context) -> Part {
    Part::Ec2(Ec2::not_collected())
}
