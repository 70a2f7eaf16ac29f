//! Turns the line in which a page dates itself into days and times, by the grammar that reads sentences.
//!
//! A line is shorter and freer than a sentence: it may be in a language that is not extracted, write
//! its numbers apart, put the month first, count back in hours, and say two days, of which one is of
//! the last change.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};

use crate::error::{Error, Result};
use crate::mention::marks::Marks;
use crate::mention::vocabulary::Vocabulary;
use crate::record::Lang;
use crate::rules::lexicon::{Annotations, Lexicons};
use crate::rules::pack::Pack;
use crate::text::Text;

mod back;
mod clock;
mod cue;
mod day;
mod spacing;

pub use clock::offset;

use crate::mention::reader::{Last, Reader};
use cue::{Cue, Cues};
use day::Said;

/// A day, and the time where it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of the day, in the zone of `offset`, or where that is empty in whatever zone the page means.
    pub time: Option<Time>,
    /// The offset as written: `Z`, `+01:00`; empty where none is.
    pub offset: String,
}

impl Moment {
    /// A day without a time.
    pub const fn day(date: Date) -> Self {
        Self {
            date,
            time: None,
            offset: String::new(),
        }
    }

    /// EDTF: a day, or a day and a time with the offset as written.
    pub fn written(&self) -> String {
        match self.time {
            Some(time) => {
                let time = time.strftime("%H:%M:%S");
                format!("{}T{time}{}", self.date, self.offset)
            }
            None => self.date.to_string(),
        }
    }
}

/// The days of one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Of publication: the first that no word makes one of a change.
    pub published: Option<Moment>,
    /// Of the last change.
    pub updated: Option<Moment>,
}

/// What is known of a page beside its lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// `5/3/2024` is the third of May.
    pub month_first: bool,
    /// When the page was fetched, on the publisher's clock. Lines that count back from it, or leave out
    /// the year, say nothing without it.
    pub seen: Option<DateTime>,
}

/// Reads date lines: French and Arabic with the words of sentences, some languages more with their months.
#[derive(Debug)]
pub struct Lines {
    pack: Arc<Pack>,
    fr: Vocabulary,
    ar: Vocabulary,
    /// Months and small words of other languages, and the cues of the Latin script.
    latin: Lexicons,
    other: Vocabulary,
    /// The cues of Arabic.
    arabic: Lexicons,
}

/// Lists of the lines alone, by the name of the lexicon that they belong to.
const LATIN: [(&str, &str); 5] = [
    (
        "month.tsv",
        include_str!("../../../../patterns/lexicons/shared/month_other.tsv"),
    ),
    (
        "link.tsv",
        include_str!("../../../../patterns/lexicons/shared/link_other.tsv"),
    ),
    (
        "affix.tsv",
        include_str!("../../../../patterns/lexicons/fr/affix.tsv"),
    ),
    (
        "date_line.tsv",
        include_str!("../../../../patterns/lexicons/fr/date_line.tsv"),
    ),
    (
        "date_line.tsv",
        include_str!("../../../../patterns/lexicons/shared/date_line_other.tsv"),
    ),
];
const ARABIC: [(&str, &str); 1] = [(
    "date_line.tsv",
    include_str!("../../../../patterns/lexicons/ar/date_line.tsv"),
)];

impl Lines {
    /// Takes the words of sentences from a pack.
    ///
    /// # Errors
    /// [`Error::Pattern`] where an entry of its lexicons says nothing that dates know.
    pub fn new(pack: Arc<Pack>) -> Result<Self> {
        let vocabulary =
            |lexicons: &Lexicons, lang| Vocabulary::new(lexicons, lang).map_err(Error::Pattern);
        let (fr, ar) = (
            vocabulary(pack.rules(Lang::Fr).lexicons(), Lang::Fr)?,
            vocabulary(pack.rules(Lang::Ar).lexicons(), Lang::Ar)?,
        );
        let latin = lexicons(Lang::Fr, &LATIN)?;
        Ok(Self {
            fr,
            ar,
            other: vocabulary(&latin, Lang::Fr)?,
            latin,
            arabic: lexicons(Lang::Ar, &ARABIC)?,
            pack,
        })
    }

    /// The days that a line says: "Publié le 12 mars 2024 à 10:30", "16 جانفي 2024", "12/03/2024 - 11:24",
    /// "March 12, 2024", "منذ ساعتين". A month or a year alone is no day.
    pub fn read(&self, line: &str, setting: Setting) -> Line {
        let line = spacing::even(line);
        let arabic = line.chars().any(is_arabic);
        let read = |lang, cues: &Lexicons, words: &Lexicons, vocabulary| {
            let text = Text::new(&line, lang);
            let cues = Cues::new(cues, &text);
            let annotations = words.annotate(&text);
            one(&text, &annotations, vocabulary, &cues, setting)
        };
        let of_pack = |lang| self.pack.rules(lang).lexicons();
        let first = arabic.then(|| read(Lang::Ar, &self.arabic, of_pack(Lang::Ar), &self.ar));
        first
            .filter(|line| *line != Line::default())
            .or_else(|| {
                let line = read(Lang::Fr, &self.latin, of_pack(Lang::Fr), &self.fr);
                (line != Line::default()).then_some(line)
            })
            .unwrap_or_else(|| read(Lang::Fr, &self.latin, &self.latin, &self.other))
    }
}

fn lexicons(lang: Lang, files: &[(&str, &str)]) -> Result<Lexicons> {
    let mut lexicons = Lexicons::new(lang);
    for (name, content) in files {
        lexicons.add_file(name, content).map_err(Error::Pattern)?;
    }
    Ok(lexicons)
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{621}'..='\u{64A}')
}

/// The days of a line as one language reads it.
fn one(
    text: &Text<'_>,
    annotations: &Annotations,
    vocabulary: &Vocabulary,
    cues: &Cues<'_>,
    setting: Setting,
) -> Line {
    let reader = Reader {
        text,
        annotations,
        vocabulary,
        marks: &Marks::new(text, annotations, vocabulary),
        last: &Last::default(),
    };
    let mut said = day::scan(&reader, cues, setting);
    said.extend(back::scan(&reader, cues, setting));
    said.sort_by_key(|said| said.first);
    let mut line = Line::default();
    for at in 0..said.len() {
        let (from, to) = (
            at.checked_sub(1).map_or(0, |before| said[before].end),
            said.get(at + 1)
                .map_or(text.tokens.len(), |next| next.first),
        );
        let found = &said[at];
        let place = if cues.last_before(found.first, from) == Some(Cue::Updated) {
            &mut line.updated
        } else {
            &mut line.published
        };
        if place.is_none() {
            *place = Some(timed(&reader, cues, found, from..to));
        }
    }
    line
}

/// A day with the time that stands after it, else before it, between its neighbours.
fn timed(
    reader: &Reader<'_>,
    cues: &Cues<'_>,
    said: &Said,
    within: std::ops::Range<usize>,
) -> Moment {
    let mut places = (said.end..within.end).chain(within.start..said.first);
    let clock = said
        .is_day
        .then(|| places.find_map(|at| clock::read(reader, cues, at)))
        .flatten();
    match clock {
        Some(clock) => Moment {
            date: said.date,
            time: Some(clock.time),
            offset: clock.offset,
        },
        None => Moment::day(said.date),
    }
}
