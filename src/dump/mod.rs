//! Turns records and dossiers into files for research: JSON Lines, CSV or Parquet, described, counted, summed.
//!
//! A dump is one folder that appears whole or not at all. The same state gives the same bytes: nothing in
//! it tells when it was written, and everything stands in the order of its keys.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::error::Result;
use crate::record::{Lang, Record};
use crate::store::Store;

mod card;
mod csv;
mod file;
mod folder;
mod package;
mod parquet;
mod row;
mod table;
mod writer;

use folder::Staging;
use writer::Writer;

/// The kind of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A record or dossier a line.
    JsonLines {
        /// Packed with zstd.
        zstd: bool,
    },
    /// Tables with typed columns.
    Parquet,
    /// Tables for spreadsheets.
    Csv {
        /// With the mark by which spreadsheets know UTF-8.
        bom: bool,
    },
}

/// What is to be dumped, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The kind of files.
    pub format: Format,
    /// Only articles published on this day (`YYYY-MM-DD`) or later.
    pub since: Option<String>,
    /// Only articles in this language.
    pub lang: Option<Lang>,
    /// Only these articles: a query as it was asked, and the ids that answer it.
    pub query: Option<(String, BTreeSet<String>)>,
    /// Whether texts are in it; without them it holds facts only.
    pub texts: bool,
}

/// One file of a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// Name of what it holds: `records`, `articles` ….
    pub name: &'static str,
    /// File name inside the folder.
    pub path: String,
    /// Lines or rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub hash: String,
}

/// What a dump says of itself.
#[derive(Debug, Default)]
struct Contents {
    resources: Vec<Resource>,
    articles: BTreeMap<String, u64>,
    conventions: u64,
    partners: u64,
    operations: u64,
    dates: u64,
    dossiers: u64,
    /// Versions of the patterns and of the code that made the records.
    patterns: BTreeSet<String>,
    code: BTreeSet<String>,
    /// The last fetch of any article: the state is no older.
    created: Option<Timestamp>,
}

/// Writes a dump to a folder that is not there yet, or, with `replace`, in place of an older dump. `watch` is
/// told how many records and dossiers were gone through, and how many there are.
///
/// # Errors
/// The folder is there and may not be replaced, cannot be written, or the store refuses. What was
/// there before stays.
pub fn write(
    store: &Store,
    request: &Request,
    folder: &Path,
    replace: bool,
    watch: &dyn Fn(u64, u64),
) -> Result<Vec<Resource>> {
    let staging = Staging::new(folder, replace)?;
    // one state of the store, whatever is written to it meanwhile
    let contents = store.snapshot(|| fill(store, request, &staging, watch))?;
    package::describe(&contents, request, &staging)?;
    staging.finish()?;
    Ok(contents.resources)
}

/// Writes the resources.
fn fill(
    store: &Store,
    request: &Request,
    staging: &Staging,
    watch: &dyn Fn(u64, u64),
) -> Result<Contents> {
    let all = store.count_records()? + store.count_dossiers()?.all;
    let mut done = 0;
    let mut contents = Contents::default();
    let mut writer = Writer::new(request.format, staging)?;
    let mut told = BTreeSet::new();
    for record in store.records() {
        let mut record = record?;
        done += 1;
        watch(done, all);
        if !request.wants(&record) {
            continue;
        }
        if !request.texts {
            record.text.clear();
        }
        contents.count(&record);
        let dossiers = record.conventions.iter();
        told.extend(dossiers.filter_map(|convention| convention.dossier.clone()));
        writer.record(&record)?;
    }
    for dossier in store.dossiers() {
        let dossier = dossier?;
        done += 1;
        watch(done, all);
        if request.is_whole() || told.contains(&dossier.id) {
            contents.dossiers += 1;
            writer.dossier(&dossier)?;
        }
    }
    contents.resources = writer.finish()?;
    Ok(contents)
}

impl Request {
    /// Whether nothing is left out.
    fn is_whole(&self) -> bool {
        self.since.is_none() && self.lang.is_none() && self.query.is_none()
    }

    fn wants(&self, record: &Record) -> bool {
        let since = self.since.as_deref().is_none_or(|since| {
            let published = record.published.as_deref().unwrap_or_default();
            let day = published.get(..10).unwrap_or(published);
            // a month or year that the day lies in may be later than it
            !day.is_empty() && since.get(..day.len()).is_some_and(|since| day >= since)
        });
        let ids = self.query.as_ref().map(|(_, ids)| ids);
        since
            && self.lang.is_none_or(|lang| record.lang == lang.code())
            && ids.is_none_or(|ids| ids.contains(&record.id))
    }
}

impl Contents {
    fn count(&mut self, record: &Record) {
        *self.articles.entry(record.lang.clone()).or_default() += 1;
        self.conventions += record.conventions.len() as u64;
        let partners = record.conventions.iter();
        self.partners += partners
            .map(|convention| convention.partners.len() as u64)
            .sum::<u64>();
        self.operations += record.operations.len() as u64;
        self.dates += record.dates.len() as u64;
        if !self.patterns.contains(&record.patterns) {
            self.patterns.insert(record.patterns.clone());
        }
        if !self.code.contains(&record.code) {
            self.code.insert(record.code.clone());
        }
        let fetched = record.fetched.as_deref();
        let fetched = fetched.and_then(|fetched| fetched.parse().ok());
        self.created = self.created.max(fetched);
    }
}
