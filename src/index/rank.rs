//! Scores a term by BM25 with parameters and statistics of our own: tantivy fixes `k1` and `b`, and
//! counts the documents of both languages where one has the field.

use std::sync::Arc;

use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, Score, Searcher, Term};

use super::blocks::{Peak, Tells};
use super::leaf::Leaf;
use super::opened::{Opened, Segments, Text};

/// Frequencies, less one, whose shares are kept ready.
pub(super) const READY: u32 = 8;

/// Bounds are reckoned otherwise than scores: this much more makes up for the rounding.
const SLACK: Score = 1.0001;

/// A score in parts of one, of which a query says how small they are. Whole numbers add up to the same in any
/// order, so that a document scores the same however it was come upon.
pub(super) type Points = i32;

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

/// What the terms of one query are counted among, and their saturation, each made once.
#[derive(Debug, Default)]
pub(super) struct Among {
    documents: Vec<(Term, Score)>,
    shares: Vec<(Field, Bm25, Arc<Shares>)>,
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

    /// The shares of a field that so many documents have.
    fn shares(
        &mut self,
        (field, rank): (Field, Bm25),
        segments: &Segments,
        documents: Score,
    ) -> Arc<Shares> {
        let rank = Bm25 {
            weight: 1.0,
            ..rank
        };
        let known = self.shares.iter();
        let mut known = known.filter(|known| (known.0, known.1) == (field, rank));
        if let Some((_, _, shares)) = known.next() {
            return Arc::clone(shares);
        }
        let texts = segments.iter().filter_map(|segment| segment.text(field));
        let tokens: u64 = texts.map(Text::tokens).sum();
        let shares = Arc::new(rank.shares(tokens as Score / documents.max(1.0)));
        self.shares.push((field, rank, Arc::clone(&shares)));
        shares
    }
}

/// A ranked term with the statistics of an index.
pub(super) struct Weighed {
    term: Term,
    /// Where its postings stand, by segment.
    infos: Vec<(SegmentId, TermInfo)>,
    /// What the term adds at most, however often it stands in a text.
    pub(super) worth: Score,
    shares: Arc<Shares>,
}

impl RankedTerm {
    /// With the statistics of all segments; nothing where no document has the term.
    pub(super) fn weigh(
        &self,
        searcher: &Searcher,
        segments: &Segments,
        among: &mut Among,
    ) -> tantivy::Result<Option<Weighed>> {
        let infos = self.infos(segments)?;
        if infos.is_empty() {
            return Ok(None);
        }
        let found = infos.iter().map(|(_, info)| info.doc_freq).sum::<u32>() as Score;
        let documents = among.documents(searcher, &self.among)?.max(found);
        let idf = (1.0 + (documents - found + 0.5) / (found + 0.5)).ln();
        Ok(Some(Weighed {
            worth: self.rank.weight * idf * (self.rank.k1 + 1.0),
            shares: among.shares((self.term.field(), self.rank), segments, documents),
            term: self.term.clone(),
            infos,
        }))
    }

    /// Without statistics a term selects and adds nothing.
    pub(super) fn unweighed(&self, segments: &Segments) -> tantivy::Result<Option<Weighed>> {
        let infos = self.infos(segments)?;
        Ok((!infos.is_empty()).then(|| Weighed {
            term: self.term.clone(),
            infos,
            worth: 0.0,
            shares: Arc::new(self.rank.shares(1.0)),
        }))
    }

    fn infos(&self, segments: &Segments) -> tantivy::Result<Vec<(SegmentId, TermInfo)>> {
        let mut infos = Vec::new();
        for segment in segments.iter() {
            if let Some(text) = segment.text(self.term.field()) {
                let info = text.info(&self.term)?;
                infos.extend(info.map(|info| (segment.id, info)));
            }
        }
        Ok(infos)
    }
}

/// What share of its worth a term adds, by how often it stands in a text and by the length of that.
#[derive(Debug)]
pub(super) struct Shares {
    /// By the byte that stands for a length, then by frequency less one.
    ready: Box<[Score; 256 * READY as usize]>,
    /// What is added to the frequency to divide it by: without a length, and for each word of it.
    least: Score,
    slope: Score,
}

impl Bm25 {
    /// The shares in a field whose texts have so many words on average.
    fn shares(self, mean: Score) -> Shares {
        let mut shares = Shares {
            ready: Box::new([0.0; 256 * READY as usize]),
            least: self.k1 * (1.0 - self.b),
            slope: self.k1 * self.b / mean.max(1.0),
        };
        let rows = (0..=u8::MAX).zip(shares.ready.chunks_exact_mut(READY as usize));
        for (length, row) in rows {
            let norm = shares.least + shares.slope * words(length);
            for (times, share) in (1..).zip(row) {
                *share = of_times(times, norm);
            }
        }
        shares
    }
}

impl Shares {
    /// The share of a frequency less one, among those that are ready.
    #[inline]
    pub(super) fn ready(&self, length: u8, time: u32) -> Score {
        self.ready[usize::from(length) * READY as usize + (time % READY) as usize]
    }

    /// The share of a frequency less one.
    #[inline]
    pub(super) fn of(&self, length: u8, time: u32) -> Score {
        if time < READY {
            self.ready(length, time)
        } else {
            let norm = self.least + self.slope * words(length);
            of_times(time.saturating_add(1), norm)
        }
    }

    /// The share that nothing below a peak exceeds, in texts that tell so much. A frequency may
    /// grow with the length until it is the highest; after that the length alone tells. In between the share
    /// rises or falls throughout.
    pub(super) fn top(&self, peak: Peak, tells: &Tells) -> Score {
        if peak.times == 0 {
            return 0.0;
        }
        let at_zero = peak.times_at_zero();
        let at_length = peak.times as Score;
        let norm = self.least + self.slope * peak.length(tells);
        let share = (at_zero / (at_zero + self.least)).max(at_length / (at_length + norm));
        share * SLACK
    }
}

fn of_times(times: u32, norm: Score) -> Score {
    let times = times as Score;
    times / (times + norm)
}

/// The length that a byte stands for.
fn words(length: u8) -> Score {
    FieldNormReader::id_to_fieldnorm(length) as Score
}

impl Weighed {
    /// The term's documents in a segment, scored in so many parts of one; nothing where it has none.
    pub(super) fn open(&self, segment: &Opened, parts: Score) -> tantivy::Result<Option<Leaf>> {
        let info = self.infos.iter().find(|(id, _)| *id == segment.id);
        let text = segment.text(self.term.field());
        let Some(((_, info), text)) = info.zip(text) else {
            return Ok(None);
        };
        let curve = Curve {
            worth: self.worth * parts,
            lengths: text.lengths.clone(),
            shares: Arc::clone(&self.shares),
        };
        Ok(Some(Leaf::new(text.list(info)?, curve, &text.tells)))
    }
}

/// The score of a term by how often it stands in a document.
pub(super) struct Curve {
    /// What the term adds at most, in parts of one.
    worth: Score,
    /// The byte that stands for the length of each document.
    pub(super) lengths: OwnedBytes,
    pub(super) shares: Arc<Shares>,
}

impl Curve {
    /// The score of a document in which the term stands so often, less one.
    pub(super) fn score(&self, doc: DocId, time: u32) -> Points {
        self.points(self.share(doc, time))
    }

    /// The score of a share.
    #[inline]
    pub(super) fn points(&self, share: Score) -> Points {
        (self.worth * share) as Points
    }

    /// The share of its worth that the term adds there.
    pub(super) fn share(&self, doc: DocId, time: u32) -> Score {
        let length = self.lengths.get(doc as usize).copied().unwrap_or_default();
        self.shares.of(length, time)
    }
}
