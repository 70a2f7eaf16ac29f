//! Says which words speak of which agreement: the items under a sentence, the verb beside its noun, the part of a
//! sentence between two agreements.

use std::ops::Range;

use crate::text::sentence::Sentence;

use super::agreement::{self, Agreement};
use super::passage::Passage;
use super::role::Role;
use super::told::Reader;
use super::vocabulary::{Cue, Strength};

impl Reader<'_> {
    /// The part of the sentence that speaks of one of its agreements: all of it for the only one,
    /// else up to the next, the first one's beginning included.
    pub(super) fn zone(&self, agreements: &[Agreement], at: usize) -> Range<usize> {
        let own = |agreement: &&Agreement| {
            agreement.strength != Strength::Anaphor || agreement.part.is_some()
        };
        let this = &agreements[at];
        let next = agreements[at + 1..].iter().find(own);
        let end = next.map_or(self.sentence.end, |next| {
            let between = this.tokens.end..next.tokens.start;
            self.clause(between.clone())
                .unwrap_or_else(|| self.verb_of(next, between))
        });
        let before = agreements[..at].iter().rev().find(own);
        let start = before.map_or(self.sentence.start, |before| {
            let from = before.tokens.end;
            self.clause(from..this.tokens.start)
                .unwrap_or_else(|| self.verb_of(this, from..end))
        });
        start..end
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

    /// Where another clause begins between two agreements: "…, et les négociations en vue d'un accord".
    fn clause(&self, mut between: Range<usize>) -> Option<usize> {
        between.rfind(|&at| match self.passage.folded(at) {
            ";" | "؛" => true,
            "," => matches!(
                self.passage.folded(at + 1),
                "et" | "mais" | "tandis" | "alors" | "puis"
            ),
            _ => false,
        })
    }
}

/// A sentence that ends in a colon with the items of the list that it opens, a line each.
pub(super) fn with_items(passage: &Passage<'_>, position: usize) -> Range<usize> {
    let sentences = &passage.text.sentences;
    let Some(own) = sentences.get(position) else {
        return 0..0;
    };
    let colon = own
        .tokens
        .end
        .checked_sub(1)
        .is_some_and(|at| passage.folded(at) == ":");
    let item = |sentence: &&Sentence| {
        matches!(
            passage.folded(sentence.tokens.start),
            "-" | "–" | "—" | "•" | "*" | "·" | "●" | "▪"
        )
    };
    let items = sentences[position + 1..].iter().take_while(item);
    let last = items.last().filter(|_| colon).unwrap_or(own);
    own.tokens.start..last.tokens.end
}

/// Joins a verb to the noun right before it: "une convention qui doit jumeler A à B" is one.
pub(super) fn with_verbs(agreements: &mut Vec<Agreement>) {
    const NEAR: usize = 4;
    let mut at = 1;
    while at < agreements.len() {
        let verb = agreements[at].clone();
        let noun = &mut agreements[at - 1];
        if verb.verb && !noun.verb && verb.tokens.start <= noun.tokens.end + NEAR {
            if agreement::rank(verb.kind) > agreement::rank(noun.kind) {
                noun.kind = verb.kind;
            }
            agreements.remove(at);
        } else {
            at += 1;
        }
    }
}
