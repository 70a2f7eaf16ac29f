//! Passes over documents that cannot be among the best.
//!
//! Terms that could together lift no document over the worst hit that is kept only narrow down what the others
//! make candidates (`MaxScore`: Turtle and Flood, Information Processing and Management 31, 1995); those come
//! first that have many documents for what they add. All are added up term by term over a window of documents,
//! which costs a few nanoseconds a document; where few candidates are left, they are looked up one by one. What
//! is found is what a look at every document would find.

use tantivy::{DocId, Score, TERMINATED};

use super::ranking::Candidates;

/// Bounds are sums in another order than scores: this much more makes up for the rounding.
const SLACK: Score = 1.0001;

/// Documents that are told whatever they score, so that few matches are counted to the last; those that score
/// too little are told with a score of 0.
pub(super) const COUNTED: usize = 1000;

/// Documents that are added up at once, and those of them that are compared with the threshold at once.
const WINDOW: usize = 4096;
const COMPARED: usize = 16;

/// Documents of a term that are swept over in the time in which one is looked up.
const LOOKED_UP: usize = 8;

/// A sweep that looks only at documents that may score more than a threshold.
pub(super) struct Pruned {
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
    pub(super) fn new(candidates: Candidates, threshold: Score, told: usize) -> Self {
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
    pub(super) fn run(mut self, callback: &mut dyn FnMut(DocId, Score) -> Score) -> usize {
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
        if !passes && self.told < COUNTED && self.candidates.meets(doc) {
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
        let passes = score > self.threshold && self.candidates.meets(doc);
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
        let passing = sums.iter().map(|sum| u8::from(*sum > least));
        if passing.fold(0, |any, one| any | one) > 0 {
            for (doc, sum) in (from..).zip(sums) {
                docs[kept] = doc;
                kept += usize::from(*sum > least);
            }
        }
    }
    docs.truncate(kept);
}
