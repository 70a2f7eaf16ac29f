//! Brings the search index up to the store: what changed since it was last indexed, or all of it where
//! the index is of another version, of other word lists, damaged, or not there.
//!
//! The index itself knows the revision of the store that it holds, so that a crash between the two costs
//! nothing but doing the last changes again. A mark that both bear tells whether it is of this store at all:
//! one that was lost and made again counts its revisions anew. An index is made beside the old one and takes
//! its place when it is whole: whoever searches meanwhile still reads the old one.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Places;
use super::step::{Part, Step};
use crate::crawl::stop::Stop;
use crate::error::{Error, Result};
use crate::index::{Index, Shelf, Vocabulary};
use crate::store::Store;

/// The file of an index that bears the mark of its store, and where the store keeps it.
const MARK_FILE: &str = "sihafa-store";
const MARK: &str = "index";

/// Indexes every change, or none where a stop is asked for.
pub(super) fn run(
    folder: &Path,
    store: &Store,
    vocabulary: Arc<Vocabulary>,
    watch: &dyn Fn(Step<'_>),
    stop: &Stop,
) -> Result<()> {
    let _alone = lock(folder)?;
    let index = match Index::open(folder, Arc::clone(&vocabulary)) {
        Ok(index) if is_of(folder, store)? && index.revision()? <= store.revision()? => index,
        Ok(_) => {
            tracing::warn!("the index is of another state of the store; building it again");
            return rebuild(folder, store, vocabulary, watch, stop);
        }
        Err(error @ Error::Index { .. }) => {
            if folder.exists() {
                tracing::warn!("{}", told(&error));
            }
            return rebuild(folder, store, vocabulary, watch, stop);
        }
        Err(error) => return Err(error),
    };
    bring(&index, store, watch, stop).map(drop)
}

/// Opens the index for search, and makes it anew from the store where it cannot be read.
pub(super) fn open(
    places: &Places,
    vocabulary: Arc<Vocabulary>,
    watch: &dyn Fn(Step<'_>),
) -> Result<Index> {
    let folder = &places.index;
    match Index::open(folder, Arc::clone(&vocabulary)) {
        Err(error @ Error::Index { .. }) if places.store.exists() => {
            let _alone = lock(folder)?;
            // Another process may have made it while this one waited.
            if let Ok(index) = Index::open(folder, Arc::clone(&vocabulary)) {
                return Ok(index);
            }
            tracing::warn!("{}", told(&error));
            let store = places.open_store()?;
            rebuild(
                folder,
                &store,
                Arc::clone(&vocabulary),
                watch,
                &Stop::default(),
            )?;
            Index::open(folder, vocabulary)
        }
        Err(Error::Index { .. }) if !folder.exists() => {
            let at = folder.parent().unwrap_or(folder).display().to_string();
            Err(Error::input(at, "nothing to search here yet")
                .hint("`sihafa demo`, `sihafa run` or `sihafa import` makes a store and its index"))
        }
        opened => opened,
    }
}

/// In what the index does not hold what the store does; nothing where it does.
pub(super) fn lag(
    folder: &Path,
    store: &Store,
    vocabulary: Arc<Vocabulary>,
) -> Result<Option<String>> {
    let opened = Index::open(folder, vocabulary);
    let index = match opened.and_then(|index| index.verify().map(|()| index)) {
        Err(error @ Error::Index { .. }) => {
            return Ok(error.to_string().lines().next().map(str::to_owned));
        }
        other => other?,
    };
    if !is_of(folder, store)? {
        return Ok(Some("it was made from another store".to_owned()));
    }
    let behind = store.revision()? - index.revision()?;
    Ok((behind != 0).then(|| format!("{behind} changes of the store are not in it")))
}

/// Indexes what changed in the store since the index was committed. False where a stop was asked for: then
/// nothing was changed.
fn bring(index: &Index, store: &Store, watch: &dyn Fn(Step<'_>), stop: &Stop) -> Result<bool> {
    let (since, upto) = (index.revision()?, store.revision()?);
    if since == upto {
        return Ok(true);
    }
    let mut writer = index.writer()?;
    let mut part = Part {
        done: 0,
        of: Some(store.count_changes_since(since)?),
    };
    for change in store.records_since(since) {
        if stop.is_requested() {
            return Ok(false);
        }
        let change = change?;
        match change.value {
            Some(record) => writer.add(&record)?,
            None => writer.delete(Shelf::Articles, &change.id),
        }
        part.done += 1;
        watch(Step::Indexed(part));
    }
    for change in store.dossiers_since(since) {
        if stop.is_requested() {
            return Ok(false);
        }
        let change = change?;
        match change.value {
            Some(dossier) => writer.add_dossier(&dossier)?,
            None => writer.delete(Shelf::Dossiers, &change.id),
        }
        part.done += 1;
        watch(Step::Indexed(part));
    }
    writer.commit(upto)?;
    writer.close()?;
    Ok(true)
}

fn rebuild(
    folder: &Path,
    store: &Store,
    vocabulary: Arc<Vocabulary>,
    watch: &dyn Fn(Step<'_>),
    stop: &Stop,
) -> Result<()> {
    let fresh = beside(folder, ".new");
    let made =
        Index::create(&fresh, vocabulary).and_then(|index| bring(&index, store, watch, stop));
    if !matches!(made, Ok(true)) {
        // what is half made is of no use, and may be what fills the disk; what went wrong first is told
        let removed = remove(&fresh);
        return made.and(removed);
    }
    // told to the store first: an index that does not take its place leaves one that is made anew
    let (file, mark) = (fresh.join(MARK_FILE), store.lot()?);
    std::fs::write(&file, &mark).map_err(|error| Error::io("write", &file, error))?;
    store.set_meta(MARK, &mark)?;
    let old = beside(folder, ".old");
    remove(&old)?;
    if folder.exists() {
        rename(folder, &old)?;
    }
    rename(&fresh, folder)?;
    remove(&old)
}

/// Whether an index bears the mark of a store.
fn is_of(folder: &Path, store: &Store) -> Result<bool> {
    let mark = std::fs::read_to_string(folder.join(MARK_FILE)).ok();
    Ok(mark.is_some() && mark == store.meta(MARK)?)
}

/// Waits until no other process writes the index; the lock ends with the process, however it ends.
fn lock(folder: &Path) -> Result<File> {
    let path = beside(folder, ".lock");
    let failed = |error| Error::io("lock", &path, error);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// What is wrong with the index, without the hint: what it says is being done.
fn told(error: &Error) -> String {
    let message = error.to_string();
    let line = message.lines().next().unwrap_or_default();
    format!("{line}; building it again from the store")
}

fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(folder);
    name.push(ending);
    PathBuf::from(name)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| Error::io("move", from, error))
}

fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    std::fs::remove_dir_all(folder).map_err(|error| Error::io("remove", folder, error))
}
