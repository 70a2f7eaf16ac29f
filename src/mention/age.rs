//! Tells the age of a person from a span of time.

use crate::mention::marks::Kinds;
use crate::mention::meaning::{Link, Meaning, Unit};
use crate::mention::number::Purpose;
use crate::mention::reader::Reader;

/// Whether a number of years or months that begins at a token is an age.
pub(super) fn is_age(reader: &Reader<'_>, count: f64, at: usize, end: usize, unit: Unit) -> bool {
    if !matches!(unit, Unit::Year | Unit::Month) {
        return false;
    }
    let start = reader.sentence_start(at);
    // Bounds and small words may stand between: "enfants de moins de 5 ans", "أعمارهم بين 34 و71 سنة".
    let mut left = at;
    while left > start && at - left < 6 && is_small(reader, left - 1) {
        left -= 1;
    }
    let told = |end: usize| {
        reader.before(end, Kinds::AGE_BEARER.with(Kinds::PURPOSE), |meaning| {
            matches!(
                meaning,
                Meaning::AgeBearer
                    | Meaning::Purpose {
                        purpose: Purpose::Age,
                        before: true,
                        ..
                    }
            )
        })
    };
    if (left..=at).any(told) || is_group(reader, left, at) {
        return true;
    }
    if unit == Unit::Year && is_of_someone(reader, count, start, left) {
        return true;
    }
    // "avait moins de 12 ans", "le plus petit avait quatre mois".
    let verb = (left..=at).rev().find(|&end| {
        reader.before(end, Kinds::AGE_BEARER, |meaning| {
            meaning == Meaning::AgeVerb
        })
    });
    if verb.is_some_and(|end| unit == Unit::Year || told(end - 1)) {
        return true;
    }
    let ranged = (left..at).any(|at| reader.link(at, Link::Between).is_some());
    if ranged && unit == Unit::Year && is_of_age(reader, start, left) {
        return true;
    }
    let inserted = at > start
        && matches!(reader.folded(at - 1), "," | "،" | "(")
        && matches!(reader.folded(end), "," | "،" | ")" | ".");
    inserted && unit == Unit::Year
}

/// "un plâtrier de 34 ans": no list holds whoever may have an age, but what lasts so many years has few names.
fn is_of_someone(reader: &Reader<'_>, count: f64, start: usize, of: usize) -> bool {
    const GROWN: f64 = 14.0;
    const OLD: f64 = 110.0;
    const PHRASE: usize = 4;
    if !(GROWN..OLD).contains(&count) || reader.of(of).is_none() {
        return false;
    }
    let lasting = |at: usize| reader.hits(at).any(|hit| hit.of == Meaning::Lasting);
    let article = |at: usize| reader.numeral(at).is_some_and(|hit| hit.of.article);
    let phrase = (start.max(of.saturating_sub(PHRASE))..of).rev();
    let mut phrase = phrase.take_while(|&at| !reader.is_punct(at) && !lasting(at));
    phrase.any(|at| article(at) && at + 1 < of)
}

/// "les plus de 60 ans": those who are older.
fn is_group(reader: &Reader<'_>, left: usize, at: usize) -> bool {
    let group = |at: usize| {
        [Link::The, Link::OfThe, Link::ToThe]
            .iter()
            .any(|&link| reader.link_before(at, link))
    };
    (left..at).any(|word| {
        is_over_or_under(reader, word) && group(word) && reader.of(word + 1) == Some(at)
    })
}

/// "la tranche d'âge se situe entre 6 et 14 ans": a word of age stands before the span.
fn is_of_age(reader: &Reader<'_>, start: usize, left: usize) -> bool {
    const REACH: usize = 8;
    (start.max(left.saturating_sub(REACH))..left).any(|at| {
        reader.hits(at).any(|hit| {
            matches!(
                hit.of,
                Meaning::Purpose {
                    purpose: Purpose::Age,
                    ..
                }
            )
        })
    })
}

/// A word that may stand between a person and the age: an article, a preposition, a bound, a number.
fn is_small(reader: &Reader<'_>, at: usize) -> bool {
    reader.digits(at).is_some()
        || reader.hits(at).any(|hit| {
            matches!(
                hit.of,
                Meaning::Link(
                    Link::Of
                        | Link::OfThe
                        | Link::To
                        | Link::Between
                        | Link::And
                        | Link::The
                        | Link::Or
                ) | Meaning::Bound(_)
                    | Meaning::Number(_)
            )
        })
        || is_over_or_under(reader, at)
}

fn is_over_or_under(reader: &Reader<'_>, at: usize) -> bool {
    reader.vocabulary.is_limit(reader.folded(at))
}
