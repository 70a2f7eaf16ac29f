//! Turns sitemaps, news sitemaps and sitemap indexes, packed or not, into links, and says which of an index are needed.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use regex::Regex;
use url::Url;

use super::feed::plain;
use super::markup::{Piece, pieces, unescape};
use super::moment::Moment;
use super::{Found, Period, charset};
use crate::crawl::canonical::canonical;

/// Most addresses that are read of one file: four times what the protocol allows.
const MOST: usize = 200_000;

/// Largest unpacked sitemap in bytes: what the protocol allows.
const LARGEST: u64 = 50 * 1024 * 1024;

/// A sitemap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// A list of pages.
    Pages(Vec<Found>),
    /// A list of further sitemaps, the newest first.
    Index(Vec<Child>),
}

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Where it is.
    pub url: Url,
    /// When it changed last, as the index says.
    pub changed: Option<Moment>,
}

impl Child {
    /// Whether it may list pages of a period: it changed since its beginning, and a date in its name is not outside.
    pub fn may_hold(&self, period: &Period) -> bool {
        let changed = self.changed.as_ref().map(|moment| moment.at);
        if let (Some(since), Some(changed)) = (period.since, changed)
            && changed < since
        {
            return false;
        }
        named_days(&self.url).is_none_or(|(first, after)| {
            period.since.is_none_or(|since| after > since)
                && period.until.is_none_or(|until| first < until)
        })
    }
}

/// Reads a sitemap, or nothing where the bytes are none.
pub fn read(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Option<Sitemap> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = unpack(bytes);
        unpacked.as_slice()
    } else {
        bytes
    };
    let text = charset::text_of(bytes, content_type);
    let mut reader = Reader::default();
    for piece in pieces(&text) {
        reader.take(piece, base);
        if reader.found.len() >= MOST {
            break;
        }
    }
    reader.finish(base);
    reader.result()
}

/// What can be unpacked, whole or not.
fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    // A file that breaks off still lists what came before.
    let _ = MultiGzDecoder::new(bytes)
        .take(LARGEST)
        .read_to_end(&mut out);
    out
}

#[derive(Default)]
struct Reader {
    index: bool,
    rooted: bool,
    found: Vec<Found>,
    inside: bool,
    address: String,
    title: String,
    published: Option<Moment>,
    changed: Option<Moment>,
    text: String,
}

impl Reader {
    fn take(&mut self, piece: Piece<'_>, base: &Url) {
        match piece {
            Piece::Open { name, empty, .. } => {
                match local(name).as_str() {
                    "urlset" => self.rooted = true,
                    "sitemapindex" => (self.rooted, self.index) = (true, true),
                    "url" | "sitemap" if !empty => {
                        self.finish(base);
                        self.inside = true;
                    }
                    _ => {}
                }
                self.text.clear();
            }
            Piece::Text(text) if self.inside => self.text.push_str(&unescape(text)),
            Piece::Verbatim(text) if self.inside => self.text.push_str(text),
            Piece::Close(name) => self.close(name, base),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, base: &Url) {
        let text = std::mem::take(&mut self.text);
        let (text, prefix) = (
            text.trim(),
            name.split_once(':').map_or("", |(prefix, _)| prefix),
        );
        match (prefix, local(name).as_str()) {
            // Images and videos have addresses and titles of their own.
            ("image" | "video" | "xhtml", _) => {}
            (_, "url" | "sitemap") => self.finish(base),
            (_, "loc") if self.address.is_empty() => text.clone_into(&mut self.address),
            (_, "lastmod") => self.changed = Moment::read(text),
            (_, "publication_date") => self.published = Moment::read(text),
            (_, "title") => self.title = plain(text),
            _ => {}
        }
    }

    fn finish(&mut self, base: &Url) {
        self.inside = false;
        let address = std::mem::take(&mut self.address);
        let title = std::mem::take(&mut self.title);
        let (published, changed) = (self.published.take(), self.changed.take());
        if let Some(url) = canonical(&address, Some(base)).filter(|_| !address.is_empty()) {
            self.found.push(Found {
                url,
                title: Some(title).filter(|title| !title.is_empty()),
                published: published.or(changed),
                categories: Vec::new(),
            });
        }
    }

    fn result(self) -> Option<Sitemap> {
        if !self.rooted {
            return None;
        }
        if !self.index {
            return Some(Sitemap::Pages(self.found));
        }
        let mut children: Vec<Child> = self
            .found
            .into_iter()
            .map(|found| Child {
                url: found.url,
                changed: found.published,
            })
            .collect();
        children
            .sort_by_key(|child| std::cmp::Reverse(child.changed.as_ref().map(|moment| moment.at)));
        Some(Sitemap::Index(children))
    }
}

fn local(name: &str) -> String {
    name.rsplit(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// `sitemap-2024-05.xml`, `post.2024.05.20.xml`, `?yyyy=2024&mm=05&dd=20`, `/2024/05/`, `sitemap_2024.xml`.
static DATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|\D)((?:19|20)\d{2})(?:\D{1,4}(0[1-9]|1[0-2])(?:\D{1,4}(0[1-9]|[12]\d|3[01]))?)?(?:\D|$)").ok()
});

/// The days that a name speaks of: from the first, up to the beginning of the day after the last.
fn named_days(url: &Url) -> Option<(Timestamp, Timestamp)> {
    let name = &url[url::Position::BeforePath..];
    let parts = DATED.as_ref()?.captures_iter(name).last()?;
    let number = |at: usize| parts.get(at)?.as_str().parse::<i16>().ok();
    let year = number(1)?;
    let first = |month: Option<i16>, day: Option<i16>| {
        Date::new(year, month.unwrap_or(1) as i8, day.unwrap_or(1) as i8).ok()
    };
    let from = first(number(2), number(3))?;
    let length = match (number(2), number(3)) {
        (_, Some(_)) => 1.day(),
        (Some(_), None) => 1.month(),
        _ => 1.year(),
    };
    // The paper's own midnight is up to half a day away from that of UTC.
    let at = |date: Date| date.in_tz("UTC").ok().map(|day| day.timestamp());
    Some((
        at(from)?.checked_sub(14.hours()).ok()?,
        at(from.checked_add(length).ok()?)?
            .checked_add(14.hours())
            .ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn base() -> Url {
        Url::parse("http://a.dz/sitemap.xml").unwrap()
    }

    const NEWS: &str = "<urlset xmlns:news='n' xmlns:image='i'><url><loc> http://a.dz/1?a=1&amp;b=2 </loc><lastmod>2024-06-01</lastmod><image:image><image:loc>http://a.dz/p.jpg</image:loc><image:title>no</image:title></image:image><news:news><news:publication_date>2024-05-20T10:00:00+01:00</news:publication_date><news:title>T &amp; U</news:title></news:news></url><url><loc>/2</loc></url><url><loc></loc></url></urlset>";

    #[test]
    fn pages_carry_title_and_date() {
        let Some(Sitemap::Pages(found)) = read(NEWS.as_bytes(), None, &base()) else {
            panic!("no pages");
        };
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].url.as_str(), "http://a.dz/1?a=1&b=2");
        assert_eq!(found[0].title.as_deref(), Some("T & U"));
        assert_eq!(
            found[0].published.as_ref().unwrap().written,
            "2024-05-20T10:00:00+01:00"
        );
        assert_eq!(found[1].url.as_str(), "http://a.dz/2");
    }

    #[test]
    fn a_packed_sitemap_is_read_even_where_it_breaks_off() {
        let fast = flate2::Compression::fast();
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), fast);
        for number in 0..20_000 {
            write!(packer, "<urlset><url><loc>/{number}</loc></url>").unwrap();
        }
        let bytes = packer.finish().unwrap();
        let count = |bytes| match read(bytes, None, &base()) {
            Some(Sitemap::Pages(found)) => found.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(count(&bytes), 20_000);
        assert!(count(&bytes[..bytes.len() / 2]) > 5_000);
        assert_eq!(read(b"<html></html>", None, &base()), None);
    }

    #[test]
    fn an_index_gives_the_newest_first_and_only_what_is_needed() {
        let index = "<sitemapindex><sitemap><loc>http://a.dz/s-2023-01.xml</loc></sitemap><sitemap><loc>http://a.dz/s-2024-05.xml</loc><lastmod>2024-05-31</lastmod></sitemap><sitemap><loc>http://a.dz/s?yyyy=2024&amp;mm=06&amp;dd=02</loc><lastmod>2024-06-02</lastmod></sitemap><sitemap><loc>http://a.dz/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap><sitemap><loc>http://a.dz/other.xml</loc></sitemap></sitemapindex>";
        let Some(Sitemap::Index(children)) = read(index.as_bytes(), None, &base()) else {
            panic!("no index");
        };
        assert_eq!(
            children[0].url.as_str(),
            "http://a.dz/s?yyyy=2024&mm=06&dd=02"
        );
        let at = |day: &str| Moment::read(day).map(|moment| moment.at);
        let needed = |since: &str, until: &str| -> Vec<&str> {
            let period = Period {
                since: at(since),
                until: at(until),
            };
            children
                .iter()
                .filter(|child| child.may_hold(&period))
                .map(|child| child.url.path())
                .collect()
        };
        assert_eq!(
            needed("2024-05-20", ""),
            ["/s", "/s-2024-05.xml", "/other.xml"]
        );
        assert_eq!(
            needed("2023-01-10", "2023-01-20"),
            ["/s-2023-01.xml", "/other.xml"]
        );
        assert_eq!(needed("", "").len(), 5);
    }
}
