//! Keeps what a host asks for: its robots.txt, and how long to wait.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::{Store, micros, span, time};
use crate::error::Result;

/// What is known of a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostState {
    /// Its robots.txt, once it was asked for.
    pub robots: Option<Robots>,
    /// Time to wait beyond the usual, after errors.
    pub backoff: SignedDuration,
    /// Smoothed time to answer.
    pub latency: SignedDuration,
    /// Failures in a row.
    pub failures: u32,
    /// No request before.
    pub next_allowed: Option<Timestamp>,
}

/// The last good robots.txt, and how the last attempt at it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robots {
    /// The file as last answered, and when; none where there never was one.
    pub file: Option<(Vec<u8>, Timestamp)>,
    /// HTTP status of the last attempt; none where no answer came.
    pub status: Option<u16>,
    /// When the last attempt was.
    pub checked: Timestamp,
}

impl Store {
    /// What is known of a host; of an unknown one, nothing.
    ///
    /// # Errors
    /// The store refuses.
    pub fn host(&self, name: &str) -> Result<HostState> {
        let state = self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT robots, robots_fetched, robots_status, robots_checked,
                            backoff, latency, failures, next_allowed
                     FROM host WHERE name = ?1",
                )?
                .query_row([name], state)
                .optional()
        })?;
        Ok(state.unwrap_or_default())
    }

    /// Keeps what is known of a host.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_host(&self, name: &str, state: &HostState) -> Result<()> {
        let robots = state.robots.as_ref();
        let file = robots.and_then(|robots| robots.file.as_ref());
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO host
                     (name, robots, robots_fetched, robots_status, robots_checked,
                      backoff, latency, failures, next_allowed)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(params![
                    name,
                    file.map(|(bytes, _)| bytes),
                    file.map(|(_, fetched)| micros(*fetched)),
                    robots.and_then(|robots| robots.status),
                    robots.map(|robots| micros(robots.checked)),
                    span(state.backoff),
                    span(state.latency),
                    state.failures,
                    state.next_allowed.map(micros),
                ])
        })?;
        Ok(())
    }

    /// Keeps how a host is to be paced; its robots.txt stays as it is kept.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_pace(&self, name: &str, state: &HostState) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO host (name, backoff, latency, failures, next_allowed)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (name) DO UPDATE SET backoff = ?2, latency = ?3, failures = ?4, next_allowed = ?5",
                )?
                .execute(params![
                    name,
                    span(state.backoff),
                    span(state.latency),
                    state.failures,
                    state.next_allowed.map(micros),
                ])
        })?;
        Ok(())
    }
}

fn state(row: &rusqlite::Row<'_>) -> rusqlite::Result<HostState> {
    let file: Option<Vec<u8>> = row.get(0)?;
    let fetched: Option<i64> = row.get(1)?;
    let status = row.get(2)?;
    let checked: Option<i64> = row.get(3)?;
    let robots = checked.map(|checked| Robots {
        file: file.zip(fetched.map(time)),
        status,
        checked: time(checked),
    });
    Ok(HostState {
        robots,
        backoff: SignedDuration::from_micros(row.get(4)?),
        latency: SignedDuration::from_micros(row.get(5)?),
        failures: row.get(6)?,
        next_allowed: row.get::<_, Option<i64>>(7)?.map(time),
    })
}
