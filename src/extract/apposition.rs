//! Reads what stands beside names: "celui de Rennes", "Vision Solidaire, une association …", "cet
//! établissement", and the cues that only look like names.

use crate::rules::lexicon::Clitics;
use crate::text::token::Shape;

use super::kinds::Kinds;
use super::organisation::Organisation;
use super::passage::Passage;
use super::vocabulary::{Meaning, Vocabulary};

/// Inside a longer cue: من جهة أخرى names no region.
pub(super) fn is_covered(passage: &Passage<'_>, vocabulary: &Vocabulary, at: usize) -> bool {
    (at.saturating_sub(2)..at).any(|first| {
        vocabulary
            .of(passage, first, Kinds::CUE)
            .any(|(found, meaning)| matches!(meaning, Meaning::Cue(_)) && found.end as usize > at)
    })
}

/// "la clinique Lalla-Setti, un établissement privé": said of the name before the comma.
pub(super) fn is_apposed(passage: &Passage<'_>, first: usize, named: &[Organisation]) -> bool {
    first >= 2
        && matches!(passage.folded(first - 1), "un" | "une")
        && passage.folded(first - 2) == ","
        && named
            .last()
            .is_some_and(|last| !last.bare && last.tokens.end + 2 == first)
}

/// "Vision Solidaire, une association de donateurs": a name that says no type takes it from what is
/// said of it.
pub(super) fn rename(passage: &Passage<'_>, named: &mut [Organisation]) {
    let Some((last, before)) = named.split_last_mut() else {
        return;
    };
    let first = last.tokens.start;
    if first < 3
        || !matches!(passage.folded(first - 1), "un" | "une")
        || passage.folded(first - 2) != ","
    {
        return;
    }
    let floor = before.last().map_or(0, |other| other.tokens.end);
    let mut start = first - 2;
    while start > floor
        && (passage.has(start - 1, Shape::CAP) || passage.has(start, Shape::HYPHEN))
        && !passage.has(start - 1, Shape::ELIDED)
    {
        start -= 1;
    }
    if first - 2 - start >= 2 {
        last.tokens = start..first - 2;
        last.start = passage.text.bytes(last.tokens.clone()).0;
        passage
            .text
            .slice(last.tokens.clone())
            .clone_into(&mut last.name);
        (last.bare, last.id, last.head) = (false, None, 0);
    }
}

/// Whether a pronoun stands here that may take up the organisation named last.
pub(super) fn is_pronoun(passage: &Passage<'_>, at: usize) -> bool {
    matches!(passage.folded(at), "celui" | "celle" | "ceux" | "celles")
}

/// "celui de Rennes", "ceux du Nord": as the organisation named last, elsewhere.
pub(super) fn read_pronoun(
    passage: &Passage<'_>,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> usize {
    let plural = match passage.folded(at) {
        "celui" | "celle" => false,
        "ceux" | "celles" => true,
        _ => return at,
    };
    let of = matches!(passage.folded(at + 1), "de" | "du" | "d'");
    let article = usize::from(matches!(passage.folded(at + 2), "la" | "l'"));
    let proper = at + 2 + article;
    let mut stop = proper;
    while stop < end
        && (passage.has(stop, Shape::CAP) && !passage.has(stop, Shape::ELIDED)
            || stop > proper && passage.has(stop, Shape::HYPHEN))
    {
        stop += 1;
    }
    const NEAR: usize = 256;
    let Some(model) = out
        .iter()
        .rev()
        .take(NEAR)
        .find(|o| !o.office && !o.weak && !o.form.is_empty())
        .cloned()
    else {
        return at;
    };
    if !of || stop == proper {
        return at;
    }
    let head = if plural {
        passage
            .text
            .slice(model.tokens.start..model.tokens.start + model.head.max(1))
            .to_owned()
    } else {
        model.form.to_string()
    };
    let name = format!("{head} {}", passage.text.slice(at + 1..stop)).replace('\n', " ");
    let written = passage.text.slice(at..stop).replace('\n', " ");
    let tokens = at..stop;
    let start = passage.text.bytes(tokens.clone()).0;
    out.push(Organisation {
        tokens,
        start,
        name,
        sigle: Some(written),
        id: None,
        bare: false,
        clitics: Clitics::default(),
        ..model
    });
    stop
}

/// "cet établissement hospitalier du Sud", هذه المؤسسة: the one named before, whatever is said of it.
pub(super) fn is_pointed(passage: &Passage<'_>, first: usize) -> bool {
    first > 0
        && matches!(
            passage.folded(first - 1),
            "cet" | "cette" | "ce" | "هذا" | "هذه" | "بهذا" | "بهذه" | "لهذا" | "لهذه"
        )
}
