//! Finds the words of date lines that sentences do not have: what a day is of, hours, halves of the day.

use crate::rules::lexicon::{Annotations, Lexicons};
use crate::text::Text;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// The next day is that of publication.
    Published,
    /// The next day is that of a change.
    Updated,
    /// A time follows that is counted back.
    Ago,
    /// A time was counted back.
    AgoAfter,
    /// A unit of so many seconds; the word counts so many, 0 where it does not count.
    Unit(i64, i64),
    /// So many days before today.
    Before(i64),
    /// One.
    One,
    /// A day of the week, from 1, Monday.
    Weekday(i8),
    /// Before noon.
    Morning,
    /// After noon.
    Afternoon,
}

/// The cues of one line.
pub(super) struct Cues<'a> {
    lexicons: &'a Lexicons,
    lexicon: Option<u16>,
    found: Annotations,
}

impl<'a> Cues<'a> {
    pub(super) fn new(lexicons: &'a Lexicons, text: &Text<'_>) -> Self {
        Self {
            lexicons,
            lexicon: lexicons.lexicon("date_line"),
            found: lexicons.annotate(text),
        }
    }

    /// The cues that begin at a token, the longest first, each with the token after it.
    pub(super) fn at(&self, at: usize) -> impl Iterator<Item = (Cue, usize)> + '_ {
        let entries = self.lexicons.entries();
        self.found.at(at).iter().filter_map(move |found| {
            let entry = entries.get(found.entry as usize)?;
            let own = Some(entry.lexicon) == self.lexicon;
            let number = || {
                entry
                    .feature("number")
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(0)
            };
            let cue = match &*entry.id {
                _ if !own => return None,
                "published" => Cue::Published,
                "updated" => Cue::Updated,
                "ago" => Cue::Ago,
                "ago_after" => Cue::AgoAfter,
                "second" => Cue::Unit(1, number()),
                "minute" => Cue::Unit(60, number()),
                "hour" => Cue::Unit(3600, number()),
                "day" => Cue::Unit(86_400, number()),
                "before" => Cue::Before(number()),
                "one" => Cue::One,
                "weekday" => Cue::Weekday(i8::try_from(number()).ok()?),
                "am" => Cue::Morning,
                "pm" => Cue::Afternoon,
                _ => return None,
            };
            Some((cue, found.end as usize))
        })
    }

    /// The end of a cue that begins at a token.
    pub(super) fn end_of(&self, at: usize, wanted: Cue) -> Option<usize> {
        self.at(at)
            .find(|(cue, _)| *cue == wanted)
            .map(|(_, end)| end)
    }

    /// The last word between two tokens that says what the day at the second is of.
    pub(super) fn last_before(&self, day: usize, from: usize) -> Option<Cue> {
        let mut cues = (from..day).rev().flat_map(|at| self.at(at));
        cues.find(|(cue, _)| matches!(cue, Cue::Published | Cue::Updated))
            .map(|(cue, _)| cue)
    }

    /// The day of the week that is told up to three tokens before a day.
    pub(super) fn weekday_before(&self, day: usize) -> Option<i8> {
        (day.saturating_sub(3)..day)
            .rev()
            .flat_map(|at| self.at(at))
            .find_map(|(cue, _)| match cue {
                Cue::Weekday(number) => Some(number),
                _ => None,
            })
    }
}
