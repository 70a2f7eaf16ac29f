//! Scores a term by BM25 with parameters and statistics of our own: tantivy fixes `k1` and `b`, and
//! counts the documents of both languages where one has the field.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

/// How a field is ranked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bm25 {
    /// How soon a repeated term stops adding.
    pub(super) k1: Score,
    /// How far long texts are held back, 0 to 1.
    pub(super) b: Score,
    /// What a match in this field is worth beside others.
    pub(super) weight: Score,
}

/// A term of one field, ranked.
#[derive(Debug, Clone)]
pub(super) struct RankedTerm {
    pub(super) term: Term,
    /// The term that every document with this field carries.
    pub(super) among: Term,
    pub(super) rank: Bm25,
}

/// A ranked term with the statistics of an index.
pub(super) struct Weighed {
    term: Term,
    /// What the term adds at most.
    worth: Score,
    norms: Arc<[Score; 256]>,
}

impl RankedTerm {
    pub(super) fn weigh(
        &self,
        statistics: &dyn Bm25StatisticsProvider,
    ) -> tantivy::Result<Weighed> {
        let found = statistics.doc_freq(&self.term)? as Score;
        let documents = (statistics.doc_freq(&self.among)? as Score).max(found);
        let tokens = statistics.total_num_tokens(self.term.field())? as Score;
        let idf = (1.0 + (documents - found + 0.5) / (found + 0.5)).ln();
        Ok(Weighed {
            term: self.term.clone(),
            worth: self.rank.weight * idf * (self.rank.k1 + 1.0),
            norms: self.rank.norms(tokens / documents.max(1.0)),
        })
    }

    /// Without statistics a term selects and adds nothing.
    pub(super) fn unweighed(&self) -> Weighed {
        Weighed {
            term: self.term.clone(),
            worth: 0.0,
            norms: Arc::new([0.0; 256]),
        }
    }
}

impl Bm25 {
    /// What a length adds to the denominator, by the byte that stands for the length.
    fn norms(self, mean: Score) -> Arc<[Score; 256]> {
        let mut norms = [0.0; 256];
        for (id, norm) in (0..=u8::MAX).zip(&mut norms) {
            let length = FieldNormReader::id_to_fieldnorm(id) as Score;
            *norm = self.k1 * (1.0 - self.b + self.b * length / mean.max(1.0));
        }
        Arc::new(norms)
    }
}

impl Weighed {
    /// The term's documents in a segment; nothing where it has none.
    pub(super) fn open(&self, reader: &SegmentReader) -> tantivy::Result<Option<Leaf>> {
        let field = self.term.field();
        let found = reader
            .inverted_index(field)?
            .read_postings(&self.term, IndexRecordOption::WithFreqs)?;
        let Some(postings) = found.filter(|postings| postings.doc() != TERMINATED) else {
            return Ok(None);
        };
        let lengths = match reader.fieldnorms_readers().get_field(field)? {
            Some(lengths) => lengths,
            None => FieldNormReader::constant(reader.max_doc(), 1),
        };
        Ok(Some(Leaf {
            doc: postings.doc(),
            postings,
            lengths,
            worth: self.worth,
            norms: Arc::clone(&self.norms),
        }))
    }
}

/// The documents of a term in one segment, with their scores.
pub(super) struct Leaf {
    /// The present document, [`TERMINATED`] after the last.
    pub(super) doc: DocId,
    /// No document scores more.
    pub(super) worth: Score,
    postings: SegmentPostings,
    lengths: FieldNormReader,
    norms: Arc<[Score; 256]>,
}

impl Leaf {
    pub(super) fn advance(&mut self) {
        self.doc = self.postings.advance();
    }

    /// Goes on to a document, or to the next one after it.
    pub(super) fn seek(&mut self, target: DocId) {
        if self.doc < target {
            self.doc = self.postings.seek(target);
        }
    }

    /// The score of the present document.
    pub(super) fn score(&self) -> Score {
        let norm = self.norms[usize::from(self.lengths.fieldnorm_id(self.doc))];
        let times = self.postings.term_freq() as Score;
        self.worth * times / (times + norm)
    }
}
