//! Reads one point of time as it is written, before anything is known of when that is: the fields that
//! the words fill, and the direction they give.

use jiff::civil::Date;

use crate::mention::date::numeric::{self, Numeric};
use crate::mention::date::{guard, period};
use crate::mention::number::{Purpose, cardinal};
use crate::mention::reader::{Hit, Reader};
use crate::mention::vocabulary::{Class, Link, Meaning, Month, Shift, Unit};
use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::token::Shape;

/// A point of time as written, and the token after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub when: When,
    pub end: usize,
}

/// What the words of a point fill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum When {
    Fields(Fields),
    /// Days from publication; `anaphor`: from the day named before.
    Offset { days: i32, anaphor: bool },
    /// A unit in a direction: "la semaine dernière".
    Period { unit: Unit, shift: Shift },
    /// A day of such a week.
    WeekdayOf { weekday: i8, shift: Shift },
    /// "premier mercredi du mois prochain"; a rank below zero is the last, weekday 0 any day.
    Ranked { rank: i8, weekday: i8, month: Fields },
    Workweek,
    /// The middle or the end of this week.
    MidWeek,
    WeekEnd,
    Exact(Date),
}

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

/// Whether a day without a month, or a month without a word that announces a date, may stand: they do inside intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lone {
    Refused,
    Allowed,
}

/// The point that begins at a token.
pub(super) fn read(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let start = opening(reader, at);
    offset(reader, at)
        .or_else(|| offset(reader, start))
        .or_else(|| numeric(reader, start, lone))
        .or_else(|| weekday(reader, at, start, lone))
        .or_else(|| ranked(reader, start))
        .or_else(|| day(reader, start, lone))
        .or_else(|| period::read(reader, at, lone))
        .or_else(|| month(reader, at, start, lone))
        .or_else(|| year(reader, at, lone))
}

/// The token after an article, "ce", or يوم that goes before a day.
fn opening(reader: &Reader<'_>, at: usize) -> usize {
    let the = reader.past_the(at);
    if let Some(hit) = reader.shift(the).filter(|hit| hit.of == (Shift::This, true)) {
        let day = reader.weekday(hit.end).is_some() || reader.digits(hit.end).is_some();
        return if day { hit.end } else { the };
    }
    match reader.unit(the) {
        Some(hit) if hit.of.unit == Unit::Day && hit.of.count == 0 && !hit.clitics.has(Clitics::THE) && !hit.clitics.has(Clitics::PLURAL) => {
            let day = reader.weekday(hit.end).is_some()
                || reader.digits(hit.end).is_some()
                || reader.link(hit.end, Link::First).is_some()
                || reader.hits(hit.end).any(|hit| matches!(hit.of, Meaning::Day { .. }));
            if day { hit.end } else { the }
        }
        _ => the,
    }
}

/// "hier", "hier mardi", "اليوم الخميس 14 مارس 2019".
fn offset(reader: &Reader<'_>, at: usize) -> Option<Point> {
    for hit in reader.hits(at) {
        match hit.of {
            Meaning::Workweek => return Some(Point { when: When::Workweek, end: hit.end }),
            Meaning::NoDate => return None,
            Meaning::Day { offset, anaphor, the } => {
                // "25 فحصا في اليوم" counts by the day, "إلى اليوم" says "so far".
                let today = hit.clitics.has(Clitics::THE) && !reader.link_before(at, Link::In) && !reader.link_before(at, Link::To);
                if the && !today {
                    continue;
                }
                return day_offset(reader, hit.end, offset, anaphor, the);
            }
            _ => {}
        }
    }
    None
}

fn day_offset(reader: &Reader<'_>, end: usize, days: i32, anaphor: bool, the: bool) -> Option<Point> {
    // "اليوم قبل البارحة": the nearer word names the day.
    if the && reader.hits(end).any(|hit| matches!(hit.of, Meaning::Day { .. })) {
        return offset(reader, end);
    }
    let after = if reader.folded(end) == "," { end + 1 } else { end };
    if let Some(weekday) = reader.weekday(after).filter(|hit| is_weekday(reader, hit)) {
        let full = fields(reader, weekday.end, Lone::Refused).filter(|(fields, _)| fields.month.is_some());
        return Some(match full {
            Some((fields, end)) => Point {
                when: When::Fields(Fields { weekday: Some(weekday.of), ..fields }),
                end,
            },
            None => Point { when: When::Offset { days, anaphor }, end: weekday.end },
        });
    }
    if let Some((fields, end)) = fields(reader, end, Lone::Refused).filter(|(fields, _)| fields.month.is_some()) {
        return Some(Point { when: When::Fields(fields), end });
    }
    // "the first day", "the national day": ال and an adjective make another day of today.
    let adjective = the && reader.folded(end).starts_with("ال") && reader.hits(end).all(|hit| !matches!(hit.of, Meaning::Link(_)));
    (!adjective).then_some(Point { when: When::Offset { days, anaphor }, end })
}

fn numeric(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let (numeric, end) = numeric::read(reader, at)?;
    let fields = match numeric {
        Numeric::Day(day) => return Some(Point { when: When::Exact(day), end }),
        Numeric::Month(year, month) => Fields {
            month: Some(gregorian(month)),
            year: Some(year),
            ..Fields::default()
        },
        Numeric::DayOfMonth(day, month) => {
            let announced = at > 0 && (reader.link(at - 1, Link::The).is_some() || reader.weekday(at - 1).is_some() || lone == Lone::Allowed);
            if !announced {
                return None;
            }
            Fields {
                day: Some(day),
                month: Some(gregorian(month)),
                ..Fields::default()
            }
        }
    };
    Some(Point { when: When::Fields(fields), end })
}

const fn gregorian(number: i8) -> Month {
    Month { number, hijri: false, doubtful: false }
}

/// Whether a weekday is one: singular in French, with ال in Arabic.
fn is_weekday(reader: &Reader<'_>, hit: &Hit<i8>) -> bool {
    match reader.text.lang {
        Lang::Fr => !hit.clitics.has(Clitics::PLURAL),
        Lang::Ar => hit.clitics.has(Clitics::THE),
    }
}

/// "mercredi", "mercredi dernier", "lundi de la semaine prochaine", "mercredi 15 mars 2023".
fn weekday(reader: &Reader<'_>, at: usize, start: usize, lone: Lone) -> Option<Point> {
    let hit = reader.weekday(start)?;
    let next = if reader.folded(hit.end) == "," { hit.end + 1 } else { hit.end };
    if let Some((fields, end)) = fields(reader, reader.past_the(next), lone).filter(|(fields, _)| fields.day.is_some()) {
        // "الأربعاء الثانية من أكتوبر 2014" is the second Wednesday where the second was none.
        if let Some((rank, after)) = rank(reader, next)
            && !agrees(&fields, hit.of)
            && let Some((month, end)) = period::of_month(reader, after)
        {
            return Some(Point { when: When::Ranked { rank, weekday: hit.of, month }, end });
        }
        let fields = Fields { weekday: Some(hit.of), ..fields };
        return Some(Point { when: When::Fields(fields), end });
    }
    // "الثلاثاء الأخير من شهر مارس": the last of the month's.
    if let Some((rank, after)) = rank(reader, hit.end)
        && reader.of(after).is_some()
        && let Some((month, end)) = period::of_month(reader, after)
    {
        return Some(Point { when: When::Ranked { rank, weekday: hit.of, month }, end });
    }
    let of = reader.of(hit.end).unwrap_or(hit.end);
    if let Some(Point { when: When::Period { unit: Unit::Week, shift }, end }) = period::unit(reader, of) {
        return Some(Point { when: When::WeekdayOf { weekday: hit.of, shift }, end });
    }
    if !is_weekday(reader, &hit) {
        return None;
    }
    if let Some(shift) = reader.shift(hit.end).filter(|shift| !shift.of.1) {
        let fields = Fields { weekday: Some(hit.of), shift: Some(shift.of.0), ..Fields::default() };
        return Some(Point { when: When::Fields(fields), end: shift.end });
    }
    // "le lundi" tells a habit; "ce lundi" a day. "tous les lundis" is refused by its plural.
    if reader.link_before(at, Link::Each) {
        return None;
    }
    let fields = Fields { weekday: Some(hit.of), ..Fields::default() };
    Some(Point { when: When::Fields(fields), end: hit.end })
}

/// Whether a full date falls on a day of the week; one that is not full does.
fn agrees(fields: &Fields, weekday: i8) -> bool {
    let (Some(year), Some(month), Some(day)) = (fields.year, fields.month, fields.day) else {
        return true;
    };
    crate::mention::calendar::day(year, month.number, day).is_none_or(|date| month.hijri || date.weekday().to_monday_one_offset() == weekday)
}

/// An ordinal as a rank.
fn rank(reader: &Reader<'_>, at: usize) -> Option<(i8, usize)> {
    let hit = reader.numeral(at)?;
    (hit.of.class == Class::Ordinal && hit.of.value < 32.0).then_some((hit.of.value as i8, hit.end))
}

/// "premier mercredi du mois prochain", "اخر يوم بشهر عشرة سنة 2015".
fn ranked(reader: &Reader<'_>, at: usize) -> Option<Point> {
    let (mut rank, mut end) = (0, at);
    if let Some((value, after)) = self::rank(reader, at) {
        (rank, end) = (value, after);
    }
    let (weekday, after) = match (reader.weekday(end), reader.unit(end)) {
        (Some(hit), _) => (hit.of, hit.end),
        (None, Some(hit)) if hit.of.unit == Unit::Day && hit.of.count == 0 => (0, hit.end),
        _ => return None,
    };
    end = after;
    if rank == 0 {
        (rank, end) = self::rank(reader, end)?;
    }
    let (month, end) = period::of_month(reader, end)?;
    Some(Point { when: When::Ranked { rank, weekday, month }, end })
}

/// "le 14 mars 2016", "le 20 mai courant", "le 17 du mois courant".
fn day(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let (fields, end) = fields(reader, at, lone)?;
    Some(Point { when: When::Fields(fields), end })
}

/// Day, month and year, from the day on.
fn fields(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<(Fields, usize)> {
    let (day, end) = day_number(reader, at)?;
    let fields = Fields { day: Some(day), ..Fields::default() };
    if let Some((month, end)) = month_name(reader, end) {
        return Some(with_year(reader, Fields { month: Some(month), ..fields }, end));
    }
    let of = reader.of(end).unwrap_or(end);
    if let Some(Point { when: When::Period { unit: Unit::Month, shift }, end }) = period::unit(reader, of) {
        return Some((Fields { this_month: Some(shift), ..fields }, end));
    }
    if let Some(hit) = reader.shift(end).filter(|hit| hit.of == (Shift::This, false)) {
        return Some((Fields { this_month: Some(Shift::This), ..fields }, hit.end));
    }
    (lone == Lone::Allowed).then_some((fields, end))
}

/// A day of a month in digits or words: 26, 1er, premier, dix-huit, فاتح, الأول من.
fn day_number(reader: &Reader<'_>, at: usize) -> Option<(i8, usize)> {
    if let Some(end) = reader.link(at, Link::First) {
        return Some((1, end));
    }
    if let Some(digits) = reader.digits(at) {
        let ordinal = digits.suffix.is_empty() || reader.vocabulary.purpose(digits.suffix) == Some(Purpose::Ordinal);
        let day = digits.digits.parse().ok().filter(|day| (1..=31).contains(day))?;
        return (ordinal && digits.digits.len() <= 2).then_some((day, at + 1));
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
    let mut at = if reader.has(at, Shape::PUNCT) && reader.folded(at) == "/" { at + 1 } else { at };
    at = reader.of(at).unwrap_or(at);
    if let Some(hit) = reader.unit(at).filter(|hit| hit.of.unit == Unit::Month && hit.of.count == 0) {
        at = reader.of(hit.end).unwrap_or(hit.end);
    }
    let hit = reader.month(at)?;
    Some((hit.of, same_month(reader, hit.of, dot(reader, hit.end))))
}

/// The token after the dot of an abbreviated month.
fn dot(reader: &Reader<'_>, end: usize) -> usize {
    let abbreviated = reader.folded(end) == "." && reader.has(end, Shape::GLUED) && !reader.has(end + 1, Shape::LINE);
    let goes_on = reader.digits(end + 1).is_some_and(|digits| digits.digits.len() == 4);
    if abbreviated && goes_on { end + 1 } else { end }
}

/// The token after another name of the same month: كانون الثاني/يناير, (يناير).
fn same_month(reader: &Reader<'_>, month: Month, end: usize) -> usize {
    let open = matches!(reader.folded(end), "/" | "(" | "-");
    match reader.month(end + 1) {
        Some(hit) if open && hit.of.number == month.number && hit.of.hijri == month.hijri => {
            if reader.folded(end) == "(" && reader.folded(hit.end) == ")" { hit.end + 1 } else { hit.end }
        }
        _ => end,
    }
}

/// The year and the direction after a month.
fn with_year(reader: &Reader<'_>, fields: Fields, at: usize) -> (Fields, usize) {
    let hijri = fields.month.is_some_and(|month| month.hijri);
    if let Some((year, end)) = year_after(reader, at, hijri) {
        return (Fields { year: Some(year), ..fields }, era(reader, end, hijri));
    }
    if let Some(hit) = reader.shift(at).filter(|hit| !hit.of.1) {
        return (Fields { shift: Some(hit.of.0), ..fields }, hit.end);
    }
    // "مارس السنة القادمة", "mars de l'année dernière"
    let of = reader.of(at).unwrap_or(at);
    if let Some(Point { when: When::Period { unit: Unit::Year, shift }, end }) = period::unit(reader, of) {
        return (Fields { shift: Some(shift), this_month: None, ..fields }.of_year(), end);
    }
    (fields, at)
}

impl Fields {
    /// Marks the direction as one of years: "mars de l'année dernière".
    fn of_year(self) -> Self {
        Self { this_month: self.shift, shift: None, ..self }
    }
}

/// The year that follows a month, small words skipped: "de l'année 2023", "في سنة 2014".
fn year_after(reader: &Reader<'_>, at: usize, hijri: bool) -> Option<(i16, usize)> {
    let mut next = at;
    if reader.folded(next) == "," || reader.folded(next) == "/" {
        next += 1;
    }
    next = reader.of(next).or_else(|| reader.link(next, Link::In)).unwrap_or(next);
    next = reader.past_the(next);
    let unit = reader.unit(next).filter(|hit| hit.of.unit == Unit::Year && hit.of.count == 0);
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
        let plain = digits.digits.len() == 4 && digits.suffix.is_empty() && !reader.has(at, Shape::HYPHEN);
        return plain.then_some((digits.digits.parse().ok()?, at + 1));
    }
    let after_unit = at > 0 && reader.unit(at - 1).is_some_and(|hit| hit.of.unit == Unit::Year);
    let number = cardinal::read(reader, at).filter(|_| after_unit)?;
    ((1900.0..2100.0).contains(&number.value)).then_some((number.value as i16, number.end))
}

/// The token after the name of the era.
pub(super) fn era(reader: &Reader<'_>, end: usize, hijri: bool) -> usize {
    let link = if hijri { Link::Hijri } else { Link::Gregorian };
    reader.link(end, link).unwrap_or(end)
}

/// "mars 2016", "mois d'avril", "octobre prochain", "novembre" where a word announces it.
fn month(reader: &Reader<'_>, at: usize, start: usize, lone: Lone) -> Option<Point> {
    let mut name = start;
    let unit = reader.unit(start).filter(|hit| hit.of.unit == Unit::Month && hit.of.count == 0);
    if let Some(hit) = unit {
        name = reader.of(hit.end).unwrap_or(hit.end);
    }
    let hit = reader.month(name)?;
    if unit.is_none() && (start != at || hit.clitics.has(Clitics::THE)) && !hit.of.hijri && reader.text.lang == Lang::Fr {
        return None;
    }
    let end = same_month(reader, hit.of, dot(reader, hit.end));
    let (fields, end) = with_year(reader, Fields { month: Some(hit.of), ..Fields::default() }, end);
    let placed = fields.year.is_some() || fields.shift.is_some() || fields.this_month.is_some() || unit.is_some();
    let announced = lone == Lone::Allowed || guard::announces(reader, name, &hit);
    let bare_hijri = hit.of.hijri && fields.year.is_none();
    (!bare_hijri && (placed || (announced && (!hit.of.doubtful || reader.text.lang == Lang::Ar))))
        .then_some(Point { when: When::Fields(fields), end })
}

/// "2019", "l'année 2017", "سنة 2019".
fn year(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let the = reader.past_the(at);
    let unit = reader.unit(the).filter(|hit| hit.of.unit == Unit::Year && hit.of.count == 0);
    let start = unit.map_or(at, |hit| hit.end);
    let decade = unit.is_some_and(|hit| hit.clitics.has(Clitics::PLURAL));
    let (year, end) = year_number(reader, start)?;
    let hijri = reader.link(end, Link::Hijri).is_some();
    let placed = (unit.is_some() && (1500..2200).contains(&year)) || ((1900..2100).contains(&year) && (lone == Lone::Allowed || guard::is_year(reader, start, end)));
    (!decade && !hijri && placed).then(|| Point {
        when: When::Fields(Fields { year: Some(year), ..Fields::default() }),
        end: era(reader, end, false),
    })
}

/// A month told by its number, with its year.
pub(super) fn numbered_month(reader: &Reader<'_>, at: usize) -> Option<(Fields, usize)> {
    let number = cardinal::read(reader, at).filter(|number| (1.0..=12.0).contains(&number.value))?;
    let fields = Fields { month: Some(gregorian(number.value as i8)), ..Fields::default() };
    let (fields, end) = with_year(reader, fields, number.end);
    fields.year.is_some().then_some((fields, end))
}
