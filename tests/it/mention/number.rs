//! Numbers: outside vectors in a carrier sentence, and our own rows.

use std::collections::BTreeMap;

use sihafa::mention::number::Purpose;

use super::{reading, rows};
use crate::support::shared;

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
