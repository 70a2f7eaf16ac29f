//! Ranks documents by a formula over terms.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::leaf::Leaf;
use super::opened::Segments;
use super::pruned::Pruned;
use super::rank::{Among, Points, RankedTerm, Weighed};

/// How the scores of terms make that of a document.
#[derive(Debug, Clone)]
pub(super) enum Formula<T = RankedTerm> {
    /// That of one term.
    Term(T),
    /// All together.
    Sum(Vec<Self>),
    /// The best of several ways to mean one thing.
    Best(Vec<Self>),
}

/// A formula, with conditions that select and do not rank.
pub(super) struct Ranking {
    pub(super) formula: Formula,
    pub(super) conditions: Vec<Box<dyn Query>>,
    /// The index that is asked.
    pub(super) segments: Segments,
}

impl<T> Formula<T> {
    /// One of several parts stands for itself.
    pub(super) fn sum(mut parts: Vec<Self>) -> Self {
        match (parts.len(), parts.pop()) {
            (1, Some(part)) => part,
            (_, last) => {
                parts.extend(last);
                Self::Sum(parts)
            }
        }
    }

    /// One of several parts stands for itself.
    pub(super) fn best(mut parts: Vec<Self>) -> Self {
        match (parts.len(), parts.pop()) {
            (1, Some(part)) => part,
            (_, last) => {
                parts.extend(last);
                Self::Best(parts)
            }
        }
    }

    /// The same formula over what `map` makes of each term; a term of which it makes nothing falls out.
    fn map<U>(
        &self,
        map: &mut impl FnMut(&T) -> tantivy::Result<Option<U>>,
    ) -> tantivy::Result<Option<Formula<U>>> {
        let (parts, best) = match self {
            Self::Term(term) => return Ok(map(term)?.map(Formula::Term)),
            Self::Sum(parts) => (parts, false),
            Self::Best(parts) => (parts, true),
        };
        let mut mapped = Vec::new();
        for part in parts {
            mapped.extend(part.map(map)?);
        }
        Ok(if mapped.is_empty() {
            None
        } else if best {
            Some(Formula::best(mapped))
        } else {
            Some(Formula::sum(mapped))
        })
    }
}

impl Formula<Weighed> {
    /// What its terms add at most, all together.
    fn worth(&self) -> Score {
        match self {
            Self::Term(term) => term.worth,
            Self::Sum(parts) | Self::Best(parts) => parts.iter().map(Self::worth).sum(),
        }
    }
}

impl Formula<usize> {
    /// The score where the terms at these positions score so. That of a sum is no more than the sum of those of
    /// its parts, so it bounds what terms may add that were not looked at yet.
    pub(super) fn score(&self, scores: &[Points]) -> Points {
        match self {
            Self::Term(at) => scores[*at],
            Self::Sum(parts) => parts.iter().map(|part| part.score(scores)).sum(),
            Self::Best(parts) => parts
                .iter()
                .map(|part| part.score(scores))
                .fold(0, Points::max),
        }
    }
}

impl Clone for Ranking {
    fn clone(&self) -> Self {
        Self {
            formula: self.formula.clone(),
            conditions: self
                .conditions
                .iter()
                .map(|tree| tree.box_clone())
                .collect(),
            segments: Arc::clone(&self.segments),
        }
    }
}

impl fmt::Debug for Ranking {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ranking = formatter.debug_struct("Ranking");
        ranking.field("formula", &self.formula);
        ranking.field("conditions", &self.conditions);
        ranking.finish_non_exhaustive()
    }
}

impl Query for Ranking {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let Some(searcher) = scoring.searcher() else {
            let message = "terms are looked up in an index".to_owned();
            return Err(TantivyError::InvalidArgument(message));
        };
        let mut among = Among::default();
        let formula = self.formula.map(&mut |term| {
            if scoring.is_scoring_enabled() {
                term.weigh(searcher, &self.segments, &mut among)
            } else {
                term.unweighed(&self.segments)
            }
        })?;
        let formula = formula.unwrap_or(Formula::Sum(Vec::new()));
        let conditions = self.conditions.iter().map(|tree| tree.weight(scoring));
        Ok(Box::new(RankingWeight {
            parts: parts(formula.worth()),
            formula,
            conditions: conditions.collect::<tantivy::Result<_>>()?,
            segments: Arc::clone(&self.segments),
            told: AtomicUsize::new(0),
        }))
    }
}

/// Points that no sum of scores reaches.
const POINTS: Score = (1 << 30) as Score;

/// How many points one is where all terms together are worth so much.
fn parts(worth: Score) -> Score {
    (POINTS / worth.max(1.0)).log2().floor().exp2()
}

struct RankingWeight {
    formula: Formula<Weighed>,
    /// How many points one is.
    parts: Score,
    conditions: Vec<Box<dyn Weight>>,
    segments: Segments,
    /// Documents that were told of the segments before.
    told: AtomicUsize,
}

impl RankingWeight {
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Candidates> {
        let id = reader.segment_id();
        let segment = self.segments.iter().find(|segment| segment.id == id);
        let mut leaves = Vec::new();
        let formula = self.formula.map(&mut |weighed| {
            let leaf = segment.map_or(Ok(None), |segment| weighed.open(segment, self.parts))?;
            Ok(leaf.map(|leaf| {
                leaves.push(leaf);
                leaves.len() - 1
            }))
        })?;
        let conditions = self
            .conditions
            .iter()
            .map(|weight| weight.scorer(reader, 1.0));
        let formula = formula.unwrap_or(Formula::Sum(Vec::new()));
        Ok(Candidates {
            doc: 0,
            scores: vec![0; leaves.len()],
            part: boost / self.parts,
            leaves,
            formula,
            conditions: conditions.collect::<tantivy::Result<_>>()?,
        })
    }
}

impl Weight for RankingWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut candidates = self.open(reader, boost)?;
        candidates.seek(0);
        Ok(Box::new(candidates))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut candidates = self.open(reader, 1.0)?;
        if candidates.seek(doc) != doc {
            let message = format!("document {doc} does not match");
            return Err(TantivyError::InvalidArgument(message));
        }
        Ok(Explanation::new("BM25 of its terms", candidates.score()))
    }

    fn for_each_pruning(
        &self,
        threshold: Score,
        reader: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        let told = self.told.load(Ordering::Relaxed);
        let told = Pruned::new(self.open(reader, 1.0)?, threshold, told).run(callback);
        self.told.store(told, Ordering::Relaxed);
        Ok(())
    }
}

/// The documents of any term that meet the conditions, one after the other.
pub(super) struct Candidates {
    doc: DocId,
    pub(super) leaves: Vec<Leaf>,
    /// Scores of the present document, by leaf.
    scores: Vec<Points>,
    pub(super) formula: Formula<usize>,
    /// What a point is worth.
    pub(super) part: Score,
    conditions: Vec<Box<dyn Scorer>>,
}

impl Candidates {
    /// Goes on to the first document, from the present ones of the leaves on, that meets the conditions.
    fn settle(&mut self) {
        loop {
            let docs = self.leaves.iter().map(|leaf| leaf.doc);
            self.doc = docs.min().unwrap_or(TERMINATED);
            if self.doc == TERMINATED || meets(&mut self.conditions, self.doc) {
                return;
            }
            self.step();
        }
    }

    /// Leaves the present document.
    fn step(&mut self) {
        for leaf in &mut self.leaves {
            if leaf.doc == self.doc {
                leaf.advance();
            }
        }
    }

    /// The score of a document at which every leaf stands that has it.
    fn points(&mut self, doc: DocId) -> Points {
        for (score, leaf) in self.scores.iter_mut().zip(&mut self.leaves) {
            *score = if leaf.doc == doc { leaf.score() } else { 0 };
        }
        self.formula.score(&self.scores)
    }

    /// The score of a document, looked up.
    pub(super) fn exact(&mut self, doc: DocId) -> Points {
        for leaf in &mut self.leaves {
            leaf.seek(doc);
        }
        self.points(doc)
    }

    /// Whether a document meets the conditions; documents are asked for in order.
    pub(super) fn meets(&mut self, doc: DocId) -> bool {
        meets(&mut self.conditions, doc)
    }
}

/// Whether a document meets every condition; documents are asked for in order.
fn meets(conditions: &mut [Box<dyn Scorer>], doc: DocId) -> bool {
    conditions.iter_mut().all(|condition| {
        let at = condition.doc();
        at == doc || at < doc && condition.seek(doc) == doc
    })
}

impl DocSet for Candidates {
    fn advance(&mut self) -> DocId {
        self.step();
        self.settle();
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for leaf in &mut self.leaves {
            leaf.seek(target);
        }
        self.settle();
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.leaves.len()).unwrap_or(u32::MAX)
    }
}

impl Scorer for Candidates {
    fn score(&mut self) -> Score {
        self.points(self.doc) as Score * self.part
    }
}
