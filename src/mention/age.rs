//! Tells the age of a person from a span of time.

use crate::mention::marks::Kinds;
use crate::mention::meaning::{Link, Meaning, Unit};
use crate::mention::number::Purpose;
use crate::mention::reader::Reader;

/// Whether a number of years or months is an age.
pub(super) fn is_age(reader: &Reader<'_>, at: usize, end: usize, unit: Unit) -> bool {
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
    if (left..=at).any(told) {
        return true;
    }
    let inserted = at > start
        && matches!(reader.folded(at - 1), "," | "،" | "(")
        && matches!(reader.folded(end), "," | "،" | ")" | ".");
    let has = at > start
        && unit == Unit::Year
        && matches!(
            reader.text.word(at - 1),
            "a" | "ont" | "avait" | "avaient" | "à"
        );
    inserted && unit == Unit::Year || has
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
        || reader.folded(at) == "plus"
        || reader.folded(at) == "moins"
}
