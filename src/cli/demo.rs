//! The embedded demo: a recording of the estate `clinic`, made by the maintainer command `dev demo`.

/// The recording, as `tripod_archive` writes it.
pub(crate) const RECORDING: &[u8] = include_bytes!("demo/clinic.ndjson.gz");
