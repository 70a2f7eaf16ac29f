//! Turns a configuration into one batch: crawl, read, extract, link, index, alerts, with a report.
//!
//! Each step takes up where the last one ended: captures not yet read, records changed since they
//! were last indexed. A batch that is cut off loses nothing; the next one goes on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::archive::writer::{ROLL_AT, WarcWriter};
use crate::config::Config;
use crate::config::source::Source;
use crate::crawl::clock::Clock;
use crate::crawl::discover::Period;
use crate::crawl::seen::Seen;
use crate::crawl::stop::Stop;
use crate::crawl::{Crawler, Shard};
use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::index::{Index, Vocabulary};
use crate::link::table::Tables;
use crate::rules::pack::Pack;
use crate::store::Store;

pub mod alert;
pub mod audit;
pub mod check;
pub mod diff;
pub mod effort;
pub mod focus;
pub mod import;
mod index;
pub mod input;
mod learn;
pub mod link;
pub mod lock;
mod read;
pub mod report;
pub mod reprocess;
mod restore;
pub mod schedule;
pub mod step;

use alert::watch::Watch;
use lock::Lock;
use report::Report;
use step::Step;

/// Where everything lives under the data folder.
#[derive(Debug, Clone)]
pub struct Places {
    /// WARC files.
    pub archive: PathBuf,
    /// The SQLite file.
    pub store: PathBuf,
    /// The search index.
    pub index: PathBuf,
    /// The feeds of alerts.
    pub alerts: PathBuf,
}

impl Places {
    /// The places inside a data folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            archive: folder.join("archive"),
            store: folder.join("sihafa.sqlite"),
            index: folder.join("index"),
            alerts: folder.join("alerts"),
        }
    }

    /// Opens the store, making its folder.
    ///
    /// # Errors
    /// The folder cannot be made, or the store refuses.
    pub fn open_store(&self) -> Result<Store> {
        if let Some(folder) = self.store.parent() {
            std::fs::create_dir_all(folder).map_err(|error| Error::io("create", folder, error))?;
        }
        Store::open(&self.store)
    }

    /// Opens the index for search with the word lists of a pattern folder, else those of the binary. One of
    /// another version, of other lists or damaged is made anew from the store, with a warning; `watch` is told
    /// how much of it is.
    ///
    /// # Errors
    /// There is neither an index nor a store, or one of them refuses.
    pub fn open_index(&self, patterns: Option<&Path>, watch: &dyn Fn(Step<'_>)) -> Result<Index> {
        index::open(self, Arc::new(Vocabulary::of(patterns)?), watch)
    }
}

/// Longer than anything is put off: twice the longest time between two looks at a feed. What is due later was
/// put off by a clock that was ahead.
const PUT_OFF: SignedDuration = SignedDuration::from_hours(28 * 24);

/// One batch.
pub struct Batch<'a> {
    /// The command that runs it, as the lock and the report name it.
    pub work: &'a str,
    /// Sources, politeness, thresholds.
    pub config: &'a Config,
    /// The data folder.
    pub data: &'a Path,
    /// The patterns.
    pub pack: Arc<Pack>,
    /// Ids of the sources to read; empty: all.
    pub sources: &'a [String],
    /// The part of the sources that this machine reads; none: all.
    pub shard: Option<Shard>,
    /// Which articles are wanted, by publication.
    pub period: Period,
    /// What tells the time.
    pub clock: &'a dyn Clock,
    /// Called as the batch goes on.
    pub watch: &'a (dyn Fn(Step<'_>) + Sync),
    /// Asked for, the batch ends within seconds; the next one goes on where it ended.
    pub stop: &'a Stop,
}

impl Batch<'_> {
    /// Runs every step.
    ///
    /// # Errors
    /// Another program works on the folder; the configuration, the patterns, the archive, the store
    /// or the index refuse. What goes wrong with one link or one article is counted in the report.
    pub fn run(&self) -> Result<Report> {
        self.recorded(|places, store, report| {
            self.restore(places, store, report)?;
            self.begin_alerts(store)?;
            self.timed("crawl", report, |report| {
                report.crawled(self.fetch(places, store)?);
                Ok(())
            })?;
            self.digest(places, store, report)
        })
    }

    /// Works alone on the data folder, and writes down what came of it.
    fn recorded(
        &self,
        work: impl FnOnce(&Places, &Store, &mut Report) -> Result<()>,
    ) -> Result<Report> {
        // A query that cannot be read is told before anything is done.
        Watch::all(self.config)?;
        let _lock = Lock::take(self.data, self.work, self.clock.now())?;
        let places = Places::new(self.data);
        let store = places.open_store()?;
        let started = self.clock.now();
        let run = store.begin_run(started)?;
        let mut report = Report {
            run,
            work: self.work.to_owned(),
            started: started.to_string(),
            ..Report::default()
        };
        let worked = work(&places, &store, &mut report);
        let ended = self.clock.now();
        report.ended = ended.to_string();
        report.stopped = self.stop.is_requested();
        report.effort.measure(&places);
        let outcome = match &worked {
            Ok(()) => report.outcome().to_owned(),
            Err(error) => format!("error: {error}"),
        };
        let written = serde_json::to_value(&report)
            .map_err(|error| Error::input("report", error.to_string()))?;
        let told = store.end_run(run, ended, &outcome, &written);
        // what went wrong first is what the way out is for
        worked.and(told).map(|()| report)
    }

    /// Only fetches what is due.
    ///
    /// # Errors
    /// As [`Batch::run`].
    pub fn crawl(&self) -> Result<BTreeMap<String, Seen>> {
        let _lock = Lock::take(self.data, self.work, self.clock.now())?;
        let places = Places::new(self.data);
        self.fetch(&places, &places.open_store()?)
    }

    fn fetch(&self, places: &Places, store: &Store) -> Result<BTreeMap<String, Seen>> {
        let now = self.clock.now();
        // Whoever has the lock is alone here: what is still leased was leased by a dead program.
        store.release_all(now)?;
        store.forget_the_future(now.saturating_add(PUT_OFF).unwrap_or(Timestamp::MAX), now)?;
        let mut archive = self.open_archive(places, store)?;
        self.with_crawler(|crawler| crawler.run(store, &mut archive))
    }

    /// Opens the archive for writing; what a torn end cost is taken from the store, to be had again.
    fn open_archive(&self, places: &Places, store: &Store) -> Result<WarcWriter> {
        let now = self.clock.now();
        self.find_archive(places, store)?;
        let archive = WarcWriter::open(&places.archive, ROLL_AT, now)?;
        let (file, end) = archive.end();
        let lost = store.lose_captures(file, end, now)?;
        if lost > 0 {
            tracing::warn!(
                "`{file}` was cut short, and with it {lost} captures: pages are fetched again; import again what was imported"
            );
        }
        Ok(archive)
    }

    /// Hands out the crawler of this batch.
    ///
    /// # Errors
    /// The patterns refuse, or the work fails.
    pub fn with_crawler<T>(&self, work: impl FnOnce(&Crawler<'_>) -> Result<T>) -> Result<T> {
        let extractor = Extractor::new(Arc::clone(&self.pack))?;
        work(&Crawler {
            config: self.config,
            sources: self.sources,
            period: self.period,
            shard: self.shard,
            clock: self.clock,
            judge: &|hints| focus::promise(&extractor, self.config.extract.health, hints),
            watch: &|source, seen| (self.watch)(Step::Crawled(source, seen)),
            stop: self.stop,
        })
    }

    /// Reads, extracts, links and indexes what was fetched or taken in.
    fn digest(&self, places: &Places, store: &Store, report: &mut Report) -> Result<()> {
        self.read_all(places, store, report, None)?;
        self.tell_alerts(places, store, report)?;
        report.count(store)
    }

    /// Reads what was not read, up to a capture or all, then links and indexes it.
    fn read_all(
        &self,
        places: &Places,
        store: &Store,
        report: &mut Report,
        upto: Option<i64>,
    ) -> Result<()> {
        let extractor = Extractor::new(Arc::clone(&self.pack))?;
        let reading = read::Reading {
            upto,
            ..self.reading(&extractor, places)
        };
        let (mut done, mut more) = (0, true);
        while more && !self.stop.is_requested() {
            self.timed("read", report, |report| {
                more = reading.run(store, report, &mut done)?;
                Ok(())
            })?;
            self.settle(places, store, report)?;
        }
        Ok(())
    }

    fn reading<'b>(&'b self, extractor: &'b Extractor, places: &'b Places) -> read::Reading<'b> {
        read::Reading {
            extractor,
            sources: self
                .config
                .sources
                .iter()
                .map(|source| (source.id.as_str(), source))
                .collect::<BTreeMap<&str, &Source>>(),
            archive: &places.archive,
            health: self.config.extract.health,
            watch: self.watch,
            stop: self.stop,
            upto: None,
        }
    }

    /// Links and indexes what was read, and lets go of it. Where a stop is asked for, it is left to the next
    /// batch.
    fn settle(&self, places: &Places, store: &Store, report: &mut Report) -> Result<()> {
        if self.stop.is_requested() {
            return Ok(());
        }
        let patterns = self.config.extract.patterns.as_deref();
        self.timed("link", report, |report| {
            let tables = Tables::of(patterns)?;
            if let Some(linked) = link::run(store, &tables, self.watch, self.stop)? {
                report.dossiers.new += linked.new;
                report.dossiers.changed += linked.changed;
            }
            Ok(())
        })?;
        if self.stop.is_requested() {
            return Ok(());
        }
        self.timed("index", report, |_| {
            let vocabulary = Arc::new(Vocabulary::of(patterns)?);
            index::run(&places.index, store, vocabulary, self.watch, self.stop)
        })
    }

    /// Takes a step, and writes down how long it took.
    fn timed(
        &self,
        step: &str,
        report: &mut Report,
        work: impl FnOnce(&mut Report) -> Result<()>,
    ) -> Result<()> {
        (self.watch)(Step::Began(step));
        let began = self.clock.now();
        let worked = work(report);
        let span = effort::between(began, self.clock.now());
        report.effort.took(step, span);
        worked
    }
}
