//! Turns all that a page says of its day into `published` and `modified`: structured first, checked by what a reader sees.
//!
//! Each source alone is wrong on one page of ten. A structured day that differs by one from the day
//! printed beside the title is a matter of time zones: the printed one is the publisher's. What only
//! says a year or a month gives nothing.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use super::block::{Mark, Page, Tag};
use super::body::ends_sentence;
use super::boilerplate::{self, Kind};
use super::hint::Hint;
use super::ld::Ld;
use super::stamp;
use crate::mention::date::line::{Line, Lines, Moment, Setting};
use crate::rules::pack::Pack;

/// Days of a page as it writes them: EDTF or RFC 3339.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// Of publication.
    pub published: Option<String>,
    /// Of the last change.
    pub modified: Option<String>,
}

/// Where on the page the article stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Position of the title's block.
    pub title: usize,
    /// Position of the first block of the body.
    pub first: usize,
    /// Position after its last block.
    pub last: usize,
}

/// `meta` names that say the day of publication, best first; after an empty line those that may say another;
/// after one more those of the last change.
const PUBLISHED: &str = include_str!("published.txt");

/// Characters in which a dateline says its day: "ALGER, 12 mars 2024 (APS) -".
const DATELINE: usize = 60;

/// Blocks with a year that are looked through for a day of change where nothing else says a day.
const CHANGED: usize = 40;

/// Letters of the longest line that counts back from today, or leaves out the year.
const RELATIVE: usize = 45;

/// Letters of the longest line that may end as a sentence does: "le 1er mars 2024."
const BARE: usize = 24;

/// Hours by which the clocks of Algiers, Tunis and Rabat are ahead of universal time.
const CLOCK: i8 = 1;

/// The words of lines are those of the pack in the binary.
static LINES: LazyLock<Option<Lines>> =
    LazyLock::new(|| Pack::builtin().ok().and_then(|pack| Lines::new(pack).ok()));

/// Reads the days of a page.
pub(super) fn read(
    page: &Page,
    ld: &Ld,
    url: Option<&str>,
    place: Place,
    setting: Setting,
) -> Days {
    let reader = Reader {
        page,
        place,
        setting,
    };
    let line = reader.visible();
    let seen = line.published.as_ref();
    let structured = ld
        .published
        .as_deref()
        .and_then(|text| reader.machine(text, seen))
        .or_else(|| reader.meta(0, seen))
        .or_else(|| reader.times())
        .or_else(|| reader.meta(1, seen))
        .or_else(|| reader.meta_like());
    let published = match (structured, line.published) {
        (Some(said), Some(seen)) if is_other_zone(&said, seen.date) => Some(seen),
        (Some(said), _) => Some(said),
        (None, seen) => url.and_then(in_url).map(Moment::day).or(seen),
    };
    let modified = ld
        .modified
        .as_deref()
        .and_then(|text| stamp_or_line(text, setting))
        .or_else(|| reader.meta(2, None))
        .or(line.updated);
    // A page that tells only its last change was there on that day.
    let published = published
        .or_else(|| reader.only_time())
        .or_else(|| reader.dateline())
        .or_else(|| modified.clone())
        .or_else(|| reader.changed_somewhere());
    Days {
        published: published.map(|moment| moment.written()),
        modified: modified.map(|moment| moment.written()),
    }
}

/// The time on the publisher's clock at which a page was fetched.
pub(super) fn local(fetched: Timestamp) -> Option<DateTime> {
    let offset = Offset::from_hours(CLOCK).ok()?;
    Some(fetched.to_zoned(TimeZone::fixed(offset)).datetime())
}

/// Whether a moment in universal time, or without offset, is the day before or after the one that readers see.
fn is_other_zone(said: &Moment, seen: Date) -> bool {
    let local = !matches!(&*said.offset, "" | "Z" | "+00:00" | "-00:00");
    let next = |day: Date| day.tomorrow().ok();
    !local && (next(said.date) == Some(seen) || next(seen) == Some(said.date))
}

/// `/2024/05/30/`, `/20240530`, `/2024-05-30-`: all three parts, or nothing.
fn in_url(url: &str) -> Option<Date> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // An archive's copy has its own day before the address that it copied.
    let path = path.rsplit_once("://").map_or(path, |(_, rest)| rest);
    let runs: Vec<&str> = path
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .collect();
    let slashed = runs.windows(3).find_map(|parts| {
        let joined = ['/', '-', '_']
            .iter()
            .any(|mark| path.contains(&parts.join(&mark.to_string())));
        if parts[0].len() != 4 || parts[1].len() > 2 || parts[2].len() > 2 || !joined {
            return None;
        }
        stamp::read(&parts.join("-"))
    });
    let compact = || {
        runs.iter()
            .filter(|run| run.len() == 8)
            .find_map(|run| stamp::read(run))
    };
    slashed.or_else(compact).map(|moment| moment.date)
}

struct Reader<'a> {
    page: &'a Page,
    place: Place,
    setting: Setting,
}

impl Reader<'_> {
    /// Reads a machine's string; where day and month could be each other, the day that readers see decides.
    fn machine(&self, text: &str, seen: Option<&Moment>) -> Option<Moment> {
        if let Some(stamp) = stamp::read(text) {
            return Some(stamp);
        }
        let swapped = Setting {
            month_first: !self.setting.month_first,
            ..self.setting
        };
        let read = stamp_or_line(text, self.setting)?;
        let other = seen.and_then(|seen| {
            let other = stamp_or_line(text, swapped)?;
            (other.date == seen.date).then_some(other)
        });
        Some(other.unwrap_or(read))
    }

    /// The first of one part of the list that is there.
    fn meta(&self, part: usize, seen: Option<&Moment>) -> Option<Moment> {
        let names = PUBLISHED.split("\n\n").nth(part)?;
        names.lines().find_map(|name| self.meta_named(name, seen))
    }

    /// A name that no list has, but that says what it is: `site:uploaded`, `cms_publishing_day`.
    fn meta_like(&self) -> Option<Moment> {
        let says = |name: &str| {
            ["publi", "posted", "upload", "issued"]
                .iter()
                .any(|word| name.contains(word))
        };
        self.page
            .meta
            .iter()
            .filter(|(name, content)| {
                says(name) && content.starts_with(|c: char| c.is_ascii_digit())
            })
            .find_map(|(_, content)| self.machine(content, None))
    }

    fn meta_named(&self, name: &str, seen: Option<&Moment>) -> Option<Moment> {
        self.page
            .meta
            .iter()
            .filter(|(key, _)| key == name)
            .find_map(|(_, content)| self.machine(content, seen))
    }

    /// The day of all `time` elements of the page, where it is one.
    fn only_time(&self) -> Option<Moment> {
        let mut moments = self
            .page
            .marks
            .iter()
            .filter(|mark| mark.is_time && !is_change(mark))
            .filter_map(|mark| self.machine(mark.value.as_deref()?, None));
        let first = moments.next()?;
        moments
            .all(|other| other.date == first.date)
            .then_some(first)
    }

    /// The `time` element that is the article's: named so, else the nearest to the title.
    fn times(&self) -> Option<Moment> {
        let mut times: Vec<(usize, &str)> = self
            .page
            .marks
            .iter()
            .filter(|mark| {
                let said = mark.is_time || mark.value.is_some() && mark.hint.says(Hint::DATE);
                said && self.is_near(mark) && !is_change(mark)
            })
            .map(|mark| {
                let value = mark.value.as_deref().unwrap_or(&mark.text);
                (self.far(mark.block), value)
            })
            .collect();
        times.sort_by_key(|(far, _)| *far);
        times
            .iter()
            .find_map(|(_, value)| self.machine(value, None))
    }

    /// The day of the dateline that opens the text, before its dash.
    fn dateline(&self) -> Option<Moment> {
        let first = self.page.blocks.get(self.place.first)?;
        let head: String = first.text.chars().take(DATELINE).collect();
        let (head, _) = head.split_once([')', '-', '–', '—']).filter(|(head, _)| {
            let words = head.split_whitespace().count();
            head.contains(char::is_numeric) && words <= 8
        })?;
        line(head, self.setting).published
    }

    /// The day of the last change that a line anywhere on the page says, the last of them.
    fn changed_somewhere(&self) -> Option<Moment> {
        let has_year = |text: &str| {
            let mut runs = text.split(|c: char| !c.is_ascii_digit());
            runs.any(|run| run.len() == 4)
        };
        let blocks = self.page.blocks.iter().rev();
        blocks
            .filter(|block| block.letters <= 200 && has_year(&block.text))
            .take(CHANGED)
            .find_map(|block| line(&block.text, self.setting).updated)
    }

    /// Times of other articles stand far from title and body.
    fn is_near(&self, mark: &Mark) -> bool {
        mark.block + 12 >= self.place.title && mark.block <= self.place.last + 3
    }

    /// How far a block is from title and body, in blocks; what stands before the title is farther.
    fn far(&self, block: usize) -> usize {
        let Place { title, first, last } = self.place;
        if block < title {
            return (title - block) * 4;
        }
        let to_ends = (block - title).min(block.abs_diff(first));
        if block > first && block < last {
            to_ends + 40
        } else {
            to_ends
        }
    }

    /// The days printed beside the title: in a line that says "published", in a place named a date, in a short line.
    fn visible(&self) -> Line {
        let mut said = self.said();
        let mut near = self.near_title();
        said.sort_by_key(|(far, _)| *far);
        near.sort_by_key(|(far, _)| *far);
        let mut all = Line::default();
        for (_, text) in said.into_iter().chain(near) {
            let found = line(text, self.setting_of(text));
            all.updated = all.updated.or(found.updated);
            if found.published.is_some() {
                all.published = found.published;
                break;
            }
        }
        all
    }

    /// Lines that open with "Publié le", "نشر في", and how far they are.
    fn said(&self) -> Vec<(usize, &str)> {
        let lines = self.page.blocks.iter().enumerate();
        lines
            .filter(|(_, block)| {
                boilerplate::kind(&block.text, || block.letters) == Some(Kind::Published)
            })
            .map(|(at, block)| (self.far(at), block.text.as_str()))
            .collect()
    }

    fn near_title(&self) -> Vec<(usize, &str)> {
        let named = self
            .page
            .marks
            .iter()
            .filter(|mark| self.is_near(mark) && mark.hint.says(Hint::DATE) && !is_change(mark))
            .map(|mark| (self.far(mark.block), mark.text.as_str()));
        named.chain(self.short_lines()).collect()
    }

    fn short_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let Place { title, first, last } = self.place;
        let near = (title..first.saturating_add(2))
            .chain(title.saturating_sub(6)..title)
            .chain(last..last.saturating_add(6));
        near.filter_map(|at| Some((at, self.page.blocks.get(at)?)))
            .filter(|(_, block)| block.letters <= 90 && !matches!(block.tag, Tag::Heading(1)))
            .filter(|(_, block)| block.letters <= BARE || !ends_sentence(&block.text))
            .map(|(at, block)| (self.far(at) + 1, block.text.as_str()))
    }

    /// Only a line that is little more than a day may count back or leave out the year.
    fn setting_of(&self, text: &str) -> Setting {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        Setting {
            seen: self.setting.seen.filter(|_| letters <= RELATIVE),
            ..self.setting
        }
    }
}

/// Reads a string for machines, in a machine's form or in words.
fn stamp_or_line(text: &str, setting: Setting) -> Option<Moment> {
    stamp::read(text).or_else(|| {
        let line = line(text, setting);
        line.published.or(line.updated)
    })
}

/// What a line says; without a digit and without a clock to count back from it says nothing.
fn line(text: &str, setting: Setting) -> Line {
    if setting.seen.is_none() && !text.chars().any(char::is_numeric) {
        return Line::default();
    }
    LINES
        .as_ref()
        .map(|lines| lines.read(text, setting))
        .unwrap_or_default()
}

/// A mark of the last change only.
fn is_change(mark: &Mark) -> bool {
    mark.hint.says(Hint::UPDATED) && !mark.hint.says(Hint::DATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: Option<&str>) {
        assert_eq!(
            in_url(url).map(|day| day.to_string()).as_deref(),
            expect,
            "{url}"
        );
    }

    #[test]
    fn days_in_addresses() {
        check("https://a.dz/2024/05/30/sante", Some("2024-05-30"));
        check("https://a.dz/sante/20240530/x", Some("2024-05-30"));
        check("https://a.dz/2024-05-30-sante", Some("2024-05-30"));
        check("https://a.dz/2024/05/sante-30", None);
        check(
            "https://web.archive.org/web/20130217080612/http://b.de/2012/08/x",
            None,
        );
        check("https://a.dz/article/18348200", None);
    }
}
