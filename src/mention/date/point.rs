//! Reads one point of time as it is written, before anything is known of when that is: the fields that
//! the words fill, and the direction they give.

use jiff::civil::Date;

use crate::mention::date::fields::{self, Fields};
use crate::mention::date::numeric::{self, Numeric};
use crate::mention::date::{guard, period};
use crate::mention::marks::Kinds;
use crate::mention::meaning::{Class, Link, Meaning, Month, Shift, Unit};
use crate::text::clitic;

use crate::mention::reader::{Hit, Reader};
use crate::record::Lang;
use crate::rules::lexicon::Clitics;

/// A point of time as written, and the token after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub when: When,
    pub end: usize,
}

/// What the words of a point fill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum When {
    Fields(Fields),
    /// Days from publication; `anaphor`: from the day named before.
    Offset {
        days: i32,
        anaphor: bool,
    },
    /// A unit in a direction: "la semaine dernière".
    Period {
        unit: Unit,
        shift: Shift,
    },
    /// A day of such a week.
    WeekdayOf {
        weekday: i8,
        shift: Shift,
    },
    /// "premier mercredi du mois prochain"; a rank below zero is the last, weekday 0 any day.
    Ranked {
        rank: i8,
        weekday: i8,
        month: Fields,
    },
    Workweek,
    /// The middle or the end of this week.
    MidWeek,
    WeekEnd,
    Exact(Date),
}

/// Whether a day without a month, or a month without a word that announces a date, may stand: they do inside intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lone {
    Refused,
    Allowed,
}

/// The point that begins at a token.
pub(super) fn read(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let first = |at: usize| reader.marks.begins(at, Kinds::FIRST);
    if !first(at) && !first(reader.past_the(at)) {
        return None;
    }
    let start = opening(reader, at);
    offset(reader, at)
        .or_else(|| offset(reader, start))
        .or_else(|| numeric(reader, start, lone))
        .or_else(|| weekday(reader, at, start, lone))
        .or_else(|| ranked(reader, start))
        .or_else(|| day(reader, start, lone))
        .or_else(|| period::read(reader, at))
        .or_else(|| month(reader, at, start, lone))
        .or_else(|| year(reader, at, lone))
}

/// The token after an article, "ce", or يوم that goes before a day.
fn opening(reader: &Reader<'_>, at: usize) -> usize {
    let the = reader.past_the(at);
    if let Some(hit) = reader
        .shift(the)
        .filter(|hit| hit.of == (Shift::This, true))
    {
        let day = reader.weekday(hit.end).is_some() || reader.digits(hit.end).is_some();
        return if day { hit.end } else { the };
    }
    match reader.unit(the) {
        Some(hit)
            if hit.of.unit == Unit::Day
                && hit.of.count == 0
                && !hit.clitics.has(Clitics::THE)
                && !hit.clitics.has(Clitics::PLURAL) =>
        {
            let day = reader.weekday(hit.end).is_some()
                || reader.digits(hit.end).is_some()
                || reader.link(hit.end, Link::First).is_some()
                || reader
                    .hits(hit.end)
                    .any(|hit| matches!(hit.of, Meaning::Day { .. }));
            if day { hit.end } else { the }
        }
        _ => the,
    }
}

/// "hier", "hier mardi", "اليوم الخميس 14 مارس 2019".
fn offset(reader: &Reader<'_>, at: usize) -> Option<Point> {
    if !reader
        .marks
        .begins(at, Kinds::DAY.with(Kinds::WORKWEEK).with(Kinds::NO_DATE))
    {
        return None;
    }
    for hit in reader.hits(at) {
        match hit.of {
            Meaning::Workweek => {
                return Some(Point {
                    when: When::Workweek,
                    end: hit.end,
                });
            }
            Meaning::NoDate => return None,
            Meaning::Day {
                offset,
                anaphor,
                the,
            } => {
                // "25 فحصا في اليوم" counts by the day, "إلى اليوم" says "so far".
                let half = at > 0
                    && reader
                        .numeral(at - 1)
                        .is_some_and(|hit| hit.of.class == Class::Fraction);
                let today = !half
                    && hit.clitics.has(Clitics::THE)
                    && !reader.link_before(at, Link::In)
                    && !reader.link_before(at, Link::To);
                if the && !today {
                    continue;
                }
                return day_offset(reader, hit.end, offset, anaphor, the);
            }
            _ => {}
        }
    }
    None
}

fn day_offset(
    reader: &Reader<'_>,
    end: usize,
    days: i32,
    anaphor: bool,
    the: bool,
) -> Option<Point> {
    // "اليوم قبل البارحة": the nearer word names the day.
    if the
        && reader
            .hits(end)
            .any(|hit| matches!(hit.of, Meaning::Day { .. }))
    {
        return offset(reader, end);
    }
    let after = if reader.folded(end) == "," {
        end + 1
    } else {
        end
    };
    if let Some(weekday) = reader.weekday(after).filter(|hit| is_weekday(reader, hit)) {
        let full = fields::read(reader, weekday.end, Lone::Refused)
            .filter(|(fields, _)| fields.month.is_some());
        return Some(match full {
            Some((fields, end)) => Point {
                when: When::Fields(Fields {
                    weekday: Some(weekday.of),
                    ..fields
                }),
                end,
            },
            None => Point {
                when: When::Offset { days, anaphor },
                end: weekday.end,
            },
        });
    }
    if let Some((fields, end)) =
        fields::read(reader, end, Lone::Refused).filter(|(fields, _)| fields.month.is_some())
    {
        return Some(Point {
            when: When::Fields(fields),
            end,
        });
    }
    // "the first day", "the national day": ال and an adjective make another day of today.
    let adjective = the
        && reader.folded(end).starts_with(clitic::THE)
        && reader
            .hits(end)
            .all(|hit| !matches!(hit.of, Meaning::Link(_)));
    (!adjective).then_some(Point {
        when: When::Offset { days, anaphor },
        end,
    })
}

fn numeric(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let (numeric, end) = numeric::read(reader, at)?;
    let fields = match numeric {
        Numeric::Day(day) => {
            return Some(Point {
                when: When::Exact(day),
                end,
            });
        }
        Numeric::Month(year, month) => Fields {
            month: Some(fields::gregorian(month)),
            year: Some(year),
            ..Fields::default()
        },
        Numeric::DayOfMonth(day, month) => {
            let announced = at > 0
                && (reader.link(at - 1, Link::The).is_some()
                    || reader.weekday(at - 1).is_some()
                    || lone == Lone::Allowed);
            if !announced {
                return None;
            }
            Fields {
                day: Some(day),
                month: Some(fields::gregorian(month)),
                ..Fields::default()
            }
        }
    };
    Some(Point {
        when: When::Fields(fields),
        end,
    })
}

/// Whether a weekday is one: singular in French, with ال in Arabic.
fn is_weekday(reader: &Reader<'_>, hit: &Hit<i8>) -> bool {
    match reader.text.lang {
        Lang::Fr => !hit.clitics.has(Clitics::PLURAL),
        Lang::Ar => hit.clitics.has(Clitics::THE),
    }
}

/// "mercredi", "mercredi dernier", "lundi de la semaine prochaine", "mercredi 15 mars 2023".
fn weekday(reader: &Reader<'_>, at: usize, start: usize, lone: Lone) -> Option<Point> {
    let hit = reader.weekday(start)?;
    let next = if reader.folded(hit.end) == "," {
        hit.end + 1
    } else {
        hit.end
    };
    if let Some((fields, end)) =
        fields::read(reader, reader.past_the(next), lone).filter(|(fields, _)| fields.day.is_some())
    {
        // "الأربعاء الثانية من أكتوبر 2014" is the second Wednesday where the second was none.
        if let Some((rank, after)) = fields::rank(reader, next)
            && !agrees(&fields, hit.of)
            && let Some((month, end)) = period::of_month(reader, after)
        {
            return Some(Point {
                when: When::Ranked {
                    rank,
                    weekday: hit.of,
                    month,
                },
                end,
            });
        }
        let fields = Fields {
            weekday: Some(hit.of),
            ..fields
        };
        return Some(Point {
            when: When::Fields(fields),
            end,
        });
    }
    // "الثلاثاء الأخير من شهر مارس": the last of the month's.
    if let Some((rank, after)) = fields::rank(reader, hit.end)
        && reader.of(after).is_some()
        && let Some((month, end)) = period::of_month(reader, after)
    {
        return Some(Point {
            when: When::Ranked {
                rank,
                weekday: hit.of,
                month,
            },
            end,
        });
    }
    let of = reader.of(hit.end).unwrap_or(hit.end);
    if let Some(Point {
        when: When::Period {
            unit: Unit::Week,
            shift,
        },
        end,
    }) = period::unit(reader, of)
    {
        return Some(Point {
            when: When::WeekdayOf {
                weekday: hit.of,
                shift,
            },
            end,
        });
    }
    if !is_weekday(reader, &hit) {
        return None;
    }
    if let Some(shift) = reader.shift(hit.end).filter(|shift| !shift.of.1) {
        let (fields, end) = day_behind(reader, shift.end).unwrap_or((Fields::default(), shift.end));
        let fields = Fields {
            weekday: Some(hit.of),
            shift: Some(shift.of.0),
            ..fields
        };
        return Some(Point {
            when: When::Fields(fields),
            end,
        });
    }
    // "le lundi" tells a habit; "ce lundi" a day. "tous les lundis" is refused by its plural.
    if reader.link_before(at, Link::Each) {
        return None;
    }
    let fields = Fields {
        weekday: Some(hit.of),
        ..Fields::default()
    };
    Some(Point {
        when: When::Fields(fields),
        end: hit.end,
    })
}

/// "dimanche prochain 24 novembre", "jeudi dernier (31 octobre)": the day of the month that says the weekday again.
fn day_behind(reader: &Reader<'_>, at: usize) -> Option<(Fields, usize)> {
    let mark = matches!(reader.folded(at), "," | "،" | "(");
    let day = reader.past_the(at + usize::from(mark));
    let read = fields::read(reader, day, Lone::Refused);
    let (fields, end) =
        read.filter(|(fields, _)| fields.day.is_some() && fields.month.is_some())?;
    let inserted = reader.folded(at) == "(";
    (!inserted || reader.folded(end) == ")").then_some((fields, end + usize::from(inserted)))
}

/// Whether a full date falls on a day of the week; one that is not full does.
fn agrees(fields: &Fields, weekday: i8) -> bool {
    let (Some(year), Some(month), Some(day)) = (fields.year, fields.month, fields.day) else {
        return true;
    };
    crate::mention::calendar::day(year, month.number, day)
        .is_none_or(|date| month.hijri || date.weekday().to_monday_one_offset() == weekday)
}

/// "premier mercredi du mois prochain", "اخر يوم بشهر عشرة سنة 2015".
fn ranked(reader: &Reader<'_>, at: usize) -> Option<Point> {
    let (mut rank, mut end) = (0, at);
    if let Some((value, after)) = fields::rank(reader, at) {
        (rank, end) = (value, after);
    }
    let (weekday, after) = match (reader.weekday(end), reader.unit(end)) {
        (Some(hit), _) => (hit.of, hit.end),
        (None, Some(hit)) if hit.of.unit == Unit::Day && hit.of.count == 0 => (0, hit.end),
        _ => return None,
    };
    end = after;
    if rank == 0 {
        (rank, end) = fields::rank(reader, end)?;
    }
    let (month, end) = period::of_month(reader, end)?;
    Some(Point {
        when: When::Ranked {
            rank,
            weekday,
            month,
        },
        end,
    })
}

/// "le 14 mars 2016", "le 20 mai courant", "le 17 du mois courant".
fn day(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let (fields, end) = fields::read(reader, at, lone)?;
    Some(Point {
        when: When::Fields(fields),
        end,
    })
}

/// "mars 2016", "mois d'avril", "octobre prochain", "novembre" where a word announces it.
pub(super) fn month(reader: &Reader<'_>, at: usize, start: usize, lone: Lone) -> Option<Point> {
    let mut name = start;
    let unit = reader
        .unit(start)
        .filter(|hit| hit.of.unit == Unit::Month && hit.of.count == 0);
    if let Some(hit) = unit {
        name = reader.of(hit.end).unwrap_or(hit.end);
    }
    let hit = reader.month(name)?;
    if unit.is_none()
        && (start != at || hit.clitics.has(Clitics::THE))
        && !hit.of.hijri
        && reader.text.lang == Lang::Fr
    {
        return None;
    }
    let end = fields::same_month(reader, hit.of, fields::dot(reader, hit.end));
    if let Some(point) = month_first(reader, hit.of, end) {
        return Some(point);
    }
    let name_end = end;
    let (fields, end) = fields::with_year(
        reader,
        Fields {
            month: Some(hit.of),
            ..Fields::default()
        },
        end,
    );
    // "neuf greffes en 2018, sept en 2019": a number, unless the year stands right behind.
    if hit.of.doubtful && unit.is_none() && end > name_end + 1 && reader.text.lang == Lang::Fr {
        return None;
    }
    let placed = fields.year.is_some()
        || fields.shift.is_some()
        || fields.this_month.is_some()
        || unit.is_some();
    let announced = lone == Lone::Allowed || guard::announces(reader, name, &hit);
    let bare_hijri = hit.of.hijri && fields.year.is_none();
    (!bare_hijri && (placed || (announced && (!hit.of.doubtful || reader.text.lang == Lang::Ar))))
        .then_some(Point {
            when: When::Fields(fields),
            end,
        })
}

/// "March 12, 2024", as some pages date themselves.
fn month_first(reader: &Reader<'_>, month: Month, at: usize) -> Option<Point> {
    let day = reader.digits(at).filter(|day| day.number.len() <= 2)?;
    let next = if reader.folded(at + 1) == "," {
        at + 2
    } else {
        at + 1
    };
    let (year, end) =
        fields::year_number(reader, next).filter(|(year, _)| (1900..2100).contains(year))?;
    let day = day
        .number
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let fields = Fields {
        day: Some(day),
        month: Some(month),
        year: Some(year),
        ..Fields::default()
    };
    Some(Point {
        when: When::Fields(fields),
        end,
    })
}

/// "2019", "l'année 2017", "سنة 2019".
pub(super) fn year(reader: &Reader<'_>, at: usize, lone: Lone) -> Option<Point> {
    let the = reader.past_the(at);
    let unit = reader
        .unit(the)
        .filter(|hit| hit.of.unit == Unit::Year && hit.of.count == 0);
    let start = unit.map_or(at, |hit| hit.end);
    let decade = unit.is_some_and(|hit| hit.clitics.has(Clitics::PLURAL));
    let (year, end) = fields::year_number(reader, start)?;
    let hijri = reader.link(end, Link::Hijri).is_some();
    let placed = (unit.is_some() && (1500..2200).contains(&year))
        || ((1900..2100).contains(&year)
            && (lone == Lone::Allowed || guard::is_year(reader, start, end)));
    (!decade && !hijri && placed).then(|| Point {
        when: When::Fields(Fields {
            year: Some(year),
            ..Fields::default()
        }),
        end: fields::era(reader, end, false),
    })
}
