//! Makes, opens and checks the folder of an index.
//!
//! A seal says which version and word lists made it. The seal is written anew after every commit: a file that
//! is younger than it was not checked since, and is compared with its checksum before it is read.

use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use rustc_hash::FxHashMap;
use tantivy::directory::error::OpenWriteError;
use tantivy::index::SegmentId;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::schema::Schema;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{IndexBuilder, IndexSettings, ReloadPolicy, Searcher};

use super::Index;
use super::cards::Cards;
use super::mount::Mount;
use super::notes::Noted;
use super::opened::{Opened, Segments};
use super::schema::Fields;
use super::stream::View;
use super::vocabulary::Vocabulary;
use super::writer::Writer;
use crate::error::{Error, Result, way_out};

/// Changes with every change of fields or analysis.
const VERSION: u32 = 5;

/// The file that says which version made the folder.
const SEAL: &str = "sihafa-index";

/// Bytes that a writer fills before it writes a segment, over all its threads.
const WRITER_MEMORY: usize = 192 << 20;

/// Bytes of stored articles that are packed together: each hit unpacks a block, papers repeat sentences.
const STORED_BLOCK: usize = 16 << 10;

/// How hard they are packed: with the default of zstd an index is 2 % smaller, and takes 5 % longer to make.
const PACKED: i32 = 1;

/// Articles of a segment that is merged no further: a merge reads all of its segments, and holds them in memory
/// as long as it lasts, however large the index is.
const MERGED: usize = 50_000;

/// Segments of a size that are merged into one: a search asks each of them anew for every term, a merge holds
/// all of them in memory.
const MERGED_AT_ONCE: usize = 6;

/// How often an index is loaded again whose files another process deletes meanwhile.
const ATTEMPTS: usize = 3;

/// Threads of a writer.
const WRITER_THREADS: usize = 2;

impl Index {
    /// Makes an empty index in a folder, in place of what is there.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be emptied or written, [`Error::Index`] where tantivy refuses.
    pub fn create(path: &Path, vocabulary: Arc<Vocabulary>) -> Result<Self> {
        if path.exists() {
            std::fs::remove_dir_all(path).map_err(|error| Error::io("empty", path, error))?;
        }
        std::fs::create_dir_all(path).map_err(|error| Error::io("create", path, error))?;
        let index = builder()
            .settings(IndexSettings {
                docstore_blocksize: STORED_BLOCK,
                docstore_compression: Compressor::Zstd(ZstdCompressor {
                    compression_level: Some(PACKED),
                }),
                ..IndexSettings::default()
            })
            .create_in_dir(path)
            .map_err(|error| failed(path, &error))?;
        seal(path, &vocabulary)?;
        Self::attach(path, index, vocabulary)
    }

    /// Makes an empty index that lives as long as this value and touches no disk.
    ///
    /// # Errors
    /// [`Error::Index`] where tantivy refuses.
    pub fn in_memory(vocabulary: Arc<Vocabulary>) -> Result<Self> {
        let path = Path::new("in memory");
        let index = builder().create_in_ram();
        Self::attach(
            path,
            index.map_err(|error| failed(path, &error))?,
            vocabulary,
        )
    }

    /// Opens the index of a folder.
    ///
    /// # Errors
    /// [`Error::Index`] where there is none, where another version or other word lists made it, or where
    /// it is damaged: [`Index::create`] and the store then make it anew.
    pub fn open(path: &Path, vocabulary: Arc<Vocabulary>) -> Result<Self> {
        let name = path.join(SEAL);
        let made_by =
            std::fs::read_to_string(&name).map_err(|_| refused(path, "no index is here"))?;
        if made_by != signature(&vocabulary) {
            let message = format!(
                "made by `{}`, not by this version and its word lists",
                made_by.trim()
            );
            return Err(refused(path, message));
        }
        let sealed = modified(&name)?;
        let mut index = Mount::open(path)
            .map_err(tantivy::TantivyError::from)
            .and_then(tantivy::Index::open)
            .map_err(|error| failed(path, &error))?;
        index.register_plugin(Arc::new(cards()));
        if index.schema() != schema() {
            return Err(refused(path, "its fields are not those of this version"));
        }
        check(path, &index, |file| {
            modified(&path.join(file)).map_or(true, |time| time >= sealed)
        })?;
        Self::attach(path, index, vocabulary)
    }

    /// Compares every file with its checksum, in time linear in the size of the index.
    ///
    /// # Errors
    /// [`Error::Index`] that names the damaged files.
    pub fn verify(&self) -> Result<()> {
        check(&self.path, &self.inner, |_| true)
    }

    /// Opens the index for writing; one writer at a time. What a writer left that died before its commit is
    /// removed: tantivy counts on from that commit, comes to the same name for a list of deletions, and does not
    /// write over the file.
    ///
    /// # Errors
    /// [`Error::Index`] while another writes, or where what is left cannot be removed.
    pub fn writer(&self) -> Result<Writer> {
        let inner = self
            .inner
            .writer_with_num_threads(WRITER_THREADS, WRITER_MEMORY)
            .map_err(|error| failed(&self.path, &error))?;
        inner
            .garbage_collect_files()
            .wait()
            .map_err(|error| failed(&self.path, &error))?;
        let mut policy = LogMergePolicy::default();
        policy.set_max_docs_before_merge(MERGED);
        policy.set_min_num_segments(MERGED_AT_ONCE);
        inner.set_merge_policy(Box::new(policy));
        Ok(Writer {
            inner,
            fields: self.fields.clone(),
            path: self.path.clone(),
            vocabulary: Arc::clone(&self.vocabulary),
        })
    }

    /// Shows what was committed since the index was opened or last reloaded.
    ///
    /// # Errors
    /// [`Error::Index`] where the new state cannot be read.
    pub fn reload(&self) -> Result<()> {
        let before = self.reader.searcher();
        let mut attempts = ATTEMPTS;
        loop {
            attempts -= 1;
            let reloaded = self.reader.reload().and_then(|()| self.unfold(&before));
            match reloaded {
                Err(error) if attempts == 0 => return Err(failed(&self.path, &error)),
                Err(_) => {}
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Opens what searches of the present segments read, as long as the files are there: another process may
    /// merge them. What searches read that began before is kept.
    fn unfold(&self, before: &Searcher) -> tantivy::Result<()> {
        let present = self.reader.searcher();
        self.opened().retain(|id, _| {
            let in_use = [before, &present].map(Searcher::segment_readers);
            let mut in_use = in_use.into_iter().flatten();
            in_use.any(|reader| reader.segment_id() == *id)
        });
        self.segments(&present).map(|_| ())
    }

    /// What searches read of the segments of a searcher.
    pub(super) fn segments(&self, searcher: &Searcher) -> tantivy::Result<Segments> {
        let mut opened = self.opened();
        let readers = searcher.segment_readers().iter();
        let segments = readers.map(|reader| {
            Ok(Arc::clone(match opened.entry(reader.segment_id()) {
                Entry::Occupied(open) => open.into_mut(),
                Entry::Vacant(closed) => {
                    closed.insert(Arc::new(Opened::new(reader, &self.fields)?))
                }
            }))
        });
        segments.collect()
    }

    fn opened(&self) -> MutexGuard<'_, FxHashMap<SegmentId, Arc<Opened>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The revision of the store that the last commit brought the index to, as [`Writer::commit`] was told.
    ///
    /// # Errors
    /// [`Error::Index`] where the folder cannot be read.
    pub fn revision(&self) -> Result<i64> {
        let metas = self
            .inner
            .load_metas()
            .map_err(|error| failed(&self.path, &error))?;
        let revision = metas.payload.and_then(|payload| payload.parse().ok());
        Ok(revision.unwrap_or(0))
    }

    fn attach(path: &Path, mut index: tantivy::Index, vocabulary: Arc<Vocabulary>) -> Result<Self> {
        let fields = Fields::new().0;
        index.register_plugin(Arc::new(Noted {
            fields: fields.clone(),
            vocabulary: Arc::clone(&vocabulary),
        }));
        for view in View::ALL {
            index
                .tokenizers()
                .register(view.name(), view.tokenizer(&vocabulary));
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error| failed(path, &error))?;
        let index = Self {
            path: path.to_owned(),
            inner: index,
            reader,
            fields,
            vocabulary,
            opened: Mutex::default(),
        };
        if index.unfold(&index.reader.searcher()).is_err() {
            index.reload()?;
        }
        Ok(index)
    }
}

/// Writes the seal over the present state of a folder; an index in memory has none.
pub(super) fn seal(path: &Path, vocabulary: &Vocabulary) -> Result<()> {
    if !path.is_dir() {
        return Ok(());
    }
    let name = path.join(SEAL);
    std::fs::write(&name, signature(vocabulary)).map_err(|error| Error::io("write", &name, error))
}

fn schema() -> Schema {
    Fields::new().1
}

/// What an index is made with; what is not recorded in it is added when it is opened.
fn builder() -> IndexBuilder {
    tantivy::Index::builder()
        .schema(schema())
        .register_plugin(Arc::new(cards()))
}

fn cards() -> Cards {
    Cards {
        field: Fields::new().0.card,
    }
}

/// What the seal holds.
fn signature(vocabulary: &Vocabulary) -> String {
    format!("sihafa-index/{VERSION} {}\n", vocabulary.digest())
}

fn modified(path: &Path) -> Result<SystemTime> {
    std::fs::metadata(path)
        .and_then(|file| file.modified())
        .map_err(|error| Error::io("read", path, error))
}

/// Compares the files of the last commit that `doubted` names with their checksums.
fn check(path: &Path, index: &tantivy::Index, doubted: impl Fn(&Path) -> bool) -> Result<()> {
    if !path.is_dir() {
        return Ok(());
    }
    let metas = index.load_metas().map_err(|error| failed(path, &error))?;
    let mut damaged: Vec<String> = metas
        .list_segment_files()
        .into_iter()
        .filter(|file| is_due(path, file) && doubted(file))
        .filter(|file| !index.directory().validate_checksum(file).unwrap_or(false))
        .map(|file| file.display().to_string())
        .collect();
    damaged.sort_unstable();
    if damaged.is_empty() {
        return Ok(());
    }
    let message = format!("damaged: `{}`", damaged.join("`, `"));
    Err(refused(path, message))
}

/// Whether a segment has this file: without deletions there is no list of them.
fn is_due(path: &Path, file: &Path) -> bool {
    let optional = |extension| extension == "del" || extension == "temp";
    !file.extension().is_some_and(optional) || path.join(file).exists()
}

/// What tantivy said, with the way out.
pub(super) fn failed(path: &Path, error: &tantivy::TantivyError) -> Error {
    match error {
        tantivy::TantivyError::LockFailure(..) => Error::Index {
            path: path.to_owned(),
            message: "another process is writing".to_owned(),
            hint: Some("wait until it is done".to_owned()),
        },
        other => {
            let told = refused(path, other.to_string());
            match room(other) {
                Some(way_out) => told.hint(way_out),
                None => told,
            }
        }
    }
}

/// What to do where the disk refused, not the index.
fn room(error: &tantivy::TantivyError) -> Option<&'static str> {
    match error {
        tantivy::TantivyError::IoError(error)
        | tantivy::TantivyError::OpenWriteError(OpenWriteError::IoError {
            io_error: error, ..
        }) => way_out(error),
        // of what went wrong in one of its threads only words are left
        tantivy::TantivyError::ErrorInThread(_) => {
            Some("see whether the disk has room, and start again: it is made from the store")
        }
        _ => None,
    }
}

pub(super) fn refused(path: &Path, message: impl Into<String>) -> Error {
    Error::Index {
        path: path.to_owned(),
        message: message.into(),
        hint: Some("`sihafa reprocess` makes it anew from the archive".to_owned()),
    }
}
