//! Counts the numbers that add up to the count before them: its parts, whatever noun they have.

use crate::record::fact::Bound;

use super::count::{Count, Counter};
use super::noun::Noun;

/// The longest list of parts, and how far back its whole is looked for, in counts.
const LIST: usize = 16;
/// How far the first part may stand behind the whole, and a part behind another, in tokens.
const NEAR: usize = 30;
const GAP: usize = 12;

impl<'a> Counter<'_, 'a> {
    /// "Trente-neuf greffes : quinze hommes, vingt-deux femmes et deux enfants".
    pub(super) fn summand(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let last = self.counts.len().checked_sub(1)?;
        let mut known = (0..=last).rev().take(LIST);
        let whole = known.find(|&count| self.counts[count].whole.is_none());
        // A part may have parts of its own.
        let near = (last.saturating_sub(2)..=last).rev();
        whole.into_iter().chain(near).find_map(|whole| {
            let first = self.counts[whole].number.end;
            let first = self
                .numbers
                .partition_point(|number| number.tokens.start < first);
            let last = self.last_summand(whole, first)?;
            (first < last && (first..=last).contains(&at)).then(|| self.part_of(at, whole, end))
        })
    }

    /// The number at which those from `first` on have added up to a count.
    fn last_summand(&self, whole: usize, first: usize) -> Option<usize> {
        let whole = &self.counts[whole];
        let exact = |bound: Bound, max: Option<u64>| bound == Bound::Exact && max.is_none();
        let (mut rest, mut end, mut reach) = (whole.value, whole.number.end, NEAR);
        for (at, number) in self.numbers.iter().enumerate().skip(first).take(LIST) {
            let counts = matches!(self.nouns[at], Noun::Bare | Noun::Bearer(..) | Noun::Act(_));
            let near = number.tokens.start.saturating_sub(end) <= reach;
            if !near
                || !counts
                || !exact(number.bound, number.max)
                || !exact(whole.bound, whole.max)
            {
                return None;
            }
            rest = rest.checked_sub(number.value)?;
            if rest == 0 {
                return Some(at);
            }
            (end, reach) = (number.tokens.end, GAP);
        }
        None
    }
}
