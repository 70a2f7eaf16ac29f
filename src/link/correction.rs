//! Holds what analysts decided about entities and conventions; it is applied before anything is compared.

use std::collections::{BTreeMap, BTreeSet};

use super::table::rows;

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
                ("same", "entity") if a != b => {
                    corrections.same.insert(b, a);
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
        // A ring of corrections ends after as many steps as there are rows.
        for _ in 0..self.same.len() {
            match self.same.get(id) {
                Some(stays) => id = stays,
                None => break,
            }
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
