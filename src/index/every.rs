//! Lists all that a query matches, without order, for those who want the whole of it.

use std::collections::BTreeSet;

use tantivy::collector::DocSetCollector;

use super::Index;
use super::compile::compile;
use super::folder::failed;
use super::query::Query;
use super::schema::{ID, Shelf};
use super::search::Request;
use crate::error::Result;

impl Index {
    /// The ids of all articles or dossiers that answer a query, repetitions included.
    ///
    /// # Errors
    /// [`crate::error::Error::Index`] where the index cannot be read.
    pub fn every(&self, query: &Query, shelf: Shelf) -> Result<BTreeSet<String>> {
        let searcher = self.reader.searcher();
        let request = Request {
            shelf,
            ..Request::new(query.clone())
        };
        let refuse = |error: tantivy::TantivyError| failed(&self.path, &error);
        let segments = self.segments(&searcher).map_err(refuse)?;
        let plan = compile(&request, (&self.fields, &self.vocabulary, &segments));
        let found = searcher
            .search(&plan.tree, &DocSetCollector)
            .map_err(refuse)?;
        let mut ids = BTreeSet::new();
        let mut name = String::new();
        for address in found {
            let reader = searcher.segment_reader(address.segment_ord);
            let Some(column) = reader.fast_fields().str(ID).map_err(refuse)? else {
                continue;
            };
            for ord in column.term_ords(address.doc_id) {
                name.clear();
                let read = column.ord_to_str(ord, &mut name);
                if read.map_err(|error| refuse(error.into()))?
                    && let Some((_, id)) = name.split_once(':')
                {
                    ids.insert(id.to_owned());
                }
            }
        }
        Ok(ids)
    }
}
