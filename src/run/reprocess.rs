//! Reads the archive again with the present patterns and code, and tells what that changes.
//!
//! The archive is ground state: a store that was lost or is behind takes up what the archive holds
//! first. A reading that is cut off goes on behind its last batch, while patterns, code and threshold stay.

use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::archive::reader::WarcReader;
use crate::archive::record::{Kind as WarcKind, WarcRecord};
use crate::archive::{self, METADATA};
use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::record::Record;
use crate::store::Store;
use crate::store::queue::Kind;

use super::diff::{Change, How, compare};
use super::import::{Hosts, IMPORT};
use super::input;
use super::input::given::Given;
use super::read::{Occasion, READ, Read, Reading, Teaching, last_read, missed};
use super::report::Report;
use super::step::{Part, Step};
use super::{Batch, Places, restore};

/// How far a reading came, and by what, as the store keeps it until it is over.
const MARK: &str = "reprocess";

/// What reading again changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Captures of the archive that the store did not know.
    pub taken_up: u64,
    /// Captures read again.
    pub read: u64,
    /// Articles whose facts are others now.
    pub articles: u64,
    /// Facts that were not there before.
    pub gained: u64,
    /// Facts that are there no more.
    pub lost: u64,
    /// Facts that say something else.
    pub changed: u64,
    /// It went on where one before it was cut off: what that one changed is not counted here.
    pub resumed: bool,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            taken_up,
            read,
            articles,
            gained,
            lost,
            changed,
            resumed,
        } = self;
        let rest = if *resumed {
            ", the rest of a reading that was cut off"
        } else {
            ""
        };
        write!(
            f,
            "read again: {read} captures{rest}; {taken_up} taken up from the archive\n\
             facts: {gained} gained, {lost} lost, {changed} changed in {articles} articles"
        )
    }
}

/// Whether the store takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Records, dossiers and index become what the archive says now.
    Write,
    /// Everything stays as it is; only the changes are told.
    Dry,
}

type Tell<'a> = &'a mut dyn FnMut(Change) -> Result<()>;

impl Batch<'_> {
    /// Reads the archive again; `tell` is called with each fact that changes, in the order of captures.
    ///
    /// # Errors
    /// As [`Batch::run`], and what `tell` says.
    pub fn reprocess(&self, mode: Mode, tell: Tell<'_>) -> Result<Report> {
        if mode == Mode::Write {
            return self.recorded(|places, store, report| {
                self.tell_what_waits(places, store, report)?;
                if self.stop.is_requested() {
                    return Ok(());
                }
                let taken_up = self.take_up(places, store)?;
                self.timed("read", report, |report| {
                    let changed = self.read_again(places, store, report, (mode, tell))?;
                    report.reprocess = Some(Changed {
                        taken_up,
                        ..changed
                    });
                    Ok(())
                })?;
                self.settle(places, store, report)?;
                self.restored(store)?;
                // an alert that no batch has seen yet begins only now: what the archive holds is no news
                self.tell_alerts(places, store, report)?;
                report.count(store)
            });
        }
        let places = Places::new(self.data);
        let store = places.open_store()?;
        let mut report = Report::default();
        let changed = self.read_again(&places, &store, &mut report, (mode, tell))?;
        report.reprocess = Some(changed);
        Ok(report)
    }

    fn read_again(
        &self,
        places: &Places,
        store: &Store,
        report: &mut Report,
        (mode, tell): (Mode, Tell<'_>),
    ) -> Result<Changed> {
        let extractor = Extractor::new(Arc::clone(&self.pack))?;
        let reading = self.reading(&extractor, places);
        let by = format!(
            "{} {} {}",
            self.pack.version(),
            env!("CARGO_PKG_VERSION"),
            reading.health
        );
        let last = match mode {
            Mode::Write => begun(store, &by)?.unwrap_or(0),
            Mode::Dry => 0,
        };
        let mut changed = Changed {
            resumed: last > 0,
            ..Changed::default()
        };
        let teaching = match mode {
            Mode::Write => Teaching::Learnt,
            Mode::Dry => Teaching::Known,
        };
        let of = Some(store.count_captures_after(last)?);
        let over = reading.each(store, last, teaching, &mut |waiting, read| {
            let batch = || {
                for (stored, read) in waiting.captures.iter().zip(read) {
                    changed.read += 1;
                    match read {
                        Ok(read) => {
                            again(&reading, store, read, report, (mode, &mut changed, tell))?;
                        }
                        Err(error) => missed(stored, &error, report),
                    }
                }
                if mode == Mode::Write {
                    store.set_meta(MARK, &format!("{by} {}", waiting.end))?;
                    store.set_meta(READ, &last_read(store)?.max(waiting.end).to_string())?;
                }
                Ok(())
            };
            match mode {
                Mode::Write => store.commit(batch)?,
                Mode::Dry => batch()?,
            }
            (self.watch)(Step::Read(Part {
                done: changed.read,
                of,
            }));
            Ok(!self.stop.is_requested())
        })?;
        if over && mode == Mode::Write {
            store.set_meta(MARK, "")?;
        }
        Ok(changed)
    }

    /// Tells the store of the captures that only the archive knows. Returns how many there were.
    pub(super) fn take_up(&self, places: &Places, store: &Store) -> Result<u64> {
        let hosts = Hosts::new(&self.config.sources);
        let known = store.known_of_archive()?;
        let mut found = 0;
        for path in archive::files(&places.archive)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let from = known.get(name.as_ref()).copied().unwrap_or(0);
            let records = records_behind(&path, from)?;
            let mut records = records.into_iter().flatten().peekable();
            while records.peek().is_some() && !self.stop.is_requested() {
                store.commit(|| {
                    let mut last = None;
                    for record in records.by_ref().take(1000) {
                        let place = (&*name, from);
                        if let Some(id) = self.take_up_one(place, record?, (store, &hosts))? {
                            found += 1;
                            last = Some(id);
                        }
                    }
                    last.map_or(Ok(()), |id| restore::begin(store, id))
                })?;
            }
        }
        if !self.stop.is_requested() {
            restore::end(store)?;
        }
        Ok(found)
    }

    fn take_up_one(
        &self,
        (file, from): (&str, u64),
        record: WarcRecord,
        (store, hosts): (&Store, &Hosts<'_>),
    ) -> Result<Option<i64>> {
        let Some(mut location) = record.location(file) else {
            return Ok(None);
        };
        location.offset += from;
        let Some(capture) = Some(record)
            .filter(may_be_article)
            .and_then(WarcRecord::into_capture)
        else {
            return Ok(None);
        };
        let link = match Url::parse(&capture.url) {
            Ok(url) => store.known(&url)?.map(|known| known.link),
            Err(_) => None,
        };
        let listed = |url: &String| *url == capture.url;
        let lists = self.config.sources.iter().any(|source| {
            listed(&source.home) || source.sections.iter().chain(&source.feeds).any(listed)
        });
        if lists || link.as_ref().is_some_and(|link| link.kind != Kind::Page) {
            return Ok(None);
        }
        let given: Option<Given> = capture
            .header(METADATA)
            .and_then(|given| serde_json::from_str(given).ok());
        let url = given.as_ref().and_then(|given| given.url.as_deref());
        let url = url.unwrap_or(&capture.url);
        let source = given
            .as_ref()
            .and_then(|given| given.source.clone())
            .or_else(|| link.map(|link| link.source))
            .or_else(|| Some(hosts.source(url)?.id.clone()))
            .unwrap_or_else(|| IMPORT.to_owned());
        store.insert_capture(&capture, &source, &location).map(Some)
    }
}

/// The place behind which a reading by the same patterns, code and threshold was cut off.
fn begun(store: &Store, by: &str) -> Result<Option<i64>> {
    let mark = store.meta(MARK)?.unwrap_or_default();
    let last = mark.strip_prefix(by).map(str::trim);
    Ok(last.and_then(|last| last.parse().ok()))
}

/// Compares what a capture says now with what the store holds of it, and keeps it unless told not to.
fn again(
    reading: &Reading<'_>,
    store: &Store,
    read: Read,
    report: &mut Report,
    (mode, changed, tell): (Mode, &mut Changed, Tell<'_>),
) -> Result<()> {
    // another capture, under another URL, said the same article later
    let from = store.capture_of(&read.article.id)?;
    if from.is_some_and(|from| from > read.capture()) {
        return Ok(());
    }
    let mut others = store.articles_of(read.capture())?;
    others.retain(|id| *id != read.article.id);
    let before = store.record(&read.article.id)?;
    let mut changes = compare(before.as_ref(), reading.wanted(&read));
    for other in others {
        changes.extend(compare(store.record(&other)?.as_ref(), None::<&Record>));
    }
    changed.articles += u64::from(!changes.is_empty());
    for change in changes {
        match change.how {
            How::Gained => changed.gained += 1,
            How::Lost => changed.lost += 1,
            How::Changed => changed.changed += 1,
        }
        tell(change)?;
    }
    match mode {
        Mode::Write => reading.keep(store, read, Occasion::Again, report),
        Mode::Dry => Ok(()),
    }
}

/// The records of a file behind a byte where one ends; nothing where it ends there.
fn records_behind(path: &Path, from: u64) -> Result<Option<WarcReader<File>>> {
    let failed = |error| Error::io("read", path, error);
    let mut file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() <= from {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(from)).map_err(failed)?;
    WarcReader::new(file, &path.display().to_string(), usize::MAX).map(Some)
}

/// Whether a record of the archive holds what was handed over, or a page that a server sent.
fn may_be_article(record: &WarcRecord) -> bool {
    let header = |name: &str| {
        let mut headers = record.headers.iter();
        let found = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_ascii_lowercase())
    };
    match record.kind {
        WarcKind::Resource => header(METADATA).is_some(),
        WarcKind::Response => {
            let page = |kind: String| kind.contains("html");
            // What is not whole was a failure when it was fetched.
            let whole = record.status == Some(200) && !record.truncated;
            whole && !input::is_aside(record) && header("content-type").is_none_or(page)
        }
        _ => false,
    }
}
