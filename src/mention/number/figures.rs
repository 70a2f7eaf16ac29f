//! Turns tokens of digits into a value: "1 200", "1.200", "1,5", "12.000.000".

use crate::mention::meaning::Meaning;
use crate::mention::reader::Reader;
use crate::record::Lang;
use crate::text::token::Shape;

/// A number written in digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figures<'a> {
    pub value: f64,
    pub end: usize,
    /// Letters written on the last digits, or nothing.
    pub suffix: &'a str,
}

/// Above this no further group of three belongs to a number.
const LARGEST: f64 = 1e12;

/// The number in digits that begins at a token.
pub(super) fn read<'a>(reader: &Reader<'a>, at: usize) -> Option<Figures<'a>> {
    let first = reader.digits(at)?;
    let mut value = parse(first.number)?;
    let mut end = at + 1;
    let mut suffix = first.suffix;
    if suffix.is_empty() && first.number.len() <= 3 {
        let separator = separator(reader, end);
        while suffix.is_empty()
            && value < LARGEST
            && let Some((group, after)) = group(reader, end, separator)
        {
            value = value * 1000.0 + parse(group.number)?;
            suffix = group.suffix;
            end = after;
        }
    }
    if suffix.is_empty()
        && let Some((part, after)) = decimals(reader, end)
    {
        value += parse(part.number)? / power(part.number);
        suffix = part.suffix;
        end = after;
    }
    Some(Figures { value, end, suffix })
}

/// The power of ten that so many digits fill.
fn power(digits: &str) -> f64 {
    digits.chars().fold(1.0, |power, _| power * 10.0)
}

fn parse(digits: &str) -> Option<f64> {
    (digits.len() <= 15).then(|| digits.parse().ok()).flatten()
}

/// What parts the groups of three: a mark, or a space.
fn separator(reader: &Reader<'_>, at: usize) -> &'static str {
    match reader.folded(at) {
        "." => ".",
        "'" => "'",
        "," if is_thousands_comma(reader, at) => ",",
        _ => " ",
    }
}

/// A comma before exactly three digits parts thousands in Arabic; in French, only where another such group or
/// a noun follows: "1,200 consultations" are whole, "1,250 tonne" and "1,200 million" are not.
fn is_thousands_comma(reader: &Reader<'_>, at: usize) -> bool {
    let again = || reader.folded(at + 2) == "," && group(reader, at + 2, ",").is_some();
    reader.vocabulary.lang == Lang::Ar || again() || is_noun(reader, at + 2)
}

/// Whether a lower-case word stands here that a number counts.
fn is_noun(reader: &Reader<'_>, at: usize) -> bool {
    let other = |meaning: Meaning| {
        matches!(
            meaning,
            Meaning::Purpose { before: false, .. }
                | Meaning::Unit(_)
                | Meaning::Number(_)
                | Meaning::Link(_)
        )
    };
    reader.has(at, Shape::LATIN)
        && !reader.has(at, Shape::CAP)
        && !reader.has(at, Shape::GLUED)
        && !reader.has(at, Shape::LINE)
        && reader.hits(at).all(|hit| !other(hit.of))
}

/// The group of three digits after a separator, and the token after it.
fn group<'a>(
    reader: &Reader<'a>,
    at: usize,
    separator: &str,
) -> Option<(crate::mention::reader::Digits<'a>, usize)> {
    let marked = separator != " ";
    let at = if marked {
        let glued = reader.folded(at) == separator
            && reader.has(at, Shape::GLUED)
            && reader.has(at + 1, Shape::GLUED);
        glued.then_some(at + 1)?
    } else {
        (!reader.has(at, Shape::GLUED) && is_one_space(reader, at)).then_some(at)?
    };
    let group = reader.digits(at)?;
    let whole =
        group.clitic.is_empty() && group.number.len() == 3 && (marked || group.suffix.is_empty());
    // "le 12 200/300": the end of a longer row of digits is no group.
    let goes_on =
        reader.has(at + 1, Shape::GLUED) && matches!(reader.folded(at + 1), "/" | "-" | ":");
    (whole && !goes_on).then_some((group, at + 1))
}

/// Whether one space, and no line end, stands before a token.
fn is_one_space(reader: &Reader<'_>, at: usize) -> bool {
    if at == 0 || at >= reader.len() || reader.has(at, Shape::LINE) {
        return false;
    }
    let gap = &reader.text.source
        [reader.text.tokens[at - 1].end as usize..reader.text.tokens[at].start as usize];
    gap.chars().count() == 1
}

/// The digits after a decimal comma or point.
fn decimals<'a>(
    reader: &Reader<'a>,
    at: usize,
) -> Option<(crate::mention::reader::Digits<'a>, usize)> {
    let glued = reader.has(at, Shape::GLUED) && reader.has(at + 1, Shape::GLUED);
    let mark = reader.folded(at);
    if !glued || !matches!(mark, "," | "." | "،") {
        return None;
    }
    let part = reader.digits(at + 1)?;
    let row = reader.folded(at + 2) == mark
        && reader.has(at + 2, Shape::GLUED)
        && reader.digits(at + 3).is_some()
        && reader.has(at + 3, Shape::GLUED);
    (part.clitic.is_empty() && !row && part.number.len() <= 4).then_some((part, at + 2))
}
