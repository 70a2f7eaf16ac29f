//! Turns the strings that machines write for machines into moments: ISO 8601 in its variants, bare digits, seconds since 1970.
//!
//! What people read is read by [`crate::mention::date::line`]; so are strings for machines in words.

use jiff::civil::{Date, Time};

use crate::mention::date::line::{Moment, offset};

/// Years in which a page can have been published.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2060;

/// Reads a string that is nothing but a stamp.
pub(super) fn read(text: &str) -> Option<Moment> {
    let text = text.trim();
    iso(text).or_else(|| epoch(text))
}

fn iso(text: &str) -> Option<Moment> {
    let digits = |from: usize, to: usize| -> Option<i16> {
        let part = text.get(from..to)?;
        let plain = part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let year = digits(0, 4)?;
    let separated = matches!(text.as_bytes().get(4), Some(b'-' | b'/' | b'.'));
    let (month, day, rest): (i16, i16, &str) = if separated {
        let (month, rest) = text[5..].split_once(['-', '/', '.'])?;
        let length = rest.bytes().take_while(u8::is_ascii_digit).count().min(2);
        let (day, rest) = rest.split_at(length);
        (month.parse().ok()?, day.parse().ok()?, rest)
    } else {
        (digits(4, 6)?, digits(6, 8)?, text.get(8..)?)
    };
    if rest.starts_with(|c: char| c.is_ascii_digit()) && separated {
        return None;
    }
    let month = i8::try_from(month).ok()?;
    let date = Date::new(year, month, i8::try_from(day).ok()?).ok()?;
    let (time, offset) =
        clock(rest).map_or((None, String::new()), |(time, offset)| (Some(time), offset));
    YEARS
        .contains(&year)
        .then_some(Moment { date, time, offset })
}

/// The hour and the offset that follow a day.
fn clock(rest: &str) -> Option<(Time, String)> {
    let rest =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, 'T' | 't' | ',' | '-'));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, rest) = rest.split_at(digits);
    let colon = rest.strip_prefix(':');
    // 20240530T112400 has no colons.
    if colon.is_none() && digits == 6 {
        let part = |at: usize| hour[at..at + 2].parse().ok();
        let time = Time::new(part(0)?, part(2)?, part(4)?, 0).ok()?;
        return Some((time, offset(rest)));
    }
    let (minute, rest) = two(colon?)?;
    let (second, rest) = rest.strip_prefix(':').and_then(two).unwrap_or((0, rest));
    let time = Time::new(hour.parse().ok()?, minute, second, 0).ok()?;
    Some((time, offset(rest)))
}

/// Two digits.
fn two(text: &str) -> Option<(i8, &str)> {
    Some((text.get(..2)?.parse().ok()?, &text[2..]))
}

/// Seconds or milliseconds since 1970, as some sites write `content`.
fn epoch(text: &str) -> Option<Moment> {
    let seconds = match text.len() {
        10 => text.parse::<i64>().ok()?,
        13 => text.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    let stamp = jiff::Timestamp::from_second(seconds).ok()?;
    let moment = stamp.to_zoned(jiff::tz::TimeZone::UTC);
    YEARS.contains(&moment.year()).then(|| Moment {
        date: moment.date(),
        time: Some(moment.time()),
        offset: "Z".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps() {
        for (text, wanted) in [
            ("2024-05-30T11:24:00+01:00", "2024-05-30T11:24:00+01:00"),
            ("2024-05-30T11:24:00.000Z", "2024-05-30T11:24:00Z"),
            ("2024-05-30 11:24", "2024-05-30T11:24:00"),
            ("2024-05-30T11:24:00+0100", "2024-05-30T11:24:00+01:00"),
            ("20240530", "2024-05-30"),
            ("20240530T112405Z", "2024-05-30T11:24:05Z"),
            ("2024/5/3", "2024-05-03"),
            ("1717068240", "2024-05-30T11:24:00Z"),
            ("2024-05-30T", "2024-05-30"),
            ("2024-05-30T25:61", "2024-05-30"),
            ("2024-05", "none"),
            ("2024", "none"),
            ("2024-13-01", "none"),
            ("1024-01-01", "none"),
            ("18348200", "none"),
        ] {
            let found = read(text).map_or("none".to_owned(), |moment| moment.written());
            assert_eq!(found, wanted, "{text}");
        }
    }
}
