//! Turns tokens into numbers and dates, the typed spans that a page's date line and a sentence share.
//!
//! Words live in lexicons (`number`, `month`, `weekday`, `unit`, `relative`, `bound`, `purpose`, `link`,
//! `tense`, `affix`, `named_after`, `age_bearer`); what is here is the grammar that composes them, which is
//! one for both languages.

use jiff::civil::Date;

use crate::rules::lexicon::Annotations;
use crate::text::Text;

pub mod calendar;

pub mod vocabulary;

pub mod number;

pub mod date;

mod age;

mod marks;

mod meaning;

mod reader;

use date::DateMention;
use marks::Marks;
use number::{Number, Purpose};
use reader::{Last, Reader};
use vocabulary::Vocabulary;

/// Everything in a text that is a number or a date, each in order of its first token.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mentions {
    /// Numbers; those inside a date have [`Purpose::Date`].
    pub numbers: Vec<Number>,
    /// Dates and durations.
    pub dates: Vec<DateMention>,
}

/// Reads the numbers and the dates of a text. `published` resolves what is relative to it; without it
/// such a date has no value.
pub fn read(
    text: &Text<'_>,
    annotations: &Annotations,
    vocabulary: &Vocabulary,
    published: Option<Date>,
) -> Mentions {
    let reader = Reader {
        text,
        annotations,
        vocabulary,
        marks: &Marks::new(text, annotations, vocabulary),
        last: &Last::default(),
    };
    let dates = date::dates(&reader, published);
    let mut numbers = number::numbers(&reader);
    let mut at = 0;
    for number in &mut numbers {
        while dates.get(at).is_some_and(|date| date.end <= number.first) {
            at += 1;
        }
        if dates.get(at).is_some_and(|date| date.first < number.end) {
            number.purpose = Purpose::Date;
        }
    }
    Mentions { numbers, dates }
}
