//! Holds the reading of pages to its floors on real pages and on pages of our own.

mod charsets;
mod hostile;
mod language;
mod learnt;
mod pages;
mod published;

use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sihafa::article::{self, Page};

use crate::floor::{self, Scores};
use crate::support::shared;

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
    let lists = ["articles.jsonl", "dates.jsonl"].map(|list| folder.join(list));
    floor::hold(
        "pages",
        &lists.each_ref().map(PathBuf::as_path),
        &reached(&score),
    );
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

/// The body's F1 by language and the share of right days, as `score.py` prints them.
fn reached(score: &str) -> Scores {
    let places = [
        ("body en", "en: F1 "),
        ("body fr", "fr: F1 "),
        ("body ar", "ar: F1 "),
        ("published", "right ("),
    ];
    places
        .into_iter()
        .map(|(name, before)| {
            let digits = score.split(before).nth(1).and_then(|rest| rest.get(..5));
            let found = digits.and_then(|digits| digits.parse().ok());
            (name.to_owned(), found.into_iter().collect())
        })
        .collect()
}

fn unzip(path: &Path) -> String {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
