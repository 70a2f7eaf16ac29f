//! Keeps what each batch run did.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::Value;

use super::{Store, micros, time};
use crate::error::Result;

/// One batch run. One that has no end was killed, or is not over.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Grows with each run.
    pub id: i64,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How it ended, in a word.
    pub outcome: Option<String>,
    /// What it did.
    pub report: Option<Value>,
}

impl Store {
    /// Writes down that a run begins; returns its id.
    ///
    /// # Errors
    /// The store refuses.
    pub fn begin_run(&self, started: Timestamp) -> Result<i64> {
        self.ask(|connection| {
            connection
                .prepare_cached("INSERT INTO run (started) VALUES (?1)")?
                .insert([micros(started)])
        })
    }

    /// Writes down how a run ended, and what it did.
    ///
    /// # Errors
    /// The store refuses.
    pub fn end_run(&self, id: i64, ended: Timestamp, outcome: &str, report: &Value) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE run SET ended = ?2, outcome = ?3, report = ?4 WHERE id = ?1",
                )?
                .execute(params![id, micros(ended), outcome, report.to_string()])
        })?;
        Ok(())
    }

    /// The last runs, the latest first.
    ///
    /// # Errors
    /// The store refuses.
    pub fn runs(&self, most: u32) -> Result<Vec<Run>> {
        self.some_runs("ORDER BY id DESC LIMIT ?1", i64::from(most))
    }

    /// One run.
    ///
    /// # Errors
    /// The store refuses.
    pub fn run(&self, id: i64) -> Result<Option<Run>> {
        Ok(self.some_runs("WHERE id = ?1", id)?.pop())
    }

    fn some_runs(&self, which: &str, value: i64) -> Result<Vec<Run>> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT id, started, ended, outcome, report FROM run {which}"
                ))?
                .query_map([value], |row| {
                    let report: Option<String> = row.get(4)?;
                    Ok(Run {
                        id: row.get(0)?,
                        started: time(row.get(1)?),
                        ended: row.get::<_, Option<i64>>(2)?.map(time),
                        outcome: row.get(3)?,
                        report: report.and_then(|json| serde_json::from_str(&json).ok()),
                    })
                })?
                .collect()
        })
    }
}
