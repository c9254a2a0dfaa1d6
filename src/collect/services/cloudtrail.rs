//! Reads cloudtrail.
use tripod_model::cloudtrail::CloudTrail;

use crate::collector::{Collector, Part, Place};
use crate::context::Context;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "cloudtrail",
    place: Place::Regional,
    operations: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(_context: Context) -> Part {
    Part::CloudTrail(CloudTrail::not_collected())
}
