//! Holds the reading of pages to its floors on real pages and on pages of our own.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use sihafa::article::{self, Page};

use crate::support::shared;

#[test]
fn real_pages_reach_their_floors() {
    let Some(folder) = shared("pages") else {
        return;
    };
    let records = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&records).unwrap());
    let start = std::time::Instant::now();
    let (mut pages, mut bytes) = (0, 0);
    for list in ["articles.jsonl", "dates.jsonl"] {
        for line in std::fs::read_to_string(folder.join(list)).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let html = unzip(&folder.join(row["html"].as_str().unwrap()));
            let article = article::read(&Page {
                bytes: html.as_bytes(),
                url: row["url"].as_str(),
                content_type: Some("text/html; charset=utf-8"),
                ..Page::default()
            });
            (pages, bytes) = (pages + 1, bytes + html.len());
            let record = json!({"id": row["id"], "title": article.title, "text": article.text, "published": article.published, "lang": article.lang});
            writeln!(file, "{record}").unwrap();
        }
    }
    file.flush().unwrap();
    eprintln!("{pages} pages, {bytes} bytes in {:?}", start.elapsed());
    let score = Command::new("python3")
        .arg(folder.join("score.py"))
        .arg(&folder)
        .arg("score")
        .arg(&records)
        .output();
    let Ok(score) = score else {
        eprintln!("skipped: `python3` is not here");
        return;
    };
    eprintln!("{}", String::from_utf8_lossy(&score.stdout));
}

fn unzip(path: &Path) -> String {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
