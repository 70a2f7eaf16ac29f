//! Takes a name in Latin letters for an organisation in an Arabic text, where only a party can stand: "مع Expertise France".

use crate::text::token::Shape;

use super::kinds::Kinds;
use super::organisation::{Organisation, sigle_after};
use super::passage::Passage;
use super::unlisted::tells_of_agreement;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// Longest name, in tokens.
const LONGEST: usize = 8;

/// Reads a run of Latin letters right behind a word that binds or signs, or joined to a party; the token after it.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> Option<usize> {
    let latin = |at: usize| passage.has(at, Shape::LATIN);
    if !passage.has(at, Shape::CAP) || at == 0 || latin(at - 1) {
        return None;
    }
    let stop = (at..end.min(at + LONGEST))
        .take_while(|&at| latin(at) || passage.has(at, Shape::HYPHEN))
        .last()?
        + 1;
    // و and ب stand apart from letters of another script.
    let glued = passage.has(at, Shape::GLUED) && passage.has(at - 1, Shape::ARABIC);
    let before = at.checked_sub(1 + usize::from(glued))?;
    let joined = glued
        && out
            .last()
            .is_some_and(|last| !last.office && last.tokens.end == before + 1);
    if !joined && !binds(passage, vocabulary, before)
        || !tells_of_agreement(passage, vocabulary, before, stop)
    {
        return None;
    }
    out.push(Organisation {
        weak: true,
        short: stop == at + 1,
        ..Organisation::written(passage, at..stop, "other")
    });
    Some(sigle_after(passage, stop).map_or(stop, |sigle| sigle.end + 1))
}

/// "بين", "مع", "وقعت": parties or who signs stand right behind.
fn binds(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    vocabulary
        .of(passage, at, Kinds::CUE)
        .any(|(found, meaning)| {
            matches!(
                meaning,
                Meaning::Cue(Cue::Between | Cue::With | Cue::Sign | Cue::Tie)
            ) && found.end as usize == at + 1
        })
}
