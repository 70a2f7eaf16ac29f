//! Goes through the documents of a term and scores them.

use tantivy::{DocId, Score, TERMINATED};

use super::blocks::{List, Tells};
use super::cursor::Cursor;
use super::rank::{Curve, Points};
use super::window::{Marks, Route, Window};

/// The documents of a term in one segment, with their scores: looked up one by one, and, independently of
/// that, swept from the first to the last.
pub(super) struct Leaf {
    /// The document that was looked up, [`TERMINATED`] after the last.
    pub(super) doc: DocId,
    list: List,
    curve: Curve,
    /// The score that no document exceeds.
    top: Points,
    look: Option<Box<Cursor>>,
    sweep: Option<Box<Cursor>>,
}

impl Leaf {
    /// The documents of a list in a field whose texts tell so much.
    pub(super) fn new(list: List, curve: Curve, tells: &Tells) -> Self {
        let mut sweep = None;
        let top = if list.full() > 0 {
            let peaks = list.peaks(tells).chain([list.rest()]);
            let tops = peaks.map(|peak| curve.shares.top(peak, tells));
            tops.fold(0.0, Score::max)
        } else {
            // What is swept over at once may be unpacked at once.
            let all = sweep.insert(Cursor::new());
            all.seek(&list, 0);
            all.top(&list, &curve)
        };
        Self {
            doc: 0,
            list,
            top: curve.points(top).saturating_add(1),
            curve,
            look: None,
            sweep,
        }
    }

    pub(super) fn advance(&mut self) {
        if let Some(look) = &mut self.look {
            look.skip(&self.list, 1);
            self.doc = look.doc();
        }
    }

    /// Goes on to a document, or to the next one after it.
    pub(super) fn seek(&mut self, target: DocId) {
        let begins = self.look.is_none();
        if begins || self.doc < target {
            let look = self.look.get_or_insert_with(Cursor::new);
            look.seek(&self.list, target);
            self.doc = look.doc();
        }
    }

    /// No document scores more.
    pub(super) const fn top(&self) -> Points {
        self.top
    }

    /// How many documents it has for what it adds.
    pub(super) fn cost(&self) -> Score {
        self.list.documents as Score / self.top as Score
    }

    /// The score of the document that was looked up.
    pub(super) fn score(&mut self) -> Points {
        let list = &self.list;
        let time = self.look.as_mut().map_or(0, |look| look.time(list));
        self.curve.score(self.doc, time)
    }

    /// About how many documents it has between two.
    pub(super) fn among(&self, (first, last): (DocId, DocId)) -> usize {
        let all = self.list.documents as usize;
        all * (last - first + 1) as usize / self.curve.lengths.len().max(1)
    }

    /// Begins a sweep, or goes on with it, at a document or the next one after it.
    pub(super) fn begin(&mut self, first: DocId) {
        let sweep = self.sweep.get_or_insert_with(Cursor::new);
        sweep.seek(&self.list, first);
    }

    /// The next document of the sweep, [`TERMINATED`] after the last.
    pub(super) fn next(&self) -> DocId {
        self.sweep.as_ref().map_or(TERMINATED, |place| place.doc())
    }

    /// Sweeps over the documents of a window, adds to each its score, and marks it.
    pub(super) fn sweep(&mut self, window: &mut Window, route: &Route, marks: Option<&mut Marks>) {
        let end = window.end();
        match (route.bests(), route.way()) {
            ([], _) => self.sweep_all(end, window.plain(), marks),
            ([best], None) => self.sweep_all(end, window.within(*best), marks),
            _ => self.sweep_all(end, window.routed(route), marks),
        }
    }

    fn sweep_all(
        &mut self,
        end: DocId,
        mut add: impl FnMut(DocId, Points),
        marks: Option<&mut Marks>,
    ) {
        if let Some(marks) = marks {
            let mut both = |doc, points| {
                marks.add(doc);
                add(doc, points);
            };
            self.sweep_to(end, |sweep, list, curve, documents| {
                sweep.tell(list, documents, curve, &mut both);
            });
        } else {
            self.sweep_to(end, |sweep, list, curve, documents| {
                sweep.tell(list, documents, curve, &mut add);
            });
        }
    }

    /// Sweeps over documents up to an end; `tell` is told how many of a block are before it.
    fn sweep_to(&mut self, end: DocId, mut tell: impl FnMut(&mut Cursor, &List, &Curve, usize)) {
        let (list, curve) = (&self.list, &self.curve);
        let Some(sweep) = self.sweep.as_deref_mut() else {
            return;
        };
        loop {
            let left = sweep.left();
            let within = match left.last() {
                None => return,
                Some(&last) if last < end => left.len(),
                Some(_) => left.partition_point(|&doc| doc < end),
            };
            let all = within == left.len();
            tell(sweep, list, curve, within);
            sweep.skip(list, within);
            if !all {
                return;
            }
        }
    }

    /// Sweeps over the documents of a window and adds to those that are marked there their scores.
    pub(super) fn sweep_marked(&mut self, window: &mut Window, marks: &Marks, route: &Route) {
        let end = window.end();
        let mut add = window.routed(route);
        self.sweep_to(end, |sweep, list, curve, documents| {
            sweep.tell_marked(list, documents, curve, marks, &mut add);
        });
    }

    /// Goes on with the sweep over these documents of a window alone.
    pub(super) fn pick(&mut self, docs: &[DocId], window: &mut Window, route: &Route) {
        let Some(sweep) = self.sweep.as_deref_mut() else {
            return;
        };
        let mut add = window.routed(route);
        for &doc in docs {
            if sweep.doc() < doc {
                sweep.seek(&self.list, doc);
            }
            if sweep.doc() == doc {
                let time = sweep.time(&self.list);
                add(doc, self.curve.score(doc, time));
            }
        }
    }
}
