//! Reads the dates of feeds, sitemaps and headers, in the many shapes in which they are written.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use regex::{Captures, Regex};

/// A point in time as something declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The point in time; midnight or the hour as of UTC where no offset is written.
    pub at: Timestamp,
    /// RFC 3339 with the offset as written, or the day alone where no offset is.
    pub written: String,
}

/// `2024-05-20`, `2024-05-20T10:00:00.5+01:00`, `2024/05/20 10:00`, `2024-05`.
static YEAR_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?";
    Regex::new(&format!(r"{day}(?:[T\s]+{CLOCK})?")).ok()
});

/// `Mon, 20 May 2024 10:00:00 +0100`, `20-May-24`, `20 May 2024, 10:00 GMT`.
static DAY_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = r"(?:^|[\s,])(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<n>\p{L}{3,9})\.?,?[\s-]+(?P<y>\d{4}|\d{2})\b";
    Regex::new(&format!(r"{day}(?:[,T\s]+{CLOCK})?")).ok()
});

/// `May 20, 2024 10:00`, `Mon May 20 10:00:00 UTC 2024`.
static MONTH_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let day = r"(?:^|[\s,])(?P<n>\p{L}{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?";
    Regex::new(&format!(
        r"{day}(?:\s+{CLOCK})?\s+(?P<y>\d{{4}})\b(?:[,\s]+{LATE_CLOCK})?"
    ))
    .ok()
});

const CLOCK: &str = r"(?P<h>\d{1,2}):(?P<i>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<z>[A-Za-z]{1,5}\b|[+-]\d{1,2}:?\d{2}|[+-]\d{2}\b)?";
const LATE_CLOCK: &str = r"(?P<lh>\d{1,2}):(?P<li>\d{2})(?::(?P<ls>\d{2}))?\s*(?P<lz>[A-Za-z]{1,5}\b|[+-]\d{1,2}:?\d{2})?";

impl Moment {
    /// Reads a date with or without a time; nothing where no day or month is told.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        [&YEAR_FIRST, &DAY_FIRST, &MONTH_FIRST]
            .into_iter()
            .filter_map(|pattern| (*pattern).as_ref())
            .find_map(|pattern| Self::from_parts(&pattern.captures(text)?))
    }

    fn from_parts(parts: &Captures<'_>) -> Option<Self> {
        let number = |name: &str| parts.name(name)?.as_str().parse::<i16>().ok();
        let either = |early: &str, late: &str| number(early).or_else(|| number(late));
        let month = match parts.name("n") {
            Some(name) => month_of(name.as_str())?,
            None => number("m")?,
        };
        let year = match number("y")? {
            short @ 0..=68 => short + 2000,
            short @ 69..=99 => short + 1900,
            year => year,
        };
        // A month alone stands for its first day in comparisons, and is written as a month.
        let day = number("d");
        let date = Date::new(
            year,
            i8::try_from(month).ok()?,
            i8::try_from(day.unwrap_or(1)).ok()?,
        )
        .ok()?;
        let time = match (either("h", "lh"), either("i", "li")) {
            (Some(hour), Some(minute)) => {
                let second = either("s", "ls").unwrap_or(0).min(59);
                Time::new(
                    i8::try_from(hour).ok()?,
                    i8::try_from(minute).ok()?,
                    i8::try_from(second).ok()?,
                    0,
                )
                .ok()?
            }
            _ => Time::midnight(),
        };
        let zone = parts.name("z").or_else(|| parts.name("lz"));
        let offset = zone.and_then(|zone| offset_of(zone.as_str()));
        let at = date
            .to_datetime(time)
            .to_zoned(TimeZone::fixed(offset.unwrap_or(Offset::UTC)))
            .ok()?;
        let written = match (offset, day) {
            (Some(_), _) => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            (None, Some(_)) => date.to_string(),
            (None, None) => date.strftime("%Y-%m").to_string(),
        };
        Some(Self {
            at: at.timestamp(),
            written,
        })
    }
}

/// An English month by its first three letters, which feeds write whatever their language.
fn month_of(name: &str) -> Option<i16> {
    let start = name.get(..3)?.to_ascii_lowercase();
    let at = "janfebmaraprmayjunjulaugsepoctnovdec".find(&start)?;
    (at % 3 == 0).then(|| i16::try_from(at / 3 + 1).ok())?
}

/// An offset as digits, or one of the names that RFC 822 and the region's servers use.
fn offset_of(zone: &str) -> Option<Offset> {
    let hours = |hours: i8| Offset::from_hours(hours).ok();
    match zone.to_ascii_uppercase().as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => hours(0),
        "CET" | "WEST" | "BST" => hours(1),
        "CEST" | "EET" => hours(2),
        "EDT" => hours(-4),
        "EST" | "CDT" => hours(-5),
        "CST" | "MDT" => hours(-6),
        "MST" | "PDT" => hours(-7),
        "PST" => hours(-8),
        digits => {
            let sign = if digits.strip_prefix('-').is_some() {
                -1
            } else {
                1
            };
            let number: String = digits.chars().filter(char::is_ascii_digit).collect();
            let (hour, minute) = match number.len() {
                2 => (number.as_str(), "0"),
                3 | 4 => number.split_at(number.len() - 2),
                _ => return None,
            };
            let span = SignedDuration::from_mins(
                sign * (hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?),
            );
            Offset::try_from(span).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, written: &str, utc: &str) {
        let moment = Moment::read(text).unwrap_or_else(|| panic!("{text} is not read"));
        assert_eq!(
            (moment.written.as_str(), moment.at.to_string().as_str()),
            (written, utc),
            "{text}"
        );
    }

    #[test]
    fn dates_of_feeds() {
        check(
            "Mon, 20 May 2024 00:30:00 +0100",
            "2024-05-20T00:30:00+01:00",
            "2024-05-19T23:30:00Z",
        );
        check(
            "Wed, 20 May 2024 10:00 GMT",
            "2024-05-20T10:00:00+00:00",
            "2024-05-20T10:00:00Z",
        );
        check(
            "lundi, 20 May 24 10:00:00 EST",
            "2024-05-20T10:00:00-05:00",
            "2024-05-20T15:00:00Z",
        );
        check(
            "2024-05-20T10:00:00.123Z",
            "2024-05-20T10:00:00+00:00",
            "2024-05-20T10:00:00Z",
        );
        check(
            "2024-05-20 10:00:00+01:00",
            "2024-05-20T10:00:00+01:00",
            "2024-05-20T09:00:00Z",
        );
        check("2024-05-20T10:00:00", "2024-05-20", "2024-05-20T10:00:00Z");
        check("2024-05-20", "2024-05-20", "2024-05-20T00:00:00Z");
        check("2024-05", "2024-05", "2024-05-01T00:00:00Z");
        check("2024/5/2 8:05", "2024-05-02", "2024-05-02T08:05:00Z");
        check(
            "May 20, 2024 10:00 CET",
            "2024-05-20T10:00:00+01:00",
            "2024-05-20T09:00:00Z",
        );
        check(
            "Mon May 20 10:00:00 UTC 2024",
            "2024-05-20T10:00:00+00:00",
            "2024-05-20T10:00:00Z",
        );
        check(
            "20-May-2024 10:00:60 -0930",
            "2024-05-20T10:00:59-09:30",
            "2024-05-20T19:30:59Z",
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2024-13-01",
            "32 May 2024",
            "20 Xyz 2024",
            "12:30",
            "é",
        ] {
            assert_eq!(Moment::read(text), None, "{text}");
        }
    }
}
