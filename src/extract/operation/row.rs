//! Counts the rows of a table that a sentence holds: a field or a place with its number.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Procedure;

use crate::text::token::Shape;

use super::super::passage::Counted;
use super::count::{Count, Counter};
use super::noun::Noun;
use super::word::Signs;

impl<'a> Counter<'_, 'a> {
    /// "Celles-ci se répartissent ainsi : 390 en cardiologie, 344 en pédiatrie", "La pédiatrie vient ensuite
    /// (488), puis la dermatologie (205)": the first number of a sentence, with a field, as the next has one.
    pub(super) fn opens_list(&self, at: usize, sentence: &Range<usize>) -> bool {
        let first = at
            .checked_sub(1)
            .is_none_or(|before| self.numbers[before].tokens.start < sentence.start);
        let next = self.numbers.get(at + 1);
        first
            && next.is_some_and(|next| sentence.contains(&next.tokens.start))
            && (self.is_of_field(at) && self.is_of_field(at + 1)
                || self.is_of_place(at) && self.is_of_place(at + 1))
    }

    /// Whether a number without a noun stands right behind a name: "EPH de Mila 310", "Timezrit : 310".
    fn is_of_place(&self, at: usize) -> bool {
        let passage = self.scene.passage;
        let start = self.numbers[at].tokens.start;
        let mark = |at: &usize| matches!(passage.folded(*at), "(" | ":" | "–" | "-" | "،" | ",");
        let before = start.checked_sub(1);
        let name = match before.filter(mark) {
            Some(mark) => mark.checked_sub(1),
            None => before,
        };
        let town = |at: usize| passage.has(at, Shape::CAP) || self.scene.is_name(at);
        self.nouns[at] == Noun::Bare && name.is_some_and(town)
    }

    /// Whether a number without a noun has a field beside it: "390 en cardiologie", "la dermatologie (205)".
    fn is_of_field(&self, at: usize) -> bool {
        const NEAR: usize = 8;
        let number = &self.numbers[at].tokens;
        let from = self.from(at).max(number.start.saturating_sub(NEAR));
        let bracket = |at: usize| self.scene.passage.folded(at) == "(";
        let before = || {
            let mut gap = from..number.start;
            gap.end -= usize::from(gap.end > gap.start && bracket(gap.end - 1));
            let mut marks = gap.clone().rev().filter(|&at| self.scene.is_mark(at));
            // "La pédiatrie vient en tête, avec 512".
            let mark = marks.next();
            let led = mark.is_some_and(|mark| mark + 2 >= gap.end);
            let mark = if led { marks.next() } else { mark };
            gap.start = mark.map_or(gap.start, |mark| mark + 1);
            self.scene.field_before(gap).is_some()
        };
        self.nouns[at] == Noun::Bare && (self.scene.field_after(number.end).is_some() || before())
    }

    /// "طب العيون (201 منتفعا)، وأمراض المفاصل (98 منتفعا)": a row of fields, each seen by so many; the field.
    fn field_row(&self, at: usize) -> Option<&'a str> {
        const NEAR: usize = 5;
        const NEXT: usize = 8;
        let scene = self.scene;
        let bracketed = |number: &Counted| {
            let start = number.tokens.start;
            start > 0 && scene.passage.folded(start - 1) == "("
        };
        let number = self.numbers[at];
        if scene.passage.text.lang != Lang::Ar || !bracketed(number) {
            return None;
        }
        let open = number.tokens.start - 1;
        let beside = |other: Option<&&Counted>| {
            other.is_some_and(|other| {
                bracketed(other) && other.tokens.start.abs_diff(number.tokens.start) <= NEXT
            })
        };
        let rows = beside(self.numbers.get(at + 1))
            || beside(
                at.checked_sub(1)
                    .and_then(|before| self.numbers.get(before)),
            );
        let from = (open.saturating_sub(NEAR)..open)
            .rev()
            .find(|&at| scene.is_mark(at))
            .map_or(open.saturating_sub(NEAR), |mark| mark + 1);
        let offered = scene
            .acts_in(from..open)
            .all(|act| scene.acts[act].traits.any(Signs::WEAK));
        (rows && offered).then(|| scene.field_before(from..open))?
    }

    /// Those seen in a field of a row.
    pub(super) fn of_row(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let number = self.numbers[at];
        let field = self.field_row(at)?;
        Some(Count {
            specialty: Some(field).filter(|field| *field != "surgery"),
            ..Count::of_people(number, end, Procedure::Consultation)
        })
    }
}
