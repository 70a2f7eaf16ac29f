//! Ranks documents by a formula over terms.

use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::pruned::Pruned;
use super::rank::{Among, Leaf, RankedTerm, Weighed};

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
#[derive(Debug)]
pub(super) struct Ranking {
    pub(super) formula: Formula,
    pub(super) conditions: Vec<Box<dyn Query>>,
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

impl Formula<usize> {
    /// The score where the terms at these positions score so.
    fn score(&self, scores: &[Score]) -> Score {
        match self {
            Self::Term(at) => scores[*at],
            Self::Sum(parts) => parts.iter().map(|part| part.score(scores)).sum(),
            Self::Best(parts) => parts
                .iter()
                .map(|part| part.score(scores))
                .fold(0.0, Score::max),
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
        }
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
            Ok(Some(if scoring.is_scoring_enabled() {
                term.weigh(searcher, &mut among)?
            } else {
                term.unweighed(searcher)?
            }))
        })?;
        let conditions = self.conditions.iter().map(|tree| tree.weight(scoring));
        Ok(Box::new(RankingWeight {
            formula: formula.unwrap_or(Formula::Sum(Vec::new())),
            conditions: conditions.collect::<tantivy::Result<_>>()?,
            told: AtomicUsize::new(0),
        }))
    }
}

struct RankingWeight {
    formula: Formula<Weighed>,
    conditions: Vec<Box<dyn Weight>>,
    /// Documents that were told of the segments before.
    told: AtomicUsize,
}

impl RankingWeight {
    fn open(&self, reader: &SegmentReader) -> tantivy::Result<Candidates> {
        let mut leaves = Vec::new();
        let formula = self.formula.map(&mut |weighed| {
            let leaf = weighed.open(reader)?;
            Ok(leaf.map(|leaf| {
                leaves.push(leaf);
                leaves.len() - 1
            }))
        })?;
        let conditions = self
            .conditions
            .iter()
            .map(|weight| weight.scorer(reader, 1.0));
        let mut candidates = Candidates {
            doc: 0,
            scores: vec![0.0; leaves.len()],
            leaves,
            formula: formula.unwrap_or(Formula::Sum(Vec::new())),
            conditions: conditions.collect::<tantivy::Result<_>>()?,
        };
        candidates.settle();
        Ok(candidates)
    }
}

impl Weight for RankingWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut candidates = self.open(reader)?;
        for leaf in &mut candidates.leaves {
            leaf.boost(boost);
        }
        Ok(Box::new(candidates))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut candidates = self.open(reader)?;
        if candidates.doc() > doc || candidates.seek(doc) != doc {
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
        let told = Pruned::new(self.open(reader)?, threshold, told).run(callback);
        self.told.store(told, Ordering::Relaxed);
        Ok(())
    }
}

/// The documents of any term that meet the conditions, one after the other.
pub(super) struct Candidates {
    doc: DocId,
    pub(super) leaves: Vec<Leaf>,
    /// Scores of the present document, by leaf.
    scores: Vec<Score>,
    formula: Formula<usize>,
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

    /// The score of a document at which every leaf stands that has it: always the same sum, in the order of
    /// the formula, so that a cursor finds its place again.
    pub(super) fn exact(&mut self, doc: DocId) -> Score {
        for (score, leaf) in self.scores.iter_mut().zip(&self.leaves) {
            *score = if leaf.doc == doc { leaf.score() } else { 0.0 };
        }
        self.formula.score(&self.scores)
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
        self.exact(self.doc)
    }
}
