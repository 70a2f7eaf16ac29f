//! Turns a section page into the articles, the next page and the feeds that it links to.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::{Found, charset};
use crate::crawl::canonical::{canonical, key};

/// Most links that are taken from one page: a page with more is a trap.
const MOST: usize = 1_000;

/// What a section page links to, each once, in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Pages of the same site that look like articles.
    pub articles: Vec<Found>,
    /// The page that continues the list.
    pub next: Option<Url>,
    /// Feeds that the page declares.
    pub feeds: Vec<Url>,
}

/// Reads a section page; `patterns` say what the path of an article holds, else its shape does.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: &Url, patterns: &[Regex]) -> Section {
    let page = Html::parse_document(&charset::text_of(bytes, content_type));
    let declared = each(&page, "base[href]")
        .next()
        .and_then(|element| base.join(element.attr("href")?).ok());
    let resolve = |element: &ElementRef<'_>| {
        canonical(
            element.attr("href")?,
            Some(declared.as_ref().unwrap_or(base)),
        )
    };
    let articles = articles(&page, base, patterns, resolve);
    let next = each(&page, "link[rel~=next][href], a[rel~=next][href]")
        .filter_map(|link| resolve(&link))
        .find(|url| same_site(url, base) && key(url) != key(base));
    let feeds = each(&page, "link[rel~=alternate][href]")
        .filter(|link| {
            let kind = link.attr("type").unwrap_or_default();
            ["rss", "atom", "feed+json"]
                .iter()
                .any(|feed| kind.contains(feed))
        })
        .filter_map(|link| resolve(&link))
        .collect();
    Section {
        articles,
        next,
        feeds,
    }
}

/// The articles in the order of the page. Of several links to one the longest text is the headline: the
/// others are a picture, a number of comments, "read on".
fn articles(
    page: &Html,
    base: &Url,
    patterns: &[Regex],
    resolve: impl Fn(&ElementRef<'_>) -> Option<Url>,
) -> Vec<Found> {
    let mut articles: Vec<Found> = Vec::new();
    let mut places = HashMap::new();
    let own = key(base);
    for link in each(page, "a[href]") {
        let fits = |url: &Url| same_site(url, base) && is_article(url, patterns);
        let Some(url) = resolve(&link).filter(fits) else {
            continue;
        };
        let (key, title) = (key(&url), text(&link));
        if let Some(known) = places.get(&key).map(|at: &usize| &mut articles[*at]) {
            let length = |title: &Option<String>| title.as_ref().map_or(0, String::len);
            if length(&title) > length(&known.title) {
                known.title = title;
            }
        } else if key != own && articles.len() < MOST {
            places.insert(key, articles.len());
            articles.push(Found {
                url,
                title,
                published: None,
                categories: Vec::new(),
            });
        }
    }
    articles
}

fn each<'a>(page: &'a Html, selector: &str) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let selector = Selector::parse(selector).ok();
    let found: Vec<_> = selector
        .iter()
        .flat_map(|selector| page.select(selector))
        .collect();
    found.into_iter()
}

fn text(link: &ElementRef<'_>) -> Option<String> {
    let text: String = link.text().collect::<Vec<_>>().join(" ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Whether two addresses are of one paper: the same host, or one under the other, `www.` aside.
pub fn same_site(one: &Url, other: &Url) -> bool {
    let bare = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    let (one, other) = (bare(one), bare(other));
    one == other || one.ends_with(&format!(".{other}")) || other.ends_with(&format!(".{one}"))
}

/// Whether an address looks like that of an article.
pub fn is_article(url: &Url, patterns: &[Regex]) -> bool {
    let path = percent_decode_str(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .decode_utf8_lossy();
    if !patterns.is_empty() {
        return patterns.iter().any(|pattern| pattern.is_match(&path));
    }
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    if segments
        .iter()
        .any(|segment| LISTING.contains(segment.to_lowercase().as_str()))
    {
        return false;
    }
    let last = segments.last().copied().unwrap_or_default();
    if extension(last)
        .is_some_and(|ending| !matches!(ending, "html" | "htm" | "php" | "aspx" | "asp" | "jsp"))
    {
        return false;
    }
    // A page inside a section is told by fewer words than a bare path: `/sante/jumelage-oran-adrar.html`.
    let words = if extension(last).is_some() && segments.len() > 1 {
        3
    } else {
        4
    };
    numbered(query) || speaks(last, words) || segments.iter().any(|segment| has_number(segment, 4))
}

/// A query that names one thing by number: `?news=123`, `?p=5&lang=ar`.
fn numbered(query: &str) -> bool {
    query.split('&').any(|pair| {
        pair.split_once('=').is_some_and(|(name, value)| {
            let number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            // SPIP names the loop that it pages: `debut_articles`.
            number && !PAGING.contains(&name) && !name.starts_with("debut_")
        })
    })
}

/// Parameters that turn the pages of a list.
const PAGING: &[&str] = &[
    "page",
    "paged",
    "start",
    "limit",
    "offset",
    "cat",
    "limitstart",
    "lang",
];

/// A segment of so many words reads as a headline.
fn speaks(segment: &str, words: usize) -> bool {
    segment
        .split(['-', '_', '+', ' '])
        .filter(|word| word.chars().count() > 1)
        .count()
        >= words
}

fn has_number(segment: &str, digits: usize) -> bool {
    segment.split(|c: char| !c.is_ascii_digit()).any(|number| {
        let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
        number.len() >= digits && !year
    })
}

fn extension(segment: &str) -> Option<&str> {
    let (_, ending) = segment.rsplit_once('.')?;
    (ending.len() <= 4 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(ending)
}

static LISTING: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let rows = include_str!("../listing.tsv").lines();
    rows.filter(|line| !line.starts_with('#')).skip(1).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_gives_the_articles_of_its_site() {
        let html = "<base href='http://www.a.dz/fr/'><link rel=alternate type='application/rss+xml' href='/rss.xml'><a href='sante/12345-chu'><img></a><a href='sante/12345-chu'> CHU <b>Oran</b></a><a href='sante/12345-chu#c'>3</a><a href='http://b.dz/12345'>x</a><a href='/category/sante/12345'>x</a><a href='/img/12345.jpg'>x</a><a rel='nofollow next' href='?page=2'>2</a><a href='/contact'>x</a><a href='http://m.a.dz/signature-d-une-convention-entre'>y</a>";
        let base = Url::parse("http://a.dz/fr/sante").unwrap();
        let section = read(html.as_bytes(), None, &base, &[]);
        let urls: Vec<_> = section
            .articles
            .iter()
            .map(|found| found.url.as_str())
            .collect();
        assert_eq!(
            urls,
            [
                "http://www.a.dz/fr/sante/12345-chu",
                "http://m.a.dz/signature-d-une-convention-entre"
            ]
        );
        assert_eq!(section.articles[0].title.as_deref(), Some("CHU Oran"));
        assert_eq!(section.next.unwrap().as_str(), "http://www.a.dz/fr/?page=2");
        assert_eq!(section.feeds[0].as_str(), "http://www.a.dz/rss.xml");
    }

    #[test]
    fn the_shape_of_an_address_tells_articles_from_lists() {
        let check = |address: &str, expect: bool| {
            assert_eq!(
                is_article(&Url::parse(address).unwrap(), &[]),
                expect,
                "{address}"
            );
        };
        check("http://a.dz/index.php?news=123", true);
        check("http://a.dz/?p=12", true);
        check("http://a.dz/sante/?page=2", false);
        check("http://a.dz/2024/05/", false);
        check("http://a.dz/توقيع-اتفاقية-بين-وزارة-الصحة", true);
        check("http://a.dz/tag/accord-de-jumelage-entre-chu", false);
        check("http://a.dz/وسم/اتفاقية-بين-وزارة-الصحة", false);
        check("http://a.dz/sante", false);
        check("http://a.dz/rubrique.html?debut_articles=5", false);
        check("http://a.dz/sante/jumelage-oran-adrar.html", true);
        check("http://a.dz/qui-sommes-nous.html", false);
        check("http://a.dz/sante/article-98765.html", true);
        check("http://a.dz/", false);
    }

    #[test]
    fn the_table_of_segments_is_sorted() {
        let rows: Vec<_> = include_str!("../listing.tsv").lines().skip(2).collect();
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "{rows:?}");
    }
}
