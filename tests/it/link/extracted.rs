//! Links what is extracted from the development gold, and holds B-cubed of its dossiers to the floors.

use serde_json::Value;

use crate::cli::sihafa;
use crate::floor::{self, Scores};
use crate::support::shared;

use super::gold::FILES;

#[test]
fn extracted_facts_make_the_gold_dossiers() {
    let files: Option<Vec<_>> = FILES
        .iter()
        .map(|file| shared(&format!("gold/{file}.jsonl")))
        .collect();
    let Some(files) = files else { return };
    let temp = tempfile::tempdir().unwrap();
    let all: String = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    std::fs::write(temp.path().join("gold.jsonl"), all).unwrap();
    let arguments = ["score", "--dossiers", "--json", "gold.jsonl"];
    let table = sihafa(temp.path(), &arguments).exits(0).out;
    let table: Value = serde_json::from_str(&table).unwrap();
    let reached: Scores = table
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, row)| {
            let scores = ["precision", "recall", "f1"].map(|key| row[key].as_f64().unwrap());
            (name.clone(), scores.to_vec())
        })
        .collect();
    let files: Vec<&std::path::Path> = files.iter().map(std::path::PathBuf::as_path).collect();
    floor::hold("dossiers", &files, &reached);
}
