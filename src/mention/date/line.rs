//! Turns the line in which a page dates itself into a day and a time, by the grammar that reads sentences.

use std::sync::Arc;

use jiff::civil::{Date, Time};

use crate::error::{Error, Result};
use crate::mention::calendar::Value;
use crate::mention::date::{self, Context};
use crate::mention::marks::Marks;
use crate::mention::meaning::Link;
use crate::mention::reader::Reader;
use crate::mention::vocabulary::Vocabulary;
use crate::record::Lang;
use crate::rules::pack::Pack;
use crate::text::Text;

/// A day, and the time where the line says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of the day, in whatever zone the page means.
    pub time: Option<Time>,
}

/// Reads date lines in French, Arabic, and with English month names.
#[derive(Debug, Clone)]
pub struct Lines {
    pack: Arc<Pack>,
    fr: Vocabulary,
    ar: Vocabulary,
}

impl Lines {
    /// Takes the words from a pack.
    ///
    /// # Errors
    /// [`Error::Pattern`] where an entry of its lexicons says nothing that dates know.
    pub fn new(pack: Arc<Pack>) -> Result<Self> {
        let vocabulary =
            |lang| Vocabulary::new(pack.rules(lang).lexicons(), lang).map_err(Error::Pattern);
        let (fr, ar) = (vocabulary(Lang::Fr)?, vocabulary(Lang::Ar)?);
        Ok(Self { pack, fr, ar })
    }

    /// The first day that a line says: "Publié le 12 mars 2024 à 10:30", "16 جانفي 2024", "12/03/2024 - 11:24",
    /// "March 12, 2024", "2024-03-12". `seen` is a day on which the page existed; what is relative to it
    /// ("hier") or leaves out the year is counted from there.
    pub fn read(&self, line: &str, seen: Option<Date>) -> Option<Moment> {
        let (lang, vocabulary) = if line.chars().any(is_arabic) {
            (Lang::Ar, &self.ar)
        } else {
            (Lang::Fr, &self.fr)
        };
        let text = Text::new(line, lang);
        let annotations = self.pack.rules(lang).lexicons().annotate(&text);
        let reader = Reader {
            text: &text,
            annotations: &annotations,
            vocabulary,
            marks: &Marks::new(&text, &annotations, vocabulary),
        };
        let context = Context {
            published: seen,
            dated: false,
        };
        let (read, date) = date::scan(&reader, context)
            .into_iter()
            .find_map(|read| match read.value {
                Some(Value::Day(day)) => Some((read, day)),
                _ => None,
            })?;
        let after =
            (read.end.saturating_sub(1)..text.tokens.len()).find_map(|at| time(&reader, at));
        let time = after.or_else(|| (0..read.first).find_map(|at| time(&reader, at)));
        Some(Moment { date, time })
    }
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{621}'..='\u{64A}')
}

/// A time that begins at a token: 10:30, 10h30, 10:30:05, 3:15 pm, and the end of 12T10:30.
fn time(reader: &Reader<'_>, at: usize) -> Option<Time> {
    let digits = reader.digits(at)?;
    let (hour, minute, second, end) = match digits.suffix.split_once(['h', 't']) {
        Some(("", "")) if digits.suffix == "h" => (digits.number, "0", "0", at + 1),
        Some(("", minute)) if digits.suffix.starts_with('h') => {
            (digits.number, minute, "0", at + 1)
        }
        Some(("", hour)) => {
            let (minute, second, end) = sexagesimal(reader, at + 1)?;
            (hour, minute, second, end)
        }
        _ => {
            let (minute, second, end) = sexagesimal(reader, at + 1)?;
            (digits.number, minute, second, end)
        }
    };
    let mut hour: i8 = hour.parse().ok()?;
    let afternoon =
        reader.link(end, Link::Afternoon).is_some() || reader.link(end, Link::Gregorian).is_some();
    if afternoon && hour < 12 {
        hour += 12;
    }
    Time::new(hour, minute.parse().ok()?, second.parse().ok()?, 0).ok()
}

/// Minutes and seconds after a colon.
fn sexagesimal<'a>(reader: &Reader<'a>, at: usize) -> Option<(&'a str, &'a str, usize)> {
    let part = |at: usize| {
        let colon = reader.folded(at) == ":";
        reader
            .digits(at + 1)
            .filter(|part| colon && part.number.len() == 2)
    };
    let minute = part(at)?;
    Some(match part(at + 2) {
        Some(second) => (minute.number, second.number, at + 4),
        None => (minute.number, "0", at + 2),
    })
}
