//! Counts the numbers that add up to the count before them: its parts, whatever noun they have.

use crate::record::Lang;
use crate::record::fact::Bound;
use crate::text::token::Shape;

use super::count::{Count, Counter};
use super::noun::Noun;
use super::word::Signs;

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

    /// "31 patients, soit 12 hommes et 19 femmes, ont été opérés": how many numbers stand in an aside of parts.
    pub(super) fn parts_aside(&self, at: usize, end: usize) -> usize {
        const LONGEST: usize = 16;
        let scene = self.scene;
        let said = scene.sign(end + 1, Signs::PART).is_some();
        let opens = scene.is_mark(end) && (said || scene.number_at(end + 1).is_some());
        let limit = scene.sentence(end.saturating_sub(1)).end.min(end + LONGEST);
        let closing = |at: &usize| {
            let comma = scene.passage.folded(*at) == ",";
            scene.passage.folded(*at) == ")" || comma && !scene.passage.has(at - 1, Shape::DIGITS)
        };
        let close = (end + 2..limit).rev().find(closing);
        let verb = |at: usize| scene.acts[at].traits.any(Signs::VERB);
        let own = |close: usize| scene.acts_in(end..close).any(verb);
        let Some(close) =
            close.filter(|&close| !own(close) && opens && scene.passage.text.lang == Lang::Fr)
        else {
            return 0;
        };
        let rest = self.numbers.iter().skip(at + 1);
        let parts: Vec<u64> = rest
            .take_while(|number| number.tokens.end <= close)
            .map(|number| number.value)
            .collect();
        // Without a word that says so, only those that add up are its parts.
        let whole = said || parts.iter().sum::<u64>() == self.numbers[at].value;
        if whole { parts.len() } else { 0 }
    }
}
