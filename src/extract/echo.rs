//! Finds one more agreement that is told without its noun: "en a fait autant avec", "en a signé une avec", "un troisième, avec …".

use crate::record::Lang;

use super::form::Says;
use super::kinds::Kinds;
use super::passage::Passage;
use super::small::Small;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// Whether one of these cues begins at a token.
fn cued(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize, wanted: &[Cue]) -> bool {
    let told = |meaning: &Meaning| matches!(meaning, Meaning::Cue(cue) if wanted.contains(cue));
    vocabulary
        .of(passage, at, Kinds::CUE)
        .any(|(_, meaning)| told(meaning))
}

/// "…, avec l'institut", "entre": who is bound follows, behind a comma or without.
pub(super) fn is_bound(passage: &Passage<'_>, vocabulary: &Vocabulary, end: usize) -> bool {
    let next = end + usize::from(passage.folded(end) == ",");
    cued(passage, vocabulary, next, &[Cue::With, Cue::Between])
}

/// "L'hôpital de Sousse en a fait autant avec": who else did what was told before. The end of these words.
pub(super) fn echoes(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> Option<usize> {
    let mut words = vocabulary.of(passage, at, Kinds::SMALL);
    let (found, _) = words.find(|(_, m)| **m == Meaning::Small(Small::Echo))?;
    let end = found.end as usize;
    is_bound(passage, vocabulary, end).then_some(end)
}

/// "en a signé une avec", "vient d'en conclure un avec": one of those told before. The end of these words.
pub(super) fn one_thereof(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
) -> Option<usize> {
    const NEAR: usize = 3;
    const DAY: usize = 6;
    if !passage.is_small(at, Small::Thereof) {
        return None;
    }
    let done = (at + 1..at + NEAR)
        .find(|&verb| cued(passage, vocabulary, verb, &[Cue::Sign, Cue::Renew]))?;
    // "en a paraphé mardi une huitième, avec".
    let one = (done + 1..done + DAY).find(|&one| passage.says(one, Says::One))?;
    let placed = passage.ends_as(one + 1, Says::Ordinal)
        || passage.is_small(one + 1, Small::Anew)
        || vocabulary.is(passage, one + 1, &Meaning::Another);
    let end = one + 1 + usize::from(placed);
    let mut behind = end..end + DAY;
    behind
        .any(|at| cued(passage, vocabulary, at, &[Cue::With]))
        .then_some(end)
}

/// "Un troisième, avec l'EHS, est à l'étude", "une cinquième sera signée": one more, by its place. The end of these words.
pub(super) fn by_place(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> Option<usize> {
    if passage.text.lang != Lang::Fr {
        return None;
    }
    // "La plus ancienne, avec l'hôpital militaire, court toujours".
    let mut words = vocabulary.of(passage, at, Kinds::SMALL);
    let ranked = words.find(|(_, meaning)| **meaning == Meaning::Small(Small::Ranked));
    if let Some((found, _)) = ranked {
        let end = found.end as usize;
        return is_bound(passage, vocabulary, end).then_some(end);
    }
    let mut places = vocabulary.of(passage, at, Kinds::PART);
    let later = |meaning: &Meaning| matches!(meaning, Meaning::Part(place) if *place > 1);
    let (found, _) = places.find(|(_, meaning)| later(meaning))?;
    let end = found.end as usize;
    let verb = || {
        let told = [Cue::Sign, Cue::Plan, Cue::Will, Cue::Renew, Cue::Tie];
        cued(passage, vocabulary, end, &told)
            || [Small::Article, Small::Articles]
                .into_iter()
                .any(|class| passage.is_small(end, class))
    };
    // "L'hôpital en est désormais le troisième signataire" tells of no third one.
    let new = passage.says(at, Says::One);
    let bound = is_bound(passage, vocabulary, end) || new && verb();
    (!vocabulary.is_near(found) && bound).then_some(end)
}

/// "celle qui l'unit à": the one told before, and a verb that ties right behind it.
pub(super) fn is_tied(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    const NEAR: usize = 5;
    let small = |at: usize, class| passage.is_small(at, class);
    let mut verb = at + 2..at + NEAR;
    small(at, Small::That)
        && small(at + 1, Small::Which)
        && verb.any(|verb| cued(passage, vocabulary, verb, &[Cue::Between, Cue::Tie]))
}
