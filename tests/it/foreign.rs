//! Mutates what people write and programs send: every reader gives a value or an error, never a panic.
//!
//! `tests/foreign/<reader>` holds the seeds, and what mutation and fuzzing ever found, once it was mended.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use sihafa::config::Config;
use sihafa::record::Record;
use sihafa::rules::pack::Pack;

use crate::cli::sihafa;
use crate::readers::READERS;
use crate::support::here;

/// One change of some bytes: a part of them goes, comes twice, gives way to noise or to another byte.
#[derive(Debug, Clone)]
enum Edit {
    Drop(Index, usize),
    Double(Index, usize),
    Put(Index, &'static str),
    Set(Index, u8),
}

const NOISE: &[&str] = &[
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "|",
    "=",
    "\t",
    "\n",
    "\r\n",
    "#",
    "\\",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "..9",
    "{9,3}",
    "%A",
    "@x",
    "<ORG>",
    "<+w>",
    "-",
    "/",
    "*",
    ",",
    "99999999999999999999",
    "-1",
    "e308",
    "null",
    "اتفاقية",
    "é",
    "e\u{301}",
    "𝕏",
    "2024-13-45",
    "..",
    "\\ud800",
    "~",
    "?",
    "T25:61",
    "%d8",
    "%",
    ":",
    "&#146;",
    "&",
    "<",
    ">",
    "<!--",
    "<![CDATA[",
    "]]>",
    "</",
    "<div>",
    "<a href='//b'>",
    "Content-Length: 7\r\n",
    "WARC/1.0\r\n",
    "\r\n\r\n",
];

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), 1..40_usize).prop_map(|(at, many)| Edit::Drop(at, many)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, many)| Edit::Double(at, many)),
        (any::<Index>(), prop::sample::select(NOISE)).prop_map(|(at, noise)| Edit::Put(at, noise)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
    ]
}

/// A seed with some changes; now and then two seeds in one.
fn mutated(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec(edit(), 0..6);
    let seed = prop::sample::select(seeds);
    let other = prop::option::weighted(0.2, (seed.clone(), any::<Index>()));
    (seed, other, edits).prop_map(|(mut bytes, other, edits)| {
        if let Some((other, cut)) = other {
            bytes.truncate(cut.index(bytes.len() + 1));
            bytes.extend(other);
        }
        for edit in edits {
            apply(&edit, &mut bytes);
        }
        bytes
    })
}

fn apply(edit: &Edit, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    match edit {
        Edit::Drop(at, many) => {
            let at = at.index(length + 1);
            bytes.drain(at..(at + many).min(length));
        }
        Edit::Double(at, many) => {
            let at = at.index(length + 1);
            let part = bytes[at..(at + many).min(length)].to_vec();
            bytes.splice(at..at, part);
        }
        Edit::Put(at, noise) => {
            let at = at.index(length + 1);
            bytes.splice(at..at, noise.bytes());
        }
        Edit::Set(at, byte) => {
            if length > 0 {
                bytes[at.index(length)] = *byte;
            }
        }
    }
}

/// The seeds and findings of a reader, in the order of their names.
fn seeds(reader: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut seeds: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(here("tests/foreign").join(reader))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    seeds.sort();
    seeds
}

fn seed(name: &str) -> String {
    fs::read_to_string(here("tests/foreign").join(name)).unwrap()
}

#[test]
fn what_was_ever_found_is_read() {
    for (name, read) in READERS {
        read(b"");
        for (path, bytes) in seeds(name) {
            eprintln!("{}", path.display());
            read(&bytes);
        }
    }
}

#[test]
fn the_seeds_are_sound() {
    Config::parse(&seed("configuration/seed.toml"), "sihafa.toml").unwrap();
    for line in seed("link/seed.jsonl").lines() {
        serde_json::from_str::<Record>(line).unwrap();
    }
    let files = ["pack/seed.toml", "lexicon/seed.tsv", "rule/seed.toml"].map(seed);
    let paths = ["pack.toml", "lexicons/fr/word.tsv", "rules/fr/a.toml"];
    let files = paths.into_iter().zip(files.iter().map(String::as_str));
    Pack::from_files(files).unwrap();
}

#[test]
fn every_reader_has_seeds_and_a_fuzz_target() {
    let names: BTreeSet<String> = READERS.map(|(name, _)| name.to_owned()).into();
    let inside = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(here(folder)).unwrap();
        let stems = entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_owned());
        stems.map(|stem| stem.into_string().unwrap()).collect()
    };
    assert_eq!(inside("tests/foreign"), names);
    assert_eq!(inside("fuzz/fuzz_targets"), names);
    let manifest: toml::Table = fs::read_to_string(here("fuzz/Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let targets = manifest["bin"].as_array().unwrap().iter();
    let targets: BTreeSet<String> = targets
        .map(|bin| bin["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(targets, names);
}

/// Mutates the seeds of a reader so many times.
#[track_caller]
fn check(reader: &str, cases: u32) {
    let (_, read) = READERS
        .into_iter()
        .find(|(name, _)| *name == reader)
        .unwrap();
    let seeds = seeds(reader).into_iter().map(|(_, bytes)| bytes).collect();
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    };
    let ran = TestRunner::new(config).run(&mutated(seeds), |bytes| {
        read(&bytes);
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{reader}: {failure}"));
}

#[test]
fn what_the_press_sends_is_read_or_refused() {
    for reader in [
        "address", "feed", "packed", "robots", "section", "sitemap", "warc",
    ] {
        check(reader, 400);
    }
    check("page", 60);
}

#[test]
fn what_people_write_is_read_or_refused() {
    for reader in ["configuration", "corrections", "edtf", "schedule"] {
        check(reader, 400);
    }
    for reader in ["lexicon", "pack", "rule", "table"] {
        check(reader, 200);
    }
    check("query", 120);
}

#[test]
fn what_is_handed_over_is_read_or_refused() {
    for reader in ["line", "link", "text"] {
        check(reader, 100);
    }
}

#[test]
fn a_line_in_gives_a_line_out_whatever_it_holds() {
    let mut runner = TestRunner::deterministic();
    let seeds = vec![seed("line/seed.json").into_bytes()];
    let lines: Vec<Vec<u8>> = (0..400)
        .map(|_| {
            mutated(seeds.clone())
                .new_tree(&mut runner)
                .unwrap()
                .current()
        })
        .map(|line| {
            line.into_iter()
                .filter(|byte| !b"\r\n".contains(byte))
                .collect()
        })
        .filter(|line: &Vec<u8>| !line.trim_ascii().is_empty())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lines.jsonl"), lines.join(&b'\n')).unwrap();
    let ran = sihafa(folder.path(), &["extract", "lines.jsonl"]);
    assert!(ran.code < 2, "{}", ran.err);
    assert_eq!(ran.out.lines().count(), lines.len(), "{}", ran.err);
    for line in ran.out.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            value.get("text").is_some() || value.get("error").is_some(),
            "{line}"
        );
    }
}
