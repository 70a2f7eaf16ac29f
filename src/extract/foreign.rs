//! Reads foreign names that end in their head word: "Bristol General Hospital", "Zakat Foundation of America".

use crate::record::Lang;
use crate::text::token::Shape;

use super::form::Says;
use super::organisation::Organisation;
use super::passage::Passage;
use super::vocabulary::{Head, Meaning, Vocabulary};

/// Longest name before its head, in tokens.
const LONGEST: usize = 6;

/// Reads a run of words in capitals that ends in a head of another language; the token after the name.
pub(super) fn read(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    at: usize,
    end: usize,
    out: &mut Vec<Organisation>,
) -> Option<usize> {
    let proper = |at: usize| passage.has(at, Shape::CAP) && !passage.has(at, Shape::ELIDED);
    // A small word has its capital from the beginning of the sentence.
    let small = passage.word(at).chars().count() < 4 && !passage.has(at, Shape::CAPS);
    if passage.text.lang != Lang::Fr || !proper(at) || small {
        return None;
    }
    let within = |at: &usize| proper(*at) || passage.has(*at, Shape::HYPHEN);
    let (last, head) = (at + 1..end.min(at + LONGEST))
        .take_while(within)
        .filter_map(|at| Some((at, head_at(passage, vocabulary, at)?)))
        .last()?;
    let mut stop = last + 1;
    let of = passage.says(stop, Says::Of) || passage.says(stop, Says::OfForeign);
    if of && stop + 1 < end && proper(stop + 1) {
        stop += 2;
        while stop < end && within(&stop) {
            stop += 1;
        }
    }
    out.push(Organisation::written(passage, at..stop, &head.class));
    Some(stop)
}

fn head_at<'v>(
    passage: &'v Passage<'_>,
    vocabulary: &'v Vocabulary,
    at: usize,
) -> Option<&'v Head> {
    let (_, head) = vocabulary.first(passage, at, |meaning| match meaning {
        Meaning::Head(head) if head.last => Some(head),
        _ => None,
    })?;
    Some(head)
}
