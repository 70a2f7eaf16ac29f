//! Answers over HTTP: what batches do, as metrics.

pub mod metrics;
