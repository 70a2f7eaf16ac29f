//! Keeps which hits of a saved query were told, and what of it still waits to be sent.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{Store, micros, span, time};
use crate::error::Result;

/// A saved query, as far as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertState {
    /// Its id.
    pub id: String,
    /// What the ids of its feed begin with.
    pub tag: String,
    /// When it was first known.
    pub begun: Timestamp,
    /// The revision up to which it was asked.
    pub seen: i64,
    /// How many hits were told, those that were told again included.
    pub told: i64,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Why the last attempt failed, where one did of those that wait.
    pub cause: Option<String>,
}

/// What a hit is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An article.
    Article,
    /// A dossier.
    Dossier,
}

impl Kind {
    /// The word under which it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Dossier => "dossier",
        }
    }
}

/// What a hit is of, and its id.
pub type HitKey<'a> = (Kind, &'a str);

/// A hit that was told and is still in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The hit as it was told, JSON.
    pub hit: String,
    /// When the batch began that told it.
    pub at: Timestamp,
}

/// Something to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Grows with each.
    pub id: i64,
    /// By which a receiver knows it when it comes twice.
    pub key: String,
    /// JSON.
    pub body: String,
    /// When it was made.
    pub made: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
}

impl Store {
    /// Makes a saved query known, which is asked from this revision on. False where it was known.
    ///
    /// # Errors
    /// The store refuses.
    pub fn begin_alert(&self, id: &str, tag: &str, seen: i64, now: Timestamp) -> Result<bool> {
        let made = self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO alert (id, tag, begun, seen, told) VALUES (?1, ?2, ?3, ?4, 0)",
                )?
                .execute(params![id, tag, micros(now), seen])
        })?;
        Ok(made > 0)
    }

    /// The saved queries that are known, by id.
    ///
    /// # Errors
    /// The store refuses.
    pub fn alerts(&self) -> Result<Vec<AlertState>> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!("{STATE} ORDER BY id"))?
                .query_map([], state)?
                .collect()
        })
    }

    /// One saved query.
    ///
    /// # Errors
    /// The store refuses.
    pub fn alert(&self, id: &str) -> Result<Option<AlertState>> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!("{STATE} WHERE id = ?1"))?
                .query_row([id], state)
                .optional()
        })
    }

    /// The ids of articles or dossiers that came to say something new after a revision, with the
    /// revision at which they did, in that order; `most` of them.
    ///
    /// # Errors
    /// The store refuses.
    pub fn news_since(&self, kind: Kind, revision: i64, most: u32) -> Result<Vec<(i64, String)>> {
        let table = match kind {
            Kind::Article => "record",
            Kind::Dossier => "dossier",
        };
        self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT news, id FROM {table} WHERE news > ?1 AND json IS NOT NULL ORDER BY news LIMIT ?2"
                ))?
                .query_map(params![revision, most], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// Notes up to which revision a saved query was asked.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_seen(&self, alert: &str, revision: i64) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached("UPDATE alert SET seen = ?2 WHERE id = ?1")?
                .execute(params![alert, revision])
        })?;
        Ok(())
    }

    /// Whether a hit was told, or repeats one that was.
    ///
    /// # Errors
    /// The store refuses.
    pub fn is_told(&self, alert: &str, (kind, id): HitKey<'_>) -> Result<bool> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT 1 FROM told WHERE alert = ?1 AND kind = ?2 AND id = ?3")?
                .exists(params![alert, kind.word(), id])
        })
    }

    /// Notes that a hit is told by a batch, in place of what was told of it before.
    ///
    /// # Errors
    /// The store refuses.
    pub fn tell(&self, alert: &str, (kind, id): HitKey<'_>, hit: &str, run: i64) -> Result<()> {
        self.commit(|| {
            self.ask(|connection| {
                let number: i64 = connection
                    .prepare_cached(
                        "UPDATE alert SET told = told + 1 WHERE id = ?1 RETURNING told",
                    )?
                    .query_row([alert], |row| row.get(0))?;
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO told (alert, kind, id, number, run, hit)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![alert, kind.word(), id, number, run, hit])
            })?;
            Ok(())
        })
    }

    /// Notes that a hit is not told, since it repeats one that was.
    ///
    /// # Errors
    /// The store refuses.
    pub fn tell_silently(&self, alert: &str, (kind, id): HitKey<'_>, run: i64) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO told (alert, kind, id, number, run) VALUES (?1, ?2, ?3, 0, ?4)",
                )?
                .execute(params![alert, kind.word(), id, run])
        })?;
        Ok(())
    }

    /// Lets go of the text of what was told before the last `most`.
    ///
    /// # Errors
    /// The store refuses.
    pub fn trim_told(&self, alert: &str, most: u32) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE told SET hit = NULL WHERE alert = ?1 AND hit IS NOT NULL AND number <= (
                       SELECT number FROM told WHERE alert = ?1 AND hit IS NOT NULL
                       ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                )?
                .execute(params![alert, most])
        })?;
        Ok(())
    }

    /// What was told last, the latest first, as far as its text is kept.
    ///
    /// # Errors
    /// The store refuses.
    pub fn told(&self, alert: &str) -> Result<Vec<Told>> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT hit, started FROM told JOIN run ON run.id = told.run
                     WHERE alert = ?1 AND hit IS NOT NULL ORDER BY number DESC",
                )?
                .query_map([alert], |row| {
                    Ok(Told {
                        hit: row.get(0)?,
                        at: time(row.get(1)?),
                    })
                })?
                .collect()
        })
    }

    /// Puts something into the queue of what is to be sent.
    ///
    /// # Errors
    /// The store refuses.
    pub fn add_delivery(&self, alert: &str, key: &str, body: &str, now: Timestamp) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO delivery (alert, key, body, made, attempts, due) VALUES (?1, ?2, ?3, ?4, 0, ?4)",
                )?
                .execute(params![alert, key, body, micros(now)])
        })?;
        Ok(())
    }

    /// The first thing behind an id that is due; what waits for longer than `most` waits by a clock that
    /// was set back since, and is due.
    ///
    /// # Errors
    /// The store refuses.
    pub fn delivery_behind(
        &self,
        alert: &str,
        id: i64,
        now: Timestamp,
        most: SignedDuration,
    ) -> Result<Option<Delivery>> {
        let now = micros(now);
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT id, key, body, made, attempts FROM delivery
                     WHERE alert = ?1 AND id > ?2 AND (due <= ?3 OR due > ?4) ORDER BY id LIMIT 1",
                )?
                .query_row(
                    params![alert, id, now, now.saturating_add(span(most))],
                    |row| {
                        Ok(Delivery {
                            id: row.get(0)?,
                            key: row.get(1)?,
                            body: row.get(2)?,
                            made: time(row.get(3)?),
                            attempts: row.get(4)?,
                        })
                    },
                )
                .optional()
        })
    }

    /// Takes something out of the queue: it arrived, or is given up.
    ///
    /// # Errors
    /// The store refuses.
    pub fn drop_delivery(&self, id: i64) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached("DELETE FROM delivery WHERE id = ?1")?
                .execute([id])
        })?;
        Ok(())
    }

    /// Notes a failed attempt.
    ///
    /// # Errors
    /// The store refuses.
    pub fn postpone_delivery(&self, id: i64, cause: &str, due: Timestamp) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE delivery SET attempts = attempts + 1, due = ?3, cause = ?2 WHERE id = ?1",
                )?
                .execute(params![id, cause, micros(due)])
        })?;
        Ok(())
    }
}

const STATE: &str = "SELECT id, tag, begun, seen, told,
  (SELECT count(*) FROM delivery WHERE alert = alert.id),
  (SELECT cause FROM delivery WHERE alert = alert.id AND cause IS NOT NULL ORDER BY id LIMIT 1)
  FROM alert";

fn state(row: &Row<'_>) -> rusqlite::Result<AlertState> {
    let waiting: i64 = row.get(5)?;
    Ok(AlertState {
        id: row.get(0)?,
        tag: row.get(1)?,
        begun: time(row.get(2)?),
        seen: row.get(3)?,
        told: row.get(4)?,
        waiting: waiting.cast_unsigned(),
        cause: row.get(6)?,
    })
}
