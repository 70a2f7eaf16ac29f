//! Says whether a clause speaks of the future, by the cue nearest to a date.

use crate::mention::marks::Kinds;
use crate::mention::meaning::{Link, Meaning, Tense};
use crate::mention::reader::Reader;
use crate::text::clitic;
use crate::text::token::Shape;

/// As many tokens before a date are read for a cue, at most.
const BACK: usize = 80;

/// As many tokens after a date are read for a cue, at most.
const AHEAD: usize = 12;

/// Whether a date without a year that begins at `first` and ends before `end` lies ahead; nothing where no
/// word tells.
pub(super) fn is_future(reader: &Reader<'_>, first: usize, end: usize) -> Option<bool> {
    let edge = |tense: Tense| {
        reader.before(first, Kinds::TENSE, |meaning| matches!(meaning, Meaning::Tense { tense: told, edge: true, .. } if told == tense))
    };
    if edge(Tense::Past) {
        return Some(false);
    }
    let start = reader.sentence_start(first);
    // "d'abord annoncée pour novembre"
    let meant = |at: usize| {
        reader.before(at, Kinds::TENSE, |meaning| {
            matches!(
                meaning,
                Meaning::Tense {
                    tense: Tense::Past,
                    edge: false,
                    ..
                }
            )
        })
    };
    if edge(Tense::Future) && first > start && meant(first - 1) {
        return Some(false);
    }
    if edge(Tense::Future) {
        return Some(!is_aside_of_past(reader, first, end, start));
    }
    if is_told(reader, first, start) {
        return Some(false);
    }
    // ", réuni lundi à Alger,": a lone participle tells what was.
    let apposed =
        first >= start + 2 && reader.is_punct(first - 2) && reader.has(first - 1, Shape::LATIN);
    // ", en mars", ", à la mi-mars", ", dès mars" have none.
    let linked = apposed
        && (reader.link(first - 1, Link::In).is_some()
            || reader.to(first - 1).is_some()
            || reader.of(first - 1).is_some());
    if apposed && !linked && cue(reader, first - 1, start).is_none() {
        return Some(false);
    }
    let mut at = first;
    while at > start.max(first.saturating_sub(BACK)) {
        at -= 1;
        if let Some(tense) = cue(reader, at, start) {
            return (tense != Tense::Told).then_some(tense != Tense::Past);
        }
    }
    let limit = reader.sentence_end(first).min(end + AHEAD);
    for at in end..limit {
        if reader.is_punct(at) && at > end {
            break;
        }
        if let Some(tense) = cue(reader, at, start) {
            return Some(tense == Tense::Future);
        }
    }
    None
}

/// "Le service a réalisé, jusqu'au 31 octobre, 300 greffes": an aside of what was done by then.
fn is_aside_of_past(reader: &Reader<'_>, first: usize, end: usize, start: usize) -> bool {
    const OPENER: usize = 3;
    if !reader.is_punct(end) || end >= reader.sentence_end(first) {
        return false;
    }
    let past = |at: usize| match cue(reader, at, start) {
        Some(Tense::Past | Tense::Told) => Some(true),
        Some(_) => Some(false),
        None => None,
    };
    let from = first.saturating_sub(OPENER).max(start);
    let comma = (from..first).rev().find(|&at| reader.is_punct(at));
    let opened = comma.map_or(start, |comma| comma + 1);
    let told = match comma {
        Some(comma) => (start.max(comma.saturating_sub(BACK))..comma)
            .rev()
            .find_map(past),
        None if first > start + OPENER => None,
        None => {
            let limit = reader.sentence_end(first).min(end + AHEAD);
            (end + 1..limit).find_map(past)
        }
    };
    opened < first && told == Some(true)
}

/// "la convention signée lundi prévoit": a participle right before a day, with no auxiliary that looks ahead.
fn is_told(reader: &Reader<'_>, first: usize, start: usize) -> bool {
    const REACH: usize = 3;
    let word = first.saturating_sub(1);
    let written = |accent: bool| {
        let word = reader.text.word(word).trim_end_matches('s');
        !accent || word.ends_with('é')
    };
    let told = reader.before(
        first,
        Kinds::PARTICIPLE,
        |meaning| matches!(meaning, Meaning::Participle { accent } if written(accent)),
    );
    told && !(start.max(word.saturating_sub(REACH))..word)
        .rev()
        .take_while(|&at| !reader.is_punct(at))
        .any(|at| cue(reader, at, start) == Some(Tense::Future) || reader.is_auxiliary(at))
}

/// The tense that a token shows, a word that only looks like a cue having none.
fn cue(reader: &Reader<'_>, at: usize, start: usize) -> Option<Tense> {
    for hit in reader.hits(at) {
        if let Meaning::Tense { tense, edge, exact } = hit.of {
            if exact && !reader.text.word(at).is_ascii() {
                continue;
            }
            if tense == Tense::None || edge {
                return None;
            }
            return Some(tense);
        }
    }
    let word = reader.has(at, Shape::LATIN) && !reader.has(at, Shape::CAP)
        || reader.has(at, Shape::ARABIC);
    let tense = word
        .then(|| reader.vocabulary.tense(reader.folded(at)))
        .flatten()?;
    // The present tense points ahead, and the form of an Arabic past back, only where they open their clause.
    let opens =
        at == start || reader.is_punct(at - 1) || reader.folded(at).starts_with(clitic::AND);
    match tense {
        Tense::None => None,
        Tense::Present | Tense::Told => opens.then_some(tense),
        Tense::Past | Tense::Future => Some(tense),
    }
}
