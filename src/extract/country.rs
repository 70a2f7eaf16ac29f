//! Reads states as parties to an agreement: "la Mauritanie", "وقعت الجزائر وكوبا".

use crate::record::Lang;
use crate::rules::lexicon::{Clitics, Found, Lexicons};
use crate::text::token::Shape;

use super::organisation::{Organisation, bare_name};
use super::passage::Passage;
use super::vocabulary::{Cue, Meaning, Vocabulary};

/// A state, as a party to an agreement: "la Mauritanie". An Arabic one is no party behind a preposition, or
/// where a genitive makes a place of it: "شمال المغرب".
pub(super) fn at(
    passage: &Passage<'_>,
    lexicons: &Lexicons,
    vocabulary: &Vocabulary,
    at: usize,
    last: Option<usize>,
) -> Option<Found> {
    let (found, ()) = vocabulary.at(passage, at).find_map(|(found, meaning)| {
        let entry = &lexicons.entries()[found.entry as usize];
        let state = *meaning == Meaning::Place && entry.feature("level") == Some("country");
        state.then_some((found, ()))
    })?;
    let before = at
        .checked_sub(1)
        .map_or("", |before| passage.folded(before));
    let led = match passage.text.lang {
        // "entre l'Algérie et Cuba", "avec Djibouti": not every state has an article.
        Lang::Fr => {
            matches!(before, "la" | "le" | "l'" | "entre" | "et" | "avec")
                && passage.has(at, Shape::CAP)
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

pub(super) fn push(passage: &Passage<'_>, found: Found, out: &mut Vec<Organisation>) -> usize {
    let tokens = found.first as usize..found.end as usize;
    let (start, name) = bare_name(passage, found, tokens.clone());
    out.push(Organisation {
        start,
        name,
        tokens: tokens.clone(),
        sigle: None,
        form: Box::default(),
        class: "country".into(),
        head: 1,
        bare: false,
        weak: true,
        office: false,
        short: false,
        generic: false,
        clitics: found.clitics,
        part: false,
        several: false,
        id: None,
    });
    tokens.end
}
