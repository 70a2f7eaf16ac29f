//! Reads captures that were not read before into articles and records, on all cores, in order.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::archive;
use crate::article::{self, Page};
use crate::config::source::Source;
use crate::crawl::stop::Stop;
use crate::error::Result;
use crate::extract::Extractor;
use crate::link::near_duplicate::Fingerprint;
use crate::record::{Article, PageKind, Record};
use crate::store::Store;
use crate::store::capture::Stored;

use super::Step;
use super::report::Report;

/// Captures read at once.
const BATCH: usize = 64;

/// The last capture that was read, as the store keeps it.
const READ: &str = "read";

/// What reading needs.
pub(super) struct Reading<'a> {
    pub(super) extractor: &'a Extractor,
    pub(super) sources: BTreeMap<&'a str, &'a Source>,
    pub(super) archive: &'a Path,
    pub(super) health: f64,
    pub(super) watch: &'a (dyn Fn(Step<'_>) + Sync),
    pub(super) stop: &'a Stop,
}

/// One capture, read.
struct Read {
    source: String,
    capture: i64,
    article: Article,
    record: Record,
    fingerprint: Fingerprint,
}

impl Reading<'_> {
    /// Reads everything that waits, until a stop is asked for.
    pub(super) fn run(&self, store: &Store, report: &mut Report) -> Result<()> {
        let mut last = store
            .meta(READ)?
            .and_then(|id| id.parse().ok())
            .unwrap_or(0_i64);
        let mut done = 0;
        while !self.stop.is_requested() {
            let captures = store
                .captures_after(last)
                .take(BATCH)
                .collect::<Result<Vec<Stored>>>()?;
            let Some(end) = captures.last().map(|stored| stored.id) else {
                return Ok(());
            };
            let read: Vec<Result<Read>> = captures
                .par_iter()
                .map(|stored| self.read(stored))
                .collect();
            store.commit(|| {
                for (stored, read) in captures.iter().zip(read) {
                    match read {
                        Ok(read) => self.keep(store, read, report)?,
                        Err(error) => {
                            tracing::warn!("{}: {error}", stored.url);
                            report.source(&stored.source).unread += 1;
                        }
                    }
                }
                store.set_meta(READ, &end.to_string())
            })?;
            last = end;
            done += captures.len() as u64;
            (self.watch)(Step::Read(done));
        }
        Ok(())
    }

    fn read(&self, stored: &Stored) -> Result<Read> {
        let capture = archive::read_at(self.archive, &stored.location)?;
        let source = self.sources.get(stored.source.as_str());
        let article = article::read(&Page {
            bytes: &capture.body,
            url: Some(&stored.url),
            content_type: capture.header("content-type"),
            lang_hint: source.and_then(|source| source.language()),
            boilerplate: None,
        });
        let article = Article {
            source: Some(stored.source.clone()),
            publisher: source.map(|source| source.name.clone()),
            country: source.map(|source| source.country.clone()),
            fetched: Some(stored.fetched.to_string()),
            url: article.url.or_else(|| Some(stored.url.clone())),
            ..article
        };
        Ok(Read {
            source: stored.source.clone(),
            capture: stored.id,
            fingerprint: Fingerprint::new(&article.text),
            record: self.extractor.record(article.clone()),
            article,
        })
    }

    /// Puts an article and its record into the store.
    fn keep(&self, store: &Store, read: Read, report: &mut Report) -> Result<()> {
        let Read {
            source,
            capture,
            mut article,
            mut record,
            fingerprint,
        } = read;
        let counts = report.source(&source);
        if article.kind == PageKind::List || article.text.trim().is_empty() {
            counts.lists += 1;
            return Ok(());
        }
        article.duplicate_of = Self::original(store, &article, fingerprint)?;
        record.duplicate_of.clone_from(&article.duplicate_of);
        counts.read += 1;
        counts.repeated += u64::from(article.duplicate_of.is_some());
        store.set_article(&article, Some(capture), fingerprint.bits())?;
        let wanted = record.language().is_some() && record.health >= self.health;
        if wanted {
            store.set_record(&record)?;
        } else {
            counts.off_topic += 1;
            store.withdraw_record(&record.id)?;
        }
        Ok(())
    }

    /// The article that this one repeats: the first published of those that are near. Those that
    /// came to the store before it, but were published after it, repeat this one from now on.
    fn original(
        store: &Store,
        article: &Article,
        fingerprint: Fingerprint,
    ) -> Result<Option<String>> {
        let Some(bits) = fingerprint.bits() else {
            return Ok(None);
        };
        let near: Vec<_> = store
            .near(bits)?
            .into_iter()
            .filter(|near| near.id != article.id && fingerprint.is_near_bits(near.simhash))
            .collect();
        // What is undated comes last: it says nothing of having been first.
        let rank =
            |published: &str, id: &str| (published.is_empty(), published.to_owned(), id.to_owned());
        let own = rank(
            article.published.as_deref().unwrap_or_default(),
            &article.id,
        );
        let first = near
            .iter()
            .filter(|near| near.duplicate_of.is_none())
            .map(|near| rank(&near.published, &near.id))
            .min();
        match first {
            Some(first) if first < own => Ok(Some(first.2)),
            _ => {
                for other in near {
                    Self::repeat(store, &other.id, &article.id)?;
                }
                Ok(None)
            }
        }
    }

    fn repeat(store: &Store, later: &str, first: &str) -> Result<()> {
        if let Some(article) = store.article(later)? {
            let simhash = Fingerprint::new(&article.text).bits();
            store.set_article(
                &Article {
                    duplicate_of: Some(first.to_owned()),
                    ..article
                },
                None,
                simhash,
            )?;
        }
        if let Some(record) = store.record(later)? {
            store.set_record(&Record {
                duplicate_of: Some(first.to_owned()),
                ..record
            })?;
        }
        Ok(())
    }
}
