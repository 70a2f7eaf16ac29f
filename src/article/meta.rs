//! Turns titles, metadata and bylines into headline, author, agency, dateline and canonical URL.

use std::sync::LazyLock;

use url::Url;

use super::block::{Page, Tag};
use super::body::ends_sentence;
use super::boilerplate;
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
        .map(|title| without_site(&one_line(title), page))
        .filter(|title| !title.is_empty())
        .collect();
    // A heading may be what stands before the name of the site, however short.
    let heads = said
        .iter()
        .filter_map(|title| title.split(['|', '–', '—']).next());
    let heads = heads.chain(
        said.iter()
            .filter_map(|title| title.split_once(" - ").map(|(head, _)| head)),
    );
    let whole: Vec<Vec<String>> = said.iter().map(|title| words(title)).collect();
    let heads: Vec<Vec<String>> = heads.map(words).chain(whole.clone()).collect();
    let is_heading = |at: &usize| matches!(page.blocks[*at].tag, Tag::Heading(_));
    let all = 0..page.blocks.len();
    let heading = best(page, all.clone().filter(is_heading), &heads, 60)
        .or_else(|| best(page, all.filter(|at| !is_heading(at)), &whole, 90));
    match heading {
        Some(at) => (Some(page.blocks[at].text.clone()), Some(at)),
        None => (said.into_iter().next(), first_heading(page)),
    }
}

/// The first block that fits best, of those that fit at least so many hundredths; of two equal ones the higher heading.
fn best(
    page: &Page,
    among: impl Iterator<Item = usize>,
    titles: &[Vec<String>],
    least: usize,
) -> Option<usize> {
    let scored = among.filter_map(|at| {
        let block = &page.blocks[at];
        if !(4..=300).contains(&block.letters) {
            return None;
        }
        let fit = fit(&block.text, titles);
        let level = match block.tag {
            Tag::Heading(level) => usize::from(level),
            _ => 5,
        };
        let alone = level == 1 && titles.is_empty();
        (fit >= least || alone).then_some((fit / 10 * 10 + 10 - level, at))
    });
    scored
        .max_by_key(|&(score, at)| (score, usize::MAX - at))
        .map(|(_, at)| at)
}

fn first_heading(page: &Page) -> Option<usize> {
    let is_first = |tag| matches!(tag, Tag::Heading(1));
    page.blocks.iter().position(|block| is_first(block.tag))
}

/// How many hundredths of the words of a heading and of a title are the same: of the longer of the two.
fn fit(heading: &str, titles: &[Vec<String>]) -> usize {
    let longest = titles.iter().map(Vec::len).max().unwrap_or(0);
    // A block with far more words than the title needs no folding to be none.
    if longest == 0 || heading.split(' ').count() > longest * 2 + 2 {
        return 0;
    }
    let heading = words(heading);
    let of = |title: &Vec<String>| {
        let both = heading.iter().filter(|word| title.contains(word)).count();
        both * 100 / heading.len().max(title.len()).max(1)
    };
    titles.iter().map(of).max().unwrap_or(0)
}

fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(60)
        .map(str::to_owned)
        .collect()
}

/// Whether a title speaks of what a text speaks of: old sites give every page the name of the paper.
pub(super) fn speaks_of(title: &str, text: &str) -> bool {
    let text = words_of(text);
    let title = words(title);
    let shared = title.iter().filter(|word| text.contains(*word)).count();
    shared * 2 >= title.len()
}

fn words_of(text: &str) -> rustc_hash::FxHashSet<String> {
    let head: String = text.chars().take(3000).collect();
    fold(&head)
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned)
        .collect()
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

/// Who wrote it, as the page says: what machines are told, else what readers see beside the title, else the
/// name under which the text stands.
pub(super) fn byline(
    page: &Page,
    ld: &Ld,
    near: std::ops::Range<usize>,
    signed: Option<&str>,
) -> Option<String> {
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
        .or_else(|| announced(page, near))
        .or_else(|| signed.map(str::to_owned))
}

/// The name after "Par", بقلم in a line beside the title.
fn announced(page: &Page, near: std::ops::Range<usize>) -> Option<String> {
    let blocks = page
        .blocks
        .get(near.start..near.end.min(page.blocks.len()))?;
    blocks
        .iter()
        .filter(|block| block.letters <= 90 && !ends_sentence(&block.text))
        .find_map(|block| {
            let part = block.text.split(['|', '•', '·', '(', '،']).next()?;
            let part = part.split(" - ").next()?;
            let name = without_opening(part)?;
            is_name(&name).then_some(name)
        })
}

/// Whether some words may be the name of a person: two to five, each with a capital where the script has them.
pub(super) fn is_name(text: &str) -> bool {
    const PARTICLES: [&str; 12] = [
        "de", "du", "la", "el", "al", "ben", "bin", "ould", "et", "von", "van", "d'",
    ];
    let words: Vec<&str> = text
        .split([' ', '-'])
        .filter(|word| !word.is_empty())
        .collect();
    let is_part = |word: &&str| {
        let mut letters = word.chars();
        let first = letters.next().unwrap_or(' ');
        let whole = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '.'));
        whole && (!first.is_lowercase() || PARTICLES.contains(&word.to_lowercase().as_str()))
    };
    (2..=5).contains(&words.len()) && text.chars().count() <= 50 && words.iter().all(is_part)
}

/// What follows one of the words before a name; nothing where none stands there.
fn without_opening(text: &str) -> Option<String> {
    let folded = fold(text);
    let word = BEFORE.iter().find(|word| {
        let follows = folded.strip_prefix(word.as_str());
        follows.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':']))
    })?;
    let rest: String = text.chars().skip(word.chars().count()).collect();
    Some(rest.trim_matches([' ', ':', '\u{A0}']).to_owned())
}

fn clean_byline(text: &str) -> Option<String> {
    let line = one_line(text.lines().next().unwrap_or_default());
    let text = without_opening(&line).unwrap_or(line);
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '|' | '-' | '–' | ',' | '•' | '·')
    });
    let text = if text.contains(' ') {
        text.trim_end_matches('.')
    } else {
        text
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    // `lefigaro.fr` is no person, "(Bruxelles, bureau européen)" a place, "Lire l'article" a link.
    let is_host = text.contains('.') && !text.contains(' ');
    let valid = text.len() <= BYLINE
        && letters >= 2
        && digits < 4
        && !is_host
        && !text.starts_with('(')
        && !text.contains("://")
        && !text.contains('@')
        && boilerplate::kind(text, || letters).is_none();
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
