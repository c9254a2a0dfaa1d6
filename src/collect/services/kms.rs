//! Reads kms.
use tripod_model::kms::Kms;

use crate::collector::{Collector, Part, Place};
use crate::context::Context;

pub(crate) static COLLECTOR: Collector = Collector {
    service: "kms",
    place: Place::Regional,
    operations: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(_context: Context) -> Part {
    Part::Kms(Kms::not_collected())
}
