//! Turns a configuration into one batch: crawl, read, extract, link, index, with a report.
//!
//! Each step takes up where the last one ended: captures not yet read, records changed since they
//! were last indexed. A batch that is cut off loses nothing; the next one goes on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::writer::{ROLL_AT, WarcWriter};
use crate::config::Config;
use crate::config::source::Source;
use crate::crawl::Crawler;
use crate::crawl::clock::Clock;
use crate::crawl::discover::Period;
use crate::crawl::seen::Seen;
use crate::crawl::stop::Stop;
use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::index::{Index, Vocabulary};
use crate::link::table::Tables;
use crate::rules::pack::Pack;
use crate::store::Store;

pub mod audit;
pub mod effort;
mod index;
mod link;
pub mod lock;
mod read;
pub mod report;
pub mod schedule;

use lock::Lock;
use report::Report;

/// Where everything lives under the data folder.
#[derive(Debug, Clone)]
pub struct Places {
    /// WARC files.
    pub archive: PathBuf,
    /// The SQLite file.
    pub store: PathBuf,
    /// The search index.
    pub index: PathBuf,
}

impl Places {
    /// The places inside a data folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            archive: folder.join("archive"),
            store: folder.join("sihafa.sqlite"),
            index: folder.join("index"),
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

    /// Opens the index that a batch made.
    ///
    /// # Errors
    /// There is none, it is damaged, or another version made it.
    pub fn open_index(&self) -> Result<Index> {
        Index::open(&self.index, Arc::new(Vocabulary::built_in()))
    }
}

/// What a batch is doing, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A link of a source was done.
    Crawled(&'a str, &'a Seen),
    /// So many captures were read.
    Read(u64),
    /// So many records were linked.
    Linked(u64),
    /// So many records and dossiers were indexed.
    Indexed(u64),
}

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
        let _lock = Lock::take(self.data, self.work, self.clock.now())?;
        let places = Places::new(self.data);
        let store = places.open_store()?;
        let started = self.clock.now();
        let run = store.begin_run(started)?;
        let mut report = Report {
            work: self.work.to_owned(),
            started: started.to_string(),
            ..Report::default()
        };
        let worked = self.every_step(&places, &store, &mut report);
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
        // Whoever has the lock is alone here: what is still leased was leased by a dead program.
        store.release_all(self.clock.now())?;
        let mut archive = WarcWriter::open(&places.archive, ROLL_AT, self.clock.now())?;
        let crawler = Crawler {
            config: self.config,
            sources: self.sources,
            period: self.period,
            shard: None,
            clock: self.clock,
            watch: &|source, seen| (self.watch)(Step::Crawled(source, seen)),
            stop: self.stop,
        };
        crawler.run(store, &mut archive)
    }

    /// Fetches, reads, extracts, links and indexes.
    fn every_step(&self, places: &Places, store: &Store, report: &mut Report) -> Result<()> {
        // The patterns first: whoever breaks them learns it before an hour of fetching.
        let extractor = Extractor::new(Arc::clone(&self.pack))?;
        let tables = Tables::of(self.config.extract.patterns.as_deref())?;
        self.timed("crawl", report, |report| {
            report.crawled(self.fetch(places, store)?);
            Ok(())
        })?;
        self.timed("read", report, |report| {
            let reading = read::Reading {
                extractor: &extractor,
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
            };
            reading.run(store, report)
        })?;
        self.timed("link", report, |report| {
            link::run(store, &tables, report, self.watch, self.stop)
        })?;
        self.timed("index", report, |_| {
            index::run(&places.index, store, self.watch, self.stop)
        })?;
        report.count_facts(store)
    }

    /// Takes a step, and writes down how long it took.
    fn timed(
        &self,
        step: &str,
        report: &mut Report,
        work: impl FnOnce(&mut Report) -> Result<()>,
    ) -> Result<()> {
        let began = self.clock.now();
        let worked = work(report);
        let span = effort::between(began, self.clock.now());
        report.effort.took(step, span);
        worked
    }
}
