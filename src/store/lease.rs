//! Gives a link to one fetcher for a time, and writes down how the fetch ended.
//!
//! `due` is when a link is next to be fetched, and a lease moves it to the lease's end: what a
//! dead program had leased comes back by itself.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};
use url::Url;

use super::fault::foreign;
use super::queue::Link;
use super::{Store, micros, span, time};
use crate::error::Result;

/// A link that one fetcher has for a time, with what the last fetch left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Key of the link.
    pub id: i64,
    /// The link.
    pub link: Link,
    /// Leases since the last success, this one included.
    pub attempts: u32,
    /// When the link comes back unless it is completed.
    pub until: Timestamp,
    /// `ETag` of the last answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the last answer, as written.
    pub last_modified: Option<String>,
    /// Digest of the last body.
    pub digest: Option<String>,
    /// When it last answered.
    pub fetched: Option<Timestamp>,
    /// Time between two fetches, of what recurs.
    pub interval: Option<SignedDuration>,
}

/// How a fetch ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A body came.
    Done(Answer),
    /// The server or the digest says that nothing changed.
    Unchanged {
        /// When to ask again; none: never.
        next: Option<Timestamp>,
        /// The new interval; none leaves the old one.
        interval: Option<SignedDuration>,
    },
    /// Not allowed: by robots.txt, a 403, a challenge.
    Blocked {
        /// A few words that are counted, such as `robots`.
        cause: String,
        /// When to try again; none: never.
        retry: Option<Timestamp>,
    },
    /// Not yet: the host is to be left alone, or does not say what may be fetched. That is no attempt.
    Postponed {
        /// A few words that are counted, such as `later`.
        cause: String,
        /// When to try.
        until: Timestamp,
    },
    /// Not possible: timeout, 5xx, too large.
    Failed {
        /// A few words that are counted, such as `timeout`.
        cause: String,
        /// When to try again; none: never.
        retry: Option<Timestamp>,
    },
}

/// What a fetch leaves for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`, as written.
    pub last_modified: Option<String>,
    /// Digest of the body.
    pub digest: Option<String>,
    /// When to fetch again; none: never.
    pub next: Option<Timestamp>,
    /// Time between two fetches, of what recurs.
    pub interval: Option<SignedDuration>,
}

/// What [`lease`] reads of a link.
pub(super) const COLUMNS: &str =
    "id, url, source, kind, discovered_from, priority, published, title,
                       attempts, etag, last_modified, digest, fetched, interval";

impl Store {
    /// Takes the most urgent due link of a lane until `until`; then it is anyone's again.
    /// When the host allows a request is the caller's to know.
    ///
    /// # Errors
    /// The store refuses.
    pub fn lease(
        &self,
        source: &str,
        host: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>> {
        self.join(|| {
            let Some(mut lease) = self.first_due(source, host, now)? else {
                return Ok(None);
            };
            self.ask(|connection| {
                connection
                    .prepare_cached(
                        "UPDATE link SET due = ?2, lease = ?2, attempts = attempts + 1 WHERE id = ?1",
                    )?
                    .execute(params![lease.id, micros(until)])
            })?;
            lease.attempts += 1;
            lease.until = until;
            Ok(Some(lease))
        })
    }

    /// A step a priority: within one, the index leads with the link that is due first.
    fn first_due(&self, source: &str, host: &str, now: Timestamp) -> Result<Option<Lease>> {
        let mut above = i64::MAX;
        loop {
            let level = self.level_below(source, host, above)?;
            let Some(level) = level else { return Ok(None) };
            let found = self.ask(|connection| {
                connection
                    .prepare_cached(&first_of_level())?
                    .query_row(params![source, host, level, micros(now)], lease)
                    .optional()
            })?;
            if found.is_some() {
                return Ok(found);
            }
            above = level;
        }
    }

    /// Writes down how a leased fetch ended. False where the lease was lost to another fetcher
    /// meanwhile: then nothing is changed, and what goes with it is to be undone.
    ///
    /// # Errors
    /// The store refuses.
    pub fn complete(&self, lease: &Lease, outcome: &Outcome, now: Timestamp) -> Result<bool> {
        let changed = match outcome {
            Outcome::Done(answer) => self.complete_done(lease, answer, now),
            Outcome::Unchanged { next, interval } => self.ask(|connection| {
                connection
                    .prepare_cached(
                        "UPDATE link SET state = 'unchanged', cause = NULL, attempts = 0, lease = NULL,
                           due = ?3, interval = coalesce(?4, interval), fetched = ?5
                         WHERE id = ?1 AND lease = ?2",
                    )?
                    .execute(params![
                        lease.id,
                        micros(lease.until),
                        next.map(micros),
                        interval.map(span),
                        micros(now),
                    ])
            }),
            Outcome::Postponed { cause, until } => self.ask(|connection| {
                connection
                    .prepare_cached(
                        "UPDATE link SET cause = ?3, lease = NULL, due = ?4, attempts = attempts - 1
                         WHERE id = ?1 AND lease = ?2",
                    )?
                    .execute(params![lease.id, micros(lease.until), cause, micros(*until)])
            }),
            Outcome::Blocked { cause, retry } => self.complete_without(lease, "blocked", cause, *retry),
            Outcome::Failed { cause, retry } => self.complete_without(lease, "failed", cause, *retry),
        }?;
        Ok(changed > 0)
    }

    fn complete_done(&self, lease: &Lease, answer: &Answer, now: Timestamp) -> Result<usize> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE link SET state = 'done', cause = NULL, attempts = 0, lease = NULL,
                       due = ?3, interval = ?4, fetched = ?5, etag = ?6, last_modified = ?7, digest = ?8
                     WHERE id = ?1 AND lease = ?2",
                )?
                .execute(params![
                    lease.id,
                    micros(lease.until),
                    answer.next.map(micros),
                    answer.interval.map(span),
                    micros(now),
                    answer.etag,
                    answer.last_modified,
                    answer.digest,
                ])
        })
    }

    fn complete_without(
        &self,
        lease: &Lease,
        state: &str,
        cause: &str,
        retry: Option<Timestamp>,
    ) -> Result<usize> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE link SET state = ?3, cause = ?4, lease = NULL, due = ?5
                     WHERE id = ?1 AND lease = ?2",
                )?
                .execute(params![
                    lease.id,
                    micros(lease.until),
                    state,
                    cause,
                    retry.map(micros)
                ])
        })
    }

    /// Gives a link back untried, due now: the program ends, or the host must wait.
    ///
    /// # Errors
    /// The store refuses.
    pub fn release(&self, lease: &Lease, now: Timestamp) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE link SET due = ?3, lease = NULL, attempts = attempts - 1
                     WHERE id = ?1 AND lease = ?2",
                )?
                .execute(params![lease.id, micros(lease.until), micros(now)])
        })?;
        Ok(())
    }
}

impl Store {
    /// Makes every leased link due now. Only for whoever knows that no other program fetches.
    ///
    /// # Errors
    /// The store refuses.
    pub fn release_all(&self, now: Timestamp) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached("UPDATE link SET due = ?1, lease = NULL WHERE lease IS NOT NULL")?
                .execute([micros(now)])
        })?;
        Ok(())
    }
}

impl Store {
    /// Has nothing wait longer than to `latest`: links that are due later are due now, hosts that are left
    /// alone until later, or whose robots.txt was read later than `now`, are asked again.
    ///
    /// # Errors
    /// The store refuses.
    pub fn forget_the_future(&self, latest: Timestamp, now: Timestamp) -> Result<()> {
        let (latest, now) = (micros(latest), micros(now));
        self.commit(|| {
            self.ask(|connection| {
                let mut links =
                    connection.prepare_cached("UPDATE link SET due = ?2 WHERE due > ?1")?;
                links.execute([latest, now])?;
                let mut hosts = connection.prepare_cached(
                    "UPDATE host SET next_allowed = NULL WHERE next_allowed > ?1",
                )?;
                hosts.execute([latest])?;
                let mut robots = connection.prepare_cached(
                    "UPDATE host SET robots_checked = ?1 WHERE robots_checked > ?2",
                )?;
                robots
                    .execute([micros(Timestamp::UNIX_EPOCH), now])
                    .map(drop)
            })
        })
    }
}

fn first_of_level() -> String {
    format!(
        "SELECT {COLUMNS} FROM link INDEXED BY link_next
         WHERE due <= ?4 AND source = ?1 AND host = ?2 AND priority = ?3
         ORDER BY due, id LIMIT 1"
    )
}

/// A lease that still lacks its end, from the row of a link.
pub(super) fn lease(row: &Row<'_>) -> rusqlite::Result<Lease> {
    let url: String = row.get(1)?;
    Ok(Lease {
        id: row.get(0)?,
        link: Link {
            url: Url::parse(&url).map_err(|_| foreign("link.url", &url))?,
            source: row.get(2)?,
            kind: row.get(3)?,
            discovered_from: row.get(4)?,
            priority: row.get(5)?,
            published: row.get(6)?,
            title: row.get(7)?,
        },
        attempts: row.get(8)?,
        until: Timestamp::MIN,
        etag: row.get(9)?,
        last_modified: row.get(10)?,
        digest: row.get(11)?,
        fetched: row.get::<_, Option<i64>>(12)?.map(time),
        interval: row
            .get::<_, Option<i64>>(13)?
            .map(SignedDuration::from_micros),
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::queue::{Kind, LEVEL_BELOW};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The steps of SQLite's machine for so many leases in a queue of so many links, half of them not due yet.
    fn steps(links: usize, leases: usize) -> i32 {
        let store = Store::fleeting().unwrap();
        let fill = || {
            for number in 0..links {
                let url = format!("http://a.dz/{number}");
                let link = Link {
                    url: url.parse().unwrap(),
                    source: "a".to_owned(),
                    kind: Kind::Page,
                    discovered_from: None,
                    priority: 40 + u8::try_from(number % 3).unwrap() * 20,
                    published: None,
                    title: None,
                };
                store.enqueue(&link, at(i64::from(number % 2 == 1) * 1000))?;
            }
            Ok(())
        };
        store.commit(fill).unwrap();
        for _ in 0..leases {
            assert!(store.lease("a", "a.dz", at(1), at(60)).unwrap().is_some());
        }
        [LEVEL_BELOW, &first_of_level()]
            .map(|sql| {
                let statement = store.connection.prepare_cached(sql).unwrap();
                statement.get_status(StatementStatus::VmStep)
            })
            .iter()
            .sum()
    }

    #[test]
    fn the_next_link_takes_as_many_steps_in_a_long_queue_as_in_a_short_one() {
        let (short, long) = (steps(300, 40), steps(6_000, 40));
        assert!(short > 40, "{short}");
        assert!(long <= short + 40, "{short} steps, then {long}");
    }
}
