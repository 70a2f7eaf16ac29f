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
use crate::crawl::clock::Clock;
use crate::crawl::discover::Period;
use crate::crawl::seen::Seen;
use crate::crawl::{Crawler, Shard};
use crate::error::{Error, Result};
use crate::extract::Extractor;
use crate::index::{Index, Vocabulary};
use crate::link::table::Tables;
use crate::rules::pack::Pack;
use crate::store::Store;

pub mod check;
pub mod diff;
pub mod focus;
pub mod import;
mod index;
pub mod input;
mod learn;
pub mod link;
mod read;
pub mod report;
pub mod reprocess;

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

    /// Opens the index for search with the word lists of a pattern folder, else those of the binary. One of
    /// another version, of other lists or damaged is made anew from the store, with a warning.
    ///
    /// # Errors
    /// There is neither an index nor a store, or one of them refuses.
    pub fn open_index(&self, patterns: Option<&Path>) -> Result<Index> {
        index::open(self, Arc::new(Vocabulary::of(patterns)?))
    }
}

/// What a batch is doing, for whoever watches.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// So many pieces were taken in.
    Imported(u64),
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
}

impl Batch<'_> {
    /// Runs every step.
    ///
    /// # Errors
    /// The configuration, the patterns, the archive, the store or the index refuse. What goes wrong
    /// with one link or one article is counted in the report.
    pub fn run(&self) -> Result<Report> {
        self.recorded(|places, store| {
            let mut report = Report::new(self.crawl(places, store)?);
            self.digest(places, store, &mut report)?;
            Ok(report)
        })
    }

    /// Writes down what a batch did.
    fn recorded(&self, work: impl FnOnce(&Places, &Store) -> Result<Report>) -> Result<Report> {
        let places = Places::new(self.data);
        let store = places.open_store()?;
        let started = self.clock.now();
        let run = store.begin_run(started)?;
        let report = work(&places, &store)?;
        let report = Report {
            started: started.to_string(),
            ended: self.clock.now().to_string(),
            ..report
        };
        let written = serde_json::to_value(&report)
            .map_err(|error| Error::input("report", error.to_string()))?;
        store.end_run(run, self.clock.now(), report.outcome(), &written)?;
        Ok(report)
    }

    /// Fetches what is due.
    ///
    /// # Errors
    /// As [`Batch::run`].
    pub fn crawl(&self, places: &Places, store: &Store) -> Result<BTreeMap<String, Seen>> {
        let mut archive = WarcWriter::open(&places.archive, ROLL_AT, self.clock.now())?;
        self.with_crawler(|crawler| crawler.run(store, &mut archive))
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
        })
    }

    /// Reads, extracts, links and indexes what was fetched or taken in.
    fn digest(&self, places: &Places, store: &Store, report: &mut Report) -> Result<()> {
        let extractor = Extractor::new(Arc::clone(&self.pack))?;
        let reading = self.reading(&extractor, places);
        let mut done = 0;
        while reading.run(store, report, &mut done)? {
            self.settle(places, store, report)?;
        }
        self.settle(places, store, report)?;
        report.count_facts(store)
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
        }
    }

    /// Links and indexes what was read, and lets go of it.
    fn settle(&self, places: &Places, store: &Store, report: &mut Report) -> Result<()> {
        let patterns = self.config.extract.patterns.as_deref();
        let linked = link::run(store, &Tables::of(patterns)?, self.watch)?;
        report.dossiers.new += linked.new;
        report.dossiers.changed += linked.changed;
        report.dossiers.total = linked.total;
        let vocabulary = Arc::new(Vocabulary::of(patterns)?);
        index::run(&places.index, store, vocabulary, self.watch)
    }
}
