//! Counts people and lesions by what the words around them tell, where no act stands beside them.

use std::ops::Range;

use crate::record::Lang;
use crate::record::fact::Procedure;
use crate::text::token::Shape;

use super::super::passage::Counted;
use super::count::{Count, Counter, Form};
use super::noun::Noun;
use super::word::{BearerKind, Signs};

impl<'a> Counter<'_, 'a> {
    /// "Ils y ont tenu consultation. Ils ont vu 286 enfants", "24 malades y ont été vus": those seen where a consultation
    /// is spoken of.
    pub(super) fn seen(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const NEAR: usize = 3;
        const BEHIND: usize = 6;
        let scene = self.scene;
        let start = self.numbers[at].tokens.start;
        let sentence = scene.sentence(start);
        let limit = self
            .numbers
            .get(at + 1)
            .map_or(sentence.end, |next| next.tokens.start.min(sentence.end));
        let behind = (end..limit.min(end + BEHIND))
            .find(|&at| scene.sign(at, Signs::SEEN).is_some())
            .is_some_and(|seen| !scene.is_broken(end..seen));
        let told = scene.sign_before(start, Signs::SEEN, NEAR) || behind;
        let before = scene.sentence_before(&sentence).start;
        let consultation = |&act: &usize| {
            let named = &scene.acts[act];
            named.procedure == Procedure::Consultation && named.admitted
        };
        let act = scene.acts_in(before..start).rev().find(consultation);
        let act = act.filter(|_| told && scene.passage.text.lang == Lang::Fr)?;
        Some(Count {
            tokens: start..end,
            predicate: None,
            ..self.of_act(self.numbers[at], act, Form::Persons)
        })
    }

    /// "fait passer une consultation à 412 habitants": those to whom an act is given.
    pub(super) fn given(&self, at: usize, end: usize) -> Option<Count<'a>> {
        let scene = self.scene;
        let number = self.numbers[at];
        let to = number.tokens.start.checked_sub(1)?;
        let dative = scene.sign(to, Signs::DATIVE).is_some();
        let from = self.from(at).max(to.saturating_sub(4));
        let act = scene.acts_in(from..to).next_back().filter(|_| dative)?;
        let named = &scene.acts[act];
        let beside = named.tokens.end == to && self.is_free(act) && !named.traits.any(Signs::VERB);
        beside.then(|| Count {
            tokens: number.tokens.start..end,
            ..self.of_act(number, act, Form::Persons)
        })
    }

    /// "211 adénomes, 74 cancers et 18 néphrectomies", "12 hernies en deux jours": what was operated on, in a list with
    /// acts or beside how long it took.
    pub(super) fn listed_ahead(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const LIST: usize = 6;
        const GAP: usize = 8;
        let scene = self.scene;
        if scene.passage.text.lang != Lang::Fr {
            return None;
        }
        let number = self.numbers[at];
        let sentence = scene.sentence(number.tokens.start);
        let near = |from: usize, to: usize| {
            to >= from
                && to - from <= GAP
                && sentence.contains(&to)
                && scene.acts_in(from..to).is_empty()
                && scene.cues_in(from..to).is_empty()
        };
        let mut last = end;
        let mut next = at + 1;
        let act = loop {
            let noun = self.nouns.get(next).filter(|_| next <= at + LIST)?;
            if !near(last, self.numbers[next].tokens.start) {
                return None;
            }
            match noun {
                Noun::Act(act) => break *act,
                Noun::Bearer(end, BearerKind::Lesion) => (last, next) = (*end, next + 1),
                _ => return None,
            }
        };
        let surgery = scene.acts[act].procedure == Procedure::Surgery;
        surgery.then(|| self.operated(at, end))
    }

    /// "97 cataractes en quatre jours à l'hôpital": as a headline tells it.
    pub(super) fn timed(&self, at: usize, end: usize) -> Option<Count<'a>> {
        const NEAR: usize = 2;
        let dates = self.scene.passage.dates_in(end..end + NEAR + 1);
        let lasting = |value: Option<&str>| value.is_some_and(|value| value.starts_with('P'));
        let told = dates.iter().any(|date| lasting(date.value.as_deref()));
        let (_, bearer) = self.scene.bearer(end.checked_sub(1)?)?;
        let field = bearer.kind == BearerKind::Lesion && bearer.specialty.is_some();
        (told && field && self.scene.passage.text.lang == Lang::Fr).then(|| self.operated(at, end))
    }

    fn operated(&self, at: usize, end: usize) -> Count<'a> {
        let number = self.numbers[at];
        let field = (number.tokens.end..end).find_map(|at| self.scene.bearer(at));
        Count {
            specialty: field.and_then(|(_, bearer)| bearer.specialty.as_deref()),
            ..Count::of_people(number, end, Procedure::Surgery)
        }
    }

    /// "2016 : 310 cholécystectomies. 2017 : 344", "Mardi : 41": the next of a row of days.
    pub(super) fn dated_row(&self, at: usize) -> Option<Count<'a>> {
        let scene = self.scene;
        let number = self.numbers[at];
        let start = number.tokens.start;
        let sentence = scene.sentence(start);
        let date = scene.passage.dates_in(sentence.start..start).first()?;
        let gap = date.tokens.end.min(start)..start;
        let opens = date.tokens.start <= sentence.start + 1;
        let mark = |at: usize| matches!(scene.passage.folded(at), ":" | "," | "–" | "-" | "،");
        let row = opens && gap.len() == 1 && gap.into_iter().all(mark);
        let last = self.counts.len().checked_sub(1);
        let last = last.filter(|_| row || self.is_short_row(number, &sentence))?;
        let recent = self.counts[last].number.start >= scene.sentence_before(&sentence).start;
        let whole = self.counts[last].whole.unwrap_or(last);
        recent.then(|| Count {
            whole: None,
            ..self.part_of(at, whole, number.tokens.end)
        })
    }

    /// "À Tissint, 344.": no more than where, and how many.
    fn is_short_row(&self, number: &Counted, sentence: &Range<usize>) -> bool {
        const SHORT: usize = 9;
        const OTHERS: Signs = Signs::STAFF.with(Signs::CONTAINER).with(Signs::GUARD);
        let scene = self.scene;
        let before = sentence.start..number.tokens.start;
        let comma = before.end > before.start && scene.passage.folded(before.end - 1) == ",";
        let capital = |at: usize| at > sentence.start && scene.passage.has(at, Shape::CAP);
        let place = before.clone().any(|at| scene.is_name(at) || capital(at));
        number.tokens.end + 1 >= sentence.end
            && before.len() <= SHORT
            && comma
            && place
            && scene.acts_in(before.clone()).is_empty()
            && !before.clone().any(|at| scene.sign(at, OTHERS).is_some())
    }

    /// "Onze personnes ont été opérées : dix à Hassi Messaoud, une à Ouargla": the first of what a colon opens.
    pub(super) fn behind_colon(&self, at: usize) -> Option<Count<'a>> {
        let scene = self.scene;
        let number = self.numbers[at];
        let start = number.tokens.start;
        let colon = start.checked_sub(1)?;
        let sentence = scene.sentence(start);
        // "Des enfants ont été circoncis, 47 à Akka et 31 à Tissint"
        let verb = scene
            .acts_in(sentence.start..start)
            .next_back()
            .filter(|&act| {
                let named = &scene.acts[act];
                named.traits.any(Signs::VERB) && named.tokens.end == colon && self.is_free(act)
            });
        let parts = matches!(scene.passage.folded(colon), ":" | ",")
            && scene.passage.text.lang == Lang::Fr
            && self.list_follows(at, sentence.clone());
        if let Some(act) = verb.filter(|_| parts) {
            return Some(self.of_act(number, act, Form::Part));
        }
        let last = self.counts.len().checked_sub(1)?;
        let told = scene.passage.folded(colon) == ":"
            && sentence.contains(&self.counts[last].number.start)
            && number.value < self.counts[last].value
            && self.list_follows(at, sentence);
        told.then(|| self.part_of(at, last, number.tokens.end))
    }

    /// Whether a preposition stands behind a number, and a second part in its sentence.
    fn list_follows(&self, at: usize, sentence: Range<usize>) -> bool {
        let end = self.numbers[at].tokens.end;
        let arabic = self.scene.passage.text.lang == Lang::Ar;
        let led = arabic || self.scene.sign(end, Signs::BARE).is_some();
        let mut rest = end..sentence.end;
        led && rest.any(|at| self.scene.number_at(at).is_some())
    }
}
