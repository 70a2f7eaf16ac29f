//! Dates: outside vectors, every month's name, the development gold, and our own rows.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{reading, rows};
use crate::support::shared;

fn values(lang: &str, text: &str, published: Option<Date>) -> Vec<String> {
    let mentions = reading(lang).read(text, published);
    mentions
        .dates
        .into_iter()
        .filter_map(|date| date.value)
        .collect()
}

#[test]
fn vectors_reach_their_floors() {
    let Some(path) = shared("vectors/dates.tsv") else {
        return;
    };
    let content = std::fs::read_to_string(&path).unwrap();
    let mut score: BTreeMap<(&str, bool), (usize, usize)> = BTreeMap::new();
    for row in rows(&content) {
        let (lang, text, published, value, source) = (row[0], row[1], row[2], row[3], row[4]);
        let hijri = source.contains("islamic");
        let found = values(lang, text, published.parse().ok());
        let hit = found.len() == 1 && (found[0] == value || hijri && near(&found[0], value));
        let entry = score.entry((lang, hijri)).or_default();
        entry.0 += usize::from(hit);
        entry.1 += 1;
        if !hit {
            eprintln!("{lang} `{text}` ({published}): {value}, found {found:?}");
        }
    }
    let rate = |(hit, all): (usize, usize)| vec![hit as f64 / all as f64];
    let reached = score.into_iter().map(|((lang, hijri), counts)| {
        let calendar = if hijri { "hijri" } else { "gregorian" };
        (format!("{calendar} {lang}"), rate(counts))
    });
    crate::floor::hold("vectors/dates", &[&path], &reached.collect());
}

fn near(found: &str, value: &str) -> bool {
    let (Ok(found), Ok(value)) = (found.parse::<Date>(), value.parse::<Date>()) else {
        return false;
    };
    found >= value - 1.day() && found <= value + 1.day()
}

#[test]
fn every_month_of_every_country_is_read() {
    let Some(path) = shared("vectors/month_names.tsv") else {
        return;
    };
    let content = std::fs::read_to_string(path).unwrap();
    for row in rows(&content) {
        let (month, name, calendar) = (row[0].parse::<i8>().unwrap(), row[1], row[2]);
        let lang = if name.is_ascii() || row[3].starts_with("fr") {
            "fr"
        } else {
            "ar"
        };
        let year = if calendar == "islamic" { 1445 } else { 2023 };
        let text = match lang {
            "fr" => format!("La convention a été signée le 12 {name} {year} à Alger."),
            _ => format!("تم توقيع الاتفاقية يوم 12 {name} {year} بالجزائر."),
        };
        let found = values(lang, &text, None);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        if calendar == "gregorian" {
            assert_eq!(found[0], format!("2023-{month:02}-12"), "{text}");
        }
    }
}

/// Title and text of a gold article, with the lines that begin boilerplate marked by the caller.
fn gold(file: &str, keep: impl Fn(usize, usize) -> bool) -> Vec<serde_json::Value> {
    let Some(path) = shared(&format!("gold/{file}")) else {
        return Vec::new();
    };
    let content = std::fs::read_to_string(path).unwrap();
    let all: Vec<serde_json::Value> = content
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let count = all.len();
    let all = all.into_iter().enumerate();
    all.filter(|(at, _)| keep(*at, count))
        .map(|(_, article)| article)
        .collect()
}

/// Matched, wanted and found dates of articles, by language.
fn score(articles: &[serde_json::Value]) -> BTreeMap<String, [usize; 3]> {
    let mut scores: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for article in articles {
        let lang = article["lang"].as_str().unwrap();
        let published = article["published"]
            .as_str()
            .and_then(|day| day.parse().ok());
        let mut found = values(lang, article["title"].as_str().unwrap(), published);
        found.extend(values(lang, article["text"].as_str().unwrap(), published));
        let wanted: Vec<&str> = article["dates"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|date| date["value"].as_str())
            .collect();
        let entry = scores.entry(lang.to_owned()).or_default();
        entry[1] += wanted.len();
        entry[2] += found.len();
        for value in wanted {
            if let Some(at) = found.iter().position(|f| f == value) {
                found.swap_remove(at);
                entry[0] += 1;
            } else {
                let text = article["dates"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|d| d["value"] == value);
                eprintln!("- {} {value} {}", article["id"], text.unwrap()["text"]);
            }
        }
        for value in found {
            eprintln!("+ {} {value}", article["id"]);
            for field in ["title", "text"] {
                let body = article[field].as_str().unwrap();
                let text = sihafa::text::Text::new(body, reading(lang).lang);
                for date in reading(lang).read(body, published).dates {
                    if date.value.as_deref() == Some(&value) {
                        let (from, to) = text.bytes(date.first..date.end);
                        let left: String = body[..from]
                            .chars()
                            .rev()
                            .take(30)
                            .collect::<Vec<_>>()
                            .into_iter()
                            .rev()
                            .collect();
                        let right: String = body[to..].chars().take(25).collect();
                        eprintln!("      {left}[{}]{right}", &body[from..to]);
                    }
                }
            }
        }
    }
    scores
}

#[test]
fn dates_of_the_development_gold() {
    for (name, files) in [
        (
            "dev",
            ["dev-fr.jsonl", "dev-ar.jsonl", "seeds.jsonl"].as_slice(),
        ),
        ("dev2", ["dev2-fr.jsonl", "dev2-ar.jsonl"].as_slice()),
        ("last", ["dev2-fr.jsonl", "dev2-ar.jsonl"].as_slice()),
    ] {
        let articles: Vec<_> = files
            .iter()
            .flat_map(|file| {
                gold(file, |at, count| {
                    name == "dev" || (at + 15 < count) == (name == "dev2")
                })
            })
            .collect();
        for (lang, [hit, wanted, found]) in score(&articles) {
            let f1 = 2.0 * hit as f64 / (wanted + found) as f64;
            eprintln!("{name} {lang}: {hit} of {wanted}, {found} found, F1 {f1:.3}");
            // What stands in boilerplate is found here, too: the extractor cuts it away before it reads.
            let recall = hit as f64 / wanted as f64;
            assert!(recall >= 0.97, "{name} {lang}: {recall:.3}");
            assert!(f1 >= 0.93, "{name} {lang}: {f1:.3}");
        }
    }
}

#[test]
fn our_own_phrases() {
    let content = std::fs::read_to_string(crate::support::here("corpus/phrases/date.tsv")).unwrap();
    let mut wrong = Vec::new();
    for row in rows(&content) {
        let (lang, text, published, wanted) = (row[0], row[1], row[2], row[3]);
        let found = values(lang, text, published.parse().ok()).join(" ; ");
        if found != wanted {
            wrong.push(format!(
                "{lang} `{text}` ({published}): {wanted}, found {found}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
