//! Reads the five fields of a crontab line, and tells when it is next due.
//!
//! ```text
//! minute hour day-of-month month day-of-week      @hourly @daily @weekly @monthly @yearly
//! 0      6,18 *            *     mon-fri          */15 7-22/2
//! ```
//!
//! As in crontab: Sunday is 0 and 7, and where both days are given, either will do. Times are civil
//! times of a zone: one that a clock change leaves out comes right after it, one that it repeats
//! comes once.

use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::error::{Error, Result};

/// How far ahead the next time is looked for: longer than from one 29 February to the next.
const DAYS: usize = 366 * 9;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS_OF_WEEK: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const SHORTHANDS: [(&str, &str); 5] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
];

/// When something recurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

/// The values of a field as bits, and whether it was `*` or began so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    values: u64,
    any: bool,
}

impl Field {
    fn holds(self, value: i8) -> bool {
        self.values >> value & 1 == 1
    }

    /// # Errors
    /// What is wrong, in words.
    fn parse(
        text: &str,
        (low, high): (u32, u32),
        names: &[&str],
    ) -> std::result::Result<Self, String> {
        let value = |word: &str| {
            let word = word.to_lowercase();
            let named = names.iter().position(|name| *name == word);
            named
                .map(|at| at as u32 + u32::from(names.len() == 12))
                .or_else(|| word.parse().ok())
                .filter(|value| (low..=high).contains(value))
                .ok_or_else(|| format!("`{word}` is not from {low} to {high}"))
        };
        let mut values = 0;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(step)),
                None => (part, None),
            };
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (low, high),
                Some((from, to)) => (value(from)?, value(to)?),
                None if step.is_some() => (value(range)?, high),
                None => (value(range)?, value(range)?),
            };
            if from > to {
                return Err(format!("`{range}` ends before it begins"));
            }
            let step = match step.map(str::parse::<usize>) {
                None => 1,
                Some(Ok(step)) if step > 0 => step,
                _ => return Err(format!("`{part}` has no step of 1 or more")),
            };
            for value in (from..=to).step_by(step) {
                values |= 1 << value;
            }
        }
        Ok(Self {
            values,
            any: text.starts_with('*'),
        })
    }
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |message: String| {
            Error::input(format!("schedule `{text}`"), message)
                .hint("minute hour day-of-month month day-of-week, as in crontab: `0 6,18 * * *`")
        };
        let long = SHORTHANDS
            .iter()
            .find(|(short, _)| *short == text.trim())
            .map_or(text, |(_, long)| long);
        let fields: Vec<&str> = long.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(wrong(format!("{} fields, not five", fields.len())));
        };
        let field = |name: &str, text, range, names| {
            Field::parse(text, range, names).map_err(|message| wrong(format!("{name}: {message}")))
        };
        let mut schedule = Self {
            minute: field("minute", minute, (0, 59), &[])?,
            hour: field("hour", hour, (0, 23), &[])?,
            day: field("day of month", day, (1, 31), &[])?,
            month: field("month", month, (1, 12), &MONTHS)?,
            weekday: field("day of week", weekday, (0, 7), &DAYS_OF_WEEK)?,
        };
        schedule.weekday.values |= schedule.weekday.values >> 7 & 1;
        if schedule
            .next(Timestamp::UNIX_EPOCH, &TimeZone::UTC)
            .is_none()
        {
            return Err(wrong("no day is ever like this".to_owned()));
        }
        Ok(schedule)
    }
}

impl Schedule {
    /// The first moment after another at which it is due, by the civil time of a zone.
    pub fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let first = after.to_zoned(zone.clone()).date();
        first
            .series(1.day())
            .take(DAYS)
            .filter(|date| self.on(*date))
            .find_map(|date| self.times(date, zone).find(|time| *time > after))
    }

    fn on(&self, date: Date) -> bool {
        let weekday = self
            .weekday
            .holds(Weekday::to_sunday_zero_offset(date.weekday()));
        let day = self.day.holds(date.day());
        let right = if self.day.any || self.weekday.any {
            day && weekday
        } else {
            day || weekday
        };
        self.month.holds(date.month()) && right
    }

    fn times<'a>(&'a self, date: Date, zone: &'a TimeZone) -> impl Iterator<Item = Timestamp> + 'a {
        (0..24)
            .filter(|hour| self.hour.holds(*hour))
            .flat_map(|hour| (0..60).map(move |minute| (hour, minute)))
            .filter(|(_, minute)| self.minute.holds(*minute))
            .filter_map(move |(hour, minute)| {
                let moment = date.at(hour, minute, 0, 0).to_zoned(zone.clone());
                Some(moment.ok()?.timestamp())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, after: &str, zone: &str) -> String {
        let schedule: Schedule = schedule.parse().unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let next = schedule.next(after.parse().unwrap(), &zone).unwrap();
        next.to_string()
    }

    #[test]
    fn the_next_time_is_that_of_crontab() {
        for (schedule, after, zone, expected) in [
            // strictly after
            (
                "0 6 * * *",
                "2026-03-01T05:00:00Z",
                "Africa/Algiers",
                "2026-03-02T05:00:00Z",
            ),
            (
                "0 6 * * *",
                "2026-03-01T04:59:59Z",
                "Africa/Algiers",
                "2026-03-01T05:00:00Z",
            ),
            (
                "*/15 * * * *",
                "2026-03-01T05:01:00Z",
                "UTC",
                "2026-03-01T05:15:00Z",
            ),
            (
                "5/20 7-9 * * *",
                "2026-03-01T09:26:00Z",
                "UTC",
                "2026-03-01T09:45:00Z",
            ),
            // Monday is 1, Sunday 0 and 7
            (
                "0 0 * * 1",
                "2026-03-03T00:00:00Z",
                "UTC",
                "2026-03-09T00:00:00Z",
            ),
            (
                "0 0 * * 7",
                "2026-03-03T00:00:00Z",
                "UTC",
                "2026-03-08T00:00:00Z",
            ),
            (
                "0 0 * * SUN",
                "2026-03-03T00:00:00Z",
                "UTC",
                "2026-03-08T00:00:00Z",
            ),
            // either day will do where both are given
            (
                "0 0 13 * fri",
                "2026-03-07T00:00:00Z",
                "UTC",
                "2026-03-13T00:00:00Z",
            ),
            (
                "0 0 10 * fri",
                "2026-03-07T00:00:00Z",
                "UTC",
                "2026-03-10T00:00:00Z",
            ),
            (
                "0 0 29 2 *",
                "2026-03-01T00:00:00Z",
                "UTC",
                "2028-02-29T00:00:00Z",
            ),
            (
                "@monthly",
                "2026-12-15T00:00:00Z",
                "UTC",
                "2027-01-01T00:00:00Z",
            ),
            // 02:30 is left out in Paris on 29 March 2026, and comes twice on 25 October
            (
                "30 2 * * *",
                "2026-03-29T00:00:00Z",
                "Europe/Paris",
                "2026-03-29T01:30:00Z",
            ),
            (
                "30 2 * * *",
                "2026-10-25T00:30:00Z",
                "Europe/Paris",
                "2026-10-26T01:30:00Z",
            ),
        ] {
            assert_eq!(
                next(schedule, after, zone),
                expected,
                "{schedule} after {after}"
            );
        }
    }

    #[test]
    fn what_is_no_schedule_is_told() {
        for (schedule, expected) in [
            ("0 6 * *", "4 fields, not five"),
            ("60 * * * *", "minute: `60` is not from 0 to 59"),
            ("0 9-7 * * *", "hour: `9-7` ends before it begins"),
            ("*/0 * * * *", "minute: `*/0` has no step of 1 or more"),
            ("0 0 30 2 *", "no day is ever like this"),
            ("0 0 * jui *", "month: `jui` is not from 1 to 12"),
        ] {
            let error = schedule.parse::<Schedule>().unwrap_err().to_string();
            assert!(
                error.contains(expected) && error.contains("hint: "),
                "{error}"
            );
        }
    }
}
