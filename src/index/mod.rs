//! Turns records and dossiers into a tantivy index, and queries into hits.
//!
//! Everything here can be made again from the store: an index of another version, of other word
//! lists, or damaged, is refused with the way out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::{IndexReader, ReloadPolicy};

mod analyzer;
mod compile;
mod every;
mod gather;
mod highlight;
mod hit;
mod moment;
mod query;
mod rank;
mod schema;
mod search;
mod stemmer;
mod stream;
mod vocabulary;
mod writer;

pub use compile::Layers;
pub use highlight::{Highlight, Mark};
pub use hit::Hit;
pub use query::{Field, Query};
pub use schema::Shelf;
pub use search::{Request, Response, Sort};
pub use vocabulary::Vocabulary;
pub use writer::Writer;

use crate::error::{Error, Result};
use schema::Fields;
use stream::View;

/// Changes with every change of fields or analysis.
const VERSION: u32 = 2;

/// The file that says which version made the folder.
const VERSION_FILE: &str = "sihafa-index";

/// Bytes that a writer fills before it writes a segment, over all its threads.
const WRITER_MEMORY: usize = 64 << 20;

/// Threads of a writer.
const WRITER_THREADS: usize = 2;

/// An index on disk, open for search.
pub struct Index {
    path: PathBuf,
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    vocabulary: Arc<Vocabulary>,
}

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
        let (_, schema) = Fields::new();
        let index =
            tantivy::Index::create_in_dir(path, schema).map_err(|error| failed(path, &error))?;
        let version = path.join(VERSION_FILE);
        std::fs::write(&version, signature(&vocabulary))
            .map_err(|error| Error::io("write", &version, error))?;
        Self::attach(path, index, vocabulary)
    }

    /// Opens the index of a folder.
    ///
    /// # Errors
    /// [`Error::Index`] where there is none, where another version or other word lists made it, or where
    /// it is damaged: [`Index::create`] and the store then make it anew.
    pub fn open(path: &Path, vocabulary: Arc<Vocabulary>) -> Result<Self> {
        let made_by = std::fs::read_to_string(path.join(VERSION_FILE))
            .map_err(|_| refused(path, "no index is here"))?;
        if made_by != signature(&vocabulary) {
            let message = format!(
                "made by `{}`, not by this version and its word lists",
                made_by.trim()
            );
            return Err(refused(path, message));
        }
        let index = tantivy::Index::open_in_dir(path).map_err(|error| failed(path, &error))?;
        if index.schema() != Fields::new().1 {
            return Err(refused(path, "its fields are not those of this version"));
        }
        Self::attach(path, index, vocabulary)
    }

    /// Compares every file with its checksum, in time linear in the size of the index.
    ///
    /// # Errors
    /// [`Error::Index`] that names the damaged files.
    pub fn verify(&self) -> Result<()> {
        let damaged = self
            .inner
            .validate_checksum()
            .map_err(|error| failed(&self.path, &error))?;
        if damaged.is_empty() {
            return Ok(());
        }
        let mut names: Vec<String> = damaged
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        names.sort_unstable();
        Err(refused(
            &self.path,
            format!("damaged: `{}`", names.join("`, `")),
        ))
    }

    /// Opens the index for writing; one writer at a time.
    ///
    /// # Errors
    /// [`Error::Index`] while another writes.
    pub fn writer(&self) -> Result<Writer> {
        let writer = self
            .inner
            .writer_with_num_threads(WRITER_THREADS, WRITER_MEMORY)
            .map_err(|error| failed(&self.path, &error))?;
        Ok(Writer {
            inner: writer,
            fields: self.fields.clone(),
            path: self.path.clone(),
        })
    }

    /// Shows what was committed since the index was opened or last reloaded.
    ///
    /// # Errors
    /// [`Error::Index`] where the new state cannot be read.
    pub fn reload(&self) -> Result<()> {
        self.reader
            .reload()
            .map_err(|error| failed(&self.path, &error))
    }

    fn attach(path: &Path, index: tantivy::Index, vocabulary: Arc<Vocabulary>) -> Result<Self> {
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
        Ok(Self {
            path: path.to_owned(),
            inner: index,
            reader,
            fields: Fields::new().0,
            vocabulary,
        })
    }
}

/// What the version file holds.
fn signature(vocabulary: &Vocabulary) -> String {
    format!("sihafa-index/{VERSION} {}\n", vocabulary.digest())
}

/// What tantivy said, with the way out.
fn failed(path: &Path, error: &tantivy::TantivyError) -> Error {
    match error {
        tantivy::TantivyError::LockFailure(..) => Error::Index {
            path: path.to_owned(),
            message: "another process is writing".to_owned(),
            hint: Some("wait until it is done".to_owned()),
        },
        other => refused(path, other.to_string()),
    }
}

fn refused(path: &Path, message: impl Into<String>) -> Error {
    Error::Index {
        path: path.to_owned(),
        message: message.into(),
        hint: Some("`sihafa reprocess` makes it anew from the store".to_owned()),
    }
}
