//! Numbers: outside vectors in a carrier sentence, and our own rows.

use std::collections::BTreeMap;

use sihafa::mention::number::{Form, Purpose};
use sihafa::record::fact::Bound;

use super::{reading, rows};
use crate::support::{here, shared};

/// The counts in a carrier sentence of a language.
fn counts(lang: &str, number: &str) -> Vec<f64> {
    let sentence = match lang {
        "fr" => format!("Les équipes ont réalisé {number} interventions chirurgicales."),
        _ => format!("أجرى الفريق الطبي {number} عملية جراحية."),
    };
    let mentions = reading(lang).read(&sentence, None);
    let counts = mentions.numbers.iter();
    counts
        .filter(|n| n.purpose == Purpose::Count)
        .map(|n| n.value)
        .collect()
}

#[test]
fn vectors_reach_their_floors_in_a_sentence() {
    let Some(path) = shared("vectors/numbers.tsv") else {
        return;
    };
    let content = std::fs::read_to_string(&path).unwrap();
    let mut score: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in rows(&content) {
        let (lang, text, value) = (row[0], row[1], row[2].parse::<f64>().unwrap());
        let found = counts(lang, text);
        let hit = found.len() == 1 && (found[0] - value).abs() < 1e-9;
        let entry = score.entry(lang).or_default();
        entry.0 += usize::from(hit);
        entry.1 += 1;
        if !hit {
            eprintln!("{lang} `{text}`: {value}, found {found:?}");
        }
    }
    let rate = |(hit, all): (usize, usize)| vec![hit as f64 / all as f64];
    let reached = score
        .into_iter()
        .map(|(lang, counts)| (lang.to_owned(), rate(counts)));
    crate::floor::hold("vectors/numbers", &[&path], &reached.collect());
}

/// How a number reads in a row of ours: value, upper end, bound, purpose where it is no count.
fn shown(number: &sihafa::mention::number::Number) -> String {
    let mut shown = number.value.to_string();
    if let Some(max) = number.max {
        shown += "..";
        shown += &max.to_string();
    }
    if number.bound != Bound::Exact {
        shown += &format!(" {:?}", number.bound).to_lowercase();
    }
    if number.purpose != Purpose::Count {
        shown += &format!(" {:?}", number.purpose).to_lowercase();
    }
    shown
}

#[test]
fn our_own_phrases() {
    let content = std::fs::read_to_string(here("corpus/phrases/number.tsv")).unwrap();
    let mut wrong = Vec::new();
    for row in rows(&content) {
        let (lang, text, wanted) = (row[0], row[1], row[2]);
        let mentions = reading(lang).read(text, None);
        // The indefinite article is told apart by its form; it counts where the caller says so.
        let numbers = mentions.numbers.iter().filter(|n| n.form != Form::Article);
        let found: Vec<_> = numbers.map(shown).collect();
        if found.join(" ; ") != wanted {
            wrong.push(format!(
                "{lang} `{text}`: {wanted}, found {}",
                found.join(" ; ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The counts of acts that the gold names are among the numbers, with their bound. Duals of nouns are the
/// reader's of acts.
#[test]
fn counts_of_the_development_gold_are_numbers() {
    let (mut hit, mut all) = (0, 0);
    for file in [
        "dev-fr.jsonl",
        "dev-ar.jsonl",
        "dev2-fr.jsonl",
        "dev2-ar.jsonl",
    ] {
        let Some(path) = shared(&format!("gold/{file}")) else {
            return;
        };
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let article: serde_json::Value = serde_json::from_str(line).unwrap();
            let lang = article["lang"].as_str().unwrap();
            let mut numbers = reading(lang)
                .read(article["title"].as_str().unwrap(), None)
                .numbers;
            numbers.extend(
                reading(lang)
                    .read(article["text"].as_str().unwrap(), None)
                    .numbers,
            );
            for operation in article["operations"].as_array().unwrap() {
                let (count, bound) = (
                    operation["count"].as_u64(),
                    operation["bound"].as_str().unwrap(),
                );
                let same = |n: &sihafa::mention::number::Number| {
                    n.purpose == Purpose::Count
                        && n.count() == count
                        && format!("{:?}", n.bound).to_lowercase() == bound
                };
                all += 1;
                if numbers.iter().any(same) || count <= Some(2) {
                    hit += 1;
                } else {
                    let near: Vec<_> = numbers
                        .iter()
                        .filter(|n| n.count() == count)
                        .map(shown)
                        .collect();
                    eprintln!("{} {count:?} {bound}: {near:?}", article["id"]);
                }
            }
        }
    }
    eprintln!("{hit} of {all}");
    assert!(hit * 100 >= all * 97, "{hit} of {all}");
}
