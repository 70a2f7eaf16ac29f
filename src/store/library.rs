//! Keeps articles, records and dossiers as JSON, and tells what changed since any moment.
//!
//! Each change gives its row the next revision, one series for all three: a stage keeps the last
//! revision that it has seen and asks for what came after. Putting what is already there changes
//! nothing. What is withdrawn stays as a change without a value, so that indexes can drop it.

use rusqlite::{OptionalExtension, Row, ToSql, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::pages::{PAGE, Pages};
use super::{Store, fault};
use crate::error::Result;
use crate::record::dossier::Dossier;
use crate::record::{Article, Record};

/// A change of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<T> {
    /// When, in the series of all changes.
    pub revision: i64,
    /// Key of the row.
    pub id: String,
    /// What it holds now; none: it was withdrawn.
    pub value: Option<T>,
}

/// Whether a row that changes says something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Told,
    None,
}

impl Store {
    /// The revision of the latest change, 0 where there was none.
    ///
    /// # Errors
    /// The store refuses.
    pub fn revision(&self) -> Result<i64> {
        let value = self.meta("revision")?;
        Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
    }

    fn next_revision(&self) -> Result<i64> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "INSERT INTO meta (key, value) VALUES ('revision', '1')
                     ON CONFLICT (key) DO UPDATE SET value = value + 1
                     RETURNING CAST(value AS INTEGER)",
                )?
                .query_row([], |row| row.get(0))
        })
    }

    /// Keeps an article, with the capture that it was read from and its `SimHash`. True where
    /// anything of it changed.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_article(
        &self,
        article: &Article,
        capture: Option<i64>,
        simhash: Option<u64>,
    ) -> Result<bool> {
        let json = self.json(article)?;
        let original = simhash.filter(|_| article.duplicate_of.is_none());
        let simhash = simhash.map(u64::cast_signed);
        self.commit(|| {
            let changed = self.change(
                "SELECT 1 FROM article WHERE id = ?1 AND json = ?2 AND capture IS ?3 AND simhash IS ?4",
                params![article.id, json, capture, simhash],
                "INSERT OR REPLACE INTO article
                 (revision, id, json, capture, simhash, url, source, lang, published, duplicate_of)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                |revision, statement| {
                    statement.execute(params![
                        revision,
                        article.id,
                        json,
                        capture,
                        simhash,
                        article.url,
                        article.source,
                        article.lang,
                        article.published.as_deref().unwrap_or_default(),
                        article.duplicate_of,
                    ])
                },
            )?;
            if let Some(original) = original.filter(|_| changed) {
                self.note_hash(original)?;
            }
            Ok(changed)
        })
    }

    /// One article.
    ///
    /// # Errors
    /// The store refuses.
    pub fn article(&self, id: &str) -> Result<Option<Article>> {
        self.one("SELECT json FROM article WHERE id = ?1", id)
    }

    /// The capture that an article was read from.
    ///
    /// # Errors
    /// The store refuses.
    pub fn capture_of(&self, article: &str) -> Result<Option<i64>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT capture FROM article WHERE id = ?1")?
                .query_row([article], |row| row.get(0))
                .optional()
                .map(Option::flatten)
        })
    }

    /// The articles that were read from a capture, by id.
    ///
    /// # Errors
    /// The store refuses.
    pub fn articles_of(&self, capture: i64) -> Result<Vec<String>> {
        self.ask(|connection| {
            connection
                .prepare_cached("SELECT id FROM article WHERE capture = ?1 ORDER BY id")?
                .query_map([capture], |row| row.get(0))?
                .collect()
        })
    }

    /// Forgets an article that its capture no longer holds, and takes its record back.
    ///
    /// # Errors
    /// The store refuses.
    pub fn drop_article(&self, id: &str) -> Result<()> {
        self.commit(|| {
            self.withdraw_record(id)?;
            self.ask(|connection| {
                connection
                    .prepare_cached("DELETE FROM article WHERE id = ?1")?
                    .execute([id])
            })?;
            Ok(())
        })
    }

    /// The articles that changed after a revision, in the order of their changes.
    pub fn articles_since(
        &self,
        revision: i64,
    ) -> impl Iterator<Item = Result<Change<Article>>> + '_ {
        self.changes("article", revision)
    }

    /// Keeps a record that says something new. True where anything of it changed.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_record(&self, record: &Record) -> Result<bool> {
        self.put_record(record, News::Told)
    }

    /// Keeps a record that says what it said before, or what is no news. True where anything of it changed.
    ///
    /// # Errors
    /// The store refuses.
    pub fn restate_record(&self, record: &Record) -> Result<bool> {
        self.put_record(record, News::None)
    }

    fn put_record(&self, record: &Record, news: News) -> Result<bool> {
        let json = self.json(record)?;
        self.change(
            "SELECT 1 FROM record WHERE id = ?1 AND json = ?2",
            params![record.id, json],
            "INSERT INTO record (revision, id, json, published, news)
             VALUES (?1, ?2, ?3, ?4, iif(?5, ?1, 0))
             ON CONFLICT (id) DO UPDATE
             SET revision = ?1, json = ?3, published = ?4, news = iif(?5, ?1, news)",
            |revision, statement| {
                let published = record.published.as_deref().unwrap_or_default();
                let news = news == News::Told;
                statement.execute(params![revision, record.id, json, published, news])
            },
        )
    }

    /// One record.
    ///
    /// # Errors
    /// The store refuses.
    pub fn record(&self, id: &str) -> Result<Option<Record>> {
        self.one(
            "SELECT json FROM record WHERE id = ?1 AND json IS NOT NULL",
            id,
        )
    }

    /// Takes a record back. True where there was one.
    ///
    /// # Errors
    /// The store refuses.
    pub fn withdraw_record(&self, id: &str) -> Result<bool> {
        self.withdraw("record", id)
    }

    /// All records by publication, oldest first, those without a date before all; then by id.
    pub fn records(&self) -> impl Iterator<Item = Result<Record>> + '_ {
        let first = (String::new(), String::new());
        Pages::new(first, |(published, id): &(String, String)| {
            self.rows(
                &format!(
                    "SELECT json, published, id FROM record
                     WHERE json IS NOT NULL AND (published, id) > (?1, ?2)
                     ORDER BY published, id LIMIT {PAGE}"
                ),
                params![published, id],
                |row| Ok((row.get(1)?, row.get(2)?)),
            )
        })
    }

    /// The records that changed after a revision, in the order of their changes.
    pub fn records_since(
        &self,
        revision: i64,
    ) -> impl Iterator<Item = Result<Change<Record>>> + '_ {
        self.changes("record", revision)
    }

    /// How many records and dossiers changed after a revision, withdrawn ones too.
    ///
    /// # Errors
    /// The store refuses.
    pub fn count_changes_since(&self, revision: i64) -> Result<u64> {
        self.ask(|connection| {
            connection
                .prepare_cached(
                    "SELECT (SELECT count(*) FROM record WHERE revision > ?1)
                          + (SELECT count(*) FROM dossier WHERE revision > ?1)",
                )?
                .query_row([revision], |row| row.get(0).map(i64::cast_unsigned))
        })
    }

    /// Keeps a dossier. True where anything of it changed.
    ///
    /// # Errors
    /// The store refuses.
    pub fn set_dossier(&self, dossier: &Dossier) -> Result<bool> {
        let json = self.json(dossier)?;
        let before = self.dossier(&dossier.id)?;
        let news = before.is_none_or(|before| !before.tells_the_same(dossier));
        self.change(
            "SELECT 1 FROM dossier WHERE id = ?1 AND json = ?2",
            params![dossier.id, json],
            "INSERT INTO dossier (revision, id, json, news) VALUES (?1, ?2, ?3, iif(?4, ?1, 0))
             ON CONFLICT (id) DO UPDATE SET revision = ?1, json = ?3, news = iif(?4, ?1, news)",
            |revision, statement| statement.execute(params![revision, dossier.id, json, news]),
        )
    }

    /// One dossier.
    ///
    /// # Errors
    /// The store refuses.
    pub fn dossier(&self, id: &str) -> Result<Option<Dossier>> {
        self.one(
            "SELECT json FROM dossier WHERE id = ?1 AND json IS NOT NULL",
            id,
        )
    }

    /// Takes a dossier back: it became part of another, or no article tells it any more. True
    /// where there was one.
    ///
    /// # Errors
    /// The store refuses.
    pub fn withdraw_dossier(&self, id: &str) -> Result<bool> {
        self.withdraw("dossier", id)
    }

    /// All dossiers by id.
    pub fn dossiers(&self) -> impl Iterator<Item = Result<Dossier>> + '_ {
        Pages::new(String::new(), |last: &String| {
            self.rows(
                &format!(
                    "SELECT json, id FROM dossier WHERE json IS NOT NULL AND id > ?1 ORDER BY id LIMIT {PAGE}"
                ),
                params![last],
                |row| row.get(1),
            )
        })
    }

    /// The dossiers that changed after a revision, in the order of their changes.
    pub fn dossiers_since(
        &self,
        revision: i64,
    ) -> impl Iterator<Item = Result<Change<Dossier>>> + '_ {
        self.changes("dossier", revision)
    }

    /// Runs `write` with the next revision, unless `same` finds the row as it is to be.
    fn change(
        &self,
        same: &str,
        row: &[&dyn ToSql],
        write: &str,
        fill: impl FnOnce(i64, &mut rusqlite::CachedStatement<'_>) -> rusqlite::Result<usize>,
    ) -> Result<bool> {
        self.commit(|| {
            if self.ask(|connection| connection.prepare_cached(same)?.exists(row))? {
                return Ok(false);
            }
            let revision = self.next_revision()?;
            self.ask(|connection| fill(revision, &mut connection.prepare_cached(write)?))?;
            Ok(true)
        })
    }

    fn withdraw(&self, table: &str, id: &str) -> Result<bool> {
        self.change(
            &format!("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = ?1 AND json IS NOT NULL)"),
            params![id],
            &format!("UPDATE {table} SET json = NULL, revision = ?1 WHERE id = ?2"),
            |revision, statement| statement.execute(params![revision, id]),
        )
    }

    fn one<T: DeserializeOwned>(&self, query: &str, id: &str) -> Result<Option<T>> {
        let json: Option<String> = self.ask(|connection| {
            connection
                .prepare_cached(query)?
                .query_row([id], |row| row.get(0))
                .optional()
        })?;
        json.map(|json| self.value(&json)).transpose()
    }

    fn changes<T: DeserializeOwned + 'static>(
        &self,
        table: &'static str,
        revision: i64,
    ) -> impl Iterator<Item = Result<Change<T>>> + '_ {
        Pages::new(revision, move |last: &i64| {
            let rows: Vec<(i64, String, Option<String>)> = self.ask(|connection| {
                connection
                    .prepare_cached(&format!(
                        "SELECT revision, id, json FROM {table} WHERE revision > ?1 ORDER BY revision LIMIT {PAGE}"
                    ))?
                    .query_map([last], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect()
            })?;
            rows.into_iter()
                .map(|(revision, id, json)| {
                    let value = json.map(|json| self.value(&json)).transpose()?;
                    Ok((
                        revision,
                        Change {
                            revision,
                            id,
                            value,
                        },
                    ))
                })
                .collect()
        })
    }

    /// Values from JSON in the first column, with the keys that they are ordered by.
    fn rows<T: DeserializeOwned, K>(
        &self,
        query: &str,
        bounds: &[&dyn ToSql],
        key: impl Fn(&Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<Vec<(K, T)>> {
        let rows: Vec<(K, String)> = self.ask(|connection| {
            connection
                .prepare_cached(query)?
                .query_map(bounds, |row| Ok((key(row)?, row.get(0)?)))?
                .collect()
        })?;
        rows.into_iter()
            .map(|(key, json)| Ok((key, self.value(&json)?)))
            .collect()
    }

    fn json(&self, value: &impl Serialize) -> Result<String> {
        serde_json::to_string(value).map_err(|error| self.unreadable(&error))
    }

    fn value<T: DeserializeOwned>(&self, json: &str) -> Result<T> {
        serde_json::from_str(json).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> crate::error::Error {
        fault::refusal(
            &self.path,
            format!("it holds JSON of another version: {error}"),
            "`sihafa reprocess` writes it anew from the archive",
        )
    }
}
