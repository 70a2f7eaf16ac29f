//! Takes a name that nothing lists for an organisation where only one can stand: "un accord entre la BNA et …",
//! "a signé avec Allianz Maroc".

use crate::record::Lang;
use crate::text::token::Shape;

use super::kinds::Kinds;
use super::organisation::{Organisation, sigle_after};
use super::passage::Passage;
use super::plural_fr::name_after;
use super::small::Small;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// Letters of the shortest abbreviation.
const SHORTEST: usize = 3;

/// Reads a name in capitals right behind a word that binds parties, or behind a party of its list; the token after it.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> Option<usize> {
    if passage.text.lang != Lang::Fr
        || !passage.has(at, Shape::CAP)
        || passage.has(at, Shape::ELIDED)
    {
        return None;
    }
    if vocabulary.is_small(passage, at, Small::Title) {
        return None;
    }
    let small = |class| at > 0 && vocabulary.is_small(passage, at - 1, class);
    let article = small(Small::Article) || small(Small::Articles);
    let before = at.checked_sub(1 + usize::from(article))?;
    if !binds(passage, vocabulary, before, out) {
        return None;
    }
    let stop = name_after(passage, vocabulary, at, end);
    let sigle =
        |at: usize| passage.has(at, Shape::CAPS) && passage.word(at).chars().count() >= SHORTEST;
    let country = (at + 1..stop)
        .any(|at| vocabulary.is(passage, at, &Meaning::Place) && !passage.has(at, Shape::HYPHEN));
    let abbreviated = (at..stop).any(sigle) || sigle_after(passage, stop).is_some();
    // Persons bear no article, and a state or a town that does is listed.
    let named = abbreviated || article && stop > at + 1 || country;
    if !named || is_known(passage, vocabulary, at) {
        return None;
    }
    out.push(Organisation {
        weak: true,
        short: stop == at + 1,
        ..Organisation::written(passage, at..stop, "other")
    });
    Some(stop)
}

/// Whether a word binds parties, or joins a name to the party right before it.
fn binds(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize, out: &[Organisation]) -> bool {
    let cue = |first: usize| {
        vocabulary
            .of(passage, first, Kinds::CUE)
            .any(|(found, meaning)| {
                matches!(meaning, Meaning::Cue(Cue::Between | Cue::With))
                    && found.end as usize == at + 1
            })
    };
    let joined = matches!(passage.folded(at), "et" | ",")
        && out
            .last()
            .is_some_and(|last| !last.office && last.tokens.end == at);
    cue(at) || joined
}

/// Whether the words mean something else: a place, an office, an act, a cue.
fn is_known(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    vocabulary.at(passage, at).any(|(_, meaning)| {
        matches!(
            meaning,
            Meaning::Office { .. }
                | Meaning::Operation(_)
                | Meaning::Cue(_)
                | Meaning::Domain
                | Meaning::Agreement { .. }
        )
    })
}
