//! Holds the judged questions of `corpus/search`, as `score --search` counts them, to their floors.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::floor::{self, Scores};
use crate::support::{here, shared};

/// What `score --search` tells: nDCG@10, MRR@10, R@100 and the first five, by kind of question.
fn scores(with: &[String]) -> Scores {
    let ran = Command::new(env!("CARGO_BIN_EXE_sihafa"))
        .args(["score", "--search", "--json"])
        .args(with.iter().flat_map(|file| ["--with", file]))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let table: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let row = |row: &Value| {
        let scores = ["ndcg", "mrr", "recall", "first", "mixed"];
        scores.map(|name| row[name].as_f64().unwrap()).to_vec()
    };
    let rows = table.as_object().unwrap().iter();
    rows.map(|(name, scores)| (name.clone(), row(scores)))
        .collect()
}

#[test]
fn judged_questions_reach_their_floors() {
    let (queries, events) = (
        here("corpus/search/queries.tsv"),
        here("corpus/search/events.tsv"),
    );
    let tables: [&Path; 2] = [&queries, &events];
    floor::hold("search", &tables, &scores(&[]));
    let Some(folder) = shared("gold") else {
        return;
    };
    let gold: Vec<String> = ["dev-fr", "dev-ar", "dev2-fr", "dev2-ar"]
        .iter()
        .map(|name| folder.join(format!("{name}.jsonl")).display().to_string())
        .collect();
    let reached = scores(&gold);
    for (kind, scores) in &reached {
        // Across the languages the first five answer nine questions in ten.
        let across = !kind.contains("any");
        assert!(!across || scores[3] >= 0.9, "{kind}: {scores:?}");
    }
    floor::hold("search with gold", &tables, &reached);
}
