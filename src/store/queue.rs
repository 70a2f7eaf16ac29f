//! Keeps the links: what is to be fetched next from whom, and how the last fetch ended.
//!
//! A link has one row for life, by its canonical URL.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, params};
use url::Url;

use super::lease::{COLUMNS, lease};
use super::pages::{PAGE, Pages};
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

/// The host of a URL as lanes and [`Store::host`] name it.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Store {
    /// Puts a link into the queue, due now. A known one is not fetched again for that; it takes
    /// over a higher priority and the hints it lacked, and a page that turns out to be a feed,
    /// sitemap or section becomes one. True where it was not known.
    ///
    /// # Errors
    /// The store refuses.
    pub fn enqueue(&self, link: &Link, now: Timestamp) -> Result<bool> {
        self.commit(|| {
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
        self.commit(|| {
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

    /// What a URL of the queue is looked at for.
    ///
    /// # Errors
    /// The store refuses.
    pub fn kind(&self, url: &str) -> Result<Option<Kind>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT kind FROM link WHERE url = ?1")?
                .query_row([url], |row| row.get(0))
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
                       due = iif(kind = 'page' AND ?2 <> 'page' AND lease IS NULL, ?6, due),
                       kind = iif(kind = 'page', ?2, kind)
                     WHERE url = ?1
                       AND (priority < ?3 OR (published IS NULL AND ?4 IS NOT NULL)
                            OR (title IS NULL AND ?5 IS NOT NULL) OR (kind = 'page' AND ?2 <> 'page'))",
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

    /// The links that are due, without leasing them.
    pub fn waiting(&self, now: Timestamp) -> impl Iterator<Item = Result<Link>> + '_ {
        Pages::new(0, move |&last: &i64| {
            self.ask(|connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT {COLUMNS} FROM link WHERE id > ?1 AND due <= ?2 ORDER BY id LIMIT {PAGE}"
                    ))?
                    .query_map([last, micros(now)], |row| Ok((row.get(0)?, lease(row)?.link)))?
                    .collect()
            })
        })
    }
}
