//! Holds the stage `store` to its contract from outside.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sihafa::store::Store;

mod file;
mod library;
mod queue;

fn open(folder: &tempfile::TempDir) -> Store {
    Store::open(&folder.path().join("sihafa.sqlite")).unwrap()
}

fn said(path: &Path) -> String {
    Store::open(path).unwrap_err().to_string()
}

/// Seconds after a fixed moment.
fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-01-15T09:30:00Z".parse().unwrap();
    start + SignedDuration::from_secs(seconds)
}
