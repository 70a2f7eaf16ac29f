//! Keeps the links: what is to be fetched next from whom, and how the last fetch ended.
//!
//! A link has one row for life, by its canonical URL.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, params};
use url::Url;

use super::lease::{COLUMNS, lease};
use super::pages::{PAGE, Pages};
use super::tally::State;
use super::{Store, micros, time};
use crate::error::Result;

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An article, as far as the URL tells.
    Page,
    /// RSS, Atom or JSON feed.
    Feed,
    /// Sitemap or sitemap index.
    Sitemap,
    /// A page that lists articles.
    Section,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Page, Self::Feed, Self::Sitemap, Self::Section];

    /// `page`, `feed`, `sitemap` or `section`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Section => "section",
        }
    }
}

impl ToSql for Kind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or(FromSqlError::InvalidType)
    }
}

/// A URL found, not yet fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Canonical URL.
    pub url: Url,
    /// Id of the source.
    pub source: String,
    /// What it leads to.
    pub kind: Kind,
    /// URL of the feed, sitemap or page that names it; none for what the configuration names.
    pub discovered_from: Option<String>,
    /// Higher goes first. A few levels are meant, not a number for each link.
    pub priority: u8,
    /// When the feed or sitemap says it was published, as it says it.
    pub published: Option<String>,
    /// Title that the feed or the anchor gives.
    pub title: Option<String>,
}

/// The links of one source on one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Id of the source.
    pub source: String,
    /// Host, with the port where it is not the scheme's own.
    pub host: String,
    /// When the first link is due, or the host allows a request, whichever is later.
    pub due: Timestamp,
}

/// A link of the queue as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The link.
    pub link: Link,
    /// How its last fetch ended.
    pub state: State,
    /// Why, of a blocked, failed or passed one.
    pub cause: Option<String>,
    /// When it is next to be fetched; none: never.
    pub due: Option<Timestamp>,
}

/// The highest priority below one that an open link of a lane has.
pub(super) const LEVEL_BELOW: &str = "SELECT priority FROM link INDEXED BY link_next
    WHERE due IS NOT NULL AND source = ?1 AND host = ?2 AND priority < ?3
    ORDER BY priority DESC LIMIT 1";

/// Where a link stands in its lane: priority, when it is due, key.
type Place = (i64, i64, i64);

/// The host of a URL as lanes and [`Store::host`] name it.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Store {
    /// Puts a link into the queue, due now. A known one is not fetched again for that; it takes
    /// over a higher priority and the hints it lacked, a page that turns out to be a feed,
    /// sitemap or section becomes one, and one that was passed over is wanted after all.
    /// True where it was not known.
    ///
    /// # Errors
    /// The store refuses.
    pub fn enqueue(&self, link: &Link, now: Timestamp) -> Result<bool> {
        self.join(|| {
            let new = self.insert_link(link, "new", Some(now))?;
            if !new {
                self.better_link(link, now)?;
            }
            Ok(new)
        })
    }

    /// Marks a link as done without a fetch of its own: its page was reached under another URL.
    /// True where it was not known.
    ///
    /// # Errors
    /// The store refuses.
    pub fn settle(&self, link: &Link, now: Timestamp) -> Result<bool> {
        self.join(|| {
            let new = self.insert_link(link, "done", None)?;
            if !new {
                self.ask(|connection| {
                    connection
                        .prepare_cached(
                            "UPDATE link SET state = 'done', cause = NULL, due = NULL, lease = NULL, fetched = ?2
                             WHERE url = ?1 AND kind = 'page' AND due IS NOT NULL",
                        )?
                        .execute(params![link.url.as_str(), micros(now)])
                })?;
            }
            Ok(new)
        })
    }

    /// Writes down a link that is not worth a request, and why in a few words. A known one stays as
    /// it is. True where it was not known.
    ///
    /// # Errors
    /// The store refuses.
    pub fn pass_over(&self, link: &Link, cause: &str) -> Result<bool> {
        self.join(|| {
            let new = self.insert_link(link, "passed", None)?;
            if new {
                self.ask(|connection| {
                    connection
                        .prepare_cached("UPDATE link SET cause = ?2 WHERE url = ?1")?
                        .execute([link.url.as_str(), cause])
                })?;
            }
            Ok(new)
        })
    }

    /// Whether a link was ever in the queue.
    ///
    /// # Errors
    /// The store refuses.
    pub fn knows(&self, url: &Url) -> Result<bool> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT 1 FROM link WHERE url = ?1")?
                .exists([url.as_str()])
        })
    }

    /// A link as it stands; nothing where it was never in the queue.
    ///
    /// # Errors
    /// The store refuses.
    pub fn known(&self, url: &Url) -> Result<Option<Known>> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS}, state, cause, due FROM link WHERE url = ?1"
                ))?
                .query_row([url.as_str()], |row| {
                    Ok(Known {
                        link: lease(row)?.link,
                        state: row.get("state")?,
                        cause: row.get("cause")?,
                        due: row.get::<_, Option<i64>>("due")?.map(time),
                    })
                })
                .optional()
        })
    }

    fn insert_link(&self, link: &Link, state: &str, due: Option<Timestamp>) -> Result<bool> {
        let inserted = self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO link (url, host, source, kind, discovered_from, priority, published,
                                       title, state, attempts, due)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)
                     ON CONFLICT (url) DO NOTHING",
                )?
                .execute(params![
                    link.url.as_str(),
                    host_of(&link.url),
                    link.source,
                    link.kind,
                    link.discovered_from,
                    link.priority,
                    link.published,
                    link.title,
                    state,
                    due.map(micros),
                ])
        })?;
        Ok(inserted > 0)
    }

    fn better_link(&self, link: &Link, now: Timestamp) -> Result<()> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "UPDATE link SET
                       priority = max(priority, ?3),
                       published = coalesce(published, ?4),
                       title = coalesce(title, ?5),
                       due = iif(state = 'passed' OR (kind = 'page' AND ?2 <> 'page' AND lease IS NULL), ?6, due),
                       kind = iif(kind = 'page', ?2, kind),
                       cause = iif(state = 'passed', NULL, cause),
                       state = iif(state = 'passed', 'new', state)
                     WHERE url = ?1
                       AND (priority < ?3 OR (published IS NULL AND ?4 IS NOT NULL)
                            OR (title IS NULL AND ?5 IS NOT NULL) OR (kind = 'page' AND ?2 <> 'page')
                            OR state = 'passed')",
                )?
                .execute(params![
                    link.url.as_str(),
                    link.kind,
                    link.priority,
                    link.published,
                    link.title,
                    micros(now),
                ])
        })?;
        Ok(())
    }

    /// Every source and host with links to fetch, now or later; as many steps as lanes.
    ///
    /// # Errors
    /// The store refuses.
    pub fn lanes(&self) -> Result<Vec<Lane>> {
        let mut lanes: Vec<Lane> = Vec::new();
        loop {
            let last = lanes.last();
            let after = last.map_or(("", ""), |lane| (&lane.source, &lane.host));
            let next = self.ask(|connection| {
                connection
                    .prepare_cached(
                        "SELECT source, host,
                           max(due, coalesce((SELECT next_allowed FROM host WHERE name = link.host), due))
                         FROM link INDEXED BY link_due
                         WHERE due IS NOT NULL AND (source, host) > (?1, ?2)
                         ORDER BY source, host, due LIMIT 1",
                    )?
                    .query_row(after, |row| {
                        Ok(Lane { source: row.get(0)?, host: row.get(1)?, due: time(row.get(2)?) })
                    })
                    .optional()
            })?;
            match next {
                Some(lane) => lanes.push(lane),
                None => return Ok(lanes),
            }
        }
    }

    /// The links of a lane that are due, in the order in which they would be leased, without leasing them.
    pub fn waiting(&self, lane: &Lane, now: Timestamp) -> impl Iterator<Item = Result<Link>> + '_ {
        let Lane { source, host, .. } = lane.clone();
        let first: Place = (i64::MAX, i64::MIN, 0);
        Pages::new(first, move |&(level, due, id)| {
            let (mut page, mut after) = (Vec::new(), (level, due, id));
            loop {
                page.extend(self.waiting_at(&source, &host, after, now)?);
                match self.level_below(&source, &host, after.0)? {
                    Some(lower) if page.len() < PAGE => after = (lower, i64::MIN, 0),
                    _ => return Ok(page),
                }
            }
        })
    }

    fn waiting_at(
        &self,
        source: &str,
        host: &str,
        (level, due, id): Place,
        now: Timestamp,
    ) -> Result<Vec<(Place, Link)>> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS}, due FROM link INDEXED BY link_next
                     WHERE source = ?1 AND host = ?2 AND priority = ?3 AND due <= ?6 AND (due, id) > (?4, ?5)
                     ORDER BY due, id LIMIT {PAGE}"
                ))?
                .query_map(params![source, host, level, due, id, micros(now)], |row| {
                    Ok(((level, row.get("due")?, row.get(0)?), lease(row)?.link))
                })?
                .collect()
        })
    }

    /// The highest priority below `level` that any open link of a lane has.
    pub(super) fn level_below(&self, source: &str, host: &str, level: i64) -> Result<Option<i64>> {
        self.ask(|connection| {
            connection
                .prepare_cached(LEVEL_BELOW)?
                .query_row(params![source, host, level], |row| row.get(0))
                .optional()
        })
    }
}
