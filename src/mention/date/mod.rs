//! Turns tokens into dates and durations with their EDTF value, by one grammar for both languages.

use jiff::civil::Date;

use crate::mention::calendar::Value;
use crate::mention::marks::Kinds;
use crate::mention::meaning::Meaning;
use crate::mention::reader::Reader;

mod duration;
mod fields;
mod guard;
mod interval;
pub mod line;
mod numeric;
mod period;
mod point;
mod resolve;
mod tense;

use point::Point;

/// A date or a span of time in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateMention {
    /// EDTF value (ISO 8601-2); nothing for a relative date where the day of publication is not known.
    pub value: Option<String>,
    /// First token.
    pub first: usize,
    /// Token after the last.
    pub end: usize,
    /// Bytes of the first token that are clitics before the date's own words.
    pub peeled: u8,
}

/// What the scan knows besides the words: the day of publication, and whether a date was named before.
#[derive(Clone, Copy)]
struct Context {
    published: Option<Date>,
    dated: bool,
}

/// An expression read: its value where it has one, its first token and the one after its last.
#[derive(Debug, Clone, Copy)]
struct Read {
    value: Option<Value>,
    first: usize,
    end: usize,
}

/// Every date of a text, in order.
pub(super) fn dates(reader: &Reader<'_>, published: Option<Date>) -> Vec<DateMention> {
    let context = Context {
        published,
        dated: false,
    };
    let mut found = scan(reader, context);
    resolve::equate(reader, &mut found);
    let mentions = found.into_iter();
    mentions
        .map(|read| DateMention {
            value: read.value.map(Value::edtf),
            first: read.first,
            end: read.end,
            peeled: peeled(reader, read.first),
        })
        .collect()
}

/// Every expression of a text, from left to right.
fn scan(reader: &Reader<'_>, mut context: Context) -> Vec<Read> {
    let mut found: Vec<Read> = Vec::new();
    let mut at = 0;
    while at < reader.len() {
        if !reader.marks.date(at) {
            at += 1;
            continue;
        }
        if let Some(end) = no_date(reader, at) {
            at = end;
            continue;
        }
        let point = point::read(reader, at, point::Lone::Refused);
        if let Some(end) = guard::name(reader, at, point) {
            at = end;
        } else if let Some(read) = expression(reader, at, point, context) {
            context.dated |= !matches!(read.value, Some(Value::Duration { .. }));
            at = read.end.max(at + 1);
            found.push(read);
        } else {
            at += 1;
        }
    }
    found
}

/// The end of a phrase that looks like a date and is none, where nothing longer begins here.
fn no_date(reader: &Reader<'_>, at: usize) -> Option<usize> {
    if !reader.marks.begins(at, Kinds::NO_DATE) {
        return None;
    }
    let longest = reader.hits(at).find(|hit| {
        matches!(
            hit.of,
            Meaning::NoDate | Meaning::Day { .. } | Meaning::Workweek
        )
    })?;
    (longest.of == Meaning::NoDate).then_some(longest.end)
}

fn expression(
    reader: &Reader<'_>,
    at: usize,
    point: Option<Point>,
    context: Context,
) -> Option<Read> {
    interval::read(reader, at, context)
        .or_else(|| duration::read(reader, at, context))
        .or_else(|| single(reader, at, point?, context))
}

/// One day, month, year or period.
fn single(reader: &Reader<'_>, at: usize, point: Point, context: Context) -> Option<Read> {
    if guard::refuses(reader, at, &point) {
        return None;
    }
    let value = resolve::value(reader, &point, at, context)?;
    Some(Read {
        value: value.known(),
        first: at,
        end: point.end,
    })
}

/// Bytes of clitics before the first word of a date.
fn peeled(reader: &Reader<'_>, first: usize) -> u8 {
    if let Some(digits) = reader.digits(first) {
        return digits.clitic.len() as u8;
    }
    reader.hits(first).map(|hit| hit.peeled).min().unwrap_or(0)
}
