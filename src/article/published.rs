//! Turns all that a page says of its day into `published` and `modified`: structured first, checked by what a reader sees.
//!
//! Each source alone is wrong on one page of ten. A structured day that differs by one from the day
//! printed beside the title is a matter of time zones: the printed one is the publisher's. What only
//! says a year or a month gives nothing.

use jiff::civil::Date;

use super::block::{Mark, Page, Tag};
use super::body::ends_sentence;
use super::boilerplate::{self, Kind};
use super::day::{self, Moment};
use super::hint::Hint;
use super::ld::Ld;

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

/// `meta` names that say the day of publication, best first; after an empty line those that may say another.
const PUBLISHED: &str = include_str!("published.txt");

/// Reads the days of a page.
pub(super) fn read(
    page: &Page,
    ld: &Ld,
    url: Option<&str>,
    place: Place,
    month_first: bool,
) -> Days {
    let reader = Reader {
        page,
        place,
        month_first,
    };
    let seen = reader.visible();
    let structured = ld
        .published
        .as_deref()
        .and_then(|text| reader.machine(text, seen))
        .or_else(|| reader.meta(0, seen))
        .or_else(|| reader.times())
        .or_else(|| reader.meta(1, seen))
        .or_else(|| reader.meta_like());
    let published = match (structured, seen) {
        (Some(said), Some(seen)) if is_other_zone(&said, seen) => Some(Moment {
            day: seen,
            time: String::new(),
        }),
        (Some(said), _) => Some(said),
        (None, seen) => url.and_then(in_url).or(seen).map(|day| Moment {
            day,
            time: String::new(),
        }),
    };
    let published = published.or_else(|| reader.only_time());
    let modified = ld
        .modified
        .as_deref()
        .and_then(|text| day::machine(text, month_first))
        .or_else(|| reader.meta_named("article:modified_time", None))
        .or_else(|| reader.meta_named("og:updated_time", None))
        .or_else(|| reader.meta_named("datemodified", None));
    Days {
        published: published.map(|moment| moment.written()),
        modified: modified.map(|moment| moment.written()),
    }
}

/// Whether a moment in universal time, or without offset, is the day before or after the one that readers see.
fn is_other_zone(said: &Moment, seen: Date) -> bool {
    let local = said.time.contains(['+', '-']) && !said.time.ends_with("+00:00");
    let next = |day: Date| day.tomorrow().ok();
    !local && (next(said.day) == Some(seen) || next(seen) == Some(said.day))
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
        day::machine(&parts.join("-"), false)
    });
    let compact = || {
        runs.iter()
            .filter(|run| run.len() == 8)
            .find_map(|run| day::machine(run, false))
    };
    slashed.or_else(compact).map(|moment| moment.day)
}

struct Reader<'a> {
    page: &'a Page,
    place: Place,
    month_first: bool,
}

impl Reader<'_> {
    /// Reads a machine's string; where day and month could be each other, the day that readers see decides.
    fn machine(&self, text: &str, seen: Option<Date>) -> Option<Moment> {
        let read = day::machine(text, self.month_first);
        let other = day::machine(text, !self.month_first);
        match (&read, other) {
            (Some(read), Some(other)) if Some(other.day) == seen && other.day != read.day => {
                Some(other)
            }
            _ => read,
        }
    }

    /// The first of one part of the list that is there.
    fn meta(&self, part: usize, seen: Option<Date>) -> Option<Moment> {
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

    fn meta_named(&self, name: &str, seen: Option<Date>) -> Option<Moment> {
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
            .filter_map(|mark| day::machine(mark.value.as_deref()?, self.month_first));
        let first = moments.next()?;
        moments.all(|other| other.day == first.day).then_some(first)
    }

    /// The `time` element that is the article's: named so, else the nearest to the title.
    fn times(&self) -> Option<Moment> {
        let times = || {
            self.page.marks.iter().filter_map(|mark| {
                let value = mark.value.as_deref().unwrap_or(&mark.text);
                let said = mark.is_time || mark.value.is_some() && mark.hint.says(Hint::DATE);
                let near = said && self.is_near(mark) && !is_change(mark);
                let moment = near.then(|| day::machine(value, self.month_first))??;
                Some((mark, moment))
            })
        };
        times()
            .min_by_key(|(mark, _)| self.distance(mark))
            .map(|(_, moment)| moment)
    }

    /// Times of other articles stand far from title and body.
    fn is_near(&self, mark: &Mark) -> bool {
        mark.block + 12 >= self.place.title && mark.block <= self.place.last + 3
    }

    /// How far a mark is from title and body, in blocks; what stands before the title is farther.
    fn distance(&self, mark: &Mark) -> usize {
        self.far(mark.block)
    }

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

    /// The day printed beside the title: in a line that says "published", in a place named a date, in a short line.
    fn visible(&self) -> Option<Date> {
        self.said().or_else(|| self.near_title())
    }

    /// A line that opens with "Publié le", "نشر في": the nearest to title and body.
    fn said(&self) -> Option<Date> {
        let lines = self.page.blocks.iter().enumerate();
        lines
            .filter(|(_, block)| {
                boilerplate::kind(&block.text, block.letters) == Some(Kind::Published)
            })
            .filter_map(|(at, block)| Some((at, day::visible(&block.text, self.month_first)?)))
            .min_by_key(|(at, _)| self.far(*at))
            .map(|(_, day)| day)
    }

    fn near_title(&self) -> Option<Date> {
        let named = self
            .page
            .marks
            .iter()
            .filter(|mark| self.is_near(mark) && mark.hint.says(Hint::DATE) && !is_change(mark))
            .filter_map(|mark| {
                Some((
                    self.distance(mark),
                    day::visible(&mark.text, self.month_first)?,
                ))
            });
        named
            .chain(self.short_lines())
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, day)| day)
    }

    fn short_lines(&self) -> Option<(usize, Date)> {
        let Place { title, first, last } = self.place;
        let near = (title..first.saturating_add(2))
            .chain(title.saturating_sub(6)..title)
            .chain(last..last.saturating_add(6));
        near.filter_map(|at| Some((at, self.page.blocks.get(at)?)))
            .filter(|(_, block)| block.letters <= 90 && !matches!(block.tag, Tag::Heading(1)))
            .filter(|(_, block)| has_digit(&block.text) && !ends_sentence(&block.text))
            .find_map(|(at, block)| {
                Some((
                    self.far(at) + 1,
                    day::visible(&block.text, self.month_first)?,
                ))
            })
    }
}

/// A mark of the last change only.
fn is_change(mark: &Mark) -> bool {
    mark.hint.says(Hint::UPDATED) && !mark.hint.says(Hint::DATE)
}

fn has_digit(text: &str) -> bool {
    text.chars().any(char::is_numeric)
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
