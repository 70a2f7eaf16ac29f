//! Adds up what terms score in a window of documents, the better of two ways to mean one thing counted alone.

use tantivy::DocId;

use super::rank::Points;
use super::ranking::Formula;

/// Documents that are added up at once, and those of them that are compared with a bar at once.
const WINDOW: usize = 4096;
const COMPARED: usize = 16;

/// Where the points of a term go.
#[derive(Debug, Clone, Default)]
pub(super) struct Route {
    /// The sums that it is part of besides that of the whole: of each best that holds it, the inner last.
    sums: Vec<usize>,
    /// Whether it is, by itself, one way among those of the inner best.
    is_way: bool,
}

/// The routes of the terms of a formula.
#[derive(Debug, Clone)]
pub(super) struct Routes {
    of: Vec<Route>,
    /// How many bests there are.
    bests: usize,
    /// Whether each best has but one way that is more than a term.
    pub(super) are_plain: bool,
}

impl Routes {
    pub(super) fn new(formula: &Formula<usize>, terms: usize) -> Self {
        let mut routes = Self {
            of: vec![Route::default(); terms],
            bests: 0,
            are_plain: true,
        };
        routes.add(formula, &mut Vec::new(), false);
        routes
    }

    fn add(&mut self, formula: &Formula<usize>, within: &mut Vec<usize>, is_way: bool) {
        match formula {
            Formula::Term(at) => {
                self.of[*at] = Route {
                    sums: within.clone(),
                    is_way,
                }
            }
            Formula::Sum(parts) => {
                for part in parts {
                    self.add(part, within, false);
                }
            }
            Formula::Best(ways) => {
                within.push(self.bests);
                self.bests += 1;
                for way in ways {
                    self.add(way, within, true);
                }
                within.pop();
                let more = ways.iter().filter(|way| !matches!(way, Formula::Term(_)));
                self.are_plain &= more.count() < 2;
            }
        }
    }

    pub(super) fn of(&self, term: usize) -> &Route {
        &self.of[term]
    }

    /// Terms by the order in which they are added: ways after what they stand for, the inner ones first.
    pub(super) fn turn(&self, term: usize) -> usize {
        let route = &self.of[term];
        if route.is_way {
            usize::MAX - route.sums.len()
        } else {
            0
        }
    }

    /// Whether one term is to be added before another.
    pub(super) fn comes_before(&self, one: usize, other: usize) -> bool {
        let way = self.of[other].way();
        way.is_some_and(|best| self.of[one].sums.contains(&best))
            && self.turn(one) < self.turn(other)
    }
}

impl Route {
    /// The bests that hold it, the inner last.
    pub(super) fn bests(&self) -> &[usize] {
        &self.sums
    }

    /// The best of which it is one way by itself.
    pub(super) fn way(&self) -> Option<usize> {
        self.sums.last().copied().filter(|_| self.is_way)
    }
}

/// Marks of documents of a window.
pub(super) struct Marks {
    first: DocId,
    bits: [u64; WINDOW / 64],
}

impl Marks {
    pub(super) const fn new() -> Self {
        Self {
            first: 0,
            bits: [0; WINDOW / 64],
        }
    }

    /// Begins a window, without marks.
    pub(super) const fn begin(&mut self, first: DocId) {
        self.first = first;
        self.bits = [0; WINDOW / 64];
    }

    /// Marks a document of the window.
    pub(super) const fn add(&mut self, doc: DocId) {
        let at = doc.wrapping_sub(self.first);
        self.bits[at as usize / 64 % (WINDOW / 64)] |= 1 << (at % 64);
    }

    /// Lists the documents that are marked, in order.
    pub(super) fn list(&self, docs: &mut Vec<DocId>) {
        docs.clear();
        for (from, &bits) in (self.first..).step_by(64).zip(&self.bits) {
            let mut left = bits;
            while left > 0 {
                docs.push(from + left.trailing_zeros());
                left &= left - 1;
            }
        }
    }

    /// Whether a document of the window is marked.
    pub(super) const fn has(&self, doc: DocId) -> bool {
        let at = doc.wrapping_sub(self.first);
        self.bits[at as usize / 64 % (WINDOW / 64)] >> (at % 64) & 1 > 0
    }
}

/// The scores of a window.
pub(super) struct Window {
    pub(super) first: DocId,
    sums: Vec<Points>,
    /// Those of each best.
    bests: Vec<Vec<Points>>,
}

impl Window {
    pub(super) fn new(routes: &Routes) -> Self {
        Self {
            first: 0,
            sums: vec![0; WINDOW],
            bests: vec![vec![0; WINDOW]; routes.bests],
        }
    }

    /// Begins anew at a document.
    pub(super) fn begin(&mut self, first: DocId) {
        self.first = first;
        self.sums.fill(0);
        for sums in &mut self.bests {
            sums.fill(0);
        }
    }

    /// The document after the last.
    pub(super) const fn end(&self) -> DocId {
        self.first + WINDOW as DocId
    }

    /// Whether so many documents are better selected among those that are marked.
    pub(super) const fn is_sparse(documents: usize) -> bool {
        documents < WINDOW / 6
    }

    /// The score of a document of the window.
    pub(super) fn score(&self, doc: DocId) -> Points {
        self.sums[doc.wrapping_sub(self.first) as usize]
    }

    /// Whether a way that scores so much at most may be the best at a document.
    pub(super) fn may_gain(&self, doc: DocId, best: usize, top: Points) -> bool {
        self.bests[best][doc.wrapping_sub(self.first) as usize] < top
    }

    /// What adds the points of a term that is in no best.
    pub(super) fn plain(&mut self) -> impl FnMut(DocId, Points) {
        let first = self.first;
        let sums = &mut *self.sums;
        move |doc, points| {
            if let Some(sum) = sums.get_mut(doc.wrapping_sub(first) as usize) {
                *sum += points;
            }
        }
    }

    /// What adds the points of a term that is in one best, and not by itself one way of it.
    pub(super) fn within(&mut self, best: usize) -> impl FnMut(DocId, Points) {
        let first = self.first;
        let (sums, bests) = (&mut *self.sums, &mut *self.bests[best]);
        move |doc, points| {
            let at = doc.wrapping_sub(first) as usize;
            if let (Some(sum), Some(best)) = (sums.get_mut(at), bests.get_mut(at)) {
                *sum += points;
                *best += points;
            }
        }
    }

    /// What adds the points of a term of this route.
    pub(super) fn routed(&mut self, route: &Route) -> impl FnMut(DocId, Points) {
        move |doc, points| {
            let at = doc.wrapping_sub(self.first) as usize;
            let Some(sum) = self.sums.get_mut(at) else {
                return;
            };
            let before = route.way().map_or(0, |best| self.bests[best][at]);
            let gain = (points - before).max(0);
            *sum += gain;
            for &best in &route.sums {
                self.bests[best][at] += gain;
            }
        }
    }

    /// Selects the documents that score `least` or more, without a branch that cannot be foreseen.
    pub(super) fn select(&self, least: Points, docs: &mut Vec<DocId>) {
        docs.resize(WINDOW, 0);
        let mut kept = 0;
        let chunks = self.sums.chunks(COMPARED);
        for (from, sums) in (self.first..).step_by(COMPARED).zip(chunks) {
            let passing = sums.iter().map(|sum| u8::from(*sum >= least));
            if passing.fold(0, |any, one| any | one) > 0 {
                for (doc, sum) in (from..).zip(sums) {
                    docs[kept] = doc;
                    kept += usize::from(*sum >= least);
                }
            }
        }
        docs.truncate(kept);
    }

    /// Keeps those of the documents that score `least` or more.
    pub(super) fn keep(&self, least: Points, docs: &mut Vec<DocId>) {
        let mut kept = 0;
        for at in 0..docs.len() {
            let doc = docs[at];
            docs[kept] = doc;
            kept += usize::from(self.score(doc) >= least);
        }
        docs.truncate(kept);
    }
}
