//! Finds the cues of a passage: the words that say whether acts were done.

use std::ops::Range;

use crate::rules::lexicon::Clitics;
use crate::text::token::Shape;

use super::scene::Scene;
use super::word::{Signs, Word};

/// A cue and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) tokens: Range<usize>,
    pub(super) tells: Tells,
}

/// What a cue says of the acts beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    Planned,
    Done,
    /// A participle: the auxiliary before it decides.
    Acted,
    /// No act.
    None,
}

impl Scene<'_> {
    pub(super) fn read_cues(&mut self, sentence: Range<usize>) {
        const ALL: Signs = Signs::PLANNED
            .with(Signs::DONE)
            .with(Signs::ACTED)
            .with(Signs::VERB)
            .with(Signs::NEUTRAL)
            .with(Signs::NONE);
        let mut at = sentence.start;
        while at < sentence.end {
            let listed = self.may(at, ALL).then(|| {
                self.words(at).find_map(|(end, clitics, word)| match word {
                    // "la greffe" tells of nothing done, as "greffé" does.
                    Word::Sign(signs) if signs.any(Signs::ACCENT) && self.is_mute(at) => None,
                    Word::Sign(signs) if signs.any(ALL) => Some((end, clitics, *signs)),
                    _ => None,
                })
            });
            let (end, tells) = match listed.flatten() {
                Some((end, _, signs)) if signs.any(Signs::PERFECT) => {
                    (end, Some(self.perfect(&sentence)))
                }
                // الكشف is the act; كشف may be its verb.
                Some((end, clitics, signs))
                    if signs.any(Signs::DONE)
                        && clitics.has(Clitics::THE)
                        && self.act_at(at).is_some() =>
                {
                    (end, None)
                }
                Some((end, clitics, signs)) => (end, tells(signs, clitics)),
                None => (
                    at + 1,
                    self.is_future(at, sentence.start).then_some(Tells::Planned),
                ),
            };
            if let Some(tells) = tells {
                self.cues.push(Cue {
                    tokens: at..end,
                    tells,
                });
            }
            at = end.max(at + 1);
        }
    }

    /// "auront été opérés" tells what was done, but "d'ici à juin, 300 auront été opérés" what is to be.
    fn perfect(&self, sentence: &Range<usize>) -> Tells {
        if sentence
            .clone()
            .any(|at| self.sign(at, Signs::AHEAD).is_some())
        {
            Tells::Planned
        } else {
            Tells::Done
        }
    }

    /// A verb in the future by its ending, or by the س before it; a name is none.
    fn is_future(&self, at: usize, start: usize) -> bool {
        (at == start || !self.passage.has(at, Shape::CAP))
            && self.vocabulary.is_future(self.passage, at)
    }
}

fn tells(signs: Signs, clitics: Clitics) -> Option<Tells> {
    let future = clitics.has(Clitics::AS);
    Some(match () {
        () if signs.any(Signs::NEUTRAL) => return None,
        () if signs.any(Signs::NONE) => Tells::None,
        () if signs.any(Signs::PLANNED) || future && signs.any(Signs::VERB) => Tells::Planned,
        () if signs.any(Signs::ACTED) => Tells::Acted,
        () if signs.any(Signs::DONE) => Tells::Done,
        () => return None,
    })
}
