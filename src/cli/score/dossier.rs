//! Scores the dossiers that records make by B-cubed against the `dossier` keys of a gold file.
//!
//! Conventions are paired as for the facts. One that only the gold has is alone in what was found; one that
//! only the records have is alone in what was wanted; so are those of the gold without a key. Precision and
//! recall are means over all of them (Bagga and Baldwin 1998).

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::link::table::Tables;
use crate::link::{Convention, Linker};
use crate::record::Record;

use super::{Row, compare, id};

/// A convention of the gold, of the records, or of both.
struct Told {
    lang: String,
    /// Where the records have it.
    convention: Option<Convention>,
    /// Whether the gold has it.
    wanted: bool,
    /// Its group in what was found, and in what was wanted.
    groups: [String; 2],
}

/// The errors, where they are asked for, and the table.
pub(super) fn score(
    gold: &[Value],
    records: &HashMap<String, &Value>,
    tables: &Tables,
    errors: bool,
) -> Result<(Vec<String>, BTreeMap<String, Row>)> {
    let mut linker = Linker::new(tables);
    for (id, record) in records {
        let record: Record = serde_json::from_value((*record).clone())
            .map_err(|error| Error::input(id, format!("no record: {error}")))?;
        linker.insert(&record);
    }
    let mut told = Vec::new();
    for article in gold {
        let record = records.get(&id(article)).copied().unwrap_or(&Value::Null);
        told.extend(conventions(article, record, &mut linker));
    }
    let lines = if errors {
        wrong(&told, &mut linker)
    } else {
        Vec::new()
    };
    let shares = shares(&told);
    let langs = told.iter().map(|told| told.lang.as_str());
    let langs: std::collections::BTreeSet<&str> = langs.chain(["all"]).collect();
    let row = |lang: &str| {
        let of = |told: &Told| lang == "all" || told.lang == lang;
        let own = || told.iter().zip(&shares).filter(|(told, _)| of(told));
        let mean = |side: usize| {
            let sum: f64 = own().map(|(_, shares)| shares[side]).sum();
            sum / own().count().max(1) as f64
        };
        let gold = own().filter(|(told, _)| told.wanted).count();
        let found = own().filter(|(told, _)| told.convention.is_some()).count();
        Row::new(mean(0), mean(1), gold, found)
    };
    let rows = langs.into_iter();
    Ok((
        lines,
        rows.map(|lang| (format!("dossiers {lang}"), row(lang)))
            .collect(),
    ))
}

/// The conventions of an article, those of the gold first.
fn conventions(article: &Value, record: &Value, linker: &mut Linker) -> Vec<Told> {
    let count = |value: &Value| value["conventions"].as_array().map_or(0, Vec::len);
    let pairs = compare::pairs(article, record);
    let name = id(article);
    let mut found = |at: usize| {
        let convention = Convention {
            article: name.clone(),
            position: at,
        };
        let dossier = linker
            .dossier_of(&convention)
            .unwrap_or_default()
            .to_owned();
        (convention, dossier)
    };
    let lang = article["lang"].as_str().unwrap_or_default();
    let mut told = Vec::new();
    for at in 0..count(article) {
        let key = article["conventions"][at]["dossier"].as_str();
        let wanted = key.map_or_else(|| format!("alone {name}#{at}"), str::to_owned);
        let pair = pairs.iter().find(|pair| pair.0 == at);
        let (convention, dossier) = match pair {
            Some(&(_, position)) => {
                let (convention, dossier) = found(position);
                (Some(convention), dossier)
            }
            None => (None, format!("missed {name}#{at}")),
        };
        told.push(Told {
            lang: lang.to_owned(),
            convention,
            wanted: true,
            groups: [dossier, wanted],
        });
    }
    let extra = (0..count(record)).filter(|at| pairs.iter().all(|pair| pair.1 != *at));
    for at in extra {
        let (convention, dossier) = found(at);
        told.push(Told {
            lang: lang.to_owned(),
            convention: Some(convention),
            wanted: false,
            groups: [dossier, format!("made up {name}#{at}")],
        });
    }
    told
}

/// Precision and recall of each: how much of its group in what was found it shares with its group in what
/// was wanted, and the other way round.
fn shares(told: &[Told]) -> Vec<[f64; 2]> {
    let mut sizes: HashMap<(usize, &str), f64> = HashMap::new();
    let mut both: HashMap<&[String; 2], f64> = HashMap::new();
    for one in told {
        for (side, group) in one.groups.iter().enumerate() {
            *sizes.entry((side, group)).or_default() += 1.0;
        }
        *both.entry(&one.groups).or_default() += 1.0;
    }
    let share =
        |one: &Told, side: usize| both[&one.groups] / sizes[&(side, one.groups[side].as_str())];
    told.iter()
        .map(|one| [share(one, 0), share(one, 1)])
        .collect()
}

/// The pairs that were split (-) or joined (+) against the gold, and why; a pair whose one half was not
/// found is split too.
fn wrong(told: &[Told], linker: &mut Linker) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, one) in told.iter().enumerate() {
        for other in &told[at + 1..] {
            let [found, wanted] = [0, 1].map(|side| one.groups[side] == other.groups[side]);
            if found == wanted {
                continue;
            }
            let why = match (&one.convention, &other.convention) {
                (Some(one), Some(other)) => linker.explain(one, other).map(|why| why.to_string()),
                _ => None,
            };
            let sign = if found { "+" } else { "-" };
            let why = why.unwrap_or_else(|| format!("{}, {}", one.groups[0], other.groups[0]));
            lines.push(format!("{sign} dossiers {}: {why}", one.groups[1]));
        }
    }
    lines
}
