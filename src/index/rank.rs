//! Scores a term by BM25 with parameters and statistics of our own: tantivy fixes `k1` and `b`, and
//! counts the documents of both languages where one has the field.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TantivyError, Term};

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

impl Query for RankedTerm {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut weight = RankedWeight {
            term: self.term.clone(),
            worth: 0.0,
            norms: None,
        };
        if let EnableScoring::Enabled {
            statistics_provider: statistics,
            ..
        } = scoring
        {
            let found = statistics.doc_freq(&self.term)? as Score;
            let documents = (statistics.doc_freq(&self.among)? as Score).max(found);
            let tokens = statistics.total_num_tokens(self.term.field())? as Score;
            let idf = (1.0 + (documents - found + 0.5) / (found + 0.5)).ln();
            weight.worth = self.rank.weight * idf * (self.rank.k1 + 1.0);
            weight.norms = Some(self.rank.norms(tokens / documents.max(1.0)));
        }
        Ok(Box::new(weight))
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

struct RankedWeight {
    term: Term,
    worth: Score,
    /// None where no score is asked for.
    norms: Option<Arc<[Score; 256]>>,
}

impl Weight for RankedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let field = self.term.field();
        let option = IndexRecordOption::WithFreqs;
        let found = reader.inverted_index(field)?.read_postings(&self.term, option)?;
        let Some(postings) = found else {
            return Ok(Box::new(EmptyScorer));
        };
        let lengths = match reader.fieldnorms_readers().get_field(field)? {
            Some(lengths) => lengths,
            None => FieldNormReader::constant(reader.max_doc(), 1),
        };
        Ok(Box::new(RankedScorer {
            postings,
            lengths,
            worth: self.worth * boost,
            norms: self.norms.clone().unwrap_or_else(|| Arc::new([0.0; 256])),
        }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            let message = format!("document {doc} does not match");
            return Err(TantivyError::InvalidArgument(message));
        }
        Ok(Explanation::new("BM25 of one term", scorer.score()))
    }
}

struct RankedScorer {
    postings: SegmentPostings,
    lengths: FieldNormReader,
    worth: Score,
    norms: Arc<[Score; 256]>,
}

impl DocSet for RankedScorer {
    fn advance(&mut self) -> DocId {
        self.postings.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.postings.seek(target)
    }

    fn doc(&self) -> DocId {
        self.postings.doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings.size_hint()
    }
}

impl Scorer for RankedScorer {
    fn score(&mut self) -> Score {
        let norm = self.norms[usize::from(self.lengths.fieldnorm_id(self.doc()))];
        let times = self.postings.term_freq() as Score;
        self.worth * times / (times + norm)
    }
}
