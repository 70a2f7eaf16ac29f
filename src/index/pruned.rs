//! Passes over documents that cannot be among the best.
//!
//! Terms that could together lift no document over the worst hit that is kept only narrow down what the others
//! make candidates (`MaxScore`: Turtle and Flood, Information Processing and Management 31, 1995); those come
//! first that have many documents for what they add. All are added up term by term over a window of documents,
//! which costs a few nanoseconds a document; where few candidates are left, they are looked up one by one. What
//! is found is what a look at every document would find.

use std::cmp::Reverse;

use tantivy::{DocId, Score, TERMINATED};

use super::rank::Points;
use super::ranking::Candidates;
use super::window::{Marks, Routes, Window};

/// Documents that are told whatever they score, so that few matches are counted to the last; those that score
/// too little are told with a score of 0.
pub(super) const COUNTED: usize = 1000;

/// Documents of a term that are swept over in the time in which one is looked up.
const LOOKED_UP: usize = 16;

/// A leaf that makes no candidates.
struct Asked {
    leaf: usize,
    /// What it and those after it add at most, and those after it alone.
    with: Points,
    rest: Points,
}

/// A sweep that looks only at documents that may score more than a threshold.
pub(super) struct Pruned {
    candidates: Candidates,
    /// Positions of the leaves, those first that have many documents for what they add.
    order: Vec<usize>,
    /// What the first leaves of the order add at most, by how many they are.
    bounds: Vec<Points>,
    threshold: Score,
    /// What a document scores at least that passes the threshold.
    bar: Points,
    /// How many leaves of the order cannot make a candidate by themselves.
    passive: usize,
    /// Those, in the order in which they are looked at.
    asked: Vec<Asked>,
    /// The others.
    active: Vec<usize>,
    routes: Routes,
    /// Whether the sums of a window are the scores; else they may be less.
    is_sure: bool,
    told: usize,
}

impl Pruned {
    pub(super) fn new(candidates: Candidates, threshold: Score, told: usize) -> Self {
        let leaves = &candidates.leaves;
        let cost = |at: &usize| leaves[*at].cost();
        let mut order: Vec<usize> = (0..leaves.len()).collect();
        order.sort_by(|left, right| cost(right).total_cmp(&cost(left)));
        let routes = Routes::new(&candidates.formula, leaves.len());
        let mut pruned = Self {
            bounds: Vec::new(),
            candidates,
            order,
            threshold,
            bar: 0,
            passive: 0,
            asked: Vec::new(),
            active: Vec::new(),
            routes,
            is_sure: true,
            told,
        };
        pruned.bounds = pruned.growing(&pruned.order);
        pruned.raise(threshold);
        pruned.settle();
        for &at in &pruned.active {
            pruned.candidates.leaves[at].begin(0);
        }
        pruned
    }

    /// What the first of these leaves add at most, by how many they are.
    fn growing(&self, order: &[usize]) -> Vec<Points> {
        let mut tops = vec![0; self.order.len()];
        let mut bounds = vec![0];
        bounds.extend(order.iter().map(|&at| {
            tops[at] = self.candidates.leaves[at].top();
            self.candidates.formula.score(&tops)
        }));
        bounds
    }

    fn raise(&mut self, threshold: Score) {
        self.threshold = threshold;
        self.bar = (threshold / self.candidates.part).floor().max(0.0) as Points;
    }

    /// Makes leaves passive that cannot make a candidate by themselves; none while all documents are told.
    fn settle(&mut self) {
        if self.told >= COUNTED {
            while self.passive < self.order.len() && self.bounds[self.passive + 1] < self.bar {
                self.passive += 1;
            }
        }
        if self.active.len() + self.passive != self.order.len() {
            self.ask();
        }
    }

    /// Puts the leaves that are passive by now in the order in which candidates are looked up in them: those
    /// that add most first, and after all others the ways that stand for them.
    fn ask(&mut self) {
        let (leaves, routes) = (&self.candidates.leaves, &self.routes);
        let (passive, active) = self.order.split_at(self.passive);
        let (mut passive, mut active) = (passive.to_vec(), active.to_vec());
        passive.sort_by_key(|&at| (Reverse(routes.turn(at)), leaves[at].top()));
        active.sort_by_key(|&at| routes.turn(at));
        let early = |way: &usize| passive.iter().any(|&at| routes.comes_before(at, *way));
        self.is_sure = routes.are_plain && !active.iter().any(early);
        let bounds = self.growing(&passive);
        let asked = passive.into_iter().zip(bounds.windows(2)).rev();
        self.asked = asked
            .map(|(leaf, bounds)| Asked {
                leaf,
                with: bounds[1],
                rest: bounds[0],
            })
            .collect();
        self.active = active;
    }

    /// Tells documents, and says how many are told by now.
    pub(super) fn run(mut self, callback: &mut dyn FnMut(DocId, Score) -> Score) -> usize {
        let mut window = Window::new(&self.routes);
        let (mut docs, mut marks) = (Vec::new(), Marks::new());
        loop {
            self.settle();
            let leaves = &mut self.candidates.leaves;
            let first = self.active.iter().map(|&at| leaves[at].next()).min();
            let Some(first) = first.filter(|&doc| doc != TERMINATED) else {
                return self.told;
            };
            window.begin(first);
            let range = (first, window.end() - 1);
            let documents = self.active.iter().map(|&at| leaves[at].among(range)).sum();
            let is_sparse = Window::is_sparse(documents);
            marks.begin(first);
            for &at in &self.active {
                let marks = is_sparse.then_some(&mut marks);
                leaves[at].sweep(&mut window, self.routes.of(at), marks);
            }
            if self.told < COUNTED {
                window.select(1, &mut docs);
                for &doc in &docs {
                    self.tell(doc, window.score(doc), callback);
                }
            } else {
                let rest = self.asked.first().map_or(0, |asked| asked.with);
                let least = (self.bar - rest).max(1);
                if is_sparse {
                    marks.list(&mut docs);
                    window.keep(least, &mut docs);
                } else {
                    window.select(least, &mut docs);
                }
                self.narrow(&mut window, &mut docs);
                for &doc in &docs {
                    self.tell_passing(doc, window.score(doc), callback);
                }
            }
        }
    }

    /// Adds to the documents of a window what the passive leaves add, the best first, and leaves out those that
    /// cannot pass any more.
    fn narrow(&mut self, window: &mut Window, docs: &mut Vec<DocId>) {
        let mut gaining = Vec::new();
        let mut marks = Marks::new();
        for asked in &self.asked {
            let leaf = &mut self.candidates.leaves[asked.leaf];
            let route = self.routes.of(asked.leaf);
            let picked = if let Some(best) = route.way() {
                let may_gain = |doc: &DocId| window.may_gain(*doc, best, leaf.top());
                gaining.clear();
                gaining.extend(docs.iter().copied().filter(may_gain));
                &gaining
            } else {
                &*docs
            };
            if let (Some(&first), Some(&last)) = (picked.first(), picked.last()) {
                leaf.begin(first);
                if leaf.among((first, last)) > picked.len() * LOOKED_UP {
                    leaf.pick(picked, window, route);
                } else {
                    marks.begin(window.first);
                    for &doc in picked {
                        marks.add(doc);
                    }
                    leaf.sweep_marked(window, &marks, route);
                }
            }
            window.keep(self.bar - asked.rest, docs);
        }
    }

    /// Tells a document that scores so much, or less where that is not sure, while all are told.
    fn tell(&mut self, doc: DocId, sum: Points, callback: &mut dyn FnMut(DocId, Score) -> Score) {
        let passes = self.tell_passing(doc, sum, callback);
        if !passes && self.told < COUNTED && self.candidates.meets(doc) {
            self.told += 1;
            callback(doc, 0.0);
        }
    }

    /// Tells a document if it passes that scores so much, or less where that is not sure.
    fn tell_passing(
        &mut self,
        doc: DocId,
        sum: Points,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> bool {
        let points = if self.is_sure || sum < self.bar {
            sum
        } else {
            self.candidates.exact(doc)
        };
        if points < self.bar {
            return false;
        }
        let score = points as Score * self.candidates.part;
        let passes = score > self.threshold && self.candidates.meets(doc);
        if passes {
            self.told += 1;
            let threshold = callback(doc, score);
            self.raise(threshold);
        }
        passes
    }
}
