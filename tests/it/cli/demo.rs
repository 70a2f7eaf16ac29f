//! `demo` and what is done with its data: search, dump, status.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use super::sihafa;

/// A folder in which the demo ran once.
static DONE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    sihafa(folder.path(), &["demo"]).exits(0);
    folder
});

/// The number before `word` in a line of `text`.
fn before(text: &str, word: &str) -> Option<u64> {
    text.split(word)
        .next()?
        .split_whitespace()
        .last()?
        .parse()
        .ok()
}

#[test]
fn a_second_demo_fetches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = sihafa(folder.path(), &["demo"]).exits(0).out;
    assert!(first.contains("run it again"), "{first}");
    let dossiers = before(&first, " dossiers,").unwrap();
    assert!(dossiers >= 30, "{first}");
    assert_eq!(before(&first, " new,"), Some(dossiers), "{first}");
    let second = sihafa(folder.path(), &["demo"]).exits(0).out;
    assert!(second.contains("nothing had changed"), "{second}");
    assert_eq!(before(&second, " dossiers,"), Some(dossiers), "{second}");
    assert!(second.contains("; 0 new, 0 changed"), "{second}");
}

#[test]
fn what_nothing_befell_is_told_to_be_whole() {
    let told = sihafa(DONE.path(), &["status", "--check"]).exits(0).out;
    for trouble in ["left by a program", "hint", "broken"] {
        assert!(!told.contains(trouble), "{trouble}: {told}");
    }
}

#[test]
fn the_demo_shows_dossiers_with_a_sentence_of_each_language() {
    let folder = tempfile::tempdir().unwrap();
    let shown = sihafa(folder.path(), &["demo"]).exits(0).out;
    // The table of sources: id, fetched, unchanged, refused, failed, read, …
    let rows = shown.lines().skip(1).take_while(|line| !line.is_empty());
    let read: u64 = rows
        .filter_map(|row| row.split_whitespace().nth(5)?.parse::<u64>().ok())
        .sum();
    assert_eq!(read, 75, "every article of the press: {shown}");
    for lang in ["  fr: « ", "  ar: « "] {
        assert!(shown.matches(lang).count() >= 5, "{shown}");
    }
    assert!(shown.contains("sihafa search"), "{shown}");
}

#[test]
fn a_word_of_either_language_finds_articles_of_both() {
    for query in ["jumelage", "توأمة"] {
        let hits = sihafa(DONE.path(), &["search", query, "--json", "--limit", "30"])
            .exits(0)
            .json();
        let langs: BTreeSet<&str> = hits
            .iter()
            .map(|hit| hit["lang"].as_str().unwrap())
            .collect();
        assert_eq!(langs, BTreeSet::from(["ar", "fr"]), "{query}");
        for hit in &hits {
            for key in [
                "id",
                "lang",
                "title",
                "url",
                "published",
                "score",
                "matched",
                "highlights",
            ] {
                assert!(hit.get(key).is_some(), "{query}: no `{key}` in {hit}");
            }
        }
    }
    sihafa(DONE.path(), &["search", "jumelage", "--dossiers"]).exits(0);
    let ran = sihafa(DONE.path(), &["search", "zzzzqqqq"]).exits(1);
    assert!(ran.err.is_empty(), "{}", ran.err);
}

#[test]
fn every_line_of_a_dump_is_as_its_schema_says() {
    let temp = tempfile::tempdir().unwrap();
    let output = temp.path().join("dump");
    let arguments = ["dump", "--format", "jsonl", "-o", output.to_str().unwrap()];
    sihafa(DONE.path(), &arguments).exits(0);
    for (file, option) in [
        ("records.jsonl", None),
        ("dossiers.jsonl", Some("--dossier")),
    ] {
        let arguments: Vec<&str> = ["schema"].into_iter().chain(option).collect();
        let schema: Value =
            serde_json::from_str(&sihafa(temp.path(), &arguments).exits(0).out).unwrap();
        let valid = jsonschema::validator_for(&schema).unwrap();
        let values = lines(&output.join(file));
        assert!(values.len() >= 30, "{file}: {}", values.len());
        for value in values {
            let faults: Vec<String> = valid
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(faults.is_empty(), "{file}: {}: {faults:?}", value["id"]);
        }
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn status_tells_of_every_source() {
    let shown = sihafa(DONE.path(), &["status"]).exits(0).out;
    for source in ["ams", "waha-fr", "kiosque", "rassif-ar"] {
        assert!(
            shown.contains(&format!("{source}: last success 2")),
            "{shown}"
        );
    }
    assert!(shown.contains("run 1:"), "{shown}");
}
