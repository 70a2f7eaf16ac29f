//! Reads captures that were not read before into articles and records, on all cores, in order.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::archive;
use crate::archive::capture::Capture;
use crate::article::{self, Page};
use crate::config::source::Source;
use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::link::near_duplicate::Fingerprint;
use crate::record::{Article, PageKind, Record};
use crate::store::Store;
use crate::store::capture::Stored;

use super::import::IMPORT;
use super::input::given::{Handed, Said};
use super::report::Report;
use super::{Step, learn};

/// Captures read at once.
const BATCH: usize = 256;
/// Packed bytes read at once: a batch of long pages is a short one.
const BATCH_BYTES: u64 = 8 << 20;

/// The last capture that was read, as the store keeps it.
pub(super) const READ: &str = "read";

/// What reading needs.
pub(super) struct Reading<'a> {
    pub(super) extractor: &'a Extractor,
    pub(super) sources: BTreeMap<&'a str, &'a Source>,
    pub(super) archive: &'a Path,
    pub(super) health: f64,
    pub(super) watch: &'a (dyn Fn(Step<'_>) + Sync),
}

/// Captures that are next.
pub(super) struct Waiting {
    /// Those that no later capture of their URL stands behind.
    pub(super) captures: Vec<Stored>,
    /// The last of all, with those that were passed over.
    pub(super) end: i64,
}

/// Whether pages teach the store which blocks their host repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Teaching {
    /// Their blocks are counted.
    Learnt,
    /// Only what is known is used, and nothing is written.
    Known,
}

/// What a capture holds, its host's furniture included.
struct Opened {
    article: Article,
    /// Where it was handed over, not fetched: whether it is wanted whatever it is about.
    given: Option<bool>,
}

/// One capture, read.
pub(super) struct Read {
    source: String,
    capture: i64,
    pub(super) article: Article,
    record: Record,
    fingerprint: Fingerprint,
    /// It was handed over, not fetched.
    given: bool,
    /// It is wanted whatever it is about.
    all: bool,
}

impl Reading<'_> {
    /// Reads everything that waits.
    pub(super) fn run(&self, store: &Store, report: &mut Report) -> Result<()> {
        let mut last = last_read(store)?;
        let mut done = 0;
        while let Some(waiting) = waiting(store, last)? {
            let read = self.read_all(store, &waiting.captures, Teaching::Learnt)?;
            store.commit(|| {
                for (stored, read) in waiting.captures.iter().zip(read) {
                    match read {
                        Ok(read) => self.keep(store, read, report)?,
                        Err(error) => missed(stored, &error, report),
                    }
                }
                store.set_meta(READ, &waiting.end.to_string())
            })?;
            last = waiting.end;
            done += waiting.captures.len() as u64;
            (self.watch)(Step::Read(done));
        }
        Ok(())
    }

    /// Reads captures on all cores; the order stays. The blocks of all pages are counted first: each is
    /// then read with what the others taught.
    ///
    /// # Errors
    /// The store refuses.
    pub(super) fn read_all(
        &self,
        store: &Store,
        captures: &[Stored],
        teaching: Teaching,
    ) -> Result<Vec<Result<Read>>> {
        let opened: Vec<Result<Opened>> = captures
            .par_iter()
            .map(|stored| self.open(stored))
            .collect();
        if teaching == Teaching::Learnt {
            let pages = opened
                .iter()
                .flatten()
                .filter(|opened| opened.given.is_none());
            store.commit(|| learn::note(store, pages.map(|opened| &opened.article)))?;
        }
        let repeated = opened.iter().map(|opened| match opened {
            Ok(opened) if opened.given.is_none() => learn::repeated(store, &opened.article),
            _ => Ok(FxHashSet::default()),
        });
        let repeated = repeated.collect::<Result<Vec<FxHashSet<u64>>>>()?;
        Ok(captures
            .par_iter()
            .zip(opened)
            .zip(&repeated)
            .map(|((stored, opened), repeated)| self.read(stored, opened?, repeated))
            .collect())
    }

    /// What a capture holds.
    fn open(&self, stored: &Stored) -> Result<Opened> {
        let capture = archive::read_at(self.archive, &stored.location)?;
        let handed = Handed::of_capture(&stored.url, &capture);
        Ok(Opened {
            article: match &handed {
                Some(handed) => self.given(stored, handed)?,
                None => self.fetched(stored, &capture, &FxHashSet::default()),
            },
            given: handed.map(|handed| handed.given.all),
        })
    }

    fn read(&self, stored: &Stored, opened: Opened, repeated: &FxHashSet<u64>) -> Result<Read> {
        let article = if repeated.is_empty() {
            opened.article
        } else {
            let capture = archive::read_at(self.archive, &stored.location)?;
            self.fetched(stored, &capture, repeated)
        };
        Ok(Read {
            source: stored.source.clone(),
            capture: stored.id,
            fingerprint: Fingerprint::new(&article.text),
            record: self.extractor.record(article.clone()),
            article,
            given: opened.given.is_some(),
            all: opened.given.unwrap_or(false),
        })
    }

    /// The article of a page that a server sent, without the blocks that its host repeats.
    fn fetched(&self, stored: &Stored, capture: &Capture, repeated: &FxHashSet<u64>) -> Article {
        let source = self.sources.get(stored.source.as_str());
        let is_repeated = |block: &str| repeated.contains(&learn::key(block));
        let article = article::read(&Page {
            bytes: &capture.body,
            url: Some(&stored.url),
            content_type: capture.header("content-type"),
            lang_hint: source.and_then(|source| source.language()),
            fetched: Some(stored.fetched),
            boilerplate: (!repeated.is_empty()).then_some(&is_repeated),
        });
        Article {
            source: Some(stored.source.clone()).filter(|source| source != IMPORT),
            publisher: source.map(|source| source.name.clone()),
            country: source.map(|source| source.country.clone()),
            fetched: Some(stored.fetched.to_string()),
            url: article.url.or_else(|| Some(stored.url.clone())),
            ..article
        }
    }

    /// The article of something that was handed over; what it does not say its source may.
    fn given(&self, stored: &Stored, handed: &Handed) -> Result<Article> {
        let article = handed
            .article(&Said::default())
            .map_err(|fault| Error::input("archive", fault.message))?;
        let known = Some(stored.source.clone()).filter(|source| source != IMPORT);
        let id = article.source.or(known);
        let source = id.as_ref().and_then(|id| self.sources.get(id.as_str()));
        let own = |said: Option<String>, known: fn(&Source) -> &String| {
            said.or_else(|| source.map(|source| known(source).clone()))
        };
        Ok(Article {
            source: id.clone(),
            publisher: own(article.publisher, |source| &source.name),
            country: own(article.country, |source| &source.country),
            ..article
        })
    }

    /// Whether an article is to be searched and linked.
    fn wants(&self, read: &Read) -> bool {
        let record = &read.record;
        read.all || (record.language().is_some() && record.health >= self.health)
    }

    /// The record, where the capture holds an article that is wanted.
    pub(super) fn wanted<'r>(&self, read: &'r Read) -> Option<&'r Record> {
        (read.is_article() && self.wants(read)).then_some(&read.record)
    }

    /// Puts an article and its record into the store.
    pub(super) fn keep(&self, store: &Store, read: Read, report: &mut Report) -> Result<()> {
        let counts = report.source(&read.source);
        for id in store.articles_of(read.capture)? {
            if id != read.article.id || !read.is_article() {
                store.drop_article(&id)?;
            }
        }
        if !read.is_article() {
            counts.lists += 1;
            return Ok(());
        }
        let wanted = self.wants(&read);
        let Read {
            capture,
            mut article,
            mut record,
            fingerprint,
            ..
        } = read;
        article.duplicate_of = Self::original(store, &article, fingerprint)?;
        record.duplicate_of.clone_from(&article.duplicate_of);
        if let Some(before) = store.record(&record.id)? {
            keep_dossiers(&mut record, &before);
        }
        counts.read += 1;
        counts.repeated += u64::from(article.duplicate_of.is_some());
        store.set_article(&article, Some(capture), fingerprint.bits())?;
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
                    if other.duplicate_of.as_ref() != Some(&article.id) {
                        Self::repeat(store, &other.id, &article.id)?;
                    }
                }
                Ok(None)
            }
        }
    }

    fn repeat(store: &Store, later: &str, first: &str) -> Result<()> {
        if let Some(article) = store.article(later)? {
            let simhash = Fingerprint::new(&article.text).bits();
            let capture = store.capture_of(later)?;
            store.set_article(
                &Article {
                    duplicate_of: Some(first.to_owned()),
                    ..article
                },
                capture,
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

impl Read {
    /// The capture that it was read from.
    pub(super) fn capture(&self) -> i64 {
        self.capture
    }

    /// A page of headlines is none, nor one without a word; what was handed over may be a title alone.
    fn is_article(&self) -> bool {
        let Article {
            kind, text, title, ..
        } = &self.article;
        let title = title.as_deref().filter(|_| self.given);
        *kind != PageKind::List
            && !(text.trim().is_empty() && title.unwrap_or_default().trim().is_empty())
    }
}

/// Until linking says otherwise, conventions as many as before are in the dossiers that they were in.
fn keep_dossiers(record: &mut Record, before: &Record) {
    if record.conventions.len() == before.conventions.len() {
        for (now, then) in record.conventions.iter_mut().zip(&before.conventions) {
            now.dossier.clone_from(&then.dossier);
        }
    }
}

/// The captures behind one, as many as are read at once; nothing at the end.
pub(super) fn waiting(store: &Store, last: i64) -> Result<Option<Waiting>> {
    let mut captures = Vec::new();
    let mut end = None;
    let mut bytes = 0;
    for stored in store.captures_after(last).take(BATCH) {
        let stored = stored?;
        end = Some(stored.id);
        if store.is_latest(&stored)? {
            bytes += stored.location.length;
            captures.push(stored);
        }
        if bytes > BATCH_BYTES {
            break;
        }
    }
    Ok(end.map(|end| Waiting { captures, end }))
}

/// The last capture that was read.
pub(super) fn last_read(store: &Store) -> Result<i64> {
    let read = store.meta(READ)?;
    Ok(read.and_then(|id| id.parse().ok()).unwrap_or(0))
}

/// Counts a capture that could not be read, and says why.
pub(super) fn missed(stored: &Stored, error: &Error, report: &mut Report) {
    tracing::warn!("{}: {error}", stored.url);
    report.source(&stored.source).unread += 1;
}
