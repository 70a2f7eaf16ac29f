//! Reads days that are counted back from when the page was fetched: "il y a 3 heures", "منذ ساعتين", "yesterday".
//!
//! Weeks, months and years ago are no days: pages round them.

use jiff::SignedDuration;

use super::Setting;
use super::cue::{Cue, Cues};
use super::day::Said;
use crate::mention::number::cardinal;
use crate::mention::reader::Reader;

/// The longest way back that a page counts in days.
const DAYS: i64 = 31;

/// Every day of a line that is counted back.
pub(super) fn scan(reader: &Reader<'_>, cues: &Cues<'_>, setting: Setting) -> Vec<Said> {
    let Some(seen) = setting.seen else {
        return Vec::new();
    };
    let mut found: Vec<Said> = Vec::new();
    for at in 0..reader.len() {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let Some((seconds, end)) = past(reader, cues, at) else {
            continue;
        };
        let date = (seconds <= DAYS * 86_400)
            .then(|| seen.checked_sub(SignedDuration::from_secs(seconds)).ok())
            .flatten();
        if let Some(date) = date {
            found.push(Said {
                date: date.date(),
                first: at,
                end,
                // The hour of three hours ago is a guess, that of yesterday may follow.
                is_day: seconds % 86_400 == 0,
            });
        }
    }
    found
}

/// Seconds counted back by the words that begin at a token.
fn past(reader: &Reader<'_>, cues: &Cues<'_>, at: usize) -> Option<(i64, usize)> {
    let opened = cues.at(at).find_map(|(cue, end)| match cue {
        Cue::Before(days) => Some((days * 86_400, end)),
        Cue::Ago => counted(reader, cues, end),
        _ => None,
    });
    opened.or_else(|| {
        let (seconds, end) = counted(reader, cues, at)?;
        Some((seconds, cues.end_of(end, Cue::AgoAfter)?))
    })
}

/// A number of units, or a unit that counts itself.
fn counted(reader: &Reader<'_>, cues: &Cues<'_>, at: usize) -> Option<(i64, usize)> {
    let unit = |at: usize| {
        cues.at(at).find_map(|(cue, end)| match cue {
            Cue::Unit(seconds, own) => Some((seconds, own, end)),
            _ => None,
        })
    };
    if let Some((seconds, own, end)) = unit(at).filter(|(_, own, _)| *own > 0) {
        return Some((seconds * own, end));
    }
    let (number, next) = if let Some(end) = cues.end_of(at, Cue::One) {
        (1, end)
    } else {
        let number = cardinal::read(reader, at)?;
        #[allow(
            clippy::cast_possible_truncation,
            reason = "checked to be below a thousand"
        )]
        let whole = (1.0..1000.0)
            .contains(&number.value)
            .then_some(number.value as i64)?;
        (whole, number.end)
    };
    let (seconds, _, end) = unit(next)?;
    Some((number * seconds, end))
}
