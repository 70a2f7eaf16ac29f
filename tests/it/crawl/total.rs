//! Any bytes are read to some end, and an address that was spelled stays as it is.

use proptest::prelude::*;
use sihafa::crawl::canonical::{canonical, key};
use sihafa::crawl::discover::moment::Moment;
use sihafa::crawl::discover::{feed, section, sitemap};
use sihafa::crawl::robots::Robots;
use url::Url;

/// Pieces of the real thing in any order, cut anywhere, with noise between them.
fn scraps(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    let cut = any::<prop::sample::Index>();
    (prop::collection::vec(piece, 0..30), cut).prop_map(|(pieces, cut)| {
        let mut bytes = pieces.concat();
        bytes.truncate(cut.index(bytes.len() + 1));
        bytes
    })
}

const MARKUP: &[&str] = &[
    "<?xml version='1.0' encoding='windows-1256'?>",
    "<rss version='2.0'>",
    "<channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<link>",
    "</link>",
    "<link href='/1'/>",
    "http://a.dz/1",
    "<pubDate>",
    "</pubDate>",
    "Mon, 20 May 2024 10:00:00 +0100",
    "<![CDATA[",
    "]]>",
    "&eacute;",
    "&#146;",
    "&",
    "<",
    "<!--",
    "-->",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "<source>",
    "</source>",
    "<urlset>",
    "<url>",
    "</url>",
    "<loc>",
    "</loc>",
    "<sitemapindex>",
    "<sitemap>",
    "<lastmod>",
    "<a href='sante/12345'>",
    "<base href='//b'>",
    "اتفاقية",
    "é",
    "{\"items\":[",
    "{\"url\":\"/1\"}",
    "]}",
    "\u{feff}",
    "xml:base=\"",
];

const ROBOTS: &[&str] = &[
    "User-agent: *",
    "user-agent",
    "\n",
    "\r",
    "Disallow: ",
    "Allow:",
    "/",
    "*",
    "$",
    "%d8",
    "%",
    "é",
    "#",
    ":",
    "Crawl-delay: ",
    "10",
    "Sitemap: http://a.dz/s.xml",
    "\u{feff}",
    "index.htm",
];

const ADDRESS: &[&str] = &[
    "http://",
    "https://",
    "a.dz",
    "www.",
    "/",
    "//",
    "..",
    "index.php",
    "?",
    "&",
    "=",
    "p=1",
    "utm_source=x",
    "#",
    "%",
    "%d8%b5",
    "%C3%A9",
    "%2F",
    "%25",
    "é",
    "e\u{301}",
    "صحة",
    ":80",
    "@",
    ";jsessionid=1",
    "/amp",
    " ",
    "[::1]",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn markup(bytes in scraps(MARKUP)) {
        let base = Url::parse("http://a.dz/feed").unwrap();
        feed::read(&bytes, None, &base);
        sitemap::read(&bytes, Some("text/xml; charset=utf-8"), &base);
        section::read(&bytes, None, &base, &[]);
        Moment::read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn robots(bytes in scraps(ROBOTS), path in scraps(ADDRESS)) {
        let robots = Robots::parse(&bytes);
        robots.decide("sihafa/1", &String::from_utf8_lossy(&path));
        robots.crawl_delay("sihafa");
        prop_assert!(robots.sitemaps().count() <= bytes.len());
    }

    #[test]
    fn addresses(bytes in scraps(ADDRESS)) {
        let base = Url::parse("http://a.dz/sante/").unwrap();
        if let Some(once) = canonical(&String::from_utf8_lossy(&bytes), Some(&base)) {
            prop_assert_eq!(canonical(once.as_str(), None), Some(once.clone()));
            key(&once);
        }
    }
}
