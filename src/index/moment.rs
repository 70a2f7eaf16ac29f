//! Turns dates as records and queries write them into numbers `YYYYMMDDhhmmss`, in which a day or a year is a range.

use std::ops::RangeInclusive;

use jiff::civil::{ISOWeekDate, Weekday};

/// What completes a moment of unknown month, day and hour: the earliest and the latest.
const EARLIEST: &str = "00000101000000";
const LATEST: &str = "99991231235959";

/// The moments that an EDTF date or an RFC 3339 time covers: a second, a day, a week, a month, a year or
/// an interval. Nothing where it is none of these.
pub(super) fn covered(date: &str) -> Option<RangeInclusive<u64>> {
    if let Some((from, to)) = date.rsplit_once('/') {
        if from.contains('/') {
            return None;
        }
        return Some(*covered(from)?.start()..=*covered(to)?.end());
    }
    if let Some((year, week)) = date.split_once("-W") {
        return week_covered(year.parse().ok()?, week.parse().ok()?);
    }
    // The offset of a time is left out: a paper's day is the day where it is read.
    let (day, time) = date.split_once(['T', ' ']).unwrap_or((date, ""));
    let time = time.get(..8).unwrap_or(time);
    let times = time.split(':').filter(|part| !part.is_empty());
    if day.split('-').count() > 3 {
        return None;
    }
    let mut digits = String::with_capacity(LATEST.len());
    for (at, part) in day.split('-').chain(times).enumerate() {
        let width = if at == 0 { 4 } else { 2 };
        if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.push_str(part);
    }
    let complete = |with: &str| -> Option<u64> {
        let rest = with.get(digits.len()..)?;
        format!("{digits}{rest}").parse().ok()
    };
    let bounds = complete(EARLIEST)?..=complete(LATEST)?;
    is_calendar(&digits).then_some(bounds)
}

/// Whether month and day exist in some year.
fn is_calendar(digits: &str) -> bool {
    let within = |at: usize, range: RangeInclusive<u8>| {
        digits
            .get(at..at + 2)
            .is_none_or(|part| part.parse().is_ok_and(|part| range.contains(&part)))
    };
    within(4, 1..=12) && within(6, 1..=31)
}

fn week_covered(year: i16, week: i8) -> Option<RangeInclusive<u64>> {
    let monday = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
    let sunday = ISOWeekDate::new(year, week, Weekday::Sunday).ok()?.date();
    let first = covered(&monday.to_string())?;
    Some(*first.start()..=*covered(&sunday.to_string())?.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(date: &str, expect: Option<(u64, u64)>) {
        let found = covered(date).map(RangeInclusive::into_inner);
        assert_eq!(found, expect, "{date}");
    }

    #[test]
    fn a_date_covers_its_precision() {
        check("2024", Some((20_240_101_000_000, 20_241_231_235_959)));
        check("2024-05", Some((20_240_501_000_000, 20_240_531_235_959)));
        check("2024-05-20", Some((20_240_520_000_000, 20_240_520_235_959)));
        check(
            "2024-05-30T11:24:00+01:00",
            Some((20_240_530_112_400, 20_240_530_112_400)),
        );
        check(
            "2024-05-26/2024-05-30",
            Some((20_240_526_000_000, 20_240_530_235_959)),
        );
        check("2024-W21", Some((20_240_520_000_000, 20_240_526_235_959)));
    }

    #[test]
    fn what_is_no_date_covers_nothing() {
        for date in [
            "",
            "hier",
            "24",
            "2024-13",
            "2024-5-2",
            "P5D",
            "2024-05-20-01-02-03-04",
            "٢٠٢٤",
        ] {
            check(date, None);
        }
    }
}
