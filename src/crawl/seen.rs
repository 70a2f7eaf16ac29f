//! Counts what a run saw of each source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cause::Cause;

/// What a run saw of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Articles, feeds, sitemaps and sections that came with a body.
    pub fetched: u64,
    /// What the server or the digest said has not changed.
    pub unchanged: u64,
    /// Articles that were not known before.
    pub new: u64,
    /// Articles whose body, or whose page under another address, was known.
    pub duplicates: u64,
    /// New articles that read almost word for word like one that came shortly before: an error page, a
    /// wall, or one article under many addresses.
    pub alike: u64,
    /// New links that were let go: they speak of another subject, and are in no sample.
    pub passed: u64,
    /// Links that someone forbids, by cause: `robots.txt:12`, `blocked`, `challenge`.
    pub blocked: BTreeMap<String, u64>,
    /// Links that failed, by cause.
    pub failed: BTreeMap<String, u64>,
    /// Decoded bytes that came.
    pub bytes: u64,
}

impl Seen {
    /// Adds what another run saw.
    pub fn add(&mut self, other: &Self) {
        self.fetched += other.fetched;
        self.unchanged += other.unchanged;
        self.new += other.new;
        self.duplicates += other.duplicates;
        self.alike += other.alike;
        self.passed += other.passed;
        self.bytes += other.bytes;
        for (own, theirs) in [
            (&mut self.blocked, &other.blocked),
            (&mut self.failed, &other.failed),
        ] {
            for (cause, count) in theirs {
                *own.entry(cause.clone()).or_default() += count;
            }
        }
    }

    pub(super) fn count(&mut self, cause: &Cause) {
        let counts = if cause.forbids() {
            &mut self.blocked
        } else {
            &mut self.failed
        };
        *counts.entry(cause.label()).or_default() += 1;
    }
}
