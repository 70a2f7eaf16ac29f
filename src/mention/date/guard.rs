//! Refuses what looks like a date and is none: names, ages, frequencies, numbers of four digits that count.

use crate::mention::date::point::{self, Lone, Point, When};
use crate::mention::marks::Kinds;
use crate::mention::meaning::{Class, Link, Meaning, Month};
use crate::mention::number::{Purpose, cardinal};
use crate::mention::reader::{Hit, Reader};
use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

/// The end of a date inside a name that begins here: "1er-Novembre-1954", "hôpital du 20 août", « 5 Juillet »;
/// `point` is what begins here as it stands.
pub(super) fn name(reader: &Reader<'_>, at: usize, point: Option<Point>) -> Option<usize> {
    let of = reader.of(at);
    let start = of.unwrap_or(at);
    const STARTS: Kinds = Kinds::DIGITS
        .with(Kinds::NUMBERS)
        .with(Kinds::MONTH)
        .with(Kinds::link(Link::First));
    if !reader.marks.begins(start, STARTS) {
        return None;
    }
    let day = match of {
        Some(start) => point::read(reader, start, Lone::Refused)?,
        None => point?,
    };
    let When::Fields(fields) = day.when else {
        return None;
    };
    if fields.day.is_none() || fields.month.is_none() || fields.weekday.is_some() {
        return None;
    }
    let hyphen = (start + 1..day.end).any(|at| reader.has(at, Shape::HYPHEN));
    let quoted = start > 0 && matches!(reader.folded(start - 1), "«" | "\"" | "“" | "”");
    let named = at > 0
        && reader.before(at, Kinds::NAMED_AFTER, |meaning| {
            meaning == Meaning::NamedAfter
        });
    (hyphen || quoted || named).then_some(day.end)
}

/// Whether the words around a point make no date of it.
pub(super) fn refuses(reader: &Reader<'_>, at: usize, point: &Point) -> bool {
    // "un vendredi sur deux"
    let every = reader
        .link(point.end, Link::Per)
        .and_then(|next| reader.numeral(next))
        .is_some_and(|number| number.of.value > 1.0);
    match point.when {
        When::Fields(fields) if fields.weekday.is_some() && every => true,
        // "ce jour-là", "ce lundi-là": pointing back.
        When::Fields(_) | When::Period { .. } | When::Offset { .. } => {
            reader.has(point.end, Shape::HYPHEN) && reader.link(point.end, Link::The).is_some()
                || reader.link_before(at, Link::Each)
        }
        _ => false,
    }
}

/// Whether a word before a month's name announces a date.
pub(super) fn announces(reader: &Reader<'_>, name: usize, hit: &Hit<Month>) -> bool {
    if hit.clitics.has(Clitics::IN) || hit.clitics.has(Clitics::TO) {
        return true;
    }
    let by_word = reader.before(name, Kinds::LINK.with(Kinds::TENSE), |meaning| {
        matches!(meaning, Meaning::Link(link) if !matches!(link, Link::The | Link::Each | Link::Or | Link::Half | Link::One))
            || matches!(meaning, Meaning::Tense { edge: true, .. })
    });
    let joined = hit.clitics.has(Clitics::AND)
        && name > 0
        && (reader.month(name - 1).is_some() || reader.digits(name - 1).is_some());
    by_word || joined
}

/// Whether a number of four digits at `at` is a year, by what stands around it.
pub(super) fn is_year(reader: &Reader<'_>, at: usize, end: usize) -> bool {
    // "les années 1990" are a decade.
    let decade = at > 0
        && reader
            .unit(at - 1)
            .is_some_and(|hit| hit.of.plural || hit.clitics.has(Clitics::PLURAL));
    if decade
        || row(reader, at, end)
        || leads_otherwise(reader, at)
        || follows_otherwise(reader, end)
    {
        return false;
    }
    let announced = reader
        .digits(at)
        .is_some_and(|digits| !digits.clitic.is_empty() && !digits.clitic.contains(clitic::THE))
        || reader.before(at, Kinds::LINK.with(Kinds::TENSE), |meaning| {
            matches!(
                meaning,
                Meaning::Link(
                    Link::In
                        | Link::Start
                        | Link::End
                        | Link::Middle
                        | Link::Between
                        | Link::Span
                        | Link::Within
                )
            ) || matches!(meaning, Meaning::Tense { edge: true, .. })
        });
    let noun = is_noun(reader, end);
    match reader.text.lang {
        Lang::Fr => !noun || (announced && !is_plural(reader, end)),
        Lang::Ar => !noun || announced,
    }
}

/// Digits bound to other digits by a mark.
fn row(reader: &Reader<'_>, at: usize, end: usize) -> bool {
    let left = at >= 2
        && reader.has(at, Shape::GLUED)
        && reader.has(at - 1, Shape::GLUED)
        && reader.digits(at - 2).is_some()
        && !matches!(reader.folded(at - 1), "(" | ":");
    let right = reader.has(end, Shape::GLUED)
        && reader.has(end + 1, Shape::GLUED)
        && reader.digits(end + 1).is_some();
    let group = reader.has(end, Shape::DIGITS)
        && !reader.has(end, Shape::GLUED)
        && reader.folded(end).len() == 3;
    left || right || group || reader.has(end, Shape::HYPHEN)
}

fn leads_otherwise(reader: &Reader<'_>, at: usize) -> bool {
    reader.before(at, Kinds::PURPOSE.with(Kinds::BOUND), |meaning| {
        matches!(meaning, Meaning::Purpose { before: true, purpose, .. } if purpose != Purpose::Clock)
            || matches!(meaning, Meaning::Bound(word) if word.before && word.gap == 0)
    })
}

fn follows_otherwise(reader: &Reader<'_>, end: usize) -> bool {
    reader.hits(end).any(|hit| match hit.of {
        Meaning::Purpose { before, .. } => !before,
        Meaning::Unit(word) => word.count <= 1 && !hit.clitics.has(Clitics::THE),
        // "إلى غاية 2020 ثلاث أخصائيات": only a hundred or a thousand goes on from digits.
        Meaning::Number(word) => {
            matches!(
                word.class,
                Class::Hundred | Class::Hundreds | Class::Scale | Class::Scales
            ) && !hit.clitics.has(Clitics::AND)
                && reader.digits(end).is_none()
                && reader.text.lang == Lang::Ar
        }
        _ => false,
    })
}

/// Whether a plain word stands here that a number could count.
fn is_noun(reader: &Reader<'_>, at: usize) -> bool {
    if reader.is_punct(at) || reader.has(at, Shape::LINE) || reader.digits(at).is_some() {
        return false;
    }
    match reader.text.lang {
        Lang::Fr => is_plural(reader, at),
        Lang::Ar => {
            let word = reader.folded(at);
            let small = reader.hits(at).any(|hit| {
                matches!(
                    hit.of,
                    Meaning::Link(_) | Meaning::Tense { .. } | Meaning::Bound(_)
                )
            });
            !small
                && !reader.hits(at).any(|hit| hit.clitics.has(Clitics::AND))
                && !word.starts_with(clitic::THE)
                && word.chars().count() > 3
        }
    }
}

/// A lower-case French word in the plural.
fn is_plural(reader: &Reader<'_>, at: usize) -> bool {
    let word = reader.folded(at);
    let small = reader
        .hits(at)
        .any(|hit| matches!(hit.of, Meaning::Link(_)) && !hit.clitics.has(Clitics::PLURAL));
    !small && !reader.has(at, Shape::CAP) && word.len() > 4 && word.ends_with(['s', 'x'])
}

/// "2 jours par mois", "tous les deux ans", "chaque semaine".
pub(super) fn is_frequency(reader: &Reader<'_>, at: usize, end: usize) -> bool {
    let each = reader.link_before(at, Link::Each);
    let per = reader
        .link(end, Link::Per)
        .is_some_and(|next| reader.unit(next).is_some() || cardinal::read(reader, next).is_some());
    // "يومين في الأسبوع"
    let within = reader
        .link(end, Link::In)
        .and_then(|next| reader.unit(next))
        .is_some_and(|unit| {
            let alone = reader.shift(unit.end).is_none();
            unit.of.count == 0 && unit.clitics.has(Clitics::THE) && alone
        });
    each || per || within
}
