//! Brings the search index up to the store: what changed since it was last indexed, or all of it where
//! the index is of another version, damaged, or not there.

use std::path::Path;
use std::sync::Arc;

use crate::crawl::stop::Stop;
use crate::error::{Error, Result};
use crate::index::{Index, Shelf, Vocabulary};
use crate::store::Store;

use super::Step;

/// The revision of the store that the index holds.
const INDEXED: &str = "indexed";

/// Indexes every change, or none where a stop is asked for.
pub(super) fn run(
    folder: &Path,
    store: &Store,
    watch: &dyn Fn(Step<'_>),
    stop: &Stop,
) -> Result<()> {
    let (index, since) = open(folder, store)?;
    let upto = store.revision()?;
    let mut writer = index.writer()?;
    let mut done = 0;
    for change in store.records_since(since) {
        if stop.is_requested() {
            return Ok(());
        }
        let change = change?;
        match change.value {
            Some(record) => writer.add(&record)?,
            None => writer.delete(Shelf::Articles, &change.id),
        }
        done += 1;
        watch(Step::Indexed(done));
    }
    for change in store.dossiers_since(since) {
        if stop.is_requested() {
            return Ok(());
        }
        let change = change?;
        match change.value {
            Some(dossier) => writer.add_dossier(&dossier)?,
            None => writer.delete(Shelf::Dossiers, &change.id),
        }
        done += 1;
        watch(Step::Indexed(done));
    }
    if done > 0 {
        writer.commit()?;
    }
    store.set_meta(INDEXED, &upto.to_string())
}

/// In what the index does not hold what the store does; nothing where it does.
pub(super) fn lag(folder: &Path, store: &Store) -> Result<Option<String>> {
    let opened = Index::open(folder, Arc::new(Vocabulary::built_in()));
    match opened.and_then(|index| index.verify()) {
        Err(error @ Error::Index { .. }) => return Ok(Some(error.to_string())),
        other => other?,
    }
    let behind = store.revision()? - indexed(store)?;
    Ok((behind != 0).then(|| format!("{behind} changes of the store are not in it")))
}

fn indexed(store: &Store) -> Result<i64> {
    let revision = store.meta(INDEXED)?;
    Ok(revision
        .and_then(|revision| revision.parse().ok())
        .unwrap_or(0))
}

/// The index with the revision that it holds; a new one holds nothing.
fn open(folder: &Path, store: &Store) -> Result<(Index, i64)> {
    let vocabulary = Arc::new(Vocabulary::built_in());
    if folder.exists() {
        match Index::open(folder, Arc::clone(&vocabulary)) {
            Ok(index) => {
                return Ok((index, indexed(store)?));
            }
            Err(error @ Error::Index { .. }) => {
                tracing::warn!("{error}; building it again from the store");
            }
            Err(error) => return Err(error),
        }
    }
    Ok((Index::create(folder, vocabulary)?, 0))
}
