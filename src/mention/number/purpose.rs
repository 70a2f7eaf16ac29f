//! Says what a number counts or names, by what is written on it, before it and after it.

use crate::mention::age;
use crate::mention::meaning::{Link, Meaning, Unit};
use crate::mention::number::{Form, Number, Purpose, is_dash};
use crate::mention::reader::Reader;
use crate::text::token::Shape;

/// The purpose of a number whose digits carry `suffix`.
pub(super) fn of(reader: &Reader<'_>, number: &Number, suffix: Option<&str>) -> Purpose {
    if let Some(suffix) = suffix {
        return on_digits(reader, suffix);
    }
    by_name(reader, number)
        .or_else(|| by_follower(reader, number))
        .or_else(|| by_leader(reader, number))
        .or_else(|| by_marks(reader, number))
        .unwrap_or(Purpose::Count)
}

/// "3e", "11h30", "100km": letters on the digits, or a name that no list holds.
fn on_digits(reader: &Reader<'_>, suffix: &str) -> Purpose {
    let letters = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
    reader
        .vocabulary
        .purpose(suffix)
        .or_else(|| reader.vocabulary.purpose(letters))
        .unwrap_or(Purpose::Name)
}

/// A hyphen binds digits to a word: Covid-19, 20-Août.
fn by_name(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    if number.form != Form::Digits {
        return None;
    }
    let left = reader.has(number.first, Shape::HYPHEN);
    let right = reader.has(number.end, Shape::HYPHEN);
    (left || right).then_some(Purpose::Name)
}

fn by_follower(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    let next = reader.link(number.end, Link::Of).unwrap_or(number.end);
    for at in [number.end, next] {
        for hit in reader.hits(at) {
            match hit.of {
                Meaning::Purpose {
                    purpose,
                    before: false,
                } => return Some(purpose),
                // "268 سنة 2019": the unit belongs to the year after it.
                Meaning::Unit(word)
                    if word.unit == Unit::Year
                        && reader
                            .digits(hit.end)
                            .is_some_and(|year| year.number.len() == 4) => {}
                Meaning::Unit(word) if at == number.end || number.form == Form::Collective => {
                    let age = age::is_age(reader, number.first, hit.end, word.unit);
                    return Some(if age { Purpose::Age } else { Purpose::Date });
                }
                _ => {}
            }
        }
    }
    None
}

/// The token after the words that measure a number: في المائة holds a hundred that is no number.
pub(super) fn past_measure(reader: &Reader<'_>, end: usize) -> usize {
    let measure = reader
        .hits(end)
        .find(|hit| matches!(hit.of, Meaning::Purpose { before: false, .. }));
    measure.map_or(end, |hit| hit.end)
}

fn by_leader(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    (number.first.saturating_sub(4)..number.first).find_map(|from| {
        reader.hits(from).find_map(|hit| match hit.of {
            Meaning::Purpose {
                purpose,
                before: true,
            } if hit.end == number.first => Some(purpose),
            _ => None,
        })
    })
}

/// Scores, laws and telephone numbers: digits bound to digits by a mark, or in a row.
fn by_marks(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    if number.form != Form::Digits {
        return None;
    }
    let (first, end) = (number.first, number.end);
    let left = first >= 2
        && reader.has(first, Shape::GLUED)
        && reader.digits(first - 2).is_some()
        && reader.has(first - 1, Shape::GLUED);
    let right = reader.has(end, Shape::GLUED)
        && reader.has(end + 1, Shape::GLUED)
        && reader.digits(end + 1).is_some();
    let mark = if left {
        reader.folded(first - 1)
    } else {
        reader.folded(end)
    };
    if left || right {
        return match mark {
            ":" => Some(Purpose::Clock),
            "/" | "." => Some(Purpose::Reference),
            _ if is_dash(reader, if left { first - 1 } else { end }) => Some(Purpose::Score),
            _ => None,
        };
    }
    let row = |at: usize| reader.has(at, Shape::DIGITS) && reader.folded(at).len() == 2;
    let pairs = usize::from(row(end))
        + usize::from(row(end + 1))
        + usize::from(first >= 1 && row(first - 1))
        + usize::from(first >= 2 && row(first - 2));
    let zero = reader
        .digits(first)
        .is_some_and(|digits| digits.number.len() > 2 && digits.number.starts_with('0'));
    (pairs >= 2 || (zero && number.value > 0.0 && number.value.fract() == 0.0))
        .then_some(Purpose::Phone)
}
