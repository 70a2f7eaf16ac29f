//! Reads ordinals: one word, or the last word of a compound: "vingt-cinquième", الثانية عشرة, الخامس والعشرون.

use crate::mention::meaning::{Class, Numeral};
use crate::mention::number::Form;
use crate::mention::number::cardinal::Cardinal;
use crate::mention::reader::{Hit, Reader};
use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

/// The ordinal that begins with an ordinal word, and the token after it; "dernier" is below zero.
pub(in crate::mention) fn read(reader: &Reader<'_>, at: usize) -> Option<(f64, usize)> {
    let hit = word(reader, at)?;
    let unit = reader.text.lang == Lang::Ar && (1.0..10.0).contains(&hit.of.value);
    let rest = reader
        .numeral(hit.end)
        .filter(|rest| unit && goes_on(hit.clitics, rest));
    Some(rest.map_or((hit.of.value, hit.end), |rest| {
        (hit.of.value + rest.of.value, rest.end)
    }))
}

/// الثانية عشرة, الخامسة والعشرون: a ten with و carries ال as its unit does.
fn goes_on(unit: Clitics, rest: &Hit<Numeral>) -> bool {
    let ten = rest.of.class == Class::Teen && (rest.of.value - 10.0).abs() < 1e-9;
    let and = rest.clitics.has(Clitics::AND);
    let same = rest.clitics.has(Clitics::THE) == unit.has(Clitics::THE);
    ten && !and && !rest.clitics.has(Clitics::THE) || rest.of.class == Class::Ten && and && same
}

/// The ordinal that a cardinal in words begins: "vingt-cinquième", "trente et unième", "deux-centième".
pub(super) fn of(reader: &Reader<'_>, low: &Cardinal<'_>) -> Option<(f64, usize)> {
    if low.form == Form::Digits || reader.text.lang != Lang::Fr {
        return None;
    }
    let and = reader
        .numeral(low.end)
        .filter(|hit| hit.of.class == Class::And);
    let last = and.map_or(low.end, |hit| hit.end);
    let hit = word(reader, last)?;
    // "les vingt premiers" are twenty; "vingt deuxième" lacks its hyphen.
    let bound = reader.has(last, Shape::HYPHEN);
    let loose = low.value >= 20.0
        && hit.of.value < 10.0
        && reader.vocabulary.ends_place(reader.folded(last));
    (hit.of.value > 0.0 && (bound || loose)).then(|| {
        let value = if hit.of.value > low.value {
            low.value * hit.of.value
        } else {
            low.value + hit.of.value
        };
        (value, hit.end)
    })
}

/// "العملية الـ100" is the hundredth of them, "العمليات الـ100" a hundred: digits with ال after a feminine.
pub(super) fn is_ranked(reader: &Reader<'_>, at: usize) -> bool {
    let articled = reader
        .digits(at)
        .is_some_and(|digits| digits.clitic.ends_with(clitic::THE));
    // "عمليات القسطرة الـ1300": the plural before has the number.
    let plural = at > 1
        && reader.folded(at - 2).ends_with(clitic::PLURAL)
        && !reader.folded(at - 2).starts_with(clitic::THE);
    articled
        && !plural
        && at > 0
        && reader
            .folded(at - 1)
            .strip_prefix(clitic::THE)
            // Broken plurals begin with ا: الأساتذة, الأدوية.
            .is_some_and(|noun| {
                noun.ends_with(clitic::FEMININE_FOLDED) && !noun.starts_with(clitic::ALIF)
            })
}

fn word(reader: &Reader<'_>, at: usize) -> Option<Hit<Numeral>> {
    reader
        .numeral(at)
        .filter(|hit| hit.of.class == Class::Ordinal)
}
