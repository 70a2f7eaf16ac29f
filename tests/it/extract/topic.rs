//! Holds `health` of a record to articles whose subject is known.

use std::collections::BTreeSet;

use serde_json::Value;
use sihafa::article::{self, Page};
use sihafa::config::Extract;
use sihafa::extract::Extractor;
use sihafa::record::{Article, Lang};
use sihafa::rules::pack::Pack;

use crate::support::{here, shared};

/// The share of articles that must fall on their side of the threshold.
const FLOOR: f64 = 0.97;

fn health(extractor: &Extractor, article: Article) -> f64 {
    extractor.record(article).health
}

fn extractor() -> Extractor {
    Extractor::new(Pack::builtin().unwrap()).unwrap()
}

fn rows(path: &std::path::Path) -> Vec<Value> {
    let lines = std::fs::read_to_string(path).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn article_of(row: &Value, lang: &str) -> Article {
    let text = |key: &str| row[key].as_str().map(str::to_owned);
    Article {
        lang: lang.to_owned(),
        title: text("title"),
        text: text("text").unwrap_or_default(),
        ..Article::default()
    }
}

#[track_caller]
fn check(lang: &str) {
    let (extractor, threshold) = (extractor(), Extract::default().health);
    let rows = rows(&here(&format!("corpus/topic/{lang}.jsonl")));
    assert_eq!(rows.len(), 200);
    for held_out in [false, true] {
        let part: Vec<&Value> = rows
            .iter()
            .filter(|row| row["held_out"] == held_out)
            .collect();
        assert_eq!(part.len(), if held_out { 60 } else { 140 });
        let wrong: Vec<&Value> = part
            .iter()
            .filter(|row| {
                let found = health(&extractor, article_of(row, lang)) >= threshold;
                row["health"] != found
            })
            .map(|row| &row["title"])
            .collect();
        let right = 1.0 - wrong.len() as f64 / part.len() as f64;
        assert!(right >= FLOOR, "{lang}, held out {held_out}: {wrong:?}");
    }
}

#[test]
fn french_articles_fall_on_their_side() {
    check("fr");
}

#[test]
fn arabic_articles_fall_on_their_side() {
    check("ar");
}

#[test]
fn no_article_with_a_fact_is_lost() {
    let (extractor, threshold) = (extractor(), Extract::default().health);
    for set in ["dev-fr", "dev-ar", "dev2-fr", "dev2-ar", "seeds"] {
        let Some(path) = shared(&format!("gold/{set}.jsonl")) else {
            return;
        };
        for row in rows(&path) {
            let facts = ["conventions", "operations"].map(|facts| row[facts].as_array());
            if facts.iter().flatten().all(|facts| facts.is_empty()) {
                continue;
            }
            let found = health(&extractor, article_of(&row, row["lang"].as_str().unwrap()));
            assert!(found >= threshold, "{}: {found}", row["id"]);
        }
    }
}

#[test]
fn the_bundled_press_falls_on_its_side() {
    let (extractor, threshold) = (extractor(), Extract::default().health);
    let others = std::fs::read_to_string(here("corpus/topic/press.tsv")).unwrap();
    let mut others: BTreeSet<&str> = others.lines().filter(|l| !l.starts_with('#')).collect();
    let mut wrong = Vec::new();
    for host in std::fs::read_dir(here("corpus/sites")).unwrap() {
        let host = host.unwrap().path();
        let site = std::fs::read_to_string(host.join("site.toml")).unwrap();
        let site: toml::Value = toml::from_str(&site).unwrap();
        for page in site["page"].as_array().unwrap() {
            if page.get("article").is_none() {
                continue;
            }
            let file = page["file"].as_str().unwrap();
            let article = article::read(&Page {
                bytes: &std::fs::read(host.join(file)).unwrap(),
                content_type: page["type"].as_str(),
                lang_hint: page.get("lang").and_then(|l| Lang::from_code(l.as_str()?)),
                ..Page::default()
            });
            let place = format!("{}/{file}", host.file_name().unwrap().to_str().unwrap());
            let found = health(&extractor, article);
            if (found >= threshold) == others.remove(place.as_str()) {
                wrong.push(format!("{place}: {found} {}", page["title"]));
            }
        }
    }
    assert!(others.is_empty(), "no such article: {others:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_article_without_words_is_no_article_of_health() {
    let extractor = extractor();
    for lang in ["fr", "ar"] {
        let found = health(&extractor, article_of(&Value::Null, lang));
        assert!((0.0..0.5).contains(&found), "{lang}: {found}");
    }
}

#[test]
fn a_headline_is_judged_alone() {
    let extractor = extractor();
    let judge = |lang: &str, title: &str, expect: bool| {
        let article = Article {
            lang: lang.to_owned(),
            title: Some(title.to_owned()),
            ..Article::default()
        };
        let found = health(&extractor, article);
        assert_eq!(found >= 0.5, expect, "{title}: {found}");
    };
    judge("fr", "Greffe du foie : une première au CHU de Sfax", true);
    judge("fr", "Santé animale : les vétérinaires mobilisés", false);
    judge("ar", "وبالمستشفى الجهوي عشرون طبيبا جديدا", true);
    judge("ar", "تلقيح الأبقار ضد الحمى القلاعية", false);
}
