//! Reads captures that were not read before into articles and records, on all cores, in order.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::archive;
use crate::archive::capture::Capture;
use crate::article::{self, Page};
use crate::config::source::Source;
use crate::crawl::stop::Stop;
use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::link::near_duplicate::{BITS, Fingerprint};
use crate::record::{Article, PageKind, Record};
use crate::store::Store;
use crate::store::capture::Stored;

use super::import::IMPORT;
use super::input::given::{Handed, Said};
use super::report::Report;
use super::step::{Part, Step};
use super::{diff, learn};

/// Captures read at once.
const BATCH: usize = 256;
/// Packed bytes read at once: a batch of long pages is a short one.
const BATCH_BYTES: u64 = 8 << 20;

/// Captures read before they are linked and indexed: enough that few rounds are needed, few enough to hold.
const AT_ONCE: u64 = 20_000;

/// Articles that are told when another becomes the first of theirs: the press repeats a dispatch some dozen
/// times; of what is repeated by the thousand, the rest stays tied to it through the former first.
const FOLLOWERS: u32 = 64;

/// The last capture that was read, as the store keeps it.
pub(super) const READ: &str = "read";

/// What reading needs.
pub(super) struct Reading<'a> {
    pub(super) extractor: &'a Extractor,
    pub(super) sources: BTreeMap<&'a str, &'a Source>,
    pub(super) archive: &'a Path,
    pub(super) health: f64,
    pub(super) watch: &'a (dyn Fn(Step<'_>) + Sync),
    pub(super) stop: &'a Stop,
    /// The last capture to be read; none: all that there are.
    pub(super) upto: Option<i64>,
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

/// Why a capture is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// It came since the last batch: whatever is other than before is news.
    Came,
    /// The archive is read again: only facts that were not found before are news.
    Again,
}

/// What is done with the captures of a batch; false ends the reading.
type Keep<'a> = &'a mut dyn FnMut(&Waiting, Vec<Result<Read>>) -> Result<bool>;

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
    /// Reads what waits, up to as much as is linked and indexed at once, or until a stop is asked for; true
    /// where more may wait.
    /// `done` counts captures.
    pub(super) fn run(&self, store: &Store, report: &mut Report, done: &mut u64) -> Result<bool> {
        let upto = *done + AT_ONCE;
        let last = last_read(store)?;
        let of = Some(*done + store.count_captures_after(last)?);
        self.each(store, last, Teaching::Learnt, &mut |waiting, read| {
            store.commit(|| {
                for (stored, read) in waiting.captures.iter().zip(read) {
                    match read {
                        Ok(read) => self.keep(store, read, Occasion::Came, report)?,
                        Err(error) => missed(stored, &error, report),
                    }
                }
                store.set_meta(READ, &waiting.end.to_string())
            })?;
            *done += waiting.captures.len() as u64;
            (self.watch)(Step::Read(Part { done: *done, of }));
            Ok(*done < upto && !self.stop.is_requested())
        })
        .map(|all| !all)
    }

    /// Reads the captures behind one, batch by batch: while `keep` has one, the next is read. Ends
    /// where `keep` gives false; true where nothing was left.
    pub(super) fn each(
        &self,
        store: &Store,
        last: i64,
        teaching: Teaching,
        keep: Keep<'_>,
    ) -> Result<bool> {
        let Some(first) = self.waiting(store, last)? else {
            return Ok(true);
        };
        let mut read = self.read_all(&first.captures);
        let mut now = first;
        loop {
            let next = self.waiting(store, now.end)?;
            let mut ahead = Vec::new();
            let go_on = rayon::in_place_scope(|scope| {
                if let Some(next) = &next {
                    scope.spawn(|_| ahead = self.read_all(&next.captures));
                }
                let read = std::mem::take(&mut read);
                keep(
                    &now,
                    self.without_furniture(store, &now.captures, read, teaching)?,
                )
            })?;
            match next {
                Some(next) if go_on => (now, read) = (next, ahead),
                next => return Ok(next.is_none()),
            }
        }
    }

    /// The captures behind one, as many as are read at once; nothing at the end.
    fn waiting(&self, store: &Store, last: i64) -> Result<Option<Waiting>> {
        let mut captures = Vec::new();
        let mut end = None;
        let mut bytes = 0;
        for stored in store.captures_after(last).take(BATCH) {
            let stored = stored?;
            if self.upto.is_some_and(|upto| stored.id > upto) {
                break;
            }
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

    /// Reads captures on all cores; the order stays.
    fn read_all(&self, captures: &[Stored]) -> Vec<Result<Read>> {
        let whole = FxHashSet::default();
        captures
            .par_iter()
            .map(|stored| self.read(stored, &whole))
            .collect()
    }

    /// Counts the blocks of all pages, then reads those again of which their hosts repeat some.
    fn without_furniture(
        &self,
        store: &Store,
        captures: &[Stored],
        read: Vec<Result<Read>>,
        teaching: Teaching,
    ) -> Result<Vec<Result<Read>>> {
        if teaching == Teaching::Learnt {
            let pages = read.iter().flatten().filter(|read| !read.given);
            store.commit(|| learn::note(store, pages.map(|read| &read.article)))?;
        }
        let repeated = read.iter().map(|read| match read {
            Ok(read) if !read.given => learn::repeated(store, &read.article),
            _ => Ok(FxHashSet::default()),
        });
        let repeated = repeated.collect::<Result<Vec<FxHashSet<u64>>>>()?;
        Ok(captures
            .par_iter()
            .zip(read)
            .zip(&repeated)
            .map(|((stored, read), repeated)| {
                if repeated.is_empty() {
                    read
                } else {
                    self.read(stored, repeated)
                }
            })
            .collect())
    }

    /// Reads a capture; a page without the blocks that its host repeats.
    fn read(&self, stored: &Stored, repeated: &FxHashSet<u64>) -> Result<Read> {
        let capture = archive::read_at(self.archive, &stored.location)?;
        let handed = Handed::of_capture(&stored.url, &capture);
        let article = match &handed {
            Some(handed) => self.given(stored, handed)?,
            None => self.fetched(stored, &capture, repeated),
        };
        Ok(Read {
            source: stored.source.clone(),
            capture: stored.id,
            fingerprint: Fingerprint::new(&article.text),
            record: self.extractor.record(article.clone()),
            article,
            given: handed.is_some(),
            all: handed.is_some_and(|handed| handed.given.all),
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
    pub(super) fn keep(
        &self,
        store: &Store,
        read: Read,
        occasion: Occasion,
        report: &mut Report,
    ) -> Result<()> {
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
        let before = store.record(&record.id)?;
        if let Some(before) = &before {
            keep_dossiers(&mut record, before);
        }
        counts.read += 1;
        counts.repeated += u64::from(article.duplicate_of.is_some());
        store.set_article(&article, Some(capture), fingerprint.bits())?;
        if wanted && is_news(before.as_ref(), &record, occasion) {
            store.set_record(&record)?;
        } else if wanted {
            store.restate_record(&record)?;
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
        let mut near = store.near(bits, BITS)?;
        near.retain(|near| near.id != article.id);
        // What is undated comes last: it says nothing of having been first.
        let rank =
            |published: &str, id: &str| (published.is_empty(), published.to_owned(), id.to_owned());
        let own = rank(
            article.published.as_deref().unwrap_or_default(),
            &article.id,
        );
        let first = near.iter().map(|near| rank(&near.published, &near.id));
        if let Some((.., first)) = first.min().filter(|first| *first < own) {
            Self::follow(store, &article.id, &first)?;
            Ok(Some(first))
        } else {
            for other in near {
                Self::repeat(store, &other.id, &article.id)?;
                Self::follow(store, &other.id, &article.id)?;
            }
            Ok(None)
        }
    }

    /// What repeated an article that itself repeats another repeats that one too.
    fn follow(store: &Store, later: &str, first: &str) -> Result<()> {
        let others = store.repeats_of(later, FOLLOWERS)?;
        others
            .iter()
            .try_for_each(|other| Self::repeat(store, other, first))
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
            store.restate_record(&Record {
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

/// Whether a record says what the one before it did not.
fn is_news(before: Option<&Record>, now: &Record, occasion: Occasion) -> bool {
    let other = || before.is_none_or(|before| before.title != now.title || before.text != now.text);
    occasion == Occasion::Came && other() || diff::tells_more(before, now)
}

/// Until linking says otherwise, conventions as many as before are in the dossiers that they were in.
fn keep_dossiers(record: &mut Record, before: &Record) {
    if record.conventions.len() == before.conventions.len() {
        for (now, then) in record.conventions.iter_mut().zip(&before.conventions) {
            now.dossier.clone_from(&then.dossier);
        }
    }
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
