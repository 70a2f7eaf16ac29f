//! Counts the links of each source by how their last fetch ended.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use super::queue::Kind;
use super::{Store, time};
use crate::error::Result;

/// How the last fetch of a link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// There was none yet.
    New,
    /// A body came.
    Done,
    /// Nothing had changed.
    Unchanged,
    /// It was not allowed.
    Blocked,
    /// It was not possible.
    Failed,
    /// It was not tried: what is known of it speaks of another subject.
    Passed,
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value.as_str()? {
            "new" => Self::New,
            "done" => Self::Done,
            "unchanged" => Self::Unchanged,
            "blocked" => Self::Blocked,
            "failed" => Self::Failed,
            "passed" => Self::Passed,
            _ => return Err(FromSqlError::InvalidType),
        })
    }
}

/// How far the links of a source have come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// How many links of each kind are in each state.
    pub states: BTreeMap<(Kind, State), u64>,
    /// How many are blocked, failed or passed over, by cause.
    pub causes: BTreeMap<String, u64>,
    /// When any last answered.
    pub last_success: Option<Timestamp>,
}

impl Store {
    /// The progress of each source that has links.
    ///
    /// # Errors
    /// The store refuses.
    pub fn progress(&self) -> Result<BTreeMap<String, Progress>> {
        self.ask(|connection| {
            let mut sources: BTreeMap<String, Progress> = BTreeMap::new();
            let mut counts = connection.prepare_cached(
                "SELECT source, kind, state, cause, count(*) FROM link GROUP BY source, kind, state, cause",
            )?;
            let mut rows = counts.query([])?;
            while let Some(row) = rows.next()? {
                let progress = sources.entry(row.get(0)?).or_default();
                let count: u32 = row.get(4)?;
                *progress.states.entry((row.get(1)?, row.get(2)?)).or_default() += u64::from(count);
                if let Some(cause) = row.get(3)? {
                    *progress.causes.entry(cause).or_default() += u64::from(count);
                }
            }
            let mut latest = connection.prepare_cached(
                "SELECT source, max(fetched) FROM link WHERE fetched IS NOT NULL GROUP BY source",
            )?;
            let mut rows = latest.query([])?;
            while let Some(row) = rows.next()? {
                let progress = sources.entry(row.get(0)?).or_default();
                progress.last_success = Some(time(row.get(1)?));
            }
            Ok(sources)
        })
    }
}
