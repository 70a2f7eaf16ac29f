//! Says which words speak of which agreement: the items under a sentence, the verb beside its noun, the part of a
//! sentence between two agreements.

use std::ops::Range;

use crate::text::sentence::Sentence;

use super::agreement::{self, Agreement};
use super::passage::Passage;
use super::told::Reader;
use super::vocabulary::Strength;

impl Reader<'_> {
    /// The part of the sentence that speaks of one of its agreements: all of it for the only one,
    /// else up to the next, the first one's beginning included.
    pub(super) fn zone(&self, agreements: &[Agreement], at: usize) -> Range<usize> {
        let own = |agreement: &&Agreement| {
            agreement.strength != Strength::Anaphor || agreement.part.is_some()
        };
        let before = agreements[..at].iter().rev().find(own);
        let next = agreements[at + 1..].iter().find(own);
        let this = &agreements[at].tokens;
        let start = before.map_or(self.sentence.start, |before| {
            let from = before.tokens.end;
            self.clause(from..this.start).unwrap_or(from)
        });
        let end = next.map_or(self.sentence.end, |next| {
            let to = next.tokens.start;
            self.clause(this.end..to).unwrap_or(to)
        });
        start..end
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
