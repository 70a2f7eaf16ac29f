//! Takes a name that nothing lists for an organisation where only one can stand: "un accord entre la BNA et …",
//! "a signé avec Allianz Maroc".

use std::ops::Range;

use crate::record::Lang;
use crate::text::token::Shape;

use super::form::Says;
use super::kinds::Kinds;
use super::latin_ar;
use super::organisation::{Organisation, sigle_after};
use super::passage::Passage;
use super::plural_fr::{is_of, name_after};
use super::small::Small;
use super::vocabulary::{Cue, Meaning, Strength, Vocabulary};

/// Letters of the shortest abbreviation.
const SHORTEST: usize = 3;

/// Names before an abbreviation among which it is looked for.
const MEMORY: usize = 64;

/// "La Compagnie des phosphates de Gafsa (CPG) …. La CPG a signé": an abbreviation that stood behind a name.
fn introduced(passage: &Passage<'_>, at: usize, out: &[Organisation]) -> Option<Organisation> {
    let word = passage.word(at);
    if !passage.has(at, Shape::CAPS) || at > 0 && passage.folded(at - 1) == "(" {
        return None;
    }
    let mut before = out.iter().rev().take(MEMORY);
    let known = before.find(|known| known.sigle.as_deref() == Some(word))?;
    Some(Organisation {
        short: true,
        id: known.id.clone(),
        ..Organisation::written(passage, at..at + 1, &known.class)
    })
}

/// Reads a name in capitals right behind a word that binds parties, or behind a party of its list; the token after it.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> Option<usize> {
    if passage.text.lang == Lang::Ar {
        return latin_ar::read(passage, vocabulary, at, end, out);
    }
    if !passage.has(at, Shape::CAP) || passage.has(at, Shape::ELIDED) {
        return None;
    }
    if passage.is_small(at, Small::Title) {
        return None;
    }
    if let Some(known) = introduced(passage, at, out) {
        out.push(known);
        return Some(at + 1);
    }
    let small = |class| at > 0 && passage.is_small(at - 1, class);
    let article = small(Small::Article) || small(Small::Articles);
    let before = at.checked_sub(1 + usize::from(article))?;
    let signing = signs_for(passage, vocabulary, before);
    if !signing && !binds(passage, vocabulary, before, out) {
        return None;
    }
    let stop = name_after(passage, vocabulary, at, end);
    // "l'Etat cubain": a state by its nation.
    if passage.is_small(at, Small::State)
        && stop == at + 1
        && vocabulary.is_adjective(passage, stop)
        && !passage.has(stop, Shape::CAP)
    {
        out.push(Organisation {
            weak: true,
            ..Organisation::written(passage, at..stop + 1, "country")
        });
        return Some(stop + 1);
    }
    let sigle =
        |at: usize| passage.has(at, Shape::CAPS) && passage.word(at).chars().count() >= SHORTEST;
    let country = (at + 1..stop)
        .any(|at| vocabulary.is(passage, at, &Meaning::Place) && !passage.has(at, Shape::HYPHEN));
    let abbreviated = (at..stop).any(sigle) || sigle_after(passage, stop).is_some();
    // Persons bear no article, and a state or a town that does is listed.
    let named = !signing && (abbreviated || article && stop > at + 1 || country);
    let beside = || {
        tells_of_agreement(passage, vocabulary, before, stop)
            && !is_person(passage, vocabulary, before, (at, stop), out)
            && !is_ordinary(passage, vocabulary, at, stop)
    };
    if is_known(passage, vocabulary, at) || !named && !beside() {
        return None;
    }
    // "le PDG du BiotechPôle de Sidi Thabet".
    let town = is_of(passage, stop)
        && passage.has(stop + 1, Shape::CAP)
        && vocabulary.is(passage, stop + 1, &Meaning::Place)
        && stop + 1 < end;
    let stop = if town {
        name_after(passage, vocabulary, stop + 1, end)
    } else {
        stop
    };
    out.push(Organisation {
        weak: !signing,
        short: stop == at + 1,
        ..Organisation::written(passage, at..stop, "other")
    });
    Some(stop)
}

/// Whether the name at a token, behind its article, is bound as a party, or begins its sentence: "entre la ville de".
pub(super) fn is_bound(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    out: &[Organisation],
) -> bool {
    let small = |class| at > 0 && passage.is_small(at - 1, class);
    let article = small(Small::Article) || small(Small::Articles);
    let first = at - usize::from(article);
    let begins = passage.text.sentences[passage.text.sentence_of(at)]
        .tokens
        .start
        == first;
    let before = first.checked_sub(1);
    begins || before.is_some_and(|before| binds(passage, vocabulary, before, out))
}

/// "le PDG de", "président du conseil d'administration de la": who signs for the name behind it.
fn signs_for(passage: &Passage<'_>, vocabulary: &Vocabulary, of: usize) -> bool {
    const LONGEST: usize = 6;
    is_of(passage, of)
        && (of.saturating_sub(LONGEST)..of).any(|first| {
            vocabulary
                .of(passage, first, Kinds::OFFICE)
                .any(|(found, meaning)| {
                    matches!(meaning, Meaning::Office { signs: true, .. })
                        && found.end as usize == of
                })
        })
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
    let joined = (passage.folded(at) == "," || passage.says(at, Says::And))
        && out.last().is_some_and(|last| {
            let gap = last.tokens.end..at;
            !last.office && (gap.is_empty() || is_represented(passage, vocabulary, gap))
        });
    cue(at) || joined
}

/// "Dassault (Paris) représenté par Jean Roux": who stands for the party named last.
fn is_represented(passage: &Passage<'_>, vocabulary: &Vocabulary, gap: Range<usize>) -> bool {
    const LONGEST: usize = 16;
    const NEAR: usize = 8;
    gap.len() <= LONGEST
        && gap.clone().take(NEAR).any(|at| {
            let idle = |(_, meaning): (_, &Meaning)| *meaning == Meaning::Cue(Cue::Idle);
            vocabulary.of(passage, at, Kinds::CUE).any(idle)
        })
}

/// Whether an agreement is spoken of close by: only there a name that nothing says to be a body is one.
pub(super) fn tells_of_agreement(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    from: usize,
    to: usize,
) -> bool {
    const BEFORE: usize = 24;
    const AFTER: usize = 40;
    let sentence = &passage.text.sentences[passage.text.sentence_of(from)].tokens;
    let around = from.saturating_sub(BEFORE).max(sentence.start)..(to + AFTER).min(sentence.end);
    around.into_iter().any(|at| {
        let noun = |(_, meaning): (_, &Meaning)| match meaning {
            Meaning::Agreement { strength, .. } => *strength != Strength::Anaphor,
            _ => false,
        };
        vocabulary.of(passage, at, Kinds::AGREEMENT).any(noun)
    })
}

/// "le directeur du CHU, Amine Rahal, et", "avec Amine Rahal, directeur du CHU": who holds an office.
fn is_person(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    before: usize,
    (at, stop): (usize, usize),
    out: &[Organisation],
) -> bool {
    const TITLE: usize = 8;
    let office = |at: usize| {
        vocabulary
            .of(passage, at, Kinds::OFFICE)
            .any(|(_, meaning)| matches!(meaning, Meaning::Office { .. }))
    };
    let held = out.last().filter(|_| passage.folded(before) == ",");
    let led = held.is_some_and(|last| {
        let first = last.tokens.start;
        (first.saturating_sub(TITLE)..first).any(office)
    });
    let holds = passage.folded(stop) == "," && (stop + 1..stop + 4).any(office);
    // A list of bodies goes on; what stands between commas alone is said of the one before.
    let said = passage.folded(before) == ","
        && (!passage.says(stop, Says::And) || stop > at + 1)
        && passage.folded(stop) != "(";
    led || holds || said
}

/// Whether the words are no name of a body: a town, a people, a word that a sentence begins with.
fn is_ordinary(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize, stop: usize) -> bool {
    const SHORTEST: usize = 4;
    let town = vocabulary
        .of(passage, at, Kinds::PLACE)
        .any(|(found, meaning)| *meaning == Meaning::Place && found.end as usize == stop);
    let people = stop == at + 1 && vocabulary.is_adjective(passage, at);
    let short = (at..stop).all(|at| passage.word(at).chars().count() < SHORTEST);
    let small = vocabulary
        .of(passage, at, Kinds::SMALL)
        .any(|(_, meaning)| matches!(meaning, Meaning::Small(_)));
    let dated = !passage.dates_in(at..stop).is_empty();
    town || people || short || small || dated
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
