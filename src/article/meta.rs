//! Turns titles, metadata and bylines into headline, author, agency, dateline and canonical URL.

use std::sync::LazyLock;

use url::Url;

use super::block::{Page, Tag};
use super::hint::Hint;
use super::ld::Ld;
use crate::text::fold::fold;

/// Longest byline, in bytes.
const BYLINE: usize = 120;

/// The first of some `meta` names that is there.
pub(super) fn named<'a>(page: &'a Page, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        let found = page.meta.iter().find(|(key, _)| key == name)?;
        Some(found.1.as_str())
    })
}

/// The headline and the position of its block: the heading that the page's metadata repeats, else the metadata.
pub(super) fn title(page: &Page, ld: &Ld) -> (Option<String>, Option<usize>) {
    let said = [
        named(page, &["og:title", "twitter:title", "dc.title"]),
        ld.headline.as_deref(),
        Some(page.title.trim()),
    ];
    let said: Vec<String> = said
        .into_iter()
        .flatten()
        .map(one_line)
        .filter(|title| !title.is_empty())
        .collect();
    let folded: Vec<String> = said.iter().map(|title| fold(title)).collect();
    let heading = page.blocks.iter().enumerate().filter_map(|(at, block)| {
        let level = match block.tag {
            Tag::Heading(level) => usize::from(level),
            _ if block.letters <= 160 => 5,
            _ => return None,
        };
        if block.letters < 4 {
            return None;
        }
        let fits = fits(&fold(&block.text), &folded);
        (fits >= 60 || (level == 1 && said.is_empty())).then_some((fits / 10 * 10 + 10 - level, at))
    });
    let heading = heading.max_by_key(|&(score, at)| (score, usize::MAX - at));
    match heading {
        Some((_, at)) => (Some(page.blocks[at].text.clone()), Some(at)),
        None => (
            said.first().map(|title| without_site(title, page)),
            first_heading(page),
        ),
    }
}

fn first_heading(page: &Page) -> Option<usize> {
    let is_first = |tag| matches!(tag, Tag::Heading(1));
    page.blocks.iter().position(|block| is_first(block.tag))
}

/// How many hundredths of a title's words a heading has, where it has no others.
fn fits(heading: &str, titles: &[String]) -> usize {
    let of = |title: &String| {
        if !title.contains(heading) {
            return 0;
        }
        heading.len() * 100 / title.len().max(1)
    };
    titles.iter().map(of).max().unwrap_or(0)
}

/// Cuts the name of the site off a title: what follows the last ` | `, ` - `, ` – `, where it is short or known.
fn without_site(title: &str, page: &Page) -> String {
    let site = named(page, &["og:site_name"]).map(fold).unwrap_or_default();
    for mark in [" | ", " – ", " — ", " - ", " :: ", " » "] {
        if let Some((head, tail)) = title.rsplit_once(mark) {
            let known = !site.is_empty() && fold(tail).contains(&site);
            if known || (head.chars().count() > 20 && tail.chars().count() <= 24) {
                return head.trim().to_owned();
            }
        }
    }
    title.to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words before a name: `Par`, `By`, `بقلم`.
static BEFORE: LazyLock<Vec<String>> = LazyLock::new(|| {
    include_str!("before_byline.txt")
        .lines()
        .map(fold)
        .collect()
});

/// Who wrote it, as the page says: what readers see first, else what machines are told.
pub(super) fn byline(page: &Page, ld: &Ld, near: std::ops::Range<usize>) -> Option<String> {
    let site = [named(page, &["og:site_name"]), ld.publisher.as_deref()];
    let site: Vec<String> = site.into_iter().flatten().map(fold).collect();
    let seen = page
        .marks
        .iter()
        .filter(|mark| mark.hint.says(Hint::BYLINE) && near.contains(&mark.block))
        .map(|mark| mark.text.as_str());
    let told = named(
        page,
        &[
            "author",
            "article:author",
            "dc.creator",
            "byl",
            "parsely-author",
            "sailthru.author",
        ],
    );
    let joined = ld.authors.join(", ");
    [joined.as_str()]
        .into_iter()
        .chain(told)
        .chain(seen)
        .filter_map(clean_byline)
        .find(|name| !site.contains(&fold(name)))
}

fn clean_byline(text: &str) -> Option<String> {
    let mut text = one_line(text.lines().next().unwrap_or_default());
    let folded = fold(&text);
    for word in BEFORE.iter() {
        let follows = folded.strip_prefix(word.as_str());
        if follows.is_some_and(|rest| rest.starts_with([' ', ':'])) {
            let skip = word.chars().count();
            text = text.chars().skip(skip).collect::<String>();
            text = text.trim_start_matches([' ', ':']).to_owned();
            break;
        }
    }
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '|' | '-' | '–' | ',' | '•' | '·')
    });
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let valid = text.len() <= BYLINE
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && digits < 4
        && !text.contains("://")
        && !text.contains('@');
    valid.then(|| text.to_owned())
}

/// Canonical URL: what the page says where it is on the host that was asked, without fragment; else the URL asked.
pub(super) fn canonical(page: &Page, asked: Option<&str>) -> Option<String> {
    let base = asked.and_then(|asked| Url::parse(asked).ok());
    let said = page
        .canonical
        .as_deref()
        .or_else(|| named(page, &["og:url"]))
        .and_then(|said| match &base {
            Some(base) => base.join(said).ok(),
            None => Url::parse(said).ok(),
        });
    let fits = said.filter(|said| {
        matches!(said.scheme(), "http" | "https")
            && (said.path().len() > 1 || base.as_ref().is_none_or(|base| base.path().len() <= 1))
            && base.as_ref().is_none_or(|base| same_site(base, said))
    });
    let mut found = fits.or(base)?;
    found.set_fragment(None);
    Some(found.into())
}

fn same_site(a: &Url, b: &Url) -> bool {
    let site = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_owned();
        let labels: Vec<&str> = host.rsplit('.').take(2).collect();
        labels.join(".")
    };
    site(a) == site(b)
}
