//! Requests of a hand-made account, decided as AWS documents it.

mod decide;
mod estate;
mod questions;
