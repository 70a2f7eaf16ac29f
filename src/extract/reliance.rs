//! Says whether an agreement that a sentence names in passing stands, and whether work is done under it: "compte sur ses conventions avec X", "la
//! clinique X, avec laquelle il a passé une convention".

use std::ops::Range;

use crate::record::Lang;

use super::agreement::Agreement;
use super::sign::Sign;
use super::small::Small;
use super::told::Reader;
use super::vocabulary::{Cue, Side, Strength};

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
        let owned = |class| before.is_some_and(|at| self.is_small(at, class));
        let with = |sign: &Sign| sign.cue == Cue::With && sign.tokens.start == agreement.tokens.end;
        (owned(Small::Own) || owned(Small::Their)) && self.signs.iter().any(with)
    }

    /// "avec laquelle il a passé une convention": told of a name, with no day.
    fn is_recalled(&self, agreement: &Agreement, zone: &Range<usize>) -> bool {
        const CLAUSE: usize = 12;
        let noun = agreement.tokens.start;
        let has = |at: usize| self.is_small(at, Small::Have);
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

    /// The cue of force that leads straight to the noun: "en vertu de la convention".
    pub(super) fn force_of(&self, agreement: &Agreement) -> Option<&Range<usize>> {
        const REACH: usize = 6;
        let noun = agreement.tokens.start;
        let forces = self.signs.iter().filter(|sign| sign.cue == Cue::Force);
        let leads = |force: &&Sign| {
            let mut gap = force.tokens.end..noun;
            // "Au terme de la visite, un accord a été signé", "dans le cadre de la signature" are work under none.
            let signed = |sign: &Sign| sign.cue == Cue::Sign && gap.contains(&sign.tokens.start);
            let news = self.signs.iter().any(signed);
            let reach = if force.near { 2 } else { REACH };
            force.tokens.start < noun
                && gap.len() < reach
                && (force.tokens.end <= noun || force.tokens.end <= agreement.tokens.end)
                && !news
                && !gap.any(|at| self.passage.folded(at) == ",")
        };
        forces.filter(leads).map(|sign| &sign.tokens).next()
    }

    /// Whether a relative clause right behind a new agreement says what it is about.
    fn is_content(&self, active: &Sign, agreement: &Agreement, zone: &Range<usize>) -> bool {
        let beside =
            (agreement.tokens.end..agreement.tokens.end + 2).contains(&active.tokens.start);
        let signed = |sign: &Sign| sign.cue == Cue::Sign && zone.contains(&sign.tokens.start);
        beside && !agreement.definite && self.signs.iter().any(signed)
    }

    /// "بموجب الاتفاقية ستتولى الجامعة", "تلتزم بموجبها": what the parties are to do is no work done.
    pub(super) fn is_terms(&self, agreement: &Agreement) -> bool {
        const BEFORE: usize = 3;
        const AFTER: usize = 4;
        let Some(force) = self.force_of(agreement) else {
            return false;
        };
        // "التزمت مؤسسة النور، بموجب اتفاقية": who does it may stand between.
        let before = |sign: &Sign| {
            let apart = force.start > 0 && self.passage.folded(force.start - 1) == "،";
            sign.tokens.end <= force.start
                && (sign.tokens.start + BEFORE >= force.start
                    || apart && self.distance(&sign.tokens, force) <= BEFORE)
        };
        let after = agreement.tokens.end..agreement.tokens.end + AFTER;
        let mut terms = self.signs.iter().filter(|sign| sign.cue == Cue::Terms);
        terms.any(|sign| before(sign) || after.contains(&sign.tokens.start))
            || self.is_to_be_done(agreement)
    }

    /// A cue of force that leads straight to the noun, or one of activity after it.
    pub(super) fn is_under(&self, agreement: &Agreement, zone: &Range<usize>) -> bool {
        self.force_of(agreement).is_some()
            || self.signs.iter().any(|sign| match sign.cue {
                // "ont signé une convention en vertu de laquelle …" tells what is in it.
                Cue::Active if self.is_content(sign, agreement, zone) => false,
                Cue::Active => {
                    // "خدمات مرتبطة بالدم" behind the noun tells of no tie.
                    let leads = sign.tokens.start < agreement.tokens.start;
                    zone.contains(&sign.tokens.start) && (leads || sign.side != Side::Leads)
                }
                _ => false,
            })
    }
}
