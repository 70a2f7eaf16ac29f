//! `reprocess`: the archive read again gives the same, a rule's edit is seen, a lost store is made again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::import::{FRENCH, dumped, line, records};
use super::{sihafa, sihafa_on};
use crate::support::here;

/// A folder with articles in it.
fn filled() -> tempfile::TempDir {
    let temp = tempfile::tempdir().unwrap();
    let eye = FRENCH.replace(
        "58 interventions chirurgicales",
        "40 opérations de la cataracte",
    );
    let input = line("a", FRENCH) + &line("b", &eye);
    sihafa_on(temp.path(), &["import", "-"], input.as_bytes()).exits(0);
    temp
}

/// The built-in patterns, to which a "jumelage" is a partnership.
pub(crate) fn edited(folder: &Path) {
    let mut open = vec![here("patterns")];
    while let Some(from) = open.pop() {
        let inside = from.strip_prefix(here("patterns")).unwrap().to_owned();
        std::fs::create_dir_all(folder.join(&inside)).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                std::fs::copy(&path, folder.join(&inside).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    for file in ["agreement.tsv", "agreement_kind.tsv"] {
        let file = folder.join("lexicons/fr").join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("\njumelage\ttwinning"));
        let text = text.replace("\njumelage\ttwinning", "\njumelage\tpartnership");
        std::fs::write(file, text).unwrap();
    }
}

#[test]
fn the_same_patterns_change_nothing() {
    let temp = filled();
    let before = records(temp.path());
    let ran = sihafa(temp.path(), &["reprocess", "--diff"]).exits(0);
    assert!(
        ran.out.contains("read again: 2 captures")
            && ran
                .out
                .contains("0 gained, 0 lost, 0 changed in 0 articles"),
        "{}",
        ran.out
    );
    assert_eq!(records(temp.path()), before);
    assert!(ran.out.contains("; 0 new, 0 changed"), "{}", ran.out);
}

#[test]
fn an_edit_is_seen_by_rule_and_a_dry_run_writes_nothing() {
    let temp = filled();
    edited(&temp.path().join("mine"));
    let (before, file) = (records(temp.path()), temp.path().join("data/sihafa.sqlite"));
    let bytes = std::fs::read(&file).unwrap();
    let version = before[0]["patterns"].as_str().unwrap().to_owned();
    let dry = ["reprocess", "--diff", "--dry-run", "--patterns", "mine"];
    let ran = sihafa(temp.path(), &dry).exits(0);
    assert!(
        ran.out.contains("0 gained, 0 lost, 2 changed"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("kind: twinning → partnership"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("ont signé une convention de jumelage le 4 mars 2024"),
        "{}",
        ran.out
    );
    let heads = ran.out.lines().filter(|line| line.starts_with("fr."));
    assert!(heads.count() > 0, "no rule is named: {}", ran.out);
    assert_eq!(
        std::fs::read(&file).unwrap(),
        bytes,
        "the store is as it was"
    );
    assert_eq!(records(temp.path()), before);

    let lines = sihafa(temp.path(), &[&dry[..], &["--json"]].concat())
        .exits(0)
        .json();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line["how"] == "changed"));

    sihafa(temp.path(), &["reprocess", "--patterns", "mine"]).exits(0);
    let now = records(temp.path());
    assert_eq!(now[1]["conventions"][0]["kind"], "partnership");
    let other = now[0]["patterns"].as_str().unwrap();
    assert_ne!(other, version, "an edited pack has a version of its own");
    assert_eq!(other.split('+').next(), version.split('+').next());
    assert_eq!(now[0]["code"], env!("CARGO_PKG_VERSION"));
    // and back
    let ran = sihafa(temp.path(), &["reprocess", "--diff"]).exits(0);
    assert!(
        ran.out.contains("kind: partnership → twinning"),
        "{}",
        ran.out
    );
    assert_eq!(records(temp.path()), before);
}

#[test]
fn a_lost_store_is_made_again_from_the_archive() {
    let temp = tempfile::tempdir().unwrap();
    sihafa(temp.path(), &["demo"]).exits(0);
    sihafa_on(temp.path(), &["import", "-"], line("a", FRENCH).as_bytes()).exits(0);
    let (before, dossiers) = (records(temp.path()), dumped(temp.path(), "dossiers"));
    for name in ["sihafa.sqlite", "sihafa.sqlite-wal", "sihafa.sqlite-shm"] {
        let _ = std::fs::remove_file(temp.path().join("data").join(name));
    }
    std::fs::remove_dir_all(temp.path().join("data/index")).unwrap();
    sihafa(temp.path(), &["reprocess"]).exits(0);
    let now = records(temp.path());
    let texts = |records: &[serde_json::Value]| {
        let mut texts: Vec<String> = records
            .iter()
            .map(|record| format!("{} {} {}", record["id"], record["url"], record["text"]))
            .collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(&now), texts(&before));
    assert_eq!(dumped(temp.path(), "dossiers").len(), dossiers.len());
    let ran = sihafa(temp.path(), &["reprocess", "--diff"]).exits(0);
    assert!(
        ran.out.contains("; 0 taken up from the archive"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("0 gained, 0 lost, 0 changed"),
        "{}",
        ran.out
    );
}

#[test]
fn a_reading_that_is_killed_goes_on_to_the_same_end() {
    let temp = tempfile::tempdir().unwrap();
    let text = |number: usize| FRENCH.replace("58", &(number + 100).to_string());
    let lines = (0..600).map(|number| line(&format!("n{number:04}"), &text(number)));
    let input: String = lines.collect();
    sihafa_on(temp.path(), &["import", "-"], input.as_bytes()).exits(0);
    let before = records(temp.path());
    edited(&temp.path().join("mine"));
    for told in [1, 200, 150, 300] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sihafa"))
            .args(["reprocess", "--patterns", "mine", "--diff", "--json"])
            .current_dir(temp.path())
            .env_remove("SIHAFA_DATA")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // it is killed when it has told of so many changes, or has ended
        let out = BufReader::new(child.stdout.take().unwrap());
        assert!(out.lines().take(told).all(|line| line.is_ok()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    sihafa(temp.path(), &["reprocess", "--patterns", "mine"]).exits(0);
    let now = records(temp.path());
    assert_eq!(now.len(), before.len());
    let versions: std::collections::BTreeSet<&str> = now
        .iter()
        .map(|record| record["patterns"].as_str().unwrap())
        .collect();
    assert_eq!(versions.len(), 1, "{versions:?}");
    assert_ne!(now[0]["patterns"], before[0]["patterns"]);
    sihafa(temp.path(), &["reprocess"]).exits(0);
    assert_eq!(records(temp.path()), before);
}
