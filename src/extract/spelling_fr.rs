//! Reads French names by how they are written: the letters that stand for one, titles that go on in small letters.

use crate::text::token::Shape;

use super::form::Says;
use super::kinds::Kinds;
use super::passage::Passage;
use super::vocabulary::{Head, Meaning, Vocabulary};

/// Whether letters stand for the words of a range, from the first of them to one of the last two.
pub(super) fn is_spelled(
    passage: &Passage<'_>,
    letters: &[char],
    first: usize,
    end: usize,
) -> bool {
    let mut left = letters.iter().peekable();
    let mut last = first;
    for at in first..end {
        let initial = passage.folded(at).chars().next();
        if left.peek().copied().copied() == initial {
            left.next();
            last = at;
        } else if at == first {
            return false;
        }
    }
    left.peek().is_none() && last + 2 >= end
}

/// "l'association Les bonnes œuvres du cœur": a name that begins with an article goes on in small letters.
pub(super) fn titled(
    passage: &Passage<'_>,
    vocabulary: &Vocabulary,
    head: &Head,
    at: usize,
    end: usize,
) -> Option<usize> {
    const LONGEST: usize = 6;
    let article = passage.is_article(at) || passage.says(at, Says::One);
    let club = matches!(&*head.class, "association" | "foundation");
    if !club || !article || !passage.has(at, Shape::CAP) {
        return None;
    }
    let ends = |at: usize| {
        let cue = |(_, m): (_, &Meaning)| matches!(m, Meaning::Cue(_) | Meaning::Office { .. });
        passage.has(at, Shape::PUNCT) && !passage.has(at, Shape::HYPHEN)
            || passage.says(at, Says::Ends)
            || vocabulary.of(passage, at, Kinds::CUE).any(cue)
    };
    let limit = end.min(at + LONGEST);
    let stop = (at + 1..limit).find(|&at| ends(at)).unwrap_or(limit);
    let small = (at + 1..stop).any(|at| !passage.has(at, Shape::CAP));
    (small && stop > at + 1).then_some(stop)
}
