//! Reads EDTF values as spans of days, and says whether two of them can mean one day.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Days since 1970-01-01, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days {
    /// First day.
    pub from: i32,
    /// Last day.
    pub to: i32,
}

impl Days {
    /// Reads `2023-10-25`, `2023-10`, `2023`, `2023-W43`, an interval of them, or an RFC 3339 time;
    /// nothing for durations and what is no date.
    pub fn read(value: &str) -> Option<Self> {
        if let Some((from, to)) = value.split_once('/') {
            let (from, to) = (Self::point(from)?, Self::point(to)?);
            return (from.from <= to.to).then_some(Self {
                from: from.from,
                to: to.to,
            });
        }
        Self::point(value)
    }

    /// Reads what is no interval.
    fn point(value: &str) -> Option<Self> {
        let value = value
            .split(['T', ' '])
            .next()?
            .trim_end_matches(['?', '~', '%']);
        let mut parts = value.split('-');
        let year: i16 = parts.next()?.parse().ok()?;
        let (from, to) = match (parts.next(), parts.next()) {
            (None, _) => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
            (Some(week), None) if week.starts_with('W') => {
                let week: i8 = week[1..].parse().ok()?;
                let monday = jiff::civil::ISOWeekDate::new(year, week, Weekday::Monday).ok()?;
                let sunday = jiff::civil::ISOWeekDate::new(year, week, Weekday::Sunday).ok()?;
                (monday.date(), sunday.date())
            }
            (Some(month), None) => {
                let first = Date::new(year, month.parse().ok()?, 1).ok()?;
                (first, first.last_of_month())
            }
            (Some(month), Some(day)) => {
                let day = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
                (day, day)
            }
        };
        Some(Self {
            from: number(from),
            to: number(to),
        })
    }

    /// How many days it spans.
    pub const fn length(self) -> i32 {
        self.to - self.from + 1
    }

    /// Whether both can mean one day.
    pub const fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// Days between the two; 0 where they meet.
    pub const fn gap(self, other: Self) -> i32 {
        if self.meets(other) {
            0
        } else if self.to < other.from {
            other.from - self.to
        } else {
            self.from - other.to
        }
    }
}

fn number(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    (date - epoch).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, meet: bool) {
        let (one, other) = (Days::read(one).unwrap(), Days::read(other).unwrap());
        assert_eq!(one.meets(other), meet);
    }

    #[test]
    fn coarse_dates_agree_with_the_days_in_them() {
        check("2023-10", "2023-10-25", true);
        check("2022-W24", "2022-06-13", true);
        check("2022-W24", "2022-06-20", false);
        check("2015", "2015-06", true);
        check("2024-05-26/2024-05-30", "2024-05-30", true);
        check("2016-10-03", "2020-01-28", false);
        check("2024-05-30T11:24:00+01:00", "2024-05-30", true);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for value in ["P5D", "", "2024-13", "2024-02-30", "-", "2024-W99", "hier"] {
            assert_eq!(Days::read(value), None, "{value}");
        }
    }
}
