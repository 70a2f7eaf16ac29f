//! Holds the reading of pages to its floors on real pages and on pages of our own.

mod charsets;
mod hostile;
mod language;
mod learnt;
mod pages;

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sihafa::article::{self, Page};

use crate::support::{here, shared};

#[test]
fn real_pages_reach_their_floors() {
    let Some(folder) = shared("pages") else {
        return;
    };
    let mut records = String::new();
    for list in ["articles.jsonl", "dates.jsonl"] {
        for line in std::fs::read_to_string(folder.join(list)).unwrap().lines() {
            writeln!(records, "{}", record(&folder, line)).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages.jsonl");
    std::fs::write(&path, records).unwrap();
    let score = Command::new("python3")
        .arg(folder.join("score.py"))
        .arg(&folder)
        .arg("score")
        .arg(&path)
        .output();
    let Ok(score) = score else {
        eprintln!("skipped: `python3` is not here");
        return;
    };
    let score = String::from_utf8_lossy(&score.stdout);
    let faults = below(&folder, &score);
    assert!(faults.is_empty(), "{}\n{score}", faults.join("\n"));
}

fn record(folder: &Path, line: &str) -> Value {
    let row: Value = serde_json::from_str(line).unwrap();
    let html = unzip(&folder.join(row["html"].as_str().unwrap()));
    let article = article::read(&Page {
        bytes: html.as_bytes(),
        url: row["url"].as_str(),
        ..Page::default()
    });
    json!({"id": row["id"], "title": article.title, "text": article.text, "published": article.published})
}

/// What `score.py` prints below the floors, on the data that they were measured on.
fn below(folder: &Path, score: &str) -> Vec<String> {
    let floors = std::fs::read_to_string(here("corpus/floors-pages.json")).unwrap();
    let floors: Value = serde_json::from_str(&floors).unwrap();
    let mut faults = Vec::new();
    for list in ["articles", "dates"] {
        let digest = Sha256::digest(std::fs::read(folder.join(format!("{list}.jsonl"))).unwrap());
        let digest = data_encoding::HEXLOWER.encode(&digest[..8]);
        if floors[list] != digest.as_str() {
            faults.push(format!(
                "`{list}.jsonl` is {digest}, not what the floors were measured on"
            ));
        }
    }
    for (key, before) in [
        ("en", "en: F1 "),
        ("fr", "fr: F1 "),
        ("ar", "ar: F1 "),
        ("days", "right ("),
    ] {
        let found = score
            .split(before)
            .nth(1)
            .and_then(|rest| rest.get(..5)?.parse::<f64>().ok());
        let floor = floors[key].as_f64().unwrap();
        if found.is_none_or(|found| found < floor) {
            faults.push(format!("{key} is {found:?}, below {floor}"));
        }
    }
    faults
}

fn unzip(path: &Path) -> String {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
