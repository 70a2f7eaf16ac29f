//! Measures ranking on questions and the paragraphs they were written for, and holds it above a floor.

use std::fmt;
use std::fs::read_to_string;

use sihafa::index::{Index, Query, Request};
use sihafa::record::Record;

use super::{indexed, record};
use crate::support::shared;

/// MRR@10, nDCG@10 and recall@100, means over questions.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Scores([f64; 3]);

impl fmt::Display for Scores {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mrr, ndcg, recall] = self.0;
        write!(out, "MRR@10 {mrr:.4} nDCG@10 {ndcg:.4} R@100 {recall:.4}")
    }
}

#[test]
fn questions_find_their_paragraphs() {
    let floors = [("fr", [0.725, 0.760, 0.945]), ("ar", [0.868, 0.890, 0.992])];
    let Some(folder) = shared("retrieval") else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let records = floors
        .iter()
        .flat_map(|(lang, _)| paragraphs(&folder, lang));
    let index = indexed(home.path(), records);
    for (lang, floor) in floors {
        let scores = measure(&index, &folder, lang);
        eprintln!("{lang}: {scores}");
        let holds = scores
            .0
            .iter()
            .zip(floor)
            .all(|(score, floor)| *score >= floor);
        assert!(holds, "{lang}: {scores} below {}", Scores(floor));
    }
}

fn paragraphs(folder: &std::path::Path, lang: &str) -> Vec<Record> {
    let lines = read_to_string(folder.join(format!("{lang}.docs.jsonl"))).unwrap();
    let read = |line: &str| {
        let paragraph: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| paragraph[key].as_str().unwrap().to_owned();
        record(&text("id"), lang, "", &text("text"))
    };
    lines.lines().map(read).collect()
}

fn measure(index: &Index, folder: &std::path::Path, lang: &str) -> Scores {
    let rows = read_to_string(folder.join(format!("{lang}.queries.tsv"))).unwrap();
    let mut sums = [0.0; 3];
    let mut questions = 0.0;
    for row in rows.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let wants: Vec<&str> = cells[2].split(',').collect();
        let query = Query::parse(cells[1]).unwrap_or_else(|_| Query::words(cells[1]));
        let request = Request {
            limit: 100,
            explain: false,
            ..Request::new(query)
        };
        let hits = index.search(&request).unwrap().hits;
        let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
        for (sum, score) in sums.iter_mut().zip(score(&ids, &wants)) {
            *sum += score;
        }
        questions += 1.0;
    }
    Scores(sums.map(|sum| sum / questions))
}

fn score(ids: &[&str], wants: &[&str]) -> [f64; 3] {
    let gain = |at: usize| 1.0 / (at as f64 + 2.0).log2();
    let right: Vec<usize> = (0..ids.len())
        .filter(|&at| wants.contains(&ids[at]))
        .collect();
    let early = || right.iter().copied().filter(|&at| at < 10);
    let ideal: f64 = (0..wants.len().min(10)).map(gain).sum();
    [
        early().next().map_or(0.0, |at| 1.0 / (at as f64 + 1.0)),
        early().map(gain).sum::<f64>() / ideal,
        right.len() as f64 / wants.len() as f64,
    ]
}
