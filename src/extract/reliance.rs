//! Says whether an agreement that a sentence names in passing stands: "compte sur ses conventions avec X", "la
//! clinique X, avec laquelle il a passé une convention".

use std::ops::Range;

use crate::record::Lang;

use super::agreement::Agreement;
use super::role::Sign;
use super::told::Reader;
use super::vocabulary::{Cue, Strength};

impl Reader<'_> {
    /// Whether an agreement is there already when the sentence begins, and its state is not what is told.
    pub(super) fn is_relied_on(
        &self,
        agreement: &Agreement,
        zone: &Range<usize>,
        cues: &[Cue],
    ) -> bool {
        if agreement.verb || agreement.strength != Strength::Strong || agreement.part.is_some() {
            return false;
        }
        let told = |cue: &Cue| {
            matches!(
                cue,
                Cue::Renew | Cue::End | Cue::Plan | Cue::Vote | Cue::None
            )
        };
        if cues.iter().any(told) {
            return false;
        }
        if cues.contains(&Cue::Sign) {
            !agreement.definite && self.is_recalled(agreement, zone)
        } else {
            self.is_possessed(agreement)
        }
    }

    /// "En vertu de cet accord, les chirurgiens seront appelés à …": what it says, of one just told.
    pub(super) fn is_to_be_done(&self, agreement: &Agreement) -> bool {
        const CLAUSE: usize = 12;
        let end = agreement.tokens.end;
        agreement.pointed
            && self.passage.text.lang == Lang::Fr
            && self.passage.folded(end) == ","
            && self.signs.iter().any(|sign| {
                sign.cue == Cue::Will && (end..end + CLAUSE).contains(&sign.tokens.start)
            })
    }

    /// "Le jumelage avec Tébessa n'a jamais vu le jour".
    pub(super) fn is_unborn(&self, agreement: &Agreement, cues: &[Cue]) -> bool {
        let end = agreement.tokens.end;
        let with = |sign: &Sign| sign.cue == Cue::With && sign.tokens.start == end;
        agreement.definite
            && agreement.tokens.start <= self.sentence.start + 2
            && cues.contains(&Cue::None)
            && !cues.contains(&Cue::Sign)
            && self.signs.iter().any(with)
    }

    /// "ses conventions avec": those that somebody has.
    fn is_possessed(&self, agreement: &Agreement) -> bool {
        let before = agreement.tokens.start.checked_sub(1);
        let owner = before.map_or("", |at| self.passage.folded(at));
        let with = |sign: &Sign| sign.cue == Cue::With && sign.tokens.start == agreement.tokens.end;
        matches!(owner, "son" | "sa" | "ses" | "leur" | "leurs") && self.signs.iter().any(with)
    }

    /// "avec laquelle il a passé une convention": told of a name, with no day.
    fn is_recalled(&self, agreement: &Agreement, zone: &Range<usize>) -> bool {
        const CLAUSE: usize = 12;
        let noun = agreement.tokens.start;
        let has = |at: usize| matches!(self.passage.folded(at), "a" | "ont" | "avait" | "avaient");
        let signed = |clause: &Range<usize>| {
            self.signs.iter().any(|sign| {
                let first = sign.tokens.start;
                sign.cue == Cue::Sign
                    && clause.contains(&first)
                    && first < noun
                    && (has(first.saturating_sub(1)) || has(first))
            })
        };
        let told = self.signs.iter().any(|which| {
            let clause = which.tokens.end..which.tokens.end + CLAUSE;
            which.cue == Cue::Which && clause.contains(&noun) && signed(&clause)
        });
        told && self.passage.dates_in(zone.clone()).is_empty()
    }
}
