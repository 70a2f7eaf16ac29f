//! Turns digits and number words into numbers with a bound, and says which of them count nothing.

use crate::mention::marks::Kinds;
use crate::mention::meaning::{Class, Link, Meaning, Unit};
use crate::mention::reader::Reader;
use crate::record::Lang;
use crate::record::fact::Bound;
use crate::text::clitic;
use crate::text::token::Shape;

pub(super) mod cardinal;
mod figures;
pub(super) mod ordinal;
mod purpose;

use cardinal::Cardinal;

/// A number in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The value; below zero only where a minus is written.
    pub value: f64,
    /// The upper end of "entre 20 et 30".
    pub max: Option<f64>,
    /// How exact it is, by the words around it or the collective that tells it.
    pub bound: Bound,
    /// First token of the number itself, its bound left out.
    pub first: usize,
    /// Token after the last.
    pub end: usize,
    /// What it counts or names.
    pub purpose: Purpose,
    /// How it is written.
    pub form: Form,
}

impl Number {
    /// The value as a count, where it is a whole number that is not negative.
    pub fn count(&self) -> Option<u64> {
        whole(self.value)
    }

    /// The upper end as a count.
    pub fn max_count(&self) -> Option<u64> {
        self.max.and_then(whole)
    }
}

#[allow(
    clippy::cast_sign_loss,
    reason = "checked to be whole and not negative"
)]
fn whole(value: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    ((0.0..EXACT).contains(&value) && value.fract() == 0.0).then_some(value as u64)
}

/// What a number counts or names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A quantity; of what, its noun says.
    Count,
    /// "premier", 3e, الثالثة.
    Ordinal,
    /// "41 %", بالمائة.
    Percentage,
    /// A sum of money.
    Money,
    /// An age.
    Age,
    /// Part of a date, or a span of time.
    Date,
    /// An hour.
    Clock,
    /// A number of a law, a page, a room.
    Reference,
    /// A telephone number.
    Phone,
    /// "3-1".
    Score,
    /// A length, a weight.
    Measure,
    /// A storey, a century.
    Rank,
    /// How often: "trois fois".
    Times,
    /// Part of a name: Covid-19.
    Name,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Digits, a scale word after them or not.
    Digits,
    /// Words.
    Words,
    /// "une vingtaine".
    Collective,
    /// "un", "une": a number or the indefinite article.
    Article,
}

/// Every number of a text, in order.
pub(super) fn numbers(reader: &Reader<'_>) -> Vec<Number> {
    let mut found = Vec::new();
    let mut bounds = Bounds::default();
    let mut at = 0;
    while at < reader.len() {
        if reader.marks.begins(at, Kinds::BOUND) {
            bounds.see(reader, at);
        }
        let begun = reader.marks.number(at);
        if begun && let Some(end) = none(reader, at) {
            at = end;
            continue;
        }
        // A minus goes before its digits.
        let starts = begun || reader.marks.number(at + 1) && is_dash(reader, at);
        match starts.then(|| read(reader, at)).flatten() {
            Some(number) => {
                let number = bounds.apply(reader, number);
                at = purpose::past_measure(reader, number.end);
                if number.purpose != Purpose::Count || !is_indefinite(reader, &number) {
                    found.push(number);
                }
            }
            None => at = (at + 1).max(bounds.resume),
        }
    }
    found
}

/// The token after a phrase that holds a number word and is no number.
fn none(reader: &Reader<'_>, at: usize) -> Option<usize> {
    let hit = reader.numeral(at)?;
    (hit.of.class == Class::None).then_some(hit.end)
}

/// The number that begins at a token, with its upper end where it is a range.
fn read(reader: &Reader<'_>, at: usize) -> Option<Number> {
    if let Some(ordinal) = ordinal::read(reader, at) {
        return Some(ordinal_at(at, ordinal));
    }
    let low = cardinal::read(reader, at)?;
    if let Some(ordinal) = ordinal::of(reader, &low) {
        return Some(ordinal_at(low.first, ordinal));
    }
    let mut number = Number {
        value: low.value,
        max: None,
        bound: if low.form == Form::Collective {
            Bound::Approx
        } else {
            Bound::Exact
        },
        first: low.first,
        end: low.end,
        purpose: Purpose::Count,
        form: low.form,
    };
    if let Some(high) = range(reader, &low) {
        number.value =
            if high.scale > 1.0 && low.scale <= 1.0 && low.value * high.scale < high.value {
                low.value * high.scale
            } else {
                low.value
            };
        number.max = Some(high.value);
        number.end = high.end;
    }
    number.purpose = purpose::of(reader, &number, low.suffix);
    Some(number)
}

const fn ordinal_at(first: usize, (value, end): (f64, usize)) -> Number {
    Number {
        value,
        max: None,
        bound: Bound::Exact,
        first,
        end,
        purpose: Purpose::Ordinal,
        form: Form::Words,
    }
}

/// The upper end of a range that begins with `low`.
fn range<'a>(reader: &Reader<'a>, low: &Cardinal<'_>) -> Option<Cardinal<'a>> {
    let between = reader.link_before(low.first, Link::Between);
    let next = if between {
        reader.past_the(reader.joined(low.end)?)
    } else if let Some(end) = reader
        .to(low.end)
        .or_else(|| reader.link(low.end, Link::Or))
    {
        end
    } else if is_dash(reader, low.end)
        && low.form == Form::Digits
        && !reader.folded(low.first).starts_with('0')
    {
        // "07-140" is the number of a decree.
        low.end + 1
    } else {
        return None;
    };
    let high = cardinal::read(reader, next)?;
    // "4.120 en 2018 à 3.655 en 2019", "سنة 2015 إلى 8.832": a year is no lower end.
    let of_year = || {
        let unit = low.first.checked_sub(1).and_then(|at| reader.unit(at));
        unit.is_some_and(|hit| hit.of.unit == Unit::Year && hit.end == low.first)
    };
    let year = (1900.0..2100.0).contains(&low.value)
        && (reader.link_before(low.first, Link::In) || of_year());
    let plain = low.suffix.is_none() && low.form != Form::Article && !year;
    (plain && low.value < high.value && reader.sentence_end(low.first) >= high.end).then_some(high)
}

/// Whether a dash stands here; "2-3" and "2 - 3" alike.
pub(super) fn is_dash(reader: &Reader<'_>, at: usize) -> bool {
    is_dash_word(reader.folded(at))
}

/// Whether a folded word is a dash.
pub(super) fn is_dash_word(word: &str) -> bool {
    matches!(word, "-" | "–" | "—" | "‑")
}

/// "des centaines", "les milliers": a plural that no number multiplies is none; nor is the collective of
/// "une quarantaine de 14 jours".
fn is_indefinite(reader: &Reader<'_>, number: &Number) -> bool {
    let measured = reader
        .link(number.end, Link::Of)
        .is_some_and(|next| reader.digits(next).is_some());
    number.form == Form::Collective && measured
        || number.end == number.first + 1
            && reader.numeral(number.first).is_some_and(|hit| {
                let plural = hit.clitics.has(crate::rules::lexicon::Clitics::PLURAL)
                    && matches!(hit.of.class, Class::Collective | Class::Scale);
                hit.of.plural || plural
            })
}

/// The last bound seen while a text is read from left to right.
#[derive(Default)]
struct Bounds {
    pending: Option<(Bound, usize, usize)>,
    /// Numbers inside a bound phrase ("une bonne") begin no earlier than here.
    resume: usize,
}

impl Bounds {
    fn see(&mut self, reader: &Reader<'_>, at: usize) {
        let word = reader.hits(at).find_map(|hit| match hit.of {
            Meaning::Bound(word) if word.before => Some((word, hit.end)),
            _ => None,
        });
        if let Some((word, end)) = word
            && self.pending.is_none_or(|(_, old, _)| end > old)
        {
            self.pending = Some((word.bound, end, usize::from(word.gap)));
            self.resume = end;
        }
    }

    fn apply(&mut self, reader: &Reader<'_>, mut number: Number) -> Number {
        if let Some((bound, end, gap)) = self.pending.take()
            && end <= number.first
            && reaches(reader, end, number.first, gap)
        {
            number.bound = bound;
        } else if let Some(bound) = after(reader, number.end) {
            number.bound = bound;
        }
        number
    }
}

/// Whether nothing but articles, or a verb's subject of at most `gap` words, stands between a bound and its number.
fn reaches(reader: &Reader<'_>, from: usize, to: usize, gap: usize) -> bool {
    let between = from..to;
    between.len() <= gap + 2
        && between.clone().all(|at| !reader.is_punct(at))
        // "مدة تفوق السنة و65 عملية": another number behind و.
        && !(!between.is_empty() && is_joined(reader, to))
        && (between.len() <= gap
            || between
                .filter(|&at| reader.link(at, Link::The).is_none() && reader.of(at).is_none())
                .count()
                <= gap)
}

/// Whether و stands before a number in digits.
fn is_joined(reader: &Reader<'_>, number: usize) -> bool {
    let glued = reader
        .digits(number)
        .is_some_and(|digits| digits.clitic.starts_with(clitic::AND));
    let apart = number > 0
        && reader.digits(number).is_some()
        && reader.link(number - 1, Link::And).is_some();
    glued || apart
}

/// A bound that follows the number, or the noun it counts: "25 opérations au moins", على الأقل,
/// "150 opérations, au bas mot".
fn after(reader: &Reader<'_>, end: usize) -> Option<Bound> {
    // "ستين فحصا بالسكانير في اليوم على أقل تقدير": Arabic writes no more small words, and stops at fewer marks.
    let noun = if reader.text.lang == Lang::Ar { 6 } else { 4 };
    for at in end..(end + noun).min(reader.len()) {
        if let Some((bound, end)) = bound_after(reader, at) {
            return (!leads_on(reader, at, end)).then_some(bound);
        }
        if matches!(reader.folded(at), "," | "،")
            && let Some((bound, end)) = bound_after(reader, at + 1)
        {
            return reader.is_punct(end).then_some(bound);
        }
        if reader.is_punct(at)
            || reader.digits(at).is_some()
            || reader.link(at, Link::And).is_some()
            || reader.has(at, Shape::LINE)
        {
            return None;
        }
    }
    None
}

fn bound_after(reader: &Reader<'_>, at: usize) -> Option<(Bound, usize)> {
    if !reader.marks.begins(at, Kinds::BOUND) {
        return None;
    }
    reader.hits(at).find_map(|hit| match hit.of {
        Meaning::Bound(word) if word.after => Some((word.bound, hit.end)),
        _ => None,
    })
}

/// Whether a bound at `at..end` belongs to a number behind it: "74 prothèses et plus de 2 600 consultations",
/// where "plus de" begins inside "et plus".
fn leads_on(reader: &Reader<'_>, at: usize, end: usize) -> bool {
    let counts = |at: usize| cardinal::read(reader, reader.past_the(at)).is_some();
    let longer = |inner: usize| {
        reader.hits(inner).any(|hit| {
            matches!(hit.of, Meaning::Bound(word) if word.before)
                && hit.end > end
                && counts(hit.end)
        })
    };
    counts(end) || (at..end).any(longer)
}
