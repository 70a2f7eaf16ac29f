//! Reads the full days of a line by the grammar of sentences; of two calendars the Gregorian is taken.

use jiff::Span;
use jiff::civil::Date;

use super::Setting;
use super::cue::Cues;
use crate::mention::calendar;
use crate::mention::date::fields::Fields;
use crate::mention::date::point::{self, Lone, Point, When};
use crate::mention::reader::Reader;

/// Years in which a page can have been published.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2060;

/// A day and the tokens that say it.
pub(super) struct Said {
    pub date: Date,
    pub first: usize,
    pub end: usize,
    /// Whether a time of that day may stand beside it.
    pub is_day: bool,
}

/// Every day of a line, in order.
pub(super) fn scan(reader: &Reader<'_>, cues: &Cues<'_>, setting: Setting) -> Vec<Said> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < reader.len() {
        let Some(point) = point::read(reader, at, Lone::Refused) else {
            at += 1;
            continue;
        };
        let date = date(reader, cues, at, &point, setting);
        if let Some(date) = date.filter(|date| is_possible(*date, setting)) {
            found.push(Said {
                date,
                first: at,
                end: point.end,
                is_day: true,
            });
        }
        // "mar. 16 janv. 2024": the first word is no month, and hides none.
        at = if date.is_some() {
            point.end.max(at + 1)
        } else {
            at + 1
        };
    }
    found
}

/// A day of tomorrow is that of an event, unless clocks differ.
fn is_possible(date: Date, setting: Setting) -> bool {
    let ahead = setting.seen.is_some_and(|seen| {
        date.checked_sub(Span::new().days(1))
            .is_ok_and(|day| day > seen.date())
    });
    YEARS.contains(&date.year()) && !ahead
}

/// The day of a point, where it is one of the calendar that pages are dated by.
fn date(
    reader: &Reader<'_>,
    cues: &Cues<'_>,
    at: usize,
    point: &Point,
    setting: Setting,
) -> Option<Date> {
    match point.when {
        When::Exact(day) => numeric(reader, cues, at, point.end, day, setting),
        When::Fields(fields) => named(&fields, setting),
        When::Offset {
            days,
            anaphor: false,
        } if days <= 0 => calendar::shifted(setting.seen?.date(), days),
        _ => None,
    }
}

/// A day with its month and year; without the year, the last such day before the page was fetched.
fn named(fields: &Fields, setting: Setting) -> Option<Date> {
    let (day, month) = (fields.day?, fields.month.filter(|month| !month.hijri)?);
    if let Some(year) = fields.year {
        return calendar::day(year, month.number, day);
    }
    if fields.shift.is_some() || fields.this_month.is_some() {
        return None;
    }
    let seen = setting.seen?.date();
    [seen.year(), seen.year() - 1]
        .into_iter()
        .filter_map(|year| calendar::day(year, month.number, day))
        .find(|date| *date <= seen)
}

/// A day in digits. Where day and month could be each other, the day of the week decides, else what is
/// usual; a year of two digits stands only in the shapes in which no version, score or phone number does.
fn numeric(
    reader: &Reader<'_>,
    cues: &Cues<'_>,
    at: usize,
    end: usize,
    day: Date,
    setting: Setting,
) -> Option<Date> {
    let first = end.checked_sub(5).filter(|first| *first >= at)?;
    let length = |at: usize| reader.digits(at).map_or(0, |digits| digits.number.len());
    let mark = reader.folded(first + 1);
    let full = length(first) == 4 || length(first + 4) == 4;
    let two = length(first) == 2 && length(first + 2) == 2;
    if !full && mark != "/" && !two {
        return None;
    }
    if length(first) == 4 {
        return Some(day);
    }
    let swapped = Date::new(day.year(), day.day(), day.month()).ok();
    let told = cues
        .weekday_before(first)
        .or_else(|| Some(reader.weekday(first.checked_sub(1)?)?.of))
        .or_else(|| Some(reader.weekday(first.checked_sub(2)?)?.of));
    let is_on = |date: Date| told == Some(date.weekday().to_monday_one_offset());
    let Some(swapped) = swapped else {
        return Some(day);
    };
    let other = if told.is_some() && is_on(day) != is_on(swapped) {
        is_on(swapped)
    } else {
        // What is written 13/05 stays what it is; `day` took the first number for the day where it could.
        let is_day_first = reader
            .digits(first)
            .and_then(|digits| digits.number.parse().ok())
            == Some(day.day());
        setting.month_first && mark == "/" && is_day_first
    };
    Some(if other { swapped } else { day })
}
