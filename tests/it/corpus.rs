//! Holds the bundled press to what its `site.toml` says a reader of each page should find.

use std::collections::BTreeSet;

use serde::Deserialize;
use sihafa::article::{self, Page};

use crate::support::here;

/// An article page of the bundled press as it is sent.
pub(crate) struct Sent {
    pub(crate) url: String,
    pub(crate) bytes: Vec<u8>,
    /// The `Content-Type` header.
    pub(crate) kind: Option<String>,
    expected: Row,
}

#[derive(Debug, Deserialize)]
struct Site {
    home: String,
    #[serde(rename = "page")]
    pages: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    path: String,
    file: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    article: bool,
    lang: Option<String>,
    title: Option<String>,
    published: Option<String>,
}

/// Every article page of every host, by host and in the order of its file.
pub(crate) fn pages() -> Vec<Sent> {
    let mut hosts: Vec<_> = std::fs::read_dir(here("corpus/sites"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    hosts.sort();
    let mut sent = Vec::new();
    for host in hosts {
        let site: Site =
            toml::from_str(&std::fs::read_to_string(host.join("site.toml")).unwrap()).unwrap();
        for row in site.pages.into_iter().filter(|row| row.article) {
            sent.push(Sent {
                url: format!("{}{}", site.home.trim_end_matches('/'), row.path),
                bytes: std::fs::read(host.join(row.file.as_ref().unwrap())).unwrap(),
                kind: row.kind.clone(),
                expected: row,
            });
        }
    }
    sent
}

#[test]
fn every_article_is_read_as_its_site_says() {
    let mut faults = Vec::new();
    let pages = pages();
    assert!(pages.len() >= 70, "{}", pages.len());
    for page in &pages {
        let found = article::read(&Page {
            bytes: &page.bytes,
            url: Some(&page.url),
            content_type: page.kind.as_deref(),
            ..Page::default()
        });
        let day = found.published_day().map(str::to_owned);
        for (key, found, expect) in [
            ("title", &found.title, &page.expected.title),
            ("lang", &Some(found.lang.clone()), &page.expected.lang),
            ("published", &day, &page.expected.published),
        ] {
            if found != expect {
                faults.push(format!("{}: {key} is {found:?}, not {expect:?}", page.url));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_of_a_host_is_served() {
    for entry in std::fs::read_dir(here("corpus/sites")).unwrap() {
        let host = entry.unwrap().path();
        let site: Site =
            toml::from_str(&std::fs::read_to_string(host.join("site.toml")).unwrap()).unwrap();
        let served: BTreeSet<_> = site
            .pages
            .iter()
            .filter_map(|row| Some(host.join(row.file.as_ref()?)))
            .collect();
        let mut open = vec![host.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path.file_name().is_some_and(|name| name != "site.toml") {
                    assert!(
                        served.contains(&path),
                        "{}: nobody serves it",
                        path.display()
                    );
                }
            }
        }
    }
}
