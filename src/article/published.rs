//! Turns all that a page says of its day into `published` and `modified`: structured first, checked by what a reader sees.
//!
//! Each source alone is wrong on one page of ten. A structured day that differs by one from the day
//! printed beside the title is a matter of time zones: the printed one is the publisher's. What only
//! says a year or a month gives nothing.

use jiff::civil::Date;

use super::block::{Mark, Page, Tag};
use super::day::{self, Moment};
use super::hint::Hint;
use super::ld::Ld;
use crate::text::fold::fold;

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

/// `meta` names that say the day of publication, best first.
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
    let structured = ld
        .published
        .as_deref()
        .and_then(|text| day::machine(text, month_first))
        .or_else(|| reader.meta())
        .or_else(|| reader.times());
    let seen = reader.visible();
    let in_url = url.and_then(in_url);
    let published = match (structured, seen) {
        (Some(said), Some(seen)) if differ_by_one(said.day, seen) => Some(Moment {
            day: seen,
            time: String::new(),
        }),
        (Some(said), _) => Some(said),
        (None, seen) => in_url.or(seen).map(|day| Moment {
            day,
            time: String::new(),
        }),
    };
    let modified = ld
        .modified
        .as_deref()
        .and_then(|text| day::machine(text, month_first))
        .or_else(|| reader.meta_named("article:modified_time"))
        .or_else(|| reader.meta_named("og:updated_time"))
        .or_else(|| reader.meta_named("datemodified"));
    Days {
        published: published.map(|moment| moment.written()),
        modified: modified.map(|moment| moment.written()),
    }
}

fn differ_by_one(a: Date, b: Date) -> bool {
    a.tomorrow().is_ok_and(|next| next == b) || a.yesterday().is_ok_and(|before| before == b)
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
    fn meta(&self) -> Option<Moment> {
        PUBLISHED.lines().find_map(|name| self.meta_named(name))
    }

    fn meta_named(&self, name: &str) -> Option<Moment> {
        self.page
            .meta
            .iter()
            .filter(|(key, _)| key == name)
            .find_map(|(_, content)| day::machine(content, self.month_first))
    }

    /// The `time` element that is the article's: named so, else the nearest to the title.
    fn times(&self) -> Option<Moment> {
        let times = || {
            self.page.marks.iter().filter_map(|mark| {
                let value = mark.value.as_deref().unwrap_or(&mark.text);
                let said = mark.is_time || mark.value.is_some() && mark.hint.says(Hint::DATE);
                let moment = said.then(|| day::machine(value, self.month_first))??;
                (self.is_near(mark)).then_some((mark, moment))
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

    fn distance(&self, mark: &Mark) -> usize {
        let before_body = mark
            .block
            .abs_diff(self.place.title)
            .min(mark.block.abs_diff(self.place.first));
        if mark.block > self.place.first && mark.block < self.place.last {
            before_body + 40
        } else {
            before_body
        }
    }

    /// The day printed beside the title: named a date, else in a short line around the title, else after the body.
    fn visible(&self) -> Option<Date> {
        let named = self
            .page
            .marks
            .iter()
            .filter(|mark| self.is_near(mark) && mark.hint.says(Hint::DATE))
            .filter_map(|mark| Some((mark, day::visible(&mark.text, self.month_first)?)))
            .min_by_key(|(mark, _)| self.distance(mark))
            .map(|(_, day)| day);
        named.or_else(|| self.short_lines())
    }

    fn short_lines(&self) -> Option<Date> {
        let Place { title, first, last } = self.place;
        let blocks = &self.page.blocks;
        let near = (title..first.saturating_add(2))
            .chain(title.saturating_sub(6)..title)
            .chain(last..last.saturating_add(6));
        near.filter_map(|at| blocks.get(at))
            .filter(|block| block.letters <= 90 && !matches!(block.tag, Tag::Heading(1)))
            .filter(|block| {
                block.text.bytes().any(|b| b.is_ascii_digit()) || !block.text.is_ascii()
            })
            .find_map(|block| day::visible(&fold(&block.text), self.month_first))
    }
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
