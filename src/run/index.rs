//! Brings the search index up to the store: what changed since it was last indexed, or all of it where
//! the index is of another version, damaged, or not there.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::index::{Index, Shelf, Vocabulary};
use crate::store::Store;

use super::Step;

/// The revision of the store that the index holds.
const INDEXED: &str = "indexed";

/// Indexes every change.
pub(super) fn run(folder: &Path, store: &Store, watch: &dyn Fn(Step<'_>)) -> Result<()> {
    let (index, since) = open(folder, store)?;
    let upto = store.revision()?;
    let mut writer = index.writer()?;
    let mut done = 0;
    for change in store.records_since(since) {
        let change = change?;
        match change.value {
            Some(record) => writer.add(&record)?,
            None => writer.delete(Shelf::Articles, &change.id),
        }
        done += 1;
        watch(Step::Indexed(done));
    }
    for change in store.dossiers_since(since) {
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

/// The index with the revision that it holds; a new one holds nothing.
fn open(folder: &Path, store: &Store) -> Result<(Index, i64)> {
    let vocabulary = Arc::new(Vocabulary::built_in());
    if folder.exists() {
        match Index::open(folder, Arc::clone(&vocabulary)) {
            Ok(index) => {
                let since = store
                    .meta(INDEXED)?
                    .and_then(|revision| revision.parse().ok())
                    .unwrap_or(0);
                return Ok((index, since));
            }
            Err(error @ Error::Index { .. }) => {
                tracing::warn!("{error}; building it again from the store");
            }
            Err(error) => return Err(error),
        }
    }
    Ok((Index::create(folder, vocabulary)?, 0))
}
