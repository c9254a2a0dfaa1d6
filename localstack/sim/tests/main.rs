//! The sim as its users meet it: through boto3, which shares no code with it, over bare sockets, and
//! as a program.

#[path = "it/boto3.rs"]
mod boto3;
#[path = "it/faults.rs"]
mod faults;
#[path = "it/generated.rs"]
mod generated;
#[path = "it/program.rs"]
mod program;
#[path = "it/quotas.rs"]
mod quotas;
#[path = "it/support.rs"]
mod support;
#[path = "it/wire.rs"]
mod wire;
