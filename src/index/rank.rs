//! Scores a term by BM25 with parameters and statistics of our own: tantivy fixes `k1` and `b`, and
//! counts the documents of both languages where one has the field.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings};
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
        let inverted = reader.inverted_index(field)?;
        let Some(info) = inverted.get_term_info(&self.term)? else {
            return Ok(None);
        };
        let freqs = IndexRecordOption::WithFreqs;
        let postings = inverted.read_postings_from_terminfo(&info, freqs)?;
        let lengths = match reader.fieldnorms_readers().get_field(field)? {
            Some(lengths) => lengths,
            None => FieldNormReader::constant(reader.max_doc(), 1),
        };
        let leaf = Leaf {
            doc: postings.doc(),
            postings,
            blocks: Blocks {
                postings: inverted.read_block_postings_from_terminfo(&info, freqs)?,
                at: 0,
            },
            curve: Curve {
                worth: self.worth,
                lengths,
                norms: Arc::clone(&self.norms),
            },
        };
        Ok((leaf.doc != TERMINATED).then_some(leaf))
    }
}

/// The score of a term by how often it stands in a document.
struct Curve {
    worth: Score,
    lengths: FieldNormReader,
    norms: Arc<[Score; 256]>,
}

impl Curve {
    fn score(&self, doc: DocId, times: u32) -> Score {
        let norm = self.norms[usize::from(self.lengths.fieldnorm_id(doc))];
        let times = times as Score;
        self.worth * times / (times + norm)
    }
}

/// The documents of a term in one segment, with their scores: looked up one by one, and, independently of
/// that, swept from the first to the last.
pub(super) struct Leaf {
    /// The present document, [`TERMINATED`] after the last.
    pub(super) doc: DocId,
    postings: SegmentPostings,
    blocks: Blocks,
    curve: Curve,
}

/// A sweep over documents, a block of them at a time.
struct Blocks {
    postings: BlockSegmentPostings,
    /// The next document, by its place in the block.
    at: usize,
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

    /// No document scores more.
    pub(super) fn worth(&self) -> Score {
        self.curve.worth
    }

    /// Makes every score so many times as high.
    pub(super) fn boost(&mut self, by: Score) {
        self.curve.worth *= by;
    }

    /// The score of the present document.
    pub(super) fn score(&self) -> Score {
        self.curve.score(self.doc, self.postings.term_freq())
    }

    /// The next document of the sweep, [`TERMINATED`] after the last.
    pub(super) fn next(&self) -> DocId {
        let docs = self.blocks.postings.docs();
        docs.get(self.blocks.at).copied().unwrap_or(TERMINATED)
    }

    /// Sweeps over as many documents as `scores` has places, from `first` on, and adds to each its score.
    pub(super) fn sweep(&mut self, first: DocId, scores: &mut [Score]) {
        let Blocks { postings, at } = &mut self.blocks;
        while let Some(left) = postings.docs().get(*at..).filter(|left| !left.is_empty()) {
            let freqs = &postings.freqs()[*at..];
            for (&doc, &times) in left.iter().zip(freqs) {
                let Some(score) = scores.get_mut((doc - first) as usize) else {
                    return;
                };
                *score += self.curve.score(doc, times);
                *at += 1;
            }
            postings.advance();
            *at = 0;
        }
    }
}
