//! Reads the pages of `corpus/pages` and holds each to the fields and snippets beside it.

use serde::Deserialize;
use sihafa::article::{self, Page};
use sihafa::record::{Article, PageKind};

use crate::support::here;

/// What reading a page must give; absent fields are not checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    url: String,
    canonical: Option<String>,
    title: String,
    published: Option<String>,
    modified: Option<String>,
    lang: String,
    byline: Option<String>,
    agency: Option<String>,
    dateline: Option<String>,
    kind: Option<PageKind>,
    must: Vec<String>,
    must_not: Vec<String>,
}

#[test]
fn pages_of_our_own_give_what_is_written_beside_them() {
    let mut names: Vec<_> = std::fs::read_dir(here("corpus/pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "html")
        })
        .collect();
    names.sort();
    assert!(names.len() >= 14);
    let mut faults = Vec::new();
    for path in names {
        let bytes = std::fs::read(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("toml")).unwrap();
        let expected: Expected = toml::from_str(&expected).unwrap();
        let article = article::read(&Page {
            bytes: &bytes,
            url: Some(&expected.url),
            ..Page::default()
        });
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        faults.extend(compare(&name, &article, &expected));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn compare(name: &str, article: &Article, expected: &Expected) -> Vec<String> {
    let mut faults = Vec::new();
    let mut field = |key: &str, found: Option<&str>, expect: Option<&str>| {
        if found != expect {
            faults.push(format!("{name}: {key} is {found:?}, not {expect:?}"));
        }
    };
    field("title", article.title.as_deref(), Some(&expected.title));
    field(
        "published",
        article.published.as_deref(),
        expected.published.as_deref(),
    );
    field("lang", Some(&article.lang), Some(&expected.lang));
    let told = [
        ("canonical", &article.url, &expected.canonical),
        ("modified", &article.modified, &expected.modified),
        ("byline", &article.byline, &expected.byline),
        ("agency", &article.agency, &expected.agency),
        ("dateline", &article.dateline, &expected.dateline),
    ];
    for (key, found, expect) in told {
        if expect.is_some() {
            field(key, found.as_deref(), expect.as_deref());
        }
    }
    if article.kind != expected.kind.unwrap_or_default() {
        faults.push(format!("{name}: kind is {:?}", article.kind));
    }
    for snippet in &expected.must {
        if !article.text.contains(snippet) {
            faults.push(format!("{name}: lacks `{snippet}`"));
        }
    }
    for snippet in &expected.must_not {
        if article.text.contains(snippet) {
            faults.push(format!("{name}: holds `{snippet}`"));
        }
    }
    faults
}

#[test]
fn every_kind_of_furniture_stands_on_several_pages_and_in_no_text() {
    let pages: Vec<(String, String)> = std::fs::read_dir(here("corpus/pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "html"))
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            let text = article::read(&Page {
                bytes: &bytes,
                ..Page::default()
            })
            .text;
            (String::from_utf8_lossy(&bytes).into_owned(), text)
        })
        .collect();
    let kinds = std::fs::read_to_string(here("corpus/pages/kinds.tsv")).unwrap();
    let mut rows = kinds.lines().filter(|row| !row.starts_with('#'));
    assert_eq!(rows.next(), Some("kind\twords"));
    for row in rows {
        let (kind, words) = row.split_once('\t').unwrap();
        let has = |text: &str| words.split(" | ").any(|word| text.contains(word));
        let on = pages.iter().filter(|(page, _)| has(page)).count();
        assert!(on >= 2, "{kind} stands on {on}");
        for (_, text) in pages.iter().filter(|(_, text)| has(text)) {
            let line = text.lines().find(|line| has(line)).unwrap_or_default();
            assert!(line.chars().count() > 120, "{kind}: {line}");
        }
    }
}
