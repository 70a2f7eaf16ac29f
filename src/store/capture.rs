//! Keeps where each capture lies in the archive.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::pages::{PAGE, Pages};
use super::{Store, micros, time};
use crate::archive::Location;
use crate::archive::capture::Capture;
use crate::error::Result;

/// A capture in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Grows with each capture.
    pub id: i64,
    /// The URL that it counts as: canonical.
    pub url: String,
    /// Id of the source.
    pub source: String,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// HTTP status.
    pub status: u16,
    /// Where it lies.
    pub location: Location,
}

const COLUMNS: &str = "id, url, source, fetched, status, file, offset, length, digest";

impl Store {
    /// Keeps where a capture lies; whether its body is known is the caller's to ask.
    ///
    /// # Errors
    /// The store refuses.
    pub fn insert_capture(
        &self,
        capture: &Capture,
        source: &str,
        location: &Location,
    ) -> Result<i64> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO capture (url, source, fetched, status, file, offset, length, digest)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .insert(params![
                    capture.url,
                    source,
                    micros(capture.fetched),
                    capture.status,
                    location.file,
                    location.offset.cast_signed(),
                    location.length.cast_signed(),
                    location.digest,
                ])
        })
    }

    /// The latest capture of a URL.
    ///
    /// # Errors
    /// The store refuses.
    pub fn capture(&self, url: &str) -> Result<Option<Stored>> {
        self.one_capture("url = ?1 ORDER BY fetched DESC, id DESC", url)
    }

    /// The first capture with this body, under whatever URL.
    ///
    /// # Errors
    /// The store refuses.
    pub fn capture_by_digest(&self, digest: &str) -> Result<Option<Stored>> {
        self.one_capture("digest = ?1 ORDER BY id", digest)
    }

    /// Whether no later capture of the same URL is known.
    ///
    /// # Errors
    /// The store refuses.
    pub fn is_latest(&self, stored: &Stored) -> Result<bool> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT NOT EXISTS (SELECT 1 FROM capture WHERE url = ?1 AND id > ?2)",
                )?
                .query_row(params![stored.url, stored.id], |row| row.get(0))
        })
    }

    /// Up to which byte the store knows each file of the archive.
    ///
    /// # Errors
    /// The store refuses.
    pub fn known_of_archive(&self) -> Result<BTreeMap<String, u64>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT file, max(offset + length) FROM capture GROUP BY file")?
                .query_map([], |row| {
                    Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
                })?
                .collect()
        })
    }

    /// Forgets the captures that the archive lost with the end of a file: those of `file` that do not end at
    /// byte `end` or before. Their links are due again, and count as never fetched; what was read from them
    /// stays. Returns how many there were.
    ///
    /// # Errors
    /// The store refuses.
    pub fn lose_captures(&self, file: &str, end: u64, now: Timestamp) -> Result<u64> {
        self.commit(|| {
            let mut lost = 0;
            // what is appended later has the greater id: the first that is whole ends the search
            while let Some(last) = self.one_capture("file = ?1 ORDER BY id DESC", file)?
                && last.location.offset + last.location.length > end
            {
                self.lose(&last, now)?;
                lost += 1;
            }
            Ok(lost)
        })
    }

    fn lose(&self, capture: &Stored, now: Timestamp) -> Result<()> {
        self.ask(|connection| {
            let mut article = connection
                .prepare_cached("UPDATE article SET capture = NULL WHERE capture = ?1")?;
            article.execute([capture.id])?;
            // under whatever URL the same body was seen, it is here no more
            let mut link = connection.prepare_cached(
                "UPDATE link SET state = 'new', due = ?2, etag = NULL, last_modified = NULL,
                   digest = NULL, fetched = NULL WHERE url = ?1 OR digest = ?3",
            )?;
            link.execute(params![capture.url, micros(now), capture.location.digest])?;
            let mut row = connection.prepare_cached("DELETE FROM capture WHERE id = ?1")?;
            row.execute([capture.id]).map(drop)
        })
    }

    /// How many captures stand behind an id.
    ///
    /// # Errors
    /// The store refuses.
    pub fn count_captures_after(&self, id: i64) -> Result<u64> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT count(*) FROM capture WHERE id > ?1")?
                .query_row([id], |row| row.get::<_, i64>(0))
                .map(i64::cast_unsigned)
        })
    }

    fn one_capture(&self, condition: &str, value: &str) -> Result<Option<Stored>> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM capture WHERE {condition} LIMIT 1"
                ))?
                .query_row([value], stored)
                .optional()
        })
    }

    /// The captures behind an id, in the order of their ids: what came since the last batch, or, behind 0, all.
    pub fn captures_after(&self, id: i64) -> impl Iterator<Item = Result<Stored>> + '_ {
        Pages::new(id, |&last| {
            self.ask(|connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM capture WHERE id > ?1 ORDER BY id LIMIT {PAGE}"
                    ))?
                    .query_map([last], |row| Ok((row.get(0)?, stored(row)?)))?
                    .collect()
            })
        })
    }
}

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        url: row.get(1)?,
        source: row.get(2)?,
        fetched: time(row.get(3)?),
        status: row.get(4)?,
        location: Location {
            file: row.get(5)?,
            offset: row.get::<_, i64>(6)?.cast_unsigned(),
            length: row.get::<_, i64>(7)?.cast_unsigned(),
            digest: row.get(8)?,
        },
    })
}
