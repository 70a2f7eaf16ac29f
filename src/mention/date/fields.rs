//! Reads the fields of a date in the order of a calendar: day, month, year, and the direction that stands
//! for a year.

use crate::mention::date::period;
use crate::mention::date::point::{Lone, Point, When};
use crate::mention::meaning::{Link, Month, Shift, Unit};
use crate::mention::number::{Purpose, cardinal, ordinal};
use crate::mention::reader::Reader;
use crate::text::token::Shape;

/// Fields of a date in the order of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Fields {
    pub weekday: Option<i8>,
    pub day: Option<i8>,
    pub month: Option<Month>,
    pub year: Option<i16>,
    pub shift: Option<Shift>,
    /// The month is that of publication: "le 17 du mois courant".
    pub this_month: Option<Shift>,
}

/// Day, month and year, from the day on.
pub(super) fn read(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<(Fields, usize)> {
    let (day, end) = day_number(reader, at)?;
    let fields = Fields {
        day: Some(day),
        ..Fields::default()
    };
    if let Some((month, end)) = month_name(reader, end) {
        return Some(with_year(
            reader,
            Fields {
                month: Some(month),
                ..fields
            },
            end,
        ));
    }
    let of = reader.of(end).unwrap_or(end);
    if let Some(Point {
        when: When::Period {
            unit: Unit::Month,
            shift,
        },
        end,
    }) = period::unit(reader, of)
    {
        return Some((
            Fields {
                this_month: Some(shift),
                ..fields
            },
            end,
        ));
    }
    if let Some(hit) = reader
        .shift(end)
        .filter(|hit| hit.of == (Shift::This, false))
    {
        return Some((
            Fields {
                this_month: Some(Shift::This),
                ..fields
            },
            hit.end,
        ));
    }
    (lone == Lone::Allowed).then_some((fields, end))
}

/// A day of a month in digits or words: 26, 1er, premier, dix-huit, فاتح, الأول من.
fn day_number(reader: &Reader<'_>, at: usize) -> Option<(i8, usize)> {
    if let Some(end) = reader.link(at, Link::First) {
        return Some((1, end));
    }
    if let Some(digits) = reader.digits(at) {
        let ordinal = digits.suffix.is_empty()
            || reader.vocabulary.purpose(digits.suffix) == Some(Purpose::Ordinal);
        let day = digits
            .number
            .parse()
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        return (ordinal && digits.number.len() <= 2).then_some((day, at + 1));
    }
    if let Some((day, end)) = rank(reader, at) {
        return (day > 0).then_some((day, end));
    }
    let number = cardinal::read(reader, at)?;
    let day = (1.0..=31.0).contains(&number.value) && number.value.fract() == 0.0;
    (day && number.suffix.is_none()).then_some((number.value as i8, number.end))
}

/// A month's name after a day: "de mars", "du mois de mars", "من شهر مارس", two names of one month with a slash.
fn month_name(reader: &Reader<'_>, at: usize) -> Option<(Month, usize)> {
    let mut at = if reader.has(at, Shape::PUNCT) && reader.folded(at) == "/" {
        at + 1
    } else {
        at
    };
    at = reader.of(at).unwrap_or(at);
    if let Some(hit) = reader
        .unit(at)
        .filter(|hit| hit.of.unit == Unit::Month && hit.of.count == 0)
    {
        at = reader.of(hit.end).unwrap_or(hit.end);
    }
    let hit = reader.month(at)?;
    Some((hit.of, same_month(reader, hit.of, dot(reader, hit.end))))
}

/// The token after the dot of an abbreviated month.
pub(super) fn dot(reader: &Reader<'_>, end: usize) -> usize {
    let abbreviated = reader.folded(end) == "."
        && reader.has(end, Shape::GLUED)
        && !reader.has(end + 1, Shape::LINE);
    let goes_on = reader
        .digits(end + 1)
        .is_some_and(|digits| digits.number.len() == 4);
    if abbreviated && goes_on { end + 1 } else { end }
}

/// The token after another name of the same month: كانون الثاني/يناير, (يناير).
pub(super) fn same_month(reader: &Reader<'_>, month: Month, end: usize) -> usize {
    let open = matches!(reader.folded(end), "/" | "(" | "-");
    match reader.month(end + 1) {
        Some(hit) if open && hit.of.number == month.number && hit.of.hijri == month.hijri => {
            if reader.folded(end) == "(" && reader.folded(hit.end) == ")" {
                hit.end + 1
            } else {
                hit.end
            }
        }
        _ => end,
    }
}

/// The year and the direction after a month.
pub(super) fn with_year(reader: &Reader<'_>, fields: Fields, at: usize) -> (Fields, usize) {
    let hijri = fields.month.is_some_and(|month| month.hijri);
    if let Some((year, end)) = year_after(reader, at, hijri) {
        return (
            Fields {
                year: Some(year),
                ..fields
            },
            era(reader, end, hijri),
        );
    }
    if let Some(hit) = reader.shift(at).filter(|hit| !hit.of.1) {
        return (
            Fields {
                shift: Some(hit.of.0),
                ..fields
            },
            hit.end,
        );
    }
    // "مارس السنة القادمة", "mars de l'année dernière"
    let of = reader.of(at).unwrap_or(at);
    if let Some(Point {
        when: When::Period {
            unit: Unit::Year,
            shift,
        },
        end,
    }) = period::unit(reader, of)
    {
        return (
            Fields {
                shift: Some(shift),
                this_month: None,
                ..fields
            }
            .of_year(),
            end,
        );
    }
    (fields, at)
}

impl Fields {
    /// Marks the direction as one of years: "mars de l'année dernière".
    fn of_year(self) -> Self {
        Self {
            this_month: self.shift,
            shift: None,
            ..self
        }
    }
}

/// The year that follows a month, small words skipped: "de l'année 2023", "في سنة 2014".
fn year_after(reader: &Reader<'_>, at: usize, hijri: bool) -> Option<(i16, usize)> {
    let mut next = at;
    if reader.folded(next) == "," || reader.folded(next) == "/" {
        next += 1;
    }
    next = reader
        .of(next)
        .or_else(|| reader.link(next, Link::In))
        .unwrap_or(next);
    next = reader.past_the(next);
    let unit = reader
        .unit(next)
        .filter(|hit| hit.of.unit == Unit::Year && hit.of.count == 0);
    let start = unit.map_or(next, |hit| hit.end);
    // A small word alone before a number is not enough: "en mai de 2023" is, "en mai, 2023 patients" is not.
    if start != at && unit.is_none() && reader.folded(at) == "," {
        return None;
    }
    let (year, end) = year_number(reader, start)?;
    let range = if hijri { 1300..1500 } else { 1800..2200 };
    range.contains(&year).then_some((year, end))
}

/// A year in four digits, or in words after its unit.
pub(super) fn year_number(reader: &Reader<'_>, at: usize) -> Option<(i16, usize)> {
    if let Some(digits) = reader.digits(at) {
        let plain =
            digits.number.len() == 4 && digits.suffix.is_empty() && !reader.has(at, Shape::HYPHEN);
        return plain.then_some((digits.number.parse().ok()?, at + 1));
    }
    let after_unit = at > 0
        && reader
            .unit(at - 1)
            .is_some_and(|hit| hit.of.unit == Unit::Year);
    let number = after_unit.then(|| cardinal::read(reader, at)).flatten()?;
    ((1900.0..2100.0).contains(&number.value)).then_some((number.value as i16, number.end))
}

/// The token after the name of the era.
pub(super) fn era(reader: &Reader<'_>, end: usize, hijri: bool) -> usize {
    let link = if hijri { Link::Hijri } else { Link::Gregorian };
    reader.link(end, link).unwrap_or(end)
}

/// A month told by its number, with its year.
pub(super) fn numbered_month(reader: &Reader<'_>, at: usize) -> Option<(Fields, usize)> {
    let number =
        cardinal::read(reader, at).filter(|number| (1.0..=12.0).contains(&number.value))?;
    let fields = Fields {
        month: Some(gregorian(number.value as i8)),
        ..Fields::default()
    };
    let (fields, end) = with_year(reader, fields, number.end);
    fields.year.is_some().then_some((fields, end))
}

pub(super) const fn gregorian(number: i8) -> Month {
    Month {
        number,
        hijri: false,
        doubtful: false,
    }
}

/// An ordinal as a rank: "ثالث", "الخامس عشر", "الحادي والعشرون".
pub(super) fn rank(reader: &Reader<'_>, at: usize) -> Option<(i8, usize)> {
    let (value, end) = ordinal::read(reader, at)?;
    (value < 32.0).then_some((value as i8, end))
}
