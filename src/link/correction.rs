//! Holds what analysts decided about entities and conventions; it is applied before anything is compared.
//!
//! The table is read in two ways: [`Corrections::new`] takes what it can use, and [`faults`] names what it
//! cannot, before a table from outside is used at all. [`append`] adds a decision.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::{Error, Fault, Result};

use super::Convention;
use super::table::{CORRECTIONS, Tables, rows};

/// One decision, a row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What was decided.
    pub action: Action,
    /// Id of an entity, or a convention as `ARTICLE#POSITION`.
    pub a: String,
    /// The other one; of a renamed entity its name.
    pub b: String,
    /// Why, for those who read the table.
    pub note: String,
}

/// What an analyst can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Two are one; of two entities the first id stays.
    Same,
    /// Two are never one.
    Different,
    /// An entity is shown by a name, in the script that it is written in.
    Rename,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Rename => "rename",
        })
    }
}

impl fmt::Display for Correction {
    /// The row, without its end of line; tabs and ends of line inside a cell become spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conventions = self.action != Action::Rename && self.a.contains('#');
        let what = if conventions { "convention" } else { "entity" };
        let [a, b, note] = [&self.a, &self.b, &self.note]
            .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "));
        write!(f, "{}\t{what}\t{a}\t{b}\t{note}", self.action)
    }
}

/// Adds a decision to the table of a pattern folder, which must hold together with what is decided there
/// already. The table is made where it is not there; programs that append at once wait for one another.
///
/// # Errors
/// The decision is faulty or contradicts an earlier one, the table is faulty, or the file cannot be
/// written; then it is as it was.
pub fn append(patterns: &Path, correction: &Correction) -> Result<()> {
    let path = patterns.join(CORRECTIONS);
    let said = |action| move |source| Error::io(action, patterns.join(CORRECTIONS), source);
    let mut file: File = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&path)
        .map_err(said("open"))?;
    file.lock().map_err(said("lock"))?;
    let mut table = String::new();
    file.read_to_string(&mut table).map_err(said("read"))?;
    let row = format!("{correction}\n");
    let added = if table.is_empty() {
        format!("{}{row}", Tables::bundled().corrections)
    } else if table.ends_with('\n') {
        row
    } else {
        format!("\n{row}")
    };
    let faults = faults(&format!("{table}{added}"));
    if !faults.is_empty() {
        return Err(Error::Pattern(faults));
    }
    // One write: a reader sees the row whole or not at all.
    file.write_all(added.as_bytes())
        .and_then(|()| file.sync_data())
        .map_err(said("write"))
}

/// Every fault of a table, in the order of its lines.
pub fn faults(table: &str) -> Vec<Fault> {
    let lines = (1..).zip(table.lines());
    let rows = lines
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1);
    let mut faults = Vec::new();
    let mut decided: BTreeMap<(String, String), (usize, &str)> = BTreeMap::new();
    for (number, line) in rows {
        let cells: Vec<&str> = line.split('\t').collect();
        let fault = fault_of(&cells).or_else(|| {
            let action = cells[0];
            let pair = ordered(cells[2].trim(), cells[3].trim());
            let (before, other) = *decided.entry(pair).or_insert((number, action));
            (other != action || (before != number && action == "same"))
                .then(|| (3, format!("line {before} decided on these two: `{other}`")))
        });
        if let Some((cell, message)) = fault {
            let before = cells.iter().take(cell);
            faults.push(Fault {
                file: CORRECTIONS.to_owned(),
                line: number,
                column: 1 + before.map(|cell| cell.chars().count() + 1).sum::<usize>(),
                message,
            });
        }
    }
    faults
}

/// The first faulty cell of a row, and what is wrong with it.
fn fault_of(cells: &[&str]) -> Option<(usize, String)> {
    if !(4..=5).contains(&cells.len()) {
        let found = cells.len();
        let wanted = "action, what, a, b, note";
        return Some((0, format!("{found} columns where 5 are wanted: {wanted}")));
    }
    let [action, what, a, b] = [0, 1, 2, 3].map(|at| cells[at].trim());
    if !["same", "different", "rename"].contains(&action) {
        let known = "same, different, rename";
        return Some((0, format!("`{action}` is no action: {known}")));
    }
    if what != "entity" && (what != "convention" || action == "rename") {
        return Some((1, format!("cannot {action} `{what}`: entity, convention")));
    }
    if let Some(at) = [a, b].iter().position(|cell| cell.is_empty()) {
        return Some((2 + at, "empty".to_owned()));
    }
    let both = if action == "rename" {
        &[a][..]
    } else {
        &[a, b]
    };
    let is_named = |cell: &str| match what {
        "entity" => cell.contains('/'),
        _ => cell.contains('#') && Convention::read(cell).is_some(),
    };
    if let Some(at) = both.iter().position(|cell| !is_named(cell)) {
        let form = match what {
            "entity" => "an entity is named by its id, as `dz/chu-oran`",
            _ => "a convention is ARTICLE#POSITION, from 0",
        };
        return Some((2 + at, format!("`{}`: {form}", both[at])));
    }
    (a == b).then(|| (3, format!("`{b}` is the same as itself")))
}

/// The rows of `corrections.tsv`.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    same: BTreeMap<String, String>,
    different: BTreeSet<(String, String)>,
    renamed: BTreeMap<String, Vec<(&'static str, String)>>,
    joined: Vec<(String, String)>,
    parted: BTreeSet<(String, String)>,
}

impl Corrections {
    /// Reads the table; rows that say nothing known are passed over.
    pub fn new(table: &str) -> Self {
        let mut corrections = Self::default();
        for row in rows(table) {
            let (a, b) = (row.at(2).to_owned(), row.at(3).to_owned());
            match (row.at(0), row.at(1)) {
                ("same", "entity") => {
                    // Both may already stand for others, or be stood for.
                    let (stays, goes) = (corrections.entity(&a), corrections.entity(&b));
                    if stays != goes {
                        let (stays, goes) = (stays.to_owned(), goes.to_owned());
                        corrections.same.insert(goes, stays);
                    }
                }
                ("different", "entity") => {
                    corrections.different.insert(ordered(&a, &b));
                }
                ("rename", "entity") => {
                    corrections
                        .renamed
                        .entry(a)
                        .or_default()
                        .push((script(&b), b));
                }
                ("same", "convention") => corrections.joined.push(ordered(&a, &b)),
                ("different", "convention") => {
                    corrections.parted.insert(ordered(&a, &b));
                }
                _ => {}
            }
        }
        corrections.joined.sort();
        corrections
    }

    /// The id that stands for an entity.
    pub fn entity<'a>(&'a self, id: &'a str) -> &'a str {
        let mut id = id;
        // Only what stands for itself is ever made to go, so that there are no rings.
        while let Some(stays) = self.same.get(id) {
            id = stays;
        }
        id
    }

    /// Whether two entities must not be equated.
    pub fn differ(&self, one: &str, other: &str) -> bool {
        !self.different.is_empty() && self.different.contains(&ordered(one, other))
    }

    /// The names that an entity was given, with their language.
    pub fn names(&self, id: &str) -> impl Iterator<Item = (&'static str, &str)> {
        let names = self.renamed.get(id).into_iter().flatten();
        names.map(|(lang, name)| (*lang, name.as_str()))
    }

    /// Conventions, as `ARTICLE#POSITION`, that are one.
    pub fn joined(&self) -> &[(String, String)] {
        &self.joined
    }

    /// Whether a convention of an article was joined to one of another.
    pub fn may_join(&self, article: &str, other: &str) -> bool {
        let of = |convention: &str, article: &str| {
            Convention::read(convention).is_some_and(|convention| convention.article == article)
        };
        self.joined
            .iter()
            .any(|(a, b)| (of(a, article) && of(b, other)) || (of(a, other) && of(b, article)))
    }

    /// Whether two conventions must stay apart.
    pub fn parted(&self, one: &str, other: &str) -> bool {
        !self.parted.is_empty() && self.parted.contains(&ordered(one, other))
    }
}

fn script(name: &str) -> &'static str {
    let arabic = name.chars().any(|c| ('\u{600}'..='\u{6FF}').contains(&c));
    if arabic { "ar" } else { "fr" }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    (low.to_owned(), high.to_owned())
}
