//! Says what a number counts or names, by what is written on it, before it and after it.

use crate::mention::age;
use crate::mention::marks::Kinds;
use crate::mention::meaning::{Link, Meaning, Unit};
use crate::mention::number::{Form, Number, Purpose, is_dash, ordinal};
use crate::mention::reader::Reader;
use crate::record::Lang;
use crate::rules::lexicon::Clitics;
use crate::text::clitic;
use crate::text::token::Shape;

/// The purpose of a number whose digits carry `suffix`.
pub(super) fn of(reader: &Reader<'_>, number: &Number, suffix: Option<&str>) -> Purpose {
    if let Some(suffix) = suffix {
        return on_digits(reader, suffix);
    }
    if ordinal::is_ranked(reader, number.first) {
        return Purpose::Ordinal;
    }
    by_name(reader, number)
        .or_else(|| by_rhythm(reader, number))
        .or_else(|| by_follower(reader, number))
        .or_else(|| by_leader(reader, number))
        .or_else(|| by_marks(reader, number))
        .unwrap_or(Purpose::Count)
}

/// "3e", "11h30", "100km": letters on the digits, or a name that no list holds.
fn on_digits(reader: &Reader<'_>, suffix: &str) -> Purpose {
    let letters = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
    reader
        .vocabulary
        .purpose(suffix)
        .or_else(|| reader.vocabulary.purpose(letters))
        .unwrap_or(Purpose::Name)
}

/// A hyphen binds digits to a word: Covid-19, 20-Août.
fn by_name(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    if number.form != Form::Digits {
        return None;
    }
    let left = reader.has(number.first, Shape::HYPHEN);
    let right = reader.has(number.end, Shape::HYPHEN);
    (left || right).then_some(Purpose::Name)
}

/// "الـ14", "ال14": digits with an article.
fn follows_article(reader: &Reader<'_>, at: usize) -> bool {
    let article = |at: usize| reader.text.folded(at).starts_with(clitic::THE);
    article(at)
        || at
            .checked_sub(1)
            .is_some_and(|before| reader.text.folded(before) == clitic::THE)
}

/// "chaque quinzaine", "par quinzaine": how often.
fn by_rhythm(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    let led = |link| reader.link_before(number.first, link);
    let rhythm = number.form == Form::Collective
        && (led(Link::Each) || led(Link::Per))
        && reader.of(number.end).is_none();
    rhythm.then_some(Purpose::Date)
}

fn by_follower(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    const FOLLOWERS: Kinds = Kinds::PURPOSE.with(Kinds::UNIT);
    let next = reader.link(number.end, Link::Of).unwrap_or(number.end);
    for at in [number.end, next] {
        if !reader.marks.begins(at, FOLLOWERS) {
            continue;
        }
        for hit in reader.hits(at) {
            match hit.of {
                // "12 rues" are streets, "12 rue Pasteur" is a house.
                Meaning::Purpose {
                    purpose: Purpose::Reference,
                    before: false,
                    ..
                } if hit.clitics.has(Clitics::PLURAL) || number.form != Form::Digits => {}
                Meaning::Purpose {
                    purpose,
                    before: false,
                    ..
                } => return Some(purpose),
                // "268 سنة 2019": the unit belongs to the year after it.
                Meaning::Unit(word)
                    if word.unit == Unit::Year
                        && reader
                            .digits(hit.end)
                            .is_some_and(|year| year.number.len() == 4) => {}
                // "ثم 27 يوم الجمعة": the day belongs to its name.
                Meaning::Unit(word)
                    if word.unit == Unit::Day
                        && !word.plural
                        && reader.text.lang == Lang::Ar
                        && reader.weekday(hit.end).is_some() => {}
                // "بلغ عدد الولادات 14 العام الماضي": no number counts a unit with ال.
                Meaning::Unit(_)
                    if number.form == Form::Digits
                        && hit.clitics.has(Clitics::THE)
                        && !follows_article(reader, number.first) => {}
                Meaning::Unit(word) if at == number.end || number.form == Form::Collective => {
                    let age = age::is_age(reader, number.value, number.first, hit.end, word.unit);
                    return Some(if age { Purpose::Age } else { Purpose::Date });
                }
                _ => {}
            }
        }
    }
    None
}

/// The token after the words that measure a number: في المائة holds a hundred that is no number.
pub(super) fn past_measure(reader: &Reader<'_>, end: usize) -> usize {
    if !reader.marks.begins(end, Kinds::PURPOSE) {
        return end;
    }
    let measure = reader
        .hits(end)
        .find(|hit| matches!(hit.of, Meaning::Purpose { before: false, .. }));
    measure.map_or(end, |hit| hit.end)
}

fn by_leader(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    let first = number.first;
    if first == 0 {
        return None;
    }
    // "%95" and "$5" are one, "95 % 12" is not.
    let sign = reader.has(first, Shape::GLUED) && (first < 2 || reader.digits(first - 2).is_none());
    leader(reader, first)
        .filter(|_| !reader.is_punct(first - 1) || sign)
        .or_else(|| dashed_name(reader, first))
        .or_else(|| is_year_of_name(reader, number).then_some(Purpose::Name))
}

/// "battus 3 à 1": "à" between small figures that do not rise, and no "de" before them.
fn is_result(reader: &Reader<'_>, number: &Number) -> bool {
    let goals = |at: usize| {
        let digits = reader.digits(at).filter(|digits| digits.number.len() <= 2);
        digits.and_then(|digits| digits.number.parse::<u8>().ok())
    };
    let falls = |low: usize| {
        let pair = goals(low).zip(goals(low + 2));
        reader.link(low + 1, Link::To) == Some(low + 2)
            && pair.is_some_and(|(own, other)| own >= other)
            && (low == 0 || reader.of(low - 1).is_none())
    };
    falls(number.first) || number.first >= 2 && falls(number.first - 2)
}

/// What the words that end right before a number make of it.
fn leader(reader: &Reader<'_>, first: usize) -> Option<Purpose> {
    if !reader.marks.ends(first, Kinds::PURPOSE) {
        return None;
    }
    let participle = reader.text.word(first - 1).ends_with('é');
    (first.saturating_sub(4)..first).find_map(|from| {
        reader.hits(from).find_map(|hit| match hit.of {
            Meaning::Purpose {
                purpose,
                before: true,
                mute,
            } if hit.end == first && !(mute && participle) => Some(purpose),
            _ => None,
        })
    })
}

/// "Covid - 19", كوفيد ـ 19: a dash of any length, or a tatweel that folds to nothing.
fn dashed_name(reader: &Reader<'_>, first: usize) -> Option<Purpose> {
    let dash = is_dash(reader, first - 1) || reader.folded(first - 1).is_empty();
    leader(reader, first - 1).filter(|purpose| dash && *purpose == Purpose::Name)
}

/// شارع أول نوفمبر 1954: what no date took is part of a name.
fn is_year_of_name(reader: &Reader<'_>, number: &Number) -> bool {
    (1900.0..2100.0).contains(&number.value)
        && number.end == number.first + 1
        && reader.month(number.first - 1).is_some()
}

/// Scores, laws and telephone numbers: digits bound to digits by a mark, or in a row.
fn by_marks(reader: &Reader<'_>, number: &Number) -> Option<Purpose> {
    if number.form != Form::Digits {
        return None;
    }
    let (first, end) = (number.first, number.end);
    let left = first >= 2
        && reader.has(first, Shape::GLUED)
        && reader.digits(first - 2).is_some()
        && reader.has(first - 1, Shape::GLUED);
    let right = reader.has(end, Shape::GLUED)
        && reader.has(end + 1, Shape::GLUED)
        && reader.digits(end + 1).is_some();
    let mark = if left {
        reader.folded(first - 1)
    } else {
        reader.folded(end)
    };
    if left || right {
        return match mark {
            ":" => Some(Purpose::Clock),
            "/" | "." => Some(Purpose::Reference),
            _ if is_dash(reader, if left { first - 1 } else { end }) => Some(Purpose::Score),
            _ => None,
        };
    }
    if is_result(reader, number) {
        return Some(Purpose::Score);
    }
    let row = |at: usize| reader.has(at, Shape::DIGITS) && reader.folded(at).len() == 2;
    let after = (end..end + 2).take_while(|&at| row(at)).count();
    let before = (first.saturating_sub(2)..first)
        .rev()
        .take_while(|&at| row(at))
        .count();
    let pairs = after + before;
    let zero = reader
        .digits(first)
        .is_some_and(|digits| digits.number.len() > 2 && digits.number.starts_with('0'));
    (pairs >= 2 || (zero && number.value > 0.0 && number.value.fract() == 0.0))
        .then_some(Purpose::Phone)
}
