//! The graph of hand-made accounts, against what AWS documents and what public catalogues describe.

mod bishopfox;
mod data;
mod honoured;
mod iam_vulnerable;
mod internet;
mod serverless;
mod world;
