//! `score`: the same table as the gold's own scorer, and the floors of extraction.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::sihafa;
use crate::floor::{self, Scores};
use crate::support::{here, shared};

const SETS: [&str; 5] = ["seeds", "dev-fr", "dev-ar", "dev2-fr", "dev2-ar"];

#[test]
fn the_table_is_that_of_the_golds_own_scorer() {
    let Some(folder) = shared("gold") else {
        return;
    };
    let python = Command::new("python3").arg("--version").output();
    if python.is_err() {
        eprintln!("skipped: `python3` is not here");
        return;
    }
    let temp = tempfile::tempdir().unwrap();
    let (gold, records) = all(&folder, temp.path());
    for options in [&[][..], &["--json"], &["--errors"]] {
        let output = Command::new("python3")
            .arg(folder.join("score.py"))
            .args([&gold, &records])
            .args(options)
            .output()
            .unwrap();
        let theirs = String::from_utf8(output.stdout).unwrap();
        let arguments = [&["score", &gold, &records], options].concat();
        let ours = sihafa(temp.path(), &arguments).exits(0).out;
        if options == ["--errors"] {
            // Theirs lists the wrong attributes of one article in the order of a hash table.
            let sorted = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert_eq!(sorted(&ours), sorted(&theirs));
        } else {
            assert_eq!(ours, theirs);
        }
    }
    let own = sihafa(temp.path(), &["score", &gold]).exits(0).out;
    let given = sihafa(temp.path(), &["score", &gold, &records])
        .exits(0)
        .out;
    assert_eq!(own, given);
}

/// All gold articles in one file and their records in another.
fn all(folder: &Path, temp: &Path) -> (String, String) {
    let (gold, records) = (temp.join("gold.jsonl"), temp.join("records.jsonl"));
    let files =
        SETS.map(|set| std::fs::read_to_string(folder.join(format!("{set}.jsonl"))).unwrap());
    std::fs::write(&gold, files.concat()).unwrap();
    let [gold, records] = [gold, records].map(|path| path.display().to_string());
    let extracted = sihafa(temp, &["extract", &gold]).exits(0).out;
    std::fs::write(&records, extracted).unwrap();
    (gold, records)
}

#[test]
fn floors_of_extraction_hold() {
    let Some(folder) = shared("gold") else {
        return;
    };
    for set in SETS {
        hold(set, &folder.join(format!("{set}.jsonl")));
    }
}

#[test]
fn floors_on_our_own_articles_hold() {
    for set in [
        "articles-fr",
        "articles-ar",
        "constructions-fr",
        "constructions-ar",
    ] {
        hold(set, &here(&format!("corpus/facts/{set}.jsonl")));
    }
}

/// Holds what is extracted from a gold file to the floors of its set.
fn hold(set: &str, path: &Path) {
    let ran = sihafa(&here("."), &["score", path.to_str().unwrap(), "--json"]).exits(0);
    let table: BTreeMap<String, Value> = serde_json::from_str(&ran.out).unwrap();
    let rows = table
        .into_iter()
        .filter(|(name, _)| !name.ends_with(" all"));
    let reached: Scores = rows
        .map(|(name, row)| {
            let scores = ["precision", "recall", "f1"].map(|key| row[key].as_f64().unwrap());
            (name, scores.to_vec())
        })
        .collect();
    floor::hold(set, &[path], &reached);
}

#[test]
fn a_broken_line_of_records_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let gold =
        r#"{"id":"a","lang":"fr","text":"Rien.","conventions":[],"operations":[],"dates":[]}"#;
    std::fs::write(temp.path().join("gold.jsonl"), gold).unwrap();
    std::fs::write(temp.path().join("records.jsonl"), format!("{gold}\n{{\n")).unwrap();
    let ran = sihafa(temp.path(), &["score", "gold.jsonl", "records.jsonl"]).exits(2);
    assert!(
        ran.err.contains("records.jsonl:2: invalid JSON"),
        "{}",
        ran.err
    );
    let ran = sihafa(temp.path(), &["score", "absent.jsonl"]).exits(2);
    assert!(ran.err.contains("absent.jsonl"), "{}", ran.err);
}
