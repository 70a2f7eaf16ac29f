//! Says which part of a sentence speaks of which of its agreements, and which of its cues reach it: an end of
//! something else, a plan for what is done under it, and a renewal that did not come say nothing.

use std::ops::Range;

use super::agreement::Agreement;
use super::role::{Role, Sign};
use super::told::Reader;
use super::vocabulary::{Cue, Side, Strength};

/// Most tokens between an agreement and the word that says it ended.
const REACH: usize = 6;

impl Reader<'_> {
    /// Whether a cue speaks of an agreement, and not of something else that its sentence tells.
    pub(super) fn speaks_of(&self, sign: &Sign, agreement: &Agreement) -> bool {
        match sign.cue {
            Cue::End => self.ends(sign, agreement),
            Cue::Plan => self.plans(sign, agreement),
            Cue::Renew => !self.is_denied(sign) && !self.is_intended(sign),
            _ => true,
        }
    }

    /// The part of the sentence that speaks of one of its agreements: all of it for the only one,
    /// else up to the next, the first one's beginning included.
    pub(super) fn zone(&self, agreements: &[Agreement], at: usize) -> Range<usize> {
        let own = |agreement: &&Agreement| {
            agreement.strength != Strength::Anaphor || agreement.part.is_some()
        };
        let before = agreements[..at].iter().rev().find(own);
        let start = before.map_or(self.sentence.start, |before| before.tokens.end);
        let next = agreements[at + 1..].iter().find(own);
        let end = next.map_or(self.sentence.end, |next| {
            self.verb_of(next, agreements[at].tokens.end..next.tokens.start)
        });
        match before {
            Some(_) => self.verb_of(&agreements[at], start..end)..end,
            None => start..end,
        }
    }

    /// Where the part of a later agreement begins that names its parties behind it: at its own verb, or at the
    /// noun. Those named before belong to the agreement before.
    fn verb_of(&self, agreement: &Agreement, zone: Range<usize>) -> usize {
        let noun = agreement.tokens.start;
        let bound = |part: Range<usize>| {
            self.slots.iter().any(|slot| {
                let bound = matches!(slot.role, Role::Between | Role::With | Role::By);
                bound && part.contains(&slot.token)
            })
        };
        let lone = !bound(self.sentence.start..noun);
        if lone || !bound(noun..self.sentence.end) {
            return if zone.end == noun { noun } else { zone.start };
        }
        let mut verbs = self.signs.iter().rev().filter(|sign| {
            matches!(
                sign.cue,
                Cue::Sign | Cue::Renew | Cue::End | Cue::Plan | Cue::Force
            )
        });
        verbs
            .find(|sign| (zone.start..noun).contains(&sign.tokens.start))
            .map_or(noun, |sign| sign.tokens.start)
    }

    /// Whether what ends is the agreement: nothing but names and dates stands between the two, and no work
    /// under it is told of, as in "a achevé sa mission dans le cadre du jumelage".
    fn ends(&self, end: &Sign, agreement: &Agreement) -> bool {
        let gap =
            end.tokens.end.min(agreement.tokens.end)..end.tokens.start.max(agreement.tokens.start);
        let force = |sign: &Sign| sign.cue == Cue::Force && gap.contains(&sign.tokens.start);
        if end.side == Side::Far
            || end.side == Side::Leads && end.tokens.start > agreement.tokens.start
        {
            return end.side == Side::Far;
        }
        !self.signs.iter().any(force) && self.distance(&end.tokens, &agreement.tokens) <= REACH
    }

    /// Whether what is to come is the agreement or its signature, and not what is done under it.
    fn plans(&self, plan: &Sign, agreement: &Agreement) -> bool {
        let signed = |sign: &&Sign| matches!(sign.cue, Cue::Sign | Cue::Renew | Cue::Plan);
        let next = self.signs.iter().filter(signed).any(|sign| {
            sign.tokens.start >= plan.tokens.end
                && self.distance(&plan.tokens, &sign.tokens) <= REACH
        });
        let made = self.signs.iter().any(|sign| {
            matches!(sign.cue, Cue::Sign | Cue::Renew)
                && self.distance(&sign.tokens, &agreement.tokens) <= REACH
        });
        plan.tokens.start < agreement.tokens.end
            || next
            || !made
            || self.distance(&plan.tokens, &agreement.tokens) <= REACH
    }

    /// "comptent prolonger", تعتزم تمديد: not done yet.
    fn is_intended(&self, sign: &Sign) -> bool {
        self.signs.iter().any(|plan| {
            plan.cue == Cue::Plan
                && plan.tokens.end <= sign.tokens.start
                && self.distance(&plan.tokens, &sign.tokens) <= 2
        })
    }

    /// "sans la renouveler", دون تجديدها.
    fn is_denied(&self, sign: &Sign) -> bool {
        self.signs.iter().any(|none| {
            none.cue == Cue::None
                && none.tokens.end <= sign.tokens.start
                && none.tokens.end + REACH + 2 > sign.tokens.start
        })
    }

    /// Tokens between two ranges, those of names and dates left out.
    pub(super) fn distance(&self, a: &Range<usize>, b: &Range<usize>) -> usize {
        let gap = a.end.min(b.end)..a.start.max(b.start);
        let slots = self.slots.iter();
        let named = slots.map(|slot| &self.passage.organisations[slot.mention].tokens);
        let dated = self.passage.dates_in(gap.clone());
        let covered: usize = named
            .chain(dated.iter().map(|date| &date.tokens))
            .map(|tokens| {
                tokens
                    .end
                    .min(gap.end)
                    .saturating_sub(tokens.start.max(gap.start))
            })
            .sum();
        gap.len().saturating_sub(covered)
    }
}
