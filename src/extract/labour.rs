//! Tells the settlements of a labour dispute from agreements between institutions: "un accord signé avec le
//! syndicat prévoit le versement des primes" is none.

use super::agreement::Agreement;
use super::kinds::Kinds;
use super::told::Reader;
use super::vocabulary::{Cue, Meaning};

impl Reader<'_> {
    /// Whether the sentence of an agreement and those beside it speak of a dispute, and no two bodies are bound but
    /// the one side and the other.
    pub(super) fn is_settlement(&self, agreement: &Agreement, parties: &[usize]) -> bool {
        let sentences = &self.passage.text.sentences;
        let own = self.passage.text.sentence_of(agreement.tokens.start);
        let last = (own + 1).min(sentences.len() - 1);
        let near = sentences[own.saturating_sub(1)].tokens.start..sentences[last].tokens.end;
        let told = |cue: Cue| near.clone().any(|at| self.is_cue(at, cue));
        if !told(Cue::Union) || !told(Cue::Labour) {
            return false;
        }
        let employer = |party: &&usize| {
            let names = self
                .passage
                .organisations
                .iter()
                .zip(&self.cast.of[self.number]);
            let mut own = names.filter(|(_, entity)| **entity == Some(**party));
            !own.any(|(name, _)| name.tokens.clone().any(|at| self.is_cue(at, Cue::Union)))
        };
        parties.iter().filter(employer).count() < 2
    }

    fn is_cue(&self, at: usize, cue: Cue) -> bool {
        let mut cues = self.vocabulary.of(self.passage, at, Kinds::CUE);
        cues.any(|(_, meaning)| *meaning == Meaning::Cue(cue))
    }
}
