//! Ranks documents by a formula over terms, and passes over those that cannot be among the best.
//!
//! The terms that add least are only looked up in documents that the others make candidates, as soon as they
//! alone could lift none over the worst hit that is kept (`MaxScore`: Turtle and Flood, Information Processing
//! and Management 31, 1995). The others are added up term by term over a window of documents, which costs a
//! few nanoseconds a document. What is found is what a look at every document would find.

use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::rank::{Among, Leaf, RankedTerm, Weighed};

/// Bounds are sums in another order than scores: this much more makes up for the rounding.
const SLACK: Score = 1.0001;

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
struct Candidates {
    doc: DocId,
    leaves: Vec<Leaf>,
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
    fn exact(&mut self, doc: DocId) -> Score {
        for (score, leaf) in self.scores.iter_mut().zip(&self.leaves) {
            *score = if leaf.doc == doc { leaf.score() } else { 0.0 };
        }
        self.formula.score(&self.scores)
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

/// Documents that are told whatever they score, so that few matches are counted to the last; those that score
/// too little are told with a score of 0.
pub(super) const COUNTED: usize = 1000;

/// Documents that are added up at once, and those of them that are compared with the threshold at once.
const WINDOW: usize = 4096;
const COMPARED: usize = 16;

/// Documents of a term that are swept over in the time in which one is looked up.
const LOOKED_UP: usize = 8;

/// A sweep that looks only at documents that may score more than a threshold.
struct Pruned {
    candidates: Candidates,
    /// Positions of the leaves, those first that have many documents for what they add.
    order: Vec<usize>,
    /// What the first leaves of the order add at most, by how many they are.
    bounds: Vec<Score>,
    threshold: Score,
    /// How many leaves of the order cannot make a candidate by themselves.
    passive: usize,
    /// Those, the one first that adds most, and what those after it add at most.
    asked: Vec<(usize, Score)>,
    told: usize,
}

impl Pruned {
    fn new(candidates: Candidates, threshold: Score, told: usize) -> Self {
        let leaves = &candidates.leaves;
        let cost = |at: &usize| leaves[*at].cost();
        let mut order: Vec<usize> = (0..leaves.len()).collect();
        order.sort_by(|left, right| cost(right).total_cmp(&cost(left)));
        let mut bounds = vec![0.0];
        for &at in &order {
            let below = bounds.last().copied().unwrap_or(0.0);
            bounds.push(below + leaves[at].worth() * SLACK);
        }
        let mut pruned = Self {
            candidates,
            order,
            bounds,
            threshold,
            passive: 0,
            asked: Vec::new(),
            told,
        };
        pruned.raise(threshold);
        for &at in &pruned.order[pruned.passive..] {
            pruned.candidates.leaves[at].begin(0);
        }
        pruned
    }

    fn raise(&mut self, threshold: Score) {
        self.threshold = threshold;
        while self.passive < self.order.len() && self.bounds[self.passive + 1] <= threshold {
            self.passive += 1;
        }
    }

    /// Puts the leaves that are passive by now in the order in which candidates are looked up in them.
    fn ask(&mut self) {
        if self.asked.len() == self.passive {
            return;
        }
        let worth = |at: usize| self.candidates.leaves[at].worth();
        let passive = self.order[..self.passive].iter();
        self.asked = passive.map(|&at| (at, worth(at))).collect();
        self.asked.sort_by(|left, right| left.1.total_cmp(&right.1));
        let mut rest = 0.0;
        for (_, bound) in &mut self.asked {
            rest += std::mem::replace(bound, rest) * SLACK;
        }
        self.asked.reverse();
    }

    /// Tells documents, and says how many are told by now.
    fn run(mut self, callback: &mut dyn FnMut(DocId, Score) -> Score) -> usize {
        let (mut sums, mut docs) = (vec![0.0; WINDOW], Vec::with_capacity(WINDOW));
        loop {
            // Terms that become passive on the way are still in the sums of this window.
            let passive = self.passive;
            self.ask();
            let leaves = &mut self.candidates.leaves;
            let active = &self.order[passive..];
            let first = active.iter().map(|&at| leaves[at].next()).min();
            let Some(first) = first.filter(|&doc| doc != TERMINATED) else {
                return self.told;
            };
            for &at in active {
                leaves[at].sweep(first, &mut sums);
            }
            if self.told < COUNTED {
                for (doc, &sum) in (first..).zip(&sums).filter(|(_, sum)| **sum > 0.0) {
                    self.tell(doc, sum, callback);
                }
            } else {
                select(first, &sums, self.least(passive), &mut docs);
                self.narrow(first, &mut sums, &mut docs);
                for &doc in &docs {
                    if sums[(doc - first) as usize] * SLACK > self.threshold {
                        self.tell_exact(doc, callback);
                    }
                }
            }
            sums.fill(0.0);
        }
    }

    /// Adds to the documents of a window what the passive leaves add, the best first, and leaves out those that
    /// cannot pass any more.
    fn narrow(&mut self, first: DocId, sums: &mut [Score], docs: &mut Vec<DocId>) {
        for &(at, rest) in &self.asked {
            let Some(last) = docs.last() else { return };
            let leaf = &mut self.candidates.leaves[at];
            leaf.begin(docs[0]);
            if leaf.among((docs[0], *last)) > docs.len() * LOOKED_UP {
                leaf.pick(first, docs, sums);
            } else {
                leaf.sweep(first, sums);
            }
            let least = (self.threshold - rest) / SLACK;
            let mut kept = 0;
            for at in 0..docs.len() {
                let doc = docs[at];
                docs[kept] = doc;
                kept += usize::from(sums[(doc - first) as usize] > least);
            }
            docs.truncate(kept);
        }
    }

    /// What the active leaves must add to a document that may pass.
    fn least(&self, passive: usize) -> Score {
        ((self.threshold - self.bounds[passive]) / (SLACK * SLACK)).max(0.0)
    }

    /// Tells a document to which the active leaves add so much, while all are told.
    fn tell(&mut self, doc: DocId, sum: Score, callback: &mut dyn FnMut(DocId, Score) -> Score) {
        let passes = self.may_pass(doc, sum * SLACK) && self.tell_exact(doc, callback);
        if !passes && self.told < COUNTED && meets(&mut self.candidates.conditions, doc) {
            self.told += 1;
            callback(doc, 0.0);
        }
    }

    /// Tells a document if it passes.
    fn tell_exact(&mut self, doc: DocId, callback: &mut dyn FnMut(DocId, Score) -> Score) -> bool {
        for leaf in &mut self.candidates.leaves {
            leaf.seek(doc);
        }
        let score = self.candidates.exact(doc);
        let passes = score > self.threshold && meets(&mut self.candidates.conditions, doc);
        if passes {
            self.told += 1;
            let threshold = callback(doc, score);
            self.raise(threshold);
        }
        passes
    }

    /// Adds to what a document scores at most by the active leaves what the passive ones add, while it still may
    /// pass.
    fn may_pass(&mut self, doc: DocId, mut bound: Score) -> bool {
        for &(at, rest) in &self.asked {
            let leaf = &mut self.candidates.leaves[at];
            leaf.seek(doc);
            if leaf.doc == doc {
                bound += leaf.score() * SLACK;
            }
            if bound + rest <= self.threshold {
                return false;
            }
        }
        bound > self.threshold
    }
}

/// Selects the documents of a window that score more than `least`, without a branch that cannot be foreseen.
fn select(first: DocId, sums: &[Score], least: Score, docs: &mut Vec<DocId>) {
    docs.resize(sums.len(), 0);
    let mut kept = 0;
    for (from, sums) in (first..).step_by(COMPARED).zip(sums.chunks(COMPARED)) {
        if sums.iter().fold(false, |any, sum| any | (*sum > least)) {
            for (doc, sum) in (from..).zip(sums) {
                docs[kept] = doc;
                kept += usize::from(*sum > least);
            }
        }
    }
    docs.truncate(kept);
}
