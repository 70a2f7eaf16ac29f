//! Checks that archive, store, index and patterns belong together, and says what to do where not.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use url::Url;

use crate::archive;
use crate::archive::reader::WarcReader;
use crate::archive::record;
use crate::error::Result;
use crate::index::Vocabulary;
use crate::rules::pack::Pack;
use crate::store::Store;
use crate::store::capture::Stored;
use crate::store::queue::Kind;

use super::step::{Part, Step};
use super::{Places, index};

/// Captures checked at once.
const BATCH: usize = 256;

/// Damaged captures that are named one by one.
const NAMED: u64 = 10;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `archive`, `store`, `index` or `patterns`.
    pub place: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\nhint: {}", self.place, self.message, self.remedy)
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Captures whose body has the digest that the store holds.
    pub captures: u64,
    /// Pages in the archive that the store does not name: a program died between writing the one
    /// and the other, and another body came later. They do no harm.
    pub orphans: u64,
    /// Records by the version of the patterns that made them.
    pub patterns: BTreeMap<String, u64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Audit {
    fn find(&mut self, place: &'static str, message: impl Into<String>, remedy: &str) {
        self.findings.push(Finding {
            place,
            message: message.into(),
            remedy: remedy.to_owned(),
        });
    }
}

/// Checks a data folder; nothing is changed. `watch` is told how much was looked at.
///
/// # Errors
/// The store or the archive folder cannot be read at all.
pub fn audit(
    places: &Places,
    store: &Store,
    pack: &Pack,
    vocabulary: Vocabulary,
    watch: &dyn Fn(Step<'_>),
) -> Result<Audit> {
    let mut checked = Audit::default();
    watch(Step::Began("check"));
    for message in store.damage()? {
        checked.find(
            "store",
            message,
            "put back a copy of the file, or move it away: `sihafa reprocess` builds it again from the archive",
        );
    }
    archive_of(places, store, &mut checked, watch)?;
    records_of(store, pack, &mut checked)?;
    if let Some(message) = index::lag(&places.index, store, Arc::new(vocabulary))? {
        checked.find("index", message, "`sihafa run` brings it up to the store");
    }
    Ok(checked)
}

/// Each capture's body against its digest; then what the files hold beyond them.
fn archive_of(
    places: &Places,
    store: &Store,
    checked: &mut Audit,
    watch: &dyn Fn(Step<'_>),
) -> Result<()> {
    let of = Some(store.count_captures_after(0)?);
    let mut captures = store.captures_after(0);
    let mut damaged = 0;
    loop {
        let batch = captures
            .by_ref()
            .take(BATCH)
            .collect::<Result<Vec<Stored>>>()?;
        if batch.is_empty() {
            break;
        }
        let faults: Vec<Option<String>> = batch
            .par_iter()
            .map(|stored| {
                let read = archive::read_at(&places.archive, &stored.location);
                read.err().map(|error| format!("{}: {error}", stored.url))
            })
            .collect();
        for fault in faults {
            match fault {
                None => checked.captures += 1,
                Some(message) => {
                    damaged += 1;
                    if damaged <= NAMED {
                        checked.find("archive", message, "put back a copy of the file");
                    }
                }
            }
        }
        let done = checked.captures + damaged;
        watch(Step::Checked(Part { done, of }));
    }
    if damaged > NAMED {
        let message = format!("{} more captures cannot be read", damaged - NAMED);
        checked.find("archive", message, "put back a copy of the files");
    }
    for file in archive::files(&places.archive)? {
        files_of(&file, store, checked)?;
    }
    Ok(())
}

/// Whether the queue knows a URL as that of an article.
fn is_page(store: &Store, url: &str) -> Result<bool> {
    let Ok(url) = Url::parse(url) else {
        return Ok(false);
    };
    let known = store.known(&url)?;
    Ok(known.is_some_and(|known| known.link.kind == Kind::Page))
}

/// What a file holds that the store does not name, and what is broken in it.
fn files_of(file: &Path, store: &Store, checked: &mut Audit) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut reader = WarcReader::open(file, usize::MAX)?;
    for record in reader.by_ref() {
        let record = record?;
        let answered = record.status.is_some_and(|status| status / 100 == 2);
        if record.kind != record::Kind::Response || !answered {
            continue;
        }
        if let (Some(url), Some(location)) = (&record.url, record.location(&name)) {
            let page = is_page(store, url)?;
            let unknown = page && store.capture_by_digest(&location.digest)?.is_none();
            checked.orphans += u64::from(unknown);
        }
    }
    let broken = reader.broken();
    if broken > 0 {
        checked.find(
            "archive",
            format!("{}: {broken} records are broken", file.display()),
            "the next run mends a torn end; for others, put back a copy of the file",
        );
    }
    Ok(())
}

fn records_of(store: &Store, pack: &Pack, checked: &mut Audit) -> Result<()> {
    let mut lost = 0;
    for record in store.records() {
        let record = record?;
        lost += u64::from(store.article(&record.id)?.is_none());
        *checked.patterns.entry(record.patterns).or_default() += 1;
    }
    if lost > 0 {
        let message = format!("{lost} records have no article");
        checked.find("store", message, "`sihafa reprocess` makes them again");
    }
    let other: u64 = checked
        .patterns
        .iter()
        .filter(|(version, _)| *version != pack.version())
        .map(|(_, count)| count)
        .sum();
    if other > 0 {
        let message = format!(
            "{other} records were made by other patterns than {}",
            pack.version()
        );
        checked.find(
            "patterns",
            message,
            "`sihafa reprocess` reads the archive again",
        );
    }
    Ok(())
}
