//! Places a point on the calendar: what the words leave out comes from the day of publication and the
//! tense of the clause.

use jiff::civil::Date;

use crate::mention::calendar::{self, Value};
use crate::mention::date::fields::Fields;
use crate::mention::date::point::{Point, When};
use crate::mention::date::{Context, Read, interval, tense};
use crate::mention::meaning::{Link, Month, Shift, Unit};
use crate::mention::reader::Reader;

/// A value, or a date that only publication could place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Placed {
    Known(Value),
    /// Relative, and the day of publication is not known.
    Unknown,
}

impl Placed {
    pub(super) const fn known(self) -> Option<Value> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

/// The value of a point that begins at `at`; nothing where no calendar has such a day, or where it points
/// back to a day named before.
pub(super) fn value(
    reader: &Reader<'_>,
    point: &Point,
    at: usize,
    context: Context,
) -> Option<Placed> {
    if let When::Offset { anaphor: true, .. } = point.when
        && context.dated
    {
        return None;
    }
    if let When::Fields(fields) = point.when
        && let Some(year) = fields.year
    {
        return absolute(&fields, year).map(Placed::Known);
    }
    if let When::Exact(day) = point.when {
        return Some(Placed::Known(Value::Day(day)));
    }
    if let When::Ranked {
        rank,
        weekday,
        month,
    } = point.when
        && let (Some(name), Some(year)) = (month.month, month.year)
    {
        return ranked(year, name.number, rank, weekday).map(Placed::Known);
    }
    let Some(published) = context.published else {
        return Some(Placed::Unknown);
    };
    relative(reader, point, at, published).map(Placed::Known)
}

/// The value of fields with a year; nothing where the calendar has no such day.
fn absolute(fields: &Fields, year: i16) -> Option<Value> {
    match (fields.month, fields.day) {
        (Some(month), Some(day)) if month.hijri => {
            calendar::from_hijri(year, month.number, day).map(Value::Day)
        }
        (Some(month), None) if month.hijri => hijri_month(year, month.number),
        (Some(month), Some(day)) => calendar::day(year, month.number, day).map(Value::Day),
        (Some(month), None) => Some(Value::Month(year, month.number)),
        (None, _) => Some(Value::Year(year)),
    }
}

fn hijri_month(year: i16, month: i8) -> Option<Value> {
    let first = calendar::from_hijri(year, month, 1)?;
    let last =
        calendar::from_hijri(year, month, 30).or_else(|| calendar::from_hijri(year, month, 29))?;
    Some(Value::Interval(
        calendar::Point::Day(first),
        calendar::Point::Day(last),
    ))
}

fn relative(reader: &Reader<'_>, point: &Point, at: usize, published: Date) -> Option<Value> {
    let monday = calendar::monday(published)?;
    match point.when {
        When::Offset { days, .. } => calendar::shifted(published, days).map(Value::Day),
        When::Period { unit, shift } => period(unit, shift, published),
        When::WeekdayOf { weekday, shift } => {
            calendar::shifted(monday, 7 * steps(shift) + i32::from(weekday) - 1).map(Value::Day)
        }
        When::Workweek => days(monday, 0, 4),
        When::MidWeek => days(monday, 2, 3),
        When::WeekEnd => days(monday, 3, 6),
        When::Ranked {
            rank,
            weekday,
            month,
        } => {
            let (year, number) = month_of(&month, published, false)?;
            ranked(year, number, rank, weekday)
        }
        When::Fields(fields) => from_fields(reader, &fields, at, point.end, published),
        When::Exact(day) => Some(Value::Day(day)),
    }
}

fn days(monday: Date, from: i32, to: i32) -> Option<Value> {
    Some(Value::Interval(
        calendar::Point::Day(calendar::shifted(monday, from)?),
        calendar::Point::Day(calendar::shifted(monday, to)?),
    ))
}

/// How many units a direction goes.
const fn steps(shift: Shift) -> i32 {
    match shift {
        Shift::This => 0,
        Shift::Last | Shift::Preceding => -1,
        Shift::Next | Shift::Following => 1,
    }
}

fn period(unit: Unit, shift: Shift, published: Date) -> Option<Value> {
    let steps = steps(shift);
    match unit {
        Unit::Day => calendar::shifted(published, steps).map(Value::Day),
        Unit::Week => calendar::shifted(calendar::monday(published)?, 7 * steps).map(Value::Week),
        Unit::Month => {
            calendar::month_shifted(published, steps).map(|(year, month)| Value::Month(year, month))
        }
        Unit::Year => i16::try_from(i32::from(published.year()) + steps)
            .ok()
            .map(Value::Year),
    }
}

/// The first, second … or last such weekday of a month, or its last day.
fn ranked(year: i16, month: i8, rank: i8, weekday: i8) -> Option<Value> {
    let first = calendar::day(year, month, 1)?;
    let last = calendar::last_of_month(year, month)?;
    let day = match (rank, weekday) {
        (-1, 0) => last,
        (rank, 0) => calendar::day(year, month, rank)?,
        (-1, weekday) => {
            let back = (last.weekday().to_monday_one_offset() - weekday).rem_euclid(7);
            calendar::shifted(last, -i32::from(back))?
        }
        (rank, weekday) => {
            let ahead = (weekday - first.weekday().to_monday_one_offset()).rem_euclid(7);
            calendar::shifted(first, i32::from(ahead) + 7 * (i32::from(rank) - 1))?
        }
    };
    (day.month() == month).then_some(Value::Day(day))
}

fn from_fields(
    reader: &Reader<'_>,
    fields: &Fields,
    at: usize,
    end: usize,
    published: Date,
) -> Option<Value> {
    let ahead = || tense::is_future(reader, at, end);
    if fields.month.is_some_and(|month| month.hijri) {
        return hijri(fields, published);
    }
    match (fields.day, fields.month, fields.weekday) {
        (None, None, Some(weekday)) => weekday_near(weekday, fields.shift, published, ahead),
        (Some(day), Some(month), _) if fields.this_month.is_none() => {
            day_near(day, month, fields.shift, published, ahead)
        }
        (Some(day), ..) => {
            let (year, month) = month_of(fields, published, false)?;
            calendar::day(year, month, day).map(Value::Day)
        }
        (None, Some(_), _) => {
            let bare = fields.shift.is_none() && fields.this_month.is_none();
            let away = i32::from(fields.month.map_or(0, |month| month.number) - published.month());
            let future = bare && ahead().unwrap_or_else(|| is_soon(away * 30));
            month_of(fields, published, future).map(|(year, month)| Value::Month(year, month))
        }
        (None, None, None) => None,
    }
}

/// A Hijri day or month without its year: the one nearest before publication.
fn hijri(fields: &Fields, published: Date) -> Option<Value> {
    let (month, day) = (fields.month?.number, fields.day?);
    // A Hijri year is 354 days: this estimate is off by one at most, and the nearest wins.
    let estimate = (i32::from(published.year()) - 622) * 33 / 32;
    let years = (estimate - 1..=estimate + 1).rev();
    years
        .filter_map(|year| calendar::from_hijri(i16::try_from(year).ok()?, month, day))
        .find(|day| *day <= published)
        .map(Value::Day)
}

/// Where no word tells the tense, a date some weeks ahead is nearer than the same of the year before.
fn is_soon(days: i32) -> bool {
    const WEEKS: i32 = 60;
    (1..=WEEKS).contains(&days)
}

fn weekday_near(
    weekday: i8,
    shift: Option<Shift>,
    published: Date,
    ahead: impl Fn() -> Option<bool>,
) -> Option<Value> {
    let back = i32::from((published.weekday().to_monday_one_offset() - weekday).rem_euclid(7));
    let forth = 7 - back;
    let days = match shift {
        None if ahead() == Some(true) => forth % 7,
        Some(Shift::Last | Shift::Preceding) if back == 0 => -7,
        None | Some(Shift::This | Shift::Last | Shift::Preceding) => -back,
        Some(Shift::Next) => forth,
        Some(Shift::Following) => forth + 7,
    };
    calendar::shifted(published, days).map(Value::Day)
}

/// The day and month nearest not after publication, or not before it.
fn day_near(
    day: i8,
    month: Month,
    shift: Option<Shift>,
    published: Date,
    ahead: impl Fn() -> Option<bool>,
) -> Option<Value> {
    let in_year = |year: i16| calendar::day(year, month.number, day);
    let year = published.year();
    let future = match shift {
        Some(Shift::This) => return in_year(year).map(Value::Day),
        Some(Shift::Next | Shift::Following) => true,
        Some(Shift::Last | Shift::Preceding) => false,
        None => ahead().unwrap_or_else(|| {
            in_year(year).is_some_and(|day| is_soon((day - published).get_days()))
        }),
    };
    let mut years = if future {
        [year, year + 1, year + 4]
    } else {
        [year, year - 1, year - 4]
    }
    .into_iter();
    years
        .find_map(|year| {
            in_year(year).filter(|&day| {
                if future {
                    day >= published
                } else {
                    day <= published
                }
            })
        })
        .map(Value::Day)
}

/// The year and month that fields without a year mean.
fn month_of(fields: &Fields, published: Date, future: bool) -> Option<(i16, i8)> {
    let year = published.year();
    let Some(month) = fields.month else {
        return calendar::month_shifted(published, steps(fields.this_month.unwrap_or(Shift::This)));
    };
    // "mars de l'année dernière": the direction is one of years.
    if let Some(shift) = fields.this_month {
        return Some((year + steps(shift) as i16, month.number));
    }
    let now = published.month();
    let year = match fields.shift {
        Some(Shift::This) => year,
        Some(Shift::Next | Shift::Following) => year + i16::from(month.number <= now),
        Some(Shift::Last | Shift::Preceding) => year - i16::from(month.number >= now),
        None if future => year + i16::from(month.number < now),
        None => year - i16::from(month.number > now),
    };
    Some((year, month.number))
}

/// The value of an interval's first end, what it leaves out taken from the last, whose value is `later`.
pub(super) fn earlier(
    reader: &Reader<'_>,
    from: &Point,
    to: &Point,
    at: usize,
    later: Option<Value>,
    context: Context,
) -> Option<Value> {
    let Some(mut fields) = interval::fields_of(from) else {
        return value(reader, from, at, context)?.known();
    };
    if let Some(year) = fields.year {
        return absolute(&fields, year);
    }
    match later? {
        Value::Day(end)
            if fields.month.is_none() && fields.weekday.is_some() && fields.day.is_none() =>
        {
            let back = (end.weekday().to_monday_one_offset() - fields.weekday?).rem_euclid(7);
            calendar::shifted(end, -i32::from(back)).map(Value::Day)
        }
        Value::Day(end) => {
            if let Some(name) = interval::fields_of(to)
                .and_then(|to| to.month)
                .filter(|month| month.hijri && fields.month.is_none())
            {
                fields.month = Some(name);
                return absolute(&fields, interval::fields_of(to)?.year?);
            }
            let month = fields.month.map_or(end.month(), |month| month.number);
            let year = end.year() - i16::from(month > end.month());
            calendar::day(year, month, fields.day?).map(Value::Day)
        }
        Value::Month(year, month) => {
            let own = fields.month?.number;
            Some(Value::Month(year - i16::from(own > month), own))
        }
        _ => None,
    }
}

/// Gives a Hijri day the value of the Gregorian date beside it, in brackets or after الموافق.
pub(super) fn equate(reader: &Reader<'_>, found: &mut [Read]) {
    for at in 1..found.len() {
        let (left, right) = (found[at - 1], found[at]);
        let hijri =
            (left.first..left.end).any(|at| reader.month(at).is_some_and(|hit| hit.of.hijri));
        let other =
            (right.first..right.end).any(|at| reader.month(at).is_some_and(|hit| hit.of.hijri));
        let beside = left.end + 4 > right.first
            && (left.end..=right.first).any(|at| {
                matches!(reader.folded(at), "(" | "/" | "," | "،" | "-")
                    || reader.link(at, Link::Equal).is_some()
            });
        if !beside || hijri == other {
            continue;
        }
        if hijri {
            found[at - 1].value = right.value;
        } else {
            found[at].value = left.value;
        }
    }
}
