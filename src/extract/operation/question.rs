//! Finds what an interview counts: the act that a question asks for, and the number that answers it.

use std::ops::Range;

use super::super::passage::Counted;
use super::count::Counter;
use super::word::Signs;
use crate::record::fact::Bound;

impl Counter<'_, '_> {
    /// "Combien de greffes ferez-vous ? Dix cette année": the act that the question before asks for.
    pub(super) fn asked(&self, number: &Counted, sentence: &Range<usize>) -> Option<usize> {
        const OPENING: usize = 4;
        const SHORT: usize = 6;
        const ASIDE: usize = 8;
        let sentences = &self.scene.passage.text.sentences;
        let own = self.scene.passage.text.sentence_of(sentence.start);
        let mut question = sentences.get(own.checked_sub(1)?)?.tokens.clone();
        // "Attendez…"
        if question.len() <= 2 && own > 1 {
            question = sentences.get(own - 2)?.tokens.clone();
        }
        let mark = self.scene.passage.folded(question.end.checked_sub(1)?);
        let dates = self
            .scene
            .passage
            .dates_in(sentence.start..number.tokens.start);
        let dated: usize = dates.iter().map(|date| date.tokens.len()).sum();
        let start = number.tokens.start;
        // "إلى حدود نهاية غشت، 2.260": what stands before the comma says until when.
        let comma =
            start > sentence.start && matches!(self.scene.passage.folded(start - 1), "," | "،");
        let reach = if comma { ASIDE } else { OPENING };
        let opens = start <= sentence.start + reach + dated || self.stands_for_acts(start);
        let answer = matches!(mark, "?" | "؟") && opens;
        // "Les consultations externes ? 17.200, pour la même période."
        if answer && question.len() <= SHORT && self.nouns_alone(&question) {
            let mut acts = self.scene.acts_in(question.clone());
            return acts.find(|&act| self.is_free(act));
        }
        let mut how_many = question
            .clone()
            .filter(|&at| self.scene.sign(at, Signs::TALLY).is_some());
        let asked = how_many.next().filter(|_| answer)?;
        // "Combien d'enfants opérez-vous ?" asks by its verb.
        let mut acts = self.scene.acts_in(asked..question.end);
        acts.find(|&act| self.is_free(act))
    }

    /// "Et l'an dernier ? Trente-neuf.": the answer to a short question.
    pub(super) fn answers(&self, number: &Counted, sentence: &Range<usize>) -> bool {
        const SHORT: usize = 8;
        const BOUND: usize = 3;
        let before = self.scene.sentence_before(sentence);
        before.end == sentence.start
            && before.len() <= SHORT
            && matches!(self.scene.passage.folded(before.end - 1), "?" | "؟")
            && (number.tokens.start == sentence.start
                || number.bound != Bound::Exact && number.tokens.start <= sentence.start + BOUND)
    }
}
