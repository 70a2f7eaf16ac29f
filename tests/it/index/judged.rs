//! Asks the judged questions of the bundled press, within a language and across.

use std::collections::BTreeMap;
use std::fs::{read, read_to_string};

use serde::Deserialize;
use sihafa::article::{self, Page};
use sihafa::index::{Field, Index, Query, Request};
use sihafa::record::fact::Facts;
use sihafa::record::{Lang, Record};

use super::indexed;
use crate::support::here;

#[derive(Deserialize)]
struct Site {
    page: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    path: String,
    file: String,
    #[serde(rename = "type")]
    content_type: String,
    #[serde(default)]
    article: bool,
    lang: Option<String>,
    published: Option<String>,
}

/// Every article of the press, read from its page; the id is the address as `events.tsv` writes it.
fn press() -> Vec<Record> {
    let mut records = Vec::new();
    for host in std::fs::read_dir(here("corpus/sites")).unwrap() {
        let folder = host.unwrap().path();
        let site: Site =
            toml::from_str(&read_to_string(folder.join("site.toml")).unwrap()).unwrap();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for row in site.page.iter().filter(|row| row.article) {
            let bytes = read(folder.join(&row.file)).unwrap();
            let page = Page {
                bytes: &bytes,
                content_type: Some(&row.content_type),
                lang_hint: row.lang.as_deref().and_then(Lang::from_code),
                ..Page::default()
            };
            let path = percent_encoding::percent_decode_str(&row.path)
                .decode_utf8()
                .unwrap();
            let mut article = article::read(&page);
            article.id = format!("{name}{path}");
            article.published.clone_from(&row.published);
            records.push(Record::new(article, Facts::default(), "test"));
        }
    }
    records
}

fn rows(file: &str) -> Vec<Vec<String>> {
    let list = read_to_string(here("corpus/search").join(file)).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn ask(index: &Index, query: Query) -> Vec<String> {
    let request = Request {
        explain: false,
        ..Request::new(query)
    };
    let hits = index.search(&request).unwrap().hits;
    hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn questions_find_the_event_in_both_languages() {
    let home = tempfile::tempdir().unwrap();
    let records = press();
    let langs: BTreeMap<String, String> = records
        .iter()
        .map(|record| (record.id.clone(), record.lang.clone()))
        .collect();
    let index = indexed(home.path(), records);
    let mut events: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows("events.tsv") {
        assert!(langs.contains_key(&row[1]), "no article `{}`", row[1]);
        events
            .entry(row[0].clone())
            .or_default()
            .push(row[1].clone());
    }
    let (mut mrr, mut ndcg, mut across, mut mixed, mut asked) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for row in rows("queries.tsv") {
        let (lang, query, wants) = (&row[1], Query::words(&row[2]), &events[&row[3]]);
        let found = ask(&index, query.clone());
        let gain = |at: usize| 1.0 / (at as f64 + 2.0).log2();
        let right: Vec<usize> = (0..found.len())
            .filter(|&at| wants.contains(&found[at]))
            .collect();
        let ideal: f64 = (0..wants.len().min(10)).map(gain).sum();
        mrr += right.first().map_or(0.0, |at| 1.0 / (*at as f64 + 1.0));
        ndcg += right.iter().copied().map(gain).sum::<f64>() / ideal;
        let foreign = |id: &String| langs[id] != *lang && wants.contains(id);
        mixed += f64::from(u8::from(found.iter().take(10).any(foreign)));
        let other = if lang == "fr" { "ar" } else { "fr" };
        let narrowed = ask(&index, query.with(Field::Lang, &[other]).unwrap());
        let told = narrowed.iter().take(5).any(foreign);
        if !told {
            eprintln!(
                "{} {}: {:?}",
                row[0],
                row[2],
                &narrowed[..narrowed.len().min(3)]
            );
        }
        across += f64::from(u8::from(told));
        asked += 1.0;
    }
    let scores = [mrr, ndcg, across, mixed].map(|sum| sum / asked);
    eprintln!(
        "MRR@10 {:.4} nDCG@10 {:.4} R@5 {:.4} mixed R@10 {:.4}",
        scores[0], scores[1], scores[2], scores[3]
    );
    let floors = [0.98, 0.97, 0.97, 0.95];
    let holds = scores
        .iter()
        .zip(floors)
        .all(|(score, floor)| *score >= floor);
    assert!(holds, "{scores:?} below {floors:?}");
}
