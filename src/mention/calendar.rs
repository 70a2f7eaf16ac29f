//! Turns days, weeks, months, years and spans of them into EDTF values, and Hijri days into Gregorian ones.

use icu_calendar::cal::Hijri;
use icu_calendar::{Date as IcuDate, Gregorian};
use jiff::Span;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// A calendar value at its own precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Day(Date),
    /// A week by its Monday.
    Week(Date),
    Month(i16, i8),
    Year(i16),
    /// From the first to the last, both of one precision.
    Interval(Point, Point),
    /// A span of days, weeks, months or years.
    Duration {
        years: u32,
        months: u32,
        weeks: u32,
        days: u32,
    },
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    Day(Date),
    Week(Date),
    Month(i16, i8),
    Year(i16),
}

impl Value {
    /// The EDTF form (ISO 8601-2): `2024-05-20`, `2024-W21`, `2024-05`, `2024`, `2024-05-26/2024-05-30`, `P5D`.
    pub(super) fn edtf(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Week(monday) => week(monday),
            Self::Month(year, month) => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
            Self::Interval(from, to) => {
                format!("{}/{}", Self::from(from).edtf(), Self::from(to).edtf())
            }
            Self::Duration {
                years,
                months,
                weeks,
                days,
            } => {
                let parts = [(years, 'Y'), (months, 'M'), (weeks, 'W'), (days, 'D')];
                let said = parts.iter().filter(|(n, _)| *n > 0);
                said.fold(String::from("P"), |mut all, (n, letter)| {
                    all.push_str(&n.to_string());
                    all.push(*letter);
                    all
                })
            }
        }
    }

    /// The value as an end of an interval.
    pub(super) fn point(self) -> Option<Point> {
        match self {
            Self::Day(day) => Some(Point::Day(day)),
            Self::Week(monday) => Some(Point::Week(monday)),
            Self::Month(year, month) => Some(Point::Month(year, month)),
            Self::Year(year) => Some(Point::Year(year)),
            Self::Interval(..) | Self::Duration { .. } => None,
        }
    }
}

impl From<Point> for Value {
    fn from(point: Point) -> Self {
        match point {
            Point::Day(day) => Self::Day(day),
            Point::Week(monday) => Self::Week(monday),
            Point::Month(year, month) => Self::Month(year, month),
            Point::Year(year) => Self::Year(year),
        }
    }
}

impl Point {
    /// Whether two ends have one precision and stand in order.
    pub(super) fn before(self, later: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&later) && self < later
    }
}

fn week(monday: Date) -> String {
    let week: ISOWeekDate = monday.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

/// A day, or nothing where the calendar has none such.
pub(super) fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

/// A day so many days away.
pub(super) fn shifted(from: Date, days: i32) -> Option<Date> {
    from.checked_add(Span::new().days(days)).ok()
}

/// The year and month so many months away.
pub(super) fn month_shifted(from: Date, months: i32) -> Option<(i16, i8)> {
    let index = i32::from(from.year()) * 12 + i32::from(from.month()) - 1 + months;
    Some((
        i16::try_from(index.div_euclid(12)).ok()?,
        i8::try_from(index.rem_euclid(12) + 1).ok()?,
    ))
}

/// The Monday of a day's week.
pub(super) fn monday(of: Date) -> Option<Date> {
    shifted(of, -i32::from(of.weekday().since(Weekday::Monday)))
}

/// The last day of a month.
pub(super) fn last_of_month(year: i16, month: i8) -> Option<Date> {
    Some(day(year, month, 1)?.last_of_month())
}

/// The Gregorian day of a day of the Umm al-Qura calendar.
pub(super) fn from_hijri(year: i16, month: i8, day: i8) -> Option<Date> {
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    let year = i32::from(year).into();
    let date = IcuDate::try_new(year, month.into(), day, Hijri::new_umm_al_qura()).ok()?;
    let gregorian = date.to_calendar(Gregorian);
    self::day(
        i16::try_from(gregorian.year().extended_year()).ok()?,
        i8::try_from(gregorian.month().ordinal).ok()?,
        i8::try_from(gregorian.day_of_month().0).ok()?,
    )
}
