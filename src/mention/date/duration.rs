//! Reads spans of time: "cinq jours", "منذ سنتين", "il y a dix ans", "les deux derniers jours".

use crate::mention::age;
use crate::mention::calendar::{self, Value};
use crate::mention::date::{Context, Read, fields, guard};
use crate::mention::marks::Kinds;
use crate::mention::meaning::{Link, Meaning, Shift, Unit};
use crate::mention::number::{Form, Purpose, cardinal};
use crate::mention::reader::Reader;
use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

/// A count of units, before it is known what it measures.
#[derive(Debug, Clone, Copy)]
struct Span {
    count: u32,
    half: bool,
    unit: Unit,
    /// The count is "un", "une".
    is_article: bool,
    /// "journée": an event as often as a day.
    is_spell: bool,
    shift: Option<Shift>,
    /// First token of the count.
    start: usize,
    end: usize,
}

/// The span that begins at a token, or the day that lies so far away.
pub(super) fn read(reader: &Reader<'_>, at: usize, context: Context) -> Option<Read> {
    let ago = reader.link(at, Link::Ago);
    let hence = reader.link(at, Link::Hence);
    for (opener, sign) in [(ago, -1), (hence, 1)] {
        if let Some(span) = opener.and_then(|end| span(reader, end, true)) {
            // "voilà dix ans de procédure" measures, "voilà dix ans" points back.
            if span.shift.is_some() || (sign < 0 && reader.of(span.end).is_some()) {
                continue;
            }
            return Some(Read {
                value: away(&span, sign, context),
                first: at,
                end: span.end,
            });
        }
    }
    let span = span(reader, reader.past_the(at), false)
        .filter(|span| at == span.start || span.shift.is_some())?;
    let is_age = age::is_age(reader, f64::from(span.count), at, span.end, span.unit);
    if is_age || guard::is_frequency(reader, at, span.end) {
        return None;
    }
    if let Some(shift) = span.shift {
        return Some(Read {
            value: around(&span, shift, context),
            first: at,
            end: span.end,
        });
    }
    if let Some(end) = reader.link(span.end, Link::Later)
        && !context.dated
        && end >= reader.sentence_end(at)
    {
        return Some(Read {
            value: away(&span, 1, context),
            first: at,
            end,
        });
    }
    // "un jour" is some day, unless a word measures it.
    if span.unit == Unit::Day
        && span.count == 1
        && span.is_article
        && (span.is_spell
            || !reader.before(at, Kinds::LINK, |meaning| {
                matches!(meaning, Meaning::Link(Link::In | Link::Of | Link::Span))
            }))
    {
        return None;
    }
    Some(Read {
        value: Some(duration(&span)),
        first: at,
        end: span.end,
    })
}

/// A number and its unit, or a unit that counts itself.
fn span(reader: &Reader<'_>, at: usize, announced: bool) -> Option<Span> {
    own(reader, at, announced).or_else(|| counted(reader, at))
}

/// سنتين, أسبوعا; and سنة where a word of duration stands before it, or واحدة after.
fn own(reader: &Reader<'_>, at: usize, announced: bool) -> Option<Span> {
    let hit = reader.unit(at)?;
    let one = reader.link(hit.end, Link::One);
    let bare = hit.of.count == 0
        && !hit.of.plural
        && !hit.clitics.has(Clitics::THE)
        && !hit.clitics.has(Clitics::PLURAL);
    // "توأمة لسنة قابلة للتجديد"; "ليوم" is more often for the day that follows.
    let lasts = hit.clitics.has(Clitics::TO) && hit.of.unit != Unit::Day;
    // "على امتداد أسبوع 61 عملية": no number goes on after a week.
    let alone = stands_alone(reader, hit.end)
        || hit.of.unit == Unit::Week && reader.digits(hit.end).is_some();
    let bare_one = bare
        && (one.is_some()
            || (announced || lasts || reader.link_before(at, Link::Span)) && alone
            || is_within(reader, at, hit.end, hit.of.unit));
    // "نتمنى أن نراها يوما": some day.
    let some_day = hit.of.unit == Unit::Day
        && hit.of.count == 1
        && one.is_none()
        && !announced
        && !reader.link_before(at, Link::Span);
    let count = if some_day {
        return None;
    } else if hit.of.count > 0 {
        u32::from(hit.of.count)
    } else if bare_one && reader.text.lang == Lang::Ar {
        1
    } else {
        return None;
    };
    let count_end = if count == 1 {
        one.unwrap_or(hit.end)
    } else {
        hit.end
    };
    let (half, end) = half(reader, count_end);
    Some(Span {
        count,
        half,
        unit: hit.of.unit,
        is_article: false,
        is_spell: false,
        shift: None,
        start: at,
        end,
    })
}

/// "أجرى 61 عملية في أسبوع": how long it took, where nothing goes on behind the bare unit.
fn is_within(reader: &Reader<'_>, at: usize, end: usize, unit: Unit) -> bool {
    let ends = reader.is_punct(end) || end >= reader.sentence_end(at);
    unit != Unit::Day
        && (ends || unit == Unit::Week && reader.digits(end).is_some())
        && reader.link_before(at, Link::In)
}

/// Whether no year, number or name goes on after a bare unit.
fn stands_alone(reader: &Reader<'_>, at: usize) -> bool {
    reader.is_punct(at)
        || (reader.digits(at).is_none()
            && cardinal::read(reader, at).is_none()
            && reader.month(at).is_none()
            && !reader.hits(at).any(|hit| hit.clitics.has(Clitics::THE))
            && !reader.folded(at).starts_with(clitic::THE))
}

fn counted(reader: &Reader<'_>, at: usize) -> Option<Span> {
    let number = cardinal::read(reader, at)?;
    let whole = number.value.fract() == 0.0
        && (1.0..10_000.0).contains(&number.value)
        && number.suffix.is_none();
    if !whole || reader.has(at, Shape::HYPHEN) || glued_row(reader, at) {
        return None;
    }
    let mut next = number.end;
    if number.form == Form::Collective {
        next = reader.of(next).unwrap_or(next);
    }
    let before = reader.shift(next).filter(|hit| !hit.of.1);
    next = before.map_or(next, |hit| hit.end);
    let hit = reader.unit(next).filter(|hit| hit.of.count <= 1)?;
    // "268 سنة 2019": the unit belongs to the year after it.
    let of_year = hit.of.unit == Unit::Year
        && fields::year_number(reader, hit.end).is_some_and(|(year, _)| year >= 1900);
    // "اثنين الاسبوع الحالي": Monday, not two.
    let definite = hit.clitics.has(Clitics::THE)
        && !reader
            .numeral(at)
            .is_some_and(|number| number.clitics.has(Clitics::THE));
    // "ثم 27 يوم الجمعة": the day belongs to its name.
    let of_weekday = reader.text.lang == Lang::Ar
        && hit.of.unit == Unit::Day
        && !hit.of.plural
        && reader.weekday(hit.end).is_some();
    // "douze ans d'âge"
    let age = reader.hits(next).any(|hit| {
        matches!(
            hit.of,
            Meaning::Purpose {
                purpose: Purpose::Age,
                before: false,
                ..
            }
        )
    });
    if of_year || of_weekday || definite || age {
        return None;
    }
    // "les deux jours passés" are the last two, "deux jours passés à Alger" any.
    let definite = reader.text.lang == Lang::Ar || reader.link_before(at, Link::The);
    let after = reader
        .shift(hit.end)
        .filter(|hit| definite && !hit.of.1 && matches!(hit.of.0, Shift::Last | Shift::Next));
    let shift = before.or(after).map(|hit| hit.of.0);
    let end = after.map_or(hit.end, |hit| hit.end);
    #[allow(clippy::cast_sign_loss, reason = "checked to be at least one")]
    let count = number.value as u32;
    let end = reader
        .link(end, Link::One)
        .filter(|_| shift.is_none() && count == 1)
        .unwrap_or(end);
    let (half, end) = half(reader, end);
    let shift = shift.filter(|_| count > 1);
    Some(Span {
        count,
        half,
        unit: hit.of.unit,
        is_article: number.form == Form::Article,
        is_spell: hit.of.spell,
        shift,
        start: at,
        end,
    })
}

/// Digits that go on over a mark: "2014-2018 ans" and laws have no unit of time.
fn glued_row(reader: &Reader<'_>, at: usize) -> bool {
    at >= 2 && reader.has(at, Shape::GLUED) && reader.digits(at - 2).is_some()
}

fn half(reader: &Reader<'_>, at: usize) -> (bool, usize) {
    match reader.link(at, Link::Half) {
        Some(end) => (true, end),
        None => (false, at),
    }
}

fn duration(span: &Span) -> Value {
    let (mut years, mut months, mut weeks, mut days) = (0, 0, 0, 0);
    match span.unit {
        Unit::Day => days = span.count,
        Unit::Week => weeks = span.count,
        Unit::Month => months = span.count,
        Unit::Year => years = span.count,
    }
    if span.half {
        match span.unit {
            Unit::Year => months = 6,
            Unit::Month => days = 15,
            Unit::Week | Unit::Day => {}
        }
    }
    Value::Duration {
        years,
        months,
        weeks,
        days,
    }
}

/// The day, month or year so many units before or after publication.
fn away(span: &Span, sign: i32, context: Context) -> Option<Value> {
    let published = context.published?;
    let count = sign * i32::try_from(span.count).ok()?;
    match span.unit {
        Unit::Day => calendar::shifted(published, count).map(Value::Day),
        Unit::Week => calendar::shifted(published, 7 * count).map(Value::Day),
        Unit::Month => {
            calendar::month_shifted(published, count).map(|(year, month)| Value::Month(year, month))
        }
        // A year from now is told by the month, ten years ago by the year.
        Unit::Year if count == 1 => Some(Value::Month(published.year() + 1, published.month())),
        Unit::Year => i16::try_from(i32::from(published.year()) + count)
            .ok()
            .map(Value::Year),
    }
}

/// "les deux dernières années", "3 prochaines années": as many whole units before or after the present one.
fn around(span: &Span, shift: Shift, context: Context) -> Option<Value> {
    let published = context.published?;
    let count = i32::try_from(span.count).ok()?;
    let (from, to) = match shift {
        Shift::Next | Shift::Following => (1, count),
        _ => (-count, -1),
    };
    let at = |offset: i32| match span.unit {
        Unit::Day => calendar::shifted(published, offset).map(calendar::Point::Day),
        Unit::Week => {
            calendar::shifted(calendar::monday(published)?, 7 * offset).map(calendar::Point::Week)
        }
        Unit::Month => calendar::month_shifted(published, offset)
            .map(|(year, month)| calendar::Point::Month(year, month)),
        Unit::Year => i16::try_from(i32::from(published.year()) + offset)
            .ok()
            .map(calendar::Point::Year),
    };
    Some(Value::Interval(at(from)?, at(to)?))
}
