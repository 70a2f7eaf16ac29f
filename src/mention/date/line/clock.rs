//! Reads a time of the day with its half and its offset: 10:30, 3:15 pm, 10:30 ص, 11:24:00 +0100.

use jiff::civil::Time;

use super::cue::{Cue, Cues};
use crate::mention::reader::Reader;

/// A time and its offset as written.
pub(super) struct Clock {
    pub time: Time,
    pub offset: String,
}

/// The time that begins at a token.
pub(super) fn read(reader: &Reader<'_>, cues: &Cues<'_>, at: usize) -> Option<Clock> {
    let inside = at > 1 && reader.folded(at - 1) == ":" && reader.digits(at - 2).is_some();
    let hour = reader.digits(at).filter(|_| !inside)?;
    let (minute, second, end) = if hour.suffix.is_empty() {
        sexagesimal(reader, at + 1)?
    } else {
        // "3pm" is one token.
        return None;
    };
    let half = |at: usize| {
        cues.at(at)
            .map(|(cue, _)| cue)
            .find(|cue| matches!(cue, Cue::Morning | Cue::Afternoon))
    };
    let half = half(end).or_else(|| half(at.checked_sub(1)?));
    let hour = match (hour.number.parse::<i8>().ok()?, half) {
        (12, Some(Cue::Morning)) => 0,
        (hour, Some(Cue::Afternoon)) if hour < 12 => hour + 12,
        (hour, _) => hour,
    };
    let time = Time::new(hour, minute, second, 0).ok()?;
    let (_, after) = reader.text.bytes(at..end);
    let rest = reader.text.source.get(after..).unwrap_or_default();
    Some(Clock {
        time,
        offset: offset(rest),
    })
}

/// Minutes and seconds after a colon.
fn sexagesimal(reader: &Reader<'_>, at: usize) -> Option<(i8, i8, usize)> {
    let part = |at: usize| {
        let part = reader.digits(at + 1)?;
        let plain = reader.folded(at) == ":" && part.number.len() == 2;
        plain.then(|| part.number.parse::<i8>().ok())?
    };
    let minute = part(at)?;
    Some(match part(at + 2) {
        Some(second) => (minute, second, at + 4),
        None => (minute, 0, at + 2),
    })
}

/// The offset that is written right after a time: `Z`, `+01:00`, or nothing where none is.
pub fn offset(rest: &str) -> String {
    let fraction = rest.strip_prefix('.').map_or(rest, |rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    let rest = fraction.trim_start();
    let named = ["gmt", "utc"].iter().find_map(|name| {
        let head = rest.get(..3)?;
        head.eq_ignore_ascii_case(name).then(|| &rest[3..])
    });
    let digits = named.unwrap_or(rest);
    let zulu = named.is_some()
        || rest
            .strip_prefix(['Z', 'z'])
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let none = if zulu { "Z" } else { "" };
    let Some(sign) = digits.chars().next().filter(|c| matches!(c, '+' | '-')) else {
        return none.to_owned();
    };
    let number: String = digits[1..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':')
        .filter(char::is_ascii_digit)
        .collect();
    match number.len() {
        1 => format!("{sign}0{number}:00"),
        2 => format!("{sign}{number}:00"),
        4 => format!("{sign}{}:{}", &number[..2], &number[2..]),
        _ => none.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_as_written() {
        for (rest, wanted) in [
            ("Z", "Z"),
            (".000Z", "Z"),
            ("+0100", "+01:00"),
            (" +01:00", "+01:00"),
            (" GMT+1", "+01:00"),
            (" UTC", "Z"),
            (" - 12 mars", ""),
            ("", ""),
            (" zone", ""),
        ] {
            assert_eq!(offset(rest), wanted, "{rest}");
        }
    }
}
