//! Compares the reader of feeds with feedparser, where `SIHAFA_FEEDS` names a file that `tests/peers/feeds.py` wrote.

use std::collections::BTreeMap;

use serde::Deserialize;
use sihafa::crawl::canonical::canonical;
use sihafa::crawl::discover::feed;
use url::Url;

/// The share of feeds that must give the same titles, links and dates.
const FLOOR: f64 = 0.95;

#[derive(Deserialize)]
struct Expect {
    file: String,
    #[serde(rename = "type")]
    content_type: String,
    base: String,
    entries: Vec<Entry>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Entry {
    title: String,
    link: Option<String>,
    date: Option<i64>,
}

impl Expect {
    /// In what the entries differ, where they do.
    fn fault(&self, found: &[feed::Entry], base: &Url) -> Option<&'static str> {
        if self.entries.len() != found.len() {
            return Some("count");
        }
        self.entries.iter().zip(found).find_map(|(theirs, ours)| {
            let link = theirs
                .link
                .as_ref()
                .and_then(|link| canonical(link, Some(base)));
            let date = ours.published.as_ref().map(|moment| moment.at.as_second());
            if link.is_some() && link != ours.url {
                Some("link")
            } else if theirs.title != ours.title.as_deref().unwrap_or_default() {
                Some("title")
            } else if theirs.date != date {
                Some("date")
            } else {
                None
            }
        })
    }
}

#[test]
fn feeds_give_what_feedparser_finds_in_them() {
    let Ok(path) = std::env::var("SIHAFA_FEEDS") else {
        eprintln!("skipped: `SIHAFA_FEEDS` names no file of `tests/peers/feeds.py`");
        return;
    };
    let (mut same, mut all) = (0, 0);
    let mut other: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let expect: Expect = serde_json::from_str(line).unwrap();
        let base = Url::parse(&expect.base).unwrap();
        let bytes = std::fs::read(&expect.file).unwrap();
        let found = feed::entries(&bytes, Some(&expect.content_type), &base).unwrap_or_default();
        if expect.entries.is_empty() {
            continue;
        }
        all += 1;
        match expect.fault(&found, &base) {
            None => same += 1,
            Some(fault) => {
                let (theirs, ours) = (expect.entries.first(), found.first());
                let told = format!("{}: {theirs:?} {ours:?}", expect.file);
                other.entry(fault).or_default().push(told);
            }
        }
    }
    eprintln!("{same} of {all} feeds give the same; the others: {other:#?}");
    assert!(f64::from(same) >= f64::from(all) * FLOOR, "{same} of {all}");
}
