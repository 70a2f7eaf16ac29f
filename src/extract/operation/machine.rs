//! Tells counts of acts from numbers of machines and from how often: "deux scanners", "un matin sur deux".

use std::ops::Range;

use crate::record::Lang;

use super::super::passage::Counted;
use super::count::Counter;
use super::noun::Noun;
use super::scene::Named;
use super::tell::{Cue, Tells};
use super::word::Signs;

impl Counter<'_, '_> {
    /// "nous n'avons que deux scanners": few of what may be a machine, with a word of owning;
    /// any number right behind one: "l'acquisition de douze scanners".
    pub(super) fn is_machine(&self, number: &Counted, named: &Named<'_>) -> bool {
        const FEW: u64 = 10;
        const BESIDE: usize = 5;
        const LIST: usize = 3;
        let before = self
            .numbers
            .partition_point(|other| other.tokens.start < number.tokens.start)
            .checked_sub(1);
        // "douze scanners et cinq IRM": what stands in a list with machines is one.
        let listed = before.is_some_and(|before| match self.nouns[before] {
            Noun::Act(act) => {
                let other = &self.scene.acts[act];
                let near = number.tokens.start.saturating_sub(other.tokens.end) <= LIST;
                near && self.of[before].is_none() && self.is_machine(self.numbers[before], other)
            }
            _ => false,
        });
        let sentence = self.scene.sentence(number.tokens.start);
        let near = sentence.start.max(number.tokens.start.saturating_sub(6))
            ..sentence.end.min(named.tokens.end + 5);
        named.traits.any(Signs::MACHINE)
            && (listed
                || self
                    .scene
                    .sign_before(number.tokens.start, Signs::OWN, BESIDE)
                || number.value < FEW && self.is_untold(&sentence, number)
                || number.value < FEW
                    && near
                        .into_iter()
                        .any(|at| self.scene.sign(at, Signs::OWN).is_some()))
    }

    /// "Trois IRM pour le Gharb": no verb tells of an act, and no other act is counted.
    fn is_untold(&self, sentence: &Range<usize>, number: &Counted) -> bool {
        let told = |cue: &Cue| matches!(cue.tells, Tells::Done | Tells::Acted);
        let mut others = self.numbers.iter().zip(&self.nouns);
        let alone = !others.any(|(other, noun)| {
            sentence.contains(&other.tokens.start)
                && other.tokens.start != number.tokens.start
                && matches!(noun, Noun::Act(_))
        });
        alone
            && self.scene.passage.text.lang == Lang::Fr
            && !self.scene.cues_in(sentence.clone()).iter().any(told)
            && !(sentence.start..sentence.end).any(|at| self.scene.sign(at, Signs::PACE).is_some())
    }

    /// "un matin sur deux": how often, and no count.
    pub(super) fn is_frequency(&self, at: usize) -> bool {
        const NEAR: usize = 3;
        let number = &self.numbers[at].tokens;
        let small = self.numbers[at].value < 10;
        small && self.scene.sign_before(number.start, Signs::OUT_OF, 1) && {
            let mut before = number.start.saturating_sub(NEAR + 1)..number.start;
            before.any(|at| self.scene.sign(at, Signs::ONE).is_some())
        }
    }
}
