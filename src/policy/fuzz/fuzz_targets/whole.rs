//! Any bytes as a policy, and everything asked of it.
#![no_main]

#[path = "../whole.rs"]
mod whole;

libfuzzer_sys::fuzz_target!(|data: &[u8]| whole::whole(data));
