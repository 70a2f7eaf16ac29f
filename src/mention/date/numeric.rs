//! Turns days written in digits alone into a day: 25/10/2023, 20.05.24, 2023-10-25.

use jiff::civil::Date;

use crate::mention::calendar;
use crate::mention::reader::Reader;
use crate::text::token::Shape;

/// A day or month in digits, and the token after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numeric {
    Day(Date),
    /// Year and month: 05/2024.
    Month(i16, i8),
    /// Day and month, the year left out: 13/04.
    DayOfMonth(i8, i8),
}

/// The date in digits that begins at a token. Day and month stand in this order; where only the other
/// order is a date, that is taken.
pub(super) fn read(reader: &Reader<'_>, at: usize) -> Option<(Numeric, usize)> {
    let mark = reader.folded(at + 1);
    if !matches!(mark, "/" | "." | "-" | "–" | "\\") || reader.has(at, Shape::HYPHEN) {
        return None;
    }
    if at > 0
        && reader.has(at, Shape::GLUED)
        && matches!(reader.folded(at - 1), "/" | "." | "-" | "–")
    {
        return None;
    }
    let a = field(reader, at)?;
    let b = glued(reader, at + 1)?;
    let third = (reader.folded(at + 3) == mark)
        .then(|| glued(reader, at + 3))
        .flatten();
    if let Some(c) = third {
        let more = reader.has(at + 5, Shape::GLUED)
            && reader.folded(at + 5) == mark
            && reader.has(at + 6, Shape::GLUED);
        if more {
            return None;
        }
        return full(a, b, c).map(|day| (Numeric::Day(day), at + 5));
    }
    short(a, b, mark).map(|short| (short, at + 3))
}

/// The number in a token and how many digits it has.
type Field = (i16, usize);

fn field(reader: &Reader<'_>, at: usize) -> Option<Field> {
    let digits = reader.digits(at)?;
    let plain = digits.suffix.is_empty() || digits.suffix.starts_with('t');
    (plain && digits.number.len() <= 4)
        .then_some((digits.number.parse().ok()?, digits.number.len()))
}

/// The field after a mark, both without a space before them.
fn glued(reader: &Reader<'_>, at: usize) -> Option<Field> {
    (reader.has(at, Shape::GLUED) && reader.has(at + 1, Shape::GLUED))
        .then(|| field(reader, at + 1))
        .flatten()
}

fn full(a: Field, b: Field, c: Field) -> Option<Date> {
    if a.1 == 4 {
        return (b.1 <= 2 && c.1 <= 2).then(|| day(a.0, b.0, c.0)).flatten();
    }
    let year = match c.1 {
        4 => c.0,
        // Two digits: this century, or the last where that lies far ahead.
        2 if c.0 < 50 => 2000 + c.0,
        2 => 1900 + c.0,
        _ => return None,
    };
    (a.1 <= 2 && b.1 <= 2)
        .then(|| day(year, b.0, a.0).or_else(|| day(year, a.0, b.0)))
        .flatten()
        .filter(|day| (1900..2100).contains(&day.year()))
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    calendar::day(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

fn short(a: Field, b: Field, mark: &str) -> Option<Numeric> {
    let (first, second) = (i8::try_from(a.0).ok(), i8::try_from(b.0).ok());
    if mark != "/" || a.1 > 2 {
        return None;
    }
    if b.1 == 4 && (1900..2100).contains(&b.0) {
        return first
            .filter(|month| (1..=12).contains(month))
            .map(|month| Numeric::Month(b.0, month));
    }
    let (day, month) = (first?, second?);
    ((1..=31).contains(&day) && (1..=12).contains(&month) && a.1 == 2 && b.1 == 2)
        .then_some(Numeric::DayOfMonth(day, month))
}
