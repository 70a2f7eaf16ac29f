//! Scores a term by BM25 with parameters and statistics of our own: tantivy fixes `k1` and `b`, and
//! counts the documents of both languages where one has the field.

use std::sync::Arc;

use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, Searcher, SegmentReader, TERMINATED, Term};

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

/// What the terms of one query are counted among, each asked for once.
#[derive(Debug, Default)]
pub(super) struct Among {
    documents: Vec<(Term, Score)>,
    tokens: Vec<(Field, Score)>,
}

impl Among {
    fn documents(&mut self, searcher: &Searcher, term: &Term) -> tantivy::Result<Score> {
        if let Some((_, known)) = self.documents.iter().find(|(known, _)| known == term) {
            return Ok(*known);
        }
        let found = searcher.doc_freq(term)? as Score;
        self.documents.push((term.clone(), found));
        Ok(found)
    }

    fn tokens(&mut self, searcher: &Searcher, field: Field) -> tantivy::Result<Score> {
        if let Some((_, known)) = self.tokens.iter().find(|(known, _)| *known == field) {
            return Ok(*known);
        }
        let found = searcher.total_num_tokens(field)? as Score;
        self.tokens.push((field, found));
        Ok(found)
    }
}

/// A ranked term with the statistics of an index.
pub(super) struct Weighed {
    term: Term,
    /// Where its postings stand, by segment.
    infos: Vec<(SegmentId, TermInfo)>,
    /// What the term adds at most.
    worth: Score,
    norms: Arc<[Score; 256]>,
}

impl RankedTerm {
    pub(super) fn weigh(&self, searcher: &Searcher, among: &mut Among) -> tantivy::Result<Weighed> {
        let unweighed = self.unweighed(searcher)?;
        let found = unweighed.infos.iter().map(|(_, info)| info.doc_freq);
        let found = found.sum::<u32>() as Score;
        let documents = among.documents(searcher, &self.among)?.max(found);
        let tokens = among.tokens(searcher, self.term.field())?;
        let idf = (1.0 + (documents - found + 0.5) / (found + 0.5)).ln();
        Ok(Weighed {
            worth: self.rank.weight * idf * (self.rank.k1 + 1.0),
            norms: self.rank.norms(tokens / documents.max(1.0)),
            ..unweighed
        })
    }

    /// Without statistics a term selects and adds nothing.
    pub(super) fn unweighed(&self, searcher: &Searcher) -> tantivy::Result<Weighed> {
        let mut infos = Vec::new();
        for reader in searcher.segment_readers() {
            let inverted = reader.inverted_index(self.term.field())?;
            let info = inverted.get_term_info(&self.term)?;
            infos.extend(info.map(|info| (reader.segment_id(), info)));
        }
        Ok(Weighed {
            term: self.term.clone(),
            infos,
            worth: 0.0,
            norms: Arc::new([0.0; 256]),
        })
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
        let segment = reader.segment_id();
        let Some((_, info)) = self.infos.iter().find(|(id, _)| *id == segment) else {
            return Ok(None);
        };
        let field = self.term.field();
        let inverted = reader.inverted_index(field)?;
        let freqs = IndexRecordOption::WithFreqs;
        let postings = inverted.read_block_postings_from_terminfo(info, freqs)?;
        let file = reader.fieldnorms_readers().get_inner_file();
        let lengths = match file.open_read(field) {
            Some(lengths) => lengths.read_bytes()?,
            None => OwnedBytes::new(vec![1; reader.max_doc() as usize]),
        };
        let place = Place { postings, at: 0 };
        Ok(Some(Leaf {
            doc: place.doc(),
            place,
            sweep: None,
            curve: Curve {
                worth: self.worth,
                lengths,
                norms: Arc::clone(&self.norms),
            },
        }))
    }
}

/// The score of a term by how often it stands in a document.
struct Curve {
    worth: Score,
    /// The byte that stands for the length of each document.
    lengths: OwnedBytes,
    norms: Arc<[Score; 256]>,
}

impl Curve {
    fn score(&self, doc: DocId, times: u32) -> Score {
        let norm = self.norms[usize::from(self.lengths[doc as usize])];
        let times = times as Score;
        self.worth * times / (times + norm)
    }
}

/// The documents of a term in one segment, with their scores: looked up one by one, and, independently of
/// that, swept from the first to the last.
pub(super) struct Leaf {
    /// The present document, [`TERMINATED`] after the last.
    pub(super) doc: DocId,
    place: Place,
    sweep: Option<Box<Place>>,
    curve: Curve,
}

/// A place in a term's documents, which are unpacked a block at a time.
#[derive(Clone)]
struct Place {
    postings: BlockSegmentPostings,
    /// The present document, by its place in the block.
    at: usize,
}

impl Place {
    fn doc(&self) -> DocId {
        let docs = self.postings.docs();
        docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn advance(&mut self) {
        self.at += 1;
        if self.at >= self.postings.docs().len() {
            self.postings.advance();
            self.at = 0;
        }
    }
}

impl Leaf {
    pub(super) fn advance(&mut self) {
        self.place.advance();
        self.doc = self.place.doc();
    }

    /// Goes on to a document, or to the next one after it.
    pub(super) fn seek(&mut self, target: DocId) {
        if self.doc < target {
            self.place.at = self.place.postings.seek(target);
            self.doc = self.place.doc();
        }
    }

    /// No document scores more.
    pub(super) fn worth(&self) -> Score {
        self.curve.worth
    }

    /// How many documents it has for what it adds.
    pub(super) fn cost(&self) -> Score {
        self.place.postings.doc_freq() as Score / self.curve.worth
    }

    /// Makes every score so many times as high.
    pub(super) fn boost(&mut self, by: Score) {
        self.curve.worth *= by;
    }

    /// The score of the present document.
    pub(super) fn score(&self) -> Score {
        let times = self.place.postings.freq(self.place.at);
        self.curve.score(self.doc, times)
    }

    /// About how many documents it has between two.
    pub(super) fn among(&self, (first, last): (DocId, DocId)) -> usize {
        let all = self.place.postings.doc_freq() as usize;
        all * (last - first + 1) as usize / self.curve.lengths.len().max(1)
    }

    /// Begins a sweep, or goes on with it, at a document or the next one after it.
    pub(super) fn begin(&mut self, first: DocId) {
        let place = &self.place;
        let sweep = self.sweep.get_or_insert_with(|| Box::new(place.clone()));
        if sweep.doc() < first {
            sweep.at = sweep.postings.seek(first);
        }
    }

    /// The next document of the sweep, [`TERMINATED`] after the last.
    pub(super) fn next(&self) -> DocId {
        self.sweep.as_ref().map_or(TERMINATED, |place| place.doc())
    }

    /// Sweeps over as many documents as `scores` has places, from `first` on, and adds to each its score.
    pub(super) fn sweep(&mut self, first: DocId, scores: &mut [Score]) {
        let Some(Place { postings, at }) = self.sweep.as_deref_mut() else {
            return;
        };
        let lengths = &*self.curve.lengths;
        let (worth, norms) = (self.curve.worth, &*self.curve.norms);
        let end = first + scores.len() as DocId;
        while let Some(left) = postings.docs().get(*at..).filter(|left| !left.is_empty()) {
            let within = match left.last() {
                Some(&last) if last < end => left.len(),
                _ => left.partition_point(|&doc| doc < end),
            };
            let freqs = &postings.freqs()[*at..];
            for (&doc, &times) in left[..within].iter().zip(freqs) {
                let norm = norms[usize::from(lengths[doc as usize])];
                let times = times as Score;
                scores[(doc - first) as usize] += worth * times / (times + norm);
            }
            if within < left.len() {
                *at += within;
                return;
            }
            postings.advance();
            *at = 0;
        }
    }

    /// Goes on with the sweep over these documents alone.
    pub(super) fn pick(&mut self, first: DocId, docs: &[DocId], scores: &mut [Score]) {
        let Some(place) = self.sweep.as_deref_mut() else {
            return;
        };
        for &doc in docs {
            if place.doc() < doc {
                place.at = place.postings.seek(doc);
            }
            if place.doc() == doc {
                let times = place.postings.freq(place.at);
                scores[(doc - first) as usize] += self.curve.score(doc, times);
            }
        }
    }
}
