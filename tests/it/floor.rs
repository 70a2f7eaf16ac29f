//! Holds what is reached to `corpus/floors.json`, and raises the floors where that is asked for.
//!
//! `SIHAFA_RAISE_FLOORS=1 cargo test floors` writes what is now reached over every lower floor; none is
//! ever lowered that way. Floors hold for the bytes they were measured on: of other bytes the digest tells.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::support::here;

/// The floors of one set.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Floors {
    /// SHA-256 of the files they were measured on.
    sha256: String,
    /// The least that must be reached: precision, recall and F1, or one rate.
    floors: Scores,
}

/// Scores by name, 0 to 1.
pub(crate) type Scores = BTreeMap<String, Vec<f64>>;

/// One test at a time reads and raises.
static FILE: Mutex<()> = Mutex::new(());

/// Fails where something reached is below its floor, or where the set is not what it was measured on.
pub(crate) fn hold(set: &str, files: &[&Path], reached: &Scores) {
    let file = FILE.lock().unwrap();
    let path = here("corpus/floors.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut sets: BTreeMap<String, Floors> = serde_json::from_str(&text).unwrap();
    let own = sets.entry(set.to_owned()).or_default();
    let digest = digest(files);
    if std::env::var_os("SIHAFA_RAISE_FLOORS").is_some_and(|wish| wish == "1") {
        own.sha256 = digest;
        raise(&mut own.floors, reached);
        std::fs::write(&path, render(&sets)).unwrap();
        return;
    }
    let mut faults = below(&own.floors, reached);
    if own.sha256 != digest {
        faults.push(format!("the files are {digest}, not what was measured"));
    }
    drop(file);
    assert!(faults.is_empty(), "{set}:\n{}", faults.join("\n"));
}

fn digest(files: &[&Path]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(std::fs::read(file).unwrap());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

fn raise(floors: &mut Scores, reached: &Scores) {
    for (name, scores) in reached {
        // A rate of counts has more digits than a floor needs: cut, so that it stays reached.
        let cut = scores
            .iter()
            .map(|score| (score * 1000.0 + 1e-6).floor() / 1000.0);
        let floor = floors
            .entry(name.clone())
            .or_insert_with(|| vec![0.0; scores.len()]);
        for (floor, score) in floor.iter_mut().zip(cut) {
            *floor = floor.max(score);
        }
    }
}

fn below(floors: &Scores, reached: &Scores) -> Vec<String> {
    let held = |name: &String, floor: &Vec<f64>| {
        reached.get(name).is_some_and(|scores| {
            scores.len() == floor.len()
                && scores
                    .iter()
                    .zip(floor)
                    .all(|(score, floor)| score >= floor)
        })
    };
    let fell = floors.iter().filter(|(name, floor)| !held(name, floor));
    let told =
        fell.map(|(name, floor)| format!("{name} is {:?}, below {floor:?}", reached.get(name)));
    let unknown = reached.keys().filter(|name| !floors.contains_key(*name));
    told.chain(unknown.map(|name| format!("{name} has no floor")))
        .collect()
}

/// JSON with a line a floor, so that a change reads well.
fn render(sets: &BTreeMap<String, Floors>) -> String {
    let mut blocks = Vec::new();
    for (set, own) in sets {
        let mut block = format!(
            " \"{set}\": {{\n  \"sha256\": \"{}\",\n  \"floors\": {{\n",
            own.sha256
        );
        let lines: Vec<String> = own
            .floors
            .iter()
            .map(|(name, scores)| format!("   \"{name}\": {scores:?}"))
            .collect();
        write!(block, "{}\n  }}\n }}", lines.join(",\n")).unwrap();
        blocks.push(block);
    }
    format!("{{\n{}\n}}\n", blocks.join(",\n"))
}

#[test]
fn floors_only_rise() {
    let scores = |score: f64| Scores::from([("dates fr".to_owned(), vec![score])]);
    let mut floors = scores(0.9);
    raise(&mut floors, &scores(0.8));
    assert_eq!(floors, scores(0.9));
    raise(&mut floors, &scores(0.9567));
    assert_eq!(floors, scores(0.956));
    assert!(below(&floors, &scores(0.956)).is_empty());
    assert_eq!(below(&floors, &scores(0.955)).len(), 1);
    assert_eq!(below(&floors, &Scores::new()).len(), 1);
}
