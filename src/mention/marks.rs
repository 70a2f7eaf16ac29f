//! Marks once a text what can begin a number or a date, so that most tokens cost nothing.

use crate::mention::meaning::{Link, Meaning};
use crate::mention::reader::Reader;

/// A set of marks for each token, and one past the end.
pub(super) struct Marks(Vec<u8>);

/// Digits, or a number word.
const NUMBER: u8 = 1;
/// A word that bounds a number.
const BOUND: u8 = 1 << 1;
/// Digits, or a word that belongs to dates alone.
const DATE: u8 = 1 << 2;
/// A small word that may open a date: an article, "de", "entre", قبل.
const OPENER: u8 = 1 << 3;

/// Inside such a word of several tokens: "il y a".
const INSIDE: u8 = 1 << 4;

impl Marks {
    pub(super) fn new(reader: &Reader<'_>) -> Self {
        let mut marks = vec![0; reader.len() + 1];
        for found in reader.annotations.all() {
            let mark = of(reader.vocabulary.meaning(found.entry));
            let (first, end) = (found.first as usize, found.end as usize);
            if let Some(at) = marks.get_mut(first) {
                *at |= mark;
            }
            if mark & OPENER != 0 && end > first + 1 {
                for inner in marks.iter_mut().take(end).skip(first + 1) {
                    *inner |= INSIDE;
                }
            }
        }
        for (at, mark) in marks.iter_mut().enumerate().take(reader.len()) {
            if reader.digits(at).is_some() {
                *mark |= NUMBER | DATE;
            }
        }
        Self(marks)
    }

    fn has(&self, at: usize, mark: u8) -> bool {
        self.0.get(at).is_some_and(|marks| marks & mark != 0)
    }

    /// Whether a number may begin at a token.
    pub(super) fn number(&self, at: usize) -> bool {
        self.has(at, NUMBER)
    }

    /// Whether a bound may begin at a token.
    pub(super) fn bound(&self, at: usize) -> bool {
        self.has(at, BOUND)
    }

    /// Whether a date may begin at a token: with a word of dates, or with small words right before one.
    pub(super) fn date(&self, at: usize) -> bool {
        const OPENERS: usize = 6;
        self.has(at, DATE)
            || (self.has(at, OPENER)
                && (at + 1..=at + OPENERS)
                    .take_while(|&at| self.has(at - 1, OPENER | INSIDE | DATE))
                    .any(|at| self.has(at, DATE)))
    }
}

fn of(meaning: Meaning) -> u8 {
    match meaning {
        // "un" opens "un mois"; it stands before anything else, too.
        Meaning::Number(word) if word.article => NUMBER | OPENER,
        Meaning::Number(_) => NUMBER | DATE,
        Meaning::Bound(_) => BOUND,
        Meaning::Month(_)
        | Meaning::Weekday(_)
        | Meaning::Unit(_)
        | Meaning::Day { .. }
        | Meaning::NoDate
        | Meaning::Workweek
        | Meaning::Link(Link::First | Link::Days | Link::Start | Link::Middle | Link::End) => DATE,
        Meaning::Shift { before: true, .. }
        | Meaning::Link(
            Link::The
            | Link::Of
            | Link::OfThe
            | Link::Between
            | Link::Two
            | Link::Ago
            | Link::Hence,
        ) => OPENER,
        _ => 0,
    }
}
