//! Finds whom a pronoun that begins a sentence stands for: "En été, elle a signé avec …".

use std::ops::Range;

use super::agreement::Agreement;
use super::convention::Story;
use super::form::Says;
use super::role::stands_as_place;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Meaning};

/// Sentences before a pronoun in which its body is looked for.
const BEFORE: usize = 3;

/// The body of whom an article asks its questions: the first that its title names.
pub(super) fn host(story: &Story<'_>) -> Option<usize> {
    const QUESTIONS: usize = 2;
    let [body, title] = story.passages;
    let asks = |end: usize| end.checked_sub(1).is_some_and(|at| body.folded(at) == "?");
    let sentences = body.text.sentences.iter();
    let asked = sentences.filter(|sentence| asks(sentence.tokens.end));
    if title.organisations.is_empty() || asked.take(QUESTIONS).count() < QUESTIONS {
        return None;
    }
    let named = story.cast.of[1].iter().copied().flatten();
    let mut named = named.filter(|&entity| {
        let found = &story.cast.entities[entity];
        !found.office && !found.weak
    });
    named.next()
}

impl Reader<'_> {
    /// The body that "il" or "elle" stands for, where it signs what the sentence tells: the first of the sentences
    /// before that is of its gender and does something itself.
    pub(super) fn pronoun_before(&self, agreement: &Agreement, cues: &[Cue]) -> Option<usize> {
        const OPENING: usize = 8;
        const VERB: usize = 3;
        let signs = |cue: &Cue| matches!(cue, Cue::Sign | Cue::Renew | Cue::End);
        if !cues.iter().any(signs) {
            return None;
        }
        let begin = self.sentence.start;
        let mut opening = begin..agreement.tokens.start.min(begin + OPENING);
        let pronoun = opening.find(|&at| {
            let subject = [Small::Subject, Small::Pronoun]
                .into_iter()
                .any(|class| self.is_small(at, class));
            subject && (self.passage.says(at, Says::She) || self.passage.says(at, Says::He))
        })?;
        let named_here = self.slots.iter().any(|slot| slot.token < pronoun);
        // "Il a rappelé que l'accord …": somebody who speaks, and signs nothing.
        let mut own = self.signs.iter().filter(|sign| sign.tokens.start > pronoun);
        let acts = own
            .find(|sign| signs(&sign.cue) || sign.cue == Cue::Source)
            .is_some_and(|sign| signs(&sign.cue) && sign.tokens.start <= pronoun + VERB);
        if named_here || !acts {
            return None;
        }
        let feminine = self.passage.says(pronoun, Says::She);
        let own = self.passage.text.sentence_of(begin);
        let sentences = self.passage.text.sentences[..own].iter().rev();
        for sentence in sentences.take(BEFORE) {
            let mut named = self.passage.organisations_in(sentence.tokens.clone());
            // "Le ministre a reçu …. Il a signé": it may be he.
            if named.any(|mention| self.passage.organisations[mention].office) {
                return None;
            }
            let mut named = self.passage.organisations_in(sentence.tokens.clone());
            if let Some(body) = named.find_map(|mention| self.leads(mention, feminine)) {
                return Some(body);
            }
        }
        None
    }

    /// "La convention qu'ils avaient passée a été résiliée": the two bodies of the sentence before.
    pub(super) fn both_before(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
    ) -> Option<Vec<usize>> {
        const NEAR: usize = 3;
        let end = agreement.tokens.end;
        let which = (end..end + NEAR).find(|&at| self.is_small(at, Small::Which))?;
        let several = self.passage.ends_as(which + 1, Says::Plural);
        if !self.is_small(which + 1, Small::Subject) || !several || !zone.contains(&which) {
            return None;
        }
        let own = self.passage.text.sentence_of(self.sentence.start);
        let before = &self.passage.text.sentences[own.checked_sub(1)?];
        let mut bodies = Vec::new();
        for mention in self.passage.organisations_in(before.tokens.clone()) {
            if let Some(entity) = self.cast.of[self.number][mention]
                && !bodies.contains(&entity)
                && !self.cast.entities[entity].office
                && !self.cast.entities[entity].weak
            {
                bodies.push(entity);
            }
        }
        (bodies.len() == 2).then_some(bodies)
    }

    /// The entity of a mention, where it may be what a pronoun of a gender stands for.
    fn leads(&self, mention: usize, feminine: bool) -> Option<usize> {
        let named = &self.passage.organisations[mention];
        let first = named.tokens.start;
        let with = (first.saturating_sub(2)..first).any(|at| {
            let with = Meaning::Cue(Cue::With);
            self.vocabulary.is(self.passage, at, &with)
        });
        let entity = self.cast.of[self.number][mention]?;
        let found = &self.cast.entities[entity];
        let body = !found.office && !found.weak && !with;
        (body
            && !stands_as_place(self.passage, first, named.clitics)
            && self.is_feminine(entity) != Some(!feminine))
        .then_some(entity)
    }

    /// Whether an entity is of the feminine gender, by the words before its names.
    pub(super) fn is_feminine(&self, entity: usize) -> Option<bool> {
        let mut mentions = self.cast.entities[entity].mentions.iter();
        mentions.find_map(|&(number, mention)| {
            let own = number == self.number;
            let named = self.passage.organisations.get(mention).filter(|_| own)?;
            let before = named.tokens.start.checked_sub(1)?;
            let says = |says| self.passage.says(before, says);
            (says(Says::She) || says(Says::He)).then(|| says(Says::She))
        })
    }
}
