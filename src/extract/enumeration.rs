//! Puts the names of a list in place of the words that stood for all of them: "trois hôpitaux du Sud : X, Y et Z".

use super::passage::Passage;
use super::resolve::{Cast, is_care};
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// Farthest list from the words that it spells out: in tokens of a sentence, in sentences.
const REACH: usize = 25;
const LATER: usize = 3;
/// Longest stretch between two names of a list, in tokens.
const GAP: usize = 5;

/// Replaces every party that stands for several by those that the article lists.
pub(super) fn expand(
    parties: &mut Vec<usize>,
    passages: [&Passage<'_>; 2],
    cast: &Cast,
    vocabulary: &Vocabulary,
) {
    let mut all = Vec::new();
    for &party in parties.iter() {
        let listed = cast.entities[party]
            .mentions
            .iter()
            .filter(|&&(number, at)| passages[number].organisations[at].several)
            .find_map(|&(number, at)| {
                list(passages[number], &cast.of[number], at, vocabulary, cast)
            });
        for entity in listed.unwrap_or_else(|| vec![party]) {
            if !all.contains(&entity) {
                all.push(entity);
            }
        }
    }
    *parties = all;
}

/// The list that spells out a mention: behind a mark in its sentence, or behind words that open a list later.
fn list(
    passage: &Passage<'_>,
    of: &[Option<usize>],
    mention: usize,
    vocabulary: &Vocabulary,
    cast: &Cast,
) -> Option<Vec<usize>> {
    let collective = &passage.organisations[mention];
    let end = collective.tokens.end;
    let own = passage.text.sentence_of(end.saturating_sub(1));
    let sentences = passage.text.sentences.get(own..)?;
    let opens = |at: usize| {
        matches!(passage.folded(at), ":" | "(")
            || vocabulary.is(passage, at, &Meaning::Cue(Cue::List))
    };
    let here = sentences.first()?.tokens.end.min(end + REACH);
    let first = (end..here)
        .find(|&at| opens(at))
        .map(|at| (at, sentences[0].tokens.end));
    let later = || {
        sentences.iter().skip(1).take(LATER).find_map(|sentence| {
            let start = sentence.tokens.start;
            let near = start..sentence.tokens.end.min(start + REACH);
            let open = near
                .into_iter()
                .find(|&at| vocabulary.is(passage, at, &Meaning::Cue(Cue::List)))?;
            Some((open, sentence.tokens.end))
        })
    };
    let (open, limit) = first.or_else(later)?;
    let mut names = Vec::new();
    let mut last = open + 1;
    for at in passage.organisations_in(open..limit) {
        let organisation = &passage.organisations[at];
        let fits = organisation.class == collective.class
            || is_care(&organisation.class) && is_care(&collective.class);
        let near = organisation.tokens.start.saturating_sub(last) <= GAP;
        if organisation.office || organisation.several || !fits || !near {
            break;
        }
        last = organisation.tokens.end;
        if let Some(entity) = of[at].filter(|&entity| !cast.entities[entity].office)
            && !names.contains(&entity)
        {
            names.push(entity);
        }
    }
    (names.len() > 1).then_some(names)
}
