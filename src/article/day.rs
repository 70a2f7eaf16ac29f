//! Turns words and machine strings into a day, with the hour and offset as written; never a day that is not said.

use std::sync::LazyLock;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::text::fold::fold;

/// Years in which a page can have been published.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2060;

/// A moment as a page says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// The publisher's local day.
    pub day: Date,
    /// `T11:24:00+01:00`, the offset only where one is written; empty where only a day is.
    pub time: String,
}

impl Moment {
    /// EDTF day, or date and time as written.
    pub(super) fn written(&self) -> String {
        format!("{}{}", self.day, self.time)
    }
}

/// Reads a machine's string: ISO 8601 in its variants, RFC 2822, bare digits, else as [`visible`] does.
pub(super) fn machine(text: &str, month_first: bool) -> Option<Moment> {
    let text = text.trim();
    iso(text).or_else(|| epoch(text)).or_else(|| {
        let (day, end) = find(&fold(text), month_first)?;
        let folded = fold(text);
        let time = clock(folded.get(end..).unwrap_or_default());
        Some(Moment { day, time })
    })
}

/// The first day in words that people read: `16 janvier 2024`, `16 جانفي 2024`, `Jan. 16, 2024`, `16/01/2024`.
pub(super) fn visible(text: &str, month_first: bool) -> Option<Date> {
    find(&fold(text), month_first).map(|(day, _)| day)
}

fn iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| -> Option<i16> {
        let part = text.get(from..to)?;
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse().ok())?
    };
    let year = digits(0, 4)?;
    let separated = matches!(bytes.get(4), Some(b'-' | b'/' | b'.'));
    let (month, day, rest) = if separated {
        let rest = &text[5..];
        let (month, rest) = rest.split_once(['-', '/', '.'])?;
        let length = rest.bytes().take_while(u8::is_ascii_digit).count().min(2);
        (
            month.parse().ok()?,
            rest.get(..length)?.parse().ok()?,
            &rest[length..],
        )
    } else {
        (digits(4, 6)?, digits(6, 8)?, text.get(8..)?)
    };
    if rest.starts_with(|c: char| c.is_ascii_digit()) && separated {
        return None;
    }
    Some(Moment {
        day: date(year, month, day)?,
        time: clock(rest),
    })
}

/// Seconds or milliseconds since 1970, as some sites write `content`.
fn epoch(text: &str) -> Option<Moment> {
    let seconds = match text.len() {
        10 => text.parse::<i64>().ok()?,
        13 => text.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    let stamp = jiff::Timestamp::from_second(seconds).ok()?;
    let moment = stamp.to_zoned(jiff::tz::TimeZone::UTC);
    YEARS.contains(&moment.year()).then(|| Moment {
        day: moment.date(),
        time: format!("T{}Z", moment.strftime("%H:%M:%S")),
    })
}

/// `T10:00:00+01:00` from what follows a day; empty where it is no hour.
fn clock(rest: &str) -> String {
    let rest =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, 'T' | 't' | ',' | '-'));
    let mut parts = rest.splitn(3, ':');
    let number = |part: Option<&str>| -> Option<u8> {
        let part = part?;
        let length = part.bytes().take_while(u8::is_ascii_digit).count().min(2);
        part[..length].parse().ok()
    };
    let (hour_part, minute_part) = (parts.next(), parts.next());
    let (Some(hour), Some(minute)) = (number(hour_part), number(minute_part)) else {
        return String::new();
    };
    let third = parts.next();
    let second = number(third).unwrap_or(0);
    if hour_part.is_none_or(|part| part.len() > 2) || hour > 23 || minute > 59 || second > 59 {
        return String::new();
    }
    let tail = third.or(minute_part).unwrap_or_default();
    let tail = tail.get(2..).unwrap_or_default();
    let fraction = tail
        .bytes()
        .take_while(|b| b.is_ascii_digit() || *b == b'.')
        .count();
    let offset = offset(tail[fraction..].trim_start());
    format!("T{hour:02}:{minute:02}:{second:02}{offset}")
}

/// `Z`, `+01:00`, or nothing where no offset is written.
fn offset(text: &str) -> String {
    if text.starts_with(['Z', 'z'])
        || text.starts_with("UTC")
        || text.starts_with("GMT")
        || text.starts_with("utc")
        || text.starts_with("gmt")
    {
        return "Z".to_owned();
    }
    let Some(sign) = text.chars().next().filter(|c| matches!(c, '+' | '-')) else {
        return String::new();
    };
    let digits: String = text[1..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':')
        .filter(char::is_ascii_digit)
        .collect();
    match digits.len() {
        1 => format!("{sign}0{digits}:00"),
        2 => format!("{sign}{digits}:00"),
        4 => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
        _ => String::new(),
    }
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    let year = if year < 100 { year + 2000 } else { year };
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Folded names of months, those of two words joined by a hyphen: of French and Arabic from the lexicons that
/// sentences are read with, of other languages from a list of the stage's own.
static MONTHS: LazyLock<FxHashMap<String, i16>> = LazyLock::new(|| {
    let mut months = FxHashMap::default();
    let lexicons = [
        include_str!("../../patterns/lexicons/fr/month.tsv"),
        include_str!("../../patterns/lexicons/ar/month.tsv"),
    ];
    for row in lexicons.into_iter().flat_map(str::lines) {
        let mut cells = row.split('\t');
        let (Some(form), Some(id)) = (cells.next(), cells.next()) else {
            continue;
        };
        if let Ok(month) = id.parse() {
            months.insert(fold(form).replace(' ', "-"), month);
        }
    }
    let others = include_str!("months.tsv").lines();
    for (id, names) in others.filter_map(|row| row.split_once('\t')) {
        if let Ok(month) = id.parse() {
            months.extend(names.split(' ').map(|name| (name.to_owned(), month)));
        }
    }
    months
});

/// One word or number of folded text, with the byte where it ends.
struct Piece<'a> {
    word: &'a str,
    /// What stands between it and the piece before.
    gap: &'a str,
    end: usize,
    number: Option<i16>,
}

/// The first day in folded text, and the byte after it.
fn find(folded: &str, month_first: bool) -> Option<(Date, usize)> {
    let pieces = pieces(folded);
    (0..pieces.len()).find_map(|at| {
        let day = numeric(&pieces, at, month_first).or_else(|| named(&pieces, at))?;
        Some(day)
    })
}

fn pieces(folded: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut end = 0;
    while let Some(found) = folded[end..].find(char::is_alphanumeric) {
        let start = end + found;
        let stop = start + piece_length(&folded[start..], start > 0);
        let word = &folded[start..stop];
        pieces.push(Piece {
            word,
            gap: &folded[end..start],
            end: stop,
            number: word.parse().ok().filter(|_| word.len() <= 4),
        });
        end = stop;
        if pieces.len() > 200 {
            break;
        }
    }
    pieces
}

/// Bytes of the run of digits, or of letters, that opens a text; one sign of Chinese at a time.
fn piece_length(text: &str, inside: bool) -> usize {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let han = text.starts_with(is_han);
    let goes_on = |at: usize, c: char| {
        at == 0 || (!han && !is_han(c) && c.is_alphanumeric() && c.is_ascii_digit() == digits)
    };
    let length = text
        .char_indices()
        .find(|&(at, c)| !goes_on(at, c))
        .map_or(text.len(), |(at, _)| at);
    // `Apr 042013`: day and year of two elements that stand without space.
    if digits && length == 6 && inside {
        2
    } else {
        length
    }
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9FFF}').contains(&c) || ('\u{AC00}'..='\u{D7AF}').contains(&c)
}

/// `16/01/2024`, `16.1.24`, `2024-01-16`, `2024年1月16日`.
fn numeric(pieces: &[Piece], at: usize, month_first: bool) -> Option<(Date, usize)> {
    let first = pieces.get(at)?;
    if first.number.is_some()
        && first.word.len() == 4
        && pieces.get(at + 1)?.word.chars().all(is_han)
    {
        let (month, day) = (pieces.get(at + 2)?, pieces.get(at + 4)?);
        return Some((date(first.number?, month.number?, day.number?)?, day.end));
    }
    let (second, third) = (pieces.get(at + 1)?, pieces.get(at + 2)?);
    let (a, b, c) = (first.number?, second.number?, third.number?);
    let mark = second.gap.trim();
    if !matches!(mark, "/" | "." | "-" | "‐" | "–") || third.gap.trim() != mark {
        return None;
    }
    // A fourth part makes it a number or an address.
    let next = pieces.get(at + 3);
    if next.is_some_and(|next| next.number.is_some() && next.gap == mark) {
        return None;
    }
    let found = if first.word.len() == 4 {
        date(a, b, c)
    } else if third.word.len() == 4
        || (third.word.len() == 2 && (mark == "/" || (mark == "." && second.word.len() == 2)))
    {
        if (month_first && a <= 12 && mark == "/") || b > 12 {
            date(c, a, b)
        } else {
            date(c, b, a)
        }
    } else {
        None
    };
    found.map(|day| (day, third.end))
}

/// `16 janvier 2024`, `1er mai 2024`, `January 16th, 2024`, `16 كانون الثاني/يناير 2024`.
fn named(pieces: &[Piece], at: usize) -> Option<(Date, usize)> {
    let (month, mut last) = month(pieces, at)?;
    // `كانون الثاني/يناير`: two names of one month.
    if let Some((again, end)) = month_after(pieces, last)
        && again == month
    {
        last = end;
    }
    let before = day_before(pieces, at);
    let year_at = |from: usize| {
        (from..from + 2).find_map(|at| {
            let piece = pieces.get(at)?;
            let skipped = at == from || pieces[from].number.is_none();
            (skipped && piece.word.len() == 4).then_some(())?;
            piece
                .number
                .filter(|year| YEARS.contains(year))
                .map(|year| (year, piece.end))
        })
    };
    if let Some(day) = before
        && let Some((year, end)) = year_at(last + 1)
    {
        return Some((date(year, month, day)?, end));
    }
    let day = pieces
        .get(last + 1)
        .filter(|piece| piece.word.len() <= 2)?
        .number?;
    // `mar. 16 janv. 2024`: the first is a day of the week.
    if self::month(pieces, last + 2).is_some() {
        return None;
    }
    let (year, end) = year_at(last + 2)?;
    Some((date(year, month, day)?, end))
}

/// The number before a month, over `er`, `de`, `of`.
fn day_before(pieces: &[Piece], at: usize) -> Option<i16> {
    (1..=2).find_map(|back| {
        let piece = pieces.get(at.checked_sub(back)?)?;
        let near = back == 1 || pieces[at - 1].word.len() <= 6;
        piece
            .number
            .filter(|day| near && (1..=31).contains(day) && piece.word.len() <= 2)
    })
}

fn month(pieces: &[Piece], at: usize) -> Option<(i16, usize)> {
    let piece = pieces.get(at)?;
    if piece.number.is_some() {
        return None;
    }
    if let Some(next) = pieces.get(at + 1).filter(|next| next.gap == " ") {
        let both = format!("{}-{}", piece.word, next.word);
        if let Some(month) = MONTHS.get(both.as_str()) {
            return Some((*month, at + 1));
        }
    }
    MONTHS.get(piece.word).map(|month| (*month, at))
}

fn month_after(pieces: &[Piece], last: usize) -> Option<(i16, usize)> {
    let next = pieces.get(last + 1)?;
    matches!(next.gap.trim(), "/" | "(" | "-").then(|| month(pieces, last + 1))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = machine(text, false).map(|moment| moment.written());
        assert_eq!(found.as_deref().unwrap_or("none"), expect, "{text}");
    }

    #[test]
    fn machine_strings() {
        check("2024-05-30T11:24:00+01:00", "2024-05-30T11:24:00+01:00");
        check("2024-05-30T11:24:00.000Z", "2024-05-30T11:24:00Z");
        check("2024-05-30 11:24", "2024-05-30T11:24:00");
        check("2024-05-30T11:24:00+0100", "2024-05-30T11:24:00+01:00");
        check("20240530", "2024-05-30");
        check("2024/5/3", "2024-05-03");
        check(
            "Thu, 30 May 2024 11:24:00 +0200",
            "2024-05-30T11:24:00+02:00",
        );
        check("2024-05", "none");
        check("2024", "none");
        check("30/05/2024 - 11:24", "2024-05-30T11:24:00");
    }

    #[test]
    fn visible_forms() {
        let rows = include_str!("visible_days.tsv").lines();
        let mut faults = Vec::new();
        for row in rows.filter(|row| !row.starts_with('#')) {
            let (expect, text) = row.split_once('\t').unwrap();
            let found = visible(text, false).map_or("none".to_owned(), |day| day.to_string());
            if found != expect {
                faults.push(format!("{text}: {found}, not {expect}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn month_first_where_the_language_is_english() {
        let found = visible("5/3/2024", true).map(|day| day.to_string());
        assert_eq!(found.as_deref(), Some("2024-05-03"));
    }
}
