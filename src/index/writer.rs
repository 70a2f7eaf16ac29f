//! Turns records and dossiers into documents of the index, and takes them out again, by id.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tantivy::{IndexWriter, TantivyDocument, Term};

use super::folder::{failed, seal};
use super::schema::{Fields, Shelf};
use super::sheet::Sheet;
use super::vocabulary::Vocabulary;
use crate::error::Result;
use crate::record::Record;
use crate::record::dossier::Dossier;

/// Adds, replaces and deletes; nothing is seen by a search before [`Writer::commit`].
pub struct Writer {
    pub(super) inner: IndexWriter,
    pub(super) fields: Fields,
    pub(super) path: PathBuf,
    pub(super) vocabulary: Arc<Vocabulary>,
}

impl Writer {
    /// Adds an article, in place of the one that has its id.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index refuses to write.
    pub fn add(&self, record: &Record) -> Result<()> {
        self.delete(Shelf::Articles, &record.id);
        let document = Sheet::new(&self.fields, &self.vocabulary, Shelf::Articles).article(record);
        self.put(document)
    }

    /// Adds a dossier, in place of the one that has its id.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index refuses to write.
    pub fn add_dossier(&self, dossier: &Dossier) -> Result<()> {
        self.delete(Shelf::Dossiers, &dossier.id);
        let document = Sheet::new(&self.fields, &self.vocabulary, Shelf::Dossiers).dossier(dossier);
        self.put(document)
    }

    /// Takes out the article or dossier of an id, if it is there.
    pub fn delete(&self, on: Shelf, id: &str) {
        let id = stored_id(on, id);
        self.inner
            .delete_term(Term::from_field_text(self.fields.id, &id));
    }

    /// Makes everything since the last commit visible at once, and durable, as the state of this revision
    /// of the store.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index cannot be written.
    pub fn commit(&mut self, revision: i64) -> Result<()> {
        let committed = self.inner.prepare_commit().and_then(|mut prepared| {
            prepared.set_payload(&revision.to_string());
            prepared.commit()
        });
        committed.map_err(|error| failed(&self.path, &error))?;
        seal(&self.path, &self.vocabulary)
    }

    /// Ends the writing once the segments that grew too many are merged; what was not committed is lost.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index cannot be written.
    pub fn close(self) -> Result<()> {
        self.inner
            .wait_merging_threads()
            .map_err(|error| failed(&self.path, &error))?;
        seal(&self.path, &self.vocabulary)
    }

    fn put(&self, document: TantivyDocument) -> Result<()> {
        self.inner
            .add_document(document)
            .map(|_| ())
            .map_err(|error| failed(&self.path, &error))
    }
}

/// The id as the index keeps it: an article and a dossier may share one.
pub(super) fn stored_id(shelf: Shelf, id: &str) -> String {
    format!("{}:{id}", shelf.name())
}

/// The digest by which articles that repeat one another are grouped.
pub(super) fn group_of(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |group, &byte| group << 8 | u64::from(byte))
}
