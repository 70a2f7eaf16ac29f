//! Says whether a French head word names a body, stands for one named before, or leads to the name behind it.

use std::ops::Range;

use crate::record::Lang;
use crate::rules::lexicon::Found;
use crate::text::token::Shape;

use super::form::Says;
use super::kinds::Kinds;
use super::organisation::{Name, is_definite};
use super::passage::Passage;
use super::plural_fr::is_of;
use super::small::Small;
use super::vocabulary::{Head, Meaning, Vocabulary};

/// "une clinique privée", "un hôpital lyonnais": none named before, and a party only where a construction says so.
pub(super) fn is_some_body(passage: &Passage<'_>, tokens: Range<usize>) -> bool {
    let before = tokens.start.checked_sub(1);
    passage.text.lang == Lang::Fr
        && tokens.len() > 1
        && before.is_some_and(|before| passage.says(before, Says::One))
        && !tokens.clone().any(|at| passage.has(at, Shape::CAP))
}

/// "le Centre hospitalier national": a long head in capitals is a name by itself; so is one listed as such.
pub(super) fn is_titled(passage: &Passage<'_>, found: Found, head: &Head) -> bool {
    const LONG: u32 = 3;
    head.titled
        || passage.text.lang == Lang::Fr
            && &*head.class == "hospital"
            && found.end - found.first >= LONG
            && passage.has(found.first as usize, Shape::CAP)
}

/// "l'établissement belge": the one named before, by where it is.
pub(super) fn is_described(passage: &Passage<'_>, found: Found, head: &Head, name: &Name) -> bool {
    let first = found.first as usize;
    let lone = found.end - found.first == 1 && name.end == first + 2;
    let small = !passage.has(first, Shape::CAP) && !passage.has(first + 1, Shape::CAP);
    passage.text.lang == Lang::Fr
        && head.needs
        && head.generic
        && lone
        && small
        && !name.several
        && is_definite(passage, found)
}

/// "le Centre koweïtien d'ophtalmologie": a head in capitals, with what it is about, behind its article.
pub(super) fn is_capital(passage: &Passage<'_>, found: Found, name: &Name) -> bool {
    const LONG: usize = 3;
    let first = found.first as usize;
    passage.text.lang == Lang::Fr
        && passage.has(first, Shape::CAP)
        && name.end >= first + LONG
        && is_definite(passage, found)
}

/// Whether "de" and the name of a body begin at a token.
pub(super) fn heads_body(passage: &Passage<'_>, vocabulary: &Vocabulary, of: usize) -> bool {
    let article = passage.is_small(of + 1, Small::Article);
    let noun = of + 1 + usize::from(article);
    let body = |(_, meaning): (_, &Meaning)| match meaning {
        Meaning::Head(head) => !head.weak,
        Meaning::Institution => true,
        _ => false,
    };
    const NAMES: Kinds = Kinds::HEAD.with(Kinds::INSTITUTION);
    is_of(passage, of) && vocabulary.of(passage, noun, NAMES).any(body)
}
