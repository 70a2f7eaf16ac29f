//! Reads intervals: two points with the words that make one span of them, the later lending the earlier
//! what that leaves out.

use crate::mention::date::fields::Fields;
use crate::mention::date::point::{self, Lone, Point, When};
use crate::mention::date::{Context, Read, guard, resolve};
use crate::mention::marks::Kinds;
use crate::mention::meaning::{Link, Unit};
use crate::mention::number::is_dash;
use crate::mention::reader::Reader;

/// The interval that begins at a token.
pub(super) fn read(reader: &Reader<'_>, at: usize, context: Context) -> Option<Read> {
    between(reader, at, context)
        .or_else(|| listed(reader, at, context))
        .or_else(|| spanned(reader, at, context))
}

/// "entre le 20 et le 24 février", "ما بين 14 و20 نوفمبر", "بين شهري أكتوبر وديسمبر".
fn between(reader: &Reader<'_>, at: usize, context: Context) -> Option<Read> {
    let start = reader.link(at, Link::Between)?;
    let start = reader.link(start, Link::Two).unwrap_or(start);
    let from = point::read(reader, start, Lone::Allowed)?;
    let to = point::read(reader, reader.joined(from.end)?, Lone::Allowed)?;
    if shape(&to) == Some(Grain::Lone) {
        return None;
    }
    close(reader, at, from, to, context)
}

/// "les 12 et 13 mars", "يومي السبت والأحد الماضيين": days in a row.
fn listed(reader: &Reader<'_>, at: usize, context: Context) -> Option<Read> {
    let start = reader
        .link(at, Link::Days)
        .or_else(|| reader.link(at, Link::The))?;
    let from = point::read(reader, start, Lone::Allowed)?;
    let (mut to, mut steps) = (from, 0);
    while steps < MOST_DAYS
        && let Some(next) = next_of_list(reader, to.end)
        && let Some(point) = point::read(reader, next, Lone::Allowed)
    {
        (to, steps) = (point, steps + 1);
    }
    (steps > 0 && in_a_row(&from, &to, steps))
        .then(|| close(reader, at, from, to, context))
        .flatten()
}

/// The longest row of days: those of a month.
const MOST_DAYS: i8 = 31;

/// Whether so many days after the first is the last: "les 12 et 15 mars" is no span.
fn in_a_row(from: &Point, to: &Point, steps: i8) -> bool {
    let (Some(from), Some(to)) = (fields_of(from), fields_of(to)) else {
        return false;
    };
    if from.month.is_some() || from.shift.is_some() {
        return false;
    }
    match (from.day, to.day, from.weekday, to.weekday) {
        (Some(a), Some(b), ..) => b - a == steps && (to.month.is_some() || to.this_month.is_some()),
        (None, None, Some(a), Some(b)) => (b - a).rem_euclid(7) == steps,
        _ => false,
    }
}

/// The token after the comma or "and" that goes on with a list.
fn next_of_list(reader: &Reader<'_>, end: usize) -> Option<usize> {
    if matches!(reader.folded(end), "," | "،") && reader.digits(end + 1).is_some() {
        return Some(end + 1);
    }
    reader.joined(end)
}

/// "du 26 au 30 mai", "من 2020 إلى 2023", "2024-2028", "26-30 mai".
fn spanned(reader: &Reader<'_>, at: usize, context: Context) -> Option<Read> {
    if !reader.marks.begins(at, Kinds::SPANNED) {
        return None;
    }
    let opener = reader.of(at);
    let from = point::read(reader, opener.unwrap_or(at), Lone::Allowed)?;
    let (next, dash) = match reader.to(from.end) {
        Some(end) => (end, false),
        None if is_dash(reader, from.end) || reader.folded(from.end) == "/" => (from.end + 1, true),
        None => return None,
    };
    // "de dimanche à mardi, 18 implants": the number is no day.
    let lone = match shape(&from) {
        Some(Grain::Weekday) => Lone::Refused,
        _ => Lone::Allowed,
    };
    let to = point::read(reader, reader.past_the(next), lone)?;
    let (a, b) = (shape(&from), shape(&to));
    let both_days = (a, b) == (Some(Grain::Lone), Some(Grain::Lone));
    if both_days
        && !(reader.link(at, Link::OfThe).is_some() && reader.link(from.end, Link::ToThe).is_some())
    {
        return None;
    }
    if dash && !(a == b || (a == Some(Grain::Lone) && b == Some(Grain::Day))) {
        return None;
    }
    if dash && a != Some(Grain::Lone) && reader.folded(from.end) == "/" && a != Some(Grain::Year) {
        return None;
    }
    close(reader, at, from, to, context)
}

/// What a point tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    /// A day without its month.
    Lone,
    Weekday,
    Day,
    Month,
    Year,
}

fn shape(point: &Point) -> Option<Grain> {
    match point.when {
        When::Exact(_) | When::Offset { .. } => Some(Grain::Day),
        When::Fields(fields) => Some(match (fields.day, fields.month, fields.weekday) {
            (Some(_), None, _) if fields.this_month.is_none() => Grain::Lone,
            (Some(_), ..) => Grain::Day,
            (None, Some(_), _) => Grain::Month,
            (None, None, Some(_)) => Grain::Weekday,
            (None, None, None) => Grain::Year,
        }),
        When::Period {
            unit: Unit::Month, ..
        } => Some(Grain::Month),
        When::Period {
            unit: Unit::Year, ..
        } => Some(Grain::Year),
        _ => None,
    }
}

/// Fills the earlier end from the later and resolves both.
fn close(reader: &Reader<'_>, at: usize, from: Point, to: Point, context: Context) -> Option<Read> {
    if reader.sentence_end(at) < to.end || guard::refuses(reader, at, &to) {
        return None;
    }
    let grains = (shape(&from)?, shape(&to)?);
    let agree = match grains {
        (Grain::Lone, Grain::Day | Grain::Lone) => true,
        (a, b) => a == b,
    };
    if !agree {
        return None;
    }
    let end = to.end;
    let later = resolve::value(reader, &to, at, context)?.known();
    let earlier = resolve::earlier(reader, &from, &to, at, later, context);
    let known = match (earlier, later) {
        (Some(earlier), Some(later)) => {
            let (a, b) = (earlier.point()?, later.point()?);
            if !a.before(b) {
                return None;
            }
            Some(crate::mention::calendar::Value::Interval(a, b))
        }
        _ if context.published.is_none() => None,
        _ => return None,
    };
    Some(Read {
        value: known,
        first: at,
        end,
    })
}

/// The fields of a point, where it is told by fields.
pub(super) fn fields_of(point: &Point) -> Option<Fields> {
    match point.when {
        When::Fields(fields) => Some(fields),
        _ => None,
    }
}
