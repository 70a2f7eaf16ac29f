//! Reads periods: a unit in a direction ("la semaine dernière"), and the beginning, middle or end of one.

use crate::mention::date::fields::{self, Fields};
use crate::mention::date::point::{self, Lone, Point, When};
use crate::mention::meaning::{Link, Shift, Unit};
use crate::mention::reader::Reader;
use crate::rules::lexicon::Clitics;

/// The period that begins at a token: its part, or itself.
pub(super) fn read(reader: &Reader<'_>, at: usize) -> Option<Point> {
    part(reader, at).or_else(|| unit(reader, at))
}

/// "la semaine dernière", "cette année", "le mois prochain", "هذا العام".
pub(super) fn unit(reader: &Reader<'_>, at: usize) -> Option<Point> {
    let the = reader.past_the(at);
    let (mut shift, mut next) = (None, the);
    if let Some(hit) = reader.shift(the) {
        (shift, next) = (Some(hit.of.0), hit.end);
    }
    let hit = reader
        .unit(next)
        .filter(|hit| hit.of.count == 0 && !is_plural(reader, next))?;
    if hit.of.spell || hit.of.plural {
        return None;
    }
    next = hit.end;
    // "cette année-ci": the pointing word may come twice.
    if let Some(after) = reader.shift(next).filter(|after| !after.of.1) {
        (shift, next) = (shift.or(Some(after.of.0)), after.end);
    }
    let shift = shift?;
    if hit.of.unit == Unit::Day && shift == Shift::This {
        return None;
    }
    // "السنة الأخيرة": ال on the unit is what makes an Arabic period of it.
    Some(Point {
        when: When::Period {
            unit: hit.of.unit,
            shift,
        },
        end: next,
    })
}

fn is_plural(reader: &Reader<'_>, at: usize) -> bool {
    // "mois" ends in -s without being a plural: its entry is the whole word.
    reader
        .unit(at)
        .is_some_and(|hit| hit.clitics.has(Clitics::PLURAL))
}

/// "fin mars", "début du mois", "نهاية السنة الجارية", "mi-juin".
fn part(reader: &Reader<'_>, at: usize) -> Option<Point> {
    let the = reader.past_the(at);
    let (part, end) = [Link::Start, Link::Middle, Link::End]
        .into_iter()
        .find_map(|part| reader.link(the, part).map(|end| (part, end)))?;
    let of = reader.of(end).unwrap_or(end);
    let the_of = reader.past_the(of);
    if let Some(point) = whole(reader, of) {
        return Some(point);
    }
    let hit = reader
        .unit(the_of)
        .filter(|hit| hit.of.count == 0 && !hit.clitics.has(Clitics::PLURAL))?;
    let when = match (hit.of.unit, part) {
        (Unit::Day, _) => return None,
        (Unit::Week, Link::Middle) => When::MidWeek,
        (Unit::Week, Link::End) => When::WeekEnd,
        (unit, _) => When::Period {
            unit,
            shift: Shift::This,
        },
    };
    Some(Point { when, end: hit.end })
}

/// The month, year or unit in a direction that a part is one of. A part of a part is not read: nobody
/// writes it, and what does not nest stays linear.
fn whole(reader: &Reader<'_>, at: usize) -> Option<Point> {
    let the = reader.past_the(at);
    unit(reader, at)
        .filter(|point| {
            !matches!(
                point.when,
                When::Period {
                    unit: Unit::Day,
                    ..
                }
            )
        })
        .or_else(|| point::month(reader, at, the, Lone::Allowed))
        .or_else(|| point::year(reader, at, Lone::Allowed))
}

/// "du mois prochain", "من شهر مارس السنة القادمة", "بشهر عشرة سنة 2015": the month that a rank counts in.
pub(super) fn of_month(reader: &Reader<'_>, at: usize) -> Option<(Fields, usize)> {
    let of = reader
        .of(at)
        .or_else(|| reader.link(at, Link::In))
        .unwrap_or(at);
    if let Some(Point {
        when: When::Period {
            unit: Unit::Month,
            shift,
        },
        end,
    }) = unit(reader, of)
    {
        return Some((
            Fields {
                this_month: Some(shift),
                ..Fields::default()
            },
            end,
        ));
    }
    if let Some(Point {
        when: When::Fields(fields),
        end,
    }) = point::month(reader, of, reader.past_the(of), Lone::Allowed)
        && fields.month.is_some()
        && fields.day.is_none()
    {
        return Some((fields, end));
    }
    numbered(reader, of)
}

/// A month told by its number: "شهر عشرة سنة 2015".
fn numbered(reader: &Reader<'_>, at: usize) -> Option<(Fields, usize)> {
    let hit = reader
        .unit(at)
        .filter(|hit| hit.of.unit == Unit::Month && hit.of.count == 0)?;
    fields::numbered_month(reader, hit.end)
}
