//! Reads the names that the pack lists: institutions with their ids, and states as parties.

use std::sync::Arc;

use crate::record::Lang;
use crate::rules::lexicon::{Clitics, Found, Lexicons};
use crate::text::token::Shape;

use super::form::Says;
use super::kinds::Kinds;
use super::name_ar;
use super::organisation::{Organisation, bare_name, sigle_after};
use super::passage::Passage;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// The longest gazetteer entry at a token that may stand as a name by itself.
pub(super) fn listed_at(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    at: usize,
) -> Option<Found> {
    let mut listed = vocabulary.of(passage, at, Kinds::INSTITUTION);
    let (found, _) = listed.find(|(_, meaning)| matches!(meaning, Meaning::Institution))?;
    let single = found.end - found.first == 1;
    let short = passage.word(at).chars().count() < 3;
    let form = &lexicons.entries()[found.entry as usize].form;
    let capitals = form.chars().all(|c| !c.is_lowercase());
    // "Mobilisés" is no several of Mobilis.
    let inflected = single && passage.text.lang == Lang::Fr && found.clitics.has(Clitics::PLURAL);
    // "سوناطراك", "صيدال": an Arabic name of one word that means nothing else.
    let proper = || {
        let mut meant = vocabulary.at(passage, at);
        meant.all(|(_, m)| matches!(m, Meaning::Institution | Meaning::Other))
    };
    let named = match passage.text.lang {
        Lang::Fr => !capitals || is_abbreviation(passage, at),
        Lang::Ar => proper(),
    };
    let fits = !short && !inflected && (!single || named);
    // A single ordinary word is a name only when it is written as one.
    let capital = passage.text.lang == Lang::Ar
        || (at..found.end as usize).any(|at| passage.has(at, Shape::CAP));
    (fits && capital).then_some(found)
}

/// A state, as a party to an agreement: "la Mauritanie". An Arabic one is no party behind a preposition, or
/// where a genitive makes a place of it: "شمال المغرب".
pub(super) fn country_at(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    at: usize,
    last: Option<usize>,
) -> Option<Found> {
    let mut places = vocabulary.of(passage, at, Kinds::PLACE);
    let (found, _) = places.find(|(found, meaning)| {
        matches!(meaning, Meaning::Place)
            && lexicons.entries()[found.entry as usize].feature("level") == Some("country")
    })?;
    let led = match passage.text.lang {
        // "entre l'Algérie et Cuba", "avec Djibouti": not every state has an article.
        Lang::Fr => {
            // "Maroc Telecom", "France Transplant" are no states.
            let next = found.end as usize;
            let longer = passage.has(next, Shape::CAP) && !passage.has(next, Shape::ELIDED);
            at > 0 && passage.says(at - 1, Says::State) && passage.has(at, Shape::CAP) && !longer
        }
        Lang::Ar => {
            let cued = at > 0
                && vocabulary
                    .at(passage, at - 1)
                    .any(|(_, m)| matches!(m, Meaning::Cue(Cue::Sign | Cue::Between | Cue::With)));
            let bare = !found.clitics.has(Clitics::IN) && !found.clitics.has(Clitics::TO);
            let listed = found.clitics.has(Clitics::AND) && last.is_some_and(|end| end == at);
            bare && (cued || listed)
        }
    };
    led.then_some(found)
}

pub(super) fn push_country(
    passage: &Passage<'_>,
    found: Found,
    out: &mut Vec<Organisation>,
) -> usize {
    let tokens = found.first as usize..found.end as usize;
    let (start, name) = bare_name(passage, found, tokens.clone());
    out.push(Organisation {
        weak: true,
        clitics: found.clitics,
        ..Organisation::headless(tokens.clone(), start, name, "country")
    });
    tokens.end
}

pub(super) fn push_listed(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    found: Found,
    out: &mut Vec<Organisation>,
) -> usize {
    let entry = &lexicons.entries()[found.entry as usize];
    let mut tokens = found.first as usize..found.end as usize;
    if passage.text.lang == Lang::Ar {
        tokens.end = name_ar::town_after(passage, vocabulary, tokens.clone());
    }
    let (start, name) = bare_name(passage, found, tokens.clone());
    let class = entry.feature("type").unwrap_or_default();
    out.push(Organisation {
        sigle: sigle_after(passage, tokens.end).map(|sigle| passage.text.slice(sigle).to_owned()),
        short: tokens.len() == 1,
        clitics: found.clitics,
        id: Some(entry.id.clone()),
        ..Organisation::headless(tokens.clone(), start, name, class)
    });
    tokens.end
}

/// Written as an abbreviation: "CNAS", and "Cnas" where it is too long for a word by chance.
pub(super) fn is_abbreviation(passage: &Passage<'_>, at: usize) -> bool {
    const LONG: usize = 4;
    passage.has(at, Shape::CAPS)
        || passage.has(at, Shape::CAP) && passage.word(at).chars().count() >= LONG
}

/// The one gazetteer entry that begins where the name begins and covers at least its head.
pub(super) fn gazetteer_id(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    first: usize,
    end: usize,
) -> Option<Arc<str>> {
    let listed = vocabulary.of(passage, first, Kinds::INSTITUTION);
    let mut fitting = listed.filter(|(found, meaning)| {
        matches!(meaning, Meaning::Institution) && found.end as usize <= end
    });
    let (best, _) = fitting.next()?;
    let id = &lexicons.entries()[best.entry as usize].id;
    let rest = fitting.take_while(|(found, _)| found.end == best.end);
    let alone = rest
        .map(|(found, _)| &lexicons.entries()[found.entry as usize].id)
        .all(|other| other == id);
    (alone && best.end as usize + 2 >= end).then(|| id.clone())
}
